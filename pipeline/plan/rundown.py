"""The ordered list of the programme and its sums; without it nobody would have counted the title cards.

Frames of the delivery throughout. The built file is as long as the rundown says, to the frame.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from pipeline.config import Config
from pipeline.model import Finding, RundownItem
from pipeline.plan.conform import edge_frames
from pipeline.plan.transitions import crossfade_frames, overlap_frames
from pipeline.timing import clock, frame_ms, frames_nearest, timecode


@dataclass(frozen=True)
class Rundown:
    """The items in order, without holes, and the rate that their frames are counted in. Crossfaded ones overlap."""

    items: tuple[RundownItem, ...]
    rate: Fraction

    @property
    def frames(self) -> int:
        """Length of the whole segment."""
        return self.items[-1].end_frame if self.items else 0

    def at(self, ms: int) -> RundownItem | None:
        """The item on screen ``ms`` after the start; None after the end. In a crossfade the one that comes."""
        frame = int(ms * self.rate / 1000)
        return next((item for item in reversed(self.items) if item.start_frame <= frame < item.end_frame), None)

    def crossing(self, frame: int) -> tuple[RundownItem, RundownItem] | None:
        """The two items that are seen together in ``frame``; None where there is one alone, or none."""
        return next(((before, after) for before, after in pairwise(self.items)
                     if after.start_frame <= frame < before.end_frame), None)


def plan_rundown(config: Config, message_frames: Mapping[str, int]) -> Rundown:
    """Opening, for each speaker a title card and the message (or a holding card where there is none), closing.

    ``message_frames`` has the speakers whose message can be shown. With ``fill: hold`` the closing card stays until
    the exact end of the slot.
    """
    rate, cards = config.delivery.fps, config.cards
    planned: list[tuple[Any, str, int, str | None]] = [("opening", config.title, frames_nearest(cards.opening, rate), None)]
    for speaker in config.speakers:
        title = frames_nearest(cards.title, rate)
        if speaker.id in message_frames:
            planned.append(("title", speaker.name, title, speaker.id))
            planned.append(("message", speaker.name, message_frames[speaker.id], speaker.id))
        else:
            planned.append(("holding", f"{speaker.name}: message to follow", max(title, _shortest_holding(rate)), speaker.id))
    planned.append(("closing", "Thank you", frames_nearest(cards.closing, rate), None))
    items = _placed(planned, config)
    missing = frames_nearest(config.slot.duration_ms, rate) - items[-1].end_frame
    if config.slot.fill == "hold" and missing > 0:
        # A third of it is what ``overlap_frames`` lets it share: so it ends exactly with the slot however short it is.
        shared = min(edge_frames(items[-1].frames, crossfade_frames(config)), missing // 2)
        items = _placed([*planned, ("hold", "Until the end of the slot", missing + shared, None)], config)
    return Rundown(items, rate)


def _placed(planned: list[tuple[Any, str, int, str | None]], config: Config) -> tuple[RundownItem, ...]:
    """Kind, title, frames and speaker of each item, one behind the other; what has no length is left out."""
    items: list[RundownItem] = []
    for kind, title, frames, speaker in planned:
        if frames:
            overlap = overlap_frames(items[-1].frames, frames, config) if items else 0
            start = items[-1].end_frame - overlap if items else 0
            items.append(RundownItem(kind, title, start, frames, speaker, overlap))
    return tuple(items)


def _shortest_holding(rate: Fraction) -> int:
    """Frames in which a viewer can read who is to follow: four seconds."""
    return round(4 * rate)


def slot_plan(config: Config, message_ms: Mapping[str, int]) -> dict[str, Any]:
    """The slot's sum in ms: what the cards and the margin take, what each speaker may take, what is used and left.

    Cards are counted in whole frames, and a speaker without a message has a holding card, as ``plan_rundown`` has it:
    without ``fill: hold``, ``total_ms`` is the rundown's length. What is crossfaded is counted once, as the message's.
    """
    cards, rate, count = config.cards, config.delivery.fps, len(config.speakers)
    title = frames_nearest(cards.title, rate)
    missing = sum(speaker.id not in message_ms for speaker in config.speakers)
    ends = frames_nearest(cards.opening, rate) + frames_nearest(cards.closing, rate)
    shared = _overlap(config, {speaker: frames_nearest(ms, rate) for speaker, ms in message_ms.items()})
    cards_ms = frame_ms(ends + (count - missing) * title + missing * max(title, _shortest_holding(rate)) - shared, rate)
    shared = _overlap(config, {speaker.id: frames_nearest(config.slot.duration_ms, rate) for speaker in config.speakers})
    for_messages = config.slot.duration_ms - frame_ms(ends + count * title - shared, rate) - config.slot.margin
    messages_ms = sum(message_ms.values())
    return {
        "start": config.slot.start.isoformat(), "end": config.slot.end.isoformat(),
        "duration_ms": config.slot.duration_ms, "margin_ms": config.slot.margin, "cards_ms": cards_ms,
        "messages_ms": messages_ms, "total_ms": cards_ms + messages_ms,
        "left_ms": config.slot.duration_ms - config.slot.margin - cards_ms - messages_ms,
        "allowance_ms": max(0, for_messages) // count,
    }


def _overlap(config: Config, message_frames: Mapping[str, int]) -> int:
    """Frames that the cards and messages share; the card that fills the slot shares only what it brings."""
    return sum(item.overlap for item in plan_rundown(config, message_frames).items if item.kind != "hold")


def slot_findings(config: Config, message_ms: Mapping[str, int]) -> tuple[Finding, ...]:
    """Whether it all fits, with the sum, and who is longest when it does not."""
    plan = slot_plan(config, message_ms)
    strict = config.slot.overrun == "strict"
    if plan["left_ms"] >= 0:
        return ()
    over = -plan["left_ms"]
    longest = max(message_ms, key=lambda speaker: message_ms[speaker]) if message_ms else None
    remedy = (f"Win back {clock(over)}: " + (f"{longest} is longest with {clock(message_ms[longest])} (trim: in "
              "config.yaml); " if longest else "") + "or shorten cards: or slot.margin.")
    return (Finding(
        "error" if strict else "warning", "slot-over",
        f"The segment is {clock(over)} too long for its slot: messages {clock(plan['messages_ms'])} + cards "
        f"{clock(plan['cards_ms'])} + margin {clock(plan['margin_ms'])} = "
        f"{clock(plan['total_ms'] + plan['margin_ms'])}, the slot has {clock(plan['duration_ms'])}.", remedy),)


def rundown_rows(rundown: Rundown, config: Config) -> list[dict[str, str]]:
    """One row an item: wall-clock in and out, timecodes, length and running total."""
    rows = []
    for number, item in enumerate(rundown.items, 1):
        start_ms, end_ms = frame_ms(item.start_frame, rundown.rate), frame_ms(item.end_frame, rundown.rate)
        rows.append({
            "no": str(number), "kind": item.kind, "title": item.title, "speaker": item.speaker or "",
            "clock_in": f"{config.slot.start + timedelta(milliseconds=start_ms):%H:%M:%S}",
            "clock_out": f"{config.slot.start + timedelta(milliseconds=end_ms):%H:%M:%S}",
            "timecode_in": timecode(item.start_frame, rundown.rate),
            "timecode_out": timecode(item.end_frame, rundown.rate),
            "frames": str(item.frames), "seconds": f"{float(item.frames / rundown.rate):.3f}",
            "running_total": timecode(item.end_frame, rundown.rate),
        })
    return rows


def rundown_csv(rundown: Rundown, config: Config) -> str:
    """The rundown as a table for a spreadsheet. A cell that a spreadsheet would take for a formula gets a quote."""
    rows = rundown_rows(rundown, config)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else ["no"], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: f"'{value}" if value[:1] in "=+-@" and value else value for key, value in row.items()})
    return out.getvalue()


def rundown_markdown(rundown: Rundown, config: Config) -> str:
    """The rundown as a page to print."""
    lines = [f"# {config.title}", "", *([config.event, ""] if config.event else []),
             f"{config.slot.start:%d.%m.%Y}, {config.slot.start:%H:%M} to {config.slot.end:%H:%M} "
             f"(UTC{config.slot.start:%z})", "",
             "| | in | out | timecode | length | what |", "|---|---|---|---|---|---|"]
    for row in rundown_rows(rundown, config):
        title = row["title"].replace("|", "\\|")
        lines.append(f"| {row['no']} | {row['clock_in']} | {row['clock_out']} | {row['timecode_in']} | "
                     f"{float(row['seconds']):.1f} s | {row['kind']}: {title} |")
    end = config.slot.start + timedelta(milliseconds=frame_ms(rundown.frames, rundown.rate))
    return "\n".join([*lines, "", f"Back to the moderator at {end:%H:%M:%S}.", ""])
