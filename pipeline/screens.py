"""What a producer reads after a command; without it what was found would stay in the program.

Each screen is a function of a console and a value. Texts from outside go through ``plain``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from pipeline.console import Console, one_line, plain
from pipeline.findings import Finding, verdict
from pipeline.plan.runofshow import back_at
from pipeline.timing import clock, frame_ms, moment

if TYPE_CHECKING:
    from pipeline.commands.carry import CarriedFile
    from pipeline.commands.doctor import Seen
    from pipeline.commands.proofread import Proof
    from pipeline.commands.report import Checked, Report
    from pipeline.plan.slot import Share

_SEVEREST_FIRST = ("error", "warning", "info")
_COLOUR = {"error": "bold red", "warning": "yellow", "info": "cyan"}
_SAID_AS = {"error": "cannot be used", "warning": "look at", "info": "note"}


def show_findings(console: Console, report: Report) -> None:
    """Every finding: what it is about, what was seen, what to do next."""
    for finding in sorted(report.all_findings, key=lambda one: _SEVEREST_FIRST.index(one.severity)):
        _show(console, finding)


def show_still(console: Console, findings: Iterable[Finding], path: Path) -> None:
    """What could not be drawn as it should be, and where the picture is."""
    for finding in findings:
        _show(console, finding)
    console.line(f"Wrote {one_line(path)}")


def show_check(console: Console, report: Report) -> None:
    """Findings, a line a speaker, and the slot's sum."""
    show_findings(console, report)
    _speakers(console, report)
    _slot(console, report)


def show_offer(console: Console, one: Checked) -> None:
    """What a trim would win, or that there is nothing to be won."""
    offer = next((finding for finding in one.findings if finding.code == "trim-offer"), None)
    if offer:
        _show(console, offer)
        return
    nothing = "there is no second of silence to be cut at its beginning and its end."
    console.say(f"{one.speaker.id}: {nothing}")


def show_captions(console: Console, report: Report, written: Sequence[str]) -> None:
    """Where each speaker's captions come from, and what was written."""
    show_findings(console, report)
    _speakers(console, report)
    names = ", ".join(f"outputs/{name}" for name in written)
    console.say(f"Wrote {names}." if written else "No draft has changed.")


def show_proofs(console: Console, proofs: Sequence[Proof], root: Path) -> None:
    """Every caption file with the limits it breaks and, after them, remarks on its breaks."""
    for proof in proofs:
        _proof(console, proof, root)
    if not proofs:
        console.say("There is no caption file yet; make drafts with `perspectives captions`.")


def _proof(console: Console, proof: Proof, root: Path) -> None:
    name = plain(proof.path.relative_to(root))
    if proof.unreadable:
        console.line(f"[bold red]cannot be read[/] {name}: {plain(proof.unreadable)}")
        return
    broken = sum(breach.severity == "breach" for breach in proof.breaches)
    colour, remarks = "yellow" if broken else "green", len(proof.breaches) - broken
    console.line(
        f"[{colour}]{name}[/]: {proof.cues} captions, {broken} limits broken, {remarks} remarks."
    )
    for text in (*proof.notes, *(f"{one.message} ({one.rule})" for one in proof.breaches)):
        console.line(f"  {plain(text)}")
    if proof.mended:
        console.line(f"  Mended copy: {plain(proof.mended.relative_to(root))}")


def show_carried(console: Console, files: Sequence[CarriedFile], root: Path) -> None:
    """Every caption file with what is moved, what nobody says, and where the new file is."""
    for file in files:
        name = file.path.relative_to(root)
        for finding in file.held.findings:
            _show(console, finding)
        carried = file.held.carried
        if not carried.moves:
            console.say(f"{name}: shown as it is written; nothing is moved.")
            continue
        for cue in (one for one in carried.cues if one.end_ms > 0):
            console.say(f"  {moment(cue.start_ms)} {' / '.join(cue.lines)}")
        _where_carried(console, file, name, file.new.relative_to(root))
    if not files:
        console.say("There is no caption file of theirs in inputs/captions.")


def _where_carried(console: Console, file: CarriedFile, name: Path, new: Path) -> None:
    if file.outcome == "shown":
        console.say(f"{name}: nothing was written; with --write this becomes {new}.")
    elif file.outcome == "kept":
        console.say(
            f"{new} has been changed since it was written, and stays as it is. Rename it, then run"
            " this again."
        )
    else:
        console.say(
            f"Wrote {new}. Look it through; when it is right, let it take the place of {name}:"
            " until then every build moves the old one in the same way."
        )


