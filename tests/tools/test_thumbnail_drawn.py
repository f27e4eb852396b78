"""What a thumbnail looks like once it is drawn; every expectation is about the JPEG."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from measure import ffmpeg
from PIL import Image, ImageFilter

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.plan.sheet import with_theme
from pipeline.plan.thumbnails import (
    Candidate,
    message_thumbnail,
    plan_pictures,
    segment_thumbnail,
)
from pipeline.recipe import FileInput, Recipe
from pipeline.themes import THEMES
from pipeline.tools.drawing import thumbnail
from pipeline.tools.drawing.fonts import font_file

CONFIG = read_config(
    "title: International perspectives on micro-credentials\n"
    "slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
    "speakers:\n"
    "  - {id: ana, name: Dr Kristi Wold-McCormick, role: Registrar, organisation: CU Boulder}\n"
)
COLOURS = ((200, 30, 30), (30, 160, 40), (40, 40, 200), (200, 180, 30), (120, 40, 160))


def plain(path: Path, colour: tuple[int, int, int]) -> FileInput:
    """A picture of one colour."""
    Image.new("RGB", (1280, 720), colour).save(path, quality=95)
    return FileInput(path.name, path.name, str(path))


def drawn(recipe: Recipe, folder: Path, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """thumbnail.jpg of a recipe, drawn in ``folder``."""
    (folder / "fonts").mkdir(parents=True)
    for one in recipe.inputs:
        shutil.copy(one.path, folder / one.name)
    for name, text in recipe.texts:
        (folder / name).write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    thumbnail.main("thumbnail.json")
    with Image.open(folder / "thumbnail.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (1280, 720))
        return np.asarray(picture.convert("RGB")).astype(int)


def fonts(config: Config) -> list[FileInput]:
    family = "" if config.brand.fonts == "sans" else config.brand.fonts
    named = [(f"sans-{weight}", font_file(weight.capitalize())) for weight in WEIGHTS]
    if family:
        named += [(f"{family}-{one}", font_file(one.capitalize(), family)) for one in WEIGHTS]
    return [FileInput(f"fonts/{name}.ttf", name, str(path)) for name, path in named]


WEIGHTS = ("regular", "semibold", "bold")


def near(pixels: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixels - np.array(colour)).max() < 12)


@pytest.mark.parametrize("theme", THEMES)
def test_in_every_theme_the_name_stands_beside_the_picture(theme, tmp_path, monkeypatch, capsys):
    config = with_theme(CONFIG, theme)
    red = plain(tmp_path / "red.jpg", COLOURS[0])
    recipe = message_thumbnail(config, config.speakers[0], [red], fonts(config), "1")
    seen = drawn(recipe, tmp_path / "work", monkeypatch)
    assert json.loads(capsys.readouterr().out) == {"missing_glyphs": [], "overflow": []}
    assert near(seen[10:-10, 690:1270], COLOURS[0])
    ink = np.array([int(config.brand.worn.text[at : at + 2], 16) for at in (1, 3, 5)])
    inked = (np.abs(seen[:, :660] - ink).max(axis=2) < 40).mean()
    assert 0.02 < inked < 0.9, inked
    assert (tmp_path / "work/thumbnail.jpg").stat().st_size < 2_000_000


@pytest.mark.parametrize(
    ("count", "middles"),
    [
        (1, [(360, 980)]),
        (2, [(180, 980), (540, 980)]),
        (3, [(180, 820), (180, 1130), (540, 980)]),
        (4, [(180, 820), (180, 1130), (540, 820), (540, 1130)]),
    ],
)
def test_the_segments_shows_each_of_its_speakers(count, middles, tmp_path, monkeypatch):
    pictures = [plain(tmp_path / f"{at}.jpg", COLOURS[at]) for at in range(count)]
    recipe = segment_thumbnail(CONFIG, pictures, fonts(CONFIG), "1")
    seen = drawn(recipe, tmp_path / "work", monkeypatch)
    for (down, right), colour in zip(middles, COLOURS, strict=False):
        assert near(seen[down - 40 : down + 40, right - 40 : right + 40], colour)


def test_where_the_events_language_is_read_from_the_right_the_words_stand_there(
    tmp_path, monkeypatch
):
    config = CONFIG.model_copy(update={"language": "ar"})
    red = plain(tmp_path / "red.jpg", COLOURS[0])
    recipe = message_thumbnail(config, config.speakers[0], [red], fonts(config), "1")
    seen = drawn(recipe, tmp_path / "work", monkeypatch)
    assert near(seen[10:-10, 10:590], COLOURS[0])


def test_of_several_pictures_the_sharpest_is_taken_and_handed_on(tmp_path, monkeypatch):
    noise = np.random.default_rng(1).integers(0, 255, (72, 128, 3), np.uint8)
    sharp = Image.fromarray(noise).resize((1280, 720), Image.Resampling.BICUBIC)
    files = []
    for at, blur in enumerate((9, 0, 5)):
        path = tmp_path / f"{at}.jpg"
        sharp.filter(ImageFilter.GaussianBlur(blur)).save(path)
        files.append(FileInput(path.name, str(at), str(path)))
    recipe = message_thumbnail(CONFIG, CONFIG.speakers[0], files, fonts(CONFIG), "1")
    drawn(recipe, tmp_path / "work", monkeypatch)
    with Image.open(tmp_path / "work/picture.jpg") as kept, Image.open(files[1].path) as best:
        assert np.abs(np.asarray(kept, int) - np.asarray(best, int)).mean() < 3


def test_a_picture_of_a_message_has_the_colours_that_the_message_has(tmp_path, monkeypatch):
    """JPEG is BT.601, the message BT.709: taken over as it is, skin would be another colour."""
    part = tmp_path / "part-00001.mp4"
    bt709 = "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv".split()
    turned = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    source = "color=0x10C820:s=320x180:r=25:d=1"
    ffmpeg("-f", "lavfi", "-i", source, "-vf", turned, *bt709, "-c:v", "libx264", part)
    given = FileInput("part.mp4", "part", str(part))
    recipe = plan_pictures("ana", [given], [Candidate(0, 3), Candidate(0, 9)], CONFIG, "1")
    monkeypatch.chdir(tmp_path)
    ffmpeg(*recipe.arguments)
    for output in recipe.outputs:
        with Image.open(output) as picture:
            assert picture.size == (1280, 720)
            assert near(np.asarray(picture, int)[300:400, 600:700], (0x10, 0xC8, 0x20))
