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
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 2020, 100, 20
"""Of a sheet, and of a file: one of a few kilobytes may say that it has a million rows."""


def read_roster(data: bytes, file: str, known: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """One entry a line, without its empty cells.

    What they say of a speaker who is ``known`` (by id) stays as it is. Columns may stand in any
    order, with ``id`` and ``name`` among them. Raises ConfigInvalid with every problem, each naming
    its line, counted from 1 for the line of the columns' names.
    """
    if len(data) > LARGEST_BYTES:
        raise _refused(file, "the file is larger than 1 MB; this is not a list of speakers")
    rows = _sheet(data, file) if data.startswith(b"PK") else _rows(_text(data, file), file)
    (head, names), *rows = _from_its_head(rows) or [(1, [])]
    columns = _columns(names)
    problems = tuple(f"line {head}: {problem}" for problem in _wrong_columns(columns))
    if problems:
        raise _refused(file, *problems)
    entries, problems = _entries(rows, columns, known)
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


_HEAD_WITHIN = 10
"""Rows in which the names of the columns are looked for: a title and a date may stand above."""


def _known_columns(cells: Sequence[str]) -> int:
    return sum(cell.casefold() in COLUMNS for cell in cells)


def _from_its_head(rows: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The rows from the one that names the columns on, without columns in which nothing stands."""
    heads = [_known_columns(cells) for _, cells in rows[:_HEAD_WITHIN]]
    begins = heads.index(max(heads)) if heads else 0
    rows = rows[begins:]
    width = max((len(cells) for _, cells in rows), default=0)
    filled = [
        place
        for place in range(width)
        if any("".join(cells[place : place + 1]) for _, cells in rows)
    ]
    return [(line, [*(cells[at] for at in filled if at < len(cells))]) for line, cells in rows]


def _text(data: bytes, file: str) -> str:
    if file.lower().endswith((".xlsx", ".xlsm")):
        said = (
            "this is no Excel file, whatever its name says; save it again as .xlsx or CSV (UTF-8)"
        )
        raise _refused(file, said)
    if data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        said = "this is neither CSV nor .xlsx; in the spreadsheet choose save as, CSV (UTF-8)"
        raise _refused(file, said)
    return decode(data, "en").text


def _rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, each with the line it begins on; the first names the columns."""
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
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


def _delimiter(text: str) -> str:
    """The mark between the columns' names; without any known name that which the first line has
    most of.
    """
    lines = [line for line in text.splitlines() if line.strip()][:_HEAD_WITHIN] or [""]
    ways = [(line, mark) for line in lines for mark in ",;\t"]
    head, best = max(ways, key=lambda way: _known_columns(_cells(*way)))
    return best if _known_columns(_cells(head, best)) > 1 else max(",;\t", key=lines[0].count)


def _cells(line: str, mark: str) -> list[str]:
    return [cell.strip(' "') for cell in line.split(mark)]


def _sheet(data: bytes, file: str) -> list[tuple[int, list[str]]]:
    """As ``_rows``, of the sheet of an .xlsx that has the most columns we know, the first of these;
    values, not formulas.
    """
    import openpyxl  # takes 0.2 s

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [
            list(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True))
            for sheet in book.worksheets[:MOST_SHEETS]
        ]
    except Exception as broken:  # the library meets a damaged file with any error there is
        said = (
            f"this is no spreadsheet, or a damaged one ({type(broken).__name__}); open it and save"
            " it as .xlsx or CSV (UTF-8)"
        )
        raise _refused(file, said) from None
    return max(map(_filled, sheets), key=_columns_known, default=[])


def _filled(cells: Sequence[Sequence[object]]) -> list[tuple[int, list[str]]]:
    rows = [
        (number, [" ".join(_as_typed(cell).split()) for cell in row])
        for number, row in enumerate(cells, 1)
    ]
    return [(number, row) for number, row in rows if any(row)]


def _columns_known(rows: Sequence[tuple[int, list[str]]]) -> int:
    return max((_known_columns(cells) for _, cells in rows[:_HEAD_WITHIN]), default=0)


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
                f"the column {name} is missing; one line has the columns' names,"
                f" {all_columns} (only id and name are needed)"
            )
