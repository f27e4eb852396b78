"""Transcripts as they are read: under names, with times, as text, in Word, and as a page."""

from __future__ import annotations

import io
import re
import time

import docx

from pipeline.config_file import read_config
from pipeline.handover.transcripts import (
    clip_transcript,
    files_of,
    plan_documents,
    segment_transcript,
)
from pipeline.message.prepared import Introduction, Pictures, Prepared
from pipeline.model import Captions, Cue
from pipeline.plan.rundown import plan_rundown
from pipeline.programme.join import segment_captions
from pipeline.recipe import Recipe
from pipeline.tools.texts import word_file

CONFIG = read_config(
    "title: Micro <b>macro</b>\n"
    "slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
    "cards: {opening: 2s, title: 2s, closing: 2s, transition: cut}\n"
    "captions: {languages: [en]}\n"
    "speakers:\n"
    "  - {id: ana, name: Dr Ana, role: Dean}\n"
    "  - {id: bo, name: Dr Bo, language: es}\n"
)
ENGLISH = Captions(
    "en",
    "script",
    (Cue(0, 50, ("Hello all.",)), Cue(60, 100, ("And <i>now</i>",))),
    False,
    (),
    (58,),
)
SPANISH = Captions("es", "script", (Cue(25, 50, ("Hola.",)),), False)
NOTHING = Recipe("sound", "ffmpeg", "1", (), ())


def message(speaker: str, captions: dict, intro: Introduction | None = None) -> Prepared:
    return Prepared(
        CONFIG.by_id[speaker], 250, Pictures((), ()), NOTHING, captions, introduction=intro
    )


READY = {"ana": message("ana", {"en": ENGLISH}), "bo": message("bo", {"es": SPANISH})}


def transcript(name: str = "spoken", ready: dict = READY, intros: dict | None = None):
    frames = dict.fromkeys(ready, 250)
    rundown = plan_rundown(CONFIG, frames, intros or {})
    (captions,) = [one for one in segment_captions(CONFIG, rundown, ready) if one.name == name]
    return segment_transcript(CONFIG, rundown, ready, captions, str)


def test_each_speaks_under_their_name_in_their_language_on_the_segments_clock():
    written = files_of(transcript(), CONFIG, str)
    assert written["txt"] == (
        "Micro <b>macro</b>\n\n"
        "Dr Ana, Dean\n\n[0:04] Hello all.\n\n[0:06] And <i>now</i>\n\n"
        "Dr Bo\n\n[0:17] Hola.\n"
    )


def test_whoever_has_no_words_in_a_language_is_not_named_in_it():
    assert [turn.who for turn in transcript("en").turns] == ["Dr Ana, Dean"]


def test_who_introduces_somebody_is_told_from_them():
    host = CONFIG.speakers[0].model_copy(update={"id": "ana.intro"})
    said = Captions("en", "script", (Cue(0, 25, ("Here is Ana.",)),), False)
    intro = Introduction(host, 50, NOTHING, {"en": said})
    found = transcript("en", {"ana": message("ana", {"en": ENGLISH}, intro)}, {"ana": 50})
    assert [turn.who for turn in found.turns] == ["Introduction of Dr Ana", "Dr Ana, Dean"]


def written_for_word(folder, monkeypatch) -> bytes:
    """The Word document of Ana's words, written in ``folder``."""
    made = clip_transcript(CONFIG, CONFIG.speakers[0], ENGLISH)
    recipe = plan_documents({"ana.en.docx": made}, "1")
    folder.mkdir(exist_ok=True)
    for name, text in recipe.texts:
        (folder / name).write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    word_file.main(*recipe.arguments)
    return (folder / "ana.en.docx").read_bytes()


def test_word_opens_it_with_names_as_headings_and_a_time_before_each_paragraph(
    tmp_path, monkeypatch
):
    document = docx.Document(io.BytesIO(written_for_word(tmp_path, monkeypatch)))
    assert [(one.style.name, one.text) for one in document.paragraphs] == [
        ("Title", "Micro <b>macro</b>"),
        ("Heading 1", "Dr Ana, Dean"),
        ("Normal", "[0:00] Hello all."),
        ("Normal", "[0:02] And <i>now</i>"),
    ]
    assert document.core_properties.author == ""


def test_the_same_words_are_the_same_document_to_the_byte_whenever_it_is_written(
    tmp_path, monkeypatch
):
    first = written_for_word(tmp_path, monkeypatch)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert written_for_word(tmp_path, monkeypatch) == first


def test_on_the_page_words_are_text_in_their_own_language_and_nothing_is_loaded_or_run():
    page = files_of(transcript(), CONFIG, str)["html"]
    assert "<i>" not in page and "<b>" not in page and "<script" not in page
    assert re.search(r'<section lang="es"><h2 dir="auto">Dr Bo</h2>', page)
    assert "default-src &#39;none&#39;" in page
