"""Reads the script a speaker sent; without it we would guess at words although we hold the text.

Content in, values out: bytes to tokens, each with the text to show and all the ways in which it may
be said. What may not have been read out (headings, stage directions, names of speakers) is kept,
but optional: the sound decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from pipeline.captions.words.spoken import is_magnitude, readings

Kind = Literal["text", "heading", "aside"]
_CLOSING = "\"'”’»)]"
_SENTENCE_MARKS = (".", "!", "?", "…", "。", "！", "？", "।", "؟")
MOST_BYTES = 2_000_000
WITHOUT_SPACES = ("zh", "ja")
"""Languages in which a token is one character: they put no space between words."""


class NotAScript(ValueError):
    """The file is no text that could be read out.

    ``str`` is the end of a sentence ("it is a PDF document").
    """


@dataclass(frozen=True)
class Token:
    """One word of a script: ``text`` as it is shown, ``readings`` as it may be said.

    "25" has the reading "twenty", "five". Tokens with the same number in ``optional`` are one
    heading, direction or name, read out as a whole or not at all.
    """

    text: str
    readings: tuple[tuple[str, ...], ...]
    optional: int | None = None
    ends_paragraph: bool = False

    @property
    def spoken(self) -> tuple[str, ...]:
        """The likeliest reading."""
        return self.readings[0]

    @property
    def ends_sentence(self) -> bool:
        """Whether a sentence ends with it, by its mark or its paragraph."""
        return self.ends_paragraph or self.text.rstrip(_CLOSING).endswith(_SENTENCE_MARKS)


@dataclass(frozen=True)
class Script:
    """A script's tokens in order, and the encoding it was read in."""

    tokens: tuple[Token, ...]
    encoding: str


def optional_texts(tokens: Iterable[Token]) -> dict[int, str]:
    """The headings, directions and names, as written, by their number in ``Token.optional``."""
    found: dict[int, list[str]] = defaultdict(list)
    for token in tokens:
        if token.optional is not None:
            found[token.optional].append(token.text)
    return {number: " ".join(texts) for number, texts in found.items()}


def read_script(data: bytes, language: str) -> Script:
    """The tokens of a plain text or Markdown file. Raises NotAScript.

    A Word document goes through tools/texts/documents.py.
    """
    if len(data) > MOST_BYTES:
        raise NotAScript("it is larger than 2 MB, too long to have been read out")
    for beginning, what in _NOT_TEXT.items():
        if data.startswith(beginning):
            raise NotAScript(what)
    text, encoding = decode_text(data)
    return script_of(text, language, encoding)


_NOT_TEXT = {
    b"%PDF-": "it is a PDF document, not a text file",
    b"PK\x03\x04": "it is an office document or a zip archive, not a text file",
    b"\xd0\xcf\x11\xe0": "it is a document of an old Word; save it as .docx or .txt",
    b"{\\rtf": "it is an RTF document; save it as .docx or .txt",
}
"""What other documents begin with, and the end of the sentence about each."""

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""Byte order marks."""


def decode_text(data: bytes) -> tuple[str, str]:
    """Text and the encoding it was read in.

    A byte order mark says it; else UTF-8, then UTF-16 by its zeros, then Windows-1252, which takes
    every byte.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding.removesuffix("-sig")
    if b"\0" in data[:2000]:
        little = data[1:2000:2].count(0) >= data[0:2000:2].count(0)
        encoding = "utf-16-le" if little else "utf-16-be"
        return data.decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "windows-1252"


def script_of(text: str, language: str, encoding: str = "utf-8") -> Script:
    """The tokens of a script's text: blank lines end paragraphs. Raises NotAScript."""
    controls = [letter for letter in text if unicodedata.category(letter) == "Cc"]
    if sum(letter not in "\t\n\r\f\v" for letter in controls) > len(text) // 100:
        raise NotAScript("it holds no readable text")
    plain = _plain(text)
    capitals, small = sum(map(str.isupper, plain)), sum(map(str.islower, plain))
    shouted = capitals > small > 0 or plain.isupper()
    tokens: list[Token] = []
    group = 0
    for block in _blocks(plain, shouted):
        for piece, kind in block:
            group += kind != "text"
            marks, added = _tokens_of(piece, language, None if kind == "text" else group)
            if tokens:
                tokens[-1] = replace(tokens[-1], text=tokens[-1].text + marks)
            tokens += added
        if tokens:
            tokens[-1] = replace(tokens[-1], ends_paragraph=True)
    if not any(token.optional is None for token in tokens):
        tokens = [replace(token, optional=None) for token in tokens]
    if not tokens:
        raise NotAScript("there are no words in it")
    return Script(tuple(tokens), encoding)


def _plain(text: str) -> str:
    """The text without invisible letters, every line ended by a line feed."""
    composed = unicodedata.normalize("NFC", text)
    seen = re.sub("[\u00ad\u200b\u200e\u200f\ufeff]", "", composed)
    lines = re.sub(r"\r\n?|[\f\v\u2028]", "\n", seen)
    return lines.replace("\u2029", "\n\n").replace("\u2011", "-")


_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "’": "'"}
)


def fold(word: str) -> str:
    """A word as bare letters and digits, for matching: accents off, case off."""
    parts = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN_LETTERS))
    bare = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return re.sub(r"[^\w']", "", bare).strip("'_")


