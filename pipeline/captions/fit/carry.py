"""Carries a person's captions onto the sound that they are shown with; without it a new lead-in
would leave every one of them seconds early, and an old wording would say what nobody says.

Their wording and their line breaks are never touched, and while they are in step with the speech
their times are not either. Pure: captions and the words that were heard go in.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

from pipeline.captions.words.script import NotAScript, Token, script_of
from pipeline.model import Word, Written

IN_STEP_MS = 300
"""A caption may come so much before or after its first word, over some captions in a row; people's
good files wander by 100 to 200 ms."""
WITHIN_MS = 150
"""How near to its first word a caption comes that is moved."""
NEIGHBOURS = 2
"""Captions on either side whose lateness is looked at: a single one is a person's choice, or was
misheard."""
APART_MS = 1000
"""Captions before and behind a passage that is no longer said belong to other stretches of the
recording where they are so much apart, be it a single one that is left behind it."""
LEAST_HEARD = 0.35
"""Share of the words that must be heard for captions, or a single one, to be those of this
recording; of another talk 0.02 to 0.2 are."""
LEAST_UNSAID = 4
LEAST_UNSAID_ALONE = 3
"""Words in a row that were not heard, and so many where they are whole captions: fewer may have
been misheard."""
LEAST_SURE = 0.85
"""Share of all other words that must be heard for it to mean anything that some were not: an ear
that misses more (a language that it hardly knows, noise) is no witness against a person.
"""
FIRST_WORDS = 3
LETTER_MS = 70
LEAST_ROOM = 0.5
"""What a caption whose words are not said needs between its neighbours to be shown at all, as a
share of the time that it is written for: a flash helps nobody."""

_NOT_SPEECH = re.compile(r"[\W_]*|[(\[（【♪♫#*].*[)\]）】♪♫#*]|[♪♫].*", re.S)
"""A sound that is described, music, marks alone."""


@dataclass(frozen=True)
class Worded:
    """Captions and their words: ``tokens`` in order, and the number of the caption of each."""

    cues: tuple[Written, ...]
    tokens: tuple[Token, ...]
    owners: tuple[int, ...]


@dataclass(frozen=True)
class Move:
    """Captions that are written at ``from_ms`` and after it are shown ``by_ms`` later; below zero
    earlier.
    """

    from_ms: int
    by_ms: int


@dataclass(frozen=True)
class Carried:
    """Captions where their words are said.

    ``spoken`` are those of which a word was heard, ``unsaid`` passages that nobody says, each with
    its time, ``lost`` captions among them for which there is no room, and which are not in
    ``cues``.
    """

    cues: tuple[Written, ...]
    moves: tuple[Move, ...] = ()
    spoken: frozenset[Written] = frozenset()
    unsaid: tuple[tuple[int, str], ...] = ()
    lost: tuple[Written, ...] = ()


def is_speech(cue: Written) -> bool:
    """Whether a caption has words that somebody should say: not [applause], not music."""
    return not _NOT_SPEECH.fullmatch(" ".join(cue.lines))


def worded(cues: Sequence[Written], language: str) -> Worded:
    """The words of captions in order of time. A name with its colon and what stands in brackets may
    be said or not.
    """
    ordered = tuple(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms)))
    tokens: list[Token] = []
    owners: list[int] = []
    for number, cue in enumerate(ordered):
        for token in _tokens(cue, language):
            group = None if token.optional is None else number * 1000 + token.optional
            tokens.append(replace(token, optional=group, ends_paragraph=False))
            owners.append(number)
    return Worded(ordered, tuple(tokens), tuple(owners))


def _tokens(cue: Written, language: str) -> tuple[Token, ...]:
    if not is_speech(cue):
        return ()
    try:
        return script_of(" ".join(cue.lines), language).tokens
    except NotAScript:
        return ()


def carry(
    captions: Worded, heard: Mapping[int, Word], placed: Mapping[int, Word], known_ms: Sequence[int]
) -> Carried | None:
    """Captions where their words are said; None where they are another talk's.

    ``heard`` are words that were surely heard, by the number of their token, ``placed`` those that
    were put where they would be, both on the clip's clock. ``known_ms`` are shifts that are known
    from elsewhere: one that is about what is heard is exact.
    """
    required = [place for place, token in enumerate(captions.tokens) if token.optional is None]
    if sum(place in heard for place in required) < LEAST_HEARD * len(required):
        return None
    heard = _surely_said(captions, heard, required)
    late, spoken = _lateness(captions, heard), {captions.owners[place] for place in heard}
    wordy = {captions.owners[place] for place in required}
    shifts = _smoothed(late, wordy - spoken)
    moved: list[Written | None] = list(captions.cues)
    if max(map(abs, shifts)) > IN_STEP_MS:
        if max(shifts) - min(shifts) <= WITHIN_MS:
            moved = [*shifted(captions.cues, _known(round(median(shifts)), known_ms))]
        else:
            moved = _each(captions, late, shifts, spoken, placed)
    return Carried(
        cues=tuple(cue for cue in moved if cue),
        moves=_moves(captions.cues, moved),
        spoken=frozenset(cue for number, cue in enumerate(moved) if cue and number in spoken),
        unsaid=_unsaid(captions, heard, moved),
        lost=tuple(cue for cue, now in zip(captions.cues, moved, strict=True) if now is None),
    )


def shifted(cues: Sequence[Written], by_ms: int) -> tuple[Written, ...]:
    """All of them ``by_ms`` later."""
    return tuple(
        replace(cue, start_ms=cue.start_ms + by_ms, end_ms=cue.end_ms + by_ms) for cue in cues
    )


def moved_like(cues: Sequence[Written], moves: Sequence[Move]) -> tuple[Written, ...]:
    """Captions of the same talk in another language, moved as those that are spoken were: until the
    next one begins, where two are moved towards each other.
    """
    moved: list[Written] = []
    for cue in sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms)):
        begun = [move.by_ms for move in moves if move.from_ms <= cue.start_ms + IN_STEP_MS]
        moved += shifted((cue,), begun[-1] if begun else moves[0].by_ms)
    following = [*(cue.start_ms for cue in moved[1:]), 1 << 40]
    return tuple(
        replace(cue, end_ms=max(cue.start_ms, min(cue.end_ms, after_ms)))
        for cue, after_ms in zip(moved, following, strict=True)
    )


def _known(by_ms: int, known_ms: Sequence[int]) -> int:
    near = [known for known in known_ms if abs(known - by_ms) <= IN_STEP_MS]
    return min(near, key=lambda known: abs(known - by_ms), default=by_ms)


def _lateness(captions: Worded, words: Mapping[int, Word]) -> list[int | None]:
    """By how much the first words of each caption are said after it comes, in ms; None where none
    of them was heard.
    """
    late: list[int | None] = [None] * len(captions.cues)
    letters, seen = [0] * len(captions.cues), [0] * len(captions.cues)
    for place, (token, owner) in enumerate(zip(captions.tokens, captions.owners, strict=True)):
        if token.optional is not None or late[owner] is not None or seen[owner] >= FIRST_WORDS:
            continue
        if place in words:
            begins_ms = words[place].start_ms - LETTER_MS * letters[owner]
            late[owner] = begins_ms - captions.cues[owner].start_ms
        letters[owner] += len(token.text)
        seen[owner] += 1
    return late


def _common(known: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The median lateness of each caption and its neighbours, by its number."""
    return {
        number: round(median(ms for _, ms in known[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1]))
        for at, (number, _) in enumerate(known)
    }


