"""Which of several tracks is shown: the speaker's picture, not a cover, a thumbnail or data,
wherever in the file it lies.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import ONE, REPOSITORY, Event
from delivering import deliver
from measure import UPRIGHT, ffmpeg, frame, framing, generated, one_picture, sound
from probe_clips import MP4, clip


def beside(folder: Path, name: str, *arguments: str) -> Path:
    """A probe clip (input 1) and a small moving test picture (input 0) and a red still (input 2) in
    one file.
    """
    made = clip("own.mp4").make(folder)
    one_picture(folder / "red.png", "color=red:s=640x640")
    ffmpeg(
        "-v",
        "error",
        *generated("testsrc2=s=160x90:r=25", 4),
        "-i",
        made,
        "-i",
        folder / "red.png",
        *arguments,
        folder / name,
    )
    return folder / name


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("larger.mp4", ("-map", "0:v", "-map", "1", *MP4)),
        ("larger.mkv", ("-map", "0:v", "-map", "1", *MP4)),
        (
            "default.mkv",
            (
                "-map",
                "1",
                "-map",
                "0:v",
                *MP4,
                "-s:v:1",
                "1280x720",
                "-disposition:v:0",
                "default",
                "-disposition:v:1",
                "0",
            ),
        ),
        (
            "default-last.mkv",
            (
                "-map",
                "0:v",
                "-map",
                "1",
                *MP4,
                "-s:v:0",
                "1280x720",
                "-disposition:v:1",
                "default",
                "-disposition:v:0",
                "0",
            ),
        ),
        (
            "cover-first.mp4",
            ("-map", "2", "-map", "1", *MP4, "-c:v:0", "png", "-disposition:v:0", "attached_pic"),
        ),
        (
            "cover-unmarked.mkv",
            (
                "-map",
                "2",
                "-map",
                "1",
                *MP4,
                "-c:v:0",
                "mjpeg",
                "-pix_fmt:v:0",
                "yuvj444p",
                "-disposition:v:0",
                "0",
            ),
        ),
        ("cover-unmarked.mov", ("-map", "2", "-map", "1", *MP4, "-c:v:0", "png")),
        ("timecode.mov", ("-map", "1", "-timecode", "10:00:00:00", *MP4)),
    ],
)
def test_the_speakers_picture_is_shown(name, arguments, tmp_path):
    made = deliver(beside(tmp_path, name, *arguments))
    assert framing(frame(made.clip, 1.0)).corners == UPRIGHT
    said = {finding.code for finding in made.findings}
    # A PNG is nothing that a camera records.
    alone = (
        "cover-first.mp4",
        "cover-unmarked.mov",
        "timecode.mov",
    )
    assert ("extra-streams" in said) == (name not in alone)


VOICE = REPOSITORY / "inputs/oconnor.mp4"


def several(path: Path, *sounds: str) -> Path:
    """A recording with several tracks of sound: each ``voice``, ``ping`` (0.3 s of a tone, then
    nothing), ``music`` or ``nothing``.
    """
    sources = {
        "voice": ("-t", "6", "-i", str(VOICE)),
        "ping": generated("aevalsrc='if(lt(t,0.3),0.5*sin(5500*t),0)':s=48000", 6),
        "music": generated("aevalsrc='0.3*sin(2000*t*floor(1+mod(t,4)))':s=48000", 6),
        "nothing": generated("anullsrc=r=48000", 6),
    }
    inputs = [word for sound in sounds for word in sources[sound]]
    maps = [word for number in range(len(sounds)) for word in ("-map", f"{number + 1}:a")]
    picture = generated("testsrc2=s=640x360:r=25", 6)
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
    ffmpeg("-v", "error", *picture, *inputs, "-map", "0:v", *maps, *codecs, path)
    return path


def said(event: Event, more: str = "") -> tuple[list[dict], str]:
    """The findings about several tracks, and the words of the draft captions."""
    ended = event.config(ONE.replace("Expert}", f"Expert{more}}}")).run("check", "--json")
    found = ended.json["submissions"][0]["findings"]
    return [one for one in found if one["code"] == "extra-streams"], ended.stdout


def test_of_several_sound_tracks_the_one_with_speech_is_heard(event):
    """A screen recorder writes the desktop as track 1 and the microphone as track 2."""
    several(event.inputs / "ana.mkv", "ping", "voice")
    ((finding,), _) = said(event)
    assert finding["severity"] == "warning"
    assert "it has 2 sound tracks; track 2 is heard (speech in it: " in finding["message"]
    assert "; track 1: none)" in finding["message"]
    assert "`sound_track: 1` under ana in config.yaml" in finding["remedy"]


@pytest.mark.long
def test_the_track_that_players_take_is_kept_where_it_has_the_speech_too(event):
    several(event.inputs / "ana.mkv", "voice", "voice")
    ((finding,), _) = said(event)
    # two tracks of which all that is known is alike are still two
    assert "2 sound tracks; track 1 is heard (speech in it: " in finding["message"]
    assert "; track 2: " in finding["message"]


@pytest.mark.long
def test_where_nobody_speaks_the_track_that_players_take_is_kept(event):
    several(event.inputs / "ana.mkv", "music", "ping", "nothing")
    ((finding,), _) = said(event)
    assert "3 sound tracks; track 1 is heard (nobody was heard speaking" in finding["message"]


def test_a_producer_decides_which_sound_track_is_heard(event):
    several(event.inputs / "ana.mkv", "ping", "voice")
    ((finding,), _) = said(event, ", sound_track: 1")
    assert finding["severity"] == "info"
    assert "sound track 1 of 2 is heard, as sound_track: says" in finding["message"]
    assert event.run("build", "--draft").code == 0
    heard = sound(event.outputs / "clips/ana.mp4")
    # the ping is over after 0.3 s, and a title card comes before it
    assert np.abs(heard[:96_000]).max() > 0.1 and np.abs(heard[96_000:]).max() < 1e-3


def test_a_sound_track_that_is_not_there_is_said(event):
    several(event.inputs / "ana.mkv", "ping", "voice")
    _, stdout = said(event, ", sound_track: 3")
    assert "it has no sound track 3 that can be heard; there are: 1, 2." in stdout
