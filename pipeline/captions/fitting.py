"""What a producer is told of a text that was fitted to the speech; without it a passage left out would pass unseen."""

from __future__ import annotations

from pipeline.captions.align import Alignment
from pipeline.model import Finding
from pipeline.timing import clock, moment

MOST_EACH = 10
"""Passages listed one by one; a script that differs everywhere is another version, and one sentence says so."""
SHOWN_WORDS = 8


def fitting_findings(fitted: Alignment | None, name: str, submission: str) -> tuple[Finding, ...]:
    """How well the text in ``name`` fits what is said, what of it was not said, and what was said besides.

    ``None``: it could not be fitted at all.
    """
    if fitted is None or fitted.fit == "refuse" or not fitted.words:
        share = f" ({fitted.share:.0%} of what was heard stands in it)" if fitted else ""
        return (Finding(
            "warning", "script-mismatch", f"{name}: this does not look like the text of this recording{share}; it is not used."
            if fitted else f"{name}: the text cannot be fitted to the speech: there are no rules for how its letters sound.",
            "Check that it is the text of this recording, as it was read; captions are a draft until then.", submission, name),)
    findings = []
    if fitted.fit != "use":
        findings.append(Finding(
            "warning", "script-share-low", f"{name}: only {fitted.share:.0%} of what was heard stands in the text"
            + ("; captions are a draft." if fitted.fit == "draft" else "."),
            "Is it another version of the text? Watch the captions once, or correct them in inputs/captions.", submission,
            name))
    for at_ms, text in fitted.skipped[:MOST_EACH]:
        findings.append(Finding(
            "info", "script-not-read", f'{name}: "{_short(text)}" was not heard (after {moment(at_ms)}); it is not captioned.',
            "Nothing to do if the speaker left it out.", submission, name, at_ms))
    for start_ms, end_ms in fitted.unscripted[:MOST_EACH]:
        findings.append(Finding(
            "warning", "speech-not-in-script", f"{name}: at {moment(start_ms)} there are {clock(end_ms - start_ms)} of speech "
            "that the text does not have; they have no captions.",
            f"Write what is said there into inputs/captions/{submission}.LANG.srt.", submission, name, start_ms))
    if fitted.dropped:
        listed = ", ".join(f'"{_short(text)}"' for text in fitted.dropped[:MOST_EACH])
        findings.append(Finding(
            "info", "script-not-spoken", f"{name}: taken for headings or directions, since nobody says them: {listed}.",
            "Nothing to do.", submission, name))
    return tuple(findings)


def _short(text: str) -> str:
    words = text.split()
    return text if len(words) <= SHOWN_WORDS else " ".join(words[:SHOWN_WORDS]) + " …"
