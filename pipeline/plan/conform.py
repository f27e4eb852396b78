"""Plans how one recording is made to fit the delivery; without it no two messages would join.

The picture is encoded in parts of 10 s, each a recipe of its own, so that a corrected caption costs the part it
touches and a long message uses every core. The sound is one recipe for the whole message, cut to exactly the length
of its pictures. Nothing runs here: every function gives a Recipe.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import ffmpeg

from pipeline.config import Delivery, Trim
from pipeline.model import FileInput, PictureTrack, Probe, Recipe, Route, SoundTrack
from pipeline.plan.loudness import PEAK_HEADROOM_DB
from pipeline.timing import SAMPLE_RATE, frames_nearest, samples_in, seconds

PART_S = 10
DEMUXERS = "mov,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg"
_INDEXED = ("mov", "matroska", "webm")
"""Containers in which a picture can be found without reading all before it; others are encoded as one part."""
_LEAD_PICTURES = 3
"""Pictures decoded before a part: one for the frame on screen at its start, two more for a filter with memory."""
_SLACK_S = Fraction(1, 10)
"""Sound that begins or ends up to 0.1 s outside the picture is a container's rounding, not speech."""


@dataclass(frozen=True)
class Part:
    """Frames ``first_frame`` to ``first_frame + frames`` of a clip; ``seek_s`` is where decoding starts, if not at 0."""

    number: int
    first_frame: int
    frames: int
    seek_s: Fraction | None


@dataclass(frozen=True)
class Timeline:
    """How a recording lies on the delivery's frames. ``origin_s`` is the container's clock at the message's time 0."""

    origin_s: Fraction
    rate: Fraction
    in_frame: int
    frames: int
    parts: tuple[Part, ...]

    @property
    def in_ms(self) -> Fraction:
        """The accepted in-point in ms from the message's time 0."""
        return Fraction(self.in_frame * 1000) / self.rate


@dataclass(frozen=True)
class Overlay:
    """A picture with transparency that is laid over frames ``first_frame`` to ``end_frame`` of a clip, softly."""

    picture: FileInput
    first_frame: int
    end_frame: int


@dataclass(frozen=True)
class Dressing:
    """All that is drawn onto a message's pictures. ``fade_frames`` at both ends; 0 is a hard cut."""

    fade_frames: int
    lower_third: Overlay | None = None
    draft_mark: FileInput | None = None


def plan_timeline(probe: Probe, rate: Fraction, trim: Trim) -> Timeline:
    """Where a message starts and ends, and its parts.

    Time 0 is the first picture, or the first sound where that comes over 0.1 s earlier: speech is never cut, the
    picture is held instead; so it is at the end. Raises ValueError when ``trim`` leaves nothing.
    """
    picture, sound = probe.picture, probe.sound
    assert picture is not None
    origin, end = picture.start_s, picture.end_s
    if sound and sound.start_s < origin - _SLACK_S:
        origin = sound.start_s
    if sound and sound.end_s > end + _SLACK_S:
        end = sound.end_s
    whole = max(1, frames_nearest((end - origin) * 1000, rate))
    in_frame = frames_nearest(trim.start or 0, rate)
    out_frame = whole if trim.end is None else min(whole, frames_nearest(trim.end, rate))
    if out_frame <= in_frame:
        raise ValueError("nothing is left of the message between the points of trim")
    timeline = Timeline(origin, rate, in_frame, out_frame - in_frame, ())
    return replace(timeline, parts=_parts(timeline, probe, picture))


def _parts(timeline: Timeline, probe: Probe, picture: PictureTrack) -> tuple[Part, ...]:
    size = round(PART_S * timeline.rate)
    indexed = any(name in _INDEXED for name in probe.container.split(","))
    starts = range(0, timeline.frames, size) if indexed else (0,)
    shown = [pts * picture.time_base for pts in picture.pts] if len(starts) > 1 or timeline.in_frame else []
    return tuple(
        Part(number, start, min(size if indexed else timeline.frames, timeline.frames - start),
             _seek(timeline, start, shown, probe) if indexed else None)
        for number, start in enumerate(starts, 1))


def _seek(timeline: Timeline, first_frame: int, shown: list[Fraction], probe: Probe) -> Fraction | None:
    wanted = timeline.origin_s + Fraction(timeline.in_frame + first_frame) / timeline.rate
    before = bisect.bisect_right(shown, wanted) - _LEAD_PICTURES
    # A millisecond early: ffmpeg counts in microseconds and must not lose the very picture that was asked for.
    return max(Fraction(0), shown[before] - probe.start_s - Fraction(1, 1000)) if before > 0 else None


