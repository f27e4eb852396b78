"""Finds which file belongs to whom; without it a producer would have to write every file name into
config.yaml.

Works on the names that lie in inputs/ and inputs/captions/, not on the files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import langcodes

from pipeline.config import Config, Speaker
from pipeline.findings import Finding
from pipeline.model import Submission
from pipeline.plan import outside

MEDIA = outside.ENDINGS
SCRIPTS = (".txt", ".md", ".docx")
MENDED = ".mended"
"""End of the name, before its ending, of a mended copy of a caption file: to be looked at, not used
by itself.
"""
CAPTIONS = (".srt", ".vtt")
WORDINGS = (".docx", ".txt")
"""Corrected wording without times, in inputs/captions/ as well; a file with times goes before it.
"""


def take_in(
    config: Config, names: Sequence[str], caption_names: Sequence[str]
) -> tuple[tuple[tuple[Submission, tuple[Finding, ...]], ...], tuple[Finding, ...]]:
    """Each speaker's submission with what is wrong with it, in the order of config.yaml, and files
    that are nobody's.
    """
    taken = tuple(_submission(speaker, names, caption_names) for speaker in config.speakers)
    used = {
        name
        for submission, _ in taken
        for name in (submission.recording, submission.script)
        if name
    }
    used |= {
        speaker_file
        for speaker in config.speakers
        for speaker_file in _recordings(speaker.id, names)
    }
    nobodys = tuple(
        Finding(
            "warning",
            "nobodys-file",
            f"inputs/{name} belongs to no speaker and is not used.",
            f"Take it in with `perspectives add inputs/{name} --id ID`, or name it after a"
            " speaker's id.",
            file=name,
        )
        for name in names
        if name not in used and _ending(name) in MEDIA
    )
    return taken, (*nobodys, *_nobodys_captions(config, taken, names, caption_names))


def id_from(text: str) -> str:
    """A speaker's id made of a name or a file name: small letters, digits and hyphens."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.translate(_NO_ACCENT))
        if not unicodedata.combining(letter)
    )
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "speaker"


# fmt: off
_NO_ACCENT = str.maketrans(
    {
        "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ß": "ss", "æ": "ae", "Æ": "ae",
        "œ": "oe", "Œ": "oe", "ı": "i", "þ": "th", "Þ": "th", "ð": "d", "Ð": "d",
    }
)
# fmt: on
"""Letters that are one piece and do not come apart into a letter and an accent."""


def _nobodys_captions(
    config: Config,
    taken: Sequence[tuple[Submission, tuple[Finding, ...]]],
    names: Sequence[str],
    caption_names: Sequence[str],
) -> tuple[Finding, ...]:
    """Caption files that would be passed over in silence, with a person's corrections in them."""
    used = {name for submission, _ in taken for name in submission.captions.values()}
    example = f"{config.speakers[0].id}.{config.speakers[0].language}.srt"
    unused = [
        f"inputs/captions/{name}"
        for name in caption_names
        if name not in used
        and _ending(name) in (*CAPTIONS, *WORDINGS)
        and not _stem(name).endswith(MENDED)
    ]
    misplaced = [f"inputs/{name}" for name in names if _ending(name) in CAPTIONS]
    return tuple(
        Finding(
            "warning",
            "nobodys-file",
            f"{path}: these captions are not used.",
            "A caption file lies in inputs/captions/ and is "
            f"named after a speaker's id and its language, one file for each: {example}.",
            file=path.rsplit("/", 1)[-1],
        )
        for path in [*unused, *misplaced]
    )


