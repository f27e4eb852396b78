"""Takes submissions in; without it a producer would edit config.yaml by hand at eleven at night."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Mapping
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
from pipeline.plan.beside import PICTURES, folded
from pipeline.plan.decided import bound, decided, for_another, kept, put_aside
from pipeline.plan.intake import MEDIA, SCRIPTS, id_from, take_in
from pipeline.tools.running import files


@dataclass(frozen=True)
class Taken:
    """What ``add`` did: for whom, and the copies it made. ``kept`` names an earlier recording that
    was set aside, ``findings`` are what was decided for that one alone, ``captions`` the files that
    were written for it. ``changes`` says what was written otherwise than it stood in config.yaml,
    or than it was given.
    """

    speaker_id: str
    copied: tuple[str, ...]
    kept: tuple[str, ...]
    new_speaker: bool
    findings: tuple[Finding, ...] = ()
    changes: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()


def add(
    workspace: Workspace,
    sources: list[Path],
    given: dict[str, str | None],
    now: datetime,
    still: Path | None = None,
) -> Taken:
    """Copy files into inputs/ and write the speaker into config.yaml, keeping its comments.

    A file that lies in inputs/ already stays as it is. The files must be one speaker's: a
    recording, a script, or both, and a photo as ``still``. ``given`` has the speaker's values in
    config.yaml as far as they were said. An earlier recording is moved to inputs/replaced/. Raises
    UsageWrong.
    """
    config = load_config(workspace, unfilled=True)
    brought = [*_one_of_each(sources), *_photo(still)]
    put_right = [
        f'{key}: written as "{_tidied(value)}"'
        for key, value in given.items()
        if value and value != _tidied(value)
    ]
    given = {key: value and _tidied(value) for key, value in given.items()}
    speaker_id = _whose(config, brought[0].source, given)
    known = config.by_id.get(speaker_id)
    if known is None and not given.get("name"):
        raise UsageWrong(_nobody(speaker_id, [speaker.id for speaker in config.speakers]))
    targets = [(one, _name_in_inputs(workspace, one.source, speaker_id)) for one in brought]
    said = {key: value for key, value in given.items() if value and key != "id"}
    entry: dict[str, Any] = {"id": speaker_id, **said, **_files_named(known, speaker_id, targets)}
    text = speaker_added(workspace.config.read_text("utf-8-sig"), entry)
    after = read_config(text)  # the roster must be right before a file is touched
    had_one = known is not None and _remember_decisions(workspace, config, known)
    copied, kept = _brought_in(workspace, config, speaker_id, targets, now)
    if entry.keys() - {"id"} or known is None:
        files.write_whole(workspace.config, text)
    findings = _put_aside(workspace, speaker_id)
    changes = (*put_right, *_changed_values(known, after.by_id[speaker_id]))
    captions = _captions_of(workspace, config, speaker_id, copied) if had_one else ()
    return Taken(speaker_id, copied, kept, known is None, findings, changes, captions)


def _files_named(
    known: Speaker | None, speaker_id: str, targets: list[tuple[_Brought, str]]
) -> dict[str, str]:
    """The files that have to be named in config.yaml: one that lies in inputs/ under another name
    than the speaker's id, since a copy would leave one that is nobody's, and every photo.
    """
    return {
        one.key: name
        for one, name in targets
        if (known and getattr(known, one.key))
        or one.key == "still"
        or Path(name).stem.casefold() != speaker_id
    }


def _tidied(text: str) -> str:
    """A text as it is written into config.yaml: letters in one piece, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _changed_values(old: Speaker | None, new: Speaker) -> tuple[str, ...]:
    """What config.yaml says otherwise of a speaker than it did, a sentence a value; nothing of one
    who was not there.
    """
    if old is None:
        return ()
    values = {key: (getattr(old, key), getattr(new, key)) for key in type(new).model_fields}
    return tuple(_said_of(key, *both) for key, both in values.items() if both[0] != both[1])


def _said_of(key: str, then: object, now: object) -> str:
    if isinstance(then, str):
        return f'{key}: "{then}" is "{now}" now'
    return f'{key}: "{now}" is new' if isinstance(now, str) else f"{key}: is written now"


def _nobody(speaker_id: str, ids: list[str]) -> str:
    """That config.yaml has no such speaker, and who may have been meant."""
    near = difflib.get_close_matches(id_from(speaker_id), ids, n=1)
    meant = f" Did you mean --id {near[0]}?" if near else ""
    return (
        f"There is no speaker {speaker_id} in config.yaml yet.{meant} Say who it is with --name"
        ' "Dr ..." (and --role, --organisation, --country, --language), or say --id for one who is'
        " there. Nothing was changed."
    )


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
    speaker = config.by_id[speaker_id]
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
    key: Literal["video", "script", "still"]

    @property
    def endings(self) -> tuple[str, ...]:
        """Those of other files of the same kind."""
        kinds = {"video": tuple(MEDIA), "script": SCRIPTS, "still": PICTURES}
        return kinds[self.key]


def _one_of_each(sources: list[Path]) -> list[_Brought]:
    """The recording, then the script, as far as they were given. Raises UsageWrong for anything
    else, and for two of a kind.
    """
    for source in sources:
        if said := _not_taken(source, (*MEDIA, *SCRIPTS)):
            raise UsageWrong(f"{said} Nothing was changed.")
    recordings = [_Brought(one, "video") for one in sources if one.suffix.lower() in MEDIA]
    scripts = [_Brought(one, "script") for one in sources if one.suffix.lower() in SCRIPTS]
    if len(recordings) > 1 or len(scripts) > 1:
        raise UsageWrong(
            "These are two files of one kind; take in one speaker at a time. Nothing was changed."
        )
    return [*recordings, *scripts]


