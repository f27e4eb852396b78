"""What a player shows of a recording, by plain ffmpeg's own full decode of it, and whether a clip
is that; without it only those faults would be found that somebody had thought of.

Nothing of the program is asked here: which pictures, for how long, which sound at which moment are
read from decoded pictures and samples with the times that ffmpeg gives them, edit lists applied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from measure import ffmpeg
from numpy.typing import NDArray

WIDTH, HEIGHT = 64, 36
BINS = 400
"""The envelope's steps a second: 2.5 ms."""
SLACK_S = 0.1
"""Sound that begins or ends so little outside the picture is a container's rounding."""
MOST_LATE_MS = 20
LOOKED_AT = 60
"""Frames of a clip that are looked for in its recording, from first to last."""
QUIET_DB = -60
"""What lies so far under full scale is no sound that anybody could miss."""
WINDOW = BINS * 3 // 2
FLAT = 5
"""Levels of grey by which the pictures of a recording must differ for their places to be told."""
SHORTEST_GAP_S = 0.06
"""What is missing for longer between two packets was not recorded; a shorter gap is their clock's
doing, and no player makes a hole of it.
"""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sound:
    """A track's envelope: RMS of each 2.5 ms from its first sample on; NaN where there is nothing.
    ``start_s`` and ``end_s`` are its first and last sample on the container's clock.
    """

    envelope: Floats
    start_s: float
    end_s: float

    def since(self, origin_s: float) -> Floats:
        """The envelope from ``origin_s`` on."""
        before = round((self.start_s - origin_s) * BINS)
        if before < 0:
            return self.envelope[-before:]
        return np.concatenate([np.full(before, np.nan), self.envelope])


@dataclass(frozen=True)
class Pictures:
    """Small grey copies of all pictures, when each is shown, when the last one goes, and the shape
    of each as a viewer sees it (width by height).
    """

    small: Floats
    times_s: Floats
    end_s: float
    shapes: Floats

    @property
    def usual_s(self) -> float:
        """For how long most pictures stand."""
        return float(np.median(np.diff(self.times_s))) if len(self.times_s) > 1 else 0.04


@dataclass(frozen=True)
class Shown:
    """What a player shows of one recording; a track that is not there is None."""

    pictures: Pictures | None
    sound: Sound | None

    @property
    def origin_s(self) -> float:
        """The first picture, or the first sound where that comes clearly before it."""
        if self.pictures is None:
            return self.sound.start_s if self.sound else 0.0
        first = float(self.pictures.times_s[0])
        early = self.sound is not None and self.sound.start_s < first - SLACK_S
        return self.sound.start_s if self.sound and early else first

    @property
    def end_s(self) -> float:
        """The last picture's end, or the sound's where that comes clearly after it."""
        if self.pictures is None:
            return self.sound.end_s if self.sound else 0.0
        late = self.sound is not None and self.sound.end_s > self.pictures.end_s + SLACK_S
        return self.sound.end_s if self.sound and late else self.pictures.end_s


def shown(recording: Path, picture: int | None = 0, sound: int | None = 0) -> Shown:
    """What a player shows of a recording's tracks, counted from 0 among their kind."""
    return Shown(
        None if picture is None else _pictures(recording, f"0:v:{picture}"),
        None if sound is None else _sound(recording, f"0:a:{sound}"),
    )


_PICTURE = re.compile(
    r"n: *\d+ pts: *(\S+) pts_time:\S+ +duration: *\S+ duration_time:(\S+) .*? sar:(\d+)/(\d+)"
    r" s:(\d+)x(\d+) "
)
_SOUND = re.compile(r"n:\d+ pts:(\S+) pts_time:\S+ .*? rate:(\d+) nb_samples:(\d+)")
_TICK = re.compile(r"config in time_base: (\d+)/(\d+)")


