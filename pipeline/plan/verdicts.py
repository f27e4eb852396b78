"""Judges a recording by what the probe and the survey saw; without it a hole in a file would be
found on the evening.

Every finding is a sentence of our own: a decoder says "moov atom not found" of a web page, a PDF
and half an upload alike. Thresholds are those of the list of codes in docs/errors.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from pipeline.codes import Code
from pipeline.config import Limits, Speaker
from pipeline.findings import Finding, Severity
from pipeline.model import PictureTrack, Probe, SoundTrack
from pipeline.plan.sniff import looks_like, unopened
from pipeline.plan.survey import QUIETEST_DB, Survey, Track
from pipeline.timing import clock

RESEND = (
    "Ask the speaker to export the recording again as MP4 (H.264 and AAC) and to send it again."
)
AGAIN = "Ask the speaker to send the file again."
SHORTEST_MS = 500
"""EBU R 128 needs 0.4 s of sound to measure it."""
LONGEST_HOLD_S = 600
"""No picture stands for 10 minutes in a message of half an hour: its clock is broken."""
FASTEST_RATE = 480
"""Pictures a second; phones record slow motion at 240."""
APART_S = 0.5
"""Sound and picture that begin or end this far apart are worth a look."""
LEAST_HOLE_S = 0.2
_ALL_SHOWN = ("h264", "hevc", "mpeg4", "mpeg2video", "mpeg1video")
"""Codecs in which every packet becomes a picture on screen."""


class _Judge:
    """Collects findings about one file."""

    def __init__(self, speaker: str, file: str) -> None:
        self.speaker, self.file, self.findings = speaker, file, list[Finding]()

    def say(
        self,
        severity: Severity,
        code: Code,
        message: str,
        remedy: str = RESEND,
        at_ms: int | None = None,
    ) -> None:
        self.findings.append(
            Finding(
                severity, code, f"{self.file}: {message}", remedy, self.speaker, self.file, at_ms
            )
        )

    def error(self, code: Code, message: str, remedy: str = RESEND) -> tuple[Finding, ...]:
        self.say("error", code, message, remedy)
        return tuple(self.findings)


def probe_findings(
    facts: dict[str, Any], probe: Probe, limits: Limits, speaker: Speaker, file: str
) -> tuple[Finding, ...]:
    """All that the probe alone can tell. An error among them means that the recording cannot be
    used.
    """
    judge = _Judge(speaker.id, file)
    return (
        _no_recording(judge, facts, limits)
        or _no_track(judge, facts, probe, speaker)
        or _out_of_bounds(judge, facts, probe, limits)
        or _notes(judge, facts, probe, speaker)
    )


def _no_recording(judge: _Judge, facts: dict[str, Any], limits: Limits) -> tuple[Finding, ...]:
    if facts["bytes"] == 0:
        return judge.error(
            "empty-file", "the file is empty (0 bytes); nothing of the recording arrived.", AGAIN
        )
    if facts["bytes"] > limits.bytes:
        return judge.error(
            "too-large",
            f"the file has {facts['bytes'] / 2**30:.1f} GiB; {limits.bytes / 2**30:.1f} GiB is "
            "the most that is taken.",
            "Ask for a smaller export, or raise limits.bytes in config.yaml.",
        )
    if facts["protected"] or any(stream["encrypted"] for stream in facts["streams"]):
        return judge.error(
            "encrypted",
            "the recording is encrypted (copy protection); it cannot be opened without its key.",
            "Ask the speaker for the recording itself, not a download from a streaming service.",
        )
    kind = looks_like(bytes.fromhex(facts["head"]))
    if kind is None and not facts["streams"]:
        kind = unopened(facts["boxes"])
    if kind:
        opening = (
            "this is "
            if kind.code != "not-a-video"
            else "this is not a video that can be read; it is "
        )
        return judge.error(
            kind.code,
            f"{opening}{kind.name}.",
            (
                "Ask the speaker for the video itself."
                if kind.code in ("playlist", "still-image")
                else RESEND
            ),
        )
    if not any(stream["type"] in ("video", "audio") for stream in facts["streams"]):
        return judge.error("not-a-video", "this is not a video that can be read.")
    if facts["broke_off"] == "too many":
        return judge.error(
            "too-many-packets",
            "it is cut into more pieces than a recording of its length can have; it was not "
            "read to its end.",
        )
    return ()


def _no_track(
    judge: _Judge, facts: dict[str, Any], probe: Probe, speaker: Speaker
) -> tuple[Finding, ...]:
    media = [
        stream
        for stream in facts["streams"]
        if stream["type"] in ("video", "audio") and not stream["cover"]
    ]
    pictures, sounds = (
        [stream for stream in media if stream["type"] == kind] for kind in ("video", "audio")
    )
    if not any(stream.get("packets") for stream in media) and pictures:
        if (facts.get("declared_us") or 0) > 0:
            return judge.error(
                "truncated", "only its index arrived, nothing of the recording itself.", AGAIN
            )
        return judge.error(
            "no-media", "there is no recording in it, only the description of one.", AGAIN
        )
    if not pictures and not speaker.still:
        return judge.error(
            "no-video",
            "there is no picture in it, only sound.",
            "Ask the speaker for the recording with its picture; or show the sound over a photo:"
            f" `still: photo.jpg` under {speaker.id} in config.yaml.",
        )
    if probe.picture is None and not speaker.still:
        return judge.error(
            "unsupported-video-codec", "the picture is in a format that cannot be decoded here."
        )
    if probe.sound is None and not (speaker.allow_silent and not speaker.still):
        if sounds:
            return judge.error(
                "unsupported-audio-codec", "the sound is in a format that cannot be decoded here."
            )
        return judge.error(
            "no-audio",
            "this video has no sound.",
            "Ask the speaker to export it again with sound; or, if it "
            f"is meant to be silent, write `allow_silent: true` under {speaker.id} in config.yaml.",
        )
    return ()


def _out_of_bounds(
    judge: _Judge, facts: dict[str, Any], probe: Probe, limits: Limits
) -> tuple[Finding, ...]:
    picture, sound = probe.picture, probe.sound
    if picture and picture.width * picture.height > limits.pixels:
        return judge.error(
            "too-many-pixels",
            f"its picture is {picture.width}x{picture.height}; {limits.pixels / 1e6:.1f} "
            "million pixels are the most that is taken.",
            "Ask for an export of at most 3840x2160, or raise limits.pixels in config.yaml.",
        )
    if sound and not (8_000 <= sound.sample_rate <= 192_000 and 1 <= sound.channels <= 16):
        return judge.error(
            "bad-audio",
            f"its sound has {sound.sample_rate} samples a second in {sound.channels} channels; "
            "8000 to 192000 in 1 to 16 can be used.",
        )
    broken = (
        (_broken_clock(picture) if picture else "")
        or (
            "sound and picture lie more than 10 minutes apart"
            if picture and sound and abs(sound.start_s - picture.start_s) > LONGEST_HOLD_S
            else ""
        )
        or (
            "the sound has a hole of more than 10 minutes"
            if sound and any(length > LONGEST_HOLD_S for _, length in sound.holes)
            else ""
        )
    )
    if broken:
        return judge.error("timestamps", f"its clock is broken: {broken}.")
    if probe.duration_ms > limits.duration:
        return judge.error(
            "too-long",
            f"it lasts {clock(probe.duration_ms)}; {clock(limits.duration)} is the most that is "
            "taken.",
            "Ask for a shorter recording, or raise limits.duration in config.yaml.",
        )
    shown_ms = (
        probe.duration_ms if picture is None else round((picture.end_s - picture.start_s) * 1000)
    )
    if min(shown_ms, probe.duration_ms) < SHORTEST_MS:
        return judge.error(
            "too-short",
            f"it lasts only {min(shown_ms, probe.duration_ms) / 1000:.1f} s.",
            "Ask the speaker to record the message again.",
        )
    got_s, declared_s = _arrived(facts, probe)
    if got_s < 0.95 * declared_s and declared_s - got_s > 0.3:
        if facts["broke_off"]:
            return judge.error(
                "damaged",
                f"it can be read for {got_s:.1f} s of its {declared_s:.1f} s; there the file is "
                "damaged.",
                AGAIN,
            )
        return judge.error(
            "truncated",
            f"only {got_s:.1f} s of {declared_s:.1f} s arrived; the rest of the file is missing.",
            AGAIN,
        )
    return ()


def _broken_clock(picture: PictureTrack) -> str:
    """What is wrong with the pictures' times, or nothing."""
    count = len(picture.pts)
    if count < 3:
        return ""
    distinct = len(set(picture.pts))
    if distinct < count / 2:
        return "most of its pictures are to be shown at one and the same time"
    rate = (count - 1) / ((picture.pts[-1] - picture.pts[0]) * picture.time_base)
    if rate > FASTEST_RATE:
        return (
            f"{count} pictures are squeezed into"
            f" {float((picture.pts[-1] - picture.pts[0]) * picture.time_base):.2f} s"
        )
    longest = max(picture.gaps) * picture.time_base
    return (
        f"one picture is to be shown for {clock(round(longest * 1000))}"
        if longest > LONGEST_HOLD_S
        else ""
    )


