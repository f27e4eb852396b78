"""What a producer has said: the folder they work in, its config.yaml, and what follows from both;
without it each step would work out anew what is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pipeline.captions.words.languages import closest
from pipeline.config import INTRODUCES, Config, Speaker
from pipeline.config_editions import Edition
from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid, Refused, UsageWrong
from pipeline.findings import Finding
from pipeline.meant import did_you_mean
from pipeline.model import Captions, Submission
from pipeline.plan.decided import FILE, Decisions, read_decisions
from pipeline.plan.intake import MEDIA, take_in
from pipeline.plan.transitions import crossfade_frames
from pipeline.timing import frames_nearest

Taken = tuple[tuple[Submission, tuple[Finding, ...]], ...]
"""Submissions, each with what is wrong with it by the names of its files."""


@dataclass(frozen=True)
class Workspace:
    """The folder that a producer works in; of an event with several segments that of the one with
    the id ``segment``. What is made lies in a folder for each; all else is shared.
    """

    root: Path
    segment: str | None = None

    @property
    def config(self) -> Path:
        """config.yaml"""
        return self.root / "config.yaml"

    @property
    def decided(self) -> Path:
        """decided.json: which recording each decision in config.yaml was made for."""
        return self.root / FILE

    @property
    def inputs(self) -> Path:
        """Where submissions lie."""
        return self.root / "inputs"

    @property
    def outputs(self) -> Path:
        """Where everything made is put."""
        return self.root / self.called("")

    def called(self, name: str) -> str:
        """What was made as ``name``, as a producer finds it: ``outputs/captions/ann.en.srt``."""
        return f"outputs/{self.segment}/{name}" if self.segment else f"outputs/{name}"

    @property
    def all_outputs(self) -> Path:
        """The folder with the ``outputs`` of all segments in it."""
        return self.root / "outputs"

    @property
    def store(self) -> Path:
        """Where results are kept by their content."""
        return self.all_outputs / ".store"

    def no_file_at(self, folder: Path) -> None:
        """Raises Refused where a file lies in the place of ``folder`` or of one that it lies in, or
        a link that leads nowhere.
        """
        places = (folder, *folder.parents)
        link = next((one for one in places if one.is_symlink() and not one.exists()), None)
        if link:
            raise Refused(
                f"{link.name} points to {link.readlink()}, which is not there: is the disk"
                f" connected?\n  Next: connect it, or delete the link: {link}"
            )
        file = next((one for one in places if one.exists() and not one.is_dir()), None)
        if file:
            raise Refused(
                f"{file.name} is a file; a folder of that name is needed.\n  Next: give the file"
                f" another name, or delete it: {file}"
            )

    def made(self, folder: Path) -> Path:
        """``folder``, made where it is not there. Raises Refused where a file lies in its place, or
        nothing may be written.
        """
        self.no_file_at(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as failed:
            raise Refused(
                f"The folder {folder} cannot be made: {failed.strerror}.\n  Next: see to it that"
                " you may write there."
            ) from None
        return folder

    def listing(self) -> tuple[list[str], list[str]]:
        """Names of what lies in inputs/ and in inputs/captions/, hidden files left out but those
        that wait in iCloud. A folder's ends in ``/``, unless it is called like a recording: then it
        is what somebody sent.
        """
        return _names(self.inputs), _names(self.inputs / "captions")

    def named(self, key: str, name: str) -> Path:
        """A file in the folder that ``key`` of config.yaml names. Raises ConfigInvalid when it is
        not there.
        """
        path = (self.root / name).resolve()
        if not path.is_file() or not path.is_relative_to(self.root.resolve()):
            problem = f'{key} is "{name}"; there is no such file in the workspace folder'
            raise ConfigInvalid("config.yaml", (problem,))
        return path


def _names(folder: Path) -> list[str]:
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(
        f"{path.name}/" if path.is_dir() and path.suffix.lower() not in MEDIA else path.name
        for path in found
        if not path.name.startswith(".") or path.suffix == ".icloud"
    )


def config_after(workspace: Workspace, text: str) -> Config:
    """What config.yaml would be with ``text`` in it. Raises ConfigInvalid where that is wrong, and
    where a config.yaml that is right now would be wrong then.
    """
    after = read_config(text, unfilled=True)
    if after.speakers:  # where nobody stands yet the first one is still to come
        try:
            return read_config(text)
        except ConfigInvalid as wrong:
            if _right(workspace):
                said = "this change of it would make it wrong; nothing was written"
                raise ConfigInvalid(wrong.file, (*wrong.problems, said)) from None
    return after


def _right(workspace: Workspace) -> bool:
    try:
        load_config(workspace)
    except ConfigInvalid:
        return False
    return True


def load_config(workspace: Workspace, *, unfilled: bool = False) -> Config:
    """The workspace's config.yaml, checked; where it may be ``unfilled`` it needs no speakers.
    Raises ConfigInvalid when it is missing or wrong.
    """
    try:
        data = workspace.config.read_bytes()
    except FileNotFoundError:
        problem = (
            f"there is none in {workspace.root.resolve()}; run `perspectives init` there, or say"
            " where it is with --workspace"
        )
        raise ConfigInvalid("config.yaml", (problem,)) from None
    except IsADirectoryError:
        problem = "it is a folder; rename it, then run `perspectives init`"
        raise ConfigInvalid("config.yaml", (problem,)) from None
    except OSError as failed:
        raise ConfigInvalid("config.yaml", (f"it cannot be read ({failed.strerror})",)) from None
    try:
        return read_config(data.decode("utf-8-sig"), unfilled=unfilled)
    except UnicodeDecodeError as failed:
        line = data[: failed.start].count(b"\n") + 1
        problem = f"line {line}: this is not UTF-8 text; save the file as UTF-8"
        raise ConfigInvalid("config.yaml", (problem,)) from None


def load_decisions(workspace: Workspace) -> Decisions:
    """Which recording each decision was made for, as far as it is known. Raises ConfigInvalid."""
    try:
        return read_decisions(workspace.decided.read_text("utf-8", "replace"))
    except FileNotFoundError:
        return {}


@dataclass(frozen=True)
class Event:
    """One event as a command sees it. ``draft``: the small, fast picture with a DRAFT mark.

    ``decisions`` say which recording a trim and the like were made for. ``day`` is all of
    config.yaml where this is one of several segments. ``only_editions`` are the names of those
    that are to be made (None: all).
    """

    workspace: Workspace
    config: Config
    draft: bool = False
    decisions: Decisions = field(default_factory=dict)
    day: Config | None = None
    only_editions: tuple[str, ...] | None = None

    @cached_property
    def editions(self) -> Mapping[str, Edition]:
        """The editions that are to be made, by their names; none of a draft."""
        wanted = self.config.deliveries if self.only_editions is None else self.only_editions
        return {} if self.draft else {name: self.config.deliveries[name] for name in wanted}

    @property
    def publishes(self) -> bool:
        """Whether publish/ is to be made; not of a draft."""
        return self.config.publish and not self.draft

    @property
    def editions_left(self) -> tuple[str, ...]:
        """Those that stay as they are: nobody asked for them."""
        if self.only_editions is None:
            return ()
        return tuple(name for name in self.config.deliveries if name not in self.only_editions)

    @cached_property
    def speakers(self) -> Mapping[str, Speaker]:
        """By id, in the order of the programme."""
        return self.config.by_id

    def beside(self, speaker: Speaker) -> tuple[Speaker, ...]:
        """Who may be named in a message, its own speaker too: those of all segments that it is in,
        so that it is heard alike in each.
        """
        if self.day is None:
            return self.config.speakers
        whose = speaker.id.removesuffix(INTRODUCES)
        in_theirs = [one.config.by_id for one in self.day.segments]
        shown = {name for ids in in_theirs if whose in ids for name in ids}
        return tuple(one for one in self.day.speakers if one.id in shown)

    @cached_property
    def fade_frames(self) -> int:
        """How long each item fades in and out where it is not crossfaded; 0 for hard cuts."""
        if self.config.cards.transition == "cut":
            return 0
        return frames_nearest(self.config.cards.fade, self.config.delivery.fps)

    @cached_property
    def crossfade_frames(self) -> int:
        """How long two neighbours are seen together at most; 0 where nothing is crossfaded."""
        return crossfade_frames(self.config)

    def received(self) -> tuple[Taken, tuple[Finding, ...]]:
        """Each speaker's submission with what is wrong with it, and what is said of nobody's files:
        of one of several segments nothing, since that is no matter of its own.
        """
        taken, nobodys = take_in(self.day or self.config, *self.workspace.listing())
        if self.day is None:
            return taken, nobodys
        by_id = {submission.id: (submission, found) for submission, found in taken}
        return tuple(by_id[speaker] for speaker in self.speakers), ()

    def elsewhere(self) -> Taken:
        """Submissions of speakers who are in other segments only."""
        if self.day is None:
            return ()
        taken, _ = take_in(self.day, *self.workspace.listing())
        return tuple(given for given in taken if given[0].id not in self.speakers)

    def as_draft(self) -> Event:
        """The same event, a third of the size and encoded by the quickest preset."""
        return replace(self, config=_small(self.config), draft=True)

    @property
    def want_clean(self) -> bool:
        """The delivery asks for pictures without captions in them."""
        return "soft" in self.config.delivery.outputs

    @property
    def want_burned(self) -> bool:
        """The delivery asks for pictures with captions in them."""
        return "burned" in self.config.delivery.outputs

    @cached_property
    def kinds_wanted(self) -> tuple[bool, ...]:
        """What is delivered, as the question "with captions burned in?": False, True or both."""
        both = ((False, self.want_clean), (True, self.want_burned))
        return tuple(burned for burned, wanted in both if wanted)

    def burned(self, captions: Mapping[str, Captions], spoken: str) -> tuple[Captions, ...]:
        """Those of a message's captions that are drawn into its picture: none, one or two. Where
        none of ``captions.burn`` is there, those in the language ``spoken`` (``burn_fallback``).
        """
        wanted = self.config.captions.burn
        found = [closest(language, captions) for language in wanted]
        if not any(found) and self.config.captions.burn_fallback == "spoken":
            found = [closest(spoken, captions)]
        return tuple(captions[language] for language in dict.fromkeys(found) if language)


def event_in(workspace: Workspace, config: Config, draft: bool = False) -> Event:
    """The event of a workspace, or that of its segment; for a ``draft`` a third of the size,
    encoded by the quickest preset. Raises UsageWrong where there is no such segment.
    """
    event = Event(workspace, config, False, load_decisions(workspace))
    if workspace.segment:
        event = _segment_of(event, workspace.segment)
    return event.as_draft() if draft else event


def segments_of(event: Event, only: str | None = None) -> tuple[Event, ...]:
    """The segments of an event one by one, in the order of config.yaml, or ``only`` the one of that
    id; where it has none, the event itself. Raises UsageWrong where there is no such segment.
    """
    wanted = [only] if only else [one.id for one in event.config.segments]
    return tuple(_segment_of(event, name) for name in wanted) or (event,)


def with_editions(event: Event, names: Sequence[str] | None) -> Event:
    """The event with no other editions than those of these ``names`` to be made (None or empty:
    all of them). Raises UsageWrong where there is no such edition, and of a draft, which has none.
    """
    if not names:
        return event
    if event.draft:
        raise UsageWrong("--draft and --edition do not go together: a draft has no editions.")
    known = event.config.deliveries
    if not known:
        raise UsageWrong("config.yaml has no deliveries: leave --edition out.")
    for name in names:
        if name not in known:
            meant = did_you_mean(name, known)
            has = f"{meant and f'{meant} '}config.yaml has {', '.join(known)}."
            raise UsageWrong(f"--edition {name}: no such edition; {has}")
    return replace(event, only_editions=tuple(dict.fromkeys(names)))


def _segment_of(event: Event, name: str) -> Event:
    known = {one.id: one.config for one in event.config.segments}
    if not known:
        raise UsageWrong("config.yaml has no segments: leave --segment out.")
    if name not in known:
        meant = did_you_mean(name, known)
        has = f"{meant and f'{meant} '}config.yaml has {', '.join(known)}."
        raise UsageWrong(f"--segment {name}: no such segment; {has}")
    config = _small(known[name]) if event.draft else known[name]
    workspace = replace(event.workspace, segment=name)
    return replace(event, workspace=workspace, config=config, day=event.config)


def _small(config: Config) -> Config:
    width, height = config.delivery.size
    size = (max(64, width // 6 * 2), max(64, height // 6 * 2))
    faster = {"size": size, "preset": "ultrafast", "quality": 28, "encoder": "x264"}
    return config.model_copy(update={"delivery": config.delivery.model_copy(update=faster)})
