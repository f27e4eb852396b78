"""Finds out whose each of many attachments is; without it a producer would rename twelve files by
hand, and give one speaker another one's recording.

Names are looked at first, those of the files and in their titles. Where they do not tell, what is
said in a recording is heard and held against the scripts: work that the next build need not do
again.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pipeline.commands import session
from pipeline.commands.check import weights_of
from pipeline.config import Config, Speaker
from pipeline.errors import PipelineError, Refused, UsageWrong
from pipeline.event import Event, Workspace, load_config
from pipeline.message import engines
from pipeline.message.intake import Arrived, first_sight, look_at
from pipeline.message.prepared import Heard, Received
from pipeline.message.sound import listen
from pipeline.message.witnesses import whispered
from pipeline.model import Submission
from pipeline.plan.beside import half_there
from pipeline.plan.intake import MEDIA, SCRIPTS, take_in
from pipeline.plan.matching import LIKELY, SURE, Likely, by_name, by_script, decided, words_in
from pipeline.plan.probe import plan_probe
from pipeline.tools.running import files, received
from pipeline.tools.running.programs import version
from pipeline.tools.texts import documents, encodings
from pipeline.work.bench import Bench, Observer

MOST_FILES = 5000
Kind = Literal["recording", "script"]


@dataclass(frozen=True)
class Proposal:
    """Whose a file may be, the likeliest first. ``held`` is why it is not taken in unasked, a
    sentence; ``out`` why it is not taken in at all.
    """

    path: Path
    kind: Kind | None
    likely: tuple[Likely, ...] = ()
    held: str = ""
    out: str = ""

    @property
    def speaker(self) -> str | None:
        """The id of the one whose it is by all that is known."""
        return self.likely[0].speaker if len(self.likely) == 1 and not self.out else None

    @property
    def sure(self) -> bool:
        """It is taken in unasked."""
        return self.speaker is not None and self.likely[0].share >= SURE and not self.held


def propose(
    workspace: Workspace, sources: Sequence[Path], observer: Observer
) -> tuple[Proposal, ...]:
    """A proposal for each file in ``sources``, which are files and folders, in their order. Nothing
    is taken in. Raises UsageWrong where one is not there, and ConfigInvalid.
    """
    config = load_config(workspace)
    found = _never_twice(workspace, [_of_kind(path) for path in _files_in(sources)])
    found = [_by_its_name(config, one) for one in found]
    if any(_untold(one) for one in found):
        found = _looked_into(workspace, config, found, observer)
    return _refused_in_doubt(workspace, config, found)


def _files_in(sources: Sequence[Path]) -> list[Path]:
    """Every file, those in folders in the order of their names; hidden ones are left out."""
    found: dict[Path, None] = {}
    for source in sources:
        if not source.exists():
            raise UsageWrong(f"{source}: there is no such file or folder. Nothing was changed.")
        inside = sorted(source.rglob("*")) if source.is_dir() else [source]
        below = len(source.parts) if source.is_dir() else len(source.parts) - 1
        for path in inside:
            if path.is_file() and not any(part.startswith(".") for part in path.parts[below:]):
                found[path] = None
    if len(found) > MOST_FILES:
        raise UsageWrong(f"These are {len(found)} files; name the folder with the attachments.")
    return list(found)


def _of_kind(path: Path) -> Proposal:
    ending = path.suffix.lower()
    if half_there(path.name):
        return Proposal(path, None, out="has not come whole yet: wait until its download has ended")
    if ending in MEDIA:
        return Proposal(path, "recording")
    if ending in SCRIPTS:
        return Proposal(path, "script")
    return Proposal(path, None, out="is neither a recording nor a script by its ending")


def _never_twice(workspace: Workspace, found: Sequence[Proposal]) -> list[Proposal]:
    """With those that lie in inputs/ already, by their content, or that came twice, left out. Only
    files of one size are read.
    """
    inputs = workspace.inputs
    there = [path for path in (*inputs.glob("*"), *inputs.glob("replaced/*")) if path.is_file()]
    known = {path: f"inputs/{path.relative_to(inputs).as_posix()}" for path in there}
    known |= {one.path: one.path.name for one in found}
    sizes = defaultdict[int, list[Path]](list)
    came = sorted((one.path for one in found if not one.out), key=lambda path: len(path.name))
    for path in dict.fromkeys((*there, *came)):  # a copy that a browser numbered comes second
        sizes[path.stat().st_size].append(path)
    before: dict[str, Path] = {}
    same: dict[Path, Path] = {}
    for path in (path for alike in sizes.values() if len(alike) > 1 for path in alike):
        first = before.setdefault(files.sha256_of(path), path)
        if first != path:
            same[path] = first
    return [
        replace(one, out=f"is the same file as {known[same[one.path]]}")
        if one.path in same and not one.out
        else one
        for one in found
    ]


def _by_its_name(config: Config, one: Proposal) -> Proposal:
    return one if one.out else _with(one, by_name(one.path.stem, config.speakers, "its name"))


def _with(one: Proposal, more: Iterable[Likely]) -> Proposal:
    return replace(one, likely=decided((*one.likely, *more)))


def _untold(one: Proposal) -> bool:
    """Whether its name does not tell whose a file is."""
    return not one.out and not one.sure


# --- looking into files ---------------------------------------------------------------------------


def _looked_into(
    workspace: Workspace, config: Config, found: Sequence[Proposal], observer: Observer
) -> list[Proposal]:
    """With what the files say whose names do not tell; as they were where another command works."""
    found = [_by_its_beginning(config, one) if _untold(one) else one for one in found]
    if not any(_untold(one) and one.kind == "recording" for one in found):
        return found
    try:
        with session.opened(workspace, observer) as (event, bench):
            scripts = _scripts(event, found)
            return [
                _by_its_sound(event, bench, one, scripts)
                if _untold(one) and one.kind == "recording"
                else one
                for one in found
            ]
    except Refused as busy:
        observer.say(f"{busy} Recordings whose names do not tell were not listened to.")
        return found


def _by_its_beginning(config: Config, one: Proposal) -> Proposal:
    """A script by the names in its first words, as its title has them."""
    if one.kind != "script":
        return one
    beginning = " ".join(_text(one.path).split()[:30])
    return _with(one, _capped(by_name(beginning, config.speakers, "its beginning")))


def _capped(found: Iterable[Likely]) -> list[Likely]:
    """The likeliest, as likely and not as sure: people name each other."""
    return [replace(one, share=min(one.share, (SURE + LIKELY) / 2)) for one in decided(found)]


def _text(path: Path) -> str:
    """A script's text; nothing where it cannot be read, which a build says."""
    try:
        data = received.read(path, path.parent)
        if path.suffix.lower() == ".docx":
            return documents.docx_text(data)
        return encodings.decode(data, "en").text
    except (OSError, documents.NotADocument):
        return ""


