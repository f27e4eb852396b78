"""Who gets their captions from where; without it a person's corrections would not come before a
machine's guesses.

In this order: a person's file, the script that was read, Whisper, a rough draft. Each way that
fails leaves a finding and the next one is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from pipeline.captions.check.breach import as_finding
from pipeline.captions.check.lint import lint
from pipeline.captions.cues.narrower import narrow_style
from pipeline.captions.cues.style import CaptionStyle
from pipeline.captions.heard import answers, doubts, names
from pipeline.captions.words.languages import closest, in_english
from pipeline.event import Event
from pipeline.findings import About, Finding
from pipeline.geometry import areas_of
from pipeline.message import engines
from pipeline.message.carried import persons_captions
from pipeline.message.pictures import letters_missing
from pipeline.message.prepared import Heard
from pipeline.message.witnesses import tried, words_of
from pipeline.message.wording import (
    Found,
    persons_wording,
    script_of,
    sent_with,
    style_of,
)
from pipeline.model import Captions, Cue, Transcript, Word, WordSource
from pipeline.plan.conform import Timeline
from pipeline.timing import frames_nearest
from pipeline.tools.texts import argos
from pipeline.work.bench import Bench
from pipeline.work.weights import Weights

TRANSLATED = "en"
"""The one language that Whisper translates into."""

_DRAFTED = {
    "draft": "a rough draft by pocketsphinx; expect one word in four wrong",
    "whisper": "as Whisper heard them; nobody has read them yet",
    "spread": "the script's words, spread over the speech; their times are a guess",
}
"""What a draft is, by where its words come from."""


def captions_of(
    event: Event, bench: Bench, heard: Heard, weights: Weights
) -> tuple[Mapping[str, Captions], Found]:
    """A message's captions by language, and what a producer should know of them. Raises Refused
    where ``engine: whisper`` has no weights.
    """
    captions, found = persons_captions(event, bench, heard, weights)
    if heard.listen is None:
        return captions, found
    if closest(heard.speaker.language, captions) is None:
        own, said = _spoken(event, bench, heard, weights)
        captions, found = {**captions, **own}, (*found, *said)
    drafted, said = _translated(event, bench, heard, weights, captions)
    captions, found = {**captions, **drafted}, (*found, *said)
    letters = [
        finding
        for burned in event.burned(captions, heard.speaker.language)
        for finding in letters_missing(event, bench, heard, burned)
    ]
    lacks = _what_lacks(event, heard, captions, weights)
    if any(one.code == "language-differs" for one in found):  # which says what to do about it
        lacks = tuple(one for one in lacks if one.code != "no-captions")
    return captions, (*found, *lacks, *letters)


def _spoken(
    event: Event, bench: Bench, heard: Heard, weights: Weights
) -> tuple[Mapping[str, Captions], Found]:
    """Captions in the language spoken, by that language; none where no engine has words."""
    sent, unread = sent_with(heard), event.config.captions.engine == "whisper"
    wording, found = persons_wording(event, sent)
    script, more = (None, ()) if unread else script_of(event, sent)
    texts = [text for text in (wording, script) if text is not None]
    said, words_found = words_of(event, bench, heard, weights, texts)
    found = (*found, *more, *words_found)
    if not said.words:
        return {}, found
    made, more = shown_as_captions(event, bench, heard, said)
    return {made.language: made} if made.cues else {}, (*found, *more)


def words_known(
    event: Event, bench: Bench, heard: Heard, weights: Weights
) -> tuple[tuple[Word, ...], tuple[tuple[Word, ...], ...]]:
    """The words spoken in a message in ms of the clip, whether or not a person has sent captions,
    those of a text with no doubt in them; and the hearings that they were put together of. Raises
    NotYet where nothing may run, and Refused as ``captions_of``.
    """
    if heard.listen is None:
        return (), ()
    sent = sent_with(heard)
    wording, _ = persons_wording(event, sent)
    script, _ = script_of(event, sent)
    texts = [text for text in (wording, script) if text is not None]
    said, _ = words_of(event, bench, heard, weights, texts)
    words, _ = _looked_through(event, bench, heard, said, heard.speaker.language)
    if said.source in ("whisper", "draft"):
        return words, tuple(_on_the_clip(event, heard, one) for one in said.hearings)
    # how sure the aligner is of a text's times says nothing of its words
    return tuple(replace(word, confidence=1.0) for word in words), ()


def _translated(
    event: Event, bench: Bench, heard: Heard, weights: Weights, captions: Mapping[str, Captions]
) -> tuple[Mapping[str, Captions], Found]:
    """Drafts in the languages that are asked for and nobody sent, as far as they can be had here:
    Whisper's own translation into English, and what Argos Translate makes of what was said.
    """
    config, spoken = event.config, closest(heard.speaker.language, captions)
    wanted = dict.fromkeys((*config.captions.burn, *config.captions.languages))
    drafts: dict[str, Captions] = {}
    found: Found = ()
    for language in _lacking(wanted, heard, captions):
        said: Transcript | None = None
        if language == TRANSLATED and config.captions.engine != "pocketsphinx":
            words, more = tried(partial(engines.translated, bench, heard, weights), heard)
            found = (*found, *more)
            said = Transcript(words, "translation") if words else None
        if said is None and spoken is not None:
            argos = partial(engines.translated_text, bench, heard, captions[spoken], language)
            words, more = tried(argos, heard)
            found = (*found, *more)
            said = Transcript(words, "argos") if words else None
        if said is not None:
            made, more = shown_as_captions(event, bench, heard, said, language)
            drafts[language] = made
            found = (*found, *more, _a_translation(event, heard, made))
    return drafts, found


_TRANSLATORS: Mapping[WordSource, str] = {"translation": "Whisper", "argos": "Argos Translate"}


def _a_translation(event: Event, heard: Heard, made: Captions) -> Finding:
    speaker = heard.speaker
    name = f"{speaker.id}.{made.language}.srt"
    message = (
        f"{speaker.name}: captions in {in_english(made.language)} are a DRAFT, as"
        f" {_TRANSLATORS[made.source]} translated them; nobody has read them yet."
    )
    path = event.workspace.called(f"captions/{name}")
    remedy = f"Correct {path} and save it as inputs/captions/{name}."
    return About(speaker.id, heard.received.file).warning("captions-draft", message, remedy)


def shown_as_captions(
    event: Event, bench: Bench, heard: Heard, said: Transcript, language: str | None = None
) -> tuple[Captions, Found]:
    """Words broken into captions in ``language`` (None: the one spoken), and what was found in
    them.
    """
    language = language or heard.speaker.language
    timeline = heard.received.timeline
    shown, found = _looked_through(event, bench, heard, said, language)
    letters = areas_of(event.config.delivery.size).letters
    style = narrow_style(style_of(event.config, heard.speaker, language), letters)
    cues = _broken_into_cues(bench, shown, style, timeline, language)
    broken = [
        as_finding(breach, heard.speaker.id, heard.received.file)
        for breach in lint(cues, style, language, timeline.rate, timeline.frames, shown)
        if breach.severity == "breach"
    ]
    paragraphs = tuple(
        frames_nearest(after.start_ms, timeline.rate)
        for before, after in pairwise(shown)
        if before.ends_paragraph
    )
    draft = said.source not in ("script", "person")
    doubtful = doubts.doubtful(shown)
    made = Captions(language, said.source, cues, draft, doubtful, paragraphs, said.share)
    return made, (*found, *broken)


def _broken_into_cues(
    bench: Bench, words: tuple[Word, ...], style: CaptionStyle, timeline: Timeline, language: str
) -> tuple[Cue, ...]:
    def broken(_: Bench) -> tuple[Cue, ...]:
        # numpy takes 0.1 s to import, and most commands break no words anew
        from pipeline.captions.cues.search import break_into_cues

        return break_into_cues(words, style, timeline.rate, timeline.frames, language)

    given = words, style, timeline.rate, timeline.frames, language
    return bench.known("words broken into captions", given, tuple[Cue, ...], broken)


def _looked_through(
    event: Event, bench: Bench, heard: Heard, said: Transcript, language: str
) -> tuple[tuple[Word, ...], Found]:
    """The words of the clip, on its clock, with the producer's corrections and without what was
    invented, and the rest that is odd.
    """
    config = event.config
    activity = said.activity
    found: Found = ()
    if activity is None:
        activity, found = tried(partial(engines.activity, bench, heard), heard)
    if activity is not None:
        activity = answers.activity_within(activity, *_in_and_length_ms(heard))
    corrected = Transcript(_on_the_clip(event, heard, said.words), said.source, activity)
    words, seen = doubts.examine(corrected, language)
    if said.source == "whisper":
        known = (*engines.names_of(event.beside(heard.speaker)), *config.captions.glossary)
        corrections = config.captions.corrections
        seen += names.near_misses(words, known, heard.speaker.language, corrections)
    return words, (*found, *(_of(heard, finding) for finding in seen))


def _on_the_clip(event: Event, heard: Heard, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Words on the clip's clock, with the producer's corrections."""
    within = answers.within_clip(words, *_in_and_length_ms(heard))
    return names.corrected(within, event.config.captions.corrections)


