"""What a card or a lower third looks like once it is drawn; every expectation is about the PNG, not
about the code.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipeline import colours as sums
from pipeline.plan.cards import drawing_findings
from pipeline.themes import THEMES
from pipeline.tools.drawing import draw, straps
from pipeline.tools.drawing.fonts import font_file
from pipeline.tools.drawing.layers import Layer
from pipeline.tools.drawing.motifs import ground
from pipeline.tools.drawing.setting import Lettered, Placed, lettered
from pipeline.tools.drawing.typeset import Typecase, fit

NAVY = {"background": "#0b3c5d", "text": "#ffffff", "accent": "#f2b134"}
WOLD = {
    "name": "Dr Kristi Wold-McCormick",
    "role": "Assistant Vice Provost and University Registrar",
    "organisation": "University of Colorado Boulder",
    "country": "United States",
}
LONG = {
    "name": "Professor Emerita Dr Maria-Magdalena von Habsburg-Lothringen y Fernández de Córdoba",
    "role": (
        "Deputy Assistant Director-General for Qualifications Recognition and Lifelong Learning"
        " Policy"
    ),
    "organisation": (
        "Organisation for the International Recognition of Qualifications in Adult Education and"
        " Training"
    ),
    "country": "Saint Vincent and the Grenadines",
}
OPENING = {
    "title": "International perspectives on micro-credentials",
    "when": "14 September 2021 · 14:30–14:50 UTC+02:00",
    "event": "Webinar on a common definition of micro-credentials",
}
CLOSING = {"title": OPENING["title"], "event": OPENING["event"], "thanks": "Thank you"}
SIZES = ((640, 360), (360, 640), (256, 144))

Drawing = Callable[..., dict[str, Any]]


def picture(kind: str, fields: dict[str, str], out: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "out": out or f"{kind}.png", "fields": fields}


def holding(who: dict[str, str]) -> dict[str, Any]:
    return picture("holding", {**who, "note": "Message to follow"})


def lower_third(who: dict[str, str] | str, out: str | None = None) -> dict[str, Any]:
    """The strap of somebody of whom all is known, or only the name."""
    bare = {"role": "", "organisation": "", "country": ""}
    return picture("lower-third", {**bare, "name": who} if isinstance(who, str) else who, out)


def every_kind(who: dict[str, str]) -> list[dict[str, Any]]:
    return [
        picture("opening", OPENING),
        picture("closing", CLOSING),
        picture("title", who),
        holding(who),
        lower_third(who),
        picture("draft-mark", {}),
    ]


def lay_out(
    folder: Path,
    pictures: list[dict[str, Any]],
    size: tuple[int, int],
    colours: dict[str, str],
    logo: bytes | None,
    draft: bool,
    theme: str = "orbit",
    mirrored: bool = False,
) -> None:
    """A scratch folder as the store lays it out for the drawing program."""
    (folder / "fonts").mkdir(exist_ok=True)
    for weight in ("regular", "semibold", "bold"):
        shutil.copy(
            font_file(weight.capitalize(), THEMES[theme].family), folder / "fonts" / f"{weight}.ttf"
        )
    if logo is not None:
        (folder / "logo").write_bytes(logo)
    request = {
        "size": size,
        "colours": colours,
        "draft": draft,
        "mirrored": mirrored,
        "logo": None if logo is None else "logo",
        "look": THEMES[theme].look(),
        "fonts": {weight: f"fonts/{weight}.ttf" for weight in ("regular", "semibold", "bold")},
        "pictures": pictures,
    }
    (folder / "wording.json").write_text(json.dumps(request, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Drawing:
    """Draws pictures into the current folder and gives what the program printed."""
    monkeypatch.chdir(tmp_path)

    def go(
        pictures: list[dict[str, Any]],
        size: tuple[int, int] = (640, 360),
        colours: dict[str, str] = NAVY,
        logo: bytes | None = None,
        draft: bool = False,
        theme: str = "orbit",
        mirrored: bool = False,
    ) -> dict[str, Any]:
        lay_out(tmp_path, pictures, size, colours, logo, draft, theme, mirrored)
        draw.main("wording.json")
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return go


def run_program(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "pipeline.tools.drawing.draw", "wording.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def pixels(name: str) -> np.ndarray:
    with Image.open(name) as opened:
        return np.asarray(opened).astype(int)


def palette(background: str, text: str, accent: str) -> sums.Palette:
    return sums.palette(*map(sums.read_colour, (background, text, accent)))


def laid_over_ground(kind: str, size: tuple[int, int], theme: str = "orbit") -> np.ndarray:
    """Where a card differs from its bare ground: its words, bar, badge and logo."""
    bare = ground(THEMES[theme].motif, kind, *size, palette(**NAVY)).astype(int)
    return (np.abs(pixels(f"{kind}.png") - bare) > 0).any(axis=2)


def edges(where: np.ndarray) -> tuple[float, float, float, float]:
    """Left, top, right and foot of what is marked, as shares of width and height."""
    rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
    height, width = where.shape
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


def wcag(one: Any, other: Any) -> float:
    """The contrast ratio as WCAG 2.2 defines it, worked out apart from the code under test."""

    def luminance(colour: Any) -> float:
        red, green, blue = (
            v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
            for v in (float(value) / 255 for value in colour)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "who", [WOLD, LONG, {**LONG, "name": "W" * 300}], ids=["usual", "long", "endless"]
)
def test_nothing_that_is_read_comes_near_the_edge(
    drawn: Drawing, size: tuple[int, int], who: dict[str, str], theme: str
) -> None:
    drawn(
        [
            picture("opening", {**OPENING, "title": who["role"] * 3}),
            picture("title", who),
            holding(who),
            picture("closing", CLOSING),
        ],
        size,
        theme=theme,
    )
    for kind in ("opening", "title", "holding", "closing"):
        left, top, right, foot = edges(laid_over_ground(kind, size, theme))
        assert left >= 0.05
        assert top >= 0.05
        assert right <= 0.95
        assert foot <= 0.95


@pytest.mark.parametrize("size", [*SIZES, (1280, 720)])
def test_every_picture_has_exactly_the_size_of_the_delivery(
    drawn: Drawing, size: tuple[int, int]
) -> None:
    drawn(every_kind(WOLD), size)
    for kind, mode in (
        ("opening", "RGB"),
        ("closing", "RGB"),
        ("title", "RGB"),
        ("holding", "RGB"),
        ("lower-third", "RGBA"),
        ("draft-mark", "RGBA"),
    ):
        with Image.open(f"{kind}.png") as opened:
            assert (opened.size, opened.mode) == (size, mode)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [(640, 360), (360, 640)])
def test_a_long_name_is_fitted_whole(drawn: Drawing, size: tuple[int, int], theme: str) -> None:
    answer = drawn(every_kind(LONG), size, theme=theme)
    assert (answer["missing_glyphs"], answer["overflow"]) == ([], [])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("floor", [0.79, 0.67])  # captions in one language, and in two
def test_the_words_of_a_card_leave_room_for_the_captions_over_it(
    drawn: Drawing, floor: float, theme: str
) -> None:
    words = {**picture("title", WOLD), "layer": "words"}
    said = drawn([{**words, "floor": floor}, {**words, "out": "free.png"}], theme=theme)
    assert said["overflow"] == []
    rows = np.flatnonzero(pixels("title.png")[..., 3].any(axis=1))
    assert rows.max() < (floor + 0.015) * 360  # tails of letters; the captions begin under them
    high = np.ptp(np.flatnonzero(pixels("free.png")[..., 3].any(axis=1)))
    assert np.ptp(rows) > 0.7 * high  # and stay words to be read


def test_a_name_without_end_is_reported(drawn: Drawing) -> None:
    answer = drawn(
        [picture("title", {**WOLD, "name": "W" * 300}), lower_third("W" * 300), holding(WOLD)]
    )
    assert answer["overflow"] == ["title card", "lower third"]


def test_a_text_that_is_too_long_ends_after_a_whole_word(drawn: Drawing) -> None:
    sentence = (
        "recognition and quality assurance of stackable micro-credentials in vocational training "
    )
    typecase = Typecase({"bold": font_file("Bold")})
    block = fit((sentence * 9).strip(), draw.TITLE, 1000, typecase)
    assert block.cut
    assert block.lines[-1].endswith("…")
    assert block.lines[-1].rstrip("…").split()[-1] in sentence.split()


def test_a_surname_with_a_hyphen_is_not_torn_apart(drawn: Drawing) -> None:
    typecase = Typecase({"bold": font_file("Bold")})
    assert fit("Dr Kristi Wold-McCormick", draw.HEADLINE, 886, typecase).lines == (
        "Dr Kristi",
        "Wold-McCormick",
    )


def test_a_letter_that_no_font_has_is_reported(drawn: Drawing) -> None:
    unassigned = "\u0378"
    answer = drawn([picture("title", {**WOLD, "name": f"Ada {unassigned} Lovelace"})])
    assert answer["missing_glyphs"] == [unassigned]


@pytest.mark.parametrize(("accented", "bare"), zip("āōŁźóÞÅễñŞıőČß", "aoLzoPAenSioCs", strict=True))
def test_accents_and_macrons_are_drawn(drawn: Drawing, accented: str, bare: str) -> None:
    answer = drawn(
        [lower_third(accented, "with.png"), lower_third(bare, "without.png")], (320, 180)
    )
    assert (answer["missing_glyphs"], answer["overflow"]) == ([], [])
    assert not np.array_equal(pixels("with.png"), pixels("without.png"))


def test_an_accent_that_was_typed_apart_is_the_same_name(drawn: Drawing) -> None:
    drawn(
        [
            lower_third("Nguye\u0302\u0303n", "apart.png"),
            lower_third("Nguyễn", "composed.png"),
        ]
    )
    assert np.array_equal(pixels("apart.png"), pixels("composed.png"))


def test_the_name_stands_on_the_same_line_for_every_speaker(drawn: Drawing) -> None:
    bare = {"name": "Madonna", "role": "", "organisation": "", "country": ""}
    drawn(
        [
            picture("title", {**WOLD, "name": "Madonna"}, "full.png"),
            picture("title", bare, "bare.png"),
        ]
    )
    name = slice(round(0.40 * 360), round(0.50 * 360))
    assert np.array_equal(pixels("full.png")[name], pixels("bare.png")[name])


def test_the_same_request_gives_the_same_bytes(drawn: Drawing, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    lay_out(tmp_path / "elsewhere", every_kind(WOLD), (640, 360), NAVY, None, True)
    assert run_program(tmp_path / "elsewhere").returncode == 0
    drawn(every_kind(WOLD), draft=True)
    made = sorted(path.name for path in tmp_path.glob("*.png"))
    assert made == [
        "closing.png",
        "draft-mark.png",
        "holding.png",
        "lower-third.png",
        "opening.png",
        "title.png",
    ]
    for name in made:
        assert (tmp_path / name).read_bytes() == (tmp_path / "elsewhere" / name).read_bytes()


def where_words_stand(layout: str, bare: np.ndarray) -> np.ndarray:
    """Every third pixel of what may lie under a word, written out for a picture of 320 x 180."""
    left, top, right, foot = {
        "left": (29, 24, 256, 165),
        "centre": (44, 27, 275, 155),
        "band": (29, 111, 291, 167),
        "low": (36, 94, 256, 158),
    }[layout]
    return bare[top:foot:3, left:right:3]


HARD_BRANDS = [
    ("#ffffff", "#ffffff", "#ffffff"),
    ("#000000", "#000000", "#000000"),
    ("#808080", "#808080", "#ff0000"),
    ("#767676", "#ffffff", "#777777"),
    ("#ffd500", "#ffffff", "#ffee88"),
    ("#e30613", "#ffffff", "#ffd500"),
    ("#0099cc", "#ffffff", "#003366"),
    ("#00ff00", "#00ff00", "#ff00ff"),
    ("#f5f0e6", "#5a4632", "#c9a227"),
    ("#0000ff", "#ff0000", "#00ff00"),
    ("#ff7a00", "#ffffff", "#000000"),
    ("#0b3c5d", "#ffffff", "#f2b134"),
    ("#b5651d", "#f5deb3", "#8b4513"),
]


@pytest.mark.parametrize(("background", "text", "accent"), HARD_BRANDS)
def test_every_text_can_be_read_on_its_ground_whatever_the_brand(
    background: str, text: str, accent: str
) -> None:
    mixed = palette(background, text, accent)
    seen = {
        tuple(colour)
        for theme in THEMES.values()
        for kind in ("opening", "title", "holding", "closing")
        for colour in (
            where_words_stand(theme.layout, ground(theme.motif, kind, 320, 180, mixed))
            .reshape(-1, 3)
            .tolist()
        )
    }
    strap = np.asarray(mixed.strap) * sums.STRAP_OPACITY
    seen |= {tuple(strap + (1 - sums.STRAP_OPACITY) * behind) for behind in (0, 255)}
    for colour in mixed.texts:
        assert min(wcag(colour, ground) for ground in seen) >= 4.5


def test_a_brand_that_can_be_read_keeps_its_colours() -> None:
    mixed = palette("#0b3c5d", "#ffffff", "#f2b134")
    assert mixed.text == (255, 255, 255)
    assert mixed.accent == (242, 177, 52)


@pytest.mark.parametrize(
    "logo",
    [
        b"hello",
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
    ],
    ids=["text", "empty", "svg", "torn"],
)
def test_a_logo_that_is_no_picture_is_refused_in_one_sentence(
    drawn: Drawing, capsys: pytest.CaptureFixture[str], logo: bytes
) -> None:
    with pytest.raises(SystemExit) as caught:
        drawn([picture("title", WOLD)], logo=logo)
    assert caught.value.code == 3
    assert (
        capsys.readouterr().err
        == "logo: this is not a picture that can be used as a logo (PNG or JPEG).\n"
    )
    assert not Path("title.png").exists()


def test_a_font_that_is_no_font_is_refused_in_one_sentence(tmp_path: Path) -> None:
    lay_out(tmp_path, [picture("title", WOLD)], (320, 180), NAVY, None, False)
    (tmp_path / "fonts" / "bold.ttf").write_text("hello")
    ended = run_program(tmp_path)
    assert ended.returncode == 3
    assert (
        ended.stderr
        == "bold.ttf: this is not a font that can be used (TrueType or OpenType outlines).\n"
    )


def png(image: Image.Image, folder: Path) -> bytes:
    image.save(folder / "made.png")
    return (folder / "made.png").read_bytes()


@pytest.mark.parametrize("shape", [(2400, 300), (300, 300), (40, 900)])
def test_a_logo_stands_at_the_top_left_and_stays_small(
    drawn: Drawing, tmp_path: Path, shape: tuple[int, int]
) -> None:
    drawn([picture("title", WOLD, "without.png")], (1280, 720))
    drawn(
        [picture("title", WOLD, "with.png")],
        (1280, 720),
        logo=png(Image.new("RGBA", shape, "#f2b134"), tmp_path),
    )
    left, top, right, foot = edges((pixels("with.png") != pixels("without.png")).any(axis=2))
    assert left == pytest.approx(0.09, abs=0.002)
    assert top >= 0.05
    assert right - left <= 0.22
    assert foot - top <= 0.11


@pytest.mark.parametrize("mode", ["P", "RGB", "L", "LA"])
def test_a_logo_20000_pixels_wide_is_drawn_like_any_other(
    drawn: Drawing, tmp_path: Path, mode: str
) -> None:
    drawn([picture("title", WOLD, "without.png")], (1280, 720))
    wide = Image.new("RGB", (20_000, 40), "#f2b134").convert(mode)
    drawn([picture("title", WOLD, "with.png")], (1280, 720), logo=png(wide, tmp_path))
    left, _, right, _ = edges((pixels("with.png") != pixels("without.png")).any(axis=2))
    assert left == pytest.approx(0.09, abs=0.002)
    assert 0.2 < right - left <= 0.22


@pytest.mark.parametrize("theme", THEMES)
def test_ground_and_words_laid_together_are_the_whole_card(drawn: Drawing, theme: str) -> None:
    card = holding(WOLD)
    drawn(
        [
            {**card, "out": "whole.png"},
            {**card, "out": "ground.png", "layer": "ground"},
            {**card, "out": "words.png", "layer": "words"},
        ],
        theme=theme,
    )
    laid = Image.open("ground.png").convert("RGBA")
    laid.alpha_composite(Image.open("words.png"))
    assert np.abs(np.asarray(laid.convert("RGB")).astype(int) - pixels("whole.png")).max() <= 2


@pytest.mark.parametrize("theme", THEMES)
def test_a_holding_card_does_not_look_like_a_title_card(drawn: Drawing, theme: str) -> None:
    drawn([picture("title", WOLD), holding(WOLD)], theme=theme)
    assert (pixels("title.png") != pixels("holding.png")).any(axis=2).mean() > 0.004


def test_a_dark_logo_on_a_dark_ground_gets_a_light_plate(drawn: Drawing, tmp_path: Path) -> None:
    ring = Image.new("RGBA", (400, 200))
    ring.paste("#0b2c4d", (0, 0, 400, 40))
    ring.paste("#0b2c4d", (0, 160, 400, 200))
    drawn([picture("title", WOLD)], (1280, 720), logo=png(ring, tmp_path))
    assert pixels("title.png")[100, 180].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    ("inks", "plated"),
    [
        (("#0b2c4d", "#0b2c4d"), True),
        (("#f2b134", "#0b2c4d"), True),
        (("#ffffff", "#0b2c4d"), True),
        (("#ffffff", "#ffffff"), False),
    ],
    ids=["navy", "navy letters beside a yellow symbol", "white and navy", "white"],
)
def test_a_logo_that_cannot_be_seen_on_its_ground_is_told(
    drawn: Drawing, tmp_path: Path, inks: tuple[str, str], plated: bool
) -> None:
    symbol = Image.new("RGBA", (400, 100))
    symbol.paste(inks[0], (0, 0, 100, 100))
    symbol.paste(inks[1], (150, 30, 300, 60))
    answer = drawn([picture("title", WOLD)], (320, 180), logo=png(symbol, tmp_path))
    found = drawing_findings(json.dumps(answer), "opening and closing cards", None)
    assert [one.code for one in found] == (["logo-plate"] if plated else [])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("who", [WOLD, LONG], ids=["usual", "long"])
def test_the_pill_of_a_holding_card_touches_nothing(
    drawn: Drawing, theme: str, who: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes: list[Layer] = []

    def seen(*about: Any) -> tuple[list[Layer], list[Placed]]:
        layers, placed = draw_badge(*about)
        boxes.append(layers[0])
        return layers, placed

    draw_badge = draw._badge
    monkeypatch.setattr(draw, "_badge", seen)
    drawn(
        [{**holding(who), "layer": layer, "out": f"{layer}.png"} for layer in ("words", "ground")],
        theme=theme,
    )
    (pill,) = boxes
    left, top = pill.left - 3, pill.top - 3
    right, foot = left + pill.picture.width + 6, top + pill.picture.height + 6
    letters = pixels("words.png")[top:foot, left:right, 3] > 40
    letters[3:-3, 3:-3] = False
    assert not letters.any()
    behind = pixels("ground.png")[top:foot, left:right].astype(int)
    assert np.abs(np.diff(behind, axis=0)).max() < 24
    assert np.abs(np.diff(behind, axis=1)).max() < 24


def test_a_light_logo_on_a_dark_ground_gets_no_plate(drawn: Drawing, tmp_path: Path) -> None:
    ring = Image.new("RGBA", (400, 200))
    ring.paste("#ffffff", (0, 0, 400, 40))
    ring.paste("#ffffff", (0, 160, 400, 200))
    drawn([picture("title", WOLD)], (1280, 720), logo=png(ring, tmp_path))
    assert pixels("title.png")[100, 180].max() < 120


def inked_box(name: str) -> np.ndarray:
    """What is drawn in a picture with nothing behind it, without the nothing around it."""
    drawn_on = pixels(name)
    rows, columns = np.nonzero(drawn_on[..., 3] > 0)
    return drawn_on[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


@pytest.mark.parametrize("theme", THEMES)
def test_a_card_read_from_the_right_begins_there_and_no_letter_is_turned_over(
    drawn: Drawing, theme: str
) -> None:
    bare = {"name": "Grant", "role": "", "organisation": "", "country": ""}
    words = {**picture("title", bare), "layer": "words"}
    drawn([{**words, "out": "left.png"}], theme=theme)
    drawn([{**words, "out": "right.png"}], theme=theme, mirrored=True)
    left, right = edges(pixels("left.png")[..., 3] > 0), edges(pixels("right.png")[..., 3] > 0)
    assert 1 - right[2] == pytest.approx(left[0], abs=0.006)
    # The accent's bar and line change sides with the words: those themes have more than letters.
    if THEMES[theme].layout in ("centre", "band"):
        assert np.array_equal(inked_box("left.png"), inked_box("right.png"))


@pytest.mark.parametrize("theme", THEMES)
def test_a_lower_third_read_from_the_right_has_the_same_letters_on_the_right(
    drawn: Drawing, theme: str
) -> None:
    strap = lower_third({**WOLD, "name": "Grant"})
    drawn([{**strap, "out": "left.png"}], theme=theme)
    drawn([{**strap, "out": "right.png"}], theme=theme, mirrored=True)
    left, right = edges(pixels("left.png")[..., 3] > 0), edges(pixels("right.png")[..., 3] > 0)
    assert (1 - right[2], 1 - right[0]) == pytest.approx((left[0], left[2]), abs=0.003)


def test_a_logo_that_needs_a_plate_is_said_once_where_it_is_drawn(
    drawn: Drawing, tmp_path: Path
) -> None:
    dark = png(Image.new("RGBA", (400, 200), "#0b2c4d"), tmp_path)
    ground_alone = {**picture("title", WOLD), "layer": "ground"}
    assert drawn([ground_alone], logo=dark)["logo_plate"]
    assert "logo_plate" not in drawn([{**picture("title", WOLD), "layer": "words"}], logo=dark)
    light = png(Image.new("RGBA", (400, 200), "#ffffff"), tmp_path)
    assert "logo_plate" not in drawn([ground_alone], logo=light)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_drawn_across_a_logo(
    drawn: Drawing, tmp_path: Path, theme: str, size: tuple[int, int]
) -> None:
    kinds = [("opening", OPENING), ("title", WOLD), ("closing", CLOSING)]
    grounds = [{**picture(kind, fields), "layer": "ground"} for kind, fields in kinds]
    worn = THEMES[theme]
    colours = {"background": worn.background, "text": worn.text, "accent": worn.accent}
    accent = np.array(palette(**colours).accent)
    # A frame of a logo: what lies behind it is seen in its middle.
    frame = Image.new("RGBA", (900, 400), worn.text)
    frame.paste((0, 0, 0, 0), (40, 40, 860, 360))
    drawn(grounds, size, colours, logo=png(frame, tmp_path), theme=theme)
    for kind, _ in kinds:
        card = pixels(f"{kind}.png")
        left, top, right, foot = edges((np.abs(card - palette(**colours).text) < 24).all(axis=2))
        high, wide = card.shape[:2]
        inside = card[
            round(top * high) : round(foot * high), round(left * wide) : round(right * wide)
        ]
        assert not (np.abs(inside - accent) < 24).all(axis=2).any(), kind


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("who", [WOLD, LONG], ids=["usual", "long"])
def test_the_words_of_a_holding_card_touch_no_accent_behind_them(
    drawn: Drawing, who: dict[str, str], size: tuple[int, int], theme: str
) -> None:
    worn = THEMES[theme]
    colours = {"background": worn.background, "text": worn.text, "accent": worn.accent}
    card = holding(who)
    layers = [{**card, "out": f"{layer}.png", "layer": layer} for layer in ("ground", "words")]
    drawn(layers, size, colours, theme=theme)
    accent = (np.abs(pixels("ground.png") - palette(**colours).accent) < 40).all(axis=2)
    assert accent.any()
    assert not (accent & (pixels("words.png")[..., 3] > 0)).any()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [(640, 360), (256, 144), (480, 480)])
@pytest.mark.parametrize(
    "who", [WOLD, LONG, {**WOLD, "name": "Madonna"}], ids=["usual", "long", "short"]
)
def test_a_lower_third_is_transparent_outside_its_strap(
    drawn: Drawing, size: tuple[int, int], who: dict[str, str], theme: str
) -> None:
    drawn([lower_third(who)], size, theme=theme)
    left, top, right, foot = edges(pixels("lower-third.png")[..., 3] > 0)
    assert left >= 0.05
    assert right <= 0.95
    assert top >= 0.72
    assert foot <= 0.93


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("who", [WOLD, LONG], ids=["usual", "long"])
def test_a_lower_third_of_an_upright_picture_is_clear_of_what_the_sites_lay_over_it(
    drawn: Drawing, who: dict[str, str], theme: str
) -> None:
    drawn([lower_third(who)], (360, 640), theme=theme)
    left, top, right, foot = edges(pixels("lower-third.png")[..., 3] > 0)
    assert left >= 0.05
    assert right <= 0.83
    assert top >= 0.62
    assert foot <= 0.75


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("who", [WOLD, LONG], ids=["usual", "long"])
def test_the_words_of_upright_cards_are_clear_of_what_the_sites_lay_over_them(
    drawn: Drawing, who: dict[str, str], theme: str
) -> None:
    cards = every_kind(who)[:4]
    drawn([{**card, "layer": "words"} for card in cards], (360, 640), theme=theme)
    for card in cards:
        left, top, right, foot = edges(pixels(card["out"])[..., 3] > 0)
        assert left >= 0.11, card["kind"]
        assert right <= 0.88, card["kind"]
        assert top >= 0.15, card["kind"]
        assert foot <= 0.77, card["kind"]


def test_the_accent_of_a_square_opening_card_is_not_drawn_across_its_title(
    drawn: Drawing,
) -> None:
    card = picture("opening", OPENING)
    layers = [{**card, "out": f"{layer}.png", "layer": layer} for layer in ("ground", "words")]
    drawn(layers, (480, 480))
    accent = (np.abs(pixels("ground.png") - palette(**NAVY).accent) < 40).all(axis=2)
    assert accent.any()
    assert not (accent & (pixels("words.png")[..., 3] > 0)).any()


SPANISH = {
    "name": "Dra. María del Carmen Hernández-Villaseñor y Gutiérrez",
    "role": "Directora General de Innovación Educativa y Transformación Digital",
    "organisation": "Instituto Tecnológico y de Estudios Superiores de Monterrey",
    "country": "México",
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("who", [WOLD, SPANISH, LONG], ids=["usual", "spanish", "long"])
def test_names_are_set_in_44_units_at_least_and_offices_in_28(
    drawn: Drawing, who: dict[str, str], theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: dict[str, float] = {}

    def seen(layers: Any, fitted: bool, placed: Sequence[Placed]) -> Lettered:
        sizes.update((item.row.text, item.block.size) for item in placed)
        return lettered(layers, fitted, placed)

    monkeypatch.setattr(straps, "lettered", seen)
    drawn([lower_third(who)], (1920, 1080), theme=theme)
    name, *office = sizes.values()
    assert name >= 44
    assert min(office) >= 28
    assert len(set(office)) == 1


def test_role_and_organisation_share_a_line_where_they_can_be_read_on_one(
    drawn: Drawing,
) -> None:
    answers = [drawn([lower_third(who)], (1280, 720)) for who in (WOLD, SPANISH)]
    one_line, two_lines = (answer["strap_top"] for answer in answers)
    assert one_line - two_lines == pytest.approx(24, abs=3)


def test_the_strap_says_where_it_begins(drawn: Drawing) -> None:
    answer = drawn([lower_third(WOLD)])
    assert edges(pixels("lower-third.png")[..., 3] > 0)[1] == answer["strap_top"] / 360


def test_the_draft_sign_leaves_faces_and_captions_alone(drawn: Drawing) -> None:
    drawn([picture("draft-mark", {})])
    alpha = pixels("draft-mark.png")[..., 3]
    left, top, right, foot = edges(alpha > 0)
    assert left >= 0.80
    assert top >= 0.05
    assert right <= 0.95
    assert foot <= 0.15
    assert alpha.max() == 255


def test_the_draft_sign_is_on_every_card_of_a_draft(drawn: Drawing) -> None:
    drawn(every_kind(WOLD), draft=True)
    sign = pixels("draft-mark.png")
    solid = sign[..., 3] == 255
    for kind in ("opening", "closing", "title", "holding"):
        assert np.array_equal(pixels(f"{kind}.png")[solid], sign[..., :3][solid])


def test_no_ffmpeg_is_started_for_a_drawing_which_would_fail_with_it():
    code = """
import sys
started = []
watch = lambda event, given: started.append(given[0]) if event == "subprocess.Popen" else None
sys.addaudithook(watch)
from PIL import Image
from pipeline.tools.drawing.layers import Layer, overlay
assert overlay([Layer(Image.new("RGBA", (4, 4), "red"), 2, 2)], 8, 8)[3, 3, 0] == 255
print([one for one in started if "ffmpeg" in str(one)])
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
