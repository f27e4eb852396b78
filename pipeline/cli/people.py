"""Commands for what goes to people, and what comes back from them; without it nobody outside would
see anything before the event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import edge, turns
from pipeline.cli.edge import (
    DONE,
    IN_PART,
    REFUSED,
    Jobs,
    Json,
    OnlyThese,
    Segment,
    app,
)
from pipeline.errors import Refused, UsageWrong

if TYPE_CHECKING:
    from pipeline.commands.approve import Approved
    from pipeline.commands.pack import Packed
    from pipeline.commands.proof import Proofs
    from pipeline.event import Event, Workspace
    from pipeline.work.bench import Bench

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
ProofCode = Annotated[
    list[str] | None,
    typer.Argument(metavar="[CODE]", help="That of their proof, as the speaker answered."),
]


@app.command()
def report(
    context: typer.Context, segment: Segment = None, as_json: Json = False, jobs: Jobs = None
) -> int:
    """Watch what was built to its end, hold it against the plan, and write report.html."""
    from pipeline import screens
    from pipeline.commands import inspection as story

    def inspected(event: Event, bench: Bench, _: turns.Ids) -> turns.Came:
        _is_built(event, bench, "report", and_untouched=False)  # it says itself what was touched
        inspection, outputs = story.inspect_built(event, bench), event.workspace.outputs
        found, beside = inspection.findings, inspection.beside
        return turns.Came(
            REFUSED if any(one.severity == "error" for one in found) else DONE,
            {"findings": [one.as_json() for one in found]},
            lambda console: screens.show_inspection(
                console.results, found, event.speakers.values(), outputs, beside
            ),
        )

    with turns.opened(context, goal="check", jobs=jobs) as opened:
        return turns.in_turn(opened, inspected, segment, as_json=as_json)


def _is_built(event: Event, bench: Bench, command: str, and_untouched: bool = True) -> None:
    """Raises Refused where something would have to be built or handed over first."""
    from pipeline.commands.build import build as story
    from pipeline.programme.handing_over import TOUCHED

    dry = bench.at_rest()
    story(event, dry)
    if any(and_untouched or why != TOUCHED for _, why in dry.would_run):
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
        if strangers := story.strangers_in(check):
            print(f"Also there, and not of this pack: {', '.join(strangers)}.")
        return REFUSED if wrong else DONE

    def packed(event: Event, bench: Bench, _: turns.Ids) -> turns.Came:
        _is_built(event, bench, "pack")
        target = to / (event.workspace.segment or "") if to else None
        made = story.make_pack(event, bench, countdown, target)
        code = IN_PART if made.strangers else DONE
        return turns.Came(code, show=lambda _: _tell_packed(made))

    with turns.opened(context, jobs=jobs) as opened:
        return turns.in_turn(opened, packed, segment)


def _tell_packed(made: Packed) -> None:
    where = f" and in {made.copy}, read back and compared" if made.copy else ""
    if made.gone:
        edge.tell(f"Taken away there, of an earlier pack: {', '.join(made.gone)}.")
    if made.strangers:
        edge.tell(
            f"Also in {made.copy}, and not of this pack: {', '.join(made.strangers)}. Move them"
            " away: one could be played by mistake. (exit 3)"
        )
    print(f"Packed {made.count} files, {made.size / 1e6:.0f} MB, in {made.folder}{where}.")


@app.command()
def brief(context: typer.Context, segment: Segment = None) -> int:
    """Write how to record a message, as pages to print and as text: one for everybody, and one for
    each speaker with their own length and deadline.
    """
    from datetime import datetime

    from pipeline.commands import correspondence
    from pipeline.plan.deadline import is_over

    def written(event: Event, bench: Bench, _: turns.Ids) -> turns.Came:
        names = correspondence.write_brief(event, bench)
        if is_over(event.config, datetime.now().astimezone()):
            edge.tell(
                "The deadline in config.yaml is over, and the pages say so. For more time write the"
                " new one there, then run `perspectives brief` again."
            )
        return turns.Came(
            DONE, show=lambda _: _tell_written(event.workspace, names, "pages", "brief")
        )

    with turns.opened(context) as opened:
        return turns.in_turn(opened, written, segment)


@app.command()
def mail(
    context: typer.Context,
    ids: OnlyThese = None,
    segment: Segment = None,
    jobs: Jobs = None,
) -> int:
    """Write a reply to each speaker (notes/), and a mail with it that any mail program opens
    (mail/), with their proof where they have it still to answer. Nothing is sent.
    """
    from pipeline.commands import check as story
    from pipeline.commands import correspondence

    def written(event: Event, bench: Bench, only: turns.Ids) -> turns.Came:
        report = story.check(event, bench, only, with_captions=True)
        names, without = correspondence.write_mail(event, bench, report)
        return turns.Came(DONE, show=lambda _: _tell_mail(event.workspace, names, without))

    with turns.opened(context, goal="captions", jobs=jobs) as opened:
        return turns.in_turn(opened, written, segment, turns.spoken_ids(opened[0], ids))


def _tell_mail(workspace: Workspace, written: list[str], without: list[str]) -> None:
    _tell_written(workspace, written, "mails", "mail")
    if without:
        edge.tell(
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
        edge.tell(f'password: "{guests.hashed(given)}"')
        return DONE
    workspace = _to_review(edge.workspace_of(context), segment, id)
    shared = start.Shared(certificate, key) if share else None
    start.run(workspace, edge.tell, id, port, not no_open, jobs, shared)
    return DONE


def _to_review(workspace: Workspace, segment: str | None, speaker: str | None) -> Workspace:
    """The workspace, of one of several segments: the one that is asked for, or the first with the
    speaker. A page shows one.
    """
    from pipeline.event import event_in, load_config, segments_of

    event = event_in(workspace, load_config(workspace))
    shown: Sequence[Event] = segments_of(event, segment)
    if speaker is not None:
        shown, _ = turns.whose(shown[0] if segment else event, turns.known_ids(event, [speaker]))
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

    with turns.opened(context, dry=withdraw) as (event, bench, console):
        if withdraw:
            (only,) = turns.known_ids(event, [id])
            story.withdraw(event.workspace, only)
            console.say(f"{only}: nobody's approval is kept any more.")
            return DONE
        shown, only = turns.whose(event, turns.known_ids(event, [id]))

        def looks(one: Event) -> story.Looks:
            return story.Looks(
                known=lambda: check(one, bench.at_rest(), (only,), with_captions=True),
                held=lambda: check(one, bench, (only,), with_captions=True),
            )

        now, typed = datetime.now().astimezone(), " ".join(code or ())
        with _said_where_stopped(only):
            approved = story.approve_all(shown, looks, only, by, now, typed)
    _tell_approved(only, approved)
    return DONE


@contextmanager
def _said_where_stopped(speaker: str) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        edge.tell(f"{speaker}: nothing was approved, and no file of captions was written.")
        raise


def _tell_approved(speaker: str, approved: Approved) -> None:
    if approved.saved:
        kept = ", ".join(approved.saved)
        edge.tell(f"The captions were a draft; as approved they are kept in {kept}.")
    edge.tell(f"{speaker}: approved by {approved.approval.by}. A later change to it will be said.")


@app.command()
def proof(
    context: typer.Context,
    ids: OnlyThese = None,
    segment: Segment = None,
    jobs: Jobs = None,
) -> int:
    """Write a page for each speaker (proofs/ID.html, under 8 MB): their message as it will be
    shown, to be corrected and approved. Works without a network; nothing is sent.
    """
    from datetime import datetime

    from pipeline.commands import proof as story

    def proven(event: Event, bench: Bench, only: turns.Ids) -> turns.Came:
        proofs = story.make_proofs(event, bench, only, datetime.now().astimezone())
        code = IN_PART if proofs.without else DONE
        return turns.Came(
            code if proofs.made else REFUSED, show=lambda _: _tell_proofs(event.workspace, proofs)
        )

    with turns.opened(context, jobs=jobs) as opened:
        return turns.in_turn(opened, proven, segment, turns.spoken_ids(opened[0], ids))


def _tell_proofs(workspace: Workspace, proofs: Proofs) -> None:
    for made in proofs.made.values():
        what = "Wrote" if made.new else "Nothing has changed in"
        name = workspace.called(made.name)
        print(f"{what} {name} ({made.size / 1e6:.1f} MB, code {made.code}).")
    for speaker, why in proofs.without.items():
        edge.tell(f"No proof of {speaker}: {why}.")