def show_built(
    console: Console, report: Report, tools_run: int, outputs: Path, draft: bool
) -> None:
    """What was built and what a producer should look at."""
    show_findings(console, report)
    _slot(console, report)
    if rundown := report.rundown:
        length = clock(frame_ms(rundown.frames, rundown.rate))
        built = (
            f"[bold green]Built[/] {plain(outputs)}/segment.mp4: {length}, {rundown.frames} frames"
            f" (measured: as planned), {tools_run} pieces of work."
        )
        nothing = (
            f"[bold green]Nothing to do[/]: {plain(outputs)} is up to date ({length}); no tool was"
            " run."
        )
        console.line(built if tools_run else nothing)
        back = back_at(rundown, report.config)
        console.line(f"Back to the moderator at {back}; the run of show is in rundown.md.")
    if draft:
        console.line(
            "[yellow]This is a small DRAFT picture[/]; `perspectives build` puts the full one in"
            " its place."
        )
    drafts = [
        one.speaker.id
        for one in report.checked
        if any(made.draft for made in one.captions.values())
    ]
    if drafts:
        console.line(f"[yellow]Captions are a DRAFT for {plain(', '.join(drafts))}[/]; see above.")
    _accepted(console, report)
    held = [one.speaker.id for one in report.checked if not one.usable]
    if held:
        what = "is left out" if report.left_out else "has a holding card"
        console.line(f"[bold red]Done in part[/]: {plain(', '.join(held))} {what}. (exit 3)")


def _accepted(console: Console, report: Report) -> None:
    """What was found and airs all the same, since the producer says so, by whose it is."""
    speakers = [one.speaker.id for one in report.checked]
    found = [
        ("the whole", report.accepted(None)),
        *((one, report.accepted(one)) for one in speakers),
    ]
    said = [f"{whose} {', '.join(codes)}" for whose, codes in found if codes]
    if said:
        console.line(f"Accepted in config.yaml: {plain('; '.join(said))}.")


def show_explained(console: Console, would_run: Iterable[tuple[str, str]]) -> None:
    """What a build would run, and why."""
    once = tuple(dict.fromkeys(would_run))
    if not once:
        console.say("Nothing would run: everything is up to date.")
        return
    for task, why in once:
        console.say(f"{task}: {why}")
    console.say(f"{len(once)} pieces of work would run, and what follows from them.")


def show_status(console: Console, report: Report, stale: set[str], count: int) -> None:
    """One line a speaker, from what is known without running anything."""
    states = {
        one.speaker.id: "stale" if one.speaker.id in stale else "fresh" for one in report.checked
    }
    for finding in report.all_findings:
        if finding.code == "decided-for-another":
            _show(console, finding)
    _speakers(console, report, states)
    _slot(console, report)
    if count:
        console.say("Run `perspectives build` to bring everything up to date.")
    else:
        console.say("Everything is up to date.")


def show_doctor(console: Console, seen: Iterable[Seen]) -> None:
    """A line for each thing looked at, with the command that mends it."""
    for one in seen:
        state = "[green]ok[/]     " if one.good else "[yellow]missing[/]"
        console.line(f"{state} {plain(one.name)}: {plain(one.saw)}")
        if one.remedy:
            console.line(f"        Next: {plain(one.remedy)}")


def _show(console: Console, finding: Finding) -> None:
    colour, said_as = _COLOUR[finding.severity], _SAID_AS[finding.severity]
    console.line(f"[{colour}]{said_as}[/] {one_line(finding.message)} ({finding.code})")
    if finding.remedy:
        console.line(f"  Next: {one_line(finding.remedy)}")


def _speakers(console: Console, report: Report, states: Mapping[str, str] | None = None) -> None:
    """One line a speaker, with its ``states`` (by id) at the end where they are known."""
    shares = {share.speaker.id: share for share in report.slot().shares}
    table = Table(box=None, pad_edge=False)
    headings = ("speaker", "received", "length", "allowance", "over or under", "captions")
    for heading in (*headings, "state") if states else headings:
        table.add_column(heading, overflow="fold")
    for one in report.checked:
        state = (states[one.speaker.id],) if states else ()
        table.add_row(*_speaker_row(one, shares.get(one.speaker.id)), *state)
    console.table(table)


def _speaker_row(one: Checked, share: Share | None) -> tuple[str, ...]:
    file = one.taken.submission.recording
    received = file or "missing"
    if file and verdict(one.findings) == "reject":
        received = "rejected"
    captions = ", ".join(
        f"{language} {made.source}{' DRAFT' if made.draft else ''}"
        for language, made in sorted(one.captions.items())
    )
    return (
        plain(one.speaker.id),
        one_line(received),
        clock(share.length_ms) if share and share.length_ms is not None else "-",
        share.allowed if share else "left out",
        _over_or_under(share),
        captions or "-",
    )


def _over_or_under(share: Share | None) -> str:
    if share is None or share.over_ms is None:
        return "-"
    return f"{clock(abs(share.over_ms))} {'over' if share.over_ms > 0 else 'under'}"


def _slot(console: Console, report: Report) -> None:
    plan, margin = report.slot(), report.config.slot.margin
    saved = f" - crossfades {clock(-plan.fades_ms)}" if plan.fades_ms else ""
    cut = report.config.cards.transition == "cut"
    within = "" if saved or cut else " Fades lie within cards and messages."
    console.line(
        f"Slot {clock(plan.duration_ms)}: messages {clock(plan.messages_ms)} + cards"
        f" {clock(plan.cards_ms)}{saved} + margin {clock(margin)} ="
        f" {clock(plan.total_ms + margin)};"
        f" {clock(abs(plan.left_ms))} {'left' if plan.left_ms >= 0 else 'TOO LONG'}.{within}"
    )
