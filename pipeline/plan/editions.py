"""Plans the editions that are made of the joined programme; without it whoever wants a podcast
would open a sound editor at midnight.

Nothing here looks at a recording: pictures come from the joined film, sound from the samples that
it was joined of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.captions.words.tags import three_letters
from pipeline.config import Config, Delivery, Speaker
from pipeline.config_editions import (
    AudioEdition,
    BroadcastEdition,
    Edition,
    SmallEdition,
    SocialEdition,
)
from pipeline.forecast import picture_weight
from pipeline.model import FilmFacts
from pipeline.plan.assembly import exactly, numbered_parts, order_of
from pipeline.plan.conform import NO_RACE
from pipeline.plan.loudness import limit_under
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import SAMPLE_RATE, samples_in

COVER_SIDE = 1400
"""Pixels: the least that podcast directories take is 1400 x 1400."""
_AUDIO_KBPS = 160
_LAME_IS_SOFTER = "volume=0.445dB"
"""LAME lays 0.95 of what it gets into an MP3: it came out 0.4 LU under the same sound as AAC."""
_SMALL_AUDIO_KBPS = 96
_OVERHEAD = 0.985
"""What is left of a film's bytes for pictures and sound: index, captions and chapters are under a
hundredth, and what two passes miss is under a half.
"""
MOST_BITS = 0.12
"""Bits for each pixel of a picture beyond which nobody sees a difference."""
FEWEST_BITS = 0.012
"""Under it faces dissolve into blocks: 720p25 at 280 kbit/s."""
VMAF_EVERY = 15
_EXACT = "-map_metadata:g -1 -map_metadata:s -1 -fflags +bitexact -flags +bitexact".split()
_FAULTLESS = ("-v", "error")
_BT709 = "-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv".split()
_FORMS = {
    "m4a": "-c:a aac -disposition:v:0 attached_pic -movflags +faststart -f ipod".split(),
    "mp3": (
        *("-af", _LAME_IS_SOFTER, "-c:a", "libmp3lame", "-id3v2_version", "3"),
        *("-metadata:s:v", "title=Album cover", "-metadata:s:v", "comment=Cover (front)"),
        *("-f", "mp3"),
    ),
}
"""How the sound of a podcast is encoded and its cover attached: what players look for."""


def plan_programme_sound(
    sounds: Sequence[FileInput],
    frames: int,
    rate: Fraction,
    gain_db: float,
    true_peak: float,
    version: str,
) -> Recipe:
    """sound.wav: the whole programme louder by ``gain_db``, its peaks under ``true_peak`` (dBTP),
    exactly as long as ``frames`` pictures. What the meter ``result`` heard is in its stderr.

    Limited at 192 kHz, as the messages are (plan/sound.py): peaks lie between the samples.
    """
    parts, count = numbered_parts(sounds, "wav"), samples_in(frames, rate)
    steps = (
        f"volume={gain_db:.2f}dB",
        f"aresample={4 * SAMPLE_RATE}",
        f"alimiter=limit={limit_under(true_peak)}:attack=1:release=60:level=false:latency=true",
        f"aresample={SAMPLE_RATE}",
        exactly(count),
        "ebur128@result=peak=true:framelog=quiet",
    )
    return Recipe(
        task="sound of the edition",
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *("-nostats", "-v", "info", "-f", "concat", "-i", "order.txt"),
            *("-af", ",".join(steps), "-c:a", "pcm_s16le", "-ar", str(SAMPLE_RATE)),
            *(*_EXACT, "sound.wav"),
        ),
        outputs=("sound.wav",),
        inputs=parts,
        texts=(("order.txt", order_of(parts)),),
        samples=(("sound.wav", count),),
        weight=_sound_weight(float(frames / rate)),
    )


def plan_cover(drawn: FileInput, version: str) -> Recipe:
    """cover.jpg of a drawing (card.png)."""
    return Recipe(
        task="cover",
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *(*_FAULTLESS, "-i", "file:card.png", "-frames:v", "1", "-vf", "format=yuvj420p"),
            *("-q:v", "2", *_EXACT, "cover.jpg"),
        ),
        outputs=("cover.jpg",),
        inputs=(replace(drawn, name="card.png"),),
        weight=0.1,
    )


def plan_listening(
    form: str,
    sound: FileInput,
    cover: FileInput,
    chapters: str,
    spoken: str,
    tags: Mapping[str, str],
    length_s: float,
    version: str,
) -> Recipe:
    """segment.m4a or segment.mp3 (its ``form``): the sound with its chapters, its cover, the
    language ``spoken`` and the ``tags`` that players show. It is ``length_s`` long.
    """
    said = [part for key, value in tags.items() for part in ("-metadata", f"{key}={value}")]
    output = f"segment.{form}"
    return Recipe(
        task=form,
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *(*_FAULTLESS, "-i", "file:sound.wav", "-i", "file:cover.jpg"),
            *("-f", "ffmetadata", "-i", "file:chapters.txt", "-map", "0:a:0", "-map", "1:v:0"),
            *("-map_chapters", "2", *_EXACT, "-c:v", "copy", "-b:a", f"{_AUDIO_KBPS}k"),
            *("-metadata:s:a:0", f"language={three_letters(spoken)}", *said, *_FORMS[form]),
            output,
        ),
        outputs=(output,),
        inputs=(replace(sound, name="sound.wav"), replace(cover, name="cover.jpg")),
        texts=(("chapters.txt", chapters),),
        weight=_listening_weight(length_s),
    )


def listening_tags(config: Config, speakers: Sequence[Speaker]) -> dict[str, str]:
    """What players show: title, what it is part of, who speaks, when it was."""
    return {
        "title": config.title,
        "album": config.event or config.title,
        "artist": ", ".join(one.name for one in speakers),
        "date": config.slot.start.date().isoformat(),
        "genre": "Podcast",
    }


# --- small ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Budget:
    """Of a film of ``size`` pixels and ``length_s``: kbit/s for its pictures and its sound."""

    size: tuple[int, int]
    length_s: float
    pictures_kbps: int
    sound_kbps: int = _SMALL_AUDIO_KBPS


def in_shape(film: tuple[int, int], within: tuple[int, int]) -> tuple[int, int]:
    """The largest picture ``within`` so many pixels that has the shape of the ``film`` and is no
    larger, its sides even: a face in a 4:3 film is no wider in a frame of 16:9.
    """
    scale = min(1.0, *(most / side for most, side in zip(within, film, strict=True)))
    width, height = (max(2, 2 * round(side * scale / 2)) for side in film)
    return (width, height)


def budget_of(
    megabytes: int, size: tuple[int, int], rate: Fraction, frames: int, scale: float = 1.0
) -> Budget | None:
    """How many bits a second a film may have; None where so few would show nobody. ``scale`` under
    1 where the passes before made too much.
    """
    length_s = max(1.0, float(frames / rate))
    kbps = megabytes * 8000 * _OVERHEAD * scale / length_s - _SMALL_AUDIO_KBPS
    pixels_a_second = size[0] * size[1] * float(rate)
    if kbps * 1000 < FEWEST_BITS * pixels_a_second:
        return None
    return Budget(size, length_s, int(min(kbps, MOST_BITS * pixels_a_second / 1000)))


def megabytes_needed(size: tuple[int, int], rate: Fraction, frames: int) -> int:
    """The least in which a film can be seen, as a whole number of megabytes."""
    length_s = float(frames / rate)
    kbps = FEWEST_BITS * size[0] * size[1] * float(rate) / 1000 + _SMALL_AUDIO_KBPS
    return int(kbps * length_s / 8000 / _OVERHEAD) + 1


def plan_first_pass(film: FileInput, budget: Budget, version: str) -> Recipe:
    """What the second pass has to know: pass-0.log and pass-0.log.mbtree."""
    return Recipe(
        task="first pass",
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *(*_FAULTLESS, "-i", "file:film.mp4", "-map", "0:v:0"),
            *(*_pictures(budget), "-pass", "1", "-passlogfile", "pass", "-f", "null", "-"),
        ),
        outputs=("pass-0.log", "pass-0.log.mbtree"),
        inputs=(replace(film, name="film.mp4"),),
        weight=_first_weight(budget.size, budget.length_s),
    )


def plan_second_pass(
    film: FileInput, first: Sequence[FileInput], budget: Budget, version: str
) -> Recipe:
    """segment.mp4 in its budget: pictures encoded anew, sound too, captions, chapters and what the
    film says of itself as they are.
    """
    return Recipe(
        task="second pass",
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *(*_FAULTLESS, "-i", "file:film.mp4", "-map", "0:v:0", "-map", "0:a:0"),
            *("-map", "0:s?", *_pictures(budget), "-pass", "2", "-passlogfile", "pass"),
            *("-c:a", "aac", "-b:a", f"{budget.sound_kbps}k", "-c:s", "copy"),
            *("-fflags", "+bitexact", "-flags", "+bitexact", "-movflags", "+faststart"),
            "segment.mp4",
        ),
        outputs=("segment.mp4",),
        inputs=(replace(film, name="film.mp4"), *first),
        weight=_second_weight(budget.size, budget.length_s),
    )


def _pictures(budget: Budget) -> tuple[str, ...]:
    width, height = budget.size
    return (
        *("-vf", f"scale={width}:{height}:flags=bicubic:out_range=tv,setsar=1,format=yuv420p"),
        *("-c:v", "libx264", "-preset", "medium", "-b:v", f"{budget.pictures_kbps}k"),
        *("-maxrate", f"{2 * budget.pictures_kbps}k", "-bufsize", f"{4 * budget.pictures_kbps}k"),
        *("-threads", "2", "-x264-params", NO_RACE, "-profile:v", "high", "-g", "250"),
        *_BT709,
    )


def plan_vmaf(
    small: FileInput, film: FileInput, size: tuple[int, int], length_s: float, version: str
) -> Recipe:
    """Its stderr.txt is what ``parse_vmaf`` reads: every 15th picture beside that of the film it
    was made of, ``size`` in pixels and ``length_s`` long.
    """
    graph = (
        f"[0:v]scale={size[0]}:{size[1]}:flags=bicubic,format=yuv420p[is];[1:v]format=yuv420p[of];"
        f"[is][of]libvmaf=n_threads=2:n_subsample={VMAF_EVERY}"
    )
    return Recipe(
        task="beside the segment",
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *("-nostats", "-v", "info", "-i", "file:small.mp4", "-i", "file:film.mp4"),
            *("-lavfi", graph, "-f", "null", "-"),
        ),
        outputs=(),
        inputs=(replace(small, name="small.mp4"), replace(film, name="film.mp4")),
        weight=_vmaf_weight(size, length_s),
    )


def parse_vmaf(stderr: str) -> float:
    """The score, 0 to 100. Raises ValueError where none was said."""
    said = re.search(r"VMAF score: ([\d.]+)", stderr)
    if said is None:
        raise ValueError("no VMAF score was said")
    return float(said[1])


# --- master ---------------------------------------------------------------------------------------


def plan_master(
    film: FileInput,
    sounds: Sequence[FileInput],
    facts: FilmFacts,
    title: str,
    frames: int,
    rate: Fraction,
    version: str,
) -> Recipe:
    """segment.mkv: the pictures of a film that lost nothing, copied, the programme's sound as FLAC,
    captions as text, chapters. ``facts`` are what the film says of its tracks: Matroska has other
    places for that than MP4.
    """
    parts, count = numbered_parts(sounds, "wav"), samples_in(frames, rate)
    return Recipe(
        task="master",
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *(*_FAULTLESS, "-i", "file:film.mp4", "-f", "concat", "-i", "order.txt"),
            *("-map", "0:v:0", "-map", "1:a:0", "-map", "0:s?", "-map_chapters", "0"),
            *("-metadata", f"title={title}", *_named_tracks(facts)),
            *("-c:v", "copy", "-c:s", "srt", "-c:a", "flac", "-af", exactly(count)),
            *(*_EXACT, "segment.mkv"),
        ),
        outputs=("segment.mkv",),
        inputs=(replace(film, name="film.mp4"), *parts),
        texts=(("order.txt", order_of(parts)),),
        weight=_master_weight(float(frames / rate)),
    )


def _named_tracks(facts: FilmFacts) -> Iterator[str]:
    yield from ("-metadata:s:a:0", f"language={facts.spoken}")
    for number, track in enumerate(facts.captions):
        yield from (f"-metadata:s:s:{number}", f"language={track.language}")
        yield from (f"-metadata:s:s:{number}", f"title={track.name}")


# --- broadcast ------------------------------------------------------------------------------------

BROADCAST_SIZE, BROADCAST_RATE = (1920, 1080), 25
_XDCAM = (
    "-c:v mpeg2video -profile:v 0 -level:v 2 -b:v 50000k -minrate 50000k"
    " -maxrate 50000k -bufsize 17825792 -rc_init_occupancy 17825792 -g 12 -bf 2 -sc_threshold"
    " 1000000000 -non_linear_quant 1 -intra_vlc 1 -dc 10 -qmin 1 -qmax 12 -lmin 1*QP2LAMBDA"
    " -rc_max_vbv_use 1 -rc_min_vbv_use 1 -threads 2 -vtag xd5c"
).split()
"""XDCAM HD422: MPEG-2 4:2:2 at high level, 50 Mbit/s all the time, groups of 12 pictures (Sony's
operating point, SMPTE RDD 9).
"""
_PRORES = "-c:v prores_ks -profile:v 3 -vendor apl0 -threads 2".split()
"""ProRes 422 HQ, as Apple's own writer is called."""
_EARS = {
    "xdcam": (
        ";[1:a]channelsplit=channel_layout=stereo[left][right]",
        ("-map", "[left]", "-map", "[right]"),
    ),
    "prores": ("", ("-map", "1:a:0")),
}
"""The sound: the end of the graph that parts it, and what is taken."""
_SLOWEST_PICTURE_S = 5
"""ProRes took 1.2 s of processor time for a picture of noise, and the machine may be busy."""
BROADCAST_FILES = {"xdcam": "segment.mxf", "prores": "segment.mov"}
_SHADES = {"xdcam": ("yuv422p", 1), "prores": ("yuv422p10le", 4)}
"""A picture's format, and how many of its shades are one of eight bits."""


