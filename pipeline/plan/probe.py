"""Reads what the probe said of a recording; without it nothing were known of its tracks and times.

What is wrong with them is judged in verdicts.py.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from pipeline.model import PictureTrack, Probe, SoundTrack, Transfer
from pipeline.plan.outside import DECODERS, DEMUXERS
from pipeline.plan.sound_clock import Run, sound_clock
from pipeline.recipe import FileInput, Recipe

_MATRIX = {1: "bt709", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
_TRANSFERS: dict[int, Transfer] = {16: "pq", 18: "hlg"}
_PRIMARIES = {
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte170m",  # SMPTE 240M's are the same
    9: "bt2020",
    11: "dci-p3",
    12: "p3",
}
"""The numbers of ITU-T H.273, as every container and codec carries them."""
UNSPECIFIED = 2
_ROUNDED_S = Fraction(1, 20)
"""Containers round their length, to a thousandth or to a picture."""

_UNHEARD_S = Fraction(1, 200)
"""A packet of sound is longer, whatever a container's rounding."""


def plan_probe(recording: FileInput, speaker: str, tool_version: str) -> Recipe:
    """The recipe whose output probe.json ``parse_probe`` reads."""
    return Recipe(
        task=f"{speaker}: look at the recording",
        tool="probe",
        tool_version=tool_version,
        arguments=(DEMUXERS, DECODERS),
        outputs=("probe.json",),
        inputs=(recording,),
        weight=0.3,
        timeout_s=600,
    )


def parse_probe(facts: dict[str, Any]) -> Probe:
    """The tracks we use out of probe.json: ``_main_picture``, and the default or first sound."""
    shown = [found for found in facts["streams"] if found["type"] == "video"]
    pictures = [
        found
        for found in shown
        if not found["cover"] and found.get("packets") and found["decodable"] and found["width"]
    ]
    main = _main_picture(pictures)
    streams = [found for found in facts["streams"] if found["type"] == "audio"]
    start_s = Fraction(facts.get("start_us") or 0, 1_000_000)
    sounds = tuple(
        _sound(found, _place(streams, found), _place(facts["streams"], found), start_s)
        for found in streams
        if found.get("packets") and found["decodable"] and found["sample_rate"]
    )
    default = next((sound for sound in sounds if sound.default), sounds[0] if sounds else None)
    return Probe(
        container=facts.get("container", ""),
        start_s=start_s,
        picture=_picture(main, _place(shown, main), _declared_end_s(facts)) if main else None,
        sound=default,
        sounds=sounds,
        extra_tracks=max(0, len(pictures) - 1),
    )


def _place(streams: list[dict[str, Any]], wanted: dict[str, Any]) -> int:
    """Where a track stands: two may be alike in all that is known of them."""
    return next(place for place, found in enumerate(streams) if found is wanted)


