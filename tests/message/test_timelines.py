"""What comes out is as long, begins and ends with the same pictures and sounds at the same moments
as a player shows it, whatever clock and whatever edits a recording has.
"""

from __future__ import annotations

from pathlib import Path

import oracle
import pytest
from delivering import ANN, FINE, NotTaken, deliver
from edit_lists import Edit, edited
from measure import ffmpeg, generated

MOVING = "testsrc2=s=160x90:r=30"
SPOKEN = "aevalsrc='0.4*sin(2*PI*(300+70*floor(t))*t)*lt(mod(t,0.5),0.3)*(0.6+0.4*sin(9*t))':s="
"""Bursts like syllables, each louder or softer than the one before, in another pitch each second.
"""
X264 = ("-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-pix_fmt", "yuv420p")


def recorded(
    path: Path, *options: str, seconds: float = 8, rate: int = 48000, shown: str = MOVING
) -> Path:
    """A recording with a moving picture and bursts of sound; ``options`` of ffmpeg's come last."""
    tracks = (*generated(shown, seconds), *generated(SPOKEN + str(rate), seconds))
    ffmpeg("-v", "error", "-y", *tracks, *X264, "-c:a", "aac", *options, path)
    return path


def faults(recording: Path, frames: int | None = None) -> tuple[str, ...]:
    """What of the clip is not as a player shows the recording; nothing where all is.

    ``frames`` are how long it must be at 25 a second, to one picture, whatever the oracle says.
    """
    made = deliver(recording, FINE)
    if frames is not None:
        assert abs(made.timeline.frames - frames) <= 1
    return oracle.compared(oracle.shown(recording), made.clip).faults()


# --- edit lists -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def phone(tmp_path_factory):
    """As a phone records it: a key picture each second, and B-frames."""
    return recorded(tmp_path_factory.mktemp("phone") / "phone.mov", "-g", "30")


@pytest.mark.sample(3)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("edits", "frames"),
    [
        pytest.param([(4.4, 1.9)], 110, id="a phone's own trim"),
        pytest.param([(2.0, 0.6), (1.5, 3.2), (1.0, 6.1)], 113, id="several passages"),
        pytest.param([(2.0, 1.0), (2.0, 1.0)], 100, id="a passage twice"),
        pytest.param([(2.0, 5.0), (2.0, 1.5)], 100, id="a later passage first"),
        pytest.param([(20.0, 3.0)], 127, id="a list that goes on past the media"),
        pytest.param([(1.2, None), (4.0, 2.3)], 100, id="a late start"),
    ],
)
def test_an_edited_recording_is_what_its_edit_list_says(phone, tmp_path, edits: list[Edit], frames):
    recording = tmp_path / "edited.mov"
    recording.write_bytes(edited(phone, "made.mov", *edits).read_bytes())
    assert faults(recording, frames) == ()


@pytest.mark.slow
def test_a_trim_with_one_key_picture_shows_nothing_of_what_was_cut_away(tmp_path):
    edited(recorded(tmp_path / "screen.mov", "-g", "600"), "trim.mov", (3.0, 4.5))
    assert faults(tmp_path / "trim.mov", 75) == ()


@pytest.mark.slow
def test_a_piece_cut_out_without_encoding_begins_where_it_was_cut(phone, tmp_path):
    cut = ("-ss", "3.7", "-i", phone, "-t", "3", "-c", "copy")
    ffmpeg("-v", "error", *cut, tmp_path / "cut.mp4")
    assert faults(tmp_path / "cut.mp4") == ()


@pytest.mark.slow
def test_a_trimmed_picture_beside_whole_sound_is_held_to_the_end_of_the_sound(phone, tmp_path):
    recording = tmp_path / "edited.mov"
    recording.write_bytes(edited(phone, "made.mov", (4.4, 1.9), kinds="video").read_bytes())
    assert faults(recording, 200) == ()


@pytest.mark.slow
def test_an_edited_recording_is_still_made_in_parts_that_fit_together(tmp_path):
    long = recorded(tmp_path / "long.mov", "-g", "60", seconds=25, shown="testsrc2=s=64x36:r=30")
    edited(long, "trim.mov", (22.4, 1.9))
    made = deliver(tmp_path / "trim.mov", FINE)
    assert len(made.timeline.parts) == 3
    assert oracle.compared(oracle.shown(tmp_path / "trim.mov"), made.clip).faults() == ()


