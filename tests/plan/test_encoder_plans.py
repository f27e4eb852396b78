"""Pictures that a graphics card encodes: what it is handed, what it has to give, how the number is
found at which it does as well as x264.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.config import Config, Delivery, Speaker, Trim
from pipeline.config_file import read_config
from pipeline.model import EncodedFacts, PictureTrack, Probe
from pipeline.plan.cards import plan_card
from pipeline.plan.conform import encoding, plan_timeline
from pipeline.plan.encoders import (
    ENCODERS,
    as_asked,
    by_card,
    coarsest,
    encoded,
    plan_trial,
    setting_of,
    wrong_with,
)
from pipeline.plan.picture import Dressing, Take, plan_part
from pipeline.plan.pieces import plan_black
from pipeline.recipe import FileInput, Recipe

PAL = Fraction(25)
ASKED = Delivery(encoder="auto")
NVENC = by_card(ASKED, "nvenc", 23, "card one")
SENT = FileInput("recording", "0" * 64, "/inputs/ana.mp4", outside=True)
RIGHT = EncodedFacts(tuple(range(60)), (0, 50), "yuv420p", "High", bt709=True, header="0")


def config(delivery: Delivery) -> Config:
    return read_config(
        "title: T\nslot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
        "speakers: [{id: ana, name: Ana}]\n"
    ).model_copy(update={"delivery": delivery})


def part(
    delivery: Delivery, crossed: bool = False, seconds: int = 2, container: str = "mov"
) -> Recipe:
    """The first part of somebody's message, clean and with captions."""
    picture = PictureTrack(
        0, "h264", 1920, 1080, Fraction(1), 0, "bt709", False, Fraction(1, 25),
        tuple(range(25 * seconds)), 1, first_key=0,
    )  # fmt: skip
    timeline = plan_timeline(Probe(container, Fraction(0), picture, None, (), 0), PAL, Trim())
    dressing = Dressing(10, crossed=crossed)
    take = Take(Speaker(id="ana", name="Ana"), timeline, delivery, dressing, "9")
    return plan_part(SENT, picture, take, timeline.parts[0], burned=True)


def card(delivery: Delivery, head: int = 0) -> Recipe:
    """A title card."""
    drawn = FileInput("ground.png", "1" * 64, "ground.png")
    words = replace(drawn, name="words.png")
    return plan_card("ana: title card", drawn, words, 50, 10, config(delivery), "9", head)


def test_auto_without_a_card_makes_the_very_results_of_x264():
    assert encoding(ASKED) == encoding(Delivery())
    assert card(ASKED).key == card(Delivery()).key
    assert "again" not in card(ASKED).facts()


def test_a_card_is_handed_pictures_that_have_lost_nothing():
    handed = [" ".join(made.arguments) for made in (card(NVENC), part(NVENC))]
    assert "-qp 0" in handed[0] and "ffvhuff" in handed[1]
    assert not any("crf" in words for words in handed)
    assert card(NVENC).made_again == ("clean.mp4",)


def test_a_long_message_that_cannot_be_cut_into_parts_does_not_fill_the_disk():
    handed = " ".join(part(NVENC, seconds=1800, container="mpegts").arguments)
    assert "-crf 12" in handed and "ffvhuff" not in handed


def test_what_is_still_to_be_crossfaded_goes_to_the_card_later():
    made = card(NVENC, head=8)
    assert "-qp 0" in " ".join(made.arguments)
    assert made.outputs == ("clean.mp4", "head.mp4")
    assert made.made_again == ("clean.mp4",)


def test_what_reads_a_strangers_recording_never_gets_near_the_card():
    made = part(NVENC)
    assert made.from_outside == SENT
    assert not any("nvenc" in word for word in made.arguments)
    assert SENT.name not in " ".join(made.again)
    assert made.made_again == ("clean.mp4", "burned.mp4")
    assert part(NVENC, crossed=True).again == ()


def test_the_card_is_told_all_that_makes_parts_join():
    again = " ".join(card(NVENC).again)
    assert again.startswith("-v error -f nut -i file:made/clean.mp4 -map 0:v:0 ")
    assert again.endswith(" clean.mp4")
    for wanted in (
        "-c:v h264_nvenc",
        "-cq 23",
        "-pix_fmt yuv420p",
        "-profile:v high",
        "-g 50",
        "-bf 0",
        "-fps_mode passthrough",
        "-color_primaries bt709",
        "-flags +bitexact+cgop",
    ):
        assert f" {wanted} " in again, wanted


def test_two_films_are_encoded_in_one_run():
    made = Recipe("a part", "ffmpeg", "9", (), ("clean.mp4", "burned.mp4"))
    vaapi = encoded(made, by_card(ASKED, "vaapi", 20, ""), made.outputs)
    again = " ".join(vaapi.again)
    assert vaapi.made_again == made.outputs
    assert again.count("-init_hw_device vaapi=card") == 1
    assert again.count(",format=nv12,hwupload ") == again.count("-qp 20") == 2
    assert " -map 1:v:0 " in again and again.endswith(" burned.mp4")


def test_another_card_another_number_and_another_encoder_make_other_results():
    others = (
        by_card(ASKED, "nvenc", 23, "card two"),
        by_card(ASKED, "nvenc", 24, "card one"),
        by_card(ASKED, "qsv", 23, "card one"),
        ASKED,
    )
    assert len({card(one).key for one in (NVENC, *others)}) == 5


def test_what_stands_ready_beside_the_segment_is_encoded_by_x264():
    assert plan_black(config(NVENC), "9").key == plan_black(config(Delivery()), "9").key


def test_what_config_yaml_asks_for_is_not_lost():
    assert as_asked(NVENC) == ASKED
    assert setting_of(NVENC) == "NVENC, cq 23"
    assert setting_of(ASKED) == "x264, crf 20"


def test_it_is_tried_with_the_very_arguments_of_a_build():
    assert plan_trial(NVENC, 10, "9").again == card(NVENC).again


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (RIGHT, None),
        (replace(RIGHT, keys=(0, 25, 50)), None),
        (replace(RIGHT, frames=tuple(range(59))), "it made 59 pictures of 60"),
        (
            replace(RIGHT, frames=(*range(59), 60)),
            "its pictures do not follow each other evenly",
        ),
        (replace(RIGHT, pixels="yuv444p"), "its pictures are yuv444p, not yuv420p"),
        (replace(RIGHT, profile="Main"), "its pictures have the profile Main, not High"),
        (replace(RIGHT, bt709=False), "its pictures do not say that they are BT.709"),
        (replace(RIGHT, keys=(0,)), "its pictures do not begin anew every two seconds"),
        (replace(RIGHT, keys=(1, 50)), "its pictures do not begin anew every two seconds"),
    ],
)
def test_an_encoder_that_does_not_give_what_is_promised_is_not_taken(made, why):
    assert wrong_with(made, ASKED, 60) == why


@pytest.mark.parametrize("last_good", [1, 2, 23, 50, 51])
def test_the_coarsest_number_that_is_good_enough_is_found_in_seven_trials(last_good):
    tried = []

    def good(number: int) -> bool:
        tried.append(number)
        return number <= last_good

    assert coarsest(ENCODERS["nvenc"].numbers, good) == last_good
    assert len(tried) <= 7


def test_a_scale_that_rises_with_quality_is_searched_from_its_best_end():
    assert coarsest(ENCODERS["videotoolbox"].numbers, lambda number: number >= 62) == 62


def test_where_the_best_is_not_good_enough_none_is():
    assert coarsest(ENCODERS["qsv"].numbers, lambda number: False) is None
