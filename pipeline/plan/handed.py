"""What is wrong with the tracks and texts of a film that was built; without it a track would be
missing on the evening, and nobody had opened the file.

What it says of itself is held against what was planned, both as ``FilmFacts``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.findings import About, Finding
from pipeline.model import CaptionTrack, FilmFacts, Written
from pipeline.plan.watched import AGAIN
from pipeline.timing import moment

_NEAR_MS = 2
"""Times are kept in whole milliseconds."""


def track_findings(planned: FilmFacts, found: FilmFacts, file: str) -> tuple[Finding, ...]:
    """Tracks that are missing, called otherwise or show something else; chapters elsewhere."""
    return tuple(_tracks(planned, found, About(None, file, f"{file}: ")))


def _tracks(planned: FilmFacts, found: FilmFacts, about: About) -> Iterator[Finding]:
    if found.spoken != planned.spoken:
        said = f"its sound says that it is in {found.spoken}; it is in {planned.spoken}."
        yield about.error("track-language", said, AGAIN)
    for number, wanted in enumerate(planned.captions):
        there = next((one for one in found.captions if one.name == wanted.name), None)
        if there is None and number < len(found.captions):
            same = found.captions[number].cues == wanted.cues
            there = found.captions[number] if same else None
        if there is None:
            said = f'the caption track "{wanted.name}" is missing.'
            yield about.error("track-missing", said, AGAIN)
            continue
        yield from _track(wanted, there, about)
    if found.chapters != planned.chapters:
        here = [one for one in found.chapters if one not in planned.chapters]
        gone = [one for one in planned.chapters if one not in found.chapters]
        at_ms, title = min([*here, *gone], default=(0, ""))
        said = f'its chapters are not those of the rundown, first "{title}" at {moment(at_ms)}.'
        yield about.warning("chapters-differ", said, AGAIN, at_ms)


def _track(wanted: CaptionTrack, found: CaptionTrack, about: About) -> Iterator[Finding]:
    if found.language != wanted.language:
        said = f'the caption track "{wanted.name}" says {found.language}; it is {wanted.language}.'
        yield about.error("track-language", said, AGAIN)
    if found.default != wanted.default:
        shown = "shown unasked" if wanted.default else "shown when it is chosen"
        said = f'the caption track "{wanted.name}" was to be {shown}.'
        yield about.warning("track-default", said, AGAIN)
    yield from _overlaps(found.cues, about)
    other = _first_other(wanted.cues, found.cues)
    if other is not None:
        said = f'the track "{wanted.name}" shows other captions than were made, first at'
        yield about.error("captions-differ", f"{said} {moment(other)}.", AGAIN, other)


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
    wanted, cues = ([_shown(one) for one in written] for written in (planned, found))
    overlaps = tuple(_overlaps(cues, about))
    other = _first_other(wanted, cues)
    if other is None or overlaps:
        return overlaps
    said = f"it shows other captions than were made, first at {moment(other)}."
    return (about.error("captions-differ", said, AGAIN, other),)


def _shown(one: Written) -> tuple[int, int, str]:
    return one.start_ms, one.end_ms, " ".join(one.lines)


def _overlaps(cues: Sequence[tuple[int, int, str]], about: About) -> Iterator[Finding]:
    for (_, end, text), (start, *_) in pairwise(cues):
        if start < end - _NEAR_MS:
            said = f'the caption "{text}" is still shown when the next one begins, at'
            yield about.error("overlap", f"{said} {moment(start)}.", AGAIN, start)
