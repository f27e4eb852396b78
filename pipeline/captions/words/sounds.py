"""How alike words sound; without it a name that was misheard would pass for another word."""

from __future__ import annotations

import re
from itertools import groupby

from pipeline.captions.words.letters import phones
from pipeline.captions.words.script import fold

# fmt: off
_ALIKE = {
    "B": "P", "D": "T", "G": "K", "Z": "S", "ZH": "SH", "JH": "CH", "V": "F", "DH": "T", "TH": "T",
    "HH": "",
}
# fmt: on
_VOWELS = {"AA", "AE", "AH", "AO", "AW", "AY", "EH", "EY", "IH", "IY", "OW", "OY", "UH", "UW", "Y"}


def letters_of(text: str) -> str:
    """The bare letters and digits of a word, or of several as one."""
    return fold(text).replace("'", "")


def sound_of(text: str, language: str) -> tuple[str, ...]:
    """How ``text`` sounds, coarsely: all vowels are one, voiced and unvoiced are one.

    Empty where no rule reads it.
    """
    parts = re.split(r"[\s\-'’]+", text)
    kinds = [kind for part in parts for phone in phones(part, language) for kind in _kinds(phone)]
    return tuple(kind for kind, _ in groupby(kinds))


def _kinds(phone: str) -> tuple[str, ...]:
    """What a phone sounds like; nothing for a breath."""
    if phone == "ER":
        return ("@", "R")
    kind = "@" if phone in _VOWELS else _ALIKE.get(phone, phone)
    return (kind,) if kind else ()


def alike(
    letters: str, sound: tuple[str, ...], other_letters: str, other_sound: tuple[str, ...]
) -> tuple[float, float]:
    """How alike two words are by their letters and by their sound, each 0 to 1; by letters twice
    where no rule gives a sound.
    """
    from rapidfuzz.distance import OSA  # 6 ms, for a message whose captions nobody has sent

    same = OSA.normalized_similarity(letters, other_letters)
    if not sound or not other_sound:
        return same, same
    return same, OSA.normalized_similarity(sound, other_sound)
