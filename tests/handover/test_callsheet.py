"""The moderator's sheet: when who is on, how a name is said, what they begin and end with; as a
page, and as a PDF file that is read back.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from fonts import needs_letters

from pipeline.config_file import read_config
from pipeline.handover.callsheet import CallSheet, call_sheet, on_paper, on_screen
from pipeline.handover.print import Document, plan_pages
from pipeline.model import Captions, Cue
from pipeline.plan.rundown import plan_rundown
from pipeline.plan.slot import plan_slot
from pipeline.recipe import Recipe
from pipeline.tools.running.programs import command

EVENT = """title: Micro-credentials
event: Webinar
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers:
  - {id: ann, name: Dr Ann Lee, role: Dean, organisation: NZQA, country: New Zealand, say: AN lee}
  - {id: bo, name: Bo <b>Ek</b>}
"""
WORDS = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
LONG = f"{WORDS} sixteen seventeen eighteen nineteen twenty."


def sheet(words: str = LONG, event: str = EVENT, draft: bool = False) -> CallSheet:
    """Ann speaks for a minute, Bo is missing."""
    config = read_config(event)
    cues = (Cue(0, 100, (words,)),)
    captions = {"ann": {"en": Captions("en", "script", cues, draft)}}
    frames = {"ann": 60 * 25}
    shares = {share.speaker.id: share for share in plan_slot(config, frames).shares}
    return call_sheet(config, plan_rundown(config, frames), captions, shares, str)


def printed(made: CallSheet, folder: Path) -> bytes:
    """The sheet as the program lays it out."""
    laid_out(plan_pages("run of show", {"rundown.pdf": on_paper(made)}, "1"), folder)
    return (folder / "rundown.pdf").read_bytes()


def laid_out(recipe: Recipe, folder: Path) -> str:
    """What the program says that lays out the pages of a recipe."""
    for name, text in recipe.texts:
        (folder / name).write_text(text, "utf-8")
    return subprocess.run(command(recipe.tool, recipe.arguments), cwd=folder, check=True,
                          capture_output=True, text=True, timeout=120).stdout  # fmt: skip


def test_each_item_stands_on_the_events_clock_with_its_length():
    items = [(item.clock, item.what, item.length) for item in sheet().items]
    assert items == [
        ("14:30:00", "Opening card", "8 s"),
        ("14:30:08", "Title card", "6 s"),
        ("14:30:14", "Dr Ann Lee", "1:00"),
        ("14:31:14", "Bo <b>Ek</b>", "6 s"),
        ("14:31:20", "Closing card", "6 s"),
    ]
    assert sheet().closing == "Back to the moderator at 14:31:26"


def test_a_moderator_reads_how_a_name_is_said_who_it_is_and_the_first_and_last_words():
    assert [line.text for line in sheet().items[2].lines] == [
        "say: AN lee",
        "Dean, NZQA, New Zealand",
        "begins: “One two three four five six seven eight nine …”",
        "ends: “… twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty.”",
    ]


def test_a_short_message_is_told_whole():
    assert "says: “Hello all.”" in [line.text for line in sheet("Hello all.").items[2].lines]


def test_what_may_still_change_is_said():
    made = sheet(draft=True)
    assert made.items[2].lines[-1].text == "Its captions are a draft."
    (awaited,) = made.items[3].lines
    assert (awaited.text, awaited.emphasis) == ("Message to follow; it may last 9:39.", "loud")
    assert made.opening[-1] == (
        "To follow: Bo <b>Ek</b>. What comes after them moves when they are there."
    )


def test_names_are_text_on_the_page():
    page = on_screen(sheet())
    assert "<b>" not in page and "Bo &lt;b&gt;Ek&lt;/b&gt;" in page


def test_names_and_roles_in_another_script_turn_nothing_about_beside_them():
    event = EVENT.replace("Dr Ann Lee", "د. محمد").replace("Dean, organisation: NZQA,", "عميد,")
    page = on_screen(sheet(event=event))
    assert "<h2><bdi>د. محمد</bdi></h2>" in page
    assert "<bdi>عميد, New Zealand</bdi></p>" in page
    assert 'dir="auto"' not in page  # a line of its own direction would stand at the far side


def test_the_printed_sheet_is_a4_and_says_what_the_page_says(tmp_path):
    pdf = pypdfium2.PdfDocument(printed(sheet(), tmp_path))
    assert len(pdf) == 1
    assert [round(side) for side in pdf[0].get_size()] == [595, 842]
    text = " ".join(pdf[0].get_textpage().get_text_range().split())
    for said in ("14:30:14", "Dr Ann Lee", "say: AN lee", "Bo <b>Ek</b>", "Message to follow; it",
                 "Back to the moderator at 14:31:26"):  # fmt: skip
        assert said in text


def test_the_same_sheet_prints_to_the_same_bytes(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    assert printed(sheet(), first) == printed(sheet(), second)


def test_a_long_programme_is_printed_on_several_pages_without_tearing_an_item(tmp_path):
    many = EVENT + "".join(f"  - {{id: s{n}, name: Speaker {n}}}\n" for n in range(30))
    config = read_config(many)
    frames = {speaker.id: 25 * 30 for speaker in config.speakers}
    shares = {share.speaker.id: share for share in plan_slot(config, frames).shares}
    cues = (Cue(0, 100, (LONG,)),)
    captions = {one: {"en": Captions("en", "script", cues, False)} for one in frames}
    made = call_sheet(config, plan_rundown(config, frames), captions, shares, str)
    pdf = pypdfium2.PdfDocument(printed(made, tmp_path))
    texts = [page.get_textpage().get_text_range() for page in pdf]
    assert len(texts) > 2
    for number in range(30):
        (page,) = [text for text in texts if f"Speaker {number}\r\n" in text]
        assert page.count("begins:") == page.count("ends:")


@pytest.mark.fonts
def test_names_in_other_scripts_are_drawn(tmp_path):
    needs_letters("สมชาย ใจดี")
    needs_letters("王小明")
    event = EVENT.replace("Dr Ann Lee", "สมชาย ใจดี").replace("Bo <b>Ek</b>", "王小明")
    recipe = plan_pages("run of show", {"rundown.pdf": on_paper(sheet(event=event))}, "1")
    said = laid_out(recipe, tmp_path)
    assert json.loads(said) == {"missing": ""}
    text = pypdfium2.PdfDocument((tmp_path / "rundown.pdf").read_bytes())[0].get_textpage()
    assert "王小明" in text.get_text_range()


@pytest.mark.fonts
def test_what_follows_a_line_in_another_script_can_be_read(tmp_path):
    others = ("東京大学", "สมชาย ใจดี", "دكتور محمد")
    for other in others:
        needs_letters(other)
    said = [
        {"kind": "text", "text": text, "bold": bold}
        for bold in (False, True)
        for other in others
        for text in (other, f"after {other[0]}", f"{other} " * 15 + "four score", "ends")
    ]
    recipe = plan_pages("pages", {"page.pdf": Document("Page", "en", False, tuple(said))}, "1")
    laid_out(recipe, tmp_path)
    (page,) = pypdfium2.PdfDocument((tmp_path / "page.pdf").read_bytes())
    text = page.get_textpage().get_text_range()
    for other in others:
        assert text.count(f"{other}\r\nafter {other[0]}\r\n") == 2
    assert text.count("score") == text.count("\r\nends\r\n") == 6
