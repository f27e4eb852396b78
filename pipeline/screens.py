"""What a producer reads after a command; without it what was found would stay in the program.

Each screen is a function of the lines that it goes to and a value. Texts from outside go through
``plain``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from pipeline.codes import NOT_AIRED
from pipeline.console import Lines, one_line, plain
from pipeline.findings import Finding, some_of, verdict
from pipeline.plan.airing import BUILD_REFUSED, kept_from_airing
from pipeline.plan.runofshow import back_at
from pipeline.sizes import sized
from pipeline.timing import clock, frame_ms, moment

if TYPE_CHECKING:
    from pipeline.commands.carry import CarriedFile
    from pipeline.commands.clean import Cleaning
    from pipeline.commands.corrections import Answered
    from pipeline.commands.doctor import Seen
    from pipeline.commands.forget import Held
    from pipeline.commands.match import Proposal
    from pipeline.commands.proofread import Proof
    from pipeline.commands.report import Checked, Report
    from pipeline.commands.status import Status
    from pipeline.commands.stills import Still
    from pipeline.config import Speaker
    from pipeline.event import Event
    from pipeline.model import Submission
    from pipeline.plan.slot import Share
    from pipeline.plan.trims import TrimOffer

_TO_BE_DONE = "[bold red]To be done before it airs[/] (`build --final` refuses it until then)"
_LEAST = 24
"""Columns that ids and file names have at least, if they need them, however narrow the screen."""
_NOTHING_TO_DO = ("", "Nothing to do.")


def show_findings(lines: Lines, report: Report, verbose: bool = False) -> None:
    """Every finding, first what keeps the segment from airing: whom and which file it is about,
    what was seen, what to do next. Notes with nothing to do are counted, and shown where the
    producer is ``verbose``.
    """
    found = report.all_findings
    hidden = () if verbose else tuple(one for one in found if _asks_nothing(one))
    first = kept_from_airing(report.accepts, found)
    rest = [one for one in found if one not in first and one not in hidden]
    _group(lines, report, _TO_BE_DONE, first)
    _group(lines, report, "[yellow]To be looked at[/]", [one for one in rest if not _a_note(one)])
    _group(lines, report, "[cyan]Good to know[/]", [one for one in rest if _a_note(one)])
    if hidden:
        notes = "1 note" if len(hidden) == 1 else f"{len(hidden)} notes"
        lines.say(f"{notes} with nothing to do; -v shows {'it' if len(hidden) == 1 else 'them'}.")


def _group(lines: Lines, report: Report, heading: str, findings: Sequence[Finding]) -> None:
    names = {speaker.id: speaker.name for speaker in report.config.speakers}
    if findings:
        lines.line(heading)
    for finding in findings:
        _show(lines, finding, names)


def _a_note(finding: Finding) -> bool:
    return finding.severity == "info" and finding.code not in NOT_AIRED


def _asks_nothing(finding: Finding) -> bool:
    return _a_note(finding) and finding.remedy in _NOTHING_TO_DO


def show_segment(lines: Lines, event: Event) -> None:
    """Which of several segments what follows is about."""
    if event.day is not None:
        lines.line(f"[bold]{plain(event.workspace.segment)}: {one_line(event.config.title)}[/]")


def show_of_day(lines: Lines, event: Event, findings: Sequence[Finding]) -> None:
    """What is a matter of no segment."""
    lines.line("[bold]Of no single segment[/]")
    names = {speaker.id: speaker.name for speaker in event.config.speakers}
    for finding in findings:
        _show(lines, finding, names)


def show_still(lines: Lines, still: Still) -> None:
    """What could not be drawn as it should be, and where the picture is."""
    for finding in still.findings:
        _show(lines, finding, {})
    lines.line(f"Wrote {one_line(still.path)}")


def show_check(lines: Lines, report: Report, verbose: bool = False) -> None:
    """Findings, a line a speaker, and the slot's sum."""
    show_findings(lines, report, verbose)
    if report.all_findings:
        lines.say("")
    _speakers(lines, report, "texts")
    _slot(lines, report)
    if report.refused:
        lines.say(BUILD_REFUSED)


def show_offer(lines: Lines, one: Checked) -> None:
    """What a trim would win, or that there is nothing to be won."""
    offer = next((finding for finding in one.findings if finding.code == "trim-offer"), None)
    if offer:
        _show(lines, offer, {one.speaker.id: one.speaker.name})
        return
    nothing = "there is no second of silence to be cut at its beginning and its end."
    lines.say(f"{one.speaker.id}: {nothing}")


