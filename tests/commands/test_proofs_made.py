"""`perspectives proof`, and the answer to it: `approve ID CODE`."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Event
from measure import sound, streams
from recorded_hands import Recorded, arrived, at_work

from pipeline.commands.approve import Looks, approve
from pipeline.commands.check import check
from pipeline.commands.proof import Proofs, make_proofs
from pipeline.errors import Refused, ToolFailed, UsageWrong

CAPTIONS = "1\n00:00:00,200 --> 00:00:02,400\nThe quick brown fox.\n"
NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Ana's message and captions have come in, and Bo's have not."""
    (arrived(tmp_path) / "inputs/captions/ana.en.srt").write_text(CAPTIONS)
    return tmp_path


def proofs(root: Path, *only: str, hands: Recorded | None = None) -> Proofs:
    with at_work(root, hands or Recorded()) as (event, bench):
        return make_proofs(event, bench, only, NOON)


def approved(root: Path, code: str, speaker: str = "ana", by: str = ""):
    with at_work(root, Recorded()) as (event, bench):
        looks = Looks(
            known=lambda: check(event, bench.at_rest(), (speaker,), with_captions=True),
            held=lambda: check(event, bench, (speaker,), with_captions=True),
        )
        return approve(event, looks, speaker, by, NOON, code).approval


def change(root: Path, old: str, new: str, file: str = "config.yaml") -> None:
    path = root / file
    path.write_text(path.read_text().replace(old, new))


def bo_arrives(root: Path) -> None:
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    (root / "inputs/captions/bo.en.srt").write_text(CAPTIONS)


def test_whoever_has_a_message_that_can_be_shown_has_a_proof(root):
    made = proofs(root)
    assert [*made.made] == ["ana"]
    assert made.without == {"bo": "nothing can be shown (see `perspectives check bo`)"}
    page = (root / "outputs/proofs/ana.html").read_text("utf-8")
    assert f"approve {made.made['ana'].code}" in page
    assert "The quick brown fox.</textarea>" in page


def test_nobody_waits_for_the_others(root):
    bo_arrives(root)
    hands = Recorded()
    assert [*proofs(root, "ana", hands=hands).made] == ["ana"]
    assert not [task for task in hands.told if task.startswith("bo")]
    assert not [task for task in hands.told if task.startswith("join")]


def test_a_recording_that_a_tool_cannot_cope_with_costs_nobody_elses_proof(root):
    bo_arrives(root)
    hands = Recorded({"bo: listen": ToolFailed("ffmpeg", "bo: listen", "ended with code 1")})
    made = proofs(root, hands=hands)
    assert [*made.made] == ["ana"] and [*made.without] == ["bo"]


def test_a_proof_of_what_has_not_changed_is_not_made_again(root):
    assert proofs(root).made["ana"].new
    hands = Recorded()
    assert not proofs(root, hands=hands).made["ana"].new
    assert hands.told == []


def test_a_corrected_caption_does_not_cost_the_film(root):
    proofs(root)
    change(root, "brown", "red", "inputs/captions/ana.en.srt")
    hands = Recorded()
    assert proofs(root, hands=hands).made["ana"].new
    assert "ana: film of the proof" not in hands.told
    assert "ana: stills of the proof" not in hands.told


def test_the_page_of_who_is_gone_goes_with_the_next(root):
    bo_arrives(root)
    proofs(root)
    (root / "inputs/bo.mp4").unlink()
    proofs(root, "ana")
    assert (root / "outputs/proofs/bo.html").is_file()
    proofs(root)
    assert [path.name for path in (root / "outputs/proofs").iterdir()] == ["ana.html"]


def test_a_page_that_no_mail_would_take_is_not_written_and_that_is_said(root):
    hands = Recorded({"ana: film of the proof": {"film.mp4": "x" * 6_000_000}})
    made = proofs(root, hands=hands)
    assert made.without["ana"] == "it is too long for a page of 8 MB; send its clip itself"
    assert not (root / "outputs/proofs/ana.html").exists()


# --- the answer -----------------------------------------------------------------------------------


