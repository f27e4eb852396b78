"""Holds a person's captions against the sound that they are shown with; without it a trim or a new
recording would leave them seconds off, and nobody would say so.

A caption file is on the clock of some clip: of this recording, before or after a trim, or of an
earlier one. Its words are found by the aligner; where that has doubts Whisper is asked as well.
Translations follow what is spoken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from pipeline.captions.check.sound import (
    SURELY_MS,
    Sounding,
    another_talk,
    carried_findings,
    gained_ms,
    heard_by_one_ear,
)
from pipeline.captions.fit.align import Alignment
from pipeline.captions.fit.carry import Carried, Move, Worded, carry, moved_like, worded
from pipeline.captions.fit.sentences import by_sentence
from pipeline.captions.fit.timed import FORCED, SURE, by_place
from pipeline.captions.fit.together import together
from pipeline.captions.heard import answers
from pipeline.captions.words.languages import closest
from pipeline.errors import NotYet
from pipeline.event import Event
from pipeline.findings import About
from pipeline.message import engines
from pipeline.message.prepared import Heard
from pipeline.message.witnesses import tried, whispered
from pipeline.message.wording import (
    Found,
    PersonsFile,
    persons_files,
    sent_with,
    shown_on_the_clip,
)
from pipeline.model import Captions, Word
from pipeline.timing import frame_ms
from pipeline.work.bench import Bench
from pipeline.work.weights import Weights


@dataclass(frozen=True)
class Held:
    """A person's file held against the sound: its captions where they are shown, and by what they
    were moved.
    """

    file: PersonsFile
    carried: Carried
    findings: Found


def persons_captions(
    event: Event, bench: Bench, heard: Heard, weights: Weights, ear: Bench | None = None
) -> tuple[Mapping[str, Captions], Found]:
    """The captions that people sent with times, by language, where their words are said, and what
    is odd about the files. ``ear`` as in ``held``.
    """
    files, found = held(event, bench, heard, weights, ear)
    sent = sent_with(heard)
    captions: dict[str, Captions] = {}
    for one in files:
        language = one.file.language
        cues, more = shown_on_the_clip(event, sent, one.file, one.carried.cues)
        if cues is not None:
            captions[language] = Captions(language, "person", cues, draft=False)
        found = (*found, *one.findings, *more)
    return captions, found


def held(
    event: Event, bench: Bench, heard: Heard, weights: Weights, ear: Bench | None = None
) -> tuple[tuple[Held, ...], Found]:
    """Every caption file of a message held against its sound, and what is said of those that cannot
    be read.

    ``ear`` is the bench at which Whisper is asked where it is not ``bench``: one at rest tells what
    it has heard before, and where it has yet to listen, that is said.
    """
    files, found = persons_files(event, sent_with(heard))
    activity = None
    if files and heard.listen is not None:
        activity, more = tried(partial(engines.activity, bench, heard), heard)
        found = (*found, *more)
    if activity is None:
        return tuple(Held(one, Carried(one.cues), ()) for one in files.values()), found
    in_ms, length_ms = _clip_of(heard)
    sound = Sounding(length_ms, answers.activity_within(activity, in_ms, length_ms))
    asked = _Sound(event, bench, ear or bench, heard, weights, in_ms, sound)
    done: list[Held] = []
    spoken: Held | None = None
    own_language = closest(heard.speaker.language, files)
    for language, file in files.items():
        own, more = _by_its_words(asked, file) if language == own_language else (None, ())
        done.append(own or _by_where_somebody_speaks(asked, file, spoken))
        spoken, found = own or spoken, (*found, *more)
    return tuple(done), found


def fitted_words(event: Event, bench: Bench, heard: Heard) -> tuple[Word, ...]:
    """The words of a person's captions in the language spoken, in ms of the clip, as the aligner
    hears them; none where it cannot. Raises NotYet where nothing may run.
    """
    files, _ = persons_files(event, sent_with(heard))
    language = closest(heard.speaker.language, files)
    if language is None or heard.listen is None or by_sentence(language):
        return ()
    captions = worded(files[language].cues, language)
    if not captions.tokens:
        return ()
    fitted = engines.fitted(bench, heard, captions.tokens, "captions", by_words=True)
    if fitted is None:
        return ()
    return tuple(_places(captions, fitted, _clip_of(heard)[0]).values())


def _clip_of(heard: Heard) -> tuple[int, int]:
    """The accepted in point on the recording's clock, and the length of what is shown, in ms."""
    timeline = heard.received.timeline
    return round(timeline.in_ms), frame_ms(timeline.frames, timeline.rate)


@dataclass(frozen=True)
class _Sound:
    """One message, and what may be asked about its sound; Whisper is asked at the bench ``ear``.

    ``in_ms`` is the accepted in point on the recording's clock, ``sound`` is on the clip's.
    """

    event: Event
    bench: Bench
    ear: Bench
    heard: Heard
    weights: Weights
    in_ms: int
    sound: Sounding

    @property
    def known_ms(self) -> tuple[int, ...]:
        """Shifts that a file may need: it was made for the whole recording."""
        return (-self.in_ms,) if self.in_ms else ()

    def on_the_clip(self, word: Word) -> Word:
        return _earlier(word, self.in_ms)


def _earlier(word: Word, by_ms: int) -> Word:
    return replace(word, start_ms=word.start_ms - by_ms, end_ms=word.end_ms - by_ms)


