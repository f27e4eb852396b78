"""The command line; the one place where errors become exit codes. Without it there would be
functions and no product.

What a command was asked for goes to stdout; progress, notes and errors go to stderr. Heavy modules
are imported where they are used, so that ``--help`` answers at once.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline import __version__
from pipeline.errors import MACHINES_ERRNOS, PipelineError, Refused, UsageWrong, of_files

if TYPE_CHECKING:
    from pipeline.commands.approve import Approved
    from pipeline.commands.match import Proposal
    from pipeline.commands.pack import Packed
    from pipeline.commands.proof import Proofs
    from pipeline.commands.report import Report
    from pipeline.commands.submit import Taken
    from pipeline.console import Console
    from pipeline.event import Event, Workspace
    from pipeline.forecast import Goal
    from pipeline.work.bench import Bench
    from pipeline.work.workers import Scheduler

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "Turns experts' recorded video messages in inputs/ into one timed, titled, captioned"
        " segment in outputs/."
    ),
)
captions_app = typer.Typer(
    help="Make or refresh all caption drafts, and nothing else.", rich_markup_mode=None
)
app.add_typer(captions_app, name="captions", invoke_without_command=True)

Ids = tuple[str, ...]
Work = Callable[["Event", "Bench", Ids], "Came"]
"""What a command does for one segment: some of its speakers, or all of them."""
STOPPED = "Stopped. What was finished is kept; the next `perspectives build` goes on from there."
DONE, FAULT, USAGE, IN_PART, REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 130
_WORSE = (DONE, IN_PART, REFUSED, USAGE, FAULT)
"""Each is worse than those before it."""
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Show notes with nothing to do as well.")
]
Share = Annotated[
    bool, typer.Option("--share", help="Serve it on the network, to the reviewers: of config.yaml.")
]
Certificate = Annotated[
    Path | None, typer.Option("--certificate", help="With --share: a PEM file, with --key.")
]
CertificatesKey = Annotated[
    Path | None, typer.Option("--key", help="The certificate's key, a PEM file.")
]
Password = Annotated[
    bool, typer.Option("--password", help="Ask for a password; print what reviewers: keeps of it.")
]
Segment = Annotated[
    str | None, typer.Option("--segment", metavar="ID", help="Only this one of several segments.")
]
ProofCode = Annotated[
    list[str] | None,
    typer.Argument(metavar="[CODE]", help="That of their proof, as the speaker answered."),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", min=1, max=256, help="Programs at once; left out: one a core."),
]

SchedulerAt = Annotated[
    str | None,
    typer.Option(help="Have the workers of this Dask scheduler do the work: tcp://HOST:8786."),
]
WorkerRoot = Annotated[
    Path | None,
    typer.Option(help="Where this workspace lies on the workers; left out: where it is here."),
]


def main() -> None:
    """Run one command; end with 0 done, 1 fault, 2 usage or config.yaml wrong, 3 done in part, 4
    refused.
    """
    collect_seldom()
    _listen_to_signals()
    try:
        answer = app(standalone_mode=False)
        code = answer if isinstance(answer, int) else DONE
        if code == INTERRUPTED:  # typer's answer to Ctrl-C
            _interrupted()
    except PipelineError as error:
        _tell(str(error))
        code = error.exit_code
    except KeyboardInterrupt:
        _interrupted()
        code = INTERRUPTED
    except BrokenPipeError:
        code = DONE
    except Exception as error:
        code = _usage_or_fault(error)
    # Threads that wait for killed programs are not waited for again.
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code) if code == INTERRUPTED else sys.exit(code)


def collect_seldom() -> None:
    """Have Python look for garbage once in 50,000 new objects instead of 700: what a command makes
    it needs to its end, and at 500 speakers the search was a tenth of the time.
    """
    gc.set_threshold(50_000)


STOPS_WITHIN_S = 2.0
"""After that a stopped command ends wherever it is. Files appear whole or not at all, so nothing is
lost but a note or two on what is known of files.
"""


def _listen_to_signals() -> None:
    """Ctrl-C and a polite kill stop the command. A shell has what it starts in the background
    ignore Ctrl-C: that stays so, and the kill is obeyed all the same.
    """
    numbers = [signal.SIGTERM]
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        numbers.append(signal.SIGINT)
    asked = [0]

    def stop(*_: object) -> None:
        asked[0] += 1
        if asked[0] > 1:
            _end_now()
        at_last = threading.Timer(STOPS_WITHIN_S, _end_now)
        at_last.daemon = True
        at_last.start()
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, stop)


def _end_now() -> None:
    """End, and all programs of ours with us, whatever anybody still waits for."""
    process = sys.modules.get("pipeline.tools.running.process")
    if process:  # one that the kernel holds (a disk that does not answer) is not waited for
        ending = threading.Thread(target=process.stop_all, daemon=True)
        ending.start()
        ending.join(0.5)
    os.write(2, f"{STOPPED}\n".encode())
    os._exit(INTERRUPTED)


@app.callback()
def _options(
    context: typer.Context,
    workspace: Annotated[
        Path, typer.Option("--workspace", help="Folder with config.yaml, inputs/ and outputs/.")
    ] = Path("."),
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        print(f"perspectives {__version__}")
        raise typer.Exit
    context.obj = workspace


@app.command()
def init(context: typer.Context) -> int:
    """Write a commented config.yaml, inputs/ and outputs/ into the workspace."""
    from datetime import datetime

    from pipeline.commands import start

    workspace = _workspace(context)
    workspace.root.mkdir(parents=True, exist_ok=True)
    made = start.init(workspace, datetime.now())
    _tell(
        f"Made {', '.join(made)} in {workspace.root}.\nNext: write title, slot and speakers into"
        " config.yaml, put recordings into inputs/, run `perspectives check`."
    )
    return DONE


# --- add ------------------------------------------------------------------------------------------

Sources = Annotated[
    list[Path] | None, typer.Argument(help="A recording, a script, or both of one speaker.")
]
Roster = Annotated[
    Path | None,
    typer.Option(help="In place of files: a CSV or .xlsx with a speaker a line, or a schedule."),
]
Match = Annotated[
    bool, typer.Option("--match", help="Find out whose each FILE is, also those in a folder; ask.")
]
Yes = Annotated[bool, typer.Option("--yes", help="With --match: take what is sure without asking.")]
Room = Annotated[str | None, typer.Option(help="With --roster SCHEDULE: of this room.")]
Day = Annotated[str | None, typer.Option(help="Likewise of this day, such as 2021-09-14.")]
Talk = Annotated[str | None, typer.Option(help="Likewise of one talk: its code or its title.")]
Id = Annotated[str | None, typer.Option("--id", help="The speaker's id in config.yaml.")]
Name = Annotated[str | None, typer.Option(help="Name as it is shown.")]
Role = Annotated[str | None, typer.Option(help="Role as it is shown.")]
Organisation = Annotated[str | None, typer.Option(help="Organisation as it is shown.")]
Country = Annotated[str | None, typer.Option(help="Country as it is shown.")]
Spoken = Annotated[str | None, typer.Option(help="Language that is spoken, such as en or es.")]
Zone = Annotated[str | None, typer.Option(help="The speaker's zone, such as Pacific/Auckland.")]
Allowance = Annotated[str | None, typer.Option(help="How long it may be, such as 4m30s.")]
Script = Annotated[Path | None, typer.Option(help="The text that was read out.")]
Photo = Annotated[Path | None, typer.Option(help="A photo, where a message is sound alone.")]
Intro = Annotated[Path | None, typer.Option(help="Who introduces them, under the title card.")]


@app.command()
def add(
    context: typer.Context,
    file: Sources = None,
    roster: Roster = None,
    id: Id = None,
    name: Name = None,
    role: Role = None,
    organisation: Organisation = None,
    country: Country = None,
    language: Spoken = None,
    timezone: Zone = None,
    allowance: Allowance = None,
    script: Script = None,
    still: Photo = None,
    intro: Intro = None,
    match: Match = False,
    yes: Yes = False,
    room: Room = None,
    day: Day = None,
    talk: Talk = None,
) -> int:
    """Take in a submission (to inputs/ and config.yaml), or a speaker's corrections of a proof."""
    from datetime import datetime

    from pipeline.commands import submit

    sources = [*(file or []), *([script] if script else [])]
    if match or yes:
        return _add_matching(context, sources)
    if roster or room or day or talk:
        return _add_roster(context)
    if not any((sources, still, intro)):
        raise UsageWrong(
            "Say which FILE to take in, --match FOLDER or --roster FILE. Nothing was changed."
        )
    if _are_answers(sources):
        return _add_answer(context, sources)
    given = {key: context.params[key] for key in submit.VALUES}
    _tell_taken(submit.add(_workspace(context), sources, given, datetime.now(), still, intro))
    return DONE