def _pictures(path: Path, track: str, before: str = "") -> Pictures | None:
    graph = f"{before}showinfo=checksum=0,scale={WIDTH}:{HEIGHT}:flags=area,format=rgb24"
    said, raw = _decoded(path, track, "-fps_mode", "passthrough", "-vf", graph, "-f", "rawvideo")
    found = _PICTURE.findall(said)
    # Not the luma plane: that of BT.601 and that of BT.709 are not the same grey.
    colours = np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT * WIDTH, 3)
    small = colours.mean(2, dtype=np.float32)
    if not found or not len(small):
        return None
    above, below = _TICK.findall(said)[0]
    times = np.array([int(pts) * int(above) / int(below) for pts, *_ in found])[: len(small)]
    last_s = float(found[-1][1]) if re.fullmatch(r"[\d.]+", found[-1][1]) else 0.0
    usual_s = float(np.median(np.diff(times))) if len(times) > 1 else 0.04
    shapes = [
        int(width) * Fraction(int(across) or 1, int(down) or 1) / int(height)
        for _, _, across, down, width, height in found
    ]
    order = np.argsort(times, kind="stable")
    end_s = times.max() + (last_s or usual_s)
    return Pictures(small[order], times[order], end_s, np.array(shapes, float)[order])


def _sound(path: Path, track: str) -> Sound | None:
    graph = "aformat=sample_fmts=flt:channel_layouts=stereo,highpass=f=60,ashowinfo"
    said, raw = _decoded(path, track, "-af", graph, "-f", "f32le", "-c:a", "pcm_f32le")
    frames = [
        (int(pts) / int(rate), int(rate), int(count)) for pts, rate, count in _SOUND.findall(said)
    ]
    samples = np.nan_to_num(np.frombuffer(raw, "<f4").reshape(-1, 2).astype(np.float64))
    if not frames or not len(samples):
        return None
    starts, rates, counts = (np.array(column) for column in zip(*frames, strict=True))
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    times = np.repeat(starts, counts) + within / np.repeat(rates, counts)
    power = (np.minimum(np.abs(samples), 2) ** 2).mean(1)
    length = min(len(times), len(power))
    times, power = times[:length], power[:length]
    start_s, end_s = float(times.min()), float(times.max())
    assert end_s - start_s < 3600, "a clock that jumps by an hour"
    steps = ((times - start_s) * BINS).astype(int)
    total, count = np.bincount(steps, power), np.bincount(steps)
    envelope = np.sqrt(np.where(count > 0, total / np.maximum(count, 1), np.nan))
    return Sound(envelope, start_s, end_s)


def _decoded(path: Path, track: str, *options: str) -> tuple[str, bytes]:
    """What ffmpeg said and what it wrote. It is not asked to stop at a fault: no player does."""
    command = ("-v", "info", "-nostats", "-copyts", "-max_error_rate", "1", "-i", path, "-map")
    ended = ffmpeg(*command, track, *options, "-")
    return ended.stderr.decode("utf-8", "replace"), ended.stdout


