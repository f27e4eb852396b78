"""How the world's writing runs: which way, in which pieces, how high; without it a name could stand
back to front.

The shaping itself (joined Arabic letters, Indic clusters) is libraqm's, inside Pillow; these are
the questions before it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeVar

Font = TypeVar("Font")


def clean(text: str) -> str:
    """The text as data: accents composed (NFC), one line, no control or invisible characters."""
    composed = unicodedata.normalize("NFC", text)
    spaced = re.sub(r"[^\S\u00a0\u202f]+", " ", composed)
    return "".join(letter for letter in spaced if not _invisible(letter)).strip()


def _invisible(letter: str) -> bool:
    """Controls, surrogates, selectors, and formats but for the two joiners that Persian and Indic
    writing needs.
    """
    kind = unicodedata.category(letter)
    selects = "\ufe00" <= letter <= "\ufe0f"
    return selects or (kind in ("Cc", "Cs", "Cf") and letter not in "\u200c\u200d")


def in_reading_order(words: Sequence[tuple[str, Font]]) -> list[tuple[str, Font]]:
    """Words as they stand from left to right: runs of one font together, the first one rightmost
    where the text begins in writing that is read from the right. Within a run the shaper does the
    same.
    """
    runs: list[tuple[str, Font]] = []
    for word, face in words:
        if runs and runs[-1][1] == face:
            runs[-1] = runs[-1][0] + word, face
        else:
            runs.append((word, face))
    kinds = (unicodedata.bidirectional(letter) for word, _ in words for letter in word)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    if first == "L":
        return runs
    return [
        (run if right_to_left(run) else _space_first(run), face) for run, face in reversed(runs)
    ]


def _space_first(run: str) -> str:
    """The space after a Latin run stands on its left here; the shaper would put it on its right."""
    return " " * (len(run) - len(run.rstrip())) + run.rstrip()


def tall(text: str) -> bool:
    """Writing with marks above and below its letters: Arabic, the Indic kinds, Thai, Khmer."""
    return any(
        "\u0600" <= letter <= "\u08ff"
        or "\u0900" <= letter <= "\u109f"
        or "\u1780" <= letter <= "\u17ff"
        for letter in text
    )


def right_to_left(text: str) -> bool:
    """It holds letters that are read from the right."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def joined(text: str) -> bool:
    """Writing whose letters touch or change places (Arabic, the Indic kinds) is never set letter by
    letter.
    """
    return right_to_left(text) or any("\u0900" <= letter <= "\u109f" for letter in text)


def clusters(text: str) -> list[str]:
    """Letters, each with the combining marks that follow it."""
    clusters: list[str] = []
    for letter in text:
        if clusters and unicodedata.combining(letter):
            clusters[-1] += letter
        else:
            clusters.append(letter)
    return clusters
