"""config.yaml, read strictly; without this file a typing error would be found after an hour of encoding, or never.

``read_config`` takes the text and gives a frozen ``Config``, or raises ``ConfigInvalid`` with every problem at once,
each naming its line, its key and what is allowed. ``speaker_added`` edits the text and keeps its comments.
"""

from __future__ import annotations

import difflib
import functools
import io
import re
import unicodedata
import zoneinfo
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any, Literal

import langcodes
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.util import load_yaml_guess_indent

from pipeline.errors import ConfigInvalid
from pipeline.timing import parse_duration_ms, parse_rate

LARGEST_CONFIG_BYTES = 1_000_000
DEEPEST = 20
"""Levels of lists and sections; we need five, and some hundreds overrun Python's own stack."""
LONGEST_MS = 24 * 3_600_000
_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}


def _duration(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PydanticCustomError("duration", "write a length of time, for example 8s or 1m30s")
    try:
        length_ms = parse_duration_ms(value)
    except ValueError:
        raise PydanticCustomError("duration", "write a length of time, for example 8s or 1m30s") from None
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
        raise PydanticCustomError("rate", "write a frame rate from 10 to 120, for example 25 or 29.97") from None


def _size(value: Any) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{2,5})x(\d{2,5})", str(value).strip())
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(128 <= side <= 8192 and side % 2 == 0 for side in size):
        raise PydanticCustomError("size", "write width x height in even numbers, for example 1920x1080")
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
            "moment", "write date, time and offset from UTC, for example 2021-09-14T14:30:00+02:00")
    return moment


def _plain_name(value: Any) -> str:
    if not isinstance(value, str) or not value or "/" in value or "\\" in value or value in {".", ".."} or "\0" in value:
        raise PydanticCustomError("file", "write the name of a file that lies in inputs/, without a folder")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise PydanticCustomError("text", "write some text; put it in quotes if it looks like a number, a date, yes or no")
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in value):
        raise PydanticCustomError("text", "there is a character in it that cannot be shown; write the text again")
    return re.sub(r"\s*[\n\t]\s*", " ", value.strip())


def _transition(value: Any) -> Any:
    if value == "crossfade":
        raise PydanticCustomError("transition", "crossfade is not in this version yet; write fade or cut")
    return value


def _corrections(value: dict[str, str]) -> dict[str, str]:
    wordless = next((heard for heard in value if not re.search(r"\w", heard)), None)
    if wordless is not None:
        raise PydanticCustomError("wordless", "\"{heard}\" holds no word; write what was heard", {"heard": wordless})
    folded = [" ".join(heard.casefold().split()) for heard in value]
    twice = next((heard for heard in folded if folded.count(heard) > 1), None)
    if twice is not None:
        raise PydanticCustomError("repeated", "{twice} is there twice; write it once", {"twice": twice})
    return value


def _no_repeats(values: tuple[Any, ...]) -> tuple[Any, ...]:
    twice = next((value for value in values if values.count(value) > 1), None)
    if twice is not None:
        raise PydanticCustomError("repeated", "{twice} is there twice; write it once", {"twice": twice})
    return values


