"""Our captions beside whisper's own writer and a greedy filler, on talks with exact word times:

    python tests/benchmarks/cues.py [MINUTES]

Prints a row a way of breaking: limits broken and remarks for 100 captions, CPU seconds for all the
talk. Whisper's rows are its SRT file read back to the nearest frame, with a sentence for a segment
as it has them. Only ours is also held to the rules on words (in step with the first and last word,
nothing unsaid): rounding would break those for the others. Speeds are 110 to 190 words a minute, a
talk each; 215 stands by itself, since 20 characters a second cannot be kept.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

import pysubs2
from talks import talk

from pipeline.captions.check.lint import lint
from pipeline.captions.cues.breaks import ends_sentence
from pipeline.captions.cues.search import break_into_cues
from pipeline.captions.cues.style import style_for
from pipeline.model import Cue, Word
from pipeline.timing import frames_nearest

RATE = Fraction(25)
STYLE = style_for("en")
SPEEDS = (110, 130, 150, 170, 190)
Way = Callable[[Sequence[Word], int], Sequence[Cue]]


def ours(words: Sequence[Word], clip_frames: int) -> Sequence[Cue]:
    """The captions of this program."""
    return break_into_cues(words, STYLE, RATE, clip_frames)


def greedy(words: Sequence[Word], clip_frames: int) -> Sequence[Cue]:
    """Two lines of 42 filled one after the other, a new caption when they are full."""
    cues: list[Cue] = []
    lines: list[list[Word]] = [[]]

    def close() -> None:
        if lines[0]:
            cues.append(
                Cue(
                    frames_nearest(lines[0][0].start_ms, RATE),
                    frames_nearest(lines[-1][-1].end_ms, RATE),
                    tuple(" ".join(word.text for word in line) for line in lines),
                )
            )

    for word in words:
        if len(" ".join(other.text for other in [*lines[-1], word])) > 42:
            if len(lines) == 2:
                close()
                lines = [[]]
            else:
                lines.append([])
        lines[-1].append(word)
    close()
    return cues


def whisper(options: dict[str, int]) -> Way:
    """Whisper's SRT writer, its file read back."""
    from whisper.utils import get_writer

    def written(words: Sequence[Word], clip_frames: int) -> Sequence[Cue]:
        with tempfile.TemporaryDirectory() as folder:
            get_writer("srt", folder)({"segments": _segments(words)}, "talk.wav", dict(options))
            events = pysubs2.load(str(Path(folder) / "talk.srt"))
        return [
            Cue(
                frames_nearest(event.start, RATE),
                frames_nearest(event.end, RATE),
                tuple(event.plaintext.split("\n")),
            )
            for event in events
        ]

    return written


def _segments(words: Sequence[Word]) -> list[dict[str, object]]:
    segments: list[dict[str, object]] = []
    open_words: list[dict[str, object]] = []
    for i, word in enumerate(words):
        open_words.append(
            {"word": f" {word.text}", "start": word.start_ms / 1000, "end": word.end_ms / 1000}
        )
        following = words[i + 1].text if i + 1 < len(words) else None
        if following is None or word.ends_paragraph or ends_sentence(word.text, following, "en"):
            segments.append(
                {
                    "words": open_words,
                    "start": open_words[0]["start"],
                    "end": open_words[-1]["end"],
                    "text": "".join(str(said["word"]) for said in open_words),
                }
            )
            open_words = []
    return segments


def main(minutes: float) -> int:
    """Print the table; 1 when ours breaks a limit it should not, or leaves over 20 remarks for 100
    captions.
    """
    ways: dict[str, Way] = {
        "ours": ours,
        "whisper, default": whisper({}),
        "whisper, 42 x 2": whisper({"max_line_width": 42, "max_line_count": 2}),
        "filled greedily, 42 x 2": greedy,
    }
    usual = [
        talk(seed=speed, words_a_minute=speed, minutes=minutes / len(SPEEDS)) for speed in SPEEDS
    ]
    fast = [talk(seed=215, words_a_minute=215, minutes=minutes / len(SPEEDS))]
    failed = False
    for title, talks in (
        (f"{minutes:g} minutes at 110 to 190 words a minute", usual),
        ("215 words a minute", fast),
    ):
        print(f"\n{title} ({sum(map(len, talks))} words, {float(RATE):g} frames a second)")
        print(
            f"{'':25}{'captions':>9}{'breaches/100':>14}{'remarks/100':>13}{'CPU s':>8}  breaches"
            " by rule"
        )
        for name, way in ways.items():
            found, count, cpu_s = _measured(way, talks)
            broken = Counter(
                {rule: times for (rule, severity), times in found.items() if severity == "breach"}
            )
            remarks = found.total() - broken.total()
            print(
                f"{name:25}{count:9}{100 * broken.total() / count:14.1f}{100 * remarks / count:13.1f}{cpu_s:8.2f}"
                f"  {', '.join(f'{rule} {times}' for rule, times in broken.most_common())}"
            )
            if name == "ours":
                unforgivable = (
                    broken
                    if talks is usual
                    else broken - Counter({"too-fast-to-read": broken["too-fast-to-read"]})
                )
                failed |= bool(unforgivable) or (talks is usual and remarks * 5 > count)
    return int(failed)


def _measured(
    way: Way, talks: Sequence[Sequence[Word]]
) -> tuple[Counter[tuple[str, str]], int, float]:
    found: Counter[tuple[str, str]] = Counter()
    count, cpu_s = 0, 0.0
    for words in talks:
        clip_frames = frames_nearest(words[-1].end_ms + 1000, RATE)
        begun = time.process_time()
        cues = way(words, clip_frames)
        cpu_s += time.process_time() - begun
        count += len(cues)
        said = words if way is ours else None
        found.update(
            (breach.rule, breach.severity)
            for breach in lint(cues, STYLE, "en", RATE, clip_frames, said)
        )
    return found, count, cpu_s


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 30))