def _arrived(facts: dict[str, Any], probe: Probe) -> tuple[float, float]:
    """Seconds that are there, of captions and data too, and seconds that the file says of itself
    (0: it says nothing).
    """
    tracks: list[PictureTrack | SoundTrack] = [
        track for track in (probe.picture, *probe.sounds) if track
    ]
    ends = [
        stream["end"] * Fraction(stream["time_base"])
        for stream in facts["streams"]
        if stream.get("end") is not None
    ]
    start = (
        probe.start_s
        if facts.get("start_us") is not None
        else min(track.start_s for track in tracks)
    )
    got = max([track.end_s for track in tracks] + ends) - start
    return float(got), (facts.get("declared_us") or 0) / 1e6


def _notes(
    judge: _Judge, facts: dict[str, Any], probe: Probe, speaker: Speaker
) -> tuple[Finding, ...]:
    """What is worth a look in a recording that can be used."""
    if probe.duration_ms < 3000:
        judge.say(
            "warning",
            "very-short",
            f"it lasts only {clock(probe.duration_ms)}.",
            "Watch it: is this the whole message?",
        )
    if probe.picture and not speaker.still:
        _picture_notes(judge, probe.picture)
    got_s, declared_s = _arrived(facts, probe)
    if declared_s - got_s > 0.1 and got_s < 0.99 * declared_s:
        judge.say(
            "warning",
            "truncated",
            f"{got_s:.1f} s of {declared_s:.1f} s arrived; the end may be missing.",
            "Watch the end of the clip; ask the speaker to send the file again.",
        )
    elif facts["broke_off"] or facts["error"]:
        judge.say(
            "warning",
            "damaged",
            "the file could not be read to its end; what arrived is used.",
            "Watch the end of the clip; ask the speaker to send the file again.",
        )
    if probe.extra_tracks:
        judge.say(
            "warning",
            "extra-streams",
            "it has further picture or sound tracks; one of each is used.",
            "Watch the clip once: is it the right one?",
        )
    return tuple(judge.findings)


