"""Captions as they are drawn into the picture: every text is data."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.captions.burned import CaptionFont, Second, captions_ass
from pipeline.captions.place import raised
from pipeline.model import Cue

PAL = Fraction(25)
SANS = CaptionFont(
    "Source Sans Pro Semibold",
    Fraction(5, 4),
    tuple((code, Fraction(1, 2)) for code in range(32, 0x250)),
)
HEBREW = CaptionFont(
    "Noto Sans Hebrew Bold",
    Fraction(3, 2),
    tuple((code, Fraction(1, 2)) for code in (*range(32, 48), *range(0x5D0, 0x5EB))),
)
"""Every letter is half as wide as it is high."""


def drawn(
    *cues: Cue,
    first: int = 0,
    end: int = 250,
    rate: Fraction = PAL,
    fonts: tuple[CaptionFont, ...] = (SANS,),
) -> list[str]:
    """The lines that draw captions in one part of a message at 1080p."""
    text = captions_ass(cues, (1920, 1080), rate, fonts, first, end) or ""
    return [line for line in text.splitlines() if line.startswith("Dialogue:")]


def test_a_caption_is_drawn_from_its_first_frame_to_its_last():
    assert drawn(Cue(25, 63, ("Good morning,", "everyone."))) == [
        "Dialogue: 0,0:00:01.00,0:00:02.52,Default,,0,0,0,,Good morning,\\Neveryone."
    ]


def test_times_between_hundredths_are_rounded_down():
    (line,) = drawn(Cue(1, 2, ("x",)), rate=Fraction(30000, 1001))
    assert line.startswith("Dialogue: 0,0:00:00.03,0:00:00.06,")


def test_an_hour_is_written():
    (line,) = drawn(Cue(90000, 90025, ("x",)), first=90000, end=90250)
    assert line.startswith("Dialogue: 0,1:00:00.00,1:00:01.00,")


def test_a_part_without_captions_needs_no_text():
    assert captions_ass((Cue(0, 50, ("x",)),), (1920, 1080), PAL, (SANS,), 50, 300) is None
    assert captions_ass((), (1920, 1080), PAL, (SANS,), 0, 250) is None


def test_a_caption_over_the_border_is_drawn_in_both_parts_alike():
    cue = Cue(240, 260, ("over the border",))
    assert drawn(cue, first=0, end=250) == drawn(cue, first=250, end=500)
    assert len(drawn(cue, first=0, end=250)) == 1


def test_braces_and_backslashes_are_shown_and_never_obeyed():
    (line,) = drawn(Cue(0, 25, (r"{\pos(0,0)} a\Nb {x}",)))
    shown = line.split(",,0,0,0,,")[1]
    assert shown == "\\{\\\u2060pos(0,0)\\} a\\\u2060Nb \\{x\\}"


def test_a_line_break_inside_a_line_cannot_start_another_caption():
    assert drawn(Cue(0, 25, ("one\nDialogue: 0,0:00:00.00,9:00:00.00,Default,,0,0,0,,two",))) == [
        "Dialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,one Dialogue:"
        " 0,0:00:00.00,9:00:00.00,Default,,0,0,0,,two"
    ]


def test_a_caption_that_begins_over_the_lower_third_stays_just_above_it():
    cues = raised(
        (Cue(100, 200, ("high",)), Cue(200, 240, ("low",))), 150, Fraction(80, 100), (1920, 1080)
    )
    # Its box, padded by 10 px, ends at 79% of 1080 px, 1% above the strap; 0: where all others are.
    assert [line.split(",")[7] for line in drawn(*cues)] == ["237", "0"]


def words(line: str) -> str:
    """What follows the last comma of the nine fields: the text with its commands."""
    return line.split(",,0,0,0,,", 1)[1]


@pytest.mark.parametrize(
    ("size", "letters"),
    [
        ((1920, 1080), 62),
        ((1280, 720), 41),
        ((640, 360), 21),
        ((1080, 1920), 68),
        ((1080, 1080), 70),
    ],
)
def test_the_letters_suit_the_picture_and_are_larger_where_it_is_watched_on_a_telephone(
    size, letters
):
    text = captions_ass((Cue(0, 25, ("x" * 42,)),), size, PAL, (SANS,), 0, 250)
    assert text is not None
    assert f"PlayResX: {size[0]}\nPlayResY: {size[1]}\nWrapStyle: 2" in text
    assert f"Style: Default,Source Sans Pro Semibold,{letters}," in text


def test_the_box_keeps_away_from_the_edges():
    text = captions_ass((Cue(0, 25, ("x",)),), (1920, 1080), PAL, (SANS,), 0, 250)
    assert text is not None
    assert (
        "Style: Default,Source Sans Pro Semibold,62,&H00FFFFFF,&H00FFFFFF,&H00101010,&H30101010,"
        in text
    )
    # A box of 10 px around the text: 96 px from the sides, 54 from below.
    assert ",4,0,10,2,106,106,64,-1\n" in text


def test_a_line_a_little_too_wide_is_set_smaller():
    assert words(*drawn(Cue(0, 25, ("x" * 74,)))) == "{\\fs58}" + "x" * 74


def test_a_persons_line_that_is_too_wide_is_broken_in_letters_as_large_as_all():
    line = " ".join(["word"] * 16)
    assert words(*drawn(Cue(0, 25, (line,)))) == "\\N".join([" ".join(["word"] * 8)] * 2)


def test_a_line_far_too_wide_is_broken_at_spaces_and_kept_whole():
    line = " ".join(["word"] * 60)
    shown = words(*drawn(Cue(0, 25, (line,))))
    assert shown.replace("\\N", " ") == line
    assert [len(piece) for piece in shown.split("\\N")] == [59, 59, 59, 59, 59]


def test_a_line_without_spaces_is_broken_where_it_must_be():
    assert words(*drawn(Cue(0, 25, ("x" * 150,)))) == "\\N".join(["x" * 52, "x" * 52, "x" * 46])


def test_a_persons_ten_lines_stay_in_the_picture():
    shown = words(*drawn(Cue(0, 25, tuple(f"line {number}" for number in range(10)))))
    assert shown.count("\\N") == 9
    assert shown.startswith("line 0")


def test_a_chapter_at_one_time_is_cut_after_500_letters():
    shown = words(*drawn(Cue(0, 25, tuple("y" * 50 for _ in range(100)))))
    assert shown.count("y") == 500


def test_each_letter_is_set_in_a_font_that_has_it():
    (line,) = drawn(Cue(0, 25, ("\u05d0\u05d1\u05d3\u05d4 NZQA, \u05d2",)), fonts=(HEBREW, SANS))
    assert (
        words(line) == "\u200f\u05d0\u05d1\u05d3\u05d4 {\\fnSource Sans Pro Semibold\\fs62}NZQA"
        "{\\fnNoto Sans Hebrew Bold\\fs75}, \u05d2"
    )


def test_a_letter_that_no_font_has_is_left_out():
    assert words(*drawn(Cue(0, 25, ("a \U0001f600 b",)))) == "a  b"


def test_a_sentence_in_hebrew_is_read_from_the_right_though_it_begins_with_latin_letters():
    (line,) = drawn(
        Cue(0, 25, ("NZQA: \u05d0\u05d1\u05d2\u05d3\u05d4\u05d5.", "\u05d0.")), fonts=(HEBREW, SANS)
    )
    assert [shown.startswith("\u200f") for shown in words(line).split("\\N")] == [True, True]


def test_an_english_sentence_is_read_from_the_left_though_it_begins_with_a_hebrew_name():
    (line,) = drawn(Cue(0, 25, ("\u05d0\u05d1 said so, she thinks.",)), fonts=(SANS, HEBREW))
    assert words(line).startswith("\u200e")
    assert words(*drawn(Cue(0, 25, ("Nobody said so.",)))) == "Nobody said so."


def test_a_second_language_is_drawn_smaller_under_the_first_one_and_always_there():
    german = (Cue(0, 50, ("Guten Morgen,", "alle.")), Cue(60, 90, ("Danke.",)))
    both = (
        raised(cues, 25, Fraction(80, 100), (1920, 1080))
        for cues in ((Cue(0, 50, ("Good morning.",)),), german)
    )
    first, second = both
    text = captions_ass(first, (1920, 1080), PAL, (SANS,), 0, 250, Second(second, (SANS,))) or ""
    styles = [
        line.removeprefix("Style: ").split(",")
        for line in text.splitlines()
        if line.startswith("Style")
    ]
    size, foot = ({style[0]: int(style[place]) for style in styles} for place in (2, -2))
    assert size["Second"] == pytest.approx(0.82 * size["Default"], abs=1)
    # Two lines of the second language have room under the first one: 2 * 51 px and the padding of
    # two boxes.
    assert foot["Default"] - foot["Second"] >= 2 * size["Second"] + 20
    fields = [line.split(",") for line in text.splitlines() if line.startswith("Dialogue")]
    looks, margins = [field[3] for field in fields], [int(field[7]) for field in fields]
    assert looks == ["Default", "Second", "Second"]
    assert margins == [237 + foot["Default"] - foot["Second"], 237, 0]


def test_a_second_language_alone_on_screen_is_drawn_too():
    text = captions_ass(
        (), (1920, 1080), PAL, (SANS,), 0, 250, Second((Cue(0, 50, ("Danke.",)),), (SANS,))
    )
    assert text and "Second,,0,0,0,,Danke." in text
