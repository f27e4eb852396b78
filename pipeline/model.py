"""The frozen values that pass between the stages; without it each stage would invent its own.

Times of a message are whole milliseconds from its first picture (after ``trim``: from the accepted
in-point, where the name says ``clip``). Nothing here reads a file or starts a program.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from pipeline.card_kinds import CardName


@dataclass(frozen=True)
class Submission:
    """What one expert sent, by names of files in inputs/.

    ``captions`` maps a language to a person's caption file, which may be wording alone (.docx,
    .txt); ``photo`` is shown in place of a picture. ``intro`` is the spoken introduction, as if
    somebody had sent it.
    """

    id: str
    recording: str | None
    script: str | None
    captions: Mapping[str, str]
    photo: str | None = None
    intro: Submission | None = None


@dataclass(frozen=True)
class Shape:
    """The size that pictures have from ``pts`` on, in pixels, and the shape of a pixel."""

    pts: int
    width: int
    height: int
    sample_aspect: Fraction


Transfer = Literal["sdr", "pq", "hlg"]


@dataclass(frozen=True)
class PictureTrack:
    """One track of pictures as the container holds it.

    ``pts`` are in ``time_base`` units, in order of display. ``position`` counts tracks of pictures,
    cover art too, from 0, as ffmpeg's ``0:v:N`` does. ``shapes`` are the sizes that a call or a
    browser changed to on the way; all sizes are those before it is turned, and ``upright`` are the
    filters, with their arguments, that turn it. ``coded`` is the size that the codec has, where the
    container cuts off a part of it width and height are smaller. ``transfer`` is how brightness is
    written: ``pq`` (HDR10) and ``hlg`` go far above SDR's white. ``hidden`` pictures are decoded
    and not shown (what an edit list leaves out; ``pts`` has none of them); ``spliced``: they lie
    between shown ones. ``first_key`` is when the first one comes that needs no other; None where
    none does.
    """

    position: int
    codec: str
    width: int
    height: int
    sample_aspect: Fraction
    rotation: int
    matrix: str
    interlaced: bool
    time_base: Fraction
    pts: tuple[int, ...]
    last_duration: int
    transfer: Transfer = "sdr"
    primaries: str = "bt709"
    shapes: tuple[Shape, ...] = ()
    hidden: int = 0
    spliced: bool = False
    first_key: int | None = None
    coded: tuple[int, int] = (0, 0)
    upright: tuple[tuple[str, str], ...] = ()

    @property
    def start_s(self) -> Fraction:
        """When the first picture is shown, in seconds of the container's clock."""
        return self.pts[0] * self.time_base

    @property
    def end_s(self) -> Fraction:
        """When the last picture goes, in seconds of the container's clock."""
        return (self.pts[-1] + self.last_duration) * self.time_base

    def shaped(self, number: int) -> PictureTrack:
        """The track as it is after ``number`` changes of its size; from the start for 0."""
        if not number:
            return self
        shape = self.shapes[number - 1]
        return replace(
            self, width=shape.width, height=shape.height, sample_aspect=shape.sample_aspect
        )

    @property
    def kind(self) -> PictureTrack:
        """The track without its pictures: the same for all recordings of one kind."""
        shapes = tuple(replace(shape, pts=0) for shape in self.shapes)
        return replace(self, shapes=shapes, pts=(), last_duration=0, hidden=0, first_key=None)

    @property
    def hdr(self) -> bool:
        """Whether its tones have to be mapped to be shown on an SDR screen."""
        return self.transfer != "sdr"

    @property
    def gaps(self) -> list[int]:
        """For how long each picture but the last is shown, in ``time_base`` units."""
        return [after - before for before, after in itertools.pairwise(self.pts)]

    @property
    def average_rate(self) -> Fraction:
        """Pictures a second from the first to the last; 0 where there are too few to say."""
        span = (self.pts[-1] - self.pts[0]) * self.time_base
        return (len(self.pts) - 1) / span if len(self.pts) > 4 and span else Fraction(0)

    @property
    def wanders(self) -> bool:
        """Whether one picture in twenty or more stands over 1.5 times as long as most do."""
        gaps = sorted(self.gaps)
        return bool(gaps) and gaps[-1 - len(gaps) // 20] > 1.5 * gaps[len(gaps) // 2]

    @property
    def shown(self) -> tuple[Fraction, Fraction]:
        """Width and height as a viewer sees them: pixels made square, rotation applied."""
        width, height = self.width * self.sample_aspect, Fraction(self.height)
        return (height, width) if self.rotation % 180 else (width, height)


@dataclass(frozen=True)
class SoundClock:
    """How the clock of a track of sound strays from its samples, where it does.

    ``slopes``: from which second of sound on it gains how much on each further second. ``gaps``: at
    which second of sound nothing came in for how long (below 0: it stepped back). Its first time is
    ``late_s`` too early for what follows. A time further than ``jump_s`` from where it belongs is a
    gap as well; what is less wanders. ``put_right_s`` is how far apart earliest and latest are,
    gaps apart, ``drift`` what it gains on a second on the whole.
    """

    slopes: tuple[tuple[float, float], ...]
    gaps: tuple[tuple[float, float], ...]
    late_s: float
    jump_s: float
    put_right_s: float
    drift: float


@dataclass(frozen=True)
class SoundTrack:
    """One track of sound.

    ``position`` counts sound tracks from 0, as ffmpeg's ``0:a:N`` does, ``index`` all tracks.
    ``holes`` are where nothing was recorded for a while: start and length in seconds of the
    container's clock. ``ceiling``: values above it (1 is full scale), or that are no numbers, are
    no sound; 0 where there are none. ``over_db``: how far its peaks go over full scale, as those of
    floating point may; 0 where they do not. ``clock``: how its times stray; None where they are
    even. ``ambisonic``: its channels are directions, the first is all of it.
    """

    position: int
    index: int
    default: bool
    codec: str
    sample_rate: int
    channels: int
    start_s: Fraction
    end_s: Fraction
    packets: int
    holes: tuple[tuple[Fraction, Fraction], ...] = ()
    ceiling: float = 0.0
    over_db: float = 0.0
    clock: SoundClock | None = None
    ambisonic: bool = False


@dataclass(frozen=True)
class Probe:
    """What a recording holds: the container's clock and the tracks we use. A missing track is None.

    ``sound`` is the one of ``sounds`` that is heard; ``extra_tracks`` are further ones of pictures.
    """

    container: str
    start_s: Fraction
    picture: PictureTrack | None
    sound: SoundTrack | None
    sounds: tuple[SoundTrack, ...]
    extra_tracks: int

    @property
    def duration_ms(self) -> int:
        """From the first picture to the end of the picture or the sound, whichever is later."""
        if self.picture is None:
            return round((self.sound.end_s - self.sound.start_s) * 1000) if self.sound else 0
        ends = [track.end_s for track in (self.picture, self.sound) if track]
        return round((max(ends) - self.picture.start_s) * 1000)


WordSource = Literal["script", "whisper", "draft", "person", "spread", "translation", "argos"]


@dataclass(frozen=True)
class Word:
    """One word as it is to be shown, in ms from the first picture.

    ``ends_paragraph`` closes a paragraph of a script.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float = 1.0
    ends_paragraph: bool = False


@dataclass(frozen=True)
class Transcript:
    """What one engine heard: words in order of time, which engine it was, and where is speech.

    ``activity`` are stretches of speech in ms on the words' own clock; None where nobody looked for
    them. ``share`` is how much of what was heard stands in the text that the words come from; None
    where there was no text. ``hearings`` are those that the words were put together of, each of the
    whole sound or of stretches of it.
    """

    words: tuple[Word, ...]
    source: WordSource
    activity: tuple[tuple[int, int], ...] | None = None
    share: float | None = None
    hearings: tuple[tuple[Word, ...], ...] = ()


@dataclass(frozen=True)
class Stretch:
    """Words in a row that a person should hear again, in ms of the clip, as they are shown."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True)
class Cue:
    """One caption on screen: frames from the start of its clip.

    ``end_frame`` is the first one without it. ``foot`` is where it ends, as a share of the height
    from the top, where it stands over a lower third; None at the picture's foot. ``chapter`` is the
    title of one that begins with it, where a person's file says so.
    """

    start_frame: int
    end_frame: int
    lines: tuple[str, ...]
    foot: Fraction | None = None
    chapter: str = ""


@dataclass(frozen=True)
class Written:
    """One caption as it stands in a person's file: the line of its times (from 1; 0 where that is
    not known), ms, the lines of its text, and the title of a chapter that begins with it.
    """

    line: int
    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    chapter: str = ""


@dataclass(frozen=True)
class Captions:
    """One speaker's captions in one language.

    ``draft`` means that nobody has vouched for the words. ``doubtful`` are the stretches that the
    recogniser itself was not sure of.
    """

    language: str
    source: WordSource
    cues: tuple[Cue, ...]
    draft: bool
    doubtful: tuple[Stretch, ...] = ()
    paragraphs: tuple[int, ...] = ()
    """Frames at which a new paragraph of a script begins."""
    share: float | None = None
    """How much of what was heard stands in the script, 0 to 1."""


@dataclass(frozen=True)
class Chapter:
    """A part of a message that a viewer can jump to: the frame of the clip at which it begins."""

    start_frame: int
    title: str


@dataclass(frozen=True)
class Introduced:
    """When a spoken introduction is heard: from ``first_frame`` of its title card on."""

    first_frame: int
    frames: int


ItemKind = CardName | Literal["message"]


@dataclass(frozen=True)
class RundownItem:
    """One item of the programme; ``start_frame`` counts from the start of the segment.

    ``speaker`` is the id of whom it belongs to. In its first ``overlap`` frames the item before it
    is still seen (a crossfade): they are among the frames of both. ``chapters`` are those of a
    message, ``introduced`` is when a title card's introduction is heard.
    """

    kind: ItemKind
    title: str
    start_frame: int
    frames: int
    speaker: str | None = None
    overlap: int = 0
    chapters: tuple[Chapter, ...] = ()
    introduced: Introduced | None = None

    @property
    def end_frame(self) -> int:
        """The first frame that is not this item's."""
        return self.start_frame + self.frames

    @property
    def middle_frame(self) -> int:
        """A frame that shows what the item is: away from the fades at its ends."""
        return self.start_frame + self.frames // 2


@dataclass(frozen=True)
class CaptionTrack:
    """A caption track of a film: its language (three letters), its name, whether players show it
    unasked, and what it shows from when to when, in ms.
    """

    language: str
    name: str
    default: bool
    cues: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class EncodedFacts:
    """What an encoder made, as it is decoded: the frame at which each picture is shown, those of
    them that need no other, their format, the profile, whether they say that they are BT.709 in
    limited range, and a digest of what a decoder is told before the first one.
    """

    frames: tuple[int, ...]
    keys: tuple[int, ...]
    pixels: str
    profile: str
    bt709: bool
    header: str


@dataclass(frozen=True)
class FilmFacts:
    """What a film says of itself: the language of its sound (three letters), its caption tracks in
    order, its chapters as ms and titles.
    """

    spoken: str
    captions: tuple[CaptionTrack, ...]
    chapters: tuple[tuple[int, str], ...]
