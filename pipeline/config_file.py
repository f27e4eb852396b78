"""config.yaml, read strictly, edited gently; else an error had no line and an edit lost comments.

``read_config`` takes the text and gives a frozen ``Config``, or raises ``ConfigInvalid`` with every
problem at once, each naming its line, its key and what is allowed. ``speaker_added`` edits the text
and keeps its comments.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import CommentMark, MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.tokens import CommentToken
from ruamel.yaml.util import load_yaml_guess_indent

from pipeline.config import OF_SEGMENT, Config, SegmentEntry, Speaker, Unfilled
from pipeline.config_editions import EDITIONS, OF_NOBODY, framed_nobody
from pipeline.config_segments import NO_HOURS, checked, read_segments
from pipeline.errors import ConfigInvalid
from pipeline.meant import did_you_mean

LARGEST_CONFIG_BYTES = 1_000_000
DEEPEST = 20
"""Levels of lists and sections; we need five, and some hundreds overrun Python's own stack."""


def read_config(text: str, file: str = "config.yaml", *, unfilled: bool = False) -> Config:
    """The values in the text of a config.yaml; where it may be ``unfilled`` it needs no speakers,
    and nothing is asked of its segments and its editions, which may name some that have yet to
    come. Raises ConfigInvalid with every problem found.
    """
    document = _parsed(text, file)
    if not isinstance(document, dict):
        wanted = "write title:, slot: and speakers: (run `perspectives init` for an example)"
        raise ConfigInvalid(file, (wanted,))
    values = _plain(document)
    if unfilled:
        config, errors = _unfilled(values)
    elif "segments" in values:
        config, errors = read_segments(values)
    else:
        config, errors = checked(values)
    if config is not None and not unfilled:
        errors = [*framed_nobody(config.deliveries, config.by_id)]
    if config is None or errors:
        raise ConfigInvalid(file, _problems(document, errors))
    return config


def _unfilled(values: dict[str, Any]) -> tuple[Config | None, list[ErrorDetails]]:
    if not values.get("speakers"):
        values.pop("speakers", None)
    if values.pop("segments", None) is not None:
        values["slot"] = NO_HOURS
    return checked(values, Unfilled)


def _problems(document: Any, errors: list[ErrorDetails]) -> tuple[str, ...]:
    # A list whose every entry is wrong is reported as too short as well: the entries' own
    # sentences say it all.
    told = [
        error for error in errors if error["type"] != "too_short" or not _has_inner(error, errors)
    ]
    problems = [_sentence(document, error) for error in told]
    problems.sort(key=lambda problem: problem[0])
    return tuple(dict.fromkeys(f"line {line}: {sentence}" for line, sentence in problems))


def speaker_added(text: str, *speakers: dict[str, Any], **sections: dict[str, Any]) -> str:
    """The text with each of ``speakers`` written into ``speakers:``.

    One whose id exists is changed, another appended. Comments, order and spelling of everything
    else stay as they were. A section under a key (``trim``) is changed key by key, and so are other
    ``sections`` of the file (``slot``).
    """
    yaml = _yaml()
    document = yaml.load(text)
    _, dash_and_text, dash = load_yaml_guess_indent(text)
    if dash_and_text is not None:
        yaml.indent(mapping=2, sequence=dash_and_text, offset=dash)
    _written_over(document, sections)
    if not speakers:
        return _dumped(yaml, document)
    if not document.get("speakers"):  # nothing tells how this file indents its lists
        document["speakers"] = CommentedSeq()
        yaml.indent(mapping=2, sequence=4, offset=2)
    there = document["speakers"]
    entries = {entry.get("id"): entry for entry in there}
    for speaker in speakers:
        known = entries.get(speaker["id"])
        if known is None:
            entries[speaker["id"]] = added = CommentedMap(speaker)
            behind = _comments_behind(there[-1]) if there and not there.fa.flow_style() else None
            there.append(added)
            if behind is not None:
                added.ca.items[list(added)[-1]] = [None, None, behind, None]
        else:
            _written_over(known, speaker)
    return _dumped(yaml, document)


def as_written(text: str) -> dict[str, Any]:
    """What stands in a config.yaml, nothing of it checked. Raises ConfigInvalid where it cannot be
    read.
    """
    document = _parsed(text, "config.yaml")
    return {} if document is None else _plain(document)


