"""What goes to the web once the event is over, in outputs/publish/; without it somebody would type
descriptions, cut thumbnails and copy captions, and publish who has not agreed to it.

All of it is made from what is built. A speaker of whom it is not written that they agree is left
out; the segment itself goes with everybody in it or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.captions.words.languages import closest, own_name
from pipeline.commands.build import Joined, build
from pipeline.commands.report import Report
from pipeline.errors import Refused
from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.handover import transcripts, upload
from pipeline.handover.publish_page import Film, Words, publish_page
from pipeline.handover.transcripts import Transcript
from pipeline.message.drawings import brand_inputs
from pipeline.message.pictures import strap_frames
from pipeline.message.prepared import Prepared
from pipeline.model import Cue
from pipeline.plan import thumbnails
from pipeline.plan.airing import kept_from_airing
from pipeline.plan.assembly import AS_SPOKEN
from pipeline.plan.cards import drawing_findings
from pipeline.plan.chapters import clip_spans
from pipeline.plan.consent import may_publish, published_without_asking
from pipeline.plan.dates import language_of
from pipeline.plan.runofshow import chapter_spans
from pipeline.programme.handing_over import put_beside
from pipeline.programme.join import Handed, measured_as_planned, segment_captions
from pipeline.recipe import Recipe
from pipeline.tools.running.programs import version
from pipeline.tools.texts.catalogues import Worded, own_words
from pipeline.tools.texts.subtitles import write_srt, write_vtt
from pipeline.work.bench import Bench

FOLDER = "publish"


@dataclass(frozen=True)
class Published:
    """What lies in outputs/publish/: its films by the names of their files without the ending, how
    many files, how many of them are new; who is left out, by name; in which files a text had to be
    ``shortened``; what could not be drawn; what would keep the segment from airing.
    """

    films: tuple[str, ...]
    count: int
    new: int
    left_out: tuple[str, ...]
    shortened: tuple[str, ...]
    drawn: tuple[Finding, ...]
    kept: tuple[Finding, ...]


@dataclass(frozen=True)
class _Share:
    """One film with all that belongs to it: what a tool made, what we wrote (by its name from the
    folder on), and which texts had to be ``shortened``.
    """

    film: Film
    results: tuple[Handed, ...]
    texts: Mapping[str, str | bytes]
    shortened: tuple[str, ...]


@dataclass(frozen=True)
class _Putting:
    """What everything is made of, and in which words."""

    event: Event
    bench: Bench
    joined: Joined
    worded: Worded


def publish(event: Event, bench: Bench, today: date) -> Published:
    """Everything in outputs/publish/, and nothing there of an earlier time. Raises Refused where
    nobody may be published.
    """
    made: list[Published] = []

    def published(event: Event, bench: Bench, joined: Joined) -> Report:
        worded = own_words(language_of(event.config))
        made.append(_published(_Putting(event, bench, joined, worded), today))
        return joined.report

    build(event, bench, then=published)
    return made[-1]


def _published(putting: _Putting, today: date) -> Published:
    event, bench, joined = putting.event, putting.bench, putting.joined
    measured_as_planned(event, bench, joined.films)
    free = published_without_asking(event.config)
    agreed = [one for one in joined.ready.values() if free or may_publish(one.speaker, today)]
    left_out = tuple(one.speaker.name for one in joined.ready.values() if one not in agreed)
    if not agreed:
        _put(putting, [])
        raise _nobody(event, left_out)
    drawings = bench.each(lambda one: _thumbnail(putting, one), agreed)
    shares = [_clip(putting, *both) for both in zip(agreed, drawings, strict=True)]
    if not left_out:
        drawings.append(_segments_thumbnail(putting, drawings))
        shares.insert(0, _segment(putting, drawings[-1]))
    return Published(
        tuple(one.film.base for one in shares),
        *_put(putting, shares),
        left_out,
        tuple(name for one in shares for name in one.shortened),
        tuple(found for one in drawings for found in _not_drawn(bench, one)),
        kept_from_airing(joined.report.accepts, joined.report.all_findings),
    )


def _nobody(event: Event, left_out: Sequence[str]) -> Refused:
    where = event.workspace.called(f"{FOLDER}/")
    return Refused(
        f"Nobody here can be published: {', '.join(left_out)} (consent: in config.yaml).\n  Next:"
        " ask, and write `consent: {publish: yes}` under each who agrees, then `perspectives"
        f" publish`. There is nothing in {where} any more."
    )


def _put(putting: _Putting, shares: Sequence[_Share]) -> tuple[int, int]:
    """Have it all there in one step, and what an earlier run put there gone: how many files that
    are, and how many of them are new. The page shows the segment, or each message where it is
    not there.
    """
    event, films = putting.event, [one.film for one in shares]
    texts = {name: text for one in shares for name, text in one.texts.items()}
    if films:
        shown = films[:1] if films[0].base == "segment" else films
        texts["index.html"] = publish_page(event.config, shown, putting.worded)
    texts = {f"{FOLDER}/{name}": text for name, text in texts.items()}
    results = [
        replace(made, name=f"{FOLDER}/{made.name}") for one in shares for made in one.results
    ]
    outputs = event.workspace.outputs
    wanted = {*texts, *(one.name for one in results)}
    there = (path for path in (outputs / FOLDER).rglob("*") if path.is_file())
    names = (path.relative_to(outputs).as_posix() for path in there)
    gone = [name for name in names if name not in wanted]
    return len(wanted), len(put_beside(event, putting.bench, results, texts, gone))


# --- films ----------------------------------------------------------------------------------------


def _segment(putting: _Putting, thumbnail: Recipe) -> _Share:
    config, joined, worded = putting.event.config, putting.joined, putting.worded
    rundown, ready = joined.rundown, joined.ready
    words = [
        _words(
            one.name,
            worded("As spoken") if one.name == AS_SPOKEN else own_name(one.language),
            one.cues,
            transcripts.segment_transcript(config, rundown, ready, one, worded),
        )
        for one in segment_captions(config, rundown, ready)
        if one.cues
    ]
    languages = [one.language for one in words if one.name != AS_SPOKEN]
    told = upload.segment_upload(config, rundown, languages, worded)
    chapters = tuple(chapter_spans(rundown, config))
    film = Film("segment", config.title, "", rundown.rate, tuple(words), chapters)
    return _share(putting, film, told, thumbnail)


def _clip(putting: _Putting, message: Prepared, thumbnail: Recipe) -> _Share:
    config, rundown, speaker = putting.event.config, putting.joined.rundown, message.speaker
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
    made = {one.name: one for one in putting.joined.films}
    clean = made.get(f"{film.base}.mp4")
    picture = clean or made[f"{film.base}.captioned.mp4"]
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
    files = tuple(one.name for one in results) + tuple(texts)
    fields = {f"{film.base}.{name}": text for name, text in upload.files_of(told)}
    shortened = tuple(f"{film.base}.{name}.txt" for name in told.shortened)
    film = replace(film, captioned=clean is None, files=files)
    return _Share(film, results, {**texts, **fields}, shortened)


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
    bench.obtain(drawing)
    return drawing


def _segments_thumbnail(putting: _Putting, drawings: Sequence[Recipe]) -> Recipe:
    """What draws the segment's, and has: of the pictures that were chosen for each message."""
    event, bench = putting.event, putting.bench
    pictures = [bench.made(one, "picture.jpg") for one in drawings]
    brand, draw = brand_inputs(event, bench), version("thumbnail")
    drawing = thumbnails.segment_thumbnail(event.config, pictures, brand, draw)
    bench.obtain(drawing)
    return drawing


def _not_drawn(bench: Bench, drawing: Recipe) -> Iterable[Finding]:
    return drawing_findings(bench.store.text(drawing, "stdout.txt"), drawing.task, None)
