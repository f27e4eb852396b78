"""Measures a built file from what is decoded, never from what was asked for; without it tests would
believe flags.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.tools.running.programs import ffmpeg_path

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
    return subprocess.run(
        command, capture_output=True, stdin=subprocess.DEVNULL, timeout=600, check=True
    )


def generated(source: str, seconds: float) -> tuple[str, ...]:
    """ffmpeg's words for so many seconds of a source of its own, such as ``testsrc2``."""
    return ("-f", "lavfi", "-t", str(seconds), "-i", source)


def one_picture(path: Path, source: str) -> Path:
    """The first picture of a source of ffmpeg's own, as an image file."""
    ffmpeg("-v", "error", "-f", "lavfi", "-i", source, "-frames:v", "1", path)
    return path


def decoded(path: Path, *options: str) -> NDArray[np.uint8]:
    """The bytes of every picture of a file, each once, as ``options`` have them written."""
    whole = ("-map", "0:v:0", "-fps_mode", "passthrough")
    raw = ffmpeg("-v", "error", "-i", path, *whole, *options, "-f", "rawvideo", "-").stdout
    return np.frombuffer(raw, np.uint8)


def streams(path: Path) -> Streams:
    """Tracks and chapters of a file, as PyAV reads them."""
    with av.open(str(path)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        context = picture.codec_context
        return Streams(
            {
                "codec": context.name,
                "pixels": context.pix_fmt,
                "size": (context.width, context.height),
                "rate": picture.average_rate,
                "frames": picture.frames,
                "matrix": int(context.colorspace),
                "primaries": int(context.color_primaries),
                "transfer": int(context.color_trc),
                "range": int(context.color_range),
                "length_s": float(picture.duration * picture.time_base),
            },
            {
                "codec": sound.codec_context.name,
                "rate": sound.codec_context.sample_rate,
                "channels": sound.codec_context.channels,
                "language": sound.language,
                "length_s": float(sound.duration * sound.time_base),
            },
            tuple(
                {
                    "language": track.language,
                    "name": track.metadata.get("handler_name"),
                    "default": bool(track.disposition & 1),
                }
                for track in container.streams.subtitles
            ),
            tuple(
                (
                    chapter["metadata"].get("title", ""),
                    float(chapter["start"] * chapter["time_base"]),
                    float(chapter["end"] * chapter["time_base"]),
                )
                for chapter in container.chapters()
            ),
        )


def brightness(path: Path) -> NDArray[np.float64]:
    """Brightness (0-255) of the middle of each decoded picture, in order. Its length is the decoded
    frame count.
    """
    raw = decoded(path, "-vf", f"scale={WIDTH}:{HEIGHT}:flags=area,format=gray")
    pictures = raw.reshape(-1, HEIGHT, WIDTH)
    return pictures[:, 15:21, 26:38].mean((1, 2)).astype(np.float64)


def sound(path: Path) -> NDArray[np.float64]:
    """Decoded samples at 48 kHz, one row a sample, left and right."""
    raw = ffmpeg(
        "-v", "error", "-i", path, "-map", "0:a:0", "-f", "f32le", "-ac", "2", "-ar", "48000", "-"
    ).stdout
    return np.frombuffer(raw, "<f4").reshape(-1, 2).astype(np.float64)


def flashes_s(bright: NDArray[np.float64], rate: float) -> list[float]:
    """When the middle of the picture turns white, in seconds."""
    on = bright > (np.percentile(bright, 10) + bright.max()) / 2
    return [i / rate for i in range(len(on)) if on[i] and (i == 0 or not on[i - 1])]


def beeps_s(samples: NDArray[np.float64]) -> list[float]:
    """When a 1 kHz tone reaches half of its loudness, in seconds: the onset to within a
    millisecond.
    """
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


def loudness(
    path: Path, start_s: float | None = None, length_s: float | None = None
) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of a stretch, by ffmpeg's ebur128."""
    cut = "" if start_s is None else f"atrim=start={start_s:.6f}:duration={length_s:.6f},"
    said = ffmpeg(
        "-v",
        "info",
        "-nostats",
        "-i",
        path,
        "-map",
        "0:a:0",
        "-af",
        f"{cut}ebur128=peak=true:framelog=quiet",
        "-f",
        "null",
        "-",
    ).stderr.decode()
    summary = said[said.rindex("Summary:") :]
    number = r":\s*(-?[\d.]+|-inf) "
    return (
        float(re.findall("I" + number + "LUFS", summary)[-1]),
        float(re.findall("Peak" + number + "dBFS", summary)[-1]),
    )


def rgb(path: Path, width: int, height: int) -> NDArray[np.uint8]:
    """Every decoded picture in red, green and blue: (pictures, height, width, 3)."""
    raw = decoded(path, "-pix_fmt", "rgb24")
    return raw.reshape(-1, height, width, 3)


@dataclass(frozen=True)
class Framing:
    """How a probe clip (probe_clips.py) lies in one picture: which way round, how square its square
    is, and its box.

    ``corners`` are the colours of the patches from top left, row by row, as a viewer sees them;
    ``box`` is left, top, width and height of what lies between them, in pixels.
    """

    corners: tuple[str, ...]
    square_aspect: float
    box: tuple[int, int, int, int]


UPRIGHT = ("red", "green", "blue", "yellow")


def frame(path: Path, at_s: float = 0.2) -> NDArray[np.int_]:
    """One decoded picture as rows of pixels of red, green and blue (0-255), pixels as they are
    stored.
    """
    raw = ffmpeg(
        "-v",
        "error",
        "-i",
        path,
        "-ss",
        str(at_s),
        "-map",
        "0:v:0",
        "-frames:v",
        "1",
        "-vf",
        "scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int,format=rgb24",
        "-f",
        "image2pipe",
        "-c:v",
        "ppm",
        "-",
    ).stdout
    head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", raw)
    assert head, f"{path.name} has no picture at {at_s} s"
    width, height = int(head[1]), int(head[2])
    return np.frombuffer(raw[head.end() :], np.uint8).reshape(height, width, 3).astype(int)


def framing(shown: NDArray[np.int_]) -> Framing:
    """Where the patches and the square of a probe clip are in a picture."""
    red, green, blue = shown[:, :, 0], shown[:, :, 1], shown[:, :, 2]
    found = {
        "red": (red > 130) & (green < 90) & (blue < 90),
        "green": (green > 90) & (red < 90) & (blue < 90),
        "blue": (blue > 130) & (red < 90) & (green < 90),
        "yellow": (red > 140) & (green > 140) & (blue < 100),
    }
    centres = {}
    for colour, mask in found.items():
        assert mask.sum() > 20, f"no {colour} patch"
        ys, xs = np.nonzero(mask)
        centres[colour] = (float(np.median(ys)), float(np.median(xs)))
    middle_y, middle_x = (sum(centre[axis] for centre in centres.values()) / 4 for axis in (0, 1))
    by_place = {(y > middle_y, x > middle_x): colour for colour, (y, x) in centres.items()}
    corners = tuple(
        by_place.get((low, right), "") for low in (False, True) for right in (False, True)
    )
    ys, xs = np.nonzero(np.logical_or.reduce(list(found.values())))
    top, bottom, left, right = (int(edge) for edge in (ys.min(), ys.max(), xs.min(), xs.max()))
    inside = shown.min(2)[top : bottom + 1, left : right + 1]
    middle_row, middle_column = inside.shape[0] // 2, inside.shape[1] // 2
    across = _outside(inside[middle_row - 2 : middle_row + 3].mean(0))
    down = _outside(inside[:, middle_column - 2 : middle_column + 3].mean(1))
    aspect = across / down if down else 0.0
    return Framing(corners, float(aspect), (left, top, right - left + 1, bottom - top + 1))


def _outside(line: NDArray[np.float64]) -> float:
    """The length between the outer edges of the white outline on a line of pixels, to a fraction of
    a pixel.
    """
    threshold = (float(np.median(line)) + float(line.max())) / 2
    on = np.flatnonzero(line > threshold)
    if len(on) < 2 or on[0] == 0 or on[-1] == len(line) - 1:
        return 0.0
    first, last = on[0], on[-1]
    before = (threshold - line[first - 1]) / (line[first] - line[first - 1])
    after = (line[last] - threshold) / (line[last] - line[last + 1])
    return float(last + after - (first - 1 + before))


@dataclass(frozen=True)
class Sync:
    """How far each tone is behind its flash, in ms, in order, and when the flashes are, in s."""

    flashes_s: tuple[float, ...]
    late_ms: tuple[float, ...]

    @property
    def drift_ms(self) -> float:
        """How much later the sound is at the end than at the start: a line through all events, end
        to end.

        A picture stands for up to a whole frame, so single events are no measure of a drift of a
        few ms.
        """
        slope = np.polyfit(self.flashes_s, self.late_ms, 1)[0]
        return float(slope * (self.flashes_s[-1] - self.flashes_s[0]))


def sync(path: Path) -> Sync:
    """Flashes and tones of a probe clip on the file's own clock, in any rate and container."""
    said = ffmpeg(
        "-v",
        "info",
        "-nostats",
        "-copyts",
        "-i",
        path,
        "-map",
        "0:V:0",
        "-fps_mode",
        "passthrough",
        "-vf",
        f"scale={WIDTH}:{HEIGHT}:flags=area,format=gray,showinfo",
        "-f",
        "rawvideo",
        "-",
    )
    times = [
        float(time)
        for time in re.findall(r"n: *\d+ pts: *\S+ pts_time:(\S+)", said.stderr.decode())
    ]
    shown = (
        np.frombuffer(said.stdout, np.uint8)
        .reshape(-1, HEIGHT, WIDTH)[:, 15:21, 26:38]
        .mean((1, 2))
    )
    on = shown > (np.percentile(shown, 10) + shown.max()) / 2
    flashes = [times[i] for i in np.flatnonzero(on[1:] & ~on[:-1]) + 1]
    raw = ffmpeg(
        "-v",
        "error",
        "-copyts",
        "-i",
        path,
        "-map",
        "0:a:0",
        "-af",
        "aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo",
        "-f",
        "f32le",
        "-",
    ).stdout
    beeps = np.array(beeps_s(np.frombuffer(raw, "<f4").reshape(-1, 2).astype(np.float64)))
    pairs = [(flash, (beeps[np.abs(beeps - flash).argmin()] - flash) * 1000) for flash in flashes]
    pairs = [pair for pair in pairs if abs(pair[1]) < 300]
    return Sync(tuple(flash for flash, _ in pairs), tuple(float(late) for _, late in pairs))