# --- in the language that is spoken ---------------------------------------------------------------


def _by_its_words(asked: _Sound, file: PersonsFile) -> tuple[Held | None, Found]:
    """None where nobody can hear the words one by one (a language that the aligner has no rules
    for or hardly knows), and what broke off on the way.
    """
    by_ear: _ByEar | None = None
    found: Found = ()

    def heard_in_full(at: Bench) -> tuple[Carried, ...]:
        nonlocal by_ear, found
        by_ear, found = _by_ear(replace(asked, bench=at), file)
        carried = by_ear.carried if by_ear else None
        return (carried,) if carried and not carried.unsaid else ()

    heard, about = asked.heard, _about(asked, file)
    given = file, heard.speaker.language, heard.loudness.route, _key(heard), asked.in_ms
    for carried in asked.bench.known("captions", given, tuple[Carried, ...], heard_in_full):
        return Held(file, carried, tuple(carried_findings(carried, asked.sound, {}, about))), found
    if by_ear is None:
        return None, found
    held, more = _by_both_ears(asked, file, by_ear)
    return held, (*found, *more)


@dataclass(frozen=True)
class _ByEar:
    """Captions where the aligner hears their words (None: they are another talk's), with all words
    by the number of their token, and those that are sure.
    """

    captions: Worded
    words: Mapping[int, Word]
    sure: Mapping[int, Word]
    carried: Carried | None


def _by_ear(asked: _Sound, file: PersonsFile) -> tuple[_ByEar | None, Found]:
    captions = worded(file.cues, file.language)
    if not captions.tokens or by_sentence(file.language):
        return None, ()
    ask = partial(
        engines.fitted, asked.bench, asked.heard, captions.tokens, "captions", by_words=True
    )
    fitted, found = tried(ask, asked.heard)
    if fitted is None:
        return None, found
    words = _places(captions, fitted, asked.in_ms)
    sure = {place: word for place, word in words.items() if word.confidence >= SURE}
    return _ByEar(captions, words, sure, carry(captions, sure, words, asked.known_ms)), found


def _by_both_ears(asked: _Sound, file: PersonsFile, by_ear: _ByEar) -> tuple[Held | None, Found]:
    """With Whisper's words, where the aligner has doubts."""
    about = _about(asked, file)
    try:
        sure, instead, found = _with_whisper(asked, by_ear.captions, by_ear.sure)
    except NotYet:
        if asked.bench.dry:
            raise
        said = heard_by_one_ear(by_ear.carried, asked.sound, about)
        return Held(file, by_ear.carried or Carried(file.cues), tuple(said)), ()
    carried = carry(by_ear.captions, sure, {**sure, **by_ear.words}, asked.known_ms)
    if carried:
        said = carried_findings(carried, asked.sound, instead or {}, about)
        return Held(file, carried, tuple(said)), found
    if instead is None and file.language.split("-")[0] != "en":
        return None, found
    return Held(file, Carried(file.cues), (another_talk(about),)), found


def _key(heard: Heard) -> str:
    return heard.listen.key if heard.listen else ""


def _about(asked: _Sound, file: PersonsFile) -> About:
    return About(asked.heard.speaker.id, file.name, f"inputs/captions/{file.name}: ")


def _places(captions: Worded, fitted: Alignment, in_ms: int) -> dict[int, Word]:
    found = by_place([token.text for token in captions.tokens], fitted.words)
    return {
        place: _earlier(word, in_ms) for place, word in found.items() if word.confidence >= FORCED
    }


def _with_whisper(
    asked: _Sound, captions: Worded, sure: Mapping[int, Word]
) -> tuple[dict[int, Word], Mapping[str, str] | None, Found]:
    """With the words that Whisper hears as they are written, and what it hears in place of others;
    None where it is not here or does not understand what is said.
    """
    language, weights = asked.heard.speaker.language, asked.weights
    if weights.engine == "pocketsphinx" or weights.found(language) is None:
        return dict(sure), None, ()
    listened, found = whispered(asked.event, asked.ear, asked.heard, weights)
    if listened is None or not listened.is_sure:
        return dict(sure), None, found
    both = together(captions.tokens, listened.words, frozenset(sure), language)
    # the very tokens that went in come out where they stand: equal ones elsewhere do not count
    kept = {id(token): word for token, word in zip(both.tokens, both.words, strict=True)}
    heard = {
        place: asked.on_the_clip(kept[id(token)])
        for place, token in enumerate(captions.tokens)
        if id(token) in kept
    }
    instead = {one.text: one.heard for one in both.departures if one.text and one.heard}
    return {**heard, **sure}, instead, found


# --- in other languages ---------------------------------------------------------------------------


def _by_where_somebody_speaks(asked: _Sound, file: PersonsFile, spoken: Held | None) -> Held:
    """Moved as the captions of what is spoken are, or for an accepted trim, where they lie over the
    speech then; else as they are written.
    """
    moves = spoken.carried.moves if spoken else ()
    ways = [(moves, 0)] if moves else []
    ways += [((Move(0, by_ms),), SURELY_MS) for by_ms in asked.known_ms]
    carried = Carried(file.cues)
    for way, least_ms in ways:
        moved = moved_like(file.cues, way)
        if gained_ms(file.cues, moved, asked.sound.activity) >= least_ms:
            carried = Carried(moved, way)
            break
    said = carried_findings(carried, asked.sound, {}, _about(asked, file))
    return Held(file, carried, tuple(said))
