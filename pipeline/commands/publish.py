"""What goes onto the web with the segment, in publish/: films, the page, thumbnails, titles and
descriptions, captions and transcripts; without it somebody would gather them the morning after, and
publish who has not agreed to it.

All of it is made from what is joined. A speaker of whom it is not written that they agree is left
out; the segment itself goes with everybody in it or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.captions.words.languages import closest, own_name
from pipeline.config import Speaker
from pipeline.event import Event
from pipeline.findings import About, Finding
from pipeline.handover import transcripts, upload
from pipeline.handover.publish_page import Film, Words, publish_page
from pipeline.handover.transcripts import Transcript
from pipeline.message.drawings import brand_inputs
from pipeline.message.further_fonts import with_further_fonts
from pipeline.message.pictures import strap_frames
from pipeline.message.prepared import Prepared
from pipeline.model import Cue
from pipeline.plan import thumbnails
from pipeline.plan.assembly import AS_SPOKEN
from pipeline.plan.chapters import clip_spans
from pipeline.plan.consent import not_agreed
from pipeline.plan.dates import language_of
from pipeline.plan.runofshow import chapter_spans
from pipeline.programme.edition import PUBLISH, Source
from pipeline.programme.editions import Editions
from pipeline.programme.join import Handed
from pipeline.recipe import Recipe
from pipeline.tools.running.programs import version
from pipeline.tools.texts.catalogues import Worded, own_words
from pipeline.tools.texts.subtitles import write_srt, write_vtt
from pipeline.work.bench import Bench

_SEGMENT = "segment"
_DOCUMENTS_WEIGHT = 1.0
"""About what transcripts for Word cost (``Recipe.weight``)."""


@dataclass(frozen=True)
class _Share:
    """One film with all that belongs to it: what a tool made, what we wrote (by its name from the
    folder on), and which texts had to be ``shortened``.
    """

    film: Film
    results: tuple[Handed, ...]
    texts: Mapping[str, str]
    shortened: tuple[str, ...]


@dataclass(frozen=True)
class _Putting:
    """What everything is made of, and in which words; ``ready`` are all messages, by speaker id."""

    event: Event
    bench: Bench
    source: Source
    ready: Mapping[str, Prepared]
    worded: Worded


def publish(
    event: Event, bench: Bench, source: Source, ready: Mapping[str, Prepared], today: date
) -> Editions:
    """Everything in publish/, where config.yaml asks for it; none of a draft. The page shows the
    segment, or, where somebody in it has not agreed to be published, the messages of those who
    have.
    """
    if not event.publishes:
        return Editions()
    ours = bench.on_behalf_of(PUBLISH)
    putting = _Putting(event, ours, source, ready, own_words(language_of(event.config)))
    withheld = not_agreed(event.config, source.speakers, today)
    agreed = [one for one in ready.values() if one.speaker not in withheld]
    drawings = bench.each(lambda one: _thumbnail(putting, one), agreed)
    shares = [_clip(putting, *both) for both in zip(agreed, drawings, strict=True)]
    shown = [one.film for one in shares]
    held_back: list[Finding] = []
    if len(agreed) < len(ready):
        held_back = [_held_back(ready, agreed)]
    elif agreed:
        segment = _segment(putting, _segments_thumbnail(putting, drawings))
        shares, shown = [segment, *shares], [segment.film]
    texts = {name: text for one in shares for name, text in one.texts.items()}
    if shown:
        texts["index.html"] = publish_page(event.config, shown, putting.worded)
    results = [*(made for one in shares for made in one.results), *_documents(putting, shares)]
    bench.observer.behind(PUBLISH, 0.0, False)
    return Editions(
        tuple(replace(made, name=f"{PUBLISH}/{made.name}") for made in results),
        (*held_back, *_shortened(shares)),
        {f"{PUBLISH}/{name}": text for name, text in texts.items()},
    )


def announce_publishing(
    event: Event, bench: Bench, speakers: Sequence[Speaker], today: date
) -> None:
    """Tell whoever watches the work how much of it publish/ is; all ``speakers`` are shown."""
    if not event.publishes:
        return
    agreed = len(speakers) - len(not_agreed(event.config, speakers, today))
    if agreed:
        bench.observer.behind(PUBLISH, thumbnails.weight_of(agreed) + _DOCUMENTS_WEIGHT, False)


def _held_back(ready: Mapping[str, Prepared], agreed: Sequence[Prepared]) -> Finding:
    names = ", ".join(one.speaker.name for one in ready.values() if one not in agreed)
    instead = "the messages of the others stand in publish/ by themselves"
    return About().warning(
        "publish-held-back",
        f"The segment is not in publish/: {names} cannot be published (consent: in config.yaml);"
        f" {instead if agreed else 'nothing is in publish/'}.",
        "Ask, and write `consent: {publish: yes}` under each of them in config.yaml.",
    )


def _shortened(shares: Sequence[_Share]) -> list[Finding]:
    names = [f"{PUBLISH}/{name}" for one in shares for name in one.shortened]
    if not names:
        return []
    said = f"Video sites take no more: {', '.join(names)} had to be shortened."
    return [About().note("publish-shortened", said, "Read it before you upload the film.")]


# --- films ----------------------------------------------------------------------------------------


def _segment(putting: _Putting, thumbnail: Recipe) -> _Share:
    config, source, worded = putting.event.config, putting.source, putting.worded
    rundown, ready = source.rundown, putting.ready
    words = [
        _words(
            one.name,
            worded("As spoken") if one.name == AS_SPOKEN else own_name(one.language),
            one.cues,
            transcripts.segment_transcript(config, rundown, ready, one, worded),
        )
        for one in source.captions
        if one.cues
    ]
    languages = [one.language for one in words if one.name != AS_SPOKEN]
    told = upload.segment_upload(config, rundown, languages, worded)
    chapters = tuple(chapter_spans(rundown, config))
    film = Film(_SEGMENT, config.title, "", rundown.rate, tuple(words), chapters)
    return _share(putting, film, told, thumbnail)


def _clip(putting: _Putting, message: Prepared, thumbnail: Recipe) -> _Share:
    config, rundown, speaker = putting.event.config, putting.source.rundown, message.speaker
    spoken = closest(speaker.language, message.captions)
    filled = (one for one in message.captions.values() if one.cues)
    words = [
        _words(
            one.language,
            own_name(one.language),
            one.cues,
            transcripts.clip_transcript(config, speaker, one),
        )
        for one in sorted(filled, key=lambda one: (one.language != spoken, one.language))
    ]
    chapters = tuple(clip_spans(rundown.message_of(speaker.id)))
    languages = [one.language for one in words]
    told = upload.clip_upload(config, speaker, chapters, rundown.rate, languages, putting.worded)
    base = f"clips/{speaker.id}"
    heading = upload.credit(speaker)
    film = Film(base, speaker.name, heading, rundown.rate, tuple(words), chapters)
    return _share(putting, film, told, thumbnail)


def _words(name: str, called: str, cues: Sequence[Cue], transcript: Transcript) -> Words:
    vtt = write_vtt(cues, transcript.rate)
    return Words(name, called, vtt, write_srt(cues, transcript.rate), transcript)


def _share(putting: _Putting, film: Film, told: upload.Upload, thumbnail: Recipe) -> _Share:
    """A film with its thumbnail, captions, transcripts and the words for a site."""
    films = putting.source.films
    clean = films.get(f"{film.base}.mp4")
    picture = clean or films[f"{film.base}.captioned.mp4"]
    results = (
        replace(picture, name=f"{film.base}.mp4"),
        Handed(thumbnail, "thumbnail.jpg", f"{film.base}.jpg", 0),
    )
    config, worded = putting.event.config, putting.worded
    texts = {
        f"{film.base}.{words.name}.{ending}": text
        for words in film.words
        for ending, text in (
            ("srt", words.srt),
            ("vtt", words.vtt),
            *transcripts.files_of(words.transcript, config, worded).items(),
        )
    }
    documents = [_document_of(film, words) for words in film.words]
    files = (*(one.name for one in results), *texts, *documents)
    fields = {f"{film.base}.{name}": text for name, text in upload.files_of(told)}
    shortened = tuple(f"{film.base}.{name}.txt" for name in told.shortened)
    film = replace(film, captioned=clean is None, files=files)
    return _Share(film, results, {**texts, **fields}, shortened)


def _documents(putting: _Putting, shares: Sequence[_Share]) -> list[Handed]:
    """The transcripts of all films for Word, made by one program."""
    documents = {
        _document_of(one.film, words): words.transcript
        for one in shares
        for words in one.film.words
    }
    if not documents:
        return []
    flat = {name: name.replace("/", "-") for name in documents}
    recipe = transcripts.plan_documents(
        {flat[name]: one for name, one in documents.items()}, version("word")
    )
    putting.bench.obtain(recipe)
    return [Handed(recipe, output, name, 0) for name, output in flat.items()]


def _document_of(film: Film, words: Words) -> str:
    return f"{film.base}.{words.name}.docx"


# --- thumbnails -----------------------------------------------------------------------------------


def _thumbnail(putting: _Putting, message: Prepared) -> Recipe:
    """What draws a message's, and has: of its own pictures, the name no longer in them."""
    event, bench, speaker = putting.event, putting.bench, message.speaker
    parts = message.pictures.of(not event.want_clean)
    lengths = [dict(recipe.frames)[output] for recipe, output in parts]
    chosen = thumbnails.candidates(lengths, strap_frames(event)[1])
    made = [bench.made(recipe, output) for recipe, output in parts]
    taken = thumbnails.plan_pictures(speaker.id, made, chosen, event.config, version("ffmpeg"))
    bench.obtain(taken)
    pictures = [bench.made(taken, output) for output in taken.outputs]
    brand, draw = brand_inputs(event, bench), version("thumbnail")
    drawing = thumbnails.message_thumbnail(event.config, speaker, pictures, brand, draw)
    drawing = with_further_fonts(bench, drawing)
    bench.obtain(drawing)
    return drawing


def _segments_thumbnail(putting: _Putting, drawings: Sequence[Recipe]) -> Recipe:
    """What draws the segment's, and has: of the pictures that were chosen for each message."""
    event, bench = putting.event, putting.bench
    pictures = [bench.made(one, "picture.jpg") for one in drawings]
    brand, draw = brand_inputs(event, bench), version("thumbnail")
    drawing = thumbnails.segment_thumbnail(event.config, pictures, brand, draw)
    drawing = with_further_fonts(bench, drawing)
    bench.obtain(drawing)
    return drawing
