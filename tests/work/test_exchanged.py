"""A logo, a font or weights that are saved anew while a command works make nothing under the key of
what was there before.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import Exchanged
from pipeline.recipe import FileInput, Recipe
from pipeline.tools.running import files, process, received
from pipeline.work.making import make
from pipeline.work.store import Store


class Drawing:
    """Draws the logo that it finds, after ``meanwhile``."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] = lambda: None
        self.runs = 0

    def __call__(self, arguments: list[str], folder: Path, timeout_s: float) -> process.Ended:
        self.runs += 1
        self.meanwhile()
        (folder / "card.png").write_bytes((folder / "logo").read_bytes())
        return process.Ended(0, None, "", "")


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> Drawing:
    """A program in place of the one that draws."""
    stand_in = Drawing()
    monkeypatch.setattr(process, "run", stand_in)
    return stand_in


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """The store of a workspace that has a white logo."""
    (tmp_path / "outputs/.store").mkdir(parents=True)
    (tmp_path / "logo.png").write_bytes(b"white")
    return Store(tmp_path / "outputs/.store")


def logo_of(store: Store) -> Path:
    """Where the logo lies."""
    return store.root.parent.parent / "logo.png"


def card(logo: FileInput) -> Recipe:
    """A card with that logo."""
    return Recipe("ana: cards", "draw", "1", (), ("card.png",), (logo,))


def planned(store: Store) -> Recipe:
    """A card with the logo as it is now."""
    return card(store.file_input(logo_of(store), "logo"))


def saved_anew(store: Store, content: bytes) -> None:
    """As most programs save: another file takes the name, here of the same size and age."""
    logo, other = logo_of(store), logo_of(store).with_name("other")
    other.write_bytes(content)
    os.utime(other, ns=(logo.stat().st_atime_ns, logo.stat().st_mtime_ns))
    other.replace(logo)


def test_a_logo_that_was_saved_anew_before_the_card_is_drawn_is_not_drawn_under_the_old_ones_key(
    store, drawing
):
    white = planned(store)
    saved_anew(store, b"ruddy")
    with pytest.raises(Exchanged) as caught:
        make(store.root, white, (white,))
    assert str(caught.value) == (
        f"{logo_of(store)}: the file was saved anew, or taken away, while this command worked with"
        " it.\n  Next: once it is as it is to be, run the command again: what is finished is kept,"
        " and what shows it is made with the new one.\n  Nothing was handed over; outputs/ stays as"
        " it was."
    )
    assert drawing.runs == 0 and not store.has(white)


def test_once_the_old_logo_is_put_back_it_is_drawn(store, drawing):
    white = planned(store)
    saved_anew(store, b"ruddy")
    with pytest.raises(Exchanged):
        make(store.root, white, (white,))
    saved_anew(store, b"white")
    make(store.root, white, (white,))
    assert store.text(white, "card.png") == "white"


def test_a_logo_that_is_saved_anew_while_a_card_is_drawn_makes_no_card(store, drawing):
    white = planned(store)
    drawing.meanwhile = lambda: saved_anew(store, b"ruddy")
    with pytest.raises(Exchanged):
        make(store.root, white, (white,))
    assert drawing.runs == 1 and not store.has(white)


def test_a_logo_that_is_taken_away_meanwhile_is_named(store, drawing):
    white = planned(store)
    logo_of(store).unlink()
    with pytest.raises(Exchanged, match=r"logo\.png"):
        make(store.root, white, (white,))


def test_a_logo_that_was_only_touched_is_drawn(store, drawing):
    white = planned(store)
    saved_anew(store, b"white")
    make(store.root, white, (white,))
    assert store.text(white, "card.png") == "white"


def test_weights_that_nobody_has_touched_are_not_read_again(store, drawing, monkeypatch):
    white = planned(store)
    monkeypatch.setattr(received, "sha256_of", lambda *_: pytest.fail("3 GB were read again"))
    make(store.root, white, (white,))
    assert store.has(white)


def test_a_logo_that_changes_while_it_is_looked_at_is_nobodys_recording(store, monkeypatch):
    def half(path: Path) -> str:
        path.write_bytes(b"white and more")
        return "half"

    monkeypatch.setattr(files, "sha256_of", half)
    with pytest.raises(Exchanged, match=r"logo\.png"):
        planned(store)