def show_accepted(lines: Lines, offer: TrimOffer, speaker: str) -> None:
    """That a trim is written into config.yaml, what it wins, and when anything is cut."""
    lines.say(
        f"Written under trim: of {speaker} in config.yaml. It wins {clock(offer.wins_ms)}"
        f" ({offer.said}); the next `perspectives build` cuts there."
    )


def show_captions(
    lines: Lines, report: Report, written: Sequence[str], verbose: bool = False
) -> None:
    """Where each speaker's captions come from, and what was written."""
    show_findings(lines, report, verbose)
    _speakers(lines, report, "captions")
    lines.say(f"Wrote {', '.join(written)}." if written else "No draft has changed.")


def show_proofs(lines: Lines, proofs: Sequence[Proof], root: Path) -> None:
    """Every caption file with the limits it breaks and, after them, remarks on its breaks."""
    for proof in proofs:
        _proof(lines, proof, root)
    if not proofs:
        lines.say("There is no caption file yet; make drafts with `perspectives captions`.")


def _proof(lines: Lines, proof: Proof, root: Path) -> None:
    name = plain(proof.path.relative_to(root))
    if proof.unreadable:
        lines.line(f"[bold red]cannot be read[/] {name}: {plain(proof.unreadable)}")
        return
    broken = sum(breach.severity == "breach" for breach in proof.breaches)
    colour, remarks = "yellow" if broken else "green", len(proof.breaches) - broken
    lines.line(
        f"[{colour}]{name}[/]: captions: {proof.cues}, limits broken: {broken}, remarks: {remarks}."
    )
    for text in (*proof.notes, *(f"{one.message} ({one.rule})" for one in proof.breaches)):
        lines.line(f"  {plain(text)}")
    if proof.mended:
        lines.line(f"  Mended copy: {plain(proof.mended.relative_to(root))}")


def show_held(lines: Lines, held: Held, speaker: Speaker, root: Path) -> None:
    """What would be taken away of a speaker, file by file, and what would not."""
    lines.say(f"Of {speaker.name} ({speaker.id}) there is here:")
    for path in held.inputs:
        lines.line(f"  {plain(path.relative_to(root))}")
    all_of_them = "with the segment and everything else that is made of all of them"
    lines.say(f"  outputs/: {len(held.outputs)} files, {all_of_them}")
    lines.say(f"  outputs/.store: {len(held.results)} results")
    lines.say("  config.yaml: their entry")
    for path in held.shared:
        lines.line(f"{plain(path.relative_to(root))} is another speaker's as well: it stays.")


def show_forgotten(lines: Lines, held: Held, speaker: str, root: Path) -> None:
    """That it is done, and what may still be somewhere."""
    count = len(held.inputs) + len(held.outputs)
    lines.say(f"{speaker}: {count} files and {len(held.results)} results in the store are gone.")
    for path in held.unknown:
        lines.line(f"{plain(path.relative_to(root))} is none of ours: look whether they are in it.")
    if held.named:
        numbers = ", ".join(map(str, held.named))
        lines.say(f"config.yaml: their name may still stand in line {numbers} (a comment, a term).")
    lines.say(
        "What cannot be known here: the mail or the link with which it came, downloads, sticks and"
        " copies of a pack (`pack --to`), backups of this folder, what was published."
    )
    lines.say("Next: `perspectives build` makes the segment anew, without them.")


def show_answered(lines: Lines, answered: Answered) -> None:
    """What was taken in of a speaker's corrections, what was not, and what comes next."""
    speaker = answered.speaker
    kept = f"; what was there is kept as {', '.join(answered.kept)}" if answered.kept else ""
    if answered.written:
        lines.say(f"{speaker}: corrected in {' and '.join(answered.written)}{kept}.")
    for change in answered.card:
        lines.say(f"{speaker}: changed in config.yaml: {change}.")
    if not (answered.written or answered.card or answered.refused):
        lines.say(f"{speaker}: all of it stands there already; nothing was changed.")
    for finding in answered.findings:
        _show(lines, finding, {})
    for refused in answered.refused:
        lines.say(f"{speaker}: not taken in: {refused}.")
    if answered.refused:
        lines.say(f"  Next: decide what stands there with `perspectives review {speaker}`.")
    lines.say(f"Next: `perspectives proof {speaker}` shows them how it is now.")


