"""Who gets their captions from where; without it a person's corrections would not come before a
machine's guesses.

In this order (design: engines): a person's file, the script that was read, Whisper, a rough draft.
Each way that fails leaves a finding and the next one is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TypeVar

from pipeline.captions.check.breach import as_finding
from pipeline.captions.check.lint import lint
from pipeline.captions.cues.style import CaptionStyle, style_for
from pipeline.captions.fit.fitting import fitting_findings
from pipeline.captions.heard import answers as hearing
from pipeline.captions.heard import doubts, names
from pipeline.captions.words.script import NotAScript, Script, read_script
from pipeline.config import Config, Speaker
from pipeline.errors import ToolFailed
from pipeline.findings import Finding
from pipeline.message import engines
from pipeline.message.engines import FETCH, Weights
from pipeline.message.stages import Heard, Stages
from pipeline.model import Captions, Cue, Transcript, Word, WordSource
from pipeline.plan.intake import WORDINGS
from pipeline.timing import frames_nearest
from pipeline.tools.running import received
from pipeline.tools.texts import caption_files, documents

Answer = TypeVar("Answer")
TRANSLATED = "en"
"""The one language that Whisper translates into."""


def captions_of(
    stages: Stages, heard: Heard, weights: Weights
) -> tuple[dict[str, Captions], tuple[Finding, ...]]:
    """A message's captions by language, and what a producer should know of them."""
    findings: list[Finding] = []
    captions = _persons(stages, heard, findings)
    if heard.listen is None:
        return captions, tuple(findings)
    spoken = heard.intake.speaker.language
    if spoken not in captions:
        wording = _wording(stages, heard, findings)
        said = _words(stages, heard, weights, findings, wording)
        if said.words:
            captions[spoken] = _captions(stages, heard, said, findings)
    _translate(stages, heard, weights, captions, findings)
    _say_what_lacks(stages.config, heard, captions, findings)
    for burned in stages.burned(captions):
        findings.extend(stages.letters_missing(heard.intake.speaker, burned))
    return captions, tuple(findings)


def _persons(stages: Stages, heard: Heard, findings: list[Finding]) -> dict[str, Captions]:
    taken, captions = heard.intake, {}
    assert taken.timeline
    for language, name in taken.submission.captions.items():
        if name.lower().endswith(WORDINGS):
            continue
        try:
            data = received.read(
                stages.workspace.inputs / "captions" / name, stages.workspace.inputs
            )
            cues, notes = caption_files.read_captions(
                data, name, stages.config.delivery.fps, taken.timeline.frames
            )
        except (caption_files.NotCaptions, OSError) as failed:
            findings.append(
                Finding(
                    "warning",
                    "captions-unreadable",
                    f"inputs/captions/{name}: {failed}; captions are made without it.",
                    "Save it again as SRT or WebVTT in UTF-8; nothing was written into it.",
                    taken.speaker.id,
                    name,
                )
            )
            continue
        captions[language] = Captions(language, "person", cues, draft=False)
        findings.extend(_limits_broken(stages, heard, cues, language, name))
        findings.extend(
            Finding(
                "warning",
                "captions-mended",
                f"inputs/captions/{name}: {note}.",
                "Correct the file if the captions look wrong.",
                taken.speaker.id,
                name,
            )
            for note in notes
        )
    return captions


def _limits_broken(
    stages: Stages, heard: Heard, cues: tuple[Cue, ...], language: str, name: str
) -> list[Finding]:
    """One finding for all that viewers will find hard in a person's file, which is shown as it is
    written.
    """
    taken = heard.intake
    assert taken.timeline
    style = style_of(stages.config, taken.speaker, language)
    broken = [
        breach
        for breach in lint(cues, style, language, taken.timeline.rate, taken.timeline.frames)
        if breach.severity == "breach"
    ]
    if not broken:
        return []
    rules = ", ".join(
        f"{rule} {count}" for rule, count in Counter(breach.rule for breach in broken).most_common()
    )
    return [
        Finding(
            "warning",
            "captions-limits",
            f"inputs/captions/{name}: {len(broken)} limits are broken ({rules}); it is shown as it "
            "is written.",
            f"`perspectives captions lint {taken.speaker.id}` lists them, with --fix it mends a"
            " copy.",
            taken.speaker.id,
            name,
            broken[0].at_ms,
        )
    ]


