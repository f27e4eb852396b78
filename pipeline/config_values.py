"""The kinds of values in config.yaml; without it each key would check its lengths in its own words.

Each says in a sentence what is to be written instead: lengths of time (ms), sizes, shares, colours,
languages, zones, names of files. The sections that are made of them are in config.py.
"""

from __future__ import annotations

import functools
import re
import unicodedata
import zoneinfo
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError as Wrong

from pipeline.captions.cues.style import NAMES as STYLES
from pipeline.captions.cues.style import style_problems
from pipeline.captions.words.tags import standard
from pipeline.codes import NOT_AIRED, OF_INTRO, Code
from pipeline.meant import did_you_mean
from pipeline.themes import THEMES
from pipeline.timing import parse_duration_ms, parse_rate

STRICT = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
"""Of every section: nothing in it changes, and no other key is allowed."""
LONGEST_MS = 24 * 3_600_000
OUTPUT_FOLDERS = (
    "brief", "captions", "clips", "editions", "mail", "notes", "pack", "proofs", "publish",
    "stills",
)  # fmt: skip
"""Folders that outputs/ has, whatever the segments are."""
# fmt: off
_UNITS = {
    "": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30,
    "tib": 2**40,
}
# fmt: on


def _duration(value: Any) -> int:
    wanted = "write a length of time, for example 8s or 1m30s"
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Wrong("duration", wanted)
    try:
        length_ms = parse_duration_ms(value)
    except ValueError:
        raise Wrong("duration", wanted) from None
    if length_ms > LONGEST_MS:
        raise Wrong("duration", "write a length of time of at most 24h")
    return length_ms


def _with_its_unit(value: Any) -> Any:
    """A bare 4 is four seconds to us, and four minutes to whoever writes it for a message."""
    written = "" if isinstance(value, bool) else str(value).strip()
    if re.fullmatch(r"\d{1,2}(\.\d+)?", written) and 1 <= float(written) < 60:
        raise Wrong(
            "allowance",
            "{written} means {written} seconds; write {written}m for minutes, or {written}s",
            {"written": written},
        )
    return value


def _spoken_in(value: int) -> int:
    """How long a message may be: a spreadsheet's 4:30 is 0.003125 of a day."""
    if value < 1000:
        raise Wrong("allowance", "write how long the message may be, for example 4m30s")
    return value


def _above_zero(value: int) -> int:
    if value == 0:
        raise Wrong("above_zero", "write more than nothing")
    return value


def _rate(value: Any) -> Fraction:
    try:
        return parse_rate(value)
    except (ValueError, ZeroDivisionError):
        raise Wrong("rate", "write a frame rate from 10 to 120, for example 25 or 29.97") from None


def _size(value: Any) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{2,5})x(\d{2,5})", str(value).strip())
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(128 <= side <= 8192 and side % 2 == 0 for side in size):
        raise Wrong("size", "write width x height in even numbers, for example 1920x1080")
    return size


def _byte_count(value: Any) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", str(value).strip().lower())
    if isinstance(value, bool) or not found or found[2] not in _UNITS:
        raise Wrong("bytes", "write a size, for example 20GiB")
    return round(float(found[1]) * _UNITS[found[2]])


