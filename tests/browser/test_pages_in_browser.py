"""The pages that are handed over: nothing that a screen reader or a telephone stumbles over."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import AXE, browser, faults

from pipeline.config_file import read_config
from pipeline.findings import About
from pipeline.handover.advice import brief
from pipeline.handover.callsheet import call_sheet, on_screen
from pipeline.handover.letters import as_page
from pipeline.handover.pack import listed, readme_page
from pipeline.handover.rehearsal_page import rehearsal_page
from pipeline.handover.report_page import Told, report_page
from pipeline.model import Captions, Cue
from pipeline.plan.pieces import piece_name
from pipeline.plan.rundown import plan_rundown
from pipeline.plan.slot import plan_slot
from pipeline.plan.watched import Meter

pytestmark = pytest.mark.browser

CONFIG = read_config("""title: International perspectives on micro-credentials
event: Webinar
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
deadline: 2021-09-10 18:00
speakers:
  - {id: ann, name: Dr Ann Wold-McCormick, role: Vice Provost and Registrar, country: Mexico}
  - {id: bo, name: Bo Ek}
""")
FRAMES = {"ann": 1500, "bo": 1500}
RUNDOWN = plan_rundown(CONFIG, FRAMES)
SLOT = plan_slot(CONFIG, FRAMES)
CAPTIONS = {"ann": {"en": Captions("en", "whisper", (Cue(0, 100, ("Good morning.",)),), True)}}
FOUND = About("ann", "ann.mov").warning("captions-draft", "Captions are a DRAFT.", "Correct them.")


def report() -> str:
    """A report in which something is to be done, with a curve and all tables."""
    metered = Meter(-16.0, -1.2, tuple([-16.0] * (RUNDOWN.frames // 25)))
    found, worked_s = (FOUND,), {"words": 61.5, "other": 12.0}
    told = Told(
        CONFIG, RUNDOWN, SLOT, (), found, found, found, CAPTIONS, {0: b""}, metered, worked_s
    )
    return report_page(told)


def run_of_show() -> str:
    shares = {share.speaker.id: share for share in SLOT.shares}
    return on_screen(call_sheet(CONFIG, RUNDOWN, CAPTIONS, shares, str))


def readme() -> str:
    names = [piece_name(number, item) for number, item in enumerate(RUNDOWN.items, 1)]
    others = {"segment.mp4": "all of it"}
    return readme_page(CONFIG, RUNDOWN, listed(CONFIG, RUNDOWN, names), others)


PAGES = {
    "report": report,
    "run of show": run_of_show,
    "letter": lambda: as_page(brief(CONFIG, SLOT.shares[0], str)),
    "pack": readme,
    "rehearsal": lambda: rehearsal_page(Path("/home/ana/events/My rehearsal")),
}


@pytest.mark.skipif(AXE is None, reason="axe-playwright-python is not installed")
@pytest.mark.parametrize("what", PAGES)
def test_axe_finds_no_fault_and_nothing_is_wider_than_the_window(
    browser, tmp_path: Path, what: str
):
    file = tmp_path / "page.html"
    file.write_text(PAGES[what](), "utf-8")
    for width in (375, 1280):
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme
            )
            page = context.new_page()
            page.goto(file.as_uri())
            assert faults(page) == [], (width, scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            context.close()
