"""Judges a recording by probe and survey; without it a hole in a file would be found on air.

Every finding is a sentence of our own: a decoder says "moov atom not found" of a web page, a PDF
and half an upload alike. Thresholds are those of the list of codes in docs/errors.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from pipeline.config import Limits, Speaker
from pipeline.findings import About, Finding
from pipeline.model import PictureTrack, Probe, SoundClock, SoundTrack
from pipeline.plan.sniff import Kind, looks_like, unopened
from pipeline.plan.survey import QUIETEST_DB, Survey, Track
from pipeline.timing import clock, moment

RESEND = (
    "Ask the speaker to export the recording again as MP4 (H.264 and AAC) and to send it again."
)
AGAIN = "Ask the speaker to send the file again."
WATCH_END = "Watch the end of the clip; ask the speaker to send the file again."
_WITH_SOUND = (
    "Ask the speaker to export it again with sound; or, if it is meant to be silent, write"
    " `allow_silent: true` under {} in config.yaml."
)
_WITHOUT_DOLBY = (
    "Ask the speaker to export it as SDR (MP4, H.264), or to record again with HDR switched off."
)
SHORTEST_MS = 500
"""EBU R 128 needs 0.4 s of sound to measure it."""
SHORT_MS = 3_000
"""A message of less is more likely a start by mistake."""
LONGEST_HOLD_S = 600
"""No picture stands for 10 minutes in a message of half an hour: its clock is broken."""
FASTEST_RATE = 480
"""Pictures a second; phones record slow motion at 240."""
APART_S = 0.5
"""Sound and picture that begin or end this far apart are worth a look."""
LEAST_HOLE_S = 0.2
STRAYED_S = 0.05
"""What was put right of a sound's clock is said from here on."""
LEAST_DRIFT = 0.0005
MOST_LOST = 0.02
"""Share of pictures or sound that cannot be decoded in a recording that is still used."""
_IN_8_BITS = ("pcm_u8", "pcm_s8", "pcm_mulaw", "pcm_alaw")
_ALL_SHOWN = ("h264", "hevc", "mpeg4", "mpeg2video", "mpeg1video")
"""Codecs in which every packet becomes a picture on screen."""


def sight_findings(
    size: int, head: bytes, limits: Limits, speaker: Speaker, file: str
) -> tuple[Finding, ...]:
    """Why a recording cannot be used, as far as its size in bytes and its beginning say: they are
    looked at before it is read, which may take half an hour.
    """
    about = About(speaker.id, file, f"{file}: ")
    if size == 0:
        said = "the file is empty (0 bytes); nothing of the recording arrived."
        return (about.error("empty-file", said, AGAIN),)
    if refused := size_findings(size, limits, speaker, file):
        return refused
    kind = looks_like(head)
    return (_of_another_kind(about, kind),) if kind else ()


def size_findings(size: int, limits: Limits, speaker: Speaker, file: str) -> tuple[Finding, ...]:
    """That a file is larger than ``limits.bytes``."""
    if size <= limits.bytes:
        return ()
    about = About(speaker.id, file, f"{file}: ")
    has, most = (f"{count / 2**30:.1f} GiB" for count in (size, limits.bytes))
    said = f"the file has {has}; {most} is the most that is taken."
    remedy = "Ask for a smaller export, or raise limits.bytes in config.yaml."
    return (about.error("too-large", said, remedy),)


def probe_findings(
    facts: dict[str, Any], probe: Probe, limits: Limits, speaker: Speaker, file: str
) -> tuple[Finding, ...]:
    """All that the probe alone can tell; an error means that the recording cannot be used."""
    about = About(speaker.id, file, f"{file}: ")
    error = next(_errors(about, facts, probe, limits, speaker), None)
    if error:
        return (error,)
    return tuple(_notes(about, facts, probe, speaker))


def _errors(
    about: About, facts: dict[str, Any], probe: Probe, limits: Limits, speaker: Speaker
) -> Iterator[Finding]:
    """Why it cannot be used, the plainest reason first.

    Whoever asks takes the first and stops: what is looked at later relies on what came before.
    """
    yield from _no_recording(about, facts)
    yield from _no_track(about, facts, probe, speaker)
    yield from _out_of_bounds(about, probe, limits)
    yield from _cut_off(about, facts, probe)


