"""What is written into a caption file is what a reader gets out of it, whatever the words are."""

from __future__ import annotations

import io
import random
import re
import xml.etree.ElementTree as et
from fractions import Fraction

import pytest
import ttconv.imsc.reader

from pipeline.captions.burned import CaptionFont, captions_ass
from pipeline.model import Cue
from pipeline.timing import frame_ms
from pipeline.tools.texts.caption_files import read_captions
from pipeline.tools.texts.subtitles import write_srt, write_vtt
from pipeline.tools.texts.timed_text import write_ttml

RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60000, 1001)]
PIECES = [
    "word",
    "Señor",
    "Māori",
    "e\u0301",
    "n\u0303o",
    "1",
    "2018",
    "00:00:01,000",
    "00:00:03.000",
    "-->",
    "NOTE",
    "STYLE",
    "WEBVTT",
    "REGION",
    "{b}",
    "{\\an8}",
    "{\\pos(0,0)}",
    "\\N",
    "\\n",
    "\\h",
    "\\",
    "{",
    "}",
    "&",
    "&amp;",
    "&lt;",
    "<",
    ">",
    "<i>",
    "</i>",
    "<v Ann>",
    "<script>",
    "<3",
    "<br>",
    "]]>",
    "😀",
    "👩\u200d🏫",
    "🇳🇿",
    "שלום",
    "עולם!",
    "سلام",
    "؟",
    "大家",
    "。",
    "ที่นี่",
    "क्ष",
    "“quoted”",
    "'",
    '"',
    ",",
    "...",
    "-",
    "—",
    "%",
    "#",
    "@",
    "$300",
    "[Events]",
    "Dialogue:",
    "0,0",
    "Default,,",
    "\u200f",
    "100%",
    "http://example.org/?a=1&b=2",
]


def any_cues(seed: int) -> tuple[Cue, ...]:
    """Forty captions of one to three lines of awkward pieces, with and without gaps."""
    chance, frame, cues = random.Random(seed), 0, []
    for _ in range(40):
        frame += chance.choice([0, 0, 2, 40])
        lines = tuple(
            " ".join(chance.choices(PIECES, k=chance.randint(1, 5)))
            for _ in range(chance.randint(1, 3))
        )
        cues.append(Cue(frame, frame + chance.randint(20, 170), lines))
        frame = cues[-1].end_frame
    return tuple(cues)


def changed(cues: tuple[Cue, ...], spaced: str, arrow: str = "-->") -> tuple[Cue, ...]:
    """The captions with a space behind all signs that match ``spaced``, and another ``arrow``."""
    return tuple(
        Cue(
            cue.start_frame,
            cue.end_frame,
            tuple(re.sub(spaced, r"\g<0> ", line.replace("-->", arrow)) for line in cue.lines),
        )
        for cue in cues
    )


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("seed", range(12))
def test_webvtt_is_read_back_word_for_word(seed, rate):
    cues = changed(any_cues(seed), r"\{(?=\\)")  # players take {\an8} for a command there too
    assert read_captions(write_vtt(cues, rate).encode(), "ann.en.vtt", rate, 100_000) == (cues, ())


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("seed", range(12))
def test_subrip_is_read_back_but_for_the_signs_it_cannot_hold(seed, rate):
    cues = any_cues(seed)
    held = changed(cues, r"<(?=\S)|\{(?=\\)", "→")
    assert read_captions(write_srt(cues, rate).encode(), "ann.en.srt", rate, 100_000) == (held, ())


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("seed", range(12))
def test_ttml_is_read_back_word_for_word_to_the_millisecond(seed, rate):
    cues = any_cues(seed)
    document = ttconv.imsc.reader.to_model(et.parse(io.StringIO(write_ttml(cues, rate, "es-MX"))))
    body = document.get_body()
    paragraphs = [paragraph for division in body for paragraph in division]
    assert document.get_lang() == "es-MX"
    assert [
        tuple(
            "".join(text.get_text() for text in span)
            for span in paragraph
            if type(span).__name__ == "Span"
        )
        for paragraph in paragraphs
    ] == [cue.lines for cue in cues]
    assert [
        ((paragraph.get_begin() or 0) * 1000, paragraph.get_end() * 1000)
        for paragraph in paragraphs
    ] == [(frame_ms(cue.start_frame, rate), frame_ms(cue.end_frame, rate)) for cue in cues]
    assert [sum(type(part).__name__ == "Br" for part in paragraph) for paragraph in paragraphs] == [
        len(cue.lines) - 1 for cue in cues
    ]


