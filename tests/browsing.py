"""A browser on the review page: Debian's Chromium, driven by Playwright. Where either is missing
these tests are skipped by name; `.ci/run` brings both.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from review_site import Site, served, workspace

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

AXE = find_spec("axe_playwright_python")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


_RUNNING: list[object] = []
"""The Chromium of this worker, once it was started: each file of tests has a fixture of its own."""


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One Chromium for all tests of a worker."""
    if _RUNNING:
        yield _RUNNING[0]
        return
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine (apt-get install chromium)")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        _RUNNING.append(chromium)
        yield chromium
        _RUNNING.clear()
        chromium.close()


@pytest.fixture(scope="session")
def clip(clip_maker: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of three seconds, as a build hands it over."""
    return clip_maker(tmp_path_factory.mktemp("clip") / "clip.mp4", 3)


@pytest.fixture
def event_site(tmp_path: Path, clip: Path) -> Iterator[Callable[..., Site]]:
    """``event_site(config=..., captions=...)``: a workspace with Ana's clip, served."""
    open_sites = []

    def made(reviewers: Mapping[str, str] | None = None, **given: Any) -> Site:
        root = workspace(tmp_path / f"event-{len(open_sites)}", **given)
        shutil.copy(clip, root / "outputs/clips/ana.mp4")
        serving = served(root, reviewers=reviewers)
        open_sites.append(serving)
        return serving.__enter__()

    yield made
    for serving in open_sites:
        serving.__exit__(None, None, None)


@pytest.fixture
def opened(browser: object) -> Iterator[Callable[..., object]]:
    """``opened(site, "speaker/ana")``: a page that is ready; a script that fails fails the test."""
    contexts, errors = [], []

    def page_of(site: Site, page: str = "", **options: object):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        tab = context.new_page()
        watch(tab)
        tab.goto(site.address_of(page), wait_until="domcontentloaded", timeout=120_000)
        if page:
            tab.wait_for_selector("body[data-ready]", timeout=120_000)
        return tab

    def watch(tab) -> None:
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("console", lambda said: "Security Policy" in said.text and errors.append(said.text))

    yield page_of
    for context in contexts:
        context.close()
    assert errors == []


def until(page, condition: str) -> None:
    """Waits until a script says so; asked from outside, since the page runs no script but ours."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def faults(page) -> list[str]:
    """What axe-core finds on a page that is at least moderate; nothing where it is not there."""
    if AXE is None or AXE.origin is None:
        return []
    script = next(Path(AXE.origin).parent.rglob("axe.min.js")).read_text("utf-8")
    page.evaluate(script)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']} ({one['impact']}): {[node['target'] for node in one['nodes']][:3]}"
        for one in found
        if one["impact"] in ("serious", "critical", "moderate")
    ]
