"""What was said, from a text and from what a recogniser heard; without it an old version of a text
would show words that nobody said, and what the speaker added would have no captions.

What was said is the recogniser's to say, how it is spelt the text's: where the text was read its
words stand, where the speaker left it those that were heard. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache, partial
from itertools import groupby, islice, pairwise, product

from pipeline.captions.words.numbers import is_number
from pipeline.captions.words.opposites import (
    a_noun_follows,
    forms_of_one,
    of_other_persons,
    opposed,
)
from pipeline.captions.words.script import Token
from pipeline.captions.words.sounds import alike, letters_of, sound_of
from pipeline.captions.words.spoken import readings, without_unit
from pipeline.captions.words.writing import SENTENCE_MARKS, last_mark, unspaced
from pipeline.model import Word

LEAST_SHARE, ALL_RIGHT_SHARE = 0.3, 0.6
"""How much of what was heard must stand in a text for it to be the text of that recording; and for
captions of it to be more than a draft.
"""
SAME = 0.6
"""How alike, by letters or by sound, a word that was heard and one of the text must be to be the
same word, misheard.
"""
SURELY_HEARD, NEARLY_SAME, LEAST_LETTERS = 0.9, 0.9, 4
"""How sure the recogniser is of a word that it did not mishear, and how alike one of the text must
be to be that word all the same, where it is not another form of it: not ``mistakes`` for mountains,
nor ``decrease`` for increase. Of shorter words it is sure and wrong, ``at`` for that, and of names:
``Clinton`` for Klinkum.
"""
LIKELY, SURELY = 0.6, 0.8
"""How sure the recogniser must be of a few words that stand against other words of the text; and of
those that the aligner heard as they are written. Words that were not said had 0.03 to 0.55, those
that were 0.60 to 0.99.
"""
A_FEW = 3
AS_LONG = (0.6, 1.6)
"""So many words or fewer may be misheard as others, and more where they have about as many letters.
"""
ISLAND, A_WORD_AROUND = 2.5, 0.35
"""Words that are the same amid others are so by chance, and part of those, where they are worth
less than this, or than this for each word around them.
"""
HARDLY_SAID = 0.5
"""A word or two that the text does not have and the recogniser was less sure of are a stumble."""
A_BREATH = 0.1
"""Beside the text the recogniser makes a word of a breath: "One, we also made" had 0.07."""
ALONE, UNLIKE = 0.6, 1.4
"""What a word costs that faces none, and each of two that are wholly unlike: a word of the text
that was not said is rather left alone than taken into its neighbour.
"""
MOST_IN_ONE = 3
"""Words that are one word of the other side: ``Wald McCormick`` for Wold-McCormick."""
MOST_WAYS = 60
LARGEST_GAP = 6000
"""Pairs of words looked at in one gap; more on both sides is another text."""
LEAST_MOVED, MOVED_SAME = 8, 0.8
"""So many words that stand at another place of the text, and how much of that passage they are, to
have been read from there.
"""
LETTER_MS = (30, 160)
"""A passage for which the recogniser has no words was read where there is time for it, and not too
much: so long for each letter.
"""
UNSURE = 0.49
"""What stands on one witness alone is for a person to hear again."""


@dataclass(frozen=True)
class Departure:
    """Where the speaker left the text: what was heard, and what the text has in its place (either
    may be empty).
    """

    at_ms: int
    heard: str
    text: str


@dataclass(frozen=True)
class Together:
    """What was said: ``tokens`` to be timed by ear, and the same as ``words`` at the recogniser's
    own times. ``share`` is how much of what was heard stands in the text, 0 to 1. ``as_written``:
    it is the text itself, word by word.
    """

    tokens: tuple[Token, ...]
    words: tuple[Word, ...]
    share: float
    departures: tuple[Departure, ...]
    besides: frozenset[int]
    as_written: bool


@dataclass(frozen=True)
class _Piece:
    """Tokens from ``first`` to ``last`` of the text face words from ``begin`` to ``end``: the
    ``same``, or one in place of the other. ``worth``: how much speaks for it, 1 for a word that is
    the same letter by letter. ``moved``: it was read at another place than it is written.
    """

    first: int
    last: int
    begin: int
    end: int
    same: bool
    worth: float = 0.0
    moved: bool = False

    @property
    def size(self) -> int:
        """In words of the side that has more."""
        return max(self.last - self.first, self.end - self.begin)


def together(
    tokens: Sequence[Token],
    heard: Sequence[Word],
    sure: Collection[int],
    language: str,
    *,
    is_right: bool = False,
) -> Together:
    """A text and what was heard as one. ``sure``: numbers of the tokens that the aligner heard by
    itself. ``is_right``: a person says that it is what was said; only its times are heard.
    """
    pieces = _pieces(tokens, heard, language)
    pieces = pieces if is_right else _with_moved(pieces, tokens, heard, language)
    found = sum(piece.end - piece.begin for piece in pieces if piece.same)
    said: list[tuple[Token, Word]] = []
    departures, besides = list[Departure](), set[int]()
    for piece in pieces:
        text, words = tokens[piece.first : piece.last], heard[piece.begin : piece.end]
        times = _room(said, heard, piece)
        if piece.same or is_right:
            said += _at_times(text, words, times)
            continue
        if _text_stands(piece, text, words, sure, times, language):
            said += [(token, _unsure(word)) for token, word in _at_times(text, words, times)]
            continue
        if _stumbles(text, words := _without_breaths(words)):
            continue
        sentence = _as_sentence(words, tokens, piece, language)
        said += [(_token(word, language), _unsure(word)) for word in sentence]
        departures += _departure(text, words, times[0])
        besides |= set(range(piece.begin, piece.end))
    kept = tuple(token for token, _ in said)
    return Together(
        tokens=kept,
        words=tuple(word for _, word in said),
        share=found / max(1, len(heard)),
        departures=tuple(departures),
        besides=frozenset(besides),
        as_written=_required(kept) == _required(tokens),
    )


def _required(tokens: Sequence[Token]) -> tuple[Token, ...]:
    return tuple(token for token in tokens if token.optional is None)


def _departure(text: Sequence[Token], words: Sequence[Word], at_ms: int) -> list[Departure]:
    """What is to be said of it; nothing where a heading was not read out."""
    unsaid = " ".join(token.text for token in text if token.optional is None)
    heard = " ".join(word.text for word in words)
    return [Departure(at_ms, heard, unsaid)] if heard or unsaid else []


def _sentence_around(tokens: Sequence[Token], piece: _Piece) -> tuple[bool, bool]:
    """Whether a sentence of the text has ended before a piece, and whether one begins after it."""
    begins = piece.first == 0 or tokens[piece.first - 1].ends_sentence
    ends = piece.last in (0, len(tokens)) or tokens[piece.last - 1].ends_sentence
    return begins, ends


def _units_once(words: Sequence[Word], after: Sequence[Token], language: str) -> tuple[Word, ...]:
    """What was heard before words of the text, without a sign that these spell out: not "$50
    million dollars".
    """
    texts = [*(word.text for word in words), *(token.text for token in after)]
    return tuple(
        replace(word, text=without_unit(word.text, texts[number + 1 :], language))
        for number, word in enumerate(words)
    )


def _as_sentence(
    words: Sequence[Word], tokens: Sequence[Token], piece: _Piece, language: str
) -> list[Word]:
    """What was heard, with a capital where it begins a sentence and a full stop where one ends."""
    begins, ends = _sentence_around(tokens, piece)
    words = _units_once(words, tokens[piece.last : piece.last + 2], language)
    written = list(words)
    if not written or unspaced(written[0].text):
        return written
    if begins:
        first = written[0].text
        written[0] = replace(written[0], text=first[:1].upper() + first[1:])
    if ends and last_mark(written[-1].text) not in SENTENCE_MARKS:
        written[-1] = replace(written[-1], text=written[-1].text.rstrip(",;:") + ".")
    return written


def _room(
    said: Sequence[tuple[Token, Word]], heard: Sequence[Word], piece: _Piece
) -> tuple[int, int]:
    """From when to when a piece is said: by its own words, or between those around it."""
    if piece.end > piece.begin:
        return heard[piece.begin].start_ms, heard[piece.end - 1].end_ms
    start_ms = said[-1][1].end_ms if said else 0
    end_ms = heard[piece.begin].start_ms if piece.begin < len(heard) else start_ms
    return start_ms, max(start_ms, end_ms)


def _text_stands(
    piece: _Piece,
    text: Sequence[Token],
    words: Sequence[Word],
    sure: Collection[int],
    times: tuple[int, int],
    language: str,
) -> bool:
    """Whether the text's words stand where something else was heard, or nothing."""
    by_ear = sum(number in sure for number in range(piece.first, piece.last))
    if not text:
        return False
    letters = sum(len(token.text) for token in text)
    if words:
        written = " ".join(token.text for token in text)
        said = " ".join(word.text for word in words)
        numbers = any(is_number(part, language) for part in f"{written} {said}".split())
        turned = numbers or opposed(written, said, language)
        least = SURELY if by_ear == len(text) and not turned else LIKELY
        unlike = sum(len(word.text) for word in words) / letters
        as_long = len(text) <= A_FEW >= len(words) or AS_LONG[0] < unlike < AS_LONG[1]
        return as_long and sum(word.confidence for word in words) < least * len(words)
    room_ms = times[1] - times[0]
    if len(text) < A_FEW and by_ear == len(text):
        return True
    return LETTER_MS[0] * letters <= room_ms <= LETTER_MS[1] * letters


