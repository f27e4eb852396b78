"""How cards may look, as data; without it every event that uses us would look like the first one.

A theme is a row of this table. A producer's own colours, font and logo under ``brand:`` stand in
place of the theme's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

Family = Literal["sans", "serif"]
Layout = Literal["left", "centre", "band", "low"]
Motif = Literal["rings", "frame", "voices", "globe", "plain"]
Strap = Literal["bar", "rule", "tiers", "pill", "foot"]


@dataclass(frozen=True)
class Theme:
    """One look. The three colours pass WCAG AA as they are written (a test holds every row to it).

    ``family`` is the font (Source Sans Pro, Source Serif Pro), ``layout`` where the words stand,
    ``motif`` what is drawn behind them, ``strap`` the shape of the lower third. ``about`` is a line
    for the producer who chooses.
    """

    about: str
    background: str
    text: str
    accent: str
    family: Family
    layout: Layout
    motif: Motif
    strap: Strap

    def look(self) -> Mapping[str, str]:
        """What the drawing program is told beside colours and fonts."""
        told = asdict(self)
        return {key: told[key] for key in ("layout", "motif", "strap")}


DEFAULT = "orbit"

# fmt: off
THEMES: Mapping[str, Theme] = {
    "orbit": Theme(
        "deep blue, rings of light, words on the left", "#0b3c5d", "#ffffff", "#f2b134", "sans",
        "left", "rings", "bar",
    ),
    "journal": Theme(
        "ivory paper, a ruled frame, serif words in the middle", "#f8f3e7", "#1f2a37", "#a63d2f",
        "serif", "centre", "frame", "rule",
    ),
    "voices": Theme(
        "near black, a voice's sound in bars, words in a band below it", "#1b1a26", "#ffffff",
        "#ff7a59", "sans", "band", "voices", "tiers",
    ),
    "meridian": Theme(
        "forest green, a globe, words low on the left beside a line", "#123f3a", "#fdf6e9",
        "#f4a261", "sans", "low", "globe", "pill",
    ),
    "plain": Theme(
        "white, one strip of colour, nothing else: for a brand that brings its own", "#ffffff",
        "#14213d", "#1f6feb", "sans", "left", "plain", "foot",
    ),
}
# fmt: on
"""By the name that config.yaml writes; the first one is what an event gets that names none."""
