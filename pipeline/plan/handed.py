"""What is wrong with the tracks and texts of a film that was built; without it a track would be
missing on the evening, and nobody had opened the file.

What it says of itself is held against what was planned, both as ``FilmFacts``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.findings import About, Finding
from pipeline.model import CaptionTrack, FilmFacts, Written
from pipeline.timing import moment

_AGAIN = "Delete it, and run `perspectives build`: it is put there again."
_NEAR_MS = 2
"""Times are kept in whole milliseconds."""


def track_findings(planned: FilmFacts, found: FilmFacts, file: str) -> tuple[Finding, ...]:
    """Tracks that are missing, called otherwise or show something else; chapters elsewhere."""
    return tuple(_tracks(planned, found, About(None, file, f"{file}: ")))


def _tracks(planned: FilmFacts, found: FilmFacts, about: About) -> Iterator[Finding]:
    if found.spoken != planned.spoken:
        said = f"its sound says that it is in {found.spoken}; it is in {planned.spoken}."
        yield about.error("track-language", said, _AGAIN)
    for number, wanted in enumerate(planned.captions):
        there = next((one for one in found.captions if one.name == wanted.name), None)
        if there is None and number < len(found.captions):
            there = found.captions[number] if _shows(found.captions[number], wanted) else None
        if there is None:
            said = f'the caption track "{wanted.name}" is missing.'
            yield about.error("track-missing", said, _AGAIN)
            continue
        yield from _track(wanted, there, about)
    if found.chapters != planned.chapters:
        here = [one for one in found.chapters if one not in planned.chapters]
        gone = [one for one in planned.chapters if one not in found.chapters]
        at_ms, title = min([*here, *gone], default=(0, ""))
        said = f'its chapters are not those of the rundown, first "{title}" at {moment(at_ms)}.'
        yield about.warning("chapters-differ", said, _AGAIN, at_ms)


def _shows(found: CaptionTrack, wanted: CaptionTrack) -> bool:
    return found.cues == wanted.cues


def _track(wanted: CaptionTrack, found: CaptionTrack, about: About) -> Iterator[Finding]:
    if found.language != wanted.language:
        said = f'the caption track "{wanted.name}" says {found.language}; it is {wanted.language}.'
        yield about.error("track-language", said, _AGAIN)
    if found.default != wanted.default:
        shown = "shown unasked" if wanted.default else "shown when it is chosen"
        said = f'the caption track "{wanted.name}" was to be {shown}.'
        yield about.warning("track-default", said, _AGAIN)
    for before, after in pairwise(found.cues):
        if after[0] < before[1] - _NEAR_MS:
            yield _overlap(about, before[2], after[0])
    other = _first_other(wanted.cues, found.cues)
    if other is not None:
        said = f'the track "{wanted.name}" shows other captions than were made, first at'
        yield about.error("captions-differ", f"{said} {moment(other)}.", _AGAIN, other)


def _first_other(
    wanted: Sequence[tuple[int, int, str]], found: Sequence[tuple[int, int, str]]
) -> int | None:
    """When the first caption comes that is not alike; None where all are."""
    for one, other in zip(wanted, found, strict=False):
        apart = max(abs(one[0] - other[0]), abs(one[1] - other[1])) > _NEAR_MS
        if apart or one[2].split() != other[2].split():
            return min(one[0], other[0])
    rest = [*wanted[len(found) :], *found[len(wanted) :]]
    return rest[0][0] if rest else None


def text_findings(
    planned: Sequence[Written], found: Sequence[Written], file: str
) -> tuple[Finding, ...]:
    """What is shown otherwise in a caption file beside a film than in what was written."""
    about = About(None, file, f"{file}: ")
    overlaps = [
        _overlap(about, " ".join(before.lines), after.start_ms)
        for before, after in pairwise(found)
        if after.start_ms < before.end_ms - _NEAR_MS
    ]
    both = (
        [(one.start_ms, one.end_ms, " ".join(one.lines)) for one in all_]
        for all_ in (planned, found)
    )
    other = _first_other(*both)
    if other is None or overlaps:
        return tuple(overlaps)
    said = f"it shows other captions than were made, first at {moment(other)}."
    return (about.error("captions-differ", said, _AGAIN, other),)


def _shown(one: Written) -> tuple[int, int, str]:
    return one.start_ms, one.end_ms, " ".join(one.lines)


def _overlap(about: About, text: str, at_ms: int) -> Finding:
    said = f'the caption "{text}" is still shown when the next one begins, at {moment(at_ms)}.'
    return about.error("overlap", said, _AGAIN, at_ms)
