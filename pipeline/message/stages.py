"""The stages of a message: plan a recipe, ask the store, parse the result; without it plan/ and
tools/ would not meet.

Each method gives a value or a recipe whose result is in the store. A dry ``Stages`` runs nothing:
it notes what would run and why, and raises NotYet where the next step needs a result that is not
there.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from pipeline.captions.burned import CaptionFont, Second, captions_ass
from pipeline.config import Config, Speaker
from pipeline.errors import Refused, ToolFailed
from pipeline.model import (
    Captions,
    FileInput,
    Finding,
    Loudness,
    Probe,
    Recipe,
    Submission,
    verdict,
)
from pipeline.plan import cards, conform, loudness, music, probe, survey, verdicts
from pipeline.plan.photo import Meter, plan_photo, plan_photo_part
from pipeline.plan.picture import Dressing, Lettering, Overlay, Take, plan_part
from pipeline.plan.sound import Treatment, plan_listen, plan_sound
from pipeline.plan.transitions import crossfade_frames
from pipeline.timing import frames_nearest
from pipeline.tools.drawing import caption_fonts, fonts
from pipeline.tools.running import programs
from pipeline.work.making import make
from pipeline.work.store import Store
from pipeline.work.workers import Workers
from pipeline.workspace import Workspace, brand_file, brand_fonts, named_file, not_a_plain_file

_Fonts = tuple[tuple[CaptionFont, Path], ...]


class Observer(Protocol):
    """Who watches the work: the command line's progress, or nobody."""

    def expect(self, task: str, weight: float) -> None:
        """``task`` will run and cost about ``weight``."""

    def finished(self, task: str, weight: float) -> None:
        """``task`` has run."""

    def say(self, sentence: str) -> None:
        """Something a producer should read now."""


@dataclass(frozen=True)
class Intake:
    """One submission as far as the probe: its recording as an input, and what is wrong with it."""

    speaker: Speaker
    submission: Submission
    findings: tuple[Finding, ...]
    recording: FileInput | None = None
    probe: Probe | None = None
    timeline: conform.Timeline | None = None
    photo: Recipe | None = None
    """Draws the photo that is shown in place of a picture."""

    @property
    def usable(self) -> bool:
        """Nothing rejects it so far."""
        return self.timeline is not None and verdict(self.findings) != "reject"


@dataclass(frozen=True)
class Heard:
    """One submission after listening: how loud it is, and the recipe whose speech.wav holds its
    speech.

    ``listen`` is None where nothing is to be heard, and the producer knows it (``allow_silent``).
    """

    intake: Intake
    loudness: Loudness
    listen: Recipe | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Pictures:
    """The parts of one message's picture, clean and with captions (the same recipe where no caption
    is on screen).
    """

    clean: tuple[tuple[Recipe, str], ...]
    burned: tuple[tuple[Recipe, str], ...]

    def of(self, burned: bool) -> tuple[tuple[Recipe, str], ...]:
        """Recipe and output of each part, in order."""
        return self.burned if burned else self.clean


@dataclass(frozen=True)
class Edges:
    """A message's first and last pictures once more, to be crossfaded with its neighbours; none
    where nothing is.
    """

    head: Pictures = Pictures((), ())
    tail: Pictures = Pictures((), ())


