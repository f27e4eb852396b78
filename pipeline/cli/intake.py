"""Commands with which a workspace begins, and submissions come in and go; without it a producer
would edit config.yaml by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import edge, turns
from pipeline.cli.edge import (
    DONE,
    IN_PART,
    REFUSED,
    app,
)
from pipeline.errors import Refused, UsageWrong

if TYPE_CHECKING:
    from pipeline.commands.match import Proposal
    from pipeline.commands.submit import Taken
    from pipeline.event import Workspace


@app.command()
def init(context: typer.Context) -> int:
    """Write a commented config.yaml, inputs/ and outputs/ into the workspace."""
    from pipeline.commands import start

    workspace = edge.workspace_of(context)
    workspace.root.mkdir(parents=True, exist_ok=True)
    made = start.init(workspace, datetime.now())
    edge.tell(
        f"Made {', '.join(made)} in {workspace.root}.\nNext: write title, slot and speakers into"
        " config.yaml, put recordings into inputs/, run `perspectives check`."
    )
    return DONE


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet.")],
) -> int:
    """A dress rehearsal: an event with four speakers and the faults that recordings have, and a
    page that walks through putting each right.
    """
    from pipeline.commands import demo as story

    workspace = story.place_for(folder)
    edge.tell("Four messages are being recorded; it takes some seconds.")
    made = story.make_demo(workspace, datetime.now())
    edge.tell(
        f"Made {', '.join(made)} in {folder}.\nNext: open {folder.resolve() / story.PAGE} in a"
        " browser; it says what to type."
    )
    return DONE


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
AsSegments = Annotated[
    bool, typer.Option("--segments", help="With --roster SCHEDULE: each talk a segment of its own.")
]
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
    segments: AsSegments = False,
) -> int:
    """Take in a submission (to inputs/ and config.yaml), or a speaker's corrections of a proof."""
    from pipeline.commands import submit

    sources = [*(file or []), *([script] if script else [])]
    if match or yes:
        return _add_matching(context, sources)
    if roster or room or day or talk or segments:
        return _add_roster(context)
    if not any((sources, still, intro)):
        raise UsageWrong(
            "Say which FILE to take in, --match FOLDER or --roster FILE. Nothing was changed."
        )
    if _are_answers(sources):
        return _add_answer(context, sources)
    given, place = {key: context.params[key] for key in submit.VALUES}, edge.workspace_of(context)
    _tell_taken(submit.add(place, sources, given, datetime.now(), still, intro))
    return DONE


def _said_besides(context: typer.Context, *own: str) -> bool:
    """Whether ``add`` was told more than what one way of it takes."""
    return any(said for key, said in context.params.items() if key not in own)


def _are_answers(sources: list[Path]) -> bool:
    from pipeline.commands.submit import holds_corrections

    return any(source.suffix.lower() == ".json" or holds_corrections(source) for source in sources)


def _add_answer(context: typer.Context, sources: list[Path]) -> int:
    """What a speaker has corrected in their proof."""
    from pipeline import screens
    from pipeline.commands import corrections as story
    from pipeline.commands import submit

    if _said_besides(context, "file") or len(sources) > 1:
        alone = "A file of corrections goes by itself: it says whose it is."
        raise UsageWrong(f"{alone} Nothing was changed.")
    answer = submit.read_answer(sources[0])
    with turns.opened(context, goal="captions") as (event, bench, console):
        turns.known_ids(event, [answer.speaker])
        answered = story.take_answer(event, bench, answer, datetime.now())
    screens.show_answered(console, answered)
    return IN_PART if answered.refused else DONE


def _add_matching(context: typer.Context, sources: list[Path]) -> int:
    from pipeline import screens
    from pipeline.commands import match as story
    from pipeline.commands import submit
    from pipeline.console import Console

    workspace, match = edge.workspace_of(context), context.params["match"]
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
        edge.tell(sentence)
    left = [one.path.name for one in proposals if not one.out and one not in dict(chosen)]
    if left:
        edge.tell(
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
        edge.tell("Nobody is here to be asked; --yes takes in what is sure.")
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
        edge.tell(did_you_mean(answer, ids) or f"There are {', '.join(ids)}.")


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
    edge.tell("\n".join([*lines, *([then] if then else [])]))


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

    keys = ("roster", "room", "day", "talk", "segments")
    roster, *part = (context.params[key] for key in keys)
    if not roster or _said_besides(context, *keys):
        raise UsageWrong(
            "--roster goes by itself: what it says of a speaker stands in the file. With a schedule"
            " --room, --day or --talk say which part of it is meant, and --segments that each talk"
            " is one. Nothing was changed."
        )
    listed = submit.add_roster(edge.workspace_of(context), roster, Wanted(*part))
    if listed.nothing_changed:
        edge.tell(f"config.yaml says all of {roster.name} already; nothing was changed.")
        return DONE
    changed = [f"  {one}: {', '.join(said)}" for one, said in listed.changed.items()]
    changed += [f"  slot: {listed.slot}"] if listed.slot else []
    changed += [f"  segments: {', '.join(listed.segments)}"] if listed.segments else []
    changed += [f"  the example is gone: {one}" for one in listed.gone]
    edge.tell(
        f"Written into config.yaml: {', '.join(listed.new) or 'nobody'} as new,"
        f" {', '.join(listed.changed) or 'nobody'} changed."
        + "".join(f"\n{line}." for line in changed)
        + "\nNext: put recordings into inputs/, named after the ids, and run `perspectives check`."
    )
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

    with turns.opened(context, goal="look") as (event, bench, console):
        (event, *_), only = turns.whose(event, turns.known_ids(event, [id]))
        report = story.check(event, bench, (only,))
        (one,) = report.checked
        accepted = one.offer if accept and one.usable else None
        if accepted and one.recording:
            submit.accept_trim(event.workspace, only, accepted.as_written(), one.recording)
    if not one.usable:
        screens.show_findings(console, replace(report, findings=()))  # of nobody else
        raise Refused(f"{only}: there is no message that can be trimmed. Nothing was changed.")
    if accepted:
        screens.show_accepted(console.results, accepted, only)
    else:
        screens.show_offer(console.results, one)
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

    with turns.opened(context) as (event, bench, console):
        (only,) = turns.known_ids(event, [id])
        lines = story.keep(event, bench, only)
        listed = ", ".join(lines)
        console.say(
            f"{only}: {listed} will be used for this recording."
            if lines
            else f"{only}: nothing was put aside; all that config.yaml says of them is used."
        )
    return DONE


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

    with turns.opened(context, dry=True) as (event, bench, console):
        (only,) = turns.known_ids(event, [id])
        held = story.held_of(event, bench.store, only)
        screens.show_held(console, held, event.speakers[only], event.workspace.root)
    if not yes:
        with suppress(typer.Abort):
            yes = typer.confirm(f"Take all of this away for good ({only})?", err=True)
    if not yes:
        raise Refused("Nothing was taken away.")
    with turns.opened(context, goal="look") as (event, bench, console):
        story.forget(event, bench, only)
    screens.show_forgotten(console.results, held, only, event.workspace.root)
    return DONE
