"""The folder that goes to the event, and whether a copy of it is whole; without it a stick with
half a film on it would be found out on the stage.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.commands.build import Joined, build
from pipeline.commands.report import Report
from pipeline.errors import Refused
from pipeline.event import Event
from pipeline.handover.pack import (
    README,
    SUMS,
    Listed,
    collisions,
    linked_in,
    listed,
    obs_collection,
    read_sums,
    readme_page,
    sums_text,
)
from pipeline.plan.pieces import piece_name, plan_black, plan_leader, plan_piece, plan_standby
from pipeline.plan.rundown import Rundown
from pipeline.programme.join import Handed
from pipeline.recipe import Recipe
from pipeline.tools.drawing.fonts import font_file
from pipeline.tools.running import files
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench

_BESIDE = {
    "segment.captioned.mp4": "all of it, captions in the picture",
    "segment.mp4": "all of it, with caption tracks that a player can switch on",
    "rundown.pdf": "the run of show, to print",
    "rundown.html": "the run of show, to read",
    "rundown.csv": "the run of show, for a spreadsheet",
    "rundown.ontime.json": "the run of show, for Ontime",
}
_STANDING_BY = {
    "standby.mp4": "a minute of a still picture, to be looped",
    "black.mp4": "ten seconds of black",
    "countdown.mp4": "ten to one",
}


@dataclass(frozen=True)
class Packed:
    """Where the pack lies, how many files and bytes it has; where its copy is, which films lie
    beside that, and what of an earlier pack was taken away there.
    """

    folder: Path
    count: int
    size: int
    copy: Path | None = None
    strangers: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def make_pack(event: Event, bench: Bench, countdown: bool, to: Path | None) -> Packed:
    """The pack in outputs/pack and outputs/pack.zip, and a second one in ``to``, which is read back
    and compared. Raises Refused where something is not as it was written.
    """
    made: list[Packed] = []

    def packed(event: Event, bench: Bench, joined: Joined) -> Report:
        made.append(_packed(event, bench, joined, countdown))
        return joined.report

    build(event, bench, then=packed)
    (pack,) = made
    if to is None:
        return pack
    event.workspace.made(to)
    gone = _earlier(pack.folder, to)
    files.remove_all(to / name for name in gone)
    for path in sorted(pack.folder.iterdir()):
        files.copy_whole(path, to / path.name)
    wrong = wrong_in(to)
    if wrong:
        raise Refused(f"The copy in {to} is not as it should be:\n" + "\n".join(wrong))
    films = tuple(name for name in strangers_in(to) if name.endswith(".mp4"))
    return replace(pack, copy=to, strangers=films, gone=gone)


def _earlier(folder: Path, to: Path) -> tuple[str, ...]:
    """What an earlier pack put into ``to`` by its own list, is still as it was written, and is not
    of the pack in ``folder``.
    """
    return tuple(
        name
        for name, digest in _listed_in(to).items()
        if not (folder / name).exists()
        and (to / name).is_file()
        and files.sha256_of(to / name) == digest
    )


def _packed(event: Event, bench: Bench, joined: Joined, countdown: bool) -> Packed:
    films = {one.name: one for one in joined.films}
    film = films.get("segment.captioned.mp4") or films["segment.mp4"]
    rundown, folder = joined.rundown, event.workspace.outputs / "pack"
    names = [piece_name(number, item) for number, item in enumerate(rundown.items, 1)]
    pieces = _pieces(event, bench, film, rundown, names)
    beside = _beside(event, bench, film, rundown, countdown)
    bench.obtain_all([*pieces.values(), *beside.values()])
    wanted = {*pieces, *beside, SUMS, README, "obs.json"}
    for name, recipe in {**pieces, **beside}.items():
        bench.store.publish(recipe, name, folder / name)
    for path in _handed(event):
        files.copy_whole(path, folder / path.name)
        wanted.add(path.name)
    items = listed(event.config, rundown, names)
    _texts(event, rundown, items, folder, {*wanted})
    files.remove_all(path for path in folder.iterdir() if path.name not in wanted)
    built = {one.name: bench.store.content_of(one.recipe, one.output) for one in joined.films}
    _summed(event, folder, built)
    _zipped(folder, folder.with_suffix(".zip"))
    sizes = [path.stat().st_size for path in folder.iterdir()]
    return Packed(folder, len(sizes), sum(sizes))


def _pieces(
    event: Event, bench: Bench, film: Handed, rundown: Rundown, names: list[str]
) -> dict[str, Recipe]:
    """The items of the programme one by one, by the names of their files."""
    whole = bench.made(film.recipe, film.output, "film.mp4")
    return {
        name: plan_piece(whole, rundown, place, name, version("ffmpeg"))
        for place, name in enumerate(names)
    }


def _beside(
    event: Event, bench: Bench, film: Handed, rundown: Rundown, countdown: bool
) -> dict[str, Recipe]:
    """What stands ready: the first card as a still picture, black, and a countdown if asked."""
    whole = bench.made(film.recipe, film.output, "film.mp4")
    still = rundown.items[0].middle_frame
    found = {
        "standby.mp4": plan_standby(whole, still, event.config, version("ffmpeg")),
        "black.mp4": plan_black(event.config, version("ffmpeg")),
    }
    if countdown:
        font = bench.store.file_input(font_file("Bold"), "font.ttf")
        found["countdown.mp4"] = plan_leader(event.config, font, version("ffmpeg"))
    return found


def _handed(event: Event) -> Iterator[Path]:
    """What a build has put into outputs/ for the whole segment. Raises Refused where it is not
    there.
    """
    outputs = event.workspace.outputs
    found = [outputs / name for name in _BESIDE if (outputs / name).is_file()]
    found += sorted(
        path for ending in ("srt", "vtt", "ttml") for path in outputs.glob(f"segment.*.{ending}")
    )
    if not any(path.suffix == ".mp4" for path in found):
        where = event.workspace.called("")
        raise Refused(
            f"The segment is not in {where}.\n  Next: `perspectives build`, then"
            " `perspectives pack`."
        )
    yield from found


def _texts(
    event: Event, rundown: Rundown, items: tuple[Listed, ...], folder: Path, names: set[str]
) -> None:
    said = {**_BESIDE, **_STANDING_BY, "obs.json": "scenes for OBS", SUMS: "to check a copy"}
    captions = {name: "captions of the segment" for name in sorted(names) if name not in said}
    others = {name: what for name, what in said.items() if name in names}
    pieces = {one.file for one in items} | {README}
    others |= {name: what for name, what in captions.items() if name not in pieces}
    page = readme_page(event.config, rundown, items, others)
    files.write_if_new(folder / README, page)
    files.write_if_new(folder / "obs.json", obs_collection(event.config, items, "standby.mp4"))


def _summed(event: Event, folder: Path, built: Mapping[str, str]) -> None:
    """SHA256SUMS of everything beside it, as it is read back from the disk. Raises Refused where a
    film has another than was ``built`` (empty: that is not known): the disk or somebody has changed
    a part of it, at the same size and time.
    """
    names = sorted(path.name for path in folder.iterdir() if path.name != SUMS)
    digests = {name: files.sha256_of(folder / name) for name in names}
    for name in names:
        if (was := built.get(name)) and digests[name] != was:
            (folder / name).unlink()
            film = event.workspace.called(name)
            raise Refused(
                f"{film} is not what was built: a part of it was changed or damaged.\n"
                f"  Next: delete {film}, `perspectives build`, then `perspectives pack`."
            )
    files.write_if_new(folder / SUMS, sums_text(digests))


def _zipped(folder: Path, archive: Path) -> None:
    """The folder as a zip, its files as they are: films do not grow smaller. Each of them says that
    it was made in 1980, as `ZipInfo` has it: the same pack is the same zip.
    """

    def fill(temporary: Path) -> None:
        with zipfile.ZipFile(temporary, "w") as zipped:
            for path in sorted(folder.iterdir()):
                entry = zipfile.ZipInfo(f"pack/{path.name}")
                with path.open("rb") as source, zipped.open(entry, "w", force_zip64=True) as target:
                    while block := source.read(1 << 20):
                        target.write(block)

    files.fill_whole(archive, fill)


def wrong_in(folder: Path) -> list[str]:
    """What is not as SHA256SUMS in ``folder`` says, what that should say and does not, and films
    of another pack that could be taken for one of this: a sentence each, from a fresh reading.
    Raises Refused where there is no such list.
    """
    sums = _listed_in(folder)
    if not (folder / SUMS).is_file():
        raise Refused(f"{folder} has no {SUMS}: it is no pack, or its list is missing.")
    found = []
    for name, digest in sums.items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name} is missing.")
        elif files.sha256_of(path) != digest:
            found.append(f"{name} is not as it was written; copy it again.")
    for name in sorted(_to_be_listed(folder) - {*sums}):
        found.append(f"{name} is not in {SUMS}, which was cut; copy that again.")
    return found + collisions(sums, strangers_in(folder))


def strangers_in(folder: Path) -> list[str]:
    """The files in a copy of a pack that are not of it, but for hidden ones."""
    ours = {SUMS, *_listed_in(folder), *_to_be_listed(folder)}
    there = sorted(path.name for path in folder.iterdir() if path.is_file())
    return [name for name in there if name not in ours and not name.startswith(".")]


def _listed_in(folder: Path) -> dict[str, str]:
    """Digests by name, as the list in ``folder`` has them; none where there is no list."""
    path = folder / SUMS
    sums = read_sums(path.read_text("utf-8", "replace")) if path.is_file() else {}
    return {Path(name).name: digest for name, digest in sums.items()}


def _to_be_listed(folder: Path) -> set[str]:
    path = folder / README
    return linked_in(path.read_text("utf-8", "replace") if path.is_file() else "")
