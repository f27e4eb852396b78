"""Small events that are built with captions of a person and with sound that is like speech, to be
measured in what is handed over.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from conftest import HEAD, Event, make_clip

ANA_AND_BO = HEAD + (
    "captions: {engine: pocketsphinx, languages: [en, es], burn: en}\n"
    "speakers:\n"
    "  - {id: ana, name: Dr Ana Expert}\n"
    "  - {id: bo, name: Bo Ek}\n"
)
MOVES = "testsrc2=s=640x360:r=25"
SPEAKS = "aevalsrc=0.25*sin(2*PI*(180+60*sin(3*t))*t)*(1+sin(9*t))/2:s=48000"


def built_event(
    root: Path,
    config: str,
    messages: Mapping[str, float],
    captions: Mapping[str, str],
    *options: str,
    pictures: Mapping[str, str] = MappingProxyType({}),
) -> Event:
    """The event in ``root``, built: ``messages`` are seconds by speaker id, each with the same
    ``captions`` (SRT by language); ``pictures`` are sources of them that are not bars which move,
    ``options`` as in ``make_clip``.
    """
    event = Event(root).config(config)
    (root / "inputs/captions").mkdir(parents=True)
    for speaker, seconds in messages.items():
        picture = pictures.get(speaker, MOVES)
        make_clip(root / f"inputs/{speaker}.mp4", seconds, *options, picture=picture, sound=SPEAKS)
        for language, srt in captions.items():
            (root / f"inputs/captions/{speaker}.{language}.srt").write_text(srt, "utf-8")
    ended = event.run("build")
    assert ended.code == 0, ended.stderr
    return event


def copy_of(event: Event, to: Path) -> Event:
    """The same in a folder of its own under ``to``, to be changed."""
    shutil.copytree(event.root, to / "event", symlinks=True)
    return Event(to / "event")
