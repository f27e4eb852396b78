"""Plans the small film and the two stills of a proof; without it a message of ten minutes would
be too large for a mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.plan.assembly import numbered_parts, order_of
from pipeline.plan.conform import NO_RACE
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import seconds

STILL_SIDE = 960
_OVERHEAD = 0.93
"""What is left for pictures and sound of a film's bytes: its index, and a rate control that may go
over for a moment.
"""
_EXACT = "-map_metadata -1 -map_chapters -1 -fflags +bitexact -flags +bitexact".split()
_FAULTLESS = ("-v", "error")
_X264 = f"-c:v libx264 -preset medium -crf 27 -threads 2 -x264-params {NO_RACE}".split()


@dataclass(frozen=True)
class _Quality:
    """How good a film may be from ``least_kbps`` on: its longer side in pixels, pictures a second,
    kbit/s of its sound and samples a second of that.
    """

    least_kbps: int
    side: int
    rate: int
    sound_kbps: int
    sound_rate: int


_QUALITIES = (
    _Quality(240, 640, 25, 64, 48000),
    _Quality(120, 480, 15, 48, 32000),
    _Quality(60, 384, 12, 32, 24000),
    _Quality(34, 320, 8, 20, 16000),
    _Quality(17, 256, 2, 12, 16000),
)
"""Speech can be understood in the last one, and a face be seen: half an hour in 5 MB."""


def plan_small_film(
    speaker_id: str,
    pictures: Sequence[FileInput],
    sound: FileInput,
    length_s: float,
    room_bytes: int,
    version: str,
) -> Recipe | None:
    """film.mp4: a whole message in at most about ``room_bytes``, from its parts; None where nobody
    could see or hear anything in so few.
    """
    kbps = room_bytes * 8 / 1000 * _OVERHEAD / max(length_s, 1)
    quality = next((one for one in _QUALITIES if kbps >= one.least_kbps), None)
    if quality is None:
        return None
    parts, heard = numbered_parts(pictures, "mp4"), replace(sound, name="sound.wav")
    most = min(int(kbps) - quality.sound_kbps, 1500)
    shown = (
        f"fps={quality.rate},{_within(quality.side)}",
        *(*_X264, "-pix_fmt", "yuv420p"),
        *("-maxrate", f"{most}k", "-bufsize", f"{2 * most}k", "-g", str(10 * quality.rate)),
    )
    spoken = (
        *("-c:a", "aac", "-ac", "1", "-ar", str(quality.sound_rate)),
        *("-b:a", f"{quality.sound_kbps}k"),
    )
    return Recipe(
        task=f"{speaker_id}: film of the proof",
        tool="ffmpeg",
        tool_version=version,
        arguments=(
            *(*_FAULTLESS, "-f", "concat", "-i", "order.txt", "-i", "file:sound.wav"),
            *("-map", "0:v:0", "-map", "1:a:0", "-vf", *shown, *spoken, *_EXACT),
            *("-movflags", "+faststart", "film.mp4"),
        ),
        inputs=(*parts, heard),
        outputs=("film.mp4",),
        texts=(("order.txt", order_of(parts)),),
        weight=0.2 + length_s / 12,
    )


def plan_proof_stills(
    speaker_id: str,
    card: FileInput,
    part: FileInput | None,
    frame: int,
    rate: Fraction,
    version: str,
) -> Recipe:
    """card.jpg, and where there is a ``part`` in which the name is seen, strap.jpg: its picture
    ``frame``.
    """
    inputs, outputs = [replace(card, name="card.png")], ["card.jpg"]
    arguments = [*_FAULTLESS, "-i", "file:card.png"]
    if part is not None:
        inputs.append(replace(part, name="part.mp4"))
        outputs.append("strap.jpg")
        arguments += ["-ss", seconds(frame, rate), "-i", "file:part.mp4"]
    for place, output in enumerate(outputs):
        arguments += ["-map", f"{place}:v:0", "-frames:v", "1", "-vf", _within(STILL_SIDE)]
        arguments += ["-q:v", "3", *_EXACT, output]
    return Recipe(
        task=f"{speaker_id}: stills of the proof",
        tool="ffmpeg",
        tool_version=version,
        arguments=tuple(arguments),
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        weight=0.3,
    )


def _within(side: int) -> str:
    fits = "force_original_aspect_ratio=decrease:force_divisible_by=2"
    return f"scale=w='min({side},max(iw,ih))':h='min({side},max(iw,ih))':{fits}"
