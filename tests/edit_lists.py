"""Writes the edit lists that phones, QuickTime and editors write into MP4 and MOV files; without it
a recording that somebody trimmed could not be tried.

A file as ffmpeg writes it (its index behind the media, so nothing has to be moved) gets other lists
in the place of those it has.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

Edit = tuple[float, float | None]
"""How long it lasts, and from which second of the media it shows; None: nothing is shown."""

_HOLDING = (b"moov", b"trak", b"mdia")


def edited(recording: Path, name: str, *edits: Edit, kinds: str = "video sound") -> Path:
    """A copy called ``name`` beside ``recording`` whose tracks of those ``kinds`` show ``edits``,
    whatever their lists said before.
    """
    whole = recording.read_bytes()
    boxes = list(_boxes(whole))
    assert boxes[-1][0] == b"moov", "the index must be behind the media"
    moov = b"".join(
        _box(kind, _with_edits(kind, body, edits, kinds)) if kind == b"moov" else _box(kind, body)
        for kind, body in boxes
    )
    made = recording.with_name(name)
    made.write_bytes(moov)
    return made


def _with_edits(kind: bytes, body: bytes, edits: tuple[Edit, ...], kinds: str) -> bytes:
    """The body of a moov box: each track's list replaced, and the length of the whole."""
    inner = dict(_boxes(body))
    timescale = struct.unpack(">I", inner[b"mvhd"][12:16])[0]
    lasts = round(sum(length for length, _ in edits) * timescale)
    made = []
    for name, content in _boxes(body):
        if name == b"mvhd":
            content = content[:16] + struct.pack(">I", lasts) + content[20:]
        if name == b"trak" and _kind_of(content) in kinds:
            content = _track(content, edits, timescale, lasts)
        made.append(_box(name, content))
    return b"".join(made)


def _track(body: bytes, edits: tuple[Edit, ...], timescale: int, lasts: int) -> bytes:
    """The body of a trak box with another edit list, and its header's length."""
    mdhd = dict(_boxes(dict(_boxes(body))[b"mdia"]))[b"mdhd"]
    media = struct.unpack(">I", mdhd[12:16])[0]
    entries = b"".join(
        struct.pack(
            ">IiI",
            round(length * timescale),
            -1 if start is None else round(start * media),
            1 << 16,
        )
        for length, start in edits
    )
    edts = _box(b"edts", _box(b"elst", struct.pack(">II", 0, len(edits)) + entries))
    made = []
    for name, content in _boxes(body):
        if name == b"tkhd":
            made.append(_box(name, content[:20] + struct.pack(">I", lasts) + content[24:]) + edts)
        elif name != b"edts":
            made.append(_box(name, content))
    return b"".join(made)


def _kind_of(track: bytes) -> str:
    handler = dict(_boxes(dict(_boxes(track))[b"mdia"]))[b"hdlr"][8:12]
    return {b"vide": "video", b"soun": "sound"}.get(handler, "other")


def _boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(body):
        length, kind = struct.unpack(">I4s", body[at : at + 8])
        head = 8
        if length == 1:
            length, head = struct.unpack(">Q", body[at + 8 : at + 16])[0], 16
        length = length or len(body) - at
        yield kind, body[at + head : at + length]
        at += length


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body
