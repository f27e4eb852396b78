"""What the pages show, as plain data; without it templates and scripts would reckon by themselves.

Values in, dictionaries out. Everything in them is text to be shown, never markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.captions.burned import canvas_for
from pipeline.captions.check.breach import Breach
from pipeline.captions.check.lint import lint
from pipeline.captions.edit.moves import Limits
from pipeline.captions.edit.otherwise import heard_otherwise
from pipeline.captions.edit.sheet import Line, Sheet
from pipeline.captions.edit.spoken import spoken
from pipeline.captions.heard.names import UNSURE_BELOW, misspelt
from pipeline.captions.place import raised
from pipeline.captions.words.languages import in_english
from pipeline.captions.words.writing import mostly_right_to_left
from pipeline.commands.approve import standing_of
from pipeline.commands.change import settings_of
from pipeline.commands.report import Checked
from pipeline.config import Config
from pipeline.findings import Finding, verdict
from pipeline.geometry import areas_of
from pipeline.message.drawings import plan_drawings
from pipeline.message.engines import names_of
from pipeline.message.pictures import over_strap, strap_frames
from pipeline.message.prepared import Received
from pipeline.message.wording import style_of
from pipeline.model import Captions, Cue, Word
from pipeline.plan.approval import Standing
from pipeline.plan.slot import Share
from pipeline.review.captions_file import CaptionsFile
from pipeline.review.desk import Look, Work, languages_of, spoken_language, waits_to_be_held
from pipeline.timing import clock
from pipeline.tools.texts import argos

Shown = dict[str, Any]

_SEVEREST_FIRST = ("error", "warning", "info")
_SOURCES = {
    "script": "from the script",
    "whisper": "heard by Whisper",
    "draft": "a rough draft",
    "person": "corrected by a person",
    "spread": "the script, times guessed",
    "translation": "translated by Whisper",
    "argos": "translated by Argos Translate",
}


# --- the overview ---------------------------------------------------------------------------------


def overview(look: Look, work: Work | None, trouble: str) -> Shown:
    """Every speaker, the slot's sum, and the build that runs or ran last."""
    report = look.report
    slot, margin = report.slot(), report.config.slot.margin
    shares = {share.speaker.id: share for share in slot.shares}
    rows = [_row(look, one, shares.get(one.speaker.id)) for one in report.checked]
    return {
        "title": report.config.title,
        "speakers": rows,
        "needing": sum(bool(row["needs"]) for row in rows),
        "approved": sum(row["approval"]["state"] == "approved" for row in rows),
        "slot": {
            "whole": clock(slot.duration_ms),
            "messages": clock(slot.messages_ms),
            "cards": clock(slot.cards_ms + slot.fades_ms),
            "margin": clock(margin),
            "left": clock(abs(slot.left_ms)),
            "over": slot.left_ms < 0,
            "shares": _shares_of_slot(slot.duration_ms, slot.messages_ms, slot.cards_ms, margin),
        },
        "findings": findings(report.findings),
        "built": look.status.sentence,
        "work": working(work),
        "trouble": trouble,
    }


def _shares_of_slot(*lengths_ms: int) -> list[int]:
    """How much of the slot messages, cards and margin take, each in hundredths of it."""
    whole, *parts = lengths_ms
    return [round(100 * part / max(1, whole, sum(parts))) for part in parts]


def working(work: Work | None) -> Shown:
    """How far a build has come, from 0 to 100."""
    if work is None:
        return {"state": "none"}
    how_far = work.how_far
    task, done = f"{how_far.running}{how_far.left}", min(99, how_far.percent)
    return {"state": work.state, "said": work.said, "task": task, "done": done}


