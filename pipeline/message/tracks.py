"""Listens to each of several sound tracks for somebody who speaks; without it the first one would
be taken, whatever is in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeline.message.prepared import Received
from pipeline.message.sound import listen
from pipeline.model import Probe
from pipeline.plan import tracks
from pipeline.plan.survey import Survey
from pipeline.work.bench import Bench


def with_sound_chosen(
    bench: Bench, survey: Survey, probe: Probe, taken: Callable[..., Received]
) -> Received:
    """The recording as ``taken`` has it of a probe and findings, with the sound track that is heard
    and, where there are several, which that is.

    Raises ToolFailed, and NotYet where nothing may run.
    """
    first = taken(probe)
    if first.speaker.sound_track is not None or len(probe.sounds) < 2:
        return first
    heard = tracks.audible(survey, probe)
    speech_ms = {one.position: 0 for one in heard}
    if len(heard) > 1:
        for one in heard[: tracks.MOST_TRIED]:
            spoken = listen(bench, taken(replace(probe, sound=one))).activity
            speech_ms[one.position] = sum(end - start for start, end in spoken)
    chosen = replace(probe, sound=tracks.with_speech(probe, speech_ms))
    return taken(chosen, *tracks.which_is_heard(chosen, speech_ms, first.speaker, first.file))
