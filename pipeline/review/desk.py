"""What the page works with: what is known of the event, the caption files that are open, the build
that runs; without it each request would look at everything anew, and two would build at once.

The one object of the review that changes. It never waits for a build: what was known before it is
shown until the new is there.
"""

from __future__ import annotations

import json
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

from pipeline.captions.edit.moves import Limits
from pipeline.captions.words.languages import closest
from pipeline.commands import session
from pipeline.commands.build import build
from pipeline.commands.check import check
from pipeline.commands.report import Checked, Report
from pipeline.commands.status import Status, status
from pipeline.errors import NotYet, PipelineError, Refused
from pipeline.event import Event, Workspace
from pipeline.forecast import Followed
from pipeline.message.captions import words_known
from pipeline.message.carried import fitted_words
from pipeline.message.prepared import Received
from pipeline.message.wording import style_of
from pipeline.model import Cue, Word
from pipeline.plan.intake import captions_name
from pipeline.review.captions_file import CaptionsFile, Place
from pipeline.tools.running import files, process, received
from pipeline.tools.texts import caption_files
from pipeline.work.bench import Bench
from pipeline.work.weights import Weights

QUIET_S = 4.0
"""So long nobody has changed a caption before captions are held against the sound."""

HERE_S = 10.0
"""Somebody whose page has not asked for so long is gone."""

Opens = Callable[..., AbstractContextManager[tuple[Event, Bench]]]
Stamp = tuple[tuple[str, int, int], ...]


class NotThere(Exception):
    """There is no such speaker, or nothing of theirs that could be shown. ``str`` is a sentence."""


@dataclass(frozen=True)
class Look:
    """The event as it is known: what each submission is, and whether what was built of it is."""

    event: Event
    bench: Bench
    status: Status

    @property
    def report(self) -> Report:
        """The submissions, what was found of them, and the slot."""
        return self.status.report

    @cached_property
    def checked(self) -> Mapping[str, Checked]:
        """Submissions by their speaker's id."""
        return {one.speaker.id: one for one in self.report.checked}

    def speaker(self, name: str) -> Checked:
        """A speaker's submission. Raises NotThere."""
        if name not in self.checked:
            raise NotThere("There is no such speaker in config.yaml.")
        return self.checked[name]

    @cached_property
    def weights(self) -> Weights:
        """Whisper's weights, to ask what was heard with them."""
        captions = self.event.config.captions
        return Weights(self.bench, captions.model, captions.engine, self.event.workspace.root)


class Work(Followed):
    """A build that was asked for here; the ``Observer`` of its bench."""

    def __init__(self, draft: bool) -> None:
        super().__init__()
        self.draft, self.said = draft, ""
        self.state: Literal["running", "done", "failed"] = "running"


