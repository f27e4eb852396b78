"""Finds which file belongs to whom; without it every file name would be typed into config.yaml.

Works on the names that lie in inputs/ and inputs/captions/, not on the files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.captions.words.tags import standard
from pipeline.config import Config, Speaker
from pipeline.findings import About, Finding
from pipeline.model import Submission
from pipeline.plan import beside, outside
from pipeline.plan.introductions import introduction_findings, not_introduced

MEDIA = outside.ENDINGS
SCRIPTS = (".txt", ".md", ".docx")
MENDED, CARRIED = ".mended", ".carried"
"""How the name of a mended copy of a caption file ends, and of one that was carried onto another
recording: to be looked at, not used by itself.
"""
CAPTIONS = (".srt", ".vtt")
WORDINGS = (".docx", ".txt")
"""Corrected wording without times, in inputs/captions/ as well; a file with times goes before it.
"""

_CAPTION_NAME = re.compile(
    r"(.+)\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\.(?:srt|vtt|docx|txt)", re.IGNORECASE
)
"""``ID.LANG.ENDING``."""


def take_in(
    config: Config, names: Sequence[str], caption_names: Sequence[str]
) -> tuple[tuple[tuple[Submission, tuple[Finding, ...]], ...], tuple[Finding, ...]]:
    """Each speaker's submission with what is wrong with it, and what is said of nobody's files.

    Submissions are in the order of config.yaml.
    """
    everything = _Names(tuple(names))
    intros = _introductions(config, everything)
    others = _Names(tuple(name for name in names if name not in intros))
    almost = _almost(config, others)
    captions = _captions(caption_names)
    sent = [_submission(speaker, others, captions, almost) for speaker in config.speakers]
    taken = tuple(
        _with_introduction(config, speaker, one, everything, captions)
        for speaker, one in zip(config.speakers, sent, strict=True)
    )
    submissions = [submission for submission, _ in taken]
    recordings = _nobodys_recordings(config, submissions, everything, intros, almost)
    return taken, (*recordings, *_nobodys_captions(config, submissions, names, caption_names))


@dataclass(frozen=True)
class _Names:
    """What lies in a folder, ``every`` name in its order; those of one speaker among hundreds are
    found without going through all of them.
    """

    every: tuple[str, ...]

    def named(self, wanted: str) -> list[str]:
        """The file that config.yaml names.

        Where there is none, those that differ from it in capitals or in how accents are written.
        """
        alike = self._whole.get(beside.folded(wanted), [])
        return [wanted] if wanted in alike else alike

    def stems(self, stem: str) -> list[str]:
        """Those that are ``stem`` with one ending."""
        return self._by_stem.get(beside.folded(stem), [])

    def carrying(self, speaker_id: str) -> list[str]:
        """Those that ``beside.carries`` holds for: an id has no dot in it."""
        return self._by_first.get(beside.folded(speaker_id), [])

    @cached_property
    def _whole(self) -> Mapping[str, list[str]]:
        return self._grouped(lambda name: name)

    @cached_property
    def _by_stem(self) -> Mapping[str, list[str]]:
        return self._grouped(_stem)

    @cached_property
    def _by_first(self) -> Mapping[str, list[str]]:
        return self._grouped(beside.first_of)

    def _grouped(self, by: Callable[[str], str]) -> Mapping[str, list[str]]:
        groups: dict[str, list[str]] = {}
        for name in self.every:
            groups.setdefault(beside.folded(by(name)), []).append(name)
        return groups


def captions_name(submission: Submission, language: str) -> str:
    """The name of the caption file that is worked on: the one that is there, if it has times."""
    own = submission.captions.get(language, "")
    return own if _ending(own) in CAPTIONS else f"{submission.id}.{language}.srt"


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


def _nobodys_recordings(
    config: Config,
    submissions: Sequence[Submission],
    names: _Names,
    intros: Collection[str],
    almost: Mapping[str, str],
) -> Iterator[Finding]:
    used = {submission.recording for submission in submissions}
    used |= {submission.script for submission in submissions}
    used |= set(intros)
    for speaker in config.speakers:
        used |= set(_recordings(speaker.id, names))
    waiting = [one.id for one in submissions if one.recording is None]
    theirs = {name for speaker in waiting for name in names.carrying(speaker)}
    for name in names.every:
        if name in used or almost.get(name) in waiting:
            continue
        if _ending(name) in MEDIA:
            yield _nobodys_recording(name, almost.get(name))
        elif name not in theirs:
            yield from _passed_over(config, name, waiting)


def _nobodys_recording(name: str, perhaps: str | None) -> Finding:
    """A recording that nobody's id names; ``perhaps`` is the speaker whose it nearly does."""
    path = beside.in_shell(f"inputs/{name}")
    said, remedy = "belongs to no speaker and is not used", ", or name it after a speaker's id"
    if perhaps:
        said, remedy = f"is not used; it may be a newer recording of {perhaps}'s", " if it is"
    return About(file=name).warning(
        "nobodys-file",
        f"inputs/{name} {said}.",
        f"Take it in with `perspectives add {path} --id {perhaps or 'ID'}`{remedy}.",
    )


