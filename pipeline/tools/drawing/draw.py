"""Draws every card and name strap in a process of its own; without it the speakers would have no
name on screen.

Run as ``python -m pipeline.tools.drawing.draw request.json`` in the folder that holds the request,
its fonts and its logo. Writes the pictures that the request asks for and prints what it could not
do, as one JSON object. A card is drawn ``whole``, or in the two layers that move apart from each
other: its ``ground`` and its ``words``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from pipeline import colours
from pipeline.tools.drawing import brand
from pipeline.tools.drawing.brand import Refused
from pipeline.tools.drawing.fonts import package_for
from pipeline.tools.drawing.layers import Layer, Pixels, overlay, plate, still
from pipeline.tools.drawing.motifs import BAND_TOP, BAND_TOP_PORTRAIT, ground
from pipeline.tools.drawing.scripts import clean
from pipeline.tools.drawing.setting import (
    BAR_GAP,
    BAR_WIDTH,
    Canvas,
    Look,
    Placed,
    Row,
    inked,
    stack_width,
    stacked,
    words,
)
from pipeline.tools.drawing.straps import draft_mark, lower_third
from pipeline.tools.drawing.typeset import Fonts, NotAFont, Style

KICKER = Style("semibold", 31, (31, 27, 25), leading=1.45, tracking=0.13)
UNCASED = Style("semibold", 40, (40, 33, 28), leading=1.45, tracking=0.04)
"""A kicker in a script without capitals, whose letters are as small as our small ones."""

HEADLINE = Style("bold", 116, (86, 74, 54, 46), leading=1.08)
TITLE = Style("bold", 104, (96, 84, 62, 50), leading=1.12)
LEAD = Style("semibold", 46, (42, 38, 32))
TEXT = Style("regular", 44, (41, 34, 30))
NOTE = Style("semibold", 33, (28,))

NAMES = {
    "opening": "opening card",
    "title": "title card",
    "holding": "holding card",
    "closing": "closing card",
    "lower-third": "lower third",
}
"""How a producer calls them."""

PEOPLE = ("title", "holding")
"""Cards of a speaker: the country above the name, the office under it."""


@dataclass(frozen=True)
class Place:
    """Where a layout puts the words. ``edge`` is their left edge (the middle of centred ones),
    ``wide`` and ``narrow`` how far the largest and the other texts reach, all in shares of the
    width; ``ceiling`` and ``floor`` bound them, ``people`` is where a speaker's card begins, in
    shares of the height. People's cards keep one line for the eye to come back to.
    """

    edge: float
    wide: float
    narrow: float
    ceiling: float
    floor: float
    people: float
    centred: bool = False


PLACES = {
    # The accents of the rings lie right of 0.80.
    "left": Place(0.09, 0.71, 0.60, 0.13, 0.92, 0.35),
    "centre": Place(0.5, 0.72, 0.62, 0.15, 0.86, 0.34, centred=True),
    "band": Place(0.09, 0.82, 0.70, BAND_TOP + 0.055, 0.93, BAND_TOP + 0.09),
    "low": Place(0.09, 0.70, 0.62, 0.16, 0.88, 0.52),
}
PORTRAIT = {
    "left": Place(0.09, 0.82, 0.82, 0.13, 0.92, 0.35),
    "centre": Place(0.5, 0.76, 0.72, 0.13, 0.88, 0.38, centred=True),
    "band": Place(0.09, 0.82, 0.82, BAND_TOP_PORTRAIT + 0.04, 0.94, BAND_TOP_PORTRAIT + 0.06),
    "low": Place(0.09, 0.80, 0.78, 0.16, 0.90, 0.60),
}


def main(request_name: str) -> None:
    """Draw all pictures of a request; refuse with exit code 3 and one line on stderr what cannot be
    used.
    """
    request = json.loads(Path(request_name).read_text(encoding="utf-8"))
    try:
        canvas = canvas_of(request)
    except Refused as refused:
        print(refused, file=sys.stderr)
        raise SystemExit(brand.REFUSES) from None
    overflow = []
    for wanted in request["pictures"]:
        picture, fitted = drawn(wanted, canvas)
        Image.fromarray(picture).save(wanted["out"], compress_level=1)
        overflow += [] if fitted else [NAMES[wanted["kind"]]]
    print(answer(canvas.fonts.missing, overflow))


def answer(missing: Collection[str], overflow: Sequence[str]) -> str:
    """What could not be done, as plan/cards.py reads it: letters that no font has, cards on which a
    text was cut.
    """
    package = {"font_package": package_for(missing)} if missing else {}
    return json.dumps(
        {"missing_glyphs": sorted(missing), "overflow": overflow, **package}, ensure_ascii=False
    )


def canvas_of(request: Mapping[str, Any]) -> Canvas:
    """What all pictures of ``request`` share. Raises Refused for a font or a logo that cannot be
    used.
    """
    width, height = request["size"]
    palette = colours.palette(
        *(
            colours.read_colour(request["colours"][name])
            for name in ("background", "text", "accent")
        )
    )
    try:
        fonts = Fonts(
            *(
                {weight: Path(name) for weight, name in request.get(which, {}).items()}
                for which in ("fonts", "second_fonts")
            )
        )
    except NotAFont as failed:
        called = request.get("called", {}).get("font") or failed
        raise Refused(
            f"{called}: this is not a font that can be used (TrueType or OpenType outlines)."
        ) from None
    look = Look(**request.get("look", {}))
    logo = None
    if request.get("logo"):
        called = request.get("called", {}).get("logo") or request["logo"]
        picture = brand.logo(
            Path(request["logo"]), called, palette.shade, int(0.22 * width), int(0.105 * height)
        )
        place = _place(look.layout, height > width)
        left = place.edge * width - (picture.width / 2 if place.centred else 0)
        logo = Layer(picture, round(left), round(0.085 * height))
    return Canvas(
        width,
        height,
        min(width, height) / 1080,
        palette,
        fonts,
        logo,
        bool(request.get("draft")),
        look,
    )


def drawn(wanted: Mapping[str, Any], canvas: Canvas) -> tuple[Pixels, bool]:
    """A picture of the request, and whether all of its text found room."""
    kind, layer = wanted["kind"], wanted.get("layer", "whole")
    fields = {name: clean(text) for name, text in wanted["fields"].items()}
    canvas.fonts.language = wanted.get("language", "")
    if kind == "draft-mark":
        return overlay(draft_mark(canvas), canvas.width, canvas.height), True
    if kind == "lower-third":
        return lower_third(fields, canvas)
    beneath = [
        *([canvas.logo] if canvas.logo else []),
        *(draft_mark(canvas) if canvas.draft else []),
    ]
    if layer == "ground":
        return (
            still(
                ground(canvas.look.motif, kind, canvas.width, canvas.height, canvas.palette),
                beneath,
            ),
            True,
        )
    texts, fitted = _texts(kind, fields, canvas)
    if layer == "words":
        return (
            np.asarray(inked(Image.fromarray(overlay(texts, canvas.width, canvas.height)))),
            fitted,
        )
    return (
        still(
            ground(canvas.look.motif, kind, canvas.width, canvas.height, canvas.palette),
            [*beneath, *texts],
        ),
        fitted,
    )


def _place(layout: str, portrait: bool) -> Place:
    return (PORTRAIT if portrait else PLACES)[layout]


def _texts(kind: str, fields: Mapping[str, str], canvas: Canvas) -> tuple[list[Layer], bool]:
    """All that is to be read on a card, and whether all of it found room."""
    unit, note, place = (
        canvas.unit,
        fields.get("note", ""),
        _place(canvas.look.layout, canvas.portrait),
    )
    beside = (
        canvas.look.layout == "band" and not canvas.portrait
    )  # the band has no room for a note under the words
    under_logo = canvas.logo.top + canvas.logo.picture.height + 60 * unit if canvas.logo else 0
    ceiling = max(under_logo, place.ceiling * canvas.height)
    floor = place.floor * canvas.height - (150 * unit if note and not beside else 0)
    placed, depth = stacked(_rows(kind, fields, canvas, place), canvas, floor - ceiling)
    top = max(ceiling, min(_wish(kind, depth, canvas, place, ceiling), floor - depth))
    left = place.edge * canvas.width
    if canvas.look.layout == "low":
        left += 44 * unit
    layers = [words(placed, left, top, canvas, place.centred)]
    foot = top + depth
    if note:
        badge = _badge(note, canvas, left, placed[0], top, foot, beside, place.centred)
        layers += badge
        foot = badge[0].top + badge[0].picture.height if not beside else foot
    if canvas.look.layout == "low":  # a line that holds the words together
        start = top - 6 * unit
        layers.insert(
            0,
            plate(
                place.edge * canvas.width,
                start,
                max(2, round(6 * unit)),
                foot + 10 * unit - start,
                0,
                canvas.palette.accent,
            ),
        )
    return layers, depth <= floor - ceiling and not any(row.block.cut for row in placed)


def _wish(kind: str, depth: float, canvas: Canvas, place: Place, ceiling: float) -> float:
    """Where a card's words would begin if they had all the room; only a very long text moves a
    speaker's up.
    """
    if kind in PEOPLE:
        return place.people * canvas.height
    if canvas.look.layout == "low":
        return place.floor * canvas.height - depth
    if canvas.look.layout == "band":
        return ceiling + (place.floor * canvas.height - ceiling - depth) * 0.42
    return canvas.height * (0.50 if place.centred else 0.49) - depth / 2


def _rows(kind: str, fields: Mapping[str, str], canvas: Canvas, place: Place) -> list[Row]:
    """The texts of a card in reading order, without the empty ones; the kicker stays, for its bar
    and the name's line.
    """
    palette, ruled = canvas.palette, place.centred
    wide, narrow = canvas.width * place.wide, canvas.width * place.narrow
    indent = (BAR_WIDTH + BAR_GAP) * canvas.unit if canvas.look.layout == "left" else 0.0
    kicker = _capitals(fields.get("country" if kind in PEOPLE else "event", ""), canvas.fonts)
    shared = (
        canvas.look.layout == "band" and not canvas.portrait and fields.get("note")
    )  # with the note
    cased = not kicker or any(letter.isupper() for letter in kicker)
    rows = [
        Row(
            kicker or " ",
            KICKER if cased else UNCASED,
            palette.kicker,
            0,
            (0.52 * canvas.width if shared else narrow) - indent,
            indent,
        )
    ]
    more = 44 if ruled else 0
    if kind == "opening":
        rows += [
            Row(fields["title"], TITLE, palette.text, 60, wide),
            Row(fields["when"], LEAD, palette.second, 62 + more, wide, ruled=ruled),
        ]
    elif kind == "closing":
        rows += [
            Row(fields["thanks"], HEADLINE, palette.text, 60, wide),
            Row(fields["title"], LEAD, palette.second, 60 + more, narrow, ruled=ruled),
        ]
    else:
        office = fields["role"] or fields["organisation"]
        rows += [
            Row(fields["name"], HEADLINE, palette.text, 56, wide),
            Row(fields["role"], LEAD, palette.text, 54 + more, narrow, ruled=ruled),
            Row(
                fields["organisation"],
                TEXT,
                palette.second,
                33 if fields["role"] else 54 + more,
                narrow,
                ruled=ruled and office == fields["organisation"],
            ),
        ]
    return [row for row in rows if row.text]


def _capitals(text: str, fonts: Fonts) -> str:
    """The text in capitals; as it is written where the script's capitals are in no font (Georgian)."""
    capitals = text.replace(
        "Türkiye", "TÜRKİYE"
    ).upper()  # the one country whose English name has Turkish letters
    return (
        capitals
        if fonts.face_for(capitals, KICKER.weight) == fonts.face_for(text, KICKER.weight)
        else text
    )


def _badge(
    note: str,
    canvas: Canvas,
    left: float,
    kicker: Placed,
    top: float,
    foot: float,
    beside: bool,
    centred: bool,
) -> list[Layer]:
    """The holding card's note in an outlined pill: under the words, or at the right end of the
    kicker's line.
    """
    unit, palette = canvas.unit, canvas.palette
    placed, high = stacked(
        [Row(note, NOTE, palette.kicker, 0, 0.5 * canvas.width)], canvas, canvas.height
    )
    pad, line = 30 * unit, max(1.0, 2.5 * unit)
    wide, high_all = stack_width(placed, canvas) + 2 * pad, high + 1.6 * pad
    if beside:
        left, at = 0.91 * canvas.width - wide, top + kicker.cap / 2 - high_all / 2
    else:
        left, at = left - wide / 2 if centred else left, foot + 66 * unit
    return [
        plate(left, at, wide, high_all, high_all / 2, palette.accent),
        plate(
            left + line,
            at + line,
            wide - 2 * line,
            high_all - 2 * line,
            high_all / 2 - line,
            palette.shade,
        ),
        words(placed, left + pad, at + 0.8 * pad, canvas),
    ]


if __name__ == "__main__":
    main(sys.argv[1])
