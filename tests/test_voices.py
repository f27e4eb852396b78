"""The true times of the made voices, which every figure of the captions rests on."""

from __future__ import annotations

from sample_voices import festival_times


def test_a_quoted_word_begins_with_its_own_sound():
    assert festival_times("0.2 0.5 \n0 0 0.58 0.98 0 0 \n") == [(0.2, 0.5), (0.58, 0.98)]


def test_a_dash_without_a_sound_is_where_the_word_before_it_ends():
    assert festival_times("0.2 0.5 \n0 0 \n\n0.6 0.9 \n") == [
        (0.2, 0.5),
        (0.5, 0.5),
        (0.5, 0.5),
        (0.6, 0.9),
    ]


def test_a_number_of_several_words_is_one():
    assert festival_times("0.45 0.69 0.69 1.06 1.06 1.375 \n") == [(0.45, 1.375)]