Duration = Annotated[int, BeforeValidator(_duration)]
Rate = Annotated[Fraction, BeforeValidator(_rate)]
Size = Annotated[tuple[int, int], BeforeValidator(_size)]
ByteCount = Annotated[int, BeforeValidator(_byte_count)]
Colour = Annotated[str, BeforeValidator(_colour)]
Language = Annotated[str, BeforeValidator(_language)]
Zone = Annotated[str, BeforeValidator(_zone)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
FileName = Annotated[str, BeforeValidator(_plain_name)]
Text = Annotated[str, BeforeValidator(_text)]
Number = Annotated[float, Field(strict=True)]
Whole = Annotated[int, Field(strict=True)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Slot(_Section):
    """When the segment is on air. ``margin`` (ms) stays free; ``fill: hold`` pads to the exact end."""

    start: Moment
    end: Moment
    margin: Duration = 15_000
    overrun: Literal["warn", "strict"] = "warn"
    fill: Literal["none", "hold"] = "none"

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
    """What is handed over: picture size, rate, loudness in LUFS, true peak in dBTP, x264 quality (crf) and preset."""

    size: Size = (1920, 1080)
    fps: Rate = Fraction(25)
    loudness: Number = Field(default=-16, ge=-40, le=-9)
    true_peak: Number = Field(default=-1, ge=-9, le=0)
    quality: Whole = Field(default=20, ge=0, le=40)
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower"] = "veryfast"
    outputs: Annotated[tuple[Literal["soft", "burned"], ...], Field(min_length=1), AfterValidator(_no_repeats)] = (
        "soft", "burned")


class Cards(_Section):
    """Lengths in ms of the cards, the lower third and the fades; ``transition`` between items."""

    opening: Duration = 8_000
    title: Duration = 6_000
    closing: Duration = 6_000
    lower_third: Duration = 6_000
    fade: Duration = 400
    transition: Annotated[Literal["fade", "cut"], BeforeValidator(_transition)] = "fade"

    @model_validator(mode="after")
    def _fades_fit(self) -> Cards:
        shortest = min(length for length in (self.opening, self.title, self.closing) if length) if any(
            (self.opening, self.title, self.closing)) else None
        if shortest is not None and shortest < 2 * self.fade:
            raise PydanticCustomError("cards", "each card must last at least twice the fade (or 0s to leave it out)")
        return self


class Brand(_Section):
    """Colours, a font file and a logo; both files are named from the workspace folder."""

    background: Colour = "#0b3c5d"
    text: Colour = "#ffffff"
    accent: Colour = "#f2b134"
    font: Text | None = None
    logo: Text | None = None


class CaptionSettings(_Section):
    """How captions come about. ``languages`` are delivered as tracks and files, ``burn`` is drawn into the picture.

    ``corrections`` maps what a recogniser hears to what is to be written.
    """

    engine: Literal["auto", "whisper", "pocketsphinx"] = "auto"
    model: Text = "small"
    burn: Language = "en"
    languages: Annotated[tuple[Language, ...], AfterValidator(_no_repeats)] = ("en",)
    glossary: tuple[Text, ...] = ()
    corrections: Annotated[dict[str, Text], Field(max_length=500), AfterValidator(_corrections)] = {}
    style: Literal["default"] = "default"


class Limits(_Section):
    """The largest recording that is taken: length in ms, pixels of one picture, bytes."""

    duration: Annotated[Duration, AfterValidator(_above_zero)] = 1_800_000
    pixels: Whole = Field(default=35_389_440, ge=16_384)
    bytes: Annotated[ByteCount, AfterValidator(_above_zero)] = 20 * 2**30


class Trim(_Section):
    """Accepted in and out points in ms from the first picture. None: the message is shown from or to its end."""

    start: Duration | None = None
    end: Duration | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Trim:
        if self.end is not None and (self.start or 0) >= self.end:
            raise PydanticCustomError("trim", "end must be later than start", {"at": ("end",)})
        return self


class Speaker(_Section):
    """One expert: who, in which language, and which files are theirs."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    name: Text
    role: Text | None = None
    organisation: Text | None = None
    country: Text | None = None
    timezone: Zone | None = None
    language: Language = "en"
    video: FileName | None = None
    script: FileName | None = None
    trim: Trim = Trim()


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
    def _each_once(self) -> Config:
        ids = [speaker.id for speaker in self.speakers]
        again = next((place for place, name in enumerate(ids) if name in ids[:place]), None)
        if again is not None:
            raise PydanticCustomError("twice", "another speaker has this id; give each an id of its own",
                                      {"at": ("speakers", again, "id")})
        return self


def read_config(text: str, file: str = "config.yaml") -> Config:
    """Check the text of a config.yaml and give its values. Raises ConfigInvalid with every problem found."""
    document = _parsed(text, file)
    if not isinstance(document, dict):
        raise ConfigInvalid(file, ("write title:, slot: and speakers: (run `perspectives init` for an example)",))
    try:
        return Config.model_validate(_plain(document))
    except ValidationError as invalid:
        errors = invalid.errors()
        # A list whose every entry is wrong is reported as too short as well: the entries' own sentences say it all.
        errors = [error for error in errors if error["type"] != "too_short" or not _has_inner(error, errors)]
        problems = sorted((_sentence(document, error) for error in errors), key=lambda problem: problem[0])
        raise ConfigInvalid(file, tuple(f"line {line}: {sentence}" for line, sentence in problems)) from None


def speaker_added(text: str, speaker: dict[str, Any]) -> str:
    """The text with ``speaker`` written into ``speakers:``: changed where the id exists, appended where it does not.

    Comments, order and spelling of everything else stay as they were.
    """
    yaml = _yaml()
    document = yaml.load(text)
    _, dash_and_text, dash = load_yaml_guess_indent(text)
    if dash_and_text is not None:
        yaml.indent(mapping=2, sequence=dash_and_text, offset=dash)
    known = next((entry for entry in document["speakers"] if entry.get("id") == speaker["id"]), None)
    if known is None:
        document["speakers"].append(speaker)
    else:
        known.update(speaker)
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


class _AsWritten(RoundTripConstructor):
    """Gives a moment as it was written: the library's own reading turns +02:00 into UTC and forgets the zone."""


_AsWritten.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _reader() -> YAML:
    yaml = _yaml()
    yaml.Constructor = _AsWritten
    return yaml


def _parsed(text: str, file: str) -> Any:
    if len(text.encode()) > LARGEST_CONFIG_BYTES:
        raise ConfigInvalid(file, ("the file is larger than 1 MB; this is not a config.yaml",))
    try:
        _refuse_traps(text, file)
        return _reader().load(text)
    except MarkedYAMLError as broken:
        unquoted = re.search(r"^[^#\n]*\{[^#\n]*:\s+(#[0-9a-fA-F]{6})\b", text, re.M)
        if unquoted:
            raise ConfigInvalid(file, (f"line {text.count(chr(10), 0, unquoted.start(1)) + 1}: a colour needs quotes, "
                                       f'"{unquoted[1]}"; without them the rest of the line is a comment',)) from None
        unclosed = "quoted" in (broken.context or "")  # found out at the end of the file, and wrong where it begins
        mark = (broken.context_mark if unclosed else broken.problem_mark) or broken.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise ConfigInvalid(file, (where + _broken_yaml(broken),)) from None
    except ReaderError as broken:
        raise ConfigInvalid(file, (f"line {text.count(chr(10), 0, broken.position) + 1}: there is a control character "
                                   f"(U+{broken.character:04X}); delete it",)) from None
    except (YAMLError, ValueError) as broken:
        raise ConfigInvalid(file, (f"this is not readable as YAML ({str(broken).splitlines()[0]})",)) from None


def _refuse_traps(text: str, file: str) -> None:
    """Two kinds of YAML that are small to write and endless to read."""
    depth = 0
    for event in _reader().parse(text):
        line = f"line {event.start_mark.line + 1}: " if event.start_mark else ""
        if isinstance(event, AliasEvent):
            raise ConfigInvalid(file, (line + "references (*name) are not read here; write the value out",))
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise ConfigInvalid(file, (line + f"lists and sections lie more than {DEEPEST} deep in each other; "
                                       "look for a stray bracket",))


def _broken_yaml(broken: MarkedYAMLError) -> str:
    problem = (broken.problem or "").strip()
    if "duplicate key" in problem:
        name = re.search(r'found duplicate key "([^"]*)"', problem)
        return f"the key {name[1] if name else ''} is written twice; keep one of them"
    if "tab" in problem or "\\t" in problem:
        return "there is a tab character; indent with spaces"
    return f"this is not readable as YAML: {problem}; look for a missing colon, quote or bracket near there"


def _plain(node: Any) -> Any:
    """The document as plain dicts, lists and scalars, so that pydantic does not meet ruamel's own classes."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, str):
        return str(node)
    if isinstance(node, float) and not isinstance(node, bool):
        return float(node)
    return node


def _has_inner(outer: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    size = len(outer["loc"])
    return any(len(error["loc"]) > size and error["loc"][:size] == outer["loc"] for error in errors)


_ALLOWED: dict[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda e: "is missing; write it",
    "string_pattern_mismatch": lambda e: "write small letters a-z, digits and hyphens, for example wold-mccormick",
    "literal_error": lambda e: "write " + e["ctx"]["expected"].replace("'", ""),
    "greater_than_equal": lambda e: f"write a number of at least {e['ctx']['ge']:g}",
    "less_than_equal": lambda e: f"write a number of at most {e['ctx']['le']:g}",
    "too_short": lambda e: "write at least one",
    "too_long": lambda e: f"write at most {e['ctx']['max_length']}",
    "float_parsing": lambda e: "write a number",
    "float_type": lambda e: "write a number",
    "int_parsing": lambda e: "write a whole number",
    "int_type": lambda e: "write a whole number",
    "int_from_float": lambda e: "write a whole number",
    "tuple_type": lambda e: "write a list, for example [en, es], or entries that begin with a hyphen",
    "dict_type": lambda e: "write pairs of what is heard and what is to be written, for example {Klinkem: Klinkum}",
    "string_type": lambda e: "write some text, in quotes if it looks like a number",
    "model_type": lambda e: "write the keys of this section under it",
    "model_attributes_type": lambda e: "write the keys of this section under it",
}


def _sentence(document: Any, error: ErrorDetails) -> tuple[int, str]:
    """The line that is wrong, counted from 1, and what is to be said of it."""
    line, sentence = _said(document, error)
    return line, "".join(letter if letter.isprintable() else "\ufffd" for letter in sentence)


def _said(document: Any, error: ErrorDetails) -> tuple[int, str]:
    location = (*error["loc"], *error.get("ctx", {}).get("at", ()))
    where, line = _line_of(document, location)
    path = ".".join(f"[{part + 1}]" if isinstance(part, int) else str(part) for part in location).replace(".[", "[")
    if error["type"] == "extra_forbidden":
        allowed = _keys_at(location[:-1])
        near = difflib.get_close_matches(str(location[-1]), allowed, n=1)
        hint = f"did you mean {near[0]}?" if near else "allowed here: " + ", ".join(allowed)
        return line, f"{path} is not a key I know; {hint}"
    if error["type"] == "missing":
        return line, f"{path} is missing; write it"
    say = _ALLOWED.get(error["type"])
    wanted = say(error) if say else error["msg"]
    saw = "" if isinstance(where, dict | list) else f" is {_shown(where)}"
    return line, f"{path}{saw}; {wanted}" if saw else f"{path}: {wanted}"


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, str):
        return f'"{value if len(value) <= 60 else value[:57] + "..."}"'
    return str(value).lower() if isinstance(value, bool) else str(value)[:60]


def _line_of(document: Any, location: tuple[int | str, ...]) -> tuple[Any, int]:
    """The value at ``location`` as far as it exists, and its line counted from 1."""
    node, line = document, 1
    for part in location:
        keys = list(node) if isinstance(node, dict) else []
        part = next((key for key in keys if str(key) == part), part)  # a key may be a number or a date in YAML
        try:
            inside = node[part]
            position = node.lc.key(part) if part in keys else node.lc.item(part)
        except (KeyError, IndexError, TypeError, AttributeError):
            return node, line
        node, line = inside, position[0] + 1
    return node, line


def _keys_at(location: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Config
    for part in location:
        if part == "speakers":
            model = Speaker
        elif isinstance(part, str) and part in model.model_fields:
            inner = model.model_fields[part].annotation
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                model = inner
    return list(model.model_fields)
