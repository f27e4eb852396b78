"""The day's run of show as a page: several segments, who speaks when, and what is between them;
without it whoever leads through the day would lay five sheets beside each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.config import Config
from pipeline.handover.callsheet import Called, CallSheet, Line
from pipeline.plan.card_words import mirrored
from pipeline.plan.dates import hours, hours_in, language_of, length_in
from pipeline.plan.day import Gap, Overlap, Shown, last_end
from pipeline.timing import frame_ms
from pipeline.tools.texts.catalogues import Worded


def day_sheet(day: Config, order: Sequence[Shown], worded: Worded) -> CallSheet:
    """The day in our words of one language: segments and what is between them large, each message
    of a segment small under it.
    """
    items = tuple(called for one in order for called in _called(day, one, worded))
    back = last_end(order)
    closing = worded("Back to the moderator at {time}").format(time=f"{back:%H:%M:%S}")
    opening = tuple(filter(None, (day.event, hours(day))))
    return CallSheet(day.title, opening, items, closing, language_of(day), mirrored(day))


def _called(day: Config, one: Shown, worded: Worded) -> Iterator[Called]:
    if isinstance(one, Gap):
        what = one.then or worded("The moderator")
        shown_ms = one.lasts_ms + one.start.microsecond // 1000  # from the second that is shown
        yield Called(f"{one.start:%H:%M:%S}", length_in(day, shown_ms), what, (), False)
        return
    if isinstance(one, Overlap):
        length = length_in(day, one.lasts_ms)
        said = worded("{segment} runs {length} into {next}")
        runs = Line(said.format(segment=one.before, length=length, next=one.after), "loud")
        yield Called(f"{one.start:%H:%M:%S}", length, worded("Overlap"), (runs,), False)
        return
    config, rundown = one.segment.config, one.rundown
    starts = f"{one.start:%H:%M:%S}"
    slot = Line(hours_in(config.slot, day))
    if rundown is None:
        unknown = Line(worded("What is shown and when is not known yet."), "loud")
        yield Called(
            starts, length_in(day, config.slot.duration_ms), config.title, (slot, unknown), False
        )
        return
    whole = length_in(day, frame_ms(rundown.frames, rundown.rate))
    yield Called(starts, whole, config.title, (slot,), False)
    speakers = config.by_id
    for item in rundown.items:
        if item.speaker and item.kind in ("message", "holding"):
            waits = (Line(worded("Message to follow"), "loud"),) if item.kind == "holding" else ()
            length = length_in(day, frame_ms(item.frames, rundown.rate))
            name = speakers[item.speaker].name
            yield Called(f"{one.at(item.start_frame):%H:%M:%S}", length, name, waits, True)


def as_markdown(sheet: CallSheet) -> str:
    """The sheet as a table that is read as it is, or shown as a page."""
    rows = [
        f"| {item.clock} | {item.length} | {_cell(item)} |"
        for item in sheet.items
    ]  # fmt: skip
    opening = [line for text in sheet.opening for line in (text, "")]
    table = ["| | | |", "|---|---|---|", *rows]
    return "\n".join([f"# {sheet.title}", "", *opening, *table, "", f"{sheet.closing}.", ""])


def _cell(item: Called) -> str:
    what = item.what if item.card else f"**{item.what}**"
    return "; ".join((what, *(line.text for line in item.lines))).replace("|", "\\|")
