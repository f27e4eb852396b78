"""The page that goes onto the web with a film: the film, its captions, chapters, and a transcript
that follows it; without it a deaf viewer's link would lead to a bare file.

It works from a disk and from any web server, asks nobody for anything, and runs no script but ours.
Captions are laid over the film by the script: browsers load no caption file from a disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from pipeline.captions.words.languages import own_name
from pipeline.config import Config
from pipeline.handover.page import digest_of, static, whole_page
from pipeline.handover.published import Film, Said, credit_of
from pipeline.plan.card_words import mirrored
from pipeline.plan.dates import day_of, language_of
from pipeline.timing import frame_ms, moment
from pipeline.tools.texts.catalogues import Worded

ALLOWED = (
    "default-src 'none'; media-src 'self' file:; img-src 'self' file:; base-uri 'none';"
    " form-action 'none'; style-src '{}'; script-src '{}'"
)


@dataclass(frozen=True)
class Published:
    """What is published: the films, one or several, and the frame rate that captions count in."""

    config: Config
    films: Sequence[Film]
    rate: Fraction


def published_page(shown: Published, worded: Worded) -> str:
    """The page as HTML, in the words of ``worded``."""
    style, script = static("published.css"), static("published.js")
    films = Markup("\n").join(
        _film(shown, film, number, worded) for number, film in enumerate(shown.films)
    )
    body = _BODY.format(
        event=shown.config.event or "",
        title=shown.config.title,
        when=day_of(shown.config),
        films=films,
        script=Markup(script),
    )
    allowed = ALLOWED.format(digest_of(style), digest_of(script))
    return whole_page(
        shown.config.title,
        style,
        body,
        language_of(shown.config),
        mirrored(shown.config),
        allowed,
    )


def transcript_page(shown: Published, worded: Worded) -> str:
    """The transcript alone, to be read or copied into a page of one's own."""
    style = static("published.css")
    said = Markup("\n").join(
        part for film in shown.films for part in _transcript(film, shown.rate, links=False)
    )
    body = _PLAIN.format(
        title=shown.config.title,
        event=shown.config.event or "",
        when=day_of(shown.config),
        said=said,
        heading=worded("Transcript"),
    )
    allowed = f"default-src 'none'; base-uri 'none'; style-src '{digest_of(style)}'"
    language = language_of(shown.config)
    return whole_page(shown.config.title, style, body, language, mirrored(shown.config), allowed)


def _film(shown: Published, film: Film, number: int, worded: Worded) -> Markup:
    data = {
        name: [
            [frame_ms(cue.start_frame, shown.rate), frame_ms(cue.end_frame, shown.rate), cue.lines]
            for cue in cues
        ]
        for name, (_, cues) in film.captions.items()
    }
    said = Markup("\n").join(_transcript(film, shown.rate, links=True))
    several = len(shown.films) > 1
    return _FILM.format(
        number=number,
        heading=Markup("<h2>{}</h2>").format(film.title) if several else "",
        file=film.file,
        still=f"{film.name}.jpg",
        label=film.title,
        captions=_choice(film, number, worded),
        chapters=_chapters(film, worded),
        transcript=_SAID.format(heading=worded("Transcript"), said=said) if said else "",
        data=Markup(json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")),
    )


def _choice(film: Film, number: int, worded: Worded) -> Markup:
    """The captions to be chosen from; those that come first are shown unasked."""
    if not film.captions:
        return Markup("")
    options = [Markup('<option value="">{}</option>').format(worded("No captions"))]
    for place, (name, (language, _)) in enumerate(film.captions.items()):
        called = worded("As spoken") if name == "spoken" else own_name(language)
        chosen = Markup(" selected") if place == 0 else Markup("")
        options.append(
            Markup('<option value="{}" lang="{}"{}>{}</option>').format(
                name, "" if language == "mul" else language, chosen, called
            )
        )
    return Markup(
        '<p class="choice"><label for="captions-{n}">{word}</label> '
        '<select id="captions-{n}">{options}</select></p>'
    ).format(n=number, word=worded("Captions"), options=Markup("").join(options))


def _chapters(film: Film, worded: Worded) -> Markup:
    if not film.chapters:
        return Markup("")
    entries = Markup("").join(
        Markup('<li><a href="#" data-at="{}"><span class="at">{}</span> {}</a></li>').format(
            at_ms, moment(at_ms), title
        )
        for at_ms, title in film.chapters
    )
    heading = worded("Chapters")
    return Markup('<nav aria-label="{0}"><h3>{0}</h3><ol>{1}</ol></nav>').format(heading, entries)


def _transcript(film: Film, rate: Fraction, *, links: bool) -> Iterator[Markup]:
    """What each says, under their name; each caption leads to its time where there is a film."""
    for said in film.said:
        if said.cues:
            words = Markup(" ").join(_passages(said, rate, links=links))
            yield Markup('<h4>{}</h4>\n<p lang="{}" class="said">{}</p>').format(
                credit_of(said.speaker), said.language, words
            )


def _passages(said: Said, rate: Fraction, *, links: bool) -> Iterator[Markup]:
    for cue in said.cues:
        text = " ".join(cue.lines)
        start, end = frame_ms(cue.start_frame, rate), frame_ms(cue.end_frame, rate)
        if links:
            yield Markup('<a href="#" data-at="{}" data-end="{}">{}</a>').format(start, end, text)
        else:
            yield Markup("{}").format(text)


_FILM = Markup("""\
<section class="film" data-number="{number}">
{heading}
<div class="seen"><video controls preload="metadata" playsinline src="{file}" poster="{still}"
 aria-label="{label}"></video><p class="shown" aria-hidden="true"></p></div>
{captions}
<div class="beside">
{chapters}
{transcript}
</div>
<script type="application/json" class="cues">{data}</script>
</section>""")
_SAID = Markup('<div class="transcript"><h3>{heading}</h3>\n<div class="text" tabindex="0">{said}'
               "</div></div>")  # fmt: skip
_BODY = Markup("""\
<main>
<p class="event">{event}</p>
<h1>{title}</h1>
<p class="when">{when}</p>
{films}
</main>
<script>
{script}</script>""")
_PLAIN = Markup("""\
<main>
<p class="event">{event}</p>
<h1>{title}</h1>
<p class="when">{when}</p>
<h2>{heading}</h2>
{said}
</main>""")
