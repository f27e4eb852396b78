"""The run of show; without it the moderator would not know when to speak again.

Nor would an expert in Auckland know on which day to listen. It is what stands in rundown.csv,
rundown.md and chapters.txt.

Clock times are those of the first frame of an item, cut to whole seconds. They are worked out in
UTC and shown in a zone, so that an hour which the clocks skip or repeat is where it belongs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from pipeline.config import Config
from pipeline.findings import About, Finding
from pipeline.model import RundownItem
from pipeline.plan.assembly import chapter_spans
from pipeline.plan.rundown import Rundown
from pipeline.timing import frame_ms, timecode

SHORTEST_CHAPTER_MS = 10_000
"""Video sites show no chapters at all when one of them is shorter (YouTube's rule)."""


def rundown_rows(rundown: Rundown, config: Config) -> list[dict[str, str]]:
    """One row an item: wall clock of the event in and out, timecodes, length, running total.

    Then in and out with date and offset in every zone that config.yaml names.
    """
    zones = zones_named(config)
    return [
        _row(rundown, number, item, config)
        | {
            f"{name} {way}": _at(rundown, frame, config, ZoneInfo(name)).isoformat(" ", "seconds")
            for name in zones
            for way, frame in (("in", item.start_frame), ("out", item.end_frame))
        }
        for number, item in enumerate(rundown.items, 1)
    ]


def _row(rundown: Rundown, number: int, item: RundownItem, config: Config) -> dict[str, str]:
    return {
        "no": str(number),
        "kind": item.kind,
        "title": item.title,
        "speaker": item.speaker or "",
        "clock_in": f"{_at(rundown, item.start_frame, config):%H:%M:%S}",
        "clock_out": f"{_at(rundown, item.end_frame, config):%H:%M:%S}",
        "timecode_in": timecode(item.start_frame, rundown.rate),
        "timecode_out": timecode(item.end_frame, rundown.rate),
        "frames": str(item.frames),
        "seconds": f"{float(item.frames / rundown.rate):.3f}",
        "running_total": timecode(item.end_frame, rundown.rate),
    }


def zones_named(config: Config) -> tuple[str, ...]:
    """The event's zone and each speaker's, each once, in the order of config.yaml."""
    named = (config.slot.timezone, *(speaker.timezone for speaker in config.speakers))
    return tuple(dict.fromkeys(name for name in named if name))


def rundown_csv(rundown: Rundown, config: Config) -> str:
    """The rundown as a table for a spreadsheet.

    A cell that a spreadsheet would take for a formula gets a quote.
    """
    rows = rundown_rows(rundown, config)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else ["no"], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _no_formula(value) for key, value in row.items()})
    return out.getvalue()


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def rundown_markdown(rundown: Rundown, config: Config) -> str:
    """The rundown as a page to print: the event's clock, each speaker's own, the moderator's."""
    start, end = _shown(config.slot.start, config), _shown(config.slot.end, config)
    zone = f"{config.slot.timezone}, " if config.slot.timezone else ""
    offsets = " to ".join(dict.fromkeys((_offset(start), _offset(end))))
    lines = [
        f"# {config.title}",
        "",
        *([config.event, ""] if config.event else []),
        f"{start:%d.%m.%Y}, {start:%H:%M} to {end:%H:%M} ({zone}{offsets})",
        "",
        "| | in | out | timecode | length | total | what |",
        "|---|---|---|---|---|---|---|",
        *_table(rundown, config),
        "",
        f"Back to the moderator at {back_at(rundown, config)}.",
        "",
        *_own_clocks(rundown, config),
    ]
    return "\n".join(lines)


def _table(rundown: Rundown, config: Config) -> Iterator[str]:
    spans = [
        (_at(rundown, item.start_frame, config), _at(rundown, item.end_frame, config))
        for item in rundown.items
    ]
    changes = len({moment.utcoffset() for span in spans for moment in span}) > 1
    for number, (item, (begins, ends)) in enumerate(zip(rundown.items, spans, strict=True), 1):
        timecodes = [timecode(frame, rundown.rate) for frame in (item.start_frame, item.end_frame)]
        yield (
            f"| {number} | {_clock(begins, changes)} | {_clock(ends, changes)} | {timecodes[0]} |"
            f" {float(item.frames / rundown.rate):.1f} s | {timecodes[1]}"
            f" | {item.kind}: {_cell(item.title)} |"
        )


