"""Which words of a text face which of those that a recogniser heard: the same, or others; without
it nothing could say where a speaker left the text.

Alike by letters, by sound or by how they are said is the same. Sentences that were left out, said
besides, or read at another place stand by themselves. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache, partial
from itertools import combinations, groupby, islice, pairwise, product

from pipeline.captions.words.numbers import is_number
from pipeline.captions.words.opposites import (
    a_noun_follows,
    forms_of_one,
    of_other_persons,
    opposed,
    says_another,
)
from pipeline.captions.words.script import Token
from pipeline.captions.words.sounds import alike, letters_of, sound_of
from pipeline.captions.words.spoken import readings
from pipeline.captions.words.writing import SENTENCE_MARKS, last_mark
from pipeline.model import Word

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
LIKELY = 0.6
"""How sure the recogniser must be of words that stand against other words of the text. Words that
were not said had 0.03 to 0.55, those that were 0.60 to 0.99.
"""
A_FEW = 3
ISLAND, A_WORD_AROUND = 2.5, 0.35
"""Words that are the same amid others are so by chance, and part of those, where they are worth
less than this, or than this for each word around them.
"""
BY_CHANCE = 0.5
"""What a word of one or two letters is worth of which the recogniser was not sure."""
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
GONE = 0.5
"""What a letter of a sentence that was left out, or said besides, costs beside one that is another;
letters of sentences that have nothing in common are others by 0.75.
"""


@dataclass(frozen=True)
class Piece:
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


def faced(
    tokens: Sequence[Token], heard: Sequence[Word], language: str, *, in_order: bool = False
) -> list[Piece]:
    """Text and hearing in pieces, in the order of what was heard, nothing left out. ``in_order``:
    the text was read as it is written.
    """
    pieces = _pieces(tokens, heard, language)
    if in_order:
        return pieces
    moved = _with_moved(pieces, tokens, heard, language)
    return [part for one in moved for part in _apart(one, tokens, heard, language)]


def _pieces(tokens: Sequence[Token], heard: Sequence[Word], language: str) -> list[Piece]:
    """Text and hearing in pieces that are the same or are not, in order, nothing left out."""
    written = [letters_of(token.text) for token in tokens]
    said = [letters_of(word.text) for word in heard]
    names = _names_in(tokens)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, written, said, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces += [
                Piece(a + i, a + i + 1, c + i, c + i + 1, True, _worth(heard[c + i]))
                for i in range(b - a)
            ]
        elif a == b or c == d or (b - a) * (d - c) > LARGEST_GAP:
            pieces.append(Piece(a, b, c, d, False))
        else:
            like = _likeness(tokens[a:b], names[a:b], heard[c:d], language)
            pieces += _paired((b - a, d - c), (a, c), like)
    return _with_short_words(_without_islands(_joined(pieces)), tokens, heard, language)


def _worth(word: Word) -> float:
    """What a word is worth that is the same letter by letter: "e" is soon heard beside others."""
    by_chance = word.confidence < LIKELY and len(letters_of(word.text)) < LEAST_LETTERS - 1
    return BY_CHANCE if by_chance else 1.0


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours that are not the same as one."""
    joined: list[Piece] = []
    for same, run in groupby(pieces, key=lambda piece: piece.same):
        parts = list(run)
        joined += (
            parts
            if same
            else [Piece(parts[0].first, parts[-1].last, parts[0].begin, parts[-1].end, False)]
        )
    return joined


def _without_islands(pieces: list[Piece]) -> list[Piece]:
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


def _with_short_words(
    pieces: Sequence[Piece], tokens: Sequence[Token], heard: Sequence[Word], language: str
) -> list[Piece]:
    """A short word of the text that faces nothing, beside one that was misheard, was misheard with
    it: ``le vostre`` as "mostra".
    """

    def misheard(piece: Piece) -> bool:
        words = heard[piece.begin : piece.end]
        return piece.same and piece.worth < 1 and min(word.confidence for word in words) < LIKELY

    kept: list[Piece] = []
    for piece in pieces:
        before = kept[-1] if kept else None
        if before and _is_short(before, tokens, language) and misheard(piece):
            kept[-1] = replace(piece, first=before.first)
        elif before and _is_short(piece, tokens, language) and misheard(before):
            kept[-1] = replace(before, last=piece.last)
        else:
            kept.append(piece)
    return kept


def _is_short(piece: Piece, tokens: Sequence[Token], language: str) -> bool:
    """Whether it is one short word of the text alone, that turns nothing round."""
    text = tokens[piece.first : piece.last]
    alone = len(text) == 1 and piece.begin == piece.end
    return (
        alone
        and len(letters_of(text[0].text)) < LEAST_LETTERS
        and not says_another(text[0].text, "", language)
    )


def _with_moved(
    pieces: Sequence[Piece], tokens: Sequence[Token], heard: Sequence[Word], language: str
) -> list[Piece]:
    """In the order of what was heard; passages that were read at another place than they are
    written at face that place, and are not missed there.
    """
    placed = [part for piece in pieces for part in _moved(piece, tokens, heard, language)]
    read = {number for one in placed if one.moved for number in range(one.first, one.last)}
    return [part for piece in placed for part in _without(read, piece)]


def _moved(
    piece: Piece, tokens: Sequence[Token], heard: Sequence[Word], language: str
) -> list[Piece]:
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


