"""Programs that stay answer one request after another, each as if it were alone; they are ended as
all others are, and when they have nothing to do.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY
from test_process import is_running

from pipeline.tools.running import process, programs, standing

PROGRAM = """
import os, sys, time
from pipeline.tools.running.serve import serve
def answer():
    said = open("request.txt", encoding="utf-8").read()
    print(said, file=sys.stderr)
    exec(said)
    open("answer.txt", "w").write(f"{os.getpid()} {os.getcwd()}")
serve(answer)
"""
COMMAND = [sys.executable, "-P", "-c", PROGRAM]


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    yield
    standing.end_all()


def asked(folder: Path, code: str = "", timeout_s: float = 20) -> process.Ended:
    """Have ``code`` run in a folder of its own."""
    folder.mkdir()
    (folder / "request.txt").write_text(code, "utf-8")
    return standing.run(COMMAND, folder, timeout_s)


def answered_by(folder: Path) -> int:
    return int((folder / "answer.txt").read_text().split(" ")[0])


def is_gone(number: int) -> bool:
    for _ in range(500):
        if not is_running(number):
            return True
        time.sleep(0.01)
    return False


def test_one_program_answers_one_request_after_another_each_in_its_folder(tmp_path):
    assert asked(tmp_path / "a", "pass  # first").stderr == "pass  # first\n"
    assert asked(tmp_path / "b", "pass  # second").stderr == "pass  # second\n"
    assert answered_by(tmp_path / "a") == answered_by(tmp_path / "b")
    assert (tmp_path / "b/answer.txt").read_text().endswith(f" {tmp_path / 'b'}")


def test_requests_at_one_time_are_answered_by_a_program_each(tmp_path):
    with ThreadPoolExecutor(2) as places:
        both = [places.submit(asked, tmp_path / name, "time.sleep(0.5)") for name in ("a", "b")]
    assert all(one.result().good for one in both)
    assert answered_by(tmp_path / "a") != answered_by(tmp_path / "b")


def test_a_program_that_fails_says_why_and_another_one_takes_the_next_request(tmp_path):
    asked(tmp_path / "a")
    ended = asked(tmp_path / "b", "raise ValueError('no such word')")
    assert not ended.good and "no such word" in ended.stderr
    assert asked(tmp_path / "c").good
    assert answered_by(tmp_path / "c") != answered_by(tmp_path / "a")


def test_a_program_that_leaves_without_an_answer_did_not_do_its_work(tmp_path):
    ended = asked(tmp_path / "a", "sys.exit(0)")
    assert (ended.good, ended.stopped_because) == (False, "ended without an answer")


def test_one_that_is_late_is_ended(tmp_path):
    asked(tmp_path / "a")
    ended = asked(tmp_path / "b", "time.sleep(60)", timeout_s=0.3)
    assert ended.stopped_because == "did not end within 0 s"
    assert is_gone(answered_by(tmp_path / "a"))


def test_one_that_was_killed_while_it_waited_is_told_by_its_signal(tmp_path):
    asked(tmp_path / "a")
    os.kill(answered_by(tmp_path / "a"), signal.SIGKILL)
    assert asked(tmp_path / "b").exit_code == -signal.SIGKILL
    assert asked(tmp_path / "c").good


def test_one_that_floods_us_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "MOST_MESSAGE_BYTES", 1000)
    assert asked(tmp_path / "a", "print('x' * 2000)").stopped_because == "said more than it should"


def test_one_with_nothing_to_do_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(standing, "IDLE_S", 0.1)
    asked(tmp_path / "a")
    assert is_gone(answered_by(tmp_path / "a"))


def test_none_outlives_the_command(tmp_path):
    asked(tmp_path / "a")
    standing.end_all()
    assert is_gone(answered_by(tmp_path / "a"))


# --- openai-whisper -------------------------------------------------------------------------------


def hearing(folder: Path, kept: Path, before_s: float) -> bytes:
    """What Whisper says of an utterance, with some silence before it."""
    folder.mkdir()
    with wave.open(str(REPOSITORY / "tests/data/tiny-whisper.wav"), "rb") as file:
        said = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    sound = np.concatenate([np.zeros(int(before_s * 16000), "<i2"), said])
    with wave.open(str(folder / "speech.wav"), "wb") as file:
        file.setparams((2, 2, 16000, 0, "NONE", ""))
        file.writeframes(np.repeat(sound, 2).tobytes())
    request = {"task": "transcribe", "language": "en", "route": "both", "size": None, "tell": True}
    (folder / "request.json").write_text(json.dumps(request))
    (folder / "model.pt").symlink_to(kept)
    ended = standing.run(programs.command("whisper_words", ()), folder, 120)
    assert ended.good, ended.stderr
    return (folder / "words.json").read_bytes()


@pytest.mark.long
@pytest.mark.slow
def test_what_whisper_hears_does_not_depend_on_what_it_heard_before(tmp_path):
    kept = REPOSITORY / "tests/data/tiny-whisper.pt"
    first = [hearing(tmp_path / name, kept, at) for name, at in (("a", 0.3), ("b", 2), ("c", 0.3))]
    standing.end_all()
    assert hearing(tmp_path / "d", kept, 2) == first[1]
    assert first[0] == first[2] != first[1]


@pytest.mark.long
@pytest.mark.slow
def test_weights_that_were_exchanged_are_read_anew(tmp_path):
    kept = tmp_path / "kept.pt"
    shutil.copy(REPOSITORY / "tests/data/tiny-whisper.pt", kept)
    hearing(tmp_path / "a", kept, 0.3)
    kept.write_bytes(b"no weights any more")
    with pytest.raises(AssertionError, match="UnpicklingError"):
        hearing(tmp_path / "b", kept, 0.3)