def _no_recording(about: About, facts: dict[str, Any]) -> Iterator[Finding]:
    streams = facts["streams"]
    if facts["protected"] or any(stream["encrypted"] for stream in streams):
        yield about.error(
            "encrypted",
            "the recording is encrypted (copy protection); it cannot be opened without its key.",
            "Ask the speaker for the recording itself, not a download from a streaming service.",
        )
    kind = None if streams else unopened(facts["boxes"])
    if kind:
        yield _of_another_kind(about, kind)
    if not any(stream["type"] in ("video", "audio") for stream in streams):
        yield about.error("not-a-video", "this is not a video that can be read.", RESEND)
    if facts["broke_off"] == "too many":
        said = "it is cut into more pieces than a recording of its length can have"
        yield about.error("too-many-packets", f"{said}; it was not read to its end.", RESEND)


def _of_another_kind(about: About, kind: Kind) -> Finding:
    if kind.code == "not-a-video":
        said = f"this is not a video that can be read; it is {kind.name}."
        return about.error("not-a-video", said, RESEND)
    itself = kind.code in ("playlist", "still-image")
    remedy = "Ask the speaker for the video itself." if itself else RESEND
    return about.error(kind.code, f"this is {kind.name}.", remedy)


def _no_track(
    about: About, facts: dict[str, Any], probe: Probe, speaker: Speaker
) -> Iterator[Finding]:
    pictures, sounds = (
        [stream for stream in facts["streams"] if stream["type"] == kind and not stream["cover"]]
        for kind in ("video", "audio")
    )
    if pictures and not any(stream.get("packets") for stream in (*pictures, *sounds)):
        if (facts.get("declared_us") or 0) > 0:
            said = "only its index arrived, nothing of the recording itself."
            yield about.error("truncated", said, AGAIN)
        said = "there is no recording in it, only the description of one."
        yield about.error("no-media", said, AGAIN)
    if not pictures and not speaker.still:
        yield about.error(
            "no-video",
            "there is no picture in it, only sound.",
            "Ask the speaker for the recording with its picture; or show the sound over a photo:"
            f" `still: photo.jpg` under {speaker.id} in config.yaml.",
        )
    if not speaker.still and not any(stream.get("packets") for stream in pictures):
        said = "its track of pictures is empty: nothing was recorded into it."
        yield about.error("no-video", said, RESEND)
    if probe.picture is None and not speaker.still:
        said = f"the picture is in a format{_named(pictures)} that cannot be decoded here."
        yield about.error("unsupported-video-codec", said, RESEND)
    if probe.sound is None and (speaker.still or not speaker.allow_silent):
        if sounds and not any(stream.get("packets") for stream in sounds):
            said = "its sound track is empty: nothing was recorded into it."
            yield about.error("no-audio", said, _WITH_SOUND.format(speaker.id))
        if sounds:
            said = f"the sound is in a format{_named(sounds)} that cannot be decoded here."
            yield about.error("unsupported-audio-codec", said, RESEND)
        yield about.error("no-audio", "this video has no sound.", _WITH_SOUND.format(speaker.id))


def _named(streams: list[dict[str, Any]]) -> str:
    """The codecs that are not opened, as ffmpeg calls them, for whoever exports it again; "" where
    that is not the reason, or it knows no name.
    """
    closed = [stream["codec"] for stream in streams if not stream["decodable"] and stream["codec"]]
    return f" ({', '.join(dict.fromkeys(closed))})" if closed else ""


