"""Who approved a message, and what a later change does to that."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from recorded_hands import CONFIG, Recorded, at_work

from pipeline.commands.approve import Looks, approve, approve_all, standing_of, withdraw
from pipeline.commands.build import build
from pipeline.commands.check import check
from pipeline.errors import Refused, UsageWrong
from pipeline.event import Workspace
from pipeline.tools.running import files

CAPTIONS = "1\n00:00:00,200 --> 00:00:02,400\nThe quick brown fox.\n"
NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace that was built, with Ana's recording and captions, and without Bo's."""
    (tmp_path / "inputs/captions").mkdir(parents=True)
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "inputs/ana.mp4").write_bytes(b"\0Ana's recording")
    (tmp_path / "inputs/captions/ana.en.srt").write_text(CAPTIONS)
    with at_work(tmp_path, Recorded()) as (event, bench):
        build(event, bench)
    return tmp_path


def approved(root: Path, by: str = "Mia", speaker: str = "ana"):
    with at_work(root, Recorded()) as (event, bench):
        looks = Looks(
            known=lambda: check(event, bench.at_rest(), (speaker,), with_captions=True),
            held=lambda: check(event, bench, (speaker,), with_captions=True),
        )
        return approve(event, looks, speaker, by, NOON)


def stands(root: Path) -> tuple[str, str | None, tuple[str, ...]]:
    """State, by whom, and what has changed, for Ana."""
    with at_work(root, Recorded()) as (event, bench):
        ana = build(event, bench).checked[0]
    stands = standing_of(ana)
    return stands.state, stands.last and stands.last.by, stands.changed


def change(root: Path, old: str, new: str, file: str = "config.yaml") -> None:
    path = root / file
    path.write_text(path.read_text().replace(old, new))


def test_nobody_has_approved_anything_until_they_do(root):
    assert stands(root) == ("none", None, ())
    approved(root)
    assert stands(root) == ("approved", "Mia", ())


@pytest.mark.parametrize(
    ("old", "new", "file", "changed"),
    [
        ("brown", "red", "inputs/captions/ana.en.srt", "captions"),
        ("02,400", "02,200", "inputs/captions/ana.en.srt", "captions"),
        ("Ana Expert}", "Ana Expert, role: Dean}", "config.yaml", "card"),
        ("Ana Expert}", "Ana Expert, fit: cover}", "config.yaml", "picture"),
        ("Ana Expert}", "Ana Expert, chapters: {0m1s: Now}}", "config.yaml", "chapters"),
        ("Ana Expert}", "Ana Expert, denoise: light}", "config.yaml", "sound"),
    ],
)
def test_a_change_makes_it_an_older_version_and_taking_it_back_approves_again(
    root, old, new, file, changed
):
    approved(root)
    change(root, old, new, file)
    assert stands(root) == ("older", "Mia", (changed,))
    change(root, new, old, file)
    assert stands(root) == ("approved", "Mia", ())


def test_another_introduction_is_another_version(root):
    change(root, "Ana Expert}", "Ana Expert, intro: host.mp4}")
    (root / "inputs/host.mp4").write_bytes(b"\0The host's recording")
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    approved(root)
    (root / "inputs/host.mp4").write_bytes(b"\0Another recording of the host")
    assert stands(root) == ("older", "Mia", ("intro",))


def test_another_recording_is_another_version(root):
    approved(root)
    (root / "inputs/ana.mp4").write_bytes(b"\0Another recording")
    assert stands(root) == ("older", "Mia", ("recording",))


def test_what_somebody_else_approves_later_counts(root):
    approved(root)
    change(root, "brown", "red", "inputs/captions/ana.en.srt")
    approved(root, "Noa")
    assert stands(root) == ("approved", "Noa", ())
    change(root, "red", "brown", "inputs/captions/ana.en.srt")
    assert stands(root) == ("approved", "Mia", ())


def test_a_change_to_the_event_that_nobody_sees_of_a_message_leaves_its_approval(root):
    approved(root)
    change(root, "title: Test segment", "title: Another title")
    change(root, "Dr Bo Expert", "Dr Bo Expertová")
    assert stands(root) == ("approved", "Mia", ())