def plan_listen(recording: FileInput, timeline: Timeline, sound: SoundTrack, speaker: str, version: str) -> Recipe:
    """One decode that measures loudness four ways (stderr.txt) and keeps 16 kHz stereo speech (speech.wav)."""
    source = ffmpeg.input(f"file:{recording.name}", **_RECORDING_OPTIONS)
    copies = _on_the_clock(source, timeline, sound).filter_multi_output("asplit", 5)
    meters = [
        copies[0].filter("ebur128@whole", peak="true", framelog="quiet"),
        copies[1].filter("pan", args="stereo|c0=c0|c1=c0").filter("ebur128@left", framelog="quiet"),
        copies[2].filter("pan", args="stereo|c0=c1|c1=c1").filter("ebur128@right", framelog="quiet"),
        copies[3].filter("pan", args="stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0+0.5*c1").filter("ebur128@sum", framelog="quiet"),
    ]
    speech = ffmpeg.output(copies[4].filter("aresample", 16000), "speech.wav", acodec="pcm_s16le", **_BITEXACT)
    nulls = [ffmpeg.output(meter, "-", f="null") for meter in meters]
    return Recipe(
        task=f"{speaker}: listen", tool="ffmpeg", tool_version=version, outputs=("speech.wav",), inputs=(recording,),
        arguments=_arguments(ffmpeg.merge_outputs(speech, *nulls), "-v", "info", "-nostats", "-copyts"),
        weight=float(timeline.frames / timeline.rate) / 8)


def plan_sound(recording: FileInput, timeline: Timeline, sound: SoundTrack, chosen: Route, gain_db: float,
               delivery: Delivery, fade_frames: int, speaker: str, version: str) -> Recipe:
    """The message's whole sound at the right level, exactly as long as its pictures (sound.wav), measured on the way."""
    count = samples_in(timeline.frames, timeline.rate)
    ceiling = 10 ** ((delivery.true_peak - PEAK_HEADROOM_DB) / 20)
    source = ffmpeg.input(f"file:{recording.name}", **_RECORDING_OPTIONS)
    heard = _on_the_clock(source, timeline, sound)
    if chosen != "stereo":
        heard = heard.filter("pan", args="stereo|c0=c0|c1=c0" if chosen == "left" else "stereo|c0=c1|c1=c1")
    start = samples_in(timeline.in_frame, timeline.rate)
    heard = heard.filter("atrim", start_sample=start, end_sample=start + count).filter("asetpts", "N/SR/TB")
    heard = heard.filter("volume", f"{gain_db}dB")
    # Peaks between the samples are only seen at a higher rate: limited at 192 kHz, four samples for one.
    heard = heard.filter("aresample", 4 * SAMPLE_RATE).filter(
        "alimiter", limit=f"{ceiling:.6f}", attack=1, release=60, level="false", latency="true")
    heard = heard.filter("aresample", SAMPLE_RATE).filter("apad", whole_len=count).filter("atrim", end_sample=count)
    length_s = float(timeline.frames / timeline.rate)
    fade_s = min(0.02 if fade_frames else 0.004, length_s / 4)  # a click at the joint is softened, no syllable is lost
    heard = heard.filter("afade", t="in", st=0, d=fade_s).filter("afade", t="out", st=f"{length_s - fade_s:.6f}", d=fade_s)
    heard = heard.filter("aformat", sample_fmts="flt", sample_rates=SAMPLE_RATE, channel_layouts="stereo")
    heard = heard.filter("ebur128@result", peak="true", framelog="quiet")
    out = ffmpeg.output(heard, "sound.wav", acodec="pcm_s16le", ar=SAMPLE_RATE, **_BITEXACT)
    return Recipe(
        task=f"{speaker}: sound", tool="ffmpeg", tool_version=version, outputs=("sound.wav",), inputs=(recording,),
        arguments=_arguments(out, "-v", "info", "-nostats", "-copyts"), samples=(("sound.wav", count),),
        weight=length_s / 6)