@dataclass
class Stages:
    """All stages of one command. ``draft`` draws the mark; ``dry`` runs nothing."""

    workspace: Workspace
    config: Config
    store: Store
    workers: Workers | None
    observer: Observer
    draft: bool = False
    would_run: list[tuple[str, str]] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    _in_flight: dict[str, Future[None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def dry(self) -> bool:
        """Nothing may run."""
        return self.workers is None

    # --- asking the store -------------------------------------------------------------------------

    def obtain(self, command: Recipe, *fills: Recipe) -> None:
        """See to it that ``command``'s result is in the store, or that of ``fills``, which it makes
        in one run.

        Two threads that ask for the same work wait for one run. Raises ToolFailed.
        """
        self.wait(self.start(command, *fills))

    def start(self, command: Recipe, *fills: Recipe) -> Future[None] | None:
        """As ``obtain``, without waiting: a future, or None when nothing has to run."""
        stale = tuple(recipe for recipe in fills or (command,) if not self.store.has(recipe))
        if not stale:
            return None
        if self.workers is None:
            self.would_run.extend((recipe.task, self.store.why(recipe)) for recipe in stale)
            return None
        with self._lock:
            running = self._in_flight.get(stale[0].key)
            if running is None:
                self.observer.expect(command.task, command.weight)
                running = self.workers.run(make, self.store.root, command, stale)
                running.add_done_callback(lambda done: self._done(done, command, stale))
                for recipe in stale:
                    self._in_flight[recipe.key] = running
        return running

    def obtain_all(self, commands: Iterable[Recipe]) -> None:
        """``obtain`` for each of ``commands``, side by side."""
        self.wait(*[self.start(command) for command in commands])

    def wait(self, *started: Future[None] | None) -> None:
        """Wait for all that ``start`` gave; raises what went wrong."""
        for running in started:
            if running is not None:
                running.result()

    def _done(self, done: Future[None], command: Recipe, stale: tuple[Recipe, ...]) -> None:
        if not done.cancelled() and done.exception() is None:
            self.observer.finished(command.task, command.weight)
            self.ran.append(command.task)
            for recipe in stale:
                self.store.remember(recipe)

    # --- the stages, in the order of a message ----------------------------------------------------

    def intake(
        self, speaker: Speaker, submission: Submission, findings: tuple[Finding, ...]
    ) -> Intake:
        """Probe a recording and lay it on the delivery's frames. Nothing is raised for what is
        wrong with the file.
        """
        if submission.recording is None or verdict(findings) == "reject":
            return Intake(speaker, submission, findings)
        name = submission.recording
        if refused := self._not_plain(speaker, name):
            return Intake(speaker, submission, (*findings, *refused))
        recording = self.store.submission(self.workspace.inputs / name, self.workspace.inputs)
        look = probe.plan_probe(recording, speaker.id, programs.version("probe"))
        self.obtain(look)
        facts = json.loads(self.store.text(look, "probe.json"))
        seen = probe.parse_probe(facts)
        found = (
            *findings,
            *verdicts.probe_findings(facts, seen, self.config.limits, speaker, name),
        )
        if verdict(found) == "reject":
            return Intake(speaker, submission, found, recording, seen)
        decoded = survey.plan_survey(recording, seen, speaker.id, programs.version("ffmpeg"))
        self.obtain(decoded)
        counted = self.store.text(decoded, "stderr.txt")
        saw = survey.parse_survey(counted, seen)
        seen = survey.completed(seen, saw, counted)
        photo, said = self._photo(speaker, submission)
        found = verdicts.settled(
            (*found, *verdicts.survey_findings(saw, seen, speaker, name), *said)
        )
        if photo:
            seen = replace(seen, picture=None)
        taken = Intake(speaker, submission, found, recording, seen, photo=photo)
        if verdict(taken.findings) == "reject":
            return taken
        try:
            return replace(
                taken,
                timeline=conform.plan_timeline(
                    seen, self.config.delivery.fps, speaker.trim, crossfade_frames(self.config)
                ),
            )
        except ValueError as nothing:
            return replace(
                taken,
                findings=(
                    *taken.findings,
                    Finding(
                        "error",
                        "trim-empty",
                        f"{name}: {nothing}.",
                        f"Correct trim: under {speaker.id} in config.yaml.",
                        speaker.id,
                        name,
                    ),
                ),
            )

    def _photo(
        self, speaker: Speaker, submission: Submission
    ) -> tuple[Recipe | None, tuple[Finding, ...]]:
        """The recipe that has fitted the photo that is shown in place of a picture, or why it
        cannot be used.
        """
        if submission.still is None:
            return None, ()
        if refused := self._not_plain(speaker, submission.still):
            return None, refused
        photo = self.store.submission(
            self.workspace.inputs / submission.still, self.workspace.inputs, "photo"
        )
        recipe = plan_photo(photo, self.config.delivery, speaker.id, programs.version("photo"))
        try:
            self.obtain(recipe)
        except Refused as unusable:
            return None, (
                Finding(
                    "error",
                    "still-unusable",
                    f"{submission.still}: {unusable}",
                    "Save it as JPEG and put that into inputs/.",
                    speaker.id,
                    submission.still,
                ),
            )
        return recipe, ()

    def _not_plain(self, speaker: Speaker, name: str) -> tuple[Finding, ...]:
        """Why a file in inputs/ must not be opened; nothing where it may be."""
        refused = not_a_plain_file(self.workspace.inputs / name, self.workspace.inputs)
        if refused is None:
            return ()
        code, message, remedy = refused
        return (Finding("error", code, f"{name}: {message}", remedy, speaker.id, name),)

    def listen(self, taken: Intake) -> Heard:
        """Measure a message's loudness and keep its speech, in one decode."""
        assert taken.recording and taken.timeline and taken.probe and taken.submission.recording
        if taken.probe.sound is None:
            return Heard(taken, loudness.NOTHING, None, taken.findings)
        recipe = plan_listen(
            taken.recording,
            taken.timeline,
            taken.probe.sound,
            taken.speaker.id,
            programs.version("ffmpeg"),
        )
        self.obtain(recipe)
        said = self.store.text(recipe, "stderr.txt")
        measured = loudness.parse_loudness(said)
        may_be_silent = (
            taken.speaker.allow_silent and taken.photo is None
        )  # a photo with no sound is no message
        if may_be_silent and measured.whole_lufs <= loudness.SILENCE_LUFS:
            return Heard(taken, measured, None, taken.findings)
        hum = loudness.parse_hum(said, measured)
        found = loudness.loudness_findings(
            measured, hum, taken.speaker.id, taken.submission.recording
        )
        return Heard(taken, measured, recipe, (*taken.findings, *found))

    def sound(self, heard: Heard) -> tuple[Recipe, tuple[Finding, ...]]:
        """The message's sound at the target loudness: measured after each pass, corrected at most
        three times.
        """
        taken, target = heard.intake, self.config.delivery.loudness
        assert taken.recording and taken.timeline and taken.probe
        if heard.listen is None or taken.probe.sound is None:
            silence = cards.plan_silence(
                taken.timeline.frames, self.config, programs.version("ffmpeg")
            )
            self.obtain(silence)
            return silence, ()
        wanted = loudness.first_gain_db(heard.loudness, target)
        noise_db = (
            loudness.parse_noise_db(self.store.text(heard.listen, "stderr.txt"))
            if taken.speaker.denoise == "light"
            else None
        )
        treatment = Treatment(
            loudness.route(heard.loudness),
            min(wanted, self.config.limits.gain),
            noise_db=noise_db,
            level=taken.speaker.level,
        )
        before: tuple[float, float] | None = None
        for attempt in range(1, loudness.MOST_PASSES + 1):
            recipe = plan_sound(
                taken.recording,
                taken.timeline,
                taken.probe.sound,
                treatment,
                self.config.delivery,
                self.fade_frames,
                taken.speaker.id,
                programs.version("ffmpeg"),
            )
            self.obtain(replace(recipe, task=f"{taken.speaker.id}: sound, pass {attempt}"))
            reached, _ = loudness.parse_meter(
                self.store.text(recipe, "stderr.txt"), "ebur128@result"
            )
            better = loudness.next_gain_db(treatment.more_db, reached, target, before)
            raised_enough = wanted > self.config.limits.gain and reached < target
            if better is None or raised_enough or attempt == loudness.MOST_PASSES:
                break
            before, treatment = (treatment.more_db, reached), replace(treatment, more_db=better)
        return recipe, loudness.reached_findings(
            reached,
            target,
            wanted > self.config.limits.gain,
            taken.speaker.id,
            taken.submission.recording or "",
        )

    def speaker_drawings(self, speaker: Speaker) -> Recipe:
        """The recipe that draws everything with a speaker's name."""
        return cards.plan_speaker_drawings(
            self.config, speaker, self.brand(), self.draft, programs.version("draw")
        )

    def drawn(self, speaker: Speaker | None) -> tuple[Finding, ...]:
        """What could not be drawn on a speaker's cards, or on the segment's; they are drawn where
        they were not.

        A dry run goes on without the answer: nothing that follows depends on it.
        """
        recipe = self.speaker_drawings(speaker) if speaker else self.segment_drawings()
        self.obtain(recipe)
        if self.dry and not self.store.has(recipe):
            return ()
        what = f"cards of {speaker.name}" if speaker else "opening and closing cards"
        return cards.drawing_findings(
            self.store.text(recipe, "stdout.txt"), what, speaker.id if speaker else None
        )

    def segment_drawings(self) -> Recipe:
        """The recipe that draws the opening and the closing card, and the ground of everybody's
        cards.
        """
        return cards.plan_segment_drawings(
            self.config, self.brand(), self.draft, programs.version("draw")
        )

    def start_pictures(
        self, heard: Heard, captions: Sequence[Captions], only: conform.Part | None = None
    ) -> tuple[Pictures, list[Future[None] | None]]:
        """The message's picture in parts (or the ``only`` one asked for), and what to ``wait`` for
        until they are there.

        Clean and with captions come from one decode where both are stale.
        """
        assert heard.intake.timeline
        return self._start_parts(heard, captions, (only,) if only else heard.intake.timeline.parts)

    def start_edges(
        self, heard: Heard, captions: Sequence[Captions]
    ) -> tuple[Edges, list[Future[None] | None]]:
        """The pictures at a message's ends that are crossfaded, as ``start_pictures``."""
        timeline = heard.intake.timeline
        assert timeline
        if not timeline.edge:
            return Edges(), []
        (head, begun), (tail, ended) = (
            self._start_parts(heard, captions, parts, crossed=True)
            for parts in (
                [part for part in timeline.parts if part.first_frame < timeline.edge],
                [
                    part
                    for part in timeline.parts
                    if part.first_frame >= timeline.frames - timeline.edge
                ],
            )
        )
        return Edges(head, tail), [*begun, *ended]

    def _start_parts(
        self,
        heard: Heard,
        captions: Sequence[Captions],
        parts: Iterable[conform.Part],
        crossed: bool = False,
    ) -> tuple[Pictures, list[Future[None] | None]]:
        drawings = self.speaker_drawings(heard.intake.speaker)
        self.obtain(drawings)
        dressing, lifted_until = self._dressing(drawings)
        if crossed:
            dressing = replace(dressing, fade_frames=0, crossed=True)
        burned = [(one, _caption_fonts(one)) for one in captions] if self.want_burned else []
        planned = [self._part(heard, part, dressing, burned, lifted_until) for part in parts]
        return Pictures(
            tuple((clean, "clean.mp4") for clean, _, _ in planned),
            tuple(
                (burned, "burned.mp4") if burned else (clean, "clean.mp4")
                for clean, burned, _ in planned
            ),
        ), [self._start_part(*recipes) for recipes in planned]

    def _start_part(
        self, clean: Recipe, burned: Recipe | None, both: Recipe
    ) -> Future[None] | None:
        wanted_clean = self.want_clean or burned is None
        stale_clean = wanted_clean and not self.store.has(clean)
        if burned is None or self.store.has(burned):
            return self.start(clean) if stale_clean else None
        return self.start(both, clean, burned) if stale_clean else self.start(burned)

    @property
    def want_clean(self) -> bool:
        """The delivery asks for pictures without captions in them."""
        return "soft" in self.config.delivery.outputs

    @property
    def want_burned(self) -> bool:
        """The delivery asks for pictures with captions in them."""
        return "burned" in self.config.delivery.outputs

    def _part(
        self,
        heard: Heard,
        part: conform.Part,
        dressing: Dressing,
        captions: Sequence[tuple[Captions, _Fonts]],
        lifted_until: int,
    ) -> tuple[Recipe, Recipe | None, Recipe]:
        """A part's recipes: clean, burned (None where no caption is on screen), and the one that
        makes both.
        """
        taken, delivery = heard.intake, self.config.delivery
        assert taken.timeline
        take = Take(taken.speaker, taken.timeline, delivery, dressing, programs.version("ffmpeg"))
        drawn = [
            (one.cues, tuple(font for font, _ in chosen)) for one, chosen in captions if chosen
        ]
        text = None
        if drawn:
            (cues, letters), second = drawn[0], Second(*drawn[1]) if drawn[1:] else None
            text = captions_ass(
                cues,
                delivery.size,
                delivery.fps,
                letters,
                part.first_frame,
                part.first_frame + part.frames,
                lifted_until,
                second,
            )
        chosen_fonts = dict.fromkeys(entry for _, chosen in captions for entry in chosen)
        files = tuple(
            self.store.file_input(path, f"fonts/captions{number or ''}.ttf")
            for number, (font, path) in enumerate(chosen_fonts)
            if text and font.family in text
        )

        lettering = Lettering(text, files) if text else None

        def plan(clean: bool, burned: bool) -> Recipe:
            assert taken.recording and taken.probe
            if taken.probe.picture is None:
                return plan_photo_part(
                    *self._photo_and_meter(heard), take, part, lettering, clean, burned
                )
            return plan_part(
                taken.recording, taken.probe.picture, take, part, lettering, clean, burned
            )

        clean = plan(True, False)
        return (clean, plan(False, True), plan(True, True)) if text else (clean, None, clean)

    def _photo_and_meter(self, heard: Heard) -> tuple[FileInput, Meter]:
        assert heard.intake.photo and heard.listen
        return self.store.made(heard.intake.photo, "photo.png", "photo.png"), Meter(
            self.store.made(heard.listen, "speech.wav", "speech.wav"),
            loudness.route(heard.loudness),
            loudness.first_gain_db(heard.loudness, self.config.delivery.loudness),
            self.config.brand.worn.accent,
        )

    def _dressing(self, drawings: Recipe) -> tuple[Dressing, int]:
        """What is drawn onto a message, and the frame until which captions are lifted."""
        rate, up = self.config.delivery.fps, self.config.cards.lower_third
        first = self.fade_frames + frames_nearest(200, rate)
        end = first + frames_nearest(up, rate)
        panel = (
            Overlay(self.store.made(drawings, "lower-third.png", "lower-third.png"), first, end)
            if up
            else None
        )
        mark = None
        if self.draft:
            segment = self.segment_drawings()
            self.obtain(segment)
            mark = self.store.made(segment, "draft.png", "draft-mark.png")
        return Dressing(self.fade_frames, panel, mark), end if up else 0

    @property
    def fade_frames(self) -> int:
        """How long each item fades in and out where it is not crossfaded; 0 for hard cuts."""
        return (
            frames_nearest(self.config.cards.fade, self.config.delivery.fps)
            if (self.config.cards.transition != "cut")
            else 0
        )

    # --- fonts and logo ---------------------------------------------------------------------------

    def brand(self, config: Config | None = None) -> tuple[FileInput, ...]:
        """Fonts and logo (of ``config``, where it is not the event's own) as inputs of a drawing.
        Raises ConfigInvalid when one of them is not there.
        """
        fonts = brand_fonts(self.workspace, config or self.config)
        inputs = [self.store.file_input(path, f"fonts/{name}.ttf") for name, path in fonts.items()]
        if self.config.brand.logo:
            inputs.append(
                self.store.file_input(
                    brand_file(self.workspace, "logo", self.config.brand.logo), "logo"
                )
            )
        return tuple(inputs)

    def burned(self, captions: Mapping[str, Captions]) -> tuple[Captions, ...]:
        """Those of a message's captions that are drawn into its picture, by ``captions.burn``:
        none, one or two.
        """
        return tuple(
            captions[language] for language in self.config.captions.burn if language in captions
        )

    def music(self) -> tuple[music.Bed | None, tuple[Finding, ...]]:
        """What plays under the cards, or why nothing does. Raises ConfigInvalid when the file is
        not there.

        A dry run goes on without it.
        """
        name = self.config.cards.music
        if not name:
            return None, ()
        root = self.workspace.root.resolve()
        recipe = music.plan_bed(
            self.store.submission(named_file(self.workspace, "cards.music", name), root),
            programs.version("ffmpeg"),
        )
        try:
            self.obtain(recipe)
        except ToolFailed:
            return None, (music.unusable(name, "no sound could be read from it"),)
        if self.dry and not self.store.has(recipe):
            return None, ()
        bed = music.parse_bed(recipe, self.store.text(recipe, "stderr.txt"))
        return (
            (None, (music.unusable(name, "nothing is to be heard in it"),))
            if bed.silent
            else (bed, ())
        )

    def letters_missing(self, speaker: Speaker, captions: Captions) -> tuple[Finding, ...]:
        """Letters of the captions that are burned in which no font on this computer has."""
        if not self.want_burned:
            return ()
        missing = caption_fonts.missing_letters(
            map(ord, _letters(captions)), _caption_fonts(captions)
        )
        if not missing:
            return ()
        shown = " ".join(sorted(missing)[:20])
        return (
            Finding(
                "warning",
                "letters-missing",
                f"{speaker.name}: no font here has {shown} of the captions in {captions.language}; "
                "they are left out of the picture (the caption files and tracks have them).",
                "Install fonts for that script (on Debian: apt-get install"
                f" {fonts.package_for(missing)}); pictures such as emoji cannot be drawn.",
                speaker.id,
            ),
        )


def _letters(captions: Captions) -> str:
    return "".join(line for cue in captions.cues for line in cue.lines)


def _caption_fonts(captions: Captions) -> _Fonts:
    """Chosen for the whole message, so that all its parts look alike."""
    return caption_fonts.caption_fonts(frozenset(map(ord, _letters(captions))), captions.language)