def _row(look: Look, one: Checked, share: Share | None) -> Shown:
    speaker, stands = one.speaker, standing_of(one)
    captions = [_captions(look, one, language) for language in languages_of(look.event, one)]
    return {
        "id": speaker.id,
        "name": speaker.name,
        "role": ", ".join(filter(None, (speaker.role, speaker.organisation, speaker.country))),
        "file": one.taken.submission.recording or "",
        "state": _state(one),
        "length": clock(share.length_ms) if share and share.length_ms is not None else "",
        "allowed": share.allowed if share else "",
        "over": clock(share.over_ms or 0) if share and (share.over_ms or 0) > 0 else "",
        "captions": captions,
        "findings": findings(one.findings),
        "approval": approval(stands),
        "built": look.status.states[speaker.id],
        "clip": clip_of(look, speaker.id) is not None,
        "needs": list(_needs(one, captions, stands, share)),
    }


def _state(one: Checked) -> str:
    if one.taken.submission.recording is None:
        return "missing"
    if one.pending:
        return "being held" if waits_to_be_held(one) else "not looked at yet"
    return "rejected" if verdict(one.findings) == "reject" else "received"


def _captions(look: Look, one: Checked, language: str) -> Shown:
    made = one.captions.get(language)
    if made is None:
        return {"language": language, "called": in_english(language), "source": "", "draft": False}
    style = style_of(look.event.config, one.speaker, language)
    rate = look.event.config.delivery.fps
    found = lint(made.cues, style, language, rate, one.frames)
    return {
        "language": language,
        "called": in_english(language),
        "source": _SOURCES[made.source],
        "draft": made.draft,
        "doubts": len(made.doubtful),
        "breaches": sum(breach.severity == "breach" for breach in found),
    }


def _needs(
    one: Checked, captions: Sequence[Shown], stands: Standing, share: Share | None
) -> Iterable[str]:
    """What a producer has to do about a speaker, each in a few words."""
    state = _state(one)
    if state != "received":
        yield _NOT_READY.get(state, "not looked at")
        return
    if share and (share.over_ms or 0) > 0:
        yield f"{clock(share.over_ms or 0)} too long"
    for made in captions:
        if not made["source"]:
            yield f"no captions in {made['called']}"
        elif made["draft"]:
            yield f"{made['called']} captions are a draft"
        elif made["breaches"]:
            yield f"{made['breaches']} caption limits broken ({made['called']})"
    if stands.state != "approved":
        yield "approved an older version" if stands.state == "older" else "not approved"


_NOT_READY = {
    "missing": "no recording yet",
    "rejected": "cannot be used",
    "being held": "captions are being checked",
}


def approval(stands: Standing) -> Shown:
    """Who approved, when, and what has changed since."""
    said = stands.as_json()
    return {**said, "at": (said["at"] or "")[:16].replace("T", " ")}


def findings(found: Iterable[Finding]) -> list[Shown]:
    """What was found, the severest first."""
    ordered = sorted(found, key=lambda one: _SEVEREST_FIRST.index(one.severity))
    return [
        {
            "severity": one.severity,
            "code": one.code,
            "message": one.message,
            "remedy": one.remedy,
            "at_ms": one.at_ms,
        }
        for one in ordered
    ]


def clip_of(look: Look, speaker: str) -> Path | None:
    """The clip of a speaker in outputs/, without captions in its picture where there is one."""
    clips = look.event.workspace.outputs / "clips"
    names = (f"{speaker}.mp4", f"{speaker}.captioned.mp4")
    found = (clips / name for name in names)
    return next((path for path in found if path.is_file() and not path.is_symlink()), None)


# --- one speaker ----------------------------------------------------------------------------------


