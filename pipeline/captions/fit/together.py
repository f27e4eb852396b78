"""What was said, from a text and from what a recogniser heard; without it an old version of a text
would show words that nobody said, and what the speaker added would have no captions.

What was said is the recogniser's to say, how it is spelt the text's: where the text was read its
words stand, where the speaker left it those that were heard. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from pipeline.captions.fit.facing import A_FEW, LIKELY, Piece, faced
from pipeline.captions.words.numbers import is_number
from pipeline.captions.words.opposites import says_another
from pipeline.captions.words.script import Token
from pipeline.captions.words.sounds import letters_of
from pipeline.captions.words.spoken import readings, without_unit
from pipeline.captions.words.writing import SENTENCE_MARKS, last_mark, unspaced
from pipeline.model import Word

LEAST_SHARE, ALL_RIGHT_SHARE = 0.3, 0.6
"""How much of what was heard must stand in a text for it to be the text of that recording; and for
captions of it to be more than a draft.
"""
SURELY = 0.8
"""How sure the recogniser must be of a few words, for others LIKELY, where the aligner heard those
of the text as they are written.
"""
AS_LONG = (0.6, 1.6)
"""So many words or fewer may be misheard as others, and more where they have about as many letters.
"""
HARDLY_SAID = 0.5
"""A word or two that the text does not have and the recogniser was less sure of are a stumble."""
A_BREATH = 0.1
"""Beside the text the recogniser makes a word of a breath: "One, we also made" had 0.07."""
LETTER_MS = (30, 160)
"""A passage for which the recogniser has no words was read where there is time for it, and not too
much: so long for each letter.
"""
_MARKS = ".,;:!?…"
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
class Dispute:
    """Where only an ear can tell which was said: ``text`` (numbers of its tokens) faces words of
    which the recogniser was not sure, between two times; ``shown`` are their places.
    """

    text: range
    shown: range
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Together:
    """What was said: ``tokens`` to be timed by ear, and the same as ``words`` at the recogniser's
    own times. ``share`` is how much of what was heard stands in the text, 0 to 1. ``as_written``:
    it is the text itself, word by word. ``disputes``: where an ear may know better.
    """

    tokens: tuple[Token, ...]
    words: tuple[Word, ...]
    share: float
    departures: tuple[Departure, ...]
    besides: frozenset[int]
    as_written: bool
    disputes: tuple[Dispute, ...] = ()


def together(
    tokens: Sequence[Token],
    heard: Sequence[Word],
    sure: Collection[int],
    language: str,
    *,
    by_ear: Collection[int] = (),
    is_right: bool = False,
) -> Together:
    """A text and what was heard as one. ``sure``: numbers of the tokens that the aligner heard by
    itself; ``by_ear``: of disputed ones that fit the sound better than what was heard in their
    place (disputed.py). ``is_right``: a person says that it is what was said; only its times are
    heard.
    """
    talk = _Talk(tokens, heard, sure, by_ear, language, is_right)
    said: list[tuple[Token, Word]] = []
    parts: list[_Part] = []
    disputes: list[Dispute] = []
    for piece in faced(tokens, heard, language, in_order=is_right):
        times = _room(said, heard, piece)
        part = talk.part(piece, times)
        if part.disputed:
            shown = range(len(said), len(said) + len(part.said))
            disputes.append(Dispute(range(piece.first, piece.last), shown, *times))
        said += part.said
        parts.append(part)
    kept = tuple(token for token, _ in said)
    return Together(
        tokens=kept,
        words=tuple(word for _, word in said),
        share=sum(part.found for part in parts) / max(1, len(heard)),
        departures=tuple(one for part in parts for one in part.departures),
        besides=frozenset(chain(*(part.besides for part in parts))),
        as_written=_required(kept) == _required(tokens),
        disputes=tuple(disputes),
    )


@dataclass(frozen=True)
class _Part:
    """What is shown of a piece. ``found``: so many words were heard that stand in the text;
    ``besides``: numbers of those that are shown in its place; ``disputed``: an ear may know better.
    """

    said: Sequence[tuple[Token, Word]] = ()
    departures: Sequence[Departure] = ()
    found: int = 0
    besides: Sequence[int] = ()
    disputed: bool = False


@dataclass(frozen=True)
class _Talk:
    """A text, what was heard, and what else is known."""

    tokens: Sequence[Token]
    heard: Sequence[Word]
    sure: Collection[int]
    by_ear: Collection[int]
    language: str
    is_right: bool

    def part(self, piece: Piece, times: tuple[int, int]) -> _Part:
        """What is shown of a piece, between two times."""
        text, words = self.tokens[piece.first : piece.last], self.heard[piece.begin : piece.end]
        if piece.same or self.is_right:
            return _Part(_at_times(text, words, times), found=len(words) * piece.same)
        by_ear = bool(text) and all(n in self.by_ear for n in range(piece.first, piece.last))
        if by_ear or _text_stands(piece, text, words, self.sure, times, self.language):
            said, left = self._with_numbers(text, words, times)
            return _Part(said, left, found=len(words) * by_ear)
        disputed = not piece.moved and _is_disputed(text, words, times, self.language)
        if _stumbles(text, words := _without_breaths(words)):
            return _Part()
        sentence = _as_sentence(words, self.tokens, piece, self.language)
        said = [(_token(word, self.language), _unsure(word)) for word in sentence]
        left = _departure(text, words, times[0])
        return _Part(said, left, 0, range(piece.begin, piece.end), disputed)

    def _with_numbers(
        self, text: Sequence[Token], words: Sequence[Word], times: tuple[int, int]
    ) -> tuple[list[tuple[Token, Word]], list[Departure]]:
        """The text's words, but for numbers: those that were heard in place of its own."""
        said = [(token, _unsure(word)) for token, word in _at_times(text, words, times)]
        its = [at for at, token in enumerate(text) if is_number(token.text, self.language)]
        others = [word for word in words if is_number(word.text, self.language)]
        left: list[Departure] = []
        for at, word in zip(its, others, strict=False) if len(its) == len(others) else ():
            if word.confidence >= LIKELY and letters_of(word.text) != letters_of(text[at].text):
                mark = text[at].text[len(text[at].text.rstrip(_MARKS)) :]
                heard = replace(word, text=word.text.rstrip(_MARKS) + mark)
                said[at] = (_token(heard, self.language), _unsure(heard))
                left.append(Departure(word.start_ms, word.text, text[at].text))
        return said, left


