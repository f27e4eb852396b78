"""What an edition promises of its files, and what is otherwise in one; without it whoever gets a
film would be the first to learn that their player, or their house, does not take it.

How a file is coded is a mapping from what is measured of it (``picture codec``) to what was found,
in a producer's words; tools/running/measure.py measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.config import Config, Speaker
from pipeline.config_editions import (
    AudioEdition,
    BroadcastEdition,
    Edition,
    MasterEdition,
    SmallEdition,
    SocialEdition,
)
from pipeline.findings import About, Finding
from pipeline.plan.editions import (
    BROADCAST_RATE,
    BROADCAST_SIZE,
    COVER_SIDE,
    in_shape,
    listening_tags,
)
from pipeline.timing import SAMPLE_RATE, pictures_a_second

Coding = Mapping[str, str]
"""Of a file: ``picture codec``, ``picture size`` (``1280x720``), ``picture rate`` (pictures a
second), ``pixel format``, ``colour``, ``scan``, ``sound codec``, ``sound rate`` (Hz), ``sound
channels`` (of each track: ``1 + 1``), ``cover size``, ``time code``, and its tags by their names.
"""


def coding_promised(
    edition: Edition, config: Config, speakers: Sequence[Speaker], file: str
) -> Coding:
    """How a ``file`` of an edition (its name in the edition's folder) is to be coded; ``speakers``
    are those who are seen and heard.
    """
    delivery = config.delivery
    rate = pictures_a_second(delivery.fps)
    if isinstance(edition, AudioEdition):
        codec = {"m4a": "aac", "mp3": "mp3"}[file.rpartition(".")[2]]
        cover = {"cover size": f"{COVER_SIDE}x{COVER_SIDE}"}
        return {**_sound(codec), **cover, **listening_tags(config, speakers)}
    if isinstance(edition, BroadcastEdition):
        return _broadcast(edition)
    if isinstance(edition, MasterEdition):
        return {**_film(delivery.size, rate), **_sound("flac"), "title": config.title}
    size = edition.size
    if isinstance(edition, SmallEdition):
        size = in_shape(delivery.size, edition.size)
    return {**_film(size, rate), **_sound("aac"), "title": _title(config, speakers, file)}


def tracks_promised(edition: Edition, soft: bool) -> bool:
    """Whether captions are tracks of an edition that a viewer turns on; ``soft``: they are of the
    segment.
    """
    if isinstance(edition, SmallEdition):
        return soft and edition.captions == "soft"
    if isinstance(edition, SocialEdition):
        return edition.captions == "soft"
    return isinstance(edition, MasterEdition)


def _title(config: Config, speakers: Sequence[Speaker], file: str) -> str:
    names = {f"clips/{one.id}.mp4": one.name for one in speakers}
    return names.get(file, config.title)


def _film(size: tuple[int, int], rate: str) -> Coding:
    return {
        "picture codec": "h264",
        "picture size": f"{size[0]}x{size[1]}",
        "picture rate": rate,
        "pixel format": "yuv420p",
        "colour": "BT.709",
        "scan": "progressive",
    }


def _broadcast(edition: BroadcastEdition) -> Coding:
    xdcam = edition.format == "xdcam"
    return {
        **_film(BROADCAST_SIZE, str(BROADCAST_RATE)),
        "picture codec": "mpeg2video" if xdcam else "prores",
        "pixel format": "yuv422p" if xdcam else "yuv422p10le",
        "scan": edition.fields,
        **_sound("pcm_s24le", "1 + 1" if xdcam else "2"),
        "time code": ":".join(f"{part:02d}" for part in edition.timecode),
    }


def _sound(codec: str, channels: str = "2") -> Coding:
    return {
        "sound codec": codec,
        "sound rate": f"{SAMPLE_RATE}",
        "sound channels": channels,
    }


def coding_findings(promised: Coding, found: Coding, file: str) -> Iterator[Finding]:
    """What is coded or called otherwise than it was promised, in one finding."""
    other = [
        f"its {what} is {found.get(what) or 'not there'}, not {wanted}"
        for what, wanted in promised.items()
        if found.get(what) != wanted
    ]
    if other:
        about = About(None, file, f"{file}: ")
        yield about.error("edition-coding", f"{'; '.join(other)}.", "Report it, with report.json.")