def plan_broadcast(
    film: FileInput,
    sound: FileInput,
    form: str,
    interlaced: bool,
    timecode: tuple[int, int, int, int],
    frames: int,
    version: str,
) -> Recipe:
    """segment.mxf or segment.mov (of its ``form``): the film's pictures in 1920x1080, the sound
    uncompressed in 24 bit (in MXF a track for each ear, as EBU R 123 has them), and the time code
    of the first picture.

    What is ``interlaced`` is coded in fields, the upper one first; both show one moment.
    """
    output, (ears, heard) = BROADCAST_FILES[form], _EARS[form]
    graph = _full_frame("tff" if interlaced else "prog", *_SHADES[form]) + ears
    coder = {"xdcam": _XDCAM, "prores": _PRORES}[form]
    fields = ("-flags:v", "+ildct+ilme") if interlaced else ()
    return Recipe(
        task=form,
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *(*_FAULTLESS, "-i", "file:film.mp4", "-i", "file:sound.wav"),
            *("-filter_complex", graph, "-map", "[seen]", *heard, *coder, *fields),
            *(*_BT709, "-frames:v", str(frames), "-c:a", "pcm_s24le"),
            *("-timecode", ":".join(f"{part:02d}" for part in timecode)),
            *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", output),
        ),
        outputs=(output,),
        inputs=(replace(film, name="film.mp4"), replace(sound, name="sound.wav")),
        frames=((output, frames),),
        weight=_broadcast_weight(form, frames / BROADCAST_RATE),
        timeout_s=3600 + frames * _SLOWEST_PICTURE_S,
    )


