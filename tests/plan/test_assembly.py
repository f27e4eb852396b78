"""The join: order, chapters, caption tracks, and captions on the segment's clock."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from pipeline.config_file import read_config
from pipeline.model import Captions, Cue
from pipeline.plan.assembly import (
    Track,
    language_of_all,
    plan_join,
    plan_sound_track,
    segment_cues,
)
from pipeline.plan.chapters import chapters_text, segment_spans
from pipeline.plan.rundown import Rundown, plan_rundown
from pipeline.recipe import FileInput

PAL = Fraction(25)


def rundown(name: str = "Ann", **message_frames: int) -> Rundown:
    """Opening 8 s, two speakers, closing 6 s."""
    return plan_rundown(
        read_config(
            "title: Micro-credentials\nslot: {start: 2021-09-14T14:30:00+02:00, end:"
            f" 2021-09-14T14:50:00+02:00}}\nspeakers:\n  - {{id: ann, name: '{name}'}}\n  - {{id:"
            " ben, name: Ben}\n"
        ),
        message_frames,
    )


def part(name: str) -> FileInput:
    """A part that some recipe made."""
    return FileInput(name, f"digest of {name}", f"/store/{name}")


def pairs(arguments: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each argument with the one behind it."""
    return list(pairwise(arguments))


# --- captions on the segment's clock --------------------------------------------------------------


def test_captions_are_moved_to_where_their_message_begins():
    captions = {
        "ann": Captions("en", "script", (Cue(0, 50, ("Hello",)),), False),
        "ben": Captions("en", "script", (Cue(10, 60, ("Thanks",)),), False),
    }
    assert segment_cues(rundown(ann=1000, ben=500), captions) == (
        Cue(350, 400, ("Hello",)),
        Cue(1510, 1560, ("Thanks",)),
    )


def test_a_caption_never_runs_into_the_next_card():
    captions = {
        "ann": Captions(
            "en", "person", (Cue(90, 130, ("to the end",)), Cue(100, 140, ("after it",))), False
        )
    }
    assert segment_cues(rundown(ann=100, ben=500), captions) == (Cue(440, 450, ("to the end",)),)


def test_a_holding_card_has_no_captions():
    captions = {"ann": Captions("en", "person", (Cue(0, 50, ("not there",)),), False)}
    assert segment_cues(rundown(ben=500), captions) == ()


# --- chapters -------------------------------------------------------------------------------------


def test_a_title_card_and_its_message_are_one_chapter():
    assert (
        chapters_text(segment_spans(rundown(ann=1000).items), PAL)
        == """\
;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=8000
title=Micro-credentials
[CHAPTER]
TIMEBASE=1/1000
START=8000
END=54000
title=Ann
[CHAPTER]
TIMEBASE=1/1000
START=54000
END=60000
title=Ben: message to follow
[CHAPTER]
TIMEBASE=1/1000
START=60000
END=66000
title=Thank you
"""
    )


def test_a_name_cannot_write_chapters_of_its_own():
    assert "title=A\\=1\\; \\#2 \\\\n [CHAPTER]\n" in chapters_text(
        segment_spans(rundown(name="A=1; #2 \\n [CHAPTER]", ann=100).items), PAL
    )


# --- the join -------------------------------------------------------------------------------------


def test_parts_are_joined_in_order_and_pictures_are_never_encoded_again():
    recipe = plan_join(
        "join",
        [part("b.mp4"), part("a.mp4")],
        part("x.m4a"),
        "en",
        (),
        None,
        500,
        "segment.mp4",
        "Title",
        "ffmpeg 9",
    )
    assert dict(recipe.texts)["order.txt"] == "file part-00001.mp4\nfile part-00002.mp4\n"
    assert [(entry.name, entry.digest) for entry in recipe.inputs] == [
        ("part-00001.mp4", "digest of b.mp4"),
        ("part-00002.mp4", "digest of a.mp4"),
        ("sound.m4a", "digest of x.m4a"),
    ]
    assert {
        ("-c:v", "copy"),
        ("-c:a", "copy"),
        ("-movflags", "+faststart"),
        ("-metadata", "title=Title"),
    } <= set(pairs(recipe.arguments))
    assert recipe.frames == (("segment.mp4", 500),)


def test_each_caption_track_says_its_language_and_one_is_shown_unasked():
    tracks = (
        Track("en", "en", "EN", True),
        Track("es", "es", "ES", False),
        Track("zh", "zh", "ZH", False),
        Track("spoken", "mul", "ALL", False),
    )
    recipe = plan_join(
        "join",
        [part("a.mp4")],
        part("x.m4a"),
        "mul",
        tracks,
        "chapters",
        500,
        "segment.mp4",
        "T",
        "ffmpeg 9",
    )
    texts = dict(recipe.texts)
    assert (texts["captions-en.srt"], texts["captions-es.srt"], texts["chapters.txt"]) == (
        "EN",
        "ES",
        "chapters",
    )
    assert {
        ("-metadata:s:s:0", "language=eng"),
        ("-metadata:s:s:1", "language=spa"),
        ("-metadata:s:s:2", "language=zho"),
        ("-metadata:s:s:3", "language=mul"),
        ("-metadata:s:s:3", "handler_name=As spoken"),
        ("-metadata:s:a:0", "language=mul"),
        ("-metadata:s:s:0", "handler_name=English"),
        ("-metadata:s:s:1", "handler_name=Español"),
        ("-disposition:s:0", "default"),
        ("-disposition:s:1", "0"),
        ("-disposition:s:2", "0"),
        ("-map", "2:s"),
        ("-map", "3:s"),
        ("-map", "4:s"),
        ("-map", "5:s"),
        ("-map_chapters", "6"),
    } <= set(pairs(recipe.arguments))


def test_the_language_of_all_is_one_where_all_speak_varieties_of_it():
    assert language_of_all(["de", "de"]) == "de"
    assert language_of_all(["en-GB", "en-NZ"]) == "en"
    assert language_of_all(["en", "de"]) == "mul"
    assert language_of_all([]) == "und"


def test_a_changed_caption_is_another_join_and_a_changed_path_is_not():
    def key(srt: str, path: str) -> str:
        pictures, tracks = [FileInput("a.mp4", "digest", path)], [Track("en", "en", srt, True)]
        sound = part("x.m4a")
        return plan_join(
            "j", pictures, sound, "en", tracks, None, 500, "s.mp4", "T", "ffmpeg 9"
        ).key

    assert key("one", "/here/a.mp4") == key("one", "/there/a.mp4")
    assert key("one", "/here/a.mp4") != key("two", "/here/a.mp4")


def test_sound_is_joined_as_samples_and_is_as_long_as_the_pictures():
    recipe = plan_sound_track("sound", [part("a.wav"), part("b.wav")], 2500, PAL, "ffmpeg 9")
    assert ("-af", "apad=whole_len=4800000,atrim=end_sample=4800000") in pairs(recipe.arguments)
    assert dict(recipe.texts)["order.txt"] == "file part-00001.wav\nfile part-00002.wav\n"
