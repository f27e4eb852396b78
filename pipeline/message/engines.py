"""What each caption engine is asked, and the words it answers with; without it transcribe.py could
only choose.

Every answer is kept in the store as the engine gave it. Raises ToolFailed where an engine breaks
off.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.captions.fit import align as aligning
from pipeline.captions.fit.align import Alignment
from pipeline.captions.heard import answers as hearing
from pipeline.captions.heard import names
from pipeline.captions.words.script import Token
from pipeline.captions.words.spoken import readings
from pipeline.errors import Refused
from pipeline.message.stages import Heard, Stages
from pipeline.model import Transcript, Word
from pipeline.plan.loudness import route
from pipeline.recipe import FileInput, Recipe
from pipeline.tools.hearing import weights
from pipeline.tools.running import programs

FETCH = "perspectives doctor --fetch"


@dataclass
class Weights:
    """Whisper's weights for one command: looked for once, fetched once, and said once when they
    cannot be had.
    """

    stages: Stages
    problem: str | None = None
    _tried: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def found(self, may_fetch: bool) -> weights.Model | None:
        """What is there, or None. With ``may_fetch`` they are fetched if they are not there (tried
        once in a command).
        """
        model = self.stages.config.captions.model
        with self._lock:
            there = weights.found(model, self.stages.workspace.root)
            if there:
                return there
            if may_fetch and not self._tried and not self.stages.dry and model in weights.NAMES:
                self._tried = True
                self.stages.observer.say(f"Fetching Whisper's weights ({model}), once ...")
                self.problem = weights.fetch(model)
                if self.problem is None:
                    return weights.found(model, self.stages.workspace.root)
            return None


def by_whisper(stages: Stages, heard: Heard, weights_here: Weights) -> tuple[Word, ...] | None:
    """Whisper's words; None where its weights cannot be had. They are not asked for anew while a
    draft stands.
    """
    stands = stages.store.has(_draft_recipe(stages, heard))
    model = weights_here.found(may_fetch=not stands)
    if model is None and stages.config.captions.engine == "whisper":
        raise Refused(
            f"captions.engine is whisper, and the weights {stages.config.captions.model} cannot be"
            f" had ({weights_here.problem or 'they are not on this machine'}). Bring them with"
            f" `{FETCH}`, name a file in captions.model, or write engine: auto. Nothing was built."
        )
    return None if model is None else _said_by(model, stages, heard, "transcribe")


def translated(stages: Stages, heard: Heard, weights_here: Weights) -> tuple[Word, ...]:
    """What was said, in English, by Whisper; nothing where its weights are not here: for a draft
    they are not fetched.
    """
    model = weights_here.found(may_fetch=False)
    return () if model is None else _said_by(model, stages, heard, "translate")


def _said_by(
    model: weights.Model, stages: Stages, heard: Heard, task: Literal["transcribe", "translate"]
) -> tuple[Word, ...]:
    config, speaker = stages.config, heard.intake.speaker
    others = [
        name
        for person in config.speakers
        if person != speaker
        for name in (person.name, person.organisation)
        if name
    ]
    own = [name for name in (speaker.name, speaker.organisation) if name]
    prompt = names.prompt_terms(config.title, others, config.captions.glossary, own)
    request = json.dumps(
        {
            "task": task,
            "language": hearing.whisper_language(speaker.language),
            "prompt": prompt,
            "route": route(heard.loudness),
        },
        ensure_ascii=False,
    )
    recipe = Recipe(
        task=f"{speaker.id}: {task}",
        tool=model.tool,
        tool_version=programs.version(model.tool),
        arguments=(),
        outputs=("words.json",),
        texts=(("request.json", request),),
        timeout_s=4 * 3600,
        inputs=(
            _speech(stages, heard),
            *(stages.store.file_input(path, name) for name, path in model.files),
        ),
        weight=_length_s(heard),
    )
    stages.obtain(recipe)
    return hearing.whisper_words(stages.store.text(recipe, "words.json"))


def fitted(
    stages: Stages, heard: Heard, tokens: Sequence[Token], what: str = "script"
) -> Alignment | None:
    """A text with the times at which it was read; None when a word of it has no pronunciation in
    any rule.

    Two recipes: what was said, heard with the text's own language model, and when, the words read
    forced onto the sound.
    """
    language, side = heard.intake.speaker.language, route(heard.loudness)
    texts = aligning.recognise_texts(tokens, language, side)
    if texts is None:
        return None
    listened = _recogniser(f"hear the {what}", heard, texts, stages)
    stages.obtain(listened)
    answer = stages.store.text(listened, "words.json")
    planned = aligning.plan(tokens, answer, language)
    texts = aligning.force_texts(planned, answer, language, side)
    forced = _recogniser(f"fit the {what} to the speech", heard, texts, stages)
    stages.obtain(forced)
    return aligning.align(planned, stages.store.text(forced, "words.json"))


def timed_by_ear(stages: Stages, heard: Heard, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Whisper's words at the times at which the aligner hears them.

    Whisper's own times are 100 to 200 ms off, its first word begins with the clip. They stand where
    the aligner does not hear every one of its words: some may be invented.
    """
    language = heard.intake.speaker.language
    said = [readings(word.text.strip(), language) for word in words]
    if not words or not all(said):
        return words
    tokens = [Token(word.text, ways) for word, ways in zip(words, said, strict=True)]
    found = fitted(stages, heard, tokens, "words")
    if found is None or found.fit != "use" or found.guessed:
        return words
    if [word.text for word in found.words] != [word.text for word in words]:
        return words
    return tuple(
        replace(word, start_ms=at.start_ms, end_ms=at.end_ms)
        for word, at in zip(words, found.words, strict=True)
    )


