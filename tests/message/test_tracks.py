"""Which of several tracks is shown: the speaker's picture, not a cover, a thumbnail or data,
wherever in the file it lies.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from delivering import deliver
from measure import UPRIGHT, ffmpeg, frame, framing, generated, one_picture
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
