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
    """The tokens of a script. Headings and stage directions (in square or curly brackets, or a line of their own in round
    ones or asterisks) are left out.

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
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    shouted = sum(map(str.isupper, text)) > sum(map(str.islower, text))
    tokens: list[Token] = []
    left_out: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        tokens.extend(_tokens(_spoken_lines(paragraph, shouted, left_out), language))
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


_PLAIN = str.maketrans({"ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "’": "'"})


def fold(word: str) -> str:
    """A word as letters a-z and digits alone, for matching: accents off, case off."""
    special = word.casefold().translate(_PLAIN)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", special) if not unicodedata.combining(letter))
    return re.sub(r"[^\w']", "", bare).strip("'_")


_DIRECTION = re.compile(r"\[[^\]]*\]|\{[^}]*\}|^\s*\*[^*\n]+\*\s*$|^\s*\([^)]*\)\s*$", re.M)


def _spoken_lines(paragraph: str, shouted: bool, left_out: list[str]) -> str:
    """The paragraph without headings and directions; line ends are spaces. ``shouted``: the whole text is in capitals."""
    left_out.extend(" ".join(found[0].split()) for found in _DIRECTION.finditer(paragraph))
    lines = [line.strip() for line in _DIRECTION.sub(" ", paragraph).split("\n") if line.strip()]
    kept = []
    for i, line in enumerate(lines):
        if _is_heading(line, i == 0, len(lines) == 1, shouted):
            left_out.append(line)
        else:
            kept.append(re.sub(r"^[-*•]\s+", "", line))
    return " ".join(kept)


def _is_heading(line: str, first: bool, alone: bool, shouted: bool) -> bool:
    """Marked as one, ending in a colon, in capitals, or a numbered line that stands alone.

    One word in capitals inside a paragraph is an acronym at the end of a wrapped line.
    """
    if re.match(r"#+\s", line) or (line.endswith(":") and len(line.split()) <= 6):
        return True
    if line[-1] in ".!?…,;\"”»" or len(line.split()) > 8:
        return False
    in_capitals = line.isupper() and not shouted and len(re.findall(r"[^\W\d_]", line)) > 3
    return (in_capitals and (first or " " in line)) or (alone and bool(re.match(r"\d{1,2}[.)]\s", line)))


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
    for piece in re.findall(r"\d[\d,.]*\d|\d|[^\W\d_]+(?:['’][^\W\d_]+)*|%", unicodedata.normalize("NFKC", written)):
        if piece[0].isdigit():
            words.extend(_number_words(piece, language))
        elif piece == "%":
            words.extend(["por", "ciento"] if language[:2] == "es" else ["percent"])
        elif piece.isupper() and 2 <= len(piece) <= 5 and len(re.findall("[AEIOUÁÉÍÓÚ]", piece)) * 3 < len(piece):
            words.extend(piece.lower())  # NZQA is spelled out, NATO is said
        else:
            words.append(piece.lower().replace("’", "'"))
    return tuple(words)


def _number_words(number: str, language: str) -> list[str]:
    from num2words import num2words

    plain = _with_a_point(number, language)
    year = re.fullmatch(r"1[1-9]\d\d|20\d\d", number)
    try:
        said = num2words(float(plain) if "." in plain else int(plain), lang=language.replace("-", "_"),
                         to="year" if year and language[:2] == "en" else "cardinal")
    except NotImplementedError:
        return [digit for digit in plain if digit.isdigit()]
    except (ValueError, OverflowError):  # a date, a version: 14.09.2021 is said piece by piece
        pieces = re.findall(r"\d+", plain)
        return [word for piece in pieces for word in _number_words(piece, language)] if len(pieces) > 1 else list(plain)
    return re.findall(r"[^\W\d_]+", str(said).lower())


def _with_a_point(number: str, language: str) -> str:
    """Commas and points as Python writes numbers: 1,250 is 1250 everywhere, 1.250 is so outside English, 3,5 is 3.5 there."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number):
        return number.replace(",", "")
    if language[:2] == "en":
        return number
    thousands = re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", number)
    return (number.replace(".", "") if thousands else number).replace(",", ".")
