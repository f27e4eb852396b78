"""A day of several segments in their order, with the time between them; without it whoever leads
through the day would lay five lists beside each other.

A segment begins when its slot does and ends with its last frame; what then is left up to the next
one is a gap, and the moderator's unless config.yaml says what fills it (``then``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.config import Config, Segment, Slot
from pipeline.findings import About, Finding
from pipeline.plan.rundown import Rundown
from pipeline.plan.runofshow import as_csv, zones_named
from pipeline.timing import clock, frame_ms


@dataclass(frozen=True)
class OnAir:
    """A segment of the day, and its hours on its own clock; the rundown is None while it is not
    known what can be shown.
    """

    segment: Segment
    rundown: Rundown | None

    @property
    def start(self) -> datetime:
        """When its first frame is on air."""
        return self._slot.on_clock(self._slot.start)

    @property
    def end(self) -> datetime:
        """When the moderator is on again, behind its last frame; the end of the slot where that is
        not known.
        """
        return self.at(self.rundown.frames) if self.rundown else self._slot.on_clock(self._slot.end)

    def at(self, frame: int) -> datetime:
        """What the segment's clock shows at a frame."""
        after = timedelta(milliseconds=frame_ms(frame, self.segment.config.delivery.fps))
        return self._slot.on_clock(_utc(self.start) + after)

    @property
    def _slot(self) -> Slot:
        return self.segment.config.slot


@dataclass(frozen=True)
class Gap:
    """The time between two segments, each end on the clock of the segment there; ``then`` is what
    fills it (None: the moderator).
    """

    start: datetime
    end: datetime
    then: str | None

    @property
    def lasts_ms(self) -> int:
        """Its length in milliseconds."""
        return _lasts_ms(self.start, self.end)


@dataclass(frozen=True)
class Overlap:
    """The time in which a segment (``before``) is still on when another one (``after``) has begun,
    on the clock of the segment there; they are named by their titles.
    """

    start: datetime
    end: datetime
    before: str
    after: str

    @property
    def lasts_ms(self) -> int:
        """Its length in milliseconds."""
        return _lasts_ms(self.start, self.end)


Shown = OnAir | Gap | Overlap
"""What a day is made of."""


def day_order(day: Config, rundowns: Mapping[str, Rundown]) -> tuple[Shown, ...]:
    """The segments as they come on air, the gaps between them, and before a segment that begins too
    early the overlap with the one that is still on. ``rundowns`` are by the id of
    the segment, as far as they are known.
    """
    shown = sorted(
        (OnAir(one, rundowns.get(one.id)) for one in day.segments), key=lambda one: _utc(one.start)
    )
    order, last = list[Shown](), None
    for one in shown:
        if last and _lasts_ms(last.end, one.start) > 0:
            order.append(Gap(last.end, one.start, last.segment.then))
        elif last and _lasts_ms(one.start, last.end) > 0:
            end = min(last.end, one.end, key=_utc)
            titles = last.segment.config.title, one.segment.config.title
            order.append(Overlap(one.start, end, *titles))
        order.append(one)
        last = one if last is None or _lasts_ms(last.end, one.end) >= 0 else last
    return tuple(order)


def last_end(order: Sequence[Shown]) -> datetime:
    """When the last segment of the day is over, on its own clock."""
    return max((one.end for one in order if isinstance(one, OnAir)), key=_utc)


def _utc(moment: datetime) -> datetime:
    """Moments on one clock are compared, and subtracted, as if it never changed; in UTC as what
    they are.
    """
    return moment.astimezone(UTC)


def _lasts_ms(start: datetime, end: datetime) -> int:
    return round((_utc(end) - _utc(start)).total_seconds() * 1000)


def day_csv(day: Config, order: Sequence[Shown]) -> str:
    """The day as a table for a spreadsheet: a row for each item of each segment, one for each gap
    or overlap; in and out on the event's clock, then with date and offset in every zone that
    config.yaml names.
    """
    zones = tuple(dict.fromkeys(zone for one in day.segments for zone in zones_named(one.config)))
    rows = [row for one in order for row in _rows(one)]
    return as_csv([row.cells(number, zones) for number, row in enumerate(rows, 1)])


@dataclass(frozen=True)
class _Row:
    segment: str
    kind: str
    title: str
    speaker: str
    start: datetime
    end: datetime

    def cells(self, number: int, zones: Sequence[str]) -> dict[str, str]:
        """The row by the names of its columns."""
        both = {"in": self.start, "out": self.end}
        return {
            "no": str(number),
            "segment": self.segment,
            "kind": self.kind,
            "title": self.title,
            "speaker": self.speaker,
            "date": f"{self.start:%Y-%m-%d}",
            "clock_in": f"{self.start:%H:%M:%S}",
            "clock_out": f"{self.end:%H:%M:%S}",
            "seconds": f"{_lasts_ms(self.start, self.end) / 1000:.3f}",
        } | {
            f"{zone} {way}": moment.astimezone(ZoneInfo(zone)).isoformat(" ", "seconds")
            for zone in zones
            for way, moment in both.items()
        }


def _rows(one: Shown) -> Iterator[_Row]:
    if isinstance(one, Gap):
        yield _Row("", "gap", one.then or "Moderator", "", one.start, one.end)
    elif isinstance(one, Overlap):
        runs = f"{one.before} runs {clock(one.lasts_ms)} into {one.after}"
        yield _Row("", "overlap", runs, "", one.start, one.end)
    elif one.rundown is None:
        yield _Row(one.segment.id, "slot", one.segment.config.title, "", one.start, one.end)
    else:
        for item in one.rundown.items:
            hours = one.at(item.start_frame), one.at(item.end_frame)
            yield _Row(one.segment.id, item.kind, item.title, item.speaker or "", *hours)


def day_findings(day: Config) -> tuple[Finding, ...]:
    """That somebody is in no segment, and that two slots overlap: recorded messages may."""
    shown = {speaker for one in day.segments for speaker in one.config.by_id}
    ids = ", ".join(one.id for one in day.segments)
    unshown = [
        About(one.id).warning(
            "in-no-segment",
            f"{one.name} is in no segment; nothing of theirs is looked at or shown.",
            f"Write {one.id} under speakers: of a segment ({ids}), or take them out.",
        )
        for one in day.speakers
        if one.id not in shown
    ]
    by_start = sorted(day.segments, key=lambda one: one.config.slot.start)
    overlaps = [
        About().note(
            "slots-overlap",
            f"The slots of {before.id} and {after.id} overlap: {after.id} begins at"
            f" {OnAir(after, None).start:%H:%M}, before {before.id} has ended.",
        )
        for place, before in enumerate(by_start)
        for after in by_start[place + 1 :]
        if after.config.slot.start < before.config.slot.end
    ]
    return (*unshown, *overlaps)
