"""Finds out how a person's text file was saved; without it accents, or a whole alphabet, would come
out as rubbish.

Bytes in, text out. A byte order mark counts first, then what is right UTF-8 or plainly UTF-16, then
the old code pages of the language the text is in, weighed by charset-normalizer.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_LOOKED_AT = 200_000
"""Bytes that are weighed: a code page shows in far fewer, and weighing megabytes takes seconds."""

_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WESTERN = ("cp1252",)
# fmt: off
_PAGES = {
    **dict.fromkeys(
        ("ru", "bg", "uk", "be", "sr", "mk"), ("cp1251", "koi8_r", "iso8859_5", "cp866")
    ),
    **dict.fromkeys(
        ("pl", "cs", "sk", "hu", "hr", "sl", "ro", "sq", "bs"), ("cp1250", "iso8859_2")
    ),
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257",)), "el": ("cp1253",), "tr": ("cp1254",),
    "he": ("cp1255",), "vi": ("cp1258",), "th": ("cp874",),
    **dict.fromkeys(("ar", "fa", "ur"), ("cp1256",)), "ja": ("cp932", "euc_jp"), "ko": ("cp949",),
    "zh": ("gb18030", "big5"),
}
# fmt: on
"""What programs saved text as before UTF-8, by language; every other language is Western."""

# fmt: off
_NAMES = {
    "utf-8": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32", "koi8_r": "KOI8-R",
    "cp866": "code page 866", "cp932": "Shift JIS", "euc_jp": "EUC-JP",
    "cp949": "Korean (code page 949)", "gb18030": "GB 18030", "big5": "Big5",
    "cp874": "Thai (code page 874)", "iso8859_2": "ISO 8859-2", "iso8859_5": "ISO 8859-5",
}
# fmt: on


@dataclass(frozen=True)
class Decoded:
    """A file's text, and the name of its encoding as a producer may know it.

    ``odd_lines``: lines, from 1, that were saved differently from the rest (pasted from elsewhere).
    """

    text: str
    encoding: str
    odd_lines: tuple[int, ...] = ()

    @property
    def is_unicode(self) -> bool:
        """It could be nothing else; nobody has to look at the accents."""
        return self.encoding.startswith("UTF-") and not self.odd_lines


def decode(data: bytes, language: str) -> Decoded:
    """The text of a file in ``language``. Line ends become ``\\n``; zeros at the end (a copy that
    broke off) are dropped.

    Never fails: what fits nothing is Windows-1252 with gaps.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _named(data.decode(encoding, "replace"), encoding.removesuffix("-sig"))
    wide = _utf_16_without_mark(data)
    if wide:
        return _named(data.decode(wide, "replace"), "utf-16")
    data = data.rstrip(b"\0")
    try:
        return _named(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        page = _code_page(data, language)
    lines = data.splitlines(keepends=True)
    texts = [_utf_8_or(line, page) for line in lines]
    odd = tuple(number for number, (_, was_utf_8) in enumerate(texts, 1) if not was_utf_8)
    pairs = zip(lines, texts, strict=True)
    right = sum(was_utf_8 and not line.isascii() for line, (_, was_utf_8) in pairs)
    if right >= len(odd):
        return _named("".join(text for text, _ in texts), "utf-8", odd)
    return _named(data.decode(page, "replace"), page)


def _named(text: str, encoding: str, odd_lines: tuple[int, ...] = ()) -> Decoded:
    name = _NAMES.get(encoding) or f"Windows-{encoding.removeprefix('cp')}"
    plain = text.lstrip("\ufeff")
    for line_end in ("\r\r\n", "\r\n", "\r"):
        plain = plain.replace(line_end, "\n")
    return Decoded(plain, name, odd_lines)


def _utf_16_without_mark(data: bytes) -> str | None:
    """Every second byte of digits, spaces and line ends is a zero there, whatever the alphabet.

    Elsewhere none is.
    """
    start = data[:4000]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) * 8 < len(start) or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _utf_8_or(line: bytes, page: str) -> tuple[str, bool]:
    try:
        return line.decode("utf-8"), True
    except UnicodeDecodeError:
        return line.decode(page, "replace"), False


def _code_page(data: bytes, language: str) -> str:
    """The page of ``language``.

    Where there are several, the one in which the text looks most like language.
    """
    from charset_normalizer import from_bytes  # 0.1 s to import, and most files are UTF-8

    pages = _PAGES.get(language.split("-")[0].lower(), _WESTERN)
    if language.lower() in ("zh-tw", "zh-hk", "zh-hant"):
        pages = ("big5", "gb18030")
    sample = data[:MOST_LOOKED_AT]
    letters = {page: _letters(sample, page) for page in pages}
    pages = tuple(page for page in pages if letters[page] == max(letters.values()) > 0) or _WESTERN
    if len(pages) == 1:
        return pages[0]
    best = from_bytes(sample, cp_isolation=list(pages), enable_fallback=False).best()
    return str(best.encoding) if best and best.encoding in pages else pages[0]


def _letters(data: bytes, page: str) -> int:
    """How many letters outside ASCII the text has when it is read so.

    None when it is not that page's.

    ISO 8859-2 read as Windows-1250 has signs where letters should be, and the other way round.
    """
    try:
        return sum(letter.isalpha() and not letter.isascii() for letter in data.decode(page))
    except UnicodeDecodeError as failed:  # half a letter at the end of the sample is no fault
        return _letters(data[: failed.start], page) if failed.start >= MOST_LOOKED_AT - 4 else 0
