"""Real files from the outside world get the verdict they deserve (skipped where the corpus is not
beside the project).
"""

from __future__ import annotations

import csv
import json
import re
import shutil

import pytest
from conftest import HEAD, REPOSITORY, Event
from measure import brightness, sound, streams
from meter import RATE, integrated_lufs, true_peak_dbtp

CORPUS = REPOSITORY.parent / "shared" / "corpus"
UNDECODABLE = "vp9/invalid-bitstream.webm"
"""Its row says that without sound it were only small; not one of its 51 pictures decodes
(frame_sync_byte out of range).
"""
ALWAYS_ALLOWED = {"very-short"}


def rows() -> list[dict[str, str]]:
    with (CORPUS / "expected.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def placed(event: Event, chosen: list[dict[str, str]], extra: str = "") -> str:
    """The rows' files in inputs/, and the lines of config.yaml that name each as a speaker's."""
    speakers = []
    for number, row in enumerate(chosen, 1):
        source = CORPUS / row["file"]
        name = f"s{number:03d}{source.suffix or '.ts'}"
        shutil.copyfile(source, event.inputs / name)
        speakers.append(
            f"  - {{id: s{number:03d}, name: Dr Number {number}, video: {name}{extra}}}\n"
        )
    return "".join(speakers)


def judged(
    event: Event, chosen: list[dict[str, str]], extra: str = ""
) -> list[tuple[dict[str, str], dict]]:
    """Each row of the corpus with what ``check --json`` said of its file."""
    ended = event.config(HEAD + "speakers:\n" + placed(event, chosen, extra)).run("check", "--json")
    assert "Traceback" not in ended.stderr
    return list(zip(chosen, json.loads(ended.stdout)["submissions"], strict=True))


def agrees(row: dict[str, str], submission: dict) -> bool:
    """Whether verdict and reasons are those of the row: ``|`` separates alternatives, ``;`` reasons
    that all apply.
    """
    verdict = {"accept": "accept", "warn": "accept_with_warnings", "reject": "reject"}[
        row["verdict"]
    ]
    severity = "error" if row["verdict"] == "reject" else "warning"
    said = {
        finding["code"] for finding in submission["findings"] if finding["severity"] == severity
    }
    if row["verdict"] == "reject":
        return submission["verdict"] == verdict and any(
            reason in said for reason in row["reason"].split("|")
        )
    wanted = set(filter(None, row["reason"].split(";")))
    if (
        submission["verdict"] == "accept_with_warnings"
        and said <= ALWAYS_ALLOWED
        and verdict == "accept"
    ):
        return True
    return submission["verdict"] == verdict and wanted <= said and said - wanted <= ALWAYS_ALLOWED


def wrong(judgements: list[tuple[dict[str, str], dict]]) -> list[str]:
    return [
        f"{row['file']}: {row['verdict']} {row['reason']}, got {said['verdict']} "
        f"{[(finding['severity'], finding['code']) for finding in said['findings']]}"
        for row, said in judgements
        if not agrees(row, said)
    ]


beside = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of real files is not beside the project"
)


@pytest.mark.long
@beside
def test_real_files_get_the_verdict_and_the_reason_they_deserve(event):
    judgements = judged(event, rows())
    assert len(wrong(judgements)) <= 0.01 * len(judgements), "\n".join(wrong(judgements))


@pytest.mark.long
@beside
def test_real_files_without_sound_are_judged_by_the_rest_where_silence_is_allowed(event):
    chosen = []
    for row in rows():
        found = re.search(r"with allow_silent: (accept|warn|reject) ?([a-z;-]*)", row["notes"])
        if found and row["file"] != UNDECODABLE:
            reasons = [found[2], row["reason"]] if found[1] == "reject" else [found[2]]
            chosen.append({**row, "verdict": found[1], "reason": "|".join(filter(None, reasons))})
    judgements = judged(event, chosen, ", allow_silent: true")
    assert len(judgements) >= 15
    assert not wrong(judgements), "\n".join(wrong(judgements))


@pytest.mark.long
@beside
def test_all_real_files_that_are_accepted_become_one_segment_as_it_was_planned(event):
    chosen = [row for row in rows() if row["verdict"] != "reject"]
    speakers = placed(event, chosen)
    head = HEAD.replace("640x360", "320x180").replace(
        "preset: ultrafast}", "preset: ultrafast, outputs: [soft]}"
    )
    ended = event.config(head + "speakers:\n" + speakers).run("build")
    assert ended.code == 0, ended.stderr
    report = event.report()
    segment = event.outputs / "segment.mp4"
    shown = streams(segment).picture
    assert (shown["frames"], shown["size"], shown["rate"]) == (report["frames"], (320, 180), 25)
    assert len(brightness(segment)) == report["frames"]
    heard = sound(segment)
    assert len(heard) == report["frames"] * RATE // 25
    capped = {
        one["id"]
        for one in report["submissions"]
        if "gain-capped" in {finding["code"] for finding in one["findings"]}
    }
    measured = {}
    for item in report["rundown"]:
        if item["kind"] == "message" and item["frames"] >= 25:  # BS.1770 measures blocks of 0.4 s
            stretch = heard[
                item["start_frame"] * RATE // 25 : (item["start_frame"] + item["frames"])
                * RATE
                // 25
            ]
            measured[item["speaker"]] = (integrated_lufs(stretch), true_peak_dbtp(stretch))
    assert max(peak for _, peak in measured.values()) <= -1
    loud = {speaker: lufs for speaker, (lufs, _) in measured.items() if speaker not in capped}
    assert len(loud) >= 5
    assert loud == {speaker: pytest.approx(-16, abs=0.3) for speaker in loud}
