"""A watch, as a producer leaves it running: what arrives and is corrected while nobody looks, what
goes wrong meanwhile, and how it ends.
"""

from __future__ import annotations

import json
import queue
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Event, make_clip

from pipeline.commands.watch_lines import BuildSaid, is_progress
from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid
from pipeline.findings import some_of
from pipeline.tools.folder_events import FolderEvents
from pipeline.tools.running.process import Ended
from pipeline.work.beside import Beside

CONFIG = """title: Test segment
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
delivery: {size: 320x180, preset: ultrafast, outputs: [soft]}
cards: {opening: 1s, title: 1s, closing: 1s, lower_third: 0s, motion: none}
captions: {engine: pocketsphinx}
on_built: [./tell.sh, said.txt]
speakers:
  - {id: ana, name: Dr Ana Expert, allow_silent: true}
  - {id: bo, name: Dr Bo Expert, allow_silent: true}
"""
TELLS = """#!/bin/sh
echo "$PERSPECTIVES_EXIT_CODE: $PERSPECTIVES_CHANGED" >> "$1"
"""
CAPTIONS = "1\n00:00:00,200 --> 00:00:01,800\nGood morning.\n"
PATIENCE_S = 120.0


def found(severity: str, code: str, message: str, submission: str | None) -> dict[str, object]:
    """A finding as `build --json` prints it."""
    return {
        "severity": severity,
        "code": code,
        "submission": submission,
        "file": None,
        "at_ms": None,
        "message": message,
        "remedy": "Mend it.",
    }


REPORT = {
    "submissions": [
        {
            "id": "ana",
            "verdict": "accept_with_warnings",
            "accepted": ["captions-draft"],
            "findings": [
                found("warning", "captions-draft", "A draft.", "ana"),
                found("warning", "portrait", "Upright.", "ana"),
            ],
        },
        {
            "id": "bo",
            "verdict": "reject",
            "accepted": [],
            "findings": [found("error", "missing", "No recording.", "bo")],
        },
    ],
    "findings": [found("warning", "slot-over", "It is too long.", None)],
    "accepted": [],
}


