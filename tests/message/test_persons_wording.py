"""Words that a person corrected, with or without times, through the command line: what is used, and
what is said.
"""

from __future__ import annotations

import io

import docx
import pytest
from conftest import HEAD, REPOSITORY, Event, make_clip

ANN = (
    HEAD
    + """captions: {languages: [en, es]}
speakers:
  - {id: ann, name: Ann Lee, language: en}
"""
)


def word_document(text: str) -> bytes:
    """A .docx with a heading and the paragraphs of ``text``."""
    made, data = docx.Document(), io.BytesIO()
    made.add_heading("As corrected")
    for paragraph in text.split("\n\n"):
        made.add_paragraph(paragraph)
    made.save(data)
    return data.getvalue()


@pytest.mark.sample(1)
@pytest.mark.slow
@pytest.mark.parametrize("name", ["captions/ana.en.docx", "captions/ana.en.txt", "ana.docx"])
def test_a_text_without_times_is_fitted_to_the_speech(talk: Event, name: str):
    text = (REPOSITORY / "inputs/oconnor.txt").read_text("utf-8").replace("synthetic", "artificial")
    given = word_document(text) if name.endswith("docx") else text.encode()
    (talk.inputs / name).write_bytes(given)
    ended = talk.run("build", "--draft")
    assert ended.code == 0
    (submission,) = talk.report()["submissions"]
    made = submission["captions"]["en"]
    assert (made["source"], made["draft"]) == ("person" if "captions" in name else "script", False)
    assert "artificial" in (talk.outputs / "clips/ana.en.srt").read_text("utf-8")
    assert "As corrected" not in (talk.outputs / "clips/ana.txt").read_text("utf-8")
    assert 'xml:lang="en"' in (talk.outputs / "segment.en.ttml").read_text("utf-8")


def test_a_caption_file_is_said_to_be_wrong_with_the_line_and_the_draft_is_used(event: Event):
    make_clip(event.inputs / "ann.mp4")
    (event.inputs / "captions/ann.en.srt").write_text(
        "1\n00:00:02,000 --> 00:00:01,000\nBackwards\n"
    )
    (event.inputs / "captions/ann.es.txt").write_text("Buenos días.")
    (event.inputs / "captions/ann.fr.vtt").write_bytes(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nÇa va\n".encode("cp1252")
    )
    (event.inputs / "ann.docx").write_bytes(b"PK\x03\x04 no document")
    said = event.config(ANN).run("captions").stderr
    assert (
        "inputs/captions/ann.en.srt: line 2: none of its captions lies within the recording" in said
    )
    assert (
        "inputs/captions/ann.es.txt: a text without times can only be fitted to the language spoken"
        " (en); it is not used." in said
    )
    assert (
        "inputs/captions/ann.fr.vtt: it was read as Windows-1252; save it as UTF-8 to be sure."
        in said
    )
    assert (
        "ann.docx: it is not a Word document, or it arrived damaged; captions are made from the"
        " sound alone." in said
    )


def test_letters_that_no_font_has_are_said(event: Event):
    make_clip(event.inputs / "ann.mp4")
    (event.inputs / "captions/ann.en.srt").write_text(
        "1\n00:00:01,000 --> 00:00:02,000\nHello \U0010fffd\n", "utf-8"
    )
    said = event.config(ANN).run("captions").stderr
    assert "of the captions in en; they are left out of the picture" in said
    assert "apt-get install fonts-noto-core" in said
