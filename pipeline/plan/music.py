"""Plans the music under the cards; without it they would be silent, or louder than the speech.

One decode measures the file and keeps its first minutes; every stretch of cards gets a piece of it.
The piece fades out before anybody speaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import ffmpeg

from pipeline.config import Config, Delivery
from pipeline.findings import About, Finding
from pipeline.plan.conform import BITEXACT, arguments, opened
from pipeline.plan.graphs import KINDS_KEPT, Number, filled
from pipeline.plan.loudness import SILENCE_LUFS, parse_meter
from pipeline.plan.sound import as_delivered, limited
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import SAMPLE_RATE

KEPT_S = 300
"""Of a file five minutes are used, and then again: no programme has as much under its cards."""
SEAM_S = 1.0
"""For so long its beginning and end are softened, so that it can begin again after its end."""
UNDER_SPEECH_LU = 8.0
"""So far under the speech's loudness music is heard as lying under it."""
EASE_IN_S, EASE_OUT_S = 0.5, 1.0


@dataclass(frozen=True)
class Bed:
    """The music, measured: integrated loudness and the loudest 0.4 s of it, in LUFS."""

    recipe: Recipe
    whole_lufs: float
    loudest_lufs: float

    @property
    def silent(self) -> bool:
        """Nothing is to be heard in it."""
        return self.whole_lufs <= SILENCE_LUFS

    def gain_db(self, config: Config) -> float:
        """What brings it to ``cards.music_level``, its loudest moment no louder than the speech."""
        target, level = config.delivery.loudness, config.cards.music_level
        if level is None:
            level = target - UNDER_SPEECH_LU
        return round(min(level - self.whole_lufs, target - self.loudest_lufs), 1)


def plan_bed(file: FileInput, version: str) -> Recipe:
    """The music as 48 kHz stereo (bed.wav), softened at its ends.

    What its meter says every 0.1 s is in stderr.txt.
    """
    heard = opened(vn=None)["a:0"].filter(
        "aresample", SAMPLE_RATE, out_chlayout="stereo", out_sample_fmt="flt"
    )
    heard = heard.filter("asetpts", "N/SR/TB").filter("atrim", end_sample=KEPT_S * SAMPLE_RATE)
    for _ in range(2):  # the end is not known before it is there
        heard = heard.filter("afade", t="in", d=SEAM_S).filter("areverse")
    heard = heard.filter("ebur128@music", framelog="info")
    out = ffmpeg.output(heard, "bed.wav", acodec="pcm_s16le", **BITEXACT)
    return Recipe(
        task="music",
        tool="ffmpeg",
        tool_version=version,
        outputs=("bed.wav",),
        inputs=(file,),
        arguments=arguments(out, "-v", "info", "-nostats"),
        timeout_s=600,
    )


def parse_bed(recipe: Recipe, stderr: str) -> Bed:
    """What the meter of ``plan_bed`` said."""
    whole, _ = parse_meter(stderr, "ebur128@music")
    moments = [float(moment) for moment in re.findall(r"\bM:\s*(-?\d+(?:\.\d+)?)", stderr)]
    return Bed(recipe, whole, max(moments, default=whole))


def plan_music(
    task: str,
    bed: FileInput,
    first_sample: int,
    count: int,
    gain_db: float,
    delivery: Delivery,
    version: str,
) -> Recipe:
    """``count`` samples of the music from ``first_sample`` on, eased in and out (sound.wav).

    It is played again and again if it is short.
    """
    length_s = count / SAMPLE_RATE
    into, out_of = min(EASE_IN_S, length_s / 3), min(EASE_OUT_S, length_s / 3)
    numbers: dict[str, Number] = {
        "first": first_sample,
        "end": first_sample + count,
        "count": count,
        "gain": gain_db,
        "into": f"{into:.6f}",
        "out_of": f"{out_of:.6f}",
        "fades": f"{length_s - out_of:.6f}",
    }
    return Recipe(
        task=task,
        tool="ffmpeg",
        tool_version=version,
        outputs=("sound.wav",),
        inputs=(bed,),
        arguments=filled(_playing(bed.name, delivery.true_peak), numbers),
        samples=(("sound.wav", count),),
        weight=0.3,
    )


@lru_cache(maxsize=KINDS_KEPT)
def _playing(bed: str, true_peak: float) -> tuple[str, ...]:
    """The arguments that play the file ``bed`` under any card, with blanks."""
    heard = ffmpeg.input(f"file:{bed}", stream_loop=-1).filter("asetpts", "N/SR/TB")
    heard = heard.filter("atrim", start_sample="${first}", end_sample="${end}")
    heard = heard.filter("asetpts", "N/SR/TB").filter("volume", "${gain}dB")
    heard = limited(heard, true_peak, "${count}")
    heard = heard.filter("afade", t="in", st=0, d="${into}", curve="hsin")
    heard = heard.filter("afade", t="out", st="${fades}", d="${out_of}", curve="hsin")
    heard = as_delivered(heard)
    out = ffmpeg.output(heard, "sound.wav", acodec="pcm_s16le", ar=SAMPLE_RATE, **BITEXACT)
    return arguments(out, "-v", "error")


def unusable(name: str, what: str) -> Finding:
    """That the music cannot be played, for a producer; ``what`` is the end of the sentence."""
    return About(file=name).warning(
        "music-unusable",
        f"{name}: {what}; the cards are silent.",
        "Save it as MP3 or WAV, listen to it, and name it under cards.music; or take that line"
        " out.",
    )


def still_coming(name: str) -> Finding:
    """That the music changes while it is read."""
    said = f"{name}: it changed while it was read; the cards are silent."
    remedy = "Run the command again once all of it is there."
    return About(file=name).warning("music-unusable", said, remedy)
