"""Takes submissions in; without it a producer would edit config.yaml by hand at eleven at night."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pipeline.commands.keep import decide
from pipeline.commands.roster import read_roster
from pipeline.commands.schedule import (
    Wanted,
    Written,
    chosen,
    is_schedule,
    read_schedule,
    written_of,
)
from pipeline.commands.session import changing, write_config
from pipeline.config import INTRODUCES, Config, Speaker
from pipeline.config_file import (
    as_written,
    segments_added,
    speaker_added,
    speaker_problems,
    speaker_removed,
)
from pipeline.errors import ConfigInvalid, UsageWrong
from pipeline.event import Workspace, config_after, load_config, load_decisions
from pipeline.findings import Finding
from pipeline.meant import did_you_mean
from pipeline.plan.beside import PICTURES, folded
from pipeline.plan.corrections import (
    MOST_BYTES,
    Corrections,
    NotCorrections,
    are_corrections,
    read_corrections,
)
from pipeline.plan.decided import bound, decided, for_another, kept, put_aside, received
from pipeline.plan.intake import MEDIA, SCRIPTS, id_from, take_in
from pipeline.plan.unedited import is_example
from pipeline.timing import clock
from pipeline.tools.running import files

VALUES = (
    "id",
    "name",
    "role",
    "organisation",
    "country",
    "language",
    "timezone",
    "allowance",
)
"""What can be said of a speaker on the command line, as config.yaml has it."""


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
    intro: Path | None = None,
) -> Taken:
    """Copy files into inputs/ and write the speaker into config.yaml, keeping its comments.

    A file that lies in inputs/ already stays as it is. The files must be one speaker's: a
    recording, a script, or both, a photo as ``still``, and who introduces them as ``intro``.
    ``given`` has the speaker's values in config.yaml as far as they were said. What takes the place
    of an earlier file moves that to inputs/replaced/. Raises UsageWrong, and as ``changing`` does.
    """
    with changing(workspace):
        return _added(workspace, sources, given, now, still, intro)


def _added(
    workspace: Workspace,
    sources: list[Path],
    given: dict[str, str | None],
    now: datetime,
    still: Path | None,
    intro: Path | None,
) -> Taken:
    config = load_config(workspace, unfilled=True)
    brought = [*_one_of_each(sources), *_named(still, "still"), *_named(intro, "intro")]
    put_right = [
        f'{key}: written as "{tidied(value)}"'
        for key, value in given.items()
        if value and value != tidied(value)
    ]
    given = {key: value and tidied(value) for key, value in given.items()}
    speaker_id = _whose(config, brought[0].source, given)
    known = config.by_id.get(speaker_id)
    _may_be_written(config, speaker_id, given)
    targets = [(one, _name_in_inputs(workspace, one, speaker_id)) for one in brought]
    said = {key: value for key, value in given.items() if value and key != "id"}
    entry: dict[str, Any] = {"id": speaker_id, **said, **_files_named(known, speaker_id, targets)}
    text = speaker_added(workspace.config.read_text("utf-8-sig"), entry)
    after = config_after(workspace, text)  # the roster must be right before a file is touched
    had_intro = bool(known and known.intro and (workspace.inputs / known.intro).is_file())
    had_one = known is not None and _remember_decisions(workspace, config, known)
    copied, kept = _brought_in(workspace, config, speaker_id, targets, now)
    if entry.keys() - {"id"} or known is None:
        write_config(workspace, text)
    if any(one.key == "video" for one in brought):
        _remember_when(workspace, speaker_id, now)
    findings = _put_aside(workspace, speaker_id)
    changes = (*put_right, *_changed_values(known, after.by_id[speaker_id]))
    new = [one.key for one, name in targets if f"inputs/{name}" in copied]
    replaced = {"video": had_one, "intro": had_intro}
    captions = _captions_of(workspace, after, speaker_id, {key for key in new if replaced.get(key)})
    return Taken(speaker_id, copied, kept, known is None, findings, changes, captions)


def _files_named(
    known: Speaker | None, speaker_id: str, targets: list[tuple[_Brought, str]]
) -> dict[str, str]:
    """The files that have to be named in config.yaml: one that lies in inputs/ under another name
    than the speaker's id, since a copy would leave one that is nobody's, every photo and every
    introduction.
    """
    return {
        one.key: name
        for one, name in targets
        if (known and getattr(known, one.key))
        or one.key in ("still", "intro")
        or Path(name).stem.casefold() != speaker_id
    }


def tidied(text: str) -> str:
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


def _said_of(key: str, then: Any, now: Any) -> str:
    then, now = (clock(one) if isinstance(one, int) else one for one in (then, now))
    return f'{key}: "{now}" is new' if then is None else f'{key}: "{then}" is "{now}" now'


def _may_be_written(config: Config, speaker_id: str, given: Mapping[str, str | None]) -> None:
    """Raises UsageWrong where nobody knows who it is, or for what was said on the command line."""
    if speaker_id not in config.by_id and not given.get("name"):
        raise UsageWrong(_nobody(speaker_id, [*config.by_id]))
    if wrong := _wrong_options(given):
        raise UsageWrong("\n".join((*wrong, "Nothing was changed.")))


def _nobody(speaker_id: str, ids: list[str]) -> str:
    """That config.yaml has no such speaker, and who may have been meant."""
    possible = id_from(speaker_id)
    meant = did_you_mean(possible, ids, "--id ")
    named = "--name" if possible in (speaker_id, *ids) else f"--id {possible} --name"
    return (
        f"There is no speaker {speaker_id} in config.yaml yet{f'; {meant}' if meant else '.'} Say"
        f' who it is with {named} "Dr ..." (and --role, --organisation, --country, --language), or'
        " say --id for one who is there. Nothing was changed."
    )


def _wrong_options(given: Mapping[str, str | None]) -> list[str]:
    """What is wrong with what was said on the command line, a sentence an option."""
    said = {key: value for key, value in given.items() if value}
    wrong = [f"--{one}." for one in speaker_problems({"name": "A", **said, "id": "a"})]
    own = said.get("id", "a")
    if speaker_problems({"id": own, "name": "A"}):
        allowed = "write small letters a-z, digits and hyphens"
        wrong.insert(0, f'--id is "{own}"; {allowed}, for example --id {id_from(own)}.')
    return wrong


def _remember_decisions(workspace: Workspace, config: Config, speaker: Speaker) -> bool:
    """That what is decided for a speaker was decided for the recording that is about to be
    replaced. Whether there is one.
    """
    recording = _recording_of(workspace, config, speaker.id)
    if recording and decided(speaker):
        digest = files.sha256_of(recording)
        decide(workspace, lambda known: bound(known, speaker, digest))
    return recording is not None


def _remember_when(workspace: Workspace, speaker_id: str, now: datetime) -> None:
    """That the recording that lies there was taken in ``now``."""
    recording = _recording_of(workspace, load_config(workspace, unfilled=True), speaker_id)
    if recording:
        digest = files.sha256_of(recording)
        decide(workspace, lambda known: received(known, speaker_id, digest, now.astimezone()))


def _put_aside(workspace: Workspace, speaker_id: str) -> tuple[Finding, ...]:
    """What was decided for another recording than the one that lies there now."""
    config, decisions = load_config(workspace, unfilled=True), load_decisions(workspace)
    speaker = config.by_id[speaker_id]
    recording = _recording_of(workspace, config, speaker_id)
    if recording is None or not decided(speaker):
        return ()
    kinds = for_another(decisions, speaker, files.sha256_of(recording))
    return (put_aside(speaker, recording.name, kinds),) if kinds else ()


def _captions_of(
    workspace: Workspace, config: Config, speaker_id: str, kinds: Collection[str]
) -> tuple[str, ...]:
    """The caption files of a speaker's recording (``video``) and of who introduces them
    (``intro``), from the workspace folder.
    """
    taken, _ = take_in(config, *workspace.listing())
    own = next(one for one, _ in taken if one.id == speaker_id)
    sent = {"video": own, "intro": own.intro}
    names = [name for kind in kinds if (one := sent[kind]) for name in one.captions.values()]
    return tuple(f"inputs/captions/{name}" for name in sorted(names))


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
    key: Literal["video", "script", "still", "intro"]

    @property
    def endings(self) -> tuple[str, ...]:
        """Those of other files of the same kind."""
        return _ENDINGS[self.key]


_ENDINGS = {
    "video": tuple(MEDIA),
    "script": SCRIPTS,
    "still": PICTURES,
    "intro": tuple(MEDIA),
}


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


def _named(source: Path | None, key: Literal["still", "intro"]) -> list[_Brought]:
    """A file that was named with its option."""
    if source is None:
        return []
    if said := _not_taken(source, _ENDINGS[key]):
        raise UsageWrong(f"{said} Nothing was changed.")
    return [_Brought(source, key)]


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
    if endings is _ENDINGS["intro"]:
        return f"{source.name}: --intro is a recording (such as .wav, .m4a, .mp4), not {seen}."
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


def _name_in_inputs(workspace: Workspace, one: _Brought, speaker_id: str) -> str:
    """A file that lies in inputs/ already keeps its name; another is named after its speaker."""
    if one.source.resolve().parent == workspace.inputs.resolve():
        return one.source.name
    whose = f"{speaker_id}{INTRODUCES}" if one.key == "intro" else speaker_id
    return f"{whose}{one.source.suffix.lower()}"


def holds_corrections(path: Path) -> bool:
    """Whether a file is one that a proof has saved, by what is in it."""
    try:
        with path.open("rb") as file:
            return are_corrections(file.read(4096))
    except OSError:
        return False


def read_answer(path: Path) -> Corrections:
    """Corrections out of a file. Raises UsageWrong where there are none that can be taken in."""
    try:
        with path.open("rb") as file:
            return read_corrections(file.read(MOST_BYTES + 1))
    except NotCorrections as nothing:
        raise UsageWrong(
            f"{path.name}: {nothing}. Nothing was changed.\n  Next: ask the speaker to save it once"
            " more, and to send that file as it is."
        ) from None
    except OSError as failed:
        raise UsageWrong(
            f"{path}: the file cannot be read ({failed.strerror}). Nothing was changed."
        ) from None


@dataclass(frozen=True)
class Listed:
    """What ``add --roster`` did: ids of speakers who are new, and of those whose entries were
    changed, with what was changed in each; ``slot``: when it is now, where that was changed;
    ``segments``: ids of those that were written; ``gone``: the template's example, taken out.
    ``nothing_changed`` where the file said all of it before.
    """

    new: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]
    slot: str = ""
    segments: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    nothing_changed: bool = False


def add_roster(workspace: Workspace, source: Path, wanted: Wanted = Wanted()) -> Listed:
    """Write the speakers of a spreadsheet, or of the part of a conference's schedule that is
    ``wanted`` (with its slot, or as segments), into config.yaml, keeping its comments.

    Who is there already keeps what the file leaves empty. Raises UsageWrong, and ConfigInvalid with
    every problem of the file; then nothing was written.
    """
    with changing(workspace):
        return _listed(workspace, source, wanted)


def _listed(workspace: Workspace, source: Path, wanted: Wanted) -> Listed:
    config, before = _as_it_stands(workspace), workspace.config.read_text("utf-8-sig")
    known = config.by_id
    if source.is_dir():
        raise UsageWrong(f"{source} is a folder: name the list in it. Nothing was changed.")
    try:
        data = source.read_bytes()
    except OSError as failed:
        raise UsageWrong(
            f"{source}: the file cannot be read ({failed.strerror}). Nothing was changed."
        ) from None
    there = as_written(before)
    said = _read_list(config, there, data, source.name, wanted)
    entries = said.speakers
    _names_no_folder(workspace, source.name, entries)
    text = speaker_added(before, *entries, **said.whole)
    if said.segments:
        text = segments_added(text, *said.segments)
    text, gone = _without_the_example(text, known, entries)
    after = config_after(workspace, text)
    speakers = after.by_id
    known = {one: old for one, old in known.items() if one not in gone}
    changed = {one: _changed_values(old, speakers[one]) for one, old in known.items()}
    new = tuple(entry["id"] for entry in entries if entry["id"] not in known)
    same = as_written(text) == there
    if not same:
        write_config(workspace, text)
    slot = f"{after.slot.start:%Y-%m-%d %H:%M} to {after.slot.end:%H:%M}"
    return Listed(
        new,
        {one: what for one, what in changed.items() if what},
        slot if not said.segments and after.slot != config.slot else "",
        tuple(one["id"] for one in said.segments),
        gone,
        same,
    )


def _as_it_stands(workspace: Workspace) -> Config:
    """config.yaml, whether it is filled in or not."""
    try:
        return load_config(workspace)
    except ConfigInvalid:
        return load_config(workspace, unfilled=True)


def _without_the_example(
    text: str, known: Mapping[str, Speaker], entries: Sequence[Mapping[str, Any]]
) -> tuple[str, tuple[str, ...]]:
    """The text without the speaker whom ``init`` wrote for an example, once others are there whom
    no segment needs; and their id.
    """
    shown = {name for one in as_written(text).get("segments") or () for name in one["speakers"]}
    gone = tuple(one.id for one in known.values() if is_example(one) and one.id not in shown)
    if not any(entry["id"] not in known for entry in entries):
        return text, ()
    for speaker_id in gone:
        text = speaker_removed(text, speaker_id)
    return text, gone


def _read_list(
    config: Config, there: Mapping[str, Any], data: bytes, file: str, wanted: Wanted
) -> Written:
    """What is written into config.yaml, which says what is ``there``. Raises UsageWrong and
    ConfigInvalid.
    """
    if not is_schedule(data):
        if wanted != Wanted():
            raise UsageWrong(
                f"{file} is a list of speakers: --room, --day, --talk and --segments go with a"
                " schedule (schedule.json or schedule.xml). Nothing was changed."
            )
        return Written(read_roster(data, file, [*config.by_id]))
    talks = chosen(read_schedule(data, file, config.slot.start.tzinfo), wanted, file)
    return written_of(talks, wanted, config.by_id, there)


def _names_no_folder(
    workspace: Workspace, roster: str, entries: Iterable[Mapping[str, Any]]
) -> None:
    """Raises ConfigInvalid where a list names a folder in place of a file. A file that is not there
    yet may be named.
    """
    problems = [
        f'{entry["id"]}: {key} is "{entry[key]}", which is a folder in inputs/; put the file'
        " itself into inputs/ and write its name"
        for entry in entries
        for key in ("video", "script", "still")
        if key in entry and (workspace.inputs / entry[key]).is_dir()
    ]
    if problems:
        raise ConfigInvalid(roster, (*problems, "nothing was changed"))


def accept_trim(
    workspace: Workspace, speaker_id: str, points: dict[str, str], recording: str
) -> None:
    """Write ``points`` (start, end) under a speaker's ``trim:``, keeping all comments, as decided
    for that recording (its sha256). Points that were decided for another one go.
    """
    with changing(workspace):
        _trimmed(workspace, speaker_id, points, recording)


def _trimmed(workspace: Workspace, speaker_id: str, points: dict[str, str], recording: str) -> None:
    decisions, before = load_decisions(workspace), load_config(workspace)
    speaker = before.by_id[speaker_id]
    old = {"start": None, "end": None}
    afresh = "trim" in for_another(decisions, speaker, recording)
    trim = {**old, **points} if afresh else points
    text = speaker_added(workspace.config.read_text("utf-8-sig"), {"id": speaker_id, "trim": trim})
    speaker = write_config(workspace, text).by_id[speaker_id]
    decide(workspace, lambda known: kept(known, speaker, recording, ("trim",)))


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
    Introductions stay, but for the speaker's own that another one is brought for; raises UsageWrong
    for a file that would take the place of one.
    """
    named = [(one.id, workspace.inputs / one.intro) for one in config.speakers if one.intro]
    others = {path for whose, path in named if whose != speaker_id}
    own = {path for whose, path in named if whose == speaker_id} - others
    intros = {*own, *others}
    for one, name in targets:
        if workspace.inputs / name in (others if one.key == "intro" else intros):
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
            _copied(one.source, staged[name])
    kept: list[str] = []
    for one, name in targets:
        target = workspace.inputs / name
        brings_one = one.key == "intro"
        earlier = own if brings_one else _earlier(workspace, speaker_id, one.endings)
        stay = {*(others if brings_one else intros), *([] if name in staged else [target])}
        kept += _set_aside(workspace, earlier - stay, now)
        if name in staged:
            staged[name].rename(target)
    return tuple(f"inputs/{name}" for name in staged), tuple(kept)