def _submission(
    speaker: Speaker, names: Sequence[str], caption_names: Sequence[str]
) -> tuple[Submission, tuple[Finding, ...]]:
    findings: list[Finding] = []
    recording = _recording(speaker, names, findings)
    script = _script(speaker, names, findings)
    captions: dict[str, str] = {}
    for name in sorted(caption_names, key=lambda name: (_ending(name) in WORDINGS, name)):
        found = re.fullmatch(
            r"(.+)\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\.(?:srt|vtt|docx|txt)", name, re.I
        )
        if found and _same(found[1], speaker.id) and langcodes.tag_is_valid(found[2]):
            captions.setdefault(langcodes.standardize_tag(found[2]), name)
    return Submission(
        speaker.id, recording, script, captions, _still(speaker, names, findings)
    ), tuple(findings)


def _recording(speaker: Speaker, names: Sequence[str], findings: list[Finding]) -> str | None:
    if speaker.video:
        named = _named(speaker.video, names)
        if named:
            return named[0]
        findings.append(
            Finding(
                "error",
                "missing",
                f"{speaker.name}: inputs/{speaker.video} is not there.",
                "Put the recording there, or correct video: in config.yaml.",
                speaker.id,
                speaker.video,
            )
        )
        return None
    found = _recordings(speaker.id, names)
    if len(found) == 1:
        return found[0]
    if found:
        findings.append(
            Finding(
                "error",
                "two-recordings",
                f"{speaker.name}: there are {len(found)} recordings for one speaker: "
                f"{', '.join(found)}.",
                f"Say which one with `video: {found[0]}` under {speaker.id} in config.yaml, or take"
                " the other one out of inputs/.",
                speaker.id,
                found[0],
            )
        )
    else:
        findings.append(
            Finding(
                "error",
                "missing",
                f"{speaker.name}: no recording has come in yet.",
                f"Take it in with `perspectives add FILE --id {speaker.id}`.",
                speaker.id,
            )
        )
    return None


def _script(speaker: Speaker, names: Sequence[str], findings: list[Finding]) -> str | None:
    wanted = (
        _named(speaker.script, names)
        if speaker.script
        else [name for name in names if _same(_stem(name), speaker.id) and _ending(name) in SCRIPTS]
    )
    if speaker.script and not wanted:
        findings.append(
            Finding(
                "warning",
                "script-missing",
                f"{speaker.name}: inputs/{speaker.script} is not there; "
                "captions are made from the sound alone.",
                "Put the script there, or correct script: in config.yaml.",
                speaker.id,
                speaker.script,
            )
        )
    if len(wanted) > 1:
        findings.append(
            Finding(
                "warning",
                "two-scripts",
                f"{speaker.name}: there are {len(wanted)} scripts: "
                f"{', '.join(wanted)}; {wanted[0]} is used.",
                f"Say which one with script: under {speaker.id} in config.yaml.",
                speaker.id,
                wanted[0],
            )
        )
    return wanted[0] if wanted else None


def _still(speaker: Speaker, names: Sequence[str], findings: list[Finding]) -> str | None:
    found = _named(speaker.still, names) if speaker.still else []
    if speaker.still and not found:
        findings.append(
            Finding(
                "error",
                "missing",
                f"{speaker.name}: inputs/{speaker.still} is not there.",
                "Put the photo there, or correct still: in config.yaml.",
                speaker.id,
                speaker.still,
            )
        )
    return found[0] if found else None


def _named(wanted: str, names: Sequence[str]) -> list[str]:
    """The file that config.yaml names; one that differs in capitals or in how accents are written
    where there is none.
    """
    return [wanted] if wanted in names else [name for name in names if _same(name, wanted)]


def _recordings(speaker_id: str, names: Sequence[str]) -> list[str]:
    return sorted(
        name for name in names if _same(_stem(name), speaker_id) and _ending(name) in MEDIA
    )


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0]


def _ending(name: str) -> str:
    return "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""


def _same(one: str, other: str) -> bool:
    """Whether two names are one on any computer: Macs take accents apart, Windows ignores capitals."""
    return (
        unicodedata.normalize("NFC", one).casefold()
        == unicodedata.normalize("NFC", other).casefold()
    )
