"""Captions as they are drawn into the picture: every text is data."""

from __future__ import annotations

from fractions import Fraction

from pipeline.captions.burned import captions_ass
from pipeline.model import Cue

PAL = Fraction(25)


def drawn(*cues: Cue, first: int = 0, end: int = 250, lifted: int = 0, rate: Fraction = PAL) -> list[str]:
    """The lines that draw captions in one part of a message at 1080p."""
    text = captions_ass(cues, (1920, 1080), rate, "Source Sans Pro", first, end, lifted) or ""
    return [line for line in text.splitlines() if line.startswith("Dialogue:")]


def test_a_caption_is_drawn_from_its_first_frame_to_its_last():
    assert drawn(Cue(25, 63, ("Good morning,", "everyone."))) == [
        "Dialogue: 0,0:00:01.00,0:00:02.52,Default,,0,0,0,,Good morning,\\Neveryone."]


def test_times_between_hundredths_are_rounded_down():
    (line,) = drawn(Cue(1, 2, ("x",)), rate=Fraction(30000, 1001))
    assert line.startswith("Dialogue: 0,0:00:00.03,0:00:00.06,")


def test_an_hour_is_written():
    (line,) = drawn(Cue(90000, 90025, ("x",)), first=90000, end=90250)
    assert line.startswith("Dialogue: 0,1:00:00.00,1:00:01.00,")


def test_a_part_without_captions_needs_no_text():
    assert captions_ass((Cue(0, 50, ("x",)),), (1920, 1080), PAL, "Source Sans Pro", 50, 300) is None
    assert captions_ass((), (1920, 1080), PAL, "Source Sans Pro", 0, 250) is None


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
        "Dialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,one Dialogue: 0,0:00:00.00,9:00:00.00,Default,,0,0,0,,two"]


def test_a_caption_that_begins_over_the_lower_third_stays_above_it():
    lines = drawn(Cue(100, 200, ("high",)), Cue(200, 240, ("low",)), lifted=150)
    assert [line.split(",")[3] for line in lines] == ["Lifted", "Default"]


def test_the_letters_suit_the_shorter_side():
    text = captions_ass((Cue(0, 25, ("x",)),), (1080, 1920), PAL, "Source Sans Pro", 0, 250)
    assert text is not None
    assert "PlayResX: 1080\nPlayResY: 1920\nWrapStyle: 2" in text
    assert "Style: Default,Source Sans Pro,63," in text
