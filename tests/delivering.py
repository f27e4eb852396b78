"""One recording taken the whole way to its clip by the real recipes, without cards, captions and
the command line: seconds where a build takes minutes. What comes out is what clips/ID.mp4 is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Delivery, Limits, Speaker
from pipeline.findings import Finding
from pipeline.model import Probe
from pipeline.plan.assembly import plan_join, plan_sound_track
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
ANN = Speaker.model_validate({"id": "ann", "name": "Dr Ann Example"})


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
    """``recording`` as a clip, made beside it. ``changed`` may alter a part's recipe before it
    runs.
    """
    store = Store(recording.parent / "store")
    taken = store.submission(recording, recording.parent)

    def made(recipe: Recipe) -> Recipe:
        make(store.root, recipe, (recipe,))
        return recipe

    facts = json.loads(store.text(made(plan_probe(taken, speaker.id, "x")), "probe.json"))
    probe = parse_probe(facts)
    findings = probe_findings(facts, probe, Limits(), speaker, recording.name)
    assert probe.picture and probe.sound, findings
    said = store.text(made(plan_survey(taken, probe, speaker.id, "x")), "stderr.txt")
    saw = parse_survey(said, probe)
    probe = completed(probe, saw, said)
    assert probe.picture and probe.sound
    findings = (*findings, *survey_findings(saw, probe, speaker, recording.name))
    timeline = plan_timeline(probe, delivery.fps, speaker.trim)
    take = Take(speaker, timeline, delivery, Dressing(0), "x")
    parts = [made(changed(plan_part(taken, probe.picture, take, part))) for part in timeline.parts]
    sound = made(
        plan_sound(
            taken, timeline, probe.sound, Treatment("stereo", 0.0), delivery, 0, speaker.id, "x"
        )
    )
    track = made(
        plan_sound_track(
            "sound",
            [store.made(sound, "sound.wav", "sound.wav")],
            timeline.frames,
            delivery.fps,
            "x",
        )
    )
    joined = made(
        plan_join(
            "clip",
            [store.made(part, "clean.mp4", "clean.mp4") for part in parts],
            store.made(track, "sound.m4a", "sound.m4a"),
            (),
            None,
            timeline.frames,
            "joined.mp4",
            "clip",
            "x",
        )
    )
    return Delivered(store.output(joined, "joined.mp4"), probe, findings, timeline)
