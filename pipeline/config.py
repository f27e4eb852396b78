"""The values of config.yaml, each checked by itself and with its neighbours; without it an
impossible value would be found after an hour of encoding, or never. How the file is read is in
config_file.py.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import unicodedata
import zoneinfo
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any, Literal

import langcodes
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from pipeline.captions.cues.style import NAMES as STYLES
from pipeline.captions.cues.style import style_problems
from pipeline.themes import DEFAULT, THEMES, Theme
from pipeline.timing import parse_duration_ms, parse_rate

MOST_CROPPED = Fraction(80, 100)
LONGEST_MS = 24 * 3_600_000
# fmt: off
_UNITS = {
    "": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30,
    "tib": 2**40,
}
# fmt: on


def _duration(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PydanticCustomError("duration", "write a length of time, for example 8s or 1m30s")
    try:
        length_ms = parse_duration_ms(value)
    except ValueError:
        raise PydanticCustomError(
            "duration", "write a length of time, for example 8s or 1m30s"
        ) from None
    if length_ms > LONGEST_MS:
        raise PydanticCustomError("duration", "write a length of time of at most 24h")
    return length_ms


def _above_zero(value: int) -> int:
    if value == 0:
        raise PydanticCustomError("above_zero", "write more than nothing")
    return value


def _rate(value: Any) -> Fraction:
    try:
        return parse_rate(value)
    except (ValueError, ZeroDivisionError):
        raise PydanticCustomError(
            "rate", "write a frame rate from 10 to 120, for example 25 or 29.97"
        ) from None


def _size(value: Any) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{2,5})x(\d{2,5})", str(value).strip())
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(128 <= side <= 8192 and side % 2 == 0 for side in size):
        raise PydanticCustomError(
            "size", "write width x height in even numbers, for example 1920x1080"
        )
    return size


def _byte_count(value: Any) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", str(value).strip().lower())
    if isinstance(value, bool) or not found or found[2] not in _UNITS:
        raise PydanticCustomError("bytes", "write a size, for example 20GiB")
    return round(float(found[1]) * _UNITS[found[2]])


def _colour(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise PydanticCustomError("colour", 'write a colour in quotes, for example "#0b3c5d"')
    return value.lower()


def _surround(value: Any) -> str:
    if value == "blur":
        return "blur"
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise PydanticCustomError(
            "surround", 'write blur, or a colour in quotes, for example "#0b3c5d"'
        )
    return value.lower()


def _share(value: Any) -> Fraction:
    found = re.fullmatch(r"(\d{1,2}(?:\.\d{1,3})?)\s*%", str(value).strip())
    if not found and not (value == 0 and not isinstance(value, bool)):
        raise PydanticCustomError(
            "share", "write how much of the picture is cut off there, for example 10%"
        )
    return Fraction(found[1]) / 100 if found else Fraction(0)


def _language(value: Any) -> str:
    if isinstance(value, bool):
        raise PydanticCustomError("language", 'write a language code in quotes, for example "no"')
    if not isinstance(value, str) or not langcodes.tag_is_valid(value):
        raise PydanticCustomError("language", "write a language code, for example en, es or pt-BR")
    return langcodes.standardize_tag(value)


def _zone(value: Any) -> str:
    if not isinstance(value, str) or value not in _zones():
        raise PydanticCustomError("zone", "write a time zone, for example Pacific/Auckland")
    return value


@functools.cache
def _zones() -> set[str]:
    return zoneinfo.available_timezones()


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value).strip().replace(" ", "T", 1))
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise PydanticCustomError(
            "moment", "write date, time and offset from UTC, for example 2021-09-14T14:30:00+02:00"
        )
    return moment


def _plain_name(value: Any) -> str:
    if (
        not isinstance(value, str)
        or not value
        or "/" in value
        or "\\" in value
        or value in {".", ".."}
        or "\0" in value
    ):
        raise PydanticCustomError(
            "file", "write the name of a file that lies in inputs/, without a folder"
        )
    return value


def _style(value: Any) -> Any:
    """A style's name, or own numbers; which numbers a language allows is worked out where the style
    is used.
    """
    if isinstance(value, dict):
        for key, problem in style_problems(value).items():
            raise PydanticCustomError(
                "style", "{key} {problem}", {"key": str(key), "problem": problem}
            )
    elif value not in STYLES:
        raise PydanticCustomError(
            "style",
            "write default, bbc or relaxed, or numbers such as {{line_length: 37, reading_speed:"
            " 17}}",
        )
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise PydanticCustomError(
            "text", "write some text; put it in quotes if it looks like a number, a date, yes or no"
        )
    if any(
        unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in value
    ):
        raise PydanticCustomError(
            "text", "there is a character in it that cannot be shown; write the text again"
        )
    return re.sub(r"\s*[\n\t]\s*", " ", value.strip())


def _theme(value: Any) -> Any:
    if not isinstance(value, str) or value not in THEMES:
        raise PydanticCustomError(
            "theme",
            "write {names}; `perspectives still --cards --theme all` shows them",
            {"names": " or ".join((", ".join([*THEMES][:-1]), [*THEMES][-1]))},
        )
    return value


def _corrections(value: dict[str, str]) -> dict[str, str]:
    wordless = next((heard for heard in value if not re.search(r"\w", heard)), None)
    if wordless is not None:
        raise PydanticCustomError(
            "wordless", '"{heard}" holds no word; write what was heard', {"heard": wordless}
        )
    folded = [" ".join(heard.casefold().split()) for heard in value]
    twice = next((heard for heard in folded if folded.count(heard) > 1), None)
    if twice is not None:
        raise PydanticCustomError(
            "repeated", "{twice} is there twice; write it once", {"twice": twice}
        )
    return value


def _one_or_two(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _no_repeats(values: tuple[Any, ...]) -> tuple[Any, ...]:
    twice = next((value for value in values if values.count(value) > 1), None)
    if twice is not None:
        raise PydanticCustomError(
            "repeated", "{twice} is there twice; write it once", {"twice": twice}
        )
    return values


Duration = Annotated[int, BeforeValidator(_duration)]
Rate = Annotated[Fraction, BeforeValidator(_rate)]
Size = Annotated[tuple[int, int], BeforeValidator(_size)]
ByteCount = Annotated[int, BeforeValidator(_byte_count)]
OwnColour = Annotated[str | None, BeforeValidator(_colour)]
"""Left out: the theme's. An empty one is refused: it is a colour that was written without quotes,
and became a comment.
"""
Share = Annotated[Fraction, BeforeValidator(_share)]
Surround = Annotated[str, BeforeValidator(_surround)]
Fit = Literal["contain", "cover"]
Language = Annotated[str, BeforeValidator(_language)]
Zone = Annotated[str, BeforeValidator(_zone)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
FileName = Annotated[str, BeforeValidator(_plain_name)]
Text = Annotated[str, BeforeValidator(_text)]
Style = Annotated[str | dict[str, Any], BeforeValidator(_style)]
Number = Annotated[float, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, Field(strict=True)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Slot(_Section):
    """When the segment is on air. ``margin`` (ms) stays free; ``fill: hold`` pads to the exact end.
    ``missing`` says whether a card stands for a speaker without a message, or nothing. ``timezone``
    is the event's: whose clock the rundown shows.
    """

    start: Moment
    end: Moment
    timezone: Zone | None = None
    margin: Duration = 15_000
    overrun: Literal["warn", "strict"] = "warn"
    fill: Literal["none", "hold"] = "none"
    missing: Literal["hold", "omit"] = "hold"

    @property
    def duration_ms(self) -> int:
        """The whole slot in milliseconds."""
        return round((self.end - self.start).total_seconds() * 1000)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Slot:
        if not self.start < self.end:
            raise PydanticCustomError("slot", "end must be later than start", {"at": ("end",)})
        if self.duration_ms > LONGEST_MS:
            raise PydanticCustomError("slot", "a slot lasts 24 hours at most", {"at": ("end",)})
        return self


class Delivery(_Section):
    """What is handed over: picture size, rate, what surrounds a picture of another shape, loudness
    in LUFS, true peak in dBTP, x264 quality (crf) and preset.
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
    outputs: Annotated[
        tuple[Literal["soft", "burned"], ...], Field(min_length=1), AfterValidator(_no_repeats)
    ] = ("soft", "burned")


