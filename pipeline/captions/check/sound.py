"""Says what a person's captions and the sound under them have to do with each other; without it
text over silence, and speech that none shows, would be seen on air.

Pure: captions where they are shown, and the stretches in which somebody speaks, in ms of the clip.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.captions.fit.carry import Carried, Move, is_speech
from pipeline.captions.fit.fitting import list_of, short
from pipeline.findings import About, Finding
from pipeline.model import Written
from pipeline.timing import clock, joined, moment

NEAR_SPEECH_MS = 500
"""Speech is found 50 to 200 ms late, and people let captions come a little before it."""
LEAST_UNSHOWN_MS = 2000
"""Speech between two captions that none shows: less is an "um" that a person left out."""
SURELY_MS = 500
"""By so much more of the speech captions must lie under, moved, where nothing else speaks for the
move."""

Stretches = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Sounding:
    """The sound of a clip: how long it is, and where somebody speaks in it."""

    length_ms: int
    activity: Stretches


def another_talk(about: About) -> Finding:
    """That most words of the captions are not heard."""
    return about.warning(
        "captions-mismatch",
        "most words of these captions are not heard in the recording; they are shown as they are"
        " written.",
        "Check that it is the file of this speaker and this recording; take it out of"
        " inputs/captions, and captions are made anew.",
    )


def heard_by_one_ear(carried: Carried | None, heard: Sounding, about: About) -> Iterator[Finding]:
    """As ``carried_findings``, where Whisper has yet to listen for words that the aligner did not
    hear (None: most of them).
    """
    remedy = (
        f"A build has Whisper listen, and so does `perspectives captions carry {about.submission}`."
    )
    if carried is None:
        yield about.warning(
            "captions-mismatch",
            "most words of these captions are not found in the recording by a first hearing: they"
            " may have been made for another one.",
            f"Check that it is the file of this speaker and this recording. {remedy}",
        )
        return
    for one in carried_findings(carried, heard, {}, about):
        if one.code == "captions-unsaid":
            one = replace(
                one,
                severity="info",
                message=f"{one.message} Whisper may hear it yet.",
                remedy=remedy,
            )
        yield one


def carried_findings(
    carried: Carried, heard: Sounding, instead: Mapping[str, str], about: About
) -> Iterator[Finding]:
    """What was moved, what nobody says, what stands over silence and where speech has no captions.

    ``instead`` is what is heard in place of a passage, as far as that is known.
    """
    activity = heard.activity
    yield from _moved(carried.moves, about)
    shown = [cue for cue in carried.cues if cue.end_ms > 0 and cue.start_ms < heard.length_ms]
    silent = [cue for cue in shown if _is_over_silence(cue, carried, activity)]
    yield from _unsaid(carried, silent, instead, about)
    yield from _over_silence(silent, about)
    yield from _unshown(carried.cues, activity, about)


def gained_ms(before: Sequence[Written], moved: Sequence[Written], activity: Stretches) -> int:
    """How much more of the speech lies under captions when they are moved."""
    return _under_ms(moved, activity) - _under_ms(before, activity)


def _under_ms(cues: Sequence[Written], activity: Stretches) -> int:
    spans = [(cue.start_ms, cue.end_ms) for cue in cues if is_speech(cue)]
    return sum(max(0, min(end, b) - max(start, a)) for start, end in spans for a, b in activity)


def _moved(moves: Sequence[Move], about: About) -> Iterator[Finding]:
    first = f"`perspectives captions carry {about.submission} --write` writes them as a file."
    if len(moves) == 1:
        by = _by(moves[0].by_ms)
        said = f"moved by {by}, to where the words are said; your file is as it was."
        yield about.note("captions-moved", said, f"Look at the built clip once. {first}")
    elif moves:
        listed = [f"{_by(one.by_ms)} from {moment(one.from_ms + one.by_ms)} on" for one in moves]
        said = (
            "these captions were made for another recording than this one, or another cut of it;"
            f" moved to where the words are said: {list_of(listed)}; your file is as it was."
        )
        at_ms = moves[0].from_ms + moves[0].by_ms
        yield about.warning("captions-moved", said, f"Watch the captions once. {first}", at_ms)


def _by(ms: int) -> str:
    if not ms:
        return "not at all"
    return f"{abs(ms) / 1000:.2f} s ({'later' if ms >= 0 else 'earlier'})"


def _unsaid(
    carried: Carried, silent: Sequence[Written], instead: Mapping[str, str], about: About
) -> Iterator[Finding]:
    said_already = " ".join(" ".join(cue.lines) for cue in silent)
    left = [(at_ms, text) for at_ms, text in carried.unsaid if text not in said_already]
    lost = [f'"{short(" ".join(cue.lines))}"' for cue in carried.lost]
    if not left:
        return
    listed = [f'{moment(at_ms)} "{short(text)}"{_heard(text, instead)}' for at_ms, text in left]
    gone = f" Without a place, and not shown: {list_of(lost)}." if lost else ""
    yield about.warning(
        "captions-unsaid",
        f"not heard as it is written, {list_of(listed)}.{gone}",
        f"Listen there, and correct inputs/captions/{about.file}.",
        left[0][0],
    )


def _heard(text: str, instead: Mapping[str, str]) -> str:
    found = next((heard for other, heard in instead.items() if other in text or text in other), "")
    return f' (heard: "{short(found)}")' if found else ""


def _is_over_silence(cue: Written, carried: Carried, activity: Stretches) -> bool:
    if cue in carried.spoken or not is_speech(cue):
        return False
    begins, ends = cue.start_ms - NEAR_SPEECH_MS, cue.end_ms + NEAR_SPEECH_MS
    return not any(start < ends and end > begins for start, end in activity)


def _over_silence(silent: Sequence[Written], about: About) -> Iterator[Finding]:
    if silent:
        listed = [f'{moment(cue.start_ms)} "{short(" ".join(cue.lines))}"' for cue in silent]
        yield about.warning(
            "captions-invented",
            f"nobody speaks where this is shown: {list_of(listed)}.",
            f"Take it out of inputs/captions/{about.file} if nobody says it.",
            silent[0].start_ms,
        )


def _unshown(cues: Sequence[Written], activity: Stretches, about: About) -> Iterator[Finding]:
    shown = sorted((cue.start_ms - NEAR_SPEECH_MS, cue.end_ms + NEAR_SPEECH_MS) for cue in cues)
    bare = _between(_without(activity, joined(shown, 1)), [start for start, _ in shown])
    if bare:
        listed = [f"{moment(start)} ({clock(end - start)} long)" for start, end in bare]
        yield about.warning(
            "speech-without-captions",
            f"somebody speaks and no caption is shown, at {list_of(listed)}.",
            f"Listen there; write what is missing into inputs/captions/{about.file}.",
            bare[0][0],
        )


def _between(pieces: Stretches, captions: Sequence[int]) -> list[tuple[int, int]]:
    """From where to where much is said with no caption between: ``pieces`` of speech that none
    shows, breaths between them not counted, and the starts of ``captions`` in order.
    """
    gaps: dict[int, list[tuple[int, int]]] = {}
    for start, end in pieces:
        gaps.setdefault(bisect.bisect(captions, start), []).append((start, end))
    return [
        (inside[0][0], inside[-1][1])
        for inside in gaps.values()
        if sum(end - start for start, end in inside) >= LEAST_UNSHOWN_MS
    ]


def _without(stretches: Stretches, others: Stretches) -> list[tuple[int, int]]:
    """What is left of ``stretches`` outside ``others``; both in order of time."""
    left: list[tuple[int, int]] = []
    for start, end in stretches:
        for begin, stop in others:
            if start < begin < end:
                left.append((start, begin))
            if begin < end and stop > start:
                start = max(start, stop)
        if start < end:
            left.append((start, end))
    return left
