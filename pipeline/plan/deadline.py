"""Whether the day is over until which speakers may send what they have; without it they would be
asked to send it by a day that is past.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.config import Config
from pipeline.findings import About, Finding


def is_over(config: Config, now: datetime) -> bool:
    """Whether ``deadline`` is past at ``now``, a moment with its offset; never without one."""
    return config.deadline is not None and config.deadline < now


def deadline_findings(config: Config, awaited: Sequence[str], now: datetime) -> tuple[Finding, ...]:
    """A warning where the deadline is past and the messages of the speakers ``awaited`` (ids) are
    still to come.
    """
    if config.deadline is None or not awaited or not is_over(config, now):
        return ()
    until = f"{config.slot.on_clock(config.deadline):%Y-%m-%d %H:%M}"
    return (
        About().warning(
            "deadline-over",
            f"the deadline was {until}, and there is nothing yet that can be shown of"
            f" {', '.join(awaited)}.",
            "Ask them; what is written to them now says that the day is over. If they have more"
            " time, write the new deadline: into config.yaml.",
        ),
    )