def show_carried(lines: Lines, files: Sequence[CarriedFile], root: Path) -> None:
    """Every caption file with what is moved, what nobody says, and where the new file is."""
    for file in files:
        name = file.path.relative_to(root)
        for finding in file.held.findings:
            _show(lines, finding, {})
        carried = file.held.carried
        if not carried.moves:
            lines.say(f"{name}: shown as it is written; nothing is moved.")
            continue
        for cue in (one for one in carried.cues if one.end_ms > 0):
            lines.say(f"  {moment(cue.start_ms)} {' / '.join(cue.lines)}")
        _where_carried(lines, file, name, file.new.relative_to(root))
    if not files:
        lines.say("There is no caption file of theirs in inputs/captions.")


def _where_carried(lines: Lines, file: CarriedFile, name: Path, new: Path) -> None:
    if file.outcome == "shown":
        lines.say(f"{name}: nothing was written; with --write this becomes {new}.")
    elif file.outcome == "kept":
        lines.say(
            f"{new} has been changed since it was written, and stays as it is. Rename it, then run"
            " this again."
        )
    else:
        lines.say(
            f"Wrote {new}. Look it through; when it is right, let it take the place of {name}:"
            " until then every build moves the old one in the same way."
        )


def show_matches(lines: Lines, proposals: Sequence[Proposal]) -> None:
    """Whose each file is by all that is known, and why it is not taken in unasked."""
    table = Table(box=None, pad_edge=False)
    for heading in ("file", "whose", "because"):
        table.add_column(heading, overflow="fold", min_width=len(heading))
    for one in proposals:
        table.add_row(one_line(one.path.name), *map(plain, _whose(one)))
    lines.table(table)


def _whose(one: Proposal) -> tuple[str, str]:
    if one.out:
        return "not taken", one.out
    if not one.likely:
        return "nobody known", "its name does not tell, nor does what is in it"
    whose = " or ".join(likely.speaker for likely in one.likely)
    why = "; ".join(dict.fromkeys(likely.why for likely in one.likely))
    return whose if one.sure else f"{whose}?", f"{why}; {one.held}" if one.held else why


def show_inspection(
    lines: Lines,
    found: Sequence[Finding],
    speakers: Iterable[Speaker],
    outputs: Path,
    beside: Sequence[str] = (),
) -> None:
    """What is wrong with what was built, where all of it stands, and what lies ``beside`` it that
    was not looked at.
    """
    names = {speaker.id: speaker.name for speaker in speakers}
    for one in found:
        _show(lines, one, names)
    if not found:
        lines.line(
            "[bold green]As planned[/]: the segment was watched to its end, and every other file of"
            " the build is as it was made."
        )
    if beside:
        lines.line(f"Not looked at: {plain(', '.join(beside))} (no build made them).")
    lines.line(f"Wrote {plain(outputs)}/report.html")


def show_built(
    lines: Lines, report: Report, tools_run: int, outputs: Path, draft: bool, verbose: bool = False
) -> None:
    """What was built and what a producer should look at."""
    show_findings(lines, report, verbose)
    _slot(lines, report)
    if rundown := report.rundown:
        length = clock(frame_ms(rundown.frames, rundown.rate))
        files = {"soft": "segment.mp4", "burned": "segment.captioned.mp4"}
        wanted = report.config.delivery.outputs
        films = " and ".join(name for one, name in files.items() if one in wanted)
        built = (
            f"[bold green]Built[/] {plain(outputs)}/{films}: {length}, {rundown.frames} frames"
            f" (measured: as planned), {_pieces(tools_run)}."
        )
        had = "Nothing had to be made" if report.gone else "Nothing to do"
        nothing = (
            f"[bold green]{had}[/]: {plain(outputs)} is up to date ({length}); no tool was run."
        )
        lines.line(built if tools_run else nothing)
        _put_back(lines, () if tools_run else report.written)
        back = back_at(rundown, report.config)
        lines.line(f"Back to the moderator at {back}; the run of show is in rundown.md.")
    if report.editions:
        folders = dict.fromkeys(name.rpartition("/")[0] for name in report.editions)
        lines.line(f"Beside it: {plain(', '.join(folders))}.")
    if report.gone:
        lines.line(f"Taken away, not to be there any more: {plain(some_of(report.gone))}.")
    if draft:
        lines.line(
            "[yellow]This is a small DRAFT picture[/]; `perspectives build` puts the full one in"
            " its place."
        )
    drafts = [
        one.speaker.id for one in report.spoken if any(made.draft for made in one.captions.values())
    ]
    if drafts:
        lines.line(f"[yellow]Captions are a DRAFT for {plain(', '.join(drafts))}[/]; see above.")
    _accepted(lines, report)
    _in_part(lines, report)


