"""Names as their owners spell them; without it a recogniser's guess at a name would go on air.

Pure. What the recogniser is told beforehand (``prompt_terms``), what a producer has written under
captions.corrections (``corrected``), and what looks like a name and is not spelled like it
(``near_misses``), which is only ever said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, partial
from itertools import accumulate, chain, pairwise

from pipeline.captions.words.sounds import alike, letters_of, sound_of
from pipeline.captions.words.writing import last_mark, unspaced
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
_SENTENCE_MARKS = ".!?…"

_Parts = tuple[str, str, str, str]
"""A word's marks before it, itself in small letters, its possessive 's, the marks behind it."""


def prompt_terms(
    others: Iterable[str], glossary: Iterable[str], own: Iterable[str]
) -> tuple[str, ...]:
    """What the recogniser should be able to spell, the most important LAST.

    A prompt that is too long loses its start. Other speakers, this speaker, glossary; what is named
    twice stands in the later place. No title: its words are ordinary ones.
    """
    terms = [term.strip() for term in (*others, *own, *glossary) if term.strip()]
    return tuple(reversed(dict.fromkeys(reversed(terms))))


def corrected(words: Sequence[Word], corrections: Mapping[str, str]) -> tuple[Word, ...]:
    """Words with each run that was heard so written as the producer wants it, on the run's time.

    Whole words only, whatever their case; marks around them and a possessive 's stay. As many words
    written as heard keep their times one by one, else the run's time is shared out by letters. The
    longest run that fits counts, and what was written is not looked at again. A person wrote it, so
    its confidence is 1.
    """
    rules = [(_key(heard), written) for heard, written in corrections.items()]
    longest_first = sorted(rules, key=lambda rule: -len(rule[0]))
    if not rules:
        return tuple(words)
    parts = [_split(word.text) for word in words]
    out: list[Word] = []
    place = 0
    while place < len(words):
        count, written = _rule_at(place, parts, longest_first)
        if not count:
            out.append(words[place])
            place += 1
            continue
        starts = not out or last_mark(out[-1].text) in _SENTENCE_MARKS
        out.extend(on_the_times_of(words[place : place + count], written, starts))
        place += count
    return tuple(out)


def _rule_at(
    place: int, parts: Sequence[_Parts], rules: Sequence[tuple[str, str]]
) -> tuple[int, str]:
    """The first rule that fits: how many words it takes (0: none), what is written for them."""
    for key, written in rules:
        count = _fits(key, parts, place)
        if count:
            return count, written
    return 0, ""


def _key(heard: str) -> str:
    bare = (_split(word)[1] for word in heard.split())
    return _joiner(heard).join(filter(None, bare))


def _joiner(text: str) -> str:
    return "" if unspaced(text) else " "


def _split(text: str) -> _Parts:
    found = _WORD.match(text.casefold().replace("’", "'"))
    return (found[1], found[2], found[3], found[4]) if found else ("", text, "", "")


def _fits(key: str, parts: Sequence[_Parts], place: int) -> int:
    """How many words from ``place`` on say ``key``, no full stop or comma inside; 0: none do."""
    said, joiner = "", _joiner(key)
    for end in range(place, len(parts)):
        before, bare, possessive, after = parts[end]
        said += (joiner if said else "") + bare
        if said == key or said + possessive == key:
            return end - place + 1
        said += possessive
        goes_on = bare != "" and key.startswith(said)
        parted = after.strip(".-") != "" or (end > place and before != "")
        # "Dr. Klinkem" is one name; "was grant. Klinkem said" is two sentences
        stops = after.startswith(".") and len(bare) > 4
        if not goes_on or parted or stops:
            return 0
    return 0


def on_the_times_of(
    run: Sequence[Word], written: str, starts_sentence: bool = False
) -> Iterator[Word]:
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
    for i, (text, (start, end)) in enumerate(zip(texts, times, strict=True), 1):
        closes = run[-1].ends_paragraph and i == len(texts)
        yield Word(text, start, end, 1.0, ends_paragraph=closes)


def _shared_out(start_ms: int, end_ms: int, letters: Sequence[int]) -> list[tuple[int, int]]:
    passed = list(accumulate(letters, initial=0))
    edges = [start_ms + (end_ms - start_ms) * before // passed[-1] for before in passed]
    return list(pairwise(edges))


# --- what looks like a name -----------------------------------------------------------------------


NEARLY, LEAST_NEARLY = 0.85, 6
"""How like a name by its letters, 0 to 1, something is that was meant to be that name, and how many
letters it has: ``Geetriz Palacios`` for Beatriz Palacios, ``Sedefop`` for Cedefop.
"""


@dataclass(frozen=True)
class Term:
    """A name as it is written, its letters and its sound for matching, and how many words it is."""

    written: str
    letters: str
    sound: tuple[str, ...]
    words: int


@dataclass(frozen=True)
class _Heard:
    """Words in a row that may be a name.

    ``sign``: something speaks for a name (a capital, doubt), not only its place.
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
    """Where a word is nearly one of ``names`` (speakers, organisations, glossary), for a producer.

    Each spelling once, with its first time. Near is by letters and by sound. Ordinary words stay in
    peace: a word must have a capital inside its sentence or be one that the recogniser doubted, or
    hold exactly the letters of the name. What stands under captions.corrections is settled.
    """
    terms = terms_of(names, language)
    pairs = list(_misheard(words, terms, _all_letters(chain(*corrections.items())), language))
    times = Counter((heard.text, term.written) for heard, term in pairs)
    first = {(heard.text, term.written): heard for heard, term in reversed(pairs)}
    return tuple(_finding(first[pair], pair[1], count) for pair, count in times.items())


