"""Captions that can be read: limits, places to break, and the frame grid."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from pipeline.captions.cues import break_into_cues, style_for, width
from pipeline.model import Cue, Word

ENGLISH = style_for("en")
PAL = Fraction(25)
RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50)]


def spoken(text: str, start_ms: int = 0, word_ms: int = 320, pause_ms: int = 60) -> list[Word]:
    """A sentence said at one speed."""
    words = text.split()
    return [Word(word, start_ms + i * (word_ms + pause_ms), start_ms + i * (word_ms + pause_ms) + word_ms)
            for i, word in enumerate(words)]


def captions(words: list[Word], rate: Fraction = PAL, clip_s: int = 60) -> tuple[Cue, ...]:
    """English captions in a clip of a minute."""
    return break_into_cues(words, ENGLISH, rate, int(clip_s * rate))


TALK = (
    spoken("Good morning, everyone, and thank you very much for the kind invitation to join you today.", 403)
    + spoken("In 2018 we recognised our first micro-credentials; since then more than 300 have been approved, and every one of "
             "them has been reviewed by the people who are going to use it.", 8117, 251, 40)
    + spoken("Why?", 22009) + spoken("Because trust is slow.", 22751)
    + spoken("A learner who moves from one country to another should not have to begin again at the beginning.", 25013, 181, 20)
    + spoken("Thank you.", 31999, 150, 10))
"""Slow and fast speech, short and long sentences; nothing falls on a frame."""


def test_no_words_make_no_captions():
    assert captions([]) == ()


def test_a_short_sentence_is_one_caption_on_one_line():
    assert captions(spoken("So that is the risk.")) == (Cue(0, 53, ("So that is the risk.",)),)


def test_a_long_pause_ends_the_caption():
    cues = captions(spoken("So that is the risk") + spoken("and now the good news", 4200))
    assert [cue.lines for cue in cues] == [("So that is the risk",), ("and now the good news",)]
    assert cues[1].start_frame == 105


def test_a_sentence_ends_the_caption():
    cues = captions(spoken("That is the risk we saw. Now comes the good news."))
    assert [cue.lines for cue in cues] == [("That is the risk we saw.",), ("Now comes the good news.",)]


def test_a_paragraph_ends_the_caption():
    words = spoken("so that is the risk we saw and now comes the news")
    words[6] = Word(words[6].text, words[6].start_ms, words[6].end_ms, ends_paragraph=True)
    assert [cue.lines for cue in captions(words)] == [("so that is the risk we saw",), ("and now comes the news",)]


def test_a_title_does_not_end_the_sentence():
    assert [cue.lines for cue in captions(spoken("We thank Dr. Grant Klinkum."))] == [("We thank Dr. Grant Klinkum.",)]


def test_two_lines_are_of_like_length_with_the_lower_one_longer():
    (cue,) = captions(spoken("Every programme is assessed by people who know the field.", word_ms=250))
    assert cue.lines == ("Every programme is assessed", "by people who know the field.")


def test_a_caption_breaks_after_a_mark_and_not_after_a_small_word():
    cues = captions(spoken("When the first of these was approved four years ago, nobody in the room was sure that anybody "
                           "outside of it would care", word_ms=200))
    assert cues[0].lines[-1].endswith("ago,")


def test_a_number_stays_with_what_it_counts():
    cues = captions(spoken("Over the first ten years of that national programme we have seen some 12 million learners and "
                           "$ 300 million of public money well spent", word_ms=180))
    assert not any(cue.lines[-1].endswith(("12", "$", "300")) for cue in cues)


def test_a_word_wider_than_a_line_keeps_a_line_of_its_own():
    long = "Rindfleischetikettierungsüberwachungsaufgabengesetz"
    cues = captions(spoken(f"The {long} was repealed."))
    assert long in [line for cue in cues for line in cue.lines]
    assert max(len(cue.lines) for cue in cues) <= 2


@pytest.mark.parametrize("rate", RATES)
def test_every_word_is_shown_once_and_in_order(rate):
    assert " ".join(line for cue in captions(TALK, rate) for line in cue.lines) == " ".join(word.text for word in TALK)


@pytest.mark.parametrize("rate", RATES)
def test_no_line_is_wider_than_42_characters_and_no_caption_has_three(rate):
    cues = captions(TALK, rate)
    assert max(len(line) for cue in cues for line in cue.lines) <= 42
    assert max(len(cue.lines) for cue in cues) == 2


@pytest.mark.parametrize("rate", RATES)
def test_captions_never_overlap_and_never_flicker(rate):
    gaps = [after.start_frame - before.end_frame for before, after in pairwise(captions(TALK, rate))]
    assert min(gaps) >= 0
    assert 1 not in gaps
    assert not any(2 < gap < rate / 2 for gap in gaps)


@pytest.mark.parametrize("rate", RATES)
def test_a_caption_starts_with_its_first_word_and_outlasts_its_last(rate):
    words = iter(TALK)
    for cue in captions(TALK, rate):
        said = [next(words) for _ in " ".join(cue.lines).split()]
        start_ms, end_ms = cue.start_frame * 1000 / rate, cue.end_frame * 1000 / rate
        assert abs(start_ms - said[0].start_ms) <= 1000 / rate
        assert end_ms >= said[-1].end_ms


def test_a_word_that_ends_inside_a_frame_keeps_that_frame():
    cues = captions([*spoken("This is the end of it.", 0, 300, 13), *spoken("This is a new start.", 1865, 300, 13)])
    assert (cues[0].end_frame, cues[1].start_frame) == (47, 47)  # the last word ends at 1865 ms, inside frame 46


@pytest.mark.parametrize("rate", RATES)
def test_a_caption_stays_five_sixths_of_a_second_to_seven_seconds(rate):
    lengths = [cue.end_frame - cue.start_frame for cue in captions(TALK, rate)]
    assert min(lengths) >= rate * 5 / 6
    assert max(lengths) <= rate * 7


def test_speech_without_a_stop_is_cut_before_seven_seconds():
    cues = captions(spoken("and " * 60, word_ms=600), clip_s=60)
    assert max(cue.end_frame - cue.start_frame for cue in cues) <= 175


def test_a_caption_waits_until_it_has_been_read():
    (cue,) = captions(spoken("Extraordinary circumstances.", word_ms=100))
    assert cue == Cue(0, 35, ("Extraordinary circumstances.",))  # 28 characters at 20 a second


def test_the_last_caption_ends_with_the_clip():
    (cue,) = captions(spoken("Thank you very much.", 400), clip_s=2)
    assert cue.end_frame == 50


def test_words_after_the_end_of_the_clip_are_not_shown():
    assert captions(spoken("Too late.", 3000), clip_s=2) == ()


def test_characters_are_counted_as_a_reader_counts_them():
    assert width("café") == 4
    assert width("cafe\u0301") == 4
    assert width("a\u200db") == 2
    assert width("学習 AB") == Fraction(7, 2)
    assert width("สวัสดี") == 4


@pytest.mark.parametrize(("language", "limits"), [("en", (42, 20)), ("pt-BR", (42, 20)), ("ja", (16, 7)), ("zh-Hant", (16, 11)),
                                                  ("ko", (16, 14)), ("th", (35, 20)), ("hi", (42, 25)), ("ar", (42, 23))])
def test_each_language_has_its_limits(language, limits):
    style = style_for(language)
    assert (style.line_length, style.reading_speed_cps) == limits
