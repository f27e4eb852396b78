"""Reads the script a speaker sent; without it the words on screen would be guesses although we hold
the text.

Content in, values out: bytes to tokens, each with the text to show and all the ways in which it may
be said. What may not have been read out (headings, stage directions, names of speakers) is kept,
but optional: the sound decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.captions.words.spoken import is_magnitude, readings

Kind = Literal["text", "heading", "aside"]
MOST_BYTES = 2_000_000
WITHOUT_SPACES = ("zh", "ja")
"""Languages in which a token is one character: they put no space between words."""


class NotAScript(ValueError):
    """The file is no text that could be read out; ``str`` is the end of a sentence ("it is a PDF
    document").
    """


@dataclass(frozen=True)
class Token:
    """One word of a script: ``text`` as it is shown, ``readings`` as it may be said ("25":
    "twenty", "five").

    Tokens with the same number in ``optional`` are one heading, direction or name, read out as a
    whole or not at all.
    """

    text: str
    readings: tuple[tuple[str, ...], ...]
    optional: int | None = None
    ends_paragraph: bool = False

    @property
    def spoken(self) -> tuple[str, ...]:
        """The likeliest reading."""
        return self.readings[0]


@dataclass(frozen=True)
class Script:
    """A script's tokens in order, and the encoding it was read in."""

    tokens: tuple[Token, ...]
    encoding: str


def optional_texts(tokens: Iterable[Token]) -> dict[int, str]:
    """The headings, directions and names of speakers, as they are written, by their number in
    ``Token.optional``.
    """
    found: dict[int, str] = {}
    for token in tokens:
        if token.optional is not None:
            found[token.optional] = (
                f"{found[token.optional]} {token.text}" if token.optional in found else token.text
            )
    return found


def read_script(data: bytes, language: str) -> Script:
    """The tokens of a plain text or Markdown file. Raises NotAScript; a Word document goes through
    tools/documents.py.
    """
    if len(data) > MOST_BYTES:
        raise NotAScript("it is larger than 2 MB, too long to have been read out")
    if data[:5] == b"%PDF-":
        raise NotAScript("it is a PDF document, not a text file")
    if data[:4] == b"PK\x03\x04":
        raise NotAScript("it is an office document or a zip archive, not a text file")
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise NotAScript("it is a document of an old Word; save it as .docx or .txt")
    if data[:5] == b"{\\rtf":
        raise NotAScript("it is an RTF document; save it as .docx or .txt")
    text, encoding = decode_text(data)
    return script_of(text, language, encoding)


def decode_text(data: bytes) -> tuple[str, str]:
    """Text and the encoding it was read in: a byte order mark first, then UTF-8, then UTF-16 by its
    zeros, then Windows-1252, which takes every byte.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
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
    if (
        sum(unicodedata.category(letter) == "Cc" and letter not in "\t\n\r\f\v" for letter in text)
        > len(text) // 100
    ):
        raise NotAScript("it holds no readable text")
    text = re.sub("[\u00ad\u200b\u200e\u200f\ufeff]", "", unicodedata.normalize("NFC", text))
    text = (
        re.sub(r"\r\n?|[\f\v\u2028]", "\n", text).replace("\u2029", "\n\n").replace("\u2011", "-")
    )
    shouted = sum(map(str.isupper, text)) > sum(map(str.islower, text)) > 0 or text.isupper()
    tokens: list[Token] = []
    group = 0
    for paragraph in _paragraphs(text):
        for piece, kind in _pieces(paragraph, shouted):
            if kind == "heading":
                _end_paragraph(tokens)
            group += kind != "text"
            _add_tokens(tokens, piece, language, None if kind == "text" else group)
            if kind == "heading":
                _end_paragraph(tokens)
        _end_paragraph(tokens)
    if not any(token.optional is None for token in tokens):
        tokens = [replace(token, optional=None) for token in tokens]
    if not tokens:
        raise NotAScript("there are no words in it")
    return Script(tuple(tokens), encoding)


_PLAIN = str.maketrans({"ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "’": "'"})


def fold(word: str) -> str:
    """A word as bare letters and digits, for matching: accents off, case off."""
    special = word.casefold().translate(_PLAIN)
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", special)
        if not unicodedata.combining(letter)
    )
    return re.sub(r"[^\w']", "", bare).strip("'_")


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Lines of each paragraph. In a text whose lines are long every line is a paragraph."""
    for block in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in block.split("\n") if re.search(r"\w", line)]
        if max(map(len, lines), default=0) > 140:
            yield from ([line] for line in lines)
        elif lines:
            yield lines