def _out_of_bounds(about: About, probe: Probe, limits: Limits) -> Iterator[Finding]:
    picture, sound = probe.picture, probe.sound
    if picture and picture.width * picture.height > limits.pixels:
        yield about.error(
            "too-many-pixels",
            f"its picture is {picture.width}x{picture.height}; {limits.pixels / 1e6:.1f} million"
            " pixels are the most that is taken.",
            "Ask for an export of at most 3840x2160, or raise limits.pixels in config.yaml.",
        )
    if sound and not (8_000 <= sound.sample_rate <= 192_000 and 1 <= sound.channels <= 16):
        said = f"its sound has {sound.sample_rate} samples a second in {sound.channels} channels"
        yield about.error("bad-audio", f"{said}; 8000 to 192000 in 1 to 16 can be used.", RESEND)
    for fault in _faults_of_clock(probe):
        yield about.error("timestamps", f"its clock is broken: {fault}.", RESEND)
    if probe.duration_ms > limits.duration:
        lasts, most = clock(probe.duration_ms), clock(limits.duration)
        yield about.error(
            "too-long",
            f"it lasts {lasts}; {most} is the most that is taken.",
            "Ask for a shorter recording, or raise limits.duration in config.yaml.",
        )
    shown_ms = probe.duration_ms
    if picture:
        shown_ms = min(shown_ms, round((picture.end_s - picture.start_s) * 1000))
    if shown_ms < SHORTEST_MS:
        remedy = "Ask the speaker to record the message again."
        yield about.error("too-short", f"it lasts only {clock(shown_ms)}.", remedy)


def _faults_of_clock(probe: Probe) -> Iterator[str]:
    picture, sound = probe.picture, probe.sound
    if picture and len(picture.pts) >= 3:
        yield from _faults_of_pictures(picture)
    if picture and sound and abs(sound.start_s - picture.start_s) > LONGEST_HOLD_S:
        yield "sound and picture lie more than 10 minutes apart"
    if sound and any(length > LONGEST_HOLD_S for _, length in sound.holes):
        yield "the sound has a hole of more than 10 minutes"


def _faults_of_pictures(picture: PictureTrack) -> Iterator[str]:
    count = len(picture.pts)
    if len(set(picture.pts)) < count / 2:
        yield "most of its pictures are to be shown at one and the same time"
    span_s = (picture.pts[-1] - picture.pts[0]) * picture.time_base
    if (count - 1) / span_s > FASTEST_RATE:
        yield f"{count} pictures are squeezed into {float(span_s):.2f} s"
    longest_s = max(picture.gaps) * picture.time_base
    if longest_s > LONGEST_HOLD_S:
        yield f"one picture is to be shown for {clock(round(longest_s * 1000))}"


def _cut_off(about: About, facts: dict[str, Any], probe: Probe) -> Iterator[Finding]:
    got_s, declared_s = _arrived(facts, probe)
    if got_s >= 0.95 * declared_s or declared_s - got_s <= 0.3:
        return
    got, whole = _length(got_s), _length(declared_s)
    if facts["broke_off"]:
        said = f"it can be read for {got} of its {whole}; there the file is damaged."
        yield about.error("damaged", said, AGAIN)
    said = f"only {got} of {whole} arrived; the rest of the file is missing."
    yield about.error("truncated", said, AGAIN)


def _arrived(facts: dict[str, Any], probe: Probe) -> tuple[float, float]:
    """Seconds that are there, and seconds that the file says of itself (0: it says nothing).

    Captions and data that arrived count as well. Both from the recording's start: what is written
    down counts from the clock's zero, also where that lies before it.
    """
    tracks = [track for track in (probe.picture, *probe.sounds) if track]
    ends = [
        stream["end"] * Fraction(stream["time_base"])
        for stream in facts["streams"]
        if stream.get("end") is not None
    ]
    start = probe.start_s
    if facts.get("start_us") is None:
        start = min(track.start_s for track in tracks)
    got = max([track.end_s for track in tracks] + ends) - start
    declared = Fraction(facts.get("declared_us") or 0, 1_000_000)
    if _all_listed(facts):
        declared = Fraction(0)
    elif not any(name in _LAST_LESS_FIRST for name in probe.container.split(",")):
        declared -= max(Fraction(0), start)
    return float(got), float(max(Fraction(0), declared))


_LAST_LESS_FIRST = ("mpegts", "mpeg", "ogg")
"""Containers that write no length down: ffmpeg takes the last time in them less the first."""


