"""A list of speakers as a spreadsheet saves it; without it twelve experts were typed one by one.

Bytes in, entries for config.yaml out, or every problem at once with its line. Spreadsheets write
commas, semicolons or tabs, with a byte order mark or in an old code page: all of them are read, and
their own .xlsx.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from typing import Any

from pipeline.config_file import speaker_problems
from pipeline.errors import ConfigInvalid
from pipeline.meant import did_you_mean
from pipeline.tools.texts.encodings import decode

# fmt: off
COLUMNS = (
    "id", "name", "role", "organisation", "country", "language", "timezone", "video", "script",
    "allowance", "still",
)
# fmt: on
NEEDED = ("id", "name")
LARGEST_BYTES = 1_000_000
MOST_ROWS, MOST_COLUMNS = 2000, 100
"""Of a sheet: one of a few kilobytes may say that it has a million rows."""


def read_roster(data: bytes, file: str, known: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """One entry a line, without its empty cells.

    What they say of a speaker who is ``known`` (by id) stays as it is. Columns may stand in any
    order, with ``id`` and ``name`` among them. Raises ConfigInvalid with every problem, each naming
    its line, counted from 1 for the line of the columns' names.
    """
    if len(data) > LARGEST_BYTES:
        raise _refused(file, "the file is larger than 1 MB; this is not a list of speakers")
    rows = _sheet(data, file) if data.startswith(b"PK") else _rows(_text(data, file), file)
    columns = _columns(rows[0][1] if rows else [])
    problems = tuple(f"line 1: {problem}" for problem in _wrong_columns(columns))
    if problems:
        raise _refused(file, *problems)
    entries, problems = _entries(rows[1:], columns, known)
    if not problems and not entries:
        problems = ("there is no speaker in it; write one a line below the columns' names",)
    if problems:
        raise _refused(file, *problems)
    return entries


def _refused(file: str, *problems: str) -> ConfigInvalid:
    return ConfigInvalid(file, (*problems, "nothing was changed"))


def _entries(
    rows: Sequence[tuple[int, list[str]]], columns: Sequence[str], known: Sequence[str]
) -> tuple[tuple[dict[str, Any], ...], tuple[str, ...]]:
    """The entries, and what is wrong with them, each problem with its line."""
    entries, problems, first_lines = [], [], dict[str, int]()
    for line, cells in rows:
        extra = [cell for cell in cells[len(columns) :] if cell]
        if extra:
            problems.append(
                f'line {line}: there are more cells than columns ("{extra[0]}"); put a text with a'
                " comma in it into quotes"
            )
            continue
        entry = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
        problems += [f"line {line}: {problem}" for problem in _problems(entry, known)]
        first_line = first_lines.setdefault(entry.get("id", f"line {line}"), line)
        if first_line == line:
            entries.append(entry)
        else:
            problems.append(
                f'line {line}: id is "{entry["id"]}"; line {first_line} has the same id, give each'
                " an id of its own"
            )
    return tuple(entries), tuple(problems)


def _problems(entry: Mapping[str, Any], known: Sequence[str]) -> Iterator[str]:
    if "id" not in entry:
        yield "id is empty; write a short name for the speaker's files, for example klinkum"
    elif "name" not in entry and entry["id"] not in known:
        yield "name is empty; write the name as it is to be shown"
    yield from speaker_problems({"id": "a", "name": "A", **entry})


def _text(data: bytes, file: str) -> str:
    if data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        said = "this is neither CSV nor .xlsx; in the spreadsheet choose save as, CSV (UTF-8)"
        raise _refused(file, said)
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
        said = f"line {line}: this line is not readable as CSV ({broken}); look for a stray quote"
        raise _refused(file, said) from None
    return rows


def _sheet(data: bytes, file: str) -> list[tuple[int, list[str]]]:
    """As ``_rows``, of the first sheet of an .xlsx; values, not formulas."""
    import openpyxl  # takes 0.2 s

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        cells = list(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True))
    except Exception as broken:  # the library meets a damaged file with any error there is
        said = f"this spreadsheet cannot be read ({type(broken).__name__}); save it as CSV (UTF-8)"
        raise _refused(file, said) from None
    rows = [
        (number, [" ".join(_as_typed(cell).split()) for cell in row])
        for number, row in enumerate(cells, 1)
    ]
    return [(number, row) for number, row in rows if any(row)]


def _as_typed(cell: object) -> str:
    """A cell's text. 4:30, which is typed as an allowance, is half past four to a spreadsheet."""
    if isinstance(cell, time) and cell.hour and not cell.second:
        return f"{cell:%H:%M}"
    return "" if cell is None else str(cell)


def _columns(names: Sequence[str]) -> list[str]:
    """The columns' names in small letters, without empty ones at the end."""
    columns = [name.casefold() for name in names]
    while columns and not columns[-1]:
        columns.pop()
    return columns


def _wrong_columns(columns: Sequence[str]) -> Iterator[str]:
    all_columns = ", ".join(COLUMNS)
    for number, name in enumerate(columns):
        if name not in COLUMNS:
            hint = did_you_mean(name, COLUMNS) or f"there are {all_columns}"
            yield f"{name or 'an empty cell'} is not a column I know; {hint}"
        elif name in columns[:number]:
            yield f"the column {name} is there twice; keep one of them"
    for name in NEEDED:
        if name not in columns:
            yield (
                f"the column {name} is missing; the first line has the columns' names,"
                f" {all_columns} (only id and name are needed)"
            )
