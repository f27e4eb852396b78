"""Who gets their captions from where; without it a person's corrections would not come before a machine's guesses.

In this order (design: engines): a person's file, the script that was read, Whisper, a rough draft. Each way that fails
leaves a finding and the next one is taken.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.captions import doubts, names
from pipeline.captions import heard as hearing
from pipeline.captions.script import NotAScript, Script, read_script
from pipeline.captions.style import style_for
from pipeline.config import Config
from pipeline.errors import NotYet, Refused, ToolFailed
from pipeline.model import Captions, Finding, Recipe, Transcript, Word, WordSource
from pipeline.plan.intake import WORDINGS
from pipeline.plan.loudness import route
from pipeline.stages import Heard, Stages
from pipeline.timing import frames_nearest
from pipeline.tools import caption_files, documents, programs, weights

FETCH = "perspectives doctor --fetch"


@dataclass
class Weights:
    """Whisper's weights for one command: looked for once, fetched once, and said once when they cannot be had."""

    stages: Stages
    problem: str | None = None
    _tried: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def found(self, may_fetch: bool) -> weights.Model | None:
        """What is there, or None. With ``may_fetch`` they are fetched if they are not there (tried once in a command)."""
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


def captions_of(stages: Stages, heard: Heard, found_weights: Weights) -> tuple[dict[str, Captions], tuple[Finding, ...]]:
    """A message's captions by language, and what a producer should know of them."""
    findings: list[Finding] = []
    captions = _persons(stages, heard, findings)
    spoken = heard.intake.speaker.language
    if spoken not in captions:
        wording = _wording(stages, heard, findings)
        words, source = _words(stages, heard, found_weights, findings, wording)
        if words:
            captions[spoken] = _captions(stages, heard, words, source, findings)
    _say_what_lacks(stages.config, heard, captions, findings)
    findings.extend(stages.letters_missing(heard.intake.speaker, captions.get(stages.config.captions.burn)))
    return captions, tuple(findings)


def _persons(stages: Stages, heard: Heard, findings: list[Finding]) -> dict[str, Captions]:
    taken, captions = heard.intake, {}
    assert taken.timeline
    for language, name in taken.submission.captions.items():
        if name.lower().endswith(WORDINGS):
            continue
        try:
            data = (stages.workspace.inputs / "captions" / name).read_bytes()
            cues, notes = caption_files.read_captions(data, name, stages.config.delivery.fps, taken.timeline.frames)
        except (caption_files.NotCaptions, OSError) as failed:
            findings.append(Finding(
                "warning", "captions-unreadable", f"inputs/captions/{name}: {failed}; captions are made without it.",
                "Save it again as SRT or WebVTT in UTF-8; nothing was written into it.", taken.speaker.id, name))
            continue
        captions[language] = Captions(language, "person", cues, draft=False)
        findings.extend(Finding("warning", "captions-mended", f"inputs/captions/{name}: {note}.",
                                "Correct the file if the captions look wrong.", taken.speaker.id, name) for note in notes)
    return captions


def _wording(stages: Stages, heard: Heard, findings: list[Finding]) -> Script | None:
    """A person's corrected wording without times, to be fitted to the speech as a script is."""
    taken, wording = heard.intake, None
    for language, name in taken.submission.captions.items():
        if not name.lower().endswith(WORDINGS):
            continue
        if language != taken.speaker.language:
            findings.append(Finding(
                "warning", "captions-untimed", f"inputs/captions/{name}: a text without times can only be fitted to the "
                f"language spoken ({taken.speaker.language}); it is not used.",
                f"Save it as SRT, with times: {taken.speaker.id}.{language}.srt.", taken.speaker.id, name))
            continue
        try:
            wording = read_script(_text(stages, f"captions/{name}"), language)
        except (NotAScript, documents.NotADocument, OSError) as failed:
            findings.append(Finding(
                "warning", "captions-unreadable", f"inputs/captions/{name}: {failed}; captions are made without it.",
                "Save it again as .docx or as plain text; nothing was written into it.", taken.speaker.id, name))
            continue
        if not wording.encoding.startswith("utf"):
            findings.append(Finding(
                "warning", "captions-mended", f"inputs/captions/{name}: it was read as {wording.encoding}.",
                "Check accents in the captions; save it as UTF-8 to be sure.", taken.speaker.id, name))
    return wording


