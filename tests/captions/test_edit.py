"""What a person does to captions, as edits: split by the words, halves given, merged, undone, told
again after a crash, merged with what somebody else has done.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.captions.cues.style import CaptionStyle
from pipeline.captions.edit import moves
from pipeline.captions.edit.history import begin, journal, read_journal
from pipeline.captions.edit.merge import merged
from pipeline.captions.edit.moves import Limits, NotPossible
from pipeline.captions.edit.otherwise import heard_otherwise
from pipeline.captions.edit.sheet import Changed, rewritten, sheet_of
from pipeline.captions.edit.spoken import as_heard, heard_in_order, spoken
from pipeline.model import Cue, Word

RATE = Fraction(25)
LIMITS = Limits(CaptionStyle(), "en", RATE, 1000)
FIRST = Cue(0, 100, ("The first one is here, and it", "goes on to the second sentence."))
SECOND = Cue(100, 150, ("There it ends.",))
THIRD = Cue(200, 250, ("Then comes another.",))
SHEET = sheet_of((FIRST, SECOND, THIRD))


def heard(*words: tuple[str, int, int]) -> tuple[Word, ...]:
    return tuple(Word(*word) for word in words)


SAID = heard_in_order(
    heard(
        ("The", 0, 200), ("first", 200, 500), ("one", 500, 700), ("is", 700, 800),
        ("here,", 800, 1200), ("and", 2400, 2500), ("it", 2500, 2600), ("goes", 2600, 2800),
    )
)  # fmt: skip


def words_of(cue: Cue):
    return spoken(cue, SAID, RATE)


def texts(sheet) -> list[str]:
    return [" ".join(cue.lines) for cue in sheet.cues]


# --- when a word is spoken ------------------------------------------------------------------------


def test_a_word_that_was_heard_has_its_time_and_one_that_was_typed_its_share():
    cue = Cue(0, 100, ("The very first one",))
    found = [(one.word.text, one.word.start_ms, one.word.end_ms) for one in words_of(cue)]
    assert found == [
        ("The", 0, 200), ("very", 200, 200), ("first", 200, 500), ("one", 500, 700),
    ]  # fmt: skip


def test_without_any_words_heard_a_caption_is_shared_out_by_its_letters():
    found = spoken(Cue(0, 25, ("aaa a",)), heard_in_order(()), RATE)
    assert [(one.word.start_ms, one.word.end_ms) for one in found] == [(0, 750), (750, 1000)]


def test_where_no_spaces_are_written_each_letter_has_a_time():
    found = spoken(Cue(0, 25, ("你好",)), heard_in_order(()), RATE)
    assert [one.word.text for one in found] == ["你", "好"]


# --- what else was heard --------------------------------------------------------------------------


def otherwise(doubted: set[int], *hearings: tuple[Word, ...]) -> list[tuple[str, str]]:
    """What is offered for which words of ``Now, Klinken said it.``, spoken from 1 s to 2.6 s."""
    cue = Cue(20, 75, ("Now, Klinken", "said it."))
    said = heard(
        ("Now", 1000, 1300), ("Klinken", 1300, 2000), ("said", 2000, 2300), ("it.", 2300, 2600)
    )
    words = spoken(cue, heard_in_order(said), RATE)
    found = heard_otherwise(words, doubted, [heard_in_order(one) for one in hearings])
    return [("Now, Klinken\nsaid it."[one.first : one.end], one.text) for one in found]


def test_another_hearing_is_offered_for_a_doubtful_word_without_its_marks():
    again = heard(("Now,", 1050, 1350), ("Klinkum,", 1400, 2050), ("said", 2050, 2300))
    assert otherwise({1}, again) == [("Klinken", "Klinkum")]


def test_nothing_is_offered_for_a_word_that_nobody_doubts():
    again = heard(("Now", 1000, 1300), ("Klinkum", 1300, 2000), ("said", 2000, 2300))
    assert otherwise({0}, again) == []


def test_what_is_only_written_otherwise_is_not_offered():
    assert otherwise({1}, heard(("now", 1000, 1300), ("KLINKEN", 1300, 2000))) == []


def test_two_hearings_with_the_same_are_offered_once_and_others_each():
    one, two = heard(("Klinkum", 1300, 2000)), heard(("clinking", 1300, 2000))
    assert otherwise({1}, one, one, two) == [("Klinken", "Klinkum"), ("Klinken", "clinking")]


def test_several_words_that_were_heard_as_one_or_as_more_are_offered_as_a_whole():
    one = heard(
        ("Now", 1000, 1300), ("clean", 1300, 1600), ("can", 1600, 2000), ("said", 2000, 2300)
    )
    assert otherwise({1}, one) == [("Klinken", "clean can")]
    other = heard(("Now", 1000, 1300), ("Klinkensaid", 1300, 2300), ("it", 2300, 2600))
    assert otherwise({1}, other) == []  # letter for letter what stands there


def test_a_hearing_of_a_stretch_speaks_only_for_the_words_in_it():
    before = heard(("then", 500, 900), ("Klinkum", 1350, 2000))
    assert otherwise({1}, before) == [("Klinken", "Klinkum")]
    begins_there = heard(("Klinkum", 1350, 2000), ("says", 2000, 2300))
    assert otherwise({0}, begins_there) == []


# --- moves ----------------------------------------------------------------------------------------


def test_a_split_falls_where_the_second_half_is_spoken():
    offset = FIRST.lines[0].index(" and")
    edit = moves.split(SHEET, 1, offset, words_of(FIRST), LIMITS)
    first, second = (line.cue for line in edit.after)
    # "here," ends at 1.2 s, "and" begins at 2.4 s: a pause is left free
    assert first == Cue(0, 31, ("The first one is here,",))
    assert (second.start_frame, second.end_frame) == (60, 100)
    assert " ".join(second.lines) == "and it goes on to the second sentence."


CHAPTERS = sheet_of(
    (
        replace(FIRST, chapter="Who it is for"),
        SECOND,
        replace(THIRD, chapter="Conditions"),
        Cue(300, 350, ("The end.",)),
    )
)


def chapters(sheet) -> list[str]:
    return [cue.chapter for cue in sheet.cues]


def test_a_chapter_begins_where_it_began_when_captions_are_split_joined_and_taken_out():
    parted = CHAPTERS.edited(moves.split(CHAPTERS, 1, 25, words_of(FIRST), LIMITS))
    assert chapters(parted) == ["Who it is for", "", "", "Conditions", ""]
    together = CHAPTERS.edited(moves.joined(CHAPTERS, 1, LIMITS))
    assert chapters(together) == ["Who it is for", "Conditions", ""]
    without = CHAPTERS.edited(moves.removed(CHAPTERS, 3))
    assert chapters(without) == ["Who it is for", "", "Conditions"]
    assert texts(without)[-1] == "The end."
    with pytest.raises(NotPossible, match="The chapter “Conditions” begins with the next caption"):
        moves.joined(CHAPTERS, 2, LIMITS)


def test_a_cursor_inside_a_word_splits_at_its_nearer_end():
    offset = FIRST.lines[0].index("here") + 3
    edit = moves.split(SHEET, 1, offset, words_of(FIRST), LIMITS)
    assert edit.after[0].cue.lines == ("The first one is here,",)


@pytest.mark.parametrize("offset", [0, len("\n".join(FIRST.lines))])
def test_nothing_is_split_at_its_end(offset):
    with pytest.raises(NotPossible, match="between two words"):
        moves.split(SHEET, 1, offset, words_of(FIRST), LIMITS)


def test_words_given_to_the_next_caption_move_the_border_with_them():
    offset = len(FIRST.lines[0]) - len("and it")
    edit = moves.given(SHEET, 1, offset, True, words_of(FIRST), LIMITS)
    sheet = SHEET.edited(edit)
    assert texts(sheet)[:2] == [
        "The first one is here,",
        "and it goes on to the second sentence. There it ends.",
    ]
    assert [(cue.start_frame, cue.end_frame) for cue in sheet.cues[:2]] == [(0, 31), (60, 150)]


def test_words_given_back_to_the_one_before_move_the_border_with_them():
    sheet = sheet_of((Cue(0, 10, ("Well.",)), Cue(10, 100, ("The first one is here, and it",))))
    offset = len("The first")
    edit = moves.given(sheet, 2, offset, False, words_of(sheet.cues[1]), LIMITS)
    assert texts(sheet.edited(edit)) == ["Well. The first", "one is here, and it"]
    assert sheet.edited(edit).cues[1].start_frame == 13  # "one" begins at 0.5 s


def test_merged_captions_are_laid_out_anew_and_two_speakers_stay_apart():
    edit = moves.joined(SHEET, 2, LIMITS)
    assert edit.after[0].cue == Cue(100, 250, ("There it ends. Then comes another.",))
    two = sheet_of((Cue(0, 10, ("- Yes.",)), Cue(10, 20, ("- No.",))))
    assert moves.joined(two, 1, LIMITS).after[0].cue.lines == ("- Yes.", "- No.")


def test_a_caption_is_moved_no_further_than_its_neighbours():
    edit = moves.retimed(SHEET, 2, 50, 900, LIMITS)
    assert edit.after[0].cue == replace(SECOND, start_frame=100, end_frame=200)
    last = moves.retimed(SHEET, 3, 210, 5000, LIMITS)
    assert last.after[0].cue.end_frame == 1000


def test_a_border_that_is_dragged_moves_both_captions():
    edit = moves.border_moved(SHEET, 1, 110, LIMITS)
    assert [(line.cue.start_frame, line.cue.end_frame) for line in edit.after] == [
        (0, 110), (110, 150),
    ]  # fmt: skip


def test_a_caption_that_was_missed_is_put_where_none_is():
    edit = moves.added(SHEET, 160, LIMITS)
    assert edit.after[0].cue == Cue(160, 200, ())
    with pytest.raises(NotPossible, match="is a caption already"):
        moves.added(SHEET, 50, LIMITS)


def test_a_name_is_replaced_everywhere_as_a_whole_word():
    sheet = sheet_of((Cue(0, 9, ("Ana said",)), Cue(9, 19, ("Anatomy.",)), Cue(19, 30, ("Ana?",))))
    edit = moves.replaced(sheet, "Ana", "Anna", True)
    assert edit and texts(sheet.edited(edit)) == ["Anna said", "Anatomy.", "Anna?"]
    assert moves.replaced(sheet, "Bo", "Bob", True) is None


def test_a_caption_that_flashes_by_is_mended_as_lint_does():
    sheet = sheet_of((Cue(0, 5, ("Good morning.",)), THIRD))
    edit = moves.mended(sheet, 1, LIMITS)
    assert edit and edit.after[0].cue == Cue(0, 21, ("Good morning.",))
    assert moves.mended(sheet.edited(edit), 1, LIMITS) is None


def test_what_is_typed_holds_no_control_signs():
    assert moves.typed(["  a\tb\x00 ", "", "c\u200dd"]) == ("a b", "c\u200dd")


def test_words_are_not_written_over_those_of_somebody_else():
    theirs = SHEET.edited(moves.reworded(SHEET, 2, SECOND.lines, ["There they end."]))
    with pytest.raises(Changed) as caught:
        moves.reworded(theirs, 2, SECOND.lines, ["There we end."])
    assert caught.value.now[0].cue.lines == ("There they end.",)


# --- undone, and told again -----------------------------------------------------------------------


def a_history():
    history = begin(SHEET, RATE, SAID.words)
    edit = moves.reworded(history.sheet, 2, SECOND.lines, ["There they end."])
    history = history.edited(edit, "Ana", "2026-01-01")
    history = history.edited(moves.joined(history.sheet, 2, LIMITS), "Ana", "2026-01-01")
    history = history.edited(moves.removed(history.sheet, 1), "Bo", "2026-01-01")
    return history


def test_everything_can_be_undone_and_made_again():
    history = done = a_history()
    for _ in range(4):
        history = history.without_last("Ana", "later")
    assert history.sheet.cues == SHEET.cues
    for _ in range(4):
        history = history.again("Ana", "later")
    assert history.sheet.lines == done.sheet.lines


def test_a_new_edit_ends_what_could_be_made_again():
    history = a_history().without_last("Ana", "x")
    history = history.edited(moves.removed(history.sheet, 2), "Ana", "x")
    assert history.again("Ana", "x") == history


def test_a_journal_tells_chapters_again():
    edit = moves.split(CHAPTERS, 1, 25, words_of(FIRST), LIMITS)
    history = begin(CHAPTERS, RATE).edited(edit, "Ana", "x")
    assert read_journal(journal(history)) == (history, True)


def test_a_journal_tells_the_history_again():
    history = a_history().without_last("Ana", "x").again("Bo", "y").without_last("Bo", "z")
    assert read_journal(journal(history)) == (history, True)


def test_half_a_line_that_a_kill_left_is_not_told():
    history = a_history()
    text = journal(history)
    last = text.rstrip("\n").rfind("\n") + 1
    for cut in (last + 1, last + 20, len(text) - 1):
        told, whole = read_journal(text[:cut])
        assert not whole
        assert told and len(told.steps) in (2, 3)  # the last one is whole but for its line end
        assert told.steps == history.steps[: len(told.steps)]


@pytest.mark.parametrize("text", ["", "{}\n", "nothing\n", "[1]\n", '{"lines": 3}\n'])
def test_what_is_no_journal_is_none(text):
    assert read_journal(text) == (None, False)


def test_what_stood_is_told_back_to_the_beginning():
    assert [len(cues) for cues in a_history().stood()] == [1, 2, 3, 3]


# --- two people -----------------------------------------------------------------------------------


def test_captions_that_did_not_change_keep_their_ids():
    now = (FIRST, replace(SECOND, lines=("There they end.",)), Cue(160, 180, ("New.",)), THIRD)
    sheet = SHEET
    for edit in rewritten(sheet, now, "elsewhere"):
        sheet = sheet.edited(edit)
    assert sheet.cues == now
    assert [line.id for line in sheet.lines] == [1, 2, 4, 3]


def test_changes_to_different_captions_are_both_kept():
    ours = (FIRST, replace(SECOND, lines=("Ours.",)), THIRD)
    theirs = (FIRST, SECOND, replace(THIRD, lines=("Theirs.",)))
    assert merged((FIRST, SECOND, THIRD), ours, theirs) == ((FIRST, ours[1], theirs[2]), ())


def test_of_one_caption_that_both_changed_the_file_stands_and_ours_is_given_back():
    ours = (FIRST, replace(SECOND, lines=("Ours.",)), THIRD)
    theirs = (FIRST, replace(SECOND, lines=("Theirs.",)), THIRD)
    assert merged((FIRST, SECOND, THIRD), ours, theirs) == (theirs, (ours[1],))


def test_what_one_side_deleted_and_the_other_left_alone_is_gone():
    assert merged((FIRST, SECOND, THIRD), (FIRST, THIRD), (FIRST, SECOND, THIRD)) == (
        (FIRST, THIRD), (),
    )  # fmt: skip


def test_a_caption_of_ours_that_would_lie_over_one_of_theirs_is_given_back():
    ours = (FIRST, SECOND, Cue(160, 190, ("Ours.",)), THIRD)
    theirs = (FIRST, SECOND, THIRD, Cue(300, 320, ("Theirs.",)))
    assert merged((FIRST, SECOND, THIRD), ours, theirs)[0] == (*ours, theirs[3])
    wide = (FIRST, replace(SECOND, end_frame=195), THIRD)
    assert merged((FIRST, SECOND, THIRD), ours, wide) == (wide, (ours[2],))


# --- timed again ----------------------------------------------------------------------------------

SHIFTED = heard_in_order(
    heard(
        ("The", 1000, 1200), ("first", 1200, 1500), ("one.", 1500, 1900),
        ("Then", 3000, 3300), ("comes", 3300, 3600), ("another.", 3600, 4200),
    )
)  # fmt: skip
ASTRAY = sheet_of((Cue(0, 20, ("The first one.",)), Cue(20, 60, ("Then comes another.",))))


def near(cue: Cue):
    return as_heard(cue, SHIFTED, RATE, 3000)


def test_captions_that_are_timed_again_begin_with_their_words_and_can_be_read():
    edit = moves.timed_again(ASTRAY, [1, 2], near, LIMITS)
    # from the words at 1000 and 3000 ms until a quarter of a second after those that end at 1900
    # and 4200 ms
    assert edit is not None
    assert [(one.cue.start_frame, one.cue.end_frame) for one in edit.after] == [(25, 53), (75, 111)]


def test_one_caption_that_is_timed_again_stays_between_its_neighbours():
    sheet = sheet_of((Cue(0, 20, ("The first one.",)), Cue(40, 60, ("Nobody says that.",))))
    edit = moves.timed_again(sheet, [1], near, LIMITS)
    assert edit is not None
    assert [(one.cue.start_frame, one.cue.end_frame) for one in edit.after] == [(25, 40)]


def test_a_caption_whose_words_are_said_under_another_one_says_so():
    with pytest.raises(NotPossible, match="where another caption stands: time all again"):
        moves.timed_again(ASTRAY, [1], near, LIMITS)


def test_captions_at_the_right_times_stay_as_they_are():
    once = moves.timed_again(ASTRAY, [1, 2], near, LIMITS)
    assert once is not None
    assert moves.timed_again(ASTRAY.edited(once), [1, 2], near, LIMITS) is None


def test_a_caption_of_which_nothing_is_heard_is_not_timed_by_a_guess():
    sheet = sheet_of((Cue(0, 20, ("Nobody says that.",)),))
    with pytest.raises(NotPossible, match="None of the words is heard near there"):
        moves.timed_again(sheet, [1], near, LIMITS)
