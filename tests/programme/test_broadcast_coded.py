"""A broadcaster's film as its machines read it: fields and bits in the stream and in the container,
and nothing in it that a cable could not carry.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest
from measure import decoded, ffmpeg, generated
from meter import integrated_lufs

from pipeline.plan.editions import plan_broadcast
from pipeline.plan.loudness import parse_meter
from pipeline.plan.watched import plan_meter
from pipeline.recipe import FileInput, Recipe
from pipeline.tools.running.measure import frames_in
from pipeline.tools.running.programs import ffmpeg_path

FRAMES = 27
BUFFER_BITS = 17_825_792
"""What a decoder of XDCAM HD422 holds."""
BT709 = "-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv".split()
TAGGED = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv,format=yuv420p"
EARS = "aevalsrc=0.2*sin(2*PI*440*t)|0.2*sin(2*PI*660*t):s=48000"


def made(recipe: Recipe, folder: Path) -> subprocess.CompletedProcess[bytes]:
    command = [str(ffmpeg_path()), "-hide_banner", "-nostdin", *recipe.arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=300, check=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("broadcast")
    seconds = FRAMES / 25
    pictures = generated("testsrc2=s=1280x720:r=25", seconds)
    coded = ("-vf", TAGGED, "-c:v", "libx264", "-preset", "ultrafast", *BT709)
    ffmpeg("-v", "error", *pictures, *coded, root / "film.mp4")
    ffmpeg("-v", "error", *generated(EARS, seconds), root / "sound.wav")
    return root


def film(folder: Path, form: str, fields: str, frames: int = FRAMES) -> Path:
    recipe = plan_broadcast(
        FileInput("film.mp4", "", ""),
        FileInput("sound.wav", "", ""),
        form,
        fields == "interlaced",
        (9, 58, 30, 0),
        frames,
        "",
    )
    coded = folder / recipe.outputs[0]
    coded.unlink(missing_ok=True)
    made(recipe, folder)
    return coded


@pytest.fixture(scope="module", params=["progressive", "interlaced"])
def xdcam(request, folder) -> tuple[str, Path]:
    named = film(folder, "xdcam", request.param).rename(folder / f"{request.param}.mxf")
    return request.param, named


def bits(data: bytes, first: int, count: int) -> int:
    whole = int.from_bytes(data, "big")
    return whole >> (8 * len(data) - first - count) & ((1 << count) - 1)


def coded_pictures(path: Path) -> list[bytes]:
    with av.open(str(path)) as opened:
        return [bytes(one) for one in opened.demux(opened.streams.video[0]) if one.size]


def extension(picture: bytes, kind: int) -> bytes:
    """MPEG-2's extension of a kind, its first four bits the kind."""
    starts = (one.end() for one in re.finditer(b"\0\0\1\xb5", picture))
    return next(picture[at : at + 8] for at in starts if picture[at] >> 4 == kind)


def test_the_stream_says_422_profile_high_level_and_whether_it_is_in_fields(xdcam):
    fields, path = xdcam
    first = coded_pictures(path)[0]
    sequence, picture = extension(first, 1), extension(first, 8)
    assert bits(sequence, 4, 8) == 0x82  # 4:2:2 profile at high level
    assert bits(sequence, 13, 2) == 2  # 4:2:2
    progressive = fields == "progressive"
    assert bits(sequence, 12, 1) == progressive
    assert bits(picture, 24, 1) == (not progressive)  # the upper field first
    assert bits(picture, 32, 1) == progressive  # of the picture itself
    assert bits(picture, 22, 2) == 3  # both fields in one picture
    assert bits(picture, 20, 2) == 2  # its means in ten bits