# --- a clip held against it -----------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """How a clip differs from what a player shows of its recording.

    ``longer_by`` in pictures (of the delivery or the recording, whichever last longer);
    ``late_ms`` of the sound in each stretch with an envelope to tell, ``lost_ms`` of sound that is
    not in the clip, ``torn_ms`` of holes that the recording has not; ``wrong`` are the frames at
    which another picture is shown, ``looked_at`` how many were compared, ``likeness`` how alike
    they are on the whole (1: but for their tones the same; a picture that lies wrong is near 0).
    """

    longer_by: float
    late_ms: tuple[float, ...]
    lost_ms: float
    torn_ms: float
    wrong: tuple[int, ...]
    looked_at: int
    likeness: float

    @property
    def worst_ms(self) -> float:
        """The largest distance between sound and picture, with its sign; 0 without sound."""
        return max(self.late_ms, key=abs, default=0.0)

    def faults(self) -> tuple[str, ...]:
        """What is not as a player shows it, in words; nothing where all is."""
        said = (
            (abs(self.longer_by) > 1.01, f"{self.longer_by:+.1f} pictures longer"),
            (abs(self.worst_ms) > MOST_LATE_MS, f"sound {self.worst_ms:+.0f} ms late"),
            (self.lost_ms > 30, f"{self.lost_ms:.0f} ms of sound lost"),
            (self.torn_ms > 5, f"{self.torn_ms:.0f} ms of holes"),
            (self.likeness < 0.85, f"pictures that are alike by {self.likeness:.2f} only"),
            (bool(self.wrong), f"{len(self.wrong)} of {self.looked_at} frames at {self.wrong[:4]}"),
        )
        return tuple(words for wrong, words in said if wrong)


def compared(recording: Shown, clip: Path, rate: Fraction = Fraction(25)) -> Compared:
    """A clip (or, where there is no picture, its sound alone) against its recording."""
    made = _sound(clip, "0:a:0")
    assert made
    origin_s, lasts_s = recording.origin_s, made.end_s - made.start_s
    wrong: tuple[int, ...] = ()
    looked_at, likeness, longest_s = 0, 1.0, float(1 / rate)
    if recording.pictures:
        shape = float(recording.pictures.shapes[0])
        pictures = _pictures(clip, "0:v:0", _box(shape, clip))
        assert pictures
        lasts_s = len(pictures.times_s) / float(rate)
        longest_s = max(longest_s, recording.pictures.usual_s)
        frames = _frames(recording.pictures, pictures, origin_s, shape)
        at_s = [origin_s + frame / float(rate) for frame in frames]
        meant = _meant(recording.pictures, pictures.small[frames], at_s, float(rate))
        likeness, looked_at = _likeness(meant, pictures.small[frames]), len(frames)
        wrong = _wrong(recording.pictures, pictures, frames, at_s, float(rate))
    longer_by = (lasts_s - (recording.end_s - origin_s)) / longest_s
    if recording.sound is None:
        return Compared(longer_by, (), 0.0, 0.0, wrong, looked_at, likeness)
    envelope = recording.sound.since(origin_s)
    late = tuple(_lateness_ms(envelope, made.envelope))
    lost, torn = _missing_ms(envelope, made.envelope)
    return Compared(longer_by, late, lost, torn, wrong, looked_at, likeness)


def _box(shape: float, clip: Path) -> str:
    """A filter that leaves of the clip's frame what a picture of that shape fills."""
    said = re.search(r"Video: .*?, (\d+)x(\d+)", _looked_at(clip))
    assert said
    width, height = int(said[1]), int(said[2])
    across, down = min(width, round(height * shape)), min(height, round(width / shape))
    return f"crop={across}:{down}:{(width - across) // 2}:{(height - down) // 2}:exact=1,"


def _looked_at(clip: Path) -> str:
    return ffmpeg("-v", "info", "-i", clip, "-frames:v", "1", "-f", "null", "-").stderr.decode()


def _frames(recording: Pictures, clip: Pictures, origin_s: float, shape: float) -> list[int]:
    """The frames that are looked for: spread from first to last, of the first picture's shape."""
    chosen = np.unique(np.linspace(0, len(clip.times_s) - 1, LOOKED_AT).round().astype(int))
    shapes = [
        recording.shapes[_on_screen(recording, origin_s + clip.times_s[frame])] for frame in chosen
    ]
    return [
        int(frame) for frame, its in zip(chosen, shapes, strict=True) if abs(its / shape - 1) < 0.01
    ]


def _on_screen(recording: Pictures, at_s: float) -> int:
    return max(0, int(np.searchsorted(recording.times_s, at_s + 1e-4, "right")) - 1)


def _meant(recording: Pictures, made: Floats, at_s: list[float], rate: float) -> Floats:
    """For each frame the picture of the recording that is most like it, of those on screen within
    half a frame of its moment.
    """
    found = []
    for one, at in zip(made, at_s, strict=True):
        first, last = _around(recording, at, rate)
        near = recording.small[first : last + 1]
        found.append(near[np.abs(near - one).mean(1).argmin()])
    return np.array(found)


def _around(recording: Pictures, at_s: float, rate: float) -> tuple[int, int]:
    """The first and last picture on screen within half a frame of a moment."""
    first, last = (_on_screen(recording, at_s + by / rate) for by in (-0.51, 0.51))
    return first, last


