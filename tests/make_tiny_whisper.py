"""Makes a tiny checkpoint in Whisper's own format; without it no test could run Whisper itself
where there is no network.

What comes out, in tests/data or in the folder named on the command line:

- tiny-whisper.pt, read by ``whisper.load_model(path)`` like any other: full dimensions outside (80
  mels, 30 s, 51865 tokens), width 64 and two layers inside. It knows the sentences in SENTENCES,
  said by the four voices in VOICES, alone or up to three in a row, and NOTHING ELSE: on other
  speech it answers with these sentences or with none. It says nothing to test how well Whisper
  hears.
- tiny-whisper.wav, one utterance it knows (KEPT), 16 kHz mono, and tiny-whisper.json, what is said
  in it and when.

How: Debian's flite (apt install flite) says the sentences and tells when each phone ends; a few
thousand steps of plain training fit the model to them, with other silences, gains, noises and
prompts every time. Whisper reads word times from the cross-attention of its last layers, so that
attention is pulled towards the true times as well.

    nice -n 10 .venv/bin/python tests/make_tiny_whisper.py

Takes about 25 minutes on one core. The same machine, torch and flite give the same weights: one
thread, one seed. Nothing is written unless Whisper, with the options of
pipeline/tools/whisper_words.py, says the kept utterance rightly.
"""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import whisper
from torch import Tensor, nn
from torch.nn import functional
from whisper.model import ModelDimensions, MultiHeadAttention, Whisper
from whisper.tokenizer import get_tokenizer

SENTENCES = (
    "This recording was made to test our captions.",
    "Good captions follow the voice and never hurry.",
    "Quiet speakers should sit closer to the microphone.",
    "Please check every word before you publish.",
    "We listen twice when the room is noisy.",
    "A short pause gives readers some time.",
    "Names are spelled as their owners write them.",
    "Two people watched the programme without sound.",
    "Somebody coughed in the middle of this sentence.",
    "Long lines are broken where a speaker breathes.",
    "Nothing in this file is secret or important.",
    "The second take was better than the first.",
)
KEPT = (0, 1, 2)
KEPT_VOICE, KEPT_PAUSE_MS = "slt", 400
VOICES = ("slt", "rms", "awb", "kal16")
STRETCHES = (0.9, 1.0, 1.1)
"""Flite's duration_stretch: 1.0 is the voice as it is, above it slower."""

RATE = 16000
FRAME_MS = 20
"""One step of the encoder's output, and of Whisper's timestamps."""
STAMP_MS = 200
"""Timestamps are taught in this step only. Fifty times fewer to tell apart, and word times do not
come from them.
"""

DIMENSIONS = ModelDimensions(
    n_mels=80,
    n_audio_ctx=1500,
    n_audio_state=64,
    n_audio_head=2,
    n_audio_layer=2,
    n_vocab=51865,
    n_text_ctx=448,
    n_text_state=64,
    n_text_head=2,
    n_text_layer=2,
)
SEED = 20
STEPS = 2600
FULL_WINDOW_STEPS = 300
"""The last steps see 30 s windows, as Whisper does; those before them only as much as is spoken,
five times as fast.
"""
BATCH = 16
LEARNING_RATE = 3e-3
ATTENTION_WEIGHT = 0.3

TOKENIZER = get_tokenizer(True, num_languages=99, language="en", task="transcribe")
IGNORED = -100


@dataclass(frozen=True)
class Spoken:
    """Sound at 16 kHz, -1 to 1, from the first phone to the last, and its words as (text, start_ms,
    end_ms).
    """

    samples: np.ndarray
    words: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Lesson:
    """A window of sound and the tokens Whisper should say to it.

    ``mel`` is (80, frames of 10 ms). ``targets[i]`` is the token that follows ``tokens[i]``, or
    IGNORED. ``spans[i]`` is where in the sound that token is heard, in steps of 20 ms from the
    start of the window, or None.
    """

    mel: Tensor
    tokens: list[int]
    targets: list[int]
    spans: list[tuple[int, int] | None]


