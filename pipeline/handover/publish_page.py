"""The page with the film, its captions, its chapters and all that is said, for a web site or a
folder on a disk; without it whoever wants to read along, or quote, would need a video site.

It loads its films from beside it and nothing from elsewhere. Captions stand in it: a browser that
opened it from the disk would refuse to read them from files. Its script and style are in
handover/static/.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from pipeline.config import Config
from pipeline.handover.page import data_uri, digest_of, static, whole_page
from pipeline.handover.transcripts import Transcript
from pipeline.model import Cue
from pipeline.plan.card_words import mirrored
from pipeline.plan.chapters import Span
from pipeline.plan.dates import day_of, language_of
from pipeline.timing import frame_ms, moment
from pipeline.tools.texts.catalogues import Worded
from pipeline.tools.texts.subtitles import gap, joined


@dataclass(frozen=True)
class Words:
    """The words of a film in one language: what it is in the names of files, how it is called, the
    captions as WebVTT and as SubRip, and the transcript.
    """

    name: str
    called: str
    vtt: str
    srt: str
    transcript: Transcript

    @property
    def language(self) -> str:
        """Its tag; ``mul`` where each speaks their own."""
        return self.transcript.language


@dataclass(frozen=True)
class Film:
    """A film of the page: ``base`` is the name of its files without their ending, ``heading`` what
    stands above it (empty: the page's own title will do), ``rate`` what its frames are counted in.
    ``captioned``: captions are in its picture. ``files`` are those to be taken along, by name.
    """

    base: str
    title: str
    heading: str
    rate: Fraction
    words: tuple[Words, ...]
    chapters: tuple[Span, ...]
    captioned: bool = False
    files: tuple[str, ...] = ()

    @property
    def level(self) -> int:
        """Of the headings under its own, or under the page's."""
        return 3 if self.heading else 2


def publish_page(config: Config, films: Sequence[Film], worded: Worded) -> str:
    """The page as HTML, in the words of ``worded``."""
    style, script = static("publish.css"), static("publish.js")
    occasion = " · ".join(filter(None, (config.event, day_of(config))))
    body = _BODY.format(
        title=config.title,
        occasion=occasion,
        films=Markup("\n").join(_film(film, worded) for film in films),
        script=Markup(script),
    )
    allowed = (
        "default-src 'none'; img-src 'self'; media-src 'self' data:; base-uri 'none';"
        f" form-action 'none'; style-src '{digest_of(style)}'; script-src '{digest_of(script)}'"
    )
    return whole_page(config.title, style, body, language_of(config), mirrored(config), allowed)


def _film(film: Film, worded: Worded) -> Markup:
    heading = Markup('<h2 dir="auto">{}</h2>').format(film.heading) if film.heading else ""
    return _FILM.format(
        heading=heading,
        label=film.title,
        stage=_stage(film, worded),
        chapters=_chapters(film, worded),
        words=_transcripts(film, worded),
        files=_files(film, worded),
    )


def _stage(film: Film, worded: Worded) -> Markup:
    """The film, and the choice of its captions."""
    shown = None if film.captioned or not film.words else film.words[0]
    tracks = Markup("").join(
        Markup('<track kind="captions" srclang="{}" label="{}" src="{}"{}>').format(
            one.language,
            one.called,
            data_uri("text/vtt", one.vtt.encode()),
            Markup(" default") if one is shown else "",
        )
        for one in film.words
    )
    video = Markup(
        '<video controls playsinline preload="metadata" aria-label="{}" poster="{}" src="{}">'
        "{}</video>"
    ).format(film.title, f"{film.base}.jpg", f"{film.base}.mp4", tracks)
    options = Markup("").join(
        Markup('<option value="{}">{}</option>').format(place, one.called)
        for place, one in enumerate(film.words)
    )
    if not film.words:
        return video
    return video + Markup(
        '<p class="choice" hidden><label>{} <select><option value="">{}</option>{}</select>'
        "</label></p>"
    ).format(worded("Captions"), worded("No captions"), options)


def _chapters(film: Film, worded: Worded) -> Markup:
    if not film.chapters:
        return Markup("")
    points = Markup("\n").join(
        Markup('<li>{} <span dir="auto">{}</span></li>').format(
            _jump(film, frame_ms(one.start_frame, film.rate)), one.title
        )
        for one in film.chapters
    )
    return Markup(
        '<nav class="chapters" aria-label="{0}: {3}"><h{2}>{0}</h{2}><ol>{1}</ol></nav>'
    ).format(worded("Chapters"), points, film.level, film.title)


def _jump(film: Film, at_ms: int) -> Markup:
    """A way to a moment of the film, without our script too."""
    return Markup('<a class="jump" data-ms="{}" href="{}.mp4#t={:.3f}">{}</a>').format(
        at_ms, film.base, at_ms / 1000, moment(at_ms)
    )


def _transcripts(film: Film, worded: Worded) -> Markup:
    """What is said, in each language; the first one is seen where no script runs."""
    if not film.words:
        return Markup("")
    inside = Markup("\n").join(
        Markup('<div class="track" data-track="{}"{}>{}</div>').format(
            place,
            Markup(" hidden") if place else "",
            Markup("\n").join(_turns(film, one.transcript)),
        )
        for place, one in enumerate(film.words)
    )
    return Markup(
        '<div class="words"><h{2}>{0}</h{2}>\n<div class="scroll" tabindex="0" role="region"'
        ' aria-label="{0}: {3}">\n{1}</div></div>'
    ).format(worded("Transcript"), inside, film.level, film.title)


def _turns(film: Film, transcript: Transcript) -> Iterator[Markup]:
    rate, under = transcript.rate, film.level + 1
    for turn in transcript.turns:
        if turn.who != film.heading:  # which stands above it already
            yield Markup('<h{0} class="who" dir="auto">{1}</h{0}>').format(under, turn.who)
        for cues in turn.paragraphs:
            yield Markup('<p class="said">{} <span lang="{}" dir="auto">{}</span></p>').format(
                _jump(film, frame_ms(cues[0].start_frame, rate)),
                turn.language,
                _running(cues, rate),
            )


def _running(cues: Sequence[Cue], rate: Fraction) -> Markup:
    """The words of a paragraph, each caption's with its times."""
    said, before = Markup(""), ""
    for cue in cues:
        line = joined([cue])
        said += Markup('{}<span class="cue" data-start="{}" data-end="{}">{}</span>').format(
            gap(before, line),
            frame_ms(cue.start_frame, rate),
            frame_ms(cue.end_frame, rate),
            line,
        )
        before = line
    return said


def _files(film: Film, worded: Worded) -> Markup:
    """All files of a film, to be taken along."""
    links = Markup(" ").join(
        Markup('<li><a href="{}" download>{}</a></li>').format(name, name.rpartition("/")[2])
        for name in film.files
    )
    return Markup("<details><summary>{}</summary><ul>{}</ul></details>").format(
        worded("Files"), links
    )


_FILM = Markup("""\
<article class="film" aria-label="{label}">
{heading}
<div class="stage">
{stage}
{chapters}
</div>
{words}
{files}
</article>""")
_BODY = Markup("""\
<header>
<h1 dir="auto">{title}</h1>
<p dir="auto">{occasion}</p>
</header>
<main>
{films}
</main>
<script>
{script}</script>""")
