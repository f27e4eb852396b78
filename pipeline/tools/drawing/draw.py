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
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from pipeline import colours
from pipeline.card_kinds import CARDS, CardKind
from pipeline.colours import Palette
from pipeline.tools.drawing import brand
from pipeline.tools.drawing.brand import NotUsable
from pipeline.tools.drawing.fonts import package_for
from pipeline.tools.drawing.layers import Layer, Pixels, composed, overlay, plate
from pipeline.tools.drawing.motifs import (
    BAND_TOP,
    BAND_TOP_PORTRAIT,
    MARGIN,
    MARGIN_PORTRAIT,
    NO_LOGO,
    ground,
)
from pipeline.tools.drawing.setting import (
    BAR_GAP,
    BAR_WIDTH,
    Canvas,
    Lettered,
    Look,
    Placed,
    Row,
    inked,
    lettered,
    stack_width,
    stacked,
    words,
)
from pipeline.tools.drawing.straps import draft_mark, lower_third
from pipeline.tools.drawing.typeset import NotAFont, Style, Typecase
from pipeline.tools.drawing.writing import clean, right_to_left

KICKER = Style("semibold", 31, (31, 27, 25), leading=1.45, tracking=0.13)
UNCASED = Style("semibold", 40, (40, 33, 28), leading=1.45, tracking=0.04)
"""A kicker in writing without capitals, whose letters are as small as our small ones."""

HEADLINE = Style("bold", 116, (86, 74, 54, 46), leading=1.08)
TITLE = Style("bold", 104, (96, 84, 62, 50), leading=1.12)
LEAD = Style("semibold", 46, (42, 38, 32))
TEXT = Style("regular", 44, (41, 34, 30))
NOTE = Style("semibold", 33, (28,))