def _said_besides(context: typer.Context, *own: str) -> bool:
    """Whether ``add`` was told more than what one way of it takes."""
    return any(said for key, said in context.params.items() if key not in own)


def _are_answers(sources: list[Path]) -> bool:
    from pipeline.commands.submit import holds_corrections

    return any(source.suffix.lower() == ".json" or holds_corrections(source) for source in sources)


def _add_answer(context: typer.Context, sources: list[Path]) -> int:
    """What a speaker has corrected in their proof."""
    from datetime import datetime

    from pipeline import screens
    from pipeline.commands import corrections as story
    from pipeline.commands import submit

    if _said_besides(context, "file") or len(sources) > 1:
        alone = "A file of corrections goes by itself: it says whose it is."
        raise UsageWrong(f"{alone} Nothing was changed.")
    answer = submit.read_answer(sources[0])
    with _opened(context, goal="captions") as (event, bench, console):
        _known_ids(event, [answer.speaker])
        answered = story.take_answer(event, bench, answer, datetime.now())
    screens.show_answered(console, answered)
    return IN_PART if answered.refused else DONE


def _add_matching(context: typer.Context, sources: list[Path]) -> int:
    from datetime import datetime

    from pipeline import screens
    from pipeline.commands import match as story
    from pipeline.commands import submit
    from pipeline.console import Console

    workspace, match = _workspace(context), context.params["match"]
    if not sources or not match or _said_besides(context, "file", "script", "match", "yes"):
        raise UsageWrong(
            "--match goes with files and folders alone (and --yes): `perspectives add --match"
            " FOLDER`. Nothing was changed."
        )
    console = Console("look")
    with console.progress():
        proposals = story.propose(workspace, sources, console)
    screens.show_matches(console.results, proposals)
    chosen = _chosen(workspace, proposals, context.params["yes"])

    def add(paths: Sequence[Path], speaker: str) -> None:
        _tell_taken(submit.add(workspace, list(paths), {"id": speaker}, datetime.now()), "")

    wrong = story.take_each(chosen, add)
    for sentence in wrong:
        _tell(sentence)
    left = [one.path.name for one in proposals if not one.out and one not in dict(chosen)]
    if left:
        _tell(
            f"Not taken in: {', '.join(left)}.\n  Next: `perspectives add FILE --id ID` for each."
        )
    if not left and not wrong:
        return DONE
    return IN_PART if len(chosen) > len(wrong) else REFUSED


