"""Puts two people's changes to one caption file together; without it whoever saved last would win,
and the other one's corrections be lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from pipeline.model import Cue

Cues = tuple[Cue, ...]


def merged(base: Sequence[Cue], ours: Sequence[Cue], theirs: Sequence[Cue]) -> tuple[Cues, Cues]:
    """Both changes of ``base`` in one, and the captions of ours that gave way.

    Caption by caption: what one side alone has changed stands as that side has it. Where both have
    changed the same caption, or would show two at one time, theirs stands, since it is what lies in
    the file; ours is given back to be shown beside it.
    """
    we, they = _became(base, ours), _became(base, theirs)
    own = [
        place
        for place, was in enumerate(base)
        if we.get(place) != was and they.get(place) in (was, we.get(place))
    ]
    new = [cue for cue in ours if cue not in we.values() and cue not in theirs]
    while True:
        gone = {they[place] for place in own if place in they}
        standing = [cue for cue in theirs if cue not in gone]
        shown = [we[place] for place in own if place in we]
        clear = [place for place in own if not _overlaps(we.get(place), standing)]
        if clear == own:
            break
        own = clear
    kept = [cue for cue in new if not _overlaps(cue, [*standing, *shown])]
    both = (*standing, *shown, *kept)
    lost = tuple(cue for cue in ours if cue not in both and cue not in base)
    return tuple(sorted(dict.fromkeys(both), key=lambda cue: cue.start_frame)), lost


def _overlaps(cue: Cue | None, others: Sequence[Cue]) -> bool:
    return cue is not None and any(
        cue.start_frame < one.end_frame and one.start_frame < cue.end_frame for one in others
    )


def _became(base: Sequence[Cue], now: Sequence[Cue]) -> Mapping[int, Cue]:
    """What each caption of ``base`` (by its place) is now; those that are gone are left out.

    Among captions that changed side by side it is the one that is on screen at the same time
    longest.
    """
    found: dict[int, Cue] = {}
    for kind, first, end, now_first, now_end in SequenceMatcher(
        None, base, now, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            found |= dict(zip(range(first, end), now[now_first:now_end], strict=True))
            continue
        left = list(now[now_first:now_end])
        for place in range(first, end):
            best = max(left, key=lambda cue: _together(base[place], cue), default=None)
            if best is not None and _together(base[place], best) > 0:
                found[place] = best
                left.remove(best)
    return found


def _together(one: Cue, other: Cue) -> int:
    """For how many frames both are on screen."""
    return min(one.end_frame, other.end_frame) - max(one.start_frame, other.start_frame)
