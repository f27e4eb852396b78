"""Word documents: the words that are read out, and nothing that a hostile file could do to us."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from pipeline.tools.texts.documents import NotADocument, docx_text

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def document(*paragraphs: str) -> bytes:
    """A .docx with these paragraphs; one beginning with # is a heading."""
    made, data = docx.Document(), io.BytesIO()
    for text in paragraphs:
        if text.startswith("# "):
            made.add_heading(text[2:])
        else:
            made.add_paragraph(text)
    made.save(data)
    return data.getvalue()


def with_body(body: str, before: str = "") -> bytes:
    """A .docx whose document.xml holds ``body``, with ``before`` ahead of its root."""
    data = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document("x"))) as source,
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            made.writestr(
                name,
                (
                    f"{before}<w:document {W}><w:body>{body}</w:body></w:document>"
                    if name == "word/document.xml"
                    else source.read(name)
                ),
            )
    return data.getvalue()


def archive(**parts: bytes) -> bytes:
    """A zip archive with parts by name (``__`` for a slash, ``_`` before xml for a point)."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return data.getvalue()


def test_paragraphs_come_out_apart_and_headings_marked():
    assert (
        docx_text(document("# Opening", "Kia ora, Māori & “friends”.", "", "Second\nline."))
        == "# Opening\n\nKia ora, Māori & “friends”.\n\nSecond\nline."
    )


def test_a_table_is_read_cell_by_cell():
    made, data = docx.Document(), io.BytesIO()
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Left.", "Right."
    made.save(data)
    assert docx_text(data.getvalue()) == "Left.\n\nRight."


def test_tracked_changes_are_read_as_accepted():
    assert (
        docx_text(
            with_body(
                "<w:p><w:r><w:t>We need"
                " </w:t></w:r><w:del><w:r><w:delText>many</w:delText></w:r></w:del>"
                "<w:ins><w:r><w:t>a"
                " few</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>"
                "<w:r><w:tab/><w:t>credentials.</w:t></w:r></w:p>"
            )
        )
        == "We need a few credentials."
    )


def test_no_words_are_no_text():
    assert docx_text(document("")) == ""


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"PK\x03\x04 and then nothing", "it is not a Word document, or it arrived damaged"),
        (
            document("A long talk. " * 200)[:9000],
            "it is not a Word document, or it arrived damaged",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
            (
                "it is an old Word document (.doc) or locked with a password; save it as .docx"
                " without one"
            ),
        ),
        (archive(word__styles_xml=b"<a/>"), "it is not a Word document"),
        (
            archive(content_xml=b"<a/>"),
            "it is not a Word document (an OpenDocument text; save it as .docx)",
        ),
        (
            archive(word__document_xml=b" " * 2_000_001),
            "it unpacks to far more text than anybody reads out (a damaged or hostile file)",
        ),
        (
            archive(word__document_xml=b"<a/>", word__media=bytes(60_000_000)),
            "it unpacks to far more text than anybody reads out (a damaged or hostile file)",
        ),
        (
            archive(**{f"part{number}": b"" for number in range(2001)}, word__document_xml=b"<a/>"),
            "it is made of 2002 pieces, more than any script",
        ),
        (bytes(20_000_001), "it is larger than 20 MB; take the pictures out of it"),
    ],
    ids=[
        "empty",
        "a torn head",
        "half an upload",
        "an old .doc",
        "another archive",
        "OpenDocument",
        "a zip bomb",
        "a bomb beside it",
        "thousands of pieces",
        "too large",
    ],
)
def test_what_is_no_word_document_is_refused_in_words(data, why):
    with pytest.raises(NotADocument) as caught:
        docx_text(data)
    assert str(caught.value) == why


def test_entities_that_multiply_are_refused():
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 100}">' for n in range(9)
    )
    with pytest.raises(NotADocument) as caught:
        docx_text(with_body("<w:p><w:r><w:t>&e8;</w:t></w:r></w:p>", f"<!DOCTYPE d [{entities}]>"))
    assert "cannot be read as a Word document" in str(caught.value)


def test_no_other_file_is_read_into_the_text(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    assert "secret" not in docx_text(
        with_body(
            "<w:p><w:r><w:t>&e;</w:t></w:r></w:p>",
            f'<!DOCTYPE d [<!ENTITY e SYSTEM "{secret.as_uri()}">]>',
        )
    )
