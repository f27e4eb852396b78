"""Dates and times as people write them in the event's language; without it each list and card would
have a form of its own, and none of them that of the reader.

By CLDR's rules (Babel), which is loaded where a date is written: it takes 50 ms.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.timing import clock

if TYPE_CHECKING:
    from babel import Locale

    from pipeline.config import Config, Slot

_WORLD_ENGLISH = "en_001"
"""14 September, as most of the world writes it; ``language: en-US`` has it the other way."""


def language_of(config: Config) -> str:
    """The event's language: as it is said, else that of the captions in the picture."""
    return config.language or config.captions.burn[0]


def locale_of(config: Config) -> Locale:
    """How dates are written in the event's language; in English where CLDR does not know it."""
    from babel import Locale, UnknownLocaleError

    tag = language_of(config)
    try:
        return Locale.parse(_WORLD_ENGLISH if tag == "en" else tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_WORLD_ENGLISH)


def hours(config: Config) -> str:
    """Date and hours of the slot on the event's clock: 14 September 2021 · 14:30–14:50 UTC+02:00"""
    return hours_in(config.slot, config)


def hours_in(slot: Slot, config: Config) -> str:
    """As ``hours``, of a ``slot`` of one of several segments in the words of the whole."""
    from babel.dates import format_date, format_interval, format_skeleton

    locale = locale_of(config)
    start, end = (slot.on_clock(moment) for moment in (slot.start, slot.end))
    days = format_date(start, "long", locale)
    if start.date() != end.date():
        days = format_interval(start, end, "yMMMMd", locale=locale)
    if start.utcoffset() != end.utcoffset():  # clocks change on the way
        both = (f"{format_skeleton('Hm', at, locale=locale)} {_utc(at)}" for at in (start, end))
        return f"{days} · {' – '.join(both)}"
    from_to = format_interval(start, end, "Hm", tzinfo=start.tzinfo, locale=locale)
    return f"{days} · {from_to} {_utc(start)}"


def day_of(config: Config) -> str:
    """The day on which the segment is on air: 14 September 2021"""
    from babel.dates import format_date

    slot = config.slot
    said: str = format_date(slot.on_clock(slot.start), "long", locale_of(config))
    return said


def _utc(moment: datetime) -> str:
    """Its offset: ``UTC+02:00``, ``UTC``."""
    return f"UTC{moment.isoformat()[-6:]}" if moment.utcoffset() else "UTC"


def length_in(config: Config, ms: int) -> str:
    """A length as ``timing.clock`` has it, with the point that the event's language puts into a
    number: ``7,1 s``.
    """
    from babel.numbers import get_decimal_symbol

    said = clock(ms)
    return said.replace(".", get_decimal_symbol(locale_of(config)))


def on_clock_of(moment: datetime, zone: str | None, config: Config) -> str:
    """A moment on the clock of a zone, with the zone's name; on the event's, with its offset, where
    no zone is known: ``Friday 10 September 2021, 18:00 (New Zealand Time)``.
    """
    from babel.dates import format_date, format_skeleton, get_timezone_name

    locale = locale_of(config)
    there = moment.astimezone(ZoneInfo(zone)) if zone else config.slot.on_clock(moment)
    day, time = format_date(there, "full", locale), format_skeleton("Hm", there, locale=locale)
    clocks = f"UTC{there.isoformat()[-6:]}"
    if zone:
        clocks = get_timezone_name(ZoneInfo(zone), "long", locale=locale, zone_variant="generic")
    return f"{day}, {time} ({clocks})"