def _in_and_length_ms(heard: Heard) -> tuple[int, int]:
    timeline = heard.received.timeline
    return round(timeline.in_ms), round(timeline.frames * 1000 / timeline.rate)


def _of(heard: Heard, finding: Finding) -> Finding:
    """A finding of words alone as one of the message that they were said in."""
    file, message = heard.received.file, finding.message
    message = f"{file}: {message[0].lower()}{message[1:]}"
    return replace(finding, submission=heard.speaker.id, file=file, message=message)


def _what_lacks(
    event: Event, heard: Heard, captions: Mapping[str, Captions], weights: Weights
) -> Found:
    """What is still to be done for captions: they are missing, a draft, or not in the languages
    that are delivered and burned in.
    """
    found: list[Finding] = []
    own = closest(heard.speaker.language, captions)
    if own is None:
        found.append(_none_in_the_language_spoken(heard, weights))
    elif captions[own].draft:
        found.append(_a_draft(event, heard, captions[own], weights))
    undelivered = _lacking(event.config.captions.languages, heard, captions)
    burn = event.config.captions.burn if event.want_burned else ()
    unburned = _lacking(burn, heard, captions)
    # one file would mend both: it is asked for once
    found += [_not_delivered(heard, one) for one in undelivered if one not in unburned]
    if unburned:
        fallen_back = len(unburned) == len(burn)
        instead = event.burned(captions, heard.speaker.language) if fallen_back else ()
        promised = [one for one in unburned if one in undelivered]
        found.append(_not_burned_in(heard, unburned, promised, instead))
    return tuple(found)


