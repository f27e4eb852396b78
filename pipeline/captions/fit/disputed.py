"""What the ear is asked where a text has other words than a recogniser was sure of; without it a
right script would lose to words that were misheard.

What was heard is forced onto the sound, and for each dispute the text's words in its place, beside
the same neighbours: what fits the sound better was said. Pure: the question goes out, the ear's
answer comes in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.captions.fit.align import AFTER_ALL_MS, Plan, is_english
from pipeline.captions.fit.reading import Reading, read
from pipeline.captions.fit.sentences import by_sentence
from pipeline.captions.fit.stretches import Slice, Step, slices, steps_said
from pipeline.captions.fit.together import Dispute, Together
from pipeline.captions.words.script import Token
from pipeline.model import Word


@dataclass(frozen=True)
class Asked:
    """Tokens of the text by two slices that are forced, as it has them and as they were heard: the
    number of each slice, and the numbers of its tokens there.
    """

    text: range
    as_text: tuple[int, range]
    as_heard: tuple[int, range]


@dataclass(frozen=True)
class Question:
    """Slices to be forced, and what is learned from them."""

    plan: Plan
    asked: tuple[Asked, ...]


def question(
    both: Together, text: Sequence[Token], activity: tuple[tuple[int, int], ...], language: str
) -> Question | None:
    """What is to be heard of ``text``; None where nothing is disputed, or words of that language
    cannot be heard one by one.
    """
    if not both.disputes or by_sentence(language):
        return None
    items = list(_items(both))
    steps = steps_said([_word(both, item) for item in items], activity)
    length_ms = max(both.words[-1].end_ms, activity[-1][1] if activity else 0) + AFTER_ALL_MS
    asking = _Asking(both, text)
    for part in slices(steps, activity, length_ms):
        asking.add(part, [items[step.token] for step in part.steps])
    reading = read(asking.tokens, language)
    plan = Plan(reading, (), tuple(asking.slices), 1.0, activity, is_english(language))
    return Question(plan, tuple(asking.asked))


_Item = int | Dispute
"""A word that is shown, by its number, or a dispute."""


def _items(both: Together) -> Iterator[_Item]:
    at = 0
    for dispute in both.disputes:
        yield from range(at, dispute.shown.start)
        yield dispute
        at = dispute.shown.stop
    yield from range(at, len(both.words))


def _word(both: Together, item: _Item) -> Word:
    if isinstance(item, Dispute):
        return Word("", item.start_ms, item.end_ms)
    return both.words[item]


class _Asking:
    """The slices as they are put together: each as it was heard, then once more for each dispute in
    it.
    """

    def __init__(self, both: Together, text: Sequence[Token]) -> None:
        self._both, self._text = both, text
        self.tokens: list[Token] = []
        self.slices: list[Slice] = []
        self.asked: list[Asked] = []

    def add(self, part: Slice, items: Sequence[_Item]) -> None:
        disputes = [(at, item) for at, item in enumerate(items) if isinstance(item, Dispute)]
        if not disputes:
            return
        heard, number = self._forced(part, items), len(self.slices) - 1
        for at, dispute in disputes:
            text = self._forced(part, items, at)
            as_text = (len(self.slices) - 1, text[at])
            self.asked.append(Asked(dispute.text, as_text, (number, heard[at])))

    def _forced(
        self, part: Slice, items: Sequence[_Item], by_text: int | None = None
    ) -> list[range]:
        """Adds a slice, the item at ``by_text`` as the text has it; where the tokens of each item
        stand.
        """
        places = []
        for at, item in enumerate(items):
            first = len(self.tokens)
            self.tokens += self._text_of(item) if at == by_text else self._heard(item)
            places.append(range(first, len(self.tokens)))
        tokens = range(places[0].start, places[-1].stop)
        self.slices.append(replace(part, steps=tuple(Step("said", token) for token in tokens)))
        return places

    def _heard(self, item: _Item) -> Sequence[Token]:
        if isinstance(item, Dispute):
            return self._both.tokens[item.shown.start : item.shown.stop]
        return self._both.tokens[item : item + 1]

    def _text_of(self, item: _Item) -> Sequence[Token]:
        assert isinstance(item, Dispute)
        return self._text[item.text.start : item.text.stop]


def preferred(asked: Question, forced: str) -> frozenset[int]:
    """Numbers of the text's tokens that fit the sound better than what was heard in their place;
    ``forced`` is the recogniser's words.json.
    """
    answers = json.loads(forced)["slices"]
    found: set[int] = set()
    for one in asked.asked:
        text, heard = (
            _worth(asked.plan.reading, answers[number], tokens)
            for number, tokens in (one.as_text, one.as_heard)
        )
        if text is not None and heard is not None and text > heard:
            found |= set(one.text)
    return frozenset(found)


def _worth(reading: Reading, said: Sequence[dict[str, Any]] | None, numbers: range) -> float | None:
    """How well tokens fit the sound, with the words beside them, whose borders they share; None
    where they cannot be said there.
    """
    around = range(numbers.start - 1, numbers.stop + 1)
    worth = [
        float(entry["score"])
        for entry in said or ()
        if entry["name"][1:].isdigit() and reading.places[int(entry["name"][1:])].token in around
    ]
    return sum(worth) if worth else None