def _passed_over(config: Config, name: str, waiting: Collection[str]) -> Iterator[Finding]:
    """A file that may be more than it seems: half a download, an archive, or under a speaker's id
    what nothing takes by its ending. Photos may lie in inputs/ for any reason. ``waiting`` are
    those without a recording.
    """
    owner = next((one.id for one in config.speakers if beside.carries(name, one.id)), None)
    known = _ending(name) in (*SCRIPTS, *CAPTIONS) or name.endswith("/") or beside.pictured(name)
    if beside.half_there(name) or beside.packed(name) or (owner and not known):
        what = beside.what_it_is(name, owner or "ID", owner is not None and owner not in waiting)
        yield About(file=name).warning(
            "nobodys-file", f"inputs/{name} is not used: it is {what.kind}.", what.remedy
        )


def _nobodys_captions(
    config: Config,
    submissions: Sequence[Submission],
    names: Sequence[str],
    caption_names: Sequence[str],
) -> Iterator[Finding]:
    """Caption files that would be passed over in silence, with a person's corrections in them."""
    all_sent = [*submissions, *(one.intro for one in submissions if one.intro)]
    used = {name for submission in all_sent for name in submission.captions.values()}
    unused = [
        f"inputs/captions/{name}"
        for name in caption_names
        if name not in used
        and _ending(name) in (*CAPTIONS, *WORDINGS)
        and not _stem(name).endswith((MENDED, CARRIED))
    ]
    misplaced = [f"inputs/{name}" for name in names if _ending(name) in CAPTIONS]
    example = f"{config.speakers[0].id}.{config.speakers[0].language}.srt"
    for path in [*unused, *misplaced]:
        yield About(file=path.rsplit("/", 1)[-1]).warning(
            "nobodys-file",
            f"{path}: these captions are not used.",
            "A caption file lies in inputs/captions/ and is named after a speaker's id and its"
            f" language, one file for each: {example}.",
        )


def _almost(config: Config, names: _Names) -> dict[str, str]:
    """Recordings that nobody's id names, each by the speaker whose it nearly does."""
    named = {name for one in config.speakers for name in names.stems(one.id)}
    named |= {name for one in config.speakers if one.video for name in names.named(one.video)}
    found: dict[str, str] = {}
    for name in names.every:
        if _ending(name) not in MEDIA or name in named:
            continue
        near = [one.id for one in config.speakers if beside.almost_carries(name, one.id)]
        if near:
            found[name] = max(near, key=len)
    return found


def _submission(
    speaker: Speaker,
    names: _Names,
    captions: Mapping[str, Mapping[str, str]],
    almost: Mapping[str, str],
) -> tuple[Submission, tuple[Finding, ...]]:
    """``captions`` of everybody by id, ``almost`` the recordings that nearly have somebody's."""
    recording, of_recording = _recording(speaker, names, almost)
    script, of_script = _script(speaker, names)
    photo, of_photo = _photo(speaker, names)
    own = {**captions.get(speaker.id, {})}
    submission = Submission(speaker.id, recording, script, own, photo)
    return submission, (*of_recording, *of_script, *of_photo)


def _introductions(config: Config, names: _Names) -> frozenset[str]:
    """The files that are introductions, and nobody's message whatever they are called."""
    named = [speaker.intro for speaker in config.speakers if speaker.intro]
    return frozenset(name for intro in named for name in names.named(intro))


def _with_introduction(
    config: Config,
    speaker: Speaker,
    sent: tuple[Submission, tuple[Finding, ...]],
    names: _Names,
    captions: Mapping[str, Mapping[str, str]],
) -> tuple[Submission, tuple[Finding, ...]]:
    """What a speaker sent, with who introduces them, where a file of it is there."""
    submission, found = sent
    introducer = config.introducer_of(speaker)
    if introducer is None:
        return sent
    lying = names.named(introducer.video or "")
    if not lying:
        absent = not_introduced(speaker, f"inputs/{speaker.intro} is not there.")
        return submission, (*found, absent)
    script, of_script = _script(introducer, names)
    own = {**captions.get(introducer.id, {})}
    intro = Submission(introducer.id, lying[0], script, own)
    said = introduction_findings(speaker, of_script)
    return replace(submission, intro=intro), (*found, *said)


