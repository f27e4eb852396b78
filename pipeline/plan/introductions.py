"""What is said of spoken introductions; without it a broken one would keep a good message off the
air, and a long one would go unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.config import INTRODUCES, Speaker
from pipeline.findings import About, Finding
from pipeline.timing import clock

LONGEST_MS = 45_000
"""A card with a name on it that stays longer is looked at twice; moderators take 10 to 30 s."""

_OF_A_MESSAGE = ("trim-offer", "very-short")
"""What is said of messages alone: nobody trims an introduction with ``perspectives trim``."""


def not_introduced(speaker: Speaker, why: str) -> Finding:
    """That a title card stands without its introduction; ``why`` is a sentence."""
    return About(speaker.id, speaker.intro, f"{speaker.name}: ").warning(
        "intro-unusable",
        f"the introduction cannot be heard, the title card is silent: {why}",
        f"Put another recording into inputs/, or correct intro: under {speaker.id} in config.yaml.",
    )


def introduction_findings(speaker: Speaker, found: Iterable[Finding]) -> Iterator[Finding]:
    """What was found of an introduction as findings of who is introduced: the message is shown
    whatever they are, unless the machine is at fault.
    """
    for one in found:
        if one.code in _OF_A_MESSAGE:
            continue
        if one.severity == "error" and one.code != "machine-failed":
            yield not_introduced(speaker, one.message)
        else:
            remedy = _for_its_card(speaker, one.remedy)
            yield replace(one, submission=speaker.id, remedy=remedy, introduces=True)


def _for_its_card(speaker: Speaker, remedy: str) -> str:
    """What can be done: of an introduction config.yaml has the language and no other key."""
    keyed = f"under {speaker.id}{INTRODUCES} in config.yaml"
    if keyed not in remedy:
        return remedy
    if "`language: " in remedy:
        remedy = remedy.replace("`language: ", "`intro_language: ")
        return remedy.replace(keyed, f"under {speaker.id} in config.yaml")
    return "Listen to it under its card; ask for another recording if it disturbs."


def stays_long(speaker: Speaker, length_ms: int) -> tuple[Finding, ...]:
    """That a title card stays for very long."""
    if length_ms <= LONGEST_MS:
        return ()
    return (
        About(speaker.id, speaker.intro, f"{speaker.name}: ").warning(
            "intro-long",
            f"the introduction lasts {clock(length_ms)}; for so long the title card stays.",
            f"Listen whether it is the right file; cut it, or correct intro: under {speaker.id} in"
            " config.yaml.",
        ),
    )
