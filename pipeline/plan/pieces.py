"""Cuts a segment into its items, and makes what stands ready beside it; without it a vision mixer
could play the whole of it or nothing.

Pictures are copied: each item begins with a picture that needs no other. Sound is cut to the sample
and encoded once more.
"""

from __future__ import annotations

from fractions import Fraction

from pipeline.config import Config
from pipeline.model import RundownItem
from pipeline.plan.conform import as_words, x264
from pipeline.plan.rundown import Rundown
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import samples_in

STANDBY_S, BLACK_S, LEADER_S = 60, 10, 10
_EXACT = (
    "-map_metadata",
    "-1",
    "-map_chapters",
    "-1",
    "-fflags",
    "+bitexact",
    "-flags",
    "+bitexact",
)
_AAC = ("-c:a", "aac", "-b:a", "192k")
_SILENCE = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo")


def piece_name(number: int, item: RundownItem) -> str:
    """``03-message-klinkum.mp4``: in order of the programme wherever files are listed."""
    return "-".join(filter(None, (f"{number:02d}", item.kind, item.speaker))) + ".mp4"


def plan_piece(film: FileInput, rundown: Rundown, place: int, name: str, version: str) -> Recipe:
    """The item at ``place`` by itself; what is seen of it and of the next at once is the next's."""
    item, rate = rundown.items[place], rundown.rate
    frames = item.frames - rundown.overlap_after(place)
    first, last = (
        samples_in(frame, rate) for frame in (item.start_frame, item.start_frame + frames)
    )
    start_us = int(Fraction(item.start_frame * 1_000_000) / rate)
    sound = f"[1:a]atrim=start_sample={first}:end_sample={last},asetpts=N/SR/TB[a]"
    arguments = (
        *("-v", "error", "-ss", f"{start_us}us", "-i", film.name, "-i", film.name),
        *("-filter_complex", sound, "-map", "0:v:0", "-map", "[a]"),
        *("-c:v", "copy", "-frames:v", str(frames), *_AAC, *_EXACT),
        *("-movflags", "+faststart", name),
    )
    return Recipe(
        task=f"cut {name}",
        tool="ffmpeg",
        tool_version=version,
        arguments=arguments,
        inputs=(film,),
        outputs=(name,),
        frames=((name, frames),),
        weight=0.2,
    )


def plan_standby(film: FileInput, frame: int, config: Config, version: str) -> Recipe:
    """standby.mp4: one picture of the film for a minute, silent, to be looped before it begins."""
    still = f"select=eq(n\\,{frame}),loop=-1:1,setpts=N/FRAME_RATE/TB,fps={config.delivery.fps}"
    return _still(("-i", film.name), still, STANDBY_S, "standby.mp4", (film,), config, version)


def plan_black(config: Config, version: str) -> Recipe:
    """black.mp4: ten seconds of black, silent."""
    width, height = config.delivery.size
    source = ("-f", "lavfi", "-i", f"color=black:s={width}x{height}:r={config.delivery.fps}")
    return _still(source, "null", BLACK_S, "black.mp4", (), config, version)


def plan_leader(config: Config, font: FileInput, version: str) -> Recipe:
    """countdown.mp4: 10 to 1 in the brand's colours, a second each, silent."""
    width, height = config.delivery.size
    worn = config.brand.worn
    source = (
        *("-f", "lavfi", "-i"),
        f"color=0x{worn.background[1:]}:s={width}x{height}:r={config.delivery.fps}",
    )
    number = (
        f"drawtext=fontfile={font.name}:fontcolor=0x{worn.text[1:]}:fontsize={height // 2}:"
        f"text='%{{eif\\:{LEADER_S}-floor(t+0.001)\\:d}}':x=(w-tw)/2:y=(h-th)/2"
    )
    return _still(source, number, LEADER_S, "countdown.mp4", (font,), config, version)


def _still(
    source: tuple[str, ...],
    filters: str,
    seconds: int,
    name: str,
    inputs: tuple[FileInput, ...],
    config: Config,
    version: str,
) -> Recipe:
    frames = round(seconds * config.delivery.fps)
    samples = samples_in(frames, config.delivery.fps)
    settings = as_words(x264(config.delivery))
    shown = f"{filters},format=yuv420p,setsar=1"
    arguments = (
        *("-v", "error", *source, *_SILENCE),
        *("-filter_complex", f"[0:v]{shown}[v];[1:a]atrim=end_sample={samples}[a]"),
        *("-map", "[v]", "-map", "[a]", "-frames:v", str(frames), *settings),
        *(*_AAC, *_EXACT, "-movflags", "+faststart", name),
    )
    return Recipe(
        task=f"draw {name}",
        tool="ffmpeg",
        tool_version=version,
        arguments=arguments,
        inputs=inputs,
        outputs=(name,),
        frames=((name, frames),),
    )