def _copied(source: Path, unfinished: Path) -> None:
    """What a long copy has come to is kept when it breaks off. Raises UsageWrong where the file is
    still being written, and OSError.
    """
    try:
        whole = files.copy_on(source, unfinished)
    except BaseException:
        if not files.may_go_on(unfinished, time.time()):
            files.remove_all([unfinished])
        raise
    if not whole:
        files.remove_all([unfinished])
        raise UsageWrong(
            f"{source.name} changed while it was copied: it is probably still being written, or"
            " downloaded. Wait until that has ended, then run this again. Nothing was changed."
        )


def _earlier(workspace: Workspace, speaker_id: str, endings: Collection[str]) -> set[Path]:
    """A speaker's files with one of these endings."""
    return {
        path
        for path in workspace.inputs.glob("[!.]*")
        if id_from(path.stem) == speaker_id and path.suffix.lower() in endings
    }


def _set_aside(workspace: Workspace, earlier: Iterable[Path], now: datetime) -> list[str]:
    """Move earlier files to inputs/replaced/, so that there is one of each kind and none is
    lost.
    """
    moved = []
    for path in sorted(filter(Path.is_file, earlier)):
        folder = workspace.made(workspace.inputs / "replaced")
        target = files.earlier_name(folder, path, now)
        path.rename(target)
        moved.append(f"inputs/replaced/{target.name}")
    return moved
