"""Our TTML held against the rules of EBU-TT-D (EBU Tech 3380), element by element, and as ttconv
reads it back.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as tree
from fractions import Fraction

import pytest
from ttconv.imsc import reader
from ttconv.model import P
from ttconv.style_properties import DirectionType, StyleProperties, TextAlignType

from pipeline.model import Cue
from pipeline.tools.texts.timed_text import write_ttml

CUES = (
    Cue(13, 50, ("Café one & <two>", "line"), Fraction(79, 100)),
    Cue(60, 80, ("שלום",)),
    Cue(90_000, 90_025, ("An hour on.",)),
)
NAMES = {
    "": "http://www.w3.org/ns/ttml",
    "tts:": "http://www.w3.org/ns/ttml#styling",
    "ttp:": "http://www.w3.org/ns/ttml#parameter",
    "xml:": "http://www.w3.org/XML/1998/namespace",
    "ebuttm:": "urn:ebu:tt:metadata",
}
SHARE, PAIR = r"\d+(\.\d+)?%", r"\d+(\.\d+)?% \d+(\.\d+)?%"
CLOCK = r"\d\d+:[0-5]\d:[0-5]\d(\.\d+)?"
MAY_SAY = {
    "tt": {"xml:lang": ".+", "ttp:timeBase": "media", "ttp:cellResolution": r"\d+ \d+",
           "xml:space": "default|preserve"},
    "style": {"xml:id": ".+", "tts:fontSize": SHARE, "tts:textAlign": "center",
              "tts:color": "#[0-9a-f]{6}", "tts:backgroundColor": "#[0-9a-f]{6}",
              "tts:direction": "ltr|rtl"},
    "region": {"xml:id": ".+", "tts:origin": PAIR, "tts:extent": PAIR, "style": ".+",
               "tts:displayAlign": "before|center|after"},
    "p": {"xml:id": ".+", "region": ".+", "style": ".+", "begin": CLOCK, "end": CLOCK,
          "xml:space": "default|preserve"},
    "span": {"style": ".+", "xml:space": "default|preserve"},
}  # fmt: skip
"""Of what the standard lets an element say, what we have use for."""
MUST_SAY = {
    "tt": {"xml:lang", "ttp:timeBase"},
    "style": {"xml:id"},
    "region": {"xml:id", "tts:origin", "tts:extent"},
    "p": {"xml:id", "region", "begin", "end"},
}
HOLDS = {
    "tt": "head body?", "head": "metadata styling layout", "styling": "(style )*style",
    "layout": "(region )*region", "body": "div", "div": "(p )*p", "p": "((span|br) )*(span|br)",
    "metadata": "ebuttm:documentMetadata",
    "ebuttm:documentMetadata": "(ebuttm:conformsToStandard )*ebuttm:conformsToStandard",
}  # fmt: skip


def short(name: str) -> str:
    space, _, rest = name.rpartition("}")
    known = {uri: prefix for prefix, uri in NAMES.items()}
    return (known[space[1:]] if space else "") + rest


def parsed(cues=CUES, language: str = "en") -> tree.Element:
    return tree.fromstring(write_ttml(cues, Fraction(25), language).encode())


@pytest.mark.parametrize("cues", [CUES, ()], ids=["captions", "none"])
def test_every_element_holds_and_says_what_the_standard_lets_it(cues):
    for element in parsed(cues).iter():
        name = short(element.tag)
        inside = " ".join(short(one.tag) for one in element)
        wanted = HOLDS.get(name, "").replace("head body?", "head( body)?")
        assert re.fullmatch(wanted, inside), (name, inside)
        said = {short(key): value for key, value in element.items()}
        assert set(said) >= MUST_SAY.get(name, set())
        for key, value in said.items():
            assert re.fullmatch(MAY_SAY.get(name, {})[key], value), (name, key, value)


def test_each_name_is_given_once_and_every_name_that_is_used_is_given():
    root, identity = parsed(), "{http://www.w3.org/XML/1998/namespace}id"
    given = [one.get(identity) for one in root.iter() if one.get(identity)]
    assert len(given) == len(set(given))
    used = {one.get(key) for one in root.iter() for key in ("style", "region")} - {None}
    assert used <= set(given)


def test_it_says_which_standards_it_keeps_to():
    told = [one.text for one in parsed().iter("{urn:ebu:tt:metadata}conformsToStandard")]
    assert told == [
        "urn:ebu:tt:distribution:2018-04",
        "http://www.w3.org/ns/ttml/profile/imsc1.1/text",
    ]


def test_every_region_lies_in_the_safe_area_of_ebu_r_95():
    tts = "{http://www.w3.org/ns/ttml#styling}"
    for region in parsed().iter("{http://www.w3.org/ns/ttml}region"):
        (left, top), (wide, high) = (
            [float(share.rstrip("%")) for share in region.get(tts + key).split()]
            for key in ("origin", "extent")
        )
        assert left >= 5 and top >= 5 and left + wide <= 95 and top + high <= 95


def test_another_library_reads_looks_times_and_places_through_their_names():
    written = write_ttml(CUES, Fraction(25), "en")
    document = reader.to_model(tree.parse(io.StringIO(written)))
    captions = [one for one in document.get_body().dfs_iterator() if isinstance(one, P)]
    assert [(float(one.get_begin()), float(one.get_end())) for one in captions] == [
        (0.52, 2.0), (2.4, 3.2), (3600.0, 3601.0)
    ]  # fmt: skip
    assert [one.get_style(StyleProperties.Direction) for one in captions] == [
        None, DirectionType.rtl, None
    ]  # fmt: skip
    regions = [one.get_region() for one in captions]
    assert all(one.get_style(StyleProperties.TextAlign) == TextAlignType.center for one in regions)
    extents = [one.get_style(StyleProperties.Extent).height.value for one in regions]
    assert extents == [74, 90, 90]
