"""What a producer sees while and after a command runs; without it the work would be silent and its
findings unread.

Everything goes to stderr: bars and colour on a terminal, plain lines elsewhere; NO_COLOR is
honoured. Texts from outside are shown with their control characters made visible.
"""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich import console as rich_console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from pipeline.findings import Finding, verdict
from pipeline.plan.runofshow import back_at
from pipeline.timing import clock, frame_ms

if TYPE_CHECKING:
    from pipeline.commands.doctor import Seen
    from pipeline.commands.proofread import Proof
    from pipeline.commands.report import Checked, Report
    from pipeline.plan.slot import Share

WIDE = 160
"""Columns of a table that goes into a file or to another program: nothing is cut short there."""
_COLOUR = {"error": "bold red", "warning": "yellow", "info": "cyan"}
_SAID_AS = {"error": "cannot be used", "warning": "look at", "info": "note"}


def visible(text: object) -> str:
    """A text from outside as it may be sent to a terminal: control characters are shown, not
    obeyed.
    """
    return "".join(
        (
            letter
            if letter == "\n" or unicodedata.category(letter)[0] != "C" or letter in "\u200d\u200c"
            else f"\\x{ord(letter):02x}"
        )
        for letter in str(text)
    )


def plain(text: object) -> str:
    """As ``visible``, for rich: nothing in it is markup."""
    return escape(visible(text))


def _line(text: object) -> str:
    """As ``plain``, on one line: a file's name with a line end in it must not pass for a line of
    ours.
    """
    return plain(text).replace("\n", "\\x0a")


