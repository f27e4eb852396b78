"""What has changed in a workspace that is watched, what of it has come whole, and what is to be
done; without it half a copy would be built, or nothing would while files keep coming.

Pure: what lies there comes in as names with stamps, the time as seconds of any clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipeline.plan.beside import half_there

PATIENCE_S = 60.0
"""So long a recording that ends in the middle may stand still before it is taken as it is: copies
over a network stop for some seconds and go on.
"""
LONGEST_WAIT_S = 600.0
"""So long what has come whole waits for what is still coming."""
MOST_STOPS = 3
"""So often a build is stopped for what has changed meanwhile. The next one comes to its end: where
something arrives every minute, there is a segment all the same.
"""
_RETRIES_S = (60.0, 120.0, 300.0, 900.0)
"""After how long a build that failed is tried again, although nothing has changed: a disk may have
been emptied.
"""


class Stamp(NamedTuple):
    """Size in bytes, time of the last change and inode of a file: one differs in another file, or
    after a change.
    """

    size: int
    changed_ns: int
    inode: int


Lying = Mapping[str, Stamp]
"""What lies in a workspace, by its way from there: ``config.yaml``, ``inputs/klinkum.mov``."""


@dataclass(frozen=True)
class Seen:
    """A file as it was last seen (None: it is gone), since when it has been so, and whether it is a
    recording that ends in the middle.
    """

    stamp: Stamp | None
    since_s: float
    cut: bool = False


def seen(
    before: Mapping[str, Seen], lying: Lying, at_s: float, cut: Callable[[str], bool]
) -> dict[str, Seen]:
    """What lies there now, with what is gone, each with the moment since which it is so. ``cut``
    looks into a file that has changed; names of downloads that still run are nobody's files yet.
    """
    now: dict[str, Seen] = {}
    for name in sorted({*before, *lying}):
        if half_there(name):
            continue
        stamp, known = lying.get(name), before.get(name)
        if known is None or known.stamp != stamp:
            now[name] = Seen(stamp, at_s, stamp is not None and cut(name))
        else:
            now[name] = known
    return now


def seen_first(
    lying: Lying, at_s: float, now_ns: int, cut: Callable[[str], bool]
) -> dict[str, Seen]:
    """As ``seen``, when the watch begins: each file has been so since it was last changed, on the
    clock that stamps are by (``now_ns``).
    """
    return {
        name: Seen(stamp, at_s - max(0, now_ns - stamp.changed_ns) / 1e9, cut(name))
        for name, stamp in lying.items()
        if not half_there(name)
    }


def coming(built: Lying, now: Mapping[str, Seen], at_s: float, still_s: float) -> tuple[str, ...]:
    """Names of what differs from ``built`` and may not have come whole: it has changed within
    ``still_s``, or ends in the middle and has changed within a minute.
    """
    return tuple(
        name
        for name, one in now.items()
        if one.stamp != built.get(name) and at_s - one.since_s < still_for(one, still_s)
    )


def still_for(one: Seen, still_s: float) -> float:
    """For how many seconds a file has to be as it is before it counts as whole."""
    return max(PATIENCE_S, still_s) if one.cut else still_s


def lying_now(now: Mapping[str, Seen]) -> dict[str, Stamp]:
    """What lies there."""
    return {name: one.stamp for name, one in now.items() if one.stamp is not None}


def differences(before: Lying, now: Lying) -> tuple[str, ...]:
    """What has changed, a part of a sentence each: ``klinkum.mov is new``."""
    gone = {before[name]: name for name in before if name not in now}
    said = []
    for name in sorted({*before, *now}):
        path = _short(name)
        if name not in before and now[name] in gone:
            said.append(f"{_short(gone.pop(now[name]))} is called {path} now")
        elif name not in before:
            said.append(f"{path} is new")
        elif name in now and now[name] != before[name]:
            said.append(f"{path} has changed")
    return (*said, *(f"{_short(name)} is gone" for name in sorted(gone.values())))


def _short(name: str) -> str:
    return name.removeprefix("inputs/")


Step = Literal["wait", "build", "stop"]


@dataclass(frozen=True)
class Standing:
    """What a step is decided by: whether something has changed (and since when it has waited to be
    built), whether anything of it is still coming, whether a build runs, how often builds were
    stopped since one came to its end, and how often the last ones failed, the last one when.
    """

    changed: bool = False
    waits_s: float = 0.0
    coming: bool = False
    running: bool = False
    stops: int = 0
    failed: int = 0
    ended_s_ago: float = 0.0


def next_step(now: Standing) -> Step:
    """What is to be done. A build is stopped for what has changed, and the next one goes on with
    what it has finished; what has been stopped often enough comes to its end.
    """
    ready = now.changed and (not now.coming or now.waits_s >= LONGEST_WAIT_S)
    if now.running:
        return "stop" if ready and now.stops < MOST_STOPS else "wait"
    if ready:
        return "build"
    again = now.failed and now.ended_s_ago >= _RETRIES_S[min(now.failed, len(_RETRIES_S)) - 1]
    return "build" if again and not now.changed else "wait"