def misspelt(
    words: Sequence[Word], names: Iterable[str], language: str, corrections: Mapping[str, str]
) -> tuple[tuple[int, int, str], ...]:
    """Each run of words that is nearly one of ``names``: its first word, the one behind its last,
    the name. Near is as for ``near_misses``.
    """
    settled = _all_letters(chain(*corrections.items()))
    found = _misheard(words, terms_of(names, language), settled, language)
    return tuple((heard.first, heard.end, term.written) for heard, term in found)


def _misheard(
    words: Sequence[Word], terms: Sequence[Term], settled: Set[str], language: str
) -> Iterator[tuple[_Heard, Term]]:
    """Each run of words that is probably a name, with the name; none over another one."""
    exact = {term.letters: term for term in terms}
    known = settled | _all_letters(term.written for term in terms)
    longest = max((term.words for term in terms), default=0)
    nearest = cache(partial(_nearest, terms=terms, language=language))
    passed = 0
    for heard in _heard(words, longest + 1, language):
        if heard.first < passed or heard.letters in settled:
            continue
        term = exact.get(heard.letters)
        if term is not None and _same_but_for_case(heard.text, term.written):
            continue
        may_be_name = heard.sign or heard.text[:1].isupper()
        if term is None and may_be_name and not known & heard.parts:
            term = nearest(heard.text, heard.letters, heard.sign)
        if term is not None:
            passed = heard.end
            yield heard, term


def _all_letters(texts: Iterable[str]) -> Set[str]:
    """The letters of each text, and of each word in it."""
    return {letters_of(part) for text in texts for part in (text, *text.split())}


def terms_of(names: Iterable[str], language: str) -> list[Term]:
    """Each name whole, and each of its words that is long enough to be told from others."""
    written = dict.fromkeys(text for name in names for text in _written_ways(name))
    return [
        Term(text, letters, sound_of(text, language), len(text.split()))
        for text in written
        if len(letters := letters_of(text)) >= 4
    ]


def _written_ways(name: str) -> Iterator[str]:
    """A name of several words whole, then its words, and parts of them that begin like a name."""
    bare = [part.strip(".,;:()") for part in name.split()]
    whole = [part for part in bare if letters_of(part) not in _TITLES]
    parts = [part for part in whole if letters_of(part) not in _INSIDE]
    if len(parts) > 1:
        yield " ".join(whole)
    for part in parts:
        yield part
        yield from (piece for piece in part.split("-") if len(piece) > 4 and piece[0].isupper())


def _heard(words: Sequence[Word], longest: int, language: str) -> Iterator[_Heard]:
    """Every run of up to ``longest`` words that could be a name, by where it starts."""
    capitals_tell = language[:2] != "de"  # German writes every noun with one
    bare = [_bare(word.text) for word in words]
    letters = [letters_of(text) for text in bare]
    for i, word in enumerate(words):
        starts = i == 0 or _ends_sentence(words[i - 1])
        for end in range(i + 1, min(len(words), i + longest) + 1):
            if end > i + 1 and _ends_name(words[end - 2].text):
                break
            capitals = capitals_tell and all(text[:1].isupper() for text in bare[i:end])
            unsure = all(part.confidence < UNSURE_BELOW for part in words[i:end])
            sign = unsure or (capitals and not starts)
            text, parts = " ".join(bare[i:end]), letters[i:end]
            yield _Heard(text, "".join(parts), frozenset(parts), sign, i, end, word.start_ms)


