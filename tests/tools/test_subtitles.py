"""Caption files as people and players write them: nothing that was written is lost, nothing in them
is obeyed.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.model import Cue
from pipeline.tools.texts.caption_files import NotCaptions, read_captions
from pipeline.tools.texts.subtitles import write_srt, write_transcript, write_vtt

PAL = Fraction(25)


def read(text: str | bytes, name: str = "ann.en.srt") -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """Captions and notes, for a clip of a minute at 25 frames a second."""
    return read_captions(text.encode() if isinstance(text, str) else text, name, PAL, 1500)


def srt(*captions: tuple[str, str, str]) -> str:
    """A SubRip file of start, end and text; times in seconds and milliseconds."""
    return (
        "\n\n".join(
            f"{i}\n00:00:{start} --> 00:00:{end}\n{text}"
            for i, (start, end, text) in enumerate(captions, 1)
        )
        + "\n"
    )


TWO = srt(("01,000", "02,000", "Señor Núñez,\ngood morning."), ("03,000", "04,000", "Welcome."))
AS_READ = (Cue(25, 50, ("Señor Núñez,", "good morning.")), Cue(75, 100, ("Welcome.",)))


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        TWO.encode(),
        TWO.encode("utf-8-sig"),
        TWO.encode("utf-16"),
        TWO.replace("\n", "\r\n").encode(),
        TWO.replace("\n", "\r").encode(),
        TWO.replace(",000", ".000").encode(),
        ("\n\n" + TWO + "\n\n").encode(),
        TWO.removeprefix("1\n").replace("\n2\n", "\n").encode(),
    ],
    ids=["UTF-8", "byte order mark", "UTF-16", "CRLF", "CR", "points", "blank lines", "no numbers"],
)
def test_a_subrip_file_is_read_whoever_wrote_it(data):
    assert read(data) == (AS_READ, ())


def test_windows_1252_is_read_and_said():
    assert read(TWO.encode("cp1252")) == (
        AS_READ,
        ("it was read as Windows-1252; save it as UTF-8 to be sure",),
    )


def test_a_webvtt_file_is_read_without_its_notes_styles_and_voices():
    cues, notes = read(
        "WEBVTT - title\n\nNOTE hello\n\nSTYLE\n::cue { color: red }\n\nfirst\n00:01.000 -->"
        " 00:02.000 align:start\n<v Ann>Q&amp;A &lt;1&gt; <00:01.500>now</v>\n\n00:00:03.000 -->"
        " 00:00:04.000\n<i>Yes.</i>\n",
        "ann.en.vtt",
    )
    assert cues == (Cue(25, 50, ("Q&A <1> now",)), Cue(75, 100, ("Yes.",)))
    assert notes == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", "ann.en.srt"),
        (srt(("01,000", "02,000", "Hi")), "ann.en.vtt"),
    ],
)
def test_a_file_under_the_other_formats_name_is_read(text, name):
    assert read(text, name)[0] == (Cue(25, 50, ("Hi",)),)


@pytest.mark.parametrize(
    "text",
    [
        "a {b} c",
        "a < b and c > d",
        "path\\Name and \\n",
        "2 < 3 and 5 > 4",
        "see --> there",
        "♪ la ♪",
        "{up}",
        "AT&amp;T",
        "<script>",
    ],
)
def test_no_word_of_a_caption_is_lost(text):
    assert read(srt(("01,000", "02,000", text)))[0] == (Cue(25, 50, (text,)),)


def test_a_caption_may_end_with_a_number():
    assert read(
        srt(("01,000", "02,000", "We began in\n2018"), ("03,000", "04,000", "and by\n2020"))
    )[0] == (Cue(25, 50, ("We began in", "2018")), Cue(75, 100, ("and by", "2020")))
    assert read("WEBVTT\n\n00:01.000 --> 00:02.000\nWe began in\n2018\n", "a.vtt")[0] == (
        Cue(25, 50, ("We began in", "2018")),
    )


def test_tags_for_looks_are_taken_off():
    (cue,), _ = read(
        srt(
            (
                "01,000",
                "02,000",
                '{\\an8}<b>Bold</b>, <font color="red">red</font> and <i>slanted</i>',
            )
        )
    )
    assert cue.lines == ("Bold, red and slanted",)


def test_captions_out_of_order_are_put_in_order():
    cues, _ = read(srt(("03,000", "04,000", "second"), ("01,000", "02,000", "first")))
    assert [cue.lines for cue in cues] == [("first",), ("second",)]


def test_a_caption_over_the_next_is_shown_until_the_next_begins():
    cues, notes = read(srt(("01,000", "05,000", "first"), ("03,000", "04,000", "second")))
    assert cues == (Cue(25, 75, ("first",)), Cue(75, 100, ("second",)))
    assert notes == (
        "line 2: this caption overlaps the next one; each is shown until the next begins",
    )


def test_two_captions_at_one_time_are_shown_together():
    assert read(srt(("01,000", "02,000", "- Ann"), ("01,000", "03,000", "- Ben")))[0] == (
        Cue(25, 75, ("- Ann", "- Ben")),
    )


def test_a_caption_past_the_end_is_cut_off_and_one_behind_it_is_not_shown():
    cues, notes = read(
        srt(("58,000", "59,000", "in"), ("59,500", "59,999", "last"))
        + "\n9\n00:01:10,000 --> 00:01:12,000\nout\n"
    )
    assert cues == (Cue(1450, 1475, ("in",)), Cue(1488, 1500, ("last",)))
    assert notes == ('line 10: the caption "out" lies outside the recording; it is not shown',)


def test_a_caption_that_ends_before_it_starts_is_not_shown_and_that_is_said():
    cues, notes = read(srt(("05,000", "04,000", "backwards"), ("06,000", "07,000", "forwards")))
    assert [cue.lines for cue in cues] == [("forwards",)]
    assert notes == ('line 2: the caption "backwards" ends before it starts; it is not shown',)


def test_times_that_cannot_be_read_are_named_with_their_line():
    cues, notes = read(
        srt(("01,000", "02,000", "Hi"))
        + "\n2\n0:0:3 --> 0:0:4\nshort\n\n3\n00:00:0O --> 00:00:09\nlost\n"
    )
    assert cues == (Cue(25, 50, ("Hi",)), Cue(75, 100, ("short",)))
    assert notes == (
        'line 10: its times cannot be read ("00:00:0O --> 00:00:09"); the caption is not shown',
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (
            b"Just a letter.\n",
            "line 1: there is no caption in it (no line with times and an arrow -->)",
        ),
        (bytes(range(256)) * 4, "it is not a text file"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n\n", "line 2: none of its captions has words"),
        (
            b"1\n00:10:01,000 --> 00:10:02,000\nlate\n",
            "line 2: none of its captions lies within the recording",
        ),
        (b"x" * 4_000_001, "it is larger than 4 MB"),
    ],
    ids=["empty", "a letter", "binary", "no words", "another recording's", "too large"],
)
def test_a_file_without_captions_is_refused_with_the_reason(data, why):
    with pytest.raises(NotCaptions) as caught:
        read(data)
    assert str(caught.value) == why


def test_control_characters_do_not_get_through():
    assert read(srt(("01,000", "02,000", "a\x1b[31mb\x07")))[0] == (Cue(25, 50, ("a[31mb",)),)


# --- writing --------------------------------------------------------------------------------------

AWKWARD = (Cue(25, 50, ("a {b} \\N & <c>", "x --> y")), Cue(60, 90, ("NOTE 1 < 2", "WEBVTT")))


def test_subrip_is_written_with_commas_and_without_anything_that_looks_like_a_tag():
    assert (
        write_srt(AWKWARD, PAL)
        == """\
