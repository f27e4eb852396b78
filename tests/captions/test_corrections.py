"""Corrections that come back from a proof, put into captions that may have changed since."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.captions.cues.style import style_for
from pipeline.captions.edit.corrections import corrected, timed_where_changed
from pipeline.captions.edit.moves import Limits
from pipeline.captions.edit.sheet import Correction, sheet_of
from pipeline.captions.edit.spoken import heard_in_order
from pipeline.model import Cue, Word

LIMITS = Limits(style_for("en"), "en", Fraction(25), 1000)
CUES = (
    Cue(0, 50, ("Hello all.",)),
    Cue(50, 150, ("I speak of the CDFOP", "and of its rules.")),
    Cue(200, 250, ("Thank you.",)),
)


def correction(was: str, now: str, start_ms: int = 2000, end_ms: int = 6000) -> Correction:
    return Correction(start_ms, end_ms, was, now)


def texts(*corrections: Correction, cues: tuple[Cue, ...] = CUES) -> list[str]:
    done = corrected(sheet_of(cues), corrections, LIMITS)
    assert done.refused == ()
    return ["\n".join(cue.lines) for cue in done.sheet.cues]


WAS = "I speak of the CDFOP\nand of its rules."


def test_the_words_of_one_caption_are_others_and_its_times_stay():
    one = correction(WAS, "I speak of the Cedefop\nand of its rules.")
    done = corrected(sheet_of(CUES), [one], LIMITS)
    now = Cue(50, 150, ("I speak of the Cedefop", "and of its rules."))
    assert done.sheet.cues == (CUES[0], now, CUES[2])


def test_an_emptied_caption_goes():
    assert texts(correction("Thank you.", " ", 8000, 10000)) == ["Hello all.", WAS]


def test_a_text_that_is_too_long_for_its_caption_becomes_several_within_its_time():
    long = "I speak of the Cedefop and of its many rules, of which there are more each year, alas."
    done = corrected(sheet_of(CUES), [correction(WAS, long)], LIMITS)
    pieces = done.sheet.cues[1:-1]
    assert len(pieces) > 1
    assert " ".join(line for cue in pieces for line in cue.lines) == long
    assert all(len(line) <= LIMITS.style.line_length for cue in pieces for line in cue.lines)
    assert pieces[0].start_frame >= 50 and pieces[-1].end_frame <= 200


def test_signs_that_no_caption_has_are_taken_out():
    assert texts(correction(WAS, "Red\x1b[31m\x00 text\u2028here."))[1] == "Red [31m text here."


def test_a_caption_that_says_something_else_by_now_stays_and_is_told_with_what_stands_there():
    newer = (CUES[0], Cue(50, 150, ("I speak of Cedefop.",)), CUES[2])
    one = correction(WAS, "I speak of EQF.")
    done = corrected(sheet_of(newer), [one], LIMITS)
    assert done.sheet.cues == newer
    assert done.refused == ((one, "I speak of Cedefop."),)


def test_a_caption_that_is_gone_by_now_is_told():
    one = correction("Thank you.", "Thanks.", 8000, 10000)
    assert corrected(sheet_of(CUES[:2]), [one], LIMITS).refused == ((one, ""),)


def test_what_was_corrected_by_somebody_else_already_is_nothing_new():
    newer = (CUES[0], Cue(50, 100, ("I speak", "of the")), Cue(100, 150, ("< b>Cedefop.",)))
    assert texts(correction(WAS, "I speak of\nthe <b>Cedefop."), cues=newer)[1] == "I speak\nof the"


def test_a_caption_is_found_where_it_is_shown_now():
    """A trim was accepted since: everything is nine seconds earlier."""
    one = correction("Hello all.", "Hello everybody.", 9000, 11000)
    assert texts(one)[0] == "Hello everybody."


def test_of_captions_that_say_the_same_the_one_of_that_time_is_meant():
    twice = (CUES[2], Cue(400, 450, ("Thank you.",)))
    assert texts(correction("Thank you.", "Thanks.", 16000, 18000), cues=twice) == [
        "Thank you.",
        "Thanks.",
    ]
    astray = correction("Thank you.", "Thanks.", 30000, 31000)
    assert corrected(sheet_of(twice), [astray], LIMITS).refused == ((astray, ""),)


@pytest.mark.parametrize(("late_ms", "start"), [(200, 200), (1000, 225)])
def test_a_changed_caption_that_is_out_of_step_comes_when_its_words_are_heard(late_ms, start):
    now = (*CUES[:2], Cue(200, 300, ("Thanks to you.",)))
    begins = 8000 + late_ms
    words = [
        Word(text, begins + 300 * place, begins + 300 * place + 250)
        for place, text in enumerate(("Thanks", "to", "you."))
    ]
    timed = timed_where_changed(CUES, sheet_of(now), heard_in_order(words), LIMITS)
    assert timed.cues[:2] == CUES[:2]
    assert timed.cues[2].start_frame == start