def _colour(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise Wrong("colour", 'write a colour in quotes, for example "#0b3c5d"')
    return value.lower()


def _surround(value: Any) -> str:
    if value == "blur":
        return "blur"
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise Wrong("surround", 'write blur, or a colour in quotes, for example "#0b3c5d"')
    return value.lower()


def _share(value: Any) -> Fraction:
    found = re.fullmatch(r"(\d{1,2}(?:\.\d{1,3})?)\s*%", str(value).strip())
    if not found and not (value == 0 and not isinstance(value, bool)):
        raise Wrong("share", "write how much of the picture is cut off there, for example 10%")
    return Fraction(found[1]) / 100 if found else Fraction(0)


def _place(value: Any) -> Fraction | Literal["whole"]:
    if value == "whole":
        return "whole"
    found = re.fullmatch(r"(\d{1,2}(?:\.\d{1,3})?|100)\s*%", str(value).strip())
    if not found:
        raise Wrong(
            "place", "write where its middle is, from the left (or the top), such as 40%, or whole"
        )
    return Fraction(found[1]) / 100


def _password_hash(value: Any) -> str:
    """Never repeats what was written: it may be the password itself."""
    if not isinstance(value, str) or not re.fullmatch(r"\$argon2id\$[\w$=,+/.-]{40,300}", value):
        raise Wrong(
            "password", "write what `perspectives review --password` prints, never a password"
        )
    return value


def _language(value: Any) -> str:
    if isinstance(value, bool):
        raise Wrong("language", 'write a language code in quotes, for example "no"')
    code = standard(value) if isinstance(value, str) else None
    if code is None:
        raise Wrong("language", "write a language code, for example en, es or pt-BR")
    return code


def _zone(value: Any) -> str:
    if not isinstance(value, str) or value not in _zones():
        raise Wrong("zone", "write a time zone, for example Pacific/Auckland")
    return value


@functools.cache
def _zones() -> set[str]:
    return zoneinfo.available_timezones()


def _moment(value: Any, info: ValidationInfo) -> datetime:
    """A moment with the offset that is written, or that the clocks of ``timezone`` have then: the
    section reads that key first.
    """
    zone = info.data.get("timezone")
    moment = _written_moment(value)
    if moment is None or not (moment.tzinfo or zone or _refused(info)):
        raise Wrong(
            "moment",
            "write date, time and offset from UTC, for example 2021-09-14T14:30:00+02:00 (with"
            " timezone: beside it, 2021-09-14 14:30 is enough)",
        )
    if moment.tzinfo:
        return moment
    return _on_clocks_of(zone, moment) if zone else moment.replace(tzinfo=UTC)


def _written_moment(value: Any) -> datetime | None:
    """Date and time as they are written, with the offset if one is; None where they are neither."""
    written = re.sub(r"\s+(?=[+-]\d)", "", str(value).strip()).replace(" ", "T", 1)
    try:
        return datetime.fromisoformat(written) if ":" in written else None
    except ValueError:
        return None


def _deadline(value: Any, info: ValidationInfo) -> datetime:
    """A moment on the event's clock, that of ``slot``, where no offset is written."""
    moment, slot = _written_moment(value), info.data.get("slot")
    if moment is None:
        raise Wrong("deadline", "write date and time, for example 2021-09-10 18:00")
    if moment.tzinfo or slot is None:
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if slot.timezone:
        return _on_clocks_of(slot.timezone, moment)
    return moment.replace(tzinfo=slot.start.tzinfo)


def _yes_or_no(value: Any) -> bool:
    """Also as people write it: YAML takes ``yes`` for a word."""
    said = {"yes": True, "no": False}.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(said, bool):
        raise Wrong("yes_or_no", "write yes or no")
    return said


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Wrong("day", "write a day, for example 2027-01-01") from None


def _mail_address(value: Any) -> str:
    """An address as mail programs take it, without the name that they copy along with it."""
    from email.errors import MessageError  # a few ms, which most events need not pay for
    from email.headerregistry import Address

    written = _text(value)
    named = re.fullmatch(r"(?!.*@.*[,;])[^<>]*<([^<>]+)>", written)
    address = named[1].strip() if named else written
    try:
        # the reader of headers knows letters of ASCII only; mail has others too (RFC 6531)
        Address(addr_spec=re.sub(r"[^\x00-\x7f]", "x", address))
        return address
    except (MessageError, ValueError, IndexError):
        raise Wrong(
            "address", "write one mail address, for example name@university.example"
        ) from None


def _refused(info: ValidationInfo) -> bool:
    """Whether ``timezone`` is wrong itself, which is enough to be told."""
    return "timezone" not in info.data


def _on_clocks_of(zone: str, local: datetime) -> datetime:
    """The moment at which the clocks of a zone show ``local``, with the offset that they have."""
    clocks = ZoneInfo(zone)
    first, second = (local.replace(tzinfo=clocks, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return _at_offset(first)
    shown = [moment.astimezone(UTC).astimezone(clocks) for moment in (first, second)]
    if shown[0].replace(tzinfo=None) != local:
        earlier, later = sorted(f"{moment:%Y-%m-%d %H:%M}" for moment in shown)
        raise Wrong(
            "moment",
            "clocks in {zone} skip that time when they go forward; write {earlier} or {later}",
            {"zone": zone, "earlier": earlier, "later": later},
        )
    raise Wrong(
        "moment",
        "clocks in {zone} show that time twice when they go back; write {first} for the first, or"
        " {second} for the second",
        {
            "zone": zone,
            "first": _at_offset(first).isoformat(),
            "second": _at_offset(second).isoformat(),
        },
    )


def _at_offset(moment: datetime) -> datetime:
    """The same, at a fixed offset: Python's arithmetic within a zone forgets that clocks change."""
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()), fold=0)


def _plain_name(value: Any) -> str:
    in_no_folder = isinstance(value, str) and not any(sign in value for sign in "/\\\0")
    if not in_no_folder or value in ("", ".", ".."):
        raise Wrong("file", "write the name of a file that lies in inputs/, without a folder")
    return str(value)


def _style(value: Any) -> Any:
    """A style's name, or own numbers; which of them a language allows shows where it is used."""
    if isinstance(value, dict):
        for key, problem in style_problems(value).items():
            raise Wrong("style", "{key} {problem}", {"key": str(key), "problem": problem})
    elif value not in STYLES:
        raise Wrong(
            "style",
            "write default, bbc or relaxed, or numbers such as {line_length: 37, reading_speed:"
            " 17}",
        )
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong(
            "text", "write some text; put it in quotes if it looks like a number, a date, yes or no"
        )
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in re.sub(r"[\n\t]", "", value)):
        raise Wrong("text", "there is a character in it that cannot be shown; write the text again")
    return re.sub(r"\s*[\n\t]\s*", " ", value.strip())