def _photo(still: Path | None) -> list[_Brought]:
    if still is None:
        return []
    if said := _not_taken(still, PICTURES):
        raise UsageWrong(f"{said} Nothing was changed.")
    return [_Brought(still, "still")]


def _not_taken(source: Path, endings: tuple[str, ...]) -> str:
    """Why a file is not taken in; nothing where it is."""
    ending = source.suffix.lower()
    seen = ending or "a file without an ending"
    if source.is_dir():
        return f"{source} is a folder: name the recording or the script that lies in it."
    if not source.is_file():
        return f"{source}: there is no such file."
    if ending in endings:
        return ""
    if endings is PICTURES:
        return f"{source.name}: --still is a photo (.jpg, .png), not {seen}."
    if ending in PICTURES:
        return f"{source.name}: a photo is taken in with --still {source.name}."
    if ending in (".pdf", ".doc", ".rtf", ".odt", ".pages"):
        return (
            f"{source.name}: words cannot be read from a {ending} file; ask the speaker for the"
            " text as .docx or .txt, or open it and save it so."
        )
    return (
        f"{source.name}: a recording (such as .mp4, .mov, .webm) or a script (.txt, .md, .docx) is"
        f" taken in, not {seen}."
    )


def _name_in_inputs(workspace: Workspace, source: Path, speaker_id: str) -> str:
    """A file that lies in inputs/ already keeps its name; another is named after its speaker."""
    if source.resolve().parent == workspace.inputs.resolve():
        return source.name
    return f"{speaker_id}{source.suffix.lower()}"


@dataclass(frozen=True)
class Listed:
    """What ``add --roster`` did: ids of speakers who are new, and of those whose entries were
    changed, with what was changed in each.
    """

    new: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]


def add_roster(workspace: Workspace, source: Path) -> Listed:
    """Write the speakers of a CSV file into config.yaml, keeping its comments. No recording is
    copied.

    Who is there already keeps what the file leaves empty. Raises UsageWrong, and ConfigInvalid with
    every problem of the file; then nothing was written.
    """
    config = load_config(workspace, unfilled=True)
    known = config.by_id
    if source.is_dir():
        raise UsageWrong(f"{source} is a folder: name the list in it. Nothing was changed.")
    try:
        data = source.read_bytes()
    except OSError as failed:
        raise UsageWrong(
            f"{source}: the file cannot be read ({failed.strerror}). Nothing was changed."
        ) from None
    entries = read_roster(data, source.name, [*known])
    before = workspace.config.read_text("utf-8-sig")
    text = speaker_added(before, *entries)
    after = read_config(text)
    speakers = after.by_id
    changed = {one: _changed_values(old, speakers[one]) for one, old in known.items()}
    new = tuple(entry["id"] for entry in entries if entry["id"] not in known)
    if after != config:
        files.write_whole(workspace.config, text)
    return Listed(new, {one: said for one, said in changed.items() if said})


def accept_trim(
    workspace: Workspace, speaker_id: str, points: dict[str, str], recording: str
) -> None:
    """Write ``points`` (start, end) under a speaker's ``trim:``, keeping all comments, as decided
    for that recording (its sha256). Points that were decided for another one go.
    """
    decisions, before = load_decisions(workspace), load_config(workspace)
    speaker = before.by_id[speaker_id]
    old = {"start": None, "end": None}
    afresh = "trim" in for_another(decisions, speaker, recording)
    trim = {**old, **points} if afresh else points
    text = speaker_added(workspace.config.read_text("utf-8-sig"), {"id": speaker_id, "trim": trim})
    speaker = read_config(text).by_id[speaker_id]
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
        name = folded(str(given["name"]))
        same = [speaker.id for speaker in config.speakers if folded(speaker.name) == name]
        surname = (name.split() or [""])[-1]
        return same[0] if same else _free_id(id_from(surname), ids)
    return stem


def _free_id(wanted: str, taken: list[str]) -> str:
    """``wanted``, with a number behind it where somebody of the same surname has it already."""
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _brought_in(
    workspace: Workspace,
    config: Config,
    speaker_id: str,
    targets: list[tuple[_Brought, str]],
    now: datetime,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Copy each file to its name in inputs/; what was copied, and what was set aside for it.

    All copies are made before anything is set aside: a disk that fills up has changed nothing.
    Introductions stay; raises UsageWrong for a file that would take the place of one.
    """
    intros = {workspace.inputs / one.intro for one in config.speakers if one.intro}
    for _, name in targets:
        if workspace.inputs / name in intros:
            raise UsageWrong(
                f"inputs/{name} is an introduction (intro: in config.yaml); give that file another"
                " name, there and in inputs/. Nothing was changed."
            )
    staged: dict[str, Path] = {}
    workspace.made(workspace.inputs)
    for one, name in targets:
        target = workspace.inputs / name
        if not target.is_file() or files.sha256_of(target) != files.sha256_of(one.source):
            staged[name] = workspace.inputs / f".{name}.part"
            files.copy_whole(one.source, staged[name])
    kept: list[str] = []
    for one, name in targets:
        target = workspace.inputs / name
        stay = intros if name in staged else {*intros, target}
        kept += _set_aside(workspace, speaker_id, set(one.endings), now, stay)
        if name in staged:
            staged[name].rename(target)
    return tuple(f"inputs/{name}" for name in staged), tuple(kept)


def _set_aside(
    workspace: Workspace, speaker_id: str, kinds: set[str], now: datetime, stay: Collection[Path]
) -> list[str]:
    """Move a speaker's earlier files of one kind to inputs/replaced/, so that there is one and none
    is lost. Those in ``stay`` are not moved.
    """
    earlier = [
        path
        for path in sorted(workspace.inputs.glob("[!.]*"))
        if path.is_file()
        and path not in stay
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