def _chosen(
    workspace: Workspace, proposals: Sequence[Proposal], yes: bool
) -> list[tuple[Proposal, str]]:
    """Which files are taken in, and whose they are: those that are sure, or as somebody says."""
    sure = [(one, one.speaker) for one in proposals if one.sure and one.speaker]
    asked = [one for one in proposals if not one.out]
    if yes or not asked:
        return sure
    if sys.stdin is None or not sys.stdin.isatty():
        _tell("Nobody is here to be asked; --yes takes in what is sure.")
        return []
    ways = f"y takes in the {len(sure)} that are sure, c asks about each, n takes in nothing"
    answer = typer.prompt(ways, default="y" if sure else "c", err=True).strip().lower()[:1]
    if answer == "c":
        return [(one, whose) for one in asked if (whose := _whose_it_is(workspace, one))]
    return sure if answer == "y" else []


MOST_IDS_ASKED = 12


def _whose_it_is(workspace: Workspace, one: Proposal) -> str:
    """The id of the speaker whose a file is, as somebody says; nothing where they leave it."""
    from pipeline.event import load_config
    from pipeline.meant import did_you_mean

    ids = [*load_config(workspace).by_id]
    while True:
        likely = one.likely[0].speaker if one.likely else "-"
        asked = f"{one.path.name}: whose ({', '.join(ids[:MOST_IDS_ASKED])}; - for nobody)"
        answer = typer.prompt(asked, default=likely, err=True)
        if answer in ("-", *ids):
            return "" if answer == "-" else answer
        _tell(did_you_mean(answer, ids) or f"There are {', '.join(ids)}.")


def _tell_taken(
    taken: Taken, then: str = "Next: `perspectives check`, then `perspectives build`."
) -> None:
    copied = f"copied to {' and '.join(taken.copied)}" if taken.copied else "nothing to copy"
    new = ", written into config.yaml as a new speaker" if taken.new_speaker else ""
    kept = f"; the earlier file is kept as {', '.join(taken.kept)}" if taken.kept else ""
    more = [f"{one.message}\n  Next: {one.remedy}" for one in taken.findings]
    more += _earlier_captions(taken)
    changed = [f"  Changed in config.yaml: {one}." for one in taken.changes]
    lines = [f"{taken.speaker_id}: {copied}{new}{kept}.", *changed, *more]
    _tell("\n".join([*lines, *([then] if then else [])]))


def _earlier_captions(taken: Taken) -> list[str]:
    """What happens to captions that were written for what was replaced, a sentence a kind."""
    from pipeline.config import INTRODUCES

    of_intro = f"inputs/captions/{taken.speaker_id}{INTRODUCES}.".casefold()
    intros = [name for name in taken.captions if name.casefold().startswith(of_intro)]
    own = [name for name in taken.captions if name not in intros]
    return [
        f"{' and '.join(names)}: written for the earlier {what}; shown where the words are said in"
        f" this one.\n  Next: `perspectives captions carry {taken.speaker_id}` says where, and what"
        " is no longer said."
        for what, names in (("recording", own), ("introduction", intros))
        if names
    ]


def _add_roster(context: typer.Context) -> int:
    from pipeline.commands import submit
    from pipeline.commands.schedule import Wanted

    roster, *part = (context.params[key] for key in ("roster", "room", "day", "talk"))
    if not roster or _said_besides(context, "roster", "room", "day", "talk"):
        raise UsageWrong(
            "--roster goes by itself: what it says of a speaker stands in the file. With a schedule"
            " --room, --day or --talk say which part of it is meant. Nothing was changed."
        )
    listed = submit.add_roster(_workspace(context), roster, Wanted(*part))
    if not listed.new and not listed.changed and not listed.slot:
        _tell(f"config.yaml says all of {roster.name} already; nothing was changed.")
        return DONE
    changed = [f"  {one}: {', '.join(said)}" for one, said in listed.changed.items()]
    changed += [f"  slot: {listed.slot}"] if listed.slot else []
    _tell(
        f"Written into config.yaml: {', '.join(listed.new) or 'nobody'} as new,"
        f" {', '.join(listed.changed) or 'nobody'} changed."
        + "".join(f"\n{line}." for line in changed)
        + "\nNext: put recordings into inputs/, named after the ids, and run `perspectives check`."
    )
    return DONE


@app.command()
def check(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Only these speakers.")
    ] = None,
    segment: Segment = None,
    as_json: Json = False,
    verbose: Verbose = False,
    jobs: Jobs = None,
) -> int:
    """Look at and measure everything that came: recordings, scripts, caption files, photos, logo
    and music; print what is wrong and how the slot is filled. Renders nothing.
    """
    from pipeline import screens
    from pipeline.commands import check as story

    def checked(event: Event, bench: Bench, only: Ids) -> Came:
        report = story.check_everything(event, bench, only)
        return Came(
            _code(report),
            report.as_json(),
            lambda console: screens.show_check(console.results, report, verbose),
        )

    with _opened(context, goal="check", jobs=jobs) as opened:
        ids = [*_spoken_ids(opened[0], ids)]
        return _in_turn(opened, checked, segment, ids, as_json, of_day=True)


@captions_app.callback()
def _captions(
    context: typer.Context, segment: Segment = None, verbose: Verbose = False, jobs: Jobs = None
) -> int | None:
    if context.invoked_subcommand is not None:
        return None
    return _make_captions(context, None, segment, jobs, verbose)


@captions_app.command("make")
def captions_make(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="Only these speakers.")
    ] = None,
    segment: Segment = None,
    verbose: Verbose = False,
    jobs: Jobs = None,
) -> int:
    """Make the caption drafts of some speakers."""
    return _make_captions(context, ids, segment, jobs, verbose)


