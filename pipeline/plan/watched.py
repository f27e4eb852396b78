"""What is wrong with a film that was built, by what is seen and heard of it; without it a joint
that slipped or a second that froze would be found by the audience.

The film is held against the clips of its messages, which were joined by themselves: what is black,
frozen or silent in a message as it was sent is so in both. tools/watched.py measures.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.findings import About, Finding
from pipeline.model import RundownItem
from pipeline.plan.rundown import Rundown
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import clock, frame_ms, joined, moment

AGAIN = "Delete it, and run `perspectives build`: it is put there again."
BLOCK_MS = 20
"""Of sound, as tools/watched.py measures it."""
BLACK = 22
"""Brightest cell of a black picture (video black is 16)."""
LIGHT = 30
HELD_S, BLACK_S, SILENT_S, LOUD_S = 0.4, 0.12, 0.2, 0.4
"""What is shorter is not noticed, or is a difference of two encoders."""
DIFFERS = 12.0
"""Grey levels by which cells differ on the average: another picture, not another encode."""
PAUSE_S = 3.0
"""Within which what is too loud goes on: nobody speaks in a pause."""
SHIFT_S = 3.0
"""How far from its place a message is looked for."""
LOUDER_DB = 3.0
SILENT_DB, HEARD_DB = -65.0, -50.0
CLICK = 0.2
"""A corner between three samples (1 is full scale) that is heard as a click where nobody speaks."""
FLASH_NITS, DARK_NITS, FLASH_AREA, MOST_FLASHES = 20.0, 160.0, 0.25, 3
"""ITU-R BT.1702: a flash is two opposite changes by 20 cd/m2 or more, the darker under 160, over a
quarter of the picture; more than three in a second can bring on a seizure.
"""
RED_CHANGE = 60.0
"""By which a saturated red comes or goes (of 255)."""

Array = NDArray[Any]


@dataclass(frozen=True)
class Seen:
    """What was seen and heard of a film.

    ``luma`` and ``red`` have cells of each picture (picture, row, column; 0 to 255), ``change`` how
    much of a small picture changed since the one before (grey levels), ``level`` the sound of each
    20 ms in dBFS, ``corner`` its sharpest corner, ``undecoded`` the seconds at which something
    could not be decoded.
    """

    luma: Array
    red: Array
    change: Array
    level: Array
    corner: Array
    undecoded: Array

    @property
    def frames(self) -> int:
        """How many pictures there were."""
        return len(self.change)


def plan_watching(film: FileInput, whose: str, tiles: Mapping[int, str], version: str) -> Recipe:
    """seen.npz, and a small picture for each frame of ``tiles``, by its name."""
    request = {"film": film.name, "tiles": {str(frame): name for frame, name in tiles.items()}}
    return Recipe(
        task=f"{whose}: watched to its end",
        tool="watched",
        tool_version=version,
        arguments=("request.json",),
        inputs=(film,),
        outputs=("seen.npz", *tiles.values()),
        texts=(("request.json", json.dumps(request, sort_keys=True)),),
    )


@dataclass(frozen=True)
class Meter:
    """How loud a film is: on the whole in LUFS, its highest true peak in dBTP, and its short-term
    loudness (3 s) every second.
    """

    whole_lufs: float
    true_peak_dbtp: float
    curve: tuple[float, ...]


_WINDOW_S = 3
"""How much sound a value of the short-term loudness looks back on."""
_GATE_LU = 10
"""What is softer than the mean by more is a pause, as in EBU R 128."""


def messages_lufs(meter: Meter, rundown: Rundown) -> tuple[tuple[str, float], ...]:
    """How loud each message is in the film, in LUFS, by the title of its item, in the order of the
    programme; those of which nothing is heard are left out.
    """
    heard: list[tuple[str, float]] = []
    for item in rundown.items:
        begins, ends = (frame / rundown.rate for frame in (item.start_frame, item.end_frame))
        # a value is said at the end of its second
        first = max(0, min(math.ceil(begins) + _WINDOW_S, int(ends)) - 1)
        values = [value for value in meter.curve[first : int(ends)] if value > _SILENT_LUFS]
        if item.kind == "message" and values:
            gate = _mean_lufs(values) - _GATE_LU
            heard.append((item.title, _mean_lufs([one for one in values if one >= gate])))
    return tuple(heard)


_SILENT_LUFS = -70.0


def _mean_lufs(values: Sequence[float]) -> float:
    """The mean of their powers."""
    return 10 * math.log10(sum(10 ** (value / 10) for value in values) / len(values))


def plan_meter(film: FileInput, whose: str, version: str) -> Recipe:
    """The recipe whose stderr.txt ``parse_meter`` and ``parse_curve`` read."""
    metered = "ebur128@whole=peak=true:framelog=info"
    return Recipe(
        task=f"{whose}: heard to its end",
        tool="ffmpeg",
        tool_version=version,
        arguments=("-nostats", "-v", "info", "-i", film.name, "-map", "0:a:0", "-af", metered,
                   "-f", "null", "-"),
        inputs=(film,),
        outputs=(),
    )  # fmt: skip


def parse_curve(stderr: str) -> tuple[float, ...]:
    """The short-term loudness in LUFS at the end of each second; it is said ten times a second."""
    said = re.findall(r"\bS:\s*(-?[\d.]+|nan|-?inf)\s", stderr)
    each = [max(-70.0, float(value)) if value[-1].isdigit() else -70.0 for value in said]
    return tuple(each[9::10])


def watched_findings(
    film: Seen, rundown: Rundown, clips: Mapping[str, Seen]
) -> tuple[Finding, ...]:
    """Everything that is not as it was planned and prepared, in order of time. ``clips`` are the
    messages by themselves, by the id of their speaker.
    """
    found = [
        *_length(film, rundown),
        *_undecoded(film),
        *_cards(film, rundown),
        *_clicks(film, rundown),
        *_flashes(film, rundown),
    ]
    for place, item in enumerate(rundown.items):
        clip = clips.get(item.speaker or "") if item.kind == "message" else None
        if clip:
            found += _message(film, item, rundown.overlap_after(place), clip, rundown.rate)
    return tuple(sorted(found, key=lambda one: one.at_ms or 0))


def _length(film: Seen, rundown: Rundown) -> Iterator[Finding]:
    if film.frames != rundown.frames:
        lasts, planned = (
            clock(frame_ms(frames, rundown.rate)) for frames in (film.frames, rundown.frames)
        )
        said = f"it lasts {lasts} ({film.frames} pictures); planned were {planned}"
        yield About().error("built-length", f"{said} ({rundown.frames}).", AGAIN)


def _undecoded(film: Seen) -> Iterator[Finding]:
    if len(film.undecoded):
        at_ms = round(float(film.undecoded[0]) * 1000)
        said = f"a piece of it cannot be decoded, first at {moment(at_ms)}."
        yield About().error("built-damaged", said, AGAIN, at_ms)


# --- a message against its own clip ---------------------------------------------------------------


def _message(
    film: Seen, item: RundownItem, after: int, clip: Seen, rate: Fraction
) -> Iterator[Finding]:
    """Of a message whose last ``after`` frames the next item is laid over. What is crossfaded, at
    either end, is like nothing that was made.
    """
    about = About(item.speaker)
    seen = slice(item.overlap, max(item.overlap, clip.frames - after))
    blocks_a_frame = 1000 / rate / BLOCK_MS
    begins, first, last = (
        round(frames * blocks_a_frame) for frames in (item.start_frame, item.overlap, after)
    )
    sounds = slice(first, max(first, len(clip.level) - last))
    shown = _shift(film.luma, clip.luma, seen, item.start_frame, round(SHIFT_S * rate))
    heard = _shift(film.level, clip.level, sounds, begins, round(SHIFT_S * 1000 / BLOCK_MS))
    shown_ms, heard_ms = frame_ms(shown, rate), heard * BLOCK_MS
    if abs(shown_ms - heard_ms) <= 2 * BLOCK_MS:
        shifted = {"the message": shown_ms}
    else:
        shifted = {"the picture of the message": shown_ms, "the sound of the message": heard_ms}
    for what, ms in shifted.items():
        if ms:
            at_ms, way = frame_ms(item.start_frame, rate), "early" if ms < 0 else "late"
            said = f"{what} at {moment(at_ms)} comes {abs(ms) / 1000:.2f} s too {way}."
            yield about.error("joint-shifted", said, AGAIN, at_ms)
    there = _laid(film.frames, seen, item.start_frame + shown)
    yield from _pictures(about, film, clip, there, rate)
    yield from _sounds(about, film, clip, _laid(len(film.level), sounds, begins + heard))


def _laid(film: int, part: slice, start: int) -> tuple[slice, slice]:
    """Where a film of so many pieces shows a part of a clip that begins at ``start``, and how much
    of that part there is room for.
    """
    last = max(part.start, min(part.stop, film - start))
    return slice(start + part.start, start + last), slice(part.start, last)


def _shift(film: Array, clip: Array, part: slice, start: int, most: int) -> int:
    """By how much (of what is measured) a part of a clip is away from where it is in a film in
    which the clip begins at ``start``; 0 where another place does not fit far better.
    """
    length = part.stop - part.start
    probes = np.unique(np.linspace(part.start, part.stop - 1, min(400, length)).astype(int))
    errors: dict[int, float] = {}
    for shift in range(-most, most + 1):
        places = probes + start + shift
        inside = (places >= 0) & (places < len(film))
        if len(probes) and inside.sum() >= 0.9 * len(probes):
            there, here = film[places[inside]], clip[probes[inside]].astype(np.float32)
            errors[shift] = float(np.abs(there - here).mean())
    if 0 not in errors:
        return 0
    best = min(errors, key=lambda shift: (errors[shift], abs(shift)))
    clearly = errors[0] > 1.0 and errors[best] < 0.5 * errors[0]
    return best if clearly else 0


def _pictures(
    about: About, film: Seen, clip: Seen, pictures: tuple[slice, slice], rate: Fraction
) -> Iterator[Finding]:
    there, here = pictures
    seen, sent = film.luma[there].astype(np.float32), clip.luma[here].astype(np.float32)
    black = (seen.max((1, 2)) <= BLACK) & (sent.max((1, 2)) >= LIGHT)
    change, usual = film.change[there], clip.change[here]
    held = (change < 0.25 * usual) & (usual > 0.05) & ~black
    other = (np.abs(seen - sent).mean((1, 2)) > DIFFERS) & ~black
    held_runs = list(_runs(held, HELD_S * rate))
    for first, last in _runs(black, BLACK_S * rate):
        yield _stretch(
            about, "picture-black", "the picture is black", there.start, first, last, rate
        )
    for first, last in held_runs:
        yield _stretch(about, "picture-held", "the picture stands", there.start, first, last, rate)
    for first, last in held_runs:
        other[first:last] = False
    for first, last in _runs(other, BLACK_S * rate):
        said = "another picture is shown than was sent"
        yield _stretch(about, "picture-differs", said, there.start, first, last, rate)


def _sounds(about: About, film: Seen, clip: Seen, sounds: tuple[slice, slice]) -> Iterator[Finding]:
    there, here = sounds
    heard, sent = _evened(film.level[there]), _evened(clip.level[here])
    spoken = sent > HEARD_DB
    silent = spoken & (heard < SILENT_DB)
    per_s = Fraction(1000, BLOCK_MS)
    for first, last in _runs(silent, SILENT_S * per_s):
        said = "nothing is heard"
        yield _stretch(about, "sound-silent", said, there.start, first, last, per_s)
    apart = np.where(spoken & ~silent, heard - sent, 0.0)
    loud = joined(list(_runs(np.abs(apart) > LOUDER_DB, LOUD_S * per_s)), round(PAUSE_S * per_s))
    for first, last in loud:
        by_db = float(np.median(apart[first:last][apart[first:last] != 0]))
        said = f"the sound is {abs(by_db):.0f} dB {'louder' if by_db > 0 else 'softer'} than made"
        yield _stretch(about, "sound-level", said, there.start, first, last, per_s)


def _evened(level: Array) -> Array:
    """Levels over 200 ms: two encoders differ from one 20 ms to the next."""
    power = 10 ** (level.astype(np.float64) / 10)
    return np.asarray(10 * np.log10(np.convolve(power, np.ones(10) / 10, "same") + 1e-12))


def _runs(flags: Array, least: float | Fraction) -> Iterator[tuple[int, int]]:
    """Where ``flags`` stand for ``least`` in a row or more: first, and the first after it."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if last - first >= least:
            yield int(first), int(last)