@dataclass(frozen=True)
class Place:
    """Where a layout puts the words.

    ``edge`` is their left edge (the middle of centred ones), ``wide`` and ``narrow`` how far
    the largest and the other texts reach, all in shares of the width; ``ceiling`` and ``floor``
    bound them, ``people`` is where a speaker's card begins, in shares of the height. People's
    cards keep one line for the eye to come back to.
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
    "left": Place(MARGIN, 0.71, 0.60, 0.13, 0.92, 0.35),
    "centre": Place(0.5, 0.72, 0.62, 0.15, 0.86, 0.34, centred=True),
    "band": Place(MARGIN, 0.82, 0.70, BAND_TOP + 0.055, 0.93, BAND_TOP + 0.09),
    "low": Place(MARGIN, 0.70, 0.62, 0.16, 0.88, 0.52),
}
PORTRAIT = {
    "left": Place(MARGIN_PORTRAIT, 0.74, 0.72, 0.16, 0.75, 0.33),
    "centre": Place(0.5, 0.74, 0.70, 0.16, 0.75, 0.36, centred=True),
    "band": Place(MARGIN_PORTRAIT, 0.74, 0.72, BAND_TOP_PORTRAIT + 0.04, 0.76, 0.44),
    "low": Place(MARGIN_PORTRAIT, 0.70, 0.68, 0.16, 0.75, 0.46),
}
"""Within what the sites leave free of an upright picture: pipeline/geometry.py."""
LOGO_TOP, LOGO_TOP_PORTRAIT = 0.085, 0.16


@dataclass(frozen=True)
class Drawn:
    """A picture of the request (RGB, or RGBA where it is laid over another), whether all of its
    text found room, and letters that no font has.
    """

    pixels: Pixels
    fitted: bool = True
    missing: frozenset[str] = frozenset()


def main(request_name: str) -> None:
    """Draw all pictures of a request.

    What cannot be used is refused with exit code 3 and one line on stderr.
    """
    request = json.loads(Path(request_name).read_text(encoding="utf-8"))
    try:
        canvas = canvas_of(request)
    except NotUsable as refused:
        print(refused, file=sys.stderr)
        raise SystemExit(brand.REFUSES) from None
    missing, overflow, more = frozenset[str](), list[str](), dict[str, Any]()
    for wanted in request["pictures"]:
        picture = drawn(wanted, canvas)
        Image.fromarray(picture.pixels).save(wanted["out"], compress_level=1)
        missing |= picture.missing
        overflow += [] if picture.fitted else [_called(wanted["kind"])]
        if wanted["kind"] == "lower-third":
            more["strap_top"] = int(np.flatnonzero(picture.pixels[..., 3].any(axis=1))[0])
        if canvas.plated and _has_logo(wanted):
            more["logo_plate"] = True
    print(answer(missing, overflow, **more))


def answer(missing: Collection[str], overflow: Sequence[str], **more: Any) -> str:
    """What could not be done, as plan/cards.py reads it: letters that no font has, cards on which a
    text was cut. ``logo_plate``: the logo could not be seen without one; ``strap_top``: the row of
    pixels at which a lower third begins.
    """
    package = {"font_package": package_for(missing)} if missing else {}
    said = {"missing_glyphs": sorted(missing), "overflow": overflow, **package, **more}
    return json.dumps(said, ensure_ascii=False)


def _has_logo(wanted: Mapping[str, Any]) -> bool:
    return wanted["kind"] in CARDS and wanted.get("layer") != "words"


def _called(kind: str) -> str:
    """How a producer calls a picture."""
    return CARDS[kind].called if kind in CARDS else kind.replace("-", " ")


def canvas_of(request: Mapping[str, Any]) -> Canvas:
    """What all pictures of ``request`` share. Raises NotUsable for a font or a logo."""
    width, height = request["size"]
    named = (request["colours"][name] for name in ("background", "text", "accent"))
    palette = colours.palette(*map(colours.read_colour, named))
    look = Look(**request.get("look", {}))
    logo, plated = _logo(request, look, palette)
    return Canvas(
        width,
        height,
        min(width, height) / 1080,
        palette,
        _typecase(request),
        logo,
        bool(request.get("draft")),
        look,
        plated,
        bool(request.get("mirrored")),
    )


def _typecase(request: Mapping[str, Any]) -> Typecase:
    def files(which: str) -> dict[str, Path]:
        return {weight: Path(name) for weight, name in request.get(which, {}).items()}

    try:
        return Typecase(files("fonts"), files("second_fonts"))
    except NotAFont as failed:
        called = request.get("called", {}).get("font") or failed
        raise NotUsable(
            f"{called}: this is not a font that can be used (TrueType or OpenType outlines)."
        ) from None


def _logo(request: Mapping[str, Any], look: Look, palette: Palette) -> tuple[Layer | None, bool]:
    """The logo above the words, or None where the brand has none, and whether it needs a plate."""
    if not request.get("logo"):
        return None, False
    width, height = request["size"]
    called = request.get("called", {}).get("logo") or request["logo"]
    most = int(0.22 * width), int(0.105 * height)
    made = brand.logo(Path(request["logo"]), called, palette.shade, *most)
    picture = ImageOps.mirror(made.picture) if request.get("mirrored") else made.picture
    portrait = height > width
    place = _place(look.layout, portrait)
    left = place.edge * width - (picture.width / 2 if place.centred else 0)
    top = round((LOGO_TOP_PORTRAIT if portrait else LOGO_TOP) * height)
    return Layer(picture, round(left), top), made.plated


def drawn(wanted: Mapping[str, Any], canvas: Canvas) -> Drawn:
    """A picture of the request. The strap of a name that is read from the right begins there."""
    if wanted["kind"] == "lower-third" and right_to_left(wanted["fields"]["name"]):
        canvas = replace(canvas, mirrored=True)
    picture = _drawn(wanted, canvas)
    turned = np.ascontiguousarray(picture.pixels[:, ::-1]) if canvas.mirrored else picture.pixels
    return replace(picture, pixels=turned)


def _drawn(wanted: Mapping[str, Any], canvas: Canvas) -> Drawn:
    kind, layer = wanted["kind"], wanted.get("layer", "whole")
    fields = {name: clean(text) for name, text in wanted["fields"].items()}
    canvas = canvas.speaking(wanted.get("language", ""))
    if kind == "draft-mark":
        return Drawn(overlay(draft_mark(canvas), canvas.width, canvas.height))
    if kind == "lower-third":
        strap = lower_third(fields, canvas)
        pixels = overlay(strap.layers, canvas.width, canvas.height)
        return Drawn(pixels, strap.fitted, strap.missing)
    beneath = [
        *([canvas.logo] if canvas.logo else []),
        *(draft_mark(canvas) if canvas.draft else []),
    ]
    lowest = wanted.get("floor", 1.0)
    if layer == "ground":
        return Drawn(composed(_ground(kind, canvas, lowest), beneath))
    texts = _texts(CARDS[kind], fields, canvas, lowest)
    if layer == "words":
        pixels = overlay(texts.layers, canvas.width, canvas.height)
        return Drawn(np.asarray(inked(Image.fromarray(pixels))), texts.fitted, texts.missing)
    pixels = composed(_ground(kind, canvas, lowest), [*beneath, *texts.layers])
    return Drawn(pixels, texts.fitted, texts.missing)


def _ground(kind: str, canvas: Canvas, lowest: float) -> Pixels:
    logo = canvas.logo
    ends = (logo.left + logo.picture.width, logo.top + logo.picture.height) if logo else NO_LOGO
    size, rise = (canvas.width, canvas.height), _rise(canvas, lowest)
    return ground(canvas.look.motif, kind, *size, canvas.palette, ends, rise)


def _rise(canvas: Canvas, lowest: float) -> float:
    """By how much the band begins higher, so that its words have all their room over ``lowest``."""
    floor = _place(canvas.look.layout, canvas.portrait).floor
    return max(0.0, floor - lowest) if canvas.look.layout == "band" else 0.0


def _place(layout: str, portrait: bool) -> Place:
    return (PORTRAIT if portrait else PLACES)[layout]


def _texts(
    card: CardKind, fields: Mapping[str, str], canvas: Canvas, lowest: float = 1.0
) -> Lettered:
    """All that is to be read on a card, nothing of it under ``lowest``, a share of the height."""
    unit, note = canvas.unit, fields.get("note", "")
    place, low = _place(canvas.look.layout, canvas.portrait), canvas.look.layout == "low"
    rise = _rise(canvas, lowest)
    place = replace(place, ceiling=place.ceiling - rise, people=place.people - rise)
    beside = _note_beside(canvas)
    under_logo = canvas.logo.top + canvas.logo.picture.height + 60 * unit if canvas.logo else 0
    ceiling = max(under_logo, place.ceiling * canvas.height)
    floor = min(place.floor, lowest) * canvas.height - (150 * unit if note and not beside else 0)
    placed, depth = stacked(_rows(card, fields, canvas, place), canvas, floor - ceiling)
    top = max(ceiling, min(_wish(card, depth, canvas, place, ceiling), floor - depth))
    left = place.edge * canvas.width + (44 * unit if low else 0)
    foot = top + depth
    layers, badge_words = [words(placed, left, top, canvas, place.centred)], list[Placed]()
    if note:
        edge = top + placed[0].cap + 10 * unit if beside else foot
        badge, badge_words = _badge(note, canvas, left, edge, beside, place.centred)
        layers += badge
        foot = foot if beside else badge[0].top + badge[0].picture.height
    if low:
        layers = [_holding_line(canvas, place, top - 6 * unit, foot + 10 * unit), *layers]
    return lettered(layers, depth <= floor - ceiling, [*placed, *badge_words])


def _note_beside(canvas: Canvas) -> bool:
    """The band has no room for a note under the words: it stands at the end of the first line."""
    return canvas.look.layout == "band" and not canvas.portrait


def _holding_line(canvas: Canvas, place: Place, top: float, foot: float) -> Layer:
    """A line on the left that holds the words together."""
    left, wide = place.edge * canvas.width, max(2, round(6 * canvas.unit))
    return plate(left, top, wide, foot - top, 0, canvas.palette.accent)


def _wish(card: CardKind, depth: float, canvas: Canvas, place: Place, ceiling: float) -> float:
    """Where a card's words would begin if they had all the room.

    Only a very long text moves a speaker's up.
    """
    if card.whose == "speaker":
        return place.people * canvas.height
    if canvas.look.layout == "low":
        return place.floor * canvas.height - depth
    if canvas.look.layout == "band":
        return ceiling + (place.floor * canvas.height - ceiling - depth) * 0.42
    return canvas.height * (0.50 if place.centred else 0.49) - depth / 2


# --- the rows of each card ------------------------------------------------------------------------


def _rows(card: CardKind, fields: Mapping[str, str], canvas: Canvas, place: Place) -> list[Row]:
    """The texts of a card in reading order, without the empty ones.

    The kicker stays, for its bar and the name's line.
    """
    column = _Column(
        canvas.palette, canvas.width * place.wide, canvas.width * place.narrow, place.centred
    )
    rows = [_kicker(card, fields, canvas, column), *WORDS_OF[card.name](fields, column)]
    return [row for row in rows if row.text]


@dataclass(frozen=True)
class _Column:
    """Where rows stand: their measures in pixels, and whether the accent rules between them."""

    palette: Palette
    wide: float
    narrow: float
    ruled: bool

    @property
    def more(self) -> int:
        """The air that a rule needs, in units."""
        return 44 if self.ruled else 0


def _kicker(card: CardKind, fields: Mapping[str, str], canvas: Canvas, column: _Column) -> Row:
    """The small line on top: a speaker's country, or the event."""
    text = fields.get("country" if card.whose == "speaker" else "event", "")
    text = _capitals(text, canvas.typecase)
    cased = not text or any(letter.isupper() for letter in text)
    indent = (BAR_WIDTH + BAR_GAP) * canvas.unit if canvas.look.layout == "left" else 0.0
    shared = _note_beside(canvas) and fields.get("note")
    measure = 0.52 * canvas.width if shared else column.narrow
    style = KICKER if cased else UNCASED
    return Row(text or " ", style, column.palette.kicker, 0, measure - indent, indent)


