"""A list of speakers out of a spreadsheet: read however saved, each mistake with its line."""

from __future__ import annotations

import codecs
import io
from datetime import time

import openpyxl
import pytest
from conftest import Event

from pipeline.commands.roster import read_roster
from pipeline.errors import ConfigInvalid

HEAD = "id,name,role,organisation,country,language,timezone,video,script,allowance\n"
ANN = {
    "id": "ann",
    "name": "Dr Ann Example",
    "country": "México",
    "language": "es",
    "allowance": "4m30s",
}


def read(text: str | bytes, known: tuple[str, ...] = ()) -> tuple[dict, ...]:
    return read_roster(text.encode() if isinstance(text, str) else text, "list.csv", known)


def problems(text: str | bytes, known: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(ConfigInvalid) as caught:
        read(text, known)
    *said, last = str(caught.value).splitlines()
    assert last == "list.csv: nothing was changed"
    return said


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + "ann,Dr Ann Example,,,México,es,,,,4m30s\n").encode(),
        codecs.BOM_UTF8 + (HEAD + "ann,Dr Ann Example,,,México,es,,,,4m30s\n").encode(),
        (HEAD + "ann,Dr Ann Example,,,México,es,,,,4m30s\n")
        .replace(",", ";")
        .replace("\n", "\r\n")
        .encode("cp1252"),
        (HEAD + "ann,Dr Ann Example,,,México,es,,,,4m30s\n").replace(",", "\t").encode("utf-16"),
        (
            "\nName , ID,language,country,allowance\n Dr  Ann Example ,ann,es,México,4m30s\n,,,,\n"
        ).encode(),
    ],
    ids=[
        "plain",
        "byte order mark",
        "semicolons of an old Excel",
        "tabs in UTF-16",
        "other order and empty lines",
    ],
)
def test_it_is_read_however_the_spreadsheet_has_saved_it(data):
    assert read(data) == (ANN,)


def test_a_cell_with_a_comma_or_a_line_end_in_quotes_is_one_cell():
    assert read('id,name,role\nann,Ann,"Chair,\nBoard"\nben,Ben,\n') == (
        {"id": "ann", "name": "Ann", "role": "Chair, Board"},
        {"id": "ben", "name": "Ben"},
    )


def test_missing_columns_are_named_with_all_that_there_are():
    assert problems("role,country\nChair,Chile\n") == [
        f"list.csv: line 1: the column {name} is missing; one line has the columns' names,"
        " id, name, role, organisation, country, language, timezone, video, script, allowance,"
        " still (only id and name are needed)"
        for name in ("id", "name")
    ]


def test_a_column_that_is_misspelt_is_not_passed_over():
    assert problems("id,name,organization,e-mail,name\nann,Ann,NZQA,a@b,A\n") == [
        "list.csv: line 1: organization is not a column I know; did you mean organisation?",
        (
            "list.csv: line 1: e-mail is not a column I know; there are id, name, role,"
            " organisation, country, language, timezone, video, script, allowance, still"
        ),
        "list.csv: line 1: the column name is there twice; keep one of them",
    ]


