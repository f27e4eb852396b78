"""Our own words in other languages: each catalogue has every sentence that the code marks and no
other one, and what is made with it has no English word of ours left.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from conftest import REPOSITORY

from pipeline.captions.words.languages import own_name
from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.findings import About
from pipeline.handover.advice import brief
from pipeline.handover.callsheet import call_sheet, on_screen
from pipeline.handover.letters import as_page
from pipeline.handover.proof_page import Shown, proof_page
from pipeline.handover.replies import FAILED, WARNED, Came, reply
from pipeline.model import Captions, Cue, Stretch, WordSource
from pipeline.plan.rundown import plan_rundown
from pipeline.plan.slot import plan_slot
from pipeline.tools.texts.catalogues import FOLDER, own_words

LANGUAGES = ("de", "es", "fr", "pt")
MARKED = {
    sentence
    for _, _, sentence, _, _ in extract_from_dir(
        REPOSITORY / "pipeline",
        method_map=[("**.py", "python")],
        keywords={"worded": None, "marked": None},
    )
}
FIELD = re.compile(r"\{\w*\}")
EVENT = """title: Qqq
event: Www
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00, fill: hold}
deadline: 2021-09-10 18:00
send_to: https://upload.example/box
speakers:
  - id: zzz
    name: Zzz
    say: Zzzz
    timezone: Pacific/Auckland
    trim: {start: 1s, end: 19m}
    denoise: light
  - {id: yyy, name: Yyy}
  - {id: xxx, name: Xxx, allowance: 1m}
"""
"""Names are letters that are in no word of ours."""
FINDINGS = tuple(
    finding
    for tables, severity in ((WARNED, "warning"), (FAILED, "error"))
    for rows in tables.values()
    for code in rows
    for finding in (
        About("zzz").finding(severity, code, "", "", at_ms=41_500),
        About("zzz").finding(severity, code, "", ""),
    )
)
"""All that is told of a message, each with a time and without one."""


def catalogue(language: str) -> Catalog:
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def event(language: str, more: str = "") -> Config:
    return read_config(f"language: {language}\n{more}{EVENT}")


def replies(language: str) -> Iterator[str]:
    """To one whose message has every fault there is and is too long, or cannot be shown; to those
    who have nothing to do, who are to wait, and who have sent nothing.
    """
    config, worded = event(language), own_words(language)
    shares = {share.speaker.id: share for share in plan_slot(config, {"zzz": 25 * 1190}).shares}
    for speaker, recording, findings, shown in (
        ("zzz", "zzz.mov", FINDINGS, True),
        ("zzz", "zzz.mov", FINDINGS, False),
        ("zzz", "zzz.mov", (), False),
        ("xxx", "xxx.mov", (), True),
        ("yyy", None, (), False),
    ):
        who, share = config.by_id[speaker], shares[speaker]
        came = Came(who, share, recording, (), findings, shown, 6_000, datetime.now(UTC))
        yield as_page(reply(config, came, worded))
        yield as_page(reply(config, replace(came, late=True), worded))


def advice(language: str) -> Iterator[str]:
    """For everybody, and for one speaker."""
    config = event(language)
    for share in (None, plan_slot(config, {}).shares[0]):
        yield as_page(brief(config, share, own_words(language)))


def sheets(language: str) -> Iterator[str]:
    """With one who says much, one who says little, and one who is missing; with a closing card, and
    with its picture alone.
    """
    frames = {"zzz": 25 * 60, "xxx": 25 * 30}
    captions = {
        speaker: {"en": Captions("en", "script", (Cue(0, 100, ("Vvv " * words,)),), True)}
        for speaker, words in (("zzz", 20), ("xxx", 2))
    }
    for closing in ("6s", "0s"):
        config = event(language, f"cards: {{closing: {closing}}}\n")
        shares = {share.speaker.id: share for share in plan_slot(config, frames).shares}
        rundown = plan_rundown(config, frames)
        yield on_screen(call_sheet(config, rundown, captions, shares, own_words(language)))


def proofs(language: str) -> Iterator[str]:
    """With captions from everywhere, doubts in them, and an introduction."""
    cues, doubts = (Cue(0, 100, ("Vvv.",)),), (Stretch(0, 40, "Vvv"),)
    config, worded = event(language), own_words(language)
    came = Came(config.by_id["zzz"], None, "zzz.mov", (), FINDINGS, True)
    for source in get_args(WordSource):
        made = {"en": Captions("en", source, cues, True, doubts)}
        shown = Shown(config, came, "0" * 64, b"", b"", b"", made, made["en"])
        page = re.sub("<script>.*</script>", "", proof_page(shown, worded), flags=re.S)
        yield page.replace(own_name("en"), "")


WRITTEN = (replies, advice, sheets, proofs)


def english_in(page: str, sentences: Collection[str] = MARKED) -> set[str]:
    """What of our English sentences stands in a page: each whole, or where a field is filled, what
    stands around it.
    """
    _, _, body = page.partition("</style>")
    flat = " ".join(html.unescape(body).split())
    return {piece for piece in pieces_of(sentences) if re.search(_as_words(piece), flat)}


def pieces_of(sentences: Collection[str]) -> set[str]:
    """What stands around fields, where it has words."""
    pieces = {piece.strip() for sentence in sentences for piece in FIELD.split(sentence)}
    return {piece for piece in pieces if re.search(r"\w", piece)}


def _as_words(piece: str) -> str:
    """A pattern for it that finds ``at`` in no other word."""
    before, after = (r"\b" if re.match(r"\w", edge) else "" for edge in (piece[0], piece[-1]))
    return f"{before}{re.escape(piece)}{after}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_the_code_marks_is_translated(language):
    written = catalogue(language)
    untranslated = {
        sentence
        for sentence in MARKED
        if sentence not in written
        or not str(written[sentence].string).strip()
        or written[sentence].fuzzy
    }
    assert untranslated == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_translated_that_the_code_does_not_mark(language):
    written = catalogue(language)
    assert {one.id for one in written if one.id} - MARKED == set()
    assert list(written.obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_fields_of_its_sentence(language):
    differing = [
        one.id
        for one in catalogue(language)
        if one.id and sorted(FIELD.findall(one.id)) != sorted(FIELD.findall(str(one.string)))
    ]
    assert differing == []


def test_english_is_said_where_there_is_no_catalogue():
    assert own_words("ja")("Dear {name},") == "Dear {name},"
    assert own_words("en")("Dear {name},") == "Dear {name},"


def test_a_language_of_a_country_takes_the_words_of_the_language():
    assert own_words("pt-BR")("Dear {name},") == "Olá, {name},"
    assert own_words("de-AT")("Dear {name},") == "Guten Tag {name},"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("made", WRITTEN)
def test_what_is_written_has_no_english_word_of_ours_left(made, language):
    assert set().union(*map(english_in, made(language))) == set()


@pytest.mark.parametrize("made", WRITTEN)
def test_english_words_of_ours_would_be_found(made):
    assert all(english_in(page) for page in made("en"))


def test_replies_are_looked_at_with_all_that_is_told_of_findings():
    tables = (*WARNED.values(), *FAILED.values())
    told = {sentence for table in tables for sentence in table.values()}
    assert set().union(*(english_in(page, told) for page in replies("en"))) == pieces_of(told)