def _stretch(
    about: About, code: Code, what: str, offset: int, first: int, last: int, per_s: Fraction
) -> Finding:
    at_ms = round(1000 * (offset + first) / per_s)
    said = f"at {moment(at_ms)} {what} for {clock(round(1000 * (last - first) / per_s))}."
    return about.error(code, said, AGAIN, at_ms)


# --- cards and joints -----------------------------------------------------------------------------


def _cards(film: Seen, rundown: Rundown) -> Iterator[Finding]:
    """A card that is black in its middle: fades are at its ends."""
    for item in rundown.items:
        edge = item.frames // 4
        middle = film.luma[item.start_frame + edge : item.end_frame - edge]
        if item.kind == "message" or not len(middle):
            continue
        black = middle.max((1, 2)) <= BLACK
        for first, last in _runs(black, BLACK_S * rundown.rate):
            said = f"the {item.kind} card is black"
            offset = item.start_frame + edge
            about = About(item.speaker)
            yield _stretch(about, "picture-black", said, offset, first, last, rundown.rate)


def _clicks(film: Seen, rundown: Rundown) -> Iterator[Finding]:
    """A crack where two items meet, and nobody speaks."""
    for item in rundown.items[1:]:
        at_ms = frame_ms(item.start_frame, rundown.rate)
        middle = round(at_ms / BLOCK_MS)
        near = film.corner[max(0, middle - 2) : middle + 3]
        around = film.corner[max(0, middle - 25) : middle + 26]
        if len(near) and near.max() > max(CLICK, 5 * float(np.median(around))):
            said = f"there is a crack in the sound at {moment(at_ms)}, where two items meet."
            yield About(item.speaker).warning("joint-click", said, "Listen there.", at_ms)