def _wrong(
    recording: Pictures, clip: Pictures, frames: list[int], at_s: list[float], rate: float
) -> tuple[int, ...]:
    """The frames, at ``at_s`` of the recording, whose picture is clearly more like one of another
    moment.
    """
    meant = [_on_screen(recording, at) for at in at_s]
    # HDR comes out in other tones, all pictures in the same.
    small, made = recording.small, clip.small[frames]
    gain, more = _tones(small[meant].astype(np.float64), made.astype(np.float64))
    found = []
    for frame, at, one in zip(frames, at_s, made, strict=True):
        first, last = _around(recording, at, rate)
        near = slice(max(0, first - 80), last + 80)
        unlike = np.abs(gain * small[near] + more - one).mean(1)
        own = unlike[first - near.start : last + 1 - near.start].min()
        if own > 1.5 * unlike.min() + 1.0:
            found.append(frame)
    return tuple(found)


def _likeness(meant: Floats, made: Floats) -> float:
    """The correlation of what is shown with what should be; 1 where there is nothing to see."""
    if not meant.size or meant.std() < FLAT:
        return 1.0
    return float(np.corrcoef(meant.ravel(), made.ravel())[0, 1])


def _tones(meant: Floats, made: Floats) -> tuple[float, float]:
    """Gain and offset that bring the tones of the one to those of the other."""
    spread = float(meant.var()) if meant.size else 0.0
    if spread < 1:
        return 1.0, 0.0
    gain = float(((meant - meant.mean()) * (made - made.mean())).mean()) / spread
    return gain, float(made.mean() - gain * meant.mean())


def _lateness_ms(meant: Floats, made: Floats) -> Iterator[float]:
    """By how much the clip's sound is late in each 1.5 s that has an envelope to tell by."""
    most = BINS * 3 // 10
    wanted = _decibels(meant)[: len(made)]
    got = np.pad(_decibels(made), most, mode="edge")
    for start in range(0, len(wanted) - WINDOW // 2, WINDOW // 2):
        piece = wanted[start : start + WINDOW]
        if piece.max() < QUIET_DB + 15 or piece.std() < 6:
            continue
        scores = []
        for by in range(2 * most + 1):
            other = got[start + by : start + by + len(piece)]
            scores.append(float(np.corrcoef(piece, other)[0, 1]) if other.std() > 1 else -1.0)
        best = int(np.argmax(scores))
        known = scores[best] > 0.7 and scores[best] > scores[most] + 0.02
        if scores[best] > 0.7:
            yield (best - most) * 1000 / BINS if known else 0.0


def _decibels(envelope: Floats) -> Floats:
    return 20 * np.log10(np.maximum(np.nan_to_num(envelope), 10 ** (QUIET_DB / 20)))


def _missing_ms(meant: Floats, made: Floats) -> tuple[float, float]:
    """Milliseconds of sound that are not in the clip, and of holes in it that are not in the
    recording.
    """
    wanted = _decibels(_bridged(meant))
    got = _decibels(np.concatenate([made, np.full(max(0, len(wanted) - len(made)), np.nan)]))
    got = got[: len(wanted)]
    louder_by = float(np.percentile(got, 95) - np.percentile(wanted, 95))
    around = BINS * 25 // 1000
    least = _extreme(wanted, around, np.min)
    most = _extreme(got, around, np.max)
    end = len(wanted) - around
    lost = (wanted > QUIET_DB + 20) & (most < wanted + louder_by - 20)
    torn = (least > QUIET_DB + 20) & (got < least + louder_by - 15)
    edge = BINS * 60 // 1000  # the high-pass settles, the ends are faded
    torn[:edge] = torn[max(0, end - edge) :] = False
    lost[:edge] = lost[end:] = False
    return float(lost.sum()) * 1000 / BINS, float(torn.sum()) * 1000 / BINS


def _bridged(envelope: Floats) -> Floats:
    """The envelope with what a clock left out between two packets filled from beside it."""
    filled = envelope.copy()
    empty = np.flatnonzero(np.isnan(envelope))
    for run in np.split(empty, np.flatnonzero(np.diff(empty) > 1) + 1):
        if len(run) and len(run) < SHORTEST_GAP_S * BINS and run[0] > 0:
            filled[run] = filled[run[0] - 1]
    return filled


def _extreme(levels: Floats, around: int, which: object) -> Floats:
    padded = np.pad(levels, around, mode="edge")
    views = np.lib.stride_tricks.sliding_window_view(padded, 2 * around + 1)
    return np.asarray(views.min(1) if which is np.min else views.max(1))
