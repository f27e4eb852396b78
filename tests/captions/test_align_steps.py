"""The two steps of fitting a text: where a reader went in it, and which sound is searched for which
words.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from pipeline.captions.fit.align import align, plan_from, plan_words
from pipeline.captions.fit.arcs import grammar
from pipeline.captions.fit.reading import Reading, read, trigram_model
from pipeline.captions.fit.stretches import Slice, Step, slices, steps_read, steps_said
from pipeline.captions.fit.walk import HeardWord, runs, walk
from pipeline.captions.words.script import read_script
from pipeline.model import Word
from pipeline.tools.hearing.sphinx import _last_names, _pieces

TEXT = (
    "We began with a small group of teachers. They wrote down what a learner can do. "
    "Nobody could hide behind that list. It became the heart of our work and it still is."
)
TALK = "one two three four five six seven eight nine ten eleven twelve"


def reading(text: str = TEXT, language: str = "en") -> Reading:
    return read(read_script(text.encode(), language).tokens)


def heard(said: str, word_ms: int = 300) -> tuple[HeardWord, ...]:
    """The words of ``said`` one after another; a bar is a second without speech, a tilde a second
    of speech unheard.
    """
    words, at_ms = [], 500
    for word in said.lower().replace(".", "").split():
        if word not in "|~":
            words.append(HeardWord(word, at_ms, at_ms + word_ms))
        at_ms += word_ms if word not in "|~" else 1000
    return tuple(words)


def went(said: str, text: str = TEXT) -> list[str]:
    """Which words of the script the walk goes through, with a dot for a word that is nobody's."""
    line = reading(text)
    return ["." if place is None else line.places[place].word for place in walk(line, heard(said))]


def kinds(said: str, text: str = TEXT, speech: tuple[tuple[int, int], ...] = ()) -> str:
    """The steps read: words as they are, false starts in <>, possible ones in (), other speech as
    *.
    """
    line, words = reading(text), heard(said)
    steps = steps_read(
        line,
        words,
        runs(line, walk(line, words)),
        speech or tuple((w.start_ms, w.end_ms) for w in words),
    )
    form = {"said": "{}", "false": "<{}>", "maybe": "({})", "noise": "*"}
    return " ".join(form[step.kind].format(line.tokens[step.token].text) for step in steps)


# --- where the reader went ------------------------------------------------------------------------


def test_a_reader_who_leaves_a_sentence_out_is_met_again_behind_it():
    said = "we began with a small group of teachers nobody could hide behind that list"
    assert went(said) == said.split()


def test_a_word_that_is_not_in_the_script_is_nobodys():
    assert went("we began with a tiny group of teachers")[4] == "."


def test_a_reader_who_goes_back_a_sentence_is_followed_back():
    said = (
        "they wrote down what a learner can do they wrote down what a learner can do nobody could"
        " hide"
    )
    line = reading()
    places = walk(line, heard(said))
    assert places[:8] == places[8:16]


def test_a_common_word_far_away_does_not_pull_the_reader_there():
    line = reading()
    places = walk(line, heard("we began with a small group it of teachers they wrote down"))
    assert places[6] is None
    assert places[7] == places[5] + 1


def test_every_way_to_say_a_number_is_known():
    for said in (
        "in twenty eighteen we began with it",
        "in two thousand and eighteen we began with it",
    ):
        assert went(said, "In 2018 we began with it.") == said.split()


# --- what is searched -----------------------------------------------------------------------------


def test_a_sentence_left_out_with_no_time_for_it_is_not_searched_for():
    assert (
        kinds("we began with a small group of teachers nobody could hide behind that list")
        == "We began with a small group of teachers. Nobody could hide behind that list."
    )


def test_words_that_were_not_heard_but_had_the_time_are_taken_as_said():
    said = "we began with a small group of teachers ~ ~ nobody could hide behind that list"
    last = heard(said)[-1].end_ms
    steps = kinds(said, speech=((500, last),))
    assert "They wrote down what a learner can do." in steps
    assert "(" not in steps


def test_where_the_time_does_not_fit_the_words_they_are_only_possible():
    said = (
        "we began with a small group of teachers " + "~ " * 9 + "nobody could hide behind that list"
    )
    assert "* (They) (wrote)" in kinds(said, speech=((500, heard(said)[-1].end_ms),))


def test_the_last_word_before_a_sentence_left_out_is_kept_although_it_was_not_heard():
    said = "we began with a small group of | nobody could hide behind that list"
    words = heard(said)
    speech = ((500, words[6].end_ms + 700), (words[7].start_ms, words[-1].end_ms))
    assert (
        kinds(said, speech=speech)
        == "We began with a small group of teachers. Nobody could hide behind that list."
    )


