"""What goes onto the web with the segment, in publish/: the film, its page, thumbnails, title and
description, captions and transcript; without it somebody would gather them the morning after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pipeline.captions.words.languages import own_name
from pipeline.config import Speaker
from pipeline.event import Event
from pipeline.findings import About, Finding
from pipeline.handover.published import (
    Film,
    description,
    said_by,
    tags,
    title_of,
    transcript_document,
    transcript_text,
)
from pipeline.handover.published_page import Published, published_page, transcript_page
from pipeline.message.drawings import brand_inputs
from pipeline.message.prepared import Prepared
from pipeline.plan import thumbnail
from pipeline.plan.cards import plan_card_still
from pipeline.plan.chapters import clip_spans, segment_spans
from pipeline.plan.consent import may_publish, published_without_asking
from pipeline.plan.dates import language_of
from pipeline.plan.runofshow import chapter_list
from pipeline.programme.edition import Source
from pipeline.programme.editions import Editions
from pipeline.programme.join import Handed
from pipeline.recipe import Recipe
from pipeline.timing import frame_ms
from pipeline.tools.running.programs import version
from pipeline.tools.texts import subtitles
from pipeline.tools.texts.catalogues import own_words
from pipeline.work.bench import Bench

_SEGMENT = "segment"


def publish(
    event: Event, bench: Bench, source: Source, ready: Mapping[str, Prepared], today: date
) -> Editions:
    """Everything in publish/, where config.yaml asks for it: the segment, or, where somebody in it
    has not agreed to be published, the messages of those who have. None of a draft.
    """
    if not event.config.publish or event.draft:
        return Editions()
    agreed = {
        speaker: one
        for speaker, one in ready.items()
        if published_without_asking(event.config) or may_publish(one.speaker, today)
    }
    whole = len(agreed) == len(ready)
    found = () if whole else (_held_back(ready, agreed),)
    if not agreed:
        return Editions(findings=found)
    films = {_SEGMENT: _segment(event, source, ready)} if whole else _clips(source, agreed)
    handed = [_handed(source, name, film) for name, film in films.items()]
    pictures = _thumbnails(event, bench, source, agreed, whole)
    bench.obtain_all(pictures.values())
    handed += [Handed(one, "thumbnail.jpg", f"publish/{name}.jpg", 0)
               for name, one in pictures.items()]  # fmt: skip
    texts = _texts(event, source, list(films.values()), agreed, whole)
    return Editions(tuple(handed), found, {f"publish/{name}": one for name, one in texts.items()})


def _held_back(ready: Mapping[str, Prepared], agreed: Mapping[str, Prepared]) -> Finding:
    names = [one.speaker.name for speaker, one in ready.items() if speaker not in agreed]
    instead = "the messages of the others stand in publish/ by themselves" if agreed else (
        "nothing is in publish/"
    )  # fmt: skip
    return About().warning(
        "publish-held-back",
        f"The segment is not in publish/: {', '.join(names)} cannot be published (consent: in"
        f" config.yaml); {instead}.",
        "Ask, and write `consent: {publish: yes}` under each of them in config.yaml.",
    )


# --- films ----------------------------------------------------------------------------------------


def _segment(event: Event, source: Source, ready: Mapping[str, Prepared]) -> Film:
    rundown = source.rundown
    starts = {item.speaker: item.start_frame for item in rundown.items if item.kind == "message"}
    said = [
        said_by(ready[speaker].speaker, ready[speaker].captions, start)
        for speaker, start in starts.items()
        if speaker is not None
    ]
    chapters = [
        (frame_ms(span.start_frame, rundown.rate), span.title)
        for span in segment_spans(rundown.items)
    ]
    captions = {one.name: (one.language, one.cues) for one in source.captions}
    return Film(f"{_SEGMENT}.mp4", event.config.title, captions, tuple(chapters), tuple(said))


def _clips(source: Source, agreed: Mapping[str, Prepared]) -> dict[str, Film]:
    return {speaker: _clip(source, one) for speaker, one in agreed.items()}


def _clip(source: Source, one: Prepared) -> Film:
    rate, own = source.rundown.rate, one.speaker.language
    spans = clip_spans(source.rundown.message_of(one.speaker.id))
    first = sorted(one.captions, key=lambda language: (language != own, language))
    return Film(
        f"{one.speaker.id}.mp4",
        one.speaker.name,
        {language: (language, one.captions[language].cues) for language in first},
        tuple((frame_ms(span.start_frame, rate), span.title) for span in spans),
        (said_by(one.speaker, one.captions),),
    )


def _film_of(source: Source, name: str) -> Handed:
    """The joined film without captions in its picture; with them where only that is made."""
    place = name if name == _SEGMENT else f"clips/{name}"
    films = source.films
    return films.get(f"{place}.mp4") or films[f"{place}.captioned.mp4"]


def _handed(source: Source, name: str, film: Film) -> Handed:
    of = _film_of(source, name)
    return Handed(of.recipe, of.output, f"publish/{film.file}", of.frames)


# --- thumbnails -----------------------------------------------------------------------------------


def _thumbnails(
    event: Event, bench: Bench, source: Source, agreed: Mapping[str, Prepared], whole: bool
) -> dict[str, Recipe]:
    """By name: one of the segment, one of each message."""
    pictures = {
        speaker: _thumbnail(event, bench, source, one.speaker, [one])
        for speaker, one in agreed.items()
    }
    if whole:
        shown = list(agreed.values())[: thumbnail.MOST_FACES]
        pictures[_SEGMENT] = _thumbnail(event, bench, source, None, shown)
    return pictures


def _thumbnail(
    event: Event, bench: Bench, source: Source, whose: Speaker | None, shown: Sequence[Prepared]
) -> Recipe:
    """The words of a card, laid out anew for their part of the picture, beside who speaks. A third
    into a message its name is not in the picture any more.
    """
    size = (thumbnail.WORDS_WIDE, thumbnail.SIZE[1])
    delivery = event.config.delivery.model_copy(update={"size": size})
    narrow = event.config.model_copy(update={"delivery": delivery})
    kind = "title" if whose else "opening"
    brand = brand_inputs(event, bench)
    card = plan_card_still(narrow, kind, whose, brand, event.draft, version("draw"))
    bench.obtain(card)
    films = []
    for one in shown:
        of = _film_of(source, one.speaker.id)
        start_s = float(one.frames / source.rundown.rate) / 3
        films.append((bench.made(of.recipe, of.output), start_s))
    name = whose.id if whose else _SEGMENT
    made = bench.made(card, "card.png")
    return thumbnail.plan_thumbnail(name, made, films, version("ffmpeg"))


# --- words ----------------------------------------------------------------------------------------


def _texts(
    event: Event, source: Source, films: list[Film], agreed: Mapping[str, Prepared], whole: bool
) -> dict[str, str | bytes]:
    config, rate = event.config, source.rundown.rate
    worded = own_words(language_of(config))
    people = [one.speaker for one in agreed.values()]
    chapters = chapter_list(source.rundown, config) if whole else ""
    languages = _languages(films)
    shown, title = Published(config, films, rate), title_of(config)
    texts: dict[str, str | bytes] = {
        "title.txt": title + "\n",
        "description.txt": description(config, chapters, people, languages, worded),
        "tags.txt": tags(config, people) + "\n",
        "transcript.txt": transcript_text(title, films, rate),
        "transcript.docx": transcript_document(title, films, rate),
        "transcript.html": transcript_page(shown, worded),
        "index.html": published_page(shown, worded),
    }
    for film in films:
        for name, (_, cues) in film.captions.items():
            texts[f"{film.name}.{name}.srt"] = subtitles.write_srt(cues, rate)
            texts[f"{film.name}.{name}.vtt"] = subtitles.write_vtt(cues, rate)
    return texts


def _languages(films: Sequence[Film]) -> str:
    """Those of the captions, each by its own name for itself."""
    tags = dict.fromkeys(language for film in films for language, _ in film.captions.values())
    return ", ".join(own_name(tag) for tag in tags if tag != "mul")
