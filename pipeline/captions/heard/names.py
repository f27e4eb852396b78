"""Names as their owners spell them; without it a recogniser's guess at a name would go on air.

Pure. What the recogniser is told beforehand (``prompt_terms``), what a producer has written under
captions.corrections (``corrected``), and what looks like a name and is not spelled like it
(``near_misses``), which is only ever said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

from pipeline.captions.words.letters import phones
from pipeline.captions.words.script import fold
from pipeline.findings import Finding
from pipeline.model import Word
from pipeline.timing import moment

UNSURE_BELOW = 0.5
"""Whisper's probability of a word; under it the word is one for a person to hear again."""
# fmt: off
_INSIDE = {
    "the", "of", "and", "for", "de", "la", "del", "von", "van", "der", "et", "da", "di", "das",
    "dos",
}
_TITLES = {
    "dr", "prof", "professor", "mr", "mrs", "ms", "mx", "sir", "dame", "dra", "sr", "sra", "doctor",
    "herr", "frau",
}
# fmt: on
_WORD = re.compile(r"^(\W*)(.*?)((?:['’]s)?)(\W*)$", re.S)
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
)
"""Thai, Lao, Burmese, Khmer, kana, Chinese characters: written without spaces."""


def prompt_terms(
    title: str, others: Iterable[str], glossary: Iterable[str], own: Iterable[str]
) -> tuple[str, ...]:
    """What the recogniser should be able to spell, the most important LAST: a prompt that is too
    long loses its start.

    Title, other speakers, this speaker, glossary; what is named twice stands in the later place.
    """
    terms = [term.strip() for term in (title, *others, *own, *glossary) if term.strip()]
    return tuple(reversed(dict.fromkeys(reversed(terms))))


def corrected(words: Sequence[Word], corrections: Mapping[str, str]) -> tuple[Word, ...]:
    """Words with each run that was heard so written as the producer wants it, on the time of the
    run.

    Whole words only, whatever their case; marks around them and a possessive 's stay. As many words
    written as heard keep their times one by one, else the run's time is shared out by letters. The
    longest run that fits counts, and what was written is not looked at again. A person wrote it, so
    its confidence is 1.
    """
    rules = sorted(
        ((_key(heard), written) for heard, written in corrections.items()),
        key=lambda rule: -len(rule[0]),
    )
    if not rules:
        return tuple(words)
    parts = [_split(word.text) for word in words]
    out: list[Word] = []
    place = 0
    while place < len(words):
        found = next(
            ((count, written) for key, written in rules if (count := _fits(key, parts, place))),
            None,
        )
        if found is None:
            out.append(words[place])
            place += 1
            continue
        count, written = found
        starts = not out or out[-1].text.rstrip("\"'”’»)")[-1:] in ".!?…"
        out.extend(_written(words[place : place + count], written, starts))
        place += count
    return tuple(out)


def _key(heard: str) -> str:
    joiner = "" if _UNSPACED.search(heard) else " "
    return joiner.join(bare for bare in (_split(word)[1] for word in heard.split()) if bare)


def _split(text: str) -> tuple[str, str, str, str]:
    """A word's marks before it, itself in small letters, its possessive 's, the marks behind it."""
    found = _WORD.match(text.casefold().replace("’", "'"))
    return (found[1], found[2], found[3], found[4]) if found else ("", text, "", "")


def _fits(key: str, parts: Sequence[tuple[str, str, str, str]], place: int) -> int:
    """How many words from ``place`` on are what ``key`` says; 0 when they are not. No full stop or
    comma lies inside.
    """
    said, joiner = "", "" if _UNSPACED.search(key) else " "
    for end in range(place, len(parts)):
        before, bare, possessive, after = parts[end]
        said += (joiner if said else "") + bare
        if said == key or said + possessive == key:
            return end - place + 1
        said += possessive
        if not bare or not key.startswith(said) or after.strip(".-") or (end > place and before):
            return 0
        if (
            after.startswith(".") and len(bare) > 4
        ):  # "Dr. Klinkem" is one name; "was grant. Klinkem said" is two sentences
            return 0
    return 0


