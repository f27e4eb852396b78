"""What is wrong with a film is found by what is seen and heard of it, each with its time; nothing
is found in a film that is as it was made, or that was encoded once more.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from pipeline.model import RundownItem
from pipeline.plan.rundown import Rundown
from pipeline.plan.watched import Meter, Seen, messages_lufs, parse_curve, watched_findings

RATE = Fraction(25)
RUNDOWN = Rundown(
    (
        RundownItem("title", "Ana", 0, 50, "ana"),
        RundownItem("message", "Ana", 50, 250, "ana"),
        RundownItem("closing", "Thank you", 300, 50),
    ),
    RATE,
)
"""A card of 2 s, 10 s of Ana, a card of 2 s: 0:02 is Ana's first picture."""


def moving(frames: int) -> Seen:
    """Somebody who moves and speaks, with a pause of a second in the middle."""
    chance = np.random.default_rng(7)
    walk = np.cumsum(chance.normal(0, 2, (frames, 9, 16)), axis=0)
    luma = np.clip(120 + walk, 40, 200).astype(np.uint8)
    level = np.clip(-22 + chance.normal(0, 4, frames * 2), -45, -12).astype(np.float32)
    level[frames - 25 : frames + 25] = -80
    calm = np.full(frames * 2, 0.01, np.float32)
    change = np.full(frames, 1.5, np.float32)
    nothing = np.zeros(0, np.float32)
    return Seen(luma, np.zeros_like(luma), change, level, calm, nothing)


CLIP = moving(250)


def film(clip: Seen = CLIP) -> Seen:
    """Both cards, grey and silent, around the message."""
    grey = np.full((50, 9, 16), 90, np.uint8)
    still, calm, silent = np.zeros(50, np.float32), np.zeros(100), np.full(100, -100.0)
    return Seen(
        np.concatenate([grey, clip.luma, grey]),
        np.zeros((350, 9, 16), np.uint8),
        np.concatenate([still, clip.change, still]),
        np.concatenate([silent, clip.level, silent]),
        np.concatenate([calm, clip.corner, calm]),
        np.zeros(0),
    )


def found(seen: Seen) -> list[tuple[str, int | None]]:
    """Codes and times."""
    return [(one.code, one.at_ms) for one in watched_findings(seen, RUNDOWN, {"ana": CLIP})]


def changed(name: str, start: int, stop: int, value: float) -> Seen:
    """The film with one of its measures overwritten for a while."""
    array = getattr(film(), name).copy()
    array[start:stop] = value
    return replace(film(), **{name: array})


def test_nothing_is_found_in_a_film_as_it_was_made():
    assert found(film()) == []


def test_nothing_is_found_in_a_film_that_was_encoded_once_more():
    chance = np.random.default_rng(8)
    seen = film()
    noisy = seen.luma.astype(int) + chance.integers(-3, 4, seen.luma.shape)
    again = replace(
        seen,
        luma=np.clip(noisy, 0, 255).astype(np.uint8),
        level=seen.level + chance.normal(0, 0.7, len(seen.level)),
        change=seen.change * 0.8,
    )
    assert found(again) == []


@pytest.mark.parametrize(
    ("seen", "code", "at_ms"),
    [
        (changed("luma", 100, 115, 16), "picture-black", 4000),
        (changed("luma", 20, 30, 16), "picture-black", 800),
        (changed("change", 150, 175, 0.01), "picture-held", 6000),
        (changed("luma", 200, 220, 235), "picture-differs", 8000),
        (changed("level", 200, 250, -110), "sound-silent", 4100),
        (changed("corner", 99, 100, 0.9), "joint-click", 2000),
        (replace(film(), undecoded=np.array([5.28])), "built-damaged", 5280),
    ],
    ids=["black", "a black card", "frozen", "another picture", "silent", "a crack", "damaged"],
)
def test_each_fault_is_named_with_its_time(seen, code, at_ms):
    assert [(one, round((at or 0) / 200)) for one, at in found(seen)] == [
        (code, round(at_ms / 200))
    ]


@pytest.mark.parametrize(("by_db", "said"), [(6, "6 dB louder"), (-5, "5 dB softer")])
def test_a_clip_that_is_louder_or_softer_than_made_is_one_finding(by_db, said):
    level = film().level.copy()
    level[100:600] += by_db
    (one,) = watched_findings(replace(film(), level=level), RUNDOWN, {"ana": CLIP})
    assert (one.code, one.submission) == ("sound-level", "ana")
    assert said in one.message


def test_a_message_that_slipped_is_said_once_and_by_how_much():
    luma, change, level = film().luma, film().change, film().level
    slipped = replace(
        film(),
        luma=np.concatenate([luma[:40], luma[50:], luma[-10:]]),
        change=np.concatenate([change[:40], change[50:], change[-10:]]),
        level=np.concatenate([level[:80], level[100:], level[-20:]]),
    )
    (one,) = watched_findings(slipped, RUNDOWN, {"ana": CLIP})
    assert (one.code, one.at_ms) == ("joint-shifted", 2000)
    assert "the message at 0:02 comes 0.40 s too early" in one.message


def test_sound_that_slipped_alone_is_told_from_its_picture():
    level = film().level
    late = replace(film(), level=np.concatenate([level[:100], level[-10:], level[100:-10]]))
    (one,) = watched_findings(late, RUNDOWN, {"ana": CLIP})
    assert "the sound of the message at 0:02 comes 0.20 s too late" in one.message


