"""What editors, broadcasters and their cameras hand over is built as a player shows it, or refused
by the name of its format.
"""

from __future__ import annotations

import oracle
import pytest
from delivering import FINE, NotTaken, deliver
from measure import ffmpeg, generated

PAL = "testsrc2=s=720x576:r=25"
FIELDS = "testsrc2=s=720x576:r=50,tinterlace=interleave_top,fieldorder=tff"
BURSTS = "aevalsrc='0.4*sin(2*PI*(300+70*floor(t))*t)*lt(mod(t,0.5),0.3)':s=48000"
XDCAM = ("-c:v", "mpeg2video", "-pix_fmt", "yuv422p", "-q:v", "2", "-g", "12", "-bf", "2")
BY_FIELDS = ("-flags", "+ildct+ilme")


def exported(path, shown, *options, sounds=1):
    tracks = [*generated(shown, 2), *(generated(BURSTS, 2) * sounds)]
    mapped = [word for track in range(1 + sounds) for word in ("-map", str(track))]
    ffmpeg("-v", "error", "-y", *tracks, *mapped, "-c:a", "pcm_s16le", *options, path)
    return path


@pytest.mark.sample(3)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "shown", "options"),
    [
        ("xdcam.mxf", FIELDS, (*XDCAM, *BY_FIELDS, "-c:a", "pcm_s24le")),
        ("xdcam.mov", FIELDS, (*XDCAM, *BY_FIELDS, "-c:a", "pcm_s24be", "-tag:v", "xd5c")),
        ("prores.mov", PAL, ("-c:v", "prores_ks", "-profile:v", "3", "-c:a", "pcm_s24le")),
        ("prores.mxf", PAL, ("-c:v", "prores", "-pix_fmt", "yuv422p10le")),
        ("dnxhr.mov", PAL, ("-c:v", "dnxhd", "-profile:v", "dnxhr_hq", "-pix_fmt", "yuv422p")),
        ("dnxhr.mxf", PAL, ("-c:v", "dnxhd", "-profile:v", "dnxhr_sq", "-pix_fmt", "yuv422p")),
        ("camera.dv", PAL, ("-c:v", "dvvideo", "-pix_fmt", "yuv420p", "-ac", "2")),
        ("camera.mov", PAL, ("-c:v", "dvvideo", "-pix_fmt", "yuv420p")),
    ],
)
def test_a_file_from_an_editor_or_a_camera_of_theirs_is_built_as_it_plays(
    name, shown, options, tmp_path
):
    made = deliver(exported(tmp_path / name, shown, *options), FINE)
    assert made.timeline.frames == 50
    assert made.probe.picture.interlaced or shown != FIELDS
    assert oracle.compared(oracle.shown(tmp_path / name), made.clip).faults() == ()


@pytest.mark.slow
def test_four_mono_tracks_as_broadcasters_write_them_are_one_message(tmp_path):
    recording = exported(tmp_path / "four.mxf", PAL, *XDCAM, "-ac", "1", sounds=4)
    made = deliver(recording, FINE)
    assert oracle.compared(oracle.shown(recording), made.clip).faults() == ()


def test_a_format_that_is_not_opened_is_named(tmp_path):
    recording = exported(tmp_path / "gopro.mov", PAL, "-c:v", "cfhd")
    with pytest.raises(NotTaken) as refused:
        deliver(recording)
    assert refused.value.args[0] == "unsupported-video-codec"
    assert "cfhd" in refused.value.args[1]