class Console:
    """Progress and results on stderr; the ``Observer`` of the stages."""

    def __init__(self) -> None:
        self._out = rich_console.Console(stderr=True, highlight=False, soft_wrap=True)
        if not self._out.is_terminal:
            self._out.width = WIDE
        self._lock = threading.Lock()
        self._bar: Progress | None = None
        self._bar_task: TaskID | None = None
        self._expected = self._passed = 0.0
        self._tasks = self._ended = 0
        self._begun = time.monotonic()

    # --- while it runs ----------------------------------------------------------------------------

    @contextmanager
    def progress(self) -> Iterator[None]:
        """A bar with the time left on a terminal; a line for each finished piece of work elsewhere."""
        if not self._out.is_terminal:
            yield
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            MofNCompleteColumn(),
            TextColumn("left:"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self._out, transient=True) as bar:
            self._bar = bar
            yield
            self._bar = None

    def expect(self, task: str, weight: float) -> None:
        """A piece of work was added."""
        with self._lock:
            self._expected += weight
            self._tasks += 1
            if self._bar is not None:
                if self._bar_task is None:
                    self._bar_task = self._bar.add_task("working", total=0)
                self._bar.update(self._bar_task, total=round(self._expected, 1))

    def finished(self, task: str, weight: float) -> None:
        """A piece of work has ended."""
        with self._lock:
            self._passed += weight
            self._ended += 1
            if self._bar is not None and self._bar_task is not None:
                self._bar.update(
                    self._bar_task, completed=round(self._passed, 1), description=plain(task)
                )
            else:
                spent = time.monotonic() - self._begun
                left = spent * (self._expected - self._passed) / max(self._passed, 0.1)
                self._out.print(
                    f"[{self._ended}/{self._tasks}] {plain(task)}".replace("[", "\\[", 1)
                    + (f" (about {clock(round(left) * 1000)} left)" if left >= 1 else "")
                )

    def say(self, sentence: str) -> None:
        """A sentence, at once."""
        self._out.print(plain(sentence))

    # --- results ----------------------------------------------------------------------------------

    def show_findings(self, report: Report) -> None:
        """Every finding: what it is about, what was seen, what to do next."""
        for finding in sorted(
            report.all_findings, key=lambda one: ("error", "warning", "info").index(one.severity)
        ):
            self._show(finding)

    def show_still(self, findings: Iterable[Finding], path: Path) -> None:
        """What could not be drawn as it should be, and where the picture is."""
        for finding in findings:
            self._show(finding)
        self._out.print(f"Wrote {_line(path)}")

    def show_check(self, report: Report) -> None:
        """Findings, a line a speaker, and the slot's sum."""
        self.show_findings(report)
        self._speakers(report, {})
        self._slot(report)

    def show_offer(self, one: Checked) -> None:
        """What a trim would win, or that there is nothing to be won."""
        offer = next((finding for finding in one.findings if finding.code == "trim-offer"), None)
        if offer:
            self._show(offer)
        else:
            self.say(
                f"{one.speaker.id}: there is no second of silence to be cut at its beginning"
                " and its end."
            )

    def show_captions(self, report: Report, written: list[str]) -> None:
        """Where each speaker's captions come from, and what was written."""
        self.show_findings(report)
        self._speakers(report, {})
        self.say(
            f"Wrote {', '.join(f'outputs/{name}' for name in written)}."
            if written
            else "No draft has changed."
        )

    def show_proofs(self, proofs: tuple[Proof, ...], root: Path) -> None:
        """Every caption file with the limits it breaks and, after them, remarks on its breaks."""
        for proof in proofs:
            name = plain(proof.path.relative_to(root))
            if proof.unreadable:
                self._out.print(f"[bold red]cannot be read[/] {name}: {plain(proof.unreadable)}")
                continue
            broken = sum(breach.severity == "breach" for breach in proof.breaches)
            colour = "yellow" if broken else "green"
            self._out.print(
                f"[{colour}]{name}[/]: {proof.cues} captions, {broken} limits broken, "
                f"{len(proof.breaches) - broken} remarks."
            )
            for text in (
                *proof.notes,
                *(f"{breach.message} ({breach.rule})" for breach in proof.breaches),
            ):
                self._out.print(f"  {plain(text)}")
            if proof.mended:
                self._out.print(f"  Mended copy: {plain(proof.mended.relative_to(root))}")
        if not proofs:
            self.say("There is no caption file yet; make drafts with `perspectives captions`.")

    def show_built(self, report: Report, tools_run: int, outputs: Path, draft: bool) -> None:
        """What was built and what a producer should look at."""
        self.show_findings(report)
        assert report.rundown
        length = clock(frame_ms(report.rundown.frames, report.rundown.rate))
        drafts = [
            one.speaker.id
            for one in report.checked
            if any(made.draft for made in one.captions.values())
        ]
        self._slot(report)
        if tools_run:
            self._out.print(
                f"[bold green]Built[/] {plain(outputs)}/segment.mp4: {length},"
                f" {report.rundown.frames} frames (measured: as planned), {tools_run} pieces of"
                " work."
            )
        else:
            self._out.print(
                f"[bold green]Nothing to do[/]: {plain(outputs)} is up to date ({length}); no tool"
                " was run."
            )
        self._out.print(
            f"Back to the moderator at {back_at(report.rundown, report.config)}; the run of show is"
            " in rundown.md."
        )
        if draft:
            self._out.print(
                "[yellow]This is a small DRAFT picture[/]; `perspectives build` puts the full one"
                " in its place."
            )
        if drafts:
            self._out.print(
                f"[yellow]Captions are a DRAFT for {plain(', '.join(drafts))}[/]; see above."
            )
        held = [one.speaker.id for one in report.checked if not one.usable]
        if held:
            what = "is left out" if report.left_out else "has a holding card"
            self._out.print(f"[bold red]Done in part[/]: {plain(', '.join(held))} {what}. (exit 3)")

    def show_explained(self, would_run: list[tuple[str, str]]) -> None:
        """What a build would run, and why."""
        if not would_run:
            self.say("Nothing would run: everything is up to date.")
            return
        for task, why in dict.fromkeys(would_run):
            self.say(f"{task}: {why}")
        self.say(
            f"{len(dict.fromkeys(would_run))} pieces of work would run, and what follows from them."
        )

    def show_status(self, report: Report, stale: set[str], count: int) -> None:
        """One line a speaker, from what is known without running anything."""
        self._speakers(report, {one.speaker.id: one.speaker.id in stale for one in report.checked})
        self._slot(report)
        self.say(
            "Everything is up to date."
            if not count
            else "Run `perspectives build` to bring everything up to date."
        )

    def show_doctor(self, seen: tuple[Seen, ...]) -> None:
        """A line for each thing looked at, with the command that mends it."""
        for one in seen:
            self._out.print(
                f"{'[green]ok[/]     ' if one.good else '[yellow]missing[/]'} {plain(one.name)}:"
                f" {plain(one.saw)}"
            )
            if one.remedy:
                self._out.print(f"        Next: {plain(one.remedy)}")

    def _show(self, finding: Finding) -> None:
        colour = _COLOUR[finding.severity]
        self._out.print(
            f"[{colour}]{_SAID_AS[finding.severity]}[/] {_line(finding.message)} ({finding.code})"
        )
        if finding.remedy:
            self._out.print(f"  Next: {_line(finding.remedy)}")

    def _speakers(self, report: Report, stale: dict[str, bool]) -> None:
        shares = {share.speaker.id: share for share in report.slot().shares}
        table = Table(box=None, pad_edge=False)
        for heading in (
            "speaker",
            "received",
            "length",
            "allowance",
            "over or under",
            "captions",
            *(["state"] if stale else []),
        ):
            table.add_column(heading, overflow="fold")
        for one in report.checked:
            table.add_row(
                *_speaker_row(one, shares.get(one.speaker.id)),
                *(["stale" if stale[one.speaker.id] else "fresh"] if stale else []),
            )
        self._out.print(table)

    def _slot(self, report: Report) -> None:
        plan, slot = report.slot(), report.config.slot
        saved = f" - crossfades {clock(-plan.fades_ms)}" if plan.fades_ms else ""
        within = (
            ""
            if saved or report.config.cards.transition == "cut"
            else " Fades lie within cards and messages."
        )
        self._out.print(
            f"Slot {clock(plan.duration_ms)}: messages {clock(plan.messages_ms)} + cards"
            f" {clock(plan.cards_ms)}{saved} + margin {clock(slot.margin)} ="
            f" {clock(plan.total_ms + slot.margin)}; {clock(abs(plan.left_ms))}"
            f" {'left' if plan.left_ms >= 0 else 'TOO LONG'}.{within}"
        )


def _speaker_row(one: Checked, share: Share | None) -> tuple[str, ...]:
    taken = one.taken
    said = verdict(one.findings)
    received = {"reject": "rejected" if taken.submission.recording else "missing"}.get(
        said, taken.submission.recording or "missing"
    )
    length = clock(share.length_ms) if share and share.length_ms is not None else "-"
    over_ms = share.over_ms if share else None
    captions = ", ".join(
        f"{language} {made.source}{' DRAFT' if made.draft else ''}"
        for language, made in sorted(one.captions.items())
    )
    return (
        plain(one.speaker.id),
        _line(received),
        length,
        share.allowed if share else "left out",
        "-" if over_ms is None else f"{clock(abs(over_ms))} {'over' if over_ms > 0 else 'under'}",
        captions or "-",
    )
