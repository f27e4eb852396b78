"""Where in the frame a picture lies: whole or filling it, over blur or a colour, never squeezed."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from conftest import HEAD, Event, make_clip
from delivering import ANN, SMALL, deliver
from measure import UPRIGHT, ffmpeg, frame, framing, streams, sync
from probe_clips import MP4, SHAPES, TURNED, X264, changing, clip, marked, picture

from pipeline.config import Crop, Delivery, Speaker
from pipeline.plan.framing import WIDEST, Framing, plan_framing

HD = (1920, 1080)
WHOLE = Crop()


def shape(width: int, height: int) -> tuple[Fraction, Fraction]:
    return Fraction(width), Fraction(height)


def crop(**sides: str) -> Crop:
    return Crop.model_validate(sides)


def test_a_picture_of_the_frames_shape_fills_it():
    assert plan_framing(shape(3840, 2160), HD, "contain", WHOLE) == Framing(
        (1920, 1080), (0, 0, 1920, 1080), (0, 0)
    )


def test_a_portrait_picture_stands_whole_in_the_middle():
    assert plan_framing(shape(1080, 1920), HD, "contain", WHOLE) == Framing(
        (608, 1080), (0, 0, 608, 1080), (656, 0)
    )


def test_a_4_by_3_picture_stands_whole_in_the_middle():
    assert plan_framing(shape(640, 480), HD, "contain", WHOLE) == Framing(
        (1440, 1080), (0, 0, 1440, 1080), (240, 0)
    )


def test_a_cinema_picture_lies_whole_in_the_middle():
    assert plan_framing(shape(2560, 1080), HD, "contain", WHOLE) == Framing(
        (1920, 810), (0, 0, 1920, 810), (0, 134)
    )


def test_cover_fills_the_frame_and_loses_as_much_at_both_sides():
    assert plan_framing(shape(640, 480), HD, "cover", WHOLE) == Framing(
        (1920, 1440), (0, 180, 1920, 1080), (0, 0)
    )
    assert plan_framing(shape(1080, 1920), HD, "cover", WHOLE) == Framing(
        (1920, 3413), (0, 1166, 1920, 1080), (0, 0)
    )


def test_a_crop_that_leaves_the_frames_shape_fills_it():
    # 4:3 with black bars burned in at top and bottom: what is left is 16:9
    assert plan_framing(
        shape(640, 480), HD, "contain", crop(top="12.5%", bottom="12.5%")
    ) == Framing((1920, 1440), (0, 180, 1920, 1080), (0, 0))


def test_a_crop_on_one_side_keeps_the_other():
    assert plan_framing(shape(1920, 1080), HD, "contain", crop(left="50%")) == Framing(
        (1920, 1080), (960, 0, 960, 1080), (480, 0)
    )
    assert plan_framing(shape(1920, 1080), HD, "contain", crop(right="50%")) == Framing(
        (1920, 1080), (0, 0, 960, 1080), (480, 0)
    )


@pytest.mark.parametrize(
    "size",
    [
        (853, 479),
        (854, 480),
        (1081, 1921),
        (1918, 1080),
        (1366, 768),
        (640, 359),
        (427, 240),
        (999, 1001),
        (4096, 2160),
        (7680, 4320),
        (176, 144),
        (1440, 1081),
        (1, 1),
        (5000, 3),
    ],
)
@pytest.mark.parametrize("fit", ["contain", "cover"])
@pytest.mark.parametrize(
    "cut",
    [
        WHOLE,
        crop(left="33.3%"),
        crop(top="7%", bottom="12.5%", right="1%"),
        crop(left="40%", right="40%"),
    ],
)
def test_no_shape_leaves_a_sliver_a_half_pixel_or_a_squeezed_square(size, fit, cut):
    made = plan_framing(shape(*size), HD, fit, cut)
    left, top, width, height = made.cut
    assert all(length % 2 == 0 for length in (*made.cut, *made.at))
    assert width == 1920 or height == 1080
    assert max(made.scaled) <= WIDEST
    assert 0 <= left <= made.scaled[0] - width and 0 <= top <= made.scaled[1] - height
    for free in (1920 - width, 1080 - height):
        assert free == 0 or free > 0.02 * 1080 - 2
    if min(size) * max(made.scaled) / max(size) > 100:  # of a line of pixels nothing is square
        across, down = made.scaled[0] / size[0], made.scaled[1] / size[1]
        assert across / down == pytest.approx(1, abs=0.01)


# --- as delivered ---------------------------------------------------------------------------------


def test_a_surround_of_a_colour_is_that_colour(tmp_path):
    shown = frame(
        deliver(TURNED[0].make(tmp_path), SMALL.model_copy(update={"surround": "#0b3c5d"})).clip
    )
    for side in (shown[20:340, 20:190], shown[20:340, 450:620]):
        assert side.mean((0, 1)) == pytest.approx([11, 60, 93], abs=3)
    assert framing(shown).corners == UPRIGHT


def test_a_blurred_surround_is_darker_than_the_picture_and_even(tmp_path):
    shown = frame(deliver(SHAPES[1].make(tmp_path)).clip)
    surround, inside = shown[60:300, 4:70].mean(2), shown[150:210, 130:200].mean(2)
    assert surround.mean() < 0.7 * inside.mean()
    assert np.abs(np.diff(surround, axis=0)).max() < 8


def test_cover_and_crop_show_what_they_promise(tmp_path):
    speaker = ANN.model_copy(update={"fit": "cover"})
    # A portrait picture of three squares' height: of its 320 lines 101 are left, so patches are
    # gone, the square is not.
    covered = frame(
        deliver(
            clip("tall.mp4", shown=picture(size=(240, 320))).make(tmp_path), SMALL, speaker
        ).clip
    )
    white = covered.min(2) > 150
    across, down = white[180].nonzero()[0], white[:, 320].nonzero()[0]
    assert across[-1] - across[0] + 1 == pytest.approx(640 * 0.4, abs=4)
    assert down[-1] - down[0] + 1 == pytest.approx(640 * 0.4, abs=4)


def test_bars_that_are_part_of_a_recording_can_be_cut_off(tmp_path):
    recording = clip(
        "barred.mp4",
        "-vf",
        "pad=320:240:0:30:black",
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
    )
    speaker = Speaker.model_validate(
        {"id": "ann", "name": "A", "crop": {"top": "12.5%", "bottom": "12.5%"}}
    )
    shown = framing(frame(deliver(recording.make(tmp_path), SMALL, speaker).clip))
    assert shown.corners == UPRIGHT
    assert shown.square_aspect == pytest.approx(1, abs=0.02)
    assert shown.box == pytest.approx((0, 0, 640, 360), abs=2)


def test_a_large_picture_keeps_its_fine_lines_and_gets_no_false_ones(tmp_path):
    # Above: lines of 2.5 pixels of the frame, below: of 1.25, which no frame can show.
    lines = "color=s=1280x720:r=25,format=gray,geq=lum='128+100*cos(2*PI*X*if(lt(Y,360),0.2,0.4))'"
    shown = frame(deliver(clip("lines.mp4", shown=lines, seconds=1).make(tmp_path)).clip).mean(2)
    # 116: amplitude 100 of limited range's 219, on a screen's 255.
    assert shown[40:140, 40:600].std() > 0.7 * 116 / 2**0.5
    assert shown[220:320, 40:600].std() < 0.05 * 116 / 2**0.5
    assert shown[220:320, 40:600].mean() == pytest.approx(shown[40:140, 40:600].mean(), abs=3)


FIELDS = ("-vf", "tinterlace=interleave_top,fieldorder=tff", "-flags", "+ilme+ildct", *X264)
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M")


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("call", "boxes"),
    [
        # The same shape in three sizes: a call whose line gets worse and better. One part.
        (
            changing("line.webm", (320, 180), (160, 90), (640, 360), codec=VP8),
            [(0, 0, 640, 360)] * 3,
        ),
        # A phone that is turned, then a webcam.
        (
            changing("turned.webm", (320, 180), (240, 320), (320, 240), codec=VP8),
            [(0, 0, 640, 360), (184, 0, 270, 360), (80, 0, 480, 360)],
        ),
        (
            changing("turned.ts", (240, 320), (640, 360), (640, 480)),
            [(184, 0, 270, 360), (0, 0, 640, 360), (80, 0, 480, 360)],
        ),
        # A phone that lies on its side and says so.
        (
            marked(
                changing("lying.mp4", (180, 320), (90, 160), (240, 320), turned="transpose=clock"),
                "upright.mov",
                *("-display_rotation", "90"),
            ),
            [(218, 0, 202, 360), (218, 0, 202, 360), (184, 0, 270, 360)],
        ),
        (
            marked(
                changing("mirrored.mp4", (320, 180), (160, 90), (240, 180), turned="hflip"),
                "front-camera.mp4",
                "-display_hflip",
            ),
            [(0, 0, 640, 360), (0, 0, 640, 360), (80, 0, 480, 360)],
        ),
        # A broadcaster who switches between cameras.
        (
            changing("fields.ts", (320, 180), (240, 180), (640, 360), codec=FIELDS, rate="50"),
            [(0, 0, 640, 360), (80, 0, 480, 360), (0, 0, 640, 360)],
        ),
    ],
    ids=str,
)
def test_a_call_that_changes_its_size_lies_right_in_every_frame(call, boxes, tmp_path):
    recording = call.make(tmp_path)
    made = deliver(recording)
    assert "resolution-changes" in {finding.code for finding in made.findings}
    assert streams(made.clip).picture["frames"] == 150
    for moment in (0.12, 1.92, 1.96, 2.0, 2.12, 3.92, 3.96, 4.0, 4.12, 5.92):
        box = boxes[int(moment / 2)]
        found = framing(frame(made.clip, moment))
        assert found.corners == UPRIGHT, moment
        assert found.box == pytest.approx(box, abs=2), moment
        assert found.square_aspect == pytest.approx(1, abs=0.02), moment
    before, after = sync(recording), sync(made.clip)
    assert (
        max(abs(late - was) for late, was in zip(after.late_ms, before.late_ms, strict=True))
        <= 20.5
    )


@pytest.mark.long
def test_another_fit_makes_only_that_speakers_pictures_again(event: Event):
    for name in ("ann", "ben"):
        make_clip(event.inputs / f"{name}.mp4", 2, picture="testsrc2=s=320x240:r=25")
    config = (
        HEAD.replace("ultrafast", "ultrafast, outputs: [soft]")
        + "speakers:\n  - {id: ann, name: Ann}\n  - {id: ben, name: Ben, fit: contain}\n"
    )
    assert event.config(config).run("build").code == 0
    changed = event.config(config.replace("fit: contain", "fit: cover")).run("build", "--explain")
    would_run = [
        line for line in (changed.stdout + changed.stderr).splitlines() if ": picture" in line
    ]
    assert len(would_run) == 1 and "ben: picture" in would_run[0]


def test_a_delivery_in_another_shape_frames_pictures_too(tmp_path):
    square = Delivery.model_validate({"size": "360x360", "preset": "ultrafast"})
    shown = framing(frame(deliver(SHAPES[1].make(tmp_path), square).clip))
    assert shown.box == pytest.approx((0, 44, 360, 270), abs=2)
    assert shown.square_aspect == pytest.approx(1, abs=0.02)


def cropped(path: Path, width: int, height: int) -> None:
    """Have a MOV's container show only the middle of its pictures (a clean aperture), as editors
    write it: its index lies at the end, so that nothing else moves.
    """
    data = path.read_bytes()
    ratios = (width, 1, height, 1, 0, 1, 0, 1)
    aperture = struct.pack(">I4s8i", 40, b"clap", *ratios)
    at = data.index(b"avc1", data.index(b"stsd")) - 4
    end = at + struct.unpack(">I", data[at : at + 4])[0]
    grown = bytearray(data[:end] + aperture + data[end:])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1"):
        place = data.rindex(kind, 0, at + 8) - 4
        size = struct.unpack(">I", data[place : place + 4])[0]
        grown[place : place + 4] = struct.pack(">I", size + len(aperture))
    path.write_bytes(bytes(grown))


@pytest.mark.parametrize("turned", [False, True])
def test_a_picture_that_its_container_crops_is_cropped_and_not_squeezed(tmp_path, turned):
    shown = f"{picture(size=(320, 180))},pad=320:240:0:30:magenta"
    made = clip("crop.mov", *MP4, seconds=2, shown=shown).make(tmp_path)
    cropped(made, 320, 180)
    if turned:
        ffmpeg(
            "-v", "error", "-display_rotation", "90", "-i", made, "-c", "copy", tmp_path / "t.mov"
        )
        made = tmp_path / "t.mov"
        cropped(made, 320, 180)
    seen = framing(frame(deliver(made).clip, 1.0))
    assert seen.square_aspect == pytest.approx(1, abs=0.04)
    wide, high = (seen.box[3], seen.box[2]) if turned else (seen.box[2], seen.box[3])
    assert wide / high == pytest.approx(16 / 9, abs=0.1)


def test_a_call_whose_container_crops_it_is_said_to_be_shown_whole(tmp_path):
    made = changing("call.mov", (320, 240), (160, 120)).make(tmp_path)
    cropped(made, 320, 180)
    (said,) = [one for one in deliver(made).findings if one.code == "resolution-changes"]
    assert said.message.endswith("the same frame, with what its container would cut off.")
