"""The same segment with MoviePy alone, as its documentation teaches; run by bench.py.

python tests/benchmarks/bench_moviepy.py FOLDER OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

import pysubs2
from font_source_sans_pro import SourceSansProSemibold
from moviepy import (
    ColorClip,
    CompositeVideoClip,
    TextClip,
    VideoFileClip,
    concatenate_videoclips,
)

SIZE = (1920, 1080)


def main(folder: Path, out: Path) -> None:
    """clean.mp4 and burned.mp4 of all messages in ``folder``."""
    clean, burned = [], []
    for path in sorted((folder / "inputs").glob("*.[mw]*")):
        shown = VideoFileClip(str(path))
        scale = min(SIZE[0] / shown.w, SIZE[1] / shown.h)
        shown = shown.resized(scale).with_position("center")
        ground = ColorClip(SIZE, color=(11, 60, 93), duration=shown.duration)
        framed = CompositeVideoClip([ground, shown]).with_audio(shown.audio)
        captions = next((folder / "inputs" / "captions").glob(f"{path.stem}.*.srt"))
        clean.append(framed)
        burned.append(CompositeVideoClip([framed, *_texts(captions)]).with_audio(shown.audio))
    for name, clips in (("clean", clean), ("burned", burned)):
        concatenate_videoclips(clips).write_videofile(
            str(out / f"{name}.mp4"),
            fps=25,
            codec="libx264",
            preset="veryfast",
            ffmpeg_params=["-crf", "20"],
            logger=None,
        )


def _texts(captions: Path) -> list[TextClip]:
    return [
        TextClip(
            font=SourceSansProSemibold,
            text=line.plaintext,
            font_size=48,
            color="white",
            bg_color="black",
            duration=line.duration / 1000,
        )
        .with_start(line.start / 1000)
        .with_position(("center", 940))
        for line in pysubs2.load(str(captions))
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
