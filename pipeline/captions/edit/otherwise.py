"""What else was heard at a doubtful word; without it somebody would listen again and again to a
word that another hearing of the same sound has right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.captions.edit.spoken import BESIDE_MS, Heard, Spoken
from pipeline.captions.words.sounds import letters_of
from pipeline.captions.words.writing import unspaced
from pipeline.model import Word

SAME_TIME_MS = 100
"""Two hearings of one word may be so far apart at its middle."""
MOST_OFFERED = 3
"""More than these at one word are no help."""
_MARKS_BEFORE, _MARKS_BEHIND = re.compile(r"^\W+"), re.compile(r"\W+$")


@dataclass(frozen=True)
class Otherwise:
    """Other words for those from ``first`` to ``end`` of a caption's text, marks left out."""

    first: int
    end: int
    text: str


def heard_otherwise(
    words: Sequence[Spoken], doubted: AbstractSet[int], hearings: Sequence[Heard]
) -> tuple[Otherwise, ...]:
    """What ``hearings`` have in place of the ``doubted`` ones (their places) among the words of a
    caption, in the order of the hearings; nothing twice, and nothing that is only written
    otherwise.
    """
    offers: dict[tuple[int, int, str], Otherwise] = {}
    for hearing in hearings if doubted else ():
        for run, said in _facing(words, hearing):
            if not doubted & run:
                continue
            one = _offered([words[place] for place in sorted(run)], said)
            offers.setdefault((one.first, one.end, letters_of(one.text)), one)
    return tuple(offers.values())[:MOST_OFFERED]


def _facing(
    words: Sequence[Spoken], hearing: Heard
) -> Iterator[tuple[frozenset[int], tuple[Word, ...]]]:
    """Words of the caption, by their places, and those that were heard at the same time where the
    caption has others.
    """
    begin_ms, end_ms = words[0].word.start_ms, words[-1].word.end_ms
    heard = hearing.between(begin_ms - BESIDE_MS, end_ms + BESIDE_MS)
    shown = [letters_of(one.word.text) for one in words]
    ears = [letters_of(word.text) for word in heard]
    for kind, a, b, c, d in SequenceMatcher(None, shown, ears, autojunk=False).get_opcodes():
        if kind != "replace":
            continue
        run = [place for place in range(a, b) if _at_once(words[place].word, heard[c:d])]
        if not run:
            continue
        there = [one.word for one in words[run[0] : run[-1] + 1]]
        said = tuple(word for word in heard[c:d] if _at_once(word, there))
        letters = "".join(letters_of(word.text) for word in said)
        if letters and letters != "".join(shown[run[0] : run[-1] + 1]):
            yield frozenset(run), said


def _at_once(word: Word, others: Sequence[Word]) -> bool:
    """Whether the middle of a word lies in one of the others."""
    middle_ms = (word.start_ms + word.end_ms) / 2
    return any(
        one.start_ms - SAME_TIME_MS <= middle_ms <= one.end_ms + SAME_TIME_MS for one in others
    )


def _offered(run: Sequence[Spoken], said: Sequence[Word]) -> Otherwise:
    first, last = run[0], run[-1]
    begins = first.end - len(_MARKS_BEFORE.sub("", first.word.text))
    stops = last.first + len(_MARKS_BEHIND.sub("", last.word.text))
    between = "" if all(unspaced(word.text) for word in said) else " "
    text = between.join(word.text for word in said)
    return Otherwise(begins, stops, _MARKS_BEHIND.sub("", _MARKS_BEFORE.sub("", text)))
