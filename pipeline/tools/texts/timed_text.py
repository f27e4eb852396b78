"""Writes captions as TTML (EBU-TT-D and IMSC 1.1 text profile) with ttconv; without it
broadcasters, who ask for nothing else, could not take the programme.

The document is ttconv's own model, and ttconv writes it: escapes, namespaces and timing are the
library's. EBU-TT-D (EBU Tech 3380) is stricter than IMSC: looks have names, captions too, and the
clock is said.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as tree
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from pipeline.captions.words.writing import mostly_right_to_left
from pipeline.geometry import SAFE
from pipeline.model import Cue
from pipeline.timing import frame_ms

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_ttml(cues: Sequence[Cue], rate: Fraction, language: str) -> str:
    """The captions as TTML, in ms of the segment: white on black, centred at the picture's foot, or
    above a lower third.

    ``xml:lang`` is ``language``; lines stay lines. A caption mostly in Arabic or Hebrew letters
    runs from the right.
    """
    import ttconv.imsc.writer as imsc  # 0.2 s to import
    from ttconv.imsc.attributes import TimeExpressionSyntaxEnum
    from ttconv.imsc.config import IMSCWriterConfiguration

    settings = IMSCWriterConfiguration(time_format=TimeExpressionSyntaxEnum.clock_time)
    document = imsc.from_model(_document(cues, rate, language), settings)
    _as_ebu_tt_d(document.getroot())
    # Between captions white space means nothing; inside one it would be shown.
    for element in document.iter():
        element.tail = None if element.tag in _IN_CAPTIONS else "\n"
    text = io.BytesIO()
    document.write(text, encoding="utf-8", xml_declaration=True)
    return text.getvalue().decode()


_TTML, _METADATA = "{http://www.w3.org/ns/ttml}", "{urn:ebu:tt:metadata}"
_TTS, _TTP = "{http://www.w3.org/ns/ttml#styling}", "{http://www.w3.org/ns/ttml#parameter}"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_IN_CAPTIONS = (f"{_TTML}span", f"{_TTML}br")
_PLACES = tuple(f"{_TTS}{key}" for key in ("origin", "extent", "displayAlign"))
"""What a region says of itself; the rest of its looks is in a style."""
_STANDARDS = (
    "urn:ebu:tt:distribution:2018-04",
    "http://www.w3.org/ns/ttml/profile/imsc1.1/text",
)


def _as_ebu_tt_d(root: tree.Element) -> None:
    """Gives a document of ttconv what EBU-TT-D asks for beyond IMSC."""
    tree.register_namespace("ebuttm", _METADATA.strip("{}"))
    root.set(f"{_TTP}timeBase", "media")
    said = tree.Element(f"{_TTML}metadata")
    conforms = tree.SubElement(said, f"{_METADATA}documentMetadata")
    for standard in _STANDARDS:
        tree.SubElement(conforms, f"{_METADATA}conformsToStandard").text = standard
    head, body = (next(root.iter(f"{_TTML}{part}")) for part in ("head", "body"))
    head[:0] = [said, _with_named_looks(root)]
    captions = list(body.iter(f"{_TTML}p"))
    for number, caption in enumerate(captions, 1):
        caption.set(_ID, f"caption-{number}")
    if not captions:
        root.remove(body)  # a body without captions is none


def _with_named_looks(root: tree.Element) -> tree.Element:
    """Takes the looks off every element, gives it their name, and gives them as styles."""
    styles, names = tree.Element(f"{_TTML}styling"), dict[object, str]()
    for element in root.iter():
        looks = tuple(
            (key, value)
            for key, value in element.items()
            if key.startswith(_TTS) and key not in _PLACES
        )
        if not looks:
            continue
        if looks not in names:
            names[looks] = f"style-{len(names) + 1}"
            tree.SubElement(styles, f"{_TTML}style", {_ID: names[looks], **dict(looks)})
        for key, _ in looks:
            del element.attrib[key]
        element.set("style", names[looks])
    return styles


def _document(cues: Sequence[Cue], rate: Fraction, language: str) -> Any:
    from ttconv import model

    document = model.ContentDocument()
    document.set_lang(language)
    usual, feet = 1 - SAFE, sorted({cue.foot for cue in cues if cue.foot}, reverse=True)
    regions = {foot: _region(document, foot, number) for number, foot in enumerate([usual, *feet])}
    for region in regions.values():
        document.put_region(region)
    body, division = model.Body(document), model.Div(document)
    body.push_child(division)
    document.set_body(body)
    for cue in cues:
        paragraph = _paragraph(document, cue, rate)
        paragraph.set_region(regions[cue.foot or usual])
        division.push_child(paragraph)
    return document


def _region(document: Any, foot: Fraction, number: int) -> Any:
    """From the safe area's edge to ``foot``, where the text ends. Letters of 1/19 of the height."""
    from ttconv import model
    from ttconv.style_properties import (
        CoordinateType,
        DisplayAlignType,
        ExtentType,
        LengthType,
        StyleProperties,
        TextAlignType,
    )

    def percent(share: Fraction) -> LengthType:
        value = round(float(100 * share), 2)
        return LengthType(int(value) if value.is_integer() else value, LengthType.Units.pct)

    edge, wide = percent(SAFE), percent(1 - 2 * SAFE)
    region = model.Region(f"captions-{number}" if number else "captions", document)
    region.set_style(StyleProperties.Origin, CoordinateType(x=edge, y=edge))
    region.set_style(StyleProperties.Extent, ExtentType(width=wide, height=percent(foot - SAFE)))
    region.set_style(StyleProperties.FontSize, percent(Fraction(80, 100)))
    region.set_style(StyleProperties.DisplayAlign, DisplayAlignType.after)
    region.set_style(StyleProperties.TextAlign, TextAlignType.center)
    return region


def _paragraph(document: Any, cue: Cue, rate: Fraction) -> Any:
    from ttconv import model
    from ttconv.style_properties import DirectionType, NamedColors, StyleProperties

    paragraph = model.P(document)
    paragraph.set_begin(Fraction(frame_ms(cue.start_frame, rate), 1000))
    paragraph.set_end(Fraction(frame_ms(cue.end_frame, rate), 1000))
    if mostly_right_to_left("".join(cue.lines)):
        paragraph.set_style(StyleProperties.Direction, DirectionType.rtl)
    for number, line in enumerate(cue.lines):
        if number:
            paragraph.push_child(model.Br(document))
        span = model.Span(document)
        span.set_style(StyleProperties.Color, NamedColors.white.value)
        span.set_style(StyleProperties.BackgroundColor, NamedColors.black.value)
        span.push_child(model.Text(document, _NOT_XML.sub("", line)))
        paragraph.push_child(span)
    return paragraph
