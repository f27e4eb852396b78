"""The story of ``captions``: every submission's words, written as drafts to be corrected; without
it a producer would have to build a segment to read what was said.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pipeline.commands.check import captioned, check, weights_of, with_weights_said
from pipeline.commands.report import Checked, Report
from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.programme.handing_over import drafts_beside, edited, put_beside
from pipeline.work.bench import Bench


def make_drafts(
    event: Event, bench: Bench, only: tuple[str, ...] = ()
) -> tuple[Report, tuple[str, ...]]:
    """The submissions (or those in ``only``) with their captions, and the names of the drafts that
    were written (under outputs/).

    Each is written when it is done: whoever stops the command has what was finished. Raises Refused
    where ``engine: whisper`` cannot be met.
    """
    weights = weights_of(event, bench)
    report = check(event, bench, only, weights=weights)

    def drafted(one: Checked) -> tuple[Checked, Collection[str], tuple[Finding, ...]]:
        one = captioned(event, bench, weights, one)
        spoken = (one, *([one.intro] if one.intro else []))
        drafts, theirs = drafts_beside(event, bench, [(it.speaker, it.captions) for it in spoken])
        put = put_beside(event, bench, (), drafts)
        return one, put.written, (*theirs, *edited(event, put.kept))

    done = bench.each(drafted, report.checked)
    kept = [finding for _, _, found in done for finding in found]
    report = replace(
        report,
        checked=tuple(one for one, _, _ in done),
        findings=(*report.findings, *kept),
    )
    names = tuple(name for _, written, _ in done for name in written)
    return with_weights_said(report, weights), names