class Desk:
    """One workspace under review. ``trouble`` says why what is shown is older than the files,
    ``edited_at`` is when a caption was last changed here, ``shared`` that several people work on
    it. ``opens`` opens the workspace for work.
    """

    def __init__(
        self, workspace: Workspace, jobs: int | None = None, opens: Opens = session.opened
    ) -> None:
        self.workspace, self.jobs, self.opens = workspace, jobs, opens
        self.work: Work | None = None
        self.trouble = ""
        self._look: Look | None = None
        self._looked: Stamp | None = None
        self._files: dict[tuple[str, str], tuple[Look, CaptionsFile]] = {}
        self._lock = threading.Lock()
        self._building: threading.Thread | None = None
        self._holding: threading.Thread | None = None
        self.edited_at = -QUIET_S
        self.shared = False
        self._seen: dict[tuple[str, str], float] = {}
        self._settled: dict[tuple[str, str], float] = {}

    # --- what is known ------------------------------------------------------------------------

    def look(self) -> Look:
        """The event as it is now, or as it was last known where config.yaml cannot be read at the
        moment (``trouble``). Raises ConfigInvalid where it never could.
        """
        with self._lock:
            stamp = self._stamp()
            if self._look is None or stamp != self._looked:
                self._look_again()
                self._looked = stamp
            assert self._look is not None
            return self._look

    @property
    def known(self) -> Look:
        """As ``look``, as it was last known: what no edit waits for."""
        return self._look or self.look()

    def _look_again(self) -> None:
        try:
            busy = session.busy(self.workspace)
            with self.opens(self.workspace, Work(draft=False), dry=True) as (event, bench):
                stands = status(event, bench, busy)
        except PipelineError as failed:
            if self._look is None:
                raise
            self.trouble = str(failed)
            return
        self._look, self.trouble = Look(event, bench, stands), ""

    def _stamp(self) -> Stamp:
        """What tells that something has changed: names, sizes and times of what people and builds
        write.
        """
        root, inputs = self.workspace.root, self.workspace.inputs
        folders = (inputs, inputs / "captions", inputs / "approvals", self.workspace.outputs)
        paths = [str(root / "config.yaml"), *(path for one in folders for path in _within(one))]
        stamps = []
        for path in paths:
            try:
                facts = os.stat(path)
            except OSError:
                continue
            stamps.append((path, facts.st_size, facts.st_mtime_ns))
        return (*sorted(stamps), (str(self.work and self.work.state), 0, 0))

    # --- caption files ------------------------------------------------------------------------

    def captions(self, speaker: str, language: str) -> CaptionsFile:
        """The captions of a speaker in a language, to be worked on: those that are open, so that
        no edit waits for a look at the event. Raises as ``opened``.
        """
        known = self._files.get((speaker, language))
        return known[1] if known else self.opened(speaker, language)

    def opened(self, speaker: str, language: str) -> CaptionsFile:
        """As ``captions``, opened anew where something else of the message has changed. Raises
        NotThere, NotSaved, and as CaptionsFile does.
        """
        look = self.look()
        one = look.speaker(speaker)
        with self._lock:
            limits = _limits(look, one, language)
            seen, known = self._files.get((speaker, language), (None, None))
            as_it_was = known is not None and known.limits == limits
            if known is None or not (as_it_was and (known.version or seen is look)):
                known = _opened(look, one, language, limits)
            self._files[speaker, language] = look, known
            as_looked = self._stamp() == self._looked
        known.look()
        made = one.captions.get(language)
        if as_looked and made and made.source == "person":
            known.carry(made.cues)
            if language == spoken_language(one):
                known.fit(_fitted(look, one))
        return known

    def close(self) -> None:
        """End the programs of a build that still runs; what was finished is kept."""
        for running in (self._building, self._holding):
            if running and running.is_alive():
                process.stop_all()
                running.join(10)

    # --- holding what was saved against the sound ---------------------------------------------

    def hold(self, speaker: str) -> Report:
        """A look at one speaker for which what captions need is done: a second or two a minute.
        Raises Refused while another command works.
        """
        try:
            with self.opens(self.workspace, Work(draft=False), jobs=self.jobs) as (event, bench):
                return check(event, bench, (speaker,), with_captions=True)
        finally:
            with self._lock:
                self._looked = None

    def originals(self, speaker: str) -> tuple[Cue, ...]:
        """The captions in the language spoken, as they stand here. Raises as ``opened``."""
        one = self.look().speaker(speaker)
        return self.captions(speaker, spoken_language(one)).sheet.cues

    def listened(self, speaker: str, language: str) -> CaptionsFile:
        """As ``opened``, with the words that were typed heard in the sound. Raises NotThere where
        they are not those that are spoken, and as ``opened`` and ``hold``.
        """
        one = self.look().speaker(speaker)
        if language != spoken_language(one):
            raise NotThere("A translation is not heard in the sound: set its times by the picture.")
        if waits_to_be_held(one):
            self.hold(speaker)
        return self.opened(speaker, language)

    def hold_soon(self) -> None:
        """Hold captions that were saved here against the sound, beside everything else, once nobody
        has changed any for a while.
        """
        look = self.look()
        waiting = [speaker for speaker, one in look.checked.items() if waits_to_be_held(one)]
        busy = look.status.busy or (self.work is not None and self.work.state == "running")
        if not waiting or busy or time.monotonic() - self.edited_at < QUIET_S:
            return
        with self._lock:
            if self._holding is None or not self._holding.is_alive():
                self._holding = threading.Thread(target=self._hold, args=(waiting[0],), daemon=True)
                self._holding.start()

    def _hold(self, speaker: str) -> None:
        try:
            self.hold(speaker)
        except PipelineError as failed:  # a build that has just begun does it as well
            self.trouble = str(failed)

    # --- several people -----------------------------------------------------------------------

    def others_in(self, speaker: str, person: str) -> list[str]:
        """Who else has looked at a speaker's captions in the last seconds; ``person`` does now."""
        now = time.monotonic()
        self._seen[speaker, person] = now
        seen = sorted(self._seen.items())
        return [
            who for (where, who), at in seen
            if where == speaker and who != person and now - at < HERE_S
        ]  # fmt: skip

    def note(self, person: str, what: str, speaker: str = "", language: str = "") -> None:
        """A line of who did what, kept in outputs/review.log where several people work."""
        if self.shared:
            at = datetime.now().astimezone().isoformat(timespec="seconds")
            line = {"at": at, "by": person, "what": what, "speaker": speaker, "language": language}
            path = self.workspace.outputs / "review.log"
            files.append_line(path, json.dumps(line, ensure_ascii=True) + "\n")

    # --- what was settled and is not built yet ------------------------------------------------

    def settled(self, speaker: str, keys: Iterable[str]) -> None:
        """Settings of a speaker, by their keys in config.yaml, were changed here."""
        with self._lock:
            self._settled.update({(speaker, key.split(".")[0]): time.time() for key in keys})

    def unbuilt(self, speaker: str, clip: Path) -> list[str]:
        """The settings that were changed here after a speaker's clip was built."""
        built = clip.stat().st_mtime
        with self._lock:
            mine = {key: at for (whose, key), at in self._settled.items() if whose == speaker}
        return [key for key, at in mine.items() if at > built]

    # --- building -----------------------------------------------------------------------------

    def start_build(self, draft: bool) -> bool:
        """Begin a build beside everything else; False where one runs already."""
        with self._lock:
            if self.work and self.work.state == "running":
                return False
            self.work = Work(draft)
            self._building = threading.Thread(target=self._build, args=(self.work,), daemon=True)
            self._building.start()
            return True

    def _build(self, work: Work) -> None:
        before = dict(self._settled)
        try:
            opened = self.opens(self.workspace, work, draft=work.draft, jobs=self.jobs)
            with opened as (event, bench):
                report = build(event, bench)
            held = [one.speaker.name for one in report.checked if not one.usable]
            work.said = f"Built; a holding card for {', '.join(held)}." if held else "Built."
            with self._lock:
                for one in [one for one, at in self._settled.items() if before.get(one) == at]:
                    del self._settled[one]
            work.state = "done"
        except PipelineError as failed:
            work.said, work.state = str(failed), "failed"
        except Exception:
            traceback.print_exc()
            work.said = "This is a fault in perspectives; the lines are in the terminal."
            work.state = "failed"


