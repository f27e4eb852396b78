"""A drawing that takes letters from other fonts of this machine is made again when those change;
any other stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY
from recorded_hands import Recorded, arrived, at_work

from pipeline.commands import session
from pipeline.commands.build import build
from pipeline.commands.correspondence import write_brief
from pipeline.commands.stills import contact_sheet, still_of_card
from pipeline.event import Workspace
from pipeline.handover.print import Document, plan_pages
from pipeline.message.further_fonts import IN_OURS, with_further_fonts
from pipeline.recipe import Recipe
from pipeline.tools.drawing import caption_fonts, fonts, installed
from pipeline.work.bench import Bench
from pipeline.work.store import Store

THAI = "ดร. สมชาย"
NOTED = "installed fonts.txt"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The one folder of this machine in which fonts are installed; there are none yet."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    monkeypatch.setattr(fonts, "_FOLDERS", (str(folder),))
    monkeypatch.setattr(fonts, "_home_folders", list)
    installed.look_again()
    yield folder
    installed.look_again()


def install(folder: Path, letters: str, name: str = "NotoSansThai-Regular") -> None:
    """A font with such letters, by a machine's package manager."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    for at, place in enumerate(((50, 0), (50, 600), (450, 600), (450, 0))):
        (pen.lineTo if at else pen.moveTo)(place)
    pen.closePath()
    codes = sorted({32, *map(ord, letters)})
    glyphs = {f"u{code:04X}": pen.glyph() for code in codes}
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", *glyphs])
    font.setupCharacterMap({code: f"u{code:04X}" for code in codes})
    font.setupGlyf({".notdef": TTGlyphPen(None).glyph(), **glyphs})
    font.setupHorizontalMetrics(dict.fromkeys((".notdef", *glyphs), (500, 50)))
    font.setupHorizontalHeader(ascent=900, descent=-200)
    font.setupNameTable({"familyName": name, "styleName": "Regular", "fullName": name})
    font.setupOS2(usWinAscent=900, usWinDescent=200)
    font.setupPost()
    font.save(folder / f"{name}.ttf")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "store").mkdir()
    return Bench(Store(tmp_path / "store"), None, None)  # type: ignore[arg-type]


def page(text: str) -> Recipe:
    """One page to be printed."""
    block = {"kind": "text", "text": text}
    return plan_pages("run of show", {"rundown.pdf": Document("Day", "en", False, (block,))}, "1")


def drawing(bench: Bench, request: str, own: Path | None = None) -> Recipe:
    """A card in the fonts of a brand: Source Sans Pro, and its ``own`` where it has one."""
    paths = {f"sans-{one}": fonts.font_file(one.capitalize()) for one in fonts.WEIGHTS}
    paths |= dict.fromkeys((f"own-{one}" for one in fonts.WEIGHTS), own) if own else {}
    files = (bench.store.file_input(path, f"fonts/{name}.ttf") for name, path in paths.items())
    texts = (("wording.json", request),)
    return Recipe("ana: cards", "draw", "1", (), ("words.png",), tuple(files), texts)


@pytest.mark.parametrize("weight", ["Regular", "Semibold", "Bold"])
def test_the_letters_that_are_not_looked_for_are_in_our_own_font(weight):
    assert set(map(chr, fonts.letters_of(fonts.font_file(weight)))) >= IN_OURS


def test_no_font_is_opened_for_a_name_of_western_europe(bench, machine, monkeypatch):
    card = drawing(bench, '{"pictures": [{"fields": {"name": "Dr Łucja Nuñez – Ōkura"}}]}')
    plain = page("Señor Ōkura, “Tecnológico”")
    with monkeypatch.context() as patched:
        patched.setattr(fonts, "letters_of", lambda _: pytest.fail("a font was opened"))
        patched.setattr(installed, "digest", lambda: pytest.fail("fonts were looked for"))
        assert with_further_fonts(bench, card) is card
        assert with_further_fonts(bench, plain) is plain


def test_a_name_that_our_font_has_is_the_same_work_whatever_is_installed(bench, machine):
    card = drawing(bench, '{"pictures": [{"fields": {"name": "Щербакова Nguyễn Kɔfi"}}]}')
    install(machine, "Щɔ")
    assert with_further_fonts(bench, card) is card


def test_what_is_not_to_be_read_takes_no_letters(bench, machine):
    card = drawing(bench, f'{{"called": {{"logo": "{THAI}.png"}}, "pictures": []}}')
    assert with_further_fonts(bench, card) is card


@pytest.mark.parametrize("change", ["another", "exchanged"])
def test_a_text_with_other_letters_is_other_work_once_other_fonts_are_installed(
    bench, machine, change
):
    texts = page(THAI), drawing(bench, f'{{"pictures": [{{"fields": {{"name": "{THAI}"}}}}]}}')
    install(machine, "x", "Other")
    installed.look_again()
    before = [with_further_fonts(bench, one).key for one in texts]
    installed.look_again()
    assert [with_further_fonts(bench, one).key for one in texts] == before
    install(machine, THAI, "NotoSansThai" if change == "another" else "Other")
    installed.look_again()
    assert not {with_further_fonts(bench, one).key for one in texts} & set(before)