def segments_added(text: str, *segments: dict[str, Any]) -> str:
    """The text with each of ``segments`` (id, title, slot, speakers) written into ``segments:``.

    One whose id exists keeps what it says and gets the hours of its slot, and speakers who are not
    in it yet. The hours of the whole file's slot go: each segment has its own.
    """
    yaml = _yaml()
    document = yaml.load(_without_hours(text))
    _, dash_and_text, dash = load_yaml_guess_indent(text)
    if dash_and_text is not None:
        yaml.indent(mapping=2, sequence=dash_and_text, offset=dash)
    if not document.get("segments"):
        document["segments"] = CommentedSeq()
    known = {entry.get("id"): entry for entry in document["segments"]}
    for segment in segments:
        if there := known.get(segment["id"]):
            _written_over(there, {"slot": segment["slot"]})
            shown = there["speakers"]
            shown.extend(one for one in segment["speakers"] if one not in shown)
            continue
        entry = CommentedMap(segment)
        entry["slot"], entry["speakers"] = (
            CommentedMap(segment["slot"]),
            CommentedSeq(segment["speakers"]),
        )
        for key in ("slot", "speakers"):
            entry[key].fa.set_flow_style()
        document["segments"].append(entry)
    return _dumped(yaml, document)


def _without_hours(text: str) -> str:
    """The text without start and end of the whole file's slot; comments between them stay."""
    yaml = _yaml()
    document = yaml.load(text)
    slot = document.get("slot")
    hours = [key for key in ("start", "end") if isinstance(slot, dict) and key in slot]
    if not hours:
        return text
    if slot.fa.flow_style():
        for key in hours:
            del slot[key]
        return _dumped(yaml, document)
    gone = {slot.lc.key(key)[0] for key in hours}
    lines = text.splitlines(keepends=True)
    return "".join(line for number, line in enumerate(lines) if number not in gone)


def _dumped(yaml: YAML, document: Any) -> str:
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def speaker_removed(text: str, speaker_id: str) -> str:
    """The text without a speaker's entry, and without their id in the ``speakers:`` of segments and
    the ``framing:`` of editions. Comments above the entry and behind it stay, those on its own
    lines and further in go with it.
    """
    document = _yaml().load(text)
    there = document["speakers"]
    place = next(n for n, entry in enumerate(there) if entry.get("id") == speaker_id)
    if not there.fa.flow_style():
        text = _without_lines(text, there, place)
        document = _yaml().load(text)
    else:
        del there[place]
    listed = [one["speakers"] for one in document.get("segments") or () if "speakers" in one]
    named = [ids for ids in listed if speaker_id in ids]
    framed = [
        one["framing"]
        for one in (document.get("deliveries") or {}).values()
        if speaker_id in (one.get("framing") or ())
    ]
    if not (named or framed or there.fa.flow_style()):
        return text
    for ids in named:
        ids.remove(speaker_id)
    for cuts in framed:
        del cuts[speaker_id]
    out = io.StringIO()
    yaml = _yaml()
    _, dash_and_text, dash = load_yaml_guess_indent(text)
    if dash_and_text is not None:
        yaml.indent(mapping=2, sequence=dash_and_text, offset=dash)
    yaml.dump(document, out)
    return out.getvalue()


def _without_lines(text: str, there: CommentedSeq, place: int) -> str:
    """The text without the lines of one entry of a list whose entries begin with a dash."""
    lines = text.splitlines(keepends=True)
    first, column = there.lc.item(place)
    dash = lines[first].rfind("-", 0, column)
    end = first + 1
    for number, line in enumerate(lines[end:], end):
        within = len(line) - len(line.lstrip()) > dash
        if line.strip() and within:
            end = number + 1
        elif line.strip() and not line.startswith("#"):
            break
    only = len(there) == 1
    instead = [f"{' ' * dash}[]\n"] if only else []
    return "".join([*lines[:first], *instead, *lines[end:]])


def _written_over(known: Any, changed: dict[str, Any]) -> None:
    for key, value in changed.items():
        if isinstance(value, dict) and isinstance(known.get(key), dict):
            _written_over(known[key], value)
        elif isinstance(value, dict):
            _put(known, key, CommentedMap(value))
            known[key].fa.set_flow_style()
        else:
            _put(known, key, value)


def _put(known: Any, key: str, value: Any) -> None:
    """Set a key; a new one goes before the comments that stand above whatever follows the entry."""
    behind = _comments_behind(known) if key not in known and not known.fa.flow_style() else None
    known[key] = value
    if behind is not None:
        known.ca.items[key] = [None, None, behind, None]


