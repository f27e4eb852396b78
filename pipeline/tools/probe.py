"""Asks PyAV what a recording holds, in a process of its own; without it a broken file could take
the build down.

Run as a script, ``python probe.py DEMUXERS DECODERS < RECORDING``, which imports nothing of this
package; writes probe.json: what was found, as it was found. Packet times are kept whole, because a
picture's length and every part's start are worked out from them (plan/probe.py). What is opened at
all is said by plan/outside.py; its limits are fence.py's.
"""

from __future__ import annotations

import itertools
import json
import os
import struct
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, BinaryIO

MOST_PACKETS = 1_000_000
"""Half an hour at 120 pictures a second with sound has a third of it."""
MOST_CPU_S = 20.0
TOO_MANY = "too many"
"""Said in ``broke_off`` where one of these two stopped us."""
GUESSED = "Estimating duration from bitrate"
"""ffmpeg's own words."""
STRAYS_US = 2000
"""Matroska rounds times to a millisecond."""
LOOKED_AT = 2000
"""Packets within which each track of pictures must have shown one: a minute and more."""
NOT_MOVING = 0x400 | 0x800 | 0x100000
"""Dispositions of tracks that are no recording: cover art, thumbnails for seeking, still images."""
UNSPECIFIED = 2
SEARCHED_BYTES = 4 << 20
"""Of each end of a file, searched for the mark of encryption: an index of half an hour has 2 MB."""
RECORDING = 0
"""The descriptor that the recording is on: standard input."""


def main(demuxers: str, decoders: str) -> None:
    """Write probe.json about the file on standard input in the current folder."""
    with open(RECORDING, "rb", closefd=False) as file:
        size = os.fstat(file.fileno()).st_size
        looks = {
            "boxes": _boxes(file, size),
            "protected": _protected(file, size),
        }
    nothing: dict[str, Any] = {"error": None, "broke_off": None, "streams": []}
    found = _scan(demuxers, decoders.split(",")) if size else {}
    with open("probe.json", "w", encoding="utf-8") as out:
        json.dump({**looks, **nothing, **found}, out)


def _boxes(file: BinaryIO, size: int) -> list[str]:
    """The kinds of the outermost boxes of an MP4 or QuickTime file, in order.

    Empty for anything else.

    They tell half an upload (no ``moov``) from a piece of a stream (``moof`` alone), which both
    fail to open.
    """
    kinds: list[str] = []
    at = 0
    while at + 8 <= size and len(kinds) < 64:
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        if length == 1:
            length = int.from_bytes(file.read(8), "big")
        if not kind.isalnum() or length < 8:
            break
        kinds.append(kind.decode("ascii", "replace"))
        at += length
    return kinds if kinds and kinds[0] in _FIRST_BOXES else []


_FIRST_BOXES = ("ftyp", "styp", "moov", "moof", "mdat", "free", "skip", "wide", "sidx")


def _protected(file: BinaryIO, size: int) -> bool:
    """Whether the file says that it is encrypted: MP4's protected sample entries with a scheme."""
    for start in {0, max(0, size - SEARCHED_BYTES)}:
        file.seek(start)
        piece = file.read(SEARCHED_BYTES)
        if b"sinf" in piece and b"schm" in piece and (b"encv" in piece or b"enca" in piece):
            return True
    return False


def _scan(demuxers: str, decoders: list[str]) -> dict[str, Any]:
    """What the container says, its tracks and their packets.

    ``error`` where it stopped us, with what was found until then.
    """
    import av

    av.logging.set_level(av.logging.PANIC)
    found: dict[str, Any] = {}
    try:
        container, guessed = _opened_and_heard(demuxers)
        with container:
            found |= {
                "container": container.format.name,
                "start_us": container.start_time,
                "title": _title(container.metadata),
                "declared_us": None if guessed else container.duration,
            }
            found |= {"streams": [_stream(stream, decoders) for stream in container.streams]}
            times, broke_off = _packet_times(container, len(found["streams"]))
            found |= {"broke_off": broke_off, "streams": _timed(found["streams"], times)}
        if broke_off != TOO_MANY:
            with _opened(demuxers) as container:
                pictures, error = _first_pictures(container, found["streams"])
            found |= {"error": error, "streams": _each(found["streams"], pictures)}
            with _opened(demuxers) as container:
                found |= {"streams": _each(found["streams"], _clocks(container, found["streams"]))}
    except (av.FFmpegError, OSError, ValueError, UnicodeDecodeError, MemoryError) as failed:
        found |= {"error": type(failed).__name__}
    return found


def _title(said: dict[str, str]) -> str:
    """What the recording is called in itself, and by whom; 200 letters at most."""
    return " ".join(said[key] for key in ("title", "artist", "author") if key in said)[:200]


