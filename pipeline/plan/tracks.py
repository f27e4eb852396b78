"""Says which of a recording's sound tracks is heard, and why; without it a screen recorder's
desktop would be aired and the microphone beside it be lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.config import Speaker
from pipeline.findings import About, Finding
from pipeline.model import Probe, SoundTrack
from pipeline.plan.survey import QUIETEST_DB, Survey
from pipeline.timing import clock

MOST_TRIED = 8
"""Tracks that are listened to; a meeting recorder's file of more has one for everybody in it."""
ENOUGH_SPEECH = 0.8
"""The track that players take stays where it has this share of the speech in any: a mix of all is
what the speaker heard.
"""


def as_told(probe: Probe, speaker: Speaker, file: str) -> tuple[Probe, tuple[Finding, ...]]:
    """The probe with the sound track that ``sound_track:`` names, or that there is none."""
    number = speaker.sound_track
    if number is None:
        return probe, ()
    named = next((one for one in probe.sounds if _number(one) == number), None)
    about = About(speaker.id, file, f"{file}: ")
    if named is None:
        have = ", ".join(str(_number(one)) for one in probe.sounds) or "none"
        said = f"it has no sound track {number} that can be heard; there are: {have}."
        remedy = f"Correct sound_track: under {speaker.id} in config.yaml, or take it out."
        return probe, (about.error("no-audio", said, remedy),)
    if len(probe.sounds) == 1:
        return replace(probe, sound=named), ()
    said = f"sound track {number} of {len(probe.sounds)} is heard, as sound_track: says."
    return replace(probe, sound=named), (about.note("extra-streams", said, "Nothing to do."),)


def audible(survey: Survey, probe: Probe) -> tuple[SoundTrack, ...]:
    """The tracks in which anything is to be heard.

    A silent first track is what some cameras and meeting recorders write beside the real one.
    """
    heard = {track.position for track in survey.tracks if track.rms_db > QUIETEST_DB}
    return tuple(one for one in probe.sounds if one.position in heard)


def with_speech(probe: Probe, speech_ms: Mapping[int, int]) -> SoundTrack | None:
    """The track that is heard: that which players take (``probe.sound``) unless in another is far
    more speech. ``speech_ms`` has the audible tracks by position.
    """
    most = max(speech_ms.values(), default=0)
    own = speech_ms.get(probe.sound.position) if probe.sound else None
    if not speech_ms or (own is not None and own >= ENOUGH_SPEECH * most):
        return probe.sound
    return next(one for one in probe.sounds if speech_ms.get(one.position) == most)


def which_is_heard(
    probe: Probe, speech_ms: Mapping[int, int], speaker: Speaker, file: str
) -> tuple[Finding, ...]:
    """Which of several tracks is heard (``probe.sound``), and how another is chosen."""
    heard = probe.sound
    if heard is None or len(probe.sounds) < 2:
        return ()
    others = [one for one in probe.sounds if one is not heard]
    loud = [one for one in others if one.position in speech_ms]
    said = f"it has {len(probe.sounds)} sound tracks; track {_number(heard)} is heard"
    about = About(speaker.id, file, f"{file}: ")
    if not loud:
        why = "nothing is to be heard in the others" if speech_ms else "all are silent"
        return (about.note("extra-streams", f"{said} ({why}).", "Nothing to do."),)
    why = "nobody was heard speaking in any of them"
    if any(speech_ms.values()):
        found = ", ".join(f"track {_number(one)}: {_length(one, speech_ms)}" for one in loud)
        why = f"speech in it: {_length(heard, speech_ms)}; {found}"
    if len(loud) < len(others):
        why += "; the others are silent"
    other = _number(max(loud, key=lambda one: speech_ms[one.position]))
    remedy = (
        f"Listen to the built clip once; `sound_track: {other}` under {speaker.id} in config.yaml"
        f" takes track {other}."
    )
    return (about.warning("extra-streams", f"{said} ({why}).", remedy),)


def _length(track: SoundTrack, speech_ms: Mapping[int, int]) -> str:
    found = speech_ms.get(track.position, 0)
    return clock(found) if found else "none"


def _number(track: SoundTrack) -> int:
    """Tracks are counted from 1, as recorders and players show them."""
    return track.position + 1