def _text(stages: Stages, name: str) -> bytes:
    """A text in inputs/; the wording of a Word document in UTF-8. Raises NotADocument and OSError."""
    data = (stages.workspace.inputs / name).read_bytes()
    return documents.docx_text(data).encode() if name.lower().endswith(".docx") else data


def _words(stages: Stages, heard: Heard, found_weights: Weights, findings: list[Finding],
           wording: Script | None) -> tuple[tuple[Word, ...], WordSource]:
    """Words in the language spoken, from the first engine in order that has some; ``draft`` and none where all fail."""
    engine, taken = stages.config.captions.engine, heard.intake
    script = _script(stages, heard, findings) if engine != "whisper" else None
    ways: list[tuple[WordSource, Callable[[], tuple[Word, ...] | None]]] = []
    if wording:
        name = f"captions/{taken.submission.captions[taken.speaker.language]}"
        ways.append(("person", lambda: _aligned(stages, heard, wording, findings, name)))
    if script:
        ways.append(("script", lambda: _aligned(stages, heard, script, findings)))
    if engine in ("auto", "whisper"):
        ways.append(("whisper", lambda: _by_whisper(stages, heard, found_weights)))
    if text := wording or script:
        ways.append(("spread", lambda: _spread(stages, heard, text, findings)))
    if engine != "whisper":
        ways.append(("draft", lambda: _drafted(stages, heard)))
    for source, way in ways:
        try:
            words = way()
        except ToolFailed as failed:
            findings.append(_broke_off(failed, heard))
            continue
        if words or (source == "whisper" and words is not None):
            return words, source
    return (), "draft"


def _broke_off(failed: ToolFailed, heard: Heard) -> Finding:
    return Finding(
        "warning", "captions-failed", f"{heard.intake.submission.recording}: a caption engine broke off "
        f"({failed.task.split(': ', 1)[-1]}: {failed.tool} {failed.saw}; see {failed.kept}).",
        "Look at the captions; if it happens again, report it with that file.", heard.intake.speaker.id,
        heard.intake.submission.recording)


def _script(stages: Stages, heard: Heard, findings: list[Finding]) -> Script | None:
    taken, name = heard.intake, heard.intake.submission.script
    if name is None:
        return None
    try:
        script = read_script(_text(stages, name), taken.speaker.language)
    except (NotAScript, documents.NotADocument, OSError) as failed:
        findings.append(Finding("warning", "script-unreadable", f"{name}: {failed}; captions are made from the sound alone.",
                                "Ask the speaker for the text as .docx or .txt.", taken.speaker.id, name))
        return None
    if not script.encoding.startswith("utf"):
        findings.append(Finding("warning", "script-encoding", f"{name}: it is not UTF-8; it was read as {script.encoding}.",
                                "Check accents in the captions; save the script as UTF-8 to be sure.", taken.speaker.id, name))
    return script


def _aligned(stages: Stages, heard: Heard, script: Script, findings: list[Finding], wording: str = "") -> tuple[Word, ...]:
    """The script's words with their times; empty, with a finding, when it is not the text of this recording.

    ``wording``: the file, from inputs/, if it is not the script but somebody's corrected text.
    """
    taken = heard.intake
    language, name = taken.speaker.language, wording or taken.submission.script
    request = hearing.align_request(script.tokens, language, route(heard.loudness))
    words: tuple[Word, ...] = ()
    if request is not None:
        recipe = _recogniser("fit the script to the speech", heard, request, stages)
        stages.obtain(recipe)
        words = hearing.aligned_words(stages.store.text(recipe, "words.json"), script.tokens)
    if words and language[:2] == "en":
        share = hearing.script_share(_drafted(stages, heard), script.tokens)
        if share < hearing.WRONG_SCRIPT_SHARE:
            words = ()
    if not words:
        findings.append(Finding(
            "warning", "script-mismatch", f"{name}: the script could not be fitted to what is said in the recording.",
            "Check that it is the text of this recording, as it was read; captions are a draft until then.",
            taken.speaker.id, name))
    return words