def _is_disputed(
    text: Sequence[Token], words: Sequence[Word], times: tuple[int, int], language: str
) -> bool:
    """Whether the recogniser is so unsure of what it has for a text that an ear is asked."""
    if not text or not words:
        return False
    least = LIKELY if _says_another(text, words, language) else SURELY
    unsure = sum(word.confidence for word in words) < least * len(words)
    return unsure and LETTER_MS[0] * sum(len(one.text) for one in text) <= times[1] - times[0]


def _required(tokens: Sequence[Token]) -> tuple[Token, ...]:
    return tuple(token for token in tokens if token.optional is None)


def _departure(text: Sequence[Token], words: Sequence[Word], at_ms: int) -> list[Departure]:
    """What is to be said of it; nothing where a heading was not read out."""
    unsaid = " ".join(token.text for token in text if token.optional is None)
    heard = " ".join(word.text for word in words)
    return [Departure(at_ms, heard, unsaid)] if heard or unsaid else []


def _sentence_around(tokens: Sequence[Token], piece: Piece) -> tuple[bool, bool]:
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
    words: Sequence[Word], tokens: Sequence[Token], piece: Piece, language: str
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
    said: Sequence[tuple[Token, Word]], heard: Sequence[Word], piece: Piece
) -> tuple[int, int]:
    """From when to when a piece is said: by its own words, or between those around it."""
    if piece.end > piece.begin:
        return heard[piece.begin].start_ms, heard[piece.end - 1].end_ms
    start_ms = said[-1][1].end_ms if said else 0
    end_ms = heard[piece.begin].start_ms if piece.begin < len(heard) else start_ms
    return start_ms, max(start_ms, end_ms)


def _text_stands(
    piece: Piece,
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
        turned = _says_another(text, words, language)
        least = SURELY if by_ear == len(text) and not turned else LIKELY
        unlike = sum(len(word.text) for word in words) / letters
        as_long = len(text) <= A_FEW >= len(words) or AS_LONG[0] < unlike < AS_LONG[1]
        return as_long and sum(word.confidence for word in words) < least * len(words)
    room_ms = times[1] - times[0]
    if len(text) < A_FEW and by_ear == len(text):
        return True
    return LETTER_MS[0] * letters <= room_ms <= LETTER_MS[1] * letters


def _says_another(text: Sequence[Token], words: Sequence[Word], language: str) -> bool:
    written, said = (" ".join(one.text for one in side) for side in (text, words))
    return says_another(written, said, language)


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