def _picture_notes(judge: _Judge, picture: PictureTrack) -> None:
    if min(picture.width, picture.height) < 360:
        judge.say(
            "warning",
            "low-resolution",
            f"its picture is only {picture.width}x{picture.height}; it will look soft.",
            "Ask for the original file if this one came through a chat program.",
        )
    rate = picture.average_rate
    if rate and rate < 20:
        judge.say(
            "warning",
            "low-frame-rate",
            f"it has only {float(rate):.1f} pictures a second; movement will look jerky.",
            "Ask for the original file if there is one; else nothing.",
        )
    if rate and rate >= 100:
        judge.say(
            "warning",
            "slow-motion",
            f"it has {float(rate):.0f} pictures a second, as phones record slow motion.",
            "Watch the clip: does the speaker move and speak at normal speed?",
        )
    if picture.hdr:
        judge.say(
            "warning",
            "hdr-converted",
            f"it is HDR ({'HLG' if picture.transfer == 'hlg' else 'HDR10'}); its colours and "
            "highlights were brought to what every screen shows.",
            "Watch the clip: do faces and windows look natural?",
        )
    for code, message in _traits(picture):
        judge.say("info", code, message, "Nothing to do.")


def _traits(picture: PictureTrack) -> Iterator[tuple[Code, str]]:
    if picture.wanders:
        yield (
            "vfr",
            (
                "its frame rate wanders, as that of phones and browsers does; every frame is put at"
                " its own time."
            ),
        )
    width, height = picture.shown
    if height > width:
        yield "portrait", "it is an upright picture, as a phone takes it."
    if picture.interlaced:
        yield "interlaced", "it is interlaced; its half pictures are joined."
    if picture.sample_aspect != 1:
        yield "anamorphic", "its pixels are not square; the picture is stretched to its true shape."


def _sound_beside_picture(judge: _Judge, picture: PictureTrack, sound: SoundTrack) -> None:
    late, early = float(sound.start_s - picture.start_s), float(picture.end_s - sound.end_s)
    missing = [
        text
        for seconds, text in (
            (late, f"begins {late:.1f} s after its picture"),
            (early, f"ends {early:.1f} s before its picture"),
        )
        if seconds > APART_S
    ]
    if missing:
        judge.say(
            "warning",
            "audio-shorter",
            f"its sound {' and '.join(missing)}; there it is silent.",
            "Watch the clip: is something of the speech missing?",
        )
    if early < -APART_S:
        judge.say(
            "warning",
            "audio-longer",
            f"its sound goes on {-early:.1f} s after its last picture; that picture is held.",
            "Watch the end of the clip, or cut it with trim: in config.yaml.",
        )