def _by_whisper(stages: Stages, heard: Heard, found_weights: Weights) -> tuple[Word, ...] | None:
    """Whisper's words; None where its weights cannot be had. They are not asked for anew while a draft stands."""
    stands = stages.store.has(_draft_recipe(stages, heard))
    model = found_weights.found(may_fetch=not stands)
    if model is None and stages.config.captions.engine == "whisper":
        raise Refused(f"captions.engine is whisper, and the weights {stages.config.captions.model} cannot be had "
                      f"({found_weights.problem or 'they are not on this machine'}). Bring them with `{FETCH}`, name a "
                      "file in captions.model, or write engine: auto. Nothing was built.")
    if model is None:
        return None
    config, speaker = stages.config, heard.intake.speaker
    others = [name for person in config.speakers if person != speaker for name in (person.name, person.organisation) if name]
    own = [name for name in (speaker.name, speaker.organisation) if name]
    prompt = names.prompt_terms(config.title, others, config.captions.glossary, own)
    request = json.dumps({"language": hearing.whisper_language(speaker.language), "prompt": prompt,
                          "route": route(heard.loudness)}, ensure_ascii=False)
    recipe = Recipe(
        task=f"{speaker.id}: transcribe", tool=model.tool, tool_version=programs.version(model.tool),
        arguments=(), outputs=("words.json",), texts=(("request.json", request),), timeout_s=4 * 3600,
        inputs=(stages.store.made(heard.listen, "speech.wav", "speech.wav"),
                *(stages.store.file_input(path, name) for name, path in model.files)),
        weight=_length_s(heard))
    stages.obtain(recipe)
    return hearing.whisper_words(stages.store.text(recipe, "words.json"))


def _spread(stages: Stages, heard: Heard, script: Script, findings: list[Finding]) -> tuple[Word, ...]:
    """A script that has no rules for its letters, spread over the speech. Not for one that was refused."""
    if any(finding.code == "script-mismatch" for finding in findings) and hearing.align_request(
            script.tokens, heard.intake.speaker.language, "stereo") is not None:
        return ()
    return hearing.spread_words(script.tokens, _activity(stages, heard))


def _activity(stages: Stages, heard: Heard) -> tuple[tuple[int, int], ...]:
    """Where somebody speaks, in ms from the first picture."""
    request = json.dumps({"mode": "activity", "route": route(heard.loudness)})
    recipe = _recogniser("find speech", heard, request, stages)
    stages.obtain(recipe)
    return hearing.speech_activity(stages.store.text(recipe, "words.json"))


def _drafted(stages: Stages, heard: Heard) -> tuple[Word, ...]:
    """Pocketsphinx's rough draft; it hears English only."""
    if heard.intake.speaker.language[:2] != "en":
        return ()
    recipe = _draft_recipe(stages, heard)
    stages.obtain(recipe)
    return hearing.drafted_words(stages.store.text(recipe, "words.json"))


def _draft_recipe(stages: Stages, heard: Heard) -> Recipe:
    request = json.dumps({"mode": "draft", "route": route(heard.loudness)})
    return _recogniser("draft captions", heard, request, stages)


def _recogniser(what: str, heard: Heard, request: str, stages: Stages) -> Recipe:
    return Recipe(
        task=f"{heard.intake.speaker.id}: {what}", tool="sphinx", tool_version=programs.version("sphinx"), arguments=(),
        outputs=("words.json",), texts=(("request.json", request),),
        inputs=(stages.store.made(heard.listen, "speech.wav", "speech.wav"),), weight=_length_s(heard) / 4)


