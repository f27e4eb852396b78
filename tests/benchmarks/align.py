"""How far the aligner's word starts are from the truth, on talks by Debian's voices.

They are read with every kind of deviation.

    python tests/benchmarks/align.py [--voices "flite slt,flite awb"] [--cases clean,skips]
                                     [--languages es,de] [--worst]

Prints one line a talk: words, median and 95 % of the errors in ms, the same of the first words of
sentences, words lost and words shown that were not said, share, what was skipped, said besides,
dropped; CPU seconds a minute. Needs the packages that ``sample_voices.py`` names.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import pickle
import re
import resource
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from align_talks import ASIDES, CASES, OTHER_TALK, OTHER_TALKS, TALKS, Parts  # noqa: E402
from sample_voices import Speech, speak  # noqa: E402

from pipeline.captions.fit import align as aligning  # noqa: E402
from pipeline.captions.words.script import read_script  # noqa: E402

RATE = 16_000


@dataclass
class Talk:
    """A made recording, its script and what was really said when."""

    samples: np.ndarray
    script: bytes
    language: str
    truth: list[tuple[str, float, float]]
    besides: list[tuple[float, float]] = field(default_factory=list)


def make_talk(
    voice: str,
    parts: list[tuple[str, str | None]],
    language: str = "en",
    encoding: str = "utf-8",
    lead_in_s: float = 0.4,
    changed: dict[str, str] | None = None,
) -> Talk:
    """A talk of ``parts``: what stands in the script and what is said for it.

    None says the same, "" leaves it out; ``changed`` words are said otherwise than they are
    written.
    """
    pieces, at = [np.zeros(int(lead_in_s * RATE))], lead_in_s * 1000
    truth, besides = [], []
    for number, (written, said) in enumerate(parts):
        said = written if said is None else said
        if not said.strip("# []"):
            continue
        if language == "zh":  # a token a character
            said = " ".join(re.findall(r"\w\W*", said))
        speech = _spoken(voice, _to_be_spoken(said, language, changed or {}))
        if written:
            shown = written if language in ("ar", "he") else said
            timed = zip(shown.split(), speech.words, strict=True)
            truth += [(word, at + start, at + end) for word, (_, start, end) in timed]
        else:
            besides.append((at + speech.words[0][1], at + speech.words[-1][2]))
        samples = _at_16k(speech.samples)[: int((speech.words[-1][2] / 1000 + 0.05) * RATE)]
        pause = np.zeros(int((0.25 + 0.1 * (number % 5)) * RATE))
        pieces += [samples, pause]
        at += (len(samples) + len(pause)) * 1000 / RATE
    script = "\n\n".join(dict.fromkeys(written for written, _ in parts if written))
    return Talk(_recorded(pieces), script.encode(encoding), language, truth, besides)


def _to_be_spoken(said: str, language: str, changed: dict[str, str]) -> str:
    if language == "zh":
        return _in_pinyin(said)
    return " ".join(changed.get(word, word) for word in said.split())


def _recorded(pieces: list[np.ndarray]) -> np.ndarray:
    """One sound, as loud as a usual recording and with as little noise."""
    sound = np.concatenate([*pieces, np.zeros(RATE // 2)])
    hiss = np.random.default_rng(1).normal(0, 2e-4, len(sound))
    return sound * 0.3 / np.abs(sound).max() + hiss


def _in_pinyin(said: str) -> str:
    """espeak's Mandarin says "da four" for 大 where its dictionary is not installed."""
    from pypinyin import Style, lazy_pinyin

    return " ".join(
        "".join(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True))
        for word in said.split()
    )


def _spoken(voice: str, text: str) -> Speech:
    """``speak``, kept from run to run."""
    key = hashlib.sha256(f"{voice} {text}".encode()).hexdigest()[:20]
    path = Path(tempfile.gettempdir(), "align-voices", key)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pickle.dumps(speak(voice, text)))
    return pickle.loads(path.read_bytes())