_DIRECTION = re.compile(
    r"(?<!\w)\[[^\]]{1,300}\](?!\()|\{[^}]{1,300}\}|(?<![*\w])\*(?![\s*])[^*]{1,200}(?<![\s*])\*(?![*\w])|\([^()]{1,200}\)"
)
_LABEL = re.compile(r"[^\W\d_][\w.'’-]*(?: [\w.'’-]+){0,4}:(?=\s)")
_NUMBERING = re.compile(r"\(?\d{1,2}[.)](?=\s)|\(?[a-z]\)(?=\s)")


def _pieces(lines: list[str], shouted: bool) -> Iterator[tuple[str, Kind]]:
    """A paragraph's text in pieces: what is read, what may not be (headings; directions, names,
    numbers of a list).
    """
    running: list[str] = []
    for i, line in enumerate(lines):
        bare = re.sub(r"^(?:[-*•–>]\s+)+|\*\*|__|~~|`", "", line).strip()
        if _is_heading(bare, i == 0, len(lines) == 1, shouted):
            yield from _inline(" ".join(running))
            running = []
            yield re.sub(r"^#+\s*|\s#+$", "", bare), "heading"
            continue
        label = _LABEL.match(bare) or _NUMBERING.match(bare)
        if label and (label[0][0].isupper() or label[0][-1] != ":"):
            yield from _inline(" ".join(running))
            running = []
            yield label[0], "aside"
            bare = bare[label.end() :].strip()
        running.append(bare)
    yield from _inline(" ".join(running))


def _inline(text: str) -> Iterator[tuple[str, Kind]]:
    text = re.sub(
        r"\[([^\]]+)\]\([^)\s]*\)", r"\1", text
    )  # a link of Markdown: what is shown is said
    at = 0
    for found in _DIRECTION.finditer(text):
        yield text[at : found.start()], "text"
        yield found[0].strip("*"), "aside"
        at = found.end()
    yield text[at:], "text"


def _is_heading(line: str, first: bool, alone: bool, shouted: bool) -> bool:
    """Marked as one, ending in a colon, in capitals, a slide's number, or a numbered line that
    stands alone.

    One word in capitals inside a paragraph is an acronym at the end of a wrapped line.
    """
    words = len(line.split())
    if re.match(r"#+\s", line) or (line.endswith(":") and words <= 8):
        return True
    if (
        re.match(r"(?i)(slide|page|folie|diapositiva|diapo|part|section)\s+\d+\b", line)
        and words <= 8
    ):
        return True
    if re.fullmatch(r"[\d:.,\s–-]+", line):
        return True
    if line[-1] in '.!?…,;"”»。！？' or words > 8:
        return False
    in_capitals = line.isupper() and not shouted and len(re.findall(r"[^\W\d_]", line)) > 3
    if (in_capitals and (first or " " in line)) or (
        alone and bool(re.match(r"\d{1,2}(\.\d+)*[.)]?\s", line))
    ):
        return True
    return alone and words <= 6 and line[0].isupper()


def _add_tokens(tokens: list[Token], text: str, language: str, optional: int | None) -> None:
    written = _characters(text) if language[:2] in WITHOUT_SPACES else text.split()
    for number, word in enumerate(written):
        following = written[number + 1] if number + 1 < len(written) else ""
        said = readings(
            word,
            language,
            is_magnitude(following, language),
            written[number - 1] if number and is_magnitude(word, language) else "",
        )
        if said:
            tokens.append(Token(word, said, optional))
        elif tokens:  # a dash or another mark alone belongs to the word before it
            space = "" if word[0] in ",.;:!?)]}”»" or language[:2] in WITHOUT_SPACES else " "
            tokens[-1] = replace(tokens[-1], text=f"{tokens[-1].text}{space}{word}")


def _end_paragraph(tokens: list[Token]) -> None:
    if tokens:
        tokens[-1] = replace(tokens[-1], ends_paragraph=True)


def _characters(text: str) -> list[str]:
    """Text without spaces as single characters, each with the marks after it; Latin words and
    numbers stay whole.
    """
    opening = r"(\[“‘「『《【（"
    return re.findall(
        rf"[{opening}]*(?:[A-Za-z0-9][\x21-\x7e]*|\w)[^\w\s{opening}]*|[^\w\s]+", text
    )