def _main_picture(pictures: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The track that shows the speaker.

    One that moves, that players show unasked, the largest, the first of several. Cover art is not
    always marked as such, and cameras write small copies beside the picture.
    """

    def weight(found: dict[str, Any]) -> tuple[bool, bool, int]:
        return found["packets"] > 1, found["default"], found["width"] * found["height"]

    return max(pictures, key=weight, default=None)


def _declared_end_s(facts: dict[str, Any]) -> Fraction:
    """When the container says that it ends, on its own clock; 0 where it says nothing."""
    lasts_us = max(0, facts.get("declared_us") or 0)
    start_us = facts.get("start_us") or 0
    return Fraction(lasts_us + start_us, 1_000_000) if lasts_us else Fraction(0)


def _picture(found: dict[str, Any], position: int, declared_end_s: Fraction) -> PictureTrack:
    pts = _shown(found)
    usual = (pts[-1] - pts[0]) // max(1, len(pts) - 1)
    width, height = found["width"], found["height"]
    # The decoded picture's own word counts: containers are edited, and say BT.709 of HDR.
    said = {
        name: found.get("colour", {}).get(name) or found[name]
        for name in ("matrix", "transfer", "primaries")
    }
    transfer = _TRANSFERS.get(said["transfer"], "sdr")
    hdr = transfer != "sdr"
    usual_matrix = "bt2020" if hdr else _usual_matrix(width, height)
    usual_primaries = "bt2020" if hdr and said["primaries"] == UNSPECIFIED else "bt709"
    time_base, last_duration = Fraction(found["time_base"]), found["last_duration"]
    # A screen recorder's last picture stands until the end: then the whole file says so too.
    to_the_end = (pts[-1] + last_duration) * time_base <= declared_end_s + _ROUNDED_S
    if last_duration <= 0 or (last_duration > 4 * max(1, usual) and not to_the_end):
        last_duration = max(1, usual)
    return PictureTrack(
        position=position,
        codec=found["codec"],
        width=width,
        height=height,
        sample_aspect=Fraction(found["sample_aspect"].replace(":", "/")) or Fraction(1),
        rotation=found.get("rotation", 0) % 360,
        upright=_upright(found.get("display")),
        matrix=_MATRIX.get(said["matrix"], usual_matrix),
        interlaced=found.get("interlaced", False),
        time_base=time_base,
        pts=pts,
        last_duration=last_duration,
        transfer=transfer,
        primaries=_PRIMARIES.get(said["primaries"], usual_primaries),
        hidden=found["hidden"],
        spliced=found["spliced"],
        first_key=found["first_key"],
        coded=tuple(found.get("decoded", (0, 0))[:2]),
    )


def _shown(found: dict[str, Any]) -> tuple[int, ...]:
    """The times of the pictures from the first one that can be decoded on: a recording that was cut
    out of another may begin between two key pictures.
    """
    first = found.get("first_shown")
    shown = tuple(pts for pts in found["pts"] if first is None or pts >= first)
    return shown or tuple(found["pts"])


def _upright(display: list[int] | None) -> tuple[tuple[str, str], ...]:
    """Filters, with their arguments, that turn and mirror a picture as ffmpeg does by itself: its
    own rules (ffmpeg_filter.c), but for angles between the four.
    """
    if not display or not any(display[:2]):
        return ()
    across, shear, _, down_x, down, *_ = display
    widths, heights = math.hypot(across, down_x), math.hypot(shear, down)
    if not widths or not heights:
        return ()
    turned = round(math.degrees(math.atan2(shear / heights, across / widths))) % 360
    if turned in (89, 90, 91):
        return (("transpose", "cclock_flip" if down_x > 0 else "clock"),)
    if turned in (269, 270, 271):
        return (("transpose", "clock_flip" if down_x < 0 else "cclock"),)
    mirrored = (("hflip", ""),) if turned in (179, 180, 181) and across < 0 else ()
    return (*mirrored, ("vflip", "")) if down < 0 else mirrored


def _usual_matrix(width: int, height: int) -> str:
    """What players take where nothing is said: BT.601 for SD, BT.709 for HD."""
    return "bt709" if max(width, height) >= 1280 or height >= 720 else "bt601"


def _sound(found: dict[str, Any], position: int, index: int, start_s: Fraction) -> SoundTrack:
    """What lies before the container's start is an encoder's run-up, and is not heard; nor is a
    packet that begins in the middle, where a recording was cut out of another.
    """
    time_base = Fraction(found["time_base"])
    clock = found.get("clock", ())
    begins_s = max(start_s, found["first"] * time_base)
    if clock and Fraction(clock[0][0], 1_000_000) - begins_s > _UNHEARD_S:
        begins_s = Fraction(clock[0][0], 1_000_000)
    # QuickTime gives the last packet all that an edit list goes on for after the media.
    usual = (found["last"] - found["first"]) // max(1, found["packets"] - 1)
    last_duration = found["last_duration"]
    if usual and last_duration > 4 * usual:
        last_duration = usual
    return SoundTrack(
        position=position,
        index=index,
        default=found["default"],
        codec=found["codec"],
        sample_rate=found["sample_rate"],
        channels=found["channels"],
        start_s=begins_s,
        end_s=(found["last"] + last_duration) * time_base,
        packets=found["packets"],
        ambisonic="ambisonic" in found.get("layout", ""),
        holes=tuple((start * time_base, length * time_base) for start, length in found["holes"]),
        clock=sound_clock([Run(at / 1e6, heard / 1e6) for at, heard in clock]),
    )