def _full_frame(fields: str, pixels: str, shade: int) -> str:
    """The filters that lay a film on a broadcaster's frame, its ``fields`` as they are flagged.

    Sharp edges swing beyond black and white when colours get their lines back; a cable has no
    code for the outermost (SMPTE ST 274), so the legal ones are kept to (ITU-R BT.709).
    """
    width, height = BROADCAST_SIZE
    black, white, strongest = 16 * shade, 235 * shade, 240 * shade
    return (
        f"[0:v]scale={width}:{height}:force_original_aspect_ratio=decrease:flags=lanczos:interl=0,"
        f"pad={width}:{height}:-1:-1,setsar=1,format={pixels},"
        f"limiter=min={black}:max={white}:planes=1,limiter=min={black}:max={strongest}:planes=6,"
        f"setfield={fields}[seen]"
    )


# --- how much work it is --------------------------------------------------------------------------


def weight_of(
    edition: Edition, delivery: Delivery, length_s: float, messages: Sequence[float]
) -> float:
    """About what everything costs that an edition is made by (``Recipe.weight``), for a programme
    of ``length_s`` with ``messages`` of these lengths in seconds.
    """
    if isinstance(edition, AudioEdition):
        listening = len(edition.formats) * _listening_weight(length_s)
        return _sound_weight(length_s) + _COVER_WEIGHT + listening
    if isinstance(edition, SmallEdition):
        size = in_shape(delivery.size, edition.size)
        passes = _first_weight(size, length_s) + _second_weight(size, length_s)
        return passes + _vmaf_weight(delivery.size, length_s)
    if isinstance(edition, BroadcastEdition):
        return _sound_weight(length_s) + _broadcast_weight(edition.format, length_s)
    if isinstance(edition, SocialEdition):
        return _remade_weight(edition.size, length_s, messages)
    remade = _WITHOUT_LOSS * _remade_weight(delivery.size, length_s, messages)
    return remade + _master_weight(length_s)