def _about(speaker: Speaker, file: str | None = None) -> About:
    return About(speaker.id, file, f"{speaker.name}: ")


def _recording(
    speaker: Speaker, names: _Names, almost: Mapping[str, str]
) -> tuple[str | None, tuple[Finding, ...]]:
    if speaker.video:
        named = names.named(speaker.video)
        return (named[0], ()) if named else (None, (_no_video(speaker, speaker.video, names),))
    found = _recordings(speaker.id, names)
    if len(found) == 1:
        return found[0], ()
    if not found and (lying := tuple(_lying_beside(speaker, names, almost))):
        return None, lying
    if not found:
        said = "no recording has come in yet."
        remedy = f"Take it in with `perspectives add FILE --id {speaker.id}`."
        return None, (_about(speaker).error("missing", said, remedy),)
    several = _about(speaker, found[0]).error(
        "two-recordings",
        f"there are {len(found)} recordings for one speaker: {', '.join(found)}.",
        f"Say which one with `video: {beside.in_yaml(found[0])}` under {speaker.id} in config.yaml,"
        " or take the other one out of inputs/.",
    )
    return None, (several,)


def _lying_beside(speaker: Speaker, names: _Names, almost: Mapping[str, str]) -> Iterator[Finding]:
    """Why what lies in inputs/ under a speaker's id is no recording that could be used."""
    nearly = [name for name in almost if almost[name] == speaker.id]
    for name in nearly:
        said = f"there is no recording to use yet; inputs/{name} may be theirs."
        remedy = (
            f"If it is, write `video: {beside.in_yaml(name)}` under {speaker.id} in config.yaml."
        )
        yield _about(speaker, name).error("missing", said, remedy)
    for name in names.carrying(speaker.id):
        seen = _ending(name) in (*SCRIPTS, *CAPTIONS) or name in (*nearly, speaker.still)
        if not seen:
            yield _no_recording_is(speaker, name)


def _no_recording_is(speaker: Speaker, name: str) -> Finding:
    what = beside.what_it_is(name, speaker.id)
    said = f"there is no recording to use yet; inputs/{name} is {what.kind}."
    return _about(speaker, name).error("missing", said, what.remedy)


def _no_video(speaker: Speaker, video: str, names: _Names) -> Finding:
    """That the file of ``video:`` is not there, how far it has come, or that it is a folder."""
    coming = [one for one in names.every if beside.half_there(one) and beside.carries(one, video)]
    coming += [name for name in names.every if name == f"{video.rstrip('/')}/"]
    return _no_recording_is(speaker, coming[0]) if coming else _not_there(speaker, "video", video)


def _not_there(speaker: Speaker, key: str, file: str) -> Finding:
    what = "recording" if key == "video" else "photo"
    remedy = f"Put the {what} there, or correct {key}: in config.yaml."
    return _about(speaker, file).error("missing", f"inputs/{file} is not there.", remedy)


def _script(speaker: Speaker, names: _Names) -> tuple[str | None, tuple[Finding, ...]]:
    if speaker.script:
        found = names.named(speaker.script)
    else:
        found = [name for name in names.stems(speaker.id) if _ending(name) in SCRIPTS]
    if speaker.script and not found:
        said = f"inputs/{speaker.script} is not there; captions are made from the sound alone."
        remedy = "Put the script there, or correct script: in config.yaml."
        return None, (_about(speaker, speaker.script).warning("script-missing", said, remedy),)
    if len(found) > 1:
        said = f"there are {len(found)} scripts: {', '.join(found)}; {found[0]} is used."
        remedy = f"Say which one with script: under {speaker.id} in config.yaml."
        return found[0], (_about(speaker, found[0]).warning("two-scripts", said, remedy),)
    return next(iter(found), None), ()


def _photo(speaker: Speaker, names: _Names) -> tuple[str | None, tuple[Finding, ...]]:
    if not speaker.still:
        return None, ()
    found = names.named(speaker.still)
    return (found[0], ()) if found else (None, (_not_there(speaker, "still", speaker.still),))


def _captions(caption_names: Sequence[str]) -> dict[str, dict[str, str]]:
    """By speaker's id the caption file of each language; one with times goes before wording
    without.
    """
    captions: dict[str, dict[str, str]] = {}
    for name in sorted(caption_names, key=lambda name: (_ending(name) in WORDINGS, name)):
        found = _CAPTION_NAME.fullmatch(name)
        if found and (language := standard(found[2])):
            own = captions.setdefault(beside.folded(found[1]), {})
            own.setdefault(language, name)
    return captions


def _recordings(speaker_id: str, names: _Names) -> list[str]:
    return sorted(name for name in names.stems(speaker_id) if _ending(name) in MEDIA)


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0]


def _ending(name: str) -> str:
    return "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
