"""What somebody may have meant who wrote something that we do not know; without it each place would
guess in its own way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable


def did_you_mean(written: str, known: Iterable[str], before: str = "") -> str:
    """``did you mean klinkum?``, with ``before`` in front of what is known; nothing where nothing
    is like it.
    """
    import difflib  # most of what is written is right

    near = difflib.get_close_matches(written, list(known), n=1)
    return f"did you mean {before}{near[0]}?" if near else ""


def no_such_speaker(written: str, ids: Collection[str]) -> str:
    """What is said of an id in config.yaml that is none of the speakers' ``ids``."""
    meant = did_you_mean(written, ids) or "write who it is under speakers"
    return f"no speaker has this id; {meant}"