def test_the_code_approves_in_the_speakers_name(root):
    code = proofs(root).made["ana"].code
    assert approved(root, code.lower().replace("-", " ")).by == "Dr Ana Expert"
    with at_work(root, Recorded()) as (event, bench):
        (ana,) = check(event, bench, ("ana",), with_captions=True).checked
    assert ana.approval.state == "approved"


def test_somebody_else_may_answer_for_the_speaker(root):
    assert approved(root, proofs(root).made["ana"].code, by="Ana's office").by == "Ana's office"


def test_an_older_code_approves_nothing_and_what_changed_is_said(root):
    old = proofs(root).made["ana"].code
    change(root, "brown", "red", "inputs/captions/ana.en.srt")
    change(root, "Dr Ana Expert", "Dr Ana Expertová")
    new = proofs(root).made["ana"].code
    assert new != old
    with pytest.raises(Refused) as caught:
        approved(root, old)
    assert str(caught.value) == (
        f"{old} is the code of an older proof of ana (2026-01-01 12:00); changed since: captions"
        " and card. Nothing was approved.\n  Next: `perspectives proof ana` writes the page anew;"
        " send them that one."
    )
    assert not (root / "inputs/approvals/ana.json").exists()
    assert approved(root, new).by == "Dr Ana Expertová"


def test_after_the_approval_one_changed_caption_makes_code_and_approval_stale(root):
    code = proofs(root).made["ana"].code
    approved(root, code)
    change(root, "brown", "red", "inputs/captions/ana.en.srt")
    with at_work(root, Recorded()) as (event, bench):
        (ana,) = check(event, bench, ("ana",), with_captions=True).checked
    assert (ana.approval.state, ana.approval.changed) == ("older", ("captions",))
    with pytest.raises(Refused, match="changed since: captions"):
        approved(root, code)


def test_a_change_that_is_taken_back_makes_the_code_right_again(root):
    code = proofs(root).made["ana"].code
    change(root, "brown", "red", "inputs/captions/ana.en.srt")
    proofs(root)
    change(root, "red", "brown", "inputs/captions/ana.en.srt")
    assert proofs(root).made["ana"].code == code
    assert approved(root, code)


def test_the_code_of_another_speakers_proof_is_said_to_be_theirs(root):
    bo_arrives(root)
    code = proofs(root).made["bo"].code
    with pytest.raises(Refused, match=f"{code} is the code of bo's proof, not of ana's"):
        approved(root, code)


def test_a_code_that_no_proof_has_is_said_and_nothing_approved(root):
    proofs(root)
    with pytest.raises(Refused, match="0000-0000 is the code of no proof of ana that was made"):
        approved(root, "0000-0000")
    with pytest.raises(UsageWrong, match='"all is well" is not the code of a proof'):
        approved(root, "all is well")


def test_lost_notes_on_earlier_proofs_cost_no_answer_to_the_last_one(root):
    code = proofs(root).made["ana"].code
    (root / "inputs/approvals/ana.proofs.json").write_text("{")
    assert approved(root, code)


# --- with films -----------------------------------------------------------------------------------


@pytest.mark.long
def test_a_proof_holds_the_whole_message_small_with_its_sound(two: Event, tmp_path):
    ended = two.run("proof", "ana")
    assert ended.code == 0, ended.stderr
    found = re.fullmatch(
        r"Wrote outputs/proofs/ana.html \(0\.\d MB, code (\w{4}-\w{4})\)\.\n", ended.stdout
    )
    assert found
    page = (two.outputs / "proofs/ana.html").read_text("utf-8")
    data = re.search(r'src="data:video/mp4;base64,([^"]*)"', page)[1]
    film = tmp_path / "film.mp4"
    film.write_bytes(base64.b64decode(data))
    made = streams(film)
    assert made.picture["size"] == (640, 360)
    assert abs(len(sound(film)) / 48000 - 3) < 0.1
    assert two.run("approve", "ana", *found[1].split("-")).code == 0
    again = two.run("proof")
    assert again.stdout.startswith("Nothing has changed in outputs/proofs/ana.html")
    assert again.code == 3 and "No proof of bo: nothing can be shown" in again.stderr
