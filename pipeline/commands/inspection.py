"""Watches what was built to its end and holds it against the plan; without it a film that was
damaged on its way to the stick would be found out by the audience.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.commands.build import Joined, build, files_beside, texts_of
from pipeline.commands.report import Report
from pipeline.config_editions import AudioEdition, BroadcastEdition, Edition
from pipeline.event import Event
from pipeline.findings import About, Finding
from pipeline.forecast import stage_of
from pipeline.handover.report_page import Told, report_page
from pipeline.plan.airing import kept_from_airing
from pipeline.plan.handed import text_findings, track_findings
from pipeline.plan.loudness import HEARD_TO_DIFFER_LU, parse_meter
from pipeline.plan.promised import coding_findings, coding_promised, tracks_promised
from pipeline.plan.watched import (
    AGAIN,
    Meter,
    Seen,
    parse_curve,
    plan_meter,
    plan_watching,
    watched_findings,
)
from pipeline.programme.edition import EDITIONS
from pipeline.programme.join import Handed, facts_planned
from pipeline.recipe import FileInput
from pipeline.timing import moment
from pipeline.tools.running import files, measure
from pipeline.tools.running.programs import version
from pipeline.tools.texts.caption_files import NotCaptions, read_written
from pipeline.work.bench import Bench

MOST_TILES = 60
_MISSING = "Run `perspectives build`: it is put there again."


@dataclass(frozen=True)
class Inspection:
    """What was found of the films and texts in outputs/. ``tiles`` are small pictures of items of
    the rundown, by their place in it; ``meter`` is what is heard; ``beside`` are names there of
    what other commands made, which was not looked at.
    """

    findings: tuple[Finding, ...]
    tiles: Mapping[int, Path]
    seen: Seen | None
    meter: Meter | None
    beside: tuple[str, ...]


def inspect_built(event: Event, bench: Bench) -> Inspection:
    """What was found of everything in outputs/ that a build makes; report.html is written with
    it.
    """
    made: list[Inspection] = []

    def inspected(event: Event, bench: Bench, joined: Joined) -> Report:
        worked_s = _worked_s(bench)
        inspection = inspect(event, bench, joined)
        made.append(inspection)
        page = report_page(_told(event, joined, inspection, worked_s))
        files.write_if_new(event.workspace.outputs / "report.html", page)
        return joined.report

    build(event, bench, then=inspected)
    return made[-1]


def _worked_s(bench: Bench) -> dict[str, float]:
    """Seconds that programs worked at what was built, by stage; nothing where that is not known of
    all of it.
    """
    stages: dict[str, float] = defaultdict(float)
    for task, seconds in bench.store.worked_s(bench.asked):
        if seconds is None:
            return {}
        stages[stage_of(task)] += seconds
    return stages


def _told(
    event: Event, joined: Joined, inspection: Inspection, worked_s: Mapping[str, float]
) -> Told:
    report = joined.report
    kept = kept_from_airing(report.accepts, report.all_findings)
    rest = [one for one in report.all_findings if one not in kept]
    return Told(
        event.config,
        joined.rundown,
        report.slot(),
        inspection.findings,
        kept,
        tuple(one for one in rest if one.severity != "info"),
        tuple(one for one in rest if one.severity == "info"),
        {one.speaker.id: one.captions for one in report.checked},
        {number: path.read_bytes() for number, path in inspection.tiles.items()},
        inspection.meter,
        worked_s,
    )


def inspect(event: Event, bench: Bench, joined: Joined) -> Inspection:
    """Everything that is wrong with what lies in outputs/, the films first."""
    first, *others = sorted(files_beside(joined), key=lambda one: one.name.startswith("clips/"))
    found = [*_as_made(event, bench, first)]
    path = event.workspace.outputs / first.name
    seen, tiles, meter = None, dict[int, Path](), None
    if path.is_file() and not _unopened(found):
        film = bench.store.file_input(path, "film.mp4")
        seen, tiles = _watched(bench, film, joined)
        meter = _heard(bench, film, "segment")
        heard = (
            *watched_findings(seen, joined.rundown, _clips(bench, joined, first)),
            *_peaks(event, meter),
        )
        found += [_of_film(first, one, changed=bool(found)) for one in heard]
        found += _tracks(event, joined, first, path)
    for other in others:
        found += _as_made(event, bench, other)
    found += _editions(event, bench, joined)
    texts = texts_of(event, bench, joined)
    found += _texts(event, bench, texts)
    beside = _beside(event.workspace.outputs, [*texts, *(one.name for one in (first, *others))])
    return Inspection(tuple(dict.fromkeys(found)), tiles, seen, meter, beside)


def _of_film(film: Handed, one: Finding, *, changed: bool) -> Finding:
    """A finding that names its film. In one that is not what was made nothing is a recording's
    fault: the next step is to build it again.
    """
    said = f"{film.name}: {one.message}"
    return replace(one, file=film.name, message=said, remedy=AGAIN if changed else one.remedy)


def _beside(outputs: Path, names: Iterable[str]) -> tuple[str, ...]:
    ours = {"report.html", *(name.split("/")[0] for name in names)}
    there = sorted(one.name for one in outputs.iterdir())
    return tuple(name for name in there if name not in ours and not name.startswith("."))


def _unopened(found: list[Finding]) -> bool:
    return any(one.code == "built-damaged" for one in found)


def _as_made(event: Event, bench: Bench, film: Handed) -> Iterator[Finding]:
    """Whether a file is there, and is the very one that was made."""
    path, about = event.workspace.outputs / film.name, About(None, film.name, f"{film.name}: ")
    if not path.is_file():
        yield _not_there(event, about)
        return
    made = bench.store.output(film.recipe, film.output)
    if files.sha256_of(path) == bench.store.digest(made):  # read anew: disks fail by themselves
        return
    if path.suffix != ".mp4":
        yield about.error("built-changed", "it is not the file that was made.", AGAIN)
        return
    try:
        at_ms = measure.first_difference_ms(path, made)
    except ValueError:
        yield about.error("built-damaged", "it cannot be opened.", AGAIN)
        return
    where = "; its pictures and its sound are alike"
    if at_ms is not None:
        where = f" from {moment(at_ms)} on"
    yield about.error("built-changed", f"it is not the file that was built{where}.", AGAIN, at_ms)


def _watched(bench: Bench, film: FileInput, joined: Joined) -> tuple[Seen, dict[int, Path]]:
    """What is seen and heard of the segment, with a small picture of each item's middle."""
    items = list(enumerate(joined.rundown.items))[:MOST_TILES]
    names = {item.middle_frame: f"item-{number:03d}.jpg" for number, item in items}
    recipe = plan_watching(film, "segment", names, version("watched"))
    bench.obtain(recipe)
    tiles = {
        number: bench.store.output(recipe, name)
        for (number, _), name in zip(items, names.values(), strict=True)
    }
    return _read(bench.store.output(recipe, "seen.npz")), tiles