def speaker_page(
    look: Look, one: Checked, language: str, unbuilt: Callable[[str, Path], list[str]]
) -> Shown:
    """What the page of one speaker says before its captions are there. ``unbuilt`` tells which of
    their settings were changed after their clip was built.
    """
    clip = clip_of(look, one.speaker.id)
    ids = list(look.checked)
    place = ids.index(one.speaker.id)
    row, spoken = _row(look, one, None), spoken_language(one)
    lacks = [made["language"] for made in row["captions"] if not made["source"]]
    undrafted = language in lacks and spoken in one.captions
    return {
        **row,
        "language": language,
        "languages": row["captions"],
        "spoken": spoken,
        "undrafted": argos.lacking(spoken, language) if undrafted else "",
        "settings": settings_of(one.speaker),
        "offer": one.offer.as_written() if one.offer else {},
        "older": [key.replace("_", " ") for key in unbuilt(one.speaker.id, clip)] if clip else [],
        "in_ms": round(one.taken.timeline.in_ms) if isinstance(one.taken, Received) else 0,
        "picture": isinstance(one.taken, Received) and one.taken.picture is not None,
        "sounds": _sounds(one),
        "burned": clip is not None and clip.name.endswith(".captioned.mp4"),
        "before": ids[place - 1] if place else "",
        "after": ids[place + 1] if place + 1 < len(ids) else "",
        "title": look.event.config.title,
    }


def _sounds(one: Checked) -> list[str]:
    """The tracks of sound of a recording, in a few words each."""
    probe = one.taken.probe if isinstance(one.taken, Received) else None
    tracks = probe.sounds if probe else ()
    channels = {1: "mono", 2: "stereo"}
    return [
        f"{number}: {channels.get(track.channels, f'{track.channels} channels')}, {track.codec}"
        for number, track in enumerate(tracks, 1)
    ]


def sheet(look: Look, one: Checked, work: CaptionsFile) -> Shown:
    """The captions of one file with all that the page needs to show them as they are burned."""
    rate, limits = work.limits.rate, work.limits
    width, height = look.event.config.delivery.size
    canvas = canvas_for(width, height)
    return {
        **changes(work, work.version),
        "lines": lines(work.sheet.lines, work),
        "rate": [rate.numerator, rate.denominator],
        "frames": limits.clip_frames,
        "file": f"inputs/captions/{work.place.name}",
        "rtl": mostly_right_to_left("".join(map("".join, _texts(work.sheet)))),
        "most": {"cps": limits.style.reading_speed_cps, "length": limits.style.line_length},
        "heard": bool(work.heard.words),
        "waiting": work.waiting,
        "burn": {
            "aspect": [width, height],
            "em": float(canvas.em_px / height),
            "pad": canvas.pad / height,
            "foot": canvas.margin() / height,
            "lifted": canvas.margin(_over_strap(look, one)) / height,
            "lifted_until": strap_frames(look.event)[1],
        },
    }


def _over_strap(look: Look, one: Checked) -> Cue:
    """A caption that begins while the lower third is up, where the last build drew it, which may
    have been a draft: in shares of the picture's height. Above any strap where none is drawn yet.
    """
    cue = Cue(0, 1, ("x",))
    captions = Captions(one.speaker.language, "person", (cue,), draft=False)
    for event in (look.event, look.event.as_draft()):
        drawings = plan_drawings(event, look.bench)
        own = drawings.speakers[one.speaker.id]
        if own is None or not look.bench.unmade(own):
            return over_strap(event, look.bench, drawings, one.speaker.id, captions).cues[0]
    size = look.event.config.delivery.size
    return raised((cue,), strap_frames(look.event)[1], areas_of(size).strap_ceiling, size)[0]


def _texts(of: Sheet) -> Iterable[tuple[str, ...]]:
    return (cue.lines for cue in of.cues)


def changes(work: CaptionsFile, known: int) -> Shown:
    """What was done to the captions since a page knew ``known`` steps."""
    steps = work.since(known)
    undo, redo = work.undoable
    return {
        "version": known + len(steps),
        "undo": undo,
        "redo": redo,
        "steps": [
            {
                "what": step.edit.what,
                "kind": step.kind,
                "by": step.by,
                "gone": [line.id for line in step.edit.before],
                "after_id": step.edit.after_id,
                "lines": lines(step.edit.after, work),
            }
            for step in steps
        ],
        "aside": [[cue.start_frame, cue.end_frame, list(cue.lines)] for cue in work.aside],
    }