def _at_16k(samples: np.ndarray) -> np.ndarray:
    padded = np.pad(samples, (0, -len(samples) % 4800))
    length = len(padded) // 3
    return np.fft.irfft(np.fft.rfft(padded)[: length // 2 + 1], length) / 3


def tool(folder: Path, texts: tuple[tuple[str, str], ...]) -> str:
    """Run pocketsphinx on speech.wav as the store does; gives words.json."""
    for name, text in texts:
        (folder / name).write_text(text, "utf-8")
    subprocess.run(
        [sys.executable, "-m", "pipeline.tools.hearing.sphinx"],
        cwd=folder,
        check=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"},
    )
    return (folder / "words.json").read_text("utf-8")


def measure(name: str, talk: Talk, worst: bool) -> str:
    """Align a talk and compare."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        with wave.open(str(path / "speech.wav"), "wb") as file:
            file.setparams((2, 2, RATE, 0, "NONE", ""))
            mono = np.clip(talk.samples * 32767, -32767, 32767).astype("<i2")
            file.writeframes(np.repeat(mono, 2).tobytes())
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        script = read_script(talk.script, talk.language)
        texts = aligning.recognise_texts(script.tokens, talk.language, "stereo")
        if texts is None:
            return f"{name:34} no pronunciation"
        heard = tool(path, texts)
        planned = aligning.plan(script.tokens, heard, talk.language)
        forced = tool(path, aligning.force_texts(planned, talk.language, "stereo", heard))
        cpu = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        got = aligning.align(planned, forced)
        if worst:
            kept = {"heard": json.loads(heard), "forced": json.loads(forced)}
            (Path(tempfile.gettempdir()) / "align-last.json").write_text(json.dumps(kept))
    failed = sum(part is None for part in json.loads(forced)["slices"])
    return report(name, talk, got, cpu, worst, failed)


def report(
    name: str, talk: Talk, got: aligning.Alignment, cpu: float, worst: bool, failed: int
) -> str:
    """One line of the table."""
    said, shown = [word for word, _, _ in talk.truth], [word.text for word in got.words]
    errors, starts, lost, extra = [], [], [], []
    matcher = difflib.SequenceMatcher(None, said, shown, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            lost += said[a:b]
            extra += shown[c:d]
            continue
        for true, found in zip(range(a, b), range(c, d), strict=True):
            start_ms = talk.truth[true][1]
            errors.append((abs(got.words[found].start_ms - start_ms), said[true], start_ms))
            if true == 0 or said[true - 1][-1] in ".?!。।":
                starts.append(errors[-1][0])
    columns = (
        f"{name:34} {len(said):4} words {_spread(errors, starts)}",
        f"lost {len(lost):3} extra {len(extra):3}",
        f"{got.fit:6} {got.share:.2f}",
        f"skipped {len(got.skipped)} besides {len(got.unscripted)} {_found_besides(talk, got):4}"
        f" dropped {len(got.dropped)} guessed {got.guessed} failed {failed}",
        f"{cpu * 60 * RATE / len(talk.samples):4.1f} s/min",
    )
    line = " | ".join(columns)
    if not worst:
        return line
    details = {
        "lost": " ".join(lost[:30]),
        "extra": " ".join(extra[:30]),
        "skipped": got.skipped,
        "besides": f"{got.unscripted} true {talk.besides}",
        "dropped": got.dropped,
        "worst": sorted(errors, reverse=True)[:8],
    }
    return "\n".join([line, *(f"    {title}: {detail}" for title, detail in details.items())])


def _spread(errors: list[tuple[float, str, float]], starts: list[float]) -> str:
    deltas = sorted(error for error, _, _ in errors) if errors else [0.0]
    starts = starts if starts else [0.0]
    return (
        f"{np.median(deltas):5.0f} {np.percentile(deltas, 95):6.0f} max {deltas[-1]:6.0f}"
        f" | sentences {np.median(starts):3.0f} {np.percentile(starts, 95):4.0f}"
    )


def _found_besides(talk: Talk, got: aligning.Alignment) -> str:
    """How much of what was said besides the script was found."""
    if not talk.besides:
        return ""
    covered = sum(
        max(0.0, min(end, b) - max(start, a))
        for a, b in talk.besides
        for start, end in got.unscripted
    )
    return f"{covered / sum(b - a for a, b in talk.besides):.0%}"


def noise(samples: np.ndarray, snr_db: float) -> np.ndarray:
    """White noise so far under the speech."""
    loud = samples[np.abs(samples) > 0.02]
    level = loud.std() * 10 ** (-snr_db / 20)
    return samples + np.random.default_rng(2).normal(0, level, len(samples))


def quiet(samples: np.ndarray, db: float) -> np.ndarray:
    """Recorded so much too quiet, in 16 bits."""
    return np.round(samples * 10 ** (-db / 20) * 32767) / 32767


TREATMENTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "quiet": lambda samples: quiet(samples, 30),
    "quieter": lambda samples: quiet(samples, 40),
    "noise 15 dB": lambda samples: noise(samples, 15),
    "noise 10 dB": lambda samples: noise(samples, 10),
}


def in_language(language: str, wanted: list[str]) -> Iterator[tuple[str, Talk]]:
    """Talks outside English: clean, and the ``wanted`` of asides, skips, repeats, the treatments
    and the wrong script.
    """
    voice = f"espeak {({'zh': 'cmn-latn-pinyin', 'he': 'de'}).get(language, language)}"
    parts = TALKS[language]
    changed: dict[str, Parts] = {
        "clean": parts,
        "skips": [
            (written, "" if number in (3, 6) else said)
            for number, (written, said) in enumerate(parts)
        ],
        "repeats": [
            part
            for number, part in enumerate(parts)
            for part in [part] * (2 if number in (2, 5) else 1)
        ],
    }
    for name, places in (("asides", (2, 5)), ("asides later", (4, 7))):
        if language in ASIDES:
            aside = dict(zip(places, ASIDES[language], strict=True))
            changed[name] = [
                part
                for number, spoken in enumerate(parts)
                for part in (spoken, *([("", aside[number])] if number in aside else []))
            ]
    for name, talk_parts in changed.items():
        if name in wanted or (wanted == [""] and name == "clean"):
            yield name, make_talk(voice, talk_parts, language)
    for name, change in TREATMENTS.items():
        if name in wanted:
            talk = make_talk(voice, parts, language)
            talk.samples = change(talk.samples)
            yield name, talk
    if "wrong script" in wanted:
        talk = make_talk(voice, parts, language)
        talk.script = OTHER_TALKS[language].encode()
        yield "wrong script", talk


def main() -> None:
    """Every case with every voice."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--voices", default="flite slt,flite rms,flite awb,festival cmu_us_slt_arctic_hts"
    )
    parser.add_argument("--cases", default="")
    parser.add_argument("--languages", default="")
    parser.add_argument("--worst", action="store_true")
    options = parser.parse_args()
    if options.languages:
        for language in options.languages.split(","):
            for case, talk in in_language(language, options.cases.split(",")):
                print(measure(f"{language}: {case}", talk, options.worst), flush=True)
        return
    wanted = [case for case in options.cases.split(",") if case]
    for voice in options.voices.split(","):
        for case, (parts, making) in CASES.items():
            if wanted and case not in wanted:
                continue
            try:
                talk = make_talk(voice, parts, **making)
            except ValueError:  # espeak has no time for "for" in "for the"
                print(
                    f"{voice[:18]}: {case}: this voice does not say when each word begins",
                    flush=True,
                )
                continue
            print(measure(f"{voice[:18]}: {case}", talk, options.worst), flush=True)
        for treatment, change in TREATMENTS.items():
            if not wanted or treatment in wanted:
                talk = make_talk(voice, CASES["clean"][0])
                talk.samples = change(talk.samples)
                print(measure(f"{voice[:18]}: {treatment}", talk, options.worst), flush=True)
        if not wanted or "wrong script" in wanted:
            talk = make_talk(voice, CASES["clean"][0])
            talk.script = OTHER_TALK.encode()
            print(measure(f"{voice[:18]}: wrong script", talk, options.worst), flush=True)


if __name__ == "__main__":
    main()
