"""A social edition of a small event, measured on the files that are handed over: upright pictures
filled with whoever speaks.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from conftest import HEAD, Event, make_clip
from made_events import built_event
from measure import loudness, streams
from PIL import Image

from pipeline.config import Crop
from pipeline.plan.reframing import parse_faces, plan_reframing
from pipeline.tools import faces

CONFIG = HEAD + (
    "captions: {engine: pocketsphinx, languages: [en], burn: en}\n"
    "deliveries:\n"
    "  upright: {kind: social, size: 180x320, framing: {bo: 100%, ana: 0%}}\n"
    "  square: {kind: social, size: 240x240, captions: soft, framing: {bo: whole}}\n"
    "speakers:\n"
    "  - {id: ana, name: Dr Ana Expert}\n"
    "  - {id: bo, name: Bo Ek}\n"
    "  - {id: cy, name: Cy Upright}\n"
)
SRT = "1\n00:00:00,500 --> 00:00:02,500\nThe qualification can be recognised by everybody here.\n"
RED_THEN_BLUE = "color=red:s=320x360:r=25[a];color=blue:s=320x360:r=25[b];[a][b]hstack"
GREEN = "color=green:s=360x640:r=25"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Event:
    pictures = {"ana": RED_THEN_BLUE, "bo": RED_THEN_BLUE, "cy": GREEN}
    root, lengths_s = tmp_path_factory.mktemp("social"), dict.fromkeys(pictures, 4.0)
    return built_event(root, CONFIG, lengths_s, {"en": SRT}, pictures=pictures)


def clip(event: Event, name: str) -> Path:
    return event.outputs / "editions" / name


def frame_at(path: Path, at_s: float) -> np.ndarray:
    with av.open(str(path)) as film:
        picture = next(one for one in film.decode(video=0) if one.time >= at_s)
        return picture.to_ndarray(format="rgb24").astype(int)


def findings(event: Event) -> list[str]:
    report = json.loads((event.outputs / "report.json").read_text("utf-8"))
    return [one["message"] for one in report["findings"] if one["code"] == "edition-framing"]


@pytest.mark.long
def test_the_segment_and_every_message_are_there_upright_and_square(built):
    folder = built.outputs / "editions"
    made = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    each = ("segment.mp4", "clips/ana.mp4", "clips/bo.mp4", "clips/cy.mp4")
    assert made == {f"{name}/{one}" for name in ("upright", "square") for one in each}
    assert streams(clip(built, "upright/segment.mp4")).picture["size"] == (180, 320)
    assert streams(clip(built, "square/clips/bo.mp4")).picture["size"] == (240, 240)


@pytest.mark.long
def test_it_is_as_long_and_as_loud_as_the_segment(built):
    whole, upright = (built.outputs / "segment.mp4", clip(built, "upright/segment.mp4"))
    assert streams(upright).picture["frames"] == streams(whole).picture["frames"]
    assert loudness(upright) == pytest.approx(loudness(whole), abs=0.1)


@pytest.mark.long
def test_a_landscape_message_fills_the_upright_picture_where_a_person_said(built):
    for name, channel in (("ana", 0), ("bo", 2)):
        middle = frame_at(clip(built, f"upright/clips/{name}.mp4"), 3)[10:150]
        assert (middle[..., channel] > 200).all()
        assert (middle[..., 2 - channel] < 60).all()


@pytest.mark.long
def test_one_that_is_to_be_whole_is_shown_from_edge_to_edge_over_its_blur(built):
    picture = frame_at(clip(built, "square/clips/bo.mp4"), 3)
    shown, above = picture[120], picture[5]
    assert shown[10, 0] > 200 and shown[-10, 2] > 200
    assert 100 < above[10, 0] < 200 and 100 < above[-10, 2] < 200  # its own blur, darker


@pytest.mark.long
def test_an_upright_message_fills_the_upright_picture(built):
    picture = frame_at(clip(built, "upright/clips/cy.mp4"), 3)
    assert (picture[..., 1] > 90).all() and (picture[..., 0] < 60).all()


@pytest.mark.long
def test_captions_are_burned_in_clear_of_the_foot_or_are_tracks(built):
    shown = frame_at(clip(built, "upright/clips/cy.mp4"), 1.5)
    white = np.flatnonzero((shown > 200).all(axis=2).any(axis=1))
    assert white[0] > 0.5 * 320 and white[-1] < 0.75 * 320
    assert not streams(clip(built, "upright/clips/cy.mp4")).captions
    assert streams(clip(built, "square/clips/cy.mp4")).captions


@pytest.mark.long
@pytest.mark.skipif(faces.can_find(), reason="what finds faces is installed")
def test_where_nothing_finds_faces_the_middle_is_shown_and_that_is_said(built):
    assert any("ana, cy: cut in the middle" in said for said in findings(built))


@pytest.mark.faces
@pytest.mark.skipif(not faces.can_find(), reason="what finds faces is not installed ([faces])")
def test_a_face_is_found_and_stays_in_the_upright_picture(tmp_path, monkeypatch, capsys):
    data = pytest.importorskip("skimage.data", reason="it brings the picture of an astronaut")
    scene = Image.new("RGB", (1280, 720), "grey")
    scene.paste(Image.fromarray(data.astronaut()).resize((640, 640)), (640, 80))
    scene.save(tmp_path / "scene.png")
    make_clip(tmp_path / "part.mp4", 4, picture=f"movie={tmp_path}/scene.png,loop=-1:1,fps=25")
    (tmp_path / "request.json").write_text(json.dumps({"parts": ["part.mp4"]}))
    monkeypatch.chdir(tmp_path)
    faces.main("request.json")
    seen = parse_faces(capsys.readouterr().out)
    assert len(seen) >= 1 and all(len(picture) == 1 for picture in seen)
    # her face in the picture that skimage brings: x 172 to 280, y 60 to 178 of 512
    assert seen[0][0].left == pytest.approx((640 + 181 * 1.25) / 1280, abs=0.02)
    cut = plan_reframing((Fraction(1280), Fraction(720)), (1080, 1920), Crop(), seen)
    assert cut.why == "face"
    assert cut.crop.left < seen[0][0].head.left and seen[0][0].head.right < 1 - cut.crop.right


@pytest.mark.long
def test_the_report_finds_upright_and_square_as_they_were_promised(built):
    ended = built.run("report", "--json")
    assert (ended.code, ended.json["findings"]) == (0, [])