1
00:00:01,000 --> 00:00:02,000
a {b} \\N & < c>
x → y

2
00:00:02,400 --> 00:00:03,600
NOTE 1 < 2
WEBVTT
"""
    )


def test_webvtt_is_written_with_points_and_with_its_escapes():
    assert (
        write_vtt(AWKWARD, PAL)
        == """\
WEBVTT

00:00:01.000 --> 00:00:02.000
a {b} \\N &amp; &lt;c&gt;
x --&gt; y

00:00:02.400 --> 00:00:03.600
NOTE 1 &lt; 2
WEBVTT
"""
    )


def test_a_page_cannot_be_made_to_run_a_caption():
    assert "<script>" not in write_vtt((Cue(0, 25, ("<script>alert(1)</script>",)),), PAL)
    assert "<script>" not in write_srt((Cue(0, 25, ("<script>alert(1)</script>",)),), PAL)


def test_no_captions_are_an_empty_file_of_the_right_kind():
    assert (write_srt((), PAL), write_vtt((), PAL), write_transcript((), PAL)) == (
        "",
        "WEBVTT\n\n",
        "",
    )


@pytest.mark.parametrize(
    "rate", [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60000, 1001)]
)
def test_what_is_written_is_read_back_to_the_frame(rate):
    cues = tuple(
        Cue(frame, frame + 37, (f"caption {frame}", "and its {second} line & more"))
        for frame in range(1, 1500, 41)
    )
    assert read_captions(write_srt(cues, rate).encode(), "a.srt", rate, 2000) == (cues, ())
    assert read_captions(write_vtt(cues, rate).encode(), "a.vtt", rate, 2000) == (cues, ())


def test_hours_are_written():
    assert "01:00:00,000 --> 01:00:01,000" in write_srt((Cue(90000, 90025, ("late",)),), PAL)


def test_the_transcript_has_a_paragraph_for_each_long_pause_after_a_sentence():
    cues = (
        Cue(25, 50, ("Good", "morning.")),
        Cue(60, 90, ("Welcome",)),
        Cue(140, 150, ("to all.",)),
        Cue(181, 200, ("Now.",)),
        Cue(1600, 1700, ("The end.”",)),
    )
    assert (
        write_transcript(cues, PAL)
        == "[0:01] Good morning. Welcome to all.\n\n[0:07] Now.\n\n[1:04] The end.”\n"
    )


def test_the_transcript_has_the_scripts_paragraphs():
    cues = (Cue(25, 50, ("One.",)), Cue(50, 75, ("Two,",)), Cue(80, 90, ("three.",)))
    assert write_transcript(cues, PAL, paragraphs=(52,)) == "[0:01] One.\n\n[0:02] Two, three.\n"


def test_a_rough_draft_without_full_stops_has_paragraphs_too():
    assert (
        write_transcript((Cue(0, 25, ("one",)), Cue(60, 75, ("two",))), PAL)
        == "[0:00] one\n\n[0:02] two\n"
    )


def test_a_transcript_in_japanese_has_no_spaces_where_lines_were_broken():
    assert (
        write_transcript((Cue(0, 25, ("皆さん、", "おはよう。")),), PAL)
        == "[0:00] 皆さん、おはよう。\n"
    )


def test_webvtt_says_where_captions_stand_over_a_lower_third():
    cues = (
        Cue(0, 25, ("One line.",), Fraction(79, 100)),
        Cue(25, 50, ("Two", "lines."), Fraction(79, 100)),
        Cue(50, 75, ("At the foot.",)),
    )
    times = [line for line in write_vtt(cues, PAL).splitlines() if "-->" in line]
    # A player's line is about 6% of the height; both end at 79%.
    assert times == [
        "00:00:00.000 --> 00:00:01.000 line:73%",
        "00:00:01.000 --> 00:00:02.000 line:67%",
        "00:00:02.000 --> 00:00:03.000",
    ]
