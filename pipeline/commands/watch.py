"""Builds again whenever something arrives or is corrected; without it somebody would sit beside the
computer until the last message has come, and start one build after the other.

What has changed is found by looking (work/lying.py), what to do about it by plan/arrivals.py.
Each build is the command ``build`` in a process of its own: whatever happens to it, the watch goes
on. Nothing but ``on_built:`` of the workspace's own config.yaml is started besides.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.commands.session import busy
from pipeline.commands.watch_lines import BuildSaid, is_progress
from pipeline.config import Config
from pipeline.errors import ConfigInvalid, Refused
from pipeline.event import Workspace, load_config
from pipeline.findings import some_of
from pipeline.plan.arrivals import (
    LONGEST_WAIT_S,
    Lying,
    Seen,
    Stamp,
    Standing,
    coming,
    differences,
    lying_now,
    next_step,
    seen,
    seen_first,
    still_for,
)
from pipeline.sizes import sized
from pipeline.timing import clock
from pipeline.tools.folder_events import FolderEvents
from pipeline.tools.running import process
from pipeline.work.beside import Beside
from pipeline.work.lying import ends_in_the_middle, stamped, within

LOOKS_EVERY_S = 5.0
"""How often is looked where no event has come: a network folder has none of other computers."""
POLLS_EVERY_S = 1.0
SAID_AFTER_S = 5.0
"""A file that has been coming for so long is said to be waited for."""
STOPS_WITHIN_S = 10.0
"""A build that is stopped for something newer may take so long to write down what it knows."""
LONGEST_BUILD_S = 24 * 3600.0
LONGEST_ON_BUILT_S = 600.0


@dataclass(frozen=True)
class Wishes:
    """How it is watched: small ``draft`` pictures, so many ``jobs`` at once, looking instead of
    events, and for how long a file has to be as it is before it counts as whole.
    """

    draft: bool = False
    jobs: int | None = None
    poll: bool = False
    still_s: float = 2.0


@dataclass(frozen=True)
class Voice:
    """What is said: a line of each build, notes on the way, and how far a build is, which the next
    line takes the place of.
    """

    result: Callable[[str], None]
    note: Callable[[str], None]
    passing: Callable[[str], None]


def watch(workspace: Workspace, wishes: Wishes, voice: Voice) -> None:
    """Build whenever something has changed, until Ctrl-C. Raises Refused where the workspace is
    watched already, and ConfigInvalid where its config.yaml is wrong at the start.
    """
    config = load_config(workspace)
    workspace.made(workspace.inputs)
    with _alone(workspace):
        watching = _Watch(workspace, wishes, voice, config)
        try:
            voice.note(
                f"Watching {workspace.root}: what arrives in inputs/ or is corrected is built."
                " Ctrl-C ends it."
            )
            while True:
                watching.look()
                watching.act()
                watching.wait()
        except KeyboardInterrupt:
            watching.end()
            voice.note("The watch has ended; what was finished is kept.")


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    workspace.made(workspace.store)
    try:
        with FileLock(workspace.store / "watch.lock", timeout=0):
            yield
    except Timeout:
        raise Refused(
            f"{workspace.root} is watched already; end that watch with Ctrl-C, or leave it to it."
        ) from None


@dataclass
class _Build:
    """A build that runs: what it was begun for, when, and what lay there then."""

    program: Beside
    began_s: float
    changes: tuple[str, ...]


@dataclass
class _Watch:
    """One workspace that is watched: the one object that changes.

    ``basis`` is what the last build that was started began with, ``built`` what the last one that
    came to its end did. ``config`` is the last one that was right, ``changed_s`` since when
    something waits to be built.
    """

    workspace: Workspace
    wishes: Wishes
    voice: Voice
    config: Config
    lying: dict[str, Seen] = field(default_factory=dict)
    basis: dict[str, Stamp] = field(default_factory=dict)
    built: Lying | None = None
    changed_s: float | None = None
    building: _Build | None = None
    telling: Beside | None = None
    stops: int = 0
    failed: int = 0
    ended_s: float = 0.0
    _events: FolderEvents | None = None
    _folders: tuple[tuple[Path, int], ...] = ()
    _said: dict[str, str] = field(default_factory=dict)
    _asked: frozenset[str] = frozenset()

    # --- looking ------------------------------------------------------------------------------

    def look(self) -> None:
        """See what lies there now."""
        lying, now_s = _lying(self.workspace, self.config), time.monotonic()
        if lying is None:
            self._once("inputs", "inputs/ is not there or does not answer; waits until it is back.")
            return
        self._said.pop("inputs", None)
        if self.building:  # which writes it too
            own = self.workspace.decided.name
            lying = {**lying, own: self.basis[own]} if own in self.basis else _without(lying, own)
        if self.lying:
            self.lying = seen(self.lying, lying, now_s, self._is_cut)
        else:
            self.lying = seen_first(lying, now_s, time.time_ns(), self._is_cut)
        if lying_now(self.lying) == self.basis:
            self.changed_s = None
        elif self.changed_s is None:
            self.changed_s = now_s

    def _is_cut(self, name: str) -> bool:
        path = self.workspace.root / name
        return path.parent == self.workspace.inputs and ends_in_the_middle(path)

    def wait(self) -> None:
        """Wait for the next event, the end of what runs, or until it is time to look again."""
        events = self._listening()
        every = POLLS_EVERY_S if events.blind else LOOKS_EVERY_S
        if self.changed_s is not None:
            every = min(every, max(0.1, self.wishes.still_s / 2))
        running = self.building.program if self.building else self.telling
        events.wait(every, running.over if running else lambda: False)

    def _listening(self) -> FolderEvents:
        """The events of the folders that are there now."""
        inputs = self.workspace.inputs
        places = (self.workspace.root, inputs, inputs / "captions", inputs / "approvals")
        folders = tuple((one, one.stat().st_ino) for one in places if one.is_dir())
        if self._events is None or folders != self._folders:
            self._folders = folders
            self._events = FolderEvents([path for path, _ in folders], self.wishes.poll)
        return self._events

    # --- what to do ---------------------------------------------------------------------------

    def act(self) -> None:
        """Take in what has ended, and start or stop what has to be."""
        self._take_in()
        if "inputs" in self._said or self.telling is not None:
            return
        step = next_step(self._standing())
        if step == "wait" or not self._config_is_right():
            return
        if step == "stop" and self.building:
            self.building.program.stop(STOPS_WITHIN_S)
        elif busy(self.workspace):
            self._once("busy", "Another perspectives command works here; waits until it has ended.")
        else:
            self._said.pop("busy", None)
            self._start()

    def _standing(self) -> Standing:
        now_s = time.monotonic()
        waits_s = 0.0 if self.changed_s is None else now_s - self.changed_s
        on_their_way = coming(self.basis, self.lying, now_s, self.wishes.still_s)
        if waits_s > SAID_AFTER_S + self.wishes.still_s:
            self._say_coming(on_their_way)
        return Standing(
            changed=self.changed_s is not None,
            waits_s=waits_s,
            coming=bool(on_their_way),
            running=self.building is not None,
            stops=self.stops,
            failed=self.failed,
            ended_s_ago=now_s - self.ended_s,
        )

    def _say_coming(self, names: Iterable[str]) -> None:
        for name in names:
            stamp = self.lying[name].stamp
            still_s = still_for(self.lying[name], self.wishes.still_s)
            if stamp and name not in self._said:
                self._once(
                    name,
                    f"Waits for {name}, which is still coming ({sized(stamp.size)} so far): until"
                    f" it has not grown for {clock(round(still_s * 1000))}; for"
                    f" {LONGEST_WAIT_S / 60:.0f} minutes at most while it grows.",
                )

    def _config_is_right(self) -> bool:
        """Whether config.yaml can be built from; what is wrong with it is said once."""
        try:
            self.config = load_config(self.workspace)
        except ConfigInvalid as wrong:
            stays = "Nothing is built until that is mended; what was built last stays."
            self._once("config.yaml", f"{wrong}\n  {stays}")
            return False
        self._said.pop("config.yaml", None)
        return True

    # --- building -----------------------------------------------------------------------------

    def _start(self) -> None:
        changes: tuple[str, ...] = ("tried again",)
        if self.changed_s is not None:
            self.basis, self.changed_s = lying_now(self.lying), None
            changes = ("begun",) if self.built is None else differences(self.built, self.basis)
            self.voice.note(f"{_now()}  {some_of(changes)}: building.")
        for name in [name for name in self._said if name.startswith("inputs/")]:
            del self._said[name]
        root = self.workspace.root
        command = [sys.executable, "-P", "-m", "pipeline", "--workspace", str(root), "build"]
        options = ["--json", *(["--draft"] if self.wishes.draft else [])]
        options += ["--jobs", str(self.wishes.jobs)] if self.wishes.jobs else []
        program = Beside([*command, *options], root, LONGEST_BUILD_S, on_complaint=self._heard)
        self.building = _Build(program, time.monotonic(), changes)

    def _heard(self, line: str) -> None:
        if is_progress(line):
            self.voice.passing(line.strip())

    def _take_in(self) -> None:
        if self.telling and self.telling.over():
            self._say_told(self.telling.ended)
            self.telling = None
        build = self.building
        if build is None or not build.program.over():
            return
        self.building = None
        self.voice.passing("")
        # As a build has left it, it has been built.
        self.basis |= stamped(self.workspace.root, [self.workspace.decided.name])
        if build.program.stopped:
            self.stops += 1
            self.voice.note(
                f"{_now()}  {some_of(build.changes)}: stopped, something newer has come; the next"
                " build goes on with what it has finished."
            )
        else:
            self.stops, self.ended_s, self.built = 0, time.monotonic(), {**self.basis}
            self._say_built(build, BuildSaid(build.program.ended))

    def _say_built(self, build: _Build, said: BuildSaid) -> None:
        as_before = self.failed and not said.built and said.why == self._said.get("failure")
        self.failed = 0 if said.built else self.failed + 1
        if as_before and build.changes == ("tried again",):
            return
        result = said.result(clock(round((self.ended_s - build.began_s) * 1000)))
        code = said.ended.exit_code
        self.voice.result(f"{_now()}  {some_of(build.changes)}: {result} (exit {code})")
        self._said["failure"] = said.why
        if said.why:
            self.voice.note(f"{said.why}\n  It is tried again by itself from time to time.")
        for one in said.to_be_done:
            if one.message not in self._asked:
                self.voice.note(f"  {one.message}\n    Next: {one.remedy}")
        self._asked = frozenset(one.message for one in said.to_be_done)
        self._tell(build, code, result)

    def _tell(self, build: _Build, code: int, result: str) -> None:
        """Start the command of ``on_built:``; no build begins before it has ended."""
        if not self.config.on_built:
            return
        root, outputs = self.workspace.root, self.workspace.outputs
        told = {
            "PERSPECTIVES_EXIT_CODE": str(code),
            "PERSPECTIVES_RESULT": result,
            "PERSPECTIVES_CHANGED": "; ".join(build.changes),
            "PERSPECTIVES_WORKSPACE": str(root),
            "PERSPECTIVES_OUTPUTS": str(outputs),
            "PERSPECTIVES_REPORT": str(outputs / "report.json"),
        }
        program, *arguments = self.config.on_built
        if re.search(r"[/\\]", program):  # one that lies in the workspace
            program = str(root / program)
        self.telling = Beside([program, *arguments], root, LONGEST_ON_BUILT_S, told)

    def _say_told(self, ended: process.Ended) -> None:
        if not ended.good:
            why = ended.stopped_because or f"ended with code {ended.exit_code}"
            said = f" ({ended.last_words})" if ended.last_words else ""
            self.voice.note(
                f"on_built: {self.config.on_built[0]} {why}{said}. What was built is in outputs/"
                " all the same.\n  Next: look at that command in config.yaml; it runs again after"
                " the next build."
            )

    # --- the end, and what is said once -------------------------------------------------------

    def end(self) -> None:
        """End what runs, within two seconds; what was finished is kept."""
        self.voice.passing("")
        if self.building:
            self.building.program.stop(process.ENDS_WITHIN_S)
        process.stop_all()

    def _once(self, about: str, sentence: str) -> None:
        if self._said.get(about) != sentence:
            self._said[about] = sentence
            self.voice.note(f"{_now()}  {sentence}")


def _without(lying: Lying, name: str) -> dict[str, Stamp]:
    return {one: stamp for one, stamp in lying.items() if one != name}


def _now() -> str:
    return f"{datetime.now():%H:%M:%S}"


def _lying(workspace: Workspace, config: Config) -> dict[str, Stamp] | None:
    """All that a build reads, by its way from the workspace; None where inputs/ cannot be read."""
    segments = (config, *(one.config for one in config.segments))
    named = [
        name
        for one in segments
        for name in (one.brand.font, one.brand.logo, one.cards.music, one.captions.model)
    ]
    own = ("config.yaml", workspace.decided.name)
    found = stamped(workspace.root, [*own, *(name for name in named if name)])
    try:
        found |= within(workspace.root, "inputs")
    except OSError:
        return None
    for folder in ("inputs/captions", "inputs/approvals"):
        with suppress(OSError):
            found |= within(workspace.root, folder)
    return found
