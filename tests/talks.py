"""Made-up talks with exact word times; without it the captions could only be tested on talks
somebody tuned them to.

Prose on the subject of the sample event: clauses, lists, names with titles, numbers with units,
questions. Pace: each word takes time by its letters, marks bring pauses, some words are held or
hesitated over; the whole is then stretched to the words a minute that were asked for, pauses
included. Same seed, same talk.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from pipeline.model import Word

_PEOPLE = (
    "Dr. Grant Klinkum",
    "Dr Kristi Wold-McCormick",
    "Professor Palacios",
    "Prof. John O'Connor",
    "Mary Robinson",
    "Ms. Aroha Ngata",
    "Sir Ken Robinson",
    "President Higgins",
    "our registrar",
    "the minister",
    "a friend of mine",
    "one of my students",
    "a young man I met",
    "the team",
    "my own mother",
    "people at work",
)
_BODIES = (
    "NZQA",
    "the European Commission",
    "UNESCO",
    "Boulder",
    "Quality and Qualifications Ireland",
    "our school",
    "the Tecnológico de Monterrey",
    "every college",
    "the sector",
    "our agency",
    "this group of people",
    "the bank",
    "most of us",
    "the people we asked",
    "a firm in Cork",
    "the Ministry of Education",
    "every provider",
    "the University of Colorado",
    "our national agency",
    "most universities",
    "employers",
)
_THINGS = (
    "a micro-credential",
    "the framework",
    "each small step",
    "the same idea",
    "quality assurance",
    "a short course",
    "the register",
    "a badge",
    "what you know",
    "the test",
    "this way of working",
    "a stackable award",
    "the size of it",
    "trust between us",
    "that small piece of learning",
    "a way to show what people can do",
    "what was learned at work",
    "the job",
    "all of that",
    "the rest of the work",
    "a new set of skills",
    "the long road back",
    "a lot of time",
    "the national framework",
    "each learning outcome",
    "the common definition",
    "recognition of prior learning",
    "the assessment",
    "digital badges",
    "an evaluation of what people can do",
    "the size of a credential",
)
_PLACES = (
    "in New Zealand",
    "in Ireland",
    "across Europe",
    "in the United States",
    "at the school",
    "in Mexico City",
    "within the framework",
    "in our country",
    "at Level 7",
    "at work",
    "in the end",
    "on the first day",
    "outside of the class",
    "in the first year",
    "in a small town",
    "with no help at all",
    "in the labour market",
    "between institutions",
    "outside formal education",
    "at the university",
)
_VERBS = (
    "has changed",
    "helps",
    "can support",
    "should not replace",
    "builds on",
    "is shaped by",
    "depends on",
    "makes room for",
    "was made with",
    "will need",
    "does not match",
    "sits next to",
    "brings back",
    "has been tested with",
    "could be",
    "is",
    "must be seen in",
    "gives us",
    "is not just",
    "was never",
    "had to be",
    "can do",
    "took",
    "goes with",
    "needs",
    "recognises",
    "can strengthen",
    "was developed with",
    "sits alongside",
    "brings together",
    "explains",
    "must be described in",
)
_INTROS = (
    "So",
    "Now",
    "Well",
    "In fact",
    "As you know",
    "In other words",
    "To be honest",
    "At the same time",
    "First",
    "Then",
    "Finally",
    "Of course",
    "Over the last few years",
    "When we began",
    "If you look at it",
    "Before I go on",
    "From our point of view",
    "Since time is short",
    "Although it took longer than we hoped",
    "You know",
    "I think",
)
_JOINS = (
    "and",
    "but",
    "because",
    "so that",
    "while",
    "although",
    "which means that",
    "and yet",
    "since",
    "unless",
    "where",
    "if",
    "and so",
    "but then",
    "as",
)
_NUMBERS = (
    "12 million people",
    "25 percent",
    "3.5 million dollars",
    "$300",
    "40 hours",
    "5 to 20 credits",
    "1,250 people",
    "two thousand and eighteen",
    "14 September 2021",
    "6 months",
    "15 years",
    "30 km",
    "two hundred and fifty people",
    "18 per cent",
    "7,000 jobs",
    "9:30 a.m.",
    "€2.4 billion",
    "seventy five percent",
    "100 minutes",
)
_TAILS = (
    "in the end",
    "for all of us",
    "without any loss",
    "as a matter of trust",
    "from one day to the next",
    "for free",
    "with a clear aim",
    "over time",
    "for those who work",
    "and no more",
    "at a low cost",
    "step by step",
    "to the people who need it most",
    "under the same rules",
    "as soon as we can",
    "if we try",
    "by the way",
)
_SHORT = (
    "That matters.",
    "It works.",
    "Why?",
    "Thank you.",
    "Let me explain.",
    "We were wrong.",
    "And it did.",
    "Good question!",
    "That is the point.",
    "Not quite.",
    "I agree with that.",
    "So what did we learn?",
    "Kia ora koutou.",
    "Yes.",
)


def prose(seed: int, words: int) -> list[list[str]]:
    """About ``words`` words of English: paragraphs, each a list of words as they are written."""
    chance = random.Random(seed)
    paragraphs: list[list[str]] = []
    count = 0
    while count < words:
        paragraph: list[str] = []
        for _ in range(chance.randint(3, 8)):
            paragraph.extend(_sentence(chance).split())
        paragraphs.append(paragraph)
        count += len(paragraph)
    return paragraphs


def spoken(
    paragraphs: Sequence[Sequence[str]], words_a_minute: float, seed: int
) -> tuple[Word, ...]:
    """The words with their times: the first one begins after 0.8 s, words touch unless there is a
    pause between.
    """
    chance = random.Random(seed * 7919 + 1)
    rows: list[tuple[str, float, float, bool]] = []
    for paragraph in paragraphs:
        for i, text in enumerate(paragraph):
            letters = sum(letter.isalnum() for letter in text)
            digits = sum(letter.isdigit() for letter in text)
            length = (70 + 52 * letters + 160 * digits) * chance.uniform(0.8, 1.25)
            last = i + 1 == len(paragraph)
            rows.append((text, length, _pause(text, last, chance), last))
    total = sum(length + pause for _, length, pause, _ in rows)
    scale = len(rows) * 60_000 / words_a_minute / total
    words, at = [], 800.0
    for text, length, pause, last in rows:
        end = at + length * scale
        words.append(Word(text, round(at), round(end), ends_paragraph=last))
        at = end + pause * scale
    return tuple(words)


def talk(seed: int, words_a_minute: float, minutes: float) -> tuple[Word, ...]:
    """A talk of about so many minutes."""
    return spoken(prose(seed, round(words_a_minute * minutes)), words_a_minute, seed)


def _pause(text: str, ends_paragraph: bool, chance: random.Random) -> float:
    if ends_paragraph:
        return chance.uniform(700, 1800)
    if text[-1] in ".?!" and text.lower() not in ("dr.", "prof.", "ms.", "a.m."):
        return chance.uniform(300, 950)
    if text[-1] in ",;:" or text == "—":
        return chance.uniform(120, 420)
    if chance.random() < 0.03:
        return chance.uniform(250, 700)
    return chance.choice((0.0, 0.0, 0.0, chance.uniform(10, 60)))


def _sentence(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.12:
        return chance.choice(_SHORT)
    text = _clause(chance)
    if kind < 0.5:
        text += f"{chance.choice((',', ''))} {chance.choice(_JOINS)} {_clause(chance)}"
    elif kind < 0.62:
        text += (
            f", {chance.choice(('which', 'that is'))} {chance.choice(_VERBS)}"
            f" {chance.choice(_THINGS)},"
        )
        text += f" {chance.choice(_VERBS)} {chance.choice(_THINGS)}"
    elif kind < 0.72:
        one, two, three = chance.sample(_THINGS, 3)
        text += f": {one}, {two} and {three}"
    elif kind < 0.8:
        text += f"; {_clause(chance)}"
    elif kind < 0.84:
        text += f" — {_clause(chance)} —"
    if chance.random() < 0.35:
        text = f"{chance.choice(_INTROS)}{chance.choice((',', ','))} {text}"
    return text[0].upper() + text[1:] + chance.choice((".", ".", ".", ".", ".", "?", "!"))


def _clause(chance: random.Random) -> str:
    subject = chance.choice(
        (_PEOPLE, _BODIES, _THINGS, ("we", "I", "they", "you", "it", "he", "she"))
    )
    text = f"{chance.choice(subject)} {chance.choice(_VERBS)} {chance.choice(_THINGS)}"
    if chance.random() < 0.3:
        text += (
            f" {chance.choice(('of', 'for', 'after', 'by', 'with about', 'in'))}"
            f" {chance.choice(_NUMBERS)}"
        )
    if chance.random() < 0.45:
        text += f" {chance.choice(_PLACES)}"
    if chance.random() < 0.25:
        text += f" {chance.choice(_TAILS)}"
    return text