def _command(value: Any) -> Any:
    """No line for a shell: nothing that stands in a file's name is ever obeyed."""
    words = list(value) if isinstance(value, list | tuple) else [None]
    if not all(isinstance(word, str) and word.isprintable() for word in words) or words[:1] == [""]:
        raise Wrong(
            "command",
            "write the program and each of its arguments as a list of texts, for example"
            " [rsync, -a, outputs/, stage:/media/]",
        )
    return tuple(words)


def _theme(value: Any) -> Any:
    *first, last = THEMES
    if not isinstance(value, str) or value not in THEMES:
        raise Wrong(
            "theme",
            "write {names}; `perspectives still --cards --theme all` shows them",
            {"names": f"{', '.join(first)} or {last}"},
        )
    return value


def _corrections(value: dict[str, str]) -> dict[str, str]:
    wordless = next((heard for heard in value if not re.search(r"\w", heard)), None)
    if wordless is not None:
        raise Wrong(
            "wordless", '"{heard}" holds no word; write what was heard', {"heard": wordless}
        )
    folded = [" ".join(heard.casefold().split()) for heard in value]
    twice = next((heard for heard in folded if folded.count(heard) > 1), None)
    if twice is not None:
        raise Wrong("repeated", "{twice} is there twice; write it once", {"twice": twice})
    return value


def _chapters(value: Any) -> tuple[tuple[int, str], ...]:
    """Chapters in order, by the ms at which they begin. What came out goes in again."""
    if isinstance(value, tuple):
        value = dict(value)
    if not isinstance(value, dict):
        raise Wrong("chapters", "write times and titles, for example {0m0s: Welcome, 1m20s: Now}")
    chapters: dict[int, str] = {}
    for written, title in value.items():
        at_ms = _duration(written)
        if at_ms in chapters:
            raise Wrong("repeated", "two chapters begin at {at}", {"at": str(written)})
        chapters[at_ms] = _text(title)
    return tuple(sorted(chapters.items()))


