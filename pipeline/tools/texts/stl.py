"""Writes captions as EBU-STL (EBU Tech 3264-E); without it a broadcaster could not put them on air.

Open subtitling: 25 pictures a second, white, centred at the picture's foot or above a lower third.
No library writes the format; what is written here is read back with ttconv in the tests.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from pipeline.captions.words.tags import language_alone
from pipeline.geometry import SAFE
from pipeline.model import Cue

RATE = Fraction(25)
ROWS = 23
"""Lines of a screen; the last one ends where the safe area does."""
_BLOCK, _TEXT = 128, 112
_NEW_LINE, _UNUSED = b"\x8a", b"\x8f"
_LAST, _MORE = 0xFF, 0xEF
"""The number of a subtitle's last block, and one more than the highest of those before it."""
_CENTRED = 2
_MOST_SUBTITLES = 65_535
_LANGUAGES = (
    *enumerate(
        "sq br ca hr cy cs da de en es eo et eu fo fr fy ga gd gl is it se la lv lb lt hu mt nl no"
        " oc pl pt ro rm sr sk sl fi sv tr nl wa".split(),
        0x01,
    ),
    *enumerate(
        "zu vi uz ur uk th te tt ta tg sw srn so si sn sh".split(),
        0x45,
    ),
    *enumerate(
        "ru qu ps pa fa pap or ne nd mr mo ms mg mk lo ko km kk kn ja id hi he ha gn gu el ka ff"
        " prs cv zh my bg bn be bm az as hy ar am".split(),
        0x56,
    ),
)
"""The standard's numbers of languages (its appendix 3), 55h (Ruthenian) left out."""
_SOFTENED = {
    "\u2013": "-", "\u2014": "-", "\u2011": "-", "\u2010": "-", "\u2212": "-", "\u2022": "-",
    "\u201e": '"', "\u201c": '"', "\u201d": '"', "\u2033": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u2032": "'", "\u2039": "'", "\u203a": "'",
    "\u02bc": "'", "\u05be": "-", "\u05f3": "'", "\u05f4": '"',
    "\u200e": "", "\u200f": "", "\u200c": "", "\u200d": "", "\u00ad": "", "\u200b": "",
    "\u20ac": "EUR", "\u266a": "#", "\u0218": "\u015e", "\u0219": "\u015f", "\u021a": "\u0162",
    "\u021b": "\u0163", "\u0490": "\u0413", "\u0491": "\u0433",
    **{chr(point): "" for point in range(0x0591, 0x05C8) if unicodedata.combining(chr(point))},
}  # fmt: skip
"""Marks that a table lacks and that have a plain form, letters that were written so when the tables
were made (Romanian with a cedilla, Ukrainian without the hook), and the points of Hebrew vowels,
which are left out in print.
"""


class NoLetters(ValueError):
    """None of the format's tables has all ``letters``; the first of them stands in the caption that
    begins at picture ``start_frame``.
    """

    def __init__(self, letters: str, start_frame: int) -> None:
        super().__init__(letters, start_frame)
        self.letters, self.start_frame = letters, start_frame


@dataclass(frozen=True)
class Head:
    """What the file says of itself: the programme's title, its language, the time code of its first
    picture (hours, minutes, seconds, pictures), and its day.
    """

    title: str
    language: str
    starts_at: tuple[int, int, int, int]
    day: date


def write_stl(cues: Sequence[Cue], head: Head) -> bytes:
    """The captions, counted in pictures of the programme (25 a second), as one file. Raises
    NoLetters where they are written in letters that the format does not have.
    """
    cues = [cue for cue in cues if any(line.strip() for line in cue.lines)][:_MOST_SUBTITLES]
    table, encode = _table_for(cues)
    start = _pictures(head.starts_at)
    blocks = [
        block
        for number, cue in enumerate(cues)
        for block in _subtitle(number, cue, start, encode)
    ]  # fmt: skip
    return _general(cues, head, table, len(blocks)) + b"".join(blocks)


# --- letters --------------------------------------------------------------------------------------


Encode = Callable[[str], bytes]


def _table_for(cues: Sequence[Cue]) -> tuple[int, Encode]:
    """The number of the first table that has every letter of the captions, and what writes it.
    Raises NoLetters, of the table that lacks the fewest.
    """
    written = set(_letters("".join("".join(cue.lines) for cue in cues)))
    fewest = written
    for number, table in enumerate(_tables()):
        lacks = {letter for letter in written if _plainly(letter, table) is None}
        if not lacks:
            return number, lambda line, table=table: _encoded(line, table)
        fewest = min(fewest, lacks, key=len)
    first = next(cue for cue in cues if fewest & set(_letters("".join(cue.lines))))
    raise NoLetters("".join(sorted(fewest))[:20], first.start_frame)


