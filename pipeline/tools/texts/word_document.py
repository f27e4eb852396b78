"""Writes a transcript as a Word document; without it an editor would paste the text and set every
name by hand.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

Said = Sequence[tuple[str, str]]
"""Paragraphs, each with the time at which it begins."""
_IN_1980 = (1980, 1, 1, 0, 0, 0)
"""When each part says that it was made: the same text is the same document."""


def write_docx(title: str, language: str, turns: Sequence[tuple[str, Said]]) -> bytes:
    """A .docx: the title, then a heading for each who speaks, with what is said. ``language`` is
    the tag that Word checks its spelling by.
    """
    import docx  # 0.2 s to import
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    document = docx.Document()
    told = document.core_properties
    told.title, told.author, told.comments, told.language = title, "", "", language
    spelt = OxmlElement("w:lang")
    spelt.set(qn("w:val"), language)
    document.styles["Normal"].element.get_or_add_rPr().append(spelt)
    document.add_heading(_printable(title), 0)
    for who, said in turns:
        document.add_heading(_printable(who), 1)
        for at, text in said:
            paragraph = document.add_paragraph()
            paragraph.add_run(f"{at}\t").bold = True
            paragraph.add_run(_printable(text))
    written = io.BytesIO()
    document.save(written)
    return _of_no_time(written.getvalue())


def _printable(text: str) -> str:
    """Without control characters, which XML cannot have."""
    return "".join(letter for letter in text if letter.isprintable() or letter.isspace())


def _of_no_time(data: bytes) -> bytes:
    """The zip with its parts as they are, and nothing in it of when it was made."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as parts,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name, _IN_1980)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, parts.read(name))
    return made.getvalue()
