"""Looks at what somebody sent, as far as it can be laid on the delivery's frames; without it a
broken file would be found out in the middle of an encode.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.captions.words.languages import closest
from pipeline.codes import Code
from pipeline.config import INTRODUCES, Speaker
from pipeline.errors import Refused
from pipeline.event import Event
from pipeline.findings import About, Finding, verdict
from pipeline.forecast import picture_weight
from pipeline.message.prepared import Received, Rejected
from pipeline.message.tracks import with_sound_chosen
from pipeline.model import Probe, Submission
from pipeline.plan import conform, decided, probe, survey, tracks, verdicts
from pipeline.plan.photo import plan_photo
from pipeline.recipe import FileInput, Recipe
from pipeline.tools.running import received as door
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench
from pipeline.work.weights import may_listen


@dataclass(frozen=True)
class Arrived:
    """A recording that lies in inputs/ and may be opened, by what is known without opening it.

    ``file`` is its name there. Of what was decided for another recording ``speaker`` has nothing
    but ``still``, where ``still_aside`` says that it was: a photo that was meant for sound alone
    may be right for another sound.
    """

    speaker: Speaker
    submission: Submission
    file: str
    recording: FileInput
    findings: tuple[Finding, ...]
    still_aside: bool


def first_sight(
    event: Event,
    bench: Bench,
    speaker: Speaker,
    submission: Submission,
    findings: tuple[Finding, ...] = (),
) -> Rejected | Arrived:
    """What came in, by its size, its first bytes and its content's digest. No program runs.
    ``findings`` are what is known against it already.

    Raises StillChanging.
    """
    name = submission.recording
    if name is None or verdict(findings) == "reject":
        return Rejected(speaker, submission, findings)
    if refused := _not_plain(event, speaker, name):
        return Rejected(speaker, submission, (*findings, *refused))
    inputs, limits = event.workspace.inputs, event.config.limits
    size, head = door.first_sight(inputs / name, inputs)
    if refused := verdicts.sight_findings(size, head, limits, speaker, name):
        return Rejected(speaker, submission, (*findings, *refused))
    recording = bench.submission(inputs / name, inputs)
    others = decided.for_another(event.decisions, speaker, recording.digest)
    aside = tuple(kind for kind in others if kind != "still")
    if aside:
        findings = (*findings, decided.put_aside(speaker, name, aside))
    still_aside = "still" in others
    speaker = decided.without(speaker, aside)
    return Arrived(speaker, submission, name, recording, findings, still_aside)


def look_at(event: Event, bench: Bench, arrived: Arrived) -> Rejected | Received:
    """A recording, probed and decoded once. Nothing is raised for what is wrong with it.

    Raises StillChanging, ToolFailed, and NotYet where nothing may run.
    """
    speaker, submission, name = arrived.speaker, arrived.submission, arrived.file
    look = probe.plan_probe(arrived.recording, speaker.id, version("probe"))
    facts = json.loads(bench.answer(look, "probe.json"))
    looked = probe.parse_probe(facts)
    known = arrived.findings
    if arrived.still_aside and looked.picture:
        known = (*known, decided.put_aside(speaker, name, ("still",)))
        speaker = decided.without(speaker, ("still",))
        submission = replace(submission, photo=None)
    seen, told = tracks.as_told(looked, speaker, name)
    limits = event.config.limits
    found = (*known, *told, *verdicts.probe_findings(facts, seen, limits, speaker, name))
    if verdict(found) == "reject":
        return Rejected(speaker, submission, found, arrived.recording, seen)
    opened = _Opened(speaker, submission, name, arrived.recording, seen, found)
    return _decoded(event, bench, opened)


@dataclass(frozen=True)
class _Opened:
    """A recording that can be opened; ``file`` is its name in inputs/."""

    speaker: Speaker
    submission: Submission
    file: str
    recording: FileInput
    probe: Probe
    findings: tuple[Finding, ...]


def _decoded(event: Event, bench: Bench, opened: _Opened) -> Rejected | Received:
    """A recording decoded once and laid on the delivery's frames."""
    speaker, submission, recording = opened.speaker, opened.submission, opened.recording
    length_s = opened.probe.duration_ms / 1000
    size, copies = event.config.delivery.size, len(event.kinds_wanted)
    heard_alone = speaker.id.endswith(INTRODUCES)
    pictures = None if heard_alone else picture_weight(length_s, size, copies)
    bench.observer.met(speaker.id, length_s, pictures, _by_whisper(event, opened))
    decoded = survey.plan_survey(recording, opened.probe, speaker.id, version("ffmpeg"))
    counted = bench.answer(decoded, "stderr.txt")
    texts = survey.seconds_of(opened.probe)
    seconds = {place: bench.answer(decoded, text) for place, text in texts.items()}
    saw = survey.with_seconds(survey.parse_survey(counted, opened.probe), seconds)
    seen = survey.completed(opened.probe, saw, counted)
    photo, said = photo_of(event, bench, speaker, submission)

    def settled(seen: Probe, *more: Finding) -> tuple[Finding, ...]:
        judged = verdicts.survey_findings(saw, seen, speaker, opened.file)
        return verdicts.settled((*opened.findings, *judged, *more, *said))

    if photo:
        seen = replace(seen, picture=None)
    if verdict(found := settled(seen)) == "reject":
        return Rejected(speaker, submission, found, recording, seen)

    def taken(seen: Probe, *more: Finding) -> Received:
        timeline = _timeline(event, speaker, seen)
        found = settled(seen, *more)
        return Received(speaker, submission, found, recording, seen, timeline, photo)

    try:
        return with_sound_chosen(bench, saw, seen, taken)
    except ValueError as nothing:
        message = f"{opened.file}: {nothing}."
        remedy = f"Correct trim: under {speaker.id} in config.yaml."
        empty = About(speaker.id, opened.file).error("trim-empty", message, remedy)
        return Rejected(speaker, submission, (*found, empty), recording, seen)


