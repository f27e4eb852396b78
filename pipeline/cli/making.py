"""Commands that look, make and say where everything stands; without it nothing would be built."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import edge, turns
from pipeline.cli.edge import (
    DONE,
    REFUSED,
    Draft,
    Jobs,
    Json,
    OnlyThese,
    SchedulerAt,
    Segment,
    Verbose,
    WorkerRoot,
    app,
    captions_app,
)
from pipeline.errors import UsageWrong

if TYPE_CHECKING:
    from pipeline.commands.report import Report
    from pipeline.console import Console
    from pipeline.event import Event
    from pipeline.work.bench import Bench
    from pipeline.work.workers import Scheduler


@app.command()
def check(
    context: typer.Context,
    ids: OnlyThese = None,
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

    def checked(event: Event, bench: Bench, only: turns.Ids) -> turns.Came:
        report = story.check_everything(event, bench, only)
        return turns.Came(
            REFUSED if report.refused else turns.code_of(report),
            report.as_json(),
            lambda console: screens.show_check(console.results, report, verbose),
        )

    with turns.opened(context, goal="check", jobs=jobs) as opened:
        ids = [*turns.spoken_ids(opened[0], ids)]
        return turns.in_turn(opened, checked, segment, ids, as_json, of_day=True)


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
    ids: OnlyThese = None,
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

    def read(event: Event, bench: Bench, only: turns.Ids) -> turns.Came:
        proofs, root = proofread.proofread(event, bench, only, fix), event.workspace.root
        return turns.Came(
            DONE,
            {"files": [proof.as_json(root) for proof in proofs]},
            lambda console: screens.show_proofs(console.results, proofs, root),
        )

    with turns.opened(context, goal="look") as opened:
        return turns.in_turn(opened, read, segment, turns.spoken_ids(opened[0], ids), as_json)


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

    with turns.opened(context, goal="captions") as (event, bench, console):
        (event, *_), only = turns.whose(event, turns.spoken_ids(event, [id]))
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

    def made(event: Event, bench: Bench, only: turns.Ids) -> turns.Came:
        report, written = story.make_drafts(event, bench, only)
        names = [event.workspace.called(name) for name in written]
        return turns.Came(
            turns.code_of(report),
            show=lambda console: screens.show_captions(console, report, names, verbose),
            aside=True,
        )

    with turns.opened(context, goal="captions", jobs=jobs) as opened:
        return turns.in_turn(opened, made, segment, turns.spoken_ids(opened[0], ids))


@app.command()
def build(
    context: typer.Context,
    draft: Draft = False,
    final: Annotated[
        bool, typer.Option("--final", help="Refuse while it cannot air; say why.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what would run, and why; run nothing.")
    ] = False,
    edition: Annotated[
        list[str] | None,
        typer.Option(
            "--edition", metavar="NAME", help="Of the editions under deliveries: only this one."
        ),
    ] = None,
    segment: Segment = None,
    as_json: Json = False,
    verbose: Verbose = False,
    jobs: Jobs = None,
    scheduler: SchedulerAt = None,
    worker_root: WorkerRoot = None,
) -> int:
    """Build everything that is stale, and nothing that is not."""
    from pipeline.commands import day
    from pipeline.event import with_editions

    if draft and final:
        raise UsageWrong("--draft and --final do not go together.")
    reports: dict[str, Report] = {}
    others = _others(scheduler, worker_root, jobs)
    with turns.opened(context, jobs=jobs, draft=draft, dry=explain, scheduler=others) as opened:
        event, bench, console = opened
        opened = (with_editions(event, edition), bench, console)
        one = _explained if explain else _building(final, draft, verbose, reports)
        code = turns.in_turn(opened, one, segment, as_json=as_json, of_day=not explain)
        if event.config.segments and not explain:
            day.hand_over_day(event, bench, reports)
            edge.tell(f"The day's run of show is in {event.workspace.all_outputs}/day.pdf.")
    return code


def _building(final: bool, draft: bool, verbose: bool, reports: dict[str, Report]) -> turns.Work:
    """Builds a segment; of one of several the report is kept in ``reports``."""
    from pipeline import screens
    from pipeline.commands import build as story

    def built(event: Event, bench: Bench, _: turns.Ids) -> turns.Came:
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

            return turns.Came(REFUSED, report.as_json(), why, aside=True)
        return turns.Came(
            turns.code_of(report),
            report.as_json(),
            lambda console: screens.show_built(
                console, report, len(bench.ran), outputs, draft, verbose
            ),
            aside=True,
        )

    return built


def _explained(event: Event, bench: Bench, _: turns.Ids) -> turns.Came:
    from pipeline import screens
    from pipeline.commands import build as story

    report = story.build(event, bench)
    would_run = () if report.refused else tuple(dict.fromkeys(bench.would_run))
    answer = {
        "would_run": [{"task": task, "why": why} for task, why in would_run],
        "refused": [one.message for one in report.refused],
    }
    return turns.Came(
        DONE, answer, lambda console: screens.show_explained(console.results, report, would_run)
    )


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
    draft: Draft = False,
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
    story.watch(edge.workspace_of(context), story.Wishes(draft, jobs, poll, settle), voice)
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

    def taken(event: Event, bench: Bench, _: turns.Ids) -> turns.Came:
        if cards:
            made = stills.contact_sheet(event, bench, theme)
        elif card:
            made = stills.still_of_card(event, bench, card)
        else:
            made = stills.still_at(event, bench, str(at))
        return turns.Came(DONE, show=lambda shown: screens.show_still(shown, made), aside=True)

    with turns.opened(context, goal="captions") as opened:
        whose = [card] if card and card in opened[0].speakers else []
        return turns.in_turn(opened, taken, segment, whose)


@app.command()
def status(context: typer.Context, segment: Segment = None, as_json: Json = False) -> int:
    """One line a speaker: received, length, captions, and whether it is built. Runs no tool, and
    answers during a build too.
    """
    from pipeline import screens
    from pipeline.commands import session
    from pipeline.commands import status as story

    busy = session.busy(edge.workspace_of(context))

    def stands(event: Event, bench: Bench, _: turns.Ids) -> turns.Came:
        now = story.status(event, bench, busy)
        return turns.Came(
            DONE, now.as_json(), lambda console: screens.show_status(console.results, now)
        )

    with turns.opened(context, dry=True) as opened:
        return turns.in_turn(opened, stands, segment, as_json=as_json, of_day=True)


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

    workspace = edge.workspace_of(context)
    config = load_config(workspace) if workspace.config.exists() else None
    if fetch:
        medicine.fetch_weights(workspace, config, edge.tell)
    seen = medicine.examine(workspace, config)
    if as_json:
        edge.print_json([one.as_json() for one in seen])
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

    with turns.opened(context, dry=not apply) as (event, bench, console):
        seen = story.clean(event, bench) if apply else story.look(event, bench)
    if as_json:
        edge.print_json(seen.as_json())
    else:
        screens.show_cleaning(console.results, seen, apply)
    return DONE