def test_outside_english_going_back_must_gain_more():
    line = reading()
    again = heard("it became the heart of our work we began with a small")
    assert walk(line, again)[7] is not None
    assert walk(replace(line, trust=0.6), again)[7] is None


def test_a_false_start_is_timed_and_marked():
    assert kinds(
        "we began with a small group of teachers they wrote they wrote down what a learner can do"
    ).startswith("We began with a small group of teachers. <They> <wrote> They wrote down")


def test_without_four_words_in_a_row_nothing_is_believed():
    assert kinds("we began or something else of teachers or nobody") == ""


# --- slices ---------------------------------------------------------------------------------------


def anchored(pauses: dict[int, int], count: int = 80) -> tuple[Step, ...]:
    """Words of 300 ms; ``pauses`` gives the silence before the word of that number."""
    steps, at_ms = [], 1000
    for number in range(count):
        at_ms += pauses.get(number, 0)
        steps.append(Step("said", number, at_ms, at_ms + 300, True))
        at_ms += 300
    return tuple(steps)


def test_slices_are_cut_in_the_middle_of_a_pause():
    found = slices(anchored({35: 400}), [(1000, 26_000)], 27_000)
    assert found[0].end_ms == found[1].start_ms == 1000 + 35 * 300 + 200
    assert len(found[0].steps) == 35


def test_where_nobody_pauses_slices_are_cut_all_the_same():
    found = slices(anchored({}, 400), [(1000, 121_000)], 122_000)
    assert max(part.end_ms - part.start_ms for part in found) <= 19_000
    assert sum(len(part.steps) for part in found) == 400
    assert all(before.end_ms == after.start_ms for before, after in pairwise(found))


def test_an_uncertain_passage_has_a_slice_of_its_own_with_two_sure_words_on_either_side():
    steps = anchored({}, 20)
    passage = (Step("noise"), Step("maybe", 20), Step("noise"))
    later = tuple(Step("said", 21 + i, 12_000 + i * 300, 12_300 + i * 300, True) for i in range(20))
    found = slices((*steps, *passage, *later), [(1000, 18_000)], 19_000)
    assert [part.strict for part in found] == [True, False, True]
    assert [step.kind for step in found[1].steps] == [
        "said",
        "said",
        "noise",
        "maybe",
        "noise",
        "said",
        "said",
    ]


# --- grammars -------------------------------------------------------------------------------------


def paths(text: str, steps: list[Step]) -> set[str]:
    """All that a slice's grammar lets somebody say, other speech left out."""
    line = reading(text)
    arcs, last, used = grammar(line, Slice(0, 1000, tuple(steps)))
    arcs = [arc for arc in arcs if arc[3] is None or arc[3] in used]
    found, open_paths = set(), [(0, "")]
    while open_paths:
        state, said = open_paths.pop()
        if state == last:
            found.add(said.strip())
        open_paths += [
            (to, f"{said} {line.places[used[name]].word}" if name else said)
            for start, to, _, name in arcs
            if start == state
        ]
    return found


def said_steps(*tokens: int) -> list[Step]:
    return [Step("said", token) for token in tokens]


def test_each_reading_of_a_number_is_allowed():
    assert {
        "in twenty eighteen",
        "in two thousand eighteen",
        "in two thousand and eighteen",
    } <= paths("In 2018", said_steps(0, 1))


def test_a_heading_is_said_as_a_whole_or_not_at_all():
    assert paths("# First steps\n\nWelcome all.", said_steps(0, 1, 2, 3)) == {
        "first steps welcome all",
        "welcome all",
    }


def test_of_a_possible_passage_any_part_may_be_said():
    steps = [Step("said", 0), Step("maybe", 1), Step("maybe", 2), Step("maybe", 3), Step("said", 4)]
    found = paths(TALK, steps)
    assert {
        "one five",
        "one two three four five",
        "one three five",
        "one four five",
        "one two five",
    } <= found
    assert all(path.startswith("one") and path.endswith("five") for path in found)


def test_a_result_that_broke_off_is_told_from_one_that_ended():
    part = {
        "final": 3,
        "arcs": [[0, 1, 1.0, "_0"], [1, 2, 1.0, "_1"], [2, 3, 1.0, "_2"], [2, 3, 0.5, None]],
    }
    assert _last_names(part) == {"_1", "_2"}


# --- words that come with times -------------------------------------------------------------------