def _all_listed(facts: dict[str, Any]) -> bool:
    """Whether all arrived that the index of an MP4 or QuickTime file lists, track by track.

    Then nothing is missing, whatever length it says: an edit list may go on past the media. Of a
    file in fragments the index is known in pieces.
    """
    listed = [stream for stream in facts["streams"] if stream["listed"]]
    whole = "moov" in facts["boxes"] and "moof" not in facts["boxes"]
    return whole and all(
        stream.get("packets", 0) + stream.get("hidden", 0) >= stream["listed"] for stream in listed
    )


def _length(seconds: float | Fraction) -> str:
    return clock(round(seconds * 1000))


# --- what is worth a look in a recording that can be used -----------------------------------------


def _notes(
    about: About, facts: dict[str, Any], probe: Probe, speaker: Speaker
) -> Iterator[Finding]:
    if probe.duration_ms < SHORT_MS:
        said = f"it lasts only {clock(probe.duration_ms)}."
        yield about.warning("very-short", said, "Watch it: is this the whole message?")
    if probe.picture and not speaker.still:
        yield from _notes_on_picture(about, probe.picture)
        yield from _traits(about, probe.picture)
    got_s, declared_s = _arrived(facts, probe)
    if declared_s - got_s > 0.1 and got_s < 0.99 * declared_s:
        said = f"{_length(got_s)} of {_length(declared_s)} arrived; the end may be missing."
        yield about.warning("truncated", said, WATCH_END)
    elif facts["broke_off"] or facts["error"]:
        said = "the file could not be read to its end; what arrived is used."
        yield about.warning("damaged", said, WATCH_END)
    if probe.extra_tracks:
        said = "it has further tracks of pictures; one is shown."
        yield about.warning("extra-streams", said, "Watch the clip once: is it the right one?")


def _notes_on_picture(about: About, picture: PictureTrack) -> Iterator[Finding]:
    if min(picture.width, picture.height) < 360:
        yield about.warning(
            "low-resolution",
            f"its picture is only {picture.width}x{picture.height}; it will look soft.",
            "Ask for the original file if this one came through a chat program.",
        )
    rate = float(picture.average_rate)
    if 0 < rate < 20:
        yield about.warning(
            "low-frame-rate",
            f"it has only {rate:.1f} pictures a second; movement will look jerky.",
            "Ask for the original file if there is one; else nothing.",
        )
    if rate >= 100:
        yield about.warning(
            "slow-motion",
            f"it has {rate:.0f} pictures a second, as phones record slow motion.",
            "Watch the clip: does the speaker move and speak at normal speed?",
        )
    if picture.hdr:
        kind = "HLG" if picture.transfer == "hlg" else "HDR10"
        yield about.warning(
            "hdr-converted",
            f"it is HDR ({kind}); its colours and highlights were brought to what every screen"
            " shows.",
            "Watch the clip: do faces and windows look natural?",
        )


def _traits(about: About, picture: PictureTrack) -> Iterator[Finding]:
    nothing = "Nothing to do."
    if picture.wanders:
        said = "its frame rate wanders, as that of phones and browsers does"
        yield about.note("vfr", f"{said}; every frame is put at its own time.", nothing)
    width, height = picture.shown
    if height > width:
        yield about.note("portrait", "it is an upright picture, as a phone takes it.", nothing)
    if picture.interlaced:
        yield about.note("interlaced", "it is interlaced; its half pictures are joined.", nothing)
    if picture.sample_aspect != 1:
        said = "its pixels are not square; the picture is stretched to its true shape."
        yield about.note("anamorphic", said, nothing)


# --- what decoding showed -------------------------------------------------------------------------


