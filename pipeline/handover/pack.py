"""What lies in the folder that goes to the event: in which order, what it is, how it is checked;
without it somebody would copy files by hand and find one missing on the evening.
"""

from __future__ import annotations

import html
import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pipeline.config import Config
from pipeline.handover.page import whole_page
from pipeline.plan.dates import hours
from pipeline.plan.rundown import Rundown
from pipeline.plan.runofshow import back_at, clock_at
from pipeline.timing import clock, frame_ms

SUMS = "SHA256SUMS"
README = "README.html"
MONITOR_AND_OUTPUT = 2
"""OBS: who works it hears what goes out."""


@dataclass(frozen=True)
class Listed:
    """One film of the pack: when it is on (the event's clock), what it is, how long."""

    file: str
    clock: str
    title: str
    length: str


def listed(config: Config, rundown: Rundown, names: Sequence[str]) -> tuple[Listed, ...]:
    """The items of the rundown with their files' ``names``, in its order."""
    return tuple(
        Listed(
            name,
            clock_at(rundown, item.start_frame, config),
            f"{item.kind}: {item.title}",
            clock(frame_ms(item.frames, rundown.rate)),
        )
        for name, item in zip(names, rundown.items, strict=True)
    )


def sums_text(digests: Mapping[str, str]) -> str:
    """SHA256SUMS as ``sha256sum -c`` reads it: digests by name in the folder."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def read_sums(text: str) -> dict[str, str]:
    """Digests by name."""
    lines = (line.split("  ", 1) for line in text.splitlines() if "  " in line)
    return {name: digest for digest, name in lines}


def linked_in(readme: str) -> set[str]:
    """The files that a README.html names, and itself: everything that a list of sums must have."""
    named = {html.unescape(name) for name in re.findall(r'href="([^"]*)"', readme)}
    return {README, *named} - {SUMS}


def collisions(listed: Iterable[str], strangers: Iterable[str]) -> list[str]:
    """A sentence on each stranger that has the number of one of the films of a pack."""
    numbers = {number: name for name in listed if (number := _number(name))}
    return [
        f"{name} is not of this pack, and has the number of {numbers[number]}: move it away."
        for name in strangers
        if (number := _number(name)) in numbers
    ]


def _number(name: str) -> str:
    """What a film's name begins with; nothing where that is no number."""
    found = re.match(r"\d+(?=-)", name)
    return found[0] if found else ""


def obs_collection(config: Config, items: Iterable[Listed], standby: str) -> str:
    """A scene collection for OBS (JSON): a scene for each film, with the stand-by picture first.

    Files are named without a folder: OBS asks for those it misses, and takes a folder for all.
    """
    films = [("Stand by", standby, True), *((one.title, one.file, False) for one in items)]
    sources: list[dict[str, Any]] = []
    scenes = []
    for number, (title, file, loops) in enumerate(films):
        scene = f"{number:02d} {title}"
        media, media_id = _media(f"{scene} (film)", file, loops)
        sources += [media, _scene(scene, media["name"], media_id, config)]
        scenes.append({"name": scene})
    collection = {
        "name": config.title,
        "current_scene": scenes[0]["name"],
        "current_program_scene": scenes[0]["name"],
        "scene_order": scenes,
        "sources": sources,
        "groups": [],
        "transitions": [],
        "current_transition": "Cut",
        "transition_duration": 300,
        "quick_transitions": [],
        "modules": {},
    }
    return json.dumps(collection, ensure_ascii=False, indent=1) + "\n"


def _media(name: str, file: str, loops: bool) -> tuple[dict[str, Any], str]:
    settings = {
        "local_file": file,
        "is_local_file": True,
        "looping": loops,
        "restart_on_activate": True,
        "clear_on_media_end": False,
        "close_when_inactive": False,
        "hw_decode": False,
    }
    source = _source("ffmpeg_source", name, settings)
    return {**source, "monitoring_type": MONITOR_AND_OUTPUT}, source["uuid"]


def _scene(name: str, shown: str, shown_id: str, config: Config) -> dict[str, Any]:
    """A scene with one film over all of it."""
    width, height = config.delivery.size
    item = {
        "id": 1,
        "name": shown,
        "source_uuid": shown_id,
        "visible": True,
        "locked": True,
        "rot": 0.0,
        "pos": {"x": 0.0, "y": 0.0},
        "scale": {"x": 1.0, "y": 1.0},
        "align": 5,
        "bounds_type": 2,
        "bounds_align": 0,
        "bounds": {"x": float(width), "y": float(height)},
    }
    return _source("scene", name, {"id_counter": 1, "custom_size": False, "items": [item]})


def _source(kind: str, name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": kind,
        "versioned_id": kind,
        "name": name,
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"perspectives:{name}")),
        "settings": dict(settings),
        "mixers": 255,
        "sync": 0,
        "flags": 0,
        "volume": 1.0,
        "balance": 0.5,
        "enabled": True,
        "muted": False,
        "filters": [],
        "hotkeys": {},
    }


def readme_page(
    config: Config, rundown: Rundown, items: Sequence[Listed], others: Mapping[str, str]
) -> str:
    """README.html: what is what, in playout order; ``others`` are files and what they are."""
    rows = Markup("\n").join(
        Markup(
            '<tr><td>{}</td><td><a href="{}">{}</a></td><td><bdi>{}</bdi></td><td>{}</td></tr>'
        ).format(one.clock, one.file, one.file, one.title, one.length)
        for one in items
    )
    more = Markup("\n").join(
        Markup('<tr><td><a href="{}">{}</a></td><td>{}</td></tr>').format(name, name, what)
        for name, what in others.items()
    )
    body = _BODY.format(
        title=config.title,
        when=hours(config),
        back=back_at(rundown, config),
        rows=rows,
        more=more,
    )
    return whole_page(f"{config.title}: on the day", _STYLE, body)


_STYLE = """\
body { font: 1rem/1.5 "Source Sans Pro", "Helvetica Neue", Arial, sans-serif; color: #1b2733;
  background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem }
div { overflow-x: auto } table { border-collapse: collapse; width: 100% }
td { border-top: 1px solid #d5dae0; padding: .35rem .9rem .35rem 0; vertical-align: top }
td:first-child { font-variant-numeric: tabular-nums; white-space: nowrap }
a { color: #0b5c8f } code { background: #eef2f6; padding: .1rem .3rem }
"""
_BODY = Markup("""\
<main>
<h1>{title}</h1>
<p>{when}. Back to the moderator at {back}.</p>
<h2>One after the other</h2>
<div tabindex="0" role="region" aria-label="One after the other"><table>
{rows}
</table></div>
<h2>Beside them</h2>
<div tabindex="0" role="region" aria-label="Beside them"><table>
{more}
</table></div>
<h2>Is it all there?</h2>
<p>In this folder: <code>sha256sum -c SHA256SUMS</code> (Linux),
<code>shasum -a 256 -c SHA256SUMS</code> (Mac), or where it was made:
<code>perspectives pack --check FOLDER</code>. In OBS: Scene Collection, Import,
<code>obs.json</code>; where it misses files, choose this folder.</p>
</main>""")
