"""What encodes the pictures is found out by trying it: a card that works is taken at the number at
which it is as good as x264, and one that does not is named with what ffmpeg said.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from measure import ffmpeg
from recorded_hands import Watcher
from standing_in import WORSE, stand_in, without_a_card

from pipeline.config import CardDelivery, Delivery
from pipeline.config_file import read_config
from pipeline.errors import EncoderFailed, Refused
from pipeline.event import Event, Workspace
from pipeline.plan.encoders import by_card, plan_trial
from pipeline.recipe import Recipe
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench
from pipeline.work.encoders import faults_here, look_for_encoder, with_encoder
from pipeline.work.making import first_complaint, make
from pipeline.work.store import Store
from pipeline.work.workers import threads

SMALL = Delivery(size="320x180", preset="ultrafast", quality=26, encoder="auto")


def event(folder: Path, delivery: Delivery = SMALL) -> Event:
    config = read_config(
        "title: T\nslot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
        "speakers: [{id: ana, name: Ana}]\n"
    ).model_copy(update={"delivery": delivery})
    return Event(Workspace(folder), config)


def looked(store: Store, delivery: Delivery = SMALL) -> tuple[Delivery, str, list[str]]:
    """By what pictures are encoded, what is said of it, and what ran to find it out."""
    with threads(2) as workers:
        bench = Bench(store, workers, Watcher())
        found, said = look_for_encoder(event(store.root, delivery), bench)
    return found.config.delivery, " ".join(f"{one.message} {one.remedy}" for one in said), bench.ran


def source() -> str:
    """The pictures of a trial, as ffmpeg makes them up."""
    (found,) = [word for word in plan_trial(SMALL, 60, "").arguments if "testsrc2" in word]
    return found


def vmaf(film: Path, folder: Path) -> float:
    """A trial beside its pictures, which are made once more, as libvmaf writes it into a file."""
    whole = folder / "whole.mkv"
    made = ("-f", "lavfi", "-i", source(), "-frames:v", "60", "-c:v", "ffv1")
    ffmpeg("-v", "error", "-y", *made, whole)
    log = folder / "vmaf.json"
    clock = "settb=1/1000,setpts=N"
    graph = f"[0:v]{clock}[is];[1:v]{clock}[of];[is][of]libvmaf=log_fmt=json:log_path={log}"
    ffmpeg("-v", "error", "-i", film, "-i", whole, "-lavfi", graph, "-f", "null", "-")
    return float(json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"])


def psnr(film: Path, folder: Path) -> list[float]:
    """How near the first ten pictures are to those that they were made of, in dB for brightness
    and both colours.
    """
    log = folder / "psnr.txt"
    clock = "trim=end_frame=10,settb=1/1000,setpts=N"
    graph = f"[0:v]{clock}[is];[1:v]{clock}[of];[is][of]psnr=stats_file={log}"
    made = ("-f", "lavfi", "-i", source())
    ffmpeg("-v", "error", "-i", film, *made, "-lavfi", graph, "-f", "null", "-")
    (first, *_) = log.read_text().splitlines()
    said = dict(word.split(":") for word in first.split())
    return [float(said[f"psnr_{plane}"]) for plane in "yuv"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.mark.long
def test_a_card_is_used_at_the_coarsest_number_that_is_as_good_as_x264(
    store, tmp_path, monkeypatch
):
    stand_in(monkeypatch)
    chosen, said, _ = looked(store)
    assert isinstance(chosen, CardDelivery) and chosen.by == "nvenc"

    def seen(delivery: Delivery) -> float:
        trial = plan_trial(delivery, 60, version("ffmpeg"))
        return vmaf(store.output(trial, "clean.mp4"), tmp_path)

    coarser = by_card(SMALL, "nvenc", chosen.number + 1, chosen.card)
    assert seen(coarser) < seen(SMALL) <= seen(chosen) < 99
    assert chosen.number <= 26 - WORSE + 2  # the stand-in is worse than it was asked to be
    assert said.startswith(f"Pictures are encoded by NVENC, cq {chosen.number} (VMAF ")
    assert f"x264 has {seen(SMALL):.1f} at 26)." in said


def test_the_card_gets_the_pictures_as_they_are_colours_too(store, tmp_path, monkeypatch):
    stand_in(monkeypatch)
    trial = plan_trial(by_card(SMALL, "nvenc", 1, ""), 10, version("ffmpeg"))
    make(store.root, trial, (trial,))
    assert min(psnr(store.output(trial, "clean.mp4"), tmp_path)) > 45


@pytest.mark.long
def test_what_was_found_out_once_is_known_to_whoever_may_run_nothing(store, monkeypatch):
    stand_in(monkeypatch)
    chosen, _, ran = looked(store)
    store.save()
    again, _, ran_again = looked(Store(store.root))
    assert (again, ran_again) == (chosen, []) and ran
    dry = Bench(Store(store.root), None, Watcher())
    assert look_for_encoder(event(store.root), dry)[0].config.delivery == chosen
    assert dry.would_run == []


def test_a_dry_run_says_what_has_to_be_tried_first(store):
    dry = Bench(store, None, Watcher())
    found, said = look_for_encoder(event(store.root), dry)
    assert (found.config.delivery, said) == (SMALL, ())
    assert dry.would_run == [
        ("encoder NVENC, cq 26: 10 pictures of 320x180", "made for the first time")
    ]


@without_a_card
@pytest.mark.parametrize(
    ("instead", "why"),
    [
        ({"frames:v": "9"}, "NVENC: it made 9 pictures of 10;"),
        ({"pix_fmt": "yuv444p"}, "NVENC: its pictures are yuv444p, not yuv420p;"),
        pytest.param(
            {"crf": "40"},
            "NVENC: at its best its pictures are worse than x264's at 26",
            marks=pytest.mark.long,
        ),
        pytest.param(
            {"g": "500"},
            "NVENC: its pictures do not begin anew every two seconds",
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_card_that_does_not_give_what_is_promised_is_left(store, monkeypatch, instead, why):
    stand_in(monkeypatch, **instead)
    found, said, _ = looked(store)
    assert found == SMALL and why in said


@without_a_card
def test_where_no_card_is_x264_does_it_and_each_reason_is_said(store):
    found, said, _ = looked(store)
    assert found == SMALL
    assert said.startswith("Pictures are encoded by x264: no graphics card here does it. ")
    for called in ("NVENC", "Quick Sync", "VideoToolbox", "VA-API"):
        assert f"{called}: ffmpeg said " in said
    store.save()
    dry = Bench(Store(store.root), None, Watcher())
    look_for_encoder(event(store.root), dry)
    assert dry.would_run == []


@without_a_card
def test_a_named_encoder_that_is_not_here_is_refused_with_what_ffmpeg_said(store):
    named = event(store.root, SMALL.model_copy(update={"encoder": "nvenc"}))
    with threads(1) as workers, pytest.raises(Refused) as caught:
        with_encoder(named, Bench(store, workers, Watcher()))
    assert str(caught.value) == (
        "delivery.encoder is nvenc, and NVENC cannot be used here: ffmpeg said"
        ' "Cannot load libcuda.so.1".\n'
        "  Next: Write encoder: auto or encoder: x264 under delivery in config.yaml.\n"
        "  Nothing was built; what is in outputs/ stays as it was."
    )


@pytest.mark.long
def test_a_card_that_was_not_there_is_found_when_it_comes(store, monkeypatch):
    looked(store)
    stand_in(monkeypatch)
    found, _, _ = looked(store)
    assert isinstance(found, CardDelivery)
    dry = Bench(store, None, Watcher())
    assert look_for_encoder(event(store.root), dry)[0].config.delivery == found


@pytest.mark.parametrize("changed", [{"quality": 0}, {"encoder": "x264"}])
def test_what_may_lose_nothing_and_what_asks_for_x264_is_tried_with_no_card(store, changed):
    delivery = SMALL.model_copy(update=changed)
    assert looked(store, delivery) == (delivery, "", [])


def test_a_draft_is_encoded_by_x264():
    draft = event(Path(), Delivery(encoder="nvenc")).as_draft()
    assert draft.config.delivery.encoder == "x264"


@pytest.mark.long
def test_an_edition_of_another_size_is_tried_anew(store, monkeypatch):
    stand_in(monkeypatch)
    chosen, _, _ = looked(store)
    square, _, ran = looked(store, chosen.model_copy(update={"size": (180, 180)}))
    assert isinstance(square, CardDelivery) and square.size == (180, 180) and ran


@without_a_card
def test_doctor_says_of_each_encoder_why_it_cannot_be_used(monkeypatch):
    faults = faults_here(SMALL)
    assert list(faults) == ["nvenc", "qsv", "videotoolbox", "vaapi"] and all(faults.values())
    stand_in(monkeypatch)
    assert faults_here(SMALL)["nvenc"] is None


@without_a_card
def test_a_card_that_fails_in_a_build_is_no_fault_of_a_recording(store, monkeypatch):
    trial = plan_trial(by_card(SMALL, "nvenc", 20, ""), 10, version("ffmpeg"))
    part: Recipe = replace(trial, task="ana: picture 1/2")
    with pytest.raises(EncoderFailed) as caught:
        make(store.root, part, (part,))
    assert str(caught.value).startswith(
        'ana: picture 1/2: ffmpeg said "Cannot load libcuda.so.1". That is no fault of the'
        " recording's.\n  Next: Run the command again: what is finished is kept. Where it happens"
        " again, write encoder: x264 under delivery in config.yaml.\n"
    )
    assert not store.has(part)


@pytest.mark.parametrize(
    ("stderr", "first"),
    [
        (
            "[h264_nvenc @ 0x55abf5521940] Cannot load libcuda.so.1\n[vost#0:0/h264_nvenc @ 0x1]"
            " [enc:h264_nvenc @ 0x2] Error while opening encoder - maybe incorrect parameters\n",
            "Cannot load libcuda.so.1",
        ),
        ("[vost#0:0 @ 0x1] [enc:x @ 0x2] Could not open encoder\n", "Could not open encoder"),
        ("", "nothing"),
    ],
)
def test_what_ffmpeg_said_first_is_the_reason(stderr, first):
    assert first_complaint(stderr) == first
