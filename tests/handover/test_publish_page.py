"""The page of outputs/publish/. How it behaves in a browser is in tests/browser."""

from __future__ import annotations

import re
from fractions import Fraction
from html.parser import HTMLParser

from pipeline.config_file import read_config
from pipeline.handover.publish_page import Film, Words, publish_page
from pipeline.handover.transcripts import clip_transcript
from pipeline.model import Captions, Cue, RundownItem
from pipeline.plan.chapters import Span
from pipeline.tools.texts.catalogues import own_words

CONFIG = read_config(
    "title: Micro & <b>macro</b>\n"
    "slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
    "speakers: [{id: ana, name: 'Dr <script>alert(1)</script> Ana', role: Dean}]\n"
)
RATE = Fraction(25)
CUES = (Cue(0, 50, ("Hello <i>you</i>,", "all.")), Cue(60, 100, ("</script><script>",)))


def words(language: str = "en") -> Words:
    made = Captions(language, "script", CUES, False)
    told = clip_transcript(CONFIG, CONFIG.speakers[0], made)
    return Words(language, language.upper(), "WEBVTT\n", "", told)


CHAPTER = Span(250, 500, RundownItem("message", "<u>Ana</u>", 250, 250, "ana"))
FILM = Film("segment", "Micro", "", RATE, (words("en"), words("es")), (CHAPTER,), files=("a.mp4",))


class Outline(HTMLParser):
    """The levels of headings in their order, and all addresses."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch(r"h\d", tag):
            self.levels.append(int(tag[1]))
        self.addresses += [value or "" for key, value in attrs if key in ("src", "href", "poster")]


def test_what_people_wrote_is_text_and_never_part_of_the_page():
    page = publish_page(CONFIG, [FILM], str)
    assert page.count("<script>") == page.count("</script>") == 1
    assert not re.search(r"<(b|i|u)>", page)
    assert "Hello &lt;i&gt;you&lt;/i&gt;, all.</span>" in page


def test_everything_is_loaded_from_beside_it_or_stands_in_it():
    addresses = Outline(publish_page(CONFIG, [FILM], str)).addresses
    outside = [one for one in addresses if not one.startswith(("segment.", "data:", "a.mp4"))]
    assert outside == []
    page = publish_page(CONFIG, [FILM], str).replace("&#39;", "'")
    assert "content=\"default-src 'none'; img-src 'self'; media-src 'self' data:;" in page


def test_headings_go_down_a_level_at_a_time_with_one_film_and_with_several():
    assert Outline(publish_page(CONFIG, [FILM], str)).levels == [1, 2, 2, 3, 3]
    clip = Film("clips/ana", "Ana", "Dr Ana, Dean", RATE, (words(),), (CHAPTER,))
    assert Outline(publish_page(CONFIG, [clip, clip], str)).levels == [1, *[2, 3, 3, 4] * 2]


def test_a_message_by_itself_has_its_speaker_named_once_above_it():
    who = words().transcript.turns[0].who
    clip = Film("clips/ana", "Ana", who, RATE, (words(),), ())
    assert Outline(publish_page(CONFIG, [clip], str)).levels == [1, 2, 3]


def test_without_a_script_a_chapter_is_a_link_to_its_moment():
    page = publish_page(CONFIG, [FILM], str)
    assert '<a class="jump" data-ms="10000" href="segment.mp4#t=10.000">0:10</a>' in page


def test_captions_that_are_in_the_picture_are_not_laid_over_it_unasked():
    page = publish_page(CONFIG, [FILM], str)
    assert len(re.findall(r"<track [^>]* default>", page)) == 1
    burned = Film("segment", "Micro", "", RATE, (words(),), (), captioned=True)
    assert " default>" not in publish_page(CONFIG, [burned], str)


def test_a_film_without_words_or_chapters_is_shown_by_itself():
    page = publish_page(CONFIG, [Film("segment", "Micro", "", RATE, (), ())], str)
    assert "<video" in page and 'class="scroll"' not in page and "<select" not in page


def test_our_words_are_in_the_events_language():
    config = CONFIG.model_copy(update={"language": "de"})
    page = publish_page(config, [FILM], own_words("de"))
    assert 'lang="de"' in page
    assert ">Kapitel</h2>" in page and ">Wortlaut</h2>" in page and "Untertitel <select>" in page