@captions_app.command("lint")
def captions_lint(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Only these speakers.")
    ] = None,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Write a mended copy beside each file that can be bettered."),
    ] = False,
    segment: Segment = None,
    as_json: Json = False,
) -> int:
    """Check caption files, yours and ours, against what viewers can read. No file is changed."""
    from pipeline import screens
    from pipeline.commands import proofread

    def read(event: Event, bench: Bench, only: Ids) -> Came:
        proofs, root = proofread.proofread(event, bench, only, fix), event.workspace.root
        return Came(
            DONE,
            {"files": [proof.as_json(root) for proof in proofs]},
            lambda console: screens.show_proofs(console.results, proofs, root),
        )

    with _opened(context, goal="look") as opened:
        return _in_turn(opened, read, segment, _spoken_ids(opened[0], ids), as_json)


@captions_app.command("carry")
def captions_carry(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="The speaker's id.")],
    write: Annotated[
        bool, typer.Option("--write", help="Write the result beside each file as a new one.")
    ] = False,
) -> int:
    """Show where somebody's caption files come on the recording that is there now: captions go
    where their words are said. No file of yours is changed.
    """
    from pipeline import screens
    from pipeline.commands import carry as story

    with _opened(context, goal="captions") as (event, bench, console):
        (event, *_), only = _whose(event, _spoken_ids(event, [id]))
        carried = story.carry_captions(event, bench, only, write)
    screens.show_carried(console.results, carried, event.workspace.root)
    return DONE


def _make_captions(
    context: typer.Context,
    ids: list[str] | None,
    segment: str | None,
    jobs: int | None,
    verbose: bool,
) -> int:
    from pipeline import screens
    from pipeline.commands import drafts as story

    def made(event: Event, bench: Bench, only: Ids) -> Came:
        report, written = story.make_drafts(event, bench, only)
        names = [event.workspace.called(name) for name in written]
        return Came(
            _code(report),
            show=lambda console: screens.show_captions(console, report, names, verbose),
            aside=True,
        )

    with _opened(context, goal="captions", jobs=jobs) as opened:
        return _in_turn(opened, made, segment, _spoken_ids(opened[0], ids))


@app.command()
def build(
    context: typer.Context,
    draft: Annotated[
        bool, typer.Option("--draft", help="Small picture with a DRAFT mark, fast.")
    ] = False,
    final: Annotated[
        bool, typer.Option("--final", help="Refuse while it cannot air; say why.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what would run, and why; run nothing.")
    ] = False,
    segment: Segment = None,
    as_json: Json = False,
    verbose: Verbose = False,
    jobs: Jobs = None,
    scheduler: SchedulerAt = None,
    worker_root: WorkerRoot = None,
) -> int:
    """Build everything that is stale, and nothing that is not."""
    from pipeline.commands import day

    if draft and final:
        raise UsageWrong("--draft and --final do not go together.")
    reports: dict[str, Report] = {}
    others = _others(scheduler, worker_root, jobs)
    with _opened(context, jobs=jobs, draft=draft, dry=explain, scheduler=others) as opened:
        event, bench, _ = opened
        one = _explained if explain else _building(final, draft, verbose, reports)
        code = _in_turn(opened, one, segment, as_json=as_json, of_day=not explain)
        if event.config.segments and not explain:
            day.hand_over_day(event, bench, reports)
            _tell(f"The day's run of show is in {event.workspace.all_outputs}/day.pdf.")
    return code


def _building(final: bool, draft: bool, verbose: bool, reports: dict[str, Report]) -> Work:
    """Builds a segment; of one of several the report is kept in ``reports``."""
    from pipeline import screens
    from pipeline.commands import build as story

    def built(event: Event, bench: Bench, _: Ids) -> Came:
        outputs, segment = event.workspace.outputs, event.workspace.segment or ""
        try:
            report = reports[segment] = story.build(event, bench, final)
        except story.NothingHandedOver as refused:
            nothing, report = refused, refused.report
            reports[segment] = report

            def why(console: Console) -> None:
                if isinstance(nothing, story.NothingUsable):
                    screens.show_findings(console, report, verbose)
                console.say(str(nothing))

            return Came(REFUSED, report.as_json(), why, aside=True)
        return Came(
            _code(report),
            report.as_json(),
            lambda console: screens.show_built(
                console, report, len(bench.ran), outputs, draft, verbose
            ),
            aside=True,
        )

    return built


def _explained(event: Event, bench: Bench, _: Ids) -> Came:
    from pipeline import screens
    from pipeline.commands import build as story

    story.build(event, bench)
    return Came(DONE, show=lambda console: screens.show_explained(console.results, bench.would_run))


def _others(address: str | None, worker_root: Path | None, jobs: int | None) -> Scheduler | None:
    """Who else is to do the work. Raises UsageWrong where the options contradict each other."""
    from pipeline.work.workers import Scheduler

    if worker_root and not address:
        raise UsageWrong("--worker-root says where workers see the event; it needs --scheduler.")
    if worker_root and not worker_root.is_absolute():
        raise UsageWrong(f"--worker-root {worker_root}: write the whole path, from / on.")
    if address and jobs:
        raise UsageWrong(
            "--jobs and --scheduler do not go together: how many programs run at once on a worker"
            " is said where it is started (`dask worker --nthreads`)."
        )
    return Scheduler(address, worker_root) if address else None


@app.command()
def watch(
    context: typer.Context,
    draft: Annotated[
        bool, typer.Option("--draft", help="Small picture with a DRAFT mark, fast.")
    ] = False,
    poll: Annotated[
        bool, typer.Option("--poll", help="Look every second: for a folder without events.")
    ] = False,
    settle: Annotated[
        float,
        typer.Option(
            "--settle", min=0.1, max=600, help="Seconds that a file is as it is, to be whole."
        ),
    ] = 2.0,
    jobs: Jobs = None,
) -> int:
    """Build again whenever a submission, a script, a caption file or config.yaml changes; a line
    for each build. Ctrl-C ends it.
    """
    from pipeline.commands import watch as story
    from pipeline.console import Lines, Passing

    notes = Passing()
    voice = story.Voice(Lines().say, notes.say, notes.passing)
    story.watch(_workspace(context), story.Wishes(draft, jobs, poll, settle), voice)
    return DONE


