"""Themes are data: each readable as it is written, each unlike the others, and a producer's own
colours stand in its place.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid
from pipeline.event import Workspace
from pipeline.message.drawings import brand_files
from pipeline.plan.branding import brand_findings
from pipeline.plan.sheet import plan_sheet, with_theme
from pipeline.recipe import FileInput
from pipeline.themes import DEFAULT, THEMES
from pipeline.tools.drawing import fonts

BARE = (
    "title: T\nslot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
    "speakers: [{id: ann, name: Ann}, {id: ben, name: Professor Benjamin Longname}]\n"
)


def event(brand: str = "{}") -> Config:
    return read_config(f"{BARE}brand: {brand}\n")


# --- the table ------------------------------------------------------------------------------------


def test_an_event_that_names_no_theme_looks_as_events_did_before_there_were_any():
    worn = event().brand.worn
    assert (DEFAULT, worn) == ("orbit", THEMES["orbit"])
    assert (worn.background, worn.text, worn.accent) == ("#0b3c5d", "#ffffff", "#f2b134")
    assert (worn.family, worn.layout, worn.motif, worn.strap) == ("sans", "left", "rings", "bar")


@pytest.mark.parametrize("name", THEMES)
def test_every_theme_can_be_read_as_it_is_written(name):
    assert brand_findings(event(f"{{theme: {name}}}")) == ()


def test_no_two_themes_are_one_drawing_in_other_colours():
    motifs = [theme.motif for theme in THEMES.values()]
    straps = [theme.strap for theme in THEMES.values()]
    assert len(set(motifs)) == len(motifs) >= 3
    assert len(set(straps)) == len(straps)
    assert len({theme.layout for theme in THEMES.values()}) >= 3


def test_a_producers_own_colour_stands_in_place_of_the_themes():
    worn = event('{theme: journal, accent: "#005500"}').brand.worn
    assert (worn.accent, worn.background, worn.motif) == (
        "#005500",
        THEMES["journal"].background,
        "frame",
    )


# --- contrast -------------------------------------------------------------------------------------


def test_a_brand_that_cannot_be_read_is_told_its_contrast_and_what_is_drawn_instead():
    text, accent = brand_findings(
        event('{background: "#ffd500", text: "#ffffff", accent: "#ffee88"}')
    )
    assert (text.severity, text.code) == ("warning", "brand-contrast")
    assert text.message.startswith(
        "brand.text #ffffff on brand.background #ffd500 has a contrast of 1.4:1; it needs 4.5:1 "
        "(WCAG AA). On cards and lower thirds the text is drawn in #"
    )
    assert (
        text.remedy
        == "Write a darker brand.text, or another brand.background; look with `perspectives still"
        " --cards`."
    )
    assert accent.message.startswith(
        "brand.accent #ffee88 on brand.background #ffd500 has a contrast of 1.2:1; it needs 3:1"
    )


def test_the_contrast_is_never_rounded_up_to_what_it_should_be():
    # 4.478.
    (finding,) = brand_findings(
        event('{background: "#ffffff", text: "#777777", accent: "#0000ff"}')
    )
    assert "has a contrast of 4.4:1; it needs 4.5:1" in finding.message


def test_the_contrast_is_summed_without_a_drawing_library():
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "import sys, pipeline.plan.branding as b; "
                "print(sorted({'PIL', 'numpy', 'moviepy'} & set(sys.modules)))"
            ),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == "[]\n"


# --- fonts ----------------------------------------------------------------------------------------


def test_a_theme_whose_font_is_missing_is_answered_in_a_sentence(tmp_path, monkeypatch):
    real = fonts.font_file
    monkeypatch.setattr(
        fonts,
        "font_file",
        lambda weight, family="sans": (
            tmp_path / f"gone-{weight}.ttf" if family == "serif" else real(weight, family)
        ),
    )
    with pytest.raises(ConfigInvalid) as caught:
        brand_files(Workspace(tmp_path), event("{theme: journal}"))
    assert (
        str(caught.value)
        == 'config.yaml: brand.theme is "journal"; its font gone-Regular.ttf is not on this'
        f" machine: install it again (`{sys.executable} -m pip install --force-reinstall"
        " font-source-serif-pro`), or name a font file under brand.font"
    )


def test_a_brands_own_font_is_used_in_every_theme(tmp_path):
    (tmp_path / "acme.ttf").write_bytes(b"a font")
    chosen = brand_files(Workspace(tmp_path), event("{theme: journal, font: acme.ttf}"))
    assert {name for name, path in chosen.items() if path.name == "acme.ttf"} == {
        "own-regular",
        "own-semibold",
        "own-bold",
    }
    assert not any(name.startswith("serif") for name in chosen)


# --- the contact sheet ----------------------------------------------------------------------------


def labels(config: Config, *themes: str) -> list[str]:
    brand = (FileInput("fonts/sans-bold.ttf", "d", "/store/d"),)
    request = json.loads(dict(plan_sheet(config, themes, brand, "x").texts)["sheet.json"])
    return [picture["label"] for block in request["blocks"] for picture in block["pictures"]]


def test_the_contact_sheet_has_every_card_of_the_event():
    assert labels(event(), "orbit") == [
        "Opening",
        "Holding card, here for ann",
        "Closing",
        "ann: title card",
        "ann: lower third",
        "ben: title card",
        "ben: lower third",
    ]


def test_themes_are_compared_on_the_speaker_with_the_most_to_read():
    assert (
        labels(event(), "orbit", "plain")
        == ["Opening", "ben: title card", "ben: lower third", "Closing"] * 2
    )


def test_another_theme_keeps_the_producers_colours():
    worn = with_theme(event('{theme: plain, text: "#000000"}'), "voices").brand.worn
    assert (worn.text, worn.background) == ("#000000", THEMES["voices"].background)


def test_every_file_beside_the_modules_is_in_the_package():
    root = Path(__file__).parent.parent
    data = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    packed = {
        path
        for package, patterns in data["package-data"].items()
        for pattern in patterns
        for path in (root / package.replace(".", "/")).glob(pattern)
    }
    others = {
        path
        for path in (root / "pipeline").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    assert others == packed
