"""A list of speakers as a spreadsheet saves it; without it twelve experts would be typed into
config.yaml one by one.

Bytes in, entries for config.yaml out, or every problem at once with its line. Spreadsheets write
commas, semicolons or tabs, with a byte order mark or in an old code page: all of them are read.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.config_file import speaker_problems
from pipeline.errors import ConfigInvalid
from pipeline.tools.texts.encodings import decode

# fmt: off
COLUMNS = (
    "id", "name", "role", "organisation", "country", "language", "timezone", "video", "script",
    "allowance",
)
# fmt: on
NEEDED = ("id", "name")
LARGEST_BYTES = 1_000_000


def read_roster(data: bytes, file: str, known: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """One entry a line, without its empty cells: what they say of a speaker who is ``known`` (by
    id) stays as it is.

    Columns may stand in any order, with ``id`` and ``name`` among them. Raises ConfigInvalid with
    every problem, each naming its line, counted from 1 for the line of the columns' names.
    """
    problems: list[str] = []
    entries: dict[str, tuple[int, dict[str, Any]]] = {}
    rows = _rows(_text(data, file), file)
    columns = _columns(rows[0][1] if rows else [], problems)
    for line, cells in rows[1:] if not problems else ():
        extra = [cell for cell in cells[len(columns) :] if cell]
        if extra:
            problems.append(
                f'line {line}: there are more cells than columns ("{extra[0]}"); put a text with a'
                " comma in it into quotes"
            )
            continue
        entry = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
        said = list(_problems(entry, known))
        twice = entries.get(entry.get("id", ""))
        if twice:
            said.append(
                f'id is "{entry["id"]}"; line {twice[0]} has the same id, give each an id of'
                " its own"
            )
        problems += [f"line {line}: {problem}" for problem in said]
        entries.setdefault(entry.get("id", f"line {line}"), (line, entry))
    if not problems and not entries:
        problems.append("there is no speaker in it; write one a line below the columns' names")
    if problems:
        raise ConfigInvalid(file, (*problems, "nothing was changed"))
    return tuple(entry for _, entry in entries.values())


def _problems(entry: Mapping[str, Any], known: Sequence[str]) -> Iterator[str]:
    if "id" not in entry:
        yield "id is empty; write a short name for the speaker's files, for example klinkum"
    elif "name" not in entry and entry["id"] not in known:
        yield "name is empty; write the name as it is to be shown"
    yield from speaker_problems({"id": "a", "name": "A", **entry})


def _text(data: bytes, file: str) -> str:
    if len(data) > LARGEST_BYTES:
        raise ConfigInvalid(
            file,
            ("the file is larger than 1 MB; this is not a list of speakers", "nothing was changed"),
        )
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise ConfigInvalid(
            file,
            (
                "this is not CSV; in the spreadsheet choose save as, CSV (UTF-8)",
                "nothing was changed",
            ),
        )
    return decode(data, "en").text


def _rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, each with the line it begins on; the first names the columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count), strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, [" ".join(cell.split()) for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as broken:
        raise ConfigInvalid(
            file,
            (
                f"line {line}: this line is not readable as CSV ({broken}); look for a stray quote",
                "nothing was changed",
            ),
        ) from None
    return rows


def _columns(names: Sequence[str], problems: list[str]) -> list[str]:
    columns = [name.casefold() for name in names]
    while columns and not columns[-1]:
        columns.pop()
    for number, name in enumerate(columns):
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1)
            problems.append(
                f"line 1: {name or 'an empty cell'} is not a column I know; "
                + (f"did you mean {near[0]}?" if near else f"there are {', '.join(COLUMNS)}")
            )
        elif name in columns[:number]:
            problems.append(f"line 1: the column {name} is there twice; keep one of them")
    problems.extend(
        f"line 1: the column {name} is missing; the first line has the columns' names,"
        f" {', '.join(COLUMNS)} (only id and name are needed)"
        for name in NEEDED
        if name not in columns
    )
    return columns
