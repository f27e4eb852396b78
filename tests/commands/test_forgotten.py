"""`perspectives forget ID`: nothing of a speaker is left, searched by content, and nothing of the
others is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Event
from recorded_hands import Recorded, arrived, at_work

from pipeline.commands import forget as story
from pipeline.commands.build import build
from pipeline.commands.forget import Held, forget, held_of
from pipeline.commands.keep import keep
from pipeline.commands.pack import make_pack

WORDS = "Peripatetic xylophones"
CAPTIONS = f"1\n00:00:00,200 --> 00:00:02,400\n{WORDS}.\n"
BOS = "1\n00:00:00,200 --> 00:00:02,400\nThe quick brown fox.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Ana's and Bo's messages, built and packed; Ana's has a decision, an earlier recording, edits
    of the review page, a photo of the same content under another name, and an approval.
    """
    root = arrived(tmp_path)
    config = root / "config.yaml"
    trimmed = "{id: ana, name: Dr Ana Expert, trim: {start: 0.2s}}"
    config.write_text(config.read_text().replace("{id: ana, name: Dr Ana Expert}", trimmed))
    for name, content in {
        "inputs/bo.mp4": "\0Bo's recording",
        "inputs/captions/bo.en.srt": BOS,
        "inputs/captions/ana.en.srt": CAPTIONS,
        "inputs/captions/.ana.en.edits": f'{{"what": "{WORDS}"}}',
        "inputs/captions/ana.en.mended.srt": CAPTIONS,
        "inputs/replaced/ana.20260101-120000.mp4": "\0Ana's first recording",
        "inputs/approvals/ana.json": "[]",
        "inputs/approvals/ana.proofs.json": "[]",
        "inputs/ana.txt": WORDS,
        "inputs/from the mail.mp4": "\0Ana's recording",
        "inputs/Ana/notes.txt": WORDS,
        "outputs/mail/ana.eml": WORDS,
        "outputs/proofs/ana.html": WORDS,
        "outputs/proofs/bo.html": "Bo's proof",
        "outputs/my own cut.txt": "made by hand",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
        make_pack(event, bench, countdown=False, to=None)
    with at_work(root, Recorded()) as (event, bench):
        keep(event, bench, "ana")
    return root


def forgotten(root: Path, speaker: str = "ana") -> Held:
    with at_work(root, Recorded()) as (event, bench):
        return forget(event, bench, speaker)


def holding(root: Path, *pieces: bytes) -> list[str]:
    """Every file in a workspace in which one of the pieces is, hidden ones too."""
    return sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and any(piece in path.read_bytes() for piece in pieces)
    )


def test_no_word_and_no_recording_of_theirs_is_left_anywhere(root):
    traces = (WORDS.encode(), b"Ana's recording", b"Ana's first recording", b"Ana Expert")
    assert len(holding(root, *traces)) > 20
    forgotten(root)
    assert holding(root, *traces, b'"ana', b"ana:") == []


def test_everything_of_the_others_stays(root):
    with at_work(root, Recorded()) as (_, bench):
        bos = [one.key for one in bench.store.results() if one.task.startswith("bo: ")]
    forgotten(root)
    for name in ("clips/bo.mp4", "notes/bo.txt", "clips/bo.en.srt", "proofs/bo.html"):
        assert (root / "outputs" / name).is_file(), name
    assert (root / "inputs/bo.mp4").is_file() and (root / "inputs/captions/bo.en.srt").is_file()
    with at_work(root, Recorded()) as (_, bench):
        assert {*bos} <= {one.key for one in bench.store.results()}


def test_the_segment_and_what_is_made_of_all_go_and_are_made_anew_without_them(root):
    forgotten(root)
    left = {path.name for path in (root / "outputs").iterdir()}
    assert left == {".store", "clips", "notes", "proofs", "my own cut.txt"}
    hands = Recorded()
    with at_work(root, hands) as (event, bench):
        report = build(event, bench)
    assert [item.speaker for item in report.rundown.items if item.speaker] == ["bo", "bo"]
    assert not [task for task in hands.told if task.startswith("bo: listen")]


def test_config_yaml_is_as_it_was_without_their_entry(root):
    before = (root / "config.yaml").read_text().splitlines()
    forgotten(root)
    after = (root / "config.yaml").read_text().splitlines()
    assert after == [line for line in before if "id: ana" not in line]
    assert "ana" not in json.loads((root / "decided.json").read_text())


def test_what_is_none_of_ours_stays_and_is_told(root):
    held = forgotten(root)
    assert held.unknown == (root / "outputs/my own cut.txt",)


def test_a_file_that_is_another_speakers_as_well_stays_and_is_told(root):
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("{id: bo,", "{id: bo, video: ana.mp4,"))
    held = forgotten(root)
    assert held.shared == (root / "inputs/ana.mp4",)
    assert (root / "inputs/ana.mp4").is_file()


def test_who_is_looked_for_is_not_yet_gone(root):
    before = holding(root, b"")
    with at_work(root, Recorded(), dry=True) as (event, bench):
        held = held_of(event, bench.store, "ana")
    assert root / "inputs/from the mail.mp4" in held.inputs
    assert holding(root, b"") == before


def test_who_was_stopped_halfway_can_begin_again(root, monkeypatch):
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(story, "decide", stopped)
        with pytest.raises(KeyboardInterrupt):
            forgotten(root)
    forgotten(root)
    assert holding(root, WORDS.encode(), b"Ana") == []


@pytest.mark.parametrize("speaker", ["ana", "bo"])
def test_who_is_the_last_one_can_be_forgotten_too(root, speaker):
    forgotten(root, "bo" if speaker == "ana" else "ana")
    forgotten(root, speaker)
    assert (root / "config.yaml").read_text().rstrip().endswith("[]")


# --- with films -----------------------------------------------------------------------------------


def _pieces(path: Path) -> Iterator[bytes]:
    """64 bytes here and there of what was encoded; not headers, which all films have alike."""
    data = path.read_bytes()
    for place in range(len(data) // 3, len(data) - 64, max(1, len(data) // 40)):
        if len({*data[place : place + 64]}) > 48:
            yield data[place : place + 64]


@pytest.mark.long
def test_no_piece_of_a_film_is_left_on_the_disk(two_built: Event):
    root = two_built.root
    assert two_built.run("proof", "ana").code == 0
    made = [two_built.inputs / "ana.mp4", *two_built.outputs.glob("clips/ana*.mp4")]
    made += [
        path
        for path in (two_built.outputs / ".store/objects").rglob("*.*")
        if path.suffix in (".mp4", ".wav", ".m4a")
        and '"task": "ana: title' not in path.with_name("recipe.json").read_text()
        and '"task": "ana: ' in path.with_name("recipe.json").read_text()
    ]
    pieces = [piece for path in made for piece in _pieces(path)]
    assert len(pieces) > 100
    asked = two_built.run_apart("forget", "ana")
    assert (asked.code, asked.stdout.strip()) == (4, "")
    assert "  inputs/ana.mp4\n" in asked.stderr and "Nothing was taken away." in asked.stderr
    assert len(holding(root, *pieces)) > 8
    ended = two_built.run("forget", "ana", "--yes")
    assert ended.code == 0, ended.stderr
    assert "What cannot be known here: the mail or the link with which it came" in ended.stdout
    assert holding(root, *pieces) == []
