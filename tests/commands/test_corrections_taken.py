"""`add corrections-ID.json`: what a speaker corrected in their proof becomes captions of a person's
and values in config.yaml, and takes nobody's newer work back.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import Event
from recorded_hands import Recorded, arrived, at_work

from pipeline.commands.check import check
from pipeline.commands.corrections import Answered, take_answer
from pipeline.commands.proof import make_proofs
from pipeline.errors import Refused
from pipeline.plan.approval import PARTS
from pipeline.plan.corrections import read_corrections
from pipeline.plan.proofs import read_proofs

CAPTIONS = (
    "1\n00:00:00,200 --> 00:00:01,200\nThe quick brown fox.\n\n"
    "2\n00:00:01,400 --> 00:00:02,600\nIt jumps.\n"
)
NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
FOX = {"start_ms": 200, "end_ms": 1200, "was": "The quick brown fox.", "now": "The quick red fox."}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Ana was shown a proof with captions of a person's."""
    (arrived(tmp_path) / "inputs/captions/ana.en.srt").write_text(CAPTIONS)
    shown(tmp_path)
    return tmp_path


def shown(root: Path) -> None:
    with at_work(root, Recorded()) as (event, bench):
        make_proofs(event, bench, ("ana",), NOON)


def answer(root: Path, *captions: dict[str, Any], language: str = "en", **card: Any) -> bytes:
    """What Ana's last proof saves."""
    proofs = read_proofs((root / "inputs/approvals/ana.proofs.json").read_text())
    saved = {
        "perspectives": "corrections",
        "speaker": "ana",
        "version": proofs[-1].version,
        "captions": {language: list(captions)} if captions else {},
        "card": {key: {"was": was, "now": now} for key, (was, now) in card.items()},
    }
    return json.dumps(saved).encode()


def taken(root: Path, data: bytes) -> Answered:
    with at_work(root, Recorded()) as (event, bench):
        return take_answer(event, bench, read_corrections(data), NOON)


def captions(root: Path, name: str = "ana.en.srt") -> str:
    return (root / "inputs/captions" / name).read_text()


def change(root: Path, old: str, new: str, file: str = "inputs/captions/ana.en.srt") -> None:
    path = root / file
    path.write_text(path.read_text().replace(old, new))


def test_a_corrected_caption_is_a_persons_and_the_earlier_file_is_kept(root):
    done = taken(root, answer(root, FOX))
    assert done.written == ("inputs/captions/ana.en.srt",)
    assert done.kept == ("inputs/replaced/ana.en.20260101-120000.srt",)
    assert done.refused == ()
    assert captions(root) == CAPTIONS.replace("brown", "red")
    assert (root / done.kept[0]).read_text() == CAPTIONS


def test_what_a_trim_leaves_out_stays_in_the_file(root):
    cut_off = "\n3\n00:00:20,000 --> 00:00:22,000\nSaid before it was cut.\n"
    path = root / "inputs/captions/ana.en.srt"
    path.write_text(CAPTIONS + cut_off)
    shown(root)
    taken(root, answer(root, FOX))
    assert captions(root) == CAPTIONS.replace("brown", "red") + cut_off


def test_a_corrected_draft_becomes_a_file_of_captions(tmp_path):
    root = arrived(tmp_path)
    shown(root)
    with at_work(root, Recorded()) as (event, bench):
        (ana,) = check(event, bench, ("ana",), with_captions=True).checked
    first = ana.captions["en"].cues[0]
    was = "\n".join(first.lines)
    one = {**FOX, "start_ms": first.start_frame * 40, "was": was, "now": "Something else."}
    done = taken(root, answer(root, one))
    assert (done.written, done.kept) == (("inputs/captions/ana.en.srt",), ())
    assert "Something else." in captions(root)


def test_captions_that_a_person_keeps_as_webvtt_stay_so(root):
    path = root / "inputs/captions/ana.en.srt"
    vtt = "WEBVTT\n\n" + CAPTIONS.replace(",", ".")
    path.with_suffix(".vtt").write_text(vtt)
    path.unlink()
    shown(root)
    assert taken(root, answer(root, FOX)).written == ("inputs/captions/ana.en.vtt",)
    assert captions(root, "ana.en.vtt").startswith("WEBVTT")
    assert not path.exists()


