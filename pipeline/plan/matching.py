"""Whose file a file may be, by the names and the words in it; without it a producer would open
twelve attachments one by one to see who speaks.

Pure: what comes in are names, titles and words, not files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

from pipeline.captions.words.sounds import sound_of
from pipeline.config import Speaker
from pipeline.plan.intake import id_from

SURE, LIKELY = 0.9, 0.6
"""How surely a file must be somebody's to be taken in unasked, and to be proposed at all."""
_NEAR = 0.08
"""Somebody who is as little behind as this may be meant as well."""
_SCRIPT_SHARE = 0.25
"""Of the pairs of words that are heard the share that has to stand in a script. A rough draft of
it has half of them, another speech on the same subject under a tenth.
"""
_LONGEST_JOINED = 3
_TITLES = frozenset("dr prof professor mr mrs ms mx sir dame dra sr sra herr frau ing phd".split())
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
# fmt: off
_TONGUES = (
    ("CYRILLIC", "ru", "\u0400", "\u04ff"), ("GREEK", "el", "\u0370", "\u03ff"),
    ("HAN", "zh", "\u4e00", "\u9fff"), ("HANGUL", "ko", "\uac00", "\ud7af"),
    ("KANA", "ja", "\u3040", "\u30ff"), ("ARABIC", "ar", "\u0600", "\u06ff"),
    ("HEBREW", "he", "\u0590", "\u05ff"), ("DEVANAGARI", "hi", "\u0900", "\u097f"),
)
# fmt: on


@dataclass(frozen=True)
class Likely:
    """That a file may be ``speaker``'s (an id): how surely, 0 to 1, and by what."""

    speaker: str
    share: float
    why: str


def by_name(text: str, speakers: Iterable[Speaker], where: str) -> tuple[Likely, ...]:
    """Whose name stands in a file's name, its title or the like (``where``), the surest first:
    with or without accents, in another alphabet, misspelt by a letter.
    """
    said = _Said(text)
    found = [one for speaker in speakers if (one := _named(said, speaker, where))]
    return tuple(sorted(found, key=lambda one: -one.share))


def by_script(heard: Sequence[str], scripts: Mapping[str, Sequence[str]]) -> tuple[Likely, ...]:
    """Whose script is being read in a recording of which these words were heard; ``scripts`` are
    words by speaker's id, both in small letters.
    """
    said = {*pairwise(heard)}
    shares = {
        one: len(said & {*pairwise(words)}) / len(said) for one, words in scripts.items() if said
    }
    found = [
        Likely(one, min(1.0, SURE + share / 10), f"{share:.0%} of what is heard is their script's")
        for one, share in shares.items()
        if share >= _SCRIPT_SHARE
    ]
    return tuple(sorted(found, key=lambda one: -one.share))


def decided(found: Iterable[Likely]) -> tuple[Likely, ...]:
    """Of all that speaks for somebody the surest, and those who may be meant as well; one alone
    where nobody comes near.
    """
    best: dict[str, Likely] = {}
    for one in found:
        if one.share > best.get(one.speaker, one).share or one.speaker not in best:
            best[one.speaker] = one
    ranked = sorted(best.values(), key=lambda one: -one.share)
    return tuple(one for one in ranked if one.share > ranked[0].share - _NEAR)


class _Said:
    """What stands in a name: its words, and neighbours as one (``O Connor``)."""

    def __init__(self, text: str) -> None:
        parted = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", text)
        self.written = [word for word in re.split(r"[\W_]+", parted) if re.search(r"[^\W\d]", word)]
        plain = [_plain(word) for word in self.written]
        self.plain = {
            "".join(plain[at : at + count])
            for count in range(1, _LONGEST_JOINED + 1)
            for at in range(len(plain))
        }

    def has(self, word: str) -> bool:
        """Whether a word stands in it, alone or, if it is a long one, within another."""
        wanted = {_plain(word), _plain(word.lower().translate(_UMLAUTS))} - {""}
        return bool(wanted & self.plain) or any(
            len(one) >= 6 and one in other for one in wanted for other in self.plain
        )

    def nearly_has(self, word: str) -> bool:
        """Whether one that is like it does: a letter is wrong, or it is written in other letters
        and sounds the same.
        """
        plain = _plain(word)
        near = len(plain) >= 5 and any(
            OSA.normalized_similarity(plain, other) >= 0.8 for other in self.plain
        )
        sound = sound_of(word, _tongue(word))
        return near or (
            len(sound) >= 4
            and any(
                sound == sound_of(other, _tongue(other))
                for other in self.written
                if _tongue(other) != _tongue(word)
            )
        )


def _named(said: _Said, speaker: Speaker, where: str) -> Likely | None:
    names = _names(speaker)
    met = [name for name in names if said.has(name)]
    met = [one for one in met if not any(one != other and one in other.split("-") for other in met)]
    nearly = [name for name in names if name not in met and said.nearly_has(name)]
    by_id = len(speaker.id) > 1 and said.has(speaker.id)
    if not (met or nearly or by_id):
        return None
    share = max(_share(met, nearly, names), SURE if by_id else 0.0)
    quoted = " ".join([*met, *(f"{name}?" for name in nearly)]) or speaker.id
    return Likely(speaker.id, share, f'{where} says "{quoted}"')


def _share(met: Sequence[str], nearly: Sequence[str], names: Sequence[str]) -> float:
    """Of a name's words those that are met and nearly met: the first of several names alone proves
    little.
    """
    if len(met) > 1:
        return 1.0
    telling = names[1:] or names
    if any(name in telling for name in met):
        return 0.95 if nearly else SURE
    if met or len(nearly) > 1:
        return SURE if len(met) + len(nearly) > 1 else 0.65
    return 0.75 if nearly[0] in telling else LIKELY


def _names(speaker: Speaker) -> list[str]:
    """The words of a name without titles and initials, and of a double name its halves; at
    least one."""
    words = [word.strip(".,") for word in speaker.name.split()]
    names = [one for one in words if one.casefold() not in _TITLES and len(one) > 1]
    halves = [half for one in names for half in one.split("-") if "-" in one and len(half) > 3]
    return [*names, *halves] or words


def _plain(word: str) -> str:
    """In small Latin letters, without hyphens and apostrophes; of another alphabet as it is."""
    plain = id_from(word).replace("-", "")
    return word.casefold() if plain == "speaker" else plain


def _tongue(word: str) -> str:
    """The language by whose rules a word is read aloud, by its letters."""
    found = (
        tongue for _, tongue, *ends in _TONGUES if any(ends[0] <= one <= ends[1] for one in word)
    )
    return next(found, "en")


def words_in(text: str) -> Iterator[str]:
    """The words of a text in small letters, to be compared."""
    return (word for word in re.split(r"[\W_]+", text.casefold()) if word)
