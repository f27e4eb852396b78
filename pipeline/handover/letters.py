"""What is written to one person, as a value, and as text and page; without it a reply, a page of
advice and a mail would each be laid out in a way of their own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.handover.page import whole_page

_COLUMNS = 76
"""Mail programs break longer lines themselves, and badly."""


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it, a point each."""

    heading: str
    points: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    """A letter without a signature: its paragraphs stand before the sections, ``closing`` after.

    ``language`` is that of our words, as a tag; ``mirrored`` that it is read from the right.
    """

    subject: str
    language: str
    mirrored: bool
    greeting: str
    paragraphs: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]


def as_text(letter: Letter) -> str:
    """The letter to be pasted into a mail, lines of 76 columns at most."""
    return "\n".join(_text_lines(letter)) + "\n"


def _text_lines(letter: Letter) -> Iterator[str]:
    for number, paragraph in enumerate(filter(None, (letter.greeting, *letter.paragraphs))):
        yield from [""] if number else []
        yield from _wrapped(paragraph)
    for section in letter.sections:
        yield ""
        yield from _wrapped(section.heading)
        for point in section.points:
            yield from _wrapped(point, "- ", "  ")
    for paragraph in letter.closing:
        yield ""
        yield from _wrapped(paragraph)


def _wrapped(text: str, first: str = "", further: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _COLUMNS,
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_page(letter: Letter) -> str:
    """The letter as one HTML file without anything from elsewhere: to be read, printed on A4, or
    sent as a mail.
    """
    body = Markup("<main>\n{}\n</main>").format(Markup("\n").join(_page_lines(letter)))
    return whole_page(letter.subject, _STYLE, body, letter.language, letter.mirrored)


def _page_lines(letter: Letter) -> Iterator[Markup]:
    yield Markup("<h1>{}</h1>").format(letter.subject)
    for paragraph in filter(None, (letter.greeting, *letter.paragraphs)):
        yield Markup("<p>{}</p>").format(paragraph)
    for section in letter.sections:
        points = Markup("").join(Markup("<li>{}</li>").format(one) for one in section.points)
        yield Markup("<h2>{}</h2>\n<ul>{}</ul>").format(section.heading, points)
    for paragraph in letter.closing:
        yield Markup("<p>{}</p>").format(paragraph)


_STYLE = """\
@page { size: A4; margin: 20mm }
body { font: 1.05rem/1.5 "Source Sans Pro", "Helvetica Neue", Arial, sans-serif; color: #1b2733;
  background: #fff; max-width: 42rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1.2rem }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; break-after: avoid }
ul { margin: 0; padding-inline-start: 1.3rem }
li { margin: .25rem 0; break-inside: avoid }
p { margin: 0 0 .8rem }
ul + p { margin-top: 1.4rem }
"""