def _comments_behind(node: Any) -> CommentToken | None:
    """Take the comment lines that stand below ``node`` out of it.

    The library keeps them with its last value, but they are about what comes next. A comment on the
    last line itself stays there.
    """
    while isinstance(node, CommentedMap | CommentedSeq) and node:
        last = list(node)[-1] if isinstance(node, CommentedMap) else len(node) - 1
        inner = node[last]
        if isinstance(inner, CommentedMap | CommentedSeq) and inner and not inner.fa.flow_style():
            node = inner
            continue
        place = 2 if isinstance(node, CommentedMap) else 0
        token = (node.ca.items.get(last) or [None] * 4)[place]
        if token is None or "\n" not in token.value.rstrip(" "):
            return None
        line, below = token.value.split("\n", 1)
        if not below.strip():
            return None
        node.ca.items[last][place] = (
            CommentToken(line + "\n", token.start_mark, None) if line.strip() else None
        )
        return CommentToken("\n" + below, CommentMark(0), None)
    return None


def speaker_problems(entry: dict[str, Any]) -> tuple[str, ...]:
    """What is wrong with one speaker's values, as sentences; empty when all is right.

    Each names the key and what is allowed.
    """
    try:
        Speaker.model_validate(entry)
    except ValidationError as invalid:
        placed = CommentedMap(entry)
        for key in entry:
            placed.lc.add_kv_line_col(key, [0, 0, 0, 0])
        return tuple(_sentence(placed, error)[1] for error in invalid.errors())
    return ()


class _AsWritten(RoundTripConstructor):
    """Gives a moment as it was written.

    The library's own reading turns +02:00 into UTC and forgets the zone.
    """


_AsWritten.add_constructor(
    "tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node)
)


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
        raise ConfigInvalid(file, (_where_broken(text, broken),)) from None
    except ReaderError as broken:
        said = f"there is a control character (U+{broken.character:04X}); delete it"
        where = _line_at(text, broken.position)
        raise ConfigInvalid(file, (f"line {where}: {said}",)) from None
    except (YAMLError, ValueError) as broken:
        said = f"this is not readable as YAML ({str(broken).splitlines()[0]})"
        raise ConfigInvalid(file, (said,)) from None


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _where_broken(text: str, broken: MarkedYAMLError) -> str:
    unquoted = re.search(r"^[^#\n]*\{[^#\n]*:\s+(#[0-9a-fA-F]{6})\b", text, re.M)
    if unquoted:
        return (
            f'line {_line_at(text, unquoted.start(1))}: a colour needs quotes, "{unquoted[1]}";'
            " without them the rest of the line is a comment"
        )
    if colon := _unquoted_colon(text, broken):
        return colon
    # what is not closed is found out at the end of the file, and wrong where it begins
    unclosed = "quoted" in (broken.context or "")
    mark = (broken.context_mark if unclosed else broken.problem_mark) or broken.context_mark
    where = f"line {mark.line + 1}: " if mark else ""
    return where + _broken_yaml(broken)


def _unquoted_colon(text: str, broken: MarkedYAMLError) -> str | None:
    """The sentence for a text with a colon in it that nobody put into quotes."""
    if "mapping values are not allowed" not in (broken.problem or "") or not broken.problem_mark:
        return None
    line = broken.problem_mark.line
    written = re.match(r"\s*(?:-\s+)?([\w-]+):\s+(.+?)(?:\s+#.*)?$", text.splitlines()[line])
    if written is None:
        return None
    quoted = written[2].replace("\\", "\\\\").replace('"', '\\"')
    return (
        f"line {line + 1}: the text of {written[1]}: has a colon in it, so it needs quotes; write"
        f' {written[1]}: "{quoted}"'
    )


def _refuse_traps(text: str, file: str) -> None:
    """Two kinds of YAML that are small to write and endless to read, and one that asks for more
    than values.
    """
    depth = 0
    for event in _reader().parse(text):
        line = f"line {event.start_mark.line + 1}: " if event.start_mark else ""
        if isinstance(event, AliasEvent):
            said = "references (*name) are not read here; write the value out"
            raise ConfigInvalid(file, (line + said,))
        if tag := getattr(event, "tag", None):
            written = str(tag).replace("tag:yaml.org,2002:", "!!")
            said = f'what begins with an exclamation mark needs quotes ("{written}")'
            raise ConfigInvalid(file, (f"{line}{said}",))
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            said = f"lists and sections lie more than {DEEPEST} deep in each other"
            raise ConfigInvalid(file, (f"{line}{said}; look for a stray bracket",))


def _broken_yaml(broken: MarkedYAMLError) -> str:
    problem = (broken.problem or "").strip()
    if "duplicate key" in problem:
        name = re.search(r'found duplicate key "([^"]*)"', problem)
        return f"the key {name[1] if name else ''} is written twice; keep one of them"
    if "tab" in problem or "\\t" in problem:
        return "there is a tab character; indent with spaces"
    return (
        f"this is not readable as YAML: {problem}; look for a missing colon, quote or bracket near"
        " there"
    )


def _plain(node: Any) -> Any:
    """The document as plain dicts, lists and scalars: pydantic does not know ruamel's classes."""
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


