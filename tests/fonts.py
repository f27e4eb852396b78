"""Skips a test by name where the font that it was measured with is not installed; without it a test
would fail on a machine with other fonts.

Source Sans Pro and Source Serif Pro come with the program: a test of those skips nowhere.
"""

from __future__ import annotations

import pytest

from pipeline.tools.drawing.fonts import installed, installed_with


def needs_font(name: str) -> None:
    """Skip where no installed file is called ``name`` (as ``NotoSansArabic-Bold``)."""
    if not any(path.stem == name for path in installed("bold")):
        package = "fonts-noto-cjk" if "CJK" in name else "fonts-noto-core"
        pytest.skip(f"{name} is not installed (apt-get install {package})")


def needs_letters(text: str) -> None:
    """Skip where no installed font has all letters of ``text``."""
    if not installed_with(frozenset(map(ord, text)) - {32}, "bold"):
        pytest.skip(f"no font here has {text} (apt-get install fonts-noto-core fonts-noto-cjk)")