def _scripts(event: Event, found: Sequence[Proposal]) -> Mapping[str, Sequence[str]]:
    """Words of the scripts of all who have one and no recording, also of those that came now."""
    taken, _ = take_in(event.config, *event.workspace.listing())
    inputs = event.workspace.inputs
    here = {one.id: inputs / one.script for one, _ in taken if one.script}
    here |= {str(one.speaker): one.path for one in found if one.sure and one.kind == "script"}
    waiting = {one.id for one, _ in taken if one.recording is None}
    return {one: [*words_in(_text(path))] for one, path in here.items() if one in waiting}


@dataclass(frozen=True)
class _Attachments(Workspace):
    """A workspace with a folder of attachments in the place of its inputs/."""

    folder: Path = Path()

    @property
    def inputs(self) -> Path:
        """Where the attachments lie."""
        return self.folder


def _by_its_sound(
    event: Event, bench: Bench, one: Proposal, scripts: Mapping[str, Sequence[str]]
) -> Proposal:
    """A recording by its title, by the script that is read in it, and by the names that are said in
    its first words. Whatever is wrong with it is said once it is taken in.
    """
    there = replace(event, workspace=_Attachments(event.workspace.root, folder=one.path.parent))
    config = event.config
    waiting = [speaker for speaker in config.speakers if speaker.id in scripts] or config.speakers
    language = Counter(speaker.language for speaker in waiting).most_common(1)[0][0]
    stand_in = Speaker.model_construct(id="attachment", name=one.path.name, language=language)
    try:
        arrived = first_sight(
            there, bench, stand_in, Submission(stand_in.id, one.path.name, None, {})
        )
        if not isinstance(arrived, Arrived):
            return one
        titled = _with(one, by_name(_title(bench, arrived), config.speakers, "its title"))
        if titled.sure:
            return titled
        bench.observer.say(f"{one.path.name}: its name does not tell; listening to it.")
        heard = _words(there, bench, arrived)
    except PipelineError:
        return one
    read = by_script(heard, scripts)
    named = by_name(" ".join(heard[:60]), config.speakers, "what is said in it")
    return _with(titled, read or _capped(named))