def style_of(config: Config, speaker: Speaker, language: str) -> CaptionStyle:
    """The limits for one speaker's captions in a language: the speaker's own style, or the event's."""
    return style_for(language, speaker.style or config.captions.style)


def _wording(stages: Stages, heard: Heard, findings: list[Finding]) -> Script | None:
    """A person's corrected wording without times, to be fitted to the speech as a script is."""
    taken, wording = heard.intake, None
    for language, name in taken.submission.captions.items():
        if not name.lower().endswith(WORDINGS):
            continue
        if language != taken.speaker.language:
            findings.append(
                Finding(
                    "warning",
                    "captions-untimed",
                    f"inputs/captions/{name}: a text without times can only be fitted to the "
                    f"language spoken ({taken.speaker.language}); it is not used.",
                    f"Save it as SRT, with times: {taken.speaker.id}.{language}.srt.",
                    taken.speaker.id,
                    name,
                )
            )
            continue
        try:
            wording = read_script(_text(stages, f"captions/{name}"), language)
        except (NotAScript, documents.NotADocument, OSError) as failed:
            findings.append(
                Finding(
                    "warning",
                    "captions-unreadable",
                    f"inputs/captions/{name}: {failed}; captions are made without it.",
                    "Save it again as .docx or as plain text; nothing was written into it.",
                    taken.speaker.id,
                    name,
                )
            )
            continue
        if not wording.encoding.startswith("utf"):
            findings.append(
                Finding(
                    "warning",
                    "captions-mended",
                    f"inputs/captions/{name}: it was read as {wording.encoding}.",
                    "Check accents in the captions; save it as UTF-8 to be sure.",
                    taken.speaker.id,
                    name,
                )
            )
    return wording


def _text(stages: Stages, name: str) -> bytes:
    """A text in inputs/; the wording of a Word document in UTF-8. Raises NotADocument and OSError."""
    data = received.read(stages.workspace.inputs / name, stages.workspace.inputs)
    return documents.docx_text(data).encode() if name.lower().endswith(".docx") else data


def _words(
    stages: Stages, heard: Heard, weights: Weights, findings: list[Finding], wording: Script | None
) -> Transcript:
    """Words in the language spoken, from the first engine in order that has some; ``draft`` and
    none where all fail.
    """
    engine, taken = stages.config.captions.engine, heard.intake
    script = _script(stages, heard, findings) if engine != "whisper" else None
    texts: list[tuple[WordSource, Script, str]] = []
    if wording:
        texts.append(
            ("person", wording, f"captions/{taken.submission.captions[taken.speaker.language]}")
        )
    if script:
        texts.append(("script", script, str(taken.submission.script)))
    rough: Transcript | None = None
    for source, text, name in texts:
        fitted = _tried(partial(engines.fitted, stages, heard, text.tokens), heard, findings)
        findings.extend(fitting_findings(fitted, name, taken.speaker.id))
        if fitted and fitted.words and fitted.fit in ("use", "warn"):
            return Transcript(fitted.words, source, fitted.activity, fitted.share)
        if fitted and fitted.fit == "draft":
            rough = rough or Transcript(fitted.words, "spread", fitted.activity)
        if fitted is None:  # no rules for its letters, or the fitting broke off
            rough = rough or _tried(
                partial(engines.spread, stages, heard, text.tokens), heard, findings
            )
    if engine in ("auto", "whisper"):
        words = _tried(partial(engines.by_whisper, stages, heard, weights), heard, findings)
        if words is not None:
            by_ear = _tried(partial(engines.timed_by_ear, stages, heard, words), heard, findings)
            return Transcript(by_ear or words, "whisper")
    if rough is None and engine != "whisper":
        rough = _tried(partial(engines.drafted, stages, heard), heard, findings)
    return rough or Transcript((), "draft")


