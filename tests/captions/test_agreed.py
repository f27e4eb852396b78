"""A sentence gets the aligner's times where it heard every word near where the recogniser did."""

from __future__ import annotations

from pipeline.captions.fit.agreed import agreed
from pipeline.model import Word


def at(*times: tuple[str, int, int], confidence: float = 1.0) -> tuple[Word, ...]:
    return tuple(Word(text, start, end, confidence) for text, start, end in times)


OWN = at(("Good", 0, 500), ("morning.", 500, 1000), ("Ask", 2000, 2300), ("me.", 2300, 2600))


def starts(words: tuple[Word, ...]) -> list[int]:
    return [word.start_ms for word in words]


def test_words_stand_where_both_hear_them():
    by_ear = at(
        ("Good", 180, 420), ("morning.", 430, 980), ("Ask", 2110, 2290), ("me.", 2290, 2500)
    )
    assert starts(agreed(OWN, by_ear)) == [180, 430, 2110, 2290]


def test_a_sentence_that_is_heard_elsewhere_keeps_its_own_times_and_the_others_do_not_suffer():
    by_ear = at(
        ("Good", 180, 420), ("morning.", 430, 980), ("Ask", 6110, 6290), ("me.", 6290, 6500)
    )
    assert starts(agreed(OWN, by_ear)) == [180, 430, 2000, 2300]


def test_a_word_that_the_aligner_does_not_hear_costs_its_own_sentence_alone():
    by_ear = at(("Good", 180, 420), ("Ask", 2110, 2290), ("me.", 2290, 2500))
    assert starts(agreed(OWN, by_ear)) == [0, 500, 2110, 2290]


def test_a_guess_is_no_agreement():
    by_ear = (*at(("Good", 180, 420), ("morning.", 430, 980), confidence=0.3), *OWN[2:])
    assert starts(agreed(OWN, by_ear)) == [0, 500, 2000, 2300]


def test_the_recognisers_own_doubts_stay_with_its_words():
    doubted = at(("Good", 0, 500), ("morning.", 500, 1000), confidence=0.4)
    by_ear = at(("Good", 180, 420), ("morning.", 430, 980))
    assert [word.confidence for word in agreed(doubted, by_ear)] == [0.4, 0.4]


def test_two_sentences_never_overlap_whichever_times_they_have():
    by_ear = at(("Good", 180, 420), ("morning.", 430, 1900))
    own = at(("Good", 0, 500), ("morning.", 500, 1000), ("Ask", 1500, 2300))
    words = agreed(own, by_ear)
    assert [(word.start_ms, word.end_ms) for word in words] == [
        (180, 420),
        (430, 1900),
        (1900, 2300),
    ]


def test_where_no_marks_are_written_a_pause_parts_sentences():
    own = at(("guten", 0, 400), ("morgen", 400, 900), ("fragen", 2000, 2500), ("sie", 2500, 2800))
    by_ear = at(("guten", 90, 400), ("morgen", 410, 900), ("fragen", 9000, 9500))
    assert starts(agreed(own, by_ear)) == [90, 410, 2000, 2500]