def _captions(stages: Stages, heard: Heard, words: tuple[Word, ...], source: WordSource,
              findings: list[Finding]) -> Captions:
    from pipeline.captions.cues import break_into_cues  # numpy takes 0.1 s to import, and most commands need no captions

    timeline, language = heard.intake.timeline, heard.intake.speaker.language
    assert timeline
    length_ms = round(timeline.frames * 1000 / timeline.rate)
    shown = hearing.within_clip(words, round(timeline.in_ms), length_ms)
    shown = _looked_through(stages, heard, shown, source, findings)
    cues = break_into_cues(shown, style_for(language), timeline.rate, timeline.frames, language)
    paragraphs = tuple(frames_nearest(after.start_ms, timeline.rate) for before, after in pairwise(shown)
                       if before.ends_paragraph)
    return Captions(language, source, cues, draft=source in ("draft", "spread", "whisper"),
                    doubtful=doubts.doubtful(shown), paragraphs=paragraphs)


def _looked_through(stages: Stages, heard: Heard, shown: tuple[Word, ...], source: WordSource,
                    findings: list[Finding]) -> tuple[Word, ...]:
    """The words with the producer's corrections and without what was invented; the rest that is odd goes to ``findings``."""
    config, speaker, timeline = stages.config, heard.intake.speaker, heard.intake.timeline
    assert timeline
    try:
        activity: tuple[tuple[int, int], ...] | None = hearing.activity_within(
            _activity(stages, heard), round(timeline.in_ms), round(timeline.frames * 1000 / timeline.rate))
    except ToolFailed as failed:
        findings.append(_broke_off(failed, heard))
        activity = None
    corrections = config.captions.corrections
    words, seen = doubts.examine(Transcript(names.corrected(shown, corrections), source, activity), speaker.language)
    if source == "whisper":
        known = [name for person in config.speakers for name in (person.name, person.organisation) if name]
        seen += names.near_misses(words, [*known, *config.captions.glossary], speaker.language, corrections)
    recording = heard.intake.submission.recording
    findings.extend(replace(
        finding, submission=speaker.id, file=recording,
        message=f"{recording}: {finding.message[0].lower()}{finding.message[1:]}") for finding in seen)
    return words


def _say_what_lacks(config: Config, heard: Heard, captions: dict[str, Captions], findings: list[Finding]) -> None:
    taken = heard.intake
    speaker, spoken, burn = taken.speaker, taken.speaker.language, config.captions.burn
    own = captions.get(spoken)
    file = f"inputs/captions/{speaker.id}.{spoken}.srt"
    if own is None:
        findings.append(Finding(
            "warning", "no-captions", f"{speaker.name}: there are no captions in the language spoken ({spoken}).",
            f"Send the script as inputs/{speaker.id}.txt, or captions as {file}, or bring Whisper's weights with `{FETCH}`.",
            speaker.id, taken.submission.recording))
    elif own.draft:
        ways = {"draft": "a rough draft by pocketsphinx; expect one word in four wrong",
                "whisper": "as Whisper heard them; nobody has read them yet",
                "spread": "the script's words, spread over the speech; their times are a guess"}
        remedy = (f"Bring Whisper's weights with `{FETCH}` and build again, or " if own.source == "draft" else "")
        copy = f"correct outputs/captions/{speaker.id}.{spoken}.srt and save it as {file}"
        findings.append(Finding(
            "warning", "captions-draft", f"{speaker.name}: captions are a DRAFT, {ways[own.source]}.",
            remedy + copy + "." if remedy else copy[0].upper() + copy[1:] + ".", speaker.id, taken.submission.recording))
    if burn not in captions and burn != spoken and "burned" in config.delivery.outputs:
        findings.append(Finding(
            "warning", "burned-language-missing", f"{speaker.name}: there are no captions in {burn} to burn in.",
            f"Put a translation into inputs/captions/{speaker.id}.{burn}.srt.", speaker.id, taken.submission.recording))


def _length_s(heard: Heard) -> float:
    timeline = heard.intake.timeline
    return float(timeline.frames / timeline.rate) if timeline else 1.0


__all__ = ["NotYet", "ToolFailed", "Weights", "captions_of"]