def test_the_container_says_the_same_of_the_fields(xdcam):
    fields, path = xdcam
    head = path.read_bytes()[:65536]

    def said(tag: str, size: int) -> int:
        (value,) = set(re.findall(bytes.fromhex(tag) + rb"\0[\1\4](.{%d})" % size, head, re.S))
        return int.from_bytes(value, "big")

    layout, height = said("320c", 1), said("3202", 4)
    # SMPTE ST 377-1: 0 is a whole picture, 1 are two fields, each of 540 lines in 34 macroblocks
    assert (layout, height) == ((1, 544) if fields == "interlaced" else (0, 1088))
    if fields == "interlaced":
        assert said("3212", 1) == 1  # the upper one comes first
    assert b"\x06\x0e\x2b\x34\x04\x01\x01\x01\x0d\x01\x02\x01\x01\x01" in head  # OP1a


def test_a_decoder_with_a_buffer_never_waits_for_bits_and_never_overflows(xdcam):
    held, held_at_last = BUFFER_BITS, []
    for picture in coded_pictures(xdcam[1]):
        held -= 8 * len(picture)
        assert held >= 0
        held += 2_000_000  # of 50 Mbit a second, 25 pictures
        held_at_last.append(held)
    assert max(held_at_last) <= BUFFER_BITS


def test_groups_of_twelve_begin_at_the_time_code_and_the_first_is_closed(xdcam):
    heads = [one.partition(b"\0\0\1\xb8")[2][:4] for one in coded_pictures(xdcam[1])]
    groups = [(place, head) for place, head in enumerate(heads) if head]
    # pictures 0, 12 and 24 are whole ones; the two before each are coded behind it
    assert [place for place, _ in groups] == [0, 10, 22]
    first = groups[0][1]
    parts = ((1, 5), (6, 6), (13, 6), (19, 6), (25, 1))
    assert [bits(first, at, count) for at, count in parts] == [9, 58, 30, 0, 1]


def test_there_are_as_many_pictures_and_as_much_sound_as_were_planned(xdcam):
    assert frames_in(xdcam[1]) == FRAMES
    with av.open(str(xdcam[1])) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == FRAMES
        opened.seek(0)
        assert sum(one.samples for one in opened.decode(audio=1)) == FRAMES * 1920
        assert opened.streams.video[0].average_rate == 25


@pytest.mark.parametrize("fields", ["progressive", "interlaced"])
def test_prores_says_its_fields_in_every_picture_and_in_the_container(folder, fields):
    path = film(folder, "prores", fields, frames=5)
    pictures = coded_pictures(path)
    # SMPTE RDD 36: the frame header's interlace mode, 1 is the upper field first
    assert {bits(one[20:21], 4, 2) for one in pictures} == {int(fields == "interlaced")}
    whole = path.read_bytes()
    fiel = whole[whole.index(b"fiel") + 4 :][:2]
    # Apple TN2162: one field; or two, interleaved, the upper line is the earlier
    assert tuple(fiel) == ((2, 9) if fields == "interlaced" else (1, 0))
    with av.open(str(path)) as opened:
        shown = [one.interlaced_frame for one in opened.decode(video=0)]
    assert shown == 5 * [fields == "interlaced"]


def test_no_picture_has_a_level_that_ebu_r_103_forbids(folder):
    # testsrc2's colours are at their limits, and its edges as sharp as can be
    levels = decoded(film(folder, "xdcam", "progressive"), "-pix_fmt", "yuv422p")
    assert levels.min() >= 5 and levels.max() <= 246


def test_a_film_with_a_track_for_each_ear_is_heard_with_both(folder):
    path = film(folder, "xdcam", "progressive")
    with av.open(str(path)) as opened:
        ears = []
        for track in opened.streams.audio:
            opened.seek(0)
            ears.append(np.concatenate([one.to_ndarray()[0] for one in opened.decode(track)]))
    ours = integrated_lufs(np.stack(ears, axis=1) / 2.0**31)
    meter = plan_meter(FileInput(path.name, "", ""), "edition tv", "", ear_by_ear=True)
    heard, _ = parse_meter(made(meter, folder).stderr.decode(), "ebur128@whole")
    assert heard == pytest.approx(ours, abs=0.15)


@pytest.mark.parametrize("form", ["xdcam", "prores"])
def test_the_same_programme_is_the_same_bytes(folder, form):
    first, again = (film(folder, form, "interlaced", frames=4).read_bytes() for _ in range(2))
    assert first == again
