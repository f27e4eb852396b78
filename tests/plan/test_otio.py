"""rundown.otio opens as an editor opens it, and its ranges are the rundown's."""

from __future__ import annotations

import opentimelineio as otio
import pytest
from test_rundown import event

from pipeline.config import Config
from pipeline.model import Cue, RundownItem
from pipeline.plan.otio import rundown_otio
from pipeline.plan.rundown import Rundown, plan_rundown

CUES = {"en": (Cue(400, 450, ("First line", "second line")), Cue(450, 500, ("Then",)))}


def opened(config: Config, rundown: Rundown, captions=CUES):
    return otio.adapters.read_from_string(rundown_otio(rundown, config, captions), "otio_json")


def placed(track) -> list[tuple[str, int, int]]:
    """Name, first frame and length of each clip of a track."""
    return [
        (
            clip.name,
            int(track.range_of_child(clip).start_time.value),
            int(track.range_of_child(clip).duration.value),
        )
        for clip in track.find_clips()
    ]


@pytest.mark.parametrize("fps", ["25", "29.97"])
def test_the_ranges_of_the_timeline_are_those_of_the_rundown(fps):
    config = event(delivery=f"fps: {fps}", names=("Ann", "Ben", "Cy"))
    rundown = plan_rundown(config, {"s1": 1000, "s3": 777})
    timeline = opened(config, rundown)
    found = sorted(
        entry for track in timeline.tracks if track.kind == "Video" for entry in placed(track)
    )
    assert found == sorted(
        (
            item.title if item.kind == "message" else f"{item.kind}: {item.title}",
            item.start_frame,
            item.frames,
        )
        for item in rundown.items
    )
    assert timeline.tracks[0].available_range().duration.rate == pytest.approx(float(rundown.rate))
    assert (
        max(track.available_range().duration.value for track in timeline.tracks) == rundown.frames
    )


def test_messages_sound_cards_and_captions_have_tracks_of_their_own():
    config = event(names=("Ann",))
    timeline = opened(config, plan_rundown(config, {"s1": 1000}))
    assert [(track.name, track.kind, placed(track)) for track in timeline.tracks] == [
        ("Messages", "Video", [("Ann", 350, 1000)]),
        ("Sound of messages", "Audio", [("Ann", 350, 1000)]),
        (
            "Cards",
            "Video",
            [
                ("opening: Micro-credentials", 0, 200),
                ("title: Ann", 200, 150),
                ("closing: Thank you", 1350, 150),
            ],
        ),
        ("Captions en", "Subtitle", [("First line second line", 400, 50), ("Then", 450, 50)]),
    ]
    assert timeline.tracks[3][1].media_reference.parameters["text"] == "First line\nsecond line"


def test_files_are_named_from_where_the_timeline_lies():
    config = event(names=("Ann",))
    timeline = opened(config, plan_rundown(config, {"s1": 1000}))
    files = [
        (
            clip.media_reference.target_url,
            int(clip.source_range.start_time.value),
            int(clip.media_reference.available_range.duration.value),
        )
        for track in timeline.tracks[:3]
        for clip in track.find_clips()
    ]
    assert files == [
        ("clips/s1.mp4", 0, 1000),
        ("clips/s1.mp4", 0, 1000),
        ("segment.mp4", 0, 1500),
        ("segment.mp4", 200, 1500),
        ("segment.mp4", 1350, 1500),
    ]


def test_burned_pictures_alone_are_named_where_nothing_else_is_delivered():
    config = event(names=("Ann",), delivery="outputs: [burned]")
    assert {
        clip.media_reference.target_url
        for clip in opened(config, plan_rundown(config, {"s1": 9}), {}).find_clips()
    } == {"clips/s1.captioned.mp4", "segment.captioned.mp4"}


def test_a_marker_stands_where_each_speaker_begins():
    config = event(names=("Ann", "Ben"))
    timeline = opened(config, plan_rundown(config, {"s1": 1000}))
    assert [
        (
            marker.name,
            int(marker.marked_range.start_time.value),
            int(marker.marked_range.duration.value),
        )
        for marker in timeline.tracks.markers
    ] == [("Ann", 200, 1150), ("Ben: message to follow", 1350, 150)]


def test_items_that_overlap_lie_on_two_tracks():
    config = event(names=("Ann",))
    rundown = Rundown(
        (
            RundownItem("opening", "T", 0, 200),
            RundownItem("title", "Ann", 190, 150, "s1"),
            RundownItem("message", "Ann", 330, 500, "s1"),
        ),
        config.delivery.fps,
    )
    timeline = opened(config, rundown, {})
    assert [(track.name, placed(track)) for track in timeline.tracks if track.kind == "Video"] == [
        ("Messages", [("Ann", 330, 500)]),
        ("Cards", [("opening: T", 0, 200)]),
        ("Cards 2", [("title: Ann", 190, 150)]),
    ]