# --- flashes --------------------------------------------------------------------------------------


def _flashes(film: Seen, rundown: Rundown) -> Iterator[Finding]:
    nits = 200 * (np.clip(film.luma.astype(np.float32) - 16, 0, 219) / 219) ** 2.4
    kinds = (
        ("light", _turns(nits, FLASH_NITS, DARK_NITS)),
        ("red", _turns(film.red.astype(np.float32), RED_CHANGE, 255.0)),
    )
    for kind, turns in kinds:
        for first, count in _bursts(turns, rundown.rate):
            shown = (one for one in rundown.items if one.start_frame <= first < one.end_frame)
            whose = next((one.speaker for one in shown if one.kind == "message"), None)
            at_ms = frame_ms(first, rundown.rate)
            said = f"{kind} flashes {count} times within a second at {moment(at_ms)}"
            yield About(whose).warning(
                "flashes",
                f"{said}; more than {MOST_FLASHES} can bring on a seizure (ITU-R BT.1702).",
                "Watch it there; take the piece out with `trim:`, or ask for another recording.",
                at_ms,
            )


def _turns(values: Array, least: float, darker: float) -> list[int]:
    """Frames at which a quarter of the picture more has changed by ``least`` or more one way than
    the other (what moves does both), each time the other way, from or to less than ``darker``.
    """
    if not len(values):
        return []
    low, high = values[0].copy(), values[0].copy()
    turns: list[int] = []
    upward: bool | None = None
    for number, picture in enumerate(values):
        low, high = np.minimum(low, picture), np.maximum(high, picture)
        up = (picture - low >= least) & (low < darker)
        down = (high - picture >= least) & (picture < darker)
        for way, cells, opposite in ((True, up, down), (False, down, up)):
            if upward is not way and cells.mean() - opposite.mean() >= FLASH_AREA:
                upward = way
                turns.append(number)
                low, high = picture.copy(), picture.copy()
                break
    return turns


def _bursts(turns: Sequence[int], rate: Fraction) -> Iterator[tuple[int, int]]:
    """First frame and flashes (two turns each) of each stretch in which a second has too many."""
    most, again = 2 * MOST_FLASHES + 1, 0
    for number, first in enumerate(turns):
        within = [turn for turn in turns[number:] if turn - first < rate]
        if len(within) > most and first >= again:
            yield first, len(within) // 2
            again = within[-1] + round(rate)