@pytest.mark.parametrize("seed", range(12))
def test_captions_in_the_picture_are_the_words_and_no_command(seed):
    """Read as libass reads: a brace opens a command unless a backslash stands before it; \\N ends a
    line.
    """
    cues = any_cues(seed)
    every = {ord(letter) for piece in PIECES for letter in piece} | {ord(" ")}
    font = CaptionFont(
        "Every Sans", Fraction(5, 4), tuple((code, Fraction(1, 1000)) for code in sorted(every))
    )
    text = captions_ass(cues, (1920, 1080), Fraction(25), (font,), 0, 100_000)
    assert text is not None
    events = [line for line in text.splitlines() if line.startswith("Dialogue:")]
    assert len(events) == len(cues)
    for event, cue in zip(events, cues, strict=True):
        shown = re.sub(r"(?<!\\)\{[^}]*\}", "", event.split(",", 9)[9])
        lines = [
            line.removeprefix("\u200f" if line.startswith("\u200f") else "\u200e")
            for line in re.split(r"\\N", shown)
        ]
        plain = [re.sub(r"\\([{}])", r"\1", line).replace("\\\u2060", "\\") for line in lines]
        assert [line.lstrip("\u200f") for line in plain] == [
            line.lstrip("\u200f") for line in cue.lines
        ]


def test_ttml_of_no_captions_is_a_document_in_its_language():
    assert 'xml:lang="pt-BR"' in write_ttml((), Fraction(25), "pt-BR")


def test_ttml_has_its_times_and_words_as_xml_has_them():
    written = write_ttml((Cue(0, 25, ("a & b < c",)),), Fraction(25), "en")
    assert '<p region="captions" begin="00:00:00.000" end="00:00:01.000"' in written
    assert ">a &amp; b &lt; c</span>" in written


def test_ttml_holds_no_character_that_xml_forbids():
    et.fromstring(write_ttml((Cue(0, 25, ("a\x00b\x0bc\ufffe\ud800",)),), Fraction(25), "en"))


def test_arabic_in_ttml_is_read_from_the_right():
    assert 'tts:direction="rtl"' in write_ttml(
        (Cue(0, 25, ("NZQA سلام عليكم",)),), Fraction(25), "ar"
    )


def test_ttml_has_a_region_that_ends_above_the_lower_third():
    cues = (Cue(0, 25, ("high",), Fraction(79, 100)), Cue(25, 50, ("low",)))
    document = et.fromstring(write_ttml(cues, Fraction(25), "en").encode())
    tag = "{http://www.w3.org/ns/ttml}"
    style = "{http://www.w3.org/ns/ttml#styling}extent"
    name = "{http://www.w3.org/XML/1998/namespace}id"
    extents = {one.get(name): one.get(style) for one in document.iter(f"{tag}region")}
    shown = [extents[one.get("region")] for one in document.iter(f"{tag}p")]
    # The regions begin at 5%: captions end at 79% and at 95%.
    assert shown == ["90% 74%", "90% 90%"]


def test_a_note_in_webvtt_begins_a_chapter_with_the_caption_behind_it():
    text = """WEBVTT

NOTE chapter: Welcome

00:00.000 --> 00:02.000
Good morning.

NOTE a remark of mine

00:03.000 --> 00:04.000
Hello.

NOTE Chapter: What we <recognise>
1
00:05.000 --> 00:06.000
How do we recognise it?
"""
    rate = Fraction(25)
    cues, notes = read_captions(text.encode(), "ann.en.vtt", rate, 1000)
    assert [(cue.lines, cue.chapter) for cue in cues] == [
        (("Good morning.",), "Welcome"),
        (("Hello.",), ""),
        (("How do we recognise it?",), "What we <recognise>"),
    ]
    assert notes == ()
    assert read_captions(write_vtt(cues, rate).encode(), "ann.en.vtt", rate, 1000) == (cues, ())