def _bare(text: str) -> str:
    found = _WORD.match(text)
    return found[2] if found else text


def _ends_sentence(word: Word) -> bool:
    return word.ends_paragraph or last_mark(word.text) in _SENTENCE_MARKS + ":"


def _ends_name(text: str) -> bool:
    """Whether no name goes on after it: a mark stands there, not an abbreviation's ("Dr.")."""
    return text[-1:] in ".,!?;:…" and len(text) > 3


def _same_but_for_case(heard: str, written: str) -> bool:
    return heard.casefold().replace("’", "'") == written.casefold().replace("’", "'")


def _nearest(
    text: str, letters: str, sign: bool, terms: Sequence[Term], language: str
) -> Term | None:
    """The name that what was heard is nearest to, if it is near enough to be one misheard."""
    if len(letters) < 4 or not text[:1].isalpha():
        return None
    best, most = None, 0.0
    sound = sound_of(text, language)
    for term in terms:
        if abs(len(term.letters) - len(letters)) > 3 or is_one_ending(letters, term.letters):
            continue
        same, near = alike(letters, sound, term.letters, term.sound)
        if _near(text, sign, term, same, near) and same + near > most:
            best, most = term, same + near
    return best


def likeness(heard: str, term: Term, language: str) -> float:
    """How like a name something that was heard is, by its letters or its sound: 0 to 1."""
    sound = sound_of(_bare(heard), language)
    return max(alike(letters_of(heard), sound, term.letters, term.sound))


def named(said: Sequence[str], terms: Sequence[Term]) -> Iterator[tuple[int, int, Term]]:
    """Each run of words that is a name letter by letter, the longest from each place: where it
    begins, the word after it, the name.
    """
    exact = {term.letters: term for term in terms}
    longest = max((term.words for term in terms), default=0) + 1
    place = 0
    while place < len(said):
        ends = range(min(len(said), place + longest), place, -1)
        runs = ((end, exact.get(letters_of("".join(said[place:end])))) for end in ends)
        end, term = next(((end, term) for end, term in runs if term), (place + 1, None))
        if term:
            yield place, end, term
        place = end


def nearly(said: str, term: Term) -> bool:
    """Whether a name, with its capital, is said but for one letter in seven; no other ending of
    it.
    """
    letters = letters_of(said)
    if len(letters) < LEAST_NEARLY or said.islower() or is_one_ending(letters, term.letters):
        return False
    return alike(letters, (), term.letters, ())[0] >= NEARLY


def _near(text: str, sign: bool, term: Term, letters: float, alike: float) -> bool:
    """``letters`` and ``alike``: how like the name it is by letters and by sound, 0 to 1."""
    acronyms = text.isupper(), term.written.isupper()
    if any(acronyms):  # spelled out: one letter may be misheard, no more
        return all(acronyms) and letters >= 0.75 and len(letters_of(text)) == len(term.letters)
    if not sign:  # the first word of a sentence has its capital from there
        return text[:1].isupper() and len(term.letters) >= 6 and alike == 1 and letters >= 0.7
    if len(term.letters) < 6:
        return alike == 1 and letters >= 0.6
    return (alike == 1 and letters >= 0.5) or (alike >= 0.8 and letters >= 0.7)


def is_one_ending(heard: str, term: str) -> bool:
    """A plural or another ending of the same word."""
    longer, shorter = (heard, term) if len(heard) > len(term) else (term, heard)
    plural = shorter.endswith("y") and longer == shorter[:-1] + "ies"
    return plural or (longer.startswith(shorter) and len(longer) - len(shorter) <= 3)


def _finding(heard: _Heard, written: str, times: int) -> Finding:
    text, at_ms = heard.text, heard.start_ms
    again = f" ({times} times)" if times > 1 else ""
    said = f'At {moment(at_ms)} "{text}"{again} may be {written}.'
    remedy = (
        f'If it is, write "{text}: {written}" under captions.corrections in config.yaml; if it is'
        f' right, write "{text}: {text}".'
    )
    return Finding("warning", "name-near-miss", said, remedy, at_ms=at_ms)