def test_every_mistake_is_said_with_its_line():
    assert problems(
        HEAD + "ann,Ann,,,,,,,,\nBen!,Ben,,,,klingonish,Mars/Base,,,\n,Cy,,,,,,,,\n"
        "ann,Ann Two,,,,,,../a.mp4,,soon\ndee,,,,,,,,,\neve,Eve,a,b,c,en,,,,,x\n"
    ) == [
        (
            'list.csv: line 3: id is "Ben!"; write small letters a-z, digits and hyphens, for'
            " example wold-mccormick"
        ),
        (
            'list.csv: line 3: timezone is "Mars/Base"; write a time zone, for example'
            " Pacific/Auckland"
        ),
        (
            'list.csv: line 3: language is "klingonish"; write a language code, for example en, es'
            " or pt-BR"
        ),
        (
            "list.csv: line 4: id is empty; write a short name for the speaker's files, for example"
            " klinkum"
        ),
        (
            'list.csv: line 5: video is "../a.mp4"; write the name of a file that lies in inputs/,'
            " without a folder"
        ),
        'list.csv: line 5: allowance is "soon"; write a length of time, for example 8s or 1m30s',
        'list.csv: line 5: id is "ann"; line 2 has the same id, give each an id of its own',
        "list.csv: line 6: name is empty; write the name as it is to be shown",
        (
            'list.csv: line 7: there are more cells than columns ("x"); put a text with a comma in'
            " it into quotes"
        ),
    ]


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (
            b"PK\x03\x04xlsx",
            "this is no spreadsheet, or a damaged one (BadZipFile); open it and save it as",
        ),
        (b"%PDF-1.7", "this is neither CSV nor .xlsx; in the spreadsheet choose save as, CSV"),
        (b"", "the column id is missing"),
        (HEAD.encode(), "there is no speaker in it; write one a line below the columns' names"),
        (b'id,name\nann,"Ann\nben,Ben\n', "line 2: this line is not readable as CSV"),
    ],
    ids=["a broken workbook", "a document", "empty", "columns alone", "a quote that is not closed"],
)
def test_what_is_no_list_of_speakers_is_said(data, part):
    assert part in problems(data)[0]


def test_who_is_known_needs_no_name():
    assert read("id,name,allowance\nann,,5m\n", ("ann",)) == ({"id": "ann", "allowance": "5m"},)


# --- into config.yaml -----------------------------------------------------------------------------

CONFIG = """\
title: Micro-credentials   # the working title
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers:
  - id: ann                # Tuesday
    name: Dr Ann Example
    country: Chile

# how it looks
cards: {title: 5s}
"""


def test_new_speakers_are_added_known_ones_changed_and_comments_stay(event: Event):
    event.config(CONFIG)
    (event.root / "list.csv").write_text(
        "id;name;language;allowance\nben;Ben;pt-BR;\nann;;;4m30s\n"
    )
    ended = event.run("add", "--roster", str(event.root / "list.csv"))
    assert ended.code == 0
    assert "Written into config.yaml: ben as new, ann changed." in ended.stderr
    assert (event.root / "config.yaml").read_text() == CONFIG.replace(
        "    country: Chile\n",
        "    country: Chile\n    allowance: 4m30s\n  - id: ben\n    name: Ben\n    language:"
        " pt-BR\n",
    )


def test_one_wrong_line_leaves_config_yaml_as_it_was(event: Event):
    event.config(CONFIG)
    (event.root / "list.csv").write_text("id,name,language\nben,Ben,en\ncy,Cy,klingonish\n")
    ended = event.run("add", "--roster", str(event.root / "list.csv"))
    assert ended.code == 2
    assert 'list.csv: line 3: language is "klingonish"' in ended.stderr
    assert (event.root / "config.yaml").read_text() == CONFIG


def test_a_roster_goes_by_itself_and_has_to_be_there(event: Event):
    event.config(CONFIG)
    assert event.run("add").code == 2
    assert event.run("add", "--roster", "list.csv", "--name", "Ann").code == 2
    ended = event.run("add", "--roster", str(event.root / "none.csv"))
    assert ended.code == 2
    assert (
        "none.csv: the file cannot be read (No such file or directory). Nothing was changed."
        in ended.stderr
    )


def test_the_same_roster_twice_changes_nothing_and_says_so(event: Event):
    event.config(CONFIG)
    (event.root / "list.csv").write_text("id,name,country\nben,Ben,\nann,Dr Ann Example,Peru\n")
    first = event.run("add", "--roster", str(event.root / "list.csv"))
    assert '  ann: country: "Chile" is "Peru" now.' in first.stderr
    before = (event.root / "config.yaml").read_text()
    again = event.run("add", "--roster", str(event.root / "list.csv"))
    assert (again.code, again.stderr) == (
        0,
        "config.yaml says all of list.csv already; nothing was changed.\n",
    )
    assert (event.root / "config.yaml").read_text() == before