_PAIRS = {
    "deliveries": "write a name for each and what it is, for example {podcast: {kind: audio}}",
    "framing": "write who and where they are in the picture, for example {ana: 40%}",
}
_HEARD_AND_WRITTEN = (
    "write pairs of what is heard and what is to be written, for example {Klinkem: Klinkum}"
)
_LISTS = {"formats": "[m4a, mp3]", "outputs": "[soft, burned]"}
"""By the key: what a producer may write where pairs or a list are wanted."""


# fmt: off
_ALLOWED: dict[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda e: "is missing; write it",
    "string_pattern_mismatch": lambda e: (
        "write small letters a-z, digits and hyphens, for example wold-mccormick"
    ),
    "literal_error": lambda e: "write " + e["ctx"]["expected"].replace("'", ""),
    "greater_than_equal": lambda e: f"write a number of at least {e['ctx']['ge']:g}",
    "less_than_equal": lambda e: f"write a number of at most {e['ctx']['le']:g}",
    "too_short": lambda e: "write at least one",
    "too_long": lambda e: f"write at most {e['ctx']['max_length']}",
    "float_parsing": lambda e: "write a number", "float_type": lambda e: "write a number",
    "int_parsing": lambda e: "write a whole number", "int_type": lambda e: "write a whole number",
    "int_from_float": lambda e: "write a whole number",
    "tuple_type": lambda e: (
        f"write a list, for example {_LISTS.get(str(e['loc'][-1]), '[en, es]')}, or entries that"
        " begin with a hyphen"
    ),
    "dict_type": lambda e: _PAIRS.get(str(e["loc"][-1]), _HEARD_AND_WRITTEN),
    "union_tag_invalid": lambda e: f"write one of {', '.join(EDITIONS)}",
    "union_tag_not_found": lambda e: f"write which one it is: {', '.join(EDITIONS)}",
    "bool_type": lambda e: "write true or false", "bool_parsing": lambda e: "write true or false",
    "string_type": lambda e: "write some text, in quotes if it looks like a number",
    "model_type": lambda e: "write the keys of this section under it",
    "model_attributes_type": lambda e: "write the keys of this section under it",
}
# fmt: on


def _sentence(document: Any, error: ErrorDetails) -> tuple[int, str]:
    """The line that is wrong, counted from 1, and what is to be said of it."""
    line, sentence = _said(document, error)
    return line, "".join(letter if letter.isprintable() else "\ufffd" for letter in sentence)


def _said(document: Any, error: ErrorDetails) -> tuple[int, str]:
    location = _written_at(error)
    where, line = _line_of(document, location)
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    path = "".join(parts).removeprefix(".")
    if error["type"] == "extra_forbidden":
        allowed = _keys_at(error["loc"][:-1])
        hint = did_you_mean(str(location[-1]), allowed) or f"allowed here: {', '.join(allowed)}"
        return line, f"{path} is not a key I know; {hint}"
    if error["type"] == "missing":
        return line, f"{path} is missing; write it"
    say = _ALLOWED.get(error["type"])
    wanted = say(error) if say else error["msg"]
    # it may be the password itself
    hidden = location[-1:] == ("password",) or error["type"] == OF_NOBODY
    saw = "" if hidden or isinstance(where, dict | list) else f" is {_shown(where)}"
    return line, f"{path}{saw}; {wanted}" if saw else f"{path}: {wanted}"


def _written_at(error: ErrorDetails) -> tuple[int | str, ...]:
    """Where in the file the value stands that is wrong: of an edition the library says its kind, or
    that it is a matter of its name, between its name and its keys.
    """
    location = error["loc"]
    if location[:1] == ("deliveries",):
        location = (*location[:2], *location[3:])
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        location = (*location, "kind")
    return (*location, *error.get("ctx", {}).get("at", ()))


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
        # a key may be a number or a date in YAML
        part = next((key for key in keys if str(key) == part), part)
        try:
            inside = node[part]
            position = node.lc.key(part) if part in keys else node.lc.item(part)
        except (KeyError, IndexError, TypeError, AttributeError):
            return node, line
        node, line = inside, position[0] + 1
    return node, line


def _keys_at(location: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Config
    if location[:1] == ("deliveries",):
        return list(EDITIONS[str(location[2])].model_fields)
    if location[:1] == ("segments",):  # its sections have the keys of the whole file's
        location = location[2:]
        model = Config if location[:1] and location[0] in OF_SEGMENT else SegmentEntry
    for part in location:
        if part == "speakers":
            model = Speaker
        elif isinstance(part, str) and part in model.model_fields:
            inner = model.model_fields[part].annotation
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                model = inner
    return list(model.model_fields)
