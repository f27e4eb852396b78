"""A card's words glide to their place: slower and slower, in parts of a pixel, and then nothing
moves. Measured in the file.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from measure import ffmpeg
from PIL import Image

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.plan.cards import plan_card
from pipeline.timing import frames_nearest
from pipeline.tools.drawing.setting import inked
from pipeline.tools.running import programs
from pipeline.work.making import make
from pipeline.work.store import Store

SIZE = (640, 360)


def event(motion: str, rate: str = "25") -> Config:
    return read_config(
        "title: T\nslot: {start: 2021-09-14T14:30:00+02:00, end:"
        " 2021-09-14T14:50:00+02:00}\nspeakers: [{id: ann, name: Ann}]\ndelivery: {size:"
        f" {SIZE[0]}x{SIZE[1]}, fps: {rate}, preset: ultrafast, quality: 1}}\ncards: {{motion:"
        f" {motion}}}\n"
    )


def card(folder: Path, motion: str, frames: int = 40, rate: str = "25") -> Path:
    """A white bar of words, 100 pixels wide and 20 high, on navy, as ``plan_card`` makes a card of
    it; no fades.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = Image.new("RGBA", SIZE)
    words.paste((255, 255, 255, 255), (200, 170, 300, 190))
    inked(words).save(folder / "words.png")
    Image.new("RGB", SIZE, (11, 60, 93)).save(folder / "ground.png")
    store, config = Store(folder / "store"), event(motion, rate)
    ground, over = (store.file_input(folder / name, name) for name in ("ground.png", "words.png"))
    recipe = plan_card("card", ground, over, frames, 0, config, programs.version("ffmpeg"))
    make(store.root, recipe, (recipe,))  # which counts the frames
    return store.output(recipe, "clean.mp4")


def luma(film: Path) -> np.ndarray:
    """Every picture's luma (frames, height, width)."""
    raw = film.with_suffix(".raw")
    ffmpeg("-v", "error", "-y", "-i", film, "-f", "rawvideo", "-pix_fmt", "gray", raw)
    return np.fromfile(raw, np.uint8).reshape(-1, SIZE[1], SIZE[0]).astype(float)


def middles(pictures: np.ndarray) -> list[float]:
    """How many pixels from the top the middle of the words lies in each picture, by their weight
    over the ground.
    """
    column = pictures[:, :, 210:290].mean(axis=2)
    weight = np.clip(column - np.median(column, axis=1, keepdims=True) - 1, 0, None)
    return [
        float((line * np.arange(SIZE[1])).sum() / line.sum()) if line.sum() > 4 else float("nan")
        for line in weight
    ]


def test_the_words_rise_slower_and_slower_and_never_back(tmp_path):
    middle = middles(luma(card(tmp_path, "soft")))
    moving = [at for at in middle[2:18] if at == at]
    steps = [before - after for before, after in pairwise(moving)]
    # 30 units at 360 are 10 pixels.
    assert moving[0] - middle[-1] == pytest.approx(30 / 3 * (1 - 2 / 17) ** 3, abs=0.3)
    assert all(step > -0.03 for step in steps)
    assert all(later < earlier + 0.06 for earlier, later in pairwise(steps))


def test_the_glide_is_in_parts_of_a_pixel(tmp_path):
    middle = middles(luma(card(tmp_path, "soft")))
    slow = [before - after for before, after in pairwise(middle[8:16])]
    assert all(0.0 <= step < 0.8 for step in slow)
    assert sum(0.03 < step < 0.8 for step in slow) >= 4


def test_once_they_have_arrived_they_stand_where_they_were_drawn_and_as_sharp(tmp_path):
    soft, none = luma(card(tmp_path / "soft", "soft")), luma(card(tmp_path / "none", "none"))
    assert np.abs(soft[-1] - none[-1]).max() <= 6  # two encodes of one picture
    assert np.abs(soft[frames_nearest(700, event("soft").delivery.fps) :] - soft[-1]).max() <= 6


def test_gliding_words_have_no_dark_edge(tmp_path):
    pictures = luma(card(tmp_path, "soft"))
    ground = np.median(pictures[-1])
    assert pictures[1:, 100:260, 150:350].min() >= ground - 4


def test_without_motion_the_words_stand_there_from_the_first_picture(tmp_path):
    pictures = luma(card(tmp_path, "none"))
    assert np.abs(pictures - pictures[0]).max() <= 6
    assert pictures[0, 180, 250] > 220


@pytest.mark.parametrize(
    ("frames", "rate"), [(1, "25"), (2, "25"), (3, "25"), (25, "29.97"), (61, "60")]
)
@pytest.mark.parametrize("motion", ["soft", "none"])
def test_a_card_has_exactly_its_frames_whatever_moves(tmp_path, frames, rate, motion):
    assert len(luma(card(tmp_path, motion, frames, rate))) == frames


def test_the_same_card_gives_the_same_bytes(tmp_path):
    assert (
        card(tmp_path / "one", "soft").read_bytes() == card(tmp_path / "two", "soft").read_bytes()
    )