def still_promised(event: Event, heard: Heard, weights: Weights) -> Found:
    """The languages that nobody has sent and nothing here can make, before captions are made: what
    is spoken is there, a person's files, and translations that are made here.
    """
    config, spoken = event.config.captions, heard.speaker.language
    drafts = [one for one in (*config.burn, *config.languages) if argos.way(spoken, one)]
    there = (*heard.received.submission.captions, spoken, TRANSLATED, *drafts)
    stand_ins = {one: Captions(one, "person", (), draft=False) for one in there}
    return _what_lacks(event, heard, stand_ins, weights)


def _lacking(
    wanted: Iterable[str], heard: Heard, captions: Mapping[str, Captions]
) -> tuple[str, ...]:
    """The languages into which a message has yet to be translated."""
    there = (*captions, heard.speaker.language)
    return tuple(language for language in wanted if closest(language, there) is None)


def _not_delivered(heard: Heard, language: str) -> Finding:
    speaker = heard.speaker
    message = (
        f"{speaker.name}: there are no captions in {language}, which captions.languages promises."
    )
    remedy = (
        f"Put a translation into {_translation(heard, language)}, or take {language} out of"
        " captions.languages in config.yaml."
    )
    return About(speaker.id, heard.received.file).warning("language-missing", message, remedy)


def _not_burned_in(
    heard: Heard, lacking: Sequence[str], promised: Sequence[str], instead: Sequence[Captions]
) -> Finding:
    """Languages that cannot be burned in, those among them that are ``promised`` as tracks and
    files as well, and what is in their place.
    """
    about = About(heard.speaker.id, heard.received.file)
    message = f"{heard.speaker.name}: there are no captions in {' and '.join(lacking)} to burn in"
    files = " and ".join(_translation(heard, language) for language in lacking)
    remedy = f"Put a translation into {files}"
    if promised:
        them = " and ".join(promised)
        message += f", nor to deliver, which captions.languages promises ({them})"
        remedy += f", or take {them} out of captions.languages in config.yaml"
    if not instead:
        return about.warning("burned-language-missing", f"{message}.", f"{remedy}.")
    return about.warning(
        "language-missing" if promised else "burned-as-spoken",
        f"{message}; those in the language spoken ({instead[0].language}) are burned in.",
        f"{remedy}; `burn_fallback: none` under captions: leaves the picture without any.",
    )


def _translation(heard: Heard, language: str) -> str:
    return f"inputs/captions/{heard.speaker.id}.{language}.srt"


def _none_in_the_language_spoken(heard: Heard, weights: Weights) -> Finding:
    speaker = heard.speaker
    message = f"{speaker.name}: there are no captions in the language spoken ({speaker.language})."
    ways = [
        f"Send the script as inputs/{speaker.id}.txt",
        f"captions as inputs/captions/{speaker.id}.{speaker.language}.srt",
        weights.way_to_whisper(speaker.language),
    ]
    remedy = f"{', or '.join(way for way in ways if way)}."
    return About(speaker.id, heard.received.file).warning("no-captions", message, remedy)


def _a_draft(event: Event, heard: Heard, own: Captions, weights: Weights) -> Finding:
    speaker = heard.speaker
    name = f"{speaker.id}.{own.language}.srt"
    path = event.workspace.called(f"captions/{name}")
    it = f"{path} and save it as inputs/captions/{name}."
    remedy = f"Correct {it}"
    way = weights.way_to_whisper(own.language) if own.source == "draft" else None
    if way:
        remedy = f"{way[0].upper()}{way[1:]} and build again, or correct {it}"
    message = f"{speaker.name}: captions are a DRAFT, {_DRAFTED[own.source]}."
    return About(speaker.id, heard.received.file).warning("captions-draft", message, remedy)
