"""Whether a recording ends in the middle, by what its container says of its length; without it a
copy that has stopped for some seconds would be built as half a message.

It is looked at while it is copied, every time it has grown: a few bytes for each part of the file,
and no library that would read it. What is wrong with a recording is said by plan/verdicts.py.
"""

from __future__ import annotations

from collections.abc import Callable

Read = Callable[[int, int], bytes]
"""So many bytes (the second) from a place in the file (the first); fewer where it ends."""

_BOXES = (b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"skip", b"wide", b"sidx")
_MOST_BOXES = 4096
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


def cut_off(size: int, read: Read) -> bool:
    """Whether a file of ``size`` bytes is the beginning of a longer MP4, QuickTime, Matroska, WebM,
    AVI or WAV file. False where that cannot be told; True of an empty one.
    """
    if size == 0:
        return True
    head = read(0, 96)
    if head[4:8] in _BOXES:
        return _boxes_end_beyond(size, read)
    if head.startswith(_EBML):
        return _segment_ends_beyond(size, head)
    if head[:4] == b"RIFF":
        length = int.from_bytes(head[4:8], "little")
        return 0 < length < 0xFFFFFFFF and 8 + length > size
    return not head.strip(b"\0")  # room that was made for it, and nothing in it yet


def _boxes_end_beyond(size: int, read: Read) -> bool:
    """Of MP4 and QuickTime: a box is longer than the file, or index or pictures are missing."""
    at, kinds = 0, set()
    for _ in range(_MOST_BOXES):
        if at >= size:
            break
        head = read(at, 16)
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length == 0 and kind.strip(b"\0"):  # it lasts to the end, however far that is
            length = size - at
        if length < 8:  # room that nothing stands in yet, or what some programs write at the end
            break
        if at + length > size:
            return True
        kinds.add(kind)
        at += length
    return not (b"mdat" in kinds and kinds & {b"moov", b"moof"})


def _segment_ends_beyond(size: int, head: bytes) -> bool:
    """Of Matroska and WebM; a recording that was written on the fly does not say how long it is."""
    length, width = _number(head[4:])
    at = 4 + width + length
    if head[at : at + 4] != _SEGMENT:
        return False
    length, width = _number(head[at + 4 :])
    unknown = width > 0 and length == (1 << 7 * width) - 1
    return not unknown and at + 4 + width + length > size


def _number(written: bytes) -> tuple[int, int]:
    """One of EBML's numbers, and how many bytes it takes; 0 and 0 where it is none."""
    width = 9 - written[0].bit_length() if written and written[0] else 0
    if not 0 < width <= len(written):
        return 0, 0
    value = int.from_bytes(written[:width], "big")
    return value & ((1 << 7 * width) - 1), width