def borders(speech: tuple[tuple[int, int], ...]) -> list[tuple[int | None, int | None]]:
    """Start and end of two words, of which a recogniser lets one end where the other begins."""
    words = (Word("one", 500, 1100), Word("two", 1100, 2000))
    return [(step.start_ms, step.end_ms) for step in steps_said(words, speech)]


def test_words_end_and_begin_around_a_pause_as_the_speech_does():
    assert borders(((520, 900), (1240, 1950))) == [(500, 900), (1240, 2000)]
    assert borders(((520, 1240), (1450, 1950))) == [(500, 1240), (1450, 2000)]


def test_a_pause_in_a_word_is_no_border_of_it():
    assert borders(((520, 1300), (1500, 1950))) == [(500, 1100), (1100, 2000)]
    assert borders(()) == [(500, 1100), (1100, 2000)]


def test_words_that_come_with_times_are_timed_in_slices_that_are_cut_in_pauses():
    text = " ".join([TALK] * 4)
    words = [Word(one, 300 * at, 300 * at + 300) for at, one in enumerate(text.split())]
    speech = ((0, 8950), (9250, 14400))  # the 30th word ends at 9.0 s
    plan = plan_words(read_script(text.encode(), "en").tokens, words, speech, "en")
    assert [(part.start_ms, part.end_ms) for part in plan.slices] == [(0, 9100), (9100, 14700)]
    assert [len(part.steps) for part in plan.slices] == [30, 18]


def test_in_hebrew_they_are_timed_by_sentences_like_every_text():
    text = "שלום לכולם היום. תודה רבה על ההזמנה."
    words = [Word(one, 300 * at, 300 * at + 300) for at, one in enumerate(text.split())]
    tokens = read_script(text.encode(), "he").tokens
    plan = plan_words(tokens, words, ((0, 900), (1200, 2100)), "he")
    assert plan.slices == ()
    assert [part.by_sentence for part in plan.whole] == [True]


# --- the answer -----------------------------------------------------------------------------------


def aligned(path: list[tuple[str, int, int]] | None):
    """The twelve words of a talk, heard as written, forced with this result."""
    line, words = reading(TALK), heard(TALK)
    plan = plan_from(line, words, ((500, 4100),), 4600, "en")
    assert len(plan.slices) == 1
    answer = path and [
        {"name": f"_{place}", "start_ms": start, "end_ms": end} for place, start, end in path
    ]
    return align(plan, json.dumps({"slices": [answer]}))


def test_where_the_recogniser_has_no_result_the_times_are_those_that_were_heard():
    result = aligned(None)
    assert [word.start_ms for word in result.words] == [500 + 300 * i for i in range(12)]
    assert {word.confidence for word in result.words} == {0.8}


def test_twelve_words_in_a_second_are_not_believed():
    result = aligned([(i, 1000 + i * 80, 1080 + i * 80) for i in range(12)])
    assert [word.start_ms for word in result.words] == [500 + 300 * i for i in range(12)]


def test_a_first_word_does_not_begin_in_the_silence_before_it():
    times = [(i, 500 + i * 300, 800 + i * 300) for i in range(12)]
    result = aligned([(0, 50, 800), *times[1:]])
    assert result.words[0].start_ms == 460


# --- memory and languages -------------------------------------------------------------------------


def test_half_an_hour_is_heard_in_pieces_of_about_a_minute_cut_in_pauses():
    activity = [[start, start + 5600] for start in range(0, 1_800_000, 6000)]
    pieces = _pieces(activity, 1_800_000)
    assert max(end - start for start, end in pieces) <= 70_500
    assert pieces[-1][1] >= 1_799_000
    assert all(
        any(
            stop <= start + 250 and start + 250 <= begin
            for (_, stop), (begin, _) in pairwise(activity)
        )
        for start, _ in pieces[1:]
    )


def test_silence_is_not_listened_to():
    assert _pieces([[20_000, 25_000], [40_000, 45_000]], 60_000) == [
        (19_750, 25_250),
        (39_750, 45_250),
    ]


def test_a_sound_in_which_no_speech_was_found_is_heard_whole():
    assert _pieces([], 100_000) == [(0, 70_000), (70_000, 100_000)]


def test_a_chinese_character_counts_less_than_a_word():
    assert reading("大家好，非常感谢你们的邀请。", "zh").words_a_place == pytest.approx(2 / 3)
    assert reading().words_a_place == 1


def test_a_heading_may_be_passed_over_in_the_language_model():
    model = trigram_model(reading("Begin.\n\n# Title\n\nOnward now."))
    assert "\t_begin _title" in model
    assert "\t_begin _onward" in model