class Cards(_Section):
    """Lengths in ms of the cards, the lower third and the fades; ``transition`` between items;
    ``motion: soft`` has a card's words glide to their place, ``none`` lets them stand there from
    the first frame.

    ``music`` is a file named from the workspace folder, ``music_level`` its loudness in LUFS (None:
    8 under the speech).
    """

    opening: Duration = 8_000
    title: Duration = 6_000
    closing: Duration = 6_000
    lower_third: Duration = 6_000
    fade: Duration = 400
    transition: Literal["fade", "crossfade", "cut"] = "fade"
    motion: Literal["soft", "none"] = "soft"
    music: Text | None = None
    music_level: Annotated[Number, Field(ge=-60, le=-9)] | None = None

    @model_validator(mode="after")
    def _fades_fit(self) -> Cards:
        shortest = (
            min(length for length in (self.opening, self.title, self.closing) if length)
            if any((self.opening, self.title, self.closing))
            else None
        )
        if shortest is not None and shortest < 2 * self.fade:
            raise PydanticCustomError(
                "cards", "each card must last at least twice the fade (or 0s to leave it out)"
            )
        return self


class Brand(_Section):
    """How cards look: a theme by name, and what stands in place of its own colours and font; a
    logo. Font and logo are files named from the workspace folder.
    """

    theme: Annotated[str, BeforeValidator(_theme)] = DEFAULT
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
    """How captions come about. ``languages`` are delivered as tracks and files, ``burn`` is drawn
    into the picture: one, or two, the second under the first.

    ``corrections`` maps what a recogniser hears to what is to be written.
    """

    engine: Literal["auto", "whisper", "pocketsphinx"] = "auto"
    model: Text = "small"
    burn: Annotated[
        tuple[Language, ...],
        BeforeValidator(_one_or_two),
        Field(min_length=1, max_length=2),
        AfterValidator(_no_repeats),
    ] = ("en",)
    languages: Annotated[tuple[Language, ...], AfterValidator(_no_repeats)] = ("en",)
    glossary: tuple[Text, ...] = ()
    corrections: Annotated[
        dict[str, Text], Field(max_length=500), AfterValidator(_corrections)
    ] = {}
    style: Style = "default"