def plan_part(recording: FileInput, timeline: Timeline, part: Part, picture: PictureTrack, delivery: Delivery,
              dressing: Dressing, captions: str | None, fonts: tuple[FileInput, ...], speaker: str,
              version: str, clean: bool = True, burned: bool = False) -> Recipe:
    """One part of a message's picture: clean.mp4, burned.mp4 (with ``captions``, an ASS text), or both in one decode.

    The recipe that asks for one of them has the same bytes in it as the recipe that asks for both.
    """
    assert clean or (burned and captions)
    source = ffmpeg.input(f"file:{recording.name}", **_RECORDING_OPTIONS, **(
        {"ss": f"{float(part.seek_s):.6f}"} if part.seek_s else {}))
    shown = _framed(_on_the_grid(source, timeline, part, picture), picture, delivery)
    inputs = [recording]
    for overlay in _overlays(dressing, part):
        shown = _laid_over(shown, overlay, part, timeline.rate)
        inputs.append(overlay.picture)
    wanted = [name for name, asked in (("clean", clean), ("burned", burned)) if asked]
    copies = shown.filter_multi_output("split", 2) if len(wanted) == 2 else [shown]
    outputs = []
    for copy, name in zip((copies[i] for i in range(len(wanted))), wanted, strict=True):
        dressed = copy.filter("ass", "captions.ass", fontsdir="fonts") if name == "burned" else copy
        dressed = _faded(dressed, part, timeline, dressing.fade_frames).filter("setpts", "PTS-STARTPTS")
        outputs.append(ffmpeg.output(dressed, f"{name}.mp4", **encoding(delivery)))
    if burned:
        inputs.extend(fonts)
    files = tuple(f"{name}.mp4" for name in wanted)
    which = f"{part.number}/{len(timeline.parts)}" + (" with captions" if burned and not clean else "")
    return Recipe(
        task=f"{speaker}: picture {which}", tool="ffmpeg", tool_version=version, outputs=files, inputs=tuple(inputs),
        arguments=_arguments(ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0],
                             "-v", "error", "-copyts", "-filter_complex_threads", "2"),
        texts=(("captions.ass", captions),) if burned and captions else (),
        frames=tuple((name, part.frames) for name in files), weight=float(part.frames / timeline.rate))