@app.command()
def trim(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="The speaker's id.")],
    accept: Annotated[
        bool, typer.Option("--accept", help="Write the offer into config.yaml.")
    ] = False,
) -> int:
    """Say what cutting the silence before and after somebody's speech would win. Nothing is cut
    without --accept.
    """
    from dataclasses import replace

    from pipeline import screens
    from pipeline.commands import check as story
    from pipeline.commands import submit

    with _opened(context, goal="look") as (event, bench, console):
        (event, *_), only = _whose(event, _known_ids(event, [id]))
        report = story.check(event, bench, (only,))
        (one,) = report.checked
        if one.usable and one.offer and one.recording and accept:
            points = one.offer.as_written()
            submit.accept_trim(event.workspace, only, points, one.recording)
    if not one.usable:
        screens.show_findings(console, replace(report, findings=()))  # of nobody else
        raise Refused(f"{only}: there is no message that can be trimmed. Nothing was changed.")
    screens.show_offer(console.results, one)
    if one.offer and one.recording and accept:
        console.say(
            f"Written under trim: of {only} in config.yaml. The next `perspectives build` cuts"
            " there."
        )
    return DONE


@app.command()
def report(
    context: typer.Context, segment: Segment = None, as_json: Json = False, jobs: Jobs = None
) -> int:
    """Watch what was built to its end, hold it against the plan, and write report.html."""
    from pipeline import screens
    from pipeline.commands import inspection as story

    def inspected(event: Event, bench: Bench, _: Ids) -> Came:
        _is_built(event, bench, "report")
        found, outputs = story.inspect_built(event, bench), event.workspace.outputs
        return Came(
            REFUSED if any(one.severity == "error" for one in found) else DONE,
            {"findings": [one.as_json() for one in found]},
            lambda console: screens.show_inspection(console.results, found, outputs),
        )

    with _opened(context, goal="check", jobs=jobs) as opened:
        return _in_turn(opened, inspected, segment, as_json=as_json)


def _is_built(event: Event, bench: Bench, command: str) -> None:
    """Raises Refused where something would have to be built first."""
    from pipeline.commands.build import build as story

    dry = bench.at_rest()
    story(event, dry)
    if dry.would_run:
        raise Refused(
            f"What is in {event.workspace.called('')} is not what config.yaml and inputs/ say now."
            f"\n  Next: `perspectives build`, then `perspectives {command}`."
        )


@app.command()
def pack(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option("--to", help="Copy it there too (a stick), and compare.")
    ] = None,
    countdown: Annotated[
        bool, typer.Option("--countdown", help="With a film that counts from ten to one.")
    ] = False,
    check: Annotated[
        Path | None, typer.Option("--check", help="Only read a copy back: is it whole?")
    ] = None,
    segment: Segment = None,
    jobs: Jobs = None,
) -> int:
    """Put together what goes to the event: the segment, each part of it in order, captions, run of
    show, checksums. outputs/pack/, and as outputs/pack.zip.
    """
    from pipeline.commands import pack as story

    if check:
        wrong = story.wrong_in(check)
        print("\n".join(wrong) or f"{check} is as it was written.")
        return REFUSED if wrong else DONE

    def packed(event: Event, bench: Bench, _: Ids) -> Came:
        _is_built(event, bench, "pack")
        target = to / (event.workspace.segment or "") if to else None
        made = story.make_pack(event, bench, countdown, target)
        return Came(DONE, show=lambda _: _tell_packed(made))

    with _opened(context, jobs=jobs) as opened:
        return _in_turn(opened, packed, segment)


def _tell_packed(made: Packed) -> None:
    where = f" and in {made.copy}, read back and compared" if made.copy else ""
    if made.strangers:
        _tell(f"Also in {made.copy}, and not of this pack: {', '.join(made.strangers)}.")
    print(f"Packed {made.count} files, {made.size / 1e6:.0f} MB, in {made.folder}{where}.")


@app.command()
def brief(context: typer.Context, segment: Segment = None) -> int:
    """Write how to record a message, as pages to print and as text: one for everybody, and one for
    each speaker with their own length and deadline.
    """
    from datetime import datetime

    from pipeline.commands import correspondence
    from pipeline.plan.deadline import is_over

    def written(event: Event, bench: Bench, _: Ids) -> Came:
        names = correspondence.write_brief(event, bench)
        if is_over(event.config, datetime.now().astimezone()):
            _tell(
                "The deadline in config.yaml is over, and the pages say so. For more time write the"
                " new one there, then run `perspectives brief` again."
            )
        return Came(DONE, show=lambda _: _tell_written(event.workspace, names, "pages", "brief"))

    with _opened(context) as opened:
        return _in_turn(opened, written, segment)


@app.command()
def mail(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Only these speakers.")
    ] = None,
    segment: Segment = None,
    jobs: Jobs = None,
) -> int:
    """Write a reply to each speaker (notes/), and a mail with it that any mail program opens
    (mail/), with their proof where they have it still to answer. Nothing is sent.
    """
    from pipeline.commands import check as story
    from pipeline.commands import correspondence

    def written(event: Event, bench: Bench, only: Ids) -> Came:
        report = story.check(event, bench, only, with_captions=True)
        names, without = correspondence.write_mail(event, bench, report)
        return Came(DONE, show=lambda _: _tell_mail(event.workspace, names, without))

    with _opened(context, goal="captions", jobs=jobs) as opened:
        return _in_turn(opened, written, segment, _spoken_ids(opened[0], ids))