def survey_findings(
    survey: Survey, probe: Probe, speaker: Speaker, file: str
) -> tuple[Finding, ...]:
    """What decoding every picture and every sound showed."""
    about = About(speaker.id, file, f"{file}: ")
    heard = _heard(survey, probe.sound)
    picture = None if speaker.still else probe.picture
    if picture and survey.dolby_alone:
        said = (
            "its picture is Dolby Vision of a kind (profile 5) whose colours Dolby's players alone"
            " show; anywhere else it is green and violet."
        )
        return (about.error("unsupported-video-codec", said, _WITHOUT_DOLBY),)
    sound_lost = heard.errors / heard.packets if heard and heard.packets else 0.0
    pictures_lost = _lost(survey, picture) if picture else 0.0
    lost = max(pictures_lost, sound_lost)
    if lost > MOST_LOST:
        what = "pictures" if pictures_lost >= sound_lost else "sound"
        said = f"{lost:.0%} of its {what} cannot be decoded; the file is damaged."
        return (about.error("damaged", said, AGAIN),)
    findings: list[Finding] = []
    if lost:
        findings.append(_damage(about, lost, survey.damaged_s, probe))
    if len(survey.sizes) > 1 and not speaker.still:
        said = (
            f"its picture changes its size on the way ({', '.join(survey.sizes)}), as that of"
            " video calls does; each is fitted into the same frame"
            f"{', with what its container would cut off' if survey.cropped else ''}."
        )
        remedy = "Watch the clip once."
        if survey.cropped:
            remedy += f" What should not be seen is cut off with crop: under {speaker.id}."
        findings.append(about.warning("resolution-changes", said, remedy))
    # of a silent track all that would be said is that it is silent
    if probe.sound and heard and heard.rms_db > QUIETEST_DB:
        findings.extend(_notes_on_sound(about, probe.sound, picture, probe))
        findings.extend(_broken(about, heard, picture or probe.sound))
        findings.extend(() if heard.broken_s else _notes_on_level(about, heard, probe.sound))
    return tuple(findings)


def _damage(about: About, lost: float, at_s: float | None, probe: Probe) -> Finding:
    """That a little of a recording cannot be decoded, and from when on."""
    first, at_ms = probe.picture or probe.sound, None
    if at_s is not None and first:
        at_ms = max(0, round((at_s - float(first.start_s)) * 1000))
    where = f", first at {moment(at_ms)}" if at_ms is not None else ""
    said = f"{lost:.1%} of it cannot be decoded{where}; the rest is used."
    remedy = "Watch the clip from start to end; ask the speaker to send the file again."
    return about.warning("damaged", said, remedy, at_ms)


def unseen_damage(speaker: Speaker, file: str, at_ms: int) -> Finding:
    """That something of a recording could not be decoded which only its building came to."""
    return About(speaker.id, file, f"{file}: ").warning(
        "damaged",
        f"a piece of it cannot be decoded, in the seconds after {moment(at_ms)}; the last picture"
        " before it is held.",
        "Watch the clip there; ask the speaker to send the file again.",
        at_ms,
    )


def _broken(about: About, heard: Track, first: PictureTrack | SoundTrack) -> Iterator[Finding]:
    """That values in a sound are none, and from which second of the message on."""
    if not heard.broken_s:
        return
    at_ms = max(0, round((heard.broken_s[0] - float(first.start_s)) * 1000))
    count = len(heard.broken_s)
    where = f"at {moment(at_ms)}" if count == 1 else f"in {count} seconds, first at {moment(at_ms)}"
    yield about.warning(
        "broken-samples",
        f"its sound has values that are none (no numbers, or far beyond full scale) {where}; they"
        " were silenced, each for itself.",
        "Listen there: does it click? Then ask for another export.",
        at_ms,
    )


def _heard(survey: Survey, sound: SoundTrack | None) -> Track | None:
    """What decoding showed of the track that is heard."""
    position = sound.position if sound else None
    return next((track for track in survey.tracks if track.position == position), None)