def _opening(fields: Mapping[str, str], column: _Column) -> list[Row]:
    palette, air = column.palette, 62 + column.more
    return [
        Row(fields["title"], TITLE, palette.text, 60, column.wide),
        Row(fields["when"], LEAD, palette.second, air, column.wide, ruled=column.ruled),
    ]


def _closing(fields: Mapping[str, str], column: _Column) -> list[Row]:
    palette, air = column.palette, 60 + column.more
    return [
        Row(fields["thanks"], HEADLINE, palette.text, 60, column.wide),
        Row(fields["title"], LEAD, palette.second, air, column.narrow, ruled=column.ruled),
    ]


def _person(fields: Mapping[str, str], column: _Column) -> list[Row]:
    palette, role, organisation = column.palette, fields["role"], fields["organisation"]
    air = 54 + column.more
    first_of_office = column.ruled and organisation == (role or organisation)
    below = 33 if role else air
    return [
        Row(fields["name"], HEADLINE, palette.text, 56, column.wide),
        Row(role, LEAD, palette.text, air, column.narrow, ruled=column.ruled),
        Row(organisation, TEXT, palette.second, below, column.narrow, ruled=first_of_office),
    ]


WORDS_OF: Mapping[str, Callable[[Mapping[str, str], _Column], list[Row]]] = {
    "opening": _opening,
    "title": _person,
    "holding": _person,
    "closing": _closing,
}
"""How the words of each card of card_kinds.py are laid out, under its kicker."""