def sheet(*rows: tuple[object, ...]) -> bytes:
    """A spreadsheet as Excel saves it."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_a_spreadsheet_is_read_as_it_is():
    data = sheet(
        ("id", "Name", "allowance", None),
        (None, None, None, None),
        ("ben", "Dr  Benjamín Núñez", "4m30s", None),
        (4711, "Somebody", None, None),
    )
    assert read_roster(data, "list.xlsx", ()) == (
        {"id": "ben", "name": "Dr Benjamín Núñez", "allowance": "4m30s"},
        {"id": "4711", "name": "Somebody"},
    )


def test_minutes_and_seconds_that_a_spreadsheet_takes_for_hours_stay_what_was_typed():
    data = sheet(("id", "name", "allowance"), ("ben", "Ben", time(4, 30)))
    assert read_roster(data, "list.xlsx", ())[0]["allowance"] == "04:30"


def test_what_is_wrong_in_a_spreadsheet_has_its_line():
    with pytest.raises(ConfigInvalid) as caught:
        read_roster(sheet(("id", "name"), (), ("ben", None)), "list.xlsx", ())
    assert "list.xlsx: line 3: name is empty" in str(caught.value)


def test_a_broken_spreadsheet_is_answered_in_a_sentence():
    with pytest.raises(ConfigInvalid) as caught:
        read_roster(b"PK\x03\x04 and then nothing", "list.xlsx", ())
    assert "this is no spreadsheet, or a damaged one" in str(caught.value)


def test_a_file_that_is_only_called_a_spreadsheet_is_said_to_be_none():
    with pytest.raises(ConfigInvalid) as caught:
        read_roster(b"<html>Sign in to see this file</html>", "list.xlsx", ())
    assert str(caught.value).startswith("list.xlsx: this is no Excel file, whatever its name says;")


def test_a_title_above_the_columns_names_and_empty_columns_beside_them_are_passed_over():
    data = sheet(
        ("Speakers of the webinar", None, None),
        (None, "as of Tuesday", None),
        (None, "ID", None, "Name"),
        (None, "ben", None, "Dr Ben"),
    )
    assert read_roster(data, "list.xlsx", ()) == ({"id": "ben", "name": "Dr Ben"},)
    text = "Speakers, as of Tuesday;;\n;;\nid;name;country\nben;Dr Ben;\n"
    assert read(text) == ({"id": "ben", "name": "Dr Ben"},)


def test_below_a_title_lines_are_counted_as_the_spreadsheet_shows_them():
    assert problems("Speakers\n\nid,name,e-mail\nben,,\n")[0].startswith(
        "list.csv: line 3: e-mail is not a column I know"
    )
    assert problems("Speakers\n\nid,name\nben,\n") == [
        "list.csv: line 4: name is empty; write the name as it is to be shown"
    ]


def test_the_list_may_stand_on_the_second_sheet():
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(("Notes", "for us"))
    for row in (("id", "name"), ("ben", "Dr Ben")):
        (book["List"] if "List" in book else book.create_sheet("List")).append(row)
    book.save(out)
    assert read_roster(out.getvalue(), "list.xlsx", ()) == ({"id": "ben", "name": "Dr Ben"},)


def test_two_thousand_speakers_are_all_read():
    data = sheet(("id", "name"), *((f"s{number}", f"S {number}") for number in range(2000)))
    assert len(read_roster(data, "list.xlsx", ())) == 2000


@pytest.mark.parametrize("written", ["4", "4.5"])
def test_a_bare_four_is_not_taken_for_four_seconds(written):
    assert problems(f"id,name,allowance\nben,Ben,{written}\n") == [
        f'list.csv: line 2: allowance is "{written}"; {written} means {written} seconds; write'
        f" {written}m for minutes, or {written}s"
    ]
    assert read("id,name,allowance\nben,Ben,4s\n")[0]["allowance"] == "4s"
    assert read("id,name,allowance\nben,Ben,270\n")[0]["allowance"] == "270"


def test_a_folder_in_place_of_a_roster_is_said_to_be_one(event: Event):
    ended = event.config(CONFIG).run("add", "--roster", str(event.inputs))
    assert ended.code == 2 and "is a folder: name the list in it." in ended.stderr
