"""Writes a text as a Word document; without it whoever edits a transcript would paste it by hand.

Run as ``python -m pipeline.tools.texts.word_file documents.json``: in a program of its own, since
it takes longer to write one than to find out that nothing has changed. The same text is the same
file: what the library writes of the hour is taken out.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal

Block = tuple[Literal["title", "heading", "text"], str]
"""A paragraph, and what it is."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def main(request_name: str) -> None:
    """Write every document of a request, each under its name."""
    for name, one in json.loads(Path(request_name).read_text("utf-8")).items():
        Path(name).write_bytes(write_docx(one["blocks"], one["language"]))


def write_docx(blocks: Iterable[Block], language: str) -> bytes:
    """The blocks as a .docx, one paragraph each, titles and headings as Word's own; ``language`` is
    the tag of the language that Word takes it for when it looks for mistakes.
    """
    from docx import Document  # 0.1 s to import
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    document = Document()
    properties = document.core_properties
    properties.author, properties.comments, properties.language = "", "", language
    properties.created = properties.modified = datetime(1980, 1, 1)
    spelt = OxmlElement("w:lang")
    spelt.set(qn("w:val"), language)
    document.styles["Normal"].element.get_or_add_rPr().append(spelt)
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
    """The same zip with no hour in it: `ZipInfo` says 1980."""
    out = io.BytesIO()
    with zipfile.ZipFile(written) as made, zipfile.ZipFile(out, "w") as plain:
        for name in made.namelist():
            plain.writestr(zipfile.ZipInfo(name), made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


if __name__ == "__main__":
    main(sys.argv[1])
