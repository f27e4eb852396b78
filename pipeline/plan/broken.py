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
FEW_DB = 30.0
"""Peak over RMS of a second in which a handful of values (50 of 48,000) are all that is loud; of
speech it is 10 to 25 dB."""
FULL_SCALE_DB = 6.0
"""Whole numbers cannot go over full scale; floating point and lossy codecs do, by a few dB."""
QUIETEST_PEAK_DB = -60.0

_SECOND = re.compile(r"^frame:\d+ +pts:\S+ +pts_time:(\S+)\n((?:lavfi\..*\n?)*)", re.M)
_PEAK, _RMS = re.compile(r"Peak_level=(\S+)"), re.compile(r"RMS_level=(\S+)")
_NO_NUMBERS = re.compile(r"Number of (?:NaNs|Infs)=(\S+)")


def seconds(text: str) -> tuple[tuple[float, ...], float, float]:
    """The seconds (of the container's clock) in which values are no sound, the value (1 is full
    scale) above which none is, and the usual peak in dBFS of those that are.

    A recording in floating point may be far over full scale as a whole: what is usual counts. Of a
    second with a few values far over all others nothing is usual: there may be some in every one.
    """
    found = [(float(at_s), said) for at_s, said in _SECOND.findall(text)]
    peaks = {at_s: _level_db(_PEAK, said) for at_s, said in found}
    spiked = {at_s for at_s, said in found if _is_spiked(peaks[at_s], said)}
    whole = (peak for at_s, peak in peaks.items() if at_s not in spiked)
    heard = [peak for peak in whole if QUIETEST_PEAK_DB < peak < math.inf]
    usual_db = median(heard) if heard else -120.0
    highest_db = max(FULL_SCALE_DB, usual_db + FAR_ABOVE_DB)
    broken = {at_s for at_s, said in found if peaks[at_s] > highest_db or _no_number(said)}
    return tuple(sorted(broken | spiked)), round(10 ** (highest_db / 20), 3), usual_db


def _is_spiked(peak_db: float, said: str) -> bool:
    few = peak_db - _level_db(_RMS, said) > FEW_DB
    return FULL_SCALE_DB < peak_db < math.inf and few


def _level_db(kind: re.Pattern[str], said: str) -> float:
    """What is not said is silence, what is no number is endless."""
    level = kind.search(said)
    value = float(level[1]) if level else -math.inf
    return math.inf if math.isnan(value) else value


def _no_number(said: str) -> bool:
    return any(float(count) > 0 for count in _NO_NUMBERS.findall(said))
