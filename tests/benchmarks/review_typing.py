"""How long a key takes on the review page, and an edit in the program, with 200 and 2,000 captions.

    python tests/benchmarks/review_typing.py

Needs Chromium and playwright. All is processor time, so that a busy machine tells the same: of the
program, and of the page's own thread (script, style, layout and all else), over 220 keys. Only the
time to the next paint, which is said beside it, is that of the clock.
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
from pipeline.review.server import _Asked, _done

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


def in_the_program(folder: Path, count: int) -> CaptionsFile:
    """Prints what an edit and the rules take; gives the captions."""
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
    return work


KEYS = 220
"""Typed at ten a second: after each eleventh a pause in which all is saved and judged."""
SPLITS = (75, 150)
"""The keys that split a caption instead."""
OBSERVES = """new PerformanceObserver((list) => {
  (window.longTasks ||= []).push(...list.getEntries().map((one) => Math.round(one.duration)));
}).observe({ type: "longtask" });
new PerformanceObserver((list) => {
  (window.keyTimes ||= []).push(...list.getEntries().filter((one) => one.name === "keydown")
    .map((one) => one.duration));
}).observe({ type: "event", durationThreshold: 16 })"""


def in_the_browser(page: Page, address: str, count: int, work: CaptionsFile) -> None:
    """Prints what a key takes in the middle of the captions, on average and at worst: the page's
    own thread in the 100 ms from one key to the next, what the page does by itself taken off the
    average; and by the clock of this machine from the key to the next paint.
    """
    page.route("**/api/captions/**", lambda route: answered(route, work))
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
    idle = (worked_ms() - before) / 60
    page.evaluate(OBSERVES)
    spent: list[tuple[float, str]] = []
    for number in range(KEYS):
        key, pause = ("a b c d e f g h i j Space".split()[number % 11], 100)
        if number % 11 == 10:
            pause = 900
        if number in SPLITS:
            for step in ("Control+Home", "Control+ArrowRight", "Control+ArrowRight"):
                page.keyboard.press(step)
            key, pause = "Alt+Enter", 400
        before = worked_ms()
        page.keyboard.press(key)
        page.wait_for_timeout(pause)
        spent.append((worked_ms() - before - idle * pause / 100, key))
    worst = sorted(spent, reverse=True)[:5]
    by_clock = sorted(page.evaluate("window.keyTimes || []"), reverse=True)[:5]
    long_tasks = page.evaluate("window.longTasks || []")
    mean = sum(one for one, _ in spent) / KEYS
    said = ", ".join(f"{one:.0f} ms ({key})" for one, key in worst)
    print(f"{count:5} captions, a key with all that follows: {mean:.1f} ms; at worst {said}")
    print(f"{'':15} to the next paint at worst {by_clock} ms; tasks over 50 ms: {long_tasks}")


def answered(route: Route, work: CaptionsFile) -> None:
    """What the program answers, by its own functions."""
    url, facts = route.request.url, work.limits
    if url.endswith("/rules"):
        route.fulfill(json=views.rules(read_config(CONFIG), work))
    elif "/since/" in url:
        known = int(url.rsplit("/", 1)[-1])
        route.fulfill(json={**views.changes(work, known), "others": []})
    elif route.request.method == "POST":
        asked = _Asked(**route.request.post_data_json)
        _done(work, asked, (), "Ana")
        route.fulfill(json=views.changes(work, asked.known))
    else:
        burn = {"aspect": [16, 9], "em": 0.046, "pad": 0.01, "foot": 0.06, "lifted": 0.24}
        sheet = {
            "rate": [25, 1], "frames": facts.clip_frames, "file": "ana.en.srt", "rtl": False,
            "heard": True, "most": {"cps": 20, "length": 42}, "burn": {**burn, "lifted_until": 0},
            "lines": views.lines(work.sheet.lines, work),
        }  # fmt: skip
        route.fulfill(json={**views.changes(work, work.version), **sheet})


def main() -> None:
    """Measures both sizes."""
    root = workspace(Path(tempfile.mkdtemp()) / "event")
    with served(root) as site, sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for count in (200, 2000):
            folder = root / f"{count}/inputs/captions"
            folder.mkdir(parents=True)
            work = in_the_program(folder, count)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            in_the_browser(page, site.address_of("speaker/ana"), count, work)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
