"""Captions drawn into an upright or square picture: shorter lines, never smaller letters."""

from __future__ import annotations

from fractions import Fraction

from pipeline.captions.cues.narrower import narrowed
from pipeline.model import Cue

PAL = Fraction(25)
TWO_LONG_LINES = Cue(
    10,
    130,
    ("and that the qualification can be", "recognised by employers across Europe,"),
    foot=Fraction(60, 100),
    chapter="Recognition",
)


def test_a_caption_that_fits_stays_as_it_was_written():
    cue = Cue(0, 50, ("Good morning,", "everyone."), chapter="Welcome")
    assert narrowed([cue], 26, PAL, "en") == (cue,)


def test_a_caption_too_wide_for_an_upright_picture_becomes_several_within_its_time():
    pieces = narrowed([TWO_LONG_LINES], 26, PAL, "en")
    assert [piece.lines for piece in pieces] == [
        ("and that the qualification", "can be recognised"),
        ("by employers", "across Europe,"),
    ]
    assert (pieces[0].start_frame, pieces[-1].end_frame) == (10, 130)
    assert pieces[0].end_frame <= pieces[1].start_frame
    assert 70 < pieces[1].start_frame < 95  # 44 of 71 letters are before it


def test_the_pieces_stay_above_the_lower_third_and_the_chapter_begins_once():
    first, second = narrowed([TWO_LONG_LINES], 26, PAL, "en")
    assert first.foot == second.foot == Fraction(60, 100)
    assert (first.chapter, second.chapter) == ("Recognition", "")


def test_letters_of_double_width_count_twice():
    (line,) = [Cue(0, 100, ("能力を証明する小さな資格",))]
    assert narrowed([line], 26, PAL, "ja") == (line,)
    wide = Cue(0, 150, ("能力を証明する小さな資格です。",))
    assert all(len(text) <= 13 for piece in narrowed([wide], 26, PAL, "ja") for text in piece.lines)


def test_no_word_is_lost_where_it_is_wider_than_a_line():
    long = Cue(0, 100, ("Donaudampfschifffahrtsgesellschaftskapitän sagt ja",))
    said = " ".join(line for piece in narrowed([long], 26, PAL, "de") for line in piece.lines)
    assert said == "Donaudampfschifffahrtsgesellschaftskapitän sagt ja"