def _capitals(text: str, typecase: Typecase) -> str:
    """The text in capitals; as it is written where its capitals are in no font (Georgian)."""
    # The one country whose English name has Turkish letters.
    capitals = text.replace("Türkiye", "TÜRKİYE").upper()
    found, wanted = (
        typecase.face_for(capitals, KICKER.weight),
        typecase.face_for(text, KICKER.weight),
    )
    return capitals if found == wanted else text


def _badge(
    note: str, canvas: Canvas, left: float, edge: float, beside: bool, centred: bool
) -> tuple[list[Layer], list[Placed]]:
    """The holding card's note in an outlined pill, and its words: under those of the card, which
    end at ``edge``, or ``beside`` the kicker, at the right end of its line: the pill ends at
    ``edge`` then, clear of the name under it.
    """
    unit, palette = canvas.unit, canvas.palette
    row = Row(note, NOTE, palette.kicker, 0, 0.5 * canvas.width)
    placed, depth = stacked([row], canvas, canvas.height)
    pad, line = 30 * unit, max(1.0, 2.5 * unit)
    wide, high = stack_width(placed, canvas) + 2 * pad, depth + 1.6 * pad
    at = edge - high if beside else edge + 66 * unit
    if beside:
        left = 0.91 * canvas.width - wide
    elif centred:
        left -= wide / 2
    hole = left + line, at + line, wide - 2 * line, high - 2 * line
    layers = [
        plate(left, at, wide, high, high / 2, palette.accent),
        plate(*hole, high / 2 - line, palette.shade),
        words(placed, left + pad, at + 0.8 * pad, canvas),
    ]
    return layers, placed


if __name__ == "__main__":
    main(sys.argv[1])