def _surely_said(
    captions: Worded, heard: Mapping[int, Word], required: Sequence[int]
) -> Mapping[int, Word]:
    """``heard`` without the odd words of captions of which most are not: those were misheard."""
    words = Counter(captions.owners[place] for place in required)
    said = Counter(captions.owners[place] for place in required if place in heard)
    misheard = {number for number in words if said[number] < LEAST_HEARD * words[number]}
    return {place: word for place, word in heard.items() if captions.owners[place] not in misheard}


def _smoothed(late: Sequence[int | None], unsaid: Collection[int]) -> list[int]:
    """What neighbours have in common: a step between two stretches stays one, a caption alone that
    comes late does not count. 0 where they are in step.
    """
    known = [(number, ms) for number, ms in enumerate(late) if ms is not None]
    if not known:
        return [0] * len(late)
    common = _common(known)
    passages = sorted(unsaid)
    for _, stretch in groupby(known, key=lambda one: bisect(passages, one[0])):
        for number, ms in _common([*stretch]).items():
            if abs(ms - common[number]) > APART_MS:
                common[number] = ms
    shifts: list[int] = []
    last = common[known[0][0]]
    for number in range(len(late)):
        last = common.get(number, last)
        shifts.append(0 if abs(last) <= IN_STEP_MS else last)
    return shifts


