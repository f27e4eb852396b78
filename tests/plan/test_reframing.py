"""What an upright or square picture shows of a message: around the face, or the whole of it."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from pipeline.config import Crop
from pipeline.plan.framing import plan_framing
from pipeline.plan.reframing import Face, in_the_recording, parse_faces, plan_reframing

LANDSCAPE, WEBCAM, PHONE = (
    (Fraction(wide), Fraction(high)) for wide, high in ((1280, 720), (640, 480), (720, 1280))
)
UPRIGHT, SQUARE = (1080, 1920), (1080, 1080)


def speaker(middle: float, wide: float = 0.1, top: float = 0.25, high: float = 0.28) -> Face:
    return Face(middle - wide / 2, top, middle + wide / 2, top + high)


def across(crop: Crop) -> tuple[float, float]:
    """From where to where of its width a picture is shown."""
    assert crop.top == crop.bottom == 0
    return float(crop.left), float(1 - crop.right)


def test_a_speaker_at_the_side_of_a_landscape_picture_is_in_the_middle_of_the_upright_one():
    cut = plan_reframing(LANDSCAPE, UPRIGHT, Crop(), [[speaker(0.7)]] * 9)
    assert (cut.fit, cut.why) == ("cover", "face")
    left, right = across(cut.crop)
    assert right - left == pytest.approx(81 / 256, abs=0.002)
    assert (left + right) / 2 == pytest.approx(0.7, abs=0.002)


def test_a_speaker_at_the_edge_is_shown_whole_and_nothing_beside_the_picture():
    cut = plan_reframing(LANDSCAPE, UPRIGHT, Crop(), [[speaker(0.9)]] * 9)
    assert across(cut.crop) == (pytest.approx(0.684, abs=0.001), 1)


def test_a_4_3_webcam_fills_the_upright_picture_around_the_face():
    cut = plan_reframing(WEBCAM, UPRIGHT, Crop(), [[speaker(0.35, wide=0.2)]] * 9)
    left, right = across(cut.crop)
    assert right - left == pytest.approx(27 / 64, abs=0.002)
    assert left < 0.35 - 0.16 and right > 0.35 + 0.16  # hair and ears too


def test_a_portrait_phone_fills_the_upright_picture_as_it_is():
    cut = plan_reframing(PHONE, UPRIGHT, Crop(), None)
    assert (cut.fit, cut.crop, cut.why) == ("cover", Crop(), "fills")


def test_a_portrait_phone_is_cut_above_and_below_for_a_square_and_nobodys_head_with_it():
    face = speaker(0.5, wide=0.4, top=0.2, high=0.22)
    cut = plan_reframing(PHONE, SQUARE, Crop(), [[face]] * 9)
    assert (cut.fit, cut.crop.left, cut.crop.right) == ("cover", 0, 0)
    assert float(1 - cut.crop.top - cut.crop.bottom) == pytest.approx(9 / 16, abs=0.002)
    assert float(cut.crop.top) < 0.2 - 0.45 * 0.22
    assert float(1 - cut.crop.bottom) > 0.42


def test_one_picture_in_which_something_else_was_taken_for_a_face_moves_nothing():
    seen = [[speaker(0.6)]] * 10 + [[speaker(0.2)]]
    left, right = across(plan_reframing(LANDSCAPE, UPRIGHT, Crop(), seen).crop)
    assert (left + right) / 2 == pytest.approx(0.6, abs=0.002)


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        ([[Face(0.85, 0.05, 0.93, 0.2)]] * 9, "small"),  # a small picture beside slides
        ([[speaker(0.5, wide=0.03, high=0.08)]] * 9, "small"),  # somebody far back in a room
        ([[]] * 9, "no-face"),
        ([], "no-face"),
        ([[speaker(0.2), speaker(0.8)]] * 9, "too-wide"),  # two who sit apart
        ([[speaker(0.19, high=0.18), speaker(0.7)]] * 9, "too-wide"),  # one of them further off
        ([[speaker(0.25)]] * 5 + [[speaker(0.75)]] * 5, "moves"),
    ],
)
def test_the_whole_is_shown_where_a_cut_would_lose_what_matters(seen, why):
    cut = plan_reframing(LANDSCAPE, UPRIGHT, Crop(), seen)
    assert (cut.fit, cut.crop, cut.why) == ("contain", Crop(), why)


def test_two_who_sit_close_are_both_shown():
    pair = [speaker(0.43, wide=0.06), speaker(0.57, wide=0.06)]
    cut = plan_reframing(LANDSCAPE, UPRIGHT, Crop(), [pair] * 9)
    left, right = across(cut.crop)
    assert left < 0.4 and right > 0.6


def test_without_anything_that_finds_faces_the_middle_is_shown():
    cut = plan_reframing(LANDSCAPE, UPRIGHT, Crop(), None)
    assert cut.why == "no-finder"
    left, right = across(cut.crop)
    assert left == pytest.approx(1 - right, abs=0.002)


def test_what_a_person_says_comes_before_what_was_found():
    seen = [[speaker(0.7)]] * 9
    cut = plan_reframing(LANDSCAPE, UPRIGHT, Crop(), seen, Fraction(40, 100))
    left, right = across(cut.crop)
    assert (left + right) / 2 == pytest.approx(0.4, abs=0.002)
    whole = plan_reframing(LANDSCAPE, UPRIGHT, Crop(), seen, "whole")
    assert (whole.fit, whole.crop) == ("contain", Crop())


def test_what_is_cut_off_by_hand_is_never_shown():
    crop = Crop(left="20%", bottom="10%")
    cut = plan_reframing(LANDSCAPE, UPRIGHT, crop, [[speaker(0.1)]] * 9)
    assert cut.crop.left == Fraction(1, 5) and cut.crop.bottom == Fraction(1, 10)
    assert cut.crop.right > 0


@pytest.mark.parametrize("shown", [LANDSCAPE, WEBCAM, PHONE])
@pytest.mark.parametrize("frame", [UPRIGHT, SQUARE, (1080, 1350)])
def test_a_picture_that_is_cut_fills_the_frame_without_being_stretched(shown, frame):
    cut = plan_reframing(shown, frame, Crop(), [[speaker(0.5, top=0.3, high=0.2)]] * 9)
    framing = plan_framing(shown, frame, cut.fit, cut.crop)
    assert framing.size == frame
    across, down = framing.scaled[0] / shown[0], framing.scaled[1] / shown[1]
    assert float(across / down) == pytest.approx(1, abs=0.004)


def test_faces_found_in_the_segment_are_where_they_are_in_the_recording():
    frame = (1920, 1080)
    framing = plan_framing(WEBCAM, frame, "contain", Crop())  # 1440 wide, 240 free on both sides
    ((face,),) = in_the_recording(
        parse_faces(json.dumps([[[0.3125, 0.2, 0.5, 0.6]]])), framing, frame
    )
    assert (face.left, face.top, face.right, face.foot) == pytest.approx((0.25, 0.2, 0.5, 0.6))
