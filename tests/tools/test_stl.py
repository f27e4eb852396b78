"""EBU-STL as ttconv reads it back, and block by block as the standard has it."""

from __future__ import annotations

import io
from datetime import date
from fractions import Fraction

import pytest
from ttconv import model
from ttconv.stl import reader

from pipeline.model import Cue
from pipeline.tools.texts.stl import Head, NoLetters, write_stl

DAY = date(2021, 9, 14)


def head(language: str = "en", starts_at: tuple[int, int, int, int] = (10, 0, 0, 0)) -> Head:
    return Head("Größe und Maß", language, starts_at, DAY)


def read_back(data: bytes) -> tuple[str, list[tuple[Fraction, Fraction, list[str]]]]:
    """Language and captions, in seconds from midnight."""
    document = reader.to_model(io.BytesIO(data), None)
    found = [
        (paragraph.get_begin(), paragraph.get_end(), said(paragraph).split("\n"))
        for division in document.get_body()
        for paragraph in division
    ]
    return document.get_lang(), found


def said(element: model.ContentElement) -> str:
    if isinstance(element, model.Text):
        return element.get_text()
    return "\n" if isinstance(element, model.Br) else "".join(said(one) for one in element)


@pytest.mark.parametrize(
    ("language", "line", "table"),
    [
        ("en", "Dr John O’Connor said “hello”", b"00"),
        ("es", "¿Qué son las microcredenciales? ¡Añádalas!", b"00"),
        ("de", "Größe, Äpfel, Übermaß", b"00"),
        ("fr", "Œuvre à façon, élève naïf", b"00"),
        ("pl", "Zażółć gęślą jaźń", b"00"),
        ("cs", "Příliš žluťoučký kůň úpěl", b"00"),
        ("hu", "Árvíztűrő tükörfúrógép", b"00"),
        ("tr", "İstanbul, ığüşöç", b"00"),
        ("is", "Þórður og Æsa", b"00"),
        ("ru", "Привет, мир", b"01"),
        ("ar", "مرحبا بالعالم", b"02"),
        ("el", "Γειά σου, Κόσμε", b"03"),
        ("he", "שלום עולם", b"04"),
    ],
)
def test_letters_of_all_five_tables_are_read_back_as_they_were(language, line, table):
    data = write_stl([Cue(25, 75, (line,))], head(language))
    assert data[12:14] == table
    assert read_back(data) == (language, [(36001, 36003, [line])])


def test_marks_that_the_table_lacks_are_written_plainly():
    data = write_stl([Cue(0, 25, ("2019–2021 … 5 € – so",))], head())
    assert read_back(data)[1][0][2] == ["2019-2021 ... 5 EUR - so"]
    romanian = write_stl([Cue(0, 25, ("Țară și oraș",))], head("ro"))
    assert read_back(romanian)[1][0][2] == ["Ţară şi oraş"]


@pytest.mark.parametrize("line", ["你好，世界", "こんにちは", "สวัสดี", "नमस्ते", "Hello 😀"])
def test_letters_of_no_table_are_refused_by_name_and_never_written_as_something_else(line):
    with pytest.raises(NoLetters) as lacks:
        write_stl([Cue(0, 25, (line,))], head())
    assert set(str(lacks.value)) <= set(line)


def test_a_text_over_112_bytes_goes_on_in_a_second_block():
    lines = ("a" * 60, "b" * 60)
    data = write_stl([Cue(0, 25, lines), Cue(30, 50, ("c",))], head())
    assert len(data) == 1024 + 3 * 128
    assert [data[1024 + 128 * block + 3] for block in range(3)] == [0, 0xFF, 0xFF]
    assert [shown for _, _, shown in read_back(data)[1]] == [list(lines), ["c"]]


def test_the_first_block_says_what_the_standard_asks_for():
    data = write_stl([Cue(50, 100, ("One", "Two three"))], head(starts_at=(9, 59, 58, 20)))
    assert data[:11] == b"850STL25.01"
    assert data[11:12] == b"0"  # open subtitling
    assert data[14:16] == b"09"  # English
    assert data[16:48] == b"Groe und Ma".ljust(32)
    assert data[224:236] == b"210914210914"
    assert data[238:243] == b"00001" and data[243:248] == b"00001"  # blocks, subtitles
    assert data[251:253] == b"09" and data[253:255] == b"23"  # letters of a row, rows
    assert data[256:264] == b"09595820"  # the programme's first picture
    assert data[264:272] == b"10000020"  # the first caption: two seconds on


def test_a_caption_stands_at_the_foot_or_over_what_stands_there_and_in_the_middle():
    usual, over = Cue(0, 25, ("One", "Two")), Cue(30, 50, ("Three",), foot=Fraction(70, 100))
    data = write_stl([usual, over], head())
    rows = [data[1024 + 128 * block + 13] for block in range(2)]
    assert rows == [22, 16]  # of 23: rows 22 and 23; 70% of the height
    assert [data[1024 + 128 * block + 14] for block in range(2)] == [2, 2]  # centred


def test_no_captions_are_a_file_without_subtitles():
    assert len(write_stl([], head())) == 1024