def test_a_persons_newer_edits_of_other_captions_stay(root):
    data = answer(root, FOX)
    change(root, "It jumps.", "It leaps.")
    assert taken(root, data).refused == ()
    assert "The quick red fox." in captions(root) and "It leaps." in captions(root)


def test_a_persons_newer_edit_of_the_same_caption_stays_and_that_is_said(root):
    data = answer(root, FOX)
    change(root, "brown", "green")
    done = taken(root, data)
    assert done.written == ()
    assert done.refused == (
        'at 0:00 (en) the caption "The quick brown fox." says "The quick green fox." now; sent:'
        ' "The quick red fox."',
    )
    assert captions(root) == CAPTIONS.replace("brown", "green")


def test_the_same_file_twice_changes_nothing_the_second_time(root):
    data = answer(root, FOX, name=("Dr Ana Expert", "Dr Ana Expertová"))
    taken(root, data)
    config, text = (root / "config.yaml").read_text(), captions(root)
    again = taken(root, data)
    assert (again.written, again.card, again.refused) == ((), (), ())
    assert ((root / "config.yaml").read_text(), captions(root)) == (config, text)


def test_a_corrected_name_is_written_into_config_yaml(root):
    change(root, "  - {id: bo", "  # Bo comes last\n  - {id: bo", "config.yaml")
    done = taken(root, answer(root, name=("Dr Ana Expert", "  Dr Ana\u0301 \n Expertová")))
    assert done.card == ('name: "Dr Ana Expert" is "Dr Aná Expertová" now',)
    assert "  # Bo comes last" in (root / "config.yaml").read_text()


def test_a_name_that_a_producer_changed_meanwhile_is_not_written_over(root):
    data = answer(root, name=("Dr Ana Expert", "Ana"))
    change(root, "Dr Ana Expert", "Prof. Ana Expert", "config.yaml")
    config = (root / "config.yaml").read_text()
    done = taken(root, data)
    assert done.card == ()
    assert done.refused == (
        'name is "Prof. Ana Expert" by now, and was "Dr Ana Expert"; sent: "Ana"',
    )
    assert (root / "config.yaml").read_text() == config


def test_nobody_is_left_without_a_name(root):
    done = taken(root, answer(root, name=("Dr Ana Expert", " "), country=("", "Malta")))
    assert done.card == ('country: "" is "Malta" now',)
    assert done.refused[0].startswith("name")


def test_corrections_of_an_earlier_proof_are_merged_and_of_an_unknown_one_refused(root):
    earlier = answer(root, FOX)
    change(root, "It jumps.", "It leaps.")
    shown(root)
    assert taken(root, earlier).written
    unknown = json.loads(earlier) | {"version": "00" * 32}
    with pytest.raises(Refused, match="of a proof of ana that was not made here"):
        taken(root, json.dumps(unknown).encode())


def test_captions_in_a_language_that_is_gone_are_told(root):
    done = taken(root, answer(root, FOX, language="fr"))
    assert done.refused == ("there are no captions in fr any more",)


def test_the_approval_of_who_corrected_is_of_an_older_version(root):
    before = read_proofs((root / "inputs/approvals/ana.proofs.json").read_text())[-1]
    taken(root, answer(root, FOX))
    shown(root)
    after = read_proofs((root / "inputs/approvals/ana.proofs.json").read_text())[-1]
    assert before.changed(after.digests) == ("captions",)
    assert {*before.digests} == {*PARTS}


def test_a_file_is_known_by_what_is_in_it_and_a_wrong_one_changes_nothing(event: Event, tmp_path):
    event.config(
        "title: T\nslot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
        "speakers: [{id: ana, name: Ana}]\n"
    )
    sent = tmp_path / "corrections (1).txt"
    sent.write_text('{"perspectives": "corrections", "speaker": "ana"}')
    ended = event.run("add", str(sent))
    assert ended.code == 2
    assert "corrections (1).txt: it is not what a proof has saved (version: Field" in ended.stderr
    assert "Nothing was changed." in ended.stderr
    other = event.run("add", str(sent), "--id", "ana")
    assert other.code == 2 and "A file of corrections goes by itself" in other.stderr
    sent.write_text(json.dumps(json.loads('{"a": 1}')))
    assert "a recording (such as .mp4" not in event.run("add", str(sent)).stderr
    assert [path.name for path in event.inputs.iterdir()] == ["captions"]