def _tell_mail(workspace: Workspace, written: list[str], without: list[str]) -> None:
    _tell_written(workspace, written, "mails", "mail")
    if without:
        _tell(
            f"No mail for {', '.join(without)}: write `contact: ADDRESS` under the speaker in"
            f" config.yaml; what they are to be told is in {workspace.called('notes/')}."
        )


def _tell_written(workspace: Workspace, written: list[str], what: str, folder: str) -> None:
    folders = dict.fromkeys(name.split("/")[0] for name in written)
    where = " and ".join(workspace.called(f"{folder}/") for folder in folders)
    names = "1 file" if len(written) == 1 else f"{len(written)} files"
    nothing = f"Nothing has changed; the {what} are in {workspace.called(f'{folder}/')}."
    print(f"Wrote {names} in {where}." if written else nothing)


@app.command()
def review(
    context: typer.Context,
    id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Open this speaker's page.")
    ] = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Left out: any that is free.")
    ] = 0,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Print the address, open no browser.")
    ] = False,
    share: Share = False,
    certificate: Certificate = None,
    key: CertificatesKey = None,
    password: Password = False,
    segment: Segment = None,
    jobs: Jobs = None,
) -> int:
    """Watch, correct captions and approve in a browser, on this computer only unless it is shared.
    Ctrl-C ends it.
    """
    if (certificate is None) != (key is None) or (certificate and not share):
        raise UsageWrong("--certificate and --key belong together, and to --share.")
    guests, start = _review_rooms()
    if password:
        given = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        _tell(f'password: "{guests.hashed(given)}"')
        return DONE
    workspace = _to_review(_workspace(context), segment, id)
    shared = start.Shared(certificate, key) if share else None
    start.run(workspace, _tell, id, port, not no_open, jobs, shared)
    return DONE


def _to_review(workspace: Workspace, segment: str | None, speaker: str | None) -> Workspace:
    """The workspace, of one of several segments: the one that is asked for, or the first with the
    speaker. A page shows one.
    """
    from pipeline.event import event_in, load_config, segments_of

    event = event_in(workspace, load_config(workspace))
    shown: Sequence[Event] = segments_of(event, segment)
    if speaker is not None:
        shown, _ = _whose(shown[0] if segment else event, _known_ids(event, [speaker]))
    elif len(shown) > 1:
        ids = " or ".join(f"--segment {one.id}" for one in event.config.segments)
        raise UsageWrong(f"A page shows one segment; say which: {ids}.")
    return shown[0].workspace


def _review_rooms() -> tuple[ModuleType, ModuleType]:
    """Who may come in to the page, and what starts it, where the extra is installed."""
    try:
        from pipeline.review import guests, start
    except ModuleNotFoundError as missing:
        from pipeline.tools.running.installing import with_extra

        raise UsageWrong(
            f"`perspectives review` needs {missing.name}, which is not installed.\n  Next: run"
            f" `{with_extra('review')}`."
        ) from None
    return guests, start


@app.command()
def approve(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="The speaker's id.")],
    code: ProofCode = None,
    by: Annotated[
        str, typer.Option("--by", help="Who approves; left out, with a code: the speaker.")
    ] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take all approvals of this message back.")
    ] = False,
) -> int:
    """Write down that somebody approves a message as it would be shown now: the speaker, by the
    code of their proof, or you (--by). Any later change is said.
    """
    from datetime import datetime

    from pipeline.commands import approve as story
    from pipeline.commands.check import check

    with _opened(context, dry=withdraw) as (event, bench, console):
        if withdraw:
            (only,) = _known_ids(event, [id])
            story.withdraw(event.workspace, only)
            console.say(f"{only}: nobody's approval is kept any more.")
            return DONE
        shown, only = _whose(event, _known_ids(event, [id]))

        def looks(one: Event) -> story.Looks:
            return story.Looks(
                known=lambda: check(one, bench.at_rest(), (only,), with_captions=True),
                held=lambda: check(one, bench, (only,), with_captions=True),
            )

        now, typed = datetime.now().astimezone(), " ".join(code or ())
        approved = story.approve_all(shown, looks, only, by, now, typed)
    _tell_approved(only, approved)
    return DONE


def _tell_approved(speaker: str, approved: Approved) -> None:
    if approved.saved:
        kept = ", ".join(approved.saved)
        _tell(f"The captions were a draft; as approved they are kept in {kept}.")
    _tell(f"{speaker}: approved by {approved.approval.by}. A later change to it will be said.")


@app.command()
def proof(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Only these speakers.")
    ] = None,
    segment: Segment = None,
    jobs: Jobs = None,
) -> int:
    """Write a page for each speaker (proofs/ID.html, under 8 MB): their message as it will be
    shown, to be corrected and approved. Works without a network; nothing is sent.
    """
    from datetime import datetime

    from pipeline.commands import proof as story

    def proven(event: Event, bench: Bench, only: Ids) -> Came:
        proofs = story.make_proofs(event, bench, only, datetime.now().astimezone())
        code = IN_PART if proofs.without else DONE
        return Came(
            code if proofs.made else REFUSED, show=lambda _: _tell_proofs(event.workspace, proofs)
        )

    with _opened(context, jobs=jobs) as opened:
        return _in_turn(opened, proven, segment, _spoken_ids(opened[0], ids))


def _tell_proofs(workspace: Workspace, proofs: Proofs) -> None:
    for made in proofs.made.values():
        what = "Wrote" if made.new else "Nothing has changed in"
        name = workspace.called(made.name)
        print(f"{what} {name} ({made.size / 1e6:.1f} MB, code {made.code}).")
    for speaker, why in proofs.without.items():
        _tell(f"No proof of {speaker}: {why}.")