def _each(
    captions: Worded,
    late: Sequence[int | None],
    shifts: Sequence[int],
    spoken: Collection[int],
    placed: Mapping[int, Word],
) -> list[Written | None]:
    """Each caption by itself, in order: with its neighbours, at its own first word where that is
    elsewhere, or, where none of its words is said, in what is left between them.
    """
    cues, rough = captions.cues, _lateness(captions, placed)
    said = [number in spoken for number in range(len(cues))]
    near_ms = [WITHIN_MS if shift else IN_STEP_MS for shift in shifts]
    own = [
        shift if ms is None or abs(ms - shift) <= near else ms
        for ms, shift, near in zip(late, shifts, near_ms, strict=True)
    ]
    begins = [
        cue.start_ms + by_ms if heard else 1 << 40
        for cue, by_ms, heard in zip(cues, own, said, strict=True)
    ]
    moved: list[Written | None] = []
    began_ms = ended_ms = -(1 << 40)
    for number, cue in enumerate(cues):
        after_ms = min(begins[number + 1 :], default=1 << 40)
        by_ms, guess = own[number], rough[number]
        if not said[number] and guess is not None and ended_ms <= cue.start_ms + guess < after_ms:
            by_ms = guess
        start_ms = max(cue.start_ms + by_ms, began_ms if said[number] else ended_ms)
        end_ms = min(max(cue.end_ms + by_ms, start_ms), after_ms)
        room = end_ms - start_ms >= LEAST_ROOM * (cue.end_ms - cue.start_ms)
        if not said[number] and is_speech(cue) and not room:
            moved.append(None)
            continue
        moved.append(replace(cue, start_ms=start_ms, end_ms=end_ms))
        began_ms, ended_ms = start_ms, end_ms
    return moved


def _moves(cues: Sequence[Written], moved: Sequence[Written | None]) -> tuple[Move, ...]:
    """Stretches of captions that are moved by about the same; none where nothing is moved."""
    moves: list[Move] = []
    for cue, now in zip(cues, moved, strict=True):
        by_ms = now.start_ms - cue.start_ms if now else None
        if by_ms is not None and (not moves or abs(by_ms - moves[-1].by_ms) > WITHIN_MS):
            moves.append(Move(cue.start_ms, by_ms))
    return tuple(moves) if any(move.by_ms for move in moves) else ()


def _unsaid(
    captions: Worded, heard: Mapping[int, Word], moved: Sequence[Written | None]
) -> tuple[tuple[int, str], ...]:
    """Passages of which no word was heard, with the time at which they are shown, or would be."""
    required = [place for place, token in enumerate(captions.tokens) if token.optional is None]
    passages = list(_unheard(captions, heard, required))
    others = len(required) - sum(map(len, passages))
    if sum(place in heard for place in required) < LEAST_SURE * others:
        return ()
    found: list[tuple[int, str]] = []
    for places in passages:
        first = captions.owners[places[0]]
        shown = next((cue for cue in moved[first:] if cue), captions.cues[first])
        text = " ".join(captions.tokens[place].text for place in places)
        found.append((shown.start_ms, text))
    return tuple(found)


def _unheard(
    captions: Worded, heard: Mapping[int, Word], required: Sequence[int]
) -> Iterator[list[int]]:
    """Numbers of the words of each passage that is too long to have been misheard."""
    said_in = {captions.owners[place] for place in required if place in heard}
    for silent, run in groupby(required, key=lambda place: place not in heard):
        places = list(run)
        alone = all(captions.owners[place] not in said_in for place in places)
        if silent and len(places) >= (LEAST_UNSAID_ALONE if alone else LEAST_UNSAID):
            yield places