def _put_back(lines: Lines, written: Iterable[str]) -> None:
    """What was ``written`` though nothing had to be made, but for what says other things on another
    day.
    """
    put = [name for name in written if not name.startswith(("notes/", "report."))]
    if put:
        lines.line(f"Written anew, since it was changed, gone or old: {plain(some_of(put))}.")


def _in_part(lines: Lines, report: Report) -> None:
    """Who and what is not there that should be."""
    held = [one.speaker.id for one in report.checked if not one.usable]
    if held:
        ways = _LEFT_OUT if report.left_out else _HELD
        what = ways[len(held) > 1]
        lines.line(f"[bold red]Done in part[/]: {plain(', '.join(held))} {what}. (exit 3)")
    for what in report.not_made:
        lines.line(f"[bold red]Done in part[/]: {what}; see above. (exit 3)")


_HELD = "has a holding card", "have holding cards"
_LEFT_OUT = "is left out", "are left out"
"""Said of one speaker, and of several."""


def _pieces(count: int) -> str:
    return "1 piece of work" if count == 1 else f"{count} pieces of work"


def _accepted(lines: Lines, report: Report) -> None:
    """What was found and airs all the same, since the producer says so, by whose it is."""
    speakers = [one.speaker.id for one in report.checked]
    found = [
        ("the whole", report.accepted(None)),
        *((one, report.accepted(one)) for one in speakers),
    ]
    said = [f"{whose} {', '.join(codes)}" for whose, codes in found if codes]
    if said:
        lines.line(f"Accepted in config.yaml: {plain('; '.join(said))}.")


def show_explained(lines: Lines, report: Report, would_run: Sequence[tuple[str, str]]) -> None:
    """What a build would run, and why; what encodes the pictures."""
    for one in report.findings:
        if one.code == "encoder-chosen":
            lines.say(one_line(one.message))
    for one in report.refused:
        lines.say(f"`perspectives build` would be refused: {one_line(one.message)}")
        lines.say(f"  Next: {one_line(one.remedy)}")
    if report.refused:
        return
    if not would_run:
        lines.say("Nothing would run: everything is up to date.")
        return
    for task, why in would_run:
        lines.say(f"{task}: {why}")
    lines.say(f"{_pieces(len(would_run))} would run, and what follows from them.")


def show_status(lines: Lines, stands: Status) -> None:
    """One line a speaker, what is to be done, and what all of it comes to."""
    report = stands.report
    _speakers(lines, report, "captions", stands.states)
    _slot(lines, report)
    _group(lines, report, _TO_BE_DONE, kept_from_airing(report.accepts, report.all_findings))
    if stands.busy:
        lines.say("Another perspectives command is working here now; this is what is known so far.")
    lines.say(stands.sentence)


def show_cleaning(lines: Lines, seen: Cleaning, gone: bool) -> None:
    """What no build needs any more, by whose it is; ``gone``: it was taken away."""
    stays = f"{sized(seen.stays_bytes)} stay: a build or a draft needs them"
    if seen.unknown:
        lines.say(
            f"What is needed is not known before {', '.join(seen.unknown)} can be built: run"
            f" `perspectives build` first. All {sized(seen.stays_bytes)} stay."
        )
    elif not seen.stale:
        lines.say(f"Nothing is stale; {stays}.")
    for whose, (count, size) in seen.by_owner.items():
        what = "1 result" if count == 1 else f"{count} results"
        lines.say(f"- {whose}: {what} that no build needs any more, {sized(size)}")
    if seen.left.ours:
        ours, kept = (
            dict.fromkeys("/".join(name.split("/")[:2]) for name in names)
            for names in (seen.left.ours, seen.left.kept)
        )
        where = ", ".join(f"{one} (in part)" if one in kept else one for one in ours)
        done = "was taken away" if gone else "goes with `perspectives clean --apply`"
        lines.say(f"What segments left that are no more {done}: {where}.")
    if seen.left.kept:
        lines.say(
            "  These files are not as a command put them there; they stay, and are yours to look at"
            f" or delete: {', '.join(seen.left.kept)}."
        )
    if seen.stale and gone:
        lines.say(f"{sized(seen.stale_bytes)} were freed; {stays}.")
    elif seen.stale:
        lines.say(
            f"{sized(seen.stale_bytes)} can be freed with `perspectives clean --apply`; {stays}."
        )


def show_doctor(lines: Lines, seen: Iterable[Seen]) -> None:
    """A line for each thing looked at, with the command that mends it."""
    for one in seen:
        state = "[green]ok[/]     " if one.good else "[yellow]missing[/]"
        lines.line(f"{state} {plain(one.name)}: {plain(one.saw)}", label=8)
        if one.remedy:
            lines.line(f"        Next: {plain(one.remedy)}")


