"""What is made of all segments together: the day's run of show, and one report.json; without it
whoever leads through the day would have to gather them from a folder each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.commands.build import build, prune
from pipeline.commands.report import Report
from pipeline.errors import PipelineError
from pipeline.event import Event, segments_of
from pipeline.findings import Finding
from pipeline.handover.callsheet import on_paper, on_screen
from pipeline.handover.day import as_markdown, day_sheet
from pipeline.handover.print import plan_pages
from pipeline.plan.dates import language_of
from pipeline.plan.day import day_csv, day_findings, day_order
from pipeline.tools.running import files
from pipeline.tools.running.programs import version
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


def hand_over_day(event: Event, bench: Bench, reports: Mapping[str, Report]) -> None:
    """outputs/day.* and outputs/report.json, of the ``reports`` that a build gave (by the segment's
    id) and of what is known of the other segments. What no segment needs any more is dropped.
    """
    known = {**_known(event, bench, [*reports]), **reports}
    by_id = {one.id: known[one.id] for one in event.config.segments if one.id in known}
    rundowns = {name: one.rundown for name, one in by_id.items() if one.rundown}
    order = day_order(event.config, rundowns)
    sheet = day_sheet(event.config, order, own_words(language_of(event.config)))
    answers = {
        name: {"draft": event.draft and name in reports, **one.as_json()}
        for name, one in by_id.items()
    }
    answer = day_json(answers, said_of_day(event))
    texts = {
        "day.csv": day_csv(event.config, order),
        "day.md": as_markdown(sheet),
        "day.html": on_screen(sheet),
        "report.json": json.dumps(answer, ensure_ascii=False, indent=1) + "\n",
    }
    printed = plan_pages("run of show of the day", {"day.pdf": on_paper(sheet)}, version("paper"))
    bench.obtain(printed)
    outputs = event.workspace.all_outputs
    bench.store.publish(printed, "day.pdf", outputs / "day.pdf")
    for name, text in texts.items():
        files.write_if_new(outputs / name, text)
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
