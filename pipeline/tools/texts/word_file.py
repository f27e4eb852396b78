"""Writes a text as a Word document; without it whoever edits a transcript would paste it by hand.

The same text is the same file: what the library writes of the hour is taken out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

Block = tuple[Literal["title", "heading", "text"], str]
"""A paragraph, and what it is."""

_IN_1980 = (1980, 1, 1, 0, 0, 0)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_docx(blocks: Iterable[Block]) -> bytes:
    """The blocks as a .docx, one paragraph each, titles and headings as Word's own."""
    from docx import Document  # 0.1 s to import

    document = Document()
    properties = document.core_properties
    properties.author, properties.comments = "", ""
    properties.created = properties.modified = datetime(1980, 1, 1)
    for kind, text in blocks:
        shown = _NOT_XML.sub("", text)
        if kind == "text":
            document.add_paragraph(shown)
            continue
        document.add_heading(shown, 0 if kind == "title" else 1)
        if kind == "title":
            properties.title = shown[:255]
    written = io.BytesIO()
    document.save(written)
    return _out_of_time(written)


def _out_of_time(written: io.BytesIO) -> bytes:
    """The same zip with no hour in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(written) as made, zipfile.ZipFile(out, "w") as plain:
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, _IN_1980)
            plain.writestr(entry, made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
