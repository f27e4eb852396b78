"""Fills numbers into graphs of filters; without it each of a thousand parts would have the same
graph spelt anew, which costs a millisecond, 30 times for each speaker.

A graph is written once for all recordings of a kind, as ffmpeg's arguments with blanks: ``${name}``
stands where the number of one message or one part belongs.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

Number = int | float | str
"""A number, or one as an argument is written; nothing in it that a graph would take for syntax."""
KINDS_KEPT = 1024
"""Graphs that are kept: one recording has ten, and few recordings of an event are of a kind alone.
"""


def filled(graph: tuple[str, ...], numbers: Mapping[str, Number]) -> tuple[str, ...]:
    """The arguments with every blank filled. Raises KeyError where a number is not given."""
    return tuple(
        Template(argument).substitute(numbers) if "${" in argument else argument
        for argument in graph
    )
