"""A proof as a speaker opens it: from the disk, in Chromium, without a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import AXE, browser, clip, faults, until

from pipeline.config_file import read_config
from pipeline.handover.proof_page import Shown, proof_page
from pipeline.handover.replies import Came
from pipeline.model import Captions, Cue, Stretch
from pipeline.tools.texts.catalogues import own_words

pytestmark = pytest.mark.browser

CONFIG = read_config(
    "title: Micro-credentials\n"
    "slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
    "speakers: [{id: ana, name: Dr Ana Expert, role: Dean}]\n"
)
CUES = (Cue(0, 25, ("Hello all.",)), Cue(30, 50, ("Of the CDFOP,", "no less.")))
HEARD = Captions("en", "whisper", CUES, True, (Stretch(1300, 1500, "CDFOP"),))
SPANISH = Captions("es", "person", (Cue(0, 25, ("Hola a todos.",)),), False)
VERSION = "0123456789" + "0" * 54


@pytest.fixture(scope="session")
def proof(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A proof with captions in two languages."""
    from PIL import Image

    still = tmp_path_factory.mktemp("proof") / "still.jpg"
    Image.new("RGB", (64, 36), "navy").save(still)
    picture = still.read_bytes()
    came = Came(CONFIG.speakers[0], None, "ana.mp4", (), (), shown=True)
    captions = {"en": HEARD, "es": SPANISH}
    shown = Shown(CONFIG, came, VERSION, clip.read_bytes(), picture, picture, captions)
    page = still.with_name("ana.html")
    page.write_text(proof_page(shown, own_words("en")), "utf-8")
    return page


@pytest.fixture
def opened(browser: object, proof: Path) -> Iterator[Callable[..., object]]:
    """``opened(**options)``: the page, offline; whatever it complains of fails the test."""
    contexts, complaints = [], []

    def page_of(**options: object):
        options = {"viewport": {"width": 1280, "height": 800}, **options}
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("console", lambda said: complaints.append(said.text))
        tab.goto(proof.as_uri())
        until(tab, "document.getElementById('film').readyState >= 2")
        return tab

    yield page_of
    for context in contexts:
        context.close()
    assert complaints == []


def saved(page) -> dict[str, object]:
    with page.expect_download() as waiting:
        page.click("#save")
    assert waiting.value.suggested_filename == "corrections-ana.json"
    return json.loads(Path(waiting.value.path()).read_text("utf-8"))


def test_film_and_captions_are_there_without_a_network(opened):
    page = opened()
    assert page.evaluate("document.getElementById('film').videoWidth") == 640
    until(page, "document.getElementById('film').textTracks[0].cues?.length === 2")
    modes = "[...document.getElementById('film').textTracks].map((one) => [one.language, one.mode])"
    assert page.evaluate(modes) == [["en", "showing"], ["es", "disabled"]]


def test_a_doubtful_word_is_a_click_away_from_its_sound(opened):
    page = opened()
    page.click(".doubts button")
    until(page, "document.getElementById('film').currentTime >= 1.3")
    until(page, "document.querySelectorAll('.heard').length === 1")


def test_what_is_changed_is_counted_and_saved_as_a_file_of_its_version(opened):
    page = opened()
    assert page.is_disabled("#save")
    page.fill("[data-language=en] textarea >> nth=1", "Of the <b>Cedefop</b>,\nno less.")
    page.fill("[data-key=name]", "Dr. Ana Expertová")
    assert page.inner_text("#state") == "Changed: 2. Not saved yet."
    assert saved(page) == {
        "perspectives": "corrections",
        "speaker": "ana",
        "version": VERSION,
        "captions": {
            "en": [
                {
                    "start_ms": 1200,
                    "end_ms": 2000,
                    "was": "Of the CDFOP,\nno less.",
                    "now": "Of the <b>Cedefop</b>,\nno less.",
                }
            ]
        },
        "card": {"name": {"was": "Dr Ana Expert", "now": "Dr. Ana Expertová"}},
    }
    said = "Saved as corrections-ana.json. Please send us that file."
    assert page.inner_text("#state") == said


def test_what_is_changed_back_is_no_change(opened):
    page = opened()
    page.fill("[data-key=role]", "Rector")
    page.fill("[data-key=role]", "Dean ")
    assert page.inner_text("#state") == "Nothing is changed yet."


def test_nobody_leaves_unsaved_corrections_by_mistake(opened):
    page = opened()
    page.fill("[data-key=role]", "Rector")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.accept()


def test_without_scripts_the_page_says_how_to_answer(opened, browser, proof):
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(proof.as_uri())
    assert page.is_visible("text=approve 04HM-ASW9")
    assert page.is_visible("text=write your corrections into your reply")
    assert not page.is_visible("text=Save my corrections")
    context.close()
    assert not opened().is_visible("text=write your corrections into your reply")


@pytest.mark.skipif(AXE is None, reason="axe-playwright-python is not installed")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_no_fault_and_nothing_is_wider_than_the_window(opened, width: int, dark: bool):
    scheme = "dark" if dark else "light"
    page = opened(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.fill("[data-key=role]", "Rector")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
