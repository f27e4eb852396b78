"""Takes submissions in and sets a workspace up; without it a producer would edit config.yaml by
hand at eleven at night.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pipeline.commands.keep import save_decisions
from pipeline.commands.roster import read_roster
from pipeline.config import Config, Speaker
from pipeline.config_file import read_config, speaker_added
from pipeline.errors import UsageWrong
from pipeline.event import Workspace, load_config, load_decisions
from pipeline.findings import Finding
from pipeline.plan.decided import bound, decided, for_another, kept, put_aside
from pipeline.plan.intake import MEDIA, SCRIPTS, id_from, take_in
from pipeline.themes import DEFAULT, THEMES
from pipeline.tools.running import files

EXAMPLE = """\
# The programme segment. Times are written 8s, 1m30s or 0.4s. \
Everything below speakers: is optional.
title: Title of the segment
event: Name of the event
slot:
  start: {start}    # date, time and offset from UTC; with timezone: date and time
  end: {end}
  # timezone: Europe/Berlin    # the event's clock, on cards and rundown
  margin: 15s        # stays free at the end
  overrun: warn      # warn | strict (refuse to build when it does not fit)
  fill: none         # none | hold (the closing card stays until the exact end of the slot)
  missing: hold      # hold (a card for whoever has sent nothing yet) | omit
delivery: {{size: 1920x1080, fps: 25, loudness: -16, true_peak: -1, \
quality: 20, preset: veryfast, outputs: [soft, burned]}}
# transition: fade | crossfade | cut. motion: soft | none (how a card's words come to their place)
cards: {{opening: 8s, title: 6s, closing: 6s, lower_third: 6s, \
fade: 0.4s, transition: fade, motion: soft}}
# {themes}: see them with `perspectives still --cards --theme all`.
# Your own colours in quotes: background: "#0b3c5d", text: "#ffffff", accent: "#f2b134". \
Font and logo are files in this folder.
brand: {{theme: {theme}, font: null, logo: null}}
captions: {{engine: auto, model: small, burn: en, languages: [en], glossary: []}}
speakers:
  - id: example              # names the files: inputs/example.mp4, inputs/example.txt
    name: Dr Example Speaker
    role: Director
    organisation: Example University
    country: New Zealand
    language: en             # the language that is spoken
