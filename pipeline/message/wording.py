"""What people wrote about one message: caption files, corrected wording, the script that was read;
without it a machine's guess would come before them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.captions.check.lint import lint
from pipeline.captions.cues.style import CaptionStyle, style_for
from pipeline.captions.words.languages import closest
from pipeline.captions.words.script import NotAScript, Script, read_script
from pipeline.config import Config, Speaker
from pipeline.event import Event
from pipeline.findings import About, Finding
from pipeline.message.prepared import Heard
from pipeline.model import Cue, Submission, WordSource, Written
from pipeline.plan.intake import WORDINGS
from pipeline.tools.running import received
from pipeline.tools.texts import caption_files, documents

Found = tuple[Finding, ...]


@dataclass(frozen=True)
class Wording:
    """A text without times that is fitted to the speech: ``name`` as in inputs/."""

    source: WordSource
    text: Script
    name: str


@dataclass(frozen=True)
class Sent:
    """What a speaker sent, and how many frames the message has that it goes with, where a recording
    can be looked at.
    """

    speaker: Speaker
    submission: Submission
    frames: int = caption_files.NO_END


def sent_with(heard: Heard) -> Sent:
    """What was sent with a message."""
    taken = heard.received
    return Sent(taken.speaker, taken.submission, taken.timeline.frames)


def captions_seen(event: Event, sent: Sent) -> Found:
    """What is odd about a person's captions where there is no sound to hold them against."""
    files, found = persons_files(event, sent)
    shown = [shown_on_the_clip(event, sent, file, file.cues) for file in files.values()]
    return (*found, *(finding for _, of_file in shown for finding in of_file))


def texts_seen(event: Event, sent: Sent) -> Found:
    """What is odd about the texts without times, before they are fitted to the speech."""
    _, of_wording = persons_wording(event, sent)
    _, of_script = script_of(event, sent)
    return (*of_wording, *of_script)


@dataclass(frozen=True)
class PersonsFile:
    """A caption file that a person sent: ``name`` in inputs/captions/, its captions as they are
    written, sentences on what had to be mended in reading it.
    """

    language: str
    name: str
    cues: tuple[Written, ...]
    notes: tuple[str, ...]


def persons_files(event: Event, sent: Sent) -> tuple[Mapping[str, PersonsFile], Found]:
    """The captions that people sent with times, by language, that which is spoken first, and why
    the others cannot be read: of a text without times, that it is a translation.
    """
    names, spoken = sent.submission.captions, sent.speaker.language
    own = closest(spoken, names)
    files: dict[str, PersonsFile] = {}
    findings: list[Finding] = []
    for language in sorted(names, key=lambda language: (language != own, language)):
        name = names[language]
        if _is_wording(name) and language != spoken:
            findings.append(_cannot_be_fitted(sent.speaker, language, name))
        elif not _is_wording(name):
            try:
                data = _read(event, f"captions/{name}")
                cues, notes = caption_files.read_written(data, name, event.config.delivery.fps)
                files[language] = PersonsFile(language, name, cues, notes)
            except (caption_files.NotCaptions, OSError) as failed:
                findings.append(_captions_unreadable(sent.speaker, name, failed))
    return files, tuple(findings)


def shown_on_the_clip(
    event: Event, sent: Sent, file: PersonsFile, cues: tuple[Written, ...]
) -> tuple[tuple[Cue, ...] | None, Found]:
    """Captions of a person's file (``cues``: as written, or moved) on the message's frames, and
    what is odd about them; None where none can be shown.
    """
    try:
        rate = event.config.delivery.fps
        shown, notes = caption_files.on_the_clip(cues, rate, sent.frames)
    except caption_files.NotCaptions as nothing:
        return None, (_captions_unreadable(sent.speaker, file.name, nothing),)
    about = About(sent.speaker.id, file.name, f"inputs/captions/{file.name}: ")
    remedy = "Correct the file if the captions look wrong."
    mended = [
        about.warning("captions-mended", f"{note}.", remedy)
        for note in caption_files.few((*file.notes, *notes))
    ]
    return shown, (*_limits_broken(event, sent, shown, file), *mended)


def _captions_unreadable(speaker: Speaker, name: str, why: Exception) -> Finding:
    """That a file of captions is not used, and why."""
    message = f"inputs/captions/{name}: {why}; captions are made without it."
    remedy = "Save it again as SRT or WebVTT in UTF-8; nothing was written into it."
    return About(speaker.id, name).warning("captions-unreadable", message, remedy)