def _runs_of(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces in a row that are the same, with few other words between them."""
    for near, run in groupby(pieces, key=lambda piece: piece.same or piece.size <= A_FEW):
        parts = list(run)
        same = [place for place, piece in enumerate(parts) if piece.same]
        if near and same:
            yield parts[same[0] : same[-1] + 1]


def _same_in(run: Sequence[Piece]) -> int:
    """Words that were heard and stand in the text."""
    return sum(piece.end - piece.begin for piece in run if piece.same)


def _is_passage(run: Sequence[Piece]) -> bool:
    longest = max(run[-1].last - run[0].first, run[-1].end - run[0].begin)
    return _same_in(run) >= max(LEAST_MOVED, MOVED_SAME * longest)


def _without(read: Collection[int], piece: Piece) -> Iterator[Piece]:
    """A piece without words of the text that were read elsewhere."""
    if piece.same or piece.moved or not read:
        yield piece
        return
    begin = piece.begin
    numbers = range(piece.first, piece.last)
    for was_read, run in groupby(numbers, key=lambda number: number in read):
        left = list(run)
        if not was_read:
            yield Piece(left[0], left[-1] + 1, begin, piece.end, False)
            begin = piece.end
    if begin < piece.end:
        yield Piece(piece.last, piece.last, begin, piece.end, False)


def _apart(
    piece: Piece, tokens: Sequence[Token], heard: Sequence[Word], language: str
) -> list[Piece]:
    """A piece in which words were misheard beside sentences that were left out, or were said
    besides: those by themselves, and what is left of it. The piece itself where there are none.
    """
    few = min(piece.last - piece.first, piece.end - piece.begin)
    pairs = (piece.last - piece.first) * (piece.end - piece.begin)
    if piece.same or piece.moved or not few or piece.size < LEAST_MOVED or pairs > LARGEST_GAP:
        return [piece]
    written = {n: letters_of(tokens[n].text) for n in range(piece.first, piece.last)}
    said = {n: letters_of(heard[n].text) for n in range(piece.begin, piece.end)}

    def off(first: int, last: int, begin: int, end: int) -> int:
        from rapidfuzz.distance import Levenshtein

        text, words = (written[n] for n in range(first, last)), (said[n] for n in range(begin, end))
        return int(Levenshtein.distance("".join(text), "".join(words)))

    def cost(gone: Piece) -> float:
        around = off(piece.first, gone.first, piece.begin, gone.begin)
        around += off(gone.last, piece.last, gone.end, piece.end)
        return around + GONE * off(gone.first, gone.last, gone.begin, gone.end)

    gone = min(_sentences_in(piece, tokens, heard), key=cost, default=None)
    if gone is None or cost(gone) >= off(piece.first, piece.last, piece.begin, piece.end):
        return [piece]
    before = replace(piece, last=gone.first, end=gone.begin)
    after = replace(piece, first=gone.last, begin=gone.end)
    return [*_again(before, tokens, heard, language), gone, *_again(after, tokens, heard, language)]


def _again(
    piece: Piece, tokens: Sequence[Token], heard: Sequence[Word], language: str
) -> Iterator[Piece]:
    """What is left of a piece, looked at anew."""
    if not piece.size:
        return
    text, words = tokens[piece.first : piece.last], heard[piece.begin : piece.end]
    for one in _pieces(text, words, language):
        places = (one.first + piece.first, one.last + piece.first)
        yield from _apart(
            Piece(*places, one.begin + piece.begin, one.end + piece.begin, one.same, one.worth),
            tokens,
            heard,
            language,
        )


def _sentences_in(piece: Piece, tokens: Sequence[Token], heard: Sequence[Word]) -> Iterator[Piece]:
    """Whole sentences in a row of one side of a piece, that face nothing of the other."""
    written = [token.ends_sentence for token in tokens]
    said = [last_mark(word.text) in SENTENCE_MARKS for word in heard]
    one = _ends_in(written, piece.first, piece.last)
    other = _ends_in(said, piece.begin, piece.end)
    for first, last in combinations(one, 2):
        for at in _faced((piece.first, piece.last), (first, last), (piece.begin, piece.end), other):
            yield Piece(first, last, at, at, False)
    for begin, end in combinations(other, 2):
        for at in _faced((piece.begin, piece.end), (begin, end), (piece.first, piece.last), one):
            yield Piece(at, at, begin, end, False)


def _ends_in(ends: Sequence[bool], first: int, last: int) -> list[int]:
    """The borders of sentences from one place to another, both included."""
    return [at for at in range(first, last + 1) if at in (0, len(ends)) or ends[at - 1]]


def _faced(
    whole: tuple[int, int], part: tuple[int, int], other: tuple[int, int], ends: Sequence[int]
) -> Sequence[int]:
    """Where a part of one side may stand on the other one: at its ends as the part does, else
    between its sentences.
    """
    if whole == part:
        return ()
    if part[0] == whole[0]:
        return other[:1]
    if part[1] == whole[1]:
        return other[1:]
    return [at for at in ends if other[0] < at < other[1]]


def _names_in(tokens: Sequence[Token]) -> list[bool]:
    """Of each word of a text, whether it may be a name: of a capital only its place tells."""
    texts = ["", "", *(token.text for token in tokens)]
    return [
        not word.islower() and not (word[1:].islower() and a_noun_follows(before, last))
        for before, last, word in zip(texts, texts[1:], texts[2:], strict=False)
    ]


def _paired(size: tuple[int, int], at: tuple[int, int], like: _Like) -> list[Piece]:
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
    pieces: list[Piece] = []
    i, j = size
    while (i, j) != (0, 0):
        k, m = step[i, j]
        i, j = i - k, j - m
        first, begin = at[0] + i, at[1] + j
        how = like(i, i + k, j, j + m) if k and m else 0.0
        worth = 1.0 if how == 1.0 else how - SAME
        pieces.append(Piece(first, first + k, begin, begin + m, bool(k and m), worth))
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
