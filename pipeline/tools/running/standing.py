"""Programs that stay for further requests; without it each message would start openai-whisper anew,
up to three times.

A request is a folder, as for every other program; only one is answered at a time. A program that
fails, is late or is killed is not used again: the next request starts another one. One that has had
nothing to do for IDLE_S is ended, since all of its weights lie in memory.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from pipeline.tools.running import process, system
from pipeline.tools.running.serve import ANSWERED

IDLE_S = 30.0


def run(arguments: list[str], folder: Path, timeout_s: float) -> process.Ended:
    """As ``process.run``, by a program that was started before where one is free. All that it says
    counts as stderr.
    """
    if process.stopping():
        return process.NOT_STARTED
    program = _taken(arguments) or _Program(arguments, folder.parent)
    ended = program.answer(folder, timeout_s)
    if ended.good:
        _let_wait(program)
    return ended


def end_all() -> None:
    """End those that have nothing to do."""
    with _lock:
        programs = tuple(_free)
        _free.clear()
    for program in programs:
        program.end()


class _Program:
    """One that runs, kept by a thread of its own: the kernel ends it with that thread."""

    def __init__(self, arguments: list[str], home: Path) -> None:
        self.arguments = arguments
        self.idle = threading.Timer(IDLE_S, _end_idle, (self,))
        self._ended: queue.SimpleQueue[process.Ended] = queue.SimpleQueue()
        started: Future[subprocess.Popen[bytes]] = Future()
        threading.Thread(target=self._keep, args=(home, started), daemon=True).start()
        self._running = started.result()

    def answer(self, folder: Path, timeout_s: float) -> process.Ended:
        """What came of the request in ``folder``; where that is not good the program has ended."""
        assert self._running.stdin is not None
        with contextlib.suppress(OSError):  # it has ended, and _keep says how
            self._running.stdin.write(json.dumps(str(folder)).encode() + b"\n")
            self._running.stdin.flush()
        try:
            return self._ended.get(timeout=timeout_s)
        except queue.Empty:
            self.end()
            late = process.stopped_because(flooded=False, late_after_s=timeout_s)
            return replace(self._ended.get(), stopped_because=late)

    def end(self) -> None:
        """End it, whatever it does."""
        system.end_with_children(self._running)

    def _keep(self, home: Path, started: Future[subprocess.Popen[bytes]]) -> None:
        """Start it, and sort what it says by requests."""
        try:
            running = process.started(
                self.arguments, home, stdin=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        except OSError as failed:
            started.set_exception(failed)
            return
        started.set_result(running)
        assert running.stdout is not None
        said, most = b"", process.MOST_MESSAGE_BYTES
        while len(said) <= most and (line := running.stdout.readline(process.PIECE_BYTES)):
            if line.strip() == ANSWERED.encode():
                self._ended.put(process.Ended(0, None, "", said.decode("utf-8", "replace")))
                said = b""
            else:
                said += line
        flooded = len(said) > most
        process.ended_in_time(running, 0.0 if flooded else None)
        why = process.stopped_because(flooded, None)
        if running.returncode == 0:
            why = why or "ended without an answer"
        words = said.decode("utf-8", "replace")
        self._ended.put(process.Ended(running.returncode, why, "", words))


_free: list[_Program] = []
_lock = threading.Lock()


def _taken(arguments: list[str]) -> _Program | None:
    """One that has nothing to do, which is no longer free."""
    with _lock:
        program = next((one for one in _free if one.arguments == arguments), None)
        if program:
            _free.remove(program)
            program.idle.cancel()
    return program


def _let_wait(program: _Program) -> None:
    program.idle = threading.Timer(IDLE_S, _end_idle, (program,))
    program.idle.daemon = True
    with _lock:
        _free.append(program)
    program.idle.start()


def _end_idle(program: _Program) -> None:
    with _lock:
        if program not in _free:
            return
        _free.remove(program)
    program.end()