def _sound_notes(judge: _Judge, sound: SoundTrack, probe: Probe) -> None:
    if sound.sample_rate < 16_000:
        judge.say(
            "warning",
            "low-sample-rate",
            f"its sound has only {sound.sample_rate} samples a second, as a telephone's; "
            "it will sound dull.",
            "Ask for the original file if there is one.",
        )
    holes = [(start, length) for start, length in sound.holes if length > LEAST_HOLE_S]
    if holes:
        start_s = probe.picture.start_s if probe.picture else sound.start_s
        at_ms = max(0, round((holes[0][0] - start_s) * 1000))
        missing_s = float(sum(length for _, length in holes))
        judge.say(
            "warning",
            "audio-gap",
            f"its sound breaks off {len(holes)} times, {missing_s:.1f} s in all, first at "
            f"{clock(at_ms)}; there it is silent.",
            "Listen there: is something of the speech missing?",
            at_ms,
        )


def survey_findings(
    survey: Survey, probe: Probe, speaker: Speaker, file: str
) -> tuple[Finding, ...]:
    """What decoding every picture and every sound showed."""
    judge = _Judge(speaker.id, file)
    heard = next(
        (
            track
            for track in survey.tracks
            if probe.sound and track.position == probe.sound.position
        ),
        None,
    )
    sound_lost = heard.errors / heard.packets if heard and heard.packets else 0.0
    pictures_lost = 0.0 if speaker.still or not probe.picture else _lost(survey, probe.picture)
    lost = max(pictures_lost, sound_lost)
    if lost > 0.02:
        what = "pictures" if pictures_lost >= sound_lost else "sound"
        return judge.error(
            "damaged", f"{lost:.0%} of its {what} cannot be decoded; the file is damaged.", AGAIN
        )
    if lost:
        judge.say(
            "warning",
            "damaged",
            f"{lost:.1%} of it cannot be decoded; the rest is used.",
            "Watch the clip from start to end; ask the speaker to send the file again.",
        )
    if len(survey.sizes) > 1 and not speaker.still:
        judge.say(
            "warning",
            "resolution-changes",
            f"its picture changes its size on the way ({', '.join(survey.sizes)}), as "
            "that of video calls does; each is fitted into the same frame.",
            "Watch the clip once.",
        )
    if (
        heard and probe.sound and heard.rms_db > QUIETEST_DB
    ):  # of a silent track all that would be said is that it is silent
        if probe.picture and not speaker.still:
            _sound_beside_picture(judge, probe.picture, probe.sound)
        _sound_notes(judge, probe.sound, probe)
        _level_notes(judge, heard)
    return tuple(judge.findings)


def settled(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Without warnings of what is an error as well: the probe may have seen a little of what
    decoding saw whole.
    """
    errors = {finding.code for finding in findings if finding.severity == "error"}
    return tuple(
        finding for finding in findings if finding.severity == "error" or finding.code not in errors
    )


def _lost(survey: Survey, picture: PictureTrack) -> float:
    """Share of pictures that are broken or, where the file is known to be broken, missing.

    In a whole file missing pictures mean nothing: VP8 and VP9 have packets that are not shown, a
    trimmed recording has pictures before its first, a screen recording waits for something to move.
    """
    broken, missing = survey.picture_errors + survey.pictures_concealed, 0.0
    if broken or survey.container_errors:
        gaps = picture.gaps
        usual = max(1, sorted(gaps)[len(gaps) // 2]) if gaps else 1
        missing = sum(gap / usual - 1 for gap in gaps if gap > 4 * usual)
        if picture.codec in _ALL_SHOWN:
            broken = max(broken, survey.picture_packets - survey.pictures)
    return (
        (broken + missing) / (survey.picture_packets + missing) if survey.picture_packets else 0.0
    )


def _level_notes(judge: _Judge, heard: Track) -> None:
    if heard.peak_db > 0.05 or heard.flatness > 3:
        judge.say(
            "warning",
            "clipped",
            "its sound is overdriven: its loudest moments were cut off when it was recorded.",
            "Listen to the clip; ask for another recording if it rasps.",
        )
    if abs(heard.offset) > 0.01:
        judge.say(
            "warning",
            "dc-offset",
            f"its sound lies {abs(heard.offset):.0%} off the middle (a fault of the sound card); "
            "that was taken out.",
            "Nothing to do; listen to the clip once.",
        )