def _written(run: Sequence[Word], written: str, starts_sentence: bool) -> Iterator[Word]:
    """``written`` on the times of ``run``, between the marks of its first and last word."""
    first, last = _WORD.match(run[0].text), _WORD.match(run[-1].text)
    assert first and last
    if starts_sentence and first[2][:1].isupper() and written.islower():
        written = written[0].upper() + written[1:]
    texts = written.split()
    whole = written.casefold().endswith(last[3].casefold()) if last[3] else True
    texts[0] = first[1] + texts[0]
    texts[-1] += ("" if whole else last[3]) + last[4]
    times = [(word.start_ms, word.end_ms) for word in run]
    if len(times) != len(texts):
        times = _shared_out(run[0].start_ms, run[-1].end_ms, [len(text) for text in texts])
    for i, (text, (start, end)) in enumerate(zip(texts, times, strict=True)):
        yield Word(
            text, start, end, 1.0, ends_paragraph=run[-1].ends_paragraph and i + 1 == len(texts)
        )


def _shared_out(start_ms: int, end_ms: int, letters: Sequence[int]) -> list[tuple[int, int]]:
    edges = [
        start_ms + (end_ms - start_ms) * sum(letters[:i]) // sum(letters)
        for i in range(len(letters) + 1)
    ]
    return list(pairwise(edges))


# --- what looks like a name -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Term:
    """A name as it is written, its letters and its sound for matching, and how many words it is."""

    written: str
    letters: str
    sound: tuple[str, ...]
    words: int


@dataclass(frozen=True)
class _Heard:
    """Words in a row that may be a name. ``sign``: something speaks for a name (a capital, doubt),
    not only its place.
    """

    text: str
    letters: str
    parts: frozenset[str]
    sign: bool
    first: int
    end: int
    start_ms: int


