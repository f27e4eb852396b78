"""Captions as sentences to be translated, and their translations on the time of what was said."""

from __future__ import annotations

from fractions import Fraction

from pipeline.captions.cues.translated import sentences_of, words_of
from pipeline.model import Cue

RATE = Fraction(25)


def test_a_sentence_over_two_captions_is_translated_as_one():
    cues = (Cue(0, 50, ("I thank Dr. Ana", "Expert")), Cue(50, 100, ("for this. And you.",)))
    found = sentences_of(cues, RATE, "en")
    assert [one.text for one in found] == ["I thank Dr. Ana Expert for this.", "And you."]
    first, second = (one.stretches for one in found)
    assert first[0][0] == 0 and second[-1][1] in (3999, 4000)
    assert 2500 < first[-1][1] <= second[0][0] < 3500


def test_a_pause_and_six_captions_without_a_full_stop_end_a_sentence():
    apart = (Cue(0, 25, ("one",)), Cue(100, 125, ("two",)))
    assert [one.text for one in sentences_of(apart, RATE, "en")] == ["one", "two"]
    endless = tuple(Cue(25 * n, 25 * n + 25, (f"word{n}",)) for n in range(8))
    found = [one.text for one in sentences_of(endless, RATE, "en")]
    assert found == ["word0 word1 word2 word3 word4 word5", "word6 word7"]


def test_nobody_who_says_nothing_is_translated():
    assert sentences_of((), RATE, "en") == ()
    assert words_of((), ()) == ()


def test_a_translation_is_spread_over_the_time_of_its_own_sentence_and_is_not_doubted():
    cues = (Cue(0, 50, ("Good morning.",)), Cue(100, 150, ("Thank you.",)))
    words = words_of(sentences_of(cues, RATE, "en"), ("Bonjour à tous.", "Merci."))
    assert [word.text for word in words] == ["Bonjour", "à", "tous.", "Merci."]
    assert words[0].start_ms == 0 and words[2].end_ms <= 2000
    assert words[3].start_ms == 4000 and words[3].end_ms <= 6000
    assert {word.confidence for word in words} == {1.0}


def test_where_no_spaces_are_written_each_letter_is_a_word_with_its_marks():
    cues = (Cue(0, 50, ("Good morning.",)),)
    words = words_of(sentences_of(cues, RATE, "en"), ("早上好。",))
    assert [word.text for word in words] == ["早", "上", "好。"]
