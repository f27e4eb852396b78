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
from typing import Any, BinaryIO

MOST_PACKETS = 1_000_000
"""Half an hour at 120 pictures a second with sound has a third of it."""
MOST_CPU_S = 20.0
LOOKED_AT = 2000
"""Packets within which each track of pictures must have shown one: a minute and more."""
NOT_MOVING = 0x400 | 0x800 | 0x100000
"""Dispositions of tracks that are no recording: cover art, thumbnails for seeking, still images."""
UNSPECIFIED = 2
SEARCHED_BYTES = 4 << 20
"""How much of each end of a file is searched for the mark of encryption: an index of half an hour
has 2 MB.
"""
RECORDING = 0
"""The descriptor that the recording is on: standard input."""


def main(demuxers: str, decoders: str) -> None:
    """Write probe.json about the file on standard input in the current folder."""
    with open(RECORDING, "rb", closefd=False) as file:
        size = os.fstat(file.fileno()).st_size
        facts: dict[str, Any] = {
            "bytes": size,
            "head": file.read(512).hex(),
            "boxes": _boxes(file, size),
            "protected": _protected(file, size),
            "error": None,
            "broke_off": None,
            "streams": [],
        }
    if size:
        _scan(demuxers, decoders, facts)
    with open("probe.json", "w", encoding="utf-8") as out:
        json.dump(facts, out)


def _boxes(file: BinaryIO, size: int) -> list[str]:
    """The kinds of the outermost boxes of an MP4 or QuickTime file, in order; empty for anything
    else.

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
    return (
        kinds
        if kinds
        and kinds[0] in ("ftyp", "styp", "moov", "moof", "mdat", "free", "skip", "wide", "sidx")
        else []
    )


def _protected(file: BinaryIO, size: int) -> bool:
    """Whether the file says of itself that it is encrypted: MP4's protected sample entries with
    their scheme.
    """
    for start in {0, max(0, size - SEARCHED_BYTES)}:
        file.seek(start)
        piece = file.read(SEARCHED_BYTES)
        if b"sinf" in piece and b"schm" in piece and (b"encv" in piece or b"enca" in piece):
            return True
    return False


def _scan(demuxers: str, decoders: str, facts: dict[str, Any]) -> None:
    import av

    av.logging.set_level(av.logging.PANIC)
    options = {
        "fd": str(RECORDING),
        "format_whitelist": demuxers,
        "protocol_whitelist": "fd",
        "max_streams": "32",
    }
    try:
        os.lseek(RECORDING, 0, os.SEEK_SET)
        with av.open("fd:", options=options, metadata_errors="replace") as container:
            facts["container"] = container.format.name
            facts["start_us"] = container.start_time
            facts["declared_us"] = container.duration
            facts["streams"] = [
                _stream(stream, decoders.split(",")) for stream in container.streams
            ]
            _packets(container, facts)
        if facts["broke_off"] != "too many":
            os.lseek(RECORDING, 0, os.SEEK_SET)
            with av.open("fd:", options=options, metadata_errors="replace") as container:
                _first_pictures(container, facts)
    except (av.FFmpegError, OSError, ValueError, UnicodeDecodeError, MemoryError) as failed:
        facts["error"] = type(failed).__name__


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


def _packets(container: Any, facts: dict[str, Any]) -> None:
    """Every packet's time, without decoding. Bounded: timestamps hours apart in 100 KB must not
    cost hours.
    """
    import av

    times: dict[int, list[tuple[int, int]]] = {}
    ends: dict[int, int] = {}
    count = 0
    try:
        for packet in container.demux():
            shown = (
                packet.pts if packet.pts is not None else packet.dts
            )  # AVI has decoding times only
            if shown is None or packet.stream.index >= len(
                facts["streams"]
            ):  # damage can look like the start of a track
                continue
            count += 1
            ends[packet.stream.index] = max(
                ends.get(packet.stream.index, 0), shown + (packet.duration or 0)
            )
            if packet.stream.type not in ("video", "audio"):
                continue
            if count > MOST_PACKETS or time.process_time() > MOST_CPU_S:
                facts["broke_off"] = "too many"
                break
            times.setdefault(packet.stream.index, []).append((shown, packet.duration or 0))
    except (av.FFmpegError, OSError, ValueError, IndexError) as failed:
        # A broken packet was seen to look like PermissionError, and like the first of a track that
        # is not there.
        facts["broke_off"] = type(failed).__name__
    for index, end in ends.items():
        facts["streams"][index]["end"] = end
    for index, packets in times.items():
        packets.sort()
        stream = facts["streams"][index]
        last_pts, last_duration = packets[-1]
        stream |= {
            "first": packets[0][0],
            "last": last_pts,
            "last_duration": last_duration,
            "packets": len(packets),
        }
        if stream["type"] == "video":
            stream["pts"] = [pts for pts, _ in packets]
        else:
            stream["holes"] = _holes(packets)


def _holes(packets: list[tuple[int, int]]) -> list[tuple[int, int]]:
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


def _first_pictures(container: Any, facts: dict[str, Any]) -> None:
    """What the first picture of each track of pictures is like; of a track that begins late nothing
    is known.
    """
    waiting = [
        stream
        for index, stream in enumerate(container.streams)
        if stream.type == "video"
        and facts["streams"][index]["decodable"]
        and not facts["streams"][index]["cover"]
    ]
    for packet in itertools.islice(container.demux(waiting), LOOKED_AT) if waiting else ():
        if packet.stream in waiting:
            for picture in packet.decode():
                facts["streams"][packet.stream.index] |= {
                    "rotation": int(picture.rotation),
                    "interlaced": bool(picture.interlaced_frame),
                    "decoded": [picture.width, picture.height, picture.format.name],
                    "colour": {
                        name: value
                        for name, value in _colour(picture).items()
                        if value not in (0, UNSPECIFIED)
                    },
                }
                waiting.remove(packet.stream)
                break
        if not waiting:
            return


def _colour(picture: Any) -> dict[str, int]:
    """What the picture itself says of its colours, by the numbers of ITU-T H.273."""
    return {
        "matrix": int(picture.colorspace),
        "transfer": int(picture.color_trc),
        "primaries": int(picture.color_primaries),
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