"""


def init(workspace: Workspace, now: datetime) -> list[str]:
    """Write a commented config.yaml, inputs/ and outputs/. Raises UsageWrong where a config.yaml is
    already there.
    """
    if workspace.config.exists():
        raise UsageWrong(f"{workspace.config} is already there; nothing was changed.")
    start = now.astimezone().replace(hour=14, minute=30, second=0, microsecond=0)
    text = EXAMPLE.format(
        start=start.isoformat(),
        end=start.replace(minute=50).isoformat(),
        themes=", ".join(THEMES),
        theme=DEFAULT,
    )
    workspace.made(workspace.inputs / "captions")
    workspace.made(workspace.outputs)
    files.write_whole(workspace.config, text)
    return ["config.yaml", "inputs/", "inputs/captions/", "outputs/"]


@dataclass(frozen=True)
class Taken:
    """What ``add`` did: for whom, and the copies it made. ``kept`` names an earlier recording that
    was set aside, ``findings`` are what was decided for that one alone, ``captions`` the files that
    were written for it.
    """

    speaker_id: str
    copied: tuple[str, ...]
    kept: tuple[str, ...]
    new_speaker: bool
    findings: tuple[Finding, ...] = ()
    captions: tuple[str, ...] = ()


def add(
    workspace: Workspace, sources: list[Path], given: dict[str, str | None], now: datetime
) -> Taken:
    """Copy files into inputs/ and write the speaker into config.yaml, keeping its comments.

    A file that lies in inputs/ already stays as it is. The files must be one speaker's: a
    recording, a script, or both. ``given`` has id, name, role, organisation, country and language
    as far as they were said. An earlier recording is moved to inputs/replaced/. Raises UsageWrong.
    """
    config = load_config(workspace)
    brought = _one_of_each(sources)
    speaker_id = _whose(config, brought[0].source, given)
    known = next((speaker for speaker in config.speakers if speaker.id == speaker_id), None)
    if known is None and not given.get("name"):
        raise UsageWrong(
            f'There is no speaker {speaker_id} in config.yaml yet: say who it is with --name "Dr'
            ' ..." (and --role, --organisation, --country, --language), or say --id for one who is'
            " there. Nothing was changed."
        )
    entry: dict[str, Any] = {
        "id": speaker_id,
        **{key: value for key, value in given.items() if value and key != "id"},
    }
    targets = [(one.source, _name_in_inputs(workspace, one.source, speaker_id)) for one in brought]
    for one, (_, name) in zip(brought, targets, strict=True):
        # A file that lies in inputs/ under another name is named in config.yaml: a copy would leave
        # one that is nobody's.
        named = known and getattr(known, one.key)
        if named or Path(name).stem.casefold() != speaker_id:
            entry[one.key] = name
    text = speaker_added(workspace.config.read_text("utf-8-sig"), entry)
    read_config(text)  # the roster must be right before a file is touched
    had_one = known is not None and _remember_decisions(workspace, config, known)
    copied, kept = _brought_in(workspace, speaker_id, targets, now)
    if entry.keys() - {"id"} or known is None:
        files.write_whole(workspace.config, text)
    findings = _put_aside(workspace, speaker_id)
    captions = _captions_of(workspace, config, speaker_id, copied) if had_one else ()
    return Taken(speaker_id, copied, kept, known is None, findings, captions)


def _remember_decisions(workspace: Workspace, config: Config, speaker: Speaker) -> bool:
    """That what is decided for a speaker was decided for the recording that is about to be
    replaced. Whether there is one.
    """
    recording = _recording_of(workspace, config, speaker.id)
    if recording and decided(speaker):
        decisions = load_decisions(workspace)
        save_decisions(workspace, bound(decisions, speaker, files.sha256_of(recording)))
    return recording is not None


def _put_aside(workspace: Workspace, speaker_id: str) -> tuple[Finding, ...]:
    """What was decided for another recording than the one that lies there now."""
    config, decisions = load_config(workspace), load_decisions(workspace)
    speaker = next(one for one in config.speakers if one.id == speaker_id)
    recording = _recording_of(workspace, config, speaker_id)
    if recording is None or not decided(speaker):
        return ()
    kinds = for_another(decisions, speaker, files.sha256_of(recording))
    return (put_aside(speaker, recording.name, kinds),) if kinds else ()


def _captions_of(
    workspace: Workspace, config: Config, speaker_id: str, copied: tuple[str, ...]
) -> tuple[str, ...]:
    """A speaker's caption files, from the workspace folder, where a recording was copied."""
    if not any(Path(name).suffix.lower() in MEDIA for name in copied):
        return ()
    taken, _ = take_in(config, *workspace.listing())
    names = next(one.captions for one, _ in taken if one.id == speaker_id).values()
    return tuple(f"inputs/captions/{name}" for name in names)


def _recording_of(workspace: Workspace, config: Config, speaker_id: str) -> Path | None:
    """A speaker's recording, where there is one and it is a file."""
    taken, _ = take_in(config, *workspace.listing())
    name = next(one.recording for one, _ in taken if one.id == speaker_id)
    path = workspace.inputs / (name or "")
    return path if path.is_file() else None


@dataclass(frozen=True)
class _Brought:
    """A file that is taken in, and the key of config.yaml that would name it."""

    source: Path
    key: Literal["video", "script"]


def _one_of_each(sources: list[Path]) -> list[_Brought]:
    """The recording, then the script, as far as they were given. Raises UsageWrong for anything
    else, and for two of a kind.
    """
    for source in sources:
        if not source.is_file():
            raise UsageWrong(f"{source}: there is no such file. Nothing was changed.")
        if source.suffix.lower() not in {*MEDIA, *SCRIPTS}:
            raise UsageWrong(
                f"{source.name}: a recording (such as .mp4, .mov, .webm) or a script (.txt, .md) is"
                f" taken in, not {source.suffix or 'a file without an ending'}. Nothing was"
                " changed."
            )
    recordings = [_Brought(one, "video") for one in sources if one.suffix.lower() in MEDIA]
    scripts = [_Brought(one, "script") for one in sources if one.suffix.lower() in SCRIPTS]
    if len(recordings) > 1 or len(scripts) > 1:
        raise UsageWrong(
            "These are two files of one kind; take in one speaker at a time. Nothing was changed."
        )
    return [*recordings, *scripts]


def _name_in_inputs(workspace: Workspace, source: Path, speaker_id: str) -> str:
    """A file that lies in inputs/ already keeps its name; another is named after its speaker."""
    if source.resolve().parent == workspace.inputs.resolve():
        return source.name
    return f"{speaker_id}{source.suffix.lower()}"


