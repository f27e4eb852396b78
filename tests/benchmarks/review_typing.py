"""How long a key takes on the review page, and an edit in the program, with 200 and 2,000 captions.

    python tests/benchmarks/review_typing.py

Needs Chromium and playwright. All is processor time, so that a busy machine tells the same: of the
program, and of the page's own thread (script, style, layout and all else), over 60 keys.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Page, Route, sync_playwright
from review_site import served, workspace

from pipeline.captions.cues.style import CaptionStyle
from pipeline.captions.edit import moves
from pipeline.captions.edit.moves import Limits
from pipeline.captions.edit.sheet import Sheet
from pipeline.config_file import read_config
from pipeline.model import Cue, Word
from pipeline.review import views
from pipeline.review.captions_file import CaptionsFile, Place

RATE = Fraction(25)
TEXT = ("and so the second of these", "is what we had in mind then")
CONFIG = """title: T
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers: [{id: ana, name: Dr Ana Klinkum}]
"""


def opened(folder: Path, count: int) -> CaptionsFile:
    """A file of ``count`` captions whose words were all heard."""
    cues = [Cue(place * 75, place * 75 + 70, TEXT) for place in range(count)]
    heard = [
        Word(text, place * 3000 + number * 230, place * 3000 + number * 230 + 200)
        for place in range(count)
        for number, text in enumerate(" ".join(TEXT).split())
    ]
    limits = Limits(CaptionStyle(), "en", RATE, count * 75)
    return CaptionsFile(Place(folder, "ana.en.srt"), limits, cues, heard)


def in_the_program(count: int) -> dict:
    """Prints what an edit and the rules take; gives the page's captions."""
    folder = Path(tempfile.mkdtemp()) / "inputs/captions"
    folder.mkdir(parents=True)
    work = opened(folder, count)

    def move(sheet: Sheet):
        return moves.reworded(sheet, count // 2, sheet.lines[count // 2 - 1].cue.lines, ["Other"])

    for what, doing in (
        ("an edit, saved", lambda: work.edit(move, "Ana")),
        ("all the rules", lambda: views.rules(read_config(CONFIG), work)),
        ("the rules after an edit", lambda: views.rules(read_config(CONFIG), work)),
        ("opening it again", lambda: opened(folder, count)),
    ):
        begun = time.process_time()
        doing()
        print(f"{count:5} captions, {what}: {(time.process_time() - begun) * 1000:.0f} ms")
    shutil.rmtree(folder.parent.parent)
    lines = views.lines(work.sheet.lines, work)
    return {"version": 0, "undo": 0, "redo": 0, "steps": [], "aside": [], "lines": lines}


def in_the_browser(page: Page, address: str, count: int, sheet: dict) -> None:
    """Prints what a key takes, typed at ten a second into the middle of the captions; what the
    page does by itself is taken off.
    """
    burn = {"aspect": [16, 9], "em": 0.046, "pad": 0.01, "foot": 0.06, "lifted": 0.24}
    facts = {
        "rate": [25, 1], "frames": count * 75, "file": "ana.en.srt", "rtl": False, "heard": True,
        "most": {"cps": 20, "length": 42}, "burn": {**burn, "lifted_until": 0},
    }  # fmt: skip

    def answer(route: Route) -> None:
        if route.request.url.endswith("/rules"):
            broken = {line[0]: [{"rule": "x", "severity": "breach", "said": "too long"}]
                      for line in sheet["lines"][::3]}  # fmt: skip
            route.fulfill(json={"version": 0, "broken": broken, "names": {}})
        else:
            route.fulfill(json={**sheet, **facts})

    page.route("**/api/captions/**", answer)
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_selector("body[data-ready]", timeout=120_000)
    page.wait_for_timeout(1500)
    page.locator("#cues textarea").nth(count // 2).focus()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked_ms() -> float:
        found = session.send("Performance.getMetrics")["metrics"]
        return 1000 * sum(one["value"] for one in found if one["name"] == "TaskDuration")

    before = worked_ms()
    page.wait_for_timeout(6000)
    idle = worked_ms() - before
    before = worked_ms()
    for number in range(60):
        page.keyboard.press("abcdefghij "[number % 11])
        page.wait_for_timeout(100)
    spent = worked_ms() - before
    print(f"{count:5} captions, a key with all that follows: {(spent - idle) / 60:.1f} ms")


def main() -> None:
    """Measures both sizes."""
    root = workspace(Path(tempfile.mkdtemp()) / "event")
    with served(root) as site, sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for count in (200, 2000):
            sheet = in_the_program(count)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            in_the_browser(page, site.address_of("speaker/ana"), count, sheet)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
