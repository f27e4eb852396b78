"""The sections of config.yaml; without it an impossible value would be found after hours, or never.

Each value is checked by itself (config_values.py) and with its neighbours. How the file is read is
in config_file.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError as Wrong

from pipeline.config_editions import MOST_EDITIONS, Edition
from pipeline.config_values import (
    LONGEST_MS,
    STRICT,
    Accepted,
    Allowance,
    ByteCount,
    Chapters,
    Command,
    Corrections,
    Day,
    Deadline,
    Duration,
    EditionName,
    FileName,
    Fit,
    Flag,
    Language,
    Languages,
    MailAddress,
    Moment,
    Number,
    OneOrTwoLanguages,
    Outputs,
    OwnColour,
    PasswordHash,
    Rate,
    SectionText,
    SegmentId,
    Share,
    Size,
    SomeDuration,
    Style,
    Surround,
    Text,
    ThemeName,
    Whole,
    YesOrNo,
    Zone,
)
from pipeline.themes import DEFAULT, THEMES, Theme

MOST_CROPPED = Fraction(80, 100)


class _Section(BaseModel):
    model_config = STRICT


class Slot(_Section):
    """When the segment is on air.

    ``margin`` (ms) stays free; ``fill: hold`` pads to the exact end. ``missing`` says whether a
    card stands for a speaker without a message, or nothing. ``timezone`` is the event's: whose
    clock cards and rundown show, and on which ``start`` and ``end`` are without an offset (it is
    read before them).
    """

    timezone: Zone | None = None
    start: Moment
    end: Moment
    margin: Duration = 15_000
    overrun: Literal["warn", "strict"] = "warn"
    fill: Literal["none", "hold"] = "none"
    missing: Literal["hold", "omit"] = "hold"

    @property
    def duration_ms(self) -> int:
        """The whole slot in milliseconds."""
        return round((self.end - self.start).total_seconds() * 1000)

    def on_clock(self, moment: datetime) -> datetime:
        """A moment on the event's clock: its zone's, or that of the offset that ``start`` is
        written with.
        """
        return moment.astimezone(ZoneInfo(self.timezone) if self.timezone else self.start.tzinfo)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Slot:
        if not self.start < self.end:
            raise Wrong("slot", "end must be later than start", {"at": ("end",)})
        if self.duration_ms > LONGEST_MS:
            raise Wrong("slot", "a slot lasts 24 hours at most", {"at": ("end",)})
        return self


class Delivery(_Section):
    """What is handed over, of which size, rate, loudness and quality.

    ``surround`` is what lies around a picture of another shape, ``loudness`` in LUFS, ``true_peak``
    in dBTP, ``quality`` x264's crf, ``encoder`` what encodes the pictures: of ``auto`` the first
    kind of graphics card that can do it here, else x264.
    """

    size: Size = (1920, 1080)
    fps: Rate = Fraction(25)
    surround: Surround = "blur"
    loudness: Number = Field(default=-16, ge=-40, le=-9)
    true_peak: Number = Field(default=-1, ge=-9, le=0)
    quality: Whole = Field(default=20, ge=0, le=40)
    preset: Literal[
        "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower"
    ] = "veryfast"
    encoder: Literal["x264", "auto", "nvenc", "qsv", "videotoolbox", "vaapi"] = "x264"
    outputs: Outputs = ("soft", "burned")


class CardDelivery(Delivery):
    """A delivery whose pictures the graphics card ``card`` encodes, by the encoder ``by`` at
    ``number`` on its own scale of quality. It follows from what was tried on this machine
    (plan/encoders.py), and is never read from config.yaml.
    """

    by: str
    number: int
    card: str


class Cards(_Section):
    """Lengths in ms of the cards, the lower third and the fades; what moves, and what is heard.

    ``transition`` is between items; ``motion: soft`` has a card's words glide to their place,
    ``none`` lets them stand there from the first frame. ``music`` is a file named from the
    workspace folder, ``music_level`` its loudness in LUFS (None: 8 under the speech).
    ``closing_text`` and ``to_follow_text`` are the words of the closing card and in the badge of a
    holding card (None: ours, in the event's language).
    """

    opening: Duration = 8_000
    title: Duration = 6_000
    closing: Duration = 6_000
    lower_third: Duration = 6_000
    fade: Duration = 400
    transition: Literal["fade", "crossfade", "cut"] = "fade"
    motion: Literal["soft", "none"] = "soft"
    closing_text: Text | None = None
    to_follow_text: Text | None = None
    music: Text | None = None
    music_level: Annotated[Number, Field(ge=-60, le=-9)] | None = None

    @model_validator(mode="after")
    def _fades_fit(self) -> Cards:
        lengths = [length for length in (self.opening, self.title, self.closing) if length]
        if lengths and min(lengths) < 2 * self.fade:
            raise Wrong(
                "cards", "each card must last at least twice the fade (or 0s to leave it out)"
            )
        return self


class Brand(_Section):
    """How cards look: a theme by name, what stands in place of its colours and font, a logo.

    Font and logo are files named from the workspace folder.
    """

    theme: ThemeName = DEFAULT
    background: OwnColour = None
    text: OwnColour = None
    accent: OwnColour = None
    font: Text | None = None
    logo: Text | None = None

    @property
    def worn(self) -> Theme:
        """The theme with the brand's own colours in place of its."""
        theme = THEMES[self.theme]
        return dataclasses.replace(
            theme,
            background=self.background or theme.background,
            text=self.text or theme.text,
            accent=self.accent or theme.accent,
        )

    @property
    def fonts(self) -> str:
        """Which fonts the cards are set in: ``own`` (the brand's file), or the theme's family."""
        return "own" if self.font else THEMES[self.theme].family


class CaptionSettings(_Section):
    """How captions come about.

    ``languages`` are delivered as tracks and files, ``burn`` is drawn into the picture: one, or
    two, the second under the first; ``burn_fallback`` is what is drawn where neither is there.
    ``corrections`` maps what a recogniser hears to what is to be
    written.
    """

    engine: Literal["auto", "whisper", "pocketsphinx"] = "auto"
    model: Text = "small"
    burn: OneOrTwoLanguages = ("en",)
    burn_fallback: Literal["spoken", "none"] = "spoken"
    languages: Languages = ("en",)
    glossary: tuple[Text, ...] = ()
    corrections: Corrections = {}
    style: Style = "default"


class Limits(_Section):
    """The largest recording that is taken: length in ms, pixels of one picture, bytes.

    ``gain`` is the most dB that a quiet one is raised by.
    """

    duration: SomeDuration = 1_800_000
    pixels: Whole = Field(default=35_389_440, ge=16_384)
    bytes: ByteCount = 20 * 2**30
    gain: Number = Field(default=20, ge=0, le=60)


class StoreSettings(_Section):
    """How large the store in outputs/ may become, in bytes (None: any size). What is needed now
    stays all the same.
    """

    limit: ByteCount | None = None


class Crop(_Section):
    """What is cut off a picture at its sides, as shares of what a viewer sees of it."""

    left: Share = Fraction(0)
    right: Share = Fraction(0)
    top: Share = Fraction(0)
    bottom: Share = Fraction(0)

    @model_validator(mode="after")
    def _leaves_something(self) -> Crop:
        for sides in (("left", "right"), ("top", "bottom")):
            if sum(getattr(self, side) for side in sides) > MOST_CROPPED:
                said = f"{sides[0]} and {sides[1]} together may cut off 80% at most"
                raise Wrong("crop", said, {"at": (sides[1],)})
        return self


class Reviewer(_Section):
    """Somebody who may come to a shared review: their name, and the hash of their password."""

    name: Text
    password: PasswordHash


class Trim(_Section):
    """Accepted in and out points in ms from the first picture; None: from or to its end."""

    start: Duration | None = None
    end: Duration | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Trim:
        if self.end is not None and (self.start or 0) >= self.end:
            raise Wrong("trim", "end must be later than start", {"at": ("end",)})
        return self


class Consent(_Section):
    """Whether a speaker's message may be published, as it was shown or by itself, and the last day
    on which it may be (None: without end).
    """

    publish: YesOrNo
    until: Day | None = None


MOST_REVIEWERS = 100
MOST_SPEAKERS = 2000
"""Of an event."""
INTRODUCES = ".intro"
"""Behind a speaker's id: what belongs to the spoken introduction. No id has a full stop in it."""


class Speaker(_Section):
    """One expert: who, in which language, and which files are theirs.

    ``fit`` shows the whole picture or fills the frame with it, ``crop`` cuts its sides off first.
    ``script_is_right``: what was read out is what the script says, whatever machines hear.
    ``sound_track`` is the one that is heard of several, counted from 1. ``allow_silent`` accepts a
    message without sound; ``still`` is a photo in inputs/ that is shown
    in place of the picture. ``denoise`` softens a steady noise, ``level`` evens out somebody who
    fades. ``allowance`` is how long the message may be in ms; None: an equal share of what the slot
    leaves. ``chapters`` are where parts of it begin, in ms from the recording's first picture, with
    their titles. ``intro`` is the recording of somebody who introduces the speaker, in inputs/; it
    is heard under the title card, in ``intro_language`` (None: the event's). ``contact`` is where
    mail reaches them, ``say`` how the name is pronounced. ``consent`` says whether the message may
    be published (None: nobody has written it down). ``accept`` are codes of findings that the
    message may air with.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    name: Text
    role: Text | None = None
    organisation: Text | None = None
    country: Text | None = None
    timezone: Zone | None = None
    language: Language = "en"
    style: Style | None = None
    video: FileName | None = None
    script: FileName | None = None
    script_is_right: Flag = False
    allowance: Allowance | None = None
    trim: Trim = Trim()
    fit: Fit = "contain"
    crop: Crop = Crop()
    sound_track: Annotated[Whole, Field(ge=1, le=32)] | None = None
    allow_silent: Flag = False
    still: FileName | None = None
    denoise: Literal["none", "light"] = "none"
    level: Flag = False
    chapters: Chapters = ()
    intro: FileName | None = None
    intro_language: Language | None = None
    contact: MailAddress | None = None
    say: Text | None = None
    consent: Consent | None = None
    accept: Accepted = ()


MOST_SEGMENTS = 200
"""Of an event."""
OF_SEGMENT = ("slot", "delivery", "cards", "brand", "captions")
"""Sections of config.yaml that may differ in a segment, key by key."""


class SegmentEntry(_Section):
    """What stands of one segment under ``segments:``. Its sections (OF_SEGMENT) are what is written
    of them: they are checked once they lie over those of the whole file. ``speakers`` are ids in
    their order, ``then`` is what fills the time up to the next segment (Lunch).
    """

    id: SegmentId
    title: Text
    event: Text | None = None
    language: Language | None = None
    slot: SectionText = {}
    delivery: SectionText = {}
    cards: SectionText = {}
    brand: SectionText = {}
    captions: SectionText = {}
    accept: Accepted | None = None
    then: Text | None = None
    speakers: tuple[Text, ...] = Field(min_length=1)

    def over(self, whole: Mapping[str, Any]) -> dict[str, Any]:
        """The segment as a config.yaml of its own, but for its speakers: what it says lies over
        ``whole``, what it does not say is taken from there.
        """
        own = {
            key: value
            for key in ("title", "event", "language", "accept")
            if (value := getattr(self, key)) is not None
        }
        sections = {
            name: {**whole[name], **getattr(self, name)}
            if isinstance(whole.get(name), dict)
            else {**getattr(self, name)}
            for name in OF_SEGMENT
        }
        return {**whole, **own, **sections}


@dataclasses.dataclass(frozen=True)
class Segment:
    """One of several segments: the event as if it were the only one, and what fills the time behind
    it (SegmentEntry).
    """

    id: str
    config: Config
    then: str | None = None


class Config(_Section):
    """The whole of config.yaml, checked.

    ``segments`` are those of an event that has several, in the order in which they are written;
    then ``slot`` goes from the first one's start to the last one's end.

    ``language`` is the event's: of dates and our own words on cards (None: that of the captions in
    the picture). ``deadline`` is until when speakers may send what they have, ``send_to`` where (a
    link, an address: any words).
    ``deliveries`` are editions of it by their names, beside what ``delivery`` says.
    ``accept`` are codes of findings of no single speaker that the segment may air with.
    ``publish``: whether what goes onto the web is made too, in publish/.
    ``approval``: whether a segment airs with a message that nobody has approved. ``reviewers`` may
    come to a shared review. ``on_built`` is a program and its arguments that `perspectives watch`
    runs after each build.
    """

    title: Text
    event: Text | None = None
    language: Language | None = None
    slot: Slot
    deadline: Deadline | None = None
    send_to: Text | None = None
    delivery: Delivery = Delivery()
    deliveries: Annotated[dict[EditionName, Edition], Field(max_length=MOST_EDITIONS)] = {}
    cards: Cards = Cards()
    brand: Brand = Brand()
    captions: CaptionSettings = CaptionSettings()
    limits: Limits = Limits()
    store: StoreSettings = StoreSettings()
    accept: Accepted = ()
    publish: YesOrNo = False
    approval: Literal["optional", "required"] = "optional"
    reviewers: tuple[Reviewer, ...] = Field(default=(), max_length=MOST_REVIEWERS)
    segments: tuple[Segment, ...] = ()
    on_built: Command = ()
    speakers: tuple[Speaker, ...] = Field(min_length=1, max_length=MOST_SPEAKERS)

    @property
    def by_id(self) -> Mapping[str, Speaker]:
        """The speakers by id, in the order of the programme."""
        return {speaker.id: speaker for speaker in self.speakers}

    def introducer_of(self, speaker: Speaker) -> Speaker | None:
        """Who introduces ``speaker``, as somebody of whom a recording came in; None where nobody
        does. Texts and captions are named after this id: ``ID.intro``.

        It is sound alone, as with a photo, whatever else is in the file.
        """
        if speaker.intro is None:
            return None
        return Speaker.model_construct(
            id=f"{speaker.id}{INTRODUCES}",
            name=f"Introduction of {speaker.name}",
            language=speaker.intro_language or self.language or self.captions.burn[0],
            video=speaker.intro,
            still=speaker.intro,
        )

    @model_validator(mode="after")
    def _music_lies_under_speech(self) -> Config:
        if self.cards.music_level is not None and self.cards.music_level > self.delivery.loudness:
            raise Wrong(
                "music",
                "write at most what delivery.loudness is: music is never louder than speech",
                {"at": ("cards", "music_level")},
            )
        return self

    @model_validator(mode="after")
    def _broadcast_at_25(self) -> Config:
        wanted = [name for name, one in self.deliveries.items() if one.kind == "broadcast"]
        if wanted and self.delivery.fps != 25:
            raise Wrong(
                "broadcast",
                "a broadcast edition has 25 pictures a second: write delivery: {fps: 25}",
                {"at": ("deliveries", wanted[0], "kind")},
            )
        return self

    @model_validator(mode="after")
    def _each_once(self) -> Config:
        names = [reviewer.name for reviewer in self.reviewers]
        if (twice := _place_of_second(names)) is not None:
            raise Wrong(
                "twice", "another reviewer has this name", {"at": ("reviewers", twice, "name")}
            )
        if (again := _place_of_second([speaker.id for speaker in self.speakers])) is not None:
            raise Wrong(
                "twice",
                "another speaker has this id; give each an id of its own",
                {"at": ("speakers", again, "id")},
            )
        return self


def _place_of_second(names: Sequence[str]) -> int | None:
    """Where the first name stands that stood before; None where each stands once."""
    first: dict[str, int] = {}
    return next((at for at, name in enumerate(names) if first.setdefault(name, at) != at), None)


class Unfilled(Config):
    """A config.yaml in which nobody may stand yet: what the first speaker is written into."""

    speakers: tuple[Speaker, ...] = Field(default=(), max_length=MOST_SPEAKERS)