def test_final_is_refused_for_what_was_approved_in_an_older_version(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    (root / "inputs/captions/bo.en.srt").write_text(CAPTIONS)
    change(root, "Expert}", "Expert, accept: [captions-mismatch]}")  # they say something else
    approved(root)
    change(root, "brown", "red", "inputs/captions/ana.en.srt")
    with at_work(root, Recorded()) as (event, bench), pytest.raises(Refused) as caught:
        build(event, bench, final=True)
    assert (
        "Dr Ana Expert: Mia approved an older version (2026-01-01 12:00); changed since: captions."
        in str(caught.value)
    )
    approved(root)
    with at_work(root, Recorded()) as (event, bench):
        assert build(event, bench, final=True).rundown


def test_where_approval_is_required_final_is_refused_until_everybody_is_approved(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    (root / "inputs/captions/bo.en.srt").write_text(CAPTIONS)
    change(root, "Expert}", "Expert, accept: [captions-mismatch]}")
    change(root, "speakers:", "approval: required\nspeakers:")
    approved(root)
    with at_work(root, Recorded()) as (event, bench), pytest.raises(Refused) as caught:
        build(event, bench, final=True)
    assert (
        "  - Dr Bo Expert: nobody has approved this message. (approval-missing: nobody has approved"
        " it)" in str(caught.value)
    )
    assert "Dr Ana Expert: nobody has approved" not in str(caught.value)
    approved(root, speaker="bo")
    with at_work(root, Recorded()) as (event, bench):
        assert build(event, bench, final=True).rundown


def test_where_nobody_asks_for_approval_nothing_is_said_of_it(root):
    with at_work(root, Recorded()) as (event, bench):
        report = build(event, bench)
    assert not [one for one in report.checked[0].findings if one.code.startswith("approval")]


def test_captions_that_were_just_saved_are_held_against_the_sound_and_approved(root):
    change(root, "brown", "red", "inputs/captions/ana.en.srt")
    assert approved(root).approval.by == "Mia"
    assert stands(root) == ("approved", "Mia", ())


def test_as_long_as_it_is_not_known_what_would_be_shown_no_approval_is_said_to_hold(root):
    approved(root)
    change(root, "brown", "red", "inputs/captions/ana.en.srt")
    with at_work(root, Recorded(), dry=True) as (event, bench):
        ana = build(event, bench).checked[0]
    assert (standing_of(ana).state, standing_of(ana).last.by) == ("unknown", "Mia")


def test_an_approved_draft_is_kept_as_a_persons_captions(root):
    (root / "inputs/captions/ana.en.srt").unlink()
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    assert approved(root).saved == ("inputs/captions/ana.en.srt",)
    draft = (root / "outputs/captions/ana.en.srt").read_text()
    assert (root / "inputs/captions/ana.en.srt").read_text() == draft
    assert stands(root) == ("approved", "Mia", ())


@pytest.fixture
def drafted(root: Path) -> Path:
    """Ana's captions are a draft."""
    (root / "inputs/captions/ana.en.srt").unlink()
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    return root


def stopped(root: Path, by: str) -> None:
    """Ctrl-C while the draft that was saved is held against the sound."""

    def known():
        if (root / "inputs/captions/ana.en.srt").exists():
            raise KeyboardInterrupt
        return check(event, bench.at_rest(), ("ana",), with_captions=True)

    with at_work(root, Recorded()) as (event, bench), pytest.raises(KeyboardInterrupt):
        approve_all([event], lambda _: Looks(known, known), "ana", by, NOON)


def test_an_approval_that_is_stopped_leaves_the_draft_a_draft(drafted):
    stopped(drafted, "Mia")
    assert list((drafted / "inputs/captions").iterdir()) == []
    assert stands(drafted) == ("none", None, ())


def test_an_approval_that_is_stopped_leaves_the_earlier_ones(drafted):
    approved(drafted)
    (drafted / "inputs/captions/ana.en.srt").unlink()
    before = (drafted / "inputs/approvals/ana.json").read_text()
    stopped(drafted, "Noa")
    assert (drafted / "inputs/approvals/ana.json").read_text() == before


def test_a_draft_is_a_persons_only_once_it_is_approved(drafted):
    written = []

    def noted(path: Path, content: str | bytes) -> None:
        written.append(path.name)

    with patch.object(files, "write_whole", noted):
        approved(drafted)
    assert written[:2] == ["ana.json", "ana.en.srt"]


def test_a_persons_file_that_cannot_be_read_is_not_written_over_by_an_approval(drafted):
    path = drafted / "inputs/captions/ana.en.srt"
    path.write_text("half a fi")
    with at_work(drafted, Recorded()) as (event, bench):
        build(event, bench)
    approved(drafted)
    assert path.read_text() == "half a fi"


def test_what_is_not_there_cannot_be_approved(root):
    with pytest.raises(Refused, match="no message that could be shown"):
        approved(root, speaker="bo")


def test_what_has_not_been_looked_at_cannot_be_approved(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    with pytest.raises(Refused, match="not known yet what would be shown"):
        approved(root, speaker="bo")


@pytest.mark.parametrize("by", ["", "  ", "a\x1b[2J", "x" * 81])
def test_who_approves_has_a_name(root, by):
    with pytest.raises(UsageWrong, match="Write the name"):
        approved(root, by)


def test_approvals_can_be_taken_back(root):
    approved(root)
    withdraw(Workspace(root), "ana")
    assert stands(root) == ("none", None, ())


@pytest.mark.parametrize("text", ["", "[1]", '{"a": 1}', '[{"by": "x"}]', "[" * 9999])
def test_a_file_that_is_no_list_of_approvals_is_said_and_stops_nobody(root, text):
    approved(root)
    (root / "inputs/approvals/ana.json").write_text(text)
    with at_work(root, Recorded()) as (event, bench):
        report = build(event, bench)
    found = [one for one in report.checked[0].findings if one.code == "approval-unreadable"]
    assert found[0].message.startswith("inputs/approvals/ana.json: it is not a list of approvals")
    assert report.rundown


def test_the_file_says_who_and_when(root):
    approved(root)
    (kept,) = json.loads((root / "inputs/approvals/ana.json").read_text())
    assert (kept["by"], kept["at"]) == ("Mia", "2026-01-01T12:00:00+00:00")