def _by_whisper(event: Event, opened: _Opened) -> bool:
    """Whether Whisper will listen to it, as far as can be told before anything is read: where a
    person sent captions in the language spoken it does not.
    """
    asked = event.config.captions
    if closest(opened.speaker.language, opened.submission.captions) is not None:
        return False
    return may_listen(asked.model, asked.engine, event.workspace.root)


def _timeline(event: Event, speaker: Speaker, seen: Probe) -> conform.Timeline:
    """Raises ValueError where the trim leaves nothing."""
    rate = event.config.delivery.fps
    return conform.plan_timeline(seen, rate, speaker.trim, event.crossfade_frames)


def photo_of(
    event: Event, bench: Bench, speaker: Speaker, submission: Submission
) -> tuple[Recipe | None, tuple[Finding, ...]]:
    """The recipe that has fitted the photo that is shown in place of a picture, or why it cannot be
    used.
    """
    if submission.photo is None:
        return None, ()
    if refused := _not_plain(event, speaker, submission.photo):
        return None, refused
    inputs = event.workspace.inputs
    size, _ = door.first_sight(inputs / submission.photo, inputs)
    if too_large := verdicts.size_findings(size, event.config.limits, speaker, submission.photo):
        return None, too_large
    photo = bench.submission(inputs / submission.photo, inputs, "photo")
    recipe = plan_photo(photo, event.config.delivery, speaker.id, version("photo"))
    try:
        bench.obtain(recipe)
    except Refused as unusable:
        message = f"{submission.photo}: {unusable}"
        about = About(speaker.id, submission.photo)
        remedy = "Save it as JPEG and put that into inputs/."
        return None, (about.error("still-unusable", message, remedy),)
    return recipe, ()


_REMEDIES: Mapping[Code, str] = {
    "missing": "Put it into inputs/ again.",
    "unreadable": "Check that you may read the file (its permissions).",
}


def _not_plain(event: Event, speaker: Speaker, name: str) -> tuple[Finding, ...]:
    """Why a file in inputs/ must not be opened; nothing where it may be. Never waits for a pipe."""
    inputs = event.workspace.inputs
    problem = _problem(inputs / name, inputs)
    if problem is None:
        return ()
    remedy = _REMEDIES.get(problem.code, "Put the file itself into inputs/.")
    return (About(speaker.id, name).error(problem.code, f"{name}: {problem}.", remedy),)


def _problem(path: Path, inputs: Path) -> door.NotReceived | None:
    try:
        os.close(door.opened(path, inputs))
    except door.NotReceived as problem:
        return problem
    return None
