"""How large something is, for a producer; without it each sentence would round in its own way."""

from __future__ import annotations


def sized(count: int) -> str:
    """A number of bytes as it is said: ``3.1 GiB``, ``24 MiB``, ``under 1 MiB``."""
    if count >= 2**30:
        return f"{count / 2**30:.1f} GiB"
    return f"{count / 2**20:.0f} MiB" if count >= 2**20 else "under 1 MiB"