def _code(value: Any) -> Any:
    code = str(value).removeprefix(OF_INTRO)
    if code == "machine-failed":
        raise Wrong("code", "that is no fault of a message's; nothing is built until it went well")
    if code not in get_args(Code):
        meant = did_you_mean(code, get_args(Code))
        codes = ", ".join(sorted(NOT_AIRED))
        raise Wrong(
            "code",
            "{meant}write the code of a finding: {codes}, or that of an error (docs/errors.md)",
            {"meant": meant and f"{meant} ", "codes": codes},
        )
    return value


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def no_repeats(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values. Raises PydanticCustomError where one is there twice."""
    twice = next((value for value in values if values.count(value) > 1), None)
    if twice is not None:
        raise Wrong("repeated", "{twice} is there twice; write it once", {"twice": twice})
    return values


def _folder_of_its_own(value: str) -> str:
    """The id of a segment, which becomes a folder in outputs/."""
    if value in OUTPUT_FOLDERS:
        raise Wrong("folder", "outputs/ has a folder of that name for something else")
    return _a_folder_anywhere(value)


def _a_folder_anywhere(value: str) -> str:
    if re.fullmatch(r"con|prn|aux|nul|(com|lpt)\d", value):
        raise Wrong("folder", "Windows knows no folder of that name")
    return value


def _timecode(value: Any) -> tuple[int, int, int, int]:
    """Hours, minutes, seconds and pictures of 25 a second."""
    written = re.fullmatch(r"(\d\d):(\d\d):(\d\d):(\d\d)", str(value))
    if not written:
        raise Wrong("timecode", 'write hours, minutes, seconds and pictures, "10:00:00:00"')
    hours, minutes, seconds, pictures = map(int, written.groups())
    ranges = (
        ("hours", hours, 23),
        ("minutes", minutes, 59),
        ("seconds", seconds, 59),
        ("pictures", pictures, 24),
    )
    over = [f"its {name} go from 00 to {most}" for name, part, most in ranges if part > most]
    if over:
        raise Wrong("timecode", "{over}", {"over": ", ".join(over)})
    return hours, minutes, seconds, pictures


def _section(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Wrong("section", "write the keys of this section under it")
    return value


Duration = Annotated[int, BeforeValidator(_duration)]
SomeDuration = Annotated[Duration, AfterValidator(_above_zero)]
Allowance = Annotated[SomeDuration, BeforeValidator(_with_its_unit), AfterValidator(_spoken_in)]
Rate = Annotated[Fraction, BeforeValidator(_rate)]
Size = Annotated[tuple[int, int], BeforeValidator(_size)]
ByteCount = Annotated[int, BeforeValidator(_byte_count), AfterValidator(_above_zero)]
OwnColour = Annotated[str | None, BeforeValidator(_colour)]
"""Left out: the theme's. An empty one is refused: without quotes a colour becomes a comment."""
Share = Annotated[Fraction, BeforeValidator(_share)]
Place = Annotated[Fraction | Literal["whole"], PlainValidator(_place)]
Surround = Annotated[str, BeforeValidator(_surround)]
Fit = Literal["contain", "cover"]
Outputs = Annotated[
    tuple[Literal["soft", "burned"], ...], Field(min_length=1), AfterValidator(no_repeats)
]
Language = Annotated[str, BeforeValidator(_language)]

Languages = Annotated[tuple[Language, ...], AfterValidator(no_repeats)]
OneOrTwoLanguages = Annotated[
    tuple[Language, ...],
    BeforeValidator(_one_or_more),
    Field(min_length=1, max_length=2),
    AfterValidator(no_repeats),
]
Accepted = Annotated[
    tuple[Annotated[str, BeforeValidator(_code)], ...],
    BeforeValidator(_one_or_more),
    AfterValidator(no_repeats),
]
Zone = Annotated[str, BeforeValidator(_zone)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Deadline = Annotated[datetime, BeforeValidator(_deadline)]
MailAddress = Annotated[str, BeforeValidator(_mail_address)]
FileName = Annotated[str, BeforeValidator(_plain_name)]
Text = Annotated[str, BeforeValidator(_text)]
Command = Annotated[tuple[str, ...], BeforeValidator(_command), Field(max_length=100)]
PasswordHash = Annotated[str, BeforeValidator(_password_hash)]
Corrections = Annotated[dict[str, Text], Field(max_length=500), AfterValidator(_corrections)]
Chapters = Annotated[tuple[tuple[int, str], ...], BeforeValidator(_chapters), Field(max_length=100)]
Timecode = Annotated[tuple[int, int, int, int], BeforeValidator(_timecode)]
Style = Annotated[str | dict[str, Any], BeforeValidator(_style)]
ThemeName = Annotated[str, BeforeValidator(_theme)]
Number = Annotated[float, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
YesOrNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Day = Annotated[date, BeforeValidator(_day)]
Whole = Annotated[int, Field(strict=True)]
_FolderName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
SegmentId = Annotated[_FolderName, AfterValidator(_folder_of_its_own)]
EditionName = Annotated[_FolderName, AfterValidator(_a_folder_anywhere)]
SectionText = Annotated[Mapping[str, Any], BeforeValidator(_section)]
"""A section as it is written, its values not checked yet."""
