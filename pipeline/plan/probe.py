"""Reads what the probe said and judges it; without it a text file named .mp4 would reach the encoder.

``parse_probe`` gives the tracks we use, ``probe_findings`` what is wrong with them in a producer's words.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from pipeline.codes import Code
from pipeline.config import Limits
from pipeline.model import FileInput, Finding, PictureTrack, Probe, Recipe, Severity, SoundTrack
from pipeline.plan.outside import DECODERS, DEMUXERS
from pipeline.timing import clock

RESEND = "Ask the speaker to export the recording again as MP4 (H.264 and AAC) and to send it again."
SHORTEST_MS = 500
_MATRIX = {1: "bt709", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}


def plan_probe(recording: FileInput, speaker: str, tool_version: str) -> Recipe:
    """The recipe whose output probe.json ``parse_probe`` reads."""
    return Recipe(task=f"{speaker}: look at the recording", tool="probe", tool_version=tool_version,
                  arguments=(DEMUXERS, DECODERS), outputs=("probe.json",), inputs=(recording,), timeout_s=600)


def parse_probe(text: str) -> Probe:
    """The tracks we use out of probe.json: the first picture that is no cover art, and the default or first sound."""
    facts = json.loads(text)
    pictures = [found for found in facts["streams"]
                if found["type"] == "video" and not found["cover"] and found.get("packets")]
    sounds = [found for found in facts["streams"] if found["type"] == "audio"]
    heard = [found for found in sounds if found.get("packets")]
    sound = next((found for found in heard if found["default"]), heard[0] if heard else None)
    return Probe(
        container=facts.get("container", ""),
        start_s=Fraction(facts.get("start_us") or 0, 1_000_000),
        picture=_picture(pictures[0]) if pictures else None,
        sound=_sound(sound, sounds.index(sound)) if sound else None,
        extra_tracks=max(0, len(pictures) - 1) + max(0, len(heard) - 1),
    )


def probe_findings(text: str, limits: Limits, submission: str, file: str) -> tuple[Finding, ...]:
    """All that the probe alone can tell. An error among them means that the recording cannot be used."""
    facts = json.loads(text)
    probe = parse_probe(text)

    def found(severity: Severity, code: Code, message: str, remedy: str = RESEND) -> Finding:
        return Finding(severity, code, f"{file}: {message}", remedy, submission, file)

    if facts["bytes"] == 0:
        return (found("error", "empty-file", "the file is empty (0 bytes); nothing of the recording arrived.",
                      "Ask the speaker to send the recording again."),)
    if facts["bytes"] > limits.bytes:
        return (found("error", "too-large", f"the file has {facts['bytes'] / 2**30:.1f} GiB; "
                      f"{limits.bytes / 2**30:.1f} GiB is the most that is taken.",
                      "Ask for a smaller export, or raise limits.bytes in config.yaml."),)
    if not facts["streams"]:
        return (found("error", "not-a-video", f"this is not a video that can be read{_what_it_is(facts)}."),)
    errors = [finding for finding in (
        None if probe.picture else found(
            "error", "no-video", "there is no picture in it, only sound." if probe.sound else
            "there is neither picture nor sound in it.",
            "Ask the speaker for the recording with its picture."),
        None if probe.sound or not probe.picture else found(
            "error", "no-audio", "this video has no sound.", "Ask the speaker to export it again with sound."),
    ) if finding]
    return tuple(errors) or _size_findings(facts, probe, limits, found)


def _size_findings(facts: dict[str, Any], probe: Probe, limits: Limits, found: Any) -> tuple[Finding, ...]:
    picture = probe.picture
    assert picture is not None
    pixels = picture.width * picture.height
    if not pixels or picture.codec is None:
        return (found("error", "unsupported-video-codec", "the picture is in a format that cannot be decoded here."),)
    if pixels > limits.pixels:
        return (found("error", "too-many-pixels", f"its picture is {picture.width}x{picture.height}; "
                      f"{limits.pixels / 1e6:.1f} million pixels are the most that is taken.",
                      "Ask for an export of at most 3840x2160, or raise limits.pixels in config.yaml."),)
    if probe.duration_ms > limits.duration:
        return (found("error", "too-long", f"it lasts {clock(probe.duration_ms)}; {clock(limits.duration)} is the most "
                      "that is taken.", "Ask for a shorter recording, or raise limits.duration in config.yaml."),)
    if probe.duration_ms < SHORTEST_MS:
        return (found("error", "too-short", f"it lasts only {probe.duration_ms / 1000:.1f} s.",
                      "Ask the speaker to record the message again."),)
    notes = []
    if probe.duration_ms < 3000:
        notes.append(found("warning", "very-short", f"it lasts only {clock(probe.duration_ms)}.",
                           "Watch it: is this the whole message?"))
    if min(picture.width, picture.height) < 360:
        notes.append(found("warning", "low-resolution", f"its picture is only {picture.width}x{picture.height}; it "
                           "will look soft.", "Ask for the original file if this one came through a chat program."))
    if facts["error"]:
        notes.append(found("warning", "damaged", "the file could not be read to its end; what arrived is used.",
                           "Watch the end of the clip; ask the speaker to send the file again."))
    if probe.extra_tracks:
        notes.append(found("info", "extra-streams", "it has further picture or sound tracks; the first picture and "
                           "the default sound are used.", "Watch the clip once."))
    return tuple(notes)


def _picture(found: dict[str, Any]) -> PictureTrack:
    pts = tuple(found["pts"])
    usual = (pts[-1] - pts[0]) // max(1, len(pts) - 1)
    width, height = found["width"], found["height"]
    matrix = _MATRIX.get(found["matrix"]) or ("bt709" if max(width, height) >= 1280 or height >= 720 else "bt601")
    return PictureTrack(
        codec=found["codec"], width=width, height=height,
        sample_aspect=Fraction(found["sample_aspect"].replace(":", "/")) or Fraction(1),
        rotation=found.get("rotation", 0) % 360, matrix=matrix, interlaced=found.get("interlaced", False),
        time_base=Fraction(found["time_base"]), pts=pts,
        last_duration=found["last_duration"] if 0 < found["last_duration"] <= 4 * max(1, usual) else max(1, usual),
    )


def _sound(found: dict[str, Any], position: int) -> SoundTrack:
    time_base = Fraction(found["time_base"])
    return SoundTrack(position=position, codec=found["codec"], sample_rate=found["sample_rate"],
                      channels=found["channels"], start_s=found["first"] * time_base,
                      end_s=(found["last"] + found["last_duration"]) * time_base, packets=found["packets"])


_SIGNS = (
    (b"%PDF", "a PDF document"), (b"PK\x03\x04", "a zip archive or an office document"), (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"), (b"GIF8", "a picture (GIF)"), (b"#EXTM3U", "a playlist, not the video itself"),
    (b"<?xml", "a text file (XML)"), (b"{", "a text file"),
)


def _what_it_is(facts: dict[str, Any]) -> str:
    """What the first 512 bytes look like, as the end of a sentence."""
    head = bytes.fromhex(facts["head"])
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "; it is a saved web page"
    for sign, name in _SIGNS:
        if start.startswith(sign):
            return f"; it is {name}"
    if b"ftyp" in head[:64]:
        return "; it begins like a video, but its index is missing: the upload or the recording broke off"
    printable = sum(32 <= byte < 127 or byte in b"\t\r\n" or byte >= 0xC2 for byte in head)
    return "; it is a text file" if head and printable == len(head) else ""
