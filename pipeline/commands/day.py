"""What is made of all segments together: the day's run of show, and one report.json; without it
whoever leads through the day would have to gather them from a folder each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.commands.build import build, prune
from pipeline.commands.correspondence import plan_printed
from pipeline.commands.report import Report
from pipeline.errors import PipelineError
from pipeline.event import Event, segments_of
from pipeline.findings import Finding
from pipeline.handover.callsheet import CallSheet, on_paper, on_screen
from pipeline.handover.day import as_markdown, day_sheet
from pipeline.plan.dates import language_of
from pipeline.plan.day import day_csv, day_findings, day_order
from pipeline.programme.handing_over import put_beside
from pipeline.programme.join import Handed
from pipeline.recipe import Recipe
from pipeline.tools.texts.catalogues import own_words
from pipeline.work.bench import Bench


def said_of_day(event: Event) -> tuple[Finding, ...]:
    """What is a matter of no segment: files that are nobody's, speakers who are in none, and slots
    that overlap. ``event`` is that of the whole day.
    """
    _, nobodys = event.received()
    return (*nobodys, *day_findings(event.config))


def day_json(answers: Mapping[str, Any], findings: tuple[Finding, ...]) -> dict[str, Any]:
    """What ``--json`` prints of several segments, and report.json of the day: for each by its id
    what it is for one.
    """
    return {"segments": {**answers}, "findings": [one.as_json() for one in findings]}


@dataclass(frozen=True)
class Day:
    """The day's run of show: as a table, as a page, and the recipe that prints that."""

    table: str
    sheet: CallSheet
    printed: Recipe


def plan_day(event: Event, bench: Bench, reports: Mapping[str, Report]) -> Day:
    """The run of show of all segments, from what ``reports`` (by the segment's id) have of them;
    the printing of it is begun.
    """
    rundowns = {name: one.rundown for name, one in reports.items() if one.rundown}
    order = day_order(event.config, rundowns)
    sheet = day_sheet(event.config, order, own_words(language_of(event.config)))
    printed = plan_printed(bench, "run of show of the day", {"day.pdf": on_paper(sheet)})
    bench.start(printed)
    return Day(day_csv(event.config, order), sheet, printed)


def hand_over_day(event: Event, bench: Bench, reports: Mapping[str, Report]) -> None:
    """outputs/day.* and outputs/report.json, of the ``reports`` that a build gave (by the segment's
    id) and of what is known of the other segments. What no segment needs any more is dropped.
    """
    known = {**_known(event, bench, [*reports]), **reports}
    by_id = {one.id: known[one.id] for one in event.config.segments if one.id in known}
    day = plan_day(event, bench, by_id)
    answers = {
        name: {"draft": event.draft and name in reports, **one.as_json()}
        for name, one in by_id.items()
    }
    answer = day_json(answers, said_of_day(event))
    texts = {
        "day.csv": day.table,
        "day.md": as_markdown(day.sheet),
        "day.html": on_screen(day.sheet),
        "report.json": json.dumps(answer, ensure_ascii=False, indent=1) + "\n",
    }
    bench.obtain(day.printed)
    put_beside(event, bench, [Handed(day.printed, "day.pdf", "day.pdf", 0)], texts)
    prune(event, bench)


def _known(event: Event, bench: Bench, built: list[str]) -> dict[str, Report]:
    """What is known of segments that were not built now. To plan them tells the store as well what
    they need.
    """
    found = {}
    whole = replace(event, draft=False)
    for name in (one.id for one in event.config.segments if one.id not in built):
        (one,) = segments_of(whole, name)
        try:
            found[name] = build(one, bench.at_rest())
        except PipelineError:  # a font of that segment's is not there: its own build says so
            continue
    return found