def spread(stages: Stages, heard: Heard, tokens: Sequence[Token]) -> Transcript | None:
    """A text that no rule can pronounce, spread over the speech: times are guesses. None where
    nobody speaks.
    """
    speech = activity(stages, heard)
    words = hearing.spread_words([token for token in tokens if token.optional is None], speech)
    return Transcript(words, "spread", speech) if words else None


def activity(stages: Stages, heard: Heard) -> tuple[tuple[int, int], ...]:
    """Where somebody speaks, in ms from the first picture."""
    return hearing.speech_activity(_activity_answer(stages, heard))


def activity_with_levels(
    stages: Stages, heard: Heard
) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """As ``activity``, and the level of every 30 ms in dB."""
    answer = _activity_answer(stages, heard)
    return hearing.speech_activity(answer), hearing.speech_levels(answer)


def _activity_answer(stages: Stages, heard: Heard) -> str:
    request = json.dumps({"mode": "activity", "route": route(heard.loudness)})
    recipe = _recogniser("find speech", heard, (("request.json", request),), stages)
    stages.obtain(recipe)
    return stages.store.text(recipe, "words.json")


def drafted(stages: Stages, heard: Heard) -> Transcript | None:
    """Pocketsphinx's rough draft; it hears English only."""
    if heard.intake.speaker.language[:2] != "en":
        return None
    recipe = _draft_recipe(stages, heard)
    stages.obtain(recipe)
    answer = stages.store.text(recipe, "words.json")
    return Transcript(hearing.drafted_words(answer), "draft", hearing.speech_activity(answer))


def _draft_recipe(stages: Stages, heard: Heard) -> Recipe:
    request = json.dumps({"mode": "draft", "route": route(heard.loudness)})
    return _recogniser("draft captions", heard, (("request.json", request),), stages)


def _recogniser(
    what: str, heard: Heard, texts: tuple[tuple[str, str], ...], stages: Stages
) -> Recipe:
    return Recipe(
        task=f"{heard.intake.speaker.id}: {what}",
        tool="sphinx",
        tool_version=programs.version("sphinx"),
        arguments=(),
        outputs=("words.json",),
        texts=texts,
        inputs=(_speech(stages, heard),),
        weight=_length_s(heard) / 4,
    )


def _speech(stages: Stages, heard: Heard) -> FileInput:
    assert heard.listen is not None  # a message without sound is not sent here
    return stages.store.made(heard.listen, "speech.wav", "speech.wav")


def _length_s(heard: Heard) -> float:
    timeline = heard.intake.timeline
    return float(timeline.frames / timeline.rate) if timeline else 1.0
