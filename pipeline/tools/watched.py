"""Watches and hears a film that we built, from its first picture to its last; without it only the
commands would be known to be right, and not the file that airs.

Run as ``python -m pipeline.tools.watched request.json`` in a folder with the film. Writes seen.npz
(what plan/watched.py reads) and a small picture for each frame that the request names.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

WIDE, HIGH = 160, 90
"""Each picture is made this small before it is looked at."""
ACROSS, DOWN = 16, 9
"""Cells that a picture is divided into."""
BLOCK = 960
"""Samples at 48 kHz: 20 ms, the length of sound that is measured at once."""
Floats = NDArray[np.float32]


def main(request_name: str) -> None:
    """Watch the film of a request."""
    request = json.loads(Path(request_name).read_text("utf-8"))
    wanted = {int(frame): name for frame, name in request["tiles"].items()}
    watched = Watched()
    with av.open(f"file:{request['film']}", format="mp4") as film:
        streams = [*film.streams.video[:1], *film.streams.audio[:1]]
        film.streams.video[0].thread_type = "AUTO"
        for packet in film.demux(streams):
            for frame in watched.decoded(packet):
                if isinstance(frame, av.VideoFrame):
                    if name := wanted.get(len(watched.pictures)):
                        _tile(frame, name)
                    watched.see(frame)
                else:
                    watched.hear(frame)
    arrays: dict[str, Any] = watched.arrays()
    np.savez_compressed("seen.npz", **arrays)


class Watched:
    """What has been seen and heard so far."""

    def __init__(self) -> None:
        self.pictures: list[NDArray[np.uint8]] = []
        self.reds: list[NDArray[np.uint8]] = []
        self.changes: list[float] = []
        self.undecoded: list[float] = []
        self._last: Floats | None = None
        self._levels: list[Floats] = []
        self._corners: list[Floats] = []
        self._unmeasured = np.zeros((2, 0), np.float32)
        self._before = np.zeros((2, 2), np.float32)
        self._resampler = av.AudioResampler(format="fltp", layout="stereo", rate=48_000)

    def decoded(self, packet: Any) -> Iterator[Any]:
        """The pictures or sounds of a packet; one that cannot be decoded is counted."""
        try:
            yield from packet.decode()
        except av.FFmpegError:
            self.undecoded.append(float((packet.pts or 0) * packet.time_base))

    def see(self, frame: Any) -> None:
        """The brightness of each cell, how red it is, and how much changed since the last one."""
        small = frame.reformat(WIDE, HIGH, "yuv444p", interpolation="AREA")
        luma, blue, red = (_plane(small, number) for number in range(3))
        self.pictures.append(_cells(luma))
        self.reds.append(_cells(_redness(luma, blue, red)))
        change = 255.0 if self._last is None else float(np.abs(luma - self._last).mean())
        self.changes.append(change)
        self._last = luma

    def hear(self, frame: Any) -> None:
        """Measured in whole blocks as it comes: 20 minutes of sound are 0.5 GB."""
        for piece in self._resampler.resample(frame):
            sound = np.asarray(piece.to_ndarray(), np.float32)
            self._unmeasured = np.concatenate([self._unmeasured, sound], axis=1)
        if self._unmeasured.shape[1] >= 50 * BLOCK:
            self._measure()

    def _measure(self) -> None:
        """Level and sharpest corner of each whole block that has come in."""
        blocks = self._unmeasured.shape[1] // BLOCK
        sound, self._unmeasured = np.split(self._unmeasured, [blocks * BLOCK], axis=1)
        power = (sound.reshape(2, blocks, BLOCK).astype(np.float64) ** 2).mean(2).max(0)
        self._levels.append((10 * np.log10(np.maximum(power, 1e-12))).astype(np.float32))
        joined = np.concatenate([self._before, sound], axis=1)
        corners = np.abs(np.diff(joined, 2, axis=1)).reshape(2, blocks, BLOCK)
        self._corners.append(corners.max((0, 2)))
        self._before = joined[:, -2:]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Cells (pictures, rows, columns), changes, and of each 20 ms of sound its level (dBFS) and
        its sharpest corner, of the louder side.
        """
        if self._unmeasured.shape[1] >= BLOCK:
            self._measure()
        nothing = np.zeros((0, DOWN, ACROSS), np.uint8)
        return {
            "luma": np.stack(self.pictures) if self.pictures else nothing,
            "red": np.stack(self.reds) if self.reds else nothing,
            "change": np.asarray(self.changes, np.float32),
            "level": np.concatenate([np.zeros(0, np.float32), *self._levels]),
            "corner": np.concatenate([np.zeros(0, np.float32), *self._corners]),
            "undecoded": np.asarray(self.undecoded, np.float32),
        }


def _plane(frame: Any, number: int) -> Floats:
    plane = frame.planes[number]
    pixels = np.frombuffer(plane, np.uint8).reshape(HIGH, plane.line_size)[:, :WIDE]
    return pixels.astype(np.float32)


def _cells(values: Floats) -> NDArray[np.uint8]:
    cells = values.reshape(DOWN, HIGH // DOWN, ACROSS, WIDE // ACROSS).mean((1, 3))
    return np.asarray(np.clip(np.round(cells), 0, 255), np.uint8)


def _redness(luma: Floats, blue: Floats, red: Floats) -> Floats:
    """How much more red than green and blue a pixel is, 0 to 255 (BT.709, limited range)."""
    bright = (luma - 16) * 1.164
    r = bright + 1.793 * (red - 128)
    g = bright - 0.213 * (blue - 128) - 0.533 * (red - 128)
    b = bright + 2.112 * (blue - 128)
    return np.asarray(np.clip(r - np.clip(g, 0, 255) - np.clip(b, 0, 255), 0, 255), np.float32)


def _tile(frame: Any, name: str) -> None:
    high = round(320 * frame.height / frame.width)
    frame.reformat(320, high, "rgb24").to_image().save(name, quality=82)


if __name__ == "__main__":
    main(sys.argv[1])