def _title(bench: Bench, arrived: Arrived) -> str:
    look = plan_probe(arrived.recording, arrived.speaker.id, version("probe"))
    return str(json.loads(bench.answer(look, "probe.json")).get("title") or "")


def _words(event: Event, bench: Bench, arrived: Arrived) -> list[str]:
    """The words that are heard in a recording, by the best ear that is here."""
    taken = look_at(event, bench, arrived)
    heard = listen(bench, taken) if isinstance(taken, Received) else None
    if heard is None or heard.listen is None:
        return []
    words = _whispered(event, bench, heard)
    if not words:
        draft = engines.drafted(bench, heard)
        words = [word.text for word in draft.words] if draft else []
    return [*words_in(" ".join(words))]


def _whispered(event: Event, bench: Bench, heard: Heard) -> list[str]:
    try:
        listened, _ = whispered(event, bench, heard, weights_of(event, bench))
    except Refused:  # engine: whisper, whose weights are not here
        return []
    return [word.text for word in listened.words] if listened else []


# --- what is not taken in unasked -----------------------------------------------------------------


def _refused_in_doubt(
    workspace: Workspace, config: Config, found: Sequence[Proposal]
) -> tuple[Proposal, ...]:
    """With why it is not taken in unasked, where two came for one speaker, or one is there."""
    taken, _ = take_in(config, *workspace.listing())
    there = {(one.id, "recording"): one.recording for one, _ in taken}
    there |= {(one.id, "script"): one.script for one, _ in taken}
    wanted = defaultdict[tuple[str | None, str | None], list[str]](list)
    for one in found:
        if one.speaker:
            wanted[one.speaker, one.kind].append(one.path.name)

    def held(one: Proposal) -> str:
        names = wanted[one.speaker, one.kind]
        if len(names) > 1:
            return f"{' and '.join(names)} may both be {one.speaker}'s {one.kind}"
        lies = there.get((one.speaker or "", one.kind or ""))
        return f"it would take the place of inputs/{lies}" if lies else ""

    return tuple(replace(one, held=held(one)) if one.speaker else one for one in found)


# --- taking in ------------------------------------------------------------------------------------


def take_each(
    chosen: Sequence[tuple[Proposal, str]], add: Callable[[Sequence[Path], str], None]
) -> list[str]:
    """``add`` what was chosen for each speaker, recording and script together; what went wrong, a
    sentence a speaker. Nobody's files wait for another one's.
    """
    whose = defaultdict[str, list[Path]](list)
    for one, speaker in chosen:
        whose[speaker].append(one.path)
    wrong = []
    for speaker, paths in whose.items():
        try:
            add(paths, speaker)
        except PipelineError as failed:
            wrong.append(f"{speaker}: {failed}")
    return wrong
