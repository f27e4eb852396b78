"""What a producer is told of a text fitted to the speech; without it a gap would go unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from pipeline.captions.fit.align import Alignment
from pipeline.captions.fit.timed import FORCED
from pipeline.codes import Code
from pipeline.findings import Finding, Severity
from pipeline.timing import clock, moment

MOST_EACH = 10
"""Passages listed one by one; a script that differs everywhere is another version, and one sentence
says so.
"""
SHOWN_WORDS = 8


def fitting_findings(fitted: Alignment | None, name: str, submission: str) -> tuple[Finding, ...]:
    """How well the text in ``name`` fits, what of it was not said, and what was said besides.

    ``None``: it could not be fitted at all.
    """
    text = _Text(name, submission)
    if fitted is None or fitted.fit == "refuse" or not fitted.words:
        return (_mismatch(fitted, text),)
    return (
        *_low_share(fitted, text),
        *_how_sure(fitted, text),
        *_not_read(fitted, text),
        *_not_in_script(fitted, text),
        *_not_spoken(fitted, text),
    )


@dataclass(frozen=True)
class _Text:
    """A script by its file's name, and whose it is."""

    name: str
    submission: str

    @property
    def captions(self) -> str:
        """Where its captions can be corrected."""
        return f"inputs/captions/{self.submission}.LANG.srt"

    def finding(
        self, severity: Severity, code: Code, what: str, remedy: str, at_ms: int | None = None
    ) -> Finding:
        """``what`` is the sentence about it, without its name."""
        said = f"{self.name}: {what}"
        return Finding(severity, code, said, remedy, self.submission, self.name, at_ms)


def _mismatch(fitted: Alignment | None, text: _Text) -> Finding:
    what = "the text cannot be fitted to the speech: there are no rules for how its letters sound."
    if fitted is not None:
        share = f"{fitted.share:.0%} of {_measure(fitted, 'it')}"
        what = f"this does not look like the text of this recording ({share}); it is not used."
    remedy = (
        "Check that it is the text of this recording, as it was read; captions are a draft until"
        " then."
    )
    return text.finding("warning", "script-mismatch", what, remedy)


def _low_share(fitted: Alignment, text: _Text) -> Iterator[Finding]:
    if fitted.fit == "use":
        return
    end = "; captions are a draft." if fitted.fit == "draft" else "."
    what = f"only {fitted.share:.0%} of {_measure(fitted, 'the text')}{end}"
    remedy = (
        "Is it another version of the text? Watch the captions once, or correct them in"
        " inputs/captions."
    )
    yield text.finding("warning", "script-share-low", what, remedy)


def _measure(fitted: Alignment, text: str) -> str:
    if fitted.sentences:
        return f"the speech is taken up by sentences of {text} that fit its pauses and its pace"
    return f"what was heard stands in {text}"


def _how_sure(fitted: Alignment, text: _Text) -> Iterator[Finding]:
    """Which words stand where they are by guess; of a text timed by sentences, which of those."""
    if fitted.sentences:
        yield _by_sentences(fitted, text)
    else:
        yield from _guessed(fitted, text)


def _by_sentences(fitted: Alignment, text: _Text) -> Finding:
    unsure = [sentence.start_ms for sentence in fitted.sentences if not sentence.sure]
    every = len(fitted.sentences)
    how = (
        "too few of its words could be heard one by one (noise, or a writing without vowels), so"
        f" it was held to the sound sentence by sentence; {every - len(unsure)} of {every} begin"
        " after a pause and take the time of their letters"
    )
    if not unsure:
        return text.finding("info", "script-by-sentences", f"{how}.", "Nothing to do.")
    listed = ", ".join(map(moment, unsure[:MOST_EACH]))
    what = f"{how}, not those at {listed}: their captions may be seconds early or late."
    remedy = f"Watch those, and correct them in {text.captions}."
    return text.finding("warning", "script-by-sentences", what, remedy, unsure[0])


def _guessed(fitted: Alignment, text: _Text) -> Iterator[Finding]:
    """The stretches of words whose place is a guess."""
    grouped = groupby(fitted.words, key=lambda word: word.confidence < FORCED)
    runs = (list(run) for guessed, run in grouped if guessed)
    remedy = f"Listen there; if it is wrong, correct it in {text.captions}."
    for run in islice(runs, MOST_EACH):
        at_ms, words = run[0].start_ms, _short(" ".join(word.text for word in run))
        what = f'"{words}" was hardly heard; at {moment(at_ms)} it is shown by guess.'
        yield text.finding("warning", "script-guessed", what, remedy, at_ms)


def _not_read(fitted: Alignment, text: _Text) -> Iterator[Finding]:
    remedy = "Nothing to do if the speaker left it out."
    for at_ms, passage in fitted.skipped[:MOST_EACH]:
        after = f"after {moment(at_ms)}"
        what = f'"{_short(passage)}" was not heard ({after}); it is not captioned.'
        yield text.finding("info", "script-not-read", what, remedy, at_ms)


def _not_in_script(fitted: Alignment, text: _Text) -> Iterator[Finding]:
    remedy = f"Write what is said there into {text.captions}."
    for start_ms, end_ms in fitted.unscripted[:MOST_EACH]:
        what = (
            f"at {moment(start_ms)} there are {clock(end_ms - start_ms)} of speech that the text"
            " does not have; they have no captions."
        )
        yield text.finding("warning", "speech-not-in-script", what, remedy, start_ms)


def _not_spoken(fitted: Alignment, text: _Text) -> Iterator[Finding]:
    if fitted.dropped:
        listed = ", ".join(f'"{_short(passage)}"' for passage in fitted.dropped[:MOST_EACH])
        what = f"taken for headings or directions, since nobody says them: {listed}."
        yield text.finding("info", "script-not-spoken", what, "Nothing to do.")


def _short(text: str) -> str:
    words = text.split()
    return text if len(words) <= SHOWN_WORDS else " ".join(words[:SHOWN_WORDS]) + " …"