def _without_breaths(words: Sequence[Word]) -> Sequence[Word]:
    """Without words at either end of what was heard beside the text that hardly were."""
    heard = [place for place, word in enumerate(words) if word.confidence >= A_BREATH]
    return words[heard[0] : heard[-1] + 1] if heard else ()


def _stumbles(text: Sequence[Token], words: Sequence[Word]) -> bool:
    """Whether a word or two beside the text are no words."""
    hardly = sum(word.confidence for word in words) < HARDLY_SAID * len(words)
    return not text and len(words) < A_FEW and hardly


def _at_times(
    text: Sequence[Token], words: Sequence[Word], times: tuple[int, int]
) -> list[tuple[Token, Word]]:
    """The text's words at the times of what was heard in their place; spread by their letters where
    those are not as many.
    """
    sure = min((word.confidence for word in words), default=UNSURE)
    if len(text) == len(words):
        return [
            (token, replace(word, text=token.text, ends_paragraph=token.ends_paragraph))
            for token, word in zip(text, words, strict=True)
        ]
    letters = sum(len(token.text) for token in text)
    passed, spread = 0, []
    for token in text:
        start_ms = times[0] + (times[1] - times[0]) * passed // letters
        passed += len(token.text)
        end_ms = max(start_ms + 20, times[0] + (times[1] - times[0]) * passed // letters)
        spread.append((token, Word(token.text, start_ms, end_ms, sure, token.ends_paragraph)))
    return spread


def _token(word: Word, language: str) -> Token:
    ways = readings(word.text, language) or ((letters_of(word.text) or "uh",),)
    return Token(word.text, ways, ends_paragraph=word.ends_paragraph)


def _unsure(word: Word) -> Word:
    return replace(word, confidence=min(word.confidence, UNSURE))


# --- which words are the same ---------------------------------------------------------------------


def _pieces(tokens: Sequence[Token], heard: Sequence[Word], language: str) -> list[_Piece]:
    """Text and hearing in pieces that are the same or are not, in order, nothing left out."""
    written = [letters_of(token.text) for token in tokens]
    said = [letters_of(word.text) for word in heard]
    names = _names_in(tokens)
    pieces: list[_Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, written, said, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces += [_Piece(a + i, a + i + 1, c + i, c + i + 1, True, 1.0) for i in range(b - a)]
        elif a == b or c == d or (b - a) * (d - c) > LARGEST_GAP:
            pieces.append(_Piece(a, b, c, d, False))
        else:
            like = _likeness(tokens[a:b], names[a:b], heard[c:d], language)
            pieces += _paired((b - a, d - c), (a, c), like)
    return _without_islands(_joined(pieces))


def _joined(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Neighbours that are not the same as one."""
    joined: list[_Piece] = []
    for same, run in groupby(pieces, key=lambda piece: piece.same):
        parts = list(run)
        joined += (
            parts
            if same
            else [_Piece(parts[0].first, parts[-1].last, parts[0].begin, parts[-1].end, False)]
        )
    return joined


def _without_islands(pieces: list[_Piece]) -> list[_Piece]:
    """Words that are the same by chance in the midst of others count as others, the least first."""
    while True:
        others = [place for place, piece in enumerate(pieces) if not piece.same]
        islands = [
            (sum(piece.worth for piece in pieces[left + 1 : right]), left, right)
            for left, right in pairwise(others)
        ]
        chance = [
            island
            for island in islands
            if island[0]
            < min(ISLAND, A_WORD_AROUND * (pieces[island[1]].size + pieces[island[2]].size))
        ]
        if not chance:
            return pieces
        _, left, right = min(chance)
        run = [replace(piece, same=False) for piece in pieces[left : right + 1]]
        pieces = [*pieces[:left], *_joined(run), *pieces[right + 1 :]]


def _with_moved(
    pieces: Sequence[_Piece], tokens: Sequence[Token], heard: Sequence[Word], language: str
) -> list[_Piece]:
    """In the order of what was heard; passages that were read at another place than they are
    written at face that place, and are not missed there.
    """
    placed = [part for piece in pieces for part in _moved(piece, tokens, heard, language)]
    read = {number for one in placed if one.moved for number in range(one.first, one.last)}
    return [part for piece in placed for part in _without(read, piece)]


def _moved(
    piece: _Piece, tokens: Sequence[Token], heard: Sequence[Word], language: str
) -> list[_Piece]:
    """What was heard in a piece as it stands elsewhere in the text, and what was heard beside it;
    the piece itself where nothing does.
    """
    if piece.same or piece.end - piece.begin < LEAST_MOVED:
        return [piece]
    by = piece.begin
    elsewhere = [
        replace(one, begin=one.begin + by, end=one.end + by, moved=True)
        for one in _pieces(tokens, heard[piece.begin : piece.end], language)
    ]
    runs = [run for run in _runs_of(elsewhere) if _is_passage(run)]
    if not runs:
        return [piece]
    run = max(runs, key=_same_in)
    before = replace(piece, end=run[0].begin)
    after = replace(piece, first=piece.last, begin=run[-1].end)
    rest = [part for one in (before, after) for part in _moved(one, tokens, heard, language)]
    apart = [one for one in rest if one.size]
    return sorted((*apart, *run), key=lambda one: (one.begin, one.end))


def _runs_of(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces in a row that are the same, with few other words between them."""
    for near, run in groupby(pieces, key=lambda piece: piece.same or piece.size <= A_FEW):
        parts = list(run)
        same = [place for place, piece in enumerate(parts) if piece.same]
        if near and same:
            yield parts[same[0] : same[-1] + 1]


def _same_in(run: Sequence[_Piece]) -> int:
    """Words that were heard and stand in the text."""
    return sum(piece.end - piece.begin for piece in run if piece.same)


def _is_passage(run: Sequence[_Piece]) -> bool:
    longest = max(run[-1].last - run[0].first, run[-1].end - run[0].begin)
    return _same_in(run) >= max(LEAST_MOVED, MOVED_SAME * longest)


def _without(read: Collection[int], piece: _Piece) -> Iterator[_Piece]:
    """A piece without words of the text that were read elsewhere."""
    if piece.same or piece.moved or not read:
        yield piece
        return
    begin = piece.begin
    numbers = range(piece.first, piece.last)
    for was_read, run in groupby(numbers, key=lambda number: number in read):
        left = list(run)
        if not was_read:
            yield _Piece(left[0], left[-1] + 1, begin, piece.end, False)
            begin = piece.end
    if begin < piece.end:
        yield _Piece(piece.last, piece.last, begin, piece.end, False)


def _names_in(tokens: Sequence[Token]) -> list[bool]:
    """Of each word of a text, whether it may be a name: of a capital only its place tells."""
    texts = ["", "", *(token.text for token in tokens)]
    return [
        not word.islower() and not (word[1:].islower() and a_noun_follows(before, last))
        for before, last, word in zip(texts, texts[1:], texts[2:], strict=False)
    ]


def _paired(size: tuple[int, int], at: tuple[int, int], like: _Like) -> list[_Piece]:
    """The cheapest way to lay words on a text, so many as ``size`` says of each: alike ones on each
    other, the others alone.
    """
    cost: dict[tuple[int, int], float] = {(0, 0): 0.0}
    step: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(size[0] + 1):
        for j in range(size[1] + 1):
            ways = [(cost[i - k, j - m] + worth, (k, m)) for k, m, worth in _ways(i, j, like)]
            if ways:
                cost[i, j], step[i, j] = min(ways)
    pieces: list[_Piece] = []
    i, j = size
    while (i, j) != (0, 0):
        k, m = step[i, j]
        i, j = i - k, j - m
        first, begin = at[0] + i, at[1] + j
        how = like(i, i + k, j, j + m) if k and m else 0.0
        worth = 1.0 if how == 1.0 else how - SAME
        pieces.append(_Piece(first, first + k, begin, begin + m, bool(k and m), worth))
    return pieces[::-1]


_Like = Callable[[int, int, int, int], float]
"""How alike tokens from one number to another are to words from one to another, 0 to 1."""


def _ways(i: int, j: int, like: _Like) -> Iterator[tuple[int, int, float]]:
    """How many words of either side may end before ``i`` and ``j``, and what that costs."""
    if i:
        yield 1, 0, ALONE
    if j:
        yield 0, 1, ALONE
    for k in range(1, min(i, MOST_IN_ONE) + 1):
        for m in range(1, min(j, MOST_IN_ONE) + 1):
            how = like(i - k, i, j - m, j) if k == 1 or m == 1 or k == m == 2 else 0.0
            if how >= SAME:
                yield k, m, UNLIKE * (1 - how) * (k + m) + 0.05 * (k + m - 2)


def _likeness(
    text: Sequence[Token], names: Sequence[bool], words: Sequence[Word], language: str
) -> _Like:
    """How alike tokens and words in a row are: by letters, by sound, or by how they are said; where
    there is a number it is the same one or it is not. ``names``: which tokens may be one.
    """

    is_a_number = partial(is_number, language=language)

    @cache
    def like(first: int, last: int, begin: int, end: int) -> float:
        written = " ".join(token.text for token in text[first:last])
        said = " ".join(word.text for word in words[begin:end])
        spoken = [readings(word.text, language) or ((word.text,),) for word in words[begin:end]]
        if _ways_to_say([token.readings for token in text[first:last]]) & _ways_to_say(spoken):
            return 1.0
        numbers = [any(map(is_a_number, one.split())) for one in (written, said)]
        if all(numbers) or any(letter.isdigit() for letter in written + said):
            return 0.0
        how = max(
            alike(
                letters_of(written),
                sound_of(written, language),
                letters_of(said),
                sound_of(said, language),
            )
        )
        least = min(word.confidence for word in words[begin:end])
        if least >= LIKELY and opposed(written, said, language):
            return 0.0
        if least < SURELY_HEARD:
            return how
        if any(names[first:last]) or len(letters_of(said)) < LEAST_LETTERS:
            return 0.0 if of_other_persons(written, said) else how
        return how if how >= NEARLY_SAME or forms_of_one(written, said) else 0.0

    return like


def _ways_to_say(words: Sequence[tuple[tuple[str, ...], ...]]) -> set[str]:
    """The letters of every way to say words in a row."""
    ways = islice(product(*words), MOST_WAYS)
    return {letters_of("".join(spoken for word in way for spoken in word)) for way in ways}
