"""What a speaker is told of what they sent: received, put right by us, what to send again and how;
without it a producer would write it twelve times, from findings that are meant for producers.

Nothing here blames a speaker for what is this computer's or the producer's to mend: only codes with
a row below are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipeline.codes import Code
from pipeline.config import Config, Speaker
from pipeline.findings import Finding
from pipeline.handover.advice import deadline_of, how_to_record, limits_of, occasion
from pipeline.handover.letters import Letter, Section
from pipeline.plan.card_words import mirrored
from pipeline.plan.dates import language_of, length_in, on_clock_of
from pipeline.plan.slot import LEAST_OVER_MS, Share
from pipeline.timing import moment
from pipeline.tools.texts.catalogues import Worded, marked

Kind = Literal["put right", "better", "send", "record"]
"""What a finding means to a speaker: nothing to do; a wish; the file again; the message again."""


_MP4 = marked("It is in a format that we cannot show. Please export it as MP4 (H.264 and AAC).")
_AS_READ = marked(
    "The text that you sent is not what is said in the recording. If you have it as you read it,"
    " please send us that."
)
WARNED: Mapping[Kind, Mapping[Code, str]] = {
    "put right": {
        "portrait": marked(
            "It is an upright picture; we made it fit a wide screen. Held sideways, a phone fills"
            " all of the screen."
        ),
        "hdr-converted": marked("Its colours (HDR) were brought to what every screen shows."),
        "interlaced": marked("Its pictures came in halves; they are whole now."),
        "anamorphic": marked("Its picture was squeezed; it has its true shape now."),
        "resolution-changes": marked(
            "The picture changes its size on the way, as those of calls do; we made all of it fit."
        ),
        "sound-clock": marked("Sound and picture had drifted apart; they are in step now."),
        "one-channel-silent": marked("Your voice was on one side only; it is in the middle now."),
        "out-of-phase": marked(
            "The two sides of the sound cancelled each other; we use one of them for both."
        ),
        "very-quiet": marked(
            "Your voice was very soft; we made it as loud as the others. Noise came up with it:"
            " closer to the microphone it would be clearer."
        ),
        "audio-longer": marked("The sound goes on after the last picture; we hold that picture."),
        "broken-samples": marked("The sound was damaged {at}; we made it silent there."),
        "louder-than-speech": marked(
            "Something is far louder than your voice {at}; we turned it down."
        ),
    },
    "better": {
        "low-resolution": marked(
            "The picture is small and will look soft. If you have the original file, please send"
            " that: chat programs make it small."
        ),
        "low-frame-rate": marked(
            "It has few pictures a second, so that movements are jerky. If you have the original"
            " file, please send that."
        ),
        "slow-motion": marked(
            "It may be in slow motion. Please tell us whether you move at normal speed in it."
        ),
        "clipped": marked(
            "The sound is overdriven and rasps where it is loudest. A little further from the"
            " microphone it would not."
        ),
        "low-sample-rate": marked(
            "The sound is dull, as that of a telephone. If you have the original file, please send"
            " that."
        ),
        "audio-shorter": marked(
            "The sound begins after the picture, or ends before it. Please tell us whether"
            " something of what you say is missing."
        ),
        "audio-gap": marked(
            "The sound breaks off {at}. Please tell us whether something of what you say is missing"
            " there."
        ),
        "gain-capped": marked(
            "Your voice is so soft that we cannot make it as loud as the others. Closer to the"
            " microphone it would be."
        ),
        "very-short": marked("It is very short. Please tell us whether it is all of it."),
        "script-mismatch": _AS_READ,
        "script-share-low": _AS_READ,
        "script-unreadable": marked(
            "We cannot read the text that you sent. Please send it as .docx or .txt."
        ),
        "no-captions": marked(
            "We have no captions for it yet. If you have the text that you read, please send it"
            " (.docx or .txt)."
        ),
        "captions-draft": marked(
            "Its captions were made by a machine. If you have the text that you read, please send"
            " it (.docx or .txt), and they will be right."
        ),
    },
    "send": {
        "truncated": marked("Its end did not arrive. Please send the file again."),
        "damaged": marked("It is damaged {at}. Please send the file again."),
        "duplicate-content": marked(
            "The file that came under your name is another speaker's as well. Please send us yours."
        ),
    },
}
"""What is told of a message that can be shown, by what it means to its speaker; ``{at}`` is where
it is. An offered trim and a length over the allowance have sentences of their own.
"""
FAILED: Mapping[Kind, Mapping[Code, str]] = {
    "send": {
        "two-recordings": marked(
            "We have several recordings of yours. Please tell us which one is to be shown."
        ),
        "empty-file": marked("The file arrived empty. Please send it again."),
        "truncated": marked(
            "Only a part of the file arrived. Please send it again, and wait until all of it is"
            " sent."
        ),
        "damaged": marked("Much of it is damaged and cannot be shown. Please send it again."),
        "not-a-video": marked("The file is no video. Please send us the recording itself."),
        "playlist": marked("It only says where a video lies. Please send us the video itself."),
        "still-image": marked(
            "It is a picture that does not move. Please send us the video itself."
        ),
        "no-media": marked(
            "There is no recording in it that can be shown. Please send the file again."
        ),
        "encrypted": marked(
            "It is copy-protected, so nobody can open it. Please send us the recording itself."
        ),
        "unsupported-video-codec": _MP4,
        "unsupported-audio-codec": _MP4,
        "timestamps": _MP4,
        "too-many-packets": _MP4,
        "bad-audio": _MP4,
        "too-many-pixels": marked(
            "Its picture is too large. Please export it at 3840x2160 at most."
        ),
        "too-large": marked("The file is too large. Please export it smaller."),
    },
    "record": {
        "no-video": marked(
            "There is sound in it, but no picture. Please send it with its picture."
        ),
        "no-audio": marked(
            "There is no sound in it. Please send it with its sound, or record it again."
        ),
        "silent-audio": marked(
            "It is silent from beginning to end. Please look whether the right microphone is chosen"
            " and not muted, and record it again."
        ),
        "too-long": marked("It is too long to be shown. Please record a shorter one."),
        "too-short": marked(
            "It is over within a moment: perhaps a start by mistake. Please record it again."
        ),
    },
}
"""Likewise of one that cannot be shown."""


@dataclass(frozen=True)
class Came:
    """What came in from one speaker and what was found of it. ``share`` is their part of the slot
    (None: they are left out), ``texts`` are script and caption files, ``shown`` that the message
    can be shown; ``wins_ms`` is what cutting the silence at its ends would win, ``came_at`` when
    the recording was taken in (None: not known); ``proof``: their proof goes with the letter;
    ``late``: the deadline is over.
    """

    speaker: Speaker
    share: Share | None
    recording: str | None
    texts: tuple[str, ...]
    findings: tuple[Finding, ...]
    shown: bool
    wins_ms: int = 0
    came_at: datetime | None = None
    proof: bool = False
    late: bool = False


def reply(config: Config, came: Came, worded: Worded) -> Letter:
    """What the speaker is told, in the words of ``worded``."""
    said = tuple(told(config, came, worded))
    kinds = {kind for kind, _ in said}
    asked = not came.recording or came.proof or kinds & {"better", "send", "record"}
    return Letter(
        worded("Your message for “{title}”").format(title=config.title),
        language_of(config),
        mirrored(config),
        worded("Dear {name},").format(name=came.speaker.name),
        tuple(_opening(config, came, kinds, worded)),
        tuple(_sections(config, came, said, worded)),
        (
            *(deadline_of(config, came.speaker, worded, came.late) if asked else ()),
            worded("With kind regards"),
        ),
    )


def _opening(config: Config, came: Came, kinds: set[Kind], worded: Worded) -> Iterator[str]:
    """What became of it, and whether the speaker has anything to do."""
    if not came.recording and not kinds:
        yield worded("We have not received your message for {occasion} yet.").format(
            occasion=occasion(config, worded)
        )
        return
    yield worded("Thank you for your message for {occasion}.").format(
        occasion=occasion(config, worded)
    )
    if not came.shown and kinds & {"send", "record"}:
        yield worded("We cannot show it as it came; what is wrong and what helps stands below.")
    elif not came.shown:
        yield worded("We are still looking at it, and will write again.")
    elif kinds & {"send", "better"}:
        yield worded("It can be shown; what would make it better stands below.")
    elif not came.proof:
        yield worded("It can be shown, and there is nothing more for you to do.")
    if came.proof:
        yield worded(
            "The attached page shows your message as it will be shown. Please open it, watch your"
            " message, read its captions, and answer as the end of the page says."
        )


def _sections(
    config: Config, came: Came, said: Sequence[tuple[Kind, str]], worded: Worded
) -> Iterator[Section]:
    if came.recording or came.texts:
        yield Section(worded("What we have received"), tuple(_received(config, came, worded)))
    headings: Mapping[Kind, str] = {
        "record": worded("Please record it again"),
        "send": worded("Please send it again"),
        "better": worded("What would make it better"),
        "put right": worded("What we have put right"),
    }
    for kind, heading in headings.items():
        if points := tuple(sentence for one, sentence in said if one == kind):
            yield Section(heading, points)
    if not came.recording or any(kind == "record" for kind, _ in said):
        limits = limits_of(config, came.share, worded, came.late)[:1] if not came.recording else ()
        if limits:
            yield Section(worded("Length"), limits)
        yield from how_to_record(config, worded)


def _received(config: Config, came: Came, worded: Worded) -> Iterator[str]:
    share = came.share
    if came.recording and share and share.length_ms is not None:
        lasts = worded("{file}, which lasts {length}; {allowance} are yours.")
        yield lasts.format(
            file=came.recording,
            length=length_in(config, share.length_ms),
            allowance=length_in(config, share.allowed_ms),
        )
    elif came.recording:
        yield came.recording
    if came.recording and came.came_at:
        when = on_clock_of(came.came_at, came.speaker.timezone, config)
        yield worded("It reached us on {when}.").format(when=when)
    yield from came.texts


def told(config: Config, came: Came, worded: Worded) -> Iterator[tuple[Kind, str]]:
    """What is told of each finding, once, and of a length over the allowance."""
    rows: dict[tuple[Kind, str], None] = {}
    for finding in came.findings:
        at = worded("in some places")
        if finding.at_ms is not None:
            at = worded("at {time}").format(time=moment(finding.at_ms))
        tables = FAILED if finding.severity == "error" else WARNED
        rows |= {
            (kind, worded(table[finding.code]).format(at=at)): None
            for kind, table in tables.items()
            if finding.code in table
        }
    yield from rows
    yield from _of_its_length(config, came, worded)
    yield from _of_what_was_decided(came.speaker, worded)


def _of_its_length(config: Config, came: Came, worded: Worded) -> Iterator[tuple[Kind, str]]:
    over_ms = came.share.over_ms if came.share else None
    if over_ms is not None and over_ms >= LEAST_OVER_MS:
        over = worded(
            "It is {over} longer than the time that is yours. Please tell us what to cut, or record"
            " a shorter one."
        )
        yield "better", over.format(over=length_in(config, over_ms))
        if came.wins_ms:
            won = worded("Cutting the silence at its beginning and end would win {won}.")
            yield "better", won.format(won=length_in(config, came.wins_ms))


def _of_what_was_decided(speaker: Speaker, worded: Worded) -> Iterator[tuple[Kind, str]]:
    trim = speaker.trim
    if trim.start is not None:
        begins = worded("It is shown from {time} of your recording on; what is before it is cut.")
        yield "put right", begins.format(time=moment(trim.start))
    if trim.end is not None:
        ends = worded("It is shown until {time} of your recording; what is after it is cut.")
        yield "put right", ends.format(time=moment(trim.end))
    if speaker.denoise != "none":
        yield "put right", worded("A steady noise behind your voice is softer now.")
