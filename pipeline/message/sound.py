"""Listens to a message once, and makes it as loud as the others; without it one speaker would
whisper and the next one shout.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.message.prepared import Heard, Received
from pipeline.model import SoundTrack
from pipeline.plan import cards, loudness
from pipeline.plan.sound import Treatment, plan_listen, plan_sound
from pipeline.recipe import Recipe
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench


def listen(bench: Bench, taken: Received) -> Heard:
    """Measure a message's loudness and keep its speech, in one decode. Raises ToolFailed, and
    NotYet where nothing may run.
    """
    if taken.sound is None:
        return Heard(taken, loudness.NOTHING, None, taken.findings)
    recipe = plan_listen(
        taken.recording, taken.timeline, taken.sound, taken.speaker.id, version("ffmpeg")
    )
    said = bench.answer(recipe, "stderr.txt")
    measured = loudness.parse_loudness(said)
    # A photo with no sound is no message.
    may_be_silent = taken.speaker.allow_silent and taken.photo is None
    if may_be_silent and measured.whole_lufs <= loudness.SILENCE_LUFS:
        return Heard(taken, measured, None, taken.findings)
    hum = loudness.parse_hum(said, measured)
    found = loudness.loudness_findings(measured, hum, taken.speaker.id, taken.file)
    return Heard(taken, measured, recipe, (*taken.findings, *found))


def make_sound(event: Event, bench: Bench, heard: Heard) -> tuple[Recipe, tuple[Finding, ...]]:
    """The recipe of the message's sound (sound.wav) at the target loudness, which is made, and what
    was found: measured after each pass, corrected at most three times.
    """
    taken = heard.received
    if heard.listen is None or taken.sound is None:
        silence = cards.plan_silence(taken.timeline.frames, event.config, version("ffmpeg"))
        bench.obtain(silence)
        return silence, ()
    target, limit = event.config.delivery.loudness, event.config.limits.gain
    wanted = loudness.first_gain_db(heard.loudness, target)
    treatment = _treatment(bench, heard, heard.listen, min(wanted, limit))
    before: tuple[float, float] | None = None
    for attempt in range(1, loudness.MOST_PASSES + 1):
        recipe = _pass(event, taken, taken.sound, treatment)
        task = f"{taken.speaker.id}: sound, pass {attempt}"
        said = bench.answer(replace(recipe, task=task), "stderr.txt")
        reached, _ = loudness.parse_meter(said, "ebur128@result")
        better = loudness.next_gain_db(treatment.more_db, reached, target, before)
        raised_enough = wanted > limit and reached < target
        if better is None or raised_enough:
            break
        if attempt < loudness.MOST_PASSES:
            before = (treatment.more_db, reached)
            treatment = replace(treatment, more_db=better)
    found = loudness.reached_findings(reached, target, wanted > limit, taken.speaker.id, taken.file)
    return recipe, found


def _treatment(bench: Bench, heard: Heard, listened: Recipe, more_db: float) -> Treatment:
    """What is done to a message's sound; ``level`` and ``denoise`` only where asked for."""
    speaker, noise_db = heard.speaker, None
    if speaker.denoise == "light":
        noise_db = loudness.parse_noise_db(bench.store.text(listened, "stderr.txt"))
    return Treatment(heard.loudness.route, more_db, noise_db=noise_db, level=speaker.level)


def _pass(event: Event, taken: Received, sound: SoundTrack, treatment: Treatment) -> Recipe:
    return plan_sound(
        taken.recording,
        taken.timeline,
        sound,
        treatment,
        event.config.delivery,
        event.fade_frames,
        taken.speaker.id,
        version("ffmpeg"),
    )
