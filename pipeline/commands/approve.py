"""Who has approved a message, kept in inputs/approvals/; without it nobody's approval would be
known, and a later change would not be told from what was approved.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline.captions.words.languages import closest
from pipeline.commands.report import Checked, Report
from pipeline.errors import Refused, UsageWrong
from pipeline.event import Event, Workspace
from pipeline.findings import About, Finding
from pipeline.message.prepared import Received
from pipeline.plan.approval import (
    Approval,
    NotApprovals,
    Shown,
    Standing,
    approval_findings,
    approvals_text,
    digests_of,
    read_approvals,
    standing,
)
from pipeline.plan.proofs import (
    NotProofs,
    Proof,
    code_from,
    code_of,
    proofs_text,
    read_proofs,
    version_of,
    with_code,
)
from pipeline.recipe import FileInput
from pipeline.tools.running import files, received
from pipeline.tools.texts import subtitles

LONGEST_NAME = 80


def with_approval(event: Event, one: Checked) -> Checked:
    """A submission with how its approvals stand, and what a producer should know of them. One that
    cannot be shown has none.
    """
    if not one.usable and not one.pending:
        return one
    try:
        approvals = _approvals(event.workspace, one.speaker.id)
    except (NotApprovals, OSError) as failed:
        return replace(one, findings=(*one.findings, _unreadable(one, failed)))
    if one.pending:
        last = approvals[-1] if approvals else None
        return replace(one, approval=Standing("unknown" if last else "none", last))
    stands = standing(approvals, digests_shown(event, one))
    said = approval_findings(stands, one.speaker, event.config.approval == "required")
    return replace(one, findings=(*one.findings, *said), approval=stands)


def digests_shown(event: Event, one: Checked) -> dict[str, str]:
    """The digest of each of ``PARTS`` of a message as it would be shown now."""
    return digests_of(_what_is_shown(one), event.config.delivery.fps)


def _what_is_shown(one: Checked) -> Shown:
    taken = one.taken
    photo = taken.photo.inputs[0] if isinstance(taken, Received) and taken.photo else None
    return Shown(
        one.speaker,
        one.recording,
        photo.digest if isinstance(photo, FileInput) else None,
        one.captions,
        one.chapters,
        _what_is_shown(one.intro) if one.intro else None,
    )


@dataclass(frozen=True)
class Approved:
    """An approval that was written down. ``saved`` are caption files made of drafts, which the
    person who approved now vouches for.
    """

    approval: Approval
    saved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looks:
    """Two ways to look at the event, each a report with captions: from what is ``known`` alone, and
    so that captions that were just saved are ``held`` against the sound.
    """

    known: Callable[[], Report]
    held: Callable[[], Report]


def approve(
    event: Event, looks: Looks, speaker: str, by: str, now: datetime, code: str = ""
) -> Approved:
    """Write down that ``by`` approves a message as it would be shown ``now``; with the ``code`` of
    their proof the speaker does, where ``by`` is nobody.

    Drafts of captions become files in inputs/captions/: what a person vouches for is not heard
    anew. Broken off in the middle, it leaves neither approval nor file. Raises UsageWrong for a
    name or a code that is none, Refused where there is nothing to approve, and where the code is
    that of another version.
    """
    name = _named(by or (event.speakers[speaker].name if code else ""))
    one = _ready(looks, speaker)
    if code:
        _is_what_they_saw(event, one, code)
    with _all_or_nothing(event.workspace, speaker) as (kept, saved):
        # First the approval: a kill leaves no draft that passes for a person's and nobody has read.
        approval = _written_down(event, one, kept, name, now)
        _save_drafts(event, one, saved)
        if saved:
            approval = _written_down(event, _ready(looks, speaker), kept, name, now)
    return Approved(approval, tuple(saved))


@contextmanager
def _all_or_nothing(
    workspace: Workspace, speaker: str
) -> Iterator[tuple[tuple[Approval, ...], list[str]]]:
    """The approvals that there are, and a list for the files that come beside one more. What breaks
    it off, Ctrl-C too, leaves the approvals as they were and none of these files.
    """
    kept, saved = _approvals(workspace, speaker), list[str]()
    try:
        yield kept, saved
    except BaseException:
        files.remove_all(workspace.root / name for name in saved)
        if kept:
            files.write_whole(_path(workspace, speaker), approvals_text(kept))
        else:
            withdraw(workspace, speaker)
        raise


def _written_down(
    event: Event, one: Checked, kept: Sequence[Approval], by: str, now: datetime
) -> Approval:
    approval = Approval(by, now.isoformat(timespec="seconds"), digests_shown(event, one))
    if approval not in kept:  # of two segments that show it alike it is the same one
        path = _path(event.workspace, one.speaker.id)
        files.write_whole(path, approvals_text((*kept, approval)))
    return approval


def approve_all(
    shown: Sequence[Event],
    looks: Callable[[Event], Looks],
    speaker: str,
    by: str,
    now: datetime,
    code: str = "",
) -> Approved:
    """As ``approve``, as a message is ``shown`` in each segment that it is in: captions may differ.
    One that cannot be approved there is passed over; raises what was said of the first where it can
    be in none.
    """
    done, refused = list[Approved](), list[Refused]()
    with _all_or_nothing(shown[0].workspace, speaker) as (_, saved):
        for event in shown:
            try:
                done.append(approve(event, looks(event), speaker, by, now, code))
                saved += done[-1].saved
            except Refused as why:
                refused.append(why)
    if not done:
        raise refused[0]
    return replace(done[-1], saved=tuple(saved))


def withdraw(workspace: Workspace, speaker: str) -> None:
    """Take all approvals of a message back."""
    files.remove_all([_path(workspace, speaker)])


def _named(by: str) -> str:
    name = " ".join(by.split())
    if not name or len(name) > LONGEST_NAME or not all(map(_shown, name)):
        raise UsageWrong(
            f"Write the name of the person who approves (--by NAME), in at most {LONGEST_NAME}"
            " letters."
        )
    return name


def _shown(letter: str) -> bool:
    return unicodedata.category(letter)[0] != "C" or letter in "\u200c\u200d"


def _ready(looks: Looks, speaker: str) -> Checked:
    """What would be shown. A draft that nobody can have seen is not made for an approval."""
    one = _of(looks.known(), speaker)
    if one.pending and closest(one.speaker.language, one.taken.submission.captions):
        one = _of(looks.held(), speaker)
    if one.pending:
        raise Refused(
            f"{speaker}: it is not known yet what would be shown. Run `perspectives build`, look at"
            " it, then approve it. Nothing was written."
        )
    if not one.usable:
        raise Refused(f"{speaker}: there is no message that could be shown. Nothing was written.")
    return one


def _is_what_they_saw(event: Event, one: Checked, written: str) -> None:
    """Raises UsageWrong and Refused where a code is not that of the message as it is now."""
    speaker, now, code = one.speaker.id, digests_shown(event, one), code_from(written)
    if code is None:
        raise UsageWrong(
            f'"{written}" is not the code of a proof: eight letters and digits, such as 7K3M-Q9TX.'
            " Nothing was approved."
        )
    if code == code_of(version_of(now)):
        return
    if old := with_code(proofs_kept(event.workspace, speaker), code):
        changed = " and ".join(old.changed(now))
        raise Refused(
            f"{code} is the code of an older proof of {speaker} ({_when(old.at)}); changed since:"
            f" {changed}. Nothing was approved.\n  Next: `perspectives proof {speaker}` writes the"
            " page anew; send them that one."
        )
    others = (other for other in event.speakers if other != speaker)
    for other in others:
        if with_code(proofs_kept(event.workspace, other), code):
            raise Refused(
                f"{code} is the code of {other}'s proof, not of {speaker}'s. Nothing was approved."
                f"\n  Next: if it is {other} who answered, `perspectives approve {other} {code}`."
            )
    raise Refused(
        f"{code} is the code of no proof of {speaker} that was made here: a letter may be wrong."
        " Nothing was approved.\n  Next: ask for the line again; it stands at the end of their"
        " page."
    )


def _when(at: str) -> str:
    return at[:16].replace("T", " ")


def _of(report: Report, speaker: str) -> Checked:
    return next(one for one in report.checked if one.speaker.id == speaker)


def _save_drafts(event: Event, one: Checked, saved: list[str]) -> None:
    """Drafts as files, each named in ``saved`` before it is written. One that lies there already
    could not be read: it is a person's, and stays.
    """
    for language, made in one.captions.items():
        name = f"{one.speaker.id}.{language}.srt"
        path = event.workspace.inputs / "captions" / name
        if made.draft and made.cues and not os.path.lexists(path):
            saved.append(f"inputs/captions/{name}")
            files.write_whole(path, subtitles.write_srt(made.cues, event.config.delivery.fps))


def _path(workspace: Workspace, speaker: str) -> Path:
    return workspace.inputs / "approvals" / f"{speaker}.json"


def _approvals(workspace: Workspace, speaker: str) -> tuple[Approval, ...]:
    """Raises NotApprovals and OSError."""
    text = _text_of(workspace, _path(workspace, speaker))
    return () if text is None else read_approvals(text)


def proofs_kept(workspace: Workspace, speaker: str) -> tuple[Proof, ...]:
    """All versions of a message of which a proof was made, oldest first. A list that cannot be read
    is begun anew: then old codes are not known any more, and none is taken for a new one.
    """
    try:
        text = _text_of(workspace, _proofs_path(workspace, speaker))
        return () if text is None else read_proofs(text)
    except (NotProofs, OSError):
        return ()


def save_proofs(workspace: Workspace, speaker: str, proofs: Sequence[Proof]) -> None:
    """Keep that these versions were shown to the speaker."""
    files.write_whole(_proofs_path(workspace, speaker), proofs_text(proofs))


def _proofs_path(workspace: Workspace, speaker: str) -> Path:
    return workspace.inputs / "approvals" / f"{speaker}.proofs.json"


def _text_of(workspace: Workspace, path: Path) -> str | None:
    """None where there is no such file. Raises OSError where it cannot be read."""
    try:
        return received.read(path, workspace.inputs).decode("utf-8", "replace")
    except received.NotReceived as refused:
        if refused.code == "missing":
            return None
        raise


def _unreadable(one: Checked, why: Exception) -> Finding:
    name = f"inputs/approvals/{one.speaker.id}.json"
    message = f"{name}: {why}; nobody's approval is known."
    again = f"`perspectives approve {one.speaker.id} --by NAME`"
    remedy = f"Delete it, look at the message and run {again}."
    return About(one.speaker.id, name).warning("approval-unreadable", message, remedy)


def standing_of(one: Checked) -> Standing:
    """How a submission's approvals stand; none where nothing is known of them."""
    return one.approval or Standing("none")
