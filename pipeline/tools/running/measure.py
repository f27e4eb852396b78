"""Counts what a tool really made; without it a short part would push what follows out of step."""

from __future__ import annotations

import hashlib
import itertools
import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.model import CaptionTrack, EncodedFacts, FilmFacts
from pipeline.timing import SAMPLE_RATE, pictures_a_second

_CONTAINERS = {".mxf": "mxf", ".mkv": "matroska", ".mp3": "mp3"}
"""How PyAV calls them; MOV and M4A are mp4 to it."""
_BT709, _LIMITED = 1, 1
"""ITU-T H.273, for primaries, transfer and matrix alike; the range as FFmpeg numbers it."""


def frames_in(path: Path) -> int:
    """Pictures in an mp4 or MXF of our own making, from its index; -1 when it cannot be opened."""
    import av

    try:
        with _opened(path) as container:
            pictures = container.streams.video[0]
            # An MXF counts its length in pictures, and says no number of them.
            return int(pictures.frames or pictures.duration or 0)
    except (av.FFmpegError, IndexError):
        return -1


def samples_of_track(path: Path) -> int:
    """Samples at 48 kHz that the sound of an mp4 of our own making plays, from its index and edit
    list; -1 when it has none.
    """
    import av

    try:
        with _opened(path) as container:
            sound = container.streams.audio[0]
            if not (sound.duration and sound.time_base):
                return -1
            samples: int = round(sound.duration * sound.time_base * SAMPLE_RATE)
            return samples
    except (av.FFmpegError, IndexError):
        return -1


def facts_of(path: Path) -> FilmFacts:
    """The tracks and chapters of an mp4 of our own making. Raises ValueError where it cannot be
    opened.
    """
    import av

    try:
        with _opened(path) as film:
            spoken = film.streams.audio[0].language if film.streams.audio else "none"
            tracks = [_captions_in(film, stream) for stream in film.streams.subtitles]
            chapters = tuple(
                (round(one["start"] * one["time_base"] * 1000), one["metadata"].get("title", ""))
                for one in film.chapters()
            )
    except av.FFmpegError as failed:
        raise ValueError(str(failed)) from None
    return FilmFacts(spoken or "und", tuple(tracks), chapters)


def coding_of(path: Path) -> dict[str, str]:
    """How a film or a sound of our own making is coded, and what it is tagged with, in the words of
    ``plan.promised.Coding``. Raises ValueError where it cannot be opened.
    """
    import av

    try:
        with _opened(path) as film:
            pictures, sounds = film.streams.video, film.streams.audio
            found = {**film.metadata, **(_sound_coding(sounds) if sounds else {})}
            for one in pictures:
                cover = one.disposition & one.disposition.attached_pic
                size = {"cover size": f"{one.width}x{one.height}"}
                found |= size if cover else _picture_coding(film, one)
            return found
    except av.FFmpegError as failed:
        raise ValueError(str(failed)) from None


def _picture_coding(film: Any, pictures: Any) -> dict[str, str]:
    context, first = pictures.codec_context, next(film.decode(pictures), None)
    if first is None:
        return {}
    tagged = _colour(context)
    return {
        "picture codec": context.codec.canonical_name,
        "picture size": f"{first.width}x{first.height}",
        "picture rate": pictures_a_second(pictures.average_rate or Fraction(0)),
        "pixel format": first.format.name,
        "colour": "BT.709" if tagged == {_BT709} else f"code {sorted(tagged)}",
        "scan": "interlaced" if first.interlaced_frame else "progressive",
        "time code": pictures.metadata.get("timecode") or film.metadata.get("timecode", ""),
    }


def _colour(context: Any) -> set[int]:
    """What a track says of its primaries, transfer and matrix."""
    return {int(one) for one in (context.color_primaries, context.color_trc, context.colorspace)}


def _sound_coding(sounds: Any) -> dict[str, str]:
    """Of all tracks; the codec and the rate of each only where they differ."""
    contexts = [one.codec_context for one in sounds]
    return {
        "sound codec": " + ".join(dict.fromkeys(one.codec.canonical_name for one in contexts)),
        "sound rate": " + ".join(dict.fromkeys(str(one.sample_rate) for one in contexts)),
        "sound channels": " + ".join(str(one.channels) for one in contexts),
    }


def _captions_in(film: Any, stream: Any) -> CaptionTrack:
    """One track of an open film; a caption without text is the pause before the next."""
    cues = []
    film.seek(0)
    for packet in film.demux(stream):
        data = bytes(packet)
        if stream.codec_context.name == "mov_text":
            data = data[2 : 2 + int.from_bytes(data[:2], "big")]
        text = data.decode("utf-8", "replace")
        if text:
            start, end = (
                round(at * packet.time_base * 1000)
                for at in (packet.pts, packet.pts + packet.duration)
            )
            cues.append((start, end, text))
    named = stream.metadata.get("handler_name") or stream.metadata.get("title", "")
    default = bool(stream.disposition & stream.disposition.default)
    return CaptionTrack(stream.language or "und", named, default, tuple(cues))


def encoded_in(path: Path) -> EncodedFacts:
    """What an encoder made of pictures, all of them decoded. Raises ValueError where it cannot be
    opened or decoded.
    """
    import av

    try:
        with _opened(path) as film:
            track = film.streams.video[0]
            shown = [
                (round(one.pts * one.time_base * track.average_rate), bool(one.key_frame))
                for one in film.decode(track)
            ]
            context = track.codec_context
            return EncodedFacts(
                frames=tuple(frame for frame, _ in shown),
                keys=tuple(frame for frame, is_key in shown if is_key),
                pixels=str(context.pix_fmt),
                profile=str(context.profile),
                bt709=_colour(context) == {_BT709} and int(context.color_range) == _LIMITED,
                header=hashlib.sha256(context.extradata or b"").hexdigest(),
            )
    except (av.FFmpegError, IndexError) as failed:
        raise ValueError(str(failed)) from None


def first_difference_ms(path: Path, other: Path) -> int | None:
    """When the first picture or sound comes that is stored otherwise in two mp4 files; None where
    all are alike. Raises ValueError where one cannot be opened.
    """
    import av

    try:
        with _opened(path) as film, _opened(other) as second:
            for here, there in itertools.zip_longest(_stored(film), _stored(second)):
                if here is None or there is None or bytes(here) != bytes(there):
                    packet = here or there
                    at_ms: int = round((packet.dts or 0) * packet.time_base * 1000)
                    return at_ms
    except av.FFmpegError as failed:
        raise ValueError(str(failed)) from None
    return None


def _stored(film: Any) -> Iterator[Any]:
    """Packets with something in them."""
    return (packet for packet in film.demux() if packet.size)


def _opened(path: Path) -> Any:
    """A file as it is named, so that no other container is tried: the program that wrote it had a
    file from outside in its hands.
    """
    import av

    container = _CONTAINERS.get(path.suffix, "mp4")
    return av.open(f"file:{path}", format=container, options={"protocol_whitelist": "file"})


def samples_in(path: Path) -> int:
    """Samples of each channel in a WAV file of our own making; -1 when it cannot be opened."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes()
    except (OSError, EOFError, wave.Error):
        return -1


def length_of(path: Path) -> tuple[int, int]:
    """Pictures and samples of sound in an mp4 of our own making, as ``frames_in`` and
    ``samples_of_track`` count them.
    """
    return frames_in(path), samples_of_track(path)