class Limits(_Section):
    """The largest recording that is taken: length in ms, pixels of one picture, bytes. ``gain``:
    the most dB that a quiet one is raised by.
    """

    duration: Annotated[Duration, AfterValidator(_above_zero)] = 1_800_000
    pixels: Whole = Field(default=35_389_440, ge=16_384)
    bytes: Annotated[ByteCount, AfterValidator(_above_zero)] = 20 * 2**30
    gain: Number = Field(default=20, ge=0, le=60)


class Crop(_Section):
    """What is cut off a picture at its sides, as shares of its width and height as a viewer sees
    it.
    """

    left: Share = Fraction(0)
    right: Share = Fraction(0)
    top: Share = Fraction(0)
    bottom: Share = Fraction(0)

    @model_validator(mode="after")
    def _leaves_something(self) -> Crop:
        for sides in (("left", "right"), ("top", "bottom")):
            if sum(getattr(self, side) for side in sides) > MOST_CROPPED:
                raise PydanticCustomError(
                    "crop",
                    f"{sides[0]} and {sides[1]} together may cut off 80% at most",
                    {"at": (sides[1],)},
                )
        return self


class Trim(_Section):
    """Accepted in and out points in ms from the first picture. None: the message is shown from or
    to its end.
    """

    start: Duration | None = None
    end: Duration | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Trim:
        if self.end is not None and (self.start or 0) >= self.end:
            raise PydanticCustomError("trim", "end must be later than start", {"at": ("end",)})
        return self


class Speaker(_Section):
    """One expert: who, in which language, and which files are theirs.

    ``fit`` shows the whole picture or fills the frame with it, ``crop`` cuts its sides off first.
    ``allow_silent`` accepts a message without sound; ``still`` is a photo in inputs/ that is shown
    in place of the picture. ``denoise`` softens a steady noise, ``level`` evens out somebody who
    fades. ``allowance`` is how long the message may be in ms; None: an equal share of what the slot
    leaves.
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
    allowance: Annotated[Duration, AfterValidator(_above_zero)] | None = None
    trim: Trim = Trim()
    fit: Fit = "contain"
    crop: Crop = Crop()
    allow_silent: Flag = False
    still: FileName | None = None
    denoise: Literal["none", "light"] = "none"
    level: Flag = False


class Config(_Section):
    """The whole of config.yaml, checked."""

    title: Text
    event: Text | None = None
    slot: Slot
    delivery: Delivery = Delivery()
    cards: Cards = Cards()
    brand: Brand = Brand()
    captions: CaptionSettings = CaptionSettings()
    limits: Limits = Limits()
    speakers: tuple[Speaker, ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _music_lies_under_speech(self) -> Config:
        if self.cards.music_level is not None and self.cards.music_level > self.delivery.loudness:
            raise PydanticCustomError(
                "music",
                "write at most what delivery.loudness is: music is never louder than speech",
                {"at": ("cards", "music_level")},
            )
        return self

    @model_validator(mode="after")
    def _each_once(self) -> Config:
        ids = [speaker.id for speaker in self.speakers]
        again = next((place for place, name in enumerate(ids) if name in ids[:place]), None)
        if again is not None:
            raise PydanticCustomError(
                "twice",
                "another speaker has this id; give each an id of its own",
                {"at": ("speakers", again, "id")},
            )
        return self
