"""Plans the cards and lower thirds; without it nobody would know who is speaking.

What is drawn is a request (JSON text) to tools/draw.py; how a drawn card becomes pictures of the segment is a recipe.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import ffmpeg

from pipeline.config import Config, Speaker
from pipeline.model import FileInput, Finding, Recipe
from pipeline.plan.conform import encoding, tag_bt709
from pipeline.plan.transitions import card_outputs
from pipeline.timing import samples_in, seconds

MESSAGE_TO_FOLLOW = "Message to follow"


def plan_speaker_drawings(config: Config, speaker: Speaker, brand: Sequence[FileInput], draft: bool, version: str) -> Recipe:
    """card.png, holding.png and lower-third.png of one speaker: everything that shows the name, in one go."""
    who = {"name": speaker.name, "role": speaker.role or "", "organisation": speaker.organisation or "",
           "country": speaker.country or ""}
    office = ", ".join(part for part in (speaker.role, speaker.organisation) if part)
    pictures = [
        {"kind": "title", "out": "card.png", "fields": who},
        {"kind": "holding", "out": "holding.png", "fields": {**who, "note": MESSAGE_TO_FOLLOW}},
        {"kind": "lower-third", "out": "lower-third.png",
         "fields": {"name": speaker.name, "detail": office or speaker.country or ""}},
    ]
    return _drawing(f"{speaker.id}: cards", config, pictures, brand, draft, version)


def plan_segment_drawings(config: Config, brand: Sequence[FileInput], draft: bool, version: str) -> Recipe:
    """opening.png, closing.png and, for a draft, draft.png."""
    event = config.event or ""
    pictures: list[dict[str, Any]] = [
        {"kind": "opening", "out": "opening.png", "fields": {"title": config.title, "event": event, "when": _when(config)}},
        {"kind": "closing", "out": "closing.png", "fields": {"title": config.title, "event": event, "thanks": "Thank you"}},
    ]
    if draft:
        pictures.append({"kind": "draft-mark", "out": "draft.png", "fields": {}})
    return _drawing("opening and closing cards", config, pictures, brand, draft, version)


def drawing_findings(said: str, what: str, speaker: str | None) -> tuple[Finding, ...]:
    """What the drawing program could not do, from what it printed. ``what`` is how a producer calls the cards."""
    answer = json.loads(said)
    findings = []
    if answer["missing_glyphs"]:
        findings.append(Finding(
            "warning", "letters-missing", f"{what}: no font here has {' '.join(answer['missing_glyphs'])}; left out.",
            "Install fonts for that script (on Debian: apt-get install fonts-noto), or name a font file under brand.font.",
            speaker))
    if answer["overflow"]:
        findings.append(Finding(
            "warning", "text-cut", f"{what}: a text is too long and was cut ({', '.join(answer['overflow'])}).",
            "Shorten the name, role or title in config.yaml; look with `perspectives still --card`.", speaker))
    return tuple(findings)


def plan_card(task: str, drawing: FileInput, frames: int, fade_frames: int, config: Config, version: str, head: int = 0,
              tail: int = 0) -> Recipe:
    """A drawn card as ``frames`` pictures of the segment (clean.mp4), faded in and out.

    Where it is crossfaded with a neighbour, its first ``head`` or last ``tail`` frames are not among them, nor faded, but in
    head.mp4 and tail.mp4.
    """
    rate = config.delivery.fps
    shown = ffmpeg.input(f"file:{drawing.name}", framerate=str(rate)).filter(
        "scale", *config.delivery.size, out_color_matrix="bt709", out_range="tv", flags="bicubic+accurate_rnd+bitexact")
    shown = tag_bt709(shown).filter("loop", loop=-1, size=1, start=0).filter("trim", end_frame=frames)
    shown = shown.filter("setpts", "N")
    fade_frames = min(fade_frames, frames // 2)
    if fade_frames and not head:
        shown = shown.filter("fade", t="in", st=0, d=seconds(fade_frames, rate))
    if fade_frames and not tail:
        shown = shown.filter("fade", t="out", st=seconds(frames - fade_frames, rate), d=seconds(fade_frames, rate))
    lengths = [("clean.mp4", frames - head - tail), *((name, edge) for name, edge in (
        ("head.mp4", head), ("tail.mp4", tail)) if edge)]
    out = (ffmpeg.merge_outputs(*card_outputs(shown, frames, head, tail, config.delivery)) if head or tail else
           ffmpeg.output(shown, "clean.mp4", **encoding(config.delivery)))
    return Recipe(task=task, tool="ffmpeg", tool_version=version, arguments=("-v", "error", *ffmpeg.get_args(out)),
                  outputs=tuple(name for name, _ in lengths), inputs=(drawing,), frames=tuple(lengths),
                  weight=float(frames / rate) / 2)


def plan_silence(frames: int, config: Config, version: str) -> Recipe:
    """Silence as long as ``frames`` pictures (sound.wav): what is heard under a card."""
    count = samples_in(frames, config.delivery.fps)
    heard = ffmpeg.input("anullsrc=r=48000:cl=stereo", f="lavfi").filter("atrim", end_sample=count)
    out = ffmpeg.output(heard, "sound.wav", acodec="pcm_s16le", fflags="+bitexact", flags="+bitexact")
    return Recipe(task=f"silence of {frames} frames", tool="ffmpeg", tool_version=version, outputs=("sound.wav",),
                  arguments=("-v", "error", *ffmpeg.get_args(out)), samples=(("sound.wav", count),), weight=0.1)


def _drawing(task: str, config: Config, pictures: list[dict[str, Any]], brand: Sequence[FileInput], draft: bool,
             version: str) -> Recipe:
    names = {entry.name for entry in brand}
    request = {
        "size": list(config.delivery.size),
        "colours": {"background": config.brand.background, "text": config.brand.text, "accent": config.brand.accent},
        "fonts": {weight: f"fonts/{weight}.ttf" for weight in ("regular", "semibold", "bold")},
        "logo": "logo" if "logo" in names else None,
        "draft": draft,
        "pictures": pictures,
    }
    return Recipe(task=task, tool="draw", tool_version=version, arguments=("wording.json",), inputs=tuple(brand),
                  outputs=tuple(picture["out"] for picture in pictures),
                  texts=(("wording.json", json.dumps(request, ensure_ascii=False, sort_keys=True)),), timeout_s=120)


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")


def _when(config: Config) -> str:
    """14 September 2021 · 14:30–14:50 UTC+02:00"""
    start, end = config.slot.start, config.slot.end
    offset = start.isoformat()[-6:] if start.utcoffset() else ""
    return f"{start.day} {_MONTHS[start.month - 1]} {start.year} · {start:%H:%M}–{end:%H:%M} UTC{offset}"