def _clips(bench: Bench, joined: Joined, film: Handed) -> dict[str, Seen]:
    """The messages by themselves, as they were joined for their clips, by speaker id."""
    ending = ".captioned.mp4" if film.name.endswith(".captioned.mp4") else ".mp4"
    films = {one.name: one for one in joined.films}
    recipes = {}
    for speaker in joined.ready:
        clip = films[f"clips/{speaker}{ending}"]
        made = bench.made(clip.recipe, clip.output, "film.mp4")
        recipes[speaker] = plan_watching(made, f"clip {speaker}", {}, version("watched"))
    bench.obtain_all(recipes.values())
    return {
        speaker: _read(bench.store.output(recipe, "seen.npz"))
        for speaker, recipe in recipes.items()
    }


def _read(path: Path) -> Seen:
    with np.load(path) as arrays:
        return Seen(**{name: arrays[name] for name in arrays.files})


def _heard(bench: Bench, film: FileInput, whose: str) -> Meter:
    recipe = plan_meter(film, whose, version("ffmpeg"), film.name.endswith(".mxf"))
    said = bench.answer(recipe, "stderr.txt")
    whole, peak = parse_meter(said, "ebur128@whole")
    return Meter(whole, peak, parse_curve(said))


def _peaks(event: Event, meter: Meter) -> Iterator[Finding]:
    """A true peak above the limit; the meter says tenths."""
    yield from _peak_over(About(), meter, event.config.delivery.true_peak)


