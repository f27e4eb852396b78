"""What a producer is told of a text that was fitted to the speech; without it a passage left out
would pass unseen.
"""

from __future__ import annotations

from itertools import groupby, islice

from pipeline.captions.fit.align import Alignment
from pipeline.captions.fit.timed import FORCED
from pipeline.findings import Finding
from pipeline.timing import clock, moment

MOST_EACH = 10
"""Passages listed one by one; a script that differs everywhere is another version, and one sentence
says so.
"""
SHOWN_WORDS = 8


def fitting_findings(fitted: Alignment | None, name: str, submission: str) -> tuple[Finding, ...]:
    """How well the text in ``name`` fits what is said, what of it was not said, and what was said
    besides.

    ``None``: it could not be fitted at all.
    """
    if fitted is None or fitted.fit == "refuse" or not fitted.words:
        share = f" ({fitted.share:.0%} of {_measure(fitted, 'it')})" if fitted else ""
        return (
            Finding(
                "warning",
                "script-mismatch",
                (
                    f"{name}: this does not look like the text of this recording{share}; it is not"
                    " used."
                    if fitted
                    else (
                        f"{name}: the text cannot be fitted to the speech: there are no rules for"
                        " how its letters sound."
                    )
                ),
                "Check that it is the text of this recording, as it was read; captions are a draft"
                " until then.",
                submission,
                name,
            ),
        )
    findings = []
    if fitted.fit != "use":
        findings.append(
            Finding(
                "warning",
                "script-share-low",
                f"{name}: only {fitted.share:.0%} of {_measure(fitted, 'the text')}"
                + ("; captions are a draft." if fitted.fit == "draft" else "."),
                "Is it another version of the text? Watch the captions once, or correct them in"
                " inputs/captions.",
                submission,
                name,
            )
        )
    findings += _by_sentences(fitted, name, submission)
    for at_ms, text in fitted.skipped[:MOST_EACH]:
        findings.append(
            Finding(
                "info",
                "script-not-read",
                f'{name}: "{_short(text)}" was not heard (after {moment(at_ms)}); it is not'
                " captioned.",
                "Nothing to do if the speaker left it out.",
                submission,
                name,
                at_ms,
            )
        )
    for start_ms, end_ms in fitted.unscripted[:MOST_EACH]:
        findings.append(
            Finding(
                "warning",
                "speech-not-in-script",
                f"{name}: at {moment(start_ms)} there are {clock(end_ms - start_ms)} of speech "
                "that the text does not have; they have no captions.",
                f"Write what is said there into inputs/captions/{submission}.LANG.srt.",
                submission,
                name,
                start_ms,
            )
        )
    if fitted.dropped:
        listed = ", ".join(f'"{_short(text)}"' for text in fitted.dropped[:MOST_EACH])
        findings.append(
            Finding(
                "info",
                "script-not-spoken",
                f"{name}: taken for headings or directions, since nobody says them: {listed}.",
                "Nothing to do.",
                submission,
                name,
            )
        )
    return tuple(findings)


def _measure(fitted: Alignment, text: str) -> str:
    if fitted.sentences:
        return f"the speech is taken up by sentences of {text} that fit its pauses and its pace"
    return f"what was heard stands in {text}"


def _by_sentences(fitted: Alignment, name: str, submission: str) -> list[Finding]:
    """That the text was timed by sentences, and which of them are not believed."""
    if not fitted.sentences:
        return _guessed(fitted, name, submission)
    unsure = [sentence.start_ms for sentence in fitted.sentences if not sentence.sure]
    how = (
        f"{name}: too few of its words could be heard one by one (noise, or a writing without"
        " vowels), so it was held to the sound sentence by sentence;"
        f" {len(fitted.sentences) - len(unsure)} of {len(fitted.sentences)} begin after a pause and"
        " take the time of their letters"
    )
    if not unsure:
        return [
            Finding("info", "script-by-sentences", f"{how}.", "Nothing to do.", submission, name)
        ]
    listed = ", ".join(map(moment, unsure[:MOST_EACH]))
    return [
        Finding(
            "warning",
            "script-by-sentences",
            f"{how}, not those at {listed}: their captions may be seconds early or late.",
            f"Watch those, and correct them in inputs/captions/{submission}.LANG.srt.",
            submission,
            name,
            unsure[0],
        )
    ]


def _guessed(fitted: Alignment, name: str, submission: str) -> list[Finding]:
    """The stretches of words whose place is a guess."""
    runs = (
        list(run)
        for guessed, run in groupby(fitted.words, key=lambda word: word.confidence < FORCED)
        if guessed
    )
    return [
        Finding(
            "warning",
            "script-guessed",
            f'{name}: "{_short(" ".join(word.text for word in run))}" was hardly heard; at '
            f"{moment(run[0].start_ms)} it is shown by guess.",
            f"Listen there; if it is wrong, correct it in inputs/captions/{submission}.LANG.srt.",
            submission,
            name,
            run[0].start_ms,
        )
        for run in islice(runs, MOST_EACH)
    ]


def _short(text: str) -> str:
    words = text.split()
    return text if len(words) <= SHOWN_WORDS else " ".join(words[:SHOWN_WORDS]) + " …"