def near_misses(
    words: Sequence[Word], names: Iterable[str], language: str, corrections: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Where a word is nearly one of ``names`` (speakers, organisations, glossary) and is not
    spelled like it, in words for a producer; each spelling once, with its first time. Nothing is
    changed.

    Near is by letters and by sound. Ordinary words stay in peace: a word must have a capital inside
    its sentence or be one that the recogniser doubted, or hold exactly the letters of the name.
    What stands under captions.corrections is settled.
    """
    terms = _terms(names, language)
    exact = {term.letters: term for term in terms}
    settled = {
        _letters(part)
        for pair in corrections.items()
        for text in pair
        for part in (text, *text.split())
    }
    known = settled | {
        _letters(part) for term in terms for part in (term.written, *term.written.split())
    }
    longest = max((term.words for term in terms), default=0)
    found: dict[tuple[str, str], tuple[_Heard, int]] = {}
    weighed: dict[tuple[str, bool], _Term | None] = {}
    passed = 0
    for heard in _heard(words, longest + 1, language):
        if heard.first < passed or heard.letters in settled:
            continue
        term = exact.get(heard.letters)
        if term is not None and _same_but_for_case(heard.text, term.written):
            continue
        if term is None and (heard.sign or heard.text[:1].isupper()) and not known & heard.parts:
            if (heard.text, heard.sign) not in weighed:
                weighed[heard.text, heard.sign] = _nearest(heard, terms, language)
            term = weighed[heard.text, heard.sign]
        if term is not None:
            passed = heard.end
            first, times = found.get((heard.text, term.written), (heard, 0))
            found[heard.text, term.written] = (first, times + 1)
    return tuple(_finding(heard, written, times) for (_, written), (heard, times) in found.items())


def _terms(names: Iterable[str], language: str) -> list[_Term]:
    """Each name whole, and each of its words that is long enough to be told from others."""
    written: dict[str, None] = {}
    for name in names:
        whole = [
            bare for part in name.split() if _letters(bare := part.strip(".,;:()")) not in _TITLES
        ]
        parts = [part for part in whole if _letters(part) not in _INSIDE]
        if len(parts) > 1:
            written[" ".join(whole)] = None
        for part in parts:
            written |= dict.fromkeys(
                [
                    part,
                    *(piece for piece in part.split("-") if len(piece) > 4 and piece[0].isupper()),
                ]
            )
    return [
        _Term(text, letters, _sound(text, language), len(text.split()))
        for text in written
        if len(letters := _letters(text)) >= 4
    ]


def _heard(words: Sequence[Word], longest: int, language: str) -> Iterator[_Heard]:
    """Every run of up to ``longest`` words that could be a name, by where it starts."""
    capitals_tell = language[:2] != "de"  # German writes every noun with one
    bare = [(found[2] if (found := _WORD.match(word.text)) else word.text) for word in words]
    letters = [_letters(text) for text in bare]
    for i, word in enumerate(words):
        starts = (
            i == 0
            or words[i - 1].text.rstrip("\"'”’»)")[-1:] in ".!?…:"
            or words[i - 1].ends_paragraph
        )
        for end in range(i + 1, min(len(words), i + longest) + 1):
            if (
                end > i + 1
                and words[end - 2].text[-1:] in ".,!?;:…"
                and len(words[end - 2].text) > 3
            ):
                break
            capital = (
                capitals_tell and not starts and all(text[:1].isupper() for text in bare[i:end])
            )
            unsure = all(part.confidence < UNSURE_BELOW for part in words[i:end])
            yield _Heard(
                " ".join(bare[i:end]),
                "".join(letters[i:end]),
                frozenset(letters[i:end]),
                capital or unsure,
                i,
                end,
                word.start_ms,
            )


def _letters(text: str) -> str:
    return fold(text).replace("'", "")


def _same_but_for_case(heard: str, written: str) -> bool:
    return heard.casefold().replace("’", "'") == written.casefold().replace("’", "'")


def _nearest(heard: _Heard, terms: Sequence[_Term], language: str) -> _Term | None:
    """The name that ``heard`` is nearest to, if it is near enough to be one misheard."""
    if len(heard.letters) < 4 or not heard.text[:1].isalpha():
        return None
    best: tuple[float, _Term] | None = None
    sound = _sound(heard.text, language)
    for term in terms:
        if abs(len(term.letters) - len(heard.letters)) > 3 or _one_ending(
            heard.letters, term.letters
        ):
            continue
        letters = OSA.normalized_similarity(heard.letters, term.letters)
        alike = OSA.normalized_similarity(sound, term.sound) if sound and term.sound else letters
        if not _near(heard, term, letters, alike):
            continue
        if best is None or letters + alike > best[0]:
            best = (letters + alike, term)
    return best[1] if best else None


def _near(heard: _Heard, term: _Term, letters: float, alike: float) -> bool:
    if (
        term.written.isupper() or heard.text.isupper()
    ):  # an acronym is spelled out: one letter may be misheard, no more
        return (
            heard.text.isupper()
            and term.written.isupper()
            and letters >= 0.75
            and len(heard.letters) == len(term.letters)
        )
    if not heard.sign:  # the first word of a sentence has its capital from there
        return heard.text[:1].isupper() and len(term.letters) >= 6 and alike == 1 and letters >= 0.7
    if len(term.letters) < 6:
        return alike == 1 and letters >= 0.6
    return (alike == 1 and letters >= 0.5) or (alike >= 0.8 and letters >= 0.7)


def _one_ending(heard: str, term: str) -> bool:
    """A plural or another ending of the same word."""
    longer, shorter = (heard, term) if len(heard) > len(term) else (term, heard)
    plural = shorter.endswith("y") and longer == shorter[:-1] + "ies"
    return plural or (longer.startswith(shorter) and len(longer) - len(shorter) <= 3)


# fmt: off
_ALIKE = {
    "B": "P", "D": "T", "G": "K", "Z": "S", "ZH": "SH", "JH": "CH", "V": "F", "DH": "T", "TH": "T",
    "HH": "",
}
# fmt: on
_VOWELS = {"AA", "AE", "AH", "AO", "AW", "AY", "EH", "EY", "IH", "IY", "OW", "OY", "UH", "UW", "Y"}


def _sound(text: str, language: str) -> tuple[str, ...]:
    """How ``text`` sounds, coarsely: all vowels are one, voiced and unvoiced are one. Empty where
    no rule reads it.
    """
    said: list[str] = []
    for part in re.split(r"[\s\-'’]+", text):
        for phone in phones(part, language):
            kinds = (
                ("@", "R")
                if phone == "ER"
                else ("@",)
                if phone in _VOWELS
                else (_ALIKE.get(phone, phone),)
            )
            said.extend(kind for kind in kinds if kind and said[-1:] != [kind])
    return tuple(said)


def _finding(heard: _Heard, written: str, times: int) -> Finding:
    again = f" ({times} times)" if times > 1 else ""
    return Finding(
        "warning",
        "name-near-miss",
        f'At {moment(heard.start_ms)} "{heard.text}"{again} may be {written}.',
        f'If it is, write "{heard.text}: {written}" under captions.corrections in config.yaml; if'
        f' it is right, write "{heard.text}: {heard.text}".',
        at_ms=heard.start_ms,
    )


def unspaced(letter: str) -> bool:
    """Whether ``letter`` is of a script that is written without spaces between words."""
    return bool(_UNSPACED.match(letter))


__all__ = ["UNSURE_BELOW", "corrected", "near_misses", "prompt_terms", "unspaced"]