def lines(given: Iterable[Line], work: CaptionsFile) -> list[list[Any]]:
    """Captions as the page has them: id, frames, lines of text, sure, each word's place in the
    text, its times in ms and whether it is doubted, and what else was heard at those that are.
    """
    return [[*line.shown, *_words(line.cue, work)] for line in given]


def _words(cue: Cue, work: CaptionsFile) -> tuple[list[list[int]], list[list[Any]]]:
    rate = work.limits.rate
    timed, heard = spoken(cue, work.timed, rate), spoken(cue, work.heard, rate)
    doubted = {n for n, one in enumerate(heard) if one.word.confidence < UNSURE_BELOW}
    words = [
        [one.first, one.end, one.word.start_ms, one.word.end_ms, int(place in doubted)]
        for place, one in enumerate(timed)
    ]
    besides = heard_otherwise(heard, doubted, work.hearings)
    return words, [[one.first, one.end, one.text] for one in besides]


def rules(config: Config, work: CaptionsFile) -> Shown:
    """What the captions break, by the id of each, and words in them that are nearly a name."""
    shown, version = work.sheet, work.version
    names = (*names_of(config.speakers), *config.captions.glossary)
    corrections = tuple(sorted(config.captions.corrections.items()))
    broken: dict[int, list[Shown]] = {}
    near: dict[int, list[list[Any]]] = {}
    for first in range(0, len(shown.lines), AT_ONCE):
        before = min(first, 1)
        lines = shown.lines[first - before : first + AT_ONCE + 1]
        cues = tuple(line.cue for line in lines)
        inner = range(before, min(len(lines), before + AT_ONCE))
        for place, one in _breaches(cues, work.limits):
            if place in inner:
                broken.setdefault(lines[place].id, []).append(one)
        for place, *name in _names(cues, work.limits.language, names, corrections):
            if place in inner:
                near.setdefault(lines[place].id, []).append(name)
    return {"version": version, "broken": broken, "names": near}


AT_ONCE = 40
"""Captions that are judged together, with one on either side: what has not changed since is not
judged again. A rule looks no further than to a caption's neighbours.
"""


@lru_cache(maxsize=4096)
def _breaches(cues: tuple[Cue, ...], limits: Limits) -> tuple[tuple[int, Shown], ...]:
    """What captions break, each with its place among them."""
    found = lint(cues, limits.style, limits.language, limits.rate, limits.clip_frames)
    return tuple((one.cue - 1, _breach(one)) for one in found)


def _breach(breach: Breach) -> Shown:
    said = breach.message.split(": ", 1)[-1]
    said = re.sub(r"\bcaption \d+", "the caption before", said)
    return {"rule": breach.rule, "severity": breach.severity, "said": said}


@lru_cache(maxsize=4096)
def _names(
    cues: tuple[Cue, ...],
    language: str,
    names: tuple[str, ...],
    corrections: tuple[tuple[str, str], ...],
) -> tuple[tuple[int, int, int, str], ...]:
    """Where words are nearly a name: the caption's place, the run's place in its text, the name."""
    placed = [
        (place, found.start(), found.end(), found[0])
        for place, cue in enumerate(cues)
        for found in re.finditer(r"\S+", "\n".join(cue.lines))
    ]
    words = [Word(text, 0, 0) for *_, text in placed]
    near: list[tuple[int, int, int, str]] = []
    for first, end, name in misspelt(words, names, language, dict(corrections)):
        place, begins, _, text = placed[first]
        last = [one for one in placed[first:end] if one[0] == place][-1]
        begins += len(text) - len(_MARKS_BEFORE.sub("", text))
        stops = last[2] - len(last[3]) + len(_MARKS_BEHIND.sub("", last[3]))
        near.append((place, begins, stops, name))
    return tuple(near)


_MARKS_BEFORE, _MARKS_BEHIND = re.compile(r"^\W+"), re.compile(r"(?:['’]s)?\W*$")
"""What stands around a name that is spelt otherwise, and stays."""