class Watching:
    """A ``perspectives watch`` that runs, and what it says."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.process = event.start("watch", "--settle", "0.4")
        self.results, self.notes = (
            _Said(stream) for stream in (self.process.stdout, self.process.stderr)
        )

    def builds(self, does: Callable[[], object]) -> str:
        """Do something; the line of the build that comes of it, without its time of day."""
        does()
        return self.results.next().split("  ", 1)[1]

    def builds_nothing(self, does: Callable[[], object]) -> None:
        """Do something; a second and a half later nothing has begun."""
        does()
        time.sleep(1.5)
        assert self.results.seen() == [] and not self.notes.has(": building.")


class _Said:
    def __init__(self, stream) -> None:
        self._lines: queue.Queue[str] = queue.Queue()
        self._kept: list[str] = []
        threading.Thread(target=self._listen, args=(stream,), daemon=True).start()

    def _listen(self, stream) -> None:
        for line in stream:
            self._lines.put(line.rstrip("\n"))

    def next(self) -> str:
        return self._lines.get(timeout=PATIENCE_S)

    def seen(self) -> list[str]:
        """All that has been said and nobody asked for yet."""
        found = []
        while not self._lines.empty():
            found.append(self._lines.get())
        return found

    def has(self, words: str) -> bool:
        return any(words in line for line in self.seen())

    def until(self, words: str) -> str:
        while words not in (line := self.next()):
            pass
        return line


@pytest.fixture
def watching(event: Event) -> Iterator[Watching]:
    """A watch of two tiny messages, of which one has come; its first build is over."""
    event.config(CONFIG)
    (event.root / "tell.sh").write_text(TELLS)
    (event.root / "tell.sh").chmod(0o755)
    tiny(event.inputs / "ana.mp4")
    watch = Watching(event)
    try:
        yield watch
    finally:
        watch.process.kill()
        watch.process.wait()


def tiny(path: Path) -> Path:
    """One second of moving bars without a sound."""
    return make_clip(path, 1, picture="testsrc2=s=320x180:r=25", sound="")


def ended(code: int, stdout: str = "", stderr: str = "") -> BuildSaid:
    return BuildSaid(Ended(code, None, stdout, stderr))


def test_of_several_segments_those_that_were_refused_are_named():
    handed = {"submissions": [], "findings": [], "rundown": []}
    answer = {"segments": {"morning": {"error": "No."}, "evening": handed}, "findings": []}
    assert ended(4, json.dumps(answer)).result("0:10") == (
        "built in 0:10, but for morning: refused, what was there stays"
    )
    nothing = {"segments": {"morning": {"error": "No."}}, "findings": []}
    assert ended(4, json.dumps(nothing)).result("0:10") == "refused, what is in outputs/ stays"


def test_what_is_to_be_done_in_several_segments_is_said_once_with_all_of_them():
    answer = {"segments": {"morning": REPORT, "evening": REPORT}, "findings": []}
    assert [one.message for one in ended(0, json.dumps(answer)).to_be_done] == [
        "morning, evening: It is too long.",
        "morning, evening: No recording.",
    ]
    other = {**REPORT, "findings": [found("warning", "slot-over", "By 9 s.", None)]}
    answer = {"segments": {"morning": REPORT, "evening": other}, "findings": []}
    assert [one.message for one in ended(0, json.dumps(answer)).to_be_done] == [
        "morning: It is too long.",
        "morning, evening: No recording.",
        "evening: By 9 s.",
    ]


@pytest.mark.long
def test_an_evening_of_arrivals_corrections_and_accidents(watching, tmp_path):
    event, inputs, root = watching.event, watching.event.inputs, watching.event.root
    config = root / "config.yaml"
    bo = tiny(tmp_path / "IMG_1.mp4").read_bytes()
    half = len(bo) // 2

    def write(path: Path, content: str | bytes) -> Callable[[], object]:
        data = content.encode() if isinstance(content, str) else content
        return lambda: path.write_bytes(data)

    def edit(old: str, new: str) -> Callable[[], object]:
        return lambda: config.write_text(config.read_text().replace(old, new))

    # 1 to 3: what is there, a copy that stands still in the middle and goes on, its end
    assert watching.results.next().split("  ", 1)[1].startswith("begun: built in ")
    watching.notes.until("Take it in with")
    watching.builds_nothing(write(inputs / "bo.mp4", bo[:half]))
    assert watching.builds(write(inputs / "bo.mp4", bo)).startswith("bo.mp4 is new: built in ")
    watching.notes.seen()
    # 4 to 6: a download, its end, and a name that is nobody's
    watching.builds_nothing(write(inputs / "cy.mp4.crdownload", bo))
    done = watching.builds(lambda: (inputs / "cy.mp4.crdownload").rename(inputs / "IMG_2.mp4"))
    assert done.startswith("IMG_2.mp4 is new: built in ") and done.endswith("(exit 0)")
    renamed = watching.builds(lambda: (inputs / "IMG_2.mp4").rename(inputs / "IMG_3.mp4"))
    assert renamed.startswith("IMG_2.mp4 is called IMG_3.mp4 now: built in ")
    # 7 to 10: a script, captions, captions again; a hidden file is nobody's
    assert watching.builds(write(inputs / "ana.txt", "Good morning.")).startswith("ana.txt is new")
    srt = inputs / "captions/ana.en.srt"
    assert watching.builds(write(srt, CAPTIONS)).startswith("captions/ana.en.srt is new: built")
    again = watching.builds(write(srt, CAPTIONS.replace("morning", "evening")))
    assert again.startswith("captions/ana.en.srt has changed: built")
    assert "Good evening." in (event.outputs / "segment.en.srt").read_text()
    watching.notes.seen()
    watching.builds_nothing(write(inputs / ".DS_Store", b"x"))
    # 11 to 13: config.yaml is wrong, is wrong otherwise, and is right again
    was = (event.outputs / "segment.mp4").read_bytes()
    edit("title: Test segment", "titel: Test segment")()
    watching.notes.until("config.yaml: line 1: titel is not a key I know")
    edit("titel: Test segment", "title: Test: segment")()
    watching.notes.until("has a colon in it, so it needs quotes")
    assert (event.outputs / "segment.mp4").read_bytes() == was
    assert watching.results.seen() == []
    right = watching.builds(edit("title: Test: segment", "title: Another segment"))
    assert right.startswith("config.yaml has changed: built")
    assert (event.outputs / "segment.mp4").read_bytes() != was
    # 14 and 15: a recording is taken away, and comes back
    gone = watching.builds(lambda: (inputs / "bo.mp4").rename(tmp_path / "bo.mp4"))
    assert gone.startswith("bo.mp4 is gone: built in ") and ", without bo, " in gone
    back = watching.builds(lambda: (tmp_path / "bo.mp4").rename(inputs / "bo.mp4"))
    assert back.startswith("bo.mp4 is new: built in ") and back.endswith("(exit 0)")
    # 16 and 17: inputs/ is taken away, and comes back as it was
    inputs.rename(tmp_path / "inputs")
    watching.notes.until("inputs/ is not there")
    assert watching.results.seen() == [] and not inputs.exists()
    watching.builds_nothing(lambda: (tmp_path / "inputs").rename(inputs))
    # 18: `add` takes somebody in meanwhile, with an accent and into config.yaml; without a sound
    taken = watching.builds(
        lambda: event.run_apart("add", str(tmp_path / "IMG_1.mp4"), "--name", "Zoë Čapek")
    )
    assert "capek.mp4 is new" in taken and "config.yaml has changed" in taken
    # 19 and 20: a build that is refused, and what was refused is allowed
    refused = watching.builds(edit("14:50:00+02:00}", "14:30:03+02:00, overrun: strict}"))
    assert refused == ("config.yaml has changed: refused, what is in outputs/ stays (exit 4)")
    assert watching.builds(edit("14:30:03+02:00", "14:50:00+02:00")).endswith("(exit 3)")
    # 21 and 22: the folder with everything that was made is deleted; somebody changes a role
    shutil.rmtree(event.outputs)
    watching.builds(edit("name: Dr Bo Expert", "name: Dr Bo Expert, role: Rector"))
    assert (event.outputs / "segment.mp4").is_file()
    # 23 and 24: something arrives while a build runs: the latest wins, in one line
    watching.notes.seen()
    edit("size: 320x180", "size: 640x360")()
    watching.notes.until(": building.")
    last = watching.builds(edit("size: 640x360", "size: 384x216"))
    assert last.startswith("config.yaml has changed: built")
    assert watching.results.seen() == []
    assert json.loads((event.outputs / "report.json").read_text())["frames"] > 0
    # 25: the end; every build that came to its end was told of
    told = (root / "said.txt").read_text().splitlines()
    assert told[0] == "3: begun" and told[1] == "0: bo.mp4 is new"
    assert "4: config.yaml has changed" in told
    watching.process.send_signal(signal.SIGTERM)
    assert watching.process.wait(timeout=20) == 0
    assert watching.notes.until("The watch has ended")


@pytest.mark.slow
def test_a_watch_ends_in_the_middle_of_a_build_and_its_build_with_it(watching):
    watching.notes.until("begun: building.")
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(timeout=20) == 0
    watching.notes.until("The watch has ended; what was finished is kept.")
    assert watching.event.run("status").code == 0
    assert watching.event.run("build").code == 3


def test_a_workspace_is_watched_once(event):
    from filelock import FileLock

    event.config(CONFIG)
    (event.outputs / ".store").mkdir(parents=True)
    with FileLock(event.outputs / ".store/watch.lock"):
        refused = event.run("watch")
    assert refused.code == 4
    assert "is watched already" in refused.stderr


# --- what a line says -----------------------------------------------------------------------------


def test_whoever_has_a_holding_card_stands_in_the_line():
    report = {
        "submissions": [{"id": "ana", "verdict": "accept"}, {"id": "bo", "verdict": "reject"}]
    }
    assert ended(3, json.dumps(report)).result("2:28") == "built in 2:28, without bo"


def test_what_a_build_said_that_failed_is_repeated_without_how_far_it_was():
    said = ended(4, "", " 12%, about 1:20 left: ana: picture\nThe disk is full.\n")
    assert said.result("3 s") == "refused, what is in outputs/ stays"
    assert said.why == "  The disk is full."


def test_a_build_that_was_killed_is_not_said_to_have_been_built():
    assert not ended(-9).built
    assert ended(-9).result("3 s") == "was ended from outside"


def test_of_many_arrivals_the_first_are_named_and_the_rest_counted():
    changes = [f"{number}.mp4 is new" for number in range(6)]
    assert some_of(changes) == "0.mp4 is new, 1.mp4 is new, 2.mp4 is new and 3 more"


def test_progress_is_told_from_what_is_said():
    assert is_progress("  7%, about 1:20 left: ana: picture 1/9")
    assert not is_progress("Waits until it is back.")


# --- on_built -------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["rsync -a", "[]", "[1, 2]", '[""]', "{a: b}"])
def test_a_command_is_a_program_and_its_arguments(written):
    text = CONFIG.replace("[./tell.sh, said.txt]", written)
    if written == "[]":
        assert read_config(text).on_built == ()
        return
    with pytest.raises(ConfigInvalid) as caught:
        read_config(text)
    assert "write the program and each of its arguments as a list of texts" in str(caught.value)


def test_a_program_beside_us_has_our_environment_and_what_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("OURS", "kept")
    beside = Beside(["sh", "-c", 'echo "$OURS $TOLD"'], tmp_path, 20, {"TOLD": "yes; rm -rf /"})
    assert beside.ended.stdout == "kept yes; rm -rf /\n"


def test_a_program_that_is_not_there_ends_nothing(tmp_path):
    ended = Beside(["/no/such/program"], tmp_path, 20).ended
    assert not ended.good
    assert ended.stopped_because == "could not be started (there is no such program)"


def test_a_program_beside_us_is_asked_to_end_and_writes_down_what_it_knows(tmp_path):
    script = 'trap "echo kept > note; exit 7" TERM; echo begun >&2; while :; do sleep 0.05; done'
    begun = threading.Event()
    beside = Beside(["sh", "-c", script], tmp_path, 60, on_complaint=lambda line: begun.set())
    assert begun.wait(20)
    beside.stop(within_s=20)
    assert beside.ended.exit_code == 7
    assert (tmp_path / "note").read_text() == "kept\n"


# --- events ---------------------------------------------------------------------------------------


def test_a_new_file_is_noticed_by_its_event(tmp_path):
    pytest.importorskip("watchfiles")
    events = FolderEvents([tmp_path], poll=False)
    events.wait(0.01, lambda: False)
    assert not events.blind
    timer = threading.Timer(0.3, (tmp_path / "ana.mp4").write_bytes, (b"x",))
    timer.start()
    begun = time.monotonic()
    events.wait(30, lambda: False)
    assert time.monotonic() - begun < 20


def test_where_there_are_no_events_a_watch_looks_by_itself(tmp_path):
    gone = FolderEvents([tmp_path / "gone"], poll=False)
    gone.wait(0.01, lambda: False)
    assert gone.blind
    assert FolderEvents([tmp_path], poll=True).blind
