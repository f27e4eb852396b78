"""Makes the four sample messages of the seed case, their scripts, their captions and the truth
about them.

    python tests/make_samples.py            # all four: about two minutes
    python tests/make_samples.py oconnor    # one message; the others' truth stays as it is

The built files are committed, so only somebody who changes a message needs this. It needs Debian's
flite, festival, festvox-us-slt-hts, espeak-ng and libespeak-ng1 for the voices; ffmpeg is the one
of the wheel imageio-ffmpeg.

Every message says aloud that it is a synthetic stand-in and holds no opinion of the expert. At 1.5
s and every 5 s after it the picture turns white for 0.12 s while a 1 kHz tone sounds, with clear
air around it, so that anybody can measure whether sound and picture still belong together. Each
message has one fault of real life: klinkum.mov is quiet, wold-mccormick.webm has uneven picture
times, oconnor.mp4 is stored turned and speaks on the left only, palacios.mp4 is 4:3 and Spanish.
Two runs on one machine give the same bytes: everything that looks like chance has a seed.

tests/samples/truth.json tells, for each message, when each written word starts and ends and when
the flashes start, in ms from the first picture of the built file.
"""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO

import av
import imageio_ffmpeg
import numpy as np
from sample_pictures import Look, paint
from sample_sound import beeps, levelled, levels, mixed, room
from sample_voices import RATE_HZ, speak

