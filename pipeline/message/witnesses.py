"""Which words a message has, by all that is known of them: a text, the aligner, Whisper; without it
one witness would be believed against the others.

A text that was read is held against what Whisper hears (captions/fit/together.py). Without a text
the words are Whisper's, without Whisper the built-in recogniser's. Each that fails leaves a finding
and the next one is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TypeVar

from pipeline.captions.fit.agreed import agreed
from pipeline.captions.fit.align import Alignment
from pipeline.captions.fit.fitting import fitting_findings, left_findings, mismatch
from pipeline.captions.fit.timed import places_heard
from pipeline.captions.fit.together import (
    ALL_RIGHT_SHARE,
    LEAST_SHARE,
    Together,
    together,
)
from pipeline.captions.heard import again, doubts
from pipeline.captions.heard.answers import Listened
from pipeline.captions.heard.spelling import Respelt
from pipeline.captions.words.languages import name_of
from pipeline.errors import MachineFailed, ToolFailed
from pipeline.event import Event
from pipeline.findings import About
from pipeline.message import engines
from pipeline.message.prepared import Heard
from pipeline.message.wording import Found, Wording
from pipeline.model import Transcript, Word
from pipeline.timing import moment
from pipeline.work.bench import Bench
from pipeline.work.weights import Weights

Answer = TypeVar("Answer")

MOST_LISTED = 12
"""Names in one finding; a producer reads no more at once."""


def tried(engine: Callable[[], Answer | None], heard: Heard) -> tuple[Answer | None, Found]:
    """What an engine answers; None, with a finding, when it broke off or the machine ended it: the
    next engine is taken.
    """
    try:
        return engine(), ()
    except ToolFailed as failed:
        saw = f"{failed.task.split(': ', 1)[-1]}: {failed.tool} {failed.saw}"
        said = f"a caption engine broke off ({saw}; see {failed.kept})."
        remedy = "Look at the captions; if it happens again, report it with that file."
        if isinstance(failed, MachineFailed):
            said = (
                f"a way to its captions was not gone to its end ({saw}); that is no fault of the"
                " recording's, nor of the engine's."
            )
            remedy = failed.remedy
        about = About(heard.speaker.id, heard.received.file, f"{heard.received.file}: ")
        return None, (about.warning("captions-failed", said, remedy),)


def words_of(
    event: Event, bench: Bench, heard: Heard, weights: Weights, texts: Iterable[Wording]
) -> tuple[Transcript, Found]:
    """Words in the language spoken, from the first of ``texts`` that fits, else by the engines in
    order; ``draft`` and none where all fail.
    """
    asked = _Asked(event, bench, heard, weights)
    found: Found = ()
    rough: Transcript | None = None
    for text in texts:
        said, more = _from_text(asked, text)
        found = (*found, *more)
        if said and said.source != "spread":
            return said, found
        rough = rough or said
    if rough and not asked.understood:
        listened, _ = asked.listened
        differs = _other_languages(asked, listened) if listened and listened.spoken else ()
        return rough, (*found, *differs)
    words, more = _from_sound(asked)
    found = (*found, *more)
    if words:
        return words, found
    if rough is None and event.config.captions.engine != "whisper":
        rough, more = tried(partial(engines.drafted, bench, heard), heard)
        found = (*found, *more)
    return rough or Transcript((), "draft"), found


def whispered(
    event: Event, bench: Bench, heard: Heard, weights: Weights
) -> tuple[Listened | None, Found]:
    """What Whisper hears in a message; None where it may not be asked, or its weights are not
    here.
    """
    return _Asked(event, bench, heard, weights).listened


@dataclass(frozen=True)
class _Asked:
    """One message, and what may be asked about its words; Whisper is asked once."""

    event: Event
    bench: Bench
    heard: Heard
    weights: Weights

    @property
    def language(self) -> str:
        return self.heard.speaker.language

    @property
    def about(self) -> About:
        return About(self.heard.speaker.id, self.heard.received.file)

    def is_right(self, text: Wording) -> bool:
        """Whether a person says that a text is what was said."""
        return text.source == "person" or self.heard.speaker.script_is_right

    @property
    def understood(self) -> bool:
        """Whether Whisper was asked and, on the whole, understood what was said."""
        listened = self.listened[0]
        return listened is not None and listened.is_sure

    @cached_property
    def listened(self) -> tuple[Listened | None, Found]:
        """What Whisper hears, what it lost heard again; None where it may not be asked, or its
        weights are not here.
        """
        if self.event.config.captions.engine == "pocketsphinx":
            return None, ()
        ask = partial(engines.by_whisper, self.event, self.bench, self.heard, self.weights)
        listened, found = tried(ask, self.heard)
        if listened is None or not listened.words:
            return listened, found
        healed, more = tried(partial(_healed, self, listened), self.heard)
        return healed or listened, (*found, *more)


def _healed(asked: _Asked, listened: Listened) -> Listened:
    """With what was invented over silence kept apart, and what was lost heard once more by
    itself.
    """
    activity = engines.activity(asked.bench, asked.heard)
    words, invented = doubts.told_apart(again.seams_closed(listened.words), activity)
    stretches = again.to_hear_again(words, activity)
    more: tuple[Word, ...] = ()
    if stretches:
        more = engines.heard_again(asked.bench, asked.heard, asked.weights, stretches)
        words = again.filled(words, more, stretches)
    return replace(listened, words=words, invented=invented, hearings=(listened.words, more))


# --- a text, held against what is heard -----------------------------------------------------------


def _from_text(asked: _Asked, text: Wording) -> tuple[Transcript | None, Found]:
    """The words of a message of which there is a text; ``spread`` where they are a guess, None
    where it is not its text.
    """
    tokens, heard = text.text.tokens, asked.heard
    fitted, found = tried(partial(engines.fitted, asked.bench, heard, tokens), heard)
    is_right, fits = asked.is_right(text), fitted is not None and fitted.fits
    if fitted and fits and is_right:
        return _by_ear(asked, text, fitted, found)
    listened, more = asked.listened
    found = (*found, *more)
    if listened is None or not listened.words:
        return _without_whisper(asked, text, fitted, found)
    as_one, more = _held_together(asked, text, fitted, listened.words)
    both, found = as_one(heard=listened.words), (*found, *more)
    if both.share < LEAST_SHARE or (fits and both.share < ALL_RIGHT_SHARE):
        return _without_whisper(asked, text, fitted, found)
    hearings = listened.hearings
    if both.besides:
        spelt, more = _names_spelt(asked, listened.words, both.besides)
        both, found = as_one(heard=spelt.words), (*found, *more)
        hearings = (*hearings, spelt.again)
    source = text.source if is_right or both.share >= ALL_RIGHT_SHARE else "whisper"
    words, more = _timed(asked, both, fitted)
    said = left_findings(both, text.name, *_whose(heard), _in_ms(heard), _drafts(asked))
    activity = fitted.activity if fitted else None
    return Transcript(words, source, activity, both.share, hearings), (*found, *more, *said)


def _held_together(
    asked: _Asked, text: Wording, fitted: Alignment | None, words: tuple[Word, ...]
) -> tuple[Callable[..., Together], Found]:
    """How a text and Whisper's words are held together, where an ear was asked of those that may be
    of either.
    """
    tokens, heard = text.text.tokens, asked.heard
    as_one = partial(
        together,
        tokens,
        sure=places_heard(tokens, fitted.words) if fitted else frozenset(),
        language=asked.language,
        is_right=asked.is_right(text),
    )
    both = as_one(heard=words)
    if both.share < LEAST_SHARE or not both.disputes:
        return as_one, ()
    ask = partial(engines.preferred, asked.bench, heard, both, tokens)
    by_ear, found = tried(ask, heard)
    return partial(as_one, by_ear=by_ear or frozenset()), found


def _by_ear(
    asked: _Asked, text: Wording, fitted: Alignment, found: Found
) -> tuple[Transcript, Found]:
    said = fitting_findings(fitted, text.name, *_whose(asked.heard), _drafts(asked))
    return Transcript(fitted.words, text.source, fitted.activity, fitted.share), (*found, *said)


def _drafts(asked: _Asked) -> str:
    """Where caption drafts lie."""
    return asked.event.workspace.called("captions/")


def _whose(heard: Heard) -> tuple[str, str]:
    """The speaker's id and language, after which captions are named."""
    return heard.speaker.id, heard.speaker.language


