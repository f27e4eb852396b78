"""Reads ``segments:`` of config.yaml, each as an event of its own; without it a day of five
sessions would be five folders, and a message that is shown in two of them would be made twice.

Pure: values as they are written in, values that were checked out, and every problem with its place
in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.config import MOST_SEGMENTS, OF_SEGMENT, Config, Segment, SegmentEntry, Slot, Speaker
from pipeline.meant import no_such_speaker

Values = Mapping[str, Any]
NO_HOURS = Slot.model_construct(
    start=datetime(2000, 1, 1, tzinfo=UTC), end=datetime(2000, 1, 2, tzinfo=UTC)
)
"""Stands for the slot of the whole where each segment has its own."""
_ANYBODY = Speaker.model_construct(id="anybody", name="Anybody")
"""Stands for the speakers where they are not known."""


def read_segments(values: Values) -> tuple[Config | None, list[ErrorDetails]]:
    """A config.yaml with ``segments:``, checked, and what is wrong with it; None where something
    is. What a segment does not say of itself is the whole file's.
    """
    whole = {key: value for key, value in values.items() if key != "segments"}
    config, wrong = checked({**whole, "slot": NO_HOURS})
    speakers = config.by_id if config else None
    wrong += _no_hours(whole)
    written = values["segments"]
    if not isinstance(written, list) or not 0 < len(written) <= MOST_SEGMENTS:
        said = f"write a list of segments, {MOST_SEGMENTS} at most; each begins with a hyphen"
        return None, [*wrong, _error(("segments",), said)]
    entries = [_entry(value, place, wrong) for place, value in enumerate(written)]
    wrong += _twice(entries)
    segments = [
        _segment(entry, place, whole, speakers, wrong)
        for place, entry in enumerate(entries)
        if entry
    ]
    if wrong or config is None:
        return None, wrong
    return _of_the_day(config, [one for one in segments if one]), []


def checked(
    values: Values, model: type[Config] = Config
) -> tuple[Config | None, list[ErrorDetails]]:
    """The values of one event, and what is wrong with them; None where something is."""
    try:
        return model.model_validate(values), []
    except ValidationError as invalid:
        return None, invalid.errors()


def _error(where: tuple[int | str, ...], said: str) -> ErrorDetails:
    return {"type": "segments", "loc": where, "msg": said, "input": None}


def _no_hours(whole: Values) -> Iterator[ErrorDetails]:
    """That the slot of the whole has hours: a segment without its own would get them unasked."""
    slot = whole.get("slot", {})
    for key in ("start", "end"):
        if isinstance(slot, dict) and key in slot:
            yield _error(("slot", key), "each segment has its own; write it there")


def _entry(value: Any, place: int, wrong: list[ErrorDetails]) -> SegmentEntry | None:
    try:
        return SegmentEntry.model_validate(value)
    except ValidationError as invalid:
        wrong += [
            {**one, "loc": ("segments", place, *one["loc"])}
            for one in invalid.errors()
        ]  # fmt: skip
        return None


def _twice(entries: Sequence[SegmentEntry | None]) -> Iterator[ErrorDetails]:
    ids = [entry.id if entry else None for entry in entries]
    for place, name in enumerate(ids):
        if name and name in ids[:place]:
            said = "another segment has this id; give each an id of its own"
            yield _error(("segments", place, "id"), said)


def _segment(
    entry: SegmentEntry,
    place: int,
    whole: Values,
    speakers: Mapping[str, Speaker] | None,
    wrong: list[ErrorDetails],
) -> Segment | None:
    """A segment, where nothing is wrong with it. ``speakers`` are None where they cannot be known:
    then nothing is said of them.
    """
    shown: Mapping[str, Speaker] = {}
    if speakers is not None:
        wrong += _nobodys(entry, place, speakers)
        shown = {name: speakers[name] for name in entry.speakers if name in speakers}
    everybody = tuple(shown.values()) or (_ANYBODY,)
    config, found = checked({**entry.over(whole), "speakers": everybody})
    wrong += [_placed(error, entry, place, whole) for error in found]
    return Segment(entry.id, config, entry.then) if config else None


def _nobodys(
    entry: SegmentEntry, place: int, speakers: Mapping[str, Speaker]
) -> Iterator[ErrorDetails]:
    for number, name in enumerate(entry.speakers):
        where = ("segments", place, "speakers", number)
        if name not in speakers:
            yield _error(where, no_such_speaker(name, speakers))
        elif name in entry.speakers[:number]:
            yield _error(where, "this speaker is in the segment already; write each once")


def _placed(error: ErrorDetails, entry: SegmentEntry, place: int, whole: Values) -> ErrorDetails:
    """An error of a segment where its value is written: under the segment, or, where it says
    nothing of it, in the whole file.
    """
    where = (*error["loc"], *error.get("ctx", {}).get("at", ()))
    placed: ErrorDetails = {**error, "loc": where}
    placed["ctx"] = {key: value for key, value in error.get("ctx", {}).items() if key != "at"}
    section, key = (*where, None, None)[:2]
    above = whole.get(str(section), {})
    inherited = section not in OF_SEGMENT and section not in entry.model_fields_set
    if section in OF_SEGMENT:
        own = getattr(entry, str(section))
        written_above = isinstance(above, dict) and (key in above if key else bool(above))
        inherited = written_above and (key not in own if key else not own)
    if not inherited:
        placed["loc"] = ("segments", place, *where)
    return placed


def _of_the_day(config: Config, segments: Sequence[Segment]) -> Config:
    slots = [one.config.slot for one in segments]
    first = min(slots, key=lambda slot: slot.start)
    slot = first.model_copy(update={"end": max(one.end for one in slots)})
    return config.model_copy(update={"slot": slot, "segments": tuple(segments)})
