"""The run of show: what stands in rundown.csv, rundown.md and chapters.txt; without it the
moderator would not know when to speak again, and an expert in Auckland not on which day to listen.

Clock times are those of the first frame of an item, cut to whole seconds. They are worked out in
UTC and shown in a zone, so that an hour which the clocks skip or repeat is where it belongs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from zoneinfo import ZoneInfo

from pipeline.config import Config, Slot
from pipeline.findings import About, Finding
from pipeline.plan.card_words import chapter_name
from pipeline.plan.chapters import Span, segment_spans
from pipeline.plan.rundown import Rundown
from pipeline.timing import frame_ms, timecode

SHORTEST_CHAPTER_MS = 10_000
"""Video sites show no chapters at all when one of them is shorter (YouTube's rule)."""


def rundown_rows(rundown: Rundown, config: Config) -> list[dict[str, str]]:
    """One row an item: wall clock of the event in and out, timecodes, length, running total; then
    in and out with date and offset in every zone that config.yaml names.
    """
    zones = zones_named(config)
    rows = []
    for number, item in enumerate(rundown.items, 1):
        rows.append(
            {
                "no": str(number),
                "kind": item.kind,
                "title": item.title,
                "speaker": item.speaker or "",
                "clock_in": clock_at(rundown, item.start_frame, config),
                "clock_out": clock_at(rundown, item.end_frame, config),
                "timecode_in": timecode(item.start_frame, rundown.rate),
                "timecode_out": timecode(item.end_frame, rundown.rate),
                "frames": str(item.frames),
                "seconds": f"{float(item.frames / rundown.rate):.3f}",
                "running_total": timecode(item.end_frame, rundown.rate),
            }
            | {
                f"{name} {way}": (
                    _at(rundown, frame, config, ZoneInfo(name)).isoformat(" ", "seconds")
                )
                for name in zones
                for way, frame in (("in", item.start_frame), ("out", item.end_frame))
            }
        )
    return rows


def zones_named(config: Config) -> tuple[str, ...]:
    """The event's zone and each speaker's, each once, in the order of config.yaml."""
    named = (config.slot.timezone, *(speaker.timezone for speaker in config.speakers))
    return tuple(dict.fromkeys(name for name in named if name))


def rundown_csv(rundown: Rundown, config: Config) -> str:
    """The rundown as a table for a spreadsheet."""
    return as_csv(rundown_rows(rundown, config))


def as_csv(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows that have the same columns as a table for a spreadsheet. A cell that a spreadsheet would
    take for a formula gets a quote; Excel reads letters with accents right where a mark of UTF-8
    comes first.
    """
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else ["no"], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                key: f"'{value}" if value[:1] in "=+-@" and value else value
                for key, value in row.items()
            }
        )
    return out.getvalue()


def rundown_markdown(rundown: Rundown, config: Config) -> str:
    """The rundown as a page to print: the event's clock, each speaker's own, and when the moderator
    is on again.
    """
    start, end = (config.slot.on_clock(moment) for moment in (config.slot.start, config.slot.end))
    zone = f"{config.slot.timezone}, " if config.slot.timezone else ""
    offsets = " to ".join(dict.fromkeys((_offset(start), _offset(end))))
    lines = [
        f"# {config.title}",
        "",
        *([config.event, ""] if config.event else []),
        f"{start:%Y-%m-%d}, {_shortly(start)} to {_shortly(end)} ({zone}{offsets})",
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
    """A row an item; the offset from UTC stands beside each time where it changes on the way."""
    borders = [
        (_at(rundown, item.start_frame, config), _at(rundown, item.end_frame, config))
        for item in rundown.items
    ]
    changes = len({moment.utcoffset() for pair in borders for moment in pair}) > 1
    for number, (item, pair) in enumerate(zip(rundown.items, borders, strict=True), 1):
        clock_in, clock_out = (_clock(moment, changes) for moment in pair)
        first, last = (
            timecode(frame, rundown.rate) for frame in (item.start_frame, item.end_frame)
        )
        yield (
            f"| {number} | {clock_in} | {clock_out} | {first} |"
            f" {float(item.frames / rundown.rate):.1f} s | {last}"
            f" | {item.kind}: {_cell(item.title)} |"
        )


def back_at(rundown: Rundown, config: Config) -> str:
    """When the segment is over and the moderator speaks, on the event's clock: ``14:49:12``."""
    return clock_at(rundown, rundown.frames, config)


def clock_at(rundown: Rundown, frame: int, config: Config) -> str:
    """What the event's clock shows at a frame: ``14:30:08``."""
    return f"{_at(rundown, frame, config):%H:%M:%S}"


def _own_clocks(rundown: Rundown, config: Config) -> list[str]:
    """When each message is on air on its speaker's own clock; nothing where no speaker's zone is
    known.
    """
    lines = [
        "## On the speakers' own clocks",
        "",
        "| speaker | zone | date | in | out |",
        "|---|---|---|---|---|",
    ]
    speakers = config.by_id
    for item in rundown.items:
        speaker = speakers.get(item.speaker or "")
        if item.kind == "message" and speaker and speaker.timezone:
            zone = ZoneInfo(speaker.timezone)
            begins, ends = (
                _at(rundown, frame, config, zone) for frame in (item.start_frame, item.end_frame)
            )
            both = begins.utcoffset() != ends.utcoffset()
            lines.append(
                f"| {_cell(speaker.name)} | {speaker.timezone}, {_offset(begins)} |"
                f" {begins:%Y-%m-%d} | {_clock(begins, both)} | {_clock(ends, both)} |"
            )
    return [*lines, ""] if len(lines) > 4 else []


def chapter_list(rundown: Rundown, config: Config) -> str:
    """Chapters for a video's description, as video sites read them: ``00:00 Opening``, one a line,
    the first at 00:00. Cards are called by what they are, in the event's language.

    None is shorter than ten seconds: one that follows a shorter one begins later, cards and parts
    that are too short are left out, a speaker where there is no room up to the end.
    """
    return listed(chapter_spans(rundown, config), rundown.rate)


def chapter_spans(rundown: Rundown, config: Config) -> list[Span]:
    """The segment's chapters, cards called by what they are, in the event's language."""
    return segment_spans(
        [
            replace(item, title=chapter_name(item.kind, config) or item.title)
            for item in rundown.items
        ]
    )


def listed(chapters: Sequence[Span], rate: Fraction) -> str:
    """Chapters as ``chapter_list`` has them, of a segment or of a clip."""
    long = bool(chapters) and chapters[-1].end_frame / rate >= 3600
    ends = {span.item.speaker: span.end_frame for span in chapters}
    shown, before = list[tuple[int, Span]](), None
    for span in chapters:
        speaker = span.item.speaker
        begins_ms = max(frame_ms(span.start_frame, rate), _free_ms(shown))
        if speaker and speaker != before and _is_short(begins_ms, span, rate):
            span = replace(span, part="", end_frame=ends[speaker])
        first_of_theirs, before = bool(speaker) and speaker != before, speaker
        if shown and _is_short(begins_ms, span, rate):
            still_on = first_of_theirs and begins_ms < frame_ms(span.end_frame, rate)
            if not still_on or _is_short(begins_ms, chapters[-1], rate):
                continue
        shown.append((begins_ms, span))
    return "".join(f"{_minutes(at, long)} {' '.join(one.title.split())}\n" for at, one in shown)


def _free_ms(shown: Sequence[tuple[int, Span]]) -> int:
    """From when on another chapter may begin."""
    return shown[-1][0] + SHORTEST_CHAPTER_MS if shown else 0


def _is_short(begins_ms: int, span: Span, rate: Fraction) -> bool:
    return frame_ms(span.end_frame, rate) - begins_ms < SHORTEST_CHAPTER_MS


def clock_findings(config: Config) -> tuple[Finding, ...]:
    """A warning where the slot's offsets are not those of the event's zone on that day: an hour's
    error when clocks change.
    """
    slot = config.slot
    both = {"start": slot.start, "end": slot.end}
    wrong = [key for key, moment in both.items() if _another_offset(moment, slot)]
    if not wrong:
        return ()
    key, moment = wrong[0], both[wrong[0]]
    there, does = slot.on_clock(moment), "begins" if key == "start" else "ends"
    said = (
        f"slot.{key} is {moment:%H:%M} at {_offset(moment)}, but {slot.timezone} is at"
        f" {_offset(there)} then: on its clocks the segment {does} at {there:%H:%M}."
    )
    keys = " and ".join(f"slot.{key}" for key in wrong)
    remedy = (
        f"If {moment:%H:%M} is meant there, write {_offset(there).removeprefix('UTC')} behind"
        f" {keys}, or nothing: the zone has it."
    )
    return (About().warning("slot-offset", said, remedy),)


def _another_offset(moment: datetime, slot: Slot) -> bool:
    """Whether a moment is written at an offset that the event's zone does not have then. A time in
    UTC is meant as such, unless that is the zone's own in another half of the year.
    """
    there = slot.on_clock(moment)
    if there.utcoffset() == moment.utcoffset():
        return False
    half_years = (there.replace(month=month, day=1).utcoffset() for month in (1, 7))
    return bool(moment.utcoffset()) or not all(half_years)


# --- clocks ---------------------------------------------------------------------------------------


def _at(rundown: Rundown, frame: int, config: Config, zone: tzinfo | None = None) -> datetime:
    """The wall clock at a frame, in ``zone`` or in the event's."""
    moment = config.slot.start.astimezone(UTC) + timedelta(
        milliseconds=frame_ms(frame, rundown.rate)
    )
    return moment.astimezone(zone) if zone else config.slot.on_clock(moment)


def _shortly(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _clock(moment: datetime, with_offset: bool) -> str:
    return f"{moment:%H:%M:%S}" + (f" {_offset(moment)}" if with_offset else "")


def _offset(moment: datetime) -> str:
    return f"UTC{moment.isoformat()[-6:]}"


def _minutes(ms: int, long: bool) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return (
        f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
        if long
        else f"{minutes:02d}:{seconds:02d}"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