def encoding(delivery: Delivery) -> dict[str, Any]:
    """The x264 settings that every picture of a delivery shares, so that parts join without being encoded again.

    Two threads, always: the number changes the bytes. A closed group of pictures of 2 s, so that seeking is quick.
    """
    return {
        "vcodec": "libx264", "preset": delivery.preset, "crf": delivery.quality, "pix_fmt": "yuv420p",
        "profile:v": "high", "g": round(2 * delivery.fps), "threads": 2, "fps_mode": "passthrough",
        "color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "color_range": "tv", **_BITEXACT}


def tag_bt709(stream: Any) -> Any:
    """The stream as 8-bit 4:2:0 with square pixels, its pictures marked BT.709, limited range."""
    return stream.filter("format", "yuv420p").filter("setsar", 1).filter(
        "setparams", range="tv", color_primaries="bt709", color_trc="bt709", colorspace="bt709")


_RECORDING_OPTIONS: dict[str, Any] = {
    "protocol_whitelist": "file", "format_whitelist": DEMUXERS, "max_streams": 32, "threads": 2}
_BITEXACT: dict[str, Any] = {"map_metadata": -1, "map_chapters": -1, "fflags": "+bitexact", "flags": "+bitexact"}


def _arguments(output: Any, *before: str) -> tuple[str, ...]:
    return (*before, *ffmpeg.get_args(output))


def _on_the_clock(source: Any, timeline: Timeline, sound: SoundTrack) -> Any:
    """The sound at 48 kHz stereo, holes filled, its first sample at the message's time 0."""
    first = frames_nearest(timeline.origin_s * 1000, Fraction(SAMPLE_RATE))
    heard = source[f"a:{sound.position}"].filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": first})
    return heard.filter("aformat", sample_fmts="flt", channel_layouts="stereo").filter("asetpts", "N/SR/TB")


def _on_the_grid(source: Any, timeline: Timeline, part: Part, picture: PictureTrack) -> Any:
    """A part's pictures, one for each frame of the delivery, on the clip's own clock (frame 0 of the clip is time 0)."""
    start = timeline.in_frame + part.first_frame
    shown = source["V:0"]
    if picture.interlaced:
        shown = shown.filter("bwdif", mode="send_frame", deint="interlaced")
    shown = shown.filter("setpts", f"round(PTS-{float(timeline.origin_s):.9f}/TB)")
    rate = str(timeline.rate)
    shown = shown.filter("fps", fps=rate, start_time=seconds(start, timeline.rate))
    if part.number == len(timeline.parts):  # sound that outlasts the picture holds the last picture
        shown = shown.filter("tpad", stop_mode="clone", stop=-1)
    return shown.filter("trim", end_frame=part.frames).filter("setpts", f"N+{part.first_frame}")


def _framed(shown: Any, picture: PictureTrack, delivery: Delivery) -> Any:
    """The picture as large as it fits; what is left over is filled with the picture itself, blurred and darkened."""
    width, height = delivery.size
    colours = {"in_color_matrix": _swscale_matrix(picture.matrix), "out_color_matrix": "bt709", "out_range": "tv",
               "flags": "bicubic+accurate_rnd+bitexact"}
    seen_width, seen_height = picture.shown
    scale = min(width / seen_width, height / seen_height)
    inner = (_even(seen_width * scale, width), _even(seen_height * scale, height))
    if inner == (width, height):
        return tag_bt709(shown.filter("scale", width, height, **colours))
    copies = shown.filter_multi_output("split", 2)
    small_width, small_height = max(32, width // 16 * 2), max(32, height // 16 * 2)
    cover = max(small_width / seen_width, small_height / seen_height)
    fill = copies[0].filter("scale", _even(seen_width * cover, 0), _even(seen_height * cover, 0), **colours)
    fill = fill.filter("crop", small_width, small_height).filter("format", "yuv420p")
    fill = fill.filter("gblur", sigma=max(2, small_height // 22), steps=2)
    fill = fill.filter("lutyuv", y="16+(val-16)*0.42", u="128+(val-128)*0.75", v="128+(val-128)*0.75")
    fill = fill.filter("scale", width, height, flags="bicubic+accurate_rnd+bitexact")
    front = copies[1].filter("scale", *inner, **colours).filter("format", "yuv420p")
    return tag_bt709(fill.overlay(front, x=(width - inner[0]) // 4 * 2, y=(height - inner[1]) // 4 * 2))


def _even(length: Fraction, most: int) -> int:
    """The nearest even number of pixels; within 2% of ``most`` it is taken as ``most``, so that no sliver shows."""
    if most and length > Fraction(98, 100) * most:
        return most
    return max(2, round(length / 2) * 2)


def _swscale_matrix(matrix: str) -> str:
    return {"bt2020": "bt2020", "bt601": "bt601", "smpte240m": "smpte240m"}.get(matrix, "bt709")


def _overlays(dressing: Dressing, part: Part) -> list[Overlay]:
    """What lies over this part: a lower third that is up in it, and the draft's mark over all."""
    end = part.first_frame + part.frames
    overlays = [overlay for overlay in (dressing.lower_third,)
                if overlay and overlay.first_frame < end and overlay.end_frame > part.first_frame]
    if dressing.draft_mark:
        overlays.append(Overlay(dressing.draft_mark, 0, 1 << 40))
    return overlays


def _laid_over(shown: Any, overlay: Overlay, part: Part, rate: Fraction) -> Any:
    """The overlay fades and glides in over 0.4 s and fades out the same way."""
    tick = str(1 / rate)
    panel = ffmpeg.input(f"file:{overlay.picture.name}").filter("scale", out_color_matrix="bt709", out_range="tv")
    panel = panel.filter("format", "yuva420p").filter("loop", loop=-1, size=1, start=0)
    panel = panel.filter("settb", tick).filter("setpts", f"N+{part.first_frame}")
    if overlay.end_frame > 1 << 30:
        return tag_bt709(shown.overlay(panel, shortest=1))
    up, down = float(overlay.first_frame / rate), float(overlay.end_frame / rate)
    panel = panel.filter("fade", t="in", st=f"{up:.6f}", d=0.4, alpha=1).filter(
        "fade", t="out", st=f"{down - 0.4:.6f}", d=0.4, alpha=1)
    glide = f"-0.03*W*pow(1-clip((t-{up:.6f})/0.4,0,1),3)"
    enabled = f"between(t,{up - 0.001:.6f},{down + 0.001:.6f})"
    return tag_bt709(shown.overlay(panel, x=glide, y=0, shortest=1, enable=enabled))


def _faded(shown: Any, part: Part, timeline: Timeline, fade_frames: int) -> Any:
    fade_frames = min(fade_frames, timeline.frames // 4)
    if not fade_frames:
        return shown
    length_s = seconds(fade_frames, timeline.rate)
    if part.first_frame < fade_frames:
        shown = shown.filter("fade", t="in", st=0, d=length_s)
    if part.first_frame + part.frames > timeline.frames - fade_frames:
        shown = shown.filter("fade", t="out", st=seconds(timeline.frames - fade_frames, timeline.rate), d=length_s)
    return shown
