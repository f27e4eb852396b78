"""Asks PyAV what a recording holds, in a process of its own; without it a broken file could take the build down.

Run as a script, ``python probe.py DEMUXERS DECODERS < RECORDING``, which imports nothing of this package; writes
probe.json: what was found, as it was found. Packet times are kept whole, because a picture's length and every part's start
are worked out from them (plan/probe.py). What is opened at all is said by plan/outside.py; its limits are fence.py's.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

MOST_PACKETS = 4_000_000
RECORDING = 0
"""The descriptor that the recording is on: standard input."""


def main(demuxers: str, decoders: str) -> None:
    """Write probe.json about the file on standard input in the current folder."""
    with open(RECORDING, "rb", closefd=False) as file:
        head = file.read(512)
        size = os.fstat(file.fileno()).st_size
    facts: dict[str, Any] = {"bytes": size, "head": head.hex(), "error": None, "streams": []}
    if size:
        _scan(demuxers, decoders, facts)
    with open("probe.json", "w", encoding="utf-8") as out:
        json.dump(facts, out)


def _scan(demuxers: str, decoders: str, facts: dict[str, Any]) -> None:
    import av

    av.logging.set_level(av.logging.PANIC)
    options = {"fd": str(RECORDING), "format_whitelist": demuxers, "protocol_whitelist": "fd", "max_streams": "32"}
    try:
        os.lseek(RECORDING, 0, os.SEEK_SET)
        with av.open("fd:", options=options, metadata_errors="replace") as container:
            facts["container"] = container.format.name
            facts["start_us"] = container.start_time
            facts["declared_us"] = container.duration
            facts["streams"] = [_stream(stream, decoders.split(",")) for stream in container.streams]
            _packets(container, facts)
        os.lseek(RECORDING, 0, os.SEEK_SET)
        with av.open("fd:", options=options, metadata_errors="replace") as container:
            _first_picture(container, facts)
    except (av.FFmpegError, OSError, ValueError, UnicodeDecodeError, MemoryError) as failed:
        facts["error"] = type(failed).__name__


def _stream(stream: Any, decoders: list[str]) -> dict[str, Any]:
    context = stream.codec_context
    found = {
        "type": stream.type,
        "codec": context.name if context and context.name in decoders else None,
        "time_base": str(stream.time_base) if stream.time_base else None,
        "default": bool(stream.disposition & 1),
        "cover": bool(stream.disposition & 0x400),
        "language": stream.language,
    }
    if stream.type == "video" and context:
        aspect = stream.sample_aspect_ratio
        found |= {"width": context.width, "height": context.height, "pixel_format": context.pix_fmt,
                  "sample_aspect": str(aspect) if aspect else "1", "matrix": int(context.colorspace),
                  "transfer": int(context.color_trc), "primaries": int(context.color_primaries),
                  "range": int(context.color_range), "average_rate": str(stream.average_rate)}
    if stream.type == "audio" and context:
        found |= {"sample_rate": context.sample_rate, "channels": context.channels, "layout": context.layout.name}
    return found


def _packets(container: Any, facts: dict[str, Any]) -> None:
    times: dict[int, list[tuple[int, int]]] = {}
    count = 0
    try:
        for packet in container.demux():
            shown = packet.pts if packet.pts is not None else packet.dts  # AVI has decoding times only
            if shown is None or packet.stream.type not in ("video", "audio"):
                continue
            count += 1
            if count > MOST_PACKETS:
                facts["error"] = "TooManyPackets"
                break
            times.setdefault(packet.stream.index, []).append((shown, packet.duration or 0))
    finally:
        for index, packets in times.items():
            packets.sort()
            stream = facts["streams"][index]
            last_pts, last_duration = packets[-1]
            stream |= {"first": packets[0][0], "last": last_pts, "last_duration": last_duration,
                       "packets": len(packets)}
            if stream["type"] == "video":
                stream["pts"] = [pts for pts, _ in packets]


def _first_picture(container: Any, facts: dict[str, Any]) -> None:
    for index, stream in enumerate(container.streams):
        if stream.type == "video" and not facts["streams"][index]["cover"]:
            picture = next(container.decode(stream), None) if facts["streams"][index]["codec"] else None
            if picture is not None:
                facts["streams"][index] |= {
                    "rotation": int(picture.rotation), "interlaced": bool(picture.interlaced_frame),
                    "decoded": [picture.width, picture.height, picture.format.name]}
            return


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
