"""The film of a proof: as good as a mail has room for."""

from __future__ import annotations

import pytest

from pipeline.plan.small_film import plan_small_film
from pipeline.recipe import FileInput

PARTS = [FileInput("clean.mp4", digest, f"/store/{digest}") for digest in "ab"]
SOUND = FileInput("sound.wav", "c", "/store/c")
FIVE_MB = 5_000_000


def planned(length_s: float, room_bytes: int = FIVE_MB):
    return plan_small_film("ana", PARTS, SOUND, length_s, room_bytes, "1")


def kbps(length_s: float) -> tuple[int, int]:
    """Most of the picture, and the sound."""
    arguments = planned(length_s).arguments
    return tuple(
        int(arguments[arguments.index(key) + 1].removesuffix("k")) for key in ("-maxrate", "-b:a")
    )


@pytest.mark.parametrize(
    ("length_s", "side", "sound_kbps"),
    [
        (20, 640, 64),
        (150, 640, 64),
        (280, 480, 48),
        (600, 384, 32),
        (900, 320, 20),
        (1800, 256, 12),
    ],
)
def test_the_longer_a_message_is_the_smaller_is_its_picture(length_s, side, sound_kbps):
    assert f"min({side}," in " ".join(planned(length_s).arguments)
    assert kbps(length_s)[1] == sound_kbps


@pytest.mark.parametrize("length_s", [150, 280, 600, 900, 1800])
def test_picture_and_sound_together_fit_into_the_room(length_s):
    assert sum(kbps(length_s)) * 1000 / 8 * length_s <= FIVE_MB


def test_an_hour_does_not_fit_into_a_mail():
    assert planned(3600) is None


def test_the_parts_of_a_message_are_joined_in_their_order():
    recipe = planned(20)
    assert dict(recipe.texts)["order.txt"] == "file part-00001.mp4\nfile part-00002.mp4\n"
    assert [(one.name, one.digest) for one in recipe.inputs] == [
        ("part-00001.mp4", "a"),
        ("part-00002.mp4", "b"),
        ("sound.wav", "c"),
    ]
