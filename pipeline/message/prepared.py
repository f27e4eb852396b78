"""What is known of one message on its way from a file to the join; without it each step would have
to ask whether the last one went well.

``Rejected`` or ``Received``, then ``Heard``, then ``Prepared``: whoever holds a value has all that
its step found out, and nothing that may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.config import Speaker
from pipeline.findings import Finding
from pipeline.model import Captions, PictureTrack, Probe, SoundTrack, Submission
from pipeline.plan.conform import Timeline
from pipeline.plan.loudness import Loudness
from pipeline.plan.spoken import Louder
from pipeline.recipe import FileInput, Recipe


@dataclass(frozen=True)
class Rejected:
    """A submission that cannot be shown, or of which too little is known yet. ``recording`` and
    ``probe`` are there as far as it was looked at.
    """

    speaker: Speaker
    submission: Submission
    findings: tuple[Finding, ...]
    recording: FileInput | None = None
    probe: Probe | None = None


@dataclass(frozen=True)
class Received:
    """A recording that was looked at and laid on the delivery's frames.

    ``picture`` is the track that is shown; where there is none, ``photo`` is the recipe of the
    picture that stands in its place.
    """

    speaker: Speaker
    submission: Submission
    findings: tuple[Finding, ...]
    recording: FileInput
    probe: Probe
    timeline: Timeline
    photo: Recipe | None = None

    @property
    def file(self) -> str:
        """The recording's name in inputs/."""
        return self.submission.recording or ""

    @property
    def picture(self) -> PictureTrack | None:
        """The track of pictures that is shown; None where a photo stands for it."""
        return self.probe.picture

    @property
    def sound(self) -> SoundTrack | None:
        """The track of sound that is heard."""
        return self.probe.sound

    @property
    def length_s(self) -> float:
        """How long it is shown."""
        return float(self.timeline.frames / self.timeline.rate)


@dataclass(frozen=True)
class Heard:
    """A message after listening: how loud it is, and the recipe whose speech.wav holds its speech.

    ``activity`` are stretches of speech in ms from the message's time 0. ``loudness`` is that of
    ``speech``, the blocks with speech in them (plan/spoken.py); where there are none of these, it
    is that of the whole, which is hardly anything but speech, or has none. ``louder`` is
    what is far louder than the speech. ``listen`` is None where
    nothing is to be heard, and the producer knows it (``allow_silent``).
    """

    received: Received
    loudness: Loudness
    listen: Recipe | None
    findings: tuple[Finding, ...]
    activity: tuple[tuple[int, int], ...] = ()
    speech: tuple[int, ...] = ()
    louder: Louder | None = None

    @property
    def speaker(self) -> Speaker:
        """Whose message it is."""
        return self.received.speaker


Part = tuple[Recipe, str]
"""A recipe, and which of its outputs is meant."""


@dataclass(frozen=True)
class Pictures:
    """The parts of one message's picture, clean and with captions (the same recipe where no caption
    is on screen).
    """

    clean: tuple[Part, ...]
    burned: tuple[Part, ...]

    def of(self, burned: bool) -> tuple[Part, ...]:
        """Recipe and output of each part, in order."""
        return self.burned if burned else self.clean


@dataclass(frozen=True)
class Edges:
    """A message's first and last pictures once more, to be crossfaded with its neighbours; none
    where nothing is.
    """

    head: Pictures = Pictures((), ())
    tail: Pictures = Pictures((), ())


@dataclass(frozen=True)
class Introduction:
    """A spoken introduction ready to be heard under its title card: ``speaker`` is who introduces
    somebody.
    """

    speaker: Speaker
    frames: int
    sound: Recipe
    captions: Mapping[str, Captions]


@dataclass(frozen=True)
class Prepared:
    """One message ready to be joined: its pictures in parts, its sound, its captions by language,
    its edges, and what is said before it.
    """

    speaker: Speaker
    frames: int
    pictures: Pictures
    sound: Recipe
    captions: Mapping[str, Captions] = field(default_factory=dict)
    edges: Edges = Edges()
    introduction: Introduction | None = None