@dataclass(frozen=True)
class Listed:
    """What ``add --roster`` did: ids of speakers who are new, and of those whose entries were
    changed.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]


def add_roster(workspace: Workspace, source: Path) -> Listed:
    """Write the speakers of a CSV file into config.yaml, keeping its comments. No recording is
    copied.

    Who is there already keeps what the file leaves empty. Raises UsageWrong, and ConfigInvalid with
    every problem of the file; then nothing was written.
    """
    known = [speaker.id for speaker in load_config(workspace).speakers]
    try:
        data = source.read_bytes()
    except OSError as failed:
        raise UsageWrong(
            f"{source}: the file cannot be read ({failed.strerror}). Nothing was changed."
        ) from None
    entries = read_roster(data, source.name, known)
    before = workspace.config.read_text("utf-8-sig")
    text = speaker_added(before, *entries)
    read_config(text)
    if text != before:
        files.write_whole(workspace.config, text)
    return Listed(
        tuple(entry["id"] for entry in entries if entry["id"] not in known),
        tuple(entry["id"] for entry in entries if entry["id"] in known),
    )


def accept_trim(
    workspace: Workspace, speaker_id: str, points: dict[str, str], recording: str
) -> None:
    """Write ``points`` (start, end) under a speaker's ``trim:``, keeping all comments, as decided
    for that recording (its sha256). Points that were decided for another one go.
    """
    decisions, before = load_decisions(workspace), load_config(workspace)
    speaker = next(one for one in before.speakers if one.id == speaker_id)
    old = {"start": None, "end": None}
    afresh = "trim" in for_another(decisions, speaker, recording)
    trim = {**old, **points} if afresh else points
    text = speaker_added(workspace.config.read_text("utf-8-sig"), {"id": speaker_id, "trim": trim})
    speaker = next(one for one in read_config(text).speakers if one.id == speaker_id)
    files.write_whole(workspace.config, text)
    save_decisions(workspace, kept(decisions, speaker, recording, ("trim",)))


def _whose(config: Config, source: Path, given: dict[str, str | None]) -> str:
    """The id that was said; else the speaker whom the file is named after; else an id made of the
    new name.
    """
    if given.get("id"):
        return str(given["id"])
    stem = id_from(source.stem)
    ids = [speaker.id for speaker in config.speakers]
    if stem in ids:
        return stem
    if given.get("name"):
        name = _folded(str(given["name"]))
        same = [speaker.id for speaker in config.speakers if _folded(speaker.name) == name]
        surname = (name.split() or [""])[-1]
        return same[0] if same else _free_id(id_from(surname), ids)
    return stem


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _free_id(wanted: str, taken: list[str]) -> str:
    """``wanted``, with a number behind it where somebody of the same surname has it already."""
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _brought_in(
    workspace: Workspace, speaker_id: str, targets: list[tuple[Path, str]], now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Copy each file to its name in inputs/; what was copied, and what was set aside for it.

    All copies are made before anything is set aside: a disk that fills up has changed nothing.
    """
    staged: dict[str, Path] = {}
    workspace.made(workspace.inputs)
    for source, name in targets:
        target = workspace.inputs / name
        if not target.is_file() or files.sha256_of(target) != files.sha256_of(source):
            staged[name] = workspace.inputs / f".{name}.part"
            files.copy_whole(source, staged[name])
    kept: list[str] = []
    for source, name in targets:
        target = workspace.inputs / name
        kinds = set(MEDIA if source.suffix.lower() in MEDIA else SCRIPTS)
        kept += _set_aside(
            workspace, speaker_id, kinds, now, but=None if name in staged else target
        )
        if name in staged:
            staged[name].rename(target)
    return tuple(f"inputs/{name}" for name in staged), tuple(kept)


def _set_aside(
    workspace: Workspace, speaker_id: str, kinds: set[str], now: datetime, but: Path | None
) -> list[str]:
    """Move a speaker's earlier files of one kind to inputs/replaced/, so that there is one and none
    is lost.
    """
    earlier = [
        path
        for path in sorted(workspace.inputs.glob("[!.]*"))
        if path.is_file()
        and path != but
        and id_from(path.stem) == speaker_id
        and path.suffix.lower() in kinds
    ]
    moved = []
    for path in earlier:
        folder = workspace.made(workspace.inputs / "replaced")
        target = folder / f"{path.stem}.{now:%Y%m%d-%H%M%S}{path.suffix}"
        path.rename(target)
        moved.append(f"inputs/replaced/{target.name}")
    return moved