_COVER_WEIGHT = 1.9
_WITHOUT_LOSS = 1.3
"""What an encode without any loss costs more than one at our default quality. This and the weights
below were measured on 8 to 450 s of speech and animation in 1080p25, in seconds of one core.
"""


def _sound_weight(length_s: float) -> float:
    return 0.2 + length_s / 150


def _listening_weight(length_s: float) -> float:
    return 0.2 + length_s / 120


def _megapixels(size: tuple[int, int]) -> float:
    return size[0] * size[1] / 1e6


def _first_weight(size: tuple[int, int], length_s: float) -> float:
    return 0.2 + length_s * (0.1 + 0.22 * _megapixels(size))


def _second_weight(size: tuple[int, int], length_s: float) -> float:
    return 0.2 + length_s * (0.1 + 0.56 * _megapixels(size))


def _vmaf_weight(size: tuple[int, int], length_s: float) -> float:
    return 0.2 + length_s * 0.11 * _megapixels(size)


def _master_weight(length_s: float) -> float:
    return 0.2 + length_s / 100


def _broadcast_weight(form: str, length_s: float) -> float:
    return 0.2 + length_s * {"xdcam": 0.7, "prores": 4.0}[form]


def _remade_weight(size: tuple[int, int], length_s: float, messages: Sequence[float]) -> float:
    """Pictures from the recordings, cards drawn and encoded, and what is joined of them."""
    drawn = 1.8 * (1 + len(messages))
    cards = 0.6 * max(0.0, length_s - sum(messages))
    return picture_weight(sum(messages), size, 1) + drawn + cards
