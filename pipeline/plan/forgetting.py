"""Says what of a workspace holds anything of one speaker: files by their names, results in the
store by what they were made from; without it a recording that somebody wants gone would live on in
a segment, a pack or a cache. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from pipeline.plan.beside import first_of
from pipeline.plan.intake import id_from
from pipeline.recipe import own_task

Holds = Literal["theirs", "everybodys", "others", "nobodys", "unknown"]
"""What a file in outputs/ holds: something of one speaker, of all of them (the segment), of another
one, of nobody, or nobody knows what, since it is none of ours.
"""
_A_FILE_EACH = ("clips", "notes", "proofs", "captions", "mail", "brief")
"""Folders in outputs/ in which a file is named after its speaker's id."""
_OF_ALL = ("pack", "stills", "publish", "editions", ".handing-over")
"""Folders in outputs/ of what is made from the whole."""
_MADE_OF_ALL = re.compile(
    r"(segment|rundown|chapters|report|day|pack)(\.[\w-]+)*\.(mp4|srt|vtt|ttml|csv|md|html|pdf|otio"
    r"|json|txt|zip|ics)"
)
_NOBODYS = (".gitkeep", "review.log", "everybody")
_NEUTRAL = ("silence of ", "music", "opening", "closing", "grounds", "draw black", "draw countdown")
"""Work of no single speaker in which no name or word of one is; what else is nobody's is made from
all of them.
"""
_WHOSE = re.compile(r"(?:join )?(?:clip )?([a-z0-9-]+)(?:\.intro)?[:.]")


def whose_output(name: str, speaker: str) -> Holds:
    """What a file in outputs/ holds, by its path from there. With several segments there is a
    folder for each, and the same in it.
    """
    path = PurePosixPath(name)
    folders = path.parts[:-1]
    if any(folder in _A_FILE_EACH for folder in folders[:2]):
        owner = first_of(path.name)
        if owner in _NOBODYS:
            return "nobodys"
        return "theirs" if owner == speaker else "others"
    if any(folder in _OF_ALL for folder in folders[:2]):
        return "everybodys"
    if path.name in _NOBODYS:
        return "nobodys"
    return "everybodys" if _MADE_OF_ALL.fullmatch(path.name) else "unknown"


def carries_id(name: str, speaker: str) -> bool:
    """Whether a file in inputs/ is named after a speaker, hidden or not, with anything behind it:
    ``ana.20260101-120000.mp4``, ``.ana.en.edits``.
    """
    return id_from(first_of(name.lstrip("."))) == speaker


@dataclass(frozen=True)
class Made:
    """A result in the store: its key, the work that it came of, and the digests of what that
    read. A result that was read is named ``KEY/OUTPUT``.
    """

    key: str
    task: str
    inputs: frozenset[str]


def results_with(
    made: Iterable[Made], digests: Collection[str], speaker: str, others: Collection[str]
) -> frozenset[str]:
    """Keys of all results in which something of a speaker may be: what was made from a file with
    one of ``digests``, what was made from that, and so on; what was made for the speaker; and what
    was made for nobody of ``others``, but for what no name or word can be in.
    """
    everything = {one.key: one for one in made}
    gone = {key for key, one in everything.items() if _may_hold(one, speaker, others)}
    read = {key: one.inputs & {*digests} for key, one in everything.items()}
    theirs = {key for key, found in read.items() if found}
    theirs |= {key for key, one in everything.items() if _whose(one.task) == speaker}
    readers = _readers(everything)
    waiting = [*theirs]
    while waiting:
        further = readers.get(waiting.pop(), set()) - theirs
        theirs |= further
        waiting += further
    return frozenset(gone | theirs)


def _readers(made: Mapping[str, Made]) -> dict[str, set[str]]:
    """By the key of a result those of the results that read it."""
    readers: dict[str, set[str]] = {}
    for key, one in made.items():
        for digest in one.inputs:
            readers.setdefault(digest.split("/", 1)[0], set()).add(key)
    return readers


def _may_hold(one: Made, speaker: str, others: Collection[str]) -> bool:
    return _whose(one.task) not in others and not own_task(one.task).startswith(_NEUTRAL)


def _whose(task: str) -> str:
    found = _WHOSE.match(own_task(task))
    return found[1] if found else ""


def still_named(text: str, name: str) -> Iterator[int]:
    """Lines (from 1) of a text in which somebody's name still stands, whole or their last word."""
    words = re.findall(r"\w{3,}", name)
    wanted = re.compile(rf"\b{re.escape(words[-1])}\b", re.IGNORECASE) if words else None
    for number, line in enumerate(text.splitlines(), 1):
        if wanted and wanted.search(line):
            yield number