@app.command()
def forget(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="The speaker's id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
) -> int:
    """Take everything of a speaker out of this folder: what they sent, what was made of it, their
    words, their entry in config.yaml. Says what it cannot know of.
    """
    from pipeline import screens
    from pipeline.commands import forget as story

    with _opened(context, dry=True) as (event, bench, console):
        (only,) = _known_ids(event, [id])
        held = story.held_of(event, bench.store, only)
        screens.show_held(console, held, event.speakers[only], event.workspace.root)
    if not yes:
        with suppress(typer.Abort):
            yes = typer.confirm(f"Take all of this away for good ({only})?", err=True)
    if not yes:
        raise Refused("Nothing was taken away.")
    with _opened(context, goal="look") as (event, bench, console):
        story.forget(event, bench, only)
    screens.show_forgotten(console.results, held, only, event.workspace.root)
    return DONE


@app.command()
def keep(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="The speaker's id.")],
) -> int:
    """Say that trim, crop and the like, decided for somebody's earlier recording, are right for
    the one that is there now.
    """
    from pipeline.commands import keep as story

    with _opened(context) as (event, bench, console):
        (only,) = _known_ids(event, [id])
        lines = story.keep(event, bench, only)
        listed = ", ".join(lines)
        console.say(
            f"{only}: {listed} will be used for this recording."
            if lines
            else f"{only}: nothing was put aside; all that config.yaml says of them is used."
        )
    return DONE


@app.command()
def status(context: typer.Context, segment: Segment = None, as_json: Json = False) -> int:
    """One line a speaker: received, length, captions, and whether it is built. Runs no tool, and
    answers during a build too.
    """
    from pipeline import screens
    from pipeline.commands import session
    from pipeline.commands import status as story

    busy = session.busy(_workspace(context))

    def stands(event: Event, bench: Bench, _: Ids) -> Came:
        now = story.status(event, bench, busy)
        return Came(DONE, now.as_json(), lambda console: screens.show_status(console.results, now))

    with _opened(context, dry=True) as opened:
        return _in_turn(opened, stands, segment, as_json=as_json, of_day=True)


@app.command()
def doctor(
    context: typer.Context,
    fetch: Annotated[bool, typer.Option("--fetch", help="Bring Whisper's weights.")] = False,
    as_json: Json = False,
) -> int:
    """Say what this machine has and lacks, with the command that mends it."""
    from pipeline import screens
    from pipeline.commands import doctor as medicine
    from pipeline.console import Lines
    from pipeline.event import load_config

    workspace = _workspace(context)
    config = load_config(workspace) if workspace.config.exists() else None
    if fetch:
        medicine.fetch_weights(workspace, config, _tell)
    seen = medicine.examine(workspace, config)
    if as_json:
        _print_json([one.as_json() for one in seen])
    else:
        screens.show_doctor(Lines(), seen)
    return DONE


@app.command()
def clean(
    context: typer.Context,
    apply: Annotated[bool, typer.Option("--apply", help="Take it away.")] = False,
    as_json: Json = False,
) -> int:
    """Say what lies in outputs/.store that no build needs any more, and how large it is."""
    from pipeline import screens
    from pipeline.commands import clean as story

    with _opened(context, dry=not apply) as (event, bench, console):
        seen = story.clean(event, bench) if apply else story.look(event, bench)
    if as_json:
        _print_json(seen.as_json())
    else:
        screens.show_cleaning(console.results, seen, apply)
    return DONE


@app.command()
def still(
    context: typer.Context,
    at: Annotated[
        str | None, typer.Option("--at", help="A time of the segment, such as 04:10.")
    ] = None,
    card: Annotated[
        str | None, typer.Option("--card", help="A speaker's id, opening or closing.")
    ] = None,
    cards: Annotated[
        bool, typer.Option("--cards", help="All cards and lower thirds on one contact sheet.")
    ] = False,
    theme: Annotated[
        str | None,
        typer.Option("--theme", help="With --cards: this theme, or all of them to compare."),
    ] = None,
    segment: Segment = None,
) -> int:
    """One frame of the finished picture, one card, or all cards, as a PNG in outputs/stills/."""
    from pipeline import screens
    from pipeline.commands import stills

    if (at is not None) + (card is not None) + cards != 1:
        raise UsageWrong("Say one of --at 04:10, --card ID and --cards.")
    if theme is not None and not cards:
        raise UsageWrong("--theme goes with --cards: `perspectives still --cards --theme all`.")

    def taken(event: Event, bench: Bench, _: Ids) -> Came:
        if cards:
            made = stills.contact_sheet(event, bench, theme)
        elif card:
            made = stills.still_of_card(event, bench, card)
        else:
            made = stills.still_at(event, bench, str(at))
        return Came(DONE, show=lambda shown: screens.show_still(shown, made), aside=True)

    with _opened(context, goal="captions") as opened:
        whose = [card] if card and card in opened[0].speakers else []
        return _in_turn(opened, taken, segment, whose)


@contextmanager
def _opened(
    context: typer.Context,
    *,
    goal: Goal = "build",
    draft: bool = False,
    dry: bool = False,
    jobs: int | None = None,
    scheduler: Scheduler | None = None,
) -> Iterator[tuple[Event, Bench, Console]]:
    """All that a command works with: the event, the bench, and who shows what comes of it."""
    from pipeline.commands import session
    from pipeline.console import Console

    console = Console(goal)
    opened = session.opened(
        _workspace(context), console, draft=draft, dry=dry, jobs=jobs, scheduler=scheduler
    )
    with opened as (event, bench):
        if dry:
            yield event, bench, console
            return
        with console.progress():
            yield event, bench, console


