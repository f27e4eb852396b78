"""How a writing system is written; without it Thai got spaces and Arabic was read backwards."""

from __future__ import annotations

import re
import unicodedata

_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
)
"""Thai, Lao, Burmese, Khmer, kana, Chinese characters: no spaces stand between their words."""


SENTENCE_MARKS = ".!?…。！？؟।"
"""What ends a sentence, in any writing that is captioned here."""


def unspaced(text: str) -> bool:
    """Whether ``text`` has a letter of a writing system without spaces between words."""
    return bool(_UNSPACED.search(text))


def last_mark(text: str) -> str:
    """The last sign of a word, inside quotation marks and brackets that close behind it."""
    return text.rstrip("\"'”’»)")[-1:]


def mostly_right_to_left(text: str) -> bool:
    """Whether over half of the letters are of a writing system that is read from the right."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    right = kinds.count("R") + kinds.count("AL")
    return right > kinds.count("L")
