"""Programs run with limits, without our secrets, and are gone when their time is up."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline.tools.running import process


def python(code: str, folder: Path, timeout_s: float = 20, **options: object) -> process.Ended:
    """Run a small Python program; ``-S`` and ``-I`` make it start in hundredths of a second."""
    return process.run([sys.executable, "-I", "-S", "-c", code], folder, timeout_s, **options)  # type: ignore[arg-type]


def is_running(number: int) -> bool:
    """Whether a process is there and is no corpse."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_a_program_says_is_kept_apart(tmp_path):
    ended = python("import sys; print('out'); print('Señor', file=sys.stderr)", tmp_path)
    assert (ended.good, ended.exit_code, ended.stdout, ended.stderr) == (
        True,
        0,
        "out\n",
        "Señor\n",
    )


def test_a_program_that_fails_does_not_raise(tmp_path):
    ended = python("raise SystemExit(7)", tmp_path)
    assert (ended.good, ended.exit_code, ended.stopped_because) == (False, 7, None)


def test_it_runs_in_the_folder_it_was_given(tmp_path):
    assert python("import os; print(os.getcwd())", tmp_path).stdout == f"{tmp_path}\n"


def test_a_program_that_asks_gets_no_answer_and_does_not_wait(tmp_path):
    assert python("import sys; print(repr(sys.stdin.read()))", tmp_path).stdout == "''\n"


def test_time_that_is_up_ends_the_program_and_all_that_it_started(tmp_path):
    code = (
        "import os, subprocess, sys, time\nchild = subprocess.Popen([sys.executable, '-I', '-S',"
        " '-c', 'import time; time.sleep(60)'])\nprint(child.pid, flush=True)\ntime.sleep(60)\n"
    )
    was_running: list[bool] = []
    ended = python(
        code, tmp_path, timeout_s=1, on_line=lambda line: was_running.append(is_running(int(line)))
    )
    assert was_running == [True]
    assert (ended.good, ended.stopped_because) == (False, "did not end within 1 s")
    child = int(ended.stdout)
    for _ in range(50):
        if not is_running(child):
            break
        time.sleep(0.02)
    assert not is_running(child)


def test_a_program_that_ignores_a_polite_stop_is_ended_too(tmp_path):
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    assert python(code, tmp_path, timeout_s=0.6).stopped_because == "did not end within 1 s"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_flood_of_messages_is_stopped(tmp_path, monkeypatch, stream):
    monkeypatch.setattr(process, "MOST_MESSAGE_BYTES", 100_000)
    ended = python(f"import sys\nwhile True: print('x' * 1000, file=sys.{stream})", tmp_path)
    assert (ended.good, ended.stopped_because) == (False, "said more than it should")
    assert len(ended.stdout + ended.stderr) <= 100_000


def test_a_flood_without_a_line_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "MOST_MESSAGE_BYTES", 100_000)
    ended = python(
        "import sys, time\nfor _ in range(300): sys.stderr.write('x' *"
        " 1000)\nsys.stderr.flush()\ntime.sleep(60)",
        tmp_path,
        timeout_s=1,
    )
    assert ended.stopped_because == "said more than it should"


def test_each_line_is_heard_as_it_comes(tmp_path):
    heard: list[str] = []
    python("print('frame=1', flush=True); print('frame=2')", tmp_path, on_line=heard.append)
    assert heard == ["frame=1\n", "frame=2\n"]


def test_bytes_that_are_no_text_do_not_break_us(tmp_path):
    assert python("import sys; sys.stdout.buffer.write(b'a\\xffb')", tmp_path).stdout == "a\ufffdb"


def test_a_program_sees_none_of_our_secrets_and_no_home(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("LD_PRELOAD_X", "x")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    said = python(
        "import os; print(sorted(os.environ)); print(os.environ['HOME'])", tmp_path
    ).stdout
    assert (
        "AWS_SECRET_ACCESS_KEY" not in said
        and "LD_PRELOAD_X" not in said
        and "PYTHONPATH" not in said
    )
    assert "'PATH'" in said
    assert said.splitlines()[1] == str(tmp_path)


def test_a_program_that_is_not_there_is_the_callers_fault(tmp_path):
    with pytest.raises(FileNotFoundError):
        process.run([str(tmp_path / "no-such-program")], tmp_path, 5)


def test_an_interrupted_command_ends_what_runs_and_starts_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "_stopping", threading.Event())
    ended: list[process.Ended] = []
    code = "print('on', flush=True); import time; time.sleep(60)"
    waiting = threading.Thread(
        target=lambda: ended.append(python(code, tmp_path, on_line=lambda line: process.stop_all()))
    )
    waiting.start()
    waiting.join(10)
    assert [one.stopped_because for one in ended] == ["was stopped with the build"]
    assert python("print(1)", tmp_path) == process.Ended(
        -1, "was not started: the build is being stopped", "", ""
    )
