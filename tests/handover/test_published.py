"""What goes with a film onto the web, in the limits of video sites."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest
from docx import Document

from pipeline.config_file import read_config
from pipeline.handover.published import (
    Film,
    Said,
    description,
    tags,
    title_of,
    transcript_document,
    transcript_text,
)
from pipeline.handover.published_page import Published, published_page, transcript_page
from pipeline.model import Cue

RATE = Fraction(25)
HEAD = "slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
CONFIG = read_config(
    "title: Micro-credentials\nevent: A webinar\n"
    + HEAD
    + "captions: {glossary: [NZQA, Cedefop]}\n"
    "speakers:\n"
    "  - {id: ana, name: Dr Ana Expert, role: Dean, organisation: NZQA, country: New Zealand}\n"
    "  - {id: bo, name: Bo <Ek>}\n"
)
ANA = Said(
    CONFIG.speakers[0],
    (Cue(25, 75, ("Hello", "all & everyone.")), Cue(150, 200, ("Goodbye.",))),
    language="en",
)
FILM = Film(
    "segment.mp4",
    "Micro-credentials",
    {"en": ("en", ANA.cues)},
    ((0, "Opening"), (1000, "Dr Ana Expert")),
    (ANA, Said(CONFIG.speakers[1], ())),
)


def test_a_title_has_100_characters_at_most_and_none_that_sites_refuse():
    long = read_config(
        "title: " + "Perspectives " * 12 + "\n" + HEAD + "speakers: [{id: a, name: A}]"
    )
    assert len(title_of(long)) <= 100
    assert title_of(long).endswith("…")
    angled = read_config('title: "1 < 2 > 0"\n' + HEAD + "speakers: [{id: a, name: A}]")
    assert title_of(angled) == "1 ‹ 2 › 0"


def test_a_description_has_event_day_chapters_credits_and_languages():
    chapters = "00:00 Opening\n00:10 Dr Ana Expert\n"
    assert description(CONFIG, chapters, CONFIG.speakers, "English", str) == (
        "A webinar\n14 September 2021\n\n"
        "Chapters\n00:00 Opening\n00:10 Dr Ana Expert\n\n"
        "Speakers\nDr Ana Expert, Dean, NZQA, New Zealand\nBo ‹Ek›\n\n"
        "Captions: English\n"
    )


def test_a_description_of_hundreds_of_speakers_has_5000_bytes_at_most_and_whole_lines():
    people = [
        CONFIG.speakers[0].model_copy(update={"name": f"Dr Ünal Öz {number}"})
        for number in range(200)
    ]
    said = description(CONFIG, "", people, "English", str)
    assert 4_900 < len(said.encode()) <= 5_000
    assert said.splitlines()[-1].endswith(", Dean, NZQA, New Zealand")


def test_tags_are_each_once_and_500_characters_at_most():
    assert tags(CONFIG, CONFIG.speakers) == "NZQA,Cedefop,New Zealand,Dr Ana Expert,Bo ‹Ek›"
    many = CONFIG.speakers * 1 + tuple(
        CONFIG.speakers[0].model_copy(update={"name": f"Speaker with a long name {number}"})
        for number in range(100)
    )
    said = tags(CONFIG, many)
    # sites put quotes around a tag of several words and count them
    counted = sum(len(tag) + 2 * (" " in tag) + 1 for tag in said.split(",")) - 1
    assert 450 < counted <= 500


def test_a_transcript_has_names_and_times_and_nobody_who_says_nothing():
    assert transcript_text("Micro-credentials", [FILM], RATE) == (
        "Micro-credentials\n\n"
        "Dr Ana Expert, Dean, NZQA, New Zealand\n"
        "[0:01] Hello all & everyone.\n"
        "[0:06] Goodbye.\n"
    )


def test_the_word_document_says_the_same_and_the_same_words_are_the_same_file():
    data = transcript_document("Micro-credentials", [FILM], RATE)
    paragraphs = Document(io.BytesIO(data)).paragraphs
    assert [(one.style.name, one.text) for one in paragraphs] == [
        ("Title", "Micro-credentials"),
        ("Heading 1", "Dr Ana Expert, Dean, NZQA, New Zealand"),
        ("Normal", "[0:01] Hello all & everyone."),
        ("Normal", "[0:06] Goodbye."),
    ]
    assert transcript_document("Micro-credentials", [FILM], RATE) == data


def test_the_page_asks_nobody_for_anything_and_each_caption_leads_to_its_time():
    page = published_page(Published(CONFIG, [FILM], RATE), str)
    assert '<a href="#" data-at="1000" data-end="3000">Hello all &amp; everyone.</a>' in page
    assert 'src="segment.mp4" poster="segment.jpg"' in page
    assert "http" not in page.replace("http-equiv", "")
    assert "default-src &#39;none&#39;" in page
    assert page.count("<section") == 1


@pytest.mark.parametrize("hostile", ["</script><script>alert(1)</script>", '"><img src=x>'])
def test_what_a_speaker_says_is_never_part_of_the_page_s_own_text(hostile):
    said = Said(CONFIG.speakers[0], (Cue(0, 25, (hostile,)),), language="en")
    film = Film("a.mp4", hostile, {"en": ("en", said.cues)}, ((0, hostile),), (said,))
    for page in (
        published_page(Published(CONFIG, [film], RATE), str),
        transcript_page(Published(CONFIG, [film], RATE), str),
    ):
        assert hostile not in page


def test_several_films_stand_under_their_own_titles():
    other = Film("bo.mp4", "Bo <Ek>", {}, (), ())
    page = published_page(Published(CONFIG, [FILM, other], RATE), str)
    assert page.count("<section") == 2
    assert "<h2>Bo &lt;Ek&gt;</h2>" in page
