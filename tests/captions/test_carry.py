"""A person's captions and the sound: what is in step stays as it is typed, what is not comes where
its words are said, what nobody says is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from pipeline.captions.check.sound import Sounding, carried_findings, gained_ms, heard_by_one_ear
from pipeline.captions.fit.carry import Carried, Move, carry, is_speech, moved_like, worded
from pipeline.findings import About, Finding
from pipeline.model import Word, Written

LINES = (
    "Good morning from Dublin.",
    "We write the register of all awards.",
    "Each of them has a level and a size.",
    "Small awards can be added up to large ones.",
    "That is what learners have asked us for.",
    "Thank you for listening to me today.",
)
WORDS_MS = 300
ABOUT = About("ana", "ana.en.srt")


def typed(*texts: str, first_ms: int = 1000, pause_ms: int = 500) -> tuple[Written, ...]:
    """Captions one after the other, each as long as its words take."""
    cues, at_ms = [], first_ms
    for line, text in enumerate(texts, 1):
        end_ms = at_ms + WORDS_MS * len(text.split())
        cues.append(Written(line, at_ms, end_ms, (text,)))
        at_ms = end_ms + pause_ms
    return tuple(cues)


def said(cues: tuple[Written, ...], but: tuple[int, ...] = (), late_ms: int = 0) -> dict[int, Word]:
    """Every word of the captions where it is said, without those of the captions ``but``."""
    words: dict[int, Word] = {}
    place = 0
    for number, cue in enumerate(cues):
        for step, text in enumerate(" ".join(cue.lines).split()):
            at_ms = cue.start_ms + step * WORDS_MS + late_ms
            if number not in but:
                words[place] = Word(text, at_ms, at_ms + WORDS_MS)
            place += 1
    return words


def held(
    cues: tuple[Written, ...], words: dict[int, Word], known_ms: tuple[int, ...] = ()
) -> Carried:
    found = carry(worded(cues, "en"), words, words, known_ms)
    assert found
    return found


def starts(carried: Carried) -> list[int]:
    return [cue.start_ms for cue in carried.cues]


CUES = typed(*LINES)
BEGINS = [cue.start_ms for cue in CUES]
SPEECH = tuple((cue.start_ms, cue.end_ms) for cue in CUES)


def told_of(
    carried: Carried, speech: Sequence[tuple[int, int]] = SPEECH, instead: Mapping[str, str] = {}
) -> list[Finding]:
    """What is said of captions over that speech, in a clip of half a minute."""
    return list(carried_findings(carried, Sounding(30_000, speech), instead, ABOUT))


def test_captions_that_are_in_step_are_shown_to_the_millisecond_as_typed():
    wander = [90, -180, 40, 200, -120, 0]
    off = tuple(
        replace(cue, start_ms=cue.start_ms + by, end_ms=cue.end_ms + by)
        for cue, by in zip(CUES, wander, strict=True)
    )
    found = held(off, said(CUES))
    assert (found.cues, found.moves, found.unsaid, found.lost) == (off, (), (), ())
    assert (told_of(found)) == []


def test_one_caption_that_comes_late_by_itself_is_a_persons_choice():
    late = (*CUES[:2], replace(CUES[2], start_ms=CUES[2].start_ms + 1200), *CUES[3:])
    assert held(late, said(CUES)).cues == late


@pytest.mark.parametrize("by_ms", [4160, -2040, 450])
def test_a_constant_shift_is_put_right_for_all_of_them(by_ms):
    found = held(CUES, said(CUES, late_ms=by_ms))
    assert starts(found) == [begin + by_ms for begin in BEGINS]
    assert found.moves == (Move(1000, by_ms),)
    (finding,) = told_of(found, [(start + by_ms, end + by_ms) for start, end in SPEECH])
    assert (finding.code, finding.severity) == ("captions-moved", "info")
    way = "later" if by_ms > 0 else "earlier"
    assert f"moved by {abs(by_ms) / 1000:.2f} s ({way})" in finding.message


def test_a_shift_that_is_known_from_the_trim_is_taken_exactly():
    found = held(CUES, said(CUES, late_ms=-4090), known_ms=(-4160,))
    assert found.moves == (Move(1000, -4160),)
    assert starts(held(CUES, said(CUES, late_ms=-2000), known_ms=(-4160,)))[0] == -1000


def test_a_changed_sentence_keeps_the_wording_of_the_others_where_they_are_said():
    words = said(CUES, but=(2,))
    moved = {
        place: replace(word, start_ms=word.start_ms + (2000 if place < 11 else 3700))
        for place, word in words.items()
    }
    found = held(CUES, moved)
    assert [starts(found)[number] for number in (0, 1, 3, 4, 5)] == [
        BEGINS[0] + 2000,
        BEGINS[1] + 2000,
        BEGINS[3] + 3700,
        BEGINS[4] + 3700,
        BEGINS[5] + 3700,
    ]
    assert [cue.lines for cue in found.cues] == [cue.lines for cue in CUES]
    assert found.unsaid == ((found.cues[2].start_ms, LINES[2]),)
    assert starts(found)[1] < starts(found)[2] < starts(found)[3]
    told = told_of(found, [(0, 40_000)], {LINES[2]: "two levels"})
    assert [one.code for one in told][:2] == ["captions-moved", "captions-unsaid"]
    assert 'Each of them has a level and a …" (heard: "two levels")' in told[1].message


def test_what_only_the_aligner_did_not_hear_is_to_be_heard_by_whisper_yet():
    found = held(CUES, said(CUES, but=(2,), late_ms=2000))
    (moved, unsaid, *_) = heard_by_one_ear(found, Sounding(60_000, [(0, 40_000)]), ABOUT)
    assert (moved.code, "moved by 2.00 s (later)" in moved.message) == ("captions-moved", True)
    assert (unsaid.code, unsaid.severity) == ("captions-unsaid", "info")
    assert unsaid.message.endswith("Whisper may hear it yet.")
    assert unsaid.remedy.startswith("A build has Whisper listen")


@pytest.mark.parametrize("lead_in_ms", [0, 2000])
def test_one_caption_behind_a_longer_sentence_comes_where_its_words_are(lead_in_ms):
    words = {
        place: replace(word, start_ms=word.start_ms + lead_in_ms + (0 if place < 27 else 2520))
        for place, word in said(CUES, but=(4,)).items()
    }
    found = held(CUES, words)
    assert starts(found)[:4] == [begin + lead_in_ms for begin in BEGINS[:4]]
    assert starts(found)[5] == BEGINS[5] + lead_in_ms + 2520
    assert found.unsaid == ((found.cues[4].start_ms, LINES[4]),)
    told = next(one.message for one in told_of(found) if one.code == "captions-moved")
    first = "2.00 s (later)" if lead_in_ms else "not at all"
    assert f"{first} from 0:0" in told


def test_a_sentence_that_is_left_out_has_no_place_and_is_named():
    words = {
        place: replace(word, start_ms=word.start_ms + (2000 if place < 11 else -1100))
        for place, word in said(CUES, but=(2,)).items()
    }
    found = held(CUES, words)
    assert found.lost == (CUES[2],)
    assert len(found.cues) == 5
    told = next(one for one in told_of(found) if "unsaid" in one.code)
    assert 'Without a place, and not shown: "Each of them has a level and a …"' in told.message


def test_a_speaker_who_is_slower_the_second_time_has_each_caption_within_150_ms():
    slower = {
        place: replace(word, start_ms=round(word.start_ms * 1.12))
        for place, word in said(CUES).items()
    }
    found = held(CUES, slower)
    firsts = [0, 4, 11, 20, 29, 37]
    for cue, place in zip(found.cues, firsts, strict=True):
        assert abs(cue.start_ms - slower[place].start_ms) <= 150


def test_the_captions_of_another_talk_are_left_as_they_are():
    assert carry(worded(CUES, "en"), {3: Word("Dublin.", 0, 300)}, {}, ()) is None


def test_an_ear_that_misses_many_words_is_no_witness_against_a_person():
    words = said(CUES, but=(2,))
    some = {place: word for place, word in words.items() if place % 4}
    assert held(CUES, words).unsaid != ()
    assert held(CUES, some).unsaid == ()


def test_text_over_silence_is_named():
    cues = (*CUES, Written(7, 24_000, 26_000, ("Thanks for watching!",)))
    found = held(cues, said(CUES))
    (told,) = told_of(found)
    assert told.code == "captions-invented"
    assert told.message == 'nobody speaks where this is shown: 0:24 "Thanks for watching!".'


def test_an_invented_passage_that_begins_in_silence_is_named_where_somebody_speaks_too():
    cues = typed(*LINES, "Thanks for watching me.", "The weather was cold up there.")
    speech = [(cue.start_ms, cue.end_ms) for cue in cues if cue is not cues[6]]
    found = held(tuple(cues), said(cues, but=(6, 7)))
    codes = [one.code for one in told_of(found, [*speech[:6], (speech[6][0] + 900, speech[6][1])])]
    assert codes == ["captions-unsaid", "captions-invented"]


def test_speech_that_no_caption_shows_is_named():
    cues = (*CUES[:2], *CUES[4:])
    (told,) = told_of(held(cues, said(cues)))
    assert (told.code, told.at_ms) == ("speech-without-captions", BEGINS[2])
    assert "at 0:05 (5.9 s long)" in told.message


def test_breaths_do_not_hide_a_passage_that_no_caption_shows():
    """Six sentences of 1.5 s with a breath of 1 s between them, and captions before and after."""
    cues = typed("The first sentence is shown.", "And so is the very last one of them.")
    first, last = replace(cues[0], end_ms=3000), replace(cues[1], start_ms=22_000, end_ms=25_000)
    spoken = [(start, start + 1500) for start in range(5000, 20_000, 2500)]
    speech = [(cues[0].start_ms, 3000), *spoken, (22_000, 25_000)]
    (told,) = told_of(Carried((first, last), spoken=frozenset((first, last))), speech)
    assert (told.code, told.at_ms) == ("speech-without-captions", 5000)
    assert "at 0:05 (0:14 long)" in told.message


def test_a_caption_that_a_trim_cuts_off_stands_over_no_silence():
    cut = replace(CUES[0], start_ms=-1400, end_ms=-20)
    behind = replace(CUES[5], start_ms=30_100, end_ms=31_000)
    assert told_of(Carried((cut, *CUES, behind), spoken=frozenset(CUES))) == []


@pytest.mark.parametrize("text", ["[Applause]", "(music)", "♪", "♪ la la ♪", "…"])
def test_a_sound_that_is_described_is_not_expected_to_be_said(text):
    assert not is_speech(Written(1, 0, 1000, (text,)))
    cues = (*CUES, Written(7, 24_000, 26_000, (text,)))
    assert (told_of(held(cues, said(CUES)))) == []


def test_a_translation_is_moved_as_what_is_spoken_is():
    spanish = tuple(replace(cue, lines=("Palabras.",)) for cue in CUES)
    moves = (Move(1000, 2000), Move(BEGINS[3], 3500))
    moved = moved_like(spanish, moves)
    assert [cue.start_ms - begin for cue, begin in zip(moved, BEGINS, strict=True)] == [
        *([2000] * 3),
        *([3500] * 3),
    ]
    spoken = [(cue.start_ms, cue.end_ms) for cue in moved]
    assert gained_ms(spanish, moved, spoken) > 0 > gained_ms(moved, spanish, spoken)
