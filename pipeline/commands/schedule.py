"""A conference's schedule as Pretalx and frab hand it out; without it speakers, times and rooms
that stand in a file already would be typed once more.

Bytes in, talks out: both programs write ``schedule.xml`` and ``schedule.json`` in one shape (days,
rooms in them, talks with their speakers). What one leaves out or spells otherwise is read gently; a
talk without a time or a room is none of the programme's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import chain, count
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.captions.words.tags import standard
from pipeline.config import Speaker
from pipeline.config_values import OUTPUT_FOLDERS
from pipeline.errors import ConfigInvalid, UsageWrong
from pipeline.plan.intake import id_from
from pipeline.plan.unedited import TITLE
from pipeline.timing import parse_duration_ms

LARGEST_BYTES = 50_000_000
"""That of a congress with a thousand talks, their abstracts in it, has 5 MB."""
_LISTED = 12


@dataclass(frozen=True)
class Person:
    """Somebody who speaks; ``organisation`` where the schedule says it."""

    name: str
    organisation: str | None = None


@dataclass(frozen=True)
class Talk:
    """A talk: when and where, who speaks, in which language (None: it is not said)."""

    code: str
    title: str
    room: str
    start: datetime
    end: datetime
    language: str | None
    persons: tuple[Person, ...]

    @property
    def day(self) -> str:
        """The day on which it begins, as 2021-09-14."""
        return self.start.date().isoformat()


@dataclass(frozen=True)
class Wanted:
    """Which talks of a schedule are meant: those in a room, of a day, or one by its code, number or
    title. None: any. ``segments``: each talk becomes a segment of its own.
    """

    room: str | None = None
    day: str | None = None
    talk: str | None = None
    segments: bool = False


@dataclass(frozen=True)
class Written:
    """What is written into config.yaml: entries of speakers, keys of the whole file, segments."""

    speakers: tuple[dict[str, Any], ...]
    whole: Mapping[str, Any] = field(default_factory=dict)
    segments: tuple[dict[str, Any], ...] = ()


def is_schedule(data: bytes) -> bool:
    """Whether a file looks like a schedule, by its beginning."""
    begins = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return begins in (b"<", b"{")


def read_schedule(data: bytes, file: str, clock: tzinfo | None) -> tuple[Talk, ...]:
    """All talks in the order of their times, on the conference's clock; on ``clock``, the event's,
    where the schedule names none. Raises ConfigInvalid where it is no schedule, or there is no talk
    in it.
    """
    if len(data) > LARGEST_BYTES:
        raise _refused(file, "the file is larger than 50 MB; this is no schedule")
    in_json = data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    events = _in_json(data, file) if in_json else _in_xml(data, file)
    talks = [talk for one in events if (talk := _talk(one, clock))]
    if not talks:
        raise _refused(
            file,
            "there is no talk with a time and a room in it; export the schedule once it is released"
            " (Pretalx: Schedule, Export, schedule.json or schedule.xml)",
        )
    return tuple(sorted(talks, key=lambda talk: (talk.start, talk.room)))


def chosen(talks: Sequence[Talk], wanted: Wanted, file: str) -> tuple[Talk, ...]:
    """The talks that are meant, of one room and one day where they are not to be segments. Raises
    UsageWrong, with what there is, where that is not said.
    """
    found = [talk for talk in talks if _meant(talk, wanted)]
    if not found:
        raise UsageWrong(f"{file}: there is no such talk.\n{_there(talks)}\nNothing was changed.")
    places = {(talk.room, talk.day) for talk in found}
    if len(places) > 1 and not wanted.segments:
        raise UsageWrong(
            f"{file}: say which part of it this segment is, with --room, --day or --talk;"
            " or make each talk a segment of its own with --segments.\n"
            f"{_there(found)}\nNothing was changed."
        )
    return tuple(found)


def slot_of(talks: Sequence[Talk]) -> tuple[datetime, datetime]:
    """When the first of some talks begins and the last of them ends."""
    return min(talk.start for talk in talks), max(talk.end for talk in talks)


def written_of(
    talks: Sequence[Talk], wanted: Wanted, known: Mapping[str, Speaker], there: Mapping[str, Any]
) -> Written:
    """What some talks come to in a config.yaml that says what is ``there``: the one segment, with
    its slot and, of one talk, its title in place of the template's; or, where there are segments or
    are to be, one more of all of them, or one of each. Raises UsageWrong where nobody speaks.
    """
    speakers = entries_of(talks, known)
    slot = there.get("slot")
    whole: dict[str, Any] = {"slot": {}}
    zone = getattr(talks[0].start.tzinfo, "key", None)
    if zone and not (isinstance(slot, dict) and slot.get("timezone")):
        whole["slot"]["timezone"] = zone
    if wanted.segments or there.get("segments"):
        whole = whole if whole["slot"] else {}
        return Written(speakers, whole, _segments(talks, wanted.segments, ids_of(talks, known)))
    start, end = slot_of(talks)
    whole["slot"] |= {"start": start.isoformat(), "end": end.isoformat()}
    if len(talks) == 1 and talks[0].title and there.get("title") == TITLE:
        whole["title"] = talks[0].title
    return Written(speakers, whole)


def _segments(
    talks: Sequence[Talk], each: bool, ids: Mapping[str, str]
) -> tuple[dict[str, Any], ...]:
    parts = [(talk,) for talk in talks] if each else [tuple(talks)]
    taken, found = {*OUTPUT_FOLDERS}, []
    for part in parts:
        persons = dict.fromkeys(ids[_same(one.name)] for talk in part for one in talk.persons)
        if not persons:
            continue
        first = part[0]
        title = first.title if len(part) == 1 and first.title else first.room
        named = id_from(title if len(part) == 1 else f"{title} {first.day}")
        own = next(one for one in _numbered(named) if one not in taken)
        taken.add(own)
        start, end = slot_of(part)
        hours = {"start": start.isoformat(), "end": end.isoformat()}
        found.append({"id": own, "title": title, "slot": hours, "speakers": [*persons]})
    if not found:
        raise UsageWrong("Nobody speaks in what was chosen of the schedule. Nothing was changed.")
    return tuple(found)


def ids_of(talks: Sequence[Talk], known: Mapping[str, Speaker]) -> dict[str, str]:
    """The id of everybody who speaks, by their name as ``_same`` has it: that of who is ``known``,
    a free one for the others.
    """
    ids = {_same(speaker.name): one for one, speaker in known.items()}
    for person in (one for talk in talks for one in talk.persons):
        name = _same(person.name)
        ids[name] = ids.get(name) or _free_id(person.name, {*known, *ids.values()})
    return ids


def entries_of(talks: Sequence[Talk], known: Mapping[str, Speaker]) -> tuple[dict[str, str], ...]:
    """The speakers of some talks as config.yaml has them, each once, in the order of their talks.

    ``known`` are there already, by id: what somebody wrote of them stays, an organisation that is
    not there is written.
    """
    ids, entries = ids_of(talks, known), dict[str, dict[str, str]]()
    for talk in talks:
        for person in talk.persons:
            own = ids[_same(person.name)]
            entries.setdefault(own, _entry(own, person, talk.language, known.get(own)))
    return tuple(entry for entry in entries.values() if len(entry) > 1)


def _entry(own: str, person: Person, language: str | None, there: Speaker | None) -> dict[str, str]:
    entry = {"id": own} if there else {"id": own, "name": person.name}
    if person.organisation and not (there and there.organisation):
        entry["organisation"] = person.organisation
    if language and not there:
        entry["language"] = language
    return entry


def _same(name: str) -> str:
    return " ".join(name.casefold().split())


def _free_id(name: str, taken: Iterable[str]) -> str:
    """An id of the last name, of the whole name where somebody has that one, then with a number."""
    family = id_from(name.split()[-1])
    ways = chain([family, id_from(name)], _numbered(family))
    return next(one for one in ways if one not in taken)


def _numbered(name: str) -> Iterator[str]:
    return chain([name], (f"{name}-{number}" for number in count(2)))


def _refused(file: str, problem: str) -> ConfigInvalid:
    return ConfigInvalid(file, (problem, "nothing was changed"))


def _meant(talk: Talk, wanted: Wanted) -> bool:
    room, day, one = wanted.room, wanted.day, wanted.talk
    return (
        (room is None or _same(room) == _same(talk.room))
        and (day is None or day == talk.day)
        and (one is None or _same(one) in (_same(talk.code), _same(talk.title)))
    )


def _there(talks: Sequence[Talk]) -> str:
    """The rooms and days of some talks, a line each; of a few talks each of them."""
    if len(talks) <= _LISTED and len({(talk.room, talk.day) for talk in talks}) <= 1:
        return "\n".join(f"  --talk {talk.code}  {talk.title}" for talk in talks)
    places: dict[tuple[str, str], list[Talk]] = {}
    for talk in talks:
        places.setdefault((talk.room, talk.day), []).append(talk)
    lines = [_place(room, day, there) for (room, day), there in places.items()]
    more = [f"  and {len(lines) - _LISTED} more"] if len(lines) > _LISTED else []
    return "\n".join([*lines[:_LISTED], *more])


def _place(room: str, day: str, talks: Sequence[Talk]) -> str:
    start, end = slot_of(talks)
    count = "1 talk" if len(talks) == 1 else f"{len(talks)} talks"
    return f'  --room "{room}" --day {day}  {start:%H:%M} to {end:%H:%M}, {count}'


# --- the two ways in which it is written ----------------------------------------------------------


def _in_json(data: bytes, file: str) -> Iterator[Mapping[str, Any]]:
    """Every event of a schedule.json, with its room, its day and the conference's zone."""
    try:
        answer = _section(json.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        raise _refused(file, "this is not readable as JSON; export the schedule again") from None
    conference = _section(_section(answer.get("schedule", answer)).get("conference"))
    days = conference.get("days")
    if not isinstance(days, list):
        said = 'there are no "days" in its "conference", as Pretalx and frab write them'
        raise _refused(file, said)
    for day in map(_section, days):
        where = {"day": day.get("date"), "zone": conference.get("time_zone_name")}
        for room, events in _section(day.get("rooms")).items():
            for event in events if isinstance(events, list) else ():
                yield {**_section(event), **where, "room": room}


def _section(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _in_xml(data: bytes, file: str) -> Iterator[Mapping[str, Any]]:
    """Every event of a schedule.xml, as the JSON has it."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        schedule = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError):
        raise _refused(file, "this is not readable as XML; export the schedule again") from None
    if schedule.tag != "schedule":
        raise _refused(file, f"this is <{schedule.tag}>, not the <schedule> of Pretalx or frab")
    zone = schedule.findtext("conference/time_zone_name")
    for day in schedule.iterfind("day"):
        for room in day.iterfind("room"):
            for event in room.iterfind("event"):
                texts = {part.tag: (part.text or "").strip() for part in event}
                persons = [one.text or "" for one in event.iterfind("persons/person")]
                where = {"day": day.get("date"), "zone": zone, "room": room.get("name")}
                yield {**event.attrib, **texts, **where, "persons": persons}


def _talk(event: Mapping[str, Any], clock: tzinfo | None) -> Talk | None:
    """An event as a talk; None where it has no time, no length or no room."""
    start, length_ms = _start(event, _zone(event) or clock), _length_ms(event.get("duration"))
    room = _line(event.get("room"))
    if start is None or not length_ms or not room:
        return None
    code = next(filter(None, (_line(event.get(key)) for key in ("code", "id", "guid"))), "")
    end = start + timedelta(milliseconds=length_ms)
    persons = event.get("persons")
    speak = [_person(one) for one in persons] if isinstance(persons, list) else []
    people = tuple(one for one in speak if one)
    return Talk(code, _line(event.get("title")), room, start, end, _language(event), people)


_NIGHT_ENDS = 4
"""What begins before four in the morning stands under the day before."""


def _start(event: Mapping[str, Any], clock: tzinfo | None) -> datetime | None:
    """When it begins; older files of frab's have the day and the time of day alone."""
    moment = _moment(event.get("date"))
    if moment is None:
        moment = _moment(f"{event.get('day')}T{str(event.get('start')).zfill(5)}")
        if moment and moment.hour < _NIGHT_ENDS:
            moment += timedelta(days=1)
    if moment is None or clock is None:
        return moment if moment and moment.tzinfo else None
    return moment.astimezone(clock) if moment.tzinfo else moment.replace(tzinfo=clock)


def _zone(event: Mapping[str, Any]) -> tzinfo | None:
    try:
        return ZoneInfo(_line(event.get("zone")))
    except (ValueError, OSError, KeyError):  # there is none of that name
        return None


def _person(person: Any) -> Person | None:
    if isinstance(person, str):
        person = {"name": person}
    said = _section(person)
    names = (_line(said.get(key)) for key in ("name", "public_name", "full_public_name"))
    places = (_line(said.get(key)) for key in ("organization", "organisation", "affiliation"))
    name = next(filter(None, names), "")
    return Person(name, next(filter(None, places), None)) if name else None


def _line(value: Any) -> str:
    """A text on one line, as config.yaml may have it; nothing where it is none."""
    if not isinstance(value, str | int):
        return ""
    return " ".join("".join(one if one.isprintable() else " " for one in str(value)).split())


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if "T" in value else None
    except (ValueError, TypeError):
        return None


def _length_ms(value: Any) -> int:
    """Hours and minutes, ``00:30`` or ``1:05:00``; minutes alone in some exports."""
    written = str(value)
    if re.fullmatch(r"\d+:\d\d", written):
        written += ":00"
    elif re.fullmatch(r"\d+", written):
        written += "m"
    try:
        return parse_duration_ms(written)
    except ValueError:
        return 0


def _language(event: Mapping[str, Any]) -> str | None:
    written = _line(event.get("language"))
    return standard(written)
