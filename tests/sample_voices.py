"""Speaks text and says exactly when each written word sounds; without it the sample messages would
have no true times.

Three synthesisers of Debian, each asked for its own word times, not for our guess: flite (packages
flite, libflite1), festival (festival, festvox-us-slt-hts; festvox-italp16k, festvox-ru) and
espeak-ng (espeak-ng, libespeak-ng1). Only ``make_samples.py`` and benchmarks/align.py need them.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import subprocess
import tempfile
import wave
from ctypes import POINTER, c_char_p, c_float, c_int, c_short, c_uint, c_void_p
from dataclasses import dataclass
from pathlib import Path

import numpy as np

RATE_HZ = 48_000
ESPEAK_WORDS_A_MINUTE = 165


@dataclass(frozen=True)
class Speech:
    """Spoken text: mono samples (-1..1) at 48 kHz, and start and end of every written word in ms
    from sample 0.
    """

    samples: np.ndarray
    words: tuple[tuple[str, float, float], ...]


def speak(voice: str, text: str) -> Speech:
    """Speak ``text`` with "flite NAME", "festival NAME" or "espeak NAME"; one entry a word as
    written, "25" is one.
    """
    program, name = voice.split(" ")
    say = {"flite": _flite, "festival": _festival, "espeak": _espeak}[program]
    rate_hz, samples, times_s = say(name, text)
    written = text.split()
    if len(written) != len(times_s):
        raise ValueError(
            f"{voice} gave {len(times_s)} times for the {len(written)} words of: {text}"
        )
    words = tuple(
        (word, start * 1000, end * 1000)
        for word, (start, end) in zip(written, times_s, strict=True)
    )
    return Speech(_resampled(samples / 32768, rate_hz), words)


def _resampled(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """The same sound at 48 kHz. Padded, because a Fourier resampler takes the sound for a ring."""
    padded = np.pad(samples, (0, rate_hz - len(samples) % rate_hz))
    length = len(padded) * RATE_HZ // rate_hz
    return np.fft.irfft(np.fft.rfft(padded), length) * (length / len(padded))


class _FliteWave(ctypes.Structure):
    _fields_ = (
        ("type", c_char_p),
        ("rate_hz", c_int),
        ("length", c_int),
        ("channels", c_int),
        ("samples", POINTER(c_short)),
    )


def _flite(name: str, text: str) -> tuple[int, np.ndarray, list[tuple[float, float]]]:
    """Word times from the segments under each token: the first one's start, the last one's end."""
    flite, voice = _flite_voice(name)
    utterance = flite.flite_synth_text(text.encode(), voice)
    wave_out = flite.utt_wave(utterance).contents
    samples = np.ctypeslib.as_array(wave_out.samples, (wave_out.length,)).astype(float)
    token, times = flite.relation_head(flite.utt_relation(utterance, b"Token")), []
    while token:
        first, last = flite.item_daughter(token), flite.item_last_daughter(token)
        times.append(
            (
                flite.flite_ffeature_float(
                    first, b"R:SylStructure.daughter.daughter.R:Segment.p.end"
                ),
                flite.flite_ffeature_float(
                    last, b"R:SylStructure.daughtern.daughtern.R:Segment.end"
                ),
            )
        )
        token = flite.item_next(token)
    return wave_out.rate_hz, samples, times


@functools.cache
def _flite_voice(name: str) -> tuple[ctypes.CDLL, int]:
    flite = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
    signatures = {
        "flite_synth_text": (c_void_p, c_char_p, c_void_p),
        "utt_wave": (POINTER(_FliteWave), c_void_p),
        "utt_relation": (c_void_p, c_void_p, c_char_p),
        "relation_head": (c_void_p, c_void_p),
        "item_next": (c_void_p, c_void_p),
        "item_daughter": (c_void_p, c_void_p),
        "item_last_daughter": (c_void_p, c_void_p),
        "flite_ffeature_float": (c_float, c_void_p, c_char_p),
    }
    for function, (result, *arguments) in signatures.items():
        getattr(flite, function).restype, getattr(flite, function).argtypes = result, arguments
    flite.flite_init()
    register = getattr(ctypes.CDLL(f"libflite_cmu_us_{name}.so.1"), f"register_cmu_us_{name}")
    register.restype, register.argtypes = c_void_p, [c_char_p]
    return flite, register(None)


_FESTIVAL_LETTERS = {"lp_diphone": "iso-8859-1", "suo_fi_lj_diphone": "iso-8859-15"}
_FESTIVAL_SCRIPT = """
(voice_{name})
(set! utterance (utt.synth (Utterance Text "{text}")))
(utt.save.wave utterance "{wave}" 'riff)
(set! token (utt.relation.first utterance 'Token))
(while token
  (mapcar
    (lambda (word)
      (format t "%l %l " (item.feat word 'word_start) (item.feat word 'word_end)))
    (item.daughters token))
  (format t "\\n")
  (set! token (item.next token)))
"""


def _festival(name: str, text: str) -> tuple[int, np.ndarray, list[tuple[float, float]]]:
    """Word times from festival's features word_start and word_end."""
    with tempfile.TemporaryDirectory() as folder:
        sound, script = Path(folder, "speech.wav"), Path(folder, "speak.scm")
        script.write_text(
            _FESTIVAL_SCRIPT.format(name=name, text=text.replace('"', '\\"'), wave=sound),
            encoding=_FESTIVAL_LETTERS.get(name, "utf-8"),
        )
        said = subprocess.run(
            ["festival", "-b", script], capture_output=True, text=True, check=True
        ).stdout
        with wave.open(str(sound)) as reader:
            rate_hz, data = reader.getframerate(), reader.readframes(reader.getnframes())
    return rate_hz, np.frombuffer(data, "<i2").astype(float), festival_times(said)


def festival_times(said: str) -> list[tuple[float, float]]:
    """Start and end of each token, of which festival gives a line with the times of its words.

    A comma or a quotation mark is a word to it, with the times 0 0. A token without a word that
    sounds (a dash) is where the one before it ends.
    """
    times: list[tuple[float, float]] = []
    for line in said.splitlines():
        numbers = [float(number) for number in line.split()]
        words = [
            (start, end) for start, end in zip(numbers[::2], numbers[1::2], strict=True) if end > 0
        ]
        last = times[-1][1] if times else 0.0
        times.append((words[0][0], words[-1][1]) if words else (last, last))
    return times


class _EspeakEvent(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("message", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("phoneme", ctypes.c_char * 8),
    )


_EspeakCallback = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_EspeakEvent))
_WORD, _PHONEME = 1, 7  # espeak_EVENT_TYPE
_SYNCHRONOUS, _PHONEME_EVENTS, _UTF8 = 2, 1, 1
_RATE_PARAMETER = 1


def _espeak(name: str, text: str) -> tuple[int, np.ndarray, list[tuple[float, float]]]:
    """Word times from espeak's events: a word ends where the next word or the next pause (a phoneme
    "_") begins.
    """
    espeak, rate_hz = _espeak_library()
    pieces: list[np.ndarray] = []
    events: list[tuple[int, int, float, bytes]] = []

    def receive(
        samples, count, event
    ):  # called by espeak with a block of sound and its events; type 0 ends the list
        if samples and count:
            pieces.append(np.ctypeslib.as_array(samples, (count,)).astype(float))
        for at in itertools.takewhile(lambda at: event[at].type, itertools.count()):
            got = event[at]
            if (
                got.type != _WORD or got.length
            ):  # it sometimes ends a text with a word of no letters
                events.append((got.type, got.text_position, got.sample / rate_hz, got.phoneme))
        return 0

    callback = _EspeakCallback(receive)
    espeak.espeak_SetSynthCallback(callback)
    if espeak.espeak_SetVoiceByName(name.encode()):
        raise ValueError(f"espeak-ng has no voice {name}")
    espeak.espeak_SetParameter(_RATE_PARAMETER, ESPEAK_WORDS_A_MINUTE, 0)
    data = text.encode()
    espeak.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, None, None)
    espeak.espeak_Synchronize()
    return rate_hz, np.concatenate(pieces), _word_times(text, events)


@functools.cache
def _espeak_library() -> tuple[ctypes.CDLL, int]:
    espeak = ctypes.CDLL("libespeak-ng.so.1")
    return espeak, espeak.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)


def _word_times(
    text: str, events: list[tuple[int, int, float, bytes]]
) -> list[tuple[float, float]]:
    times: dict[int, tuple[float, float]] = {}
    word = None
    for kind, text_position, at_s, phoneme in events:
        borders = kind == _WORD or (kind == _PHONEME and phoneme.startswith(b"_"))
        if borders and word is not None:
            times[word] = (times[word][0], at_s)
        if kind == _WORD:
            word = len(text[:text_position].split()) - 1  # text_position counts characters from 1
            times.setdefault(word, (at_s, at_s))
        elif borders:
            word = None
    return [times[word] for word in sorted(times)]
