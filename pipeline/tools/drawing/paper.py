"""Lays out pages of A4 as PDF files; without it a moderator would print a spreadsheet, and a name
in Thai would come out as boxes.

Run as ``python -m pipeline.tools.drawing.paper request.json``: for each document of the request a
file, by fpdf2 in Source Sans Pro; letters that it lacks come from another font of this computer.
The same request makes the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from pipeline.tools.drawing.fonts import face_number, font_file, letters_of, most_of

_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""When each file says that it was made."""
MARGIN_MM = 18.0
_LEADING = 1.32
_PT_MM = 25.4 / 72
INK, GREY, LINE = (27, 39, 51), (92, 106, 120), (200, 206, 212)
_OURS = "•/0123456789 "
_CLOCK_MM, _LENGTH_MM = 38.0, 22.0


def main(request_name: str) -> None:
    """Write every document of a request; on stdout the letters that no font here has."""
    request = json.loads(Path(request_name).read_text(encoding="utf-8"))
    missing: set[str] = set()
    for document in request["documents"]:
        paper = Paper(document)
        for block in document["blocks"]:
            _LAYOUT[block["kind"]](paper, block)
        Path(document["out"]).write_bytes(paper.output())
        missing |= paper.missing
    print(json.dumps({"missing": "".join(sorted(missing))}, ensure_ascii=False))


class Paper(FPDF):
    """Pages that are written from top to bottom, with their number at the foot.

    ``missing`` are letters that no font of this computer has.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(format="A4")
        self.mirrored = bool(document["mirrored"])
        self.set_title(document["title"])
        self.set_lang(document["language"])
        self.set_creation_date(_ALWAYS)
        self.set_margin(MARGIN_MM)
        self.c_margin = 0
        self.set_auto_page_break(True, MARGIN_MM + 6)
        letters = {letter for text in _texts(document["blocks"]) for letter in text} | set(_OURS)
        self.missing = self._bring_fonts(letters, document["language"])
        self.set_text_shaping(True)
        self.add_page()

    def _bring_fonts(self, letters: set[str], language: str) -> set[str]:
        """Source Sans Pro in two weights, and for what it lacks the fonts that have most of it;
        what none has.
        """
        for style, weight in (("", "Regular"), ("B", "Bold")):
            self.add_font("own", style, font_file(weight))
        own, further = font_file("Regular"), list[str]()
        lacking = frozenset(ord(one) for one in letters if one.isprintable()) - letters_of(own)
        while lacking:
            path = most_of(lacking, own, "regular")
            if not lacking & letters_of(path):
                break
            name, lacking = f"further{len(further)}", lacking - letters_of(path)
            for style in ("", "B"):
                number = face_number(path, language)
                self.add_font(name, style, path, collection_font_number=number)
            further.append(name)
        self.set_fallback_fonts(further, exact_match=False)
        return set(map(chr, lacking))

    def write_lines(
        self,
        text: str,
        points: float = 11,
        *,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        left: float = 0,
        wide: float | None = None,
        far: bool = False,
        after: float = 0,
    ) -> None:
        """A paragraph ``left`` mm from where lines begin, ``wide`` mm (None: all there is), at the
        ``far`` end of its measure or the near one, with ``after`` mm below it.
        """
        wide = self.epw - left if wide is None else wide
        self.set_font("own", "B" if bold else "", points)
        self.set_text_color(*colour)
        self.set_x(MARGIN_MM + (self.epw - left - wide if self.mirrored else left))
        align = Align.R if self.mirrored != far else Align.L
        height = points * _PT_MM * _LEADING
        self.multi_cell(wide, height, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(after)

    def side_by_side(self, *columns: Callable[[], None]) -> None:
        """Columns that begin at the same height; what follows is written below the longest."""
        top, feet = self.get_y(), list[float]()
        for column in columns:
            self.set_y(top)
            column()
            feet.append(self.get_y())
        self.set_y(max(feet))

    def keep_together(self, height_mm: float) -> None:
        """A new page where less than ``height_mm`` is left of this one."""
        if self.will_page_break(height_mm):
            self.add_page()

    def _render_styled_text_line(self, *line: Any, **how: Any) -> bool:
        """A line that names its font. fpdf2 2.8.9 leaves it out where our font follows ours by its
        own account, though a line wholly in another one lay between: letters were then looked up
        in that one, and came out as others or none.
        """
        self.current_font_is_set_on_page = False
        return bool(super()._render_styled_text_line(*line, **how))

    def footer(self) -> None:
        """The page's number, of how many."""
        self.set_y(-MARGIN_MM)
        self.set_font("own", "", 9)
        self.set_text_color(*GREY)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align=Align.C)


def _texts(blocks: Any) -> Iterator[str]:
    """Every text in a request."""
    if isinstance(blocks, str):
        yield blocks
    elif isinstance(blocks, Mapping | list):
        values: Iterable[Any] = blocks.values() if isinstance(blocks, Mapping) else blocks
        for value in values:
            yield from _texts(value)


# --- the kinds of blocks --------------------------------------------------------------------------


def _title(paper: Paper, block: Mapping[str, Any]) -> None:
    paper.write_lines(block["text"], 21, bold=True, after=4)


def _heading(paper: Paper, block: Mapping[str, Any]) -> None:
    paper.keep_together(24)
    paper.ln(3)
    paper.write_lines(block["text"], 13, bold=True, after=1)


def _text(paper: Paper, block: Mapping[str, Any]) -> None:
    paper.ln(block.get("before", 0))
    paper.write_lines(block["text"], block.get("points", 11), bold=bool(block.get("bold")), after=2)


def _point(paper: Paper, block: Mapping[str, Any]) -> None:
    paper.keep_together(12)
    paper.side_by_side(
        lambda: paper.write_lines("•", wide=5),
        lambda: paper.write_lines(block["text"], left=5, after=0.8),
    )


def _item(paper: Paper, block: Mapping[str, Any]) -> None:
    """One item of a programme: when, what with lines about it, and how long; small where it is a
    card.
    """
    points, lines = (11, ()) if block["small"] else (16, block["lines"])
    colour = GREY if block["small"] else INK
    paper.keep_together(9 + 6 * len(lines))
    paper.set_draw_color(*LINE)
    paper.line(MARGIN_MM, paper.get_y(), MARGIN_MM + paper.epw, paper.get_y())
    paper.ln(1.5)
    middle = paper.epw - _CLOCK_MM - _LENGTH_MM

    def what() -> None:
        paper.write_lines(
            block["what"], points, bold=not block["small"], colour=colour, left=_CLOCK_MM,
            wide=middle,
        )  # fmt: skip
        for line in lines:
            shade = GREY if line["emphasis"] == "quiet" else INK
            bold = line["emphasis"] == "loud"
            paper.write_lines(
                line["text"], 11, bold=bold, colour=shade, left=_CLOCK_MM, wide=middle
            )

    paper.side_by_side(
        lambda: paper.write_lines(block["clock"], points, bold=not block["small"], colour=colour,
                                  wide=_CLOCK_MM),
        what,
        lambda: paper.write_lines(block["length"], points, colour=colour, wide=_LENGTH_MM,
                                  left=paper.epw - _LENGTH_MM, far=True),
    )  # fmt: skip
    paper.ln(1.5)


_LAYOUT: Mapping[str, Callable[[Paper, Mapping[str, Any]], None]] = {
    "title": _title,
    "heading": _heading,
    "text": _text,
    "point": _point,
    "item": _item,
}


if __name__ == "__main__":
    main(sys.argv[1])
