"""Opens the workspace for a command, and works on one segment after the other; without it each
command would know in its own way which segments and speakers are meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from pipeline.cli import edge
from pipeline.cli.edge import (
    DONE,
    FAULT,
    IN_PART,
    REFUSED,
    USAGE,
)
from pipeline.errors import PipelineError, UsageWrong

if TYPE_CHECKING:
    from pipeline.commands.report import Report
    from pipeline.console import Console
    from pipeline.event import Event
    from pipeline.forecast import Goal
    from pipeline.work.bench import Bench
    from pipeline.work.workers import Scheduler

Ids = tuple[str, ...]
Work = Callable[["Event", "Bench", Ids], "Came"]
"""What a command does for one segment: some of its speakers, or all of them."""


_WORSE = (DONE, IN_PART, REFUSED, USAGE, FAULT)
"""Each is worse than those before it."""


@contextmanager
def opened(
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
        edge.workspace_of(context), console, draft=draft, dry=dry, jobs=jobs, scheduler=scheduler
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


def in_turn(
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
        edge.print_json(day.day_json(answers, found) if several else answers[""])
    elif found:
        screens.show_of_day(console.results, event, found)
    return max(codes, key=_WORSE.index)


def _come(work: Work, event: Event, bench: Bench, ids: Ids) -> Came:
    """What comes of one segment; an error of one of several is its own."""
    try:
        return bench.in_spite_of_damage(lambda: work(event, bench, ids))
    except PipelineError as error:
        if event.day is None:
            raise
        sentence = str(error)
        return Came(error.exit_code, {"error": sentence}, lambda _: edge.tell(sentence), aside=True)


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


def whose(event: Event, ids: Ids) -> tuple[Sequence[Event], str]:
    """The segments that the one speaker of ``ids`` is in, or the event that has none, and their id.
    Raises UsageWrong where they are in none.
    """
    from pipeline.event import segments_of

    (only,) = ids
    found = [one for one in segments_of(event) if only in one.speakers]
    if not found:
        raise UsageWrong(f"{only} is in no segment; write the id under speakers: of one.")
    return found, only


def spoken_ids(event: Event, ids: list[str] | None) -> tuple[str, ...]:
    """Of an introduction the id of who is introduced: both are looked at together."""
    from pipeline.config import INTRODUCES

    return known_ids(event, [name.removesuffix(INTRODUCES) for name in ids or ()])


def known_ids(event: Event, ids: list[str] | None) -> tuple[str, ...]:
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


def code_of(report: Report) -> int:
    if not any(one.usable for one in report.checked):
        return REFUSED
    if report.unmet:
        return REFUSED
    return IN_PART if report.in_part else DONE
