"""Crossfades in the plan: who overlaps whom, what it does to the sum, which work stays the same."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.config import Config, Delivery, Speaker, Trim
from pipeline.config_file import read_config
from pipeline.model import Captions, Cue, PictureTrack, Probe, SoundTrack
from pipeline.plan.assembly import segment_cues
from pipeline.plan.chapters import chapters_text, segment_spans
from pipeline.plan.conform import Timeline, plan_timeline
from pipeline.plan.picture import Dressing, Take, plan_part
from pipeline.plan.rundown import plan_rundown
from pipeline.plan.slot import plan_slot
from pipeline.plan.transitions import Edge, plan_mix, plan_sound_mix
from pipeline.recipe import FileInput

PAL = Fraction(25)


def event(cards: str = "transition: crossfade", slot: str = "", delivery: str = "") -> Config:
    """Twenty minutes, two speakers; a crossfade of 10 frames at 25 a second."""
    return read_config(
        "title: Micro-credentials\nslot: {start: 2021-09-14T14:30:00+02:00, end:"
        f" 2021-09-14T14:50:00+02:00{slot}}}\ncards: {{{cards}}}\ndelivery:"
        f" {{{delivery}}}\nspeakers:\n  - {{id: ann, name: Ann}}\n  - {{id: ben, name: Ben}}\n"
    )


def recording(seconds: int, container: str = "mov") -> Probe:
    """A message of 25 pictures a second, with sound as long."""
    picture = PictureTrack(
        0,
        "h264",
        640,
        360,
        Fraction(1),
        0,
        "bt709",
        False,
        Fraction(1, 25),
        tuple(range(25 * seconds)),
        1,
    )
    sound = SoundTrack(0, 1, True, "aac", 48000, 2, Fraction(0), Fraction(seconds), 47 * seconds)
    return Probe(container, Fraction(0), picture, sound, (sound,), 0)


def spans(timeline: Timeline) -> list[tuple[int, int]]:
    return [(part.first_frame, part.first_frame + part.frames) for part in timeline.parts]


# --- the sum --------------------------------------------------------------------------------------


def test_neighbours_share_the_frames_of_the_crossfade():
    rundown = plan_rundown(event(), {"ann": 1000, "ben": 500})
    assert [
        (item.kind, item.start_frame, item.end_frame, item.overlap) for item in rundown.items
    ] == [
        ("opening", 0, 200, 0),
        ("title", 190, 340, 10),
        ("message", 330, 1330, 10),
        ("title", 1320, 1470, 10),
        ("message", 1460, 1960, 10),
        ("closing", 1950, 2100, 10),
    ]
    assert rundown.frames == 2100  # 200 + 150 + 1000 + 150 + 500 + 150, less five times 10


def test_with_fade_and_cut_nothing_overlaps():
    for transition in ("fade", "cut"):
        assert (
            plan_rundown(event(f"transition: {transition}"), {"ann": 1000, "ben": 500}).frames
            == 2150
        )


def test_the_sum_of_the_slot_counts_what_two_items_share_once():
    assert plan_slot(event(), {"ann": 1000, "ben": 500}).total_ms == 84000
    # Opening, holding, title, ben, closing: four joints.
    assert plan_slot(event(), {"ben": 500}).total_ms == 44400
    assert plan_slot(event(), {}).allowance_ms == (1200000 - 26000 - 15000 + 5 * 400) // 2


def test_a_very_short_message_is_crossfaded_for_a_third_of_it_at_either_end():
    rundown = plan_rundown(event(), {"ann": 16, "ben": 2})
    assert [(item.kind, item.frames, item.overlap) for item in rundown.items] == [
        ("opening", 200, 0),
        ("title", 150, 10),
        ("message", 16, 5),
        ("title", 150, 5),
        ("message", 2, 0),
        ("closing", 150, 0),
    ]


def test_items_left_out_are_not_crossfaded_with():
    rundown = plan_rundown(
        event("opening: 0s, title: 0s, closing: 0s, transition: crossfade"),
        {"ann": 100, "ben": 100},
    )
    assert [(item.kind, item.start_frame, item.overlap) for item in rundown.items] == [
        ("message", 0, 0),
        ("message", 90, 10),
    ]


@pytest.mark.parametrize("left", [1, 2, 3, 7, 13, 19, 20, 21, 500])
def test_the_card_that_fills_the_slot_ends_with_it_to_the_frame(left):
    config = event("transition: crossfade", ", fill: hold")
    rundown = plan_rundown(
        config, {"ann": 20000, "ben": 30000 - 20000 - 200 - 150 - 150 - 150 + 50 - left}
    )
    assert rundown.items[-1].kind == "closing"
    assert rundown.frames == 30000


def test_the_two_items_of_a_crossfade_are_found_by_its_frames():
    rundown = plan_rundown(event(), {"ann": 1000, "ben": 500})
    assert rundown.crossing(189) is None
    assert [item.kind for item in rundown.crossing(190) or ()] == ["opening", "title"]
    assert [item.kind for item in rundown.crossing(1329) or ()] == ["message", "title"]
    assert rundown.crossing(1330) is None


# --- captions and chapters ------------------------------------------------------------------------


def test_captions_stay_with_their_message_and_end_with_its_last_frame():
    captions = {
        "ann": Captions("en", "person", (Cue(0, 50, ("Hello",)), Cue(980, 1200, ("Bye",))), False)
    }
    assert segment_cues(plan_rundown(event(), {"ann": 1000}), captions) == (
        Cue(330, 380, ("Hello",)),
        Cue(1310, 1330, ("Bye",)),
    )


@pytest.mark.parametrize(("fade", "changes_hands"), [("0.4s", 95), ("0.2s", 98)])
def test_two_messages_change_captions_in_the_middle_of_their_crossfade(fade, changes_hands):
    config = event(f"opening: 0s, title: 0s, closing: 0s, fade: {fade}, transition: crossfade")
    spoken = {
        name: Captions("en", "person", (Cue(0, 100, (name,)),), False) for name in ("ann", "ben")
    }
    first, second = segment_cues(plan_rundown(config, {"ann": 100, "ben": 100}), spoken)
    assert (first.start_frame, first.end_frame, second.start_frame) == (
        0,
        changes_hands,
        changes_hands,
    )


def test_a_chapter_ends_where_the_next_one_begins():
    said = chapters_text(
        segment_spans(plan_rundown(event(), {"ann": 1000, "ben": 500}).items), Fraction(25)
    )
    assert [line for line in said.splitlines() if line.startswith(("START", "END"))] == [
        "START=0",
        "END=7600",
        "START=7600",
        "END=52800",
        "START=52800",
        "END=78000",
        "START=78000",
        "END=84000",
    ]


# --- parts ----------------------------------------------------------------------------------------


def test_the_ends_of_a_message_are_parts_of_their_own():
    assert spans(plan_timeline(recording(25), PAL, Trim(), 10)) == [
        (0, 10),
        (10, 250),
        (250, 500),
        (500, 615),
        (615, 625),
    ]
    assert spans(plan_timeline(recording(25), PAL, Trim())) == [(0, 250), (250, 500), (500, 625)]


def test_a_last_part_that_is_shorter_than_the_crossfade_is_one_with_it():
    trim = Trim.model_validate({"end": "20.2s"})
    assert spans(plan_timeline(recording(25), PAL, trim, 10)) == [
        (0, 10),
        (10, 250),
        (250, 495),
        (495, 505),
    ]


def test_a_recording_without_an_index_has_its_ends_cut_off_and_is_still_read_from_its_beginning():
    timeline = plan_timeline(recording(25, "mpegts"), PAL, Trim(), 10)
    assert spans(timeline) == [(0, 10), (10, 615), (615, 625)]
    assert [part.seek_s for part in timeline.parts] == [None, None, None]


def test_a_photo_has_its_ends_cut_off_too():
    assert spans(plan_timeline(replace(recording(12), picture=None), PAL, Trim(), 10)) == [
        (0, 10),
        (10, 250),
        (250, 290),
        (290, 300),
    ]


def test_another_transition_leaves_the_parts_in_the_middle_of_a_message_as_they_are():
    probe, sent = recording(25), FileInput("recording", "digest", "/inputs/ann.mov", outside=True)
    picture = probe.picture
    assert picture

    def keys(crossfade: int) -> set[str]:
        timeline = plan_timeline(probe, PAL, Trim(), crossfade)
        take = Take(Speaker(id="ann", name="Ann"), timeline, Delivery(), Dressing(10), "ffmpeg 9")
        return {plan_part(sent, picture, take, part).key for part in timeline.parts}

    assert len(keys(0) & keys(10)) == 1  # frames 250 to 500, of three parts and of five


# --- the joint ------------------------------------------------------------------------------------


def edge(name: str, frames: int = 10) -> Edge:
    return Edge((FileInput(f"{name}.mp4", f"digest of {name}", f"/store/{name}"),), frames)


def test_a_joint_is_as_long_as_both_ends_less_what_they_share():
    recipe = plan_mix("joint", edge("tail", 8), edge("head", 10), 8, Delivery(), "ffmpeg 9")
    assert recipe.frames == (("clean.mp4", 10),)
    assert [(entry.name, entry.digest) for entry in recipe.inputs] == [
        ("before-1.mp4", "digest of tail"),
        ("after-1.mp4", "digest of head"),
    ]
    assert recipe.from_outside is None  # it never reads what outsiders sent


def test_a_joint_depends_on_its_two_ends_and_on_nothing_else():
    made = plan_mix("joint", edge("tail"), edge("head"), 10, Delivery(), "ffmpeg 9")
    assert made.key == plan_mix("other", edge("tail"), edge("head"), 10, Delivery(), "ffmpeg 9").key
    assert (
        made.key != plan_mix("joint", edge("tail"), edge("another"), 10, Delivery(), "ffmpeg 9").key
    )


def test_sound_is_crossed_over_as_many_samples_as_the_pictures_last():
    sound = FileInput("sound.wav", "digest", "/store/sound.wav")
    recipe = plan_sound_mix("joint", sound, 1000, sound, 12, Fraction(30000, 1001), "ffmpeg 9")
    assert recipe.samples == (("sound.wav", 19219),)  # 12 x 1601.6
