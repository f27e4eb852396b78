"""Makes the programme's pictures once more from the recordings, for another delivery; without it
each edition with pictures of its own would be a second way of building.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.event import Event
from pipeline.message.drawings import Drawings, plan_drawings
from pipeline.message.pictures import over_strap, start_edges, start_pictures
from pipeline.message.prepared import Heard, Prepared
from pipeline.model import Captions
from pipeline.programme.edition import Making
from pipeline.programme.join import Handed, assemble, join, measured_as_planned
from pipeline.work.bench import Bench, Running
from pipeline.work.encoders import with_encoder


def remade(
    event: Event, making: Making, shown: Mapping[str, Heard], clips: bool = True
) -> list[Handed]:
    """The films of the programme as ``event`` has them, in the store: those of the segment and, as
    ``clips``, of every message in ``shown`` (by speaker id), with the segment's own sound and
    captions. Raises as ``join``.
    """
    bench, source = making.bench, making.source
    event, _ = with_encoder(event, bench)
    drawings = plan_drawings(event, bench)
    planned = {
        speaker: _started(event, bench, drawings, source.ready[speaker], heard)
        for speaker, heard in shown.items()
    }
    ready = {speaker: one for speaker, (one, _) in planned.items()}
    assembly = assemble(event, bench, drawings, source.rundown, ready, source.bed)
    bench.wait(*(one for _, running in planned.values() for one in running))
    films = join(event, bench, assembly if clips else replace(assembly, clips={}))
    if not bench.dry:
        measured_as_planned(event, bench, films)
    return films


def _started(
    event: Event, bench: Bench, drawings: Drawings, one: Prepared, heard: Heard
) -> tuple[Prepared, list[Running]]:
    """A message's pictures, and what to wait for until they are there."""
    if heard.received.photo:
        bench.obtain(heard.received.photo)
    captions = {language: _lowered(made) for language, made in one.captions.items()}
    burned = event.burned(captions, one.speaker.language)
    pictures, running = start_pictures(event, bench, drawings, heard, burned)
    edges, more = start_edges(event, bench, drawings, heard, burned)
    lifted = {
        language: over_strap(event, bench, drawings, one.speaker.id, made)
        for language, made in captions.items()
    }
    return replace(one, pictures=pictures, edges=edges, captions=lifted), [*running, *more]


def _lowered(captions: Captions) -> Captions:
    """Captions where they stand without a lower third."""
    return replace(captions, cues=tuple(replace(cue, foot=None) for cue in captions.cues))
