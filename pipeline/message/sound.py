"""Listens to a message once, and makes it as loud as the others; without it one speaker would
whisper and the next one shout.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.errors import MachineFailed, ToolFailed
from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.message import engines
from pipeline.message.prepared import Heard, Received
from pipeline.model import SoundTrack
from pipeline.plan import cards, loudness, spoken
from pipeline.plan.sound import SIDES, Treatment, plan_listen, plan_sound
from pipeline.recipe import Recipe
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench


def listen(bench: Bench, taken: Received) -> Heard:
    """Measure how loud a message's speech is and keep it, in one decode. Raises ToolFailed, and
    NotYet where nothing may run.
    """
    if taken.sound is None:
        return Heard(taken, loudness.NOTHING, None, taken.findings)
    recipe = plan_listen(
        taken.recording, taken.timeline, taken.sound, taken.speaker.id, version("ffmpeg")
    )
    said = bench.answer(recipe, "stderr.txt")
    whole = loudness.parse_loudness(said)
    # A photo with no sound is no message.
    may_be_silent = taken.speaker.allow_silent and taken.photo is None
    if may_be_silent and whole.whole_lufs <= loudness.SILENCE_LUFS:
        return Heard(taken, whole, None, taken.findings)
    heard = _of_speech(bench, Heard(taken, whole, recipe, taken.findings), recipe)
    hum = loudness.parse_hum(said, heard.loudness)
    found = loudness.loudness_findings(heard.loudness, hum, taken.speaker.id, taken.file)
    return replace(heard, findings=(*heard.findings, *found))


def _of_speech(bench: Bench, heard: Heard, listened: Recipe) -> Heard:
    """The message measured where somebody speaks; all of it where the recogniser broke off."""
    if heard.loudness.whole_lufs <= loudness.SILENCE_LUFS:
        return heard
    try:
        activity = engines.activity(bench, heard)
    except MachineFailed:
        raise
    except ToolFailed:
        return heard
    texts = {side: bench.store.text(listened, f"{side}.txt") for side in SIDES}
    momentary = {side: spoken.parse_momentary(text) for side, text in texts.items()}
    if not activity:
        file = heard.received.file
        found = spoken.drowned_findings(momentary["whole"], heard.speaker.id, file)
        return replace(heard, activity=activity, findings=(*heard.findings, *found))
    if all(one.code != "audio-gap" for one in heard.findings):
        dead = spoken.dead_findings(
            momentary["whole"], activity, heard.speaker.id, heard.received.file
        )
        heard = replace(heard, findings=(*heard.findings, *dead))
    blocks = spoken.spoken_blocks(momentary["whole"], activity)
    measured = spoken.loudness_of_speech(heard.loudness, momentary, blocks)
    if measured == heard.loudness:
        return replace(heard, activity=activity)
    louder = spoken.louder_than_speech(momentary["whole"], blocks, activity)
    found = spoken.louder_findings(louder, heard.speaker.id, heard.received.file)
    return replace(
        heard,
        loudness=measured,
        findings=(*heard.findings, *found),
        activity=activity,
        speech=blocks,
        louder=louder,
    )


def make_sound(event: Event, bench: Bench, heard: Heard) -> tuple[Recipe, tuple[Finding, ...]]:
    """The recipe of the message's sound (sound.wav) at the target loudness, which is made, and what
    was found: measured after each pass, corrected at most three times.
    """
    taken = heard.received
    if heard.listen is None or taken.sound is None:
        silence = cards.plan_silence(
            taken.timeline.frames, event.config.delivery.fps, version("ffmpeg")
        )
        bench.obtain(silence)
        return silence, ()
    target, limit = event.config.delivery.loudness, event.config.limits.gain
    wanted = loudness.first_gain_db(heard.loudness, target)
    treatment = _treatment(bench, heard, heard.listen, min(wanted, limit))
    most_more_db = limit - treatment.gain_db
    before: tuple[float, float] | None = None
    for attempt in range(1, loudness.MOST_PASSES + 1):
        recipe = _pass(event, taken, taken.sound, treatment)
        task = f"{taken.speaker.id}: sound, pass {attempt}"
        bench.obtain(replace(recipe, task=task))
        reached, whole = _reached(bench, heard, recipe)
        better = loudness.next_gain_db(treatment.more_db, reached, target, before)
        raised_enough = treatment.more_db >= most_more_db and reached < target
        if better is None or raised_enough:
            break
        if attempt < loudness.MOST_PASSES:
            before = (treatment.more_db, reached)
            treatment = replace(treatment, more_db=min(better, most_more_db))
    capped = treatment.more_db >= most_more_db
    found = loudness.reached_findings(reached, target, capped, taken.speaker.id, taken.file)
    if heard.speech:
        found += loudness.both_findings(reached, whole, taken.speaker.id, taken.file)
    return recipe, found


def _reached(bench: Bench, heard: Heard, made: Recipe) -> tuple[float, float]:
    """How loud the speech came out, and the whole, in LUFS: measured on what was made."""
    whole, _ = loudness.parse_meter(bench.store.text(made, "stderr.txt"), "ebur128@result")
    if not heard.speech:
        return whole, whole
    momentary = spoken.parse_momentary(bench.store.text(made, "result.txt"))
    in_ms = float(heard.received.timeline.in_ms)
    return spoken.lufs_of(momentary, heard.speech, in_ms), whole


def _treatment(bench: Bench, heard: Heard, listened: Recipe, gain_db: float) -> Treatment:
    """What is done to a message's sound; ``level`` and ``denoise`` only where asked for."""
    speaker, noise_db = heard.speaker, None
    if speaker.denoise == "light":
        noise_db = loudness.parse_noise_db(bench.store.text(listened, "stderr.txt"))
    return Treatment(
        heard.loudness.route,
        gain_db,
        noise_db=noise_db,
        level=speaker.level,
        louder=_within_clip(heard),
    )


def _within_clip(heard: Heard) -> tuple[tuple[int, int], ...]:
    """Where something is far louder than the speech, in ms of the clip."""
    in_ms = round(heard.received.timeline.in_ms)
    stretches = heard.louder.stretches if heard.louder else ()
    return tuple((start - in_ms, end - in_ms) for start, end in stretches if end > in_ms)


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
