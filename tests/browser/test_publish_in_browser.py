"""The page of outputs/publish/ in Chromium: from the disk, and from a plain web server."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from browsing import AXE, browser, clip, faults, until

from pipeline.config_file import read_config
from pipeline.handover.publish_page import Film, Words, publish_page
from pipeline.handover.transcripts import clip_transcript
from pipeline.model import Captions, Cue, RundownItem
from pipeline.plan.chapters import Span
from pipeline.tools.texts.catalogues import own_words
from pipeline.tools.texts.subtitles import write_vtt

pytestmark = pytest.mark.browser

CONFIG = read_config(
    "title: Micro-credentials\n"
    "slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
    "speakers: [{id: ana, name: Dr Ana Expert, role: Dean}, {id: bo, name: Dr Bo}]\n"
)
RATE = Fraction(25)
ENGLISH = tuple(Cue(3 * at, 3 * at + 3, (f"These are words number {at}.",)) for at in range(25))
SPANISH = (Cue(0, 25, ("Hola a todos.",)), Cue(30, 50, ("Gracias.",)))


def words(language: str, cues: tuple[Cue, ...]) -> Words:
    paragraphs = tuple(cue.start_frame for cue in cues)
    made = Captions(language, "script", cues, False, (), paragraphs)
    told = clip_transcript(CONFIG, CONFIG.speakers[0], made)
    return Words(language, {"en": "English", "es": "Español"}[language],
                 write_vtt(cues, RATE), "", told)  # fmt: skip


def film(base: str, heading: str = "") -> Film:
    item = RundownItem("message", "Dr Ana", 0, 75, "ana")
    chapters = (Span(0, 25, item), Span(25, 75, item, "And then"))
    spoken = (words("en", ENGLISH), words("es", SPANISH))
    return Film(base, f"Message of {base}", heading, RATE, spoken, chapters, files=(f"{base}.mp4",))


@pytest.fixture(scope="session")
def folder(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page of a segment, and one (clips.html) of two messages."""
    from PIL import Image

    made = tmp_path_factory.mktemp("publish")
    worded = own_words("en")
    for name in ("segment", "ana", "bo"):
        shutil.copy(clip, made / f"{name}.mp4")
        Image.new("RGB", (64, 36), "navy").save(made / f"{name}.jpg")
    page = publish_page(CONFIG, [film("segment")], worded)
    (made / "index.html").write_text(page, "utf-8")
    both = [film("ana", "Dr Ana Expert, Dean"), film("bo", "Dr Bo")]
    (made / "clips.html").write_text(publish_page(CONFIG, both, worded), "utf-8")
    return made


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    """The folder on a plain web server."""
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    serve = functools.partial(quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def opened(browser: object) -> Iterator[Callable[..., object]]:
    """``opened(address, **options)``: the page; whatever it complains of fails the test."""
    contexts, complaints = [], []

    def page_of(address: str, **options: object):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("console", lambda said: complaints.append(said.text))
        tab.goto(address)
        until(tab, "document.querySelector('video').readyState >= 2")
        return tab

    yield page_of
    for context in contexts:
        context.close()
    assert [one for one in complaints if "favicon" not in one and "404" not in one] == []


@pytest.fixture(params=["disk", "server"])
def page(request, opened, folder, address):
    where = (folder / "index.html").as_uri() if request.param == "disk" else f"{address}index.html"
    return opened(where)


MODES = "[...document.querySelector('video').textTracks].map((one) => one.mode)"


def test_from_the_disk_and_from_a_server_film_poster_and_captions_are_there(page):
    assert page.evaluate("document.querySelector('video').videoWidth") == 640
    until(page, "document.querySelector('video').textTracks[0].cues?.length === 25")
    assert page.evaluate(MODES) == ["showing", "disabled"]
    poster = "fetch ? new Image() : 0; (async () => { const one = new Image();"
    poster += " one.src = document.querySelector('video').poster; await one.decode();"
    assert page.evaluate(f"{poster} return one.naturalWidth }})()") == 64


def test_a_language_is_chosen_for_captions_and_words_together(page):
    page.select_option("select", label="Español")
    assert page.evaluate(MODES) == ["disabled", "showing"]
    assert page.is_visible("text=Hola a todos.") and not page.is_visible("text=words number 3.")
    page.select_option("select", label="No captions")
    assert page.evaluate(MODES) == ["disabled", "disabled"]
    assert page.is_visible("text=Hola a todos.")


def test_the_players_own_menu_and_ours_say_the_same(page):
    page.evaluate("""() => { const tracks = document.querySelector('video').textTracks;
        tracks[0].mode = 'disabled'; tracks[1].mode = 'showing' }""")
    until(page, "document.querySelector('select').value === '1'")
    assert page.is_visible("text=Hola a todos.")


def test_a_click_on_words_goes_to_them_and_the_words_follow_the_film(page):
    page.click("text=These are words number 20.")
    until(page, "document.querySelector('video').currentTime >= 2.4")
    until(page, "Number(document.querySelector('.heard')?.dataset.start) >= 2400")


def test_the_words_scroll_in_their_box_to_what_is_heard_and_the_page_stays(opened, folder):
    page = opened((folder / "index.html").as_uri(), viewport={"width": 1280, "height": 420})
    page.evaluate("document.querySelector('.scroll').style.maxHeight = '8rem'")
    page.click(".chapters .jump >> nth=1")
    until(page, "document.querySelector('.scroll').scrollTop > 50")
    until(page, "document.querySelector('video').ended")
    box = page.locator(".scroll").bounding_box()
    last = page.locator(".cue >> nth=24").bounding_box()
    assert box["y"] - 40 < last["y"] < box["y"] + box["height"] + 40


def test_a_chapter_is_a_click_away_and_says_that_it_is_on(page):
    page.click(".chapters .jump >> nth=1")
    until(page, "document.querySelector('video').currentTime >= 1")
    until(page, "document.querySelector('.chapters [aria-current]').dataset.ms === '1000'")
    assert page.url.endswith("index.html")


def test_all_of_it_can_be_done_with_the_keys_alone(page):
    page.focus(".chapters .jump >> nth=1")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('video').currentTime >= 1")
    page.focus("select")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(MODES) == ["disabled", "showing"]


def test_one_message_does_not_move_the_other(opened, folder):
    page = opened((folder / "clips.html").as_uri())
    page.click("article >> nth=1 >> text=These are words number 20.")
    until(page, "document.querySelectorAll('video')[1].currentTime >= 2.4")
    assert page.evaluate("document.querySelectorAll('video')[0].currentTime") == 0


def test_without_scripts_it_can_be_watched_and_read(browser, folder):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "index.html").as_uri())
    assert page.is_visible("video") and page.is_visible("text=These are words number 0.")
    assert not page.is_visible("select")
    context.close()


@pytest.mark.skipif(AXE is None, reason="axe-playwright-python is not installed")
@pytest.mark.parametrize("name", ["index.html", "clips.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_it_is_accessible_and_nothing_runs_off_the_side(opened, folder, name, scheme, width):
    size = {"width": width, "height": 800}
    page = opened((folder / name).as_uri(), color_scheme=scheme, viewport=size)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("summary >> nth=0")
    assert faults(page) == []