def _peak_over(about: About, meter: Meter, most: float) -> Iterator[Finding]:
    if meter.true_peak_dbtp > most + 0.05:
        said = f"a true peak of it is {meter.true_peak_dbtp:.1f} dBTP; {most:g} is allowed."
        yield about.warning("peak-over", said, "Report it, with report.json.")


def _editions(event: Event, bench: Bench, joined: Joined) -> Iterator[Finding]:
    """Whether each edition is coded, called and as loud as it says, measured in the file itself; in
    publish/ are the segment and the clips once more.
    """
    speakers = [one.speaker for one in joined.ready.values()]
    handed = [one for one in joined.editions.handed if one.name.startswith(f"{EDITIONS}/")]
    for one in handed:
        _, name, file = one.name.split("/", 2)
        edition, made = event.config.deliveries[name], bench.store.output(one.recipe, one.output)
        promised = coding_promised(edition, event.config, speakers, file)
        yield from coding_findings(promised, measure.coding_of(made), one.name)
        yield from _edition_tracks(event, joined, edition, one, made)
        if isinstance(edition, AudioEdition | BroadcastEdition):
            yield from _edition_loudness(bench, edition, one)


def _edition_tracks(
    event: Event, joined: Joined, edition: Edition, one: Handed, made: Path
) -> tuple[Finding, ...]:
    """Its languages, captions and chapters; a broadcaster gets files beside it."""
    if "/clips/" in one.name or isinstance(edition, BroadcastEdition):
        return ()
    planned, found = facts_planned(event, joined.ready, joined.rundown), measure.facts_of(made)
    if not tracks_promised(edition, event.want_clean):
        planned = replace(planned, captions=())
    if made.suffix == ".mp3":  # which has no place for a language
        found = replace(found, spoken=planned.spoken)
    return track_findings(planned, found, one.name)


def _edition_loudness(
    bench: Bench, edition: AudioEdition | BroadcastEdition, one: Handed
) -> Iterator[Finding]:
    meter = _heard(bench, bench.made(one.recipe, one.output), one.name)
    about = About(None, one.name, f"{one.name}: ")
    if abs(meter.whole_lufs - edition.loudness) > HEARD_TO_DIFFER_LU:
        yield about.warning(
            "edition-loudness",
            f"it is at {meter.whole_lufs:.1f} LUFS, not at {edition.loudness:g}.",
            "Listen to it.",
        )
    yield from _peak_over(about, meter, edition.true_peak)


def _tracks(event: Event, joined: Joined, film: Handed, path: Path) -> tuple[Finding, ...]:
    if film.name != "segment.mp4":
        return ()
    planned = facts_planned(event, joined.ready, joined.rundown)
    return track_findings(planned, measure.facts_of(path), film.name)


def _not_there(event: Event, about: About) -> Finding:
    return about.error("built-missing", f"it is not in {event.workspace.called('')}.", _MISSING)


def _texts(event: Event, bench: Bench, texts: Mapping[str, str | bytes]) -> Iterator[Finding]:
    """Everything that we wrote: captions, transcripts, run of show, letters."""
    captions = (".srt", ".vtt", ".ttml")
    for name, text in texts.items():
        path, about = event.workspace.outputs / name, About(None, name, f"{name}: ")
        if not path.is_file():
            yield _not_there(event, about)
            continue
        dated = name.startswith(_DATED) and not bench.store.changed_by_hand(path)
        if dated or files.says(path, text):
            continue
        of_captions = isinstance(text, str) and path.suffix in captions
        shown = tuple(_shown(event, path, str(text), name)) if of_captions else ()
        changed = about.error("built-changed", "it is not the text that was written.", AGAIN)
        yield from shown or (changed,)


_DATED = ("notes/", "report.json")
"""What says other things on another day: it is held against what was written then."""


def _shown(event: Event, path: Path, text: str, name: str) -> Iterator[Finding]:
    """What a caption file shows otherwise; nothing where it cannot be read as one."""
    rate = event.config.delivery.fps
    try:
        planned, _ = read_written(text.encode(), path.name, rate)
        found, _ = read_written(path.read_bytes(), path.name, rate)
    except NotCaptions:
        return
    yield from text_findings(planned, found, name)
