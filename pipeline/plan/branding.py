"""Says when a brand's colours cannot be read as they are written; without it a producer would
wonder who changed them.

WCAG 2.2, level AA: 4.5:1 for words, 3:1 for lines that carry a meaning. The cards are drawn in
colours moved until they can be read (colours.palette); this is the pure sum of it, so that
``check`` can tell before anything is drawn.
"""

from __future__ import annotations

from pipeline.colours import READABLE, VISIBLE, contrast, palette, read_colour, written
from pipeline.config import Config
from pipeline.findings import Finding


def brand_findings(config: Config) -> tuple[Finding, ...]:
    """One warning for the text and one for the accent that do not stand out from the background as
    they are written.
    """
    worn = config.brand.worn
    background, text, accent = map(read_colour, (worn.background, worn.text, worn.accent))
    used = palette(background, text, accent)
    findings = []
    for key, colour, moved, least in (
        ("text", text, used.text, READABLE),
        ("accent", accent, used.accent, VISIBLE),
    ):
        ratio = contrast(colour, background)
        if ratio >= least:
            continue
        done = f"the {key} is drawn in {written(moved)}"
        if (
            key == "text"
            and written(used.shade) != worn.background
            and contrast(moved, background) < least
        ):
            done += f", on a ground of about {written(used.shade)}"
        findings.append(
            Finding(
                "warning",
                "brand-contrast",
                f"brand.{key} {written(colour)} on brand.background {written(background)} has a"
                f" contrast of {_shown(ratio)}:1; it needs {least:g}:1 (WCAG AA). On cards and"
                f" lower thirds {done}.",
                f"Write a {'lighter' if sum(moved) > sum(colour) else 'darker'} brand.{key}, or"
                " another brand.background; look with `perspectives still --cards`.",
            )
        )
    return tuple(findings)


def _shown(ratio: float) -> str:
    """Rounded down: 4.46 is not 4.5."""
    return f"{int(ratio * 10) / 10:.1f}"
