"""Says what a file is that no ending makes a recording; without it a zip with a message in it would
lie in inputs/ and its speaker be told that nothing has come in yet.

Works on names alone: what is in a file is looked at once somebody says that it is the recording.
"""

from __future__ import annotations

import functools
import json
import re
import shlex
import unicodedata
from typing import NamedTuple

_HALF = (".part", ".crdownload", ".download", ".partial", ".opdownload", ".tmp", ".filepart")
"""Endings that browsers and copying programs give to a file while it is still coming."""
_IN_THE_CLOUD = ".icloud"
_PACKED = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zipx")
# fmt: off
PICTURES = (
    ".heic", ".heif", ".avif", ".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff",
)
_DRAWN = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff")
"""Of those the ones that a photo may be."""
_OTHER_SOUND = {".aiff", ".aif", ".aifc", ".caf", ".amr", ".m4b", ".wave", ".oga", ".mp2", ".wma"}
_PROGRAMS = (".exe", ".msi", ".bat", ".cmd", ".scr", ".lnk", ".js", ".vbs", ".apk", ".dmg", ".pkg")
_TEXTS = (
    ".pdf", ".doc", ".rtf", ".odt", ".pages", ".ppt", ".pptx", ".odp", ".key", ".htm", ".html",
    ".url", ".webloc",
)
# fmt: on


class Beside(NamedTuple):
    """The end of the sentence "inputs/NAME is ...", and what to do about it."""

    kind: str
    remedy: str


def what_it_is(name: str, speaker: str, recorded: bool = False) -> Beside:
    """What a file in inputs/ is by its name (a folder's ends in ``/``), and what ``speaker``'s
    producer can do so that their recording is found; or their script, where it is ``recorded``.
    """
    ending = ending_of(name)
    here = f"put the recording itself into inputs/ as {speaker}.mp4 (or with its own ending)"
    if half_there(name):
        return Beside(
            "a file that has not come whole yet (a download or a copy that runs, or broke off)",
            "Wait until it has ended, or fetch it again; then take that ending off its name.",
        )
    if name.endswith("/"):
        return Beside("a folder", f"Take the recording out of it: {here}.")
    if packed(name):
        return Beside("an archive, not a recording", f"Unpack it and {here}.")
    if ending in PICTURES:
        return Beside(
            "a picture, not a recording",
            f"Ask the speaker for the recording; {_as_a_photo(name, speaker)}.",
        )
    if ending in _PROGRAMS:
        return Beside(
            "a program, not a recording",
            "Do not open it: ask the speaker whether they sent it, and for the recording.",
        )
    if ending in _TEXTS:
        return _document(ending, recorded)
    sound = (
        "a sound file of a kind" if ending in _OTHER_SOUND else f"a file with the ending {ending}"
    )
    kind = f"{sound} that is not taken by its name" if ending else "a file without an ending"
    return Beside(
        f"{kind}, so nobody knows whether it is the recording",
        f"If it is, write `video: {in_yaml(name)}` under {speaker} in config.yaml.",
    )


def _document(ending: str, recorded: bool) -> Beside:
    if recorded:
        return Beside(
            f"a document ({ending}), which is not read",
            "If it is their script, open it and save it as .docx or .txt, or ask the speaker for"
            " that; else take it out of inputs/.",
        )
    return Beside(
        "a document, not a recording",
        "Ask the speaker for the recording; a script is taken as .txt, .md or .docx.",
    )


def _as_a_photo(name: str, speaker: str) -> str:
    if ending_of(name) not in _DRAWN:
        return "the picture can be shown over a sound once it is saved as JPEG"
    return (
        "the picture can be shown over a sound:"
        f" `still: {in_yaml(name)}` under {speaker} in config.yaml"
    )


def half_there(name: str) -> bool:
    """Whether a name is that of a file that is still coming."""
    return ending_of(name) in (*_HALF, _IN_THE_CLOUD)


def packed(name: str) -> bool:
    """Whether a name is that of an archive."""
    return ending_of(name) in _PACKED


def pictured(name: str) -> bool:
    """Whether a name is that of a picture."""
    return ending_of(name) in PICTURES


def carries(name: str, speaker: str) -> bool:
    """Whether a name is a speaker's id with any endings, or none, behind it."""
    plain = folded(_bare(name))
    return plain == folded(speaker) or plain.startswith(f"{folded(speaker)}.")


def first_of(name: str) -> str:
    """What stands before a name's endings: the id that it ``carries``, where it is an id."""
    return _bare(name).split(".", 1)[0]


def _bare(name: str) -> str:
    return name.strip("/").removeprefix(".")


def almost_carries(name: str, speaker: str) -> bool:
    """Whether a name is a speaker's id with something else beside it, as a browser and a computer
    name a second copy, and people what they have changed: ``gus (1).mp4``, ``Copy of gus.mp4``.
    """
    copied = folded(name).removeprefix("copy of ")
    behind = copied.removeprefix(folded(speaker))
    return copied != behind and not behind[:1].isalnum()


def ending_of(name: str) -> str:
    """The last ending of a name in small letters, with its dot; nothing where there is none."""
    plain = name.rstrip("/").lstrip(".")
    return "." + plain.rsplit(".", 1)[-1].lower() if "." in plain else ""


def in_shell(path: str) -> str:
    """A path as it can be pasted behind a command, in quotes where it needs them."""
    if re.fullmatch(r"[\w./+@%:,-]+", path):
        return path
    # Every shell knows these quotes, Windows' only these.
    return shlex.quote(path) if re.search(r'["$`\\!]', path) else f'"{path}"'


def in_yaml(name: str) -> str:
    """A name as it can be pasted behind a key of config.yaml, in quotes where it needs them."""
    plain = re.fullmatch(r"[^\W\d_][\w .()+-]*\.\w*[^\W\d_]\w*", name) and name == name.strip()
    return name if plain else json.dumps(name, ensure_ascii=False)


@functools.lru_cache(maxsize=20_000)
def folded(name: str) -> str:
    """A name as any computer means it: Macs take accents apart, Windows ignores capitals."""
    return unicodedata.normalize("NFC", name).casefold()
