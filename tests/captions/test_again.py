"""Speech that was lost, and loops, are heard once more; what is heard then stands there."""

from __future__ import annotations

from pipeline.captions.heard.again import filled, seams_closed, to_hear_again
from pipeline.model import Word


def said(text: str, at_ms: int, each_ms: int = 300) -> list[Word]:
    return [
        Word(word, at_ms + each_ms * place, at_ms + each_ms * (place + 1), 0.9)
        for place, word in enumerate(text.split())
    ]


def shown(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


def test_where_somebody_speaks_and_no_word_stands_it_is_heard_again():
    words = [*said("Good morning to you.", 0), *said("Thank you.", 6000)]
    assert to_hear_again(words, ((0, 1200), (2000, 5000), (6000, 6600))) == ((1800, 5200),)
    assert to_hear_again(words, ((0, 1200), (6000, 6600))) == ()
    assert to_hear_again(words, ()) == ()


def test_a_loop_is_heard_again_from_its_first_word_to_its_last():
    words = [*said("so", 0), *said("thank you " * 5, 300)]
    assert to_hear_again(words, ((0, 3300),)) == ((300, 3300),)


def test_what_is_heard_the_second_time_stands_between_its_neighbours():
    words = [*said("Good morning to you.", 0), *said("Thank you.", 6000)]
    again = said("We have learned a lot. Thank", 2100, 700)
    assert shown(filled(words, again, ((1800, 6100),))) == (
        "Good morning to you. We have learned a lot. Thank you."
    )


def test_a_loop_is_replaced_and_stays_where_nothing_else_is_heard():
    words = [*said("so", 0), *said("thank you " * 5, 300), *said("bye", 3300)]
    again = said("we are all here today", 400, 500)
    assert shown(filled(words, again, ((300, 3300),))) == "so we are all here today bye"
    assert filled(words, (), ((300, 3300),)) == tuple(words)


def test_a_sentence_that_was_said_three_times_and_is_heard_twice_the_second_time_is_not_lost():
    sentence = "I hope that we can learn from each other. "
    words = said(sentence * 3, 0)
    again = said(sentence * 2, 30)
    assert shown(filled(words, again, ((0, 8100),))) == (sentence * 3).strip()


def test_a_sentence_that_was_said_four_times_stays_though_its_last_word_is_heard_too_long():
    words = [*said("I know. " + "We will not stop. " * 4 + "It is so.", 0)]
    again = said("We will not stop, " * 3, 650)
    again[-1] = Word("stop.", 3950, 5400, 0.98)
    assert filled(words, again, ((600, 5400),)) == tuple(words)


def test_a_loop_over_what_is_said_once_is_replaced():
    words = [*said("so", 0), *said("thank you " * 5, 300), *said("bye", 3300)]
    assert shown(filled(words, said("thank you", 400, 500), ((300, 3300),))) == "so thank you bye"


def test_no_word_of_the_second_hearing_reaches_into_its_neighbours_time():
    words = [*said("Good morning.", 0), *said("Bye.", 3000)]
    again = [Word("early", 500, 900, 0.9), Word("late", 2500, 3400, 0.9)]
    times = [(word.start_ms, word.end_ms) for word in filled(words, again, ((650, 2990),))]
    assert times == [(0, 300), (300, 600), (600, 900), (2500, 3000), (3000, 3300)]


def test_a_word_that_two_windows_both_have_is_said_once():
    assert shown(seams_closed(said("many things including Including the people", 0))) == (
        "many things including the people"
    )


def test_words_that_are_said_twice_stay():
    for text in ("very very good", "We said. Said he", "that that is", "No no", "what a What a"):
        assert shown(seams_closed(said(text, 0))) == text
