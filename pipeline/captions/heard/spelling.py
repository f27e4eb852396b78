"""Spells names as their owners do where they are heard a second time; without it a message full of
names would be right in every word but those that people look for.

A recogniser that is told names beforehand writes them right, but leaves words out and says names
that nobody said. So the words are heard without being told anything; only stretches where a word
may be a name are heard again, told; and of the second hearing nothing counts but how a name is
spelt, where the first one has words of its own that sound like it, between the same neighbours.
Pure.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import product

from pipeline.captions.heard.names import (
    LEAST_NEARLY,
    UNSURE_BELOW,
    Term,
    is_one_ending,
    likeness,
    misspelt,
    named,
    nearly,
    on_the_times_of,
    terms_of,
)
from pipeline.captions.words.sounds import letters_of
from pipeline.model import Word

ALIKE_ENOUGH = 0.6
"""How like a name what was heard in its place must be, by letters or by sound, 0 to 1."""
BETWEEN_THE_SAME = 0.5
"""How like it must be at least where the words before and after are the same in both hearings."""
ORDINARY = 0.7
"""How like it words must be that have no capital among them: ``said a cop`` for Cedefop is 0.86."""
PERHAPS, SURELY = 0.55, 0.75
"""How like a name a word must be to be heard again: one with a capital in it, and any other."""
BESIDE_MS = 6000
"""Sound before and after a doubtful word that is heard again, where its sentence is long."""
PAUSE_MS, EDGE_MS = 250, 100
"""A silence that parts phrases, and what is heard of it on either side."""
JOIN_UNDER_MS, SHORT_MS = 1000, 2000
LONGEST_MS = 25_000
"""One window of Whisper has 30 s."""
LEAST_LETTERS = 4
RIVAL = 0.85
"""How like another name than the one that is told what was heard must be to be that one."""
NEAR_MS = 250
"""Two hearings of a word are at most so far apart."""


@dataclass(frozen=True)
class Respelt:
    """A name that was spelt otherwise: when, what was heard, what is written."""

    at_ms: int
    heard: str
    written: str


def to_hear_again(
    words: Sequence[Word], names: Iterable[str], language: str, among: Container[int] | None = None
) -> tuple[tuple[int, int], ...]:
    """Stretches of sound in ms in which a word may be a name: it was unsure, or sounds like one
    and is not spelt so. In order, none over another, 25 s at most. ``among``: numbers of the words
    whose spelling matters; None: of all.
    """
    doubtful = _doubtful(words, terms_of(names, language), language, among)
    return _stretches((_phrase(words, place) for place in doubtful), JOIN_UNDER_MS)


def _stretches(
    phrases: Iterable[tuple[int, int]], join_under_ms: int
) -> tuple[tuple[int, int], ...]:
    """Phrases in order, those that are less than so far apart as one, none over another."""
    stretches: list[tuple[int, int]] = []
    for start, end in phrases:
        last = stretches[-1] if stretches else None
        if last and start - last[1] < join_under_ms and end - last[0] <= LONGEST_MS:
            stretches[-1] = (last[0], max(last[1], end))
        else:
            stretches.append((max(start, last[1] if last else 0), end))
    return tuple(stretches)


def _doubtful(
    words: Sequence[Word], terms: Sequence[Term], language: str, among: Container[int] | None
) -> list[int]:
    """The numbers of words that may be a name."""
    known = {word for term in terms for word in term.written.split()}
    return [
        place
        for place, word in enumerate(words)
        if terms
        and (among is None or place in among)
        and word.text.strip(".,;:!?") not in known
        and _perhaps(words, place, terms, language)
    ]


def still_to_hear(
    words: Sequence[Word],
    again: Sequence[Word],
    names: Iterable[str],
    language: str,
    among: Container[int] | None = None,
) -> tuple[tuple[int, int], ...]:
    """Of what is heard again the phrases of which the second hearing, ``again``, has nothing: with
    names before it a recogniser skips sentences of what it is shown in one piece. As
    ``to_hear_again``, each phrase by itself.
    """
    doubtful = _doubtful(words, terms_of(names, language), language, among)
    lost = {
        _long_phrase(words, place)
        for place in doubtful
        if not any(
            word.end_ms > words[place].start_ms - NEAR_MS
            and word.start_ms < words[place].end_ms + NEAR_MS
            for word in again
        )
    }
    return _stretches(sorted(lost), join_under_ms=1)


def _long_phrase(words: Sequence[Word], place: int) -> tuple[int, int]:
    """As ``_phrase``, with the one before it where it is short: of 0.8 s of sound nothing is
    heard.
    """
    start, end = _phrase(words, place)
    if end - start < SHORT_MS:
        before = [n for n in range(place) if words[n].end_ms <= start + EDGE_MS]
        start = _phrase(words, before[-1])[0] if before else start
    return start, end


def _phrase(words: Sequence[Word], place: int) -> tuple[int, int]:
    """From when to when the sentence around a word is said, or as much of it as is near: a
    recogniser that is let in in the middle of a word says what nobody said.
    """
    first = last = place
    middle = words[place].start_ms
    while first > 0 and not _parted(words[first - 1], words[first]):
        if middle - words[first - 1].start_ms > BESIDE_MS:
            break
        first -= 1
    while last + 1 < len(words) and not _parted(words[last], words[last + 1]):
        if words[last + 1].end_ms - middle > BESIDE_MS:
            break
        last += 1
    return max(0, words[first].start_ms - EDGE_MS), words[last].end_ms + EDGE_MS


def _parted(before: Word, after: Word) -> bool:
    return after.start_ms - before.end_ms >= PAUSE_MS or before.text[-1:] in ".!?"


def _perhaps(words: Sequence[Word], place: int, terms: Sequence[Term], language: str) -> bool:
    """Whether a word, or two or three that may be one name (``said if FAP``), are unsure or like a
    name.
    """
    word = words[place]
    if len(letters_of(word.text)) < LEAST_LETTERS:
        return False
    if word.confidence < UNSURE_BELOW:
        return True
    capital = any(letter.isupper() for letter in word.text)
    least = PERHAPS if capital else SURELY
    runs = [
        (_text(words[place : place + size]), how)
        for size, how in ((1, least), (2, least), (3, RIVAL))
    ]
    return any(
        likeness(said, term, language) >= how
        for said, how in runs
        for term in terms
        if abs(len(letters_of(said)) - len(term.letters)) <= 3
    )


def respelt(
    words: Sequence[Word],
    again: Sequence[Word],
    names: Iterable[str],
    language: str,
    settled: Iterable[str] = (),
) -> tuple[tuple[Word, ...], tuple[Respelt, ...]]:
    """``words`` with the spelling that names have in ``again``, the second hearing, and each
    change.

    No word is added and none dropped: a name stands on the time of what was heard in its place.
    Of what a person has ``settled`` (captions.corrections) nothing is changed.
    """
    terms = terms_of(names, language)
    decided = {letters_of(text) for text in settled}
    changes = {
        first: (end, written)
        for first, (end, written) in _changes(words, again, terms, language).items()
        if letters_of(_text(words[first:end])) not in decided
    }
    out: list[Word] = []
    said: list[Respelt] = []
    place = 0
    while place < len(words):
        if place not in changes:
            out.append(words[place])
            place += 1
            continue
        end, written = changes[place]
        run = words[place:end]
        out.extend(on_the_times_of(_bare_of_s(run), written))
        heard = _text(run)
        said.append(Respelt(run[0].start_ms, heard.strip(".,;:!?"), written))
        place = end
    return tuple(out), tuple(said)


def _bare_of_s(run: Sequence[Word]) -> tuple[Word, ...]:
    """Without a possessive 's that the second hearing did not hear: a name's own end, misheard."""
    last = run[-1]
    return (*run[:-1], replace(last, text=re.sub(r"['’]s(?=\W*$)", "", last.text)))


@dataclass(frozen=True)
class _Change:
    """Words from ``first`` to ``end`` are a name; ``alike``: how like it they are, 0 to 1."""

    first: int
    end: int
    written: str
    alike: float

    def is_part_of(self, other: _Change) -> bool:
        """Whether it is a word of a name that stands there as a whole: ``Palacios``."""
        inside = other.first <= self.first and self.end <= other.end
        return inside and _are_part(self.written, other.written)


def _changes(
    words: Sequence[Word], again: Sequence[Word], terms: Sequence[Term], language: str
) -> Mapping[int, tuple[int, str]]:
    """First word of each run that is a name, the word after it, and how the name is written. Of
    two names for the same words the likest stands.
    """
    possible = list(_possible(words, again, terms, language))
    found = [one for one in possible if not any(one.is_part_of(other) for other in possible)]
    taken: set[int] = set()
    changes: dict[int, tuple[int, str]] = {}
    for one in sorted(found, key=lambda change: (-change.alike, change.first)):
        run = set(range(one.first, one.end))
        if run & taken:
            continue
        taken |= run
        if _is_spelt_otherwise(_text(words[one.first : one.end]), one.written):
            changes[one.first] = (one.end, one.written)
    return changes


def _is_spelt_otherwise(heard: str, written: str) -> bool:
    """Whether more than capitals tell them apart: ``a grant`` is not Grant. What is all capitals is
    written so. ``ANZQA`` is not NZQA.
    """
    if not written.isupper():
        heard, written = heard.casefold().replace("’", "'"), written.casefold()
    return re.search(rf"(?<!\w){re.escape(written)}(?!\w)", heard) is None


def _possible(
    words: Sequence[Word], again: Sequence[Word], terms: Sequence[Term], language: str
) -> Iterator[_Change]:
    nearly = list(_nearly(words, terms, language))
    for first, last, once, twice, same in _facing(words, again):
        yield from (one for one in nearly if not same and first <= one.first and one.end <= last)
        places, said = range(first, last), [word.text for word in again[once:twice]]
        for begin, end, term in _told(said, terms):
            span = again[once + begin].start_ms, again[once + end - 1].end_ms
            best = _likest(words, places, span, term, language)
            if best is None or _stays(words[best.first : best.end], said[begin:end], term):
                continue
            best = _or_rival(words, places, best, terms, language)
            if best is None:
                continue
            if not same and (begin, end) == (0, len(said)):
                best = _all_of(words, places, best, term, language)
            around = _same_around(words, best, again, (once + begin, once + end))
            if best.alike >= _least(words[best.first : best.end], around):
                told = once + begin, once + end
                yield _whole(words, best, again, told, terms, language)


def _nearly(words: Sequence[Word], terms: Sequence[Term], language: str) -> Iterator[_Change]:
    """Words that nearly are a name: they are it where the second hearing has something else, since
    neither knows the word. ``Siddifop``, then ``Siddharthop``, is Cedefop.
    """
    written = {term.written: term for term in terms}
    for first, end, name in misspelt(words, written, language, {}):
        yield _Change(first, end, name, likeness(_text(words[first:end]), written[name], language))


def _told(said: Sequence[str], terms: Sequence[Term]) -> Iterator[tuple[int, int, Term]]:
    """As ``named``, and runs of words that are nearly a name, and no other one but a part of it:
    ``Geetriz Palacios``.
    """
    exact = list(named(said, terms))
    yield from exact
    for begin, term in product(range(len(said)), terms):
        end = begin + term.words
        parts = [one for first, last, one in exact if first < end and begin < last]
        whole = end <= len(said) and all(_are_part(one.written, term.written) for one in parts)
        if whole and nearly(" ".join(said[begin:end]), term):
            yield begin, end, term


def _are_part(few: str, more: str) -> bool:
    """Whether words are some of others."""
    return set(few.split()) < set(more.split())


def _stays(run: Sequence[Word], said: Sequence[str], term: Term) -> bool:
    """Whether both hearings have the same, and not the name, or the first one has another ending of
    an ordinary word in it: ``universities``.
    """
    letters = letters_of(_text(run))
    if letters == term.letters:
        return False
    return letters == letters_of(" ".join(said)) or (
        not _has_capital(run) and is_one_ending(letters, term.letters)
    )


def _or_rival(
    words: Sequence[Word], places: range, run: _Change, terms: Sequence[Term], language: str
) -> _Change | None:
    """The name that what was heard is nearly itself, a word more on either side maybe, where it has
    no word in common with that of ``run``: one person's name is not put for another's. ``said
    FOP``, which is Siddharth in a hearing that was told both, is Cedefop. None where another name
    is only more like it than that of ``run`` (``said FOT``).
    """
    own = set(re.split(r"[\s-]", run.written))
    spans = [
        (first, end)
        for first in range(max(places.start, run.first - 1), run.first + 1)
        for end in range(run.end, min(places.stop, run.end + 1) + 1)
    ]
    rivals = [
        _Change(first, end, other.written, how)
        for first, end in spans
        for other in terms
        if len(other.letters) >= LEAST_NEARLY and not own & set(other.written.split())
        if (how := likeness(_text(words[first:end]), other, language)) > run.alike
    ]
    rival = max(rivals, key=lambda change: change.alike, default=run)
    return rival if rival is run or rival.alike > RIVAL else None


def _whole(
    words: Sequence[Word],
    part: _Change,
    again: Sequence[Word],
    told: tuple[int, int],
    terms: Sequence[Term],
    language: str,
) -> _Change:
    """The name of two words that ``part`` is one of, where the word beside it was unsure and is in
    either hearing like the other one: ``Sling Oshonomi``, of which the second hearing has
    O'Shaughnessy alone (words ``told`` of it), is Aisling O'Shaughnessy; or where what was heard is
    more like the whole (``Ling-Oshanasi``).
    """
    for whole in (term for term in terms if term.words == 2):
        one, two = whole.written.split()
        how = likeness(_text(words[part.first : part.end]), whole, language)
        if part.written in (one, two) and how > max(ALIKE_ENOUGH, part.alike):
            return _Change(part.first, part.end, whole.written, how)
        if part.written == two:
            rest, beside, joint, also = one, part.first - 1, part.first, told[0] - 1
        elif part.written == one:
            rest, beside, joint, also = two, part.end, part.end, told[1]
        else:
            continue
        unsure = 0 <= beside < len(words) and words[beside].confidence < UNSURE_BELOW
        if not unsure or _parted(words[joint - 1], words[joint]):
            continue
        heard = [words[beside].text, *(word.text for word in again[max(0, also) : also + 1])]
        if _is_like(heard, rest, language):
            first, end = min(beside, part.first), max(beside + 1, part.end)
            how = likeness(_text(words[first:end]), whole, language)
            return _Change(first, end, whole.written, max(how, part.alike))
    return part


def _is_like(heard: Iterable[str], name: str, language: str) -> bool:
    """Whether any of what was heard is like a name of one word."""
    terms = terms_of([name], language)
    return any(likeness(one, term, language) >= ALIKE_ENOUGH for one in heard for term in terms)


def _least(run: Sequence[Word], around: bool) -> float:
    """How like a name a run of words must be to be written so."""
    if not _has_capital(run):
        return ORDINARY
    return BETWEEN_THE_SAME if around else ALIKE_ENOUGH


def _has_capital(run: Sequence[Word]) -> bool:
    """Whether a capital speaks for a name; that of ``I`` does not."""
    return any(letter.isupper() for word in run if word.text != "I" for letter in word.text)


def _all_of(
    words: Sequence[Word], places: range, run: _Change, term: Term, language: str
) -> _Change:
    """All words that the second hearing has nothing but the name for, where those beside ``run``
    were unsure and have a capital: not ``O'Connor Wold-McCormick`` for Wold-McCormick.
    """
    beside = [words[place] for place in places if not run.first <= place < run.end]
    how = likeness(_text(words[places.start : places.stop]), term, language)
    if how < BETWEEN_THE_SAME or run.written != term.written:
        return run
    if any(word.confidence >= UNSURE_BELOW or not _has_capital([word]) for word in beside):
        return run
    return _Change(places.start, places.stop, run.written, max(how, run.alike))


def _same_around(
    words: Sequence[Word], run: _Change, again: Sequence[Word], name: tuple[int, int]
) -> bool:
    """Whether both hearings have the same word before the name and the same behind it."""
    before, after = run.first - 1, run.end
    if before < 0 or name[0] < 1 or after >= len(words) or name[1] >= len(again):
        return False
    first = letters_of(words[before].text) == letters_of(again[name[0] - 1].text)
    return first and letters_of(words[after].text) == letters_of(again[name[1]].text)


def _likest(
    words: Sequence[Word], places: range, span: tuple[int, int], term: Term, language: str
) -> _Change | None:
    """The run of words during ``span`` that is most like the name."""
    here = [
        place
        for place in places
        if words[place].end_ms > span[0] - NEAR_MS and words[place].start_ms < span[1] + NEAR_MS
    ]
    runs = [
        (first, end)
        for first in here
        for end in range(first + 1, min(first + term.words + 2, here[-1] + 1) + 1)
    ]
    changes = [
        _Change(first, end, term.written, likeness(_text(words[first:end]), term, language))
        for first, end in runs
    ]
    return max(changes, key=lambda change: (change.alike, -change.end), default=None)


def _text(run: Sequence[Word]) -> str:
    return " ".join(word.text for word in run)


def _facing(
    words: Sequence[Word], again: Sequence[Word]
) -> Iterator[tuple[int, int, int, int, bool]]:
    """Words from ``first`` to ``last`` that stand, near in time, for words of the second hearing
    from ``once`` to ``twice``: the same letters, maybe otherwise spelt, or others in their place.
    """
    for start, end in _islands(again):
        near = [
            place
            for place, word in enumerate(words)
            if word.end_ms > again[start].start_ms - 300
            and word.start_ms < again[end - 1].end_ms + 300
        ]
        if not near:
            continue
        first = near[0]
        one = [letters_of(words[place].text) for place in near]
        two = [letters_of(word.text) for word in again[start:end]]
        for kind, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
            if kind in ("replace", "equal"):
                yield first + a, first + b, start + c, start + d, kind == "equal"


def _islands(again: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Runs of words of the second hearing that no long silence parts."""
    start = 0
    for place in range(1, len(again) + 1):
        if place == len(again) or again[place].start_ms - again[place - 1].end_ms > JOIN_UNDER_MS:
            if place > start:
                yield start, place
            start = place