@dataclass(frozen=True)
class Came:
    """What a command has come to for one segment: its exit code, what ``--json`` prints, and who
    shows it. ``aside``: it is shown on stderr, beside the JSON.
    """

    code: int
    answer: Any = None
    show: Callable[[Console], None] = lambda _: None
    aside: bool = False


def _in_turn(
    opened: tuple[Event, Bench, Console],
    work: Work,
    segment: str | None = None,
    ids: Sequence[str] = (),
    as_json: bool = False,
    of_day: bool = False,
) -> int:
    """``work`` for each segment in turn, or for the one that is asked for; of an event that has
    none, for all of it. The worst of the exit codes: one that is refused does not stop the others.

    Only those of ``ids`` are worked on, where there are any. ``of_day``: what is a matter of no
    segment is said as well.
    """
    from pipeline import screens
    from pipeline.commands import day

    event, bench, console = opened
    codes, answers, several = [DONE], dict[str, Any](), bool(event.config.segments)
    for one, theirs in _shares(event, segment, ids):
        came = _come(work, one, bench.fresh() if several else bench, theirs)
        console.rest()
        if not as_json or came.aside:
            screens.show_segment(console if came.aside else console.results, one)
            came.show(console)
        codes.append(came.code)
        answers[one.workspace.segment or ""] = came.answer
    found = day.said_of_day(event) if several and of_day else ()
    if as_json:
        _print_json(day.day_json(answers, found) if several else answers[""])
    elif found:
        screens.show_of_day(console.results, event, found)
    return max(codes, key=_WORSE.index)


def _come(work: Work, event: Event, bench: Bench, ids: Ids) -> Came:
    """What comes of one segment; an error of one of several is its own."""
    try:
        return work(event, bench, ids)
    except PipelineError as error:
        if event.day is None:
            raise
        sentence = str(error)
        return Came(error.exit_code, {"error": sentence}, lambda _: _tell(sentence), aside=True)


def _shares(event: Event, segment: str | None, ids: Sequence[str]) -> Iterator[tuple[Event, Ids]]:
    """The segments to be worked on, each with those of ``ids`` that are in it. Raises UsageWrong
    where that is none.
    """
    from pipeline.event import segments_of

    wanted = segments_of(event, segment)
    shares = [(one, tuple(name for name in ids if name in one.speakers)) for one in wanted]
    nobodys = [name for name in ids if not any(name in theirs for _, theirs in shares)]
    if nobodys:
        where = f"in {segment}" if segment else "in any segment"
        raise UsageWrong(f"{', '.join(nobodys)}: not {where}; see speakers: there in config.yaml.")
    return ((one, theirs) for one, theirs in shares if theirs or not ids)


def _whose(event: Event, ids: Ids) -> tuple[Sequence[Event], str]:
    """The segments that the one speaker of ``ids`` is in, or the event that has none, and their id.
    Raises UsageWrong where they are in none.
    """
    from pipeline.event import segments_of

    (only,) = ids
    found = [one for one in segments_of(event) if only in one.speakers]
    if not found:
        raise UsageWrong(f"{only} is in no segment; write the id under speakers: of one.")
    return found, only


def _spoken_ids(event: Event, ids: list[str] | None) -> tuple[str, ...]:
    """Of an introduction the id of who is introduced: both are looked at together."""
    from pipeline.config import INTRODUCES

    return _known_ids(event, [name.removesuffix(INTRODUCES) for name in ids or ()])


def _known_ids(event: Event, ids: list[str] | None) -> tuple[str, ...]:
    from pipeline.meant import did_you_mean
    from pipeline.plan.intake import id_from

    unknown = [name for name in ids or () if name not in event.speakers]
    if unknown:
        meant = did_you_mean(id_from(unknown[0]), event.speakers)
        raise UsageWrong(
            f"{', '.join(unknown)}: no such speaker; {meant and f'{meant} '}config.yaml has"
            f" {', '.join(event.speakers)}."
        )
    return tuple(ids or ())


def _code(report: Report) -> int:
    if not any(one.usable for one in report.checked):
        return REFUSED
    if report.cannot_hear:
        return REFUSED
    return IN_PART if report.in_part else DONE


def _workspace(context: typer.Context) -> Workspace:
    from pipeline.event import Workspace

    return Workspace(context.obj.resolve())


def _print_json(answer: Any) -> None:
    # A file's name may hold bytes that are no text: they are written as JSON's own escapes.
    text = json.dumps(answer, ensure_ascii=False, indent=1)
    print(text.encode("utf-8", "backslashreplace").decode())


def _tell(sentence: str) -> None:
    from pipeline.console import Lines

    Lines(stderr=True).say(sentence)


def _interrupted() -> None:
    from pipeline.tools.running import process

    process.stop_all()
    _tell(STOPPED)


def _usage_or_fault(error: Exception) -> int:
    """Typer's own complaints are usage; anything else is a fault in our program and says so, with
    its trace.
    """
    import traceback

    show: Callable[[], None] | None = getattr(error, "show", None)
    if show is not None:
        show()
        return USAGE
    if isinstance(error, OSError) and (said := of_files(error)):
        _tell(said)
        return REFUSED
    if isinstance(error, MemoryError) or getattr(error, "errno", None) in MACHINES_ERRNOS:
        _tell(
            f"This computer could not cope ({str(error) or 'no memory is left'}). Close other"
            " programs, see that the disk with inputs/ and outputs/ answers, and run the command"
            " again: what is finished is kept."
        )
        return REFUSED
    traceback.print_exception(error)
    _tell(
        "This is a fault in perspectives, not in your files. What was finished is kept. Please"
        " report the lines above."
    )
    return FAULT
