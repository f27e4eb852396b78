"""Takes in what a speaker has corrected in their proof; without it a producer would copy each
caption out of a mail by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.captions.edit.corrections import corrected, timed_where_changed
from pipeline.captions.edit.moves import Limits
from pipeline.captions.edit.sheet import Correction, sheet_of
from pipeline.captions.edit.spoken import heard_in_order
from pipeline.captions.edit.window import Window, carried, window_of
from pipeline.commands.approve import digests_shown, proofs_kept
from pipeline.commands.change import change_speaker, settings_of
from pipeline.commands.check import check
from pipeline.commands.report import Checked
from pipeline.commands.session import changing
from pipeline.commands.submit import tidied
from pipeline.config_file import speaker_problems
from pipeline.errors import Refused
from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.message.carried import fitted_words
from pipeline.message.wording import style_of
from pipeline.model import Captions, Cue
from pipeline.plan.corrections import Corrections
from pipeline.plan.intake import captions_name
from pipeline.plan.proofs import version_of
from pipeline.timing import moment
from pipeline.tools.running import files, received
from pipeline.tools.texts import caption_files, subtitles
from pipeline.work.bench import Bench


@dataclass(frozen=True)
class Answered:
    """What was taken in of a speaker's corrections: ``written`` are files of captions, ``kept``
    where those that were there are now, ``card`` what is otherwise in config.yaml; ``refused``, a
    sentence each, what says something else by now. ``findings`` are of the captions as they are.
    """

    speaker: str
    written: tuple[str, ...]
    kept: tuple[str, ...]
    card: tuple[str, ...]
    refused: tuple[str, ...]
    findings: tuple[Finding, ...]


def take_answer(event: Event, bench: Bench, answer: Corrections, now: datetime) -> Answered:
    """Corrections as a person's captions in inputs/captions/ and as values in config.yaml.

    A caption that says something else by now than what the speaker saw stays as it is, and is said.
    What is written goes through the aligner: it comes when its words are heard. Raises Refused for
    corrections of a proof that was not made here, and where there is nothing to correct.
    """
    one = _looked(event, bench, answer.speaker)
    known = {proof.version for proof in proofs_kept(event.workspace, answer.speaker)}
    if answer.version not in {*known, version_of(digests_shown(event, one))}:
        raise Refused(
            f"These corrections are of a proof of {answer.speaker} that was not made here, or the"
            " file was changed on its way. Nothing was changed.\n  Next: `perspectives proof"
            f" {answer.speaker}` makes one; send them that page."
        )
    with changing(event.workspace):
        before, written, kept, refused = _captions_written(event, one, answer, now)
    card, unwanted = _card_written(event, one, answer)
    if written:
        one = _timed_by_ear(event, bench, one, before)
    return Answered(
        answer.speaker,
        tuple(written),
        tuple(kept),
        tuple(card),
        (*refused, *unwanted),
        tuple(found for found in one.findings if found.code.startswith("captions-")),
    )


def _looked(event: Event, bench: Bench, speaker: str) -> Checked:
    (one,) = check(event, bench, (speaker,), with_captions=True).checked
    if not one.usable:
        raise Refused(
            f"{speaker}: there is no message that could be corrected (see `perspectives check"
            f" {speaker}`). Nothing was changed."
        )
    return one


# --- captions -------------------------------------------------------------------------------------


def _captions_written(
    event: Event, one: Checked, answer: Corrections, now: datetime
) -> tuple[Mapping[str, tuple[Cue, ...]], list[str], list[str], list[str]]:
    """What each language's captions were that are written anew, the names of the files, those under
    which earlier ones are kept, and what is refused.
    """
    before: dict[str, tuple[Cue, ...]] = {}
    written: list[str] = []
    kept: list[str] = []
    refused: list[str] = []
    for language, corrections in answer.captions.items():
        made = one.captions.get(language)
        if made is None:
            refused.append(f"there are no captions in {language} any more")
            continue
        limits = _limits(event, one, language)
        done = corrected(sheet_of(made.cues), corrections, limits)
        refused += [_refused(each, there, language) for each, there in done.refused]
        if done.sheet.cues != made.cues:
            before[language] = made.cues
            kept += _set_aside(event, one, language, now)
            written.append(_write(event, one, language, done.sheet.cues))
    return before, written, kept, refused


def _limits(event: Event, one: Checked, language: str) -> Limits:
    style = style_of(event.config, one.speaker, language)
    return Limits(style, language, event.config.delivery.fps, one.frames)


def _refused(one: Correction, there: str, language: str) -> str:
    was, now = (" ".join(text.split()) for text in (one.was, one.now))
    stands = f'says "{there}" now' if there else "is gone"
    return f'at {moment(one.start_ms)} ({language}) the caption "{was}" {stands}; sent: "{now}"'


def _path(event: Event, one: Checked, language: str) -> Path:
    name = captions_name(one.taken.submission, language)
    return event.workspace.inputs / "captions" / name


def _set_aside(event: Event, one: Checked, language: str, now: datetime) -> list[str]:
    """A copy of a file as its owner saved it."""
    path = _path(event, one, language)
    if not path.is_file():
        return []
    folder = event.workspace.made(event.workspace.inputs / "replaced")
    target = files.earlier_name(folder, path, now)
    files.copy_whole(path, target)
    return [f"inputs/replaced/{target.name}"]


def _write(event: Event, one: Checked, language: str, cues: tuple[Cue, ...]) -> str:
    path = _path(event, one, language)
    as_text = subtitles.writer_for(path.name)
    whole = _whole(path, event, one, _cues(one.captions.get(language)), cues)
    files.write_whole(path, as_text(whole, event.config.delivery.fps))
    return f"inputs/captions/{path.name}"


def _whole(
    path: Path, event: Event, one: Checked, shown: tuple[Cue, ...], cues: tuple[Cue, ...]
) -> tuple[Cue, ...]:
    """All captions of a file with ``cues`` in place of those that are ``shown``: what a trim leaves
    out stays.
    """
    if not path.is_file():
        return cues
    data, rate = received.read(path, event.workspace.inputs), event.config.delivery.fps
    try:
        there, _ = caption_files.read_captions(data, path.name, rate, caption_files.NO_END)
    except caption_files.NotCaptions:  # a copy of it was set aside
        return cues
    sheet = sheet_of(there)
    if window := window_of(sheet, shown, one.frames):
        return window.with_shown(sheet, cues).cues
    sheet = sheet_of(carried(sheet, shown, one.frames))
    return Window(0, one.frames).with_shown(sheet, cues).cues


def _timed_by_ear(
    event: Event, bench: Bench, one: Checked, before: Mapping[str, tuple[Cue, ...]]
) -> Checked:
    """The message as it is shown with what was written; captions that were changed, in the language
    that is spoken, come when the aligner hears them.
    """
    language = one.speaker.language
    one = _looked(event, bench, one.speaker.id)
    if language not in before or one.heard is None:
        return one
    heard = heard_in_order(fitted_words(event, bench, one.heard))
    cues = _cues(one.captions.get(language))
    timed = timed_where_changed(
        before[language], sheet_of(cues), heard, _limits(event, one, language)
    )
    if timed.cues == cues:
        return one
    _write(event, one, language, timed.cues)
    return _looked(event, bench, one.speaker.id)


def _cues(made: Captions | None) -> tuple[Cue, ...]:
    return made.cues if made else ()


# --- the card -------------------------------------------------------------------------------------


def _card_written(event: Event, one: Checked, answer: Corrections) -> tuple[list[str], list[str]]:
    """What is written otherwise into config.yaml, and what is refused."""
    speaker = event.speakers[answer.speaker]
    stands, said, refused = settings_of(speaker), dict[str, str](), list[str]()
    for key, (was, wanted) in answer.card.items():
        now = tidied(wanted)
        if stands[key] == now:
            continue
        if tidied(was) != stands[key]:
            refused.append(f'{key} is "{stands[key]}" by now, and was "{was}"; sent: "{now}"')
        elif problems := speaker_problems({"id": "a", "name": "A", key: now or None}):
            refused.append(f"{problems[0]} (sent by the speaker)")
        else:
            said[key] = now
    if said:
        was_there = {key: stands[key] for key in said}
        change_speaker(event.workspace, answer.speaker, was_there, said, one.recording)
    return [f'{key}: "{stands[key]}" is "{now}" now' for key, now in said.items()], refused