def waits_to_be_held(one: Checked) -> bool:
    """Whether a person's captions have yet to be held against the sound, and all else is known."""
    sent = one.taken.submission.captions
    heard = one.pending and isinstance(one.taken, Received)
    return heard and closest(one.speaker.language, sent) is not None


def _limits(look: Look, one: Checked, language: str) -> Limits:
    if not isinstance(one.taken, Received):
        raise NotThere(_why_not(one))
    config = look.event.config
    if language not in languages_of(look.event, one):
        raise NotThere("There are no captions in that language.")
    timeline, style = one.taken.timeline, style_of(config, one.speaker, language)
    return Limits(style, language, timeline.rate, timeline.frames)


def _why_not(one: Checked) -> str:
    """Why there are no captions of a message that could be corrected."""
    if one.taken.submission.recording is None:
        return "There is no recording yet whose captions could be corrected."
    if one.pending:
        return "The recording has not been looked at yet: make a draft build, or run check."
    return "The recording cannot be used, so it has no captions: what was found of it says why."


def spoken_language(one: Checked) -> str:
    """The language of the captions that are no translation."""
    return closest(one.speaker.language, one.captions) or one.speaker.language


def languages_of(event: Event, one: Checked) -> tuple[str, ...]:
    """The languages in which a speaker has captions or ought to have them, the spoken one first."""
    wanted = (*event.config.captions.burn, *event.config.captions.languages)
    there = (*one.captions, *one.taken.submission.captions)
    return tuple(dict.fromkeys((one.speaker.language, *wanted, *there)))


def _opened(look: Look, one: Checked, language: str, limits: Limits) -> CaptionsFile:
    made = one.captions.get(language)
    drafted: Sequence[Cue] = made.cues if made else ()
    heard, hearings = _heard(look, one) if language == one.speaker.language else ((), ())
    place = Place(
        look.event.workspace.inputs / "captions", captions_name(one.taken.submission, language)
    )
    waiting = ""
    if made is None and one.pending:
        drafted = _draft_before(look, one, language, limits)
        waiting = BEING_MADE if drafted or language == one.speaker.language else ""
    return CaptionsFile(place, limits, drafted, heard, hearings, waiting)


BEING_MADE = (
    "These captions are yet to be made again: a name, the script or something else that they are"
    " made from was changed. Make a draft build, then correct them."
)


def _draft_before(look: Look, one: Checked, language: str, limits: Limits) -> tuple[Cue, ...]:
    """The draft that was handed over last: something to read until the next is there."""
    outputs = look.event.workspace.outputs
    path = outputs / "captions" / f"{one.speaker.id}.{language}.srt"
    try:
        data = received.read(path, outputs)
        return caption_files.read_captions(data, path.name, limits.rate, limits.clip_frames)[0]
    except (OSError, caption_files.NotCaptions):
        return ()


def _heard(look: Look, one: Checked) -> tuple[tuple[Word, ...], tuple[tuple[Word, ...], ...]]:
    """The words that were heard and their hearings, as far as that is known without running
    anything.
    """
    if one.heard is None:
        return (), ()
    try:
        return words_known(look.event, look.bench, one.heard, look.weights)
    except (NotYet, Refused):
        return (), ()


def _fitted(look: Look, one: Checked) -> tuple[Word, ...]:
    """The words of the captions as the aligner has heard them, as far as that is known."""
    try:
        return fitted_words(look.event, look.bench, one.heard) if one.heard else ()
    except NotYet:
        return ()


def _within(folder: Path) -> list[str]:
    try:
        return [entry.path for entry in os.scandir(folder) if not entry.name.startswith(".")]
    except OSError:
        return []