def _limits_broken(event: Event, sent: Sent, cues: tuple[Cue, ...], file: PersonsFile) -> Found:
    """One finding for all that viewers will find hard in a person's file, which is shown as it is
    written.
    """
    speaker, name, rate = sent.speaker, file.name, event.config.delivery.fps
    style = style_of(event.config, speaker, file.language)
    remarks = lint(cues, style, file.language, rate, sent.frames)
    broken = [breach for breach in remarks if breach.severity == "breach"]
    if not broken:
        return ()
    counted = Counter(breach.rule for breach in broken).most_common()
    rules = ", ".join(f"{rule} {count}" for rule, count in counted)
    message = f"inputs/captions/{name}: it breaks limits ({rules}); it is shown as it is written."
    remedy = f"`perspectives captions lint {speaker.id}` lists them, with --fix it mends a copy."
    about = About(speaker.id, name)
    return (about.warning("captions-limits", message, remedy, broken[0].at_ms),)


def style_of(config: Config, speaker: Speaker, language: str) -> CaptionStyle:
    """The limits for one speaker's captions in a language: the speaker's own style, or the
    event's.
    """
    return style_for(language, speaker.style or config.captions.style)


def persons_wording(event: Event, sent: Sent) -> tuple[Wording | None, Found]:
    """A person's corrected wording without times, to be fitted to the speech as a script is."""
    wording, speaker = None, sent.speaker
    findings: list[Finding] = []
    for language, name in sent.submission.captions.items():
        if _is_wording(name) and language == speaker.language:
            text, found = _persons_text(event, speaker, name)
            findings.extend(found)
            wording = Wording("person", text, f"captions/{name}") if text else wording
    return wording, tuple(findings)


def _cannot_be_fitted(speaker: Speaker, language: str, name: str) -> Finding:
    message = (
        f"inputs/captions/{name}: a text without times can only be fitted to the language spoken"
        f" ({speaker.language}); it is not used."
    )
    remedy = f"Save it as SRT, with times: {speaker.id}.{language}.srt."
    return About(speaker.id, name).warning("captions-untimed", message, remedy)


def _persons_text(event: Event, speaker: Speaker, name: str) -> tuple[Script | None, Found]:
    about = About(speaker.id, name)
    try:
        text = _script_in(event, f"captions/{name}", speaker.language)
    except (NotAScript, documents.NotADocument, OSError) as failed:
        message = f"inputs/captions/{name}: {failed}; captions are made without it."
        remedy = "Save it again as .docx or as plain text; nothing was written into it."
        return None, (about.warning("captions-unreadable", message, remedy),)
    if text.encoding.startswith("utf"):
        return text, ()
    message = f"inputs/captions/{name}: it was read as {text.encoding}."
    remedy = "Check accents in the captions; save it as UTF-8 to be sure."
    return text, (about.warning("captions-mended", message, remedy),)


def script_of(event: Event, sent: Sent) -> tuple[Wording | None, Found]:
    """The text that was read out, where one was sent and can be read."""
    name = sent.submission.script
    if name is None:
        return None, ()
    about = About(sent.speaker.id, name)
    try:
        text = _script_in(event, name, sent.speaker.language)
    except (NotAScript, documents.NotADocument, OSError) as failed:
        message = f"{name}: {failed}; captions are made from the sound alone."
        remedy = "Ask the speaker for the text as .docx or .txt."
        return None, (about.warning("script-unreadable", message, remedy),)
    script = Wording("script", text, name)
    if text.encoding.startswith("utf"):
        return script, ()
    message = f"{name}: it is not UTF-8; it was read as {text.encoding}."
    remedy = "Check accents in the captions; save the script as UTF-8 to be sure."
    return script, (about.warning("script-encoding", message, remedy),)


def _is_wording(name: str) -> bool:
    return name.lower().endswith(WORDINGS)


def _script_in(event: Event, name: str, language: str) -> Script:
    """A text in inputs/, or the wording of a Word document. Raises NotAScript, NotADocument and
    OSError.
    """
    data = _read(event, name)
    if name.lower().endswith(".docx"):
        data = documents.docx_text(data).encode()
    return read_script(data, language)


def _read(event: Event, name: str) -> bytes:
    return received.read(event.workspace.inputs / name, event.workspace.inputs)
