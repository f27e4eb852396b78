"""Reads the wording out of a Word document; without it a speaker's script would have to be saved
again as plain text.

The file comes from outside: it is measured before it is unpacked, and nothing in it is fetched or
run.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

MOST_BYTES = 20_000_000
"""Of the file: pictures in it may be large."""

MOST_TEXT_BYTES = 2_000_000
"""Of document.xml once unpacked, as counted, not as the zip says: 200 pages."""

MOST_PART_BYTES = 50_000_000
MOST_PARTS = 2000


class NotADocument(ValueError):
    """It is no Word document that can be read; ``str`` is the end of a sentence."""


def docx_text(data: bytes) -> str:
    """The text of a .docx, its paragraphs with a blank line between them.

    Headings are marked with ``#``, so that they are told from what is read out. As it reads with
    all tracked changes accepted. Table cells are paragraphs; comments, notes and page headers are
    left out. Raises NotADocument.
    """
    if len(data) > MOST_BYTES:
        raise NotADocument("it is larger than 20 MB; take the pictures out of it")
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise NotADocument(
            "it is an old Word document (.doc) or locked with a password; save it as .docx"
            " without one"
        )
    if not data:
        raise NotADocument("it is empty")
    _measure(data)
    return "\n\n".join(
        f"# {text}" if style.lower().startswith(("heading", "title")) else text
        for style, text in _paragraphs(data)
        if text
    )


def _paragraphs(data: bytes) -> list[tuple[str, str]]:
    """Style and wording of each. Raises NotADocument."""
    import docx  # 0.2 s to import
    from docx.text.paragraph import Paragraph

    try:
        document = docx.Document(io.BytesIO(data))
        elements = document.element.body.iter(_W + "p")
        shown = [element for element in elements if not _within(element, _LEFT_OUT)]
        styles = [getattr(Paragraph(element, document).style, "name", "") for element in shown]
        wordings = [_wording(element).strip() for element in shown]
    except Exception as failed:  # python-docx and lxml meet a damaged one with ten kinds of errors
        kind = type(failed).__name__
        raise NotADocument(f"it cannot be read as a Word document ({kind})") from None
    return list(zip(map(str, styles), wordings, strict=True))


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFT_OUT = (
    _W + "del",
    _W + "moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
"""Taken back by somebody, or said again for old programs."""

_SIGNS = {_W + "tab": " ", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}


def _wording(paragraph: Any) -> str:
    """python-docx's own ``text`` leaves out what was inserted as a tracked change: a correction."""
    return "".join(
        (piece.text or "") if piece.tag == _W + "t" else _SIGNS.get(piece.tag, "")
        for piece in paragraph.iter(_W + "t", *_SIGNS)
        if not _within(piece, _LEFT_OUT) and next(piece.iterancestors(_W + "p")) is paragraph
    )


def _within(element: Any, tags: tuple[str, ...]) -> bool:
    return next(element.iterancestors(*tags), None) is not None


def _measure(data: bytes) -> None:
    """Unpack every part in pieces and count, before anything holds it whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _measure_parts(archive)
    except NotADocument:
        raise
    except _DAMAGED:
        raise NotADocument("it is not a Word document, or it arrived damaged") from None


# fmt: off
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError,
    ValueError,
)
# fmt: on
"""zipfile meets a damaged archive with any of these."""


def _measure_parts(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if "word/document.xml" not in names:
        other = " (an OpenDocument text; save it as .docx)" if "content.xml" in names else ""
        raise NotADocument(f"it is not a Word document{other}")
    if len(names) > MOST_PARTS:
        raise NotADocument(f"it is made of {len(names)} pieces, more than any script")
    left = MOST_PART_BYTES
    for entry in archive.infolist():
        is_wording = entry.filename == "word/document.xml"
        left -= _size(archive, entry, MOST_TEXT_BYTES if is_wording else left)


def _size(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    size = 0
    with archive.open(entry) as part:
        while piece := part.read(65536):
            size += len(piece)
            if size > most:
                raise NotADocument(
                    "it unpacks to far more text than anybody reads out (a damaged or hostile file)"
                )
    return size
