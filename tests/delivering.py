"""One recording taken the whole way to its clip by the real recipes, without cards, captions and
the command line: seconds where a build takes minutes. What comes out is what clips/ID.mp4 is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Delivery, Limits, Speaker
from pipeline.errors import ToolFailed
from pipeline.findings import Finding
from pipeline.model import Probe
from pipeline.plan.assembly import plan_join, plan_sound_track
from pipeline.plan.cards import plan_silence
from pipeline.plan.conform import Timeline, plan_timeline
from pipeline.plan.picture import Dressing, Take, plan_part
from pipeline.plan.probe import parse_probe, plan_probe
from pipeline.plan.sound import Treatment, plan_sound
from pipeline.plan.survey import completed, parse_survey, plan_survey
from pipeline.plan.verdicts import probe_findings, survey_findings
from pipeline.recipe import Recipe
from pipeline.work.making import make
from pipeline.work.store import Store

SMALL = Delivery.model_validate({"size": "640x360", "preset": "ultrafast", "quality": 16})
FINE = SMALL.model_copy(update={"quality": 1})
"""As good as without loss: x264 leaves out what changes little in a dark fade."""
ANN = Speaker.model_validate({"id": "ann", "name": "Dr Ann Example"})


NOBODY = {
    "title": "A clip",
    "slot": {"start": "2026-01-01T10:00:00+00:00", "end": "2026-01-01T11:00:00+00:00"},
    "delivery": {"size": "640x360"},
    "speakers": [{"id": "ann", "name": "Dr Ann Example"}],
}


class NotTaken(Exception):
    """A recording that is rejected: the code of the error, and its sentence."""


@dataclass(frozen=True)
class Delivered:
    """A clip, and what was known of the recording it came from."""

    clip: Path
    probe: Probe
    findings: tuple[Finding, ...]
    timeline: Timeline


def deliver(
    recording: Path,
    delivery: Delivery = SMALL,
    speaker: Speaker = ANN,
    changed: Callable[[Recipe], Recipe] = lambda recipe: recipe,
) -> Delivered:
    """``recording`` as a clip, made beside it: the sound alone where it has no picture, a silent
    clip where it has no sound. ``changed`` may alter a part's recipe before it runs.

    Raises NotTaken where the recording would be rejected.
    """
    store = Store(recording.parent / "store")
    taken = store.submission(recording, recording.parent)

    def made(recipe: Recipe) -> Recipe:
        make(store.root, recipe, (recipe,))
        return recipe

    facts = json.loads(store.text(made(plan_probe(taken, speaker.id, "x")), "probe.json"))
    probe = parse_probe(facts)
    findings = accepted(probe_findings(facts, probe, Limits(), speaker, recording.name))
    try:
        said = store.text(made(plan_survey(taken, probe, speaker.id, "x")), "stderr.txt")
    except ToolFailed as failed:  # as commands/check.py has it
        raise NotTaken("damaged", str(failed)) from None
    saw = parse_survey(said, probe)
    probe = completed(probe, saw, said)
    findings = accepted((*findings, *survey_findings(saw, probe, speaker, recording.name)))
    timeline = plan_timeline(probe, delivery.fps, speaker.trim)
    sound = plan_silence(timeline.frames, timeline.rate, "x")
    if probe.sound:
        as_it_is = Treatment("stereo", 0.0)
        sound = plan_sound(taken, timeline, probe.sound, as_it_is, delivery, 0, speaker.id, "x")
    heard = store.made(made(sound), "sound.wav", "sound.wav")
    if probe.picture is None:
        return Delivered(Path(heard.path), probe, findings, timeline)
    take = Take(speaker, timeline, delivery, Dressing(0), "x")
    parts = [made(changed(plan_part(taken, probe.picture, take, part))) for part in timeline.parts]
    track = made(plan_sound_track("sound", [heard], timeline.frames, delivery.fps, "x"))
    joined = made(
        plan_join(
            "clip",
            [store.made(part, "clean.mp4", "clean.mp4") for part in parts],
            store.made(track, "sound.m4a", "sound.m4a"),
            speaker.language,
            (),
            None,
            timeline.frames,
            "joined.mp4",
            "clip",
            "x",
        )
    )
    return Delivered(store.output(joined, "joined.mp4"), probe, findings, timeline)


def accepted(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings, where none is an error. Raises NotTaken."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise NotTaken(errors[0].code, errors[0].message)
    return findings