CROSSFADED = Rundown(
    (
        RundownItem("opening", "Perspectives", 0, 50),
        RundownItem("message", "Ana", 40, 250, "ana", overlap=10),
        RundownItem("message", "Bo", 280, 30, "bo", overlap=10),
        RundownItem("closing", "Thank you", 300, 50, overlap=10),
    ),
    RATE,
)
"""Ana goes over into Bo, who is silent and there for 1.2 s, of which 0.4 s are his alone."""
BO = replace(moving(30), luma=moving(280).luma[250:], level=np.full(60, -120, np.float32))


def crossfaded() -> Seen:
    """Each item laid over the one before it, half of each where they meet."""
    luma, level = np.full((350, 9, 16), 90.0), np.full(700, -100.0)
    change = np.zeros(350)
    for item, clip in ((CROSSFADED.items[1], CLIP), (CROSSFADED.items[2], BO)):
        there = slice(item.start_frame, item.end_frame)
        sound = slice(2 * item.start_frame, 2 * item.end_frame)
        luma[there], change[there], level[sound] = clip.luma, clip.change, clip.level
    for item in CROSSFADED.items[1:]:
        both = slice(item.start_frame, item.start_frame + item.overlap)
        luma[both] = (luma[both] + 225) / 2
        level[2 * both.start : 2 * both.stop] = -30
    red, nothing = np.zeros((350, 9, 16), np.uint8), np.zeros(0)
    return Seen(luma.astype(np.uint8), red, change, level, np.zeros(700), nothing)


def test_where_messages_are_crossfaded_nothing_else_was_to_be_seen_or_heard():
    assert watched_findings(crossfaded(), CROSSFADED, {"ana": CLIP, "bo": BO}) == ()


def test_a_fault_right_beside_a_crossfade_is_found():
    seen = crossfaded()
    seen.luma[50:58] = 235
    seen.luma[272:280] = 235
    found = watched_findings(seen, CROSSFADED, {"ana": CLIP, "bo": BO})
    assert [(one.code, one.submission, one.at_ms) for one in found] == [
        ("picture-differs", "ana", 2_000),
        ("picture-differs", "ana", 10_880),
    ]


def test_a_film_of_another_length_is_said():
    short = replace(film(), luma=film().luma[:-5], change=film().change[:-5])
    assert found(short) == [("built-length", None)]


@pytest.mark.parametrize(
    ("measure", "dark", "light"), [("luma", 30, 200), ("red", 0, 160)], ids=["light", "red"]
)
def test_four_flashes_a_second_are_named_and_three_are_not(measure, dark, light):
    def flashing(times: int) -> Seen:
        array = np.full((350, 9, 16), dark if measure == "red" else 90, np.uint8)
        for flash in range(times):
            array[310 + 6 * flash : 313 + 6 * flash] = light
        if measure == "luma":
            array[:300] = film().luma[:300]
            array[300:] = np.where(array[300:] == light, light, dark)
        return replace(film(), **{measure: array})

    def codes(times: int) -> list[str]:
        return [code for code, _ in found(flashing(times))]

    assert codes(4) == ["flashes"]
    assert codes(3) == []


@pytest.mark.parametrize(("first", "whose"), [(100, "ana"), (310, None)])
def test_flashes_in_a_message_are_its_speakers(first, whose):
    luma = np.full((350, 9, 16), 30, np.uint8)
    for frame in range(first, first + 24, 6):
        luma[frame : frame + 3] = 200
    flashes = [
        one
        for one in watched_findings(replace(film(), luma=luma), RUNDOWN, {})
        if one.code == "flashes"
    ]
    assert [one.submission for one in flashes] == [whose]


def test_flashes_of_a_small_part_of_the_picture_are_none():
    luma = film().luma.copy()
    luma[300:] = 30
    luma[300:340:6, :3, :4] = 220  # a twelfth of it
    assert found(replace(film(), luma=luma)) == []


def test_what_moves_through_the_picture_is_no_flash():
    luma = film().luma.copy()
    luma[300:] = 40
    for frame in range(300, 350):
        luma[frame, :, (frame * 3) % 16 :] = 200
        luma[frame] = np.roll(np.where(np.arange(16) % 8 < 4, 40, 200), frame * 2)[None, :]
    assert found(replace(film(), luma=luma)) == []


def test_the_curve_has_a_value_for_each_second():
    said = "".join(
        f"[Parsed_ebur128_0 @ 0x1] t: {n / 10:.1f} TARGET:-23 LUFS    M: -20.0 S:{-30 + n / 10:.1f}"
        " I: -20.0 LUFS\n"
        for n in range(1, 31)
    )
    assert parse_curve(said) == (-29.0, -28.0, -27.0)


def test_each_message_is_as_loud_as_its_speech_without_pauses_and_the_cards_beside_it():
    items = (
        RundownItem("title", "Ana", 0, 50),
        RundownItem("message", "Ana", 50, 250, "ana"),  # 2 s to 12 s
        RundownItem("message", "Bo", 300, 250, "bo"),  # 12 s to 22 s
        RundownItem("message", "Cy", 550, 50, "cy"),  # 22 s to 24 s: shorter than the window
        RundownItem("message", "Di", 600, 250, "di"),  # 24 s to 34 s: nothing is heard
    )
    music, silence = -30.0, -70.0
    # the window looks back on 3 s: what is said within 3 s of a message's start is of both
    curve = [music] * 4 + [-16.0] * 4 + [-40.0] * 2 + [-16.0] * 2 + [-10.0] * 2 + [-20.0] * 8
    heard = messages_lufs(
        Meter(-17, -1, (*curve, -18.0, -18.0, *[silence] * 10)), Rundown(items, RATE)
    )
    assert [(name, round(lufs, 1)) for name, lufs in heard] == [
        ("Ana", -16.0), ("Bo", -20.0), ("Cy", -18.0),
    ]  # fmt: skip