def _without_whisper(
    asked: _Asked, text: Wording, fitted: Alignment | None, found: Found
) -> tuple[Transcript | None, Found]:
    """By the aligner alone: the text, a draft of it, or nothing."""
    heard, is_right = asked.heard, asked.is_right(text)
    if fitted and fitted.fits:
        return _by_ear(asked, text, fitted, found)
    another = asked.understood
    used = is_right or not (another or _english(asked.language))
    fits = fitted is not None and fitted.fit == "draft" and bool(fitted.words)
    if fitted and fits and not another:
        said = fitting_findings(fitted, text.name, *_whose(heard), _drafts(asked))
        source = text.source if is_right else "spread"
        return Transcript(fitted.words, source, fitted.activity), (*found, *said)
    said = (mismatch(fitted, text.name, *_whose(heard), used=used or fitted is None),)
    if not used and fitted is not None:
        return None, (*found, *said)
    spread, more = tried(partial(engines.spread, asked.bench, heard, text.text.tokens), heard)
    if spread and is_right:
        spread = Transcript(spread.words, text.source, spread.activity)
    return spread, (*found, *said, *more)


def _english(language: str) -> bool:
    """The one language of which the built-in recogniser makes a draft by itself."""
    return language.split("-")[0] == "en"


def _timed(
    asked: _Asked, both: Together, fitted: Alignment | None
) -> tuple[tuple[Word, ...], Found]:
    """The words at the times at which they are heard, the recogniser's own where no ear hears
    them.
    """
    if both.as_written and fitted and fitted.words:
        return agreed(both.words, fitted.words), ()
    words, found = tried(
        partial(engines.timed_by_ear, asked.bench, asked.heard, both.words, both.tokens),
        asked.heard,
    )
    return words or both.words, found


