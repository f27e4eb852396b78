"""What a producer is told of a text fitted to the speech; without it a gap would go unseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.captions.fit.align import LEAST_SKIPPED_WORDS, Alignment
from pipeline.captions.fit.timed import FORCED
from pipeline.captions.fit.together import ALL_RIGHT_SHARE, Departure, Together
from pipeline.codes import Code
from pipeline.findings import Finding, Severity
from pipeline.timing import clock, moment

MOST_EACH = 10
"""Passages listed in one finding."""
SHOWN_WORDS = 8


DRAFTS = "outputs/captions/"


def fitting_findings(
    fitted: Alignment, name: str, submission: str, language: str, drafts: str = DRAFTS
) -> tuple[Finding, ...]:
    """How well the text in ``name`` fits, what of it was not said, and what was said besides.
    ``drafts`` is the folder in which its captions lie, as a producer finds it.
    """
    text = _Text(name, submission, language, drafts)
    return (
        *_low_share(fitted, text),
        *_how_sure(fitted, text),
        *_not_read(fitted.skipped, text),
        *_not_in_script(fitted, text),
        *_not_spoken(fitted, text),
    )


@dataclass(frozen=True)
class _Text:
    """A script by its file's name, and whose it is."""

    name: str
    submission: str
    language: str
    drafts: str = DRAFTS

    @property
    def captions(self) -> str:
        """Where its captions can be corrected."""
        name = f"{self.submission}.{self.language}.srt"
        return f"a copy of {self.drafts}{name} as inputs/captions/{name}"

    def finding(
        self, severity: Severity, code: Code, what: str, remedy: str, at_ms: int | None = None
    ) -> Finding:
        """``what`` is the sentence about it, without its name."""
        said = f"{self.name}: {what}"
        return Finding(severity, code, said, remedy, self.submission, self.name, at_ms)


def mismatch(
    fitted: Alignment | None, name: str, submission: str, language: str, *, used: bool
) -> Finding:
    """That a text could not be fitted to the speech, and whether a draft is made of it."""
    text = _Text(name, submission, language)
    what = "the text cannot be fitted to the speech: there are no rules for how its letters sound."
    if fitted is not None:
        share = f"{fitted.share:.0%} of {_measure(fitted, 'it')}"
        then = "captions are a draft of it" if used else "it is not used"
        what = f"this does not look like the text of this recording ({share}); {then}."
    remedy = (
        "Check that it is the text of this recording, as it was read (then write `script_is_right:"
        f" true` under {submission} in config.yaml); captions are a draft until then."
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
    runs = [list(run) for guessed, run in grouped if guessed]
    passages = [(run[0].start_ms, short(" ".join(word.text for word in run))) for run in runs]
    if passages:
        what = f"hardly heard, and shown by guess: {_at_times(passages)}."
        remedy = f"Listen there; if it is wrong, correct it in {text.captions}."
        yield text.finding("warning", "script-guessed", what, remedy, passages[0][0])


def _not_read(skipped: Sequence[tuple[int, str]], text: _Text) -> Iterator[Finding]:
    if skipped:
        passages = [(at_ms, short(passage)) for at_ms, passage in skipped]
        what = f"not heard, and not captioned: {_at_times(passages, 'after ')}."
        remedy = "Nothing to do if the speaker left it out."
        yield text.finding("info", "script-not-read", what, remedy, passages[0][0])


def _not_in_script(fitted: Alignment, text: _Text) -> Iterator[Finding]:
    if fitted.unscripted:
        listed = [
            f"{moment(start_ms)} ({clock(end_ms - start_ms)} long)"
            for start_ms, end_ms in fitted.unscripted
        ]
        what = f"somebody speaks and the text has no words for it, at {list_of(listed)};"
        remedy = f"Write what is said there into {text.captions}."
        said = f"{what} there are no captions."
        yield text.finding("warning", "speech-not-in-script", said, remedy, fitted.unscripted[0][0])


def left_findings(
    both: Together, name: str, submission: str, language: str, in_ms: int, drafts: str = DRAFTS
) -> tuple[Finding, ...]:
    """Where the speaker left the text in ``name``, and what it says that was not said. Times from
    ``in_ms`` on. ``drafts`` as ``fitting_findings`` has it.
    """
    text = _Text(name, submission, language, drafts)
    left = [replace(one, at_ms=max(0, one.at_ms - in_ms)) for one in both.departures]
    instead = [one for one in left if one.heard]
    unsaid = [
        (one.at_ms, one.text)
        for one in left
        if not one.heard and len(one.text.split()) >= LEAST_SKIPPED_WORDS
    ]
    return (*_few_words_of_it(both, text), *_left(instead, text), *_not_read(unsaid, text))


def _few_words_of_it(both: Together, text: _Text) -> Iterator[Finding]:
    if both.share < ALL_RIGHT_SHARE:
        what = (
            f"only {both.share:.0%} of what was heard stands in the text; captions are a draft, as"
            " Whisper heard them where it does not."
        )
        remedy = (
            "Is it another version of the text? Correct the captions in inputs/captions; if it says"
            f" what was said, write `script_is_right: true` under {text.submission} in config.yaml."
        )
        yield text.finding("warning", "script-share-low", what, remedy)


def _left(departures: Sequence[Departure], text: _Text) -> Iterator[Finding]:
    if not departures:
        return
    listed = [
        f'{moment(one.at_ms)} "{short(one.heard)}"'
        + (f' (the text: "{short(one.text)}")' if one.text else "")
        for one in departures
    ]
    what = f"the speaker leaves the text; captioned as Whisper heard it: {list_of(listed)}."
    remedy = f"Listen there; if it is wrong, correct it in {text.captions}."
    yield text.finding("warning", "script-left", what, remedy, departures[0].at_ms)


def _at_times(passages: Sequence[tuple[int, str]], before: str = "") -> str:
    return list_of([f'{before}{moment(at_ms)} "{passage}"' for at_ms, passage in passages])


def list_of(listed: Sequence[str]) -> str:
    """Things of one finding, at most ten of them."""
    more = len(listed) - MOST_EACH
    return "; ".join(listed[:MOST_EACH]) + (f"; and {more} more" if more > 0 else "")


def _not_spoken(fitted: Alignment, text: _Text) -> Iterator[Finding]:
    if fitted.dropped:
        listed = ", ".join(f'"{short(passage)}"' for passage in fitted.dropped[:MOST_EACH])
        what = f"taken for headings or directions, since nobody says them: {listed}."
        yield text.finding("info", "script-not-spoken", what, "Nothing to do.")


def short(text: str) -> str:
    """The first words of a passage."""
    words = text.split()
    return text if len(words) <= SHOWN_WORDS else " ".join(words[:SHOWN_WORDS]) + " …"
