"""What a broadcaster gets, measured in the files: codec, fields, bit rate, time code, loudness, and
captions beside it.
"""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import pytest
from conftest import HEAD, Event
from made_events import built_event
from measure import ffmpeg, loudness
from ttconv.imsc import reader as imsc
from ttconv.stl import reader as stl

pytestmark = pytest.mark.long

CONFIG = HEAD.replace("640x360", "1920x1080") + (
    "captions: {engine: pocketsphinx, languages: [en, zh], burn: en}\n"
    "deliveries:\n"
    "  xdcam: {kind: broadcast, fields: interlaced}\n"
    '  prores: {kind: broadcast, format: prores, loudness: -24, timecode: "09:58:30:00"}\n'
    "speakers:\n"
    "  - {id: ana, name: Dr Ana Expert}\n"
)
SRT = "1\n00:00:00,520 --> 00:00:02,000\n{0}\n\n2\n00:00:02,200 --> 00:00:03,800\n{1}\n"
BOTH_EARS = "[0:a:0][0:a:1]join=inputs=2:channel_layout=stereo[a]"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Event:
    captions = {"en": SRT.format("Café one.", "Two."), "zh": SRT.format("一。", "二。")}
    root, large = tmp_path_factory.mktemp("broadcast"), {"ana": "testsrc2=s=1920x1080:r=25"}
    return built_event(root, CONFIG, {"ana": 4}, captions, pictures=large)


def edition(event: Event, name: str) -> Path:
    return event.outputs / "editions" / name


def test_xdcam_is_mpeg_2_at_50_megabits_all_the_time_in_fields_with_the_upper_one_first(built):
    path = edition(built, "xdcam/segment.mxf")
    with av.open(str(path)) as film:
        picture = film.streams.video[0]
        context = picture.codec_context
        assert (context.name, context.pix_fmt) == ("mpeg2video", "yuv422p")
        assert (context.width, context.height) == (1920, 1080)
        assert picture.average_rate == 25
        assert picture.sample_aspect_ratio in (1, None)
        assert (int(context.colorspace), int(context.color_primaries)) == (1, 1)
        shown = list(film.decode(picture))
        assert all(one.interlaced_frame for one in shown)
        assert len(shown) == built.report()["frames"]
        assert film.metadata["timecode"] == "10:00:00:00"
    assert megabits_a_second(path) == pytest.approx(50, rel=0.03)
    said = ffmpeg("-v", "info", "-i", path, "-frames:v", "1", "-vf", "showinfo", "-f", "null", "-")
    assert " i:T " in said.stderr.decode()


def megabits_a_second(path: Path) -> float:
    """Of the pictures: those of flat cards are filled up, as those of a busy message are."""
    with av.open(str(path)) as film:
        sizes = [packet.size for packet in film.demux(film.streams.video[0]) if packet.size]
    return sum(sizes) * 8 / 1e6 / (len(sizes) / 25)


def test_xdcam_has_a_track_of_24_bit_for_each_ear(built):
    with av.open(str(edition(built, "xdcam/segment.mxf"))) as film:
        tracks = [(one.codec_context.name, one.channels, one.rate) for one in film.streams.audio]
    assert tracks == [("pcm_s24le", 1, 48000)] * 2


def test_prores_is_422_hq_in_ten_bits_and_progressive(built):
    with av.open(str(edition(built, "prores/segment.mov"))) as film:
        picture = film.streams.video[0]
        context = picture.codec_context
        assert (context.name, context.pix_fmt) == ("prores", "yuv422p10le")
        assert context.codec_tag == "apch"
        assert (context.width, context.height) == (1920, 1080)
        shown = list(film.decode(picture))
        assert not any(one.interlaced_frame for one in shown)
        assert len(shown) == built.report()["frames"]
        sound = film.streams.audio[0]
        assert (sound.codec_context.name, sound.channels, sound.rate) == ("pcm_s24le", 2, 48000)
        assert picture.metadata["timecode"] == "09:58:30:00"


@pytest.mark.parametrize(
    ("path", "lufs"), [("xdcam/segment.mxf", -23), ("prores/segment.mov", -24)]
)
def test_the_programme_is_as_loud_as_the_house_wants_it(built, path, lufs, tmp_path):
    whole = edition(built, path)
    both = tmp_path / "both.wav"
    mixed = ("-filter_complex", BOTH_EARS, "-map", "[a]")
    ffmpeg("-v", "error", "-i", whole, *(mixed if "mxf" in path else ("-map", "0:a:0")), both)
    integrated_lufs, true_peak_dbtp = loudness(both)
    assert integrated_lufs == pytest.approx(lufs, abs=0.2)
    assert true_peak_dbtp <= -1


def test_captions_stand_beside_it_on_the_clock_of_its_time_code(built):
    # behind opening and title card of a second each; 520 ms are 13 pictures
    document = stl.to_model(io.BytesIO(edition(built, "prores/segment.en.stl").read_bytes()), None)
    (first, second) = [one for division in document.get_body() for one in division]
    starts = Fraction(9 * 3600 + 58 * 60 + 30)
    assert first.get_begin() == starts + 2 + Fraction(13, 25)
    assert second.get_end() == starts + 2 + Fraction(95, 25)


def test_a_broadcaster_s_ttml_is_read_back_with_its_captions(built):
    import xml.etree.ElementTree as tree

    document = imsc.to_model(tree.parse(edition(built, "xdcam/segment.en.ttml")))
    paragraphs = [one for division in document.get_body() for one in division]
    assert [float(one.get_begin()) for one in paragraphs] == [2.52, 4.2]


def test_what_ebu_stl_cannot_write_is_said_and_its_ttml_is_there(built):
    names = {path.name for path in edition(built, "xdcam").iterdir()}
    assert {"segment.zh.ttml", "segment.en.stl", "segment.en.ttml"} <= names
    assert "segment.zh.stl" not in names
    (first, _) = [one for one in built.report()["findings"] if one["code"] == "edition-letters"]
    assert "segment.zh.stl is not written: EBU-STL has no letters for" in first["message"]


def test_the_report_hears_both_ears_of_each_and_finds_them_as_loud_as_they_were_to_be(built):
    ended = built.run("report")
    assert ended.code == 0, ended.stderr
    assert "edition-loudness" not in ended.stdout + ended.stderr
