"""Writes captions as TTML (IMSC 1.1 text profile) with ttconv; without it broadcasters, who ask for
nothing else, could not take the programme.

The document is ttconv's own model, and ttconv writes it: escapes, namespaces and timing are the
library's.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from pipeline.captions.words.writing import mostly_right_to_left
from pipeline.model import Cue
from pipeline.timing import frame_ms

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_ttml(cues: Sequence[Cue], rate: Fraction, language: str) -> str:
    """The captions in one region at the bottom of the picture, centred, white on black, in ms of
    the segment.

    ``xml:lang`` is ``language``; lines stay lines. A caption mostly in Arabic or Hebrew letters
    runs from the right.
    """
    import ttconv.imsc.writer as imsc  # 0.2 s to import
    from ttconv import model
    from ttconv.imsc.attributes import TimeExpressionSyntaxEnum
    from ttconv.imsc.config import ContentProfilesSignaling, IMSCWriterConfiguration
    from ttconv.imsc.designators import IMSC_11_TEXT_PROFILE_DESIGNATOR

    document = model.ContentDocument()
    document.set_lang(language)
    document.set_content_profiles({IMSC_11_TEXT_PROFILE_DESIGNATOR})
    region = _region(document)
    document.put_region(region)
    body, division = model.Body(document), model.Div(document)
    body.set_region(region)
    body.push_child(division)
    document.set_body(body)
    for cue in cues:
        division.push_child(_paragraph(document, cue, rate))
    tree = imsc.from_model(
        document,
        IMSCWriterConfiguration(
            time_format=TimeExpressionSyntaxEnum.clock_time,
            profile_signaling=ContentProfilesSignaling.CONTENT_PROFILES,
        ),
    )
    for (
        element
    ) in tree.iter():  # between captions white space means nothing; inside one it would be shown
        element.tail = (
            "\n"
            if element.tag.rpartition("}")[2] in ("head", "region", "layout", "div", "p")
            else None
        )
    text = io.BytesIO()
    tree.write(text, encoding="utf-8", xml_declaration=True)
    return text.getvalue().decode() + "\n"


def _region(document: Any) -> Any:
    """90% of the width and of the height, text at its lower edge: the safe area. Letters of 1/19 of
    the height.
    """
    from ttconv import model
    from ttconv import style_properties as styles

    region = model.Region("captions", document)
    percent = styles.LengthType.Units.pct
    region.set_style(
        styles.StyleProperties.Origin,
        styles.CoordinateType(x=styles.LengthType(5, percent), y=styles.LengthType(5, percent)),
    )
    region.set_style(
        styles.StyleProperties.Extent,
        styles.ExtentType(
            width=styles.LengthType(90, percent), height=styles.LengthType(90, percent)
        ),
    )
    region.set_style(styles.StyleProperties.FontSize, styles.LengthType(80, percent))
    region.set_style(styles.StyleProperties.DisplayAlign, styles.DisplayAlignType.after)
    region.set_style(styles.StyleProperties.TextAlign, styles.TextAlignType.center)
    return region


def _paragraph(document: Any, cue: Cue, rate: Fraction) -> Any:
    from ttconv import model
    from ttconv import style_properties as styles

    paragraph = model.P(document)
    paragraph.set_begin(Fraction(frame_ms(cue.start_frame, rate), 1000))
    paragraph.set_end(Fraction(frame_ms(cue.end_frame, rate), 1000))
    if mostly_right_to_left("".join(cue.lines)):
        paragraph.set_style(styles.StyleProperties.Direction, styles.DirectionType.rtl)
    for number, line in enumerate(cue.lines):
        if number:
            paragraph.push_child(model.Br(document))
        span = model.Span(document)
        span.set_style(styles.StyleProperties.Color, styles.NamedColors.white.value)
        span.set_style(styles.StyleProperties.BackgroundColor, styles.NamedColors.black.value)
        span.push_child(model.Text(document, _NOT_XML.sub("", line)))
        paragraph.push_child(span)
    return paragraph
