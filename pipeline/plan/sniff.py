"""Says what a file that is no video is; else a web page and half an upload would look alike.

Works on the first 512 bytes and the outermost boxes, never on the name: names and endings prove
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.codes import Code


class Kind(NamedTuple):
    """What a file looks like: the finding's code, and the end of the sentence "this is ..."."""

    code: Code
    name: str


_PICTURES = (
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"BM", "a picture (BMP)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"8BPS", "a picture (Photoshop)"),
)
# fmt: off
_DOCUMENTS = (
    (b"%PDF", "a PDF document"), (b"PK\x03\x04", "a zip archive or an office document"),
    (b"Rar!", "a RAR archive"), (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x1f\x8b", "a compressed archive"), (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"MThd", "a file of musical notes (MIDI)"), (b"{\\rtf", "a text document (RTF)"),
    (b"MZ", "a Windows program"), (b"\x7fELF", "a program"), (b"SQLite format 3", "a database"),
    (b"WEBVTT", "a caption file (WebVTT)"),
    (b"[InternetShortcut]", "a link to a web page, not the video behind it"),
)
_PLAYLISTS = (
    "#extm3u", "ffconcat", "[playlist]", "<mpd", "<smoothstreamingmedia", "<compositionplaylist",
    "<smil", "<asx", "v=0\r\no=", "v=0\no=", "rtsptext", "<playlist",
)
# fmt: on
_STILL_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"heim", b"heis")


def looks_like(head: bytes) -> Kind | None:
    """What is known to be no video by its beginning; None where it may be one."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", "replace").encode()
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return Kind("still-image", "a picture (WebP)")
    if start[4:8] == b"ftyp" and start[8:12] in _STILL_BRANDS:
        return Kind("still-image", "a picture (HEIC or AVIF)")
    for signs, code in ((_PICTURES, "still-image"), (_DOCUMENTS, "not-a-video")):
        for sign, name in signs:
            if start.startswith(sign) and not (sign == b"BM" and _is_text(start)):
                return Kind(code, name)  # type: ignore[arg-type]
    text = start.decode("latin-1").lower()
    in_xml = text.startswith("<?xml") and any(sign in text for sign in _PLAYLISTS)
    if in_xml or text.startswith(_PLAYLISTS):
        return Kind("playlist", "a playlist: a list of where a video lies, not the video itself")
    if re.match(r"<!doctype html|<html|<head|<body", text):
        return Kind("not-a-video", "a saved web page")
    if text.startswith(("<?xml", "<svg")):
        return Kind("not-a-video", "a text file (XML)")
    if _is_text(start):
        return Kind("not-a-video", "a text file")
    return None


def unopened(boxes: Sequence[str]) -> Kind | None:
    """Why a file that begins like an MP4 could not be opened, by its outermost boxes."""
    if not boxes:
        return None
    if "moov" not in boxes and "moof" in boxes:
        return Kind(
            "no-media", "one piece of a stream; the part that says how to read it is missing"
        )
    if "moov" not in boxes:
        return Kind(
            "truncated",
            "the beginning of a video whose index is missing: the upload or the recording"
            " broke off",
        )
    return Kind("damaged", "a video whose index cannot be read")


def _is_text(start: bytes) -> bool:
    plain = sum(32 <= byte < 127 or byte in b"\t\r\n" for byte in start)
    beyond_ascii = sum(byte >= 0x80 for byte in start)
    return bool(start) and plain + beyond_ascii == len(start) and plain > len(start) / 3