def _letters(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _plainly(letter: str, table: Mapping[str, bytes]) -> str | None:
    """A letter as the table has it: as it is, or in a plain form, other digits as ours; else
    None.
    """
    digit = unicodedata.decimal(letter, None)
    forms = (
        letter,
        _SOFTENED.get(letter),
        unicodedata.normalize("NFKC", letter),
        None if digit is None else str(digit),
    )
    has = (form for form in forms if form is not None and all(one in table for one in form))
    return next(has, None)


def _encoded(line: str, table: Mapping[str, bytes]) -> bytes:
    """A line; what the table has no form of is left out."""
    plain = "".join(_plainly(letter, table) or "" for letter in _letters(line))
    return b"".join(table[one] for one in plain)


@cache
def _tables() -> tuple[Mapping[str, bytes], ...]:
    """Latin (ISO 6937), Cyrillic, Arabic, Greek and Hebrew (ISO 8859-5 to -8), in their order."""
    return (_latin(), *(_eight_bits(f"iso8859_{part}") for part in (5, 6, 7, 8)))


def _latin() -> Mapping[str, bytes]:
    """ISO 6937 as ttconv reads it, turned round: a letter with an accent is the accent's byte and
    the letter's.
    """
    from ttconv.stl import iso6937

    single = [bytes([code]) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))]
    accents, letters = range(0xC1, 0xD0), (*range(0x41, 0x5B), *range(0x61, 0x7B), 0x20)
    both = [bytes([accent, letter]) for accent in accents for letter in letters]
    table: dict[str, bytes] = {}
    for code in (*single, *both):
        try:
            shown = iso6937.decode(code)[0]
        except (UnicodeError, KeyError, IndexError):
            continue
        if len(shown) == 1 and shown != "\ufffd":
            table.setdefault(shown, code)
    return table


def _eight_bits(codec: str, beyond: int = 0xA1) -> Mapping[str, bytes]:
    codes = [bytes([code]) for code in (*range(0x20, 0x7F), *range(beyond, 0x100))]
    shown = ((code.decode(codec, "ignore"), code) for code in codes)
    return {letter: code for letter, code in shown if letter}


# --- blocks ---------------------------------------------------------------------------------------


def _subtitle(number: int, cue: Cue, start: int, encode: Encode) -> Iterator[bytes]:
    """The blocks of one subtitle: a second one where its text is longer than 112 bytes."""
    text = _NEW_LINE.join(encode(line) for line in cue.lines)
    pieces = [text[at : at + _TEXT] for at in range(0, len(text), _TEXT)]
    first = _row(cue) - len(cue.lines) + 1
    for place, piece in enumerate(pieces):
        last = place == len(pieces) - 1
        yield struct.pack(
            "<BHBB4B4BBBB112s",
            0,
            number,
            _LAST if last else min(place, _MORE),
            0,
            *_time_code(start + cue.start_frame),
            *_time_code(start + cue.end_frame),
            max(1, first),
            _CENTRED,
            0,
            piece.ljust(_TEXT, _UNUSED),
        )


def _row(cue: Cue) -> int:
    """The row of a caption's last line: at the safe area's foot, or above what stands there."""
    foot = cue.foot or 1 - SAFE
    share = (foot - SAFE) / (1 - 2 * SAFE)
    return max(len(cue.lines), min(ROWS, int(share * ROWS)))


def _pictures(time_code: tuple[int, int, int, int]) -> int:
    hours, minutes, seconds, pictures = time_code
    return ((hours * 60 + minutes) * 60 + seconds) * int(RATE) + pictures


def _time_code(pictures: int) -> tuple[int, int, int, int]:
    """Hours, minutes, seconds and pictures; a day is over after 24 hours."""
    seconds, picture = divmod(pictures, int(RATE))
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return hours % 24, minute, second, picture


def _general(cues: Sequence[Cue], head: Head, table: int, blocks: int) -> bytes:
    """The first block, of 1024 bytes: what the file is."""
    day = head.day.strftime("%y%m%d").encode()
    starts = "".join(f"{part:02d}" for part in head.starts_at).encode()
    first = _time_code(_pictures(head.starts_at) + (cues[0].start_frame if cues else 0))
    longest = max((len(line) for cue in cues for line in cue.lines), default=0)
    fields = (
        (3, b"850"), (8, b"STL25.01"), (1, b"0"), (2, f"{table:02d}".encode()),
        (2, _language(head.language)), (32, _title(head.title)), (32, b""), (32, b""), (32, b""),
        (32, b""), (32, b""), (16, b""), (6, day), (6, day), (2, b"00"),
        (5, f"{blocks:05d}".encode()), (5, f"{len(cues):05d}".encode()), (3, b"001"),
        (2, f"{min(99, longest):02d}".encode()), (2, f"{ROWS:02d}".encode()), (1, b"1"),
        (8, starts), (8, "".join(f"{part:02d}" for part in first).encode()), (1, b"1"), (1, b"1"),
        (3, b""), (32, b""), (32, b""), (32, b""), (75, b""), (576, b""),
    )  # fmt: skip
    return b"".join(value[:size].ljust(size) for size, value in fields)


def _language(language: str) -> bytes:
    """Two hexadecimal digits; 00 is one that the standard does not know. It has one Norwegian."""
    own = language_alone(language)
    code = "no" if own in ("nb", "nn") else own
    number = next((number for number, known in _LANGUAGES if known == code), 0)
    return f"{number:02X}".encode()


def _title(title: str) -> bytes:
    """A title in code page 850, for people who look into the file: letters that it lacks lose their
    accents, and those of other alphabets are left out.
    """
    table = _eight_bits("cp850", beyond=0x80)
    letters = _letters(title.translate(_BARE))
    bare = (unicodedata.normalize("NFKD", letter)[0] for letter in letters)
    fit = (
        letter if _plainly(letter, table) is not None else plain
        for letter, plain in zip(letters, bare, strict=True)
    )
    return _encoded("".join(fit), table)


_BARE = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "œ": "oe", "Œ": "OE", "ı": "i"})
"""Letters of a title that do not come apart into a letter and an accent."""