def main() -> None:
    """Speak, train, check with Whisper itself, write."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data"
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    spoken = {
        (number, voice, stretch): speak(sentence, voice, stretch)
        for number, sentence in enumerate(SENTENCES)
        for voice in VOICES
        for stretch in STRETCHES
    }
    kept = joined(
        [spoken[number, KEPT_VOICE, 1.0] for number in KEPT], [KEPT_PAUSE_MS] * (len(KEPT) - 1)
    )
    pupil = Pupil()
    train(pupil, spoken)
    checkpoint = pupil.checkpoint()
    with tempfile.NamedTemporaryFile(suffix=".pt") as file:
        torch.save(checkpoint, file.name)
        check(file.name, kept)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(checkpoint, folder / "tiny-whisper.pt")
    write_wave(folder / "tiny-whisper.wav", kept.samples)
    truth = json.dumps({"text": " ".join(word for word, _, _ in kept.words), "words": kept.words})
    (folder / "tiny-whisper.json").write_text(truth.replace(" [", "\n [") + "\n", encoding="utf-8")


def speak(sentence: str, voice: str, stretch: float) -> Spoken:
    """The sentence as flite says it, without the silence around it. Raises ValueError if phones do
    not fit the words.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/said.wav"
        told = subprocess.run(
            [
                "flite",
                "-voice",
                voice,
                "--setf",
                f"duration_stretch={stretch}",
                "-psdur",
                "-t",
                sentence,
                "-o",
                path,
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        with wave.open(path, "rb") as file:
            if (file.getframerate(), file.getnchannels()) != (RATE, 1):
                raise ValueError(f"flite's voice {voice} does not speak at {RATE} Hz")
            samples = (
                np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
            )
    words = word_times(sentence, told)
    start_ms, end_ms = words[0][1], words[-1][2]
    return Spoken(
        samples[start_ms * 16 : end_ms * 16],
        tuple((word, start - start_ms, end - start_ms) for word, start, end in words),
    )


def word_times(sentence: str, told: str) -> list[tuple[str, int, int]]:
    """Words with their times, from ``told``, flite's "pau:0.218 g:0.280 ...": every phone with the
    second it ends.
    """
    phones: list[tuple[str, int, int]] = []
    for name, end in (part.split(":") for part in told.split()):
        phones.append((name, phones[-1][2] if phones else 0, round(float(end) * 1000)))
    phones = [phone for phone in phones if phone[0] != "pau"]
    words = []
    for word in sentence.split():
        count = phone_count(word.strip(".,").lower())
        mine, phones = phones[:count], phones[count:]
        words.append((word, mine[0][1], mine[-1][2]))
    if phones:
        raise ValueError(
            f"flite says {sentence!r} with {len(phones)} phones more than its words have alone"
        )
    return words


_COUNTS: dict[str, int] = {}


def phone_count(word: str) -> int:
    """With how many phones flite says a word: it tells no word boundaries, but its dictionary is
    the same alone.
    """
    if word not in _COUNTS:
        told = subprocess.run(
            ["flite", "-voice", KEPT_VOICE, "-ps", "-t", word, "none"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        _COUNTS[word] = sum(phone != "pau" for phone in told.split())
    return _COUNTS[word]


def joined(parts: Sequence[Spoken], pauses_ms: Sequence[int]) -> Spoken:
    """Sentences one after the other, with silence between them."""
    samples, words, at_ms = [], [], 0
    for part, pause_ms in zip(parts, [*pauses_ms, 0], strict=True):
        samples += [part.samples, np.zeros(pause_ms * 16, np.float32)]
        words += [(word, start + at_ms, end + at_ms) for word, start, end in part.words]
        at_ms += len(part.samples) // 16 + pause_ms
    return Spoken(np.concatenate(samples), tuple(words))


class Pupil(nn.Module):
    """A Whisper whose token table holds only what is taught; the other 51000 tokens share one row,
    the last.

    Sums over the whole table come out the same, at a hundredth of the cost, and tokens in a prompt
    that were never taught are all alike.
    """

    def __init__(self) -> None:
        super().__init__()
        self.model = Whisper(DIMENSIONS)
        nn.init.normal_(self.model.decoder.positional_embedding, std=0.02)
        self.taught = taught_tokens()
        self.table = nn.Parameter(torch.randn(len(self.taught) + 1, DIMENSIONS.n_text_state) * 0.05)
        self.row = torch.full((DIMENSIONS.n_vocab,), len(self.taught))
        self.row[self.taught] = torch.arange(len(self.taught))
        # The shared row stands for many tokens, and each has its part in the sum.
        self.weight = torch.zeros(len(self.taught) + 1)
        self.weight[-1] = math.log(DIMENSIONS.n_vocab - len(self.taught))

    def forward(self, mel: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of table rows (batch, tokens, rows), and the last layer's log attention (batch,
        heads, tokens, steps).

        As whisper.model does it, but for windows shorter than 30 s and with gradients through the
        attention.
        """
        encoder, decoder = self.model.encoder, self.model.decoder
        sound = functional.gelu(encoder.conv2(functional.gelu(encoder.conv1(mel)))).permute(0, 2, 1)
        sound = sound + encoder.positional_embedding[: sound.shape[1]]
        for block in encoder.blocks:
            sound = block(sound)
        sound = encoder.ln_post(sound)
        x = self.table[self.row[tokens]] + decoder.positional_embedding[: tokens.shape[1]]
        attention = torch.empty(0)
        for block in decoder.blocks:
            x = x + block.attn(block.attn_ln(x), mask=decoder.mask)[0]
            seen, attention = watched(block.cross_attn, block.cross_attn_ln(x), sound)
            x = x + seen
            x = x + block.mlp(block.mlp_ln(x))
        return decoder.ln(x) @ self.table.T + self.weight, attention

    def checkpoint(self) -> dict[str, object]:
        """What whisper.load_model reads, in half precision."""
        state = {name: tensor.detach().half() for name, tensor in self.model.state_dict().items()}
        state["decoder.token_embedding.weight"] = self.table.detach()[self.row].half()
        return {"dims": vars(DIMENSIONS), "model_state_dict": state}


def taught_tokens() -> list[int]:
    """Every token that can be said: the sentences', the special ones, and timestamps in steps of
    STAMP_MS.
    """
    special = [
        *TOKENIZER.sot_sequence,
        TOKENIZER.sot_prev,
        TOKENIZER.no_speech,
        TOKENIZER.no_timestamps,
        TOKENIZER.eot,
    ]
    stamps = [stamp(ms) for ms in range(0, 30001, STAMP_MS)]
    return sorted(
        {
            *special,
            *stamps,
            *(token for sentence in SENTENCES for token in TOKENIZER.encode(" " + sentence)),
        }
    )


def stamp(ms: float) -> int:
    """The timestamp token nearest to ``ms`` from the start of the window, on the taught grid."""
    return TOKENIZER.timestamp_begin + round(ms / STAMP_MS) * STAMP_MS // FRAME_MS


def watched(attention: MultiHeadAttention, x: Tensor, sound: Tensor) -> tuple[Tensor, Tensor]:
    """One cross-attention: its result, and the logarithm of its weights (batch, heads, tokens,
    steps).
    """
    query, key, value = (
        part.unflatten(-1, (attention.n_head, -1)).transpose(1, 2)
        for part in (attention.query(x), attention.key(sound), attention.value(sound))
    )
    weights = (query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])).log_softmax(-1)
    return attention.out((weights.exp() @ value).transpose(1, 2).flatten(2)), weights


def train(pupil: Pupil, spoken: dict[tuple[int, str, float], Spoken]) -> None:
    """Fit ``pupil`` in place: the right next token, looked for at the right moment of the sound."""
    lots = random.Random(SEED)
    parameters = [
        value for name, value in pupil.named_parameters() if "token_embedding" not in name
    ]
    optimizer = torch.optim.AdamW(
        parameters, lr=LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: (
            min(1, (step + 1) / 100) * (0.02 + 0.49 * (1 + math.cos(math.pi * step / STEPS)))
        ),
    )
    began = time.monotonic()
    for step in range(STEPS):
        prompt_length = lots.choice((0, 0, lots.randint(1, 60), lots.randint(1, 223)))
        lessons = [lesson(spoken, lots, prompt_length) for _ in range(BATCH)]
        frames = (
            3000
            if step >= STEPS - FULL_WINDOW_STEPS
            else max(one.mel.shape[1] for one in lessons) + 100
        )
        words, attention = losses(pupil, lessons, frames - frames % 2)
        optimizer.zero_grad()
        (words + ATTENTION_WEIGHT * attention).backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0 or step == STEPS - 1:
            print(
                f"step {step}: words {words.item():.3f}, attention {attention.item():.3f}, "
                f"{time.monotonic() - began:.0f} s",
                flush=True,
            )


def losses(pupil: Pupil, lessons: Sequence[Lesson], frames: int) -> tuple[Tensor, Tensor]:
    """Cross-entropy per token, and of the last layer's attention against where it is heard."""
    length = max(len(one.tokens) for one in lessons)
    mel = torch.zeros(len(lessons), DIMENSIONS.n_mels, frames)
    tokens = torch.full((len(lessons), length), TOKENIZER.eot)
    targets = torch.full((len(lessons), length), IGNORED)
    heard = torch.zeros(len(lessons), length, frames // 2)
    for i, one in enumerate(lessons):
        mel[i, :, : one.mel.shape[1]] = one.mel
        tokens[i, : len(one.tokens)] = torch.tensor(one.tokens)
        targets[i, : len(one.targets)] = torch.tensor(
            [target if target == IGNORED else int(pupil.row[target]) for target in one.targets]
        )
        for row, span in enumerate(one.spans):
            if span:
                heard[i, row, span[0] : span[1]] = 1 / (span[1] - span[0])
    logits, attention = pupil(mel, tokens)
    words = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)
    return words, -(heard * attention.mean(1)).sum() / heard.sum().clamp(min=1)


def lesson(
    spoken: dict[tuple[int, str, float], Spoken], lots: random.Random, prompt_length: int
) -> Lesson:
    """One window as pipeline/tools/whisper_words.py would show it: speech with about 0.2 s before
    and after it.
    """
    prompt = some_prompt(lots, prompt_length)
    if lots.random() < 0.06:
        return nothing_said(lots, prompt)
    voice = lots.choice(VOICES)
    if lots.random() < 0.25:
        numbers, voice = list(KEPT), KEPT_VOICE
    else:
        numbers = lots.sample(range(len(SENTENCES)), lots.choice((1, 1, 2, 3)))
    stretch = lots.choice(STRETCHES)
    parts = [spoken[number, voice, stretch] for number in numbers]
    pauses_ms = [lots.randint(200, 1000) for _ in parts[1:]]
    lead_ms, tail_ms = (
        lots.choice((lots.randint(100, 350), lots.randint(0, 1000))),
        lots.randint(100, 400),
    )
    mel = heard_mel(joined(parts, pauses_ms).samples, lead_ms, tail_ms, lots)
    if lots.random() < 0.5:
        return stamped(mel, prompt, parts, pauses_ms, lead_ms)
    return unstamped(mel, parts, pauses_ms, lead_ms)


def some_prompt(lots: random.Random, length: int) -> list[int]:
    """Any tokens at all: names and titles, and now and then the very words that are said."""
    if not length:
        return []
    known = TOKENIZER.encode(" " + lots.choice(SENTENCES))
    return [
        TOKENIZER.sot_prev,
        *(
            lots.choice(known) if lots.random() < 0.3 else lots.randrange(50000)
            for _ in range(length)
        ),
    ]


def nothing_said(lots: random.Random, prompt: list[int]) -> Lesson:
    """Noise or silence: no speech, and no words."""
    noise = np.random.default_rng(lots.getrandbits(32)).normal(
        0, 10 ** lots.uniform(-4, -1.5), lots.randint(8000, 96000)
    )
    tokens = [*prompt, *TOKENIZER.sot_sequence, stamp(0)]
    targets = [
        *[IGNORED] * len(prompt),
        TOKENIZER.no_speech,
        TOKENIZER.sot_sequence[2],
        stamp(0),
        TOKENIZER.eot,
    ]
    return Lesson(
        whisper.log_mel_spectrogram(noise.astype(np.float32)), tokens, targets, [None] * len(tokens)
    )


def heard_mel(samples: np.ndarray, lead_ms: int, tail_ms: int, lots: random.Random) -> Tensor:
    """The sound at some gain, in some noise or none, cut out of a longer recording, as mel (80,
    frames of 10 ms).
    """
    around_ms = 300
    sound = np.pad(samples, ((lead_ms + around_ms) * 16, (tail_ms + around_ms) * 16))
    sound = sound * (10 ** lots.uniform(-1, 0) / max(1e-6, float(np.abs(sound).max())))
    if lots.random() < 0.7:
        level = 10 ** lots.uniform(-3, -1) * math.sqrt(float(np.mean(sound**2)))
        sound = sound + np.random.default_rng(lots.getrandbits(32)).normal(0, level, len(sound))
    mel = whisper.log_mel_spectrogram(sound.astype(np.float32))
    return mel[:, around_ms // 10 : -around_ms // 10]


def stamped(
    mel: Tensor, prompt: list[int], parts: Sequence[Spoken], pauses_ms: Sequence[int], lead_ms: int
) -> Lesson:
    """As Whisper decodes: a segment for every sentence, between two timestamps."""
    said: list[int] = []
    spans: list[tuple[int, int] | None] = []
    at_ms = lead_ms
    for part, pause_ms in zip(parts, [*pauses_ms, 0], strict=True):
        end_ms = at_ms + part.words[-1][2]
        tokens, places = spelled(part, at_ms, end_ms + 100)
        said += [stamp(at_ms), *tokens, stamp(end_ms)]
        spans += [steps(at_ms - 60, at_ms + 40), *places, steps(end_ms, end_ms + 100)]
        at_ms = end_ms + pause_ms
    opening = [*prompt, *TOKENIZER.sot_sequence]
    targets = [*[IGNORED] * len(prompt), *TOKENIZER.sot_sequence[1:], *said, TOKENIZER.eot]
    return Lesson(mel, [*opening, *said], targets, [*[None] * (len(opening) - 1), *spans, None])


def unstamped(
    mel: Tensor, parts: Sequence[Spoken], pauses_ms: Sequence[int], lead_ms: int
) -> Lesson:
    """As Whisper looks for word times: all sentences in a row, no prompt, no timestamps."""
    said: list[int] = []
    spans: list[tuple[int, int] | None] = []
    at_ms = lead_ms
    for part, pause_ms in zip(parts, [*pauses_ms, 100], strict=True):
        next_ms = at_ms + part.words[-1][2] + pause_ms
        tokens, places = spelled(part, at_ms, next_ms)
        said, spans, at_ms = said + tokens, spans + places, next_ms
    opening = [*TOKENIZER.sot_sequence, TOKENIZER.no_timestamps]
    targets = [*TOKENIZER.sot_sequence[1:], IGNORED, *said, TOKENIZER.eot]
    return Lesson(
        mel, [*opening, *said], targets, [None] * 3 + spans + [steps(at_ms, mel.shape[1] * 10)]
    )


def spelled(
    part: Spoken, at_ms: int, next_ms: int
) -> tuple[list[int], list[tuple[int, int] | None]]:
    """A sentence's tokens and where each is heard; a word's tokens share its time, its full stop
    gets the pause.
    """
    tokens: list[int] = []
    spans: list[tuple[int, int] | None] = []
    for word, start, end in part.words:
        bare, mark = re.fullmatch(r"(\w+)(\W?)", word).groups()
        pieces = TOKENIZER.encode(" " + bare)
        for i, piece in enumerate(pieces):
            tokens.append(piece)
            length = (end - start) / len(pieces)
            spans.append(steps(at_ms + start + i * length, at_ms + start + (i + 1) * length))
        if mark:
            tokens += TOKENIZER.encode(mark)
            spans.append(steps(at_ms + end, next_ms))
    return tokens, spans


def steps(start_ms: float, end_ms: float) -> tuple[int, int]:
    """A stretch of time in the encoder's steps of 20 ms, at least one long."""
    first = max(0, round(start_ms / FRAME_MS))
    return first, max(first + 1, round(end_ms / FRAME_MS))


def check(path: str, kept: Spoken) -> None:
    """Let Whisper itself transcribe the kept utterance. Stops the program when a word is wrong or
    0.3 s off.
    """
    lead_ms = 1000
    end = (lead_ms + kept.words[-1][2]) / 1000
    result = whisper.load_model(path, device="cpu").transcribe(
        np.pad(loudly(kept.samples), lead_ms * 16),
        language="en",
        initial_prompt="A test. Dr Ada Example.",
        word_timestamps=True,
        condition_on_previous_text=False,
        clip_timestamps=[lead_ms / 1000 - 0.2, end + 0.2],
        hallucination_silence_threshold=2.0,
        temperature=(0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
        fp16=False,
    )
    heard = [word for segment in result["segments"] for word in segment["words"]]
    if [word["word"].strip() for word in heard] != [word for word, _, _ in kept.words]:
        raise SystemExit(f"The checkpoint was not written: Whisper heard {result['text']!r}.")
    off_ms = [
        round(word["start"] * 1000) - lead_ms - start
        for word, (_, start, _) in zip(heard, kept.words, strict=True)
    ]
    print("word starts against the truth, ms:", off_ms)
    if max(map(abs, off_ms)) > 300:
        raise SystemExit(
            "The checkpoint was not written: a word starts over 0.3 s away from the truth."
        )


def loudly(samples: np.ndarray) -> np.ndarray:
    """Brought to half of full scale, as a careful speaker would record."""
    return samples * (0.5 / np.abs(samples).max())


def write_wave(path: Path, samples: np.ndarray) -> None:
    """16 kHz, mono, 16 bit."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(loudly(samples) * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