def _tried(
    engine: Callable[[], Answer | None], heard: Heard, findings: list[Finding]
) -> Answer | None:
    """What an engine answers; None, with a finding, when it broke off: the next engine is taken."""
    try:
        return engine()
    except ToolFailed as failed:
        recording = heard.intake.submission.recording
        findings.append(
            Finding(
                "warning",
                "captions-failed",
                f"{recording}: a caption engine broke off ({failed.task.split(': ', 1)[-1]}: "
                f"{failed.tool} {failed.saw}; see {failed.kept}).",
                "Look at the captions; if it happens again, report it with that file.",
                heard.intake.speaker.id,
                recording,
            )
        )
        return None


def _script(stages: Stages, heard: Heard, findings: list[Finding]) -> Script | None:
    taken, name = heard.intake, heard.intake.submission.script
    if name is None:
        return None
    try:
        script = read_script(_text(stages, name), taken.speaker.language)
    except (NotAScript, documents.NotADocument, OSError) as failed:
        findings.append(
            Finding(
                "warning",
                "script-unreadable",
                f"{name}: {failed}; captions are made from the sound alone.",
                "Ask the speaker for the text as .docx or .txt.",
                taken.speaker.id,
                name,
            )
        )
        return None
    if not script.encoding.startswith("utf"):
        findings.append(
            Finding(
                "warning",
                "script-encoding",
                f"{name}: it is not UTF-8; it was read as {script.encoding}.",
                "Check accents in the captions; save the script as UTF-8 to be sure.",
                taken.speaker.id,
                name,
            )
        )
    return script


def _translate(
    stages: Stages,
    heard: Heard,
    weights: Weights,
    captions: dict[str, Captions],
    findings: list[Finding],
) -> None:
    """Whisper's own translation into English, as a draft, where English is asked for and nobody
    sent it.
    """
    config, speaker = stages.config, heard.intake.speaker
    if (
        TRANSLATED in captions
        or speaker.language.split("-")[0] == TRANSLATED
        or config.captions.engine == "pocketsphinx"
        or (TRANSLATED not in (*config.captions.burn, *config.captions.languages))
    ):
        return
    words = _tried(partial(engines.translated, stages, heard, weights), heard, findings)
    if not words:
        return
    captions[TRANSLATED] = _captions(stages, heard, Transcript(words, "translation"), findings)
    name = f"{speaker.id}.{TRANSLATED}.srt"
    findings.append(
        Finding(
            "warning",
            "captions-draft",
            f"{speaker.name}: captions in English are a DRAFT, as Whisper translated them; nobody"
            " has read them yet.",
            f"Correct outputs/captions/{name} and save it as inputs/captions/{name}.",
            speaker.id,
            heard.intake.submission.recording,
        )
    )


def _captions(stages: Stages, heard: Heard, said: Transcript, findings: list[Finding]) -> Captions:
    from pipeline.captions.cues.search import (
        break_into_cues,
    )  # numpy takes 0.1 s to import, and most commands need no captions

    taken = heard.intake
    timeline, language = (
        taken.timeline,
        (TRANSLATED if said.source == "translation" else taken.speaker.language),
    )
    assert timeline
    shown = _looked_through(stages, heard, said, language, findings)
    style = style_of(stages.config, taken.speaker, language)
    cues = break_into_cues(shown, style, timeline.rate, timeline.frames, language)
    findings.extend(
        as_finding(breach, taken.speaker.id, taken.submission.recording)
        for breach in lint(cues, style, language, timeline.rate, timeline.frames, shown)
        if breach.severity == "breach"
    )
    paragraphs = tuple(
        frames_nearest(after.start_ms, timeline.rate)
        for before, after in pairwise(shown)
        if before.ends_paragraph
    )
    return Captions(
        language,
        said.source,
        cues,
        draft=said.source in ("draft", "spread", "whisper", "translation"),
        doubtful=doubts.doubtful(shown),
        paragraphs=paragraphs,
        share=said.share,
    )