ROOT = Path(__file__).resolve().parent.parent
INPUTS, TRUTH = ROOT / "inputs", ROOT / "tests" / "samples" / "truth.json"
FFMPEG = (imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin")
SEED = 20210914

FIRST_FLASH_MS, FLASH_EVERY_MS, FLASH_MS = 1600, 5000, 120
UNEVEN_MS, UNEVEN_FPS = (20, 70), 22
"""Uneven pictures are so far apart; the mean rate is what the file claims, as browsers' files do.
"""
CLEAR_MS = 300
"""No word is nearer than this to a beep."""
FIRST_WORD_MS, LAST_MS = 300, 500
"""Quiet before the first word, and at least so much after the last one."""


@dataclass(frozen=True)
class Message:
    """What one stand-in says and shows. ``stretches`` are the words between one beep and the next.

    ``fps`` None means uneven picture times. ``turned`` is stored landscape with a tag that turns it
    clockwise upright.
    """

    id: str
    file: str
    language: str
    voice: str
    loudness_lufs: float
    width_px: int
    height_px: int
    fps: int | None
    look: Look
    encoding: tuple[str, ...]
    stretches: tuple[str, ...]
    script: bool = True
    channels: int = 2
    left_only: bool = False
    turned: bool = False


@dataclass(frozen=True)
class Programme:
    """A message laid out in time: mono sound at 48 kHz, words and flashes in ms from the first
    picture.
    """

    sound: np.ndarray
    levels: np.ndarray
    words: tuple[tuple[str, float, float], ...]
    flashes_ms: tuple[int, ...]
    duration_ms: int


PHONE = (
    "-c:v",
    "libx264",
    "-preset",
    "slow",
    "-crf",
    "31",
    "-pix_fmt",
    "yuv420p",
    "-threads",
    "2",
    "-c:a",
    "aac",
    "-b:a",
    "64k",
    "-movflags",
    "+faststart",
)
BROWSER = (
    "-c:v",
    "libvpx-vp9",
    "-b:v",
    "0",
    "-crf",
    "36",
    "-deadline",
    "good",
    "-cpu-used",
    "5",
    "-threads",
    "1",
    "-auto-alt-ref",
    "0",
    "-pix_fmt",
    "yuv420p",
    "-c:a",
    "libopus",
    "-b:a",
    "40k",
)

MESSAGES = (
    Message(
        "klinkum",
        "klinkum.mov",
        "en",
        "flite rms",
        -34,
        1280,
        720,
        30,
        Look((9, 58, 72), (40, 148, 150), 23),
        PHONE,
        (
            "Welcome.",
            "This is a synthetic stand-in for the recorded message",
            "of Dr Grant Klinkum, Chief Executive of NZQA.",
            "It holds no opinion of his. It was made by a speech synthesiser,",
            "to try the pipeline with 30 pictures a second",
            "and micro-credentials. Thank you.",
        ),
    ),
    Message(
        "wold-mccormick",
        "wold-mccormick.webm",
        "en",
        "festival cmu_us_slt_arctic_hts",
        -21,
        1280,
        720,
        None,
        Look((58, 38, 92), (150, 112, 190), 19),
        BROWSER,
        (
            "Welcome.",
            "This is a synthetic stand-in for Dr Kristi Wold-McCormick,",
            "of the University of Colorado Boulder. It holds no opinion of hers.",
            "It copies a browser recording of some 22 pictures a second.",
            "Its captions must spell NZQA and micro-credentials",
            "until the real recording arrives.",
        ),
        script=False,
    ),
    Message(
        "oconnor",
        "oconnor.mp4",
        "en",
        "flite awb",
        -23,
        720,
        1280,
        30,
        Look((22, 72, 48), (92, 166, 104), 21),
        PHONE,
        (
            "Hello.",
            "This is a synthetic stand-in for the message of Dr John O'Connor,",
            "of Quality and Qualifications Ireland. It holds no opinion of his.",
            "The picture is turned 90 degrees, and only the left channel speaks.",
            "The captions may show NZQA or micro-credentials.",
            "The real recording will follow. Thank you.",
        ),
        left_only=True,
        turned=True,
    ),
    Message(
        "palacios",
        "palacios.mp4",
        "es",
        "espeak es-419+f2",
        -24,
        640,
        480,
        20,
        Look((112, 40, 26), (222, 138, 92), 17),
        PHONE,
        (
            "Hola.",
            "Esta es una grabación sintética, hecha en lugar del mensaje",
            "de la doctora Beatriz Palacios, del Tecnológico de Monterrey.",
            "No expresa ninguna opinión suya. La voz es sintética",
            "y prueba 20 imágenes por segundo, la sigla NZQA",
            "y micro-credenciales. Gracias.",
        ),
        channels=1,
    ),
)

TRANSLATION = (
    ("Hola.", "Hello."),
    (
        "Esta es una grabación sintética, hecha en lugar del mensaje",
        "This is a synthetic recording,\nmade in place of the message",
    ),
    (
        "de la doctora Beatriz Palacios, del Tecnológico de Monterrey.",
        "from Dr Beatriz Palacios\nof Tecnológico de Monterrey.",
    ),
    ("No expresa ninguna opinión suya.", "It holds no opinion of hers."),
    ("La voz es sintética", "The voice is synthetic,"),
    (
        "y prueba 20 imágenes por segundo, la sigla NZQA",
        "and tests 20 pictures a second,\nthe acronym NZQA",
    ),
    ("y micro-credenciales. Gracias.", "and micro-credentials. Thank you."),
)
"""What is said, in order, and the English cue a person would show for it."""


def main(wanted: list[str]) -> None:
    for folder in (INPUTS / "captions", TRUTH.parent):
        folder.mkdir(parents=True, exist_ok=True)
    truth = json.loads(TRUTH.read_text(encoding="utf-8")) if wanted and TRUTH.exists() else {}
    for message in MESSAGES:
        if not wanted or message.id in wanted:
            truth[message.id] = make(message)
    TRUTH.write_text(_readable(truth), encoding="utf-8")
    (INPUTS / "captions" / "palacios.en.srt").write_text(
        english_captions(truth["palacios"]["words"]), encoding="utf-8"
    )


def make(message: Message) -> dict:
    """Build one message in inputs/, and its script where there is one; give its entry for
    truth.json.
    """
    programme = lay_out(message)
    encode(message, programme, INPUTS / message.file)
    late_ms = lateness_ms(INPUTS / message.file, programme.sound)
    print(
        f"{message.file}: {programme.duration_ms / 1000:.1f} s,"
        f" {(INPUTS / message.file).stat().st_size / 1000:.0f} kB, sound {late_ms:+.2f} ms late",
        file=sys.stderr,
    )
    if message.script:
        text = textwrap.fill(" ".join(message.stretches), 76, break_on_hyphens=False)
        (INPUTS / f"{message.id}.txt").write_text(text + "\n", encoding="utf-8")
    words = [
        [word, round(start + late_ms), round(end + late_ms)] for word, start, end in programme.words
    ]
    return {
        "file": message.file,
        "language": message.language,
        "duration_ms": programme.duration_ms,
        "flashes_ms": list(programme.flashes_ms),
        "words": words,
    }


def lay_out(message: Message) -> Programme:
    """Speak the stretches and put each between its two beeps. Raises ValueError when one is too
    long for its place.
    """
    spoken = [speak(message.voice, text) for text in message.stretches]
    flashes_ms = tuple(FIRST_FLASH_MS + FLASH_EVERY_MS * count for count in range(len(spoken) - 1))
    placed, words = [], []
    for count, speech in enumerate(spoken):
        begin_ms = flashes_ms[count - 1] + FLASH_MS + CLEAR_MS if count else FIRST_WORD_MS
        length_ms = speech.words[-1][2] - speech.words[0][1]
        room_ms = (
            flashes_ms[count] - CLEAR_MS - begin_ms - length_ms if count < len(flashes_ms) else 0
        )
        if room_ms < 0:
            raise ValueError(
                f"{message.id}: {-room_ms:.0f} ms too long between two beeps:"
                f" {message.stretches[count]}"
            )
        shift_ms = begin_ms + min(room_ms / 2, 250) - speech.words[0][1]
        words += [(word, start + shift_ms, end + shift_ms) for word, start, end in speech.words]
        placed.append((shift_ms, levelled(speech)))
    duration_ms = math.ceil((words[-1][2] + LAST_MS) / 100) * 100
    voice = mixed(placed, duration_ms)
    sound = voice + beeps(flashes_ms, FLASH_MS, len(voice)) + room(len(voice), SEED)
    return Programme(sound, levels(voice), tuple(words), flashes_ms, duration_ms)


def encode(message: Message, programme: Programme, to: Path) -> None:
    """Paint, encode and write one message. The same bytes each time: no dates, no random ids, a
    fixed thread count.
    """
    with tempfile.TemporaryDirectory(dir=to.parent) as folder:
        sound, built = Path(folder, "sound.f32"), Path(folder, to.name)
        sides = [
            programme.sound,
            np.zeros_like(programme.sound) if message.left_only else programme.sound,
        ]
        sound.write_bytes(np.column_stack(sides[: message.channels]).astype("<f4").tobytes())
        of_sound = (
            "-f",
            "f32le",
            "-ar",
            str(RATE_HZ),
            "-ac",
            str(message.channels),
            "-i",
            str(sound),
        )
        gain_db = message.loudness_lufs - _loudness_lufs(of_sound)
        arguments = (
            *FFMPEG,
            "-v",
            "error",
            "-f",
            "nut",
            "-i",
            "pipe:0",
            *of_sound,
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-vf",
            "scale=out_color_matrix=bt709:out_range=tv",
            "-af",
            f"volume={gain_db:.2f}dB",
            *message.encoding,
            "-fps_mode",
            "passthrough",
            "-enc_time_base:v",
            "demux",
            "-color_primaries",
            "bt709",
            "-color_trc",
            "bt709",
            "-colorspace",
            "bt709",
            "-fflags",
            "+bitexact",
            "-flags:v",
            "+bitexact",
            "-flags:a",
            "+bitexact",
            "-metadata",
            "comment=Synthetic stand-in; no recording of a person.",
            str(built),
        )
        with subprocess.Popen(arguments, stdin=subprocess.PIPE) as process:
            write_pictures(message, programme, process.stdin)
            process.stdin.close()
        if process.returncode:
            raise SystemExit(f"{message.file}: ffmpeg failed, see above. Nothing was written.")
        (_tagged_as_turned(built) if message.turned else built).replace(to)


def write_pictures(message: Message, programme: Programme, pipe: IO[bytes]) -> None:
    """All pictures, raw and with their exact times, as a NUT stream: rawvideo alone could not carry
    uneven times.
    """
    step = Fraction(1, message.fps or 1000)
    with av.open(pipe, "w", format="nut") as container:
        stream = container.add_stream("rawvideo", rate=message.fps or UNEVEN_FPS)
        stream.width, stream.height = message.width_px, message.height_px
        if message.turned:
            stream.width, stream.height = message.height_px, message.width_px
        stream.pix_fmt, stream.codec_context.time_base = "rgb24", step
        for pts in _picture_times(message, programme):
            at_ms = float(pts * step * 1000)
            flash = any(start <= at_ms + 0.001 < start + FLASH_MS for start in programme.flashes_ms)
            pixels = paint(
                message.look, message.width_px, message.height_px, at_ms, programme.levels, flash
            )
            frame = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(np.rot90(pixels) if message.turned else pixels)
            )
            frame.pts, frame.time_base = pts, step
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _picture_times(message: Message, programme: Programme) -> Iterator[int]:
    """Times of the pictures, in units of 1/fps; uneven ones in ms, one at each flash's start and
    end.
    """
    if message.fps:
        yield from range(programme.duration_ms * message.fps // 1000)
        return
    (least_ms, longest_ms), chance, at_ms = UNEVEN_MS, random.Random(SEED), 0
    fixed = sorted(
        {start + edge for start in programme.flashes_ms for edge in (0, FLASH_MS)}
        | {programme.duration_ms}
    )
    for next_fixed_ms in fixed:
        while at_ms < next_fixed_ms:
            yield at_ms
            left_ms = next_fixed_ms - at_ms
            at_ms += (
                left_ms
                if left_ms <= longest_ms
                else chance.randint(least_ms, min(longest_ms, left_ms - least_ms))
            )


def _tagged_as_turned(built: Path) -> Path:
    tagged = built.with_stem("tagged")
    subprocess.run(
        (
            *FFMPEG,
            "-v",
            "error",
            "-display_rotation:v:0",
            "-90",
            "-i",
            str(built),
            "-c",
            "copy",
            "-map",
            "0",
            "-fflags",
            "+bitexact",
            "-movflags",
            "+faststart",
            str(tagged),
        ),
        check=True,
    )
    return tagged


def _loudness_lufs(of_sound: tuple[str, ...]) -> float:
    told = subprocess.run(
        (*FFMPEG, *of_sound, "-af", "ebur128", "-f", "null", "-"), capture_output=True, check=True
    )
    return float(re.findall(r"I:\s+(\S+) LUFS", told.stderr.decode())[-1])


def lateness_ms(built: Path, sound: np.ndarray) -> float:
    """How much later than planned the built file's sound is, against its first picture: what the
    encoder added.
    """
    with av.open(str(built)) as container:
        first_picture_s = next(container.decode(video=0)).time
    decoded = subprocess.run(
        (
            *FFMPEG,
            "-v",
            "error",
            "-i",
            str(built),
            "-af",
            "aresample=48000:async=1:first_pts=0,pan=mono|c0=c0",
            "-f",
            "f32le",
            "pipe:1",
        ),
        capture_output=True,
        check=True,
    ).stdout
    heard = np.frombuffer(decoded, "<f4")
    length = 2 * max(len(heard), len(sound))
    likeness = np.fft.irfft(
        np.fft.rfft(heard, length) * np.conj(np.fft.rfft(sound, length)), length
    )
    late = int(likeness.argmax())
    return (late if late < length // 2 else late - length) * 1000 / RATE_HZ - first_picture_s * 1000


def english_captions(words: list) -> str:
    """The translation as SubRip text: a cue starts with its first Spanish word and stays up to 0.5
    s after its last.

    Times are whole pictures at 25 a second; a gap of under half a second is closed to two of them,
    as broadcasters do.
    """
    cues, word = [], 0
    for spanish, english in TRANSLATION:
        count = len(spanish.split())
        if " ".join(written for written, _, _ in words[word : word + count]) != spanish:
            raise ValueError(f"TRANSLATION and the spoken text of palacios differ at: {spanish}")
        cues.append((words[word][1] // 40 * 40, words[word + count - 1][2], english))
        word += count
    text = []
    for number, (start_ms, end_ms, english) in enumerate(cues, 1):
        next_ms = cues[number][0] if number < len(cues) else math.inf
        shown_ms = -(-max(end_ms + 480, start_ms + 1000) // 40) * 40
        if shown_ms > next_ms - 500:
            shown_ms = next_ms - 80
        text.append(f"{number}\n{_srt_time(start_ms)} --> {_srt_time(shown_ms)}\n{english}\n")
    return "\n".join(text)


def _srt_time(at_ms: int) -> str:
    seconds, ms = divmod(at_ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{ms:03}"


def _readable(truth: dict) -> str:
    """JSON with one word a line, so that a change shows in a diff as what it is."""
    text = json.dumps(truth, indent=1, ensure_ascii=False)
    return re.sub(r"\[\s+[^\[\]]+\]", _on_one_line, text) + "\n"


def _on_one_line(found: re.Match[str]) -> str:
    return re.sub(r"\s*\n\s*", " ", found[0]).replace("[ ", "[").replace(" ]", "]")


if __name__ == "__main__":
    main(sys.argv[1:])