def back_at(rundown: Rundown, config: Config) -> str:
    """When the segment is over and the moderator speaks, on the event's clock: ``14:49:12``."""
    return f"{_at(rundown, rundown.frames, config):%H:%M:%S}"


def _own_clocks(rundown: Rundown, config: Config) -> list[str]:
    """When each message is on air on its speaker's own clock, where a speaker's zone is known."""
    lines = [
        "## On the speakers' own clocks",
        "",
        "| speaker | zone | date | in | out |",
        "|---|---|---|---|---|",
    ]
    for item in rundown.items:
        speaker = next((one for one in config.speakers if one.id == item.speaker), None)
        if item.kind == "message" and speaker and speaker.timezone:
            zone = ZoneInfo(speaker.timezone)
            begins = _at(rundown, item.start_frame, config, zone)
            ends = _at(rundown, item.end_frame, config, zone)
            both = begins.utcoffset() != ends.utcoffset()
            lines.append(
                f"| {_cell(speaker.name)} | {speaker.timezone}, {_offset(begins)} |"
                f" {begins:%d.%m.%Y} | {_clock(begins, both)} | {_clock(ends, both)} |"
            )
    return [*lines, ""] if len(lines) > 4 else []


def chapter_list(rundown: Rundown) -> str:
    """Chapters for a video's description, as video sites read them: ``00:00 Opening``, one a line.

    The first is at 00:00, and none is shorter than ten seconds: one that follows a shorter one
    begins later, the last ones may be left out.
    """
    long = rundown.frames / rundown.rate >= 3600
    lines, free_ms = list[str](), 0
    for item, end_frame in chapter_spans(rundown.items):
        begins_ms = max(frame_ms(item.start_frame, rundown.rate), free_ms)
        if lines and frame_ms(end_frame, rundown.rate) - begins_ms < SHORTEST_CHAPTER_MS:
            continue
        lines.append(f"{_minutes(begins_ms, long)} {' '.join(_chapter(item).split())}\n")
        free_ms = begins_ms + SHORTEST_CHAPTER_MS
    return "".join(lines)


def clock_findings(config: Config) -> tuple[Finding, ...]:
    """A warning where the slot's offset is not that of the event's zone on that day.

    It is an hour's error when clocks change.
    """
    zone, start = config.slot.timezone, config.slot.start
    if zone is None or not start.utcoffset():  # a time in UTC is meant as such
        return ()
    there = _shown(start, config)
    if there.utcoffset() == start.utcoffset():
        return ()
    finding = About().warning(
        "slot-offset",
        f"slot.start is {start:%H:%M} at {_offset(start)}, but {zone} is at {_offset(there)} then:"
        f" on its clocks the segment begins at {there:%H:%M}.",
        f"If {start:%H:%M} is meant there, write {_offset(there).removeprefix('UTC')} behind"
        " slot.start and slot.end.",
    )
    return (finding,)


# --- clocks ---------------------------------------------------------------------------------------


def _at(rundown: Rundown, frame: int, config: Config, zone: tzinfo | None = None) -> datetime:
    """The wall clock at a frame, in ``zone`` or in the event's."""
    after = timedelta(milliseconds=frame_ms(frame, rundown.rate))
    moment = config.slot.start.astimezone(UTC) + after
    return moment.astimezone(zone) if zone else _shown(moment, config)


def _shown(moment: datetime, config: Config) -> datetime:
    """A moment on the clock of the event's zone, or of slot.start's own offset."""
    zone = ZoneInfo(config.slot.timezone) if config.slot.timezone else config.slot.start.tzinfo
    return moment.astimezone(zone)


def _clock(moment: datetime, with_offset: bool) -> str:
    return f"{moment:%H:%M:%S}" + (f" {_offset(moment)}" if with_offset else "")


def _offset(moment: datetime) -> str:
    return f"UTC{moment.isoformat()[-6:]}"


def _chapter(item: RundownItem) -> str:
    return {"opening": "Opening", "closing": "Closing"}.get(item.kind, item.title)


def _minutes(ms: int, long: bool) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    if not long:
        return f"{minutes:02d}:{seconds:02d}"
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
