"""Measures a built file from what is decoded, never from what was asked for; without it tests would believe flags."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.tools.programs import ffmpeg_path

WIDTH, HEIGHT = 64, 36


@dataclass(frozen=True)
class Streams:
    """What the container says of its tracks. Lengths in seconds, languages as ISO 639-2."""

    picture: dict[str, Any]
    sound: dict[str, Any]
    captions: tuple[dict[str, Any], ...]
    chapters: tuple[tuple[str, float, float], ...]


def ffmpeg(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run the wheel's ffmpeg; raises when it complains."""
    command = [str(ffmpeg_path()), "-hide_banner", "-nostdin", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=600, check=True)


def streams(path: Path) -> Streams:
    """Tracks and chapters of a file, as PyAV reads them."""
    with av.open(str(path)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        context = picture.codec_context
        return Streams(
            {"codec": context.name, "pixels": context.pix_fmt, "size": (context.width, context.height),
             "rate": picture.average_rate, "frames": picture.frames, "matrix": int(context.colorspace),
             "primaries": int(context.color_primaries), "transfer": int(context.color_trc), "range": int(context.color_range),
             "length_s": float(picture.duration * picture.time_base)},
            {"codec": sound.codec_context.name, "rate": sound.codec_context.sample_rate,
             "channels": sound.codec_context.channels, "length_s": float(sound.duration * sound.time_base)},
            tuple({"language": track.language, "name": track.metadata.get("handler_name"),
                   "default": bool(track.disposition & 1)} for track in container.streams.subtitles),
            tuple((chapter["metadata"].get("title", ""), float(chapter["start"] * chapter["time_base"]),
                   float(chapter["end"] * chapter["time_base"])) for chapter in container.chapters()))


def brightness(path: Path) -> NDArray[np.float64]:
    """Brightness (0-255) of the middle of each decoded picture, in order. Its length is the decoded frame count."""
    raw = ffmpeg("-v", "error", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough",
                 "-vf", f"scale={WIDTH}:{HEIGHT}:flags=area,format=gray", "-f", "rawvideo", "-").stdout
    pictures = np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH)
    return pictures[:, 15:21, 26:38].mean((1, 2)).astype(np.float64)


def sound(path: Path) -> NDArray[np.float64]:
    """Decoded samples at 48 kHz, one row a sample, left and right."""
    raw = ffmpeg("-v", "error", "-i", path, "-map", "0:a:0", "-f", "f32le", "-ac", "2", "-ar", "48000", "-").stdout
    return np.frombuffer(raw, "<f4").reshape(-1, 2).astype(np.float64)


def flashes_s(bright: NDArray[np.float64], rate: float) -> list[float]:
    """When the middle of the picture turns white, in seconds."""
    on = bright > (np.percentile(bright, 10) + bright.max()) / 2
    return [i / rate for i in range(len(on)) if on[i] and (i == 0 or not on[i - 1])]


def beeps_s(samples: NDArray[np.float64]) -> list[float]:
    """When a 1 kHz tone reaches half of its loudness, in seconds: the onset to within a millisecond."""
    mono, window = samples.mean(1), 96
    turned = mono * np.exp(-2j * np.pi * 1000 * np.arange(len(mono)) / 48000)
    total = np.cumsum(np.concatenate([[0], turned]))
    strength = np.abs(total[window:] - total[:-window]) / window
    on = strength > strength.max() / 2
    found: list[float] = []
    for start in np.flatnonzero(on[1:] & ~on[:-1]) + 1:
        moment = (start + window / 2) / 48000
        if not found or moment - found[-1] > 0.3:
            found.append(float(moment))
    return found


def loudness(path: Path, start_s: float | None = None, length_s: float | None = None) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of a stretch, by ffmpeg's ebur128."""
    cut = "" if start_s is None else f"atrim=start={start_s:.6f}:duration={length_s:.6f},"
    said = ffmpeg("-v", "info", "-nostats", "-i", path, "-map", "0:a:0", "-af", f"{cut}ebur128=peak=true:framelog=quiet",
                  "-f", "null", "-").stderr.decode()
    summary = said[said.rindex("Summary:"):]
    number = r":\s*(-?[\d.]+|-inf) "
    return (float(re.findall("I" + number + "LUFS", summary)[-1]), float(re.findall("Peak" + number + "dBFS", summary)[-1]))


def rgb(path: Path, width: int, height: int) -> NDArray[np.uint8]:
    """Every decoded picture in red, green and blue: (pictures, height, width, 3)."""
    raw = ffmpeg("-v", "error", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough", "-pix_fmt", "rgb24", "-f", "rawvideo",
                 "-").stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)