def test_a_country_whose_capitals_our_font_lacks_may_take_them_from_another(bench, machine):
    card = drawing(bench, '{"pictures": [{"fields": {"country": "Kɔlɔmbia"}}]}')
    assert NOTED in dict(with_further_fonts(bench, card).texts)


def test_a_brand_font_that_has_all_letters_needs_no_other(bench, machine, tmp_path):
    request = f'{{"pictures": [{{"fields": {{"name": "{THAI}"}}}}]}}'
    install(tmp_path, THAI, "brand")
    card = drawing(bench, request, tmp_path / "brand.ttf")
    assert with_further_fonts(bench, card) is card
    install(tmp_path, THAI[:-1], "other")  # without the last letter
    lacking = drawing(bench, request, tmp_path / "other.ttf")
    assert NOTED in dict(with_further_fonts(bench, lacking).texts)


def test_a_text_of_letters_that_two_fonts_have_between_them_may_take_a_third(
    bench, machine, tmp_path
):
    """Each text is set in one font where that can be."""
    install(tmp_path, THAI, "brand")
    request = f'{{"pictures": [{{"fields": {{"name": "Dr {THAI}"}}}}]}}'
    card = drawing(bench, request, tmp_path / "brand.ttf")
    assert NOTED in dict(with_further_fonts(bench, card).texts)


# --- in commands ----------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path, machine: Path) -> Path:
    """A workspace in which Ana's name is Thai."""
    folder = tmp_path / "event"
    folder.mkdir()
    config = arrived(folder) / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("Dr Ana Expert", THAI), "utf-8")
    return folder


def ran(root: Path) -> list[str]:
    """What a build drew and printed."""
    hands = Recorded()
    installed.look_again()
    with at_work(root, hands) as (event, bench):
        build(event, bench)
    return sorted(one for one in hands.told if "cards" in one or "run of show" in one)


def test_once_the_font_of_a_name_is_installed_its_cards_are_drawn_again_and_nobody_elses(
    root, machine
):
    assert {"ana: cards", "bo: cards, holding"} <= set(ran(root))
    assert ran(root) == []
    install(machine, THAI)
    assert ran(root) == ["ana: cards", "run of show"]
    assert ran(root) == []


def test_explain_says_that_it_is_the_fonts_that_are_others(root, machine):
    ran(root)
    install(machine, THAI)
    installed.look_again()
    with at_work(root, Recorded(), dry=True) as (event, bench):
        build(event, bench)
    assert ("ana: cards", "installed fonts changed") in bench.would_run


class Noting(Recorded):
    """Keeps what was asked for."""

    def make(self, root: Path, command: Recipe, fills: tuple[Recipe, ...]) -> None:
        self.asked = [*getattr(self, "asked", []), command]
        super().make(root, command, fills)


DRAW = ("draw", "paper", "thumbnail", "sheet")


def test_whatever_is_drawn_with_such_letters_depends_on_the_fonts_that_are_installed(root):
    config = (root / "config.yaml").read_text("utf-8")
    more = "publish: yes\ndeliveries: {podcast: {kind: audio}}\n"
    config = config.replace("Test segment", THAI).replace("Dr Bo Expert", THAI)
    (root / "config.yaml").write_text(config + more, "utf-8")
    hands = Noting()
    with at_work(root, hands) as (event, bench):
        build(event, bench)
        still_of_card(event, bench, "ana")
        contact_sheet(event, bench, None)
        write_brief(event, bench)
    drawn = [one for one in hands.asked if one.tool in DRAW and "grounds" not in one.task]
    assert {one.tool for one in drawn} == {*DRAW}
    assert [one.task for one in drawn if NOTED not in dict(one.texts)] == []


def test_no_drawing_is_planned_past_the_fonts_that_are_installed():
    for path in (REPOSITORY / "pipeline").rglob("*.py"):
        text = path.read_text("utf-8")
        planned = any(f'version("{tool}")' in text for tool in DRAW)
        assert not planned or "with_further_fonts(" in text, path


def test_a_review_that_goes_on_sees_a_font_once_it_is_installed(root, machine):
    """Its next build draws the captions with it."""
    letters = frozenset(map(ord, THAI))
    with session.opened(Workspace(root), Silent()):
        assert caption_fonts.missing_letters(letters, caption_fonts.caption_fonts(letters, "th"))
    install(machine, THAI)
    with session.opened(Workspace(root), Silent()):
        drawn_by = caption_fonts.caption_fonts(letters, "th")
    assert [path.name for _, path in drawn_by] == ["NotoSansThai-Regular.ttf"]
    assert not caption_fonts.missing_letters(letters, drawn_by)


class Silent:
    """Nobody watches the work."""

    def begin(self, places: int) -> None:
        """Not of interest."""