def _opened_and_heard(demuxers: str) -> tuple[Any, bool]:
    """The recording as ``_opened``, and whether its length is only guessed.

    Where nothing is written down ffmpeg divides the file's size by the bits a second of its start,
    and says so: 30 minutes of AAC that begin quietly come out as 23 hours.
    """
    import av

    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture() as said:
            container = _opened(demuxers)
    finally:
        av.logging.set_level(av.logging.PANIC)
    return container, any(GUESSED in message for _, _, message in said)


def _opened(demuxers: str) -> Any:
    """The recording from its start, as one of ``demuxers``, with no way to open another file."""
    import av

    os.lseek(RECORDING, 0, os.SEEK_SET)
    options = {
        "fd": str(RECORDING),
        "format_whitelist": demuxers,
        "protocol_whitelist": "fd",
        "max_streams": "32",
    }
    return av.open("fd:", options=options, metadata_errors="replace")


def _stream(stream: Any, decoders: list[str]) -> dict[str, Any]:
    context = stream.codec_context
    found = {
        "type": stream.type,
        "codec": context.name if context else None,
        "time_base": str(stream.time_base) if stream.time_base else None,
        "default": bool(stream.disposition & 1),
        "cover": bool(stream.disposition & NOT_MOVING),
        "language": stream.language,
        "decodable": context is not None and context.name in decoders,
        "encrypted": "enc_key_id" in stream.metadata,
        "listed": len(stream.index_entries),
    }
    if stream.type == "video" and context:
        aspect = stream.sample_aspect_ratio
        found |= {
            "width": context.width,
            "height": context.height,
            "pixel_format": context.pix_fmt,
            "sample_aspect": str(aspect) if aspect else "1",
            "matrix": int(context.colorspace),
            "transfer": int(context.color_trc),
            "primaries": int(context.color_primaries),
            "range": int(context.color_range),
            "average_rate": str(stream.average_rate),
        }
    if stream.type == "audio" and context:
        found |= {
            "sample_rate": context.sample_rate,
            "channels": context.channels,
            "layout": context.layout.name,
        }
    return found