def test_half_an_upload_is_still_seen_where_the_index_lists_more(phone, tmp_path):
    ffmpeg("-v", "error", "-i", phone, "-c", "copy", "-movflags", "faststart", tmp_path / "f.mov")
    whole = (tmp_path / "f.mov").read_bytes()
    (tmp_path / "half.mov").write_bytes(whole[: len(whole) * 6 // 10])
    with pytest.raises(NotTaken) as refused:
        deliver(tmp_path / "half.mov")
    assert refused.value.args[0] == "truncated"


# --- clocks that do not start at 0 ----------------------------------------------------------------


@pytest.mark.sample(3)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rate", "starts_s"),
    [
        ("stream.ts", 44100, 1.4),
        ("stream.ts", 32000, 60),
        ("stream.ts", 22050, 95_440),  # the clock of a stream begins again after 26.5 hours
        ("call.mkv", 44100, 5),
        ("late.mp4", 44100, 10),
        ("disc.mpg", 32000, 30),
    ],
)
def test_sound_is_in_step_and_whole_wherever_a_clock_starts(tmp_path, name, rate, starts_s):
    late = ("-output_ts_offset", str(starts_s), "-muxdelay", "0")
    disc = ("-c:v", "mpeg2video", "-c:a", "mp2") if name.endswith("mpg") else ()
    recording = recorded(tmp_path / name, *disc, *late, seconds=3, rate=rate)
    assert faults(recording, 75) == ()


@pytest.mark.slow
def test_a_recording_whose_clock_starts_late_is_made_in_parts_that_fit_together(tmp_path):
    options = ("-g", "60", "-output_ts_offset", "5")
    small = "testsrc2=s=64x36:r=30"
    recording = recorded(tmp_path / "late.mkv", *options, seconds=21, rate=44100, shown=small)
    assert faults(recording, 525) == ()


def test_half_of_a_recording_whose_clock_starts_late_is_half_of_it(tmp_path):
    whole = recorded(tmp_path / "whole.mkv", "-output_ts_offset", "5", "-g", "15")
    half = tmp_path / "half.mkv"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(NotTaken) as refused:
        deliver(half)
    assert "of 8 s arrived" in refused.value.args[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cut.ts", "cut.mpg"])
def test_a_piece_cut_out_of_a_stream_begins_with_its_first_whole_picture(tmp_path, name):
    coded = ("-c:v", "mpeg2video", "-c:a", "mp2") if name.endswith("mpg") else ()
    whole = recorded(tmp_path / f"whole-{name}", *coded, "-g", "60", seconds=5).read_bytes()
    packet = 188 if name.endswith("ts") else 2048
    (tmp_path / name).write_bytes(whole[len(whole) // 5 // packet * packet :])
    assert faults(tmp_path / name) == ()


# --- lengths that are only guessed ----------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("quiet-start.aac", ("-c:a", "aac", "-b:a", "128k")),
        ("no-header.mp3", ("-c:a", "libmp3lame", "-q:a", "4", "-write_xing", "0")),
        ("phone.amr", ("-c:a", "libopencore_amrnb", "-ar", "8000", "-ac", "1", "-b:a", "12.2k")),
    ],
)
def test_a_length_that_nobody_wrote_down_rejects_nothing(tmp_path, name, options):
    quiet = "anoisesrc=a=0.3,volume='if(lt(t,12),0.00001,1)':eval=frame"
    ffmpeg("-v", "error", *generated(quiet, 16), *options, tmp_path / name)
    with_photo = ANN.model_copy(update={"still": "photo.jpg"})
    made = deliver(tmp_path / name, FINE, with_photo)
    assert made.timeline.frames == pytest.approx(400, abs=2)
    assert "truncated" not in {finding.code for finding in made.findings}


def test_a_length_that_is_written_down_still_tells_half_an_upload(tmp_path):
    whole = tmp_path / "whole.mp3"
    ffmpeg("-v", "error", *generated("anoisesrc=a=0.3", 16), "-c:a", "libmp3lame", "-q:a", 4, whole)
    half = tmp_path / "half.mp3"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(NotTaken) as refused:
        deliver(half, FINE, ANN.model_copy(update={"still": "photo.jpg"}))
    assert "of 0:16 arrived" in refused.value.args[1]


# --- sound whose times wander or drift ------------------------------------------------------------


@pytest.fixture(scope="module")
def call(tmp_path_factory):
    """As a browser records it, with sound in pieces of 20 ms; its times are even."""
    path = tmp_path_factory.mktemp("call") / "call.mkv"
    return recorded(path, "-c:a", "libopus", seconds=9, shown="testsrc2=s=64x36:r=25")


def with_times(call: Path, folder: Path, *changes: str) -> Path:
    """The recording with other times of its pieces of sound: ``changes`` are ffmpeg's filters."""
    changed = folder / "changed.mkv"
    command = ("-v", "fatal", "-i", call, "-c", "copy", "-bsf:a", ",".join(changes))
    ffmpeg(*command, changed)
    return changed


WANDER = "sin(N*N*1.7)/TB"
"""As good as chance, each time the same: from -1 to 1 s in the track's ticks."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(f"setts=ts=TS+0.012*{WANDER}", id="by 12 ms"),
        pytest.param(f"setts=ts=TS+0.030*{WANDER}", id="by 30 ms"),
        pytest.param("setts=ts=TS+0.1/TB*not(mod(N-61\\,150))", id="a single one by 0.1 s"),
    ],
)
def test_sound_whose_times_wander_comes_out_as_it_was_recorded(call, tmp_path, change):
    made = deliver(with_times(call, tmp_path, change), FINE)
    assert oracle.compared(oracle.shown(call), made.clip).faults() == ()


@pytest.mark.slow
@pytest.mark.parametrize("pace", [1.003, 0.997, 1.01])
def test_a_sound_card_that_counts_other_seconds_is_followed_without_a_hole(call, tmp_path, pace):
    recording = with_times(call, tmp_path, f"setts=ts=TS*{pace}")
    made = deliver(recording, FINE)
    assert oracle.compared(oracle.shown(recording), made.clip).faults() == ()
    said = [finding for finding in made.findings if finding.code == "sound-clock"]
    assert bool(said) == (pace == 1.01)  # 9 s of the others are 0.03 s apart


@pytest.mark.slow
def test_what_was_not_recorded_stays_silent_where_times_wander(call, tmp_path):
    gaps = "(0.4*gt(N\\,165)+0.2*gt(N\\,310))/TB"
    even = with_times(call, tmp_path, f"setts=ts=TS+{gaps}").rename(tmp_path / "even.mkv")
    made = deliver(with_times(call, tmp_path, f"setts=ts=TS+0.012*{WANDER}+{gaps}"), FINE)
    assert oracle.compared(oracle.shown(even), made.clip).faults() == ()