def _looked_through(
    stages: Stages, heard: Heard, said: Transcript, language: str, findings: list[Finding]
) -> tuple[Word, ...]:
    """The words of the clip, on its clock, with the producer's corrections and without what was
    invented; the rest that is odd goes to ``findings``.
    """
    config, speaker, timeline = stages.config, heard.intake.speaker, heard.intake.timeline
    assert timeline
    in_ms, length_ms = round(timeline.in_ms), round(timeline.frames * 1000 / timeline.rate)
    shown, activity = hearing.within_clip(said.words, in_ms, length_ms), said.activity
    if activity is None:
        activity = _tried(partial(engines.activity, stages, heard), heard, findings)
    if activity is not None:
        activity = hearing.activity_within(activity, in_ms, length_ms)
    corrections = config.captions.corrections
    words, seen = doubts.examine(
        Transcript(names.corrected(shown, corrections), said.source, activity), language
    )
    if said.source == "whisper":
        known = [
            name
            for person in config.speakers
            for name in (person.name, person.organisation)
            if name
        ]
        seen += names.near_misses(
            words, [*known, *config.captions.glossary], speaker.language, corrections
        )
    recording = heard.intake.submission.recording
    findings.extend(
        replace(
            finding,
            submission=speaker.id,
            file=recording,
            message=f"{recording}: {finding.message[0].lower()}{finding.message[1:]}",
        )
        for finding in seen
    )
    return words


def _say_what_lacks(
    config: Config, heard: Heard, captions: dict[str, Captions], findings: list[Finding]
) -> None:
    taken = heard.intake
    speaker, spoken = taken.speaker, taken.speaker.language
    own = captions.get(spoken)
    file = f"inputs/captions/{speaker.id}.{spoken}.srt"
    if own is None:
        findings.append(
            Finding(
                "warning",
                "no-captions",
                f"{speaker.name}: there are no captions in the language spoken ({spoken}).",
                f"Send the script as inputs/{speaker.id}.txt, or captions as {file}, or bring"
                f" Whisper's weights with `{FETCH}`.",
                speaker.id,
                taken.submission.recording,
            )
        )
    elif own.draft:
        ways = {
            "draft": "a rough draft by pocketsphinx; expect one word in four wrong",
            "whisper": "as Whisper heard them; nobody has read them yet",
            "spread": "the script's words, spread over the speech; their times are a guess",
        }
        remedy = (
            f"Bring Whisper's weights with `{FETCH}` and build again, or "
            if own.source == "draft"
            else ""
        )
        copy = f"correct outputs/captions/{speaker.id}.{spoken}.srt and save it as {file}"
        findings.append(
            Finding(
                "warning",
                "captions-draft",
                f"{speaker.name}: captions are a DRAFT, {ways[own.source]}.",
                remedy + copy + "." if remedy else copy[0].upper() + copy[1:] + ".",
                speaker.id,
                taken.submission.recording,
            )
        )
    lacking = [burn for burn in config.captions.burn if burn not in captions and burn != spoken]
    findings.extend(
        Finding(
            "warning",
            "burned-language-missing",
            f"{speaker.name}: there are no captions in {burn} to burn in.",
            f"Put a translation into inputs/captions/{speaker.id}.{burn}.srt.",
            speaker.id,
            taken.submission.recording,
        )
        for burn in lacking
        if "burned" in config.delivery.outputs
    )