@dataclass
class _Times:
    """When the packets of one track that a player shows begin and how long they last, and when the
    last of all ends.

    ``hidden`` are the times of those that are decoded and not shown: an edit list begins between
    two key pictures. ``steps_back`` says whether the order of decoding goes back in time, as where
    an edit list shows a passage twice.
    """

    packets: list[tuple[int, int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    end: int = 0
    first_key: int | None = None
    decoded_at: int | None = None
    steps_back: bool = False

    def take(self, packet: Any) -> None:
        """One more packet of the track, in the order of the file."""
        shown = packet.dts if packet.pts is None else packet.pts  # AVI has decoding times only
        lasts = packet.duration or 0
        if packet.is_discard:
            self.hidden.append(shown)
        else:
            self.packets.append((shown, lasts))
            self.end = max(self.end, shown + lasts)
        if packet.is_keyframe and self.first_key is None:
            self.first_key = shown
        if packet.dts is not None:
            self.steps_back |= self.decoded_at is not None and packet.dts < self.decoded_at
            self.decoded_at = packet.dts


def _packet_times(container: Any, tracks: int) -> tuple[dict[int, _Times], str | None]:
    """Every packet's time by track, without decoding, and why we stopped before the end.

    Bounded: timestamps hours apart in 100 KB must not cost hours.
    """
    import av

    times: dict[int, _Times] = {}
    broke_off = None
    try:
        for count, packet in enumerate(_demuxed(container, tracks), 1):
            if count > MOST_PACKETS or time.process_time() > MOST_CPU_S:
                broke_off = TOO_MANY
                break
            times.setdefault(packet.stream.index, _Times()).take(packet)
    except (av.FFmpegError, OSError, ValueError, IndexError) as failed:
        # A broken packet was seen to look like PermissionError, and like the first of a track that
        # is not there.
        broke_off = type(failed).__name__
    return times, broke_off


def _demuxed(container: Any, tracks: int) -> Iterator[Any]:
    """Each packet that has a time."""
    for packet in container.demux():
        # Damage can look like the start of a track.
        timed = packet.pts is not None or packet.dts is not None
        if timed and packet.stream.index < tracks:
            yield packet


def _timed(tracks: list[dict[str, Any]], times: dict[int, _Times]) -> list[dict[str, Any]]:
    """The tracks with what their packets say."""
    return _each(tracks, {index: _said(tracks[index], found) for index, found in times.items()})


def _said(track: dict[str, Any], times: _Times) -> dict[str, Any]:
    if track["type"] not in ("video", "audio") or not times.packets:
        return {"end": times.end}
    packets = sorted(times.packets)
    last_pts, last_duration = packets[-1]
    of_kind: dict[str, Any] = {"holes": _holes(packets)}
    if track["type"] == "video":
        of_kind = {
            "pts": [pts for pts, _ in packets],
            "spliced": _spliced(packets, times),
            "first_key": times.first_key,
        }
    return {
        "end": times.end,
        "first": packets[0][0],
        "last": last_pts,
        "last_duration": last_duration,
        "packets": len(packets),
        "hidden": len(times.hidden),
        **of_kind,
    }


def _spliced(packets: Sequence[tuple[int, int]], times: _Times) -> bool:
    """Whether the pictures come from several places: some that are not shown lie among them."""
    first, last = packets[0][0], packets[-1][0]
    return times.steps_back or any(first < hidden < last for hidden in times.hidden)


def _each(tracks: list[dict[str, Any]], more: Mapping[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """The tracks with ``more`` of some."""
    return [track | more.get(index, {}) for index, track in enumerate(tracks)]


def _holes(packets: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where no sound follows a packet for a while: start and length, the longest 20, in order.

    QuickTime writes a hole as one packet that lasts long, so most packets' duration is taken for
    each.
    """
    usual = sorted(lasts for _, lasts in packets)[len(packets) // 2]
    holes = [
        (before + usual, after - before - usual)
        for (before, _), (after, _) in itertools.pairwise(packets)
        if usual and after - before > 2 * usual
    ]
    return sorted(sorted(holes, key=lambda hole: -hole[1])[:20])


@dataclass
class _Clock:
    """When a track's sound is heard and how much there was before it, in microseconds, wherever the
    two have parted by more than ``STRAYS_US`` since the last time, and for its last piece.
    """

    runs: list[tuple[int, int]] = field(default_factory=list)
    heard: Fraction = Fraction(0)
    last: tuple[int, int] | None = None

    def said(self) -> dict[str, Any]:
        """The clock of the track, where a piece of it had a time."""
        if self.last is None or self.last == self.runs[-1]:
            return {"clock": self.runs}
        return {"clock": [*self.runs, self.last]}

    def take(self, frame: Any) -> None:
        """The next decoded piece of the track."""
        heard_us = round(self.heard * 1_000_000)
        self.heard += Fraction(frame.samples, frame.sample_rate)
        if frame.pts is None or frame.time_base is None:
            return
        at_us = round(frame.pts * frame.time_base * 1_000_000)
        last_at, last_heard = self.runs[-1] if self.runs else (at_us + 10**9, heard_us)
        self.last = (at_us, heard_us)
        if abs((at_us - heard_us) - (last_at - last_heard)) > STRAYS_US:
            self.runs.append(self.last)


def _clocks(container: Any, tracks: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """The clock of each track of sound. All of it is decoded, 30 minutes in 1 to 2 s: how long a
    packet's sound is no container says to better than a millisecond.
    """
    import av

    read = [
        stream
        for stream, track in zip(container.streams, tracks, strict=False)
        if stream.type == "audio" and track["decodable"] and track.get("packets")
    ]
    clocks = {stream.index: _Clock() for stream in read}
    until = time.process_time() + MOST_CPU_S
    packets = container.demux(read) if read else iter(())
    while time.process_time() < until:
        try:
            packet = next(packets, None)
            if packet is None:
                break
            for frame in packet.decode():
                clocks[packet.stream.index].take(frame)
        except (av.FFmpegError, OSError, ValueError, LookupError):
            continue  # counted where it is judged: by ffmpeg's own decode (plan/survey.py)
    return {index: clock.said() for index, clock in clocks.items()}


def _first_pictures(
    container: Any, tracks: list[dict[str, Any]]
) -> tuple[dict[int, dict[str, Any]], str | None]:
    """What the first picture of each track of pictures is like, and what stopped us.

    Of a track that begins late nothing is known.
    """
    import av

    waiting = [
        stream
        for stream, track in zip(container.streams, tracks, strict=False)
        if stream.type == "video" and track["decodable"] and not track["cover"]
    ]
    found: dict[int, dict[str, Any]] = {}
    packets = itertools.islice(container.demux(waiting), LOOKED_AT) if waiting else ()
    try:
        for packet in packets:
            index = packet.stream.index
            picture = None if index in found else next(iter(packet.decode()), None)
            if picture is not None:
                found[index] = _looks(picture)
            if len(found) == len(waiting):
                break
    except (av.FFmpegError, OSError, ValueError, UnicodeDecodeError, MemoryError) as failed:
        return found, type(failed).__name__
    return found, None


def _looks(picture: Any) -> dict[str, Any]:
    said = _colour(picture).items()
    return {
        "rotation": int(picture.rotation),
        "display": _display(picture),
        "interlaced": bool(picture.interlaced_frame),
        "first_shown": picture.pts,
        "decoded": [picture.width, picture.height, picture.format.name],
        "colour": {name: value for name, value in said if value not in (0, UNSPECIFIED)},
    }


def _display(picture: Any) -> list[int] | None:
    """The nine numbers by which a player turns and mirrors the picture; None where it does not."""
    matrix = picture.side_data.get("DISPLAYMATRIX")
    return list(struct.unpack("=9i", bytes(matrix))) if matrix else None


def _colour(picture: Any) -> dict[str, int]:
    """What the picture itself says of its colours, by the numbers of ITU-T H.273."""
    return {
        "matrix": int(picture.colorspace),
        "transfer": int(picture.color_trc),
        "primaries": int(picture.color_primaries),
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
