"""A program of the producer's that runs beside us, a command of ours or one of theirs; without it a
watch would be deaf while it builds, and a build that ends badly would end the watch.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

from pipeline.tools.running import process
from pipeline.tools.running.process import Ended

MOST_SAID_BYTES = 64 << 20
"""The report of a build with 2,000 speakers has 10 MB."""


class Beside:
    """One program, from its start to its end. ``stopped``: we have asked it to end."""

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        longest_s: float,
        told: Mapping[str, str] | None = None,
        on_complaint: Callable[[str], None] | None = None,
    ) -> None:
        """Start it in ``folder``, with our environment and what it is ``told`` besides."""
        self.stopped = False
        self._program: subprocess.Popen[bytes] | None = None
        self._ended: Future[Ended] = Future()
        owners = process.Owners({**os.environ, **(told or {})}, on_complaint, self._begun)
        run = (list(arguments), folder, longest_s, owners)
        threading.Thread(target=self._run, args=run, daemon=True).start()

    def _run(
        self, arguments: list[str], folder: Path, longest_s: float, owners: process.Owners
    ) -> None:
        try:
            ended = process.run(
                arguments, folder, longest_s, most_bytes=MOST_SAID_BYTES, owners=owners
            )
        except OSError as failed:
            why = failed.strerror or "there is no such program"
            ended = Ended(4, f"could not be started ({why})", "", "")
        self._ended.set_result(ended)

    def _begun(self, program: subprocess.Popen[bytes]) -> None:
        self._program = program
        if self.stopped:
            program.terminate()

    def stop(self, within_s: float) -> None:
        """Ask it to end, and end it where it does not."""
        self.stopped = True
        if self._program and not self.over():
            process.ask_to_end(self._program, within_s)

    def over(self) -> bool:
        """Whether it has ended."""
        return self._ended.done()

    @property
    def ended(self) -> Ended:
        """How it ended, once it is over."""
        return self._ended.result()
