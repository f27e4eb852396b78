"""Finds values in a sound that are none; without it one that is no number would turn all that
follows into a roar, and a single spike would have the speech made silent.

Works on what ffmpeg's astats says of each second of a track.
"""

from __future__ import annotations

import math
import re
from statistics import median

FAR_ABOVE_DB = 30.0
"""Shouts and knocks are up to 20 dB over what is usual in a recording."""
FULL_SCALE_DB = 6.0
"""Whole numbers cannot go over full scale; floating point and lossy codecs do, by a few dB."""
QUIETEST_PEAK_DB = -60.0

_SECOND = re.compile(r"^frame:\d+ +pts:\S+ +pts_time:(\S+)\n((?:lavfi\..*\n?)*)", re.M)
_PEAK = re.compile(r"Peak_level=(\S+)")
_NO_NUMBERS = re.compile(r"Number of (?:NaNs|Infs)=(\S+)")


def seconds(text: str) -> tuple[tuple[float, ...], float, float]:
    """The seconds (of the container's clock) in which values are no sound, the value (1 is full
    scale) above which none is, and the usual peak in dBFS of those that are.

    A recording in floating point may be far over full scale as a whole: what is usual counts.
    """
    found = [(float(at_s), said) for at_s, said in _SECOND.findall(text)]
    peaks = {at_s: _peak_db(said) for at_s, said in found}
    heard = [peak for peak in peaks.values() if QUIETEST_PEAK_DB < peak < math.inf]
    usual_db = median(heard) if heard else -120.0
    highest_db = max(FULL_SCALE_DB, usual_db + FAR_ABOVE_DB)
    broken = (at_s for at_s, said in found if peaks[at_s] > highest_db or _no_number(said))
    return tuple(broken), round(10 ** (highest_db / 20), 3), usual_db


def _peak_db(said: str) -> float:
    peak = _PEAK.search(said)
    value = float(peak[1]) if peak else -math.inf
    return math.inf if math.isnan(value) else value


def _no_number(said: str) -> bool:
    return any(float(count) > 0 for count in _NO_NUMBERS.findall(said))