def _lost(survey: Survey, picture: PictureTrack) -> float:
    """Share of pictures that are broken or, where the file is known to be broken, missing.

    In a whole file missing pictures mean nothing: VP8 and VP9 have packets that are not shown, a
    trimmed recording has pictures before its first, a screen recording waits for something to move.
    """
    if not survey.picture_packets:
        return 0.0
    broken, missing = survey.picture_errors + survey.pictures_concealed, 0.0
    if broken or survey.container_errors:
        gaps = picture.gaps
        usual = max(1, sorted(gaps)[len(gaps) // 2]) if gaps else 1
        missing = sum(gap / usual - 1 for gap in gaps if gap > 4 * usual)
        if picture.codec in _ALL_SHOWN:
            broken = max(broken, survey.picture_packets - picture.hidden - survey.pictures)
    return (broken + missing) / (survey.picture_packets + missing)


def _notes_on_sound(
    about: About, sound: SoundTrack, picture: PictureTrack | None, probe: Probe
) -> Iterator[Finding]:
    if picture:
        yield from _sound_beside_picture(about, picture, sound)
    if sound.clock and sound.clock.put_right_s > STRAYED_S:
        yield _clock_put_right(about, sound.clock)
    if sound.sample_rate < 16_000:
        yield about.warning(
            "low-sample-rate",
            f"its sound has only {sound.sample_rate} samples a second, as a telephone's; it will"
            " sound dull.",
            "Ask for the original file if there is one.",
        )
    holes = [(start, length) for start, length in sound.holes if length > LEAST_HOLE_S]
    if holes:
        first_s = probe.picture.start_s if probe.picture else sound.start_s
        at_ms = max(0, round((holes[0][0] - first_s) * 1000))
        missing = _length(sum((length for _, length in holes), Fraction(0)))
        often = f"breaks off {len(holes)} times, {missing} in all, first at {moment(at_ms)}"
        if len(holes) == 1:
            often = f"breaks off for {missing} at {moment(at_ms)}"
        yield about.warning(
            "audio-gap",
            f"its sound {often}; there it is silent.",
            "Listen there: is something of the speech missing?",
            at_ms,
        )


def _clock_put_right(about: About, clock: SoundClock) -> Finding:
    kind = "wander"
    if abs(clock.drift) >= LEAST_DRIFT:
        pace = "slow" if clock.drift > 0 else "fast"
        kind = f"run {abs(clock.drift):.2%} too {pace}"
    said = (
        f"the times of its sound {kind} against its picture, by up to {clock.put_right_s:.2f} s;"
        " the sound was stretched to stay in step."
    )
    return about.note("sound-clock", said, "Nothing to do.")


def _sound_beside_picture(
    about: About, picture: PictureTrack, sound: SoundTrack
) -> Iterator[Finding]:
    late_s, early_s = sound.start_s - picture.start_s, picture.end_s - sound.end_s
    missing = []
    if late_s > APART_S:
        missing.append(f"begins {_length(late_s)} after its picture")
    if early_s > APART_S:
        missing.append(f"ends {_length(early_s)} before its picture")
    if missing:
        said = f"its sound {' and '.join(missing)}; there it is silent."
        remedy = "Watch the clip: is something of the speech missing?"
        yield about.warning("audio-shorter", said, remedy)
    if early_s < -APART_S:
        yield about.warning(
            "audio-longer",
            f"its sound goes on {_length(-early_s)} after its last picture; that picture is held.",
            "Watch the end of the clip, or cut it with trim: in config.yaml.",
        )


def _notes_on_level(about: About, heard: Track, sound: SoundTrack) -> Iterator[Finding]:
    # In coarse steps neighbouring values are one, without anything being cut off.
    coarse = sound.codec in _IN_8_BITS and heard.peak_db < -1
    # Floating point goes over full scale without anything being cut off.
    over = heard.peak_db > 0.05 and not sound.codec.startswith("pcm_f")
    if over or (heard.flatness > 3 and not coarse):
        yield about.warning(
            "clipped",
            "its sound is overdriven: its loudest moments were cut off when it was recorded.",
            "Listen to the built clip; ask for another recording if it rasps.",
        )
    if abs(heard.offset) > 0.01:
        yield about.warning(
            "dc-offset",
            f"its sound lies {abs(heard.offset):.0%} off the middle (a fault of the sound card);"
            " that was taken out.",
            "Listen to the built clip once.",
        )


def settled(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Without warnings of what is an error as well.

    The probe may have seen a little of what decoding saw whole.
    """
    errors = {finding.code for finding in findings if finding.severity == "error"}
    return tuple(
        finding for finding in findings if finding.severity == "error" or finding.code not in errors
    )
