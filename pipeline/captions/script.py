"""Reads the script a speaker sent; without it the words on screen would be guesses although we hold the text.

Content in, values out: bytes to paragraphs of tokens, each with the text to show and the words that are spoken for it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_BYTES = 2_000_000


class NotAScript(ValueError):
    """The file is no text that could be read out; ``str`` is the end of a sentence ("it is a PDF document")."""


@dataclass(frozen=True)
class Token:
    """One word of a script: ``text`` as it is shown, ``spoken`` as it is said ("25" is "twenty", "five")."""

    text: str
    spoken: tuple[str, ...]
    ends_paragraph: bool = False


@dataclass(frozen=True)
class Script:
    """A script's tokens in order, the encoding it was read in, and the lines that were taken as not spoken."""

    tokens: tuple[Token, ...]
    encoding: str
    left_out: tuple[str, ...]


def read_script(data: bytes, language: str) -> Script:
    """The tokens of a script. Stage directions in square brackets and headings are left out.

    UTF-8 and UTF-16 are known by their marks or by being right; everything else is Windows-1252. Raises NotAScript.
    """
    if len(data) > MOST_BYTES:
        raise NotAScript("it is larger than 2 MB, too long to have been read out")
    if data[:5] == b"%PDF-":
        raise NotAScript("it is a PDF document, not a text file")
    if data[:4] == b"PK\x03\x04":
        raise NotAScript("it is an office document or a zip archive, not a text file")
    text, encoding = decode_text(data)
    if sum(unicodedata.category(letter) == "Cc" and letter not in "\t\n\r\f" for letter in text) > len(text) // 100:
        raise NotAScript("it holds no readable text")
    tokens: list[Token] = []
    left_out: list[str] = []
    for paragraph in re.split(r"\n\s*\n", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))):
        tokens.extend(_tokens(_spoken_lines(paragraph, left_out), language))
    if not tokens:
        raise NotAScript("there are no words in it")
    return Script(tuple(tokens), encoding, tuple(left_out))


def decode_text(data: bytes) -> tuple[str, str]:
    """Text and the encoding it was read in: a byte order mark first, then UTF-8, then UTF-16 by its zeros, then
    Windows-1252, which takes every byte."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
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


def fold(word: str) -> str:
    """A word as letters a-z and digits alone, for matching: accents off, case off."""
    special = word.casefold().translate(str.maketrans({"ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d",
                                                       "’": "'"}))
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", special) if not unicodedata.combining(letter))
    return re.sub(r"[^\w']", "", bare).strip("'_")


def _spoken_lines(paragraph: str, left_out: list[str]) -> str:
    """The paragraph without headings and directions; line ends are spaces."""
    kept = []
    for line in paragraph.split("\n"):
        bare = re.sub(r"\[[^\]]*\]|\{[^}]*\}|^\s*\*[^*]+\*\s*$", " ", line).strip()
        if line.strip() and bare != line.strip():
            left_out.append(line.strip())
        if re.match(r"#+\s", bare) or (bare.endswith(":") and len(bare.split()) <= 6):
            left_out.append(bare)
            continue
        kept.append(re.sub(r"^[-*•]\s+", "", bare))
    return " ".join(kept)


def _tokens(text: str, language: str) -> list[Token]:
    tokens: list[Token] = []
    for written in text.split():
        spoken = spoken_words(written, language)
        if not spoken:
            if tokens:  # a dash or another mark alone belongs to the word before it
                last = tokens.pop()
                tokens.append(Token(f"{last.text} {written}", last.spoken))
            continue
        tokens.append(Token(written, spoken))
    if tokens:
        tokens[-1] = Token(tokens[-1].text, tokens[-1].spoken, ends_paragraph=True)
    return tokens


_TITLES = {"en": {"dr.": "doctor", "dr": "doctor", "mr.": "mister", "mr": "mister", "mrs.": "missus", "mrs": "missus",
                  "prof.": "professor", "prof": "professor", "&": "and", "%": "percent"},
           "es": {"dr.": "doctor", "dra.": "doctora", "sr.": "señor", "sra.": "señora", "&": "y"}}


def spoken_words(written: str, language: str) -> tuple[str, ...]:
    """The words that are said for one written word; none for a mark alone."""
    known = _TITLES.get(language[:2], {}).get(written.lower().strip(",;:()\"“”"))
    if known:
        return (known,)
    words: list[str] = []
    for piece in re.findall(r"\d[\d,.]*\d|\d|[^\W\d_]+(?:['’][^\W\d_]+)*|%", unicodedata.normalize("NFC", written)):
        if piece[0].isdigit():
            words.extend(_number_words(piece, language))
        elif piece == "%":
            words.append("percent" if language[:2] == "en" else "por" if language[:2] == "es" else "percent")
        elif piece.isupper() and 2 <= len(piece) <= 5 and len(re.findall("[AEIOUÁÉÍÓÚ]", piece)) * 3 < len(piece):
            words.extend(piece.lower())  # NZQA is spelled out, NATO is said
        else:
            words.append(piece.lower().replace("’", "'"))
    return tuple(words)


def _number_words(number: str, language: str) -> list[str]:
    from num2words import num2words

    plain = number.replace(",", "") if language[:2] == "en" else number.replace(".", "").replace(",", ".")
    year = re.fullmatch(r"1[1-9]\d\d|20\d\d", number)
    try:
        said = num2words(float(plain) if "." in plain else int(plain), lang=language.replace("-", "_"),
                         to="year" if year and language[:2] == "en" else "cardinal")
    except (NotImplementedError, ValueError, OverflowError):
        return [digit for digit in plain if digit.isdigit()]
    return re.findall(r"[^\W\d_]+", str(said).lower())