# --- sound alone ----------------------------------------------------------------------------------


def _from_sound(asked: _Asked) -> tuple[Transcript | None, Found]:
    """Whisper's words, names as their owners spell them, at the times at which they are heard."""
    listened, found = asked.listened
    if listened is None:
        return None, found
    found = (*found, *_other_languages(asked, listened))
    if not listened.words:  # another language or none: a draft would be words that nobody said
        return Transcript(listened.invented, "whisper"), found
    spelt, named = _names_spelt(asked, listened.words)
    timed = partial(engines.timed_by_ear, asked.bench, asked.heard, spelt.words)
    by_ear, more = tried(timed, asked.heard)
    with_invented = sorted(
        (*(by_ear or spelt.words), *listened.invented), key=lambda word: word.start_ms
    )
    hearings = (*listened.hearings, spelt.again)
    said = Transcript(tuple(with_invented), "whisper", hearings=hearings)
    return said, (*found, *named, *more)


def _names_spelt(
    asked: _Asked, words: tuple[Word, ...], among: Container[int] | None = None
) -> tuple[engines.Spelt, Found]:
    """Whisper's words, names in them (in those numbered ``among``; None: in all) as their owners
    spell them.
    """
    event, bench, heard, weights = asked.event, asked.bench, asked.heard, asked.weights
    ask = partial(engines.names_spelt, event, bench, heard, weights, words, among)
    spelt, found = tried(ask, heard)
    if spelt is None:
        return engines.Spelt(words), found
    return spelt, (*found, *_respelt(asked, spelt.changes))


def _respelt(asked: _Asked, changes: tuple[Respelt, ...]) -> Found:
    """One finding for all names that were spelt otherwise than they were first heard."""
    if not changes:
        return ()
    in_ms = _in_ms(asked.heard)
    listed = [
        f"{moment(one.at_ms - in_ms)} {one.written} (heard: {one.heard})"
        for one in changes[:MOST_LISTED]
    ]
    rest = f" and {len(changes) - MOST_LISTED} more" if len(changes) > MOST_LISTED else ""
    them = f"{'; '.join(listed)}{rest}"
    message = f"{asked.about.file}: names were spelt as config.yaml has them: {them}."
    remedy = "Nothing to do; look at those that surprise you."
    return (asked.about.note("names-respelt", message, remedy, changes[0].at_ms - in_ms),)


def _other_languages(asked: _Asked, listened: Listened) -> Found:
    """That another language is spoken than was declared, in all of the message or in passages."""
    if not (listened.spoken or listened.passages):
        return ()
    speaker, in_ms = asked.heard.speaker, _in_ms(asked.heard)
    declared = name_of(speaker.language)
    if listened.spoken:
        other, chance = listened.spoken
        message = (
            f"{asked.about.file}: {declared} is declared, and {name_of(other)} is spoken"
            f" ({chance:.0%} sure); Whisper makes no captions in a language that nobody speaks."
        )
        remedy = (
            f"Write `language: {other}` under {speaker.id} in config.yaml and build again; if it is"
            f" {declared} all the same, send captions as"
            f" inputs/captions/{speaker.id}.{speaker.language}.srt."
        )
        return (asked.about.warning("language-differs", message, remedy),)
    return tuple(
        asked.about.warning(
            "language-passage",
            f"{asked.about.file}: from {moment(start_ms - in_ms)} to {moment(end_ms - in_ms)}"
            f" {name_of(other)} is spoken, not {declared}; it is captioned as it was heard.",
            "Look at those captions; a viewer may need them in the language of the others.",
            start_ms - in_ms,
        )
        for start_ms, end_ms, other in listened.passages
    )


def _in_ms(heard: Heard) -> int:
    """The accepted in point, from the first picture."""
    return round(heard.received.timeline.in_ms)