def _blocks(text: str, shouted: bool) -> Iterator[list[tuple[str, Kind]]]:
    """The pieces of each paragraph; a heading is a paragraph of its own."""
    for lines in _paragraphs(text):
        pieces = _pieces(lines, shouted)
        for is_heading, run in groupby(pieces, key=lambda piece: piece[1] == "heading"):
            if is_heading:
                yield from ([piece] for piece in run)
            else:
                yield list(run)


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Lines of each paragraph. In a text whose lines are long every line is a paragraph."""
    for block in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in block.split("\n") if re.search(r"\w", line)]
        if max(map(len, lines), default=0) > 140:
            yield from ([line] for line in lines)
        elif lines:
            yield lines


_DIRECTION = re.compile(
    r"(?<!\w)\[[^\]]{1,300}\](?!\()"
    r"|\{[^}]{1,300}\}"
    r"|(?<![*\w])\*(?![\s*])[^*]{1,200}(?<![\s*])\*(?![*\w])"
    r"|\([^()]{1,200}\)"
)
"""A stage direction: in square or curly brackets, between asterisks, in round brackets."""
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*\)")
"""A link of Markdown: what is shown is said."""
_SLIDE = re.compile(r"(?i)(slide|page|folie|diapositiva|diapo|part|section)\s+\d+\b")
_LABEL = re.compile(
    r"[^\W\d_][\w.'’-]*(?: [\w.'’-]+){0,4}:(?=\s)"
    r"|\(?\d{1,2}[.)](?=\s)"
    r"|\(?[a-z]\)(?=\s)"
)
"""A speaker's name with its colon, or the number of a list."""


def _pieces(lines: list[str], shouted: bool) -> Iterator[tuple[str, Kind]]:
    """A paragraph's text in pieces: what is read, and what may not be.

    That is headings, and as asides directions, names and the numbers of a list.
    """
    running: list[str] = []
    for i, line in enumerate(lines):
        bare = re.sub(r"^(?:[-*•–>]\s+)+|\*\*|__|~~|`", "", line).strip()
        if not bare:  # a line to write on: "____"
            continue
        if _is_heading(bare, i == 0, len(lines) == 1, shouted):
            yield from _inline(" ".join(running))
            running = []
            yield re.sub(r"^#+\s*|\s#+$", "", bare), "heading"
            continue
        label = _LABEL.match(bare)
        if label and (label[0][0].isupper() or label[0][-1] != ":"):
            yield from _inline(" ".join(running))
            running = []
            yield label[0], "aside"
            bare = bare[label.end() :].strip()
        running.append(bare)
    yield from _inline(" ".join(running))


def _inline(text: str) -> Iterator[tuple[str, Kind]]:
    text = _LINK.sub(r"\1", text)
    at = 0
    for found in _DIRECTION.finditer(text):
        yield text[at : found.start()], "text"
        yield found[0].strip("*"), "aside"
        at = found.end()
    yield text[at:], "text"


def _is_heading(line: str, first: bool, alone: bool, shouted: bool) -> bool:
    """Marked as one, ending in a colon, in capitals, a slide's number, or a numbered line alone.

    One word in capitals inside a paragraph is an acronym at the end of a wrapped line.
    """
    words = len(line.split())
    if re.match(r"#+\s", line) or re.fullmatch(r"[\d:.,\s–-]+", line):
        return True
    if words > 8:
        return False
    if line.endswith(":") or _SLIDE.match(line):
        return True
    if line[-1] in '.!?…,;"”»。！？':
        return False
    in_capitals = line.isupper() and not shouted and len(re.findall(r"[^\W\d_]", line)) > 3
    if in_capitals and (first or " " in line):
        return True
    numbered = re.match(r"\d{1,2}(\.\d+)*[.)]?\s", line) is not None
    return alone and (numbered or (words <= 6 and line[0].isupper()))


def _tokens_of(text: str, language: str, optional: int | None) -> tuple[str, list[Token]]:
    """Marks that belong to the word before ``text``, and the tokens of it."""
    together = language[:2] in WITHOUT_SPACES
    written = _characters(text) if together else text.split()
    sizes = [is_magnitude(word, language) for word in written]
    marks = ""
    tokens: list[Token] = []
    for i, word in enumerate(written):
        before = written[i - 1] if i and sizes[i] else ""
        said = readings(word, language, i + 1 < len(sizes) and sizes[i + 1], before)
        space = "" if together or word[0] in ",.;:!?)]}”»" else " "
        if said:
            tokens.append(Token(word, said, optional))
        elif tokens:  # a dash or another mark alone belongs to the word before it
            tokens[-1] = replace(tokens[-1], text=f"{tokens[-1].text}{space}{word}")
        else:
            marks += space + word
    return marks, tokens


def _characters(text: str) -> list[str]:
    """Text without spaces as single characters, each with the marks after it.

    Latin words and numbers stay whole.
    """
    opening = r"(\[“‘「『《【（"
    word = r"(?:[A-Za-z0-9][\x21-\x7e]*|\w)"
    return re.findall(rf"[{opening}]*{word}[^\w\s{opening}]*|[^\w\s]+", text)
