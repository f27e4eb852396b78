"""How the scripts of the world run: which way, in which pieces, how high; without it a name could
stand back to front.

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
    """The text as data: composed accents (NFC), one line, no control and no invisible characters."""
    composed = unicodedata.normalize("NFC", text)
    spaced = re.sub(r"[^\S\u00a0\u202f]+", " ", composed)
    return "".join(letter for letter in spaced if not _invisible(letter)).strip()


def _invisible(letter: str) -> bool:
    """Controls, surrogates, formats other than the two joiners that Persian and Indic scripts need,
    and selectors.
    """
    kind = unicodedata.category(letter)
    return (
        kind in ("Cc", "Cs", "Cf") and letter not in "\u200c\u200d"
    ) or "\ufe00" <= letter <= "\ufe0f"


def in_reading_order(words: Sequence[tuple[str, Font]]) -> list[tuple[str, Font]]:
    """Words as they stand from left to right: runs of one font together, the first one rightmost
    where the text begins in a script that is read from the right. Within a run the shaper does the
    same.
    """
    runs: list[tuple[str, Font]] = []
    for word, face in words:
        if runs and runs[-1][1] == face:
            runs[-1] = runs[-1][0] + word, face
        else:
            runs.append((word, face))
    first = next(
        (
            kind
            for word, _ in words
            for kind in map(unicodedata.bidirectional, word)
            if kind in ("L", "R", "AL")
        ),
        "L",
    )
    if first == "L":
        return runs
    # The space after a Latin run stands on its left here, and the shaper would put it on its right.
    return [
        (run if right_to_left(run) else " " * (len(run) - len(run.rstrip())) + run.rstrip(), face)
        for run, face in reversed(runs)
    ]


def tall(text: str) -> bool:
    """Scripts with marks above and below their letters: Arabic, the Indic ones, Thai, Khmer."""
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
    """Scripts whose letters touch or reorder (Arabic, the Indic ones) are never set letter by
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