def _show(lines: Lines, finding: Finding, names: Mapping[str, str]) -> None:
    lines.line(f"- {one_line(_named(finding, names))} ({finding.code})")
    if finding.remedy:
        lines.line(f"    Next: {one_line(finding.remedy)}")


def _named(finding: Finding, names: Mapping[str, str]) -> str:
    """What was found, with the speaker's name (by id) and the file before it."""
    name, file = names.get(finding.submission or ""), finding.file
    said = finding.message
    for opening in (name, file):
        said = said.removeprefix(f"{opening}: ")
    before = [name, file if file and file not in said else None]
    opening = ", ".join(one for one in before if one)
    return f"{opening}: {said}" if opening else said


def _speakers(
    lines: Lines, report: Report, last: str, states: Mapping[str, str] | None = None
) -> None:
    """One line a speaker: ``last`` are captions or the texts that came, and at the end who approved
    it, where anybody does, and its ``states`` (by id) where these are known.
    """
    shares = {share.speaker.id: share for share in report.slot().shares}
    table = Table(box=None, pad_edge=False)
    headings = ("speaker", "received", "length", last)
    names = [[one.speaker.id for one in report.checked], [*map(_received, report.checked)]]
    least = [max(map(len, column), default=0) for column in names]
    approving = states and any(one.approval and one.approval.last for one in report.checked)
    columns = (*headings, *(["approved"] if approving else []), *(["state"] if states else []))
    for heading, width in zip_longest(columns, least):
        table.add_column(heading, overflow="fold", min_width=width and min(width, _LEAST))
    for one in report.checked:
        made = _captions(one) if last == "captions" else _texts(one.taken.submission)
        more = [_approved(one)] if approving else []
        more += [states[one.speaker.id]] if states else []
        length = _length(shares.get(one.speaker.id))
        table.add_row(plain(one.speaker.id), one_line(_received(one)), length, made, *more)
    lines.table(table)


def _approved(one: Checked) -> str:
    stands = one.approval
    if stands is None or stands.last is None:
        return "-"
    who = one_line(stands.last.by)
    if stands.state == "approved":
        return f"{who}, {one_line(stands.last.at[:16].replace('T', ' '))}"
    if stands.state == "unknown":
        return f"{who}; not known yet whether this version"
    return f"{who}: an older version ({', '.join(stands.changed)} changed)"


def _received(one: Checked) -> str:
    if file := one.taken.submission.recording:
        return f"rejected: {file}" if verdict(one.findings) == "reject" else file
    several = any(finding.code == "two-recordings" for finding in one.findings)
    return "several recordings" if several else "nothing yet"


def _captions(one: Checked) -> str:
    """Of the message and, where there is one, of its introduction."""
    made = [
        f"{language} {'rough' if made.source == 'draft' else made.source}"
        f"{' DRAFT' if made.draft else ''}"
        for language, made in sorted(one.captions.items())
    ]
    own = ", ".join(made) or ("not made yet" if one.pending else "-")
    return f"{own}; introduction: {_captions(one.intro)}" if one.intro else own


def _texts(submission: Submission) -> str:
    captions = [f"captions {language}" for language in sorted(submission.captions)]
    own = ", ".join([*captions, *(["script"] if submission.script else [])]) or "-"
    return f"{own}; introduction: {_texts(submission.intro)}" if submission.intro else own


def _length(share: Share | None) -> str:
    """``0:25 of 4:46``, and by how much it is over."""
    if share is None:
        return "left out"
    length = "-" if share.length_ms is None else clock(share.length_ms)
    over = f", {clock(share.over_ms)} OVER" if share.over_ms and share.over_ms > 0 else ""
    return f"{length} of {share.allowed}{over}"


def _slot(lines: Lines, report: Report) -> None:
    plan, margin = report.slot(), report.config.slot.margin
    saved = f" - crossfades {clock(-plan.fades_ms)}" if plan.fades_ms else ""
    cut = report.config.cards.transition == "cut"
    within = "" if saved or cut else " Fades lie within cards and messages."
    lines.line(
        f"Slot {clock(plan.duration_ms)}: messages {clock(plan.messages_ms)} + cards"
        f" {plan.cards_said}{saved} + margin {clock(margin)} ="
        f" {clock(plan.total_ms + margin)};"
        f" {clock(abs(plan.left_ms))} {'left' if plan.left_ms >= 0 else 'TOO LONG'}.{within}"
    )
    if report.unknown:
        unknown = ", ".join(report.unknown)
        lines.say(f"Not in the sum, since nobody has looked at what they sent yet: {unknown}.")
