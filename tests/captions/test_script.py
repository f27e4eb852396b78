"""A script as it was sent: in any encoding, with headings and directions, to the words that are
said and shown.
"""

from __future__ import annotations

import pytest

from pipeline.captions.words.script import NotAScript, Script, fold, optional_texts, read_script
from pipeline.captions.words.spoken import readings


def read(text: str | bytes, language: str = "en") -> Script:
    """The script in ``text``."""
    return read_script(text.encode() if isinstance(text, str) else text, language)


def shown(text: str | bytes) -> str:
    """What is surely said of it, paragraphs divided by a stroke."""
    return " ".join(
        token.text + (" /" if token.ends_paragraph else "")
        for token in read(text).tokens
        if token.optional is None
    ).removesuffix(" /")


def optional(text: str | bytes) -> tuple[str, ...]:
    """What may be said or not: headings, directions, names of speakers."""
    return tuple(optional_texts(read(text).tokens).values())


# --- encodings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Señor Núñez".encode(), "utf-8"),
        ("Señor Núñez".encode("utf-8-sig"), "utf-8"),
        ("Señor Núñez".encode("utf-16"), "utf-16"),
        ("Señor Núñez".encode("utf-16-le"), "utf-16-le"),
        ("Señor Núñez".encode("utf-16-be"), "utf-16-be"),
        ("Señor Núñez".encode("cp1252"), "windows-1252"),
    ],
)
def test_accents_survive_every_usual_encoding(data, encoding):
    script = read(data)
    assert [token.text for token in script.tokens] == ["Señor", "Núñez"]
    assert script.encoding == encoding


def test_accents_taken_apart_are_put_together():
    assert shown("cafe\u0301") == "café"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_computer_make_the_same_paragraphs(line_end):
    assert (
        shown(line_end.join(["Hello", "there.", "", "Thank you."])) == "Hello there. / Thank you."
    )


def test_a_line_to_write_on_is_no_word():
    assert shown("Hello there.\n\n____\n\nThank you.") == "Hello there. / Thank you."


# --- what is no script ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "there are no words in it"),
        (b"... --- !", "there are no words in it"),
        (b"%PDF-1.7 ...", "it is a PDF document, not a text file"),
        (b"PK\x03\x04 ...", "it is an office document or a zip archive, not a text file"),
        (bytes(range(32)) * 20, "it holds no readable text"),
        (b"word " * 400_001, "it is larger than 2 MB, too long to have been read out"),
    ],
    ids=["empty", "marks only", "PDF", "Word", "binary", "too large"],
)
def test_a_file_that_nobody_could_read_out_is_refused_with_the_reason(data, why):
    with pytest.raises(NotAScript) as caught:
        read(data)
    assert str(caught.value) == why


# --- what is written and not said -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left", "said"),
    [
        ("# Opening\n\nGood morning.", ("Opening",), "Good morning."),
        ("Opening remarks:\nGood morning.", ("Opening remarks:",), "Good morning."),
        ("OPENING\nGood morning, everyone.", ("OPENING",), "Good morning, everyone."),
        ("SLIDE 3\nGood morning, everyone.", ("SLIDE 3",), "Good morning, everyone."),
        ("1. Opening\n\nGood morning.", ("1. Opening",), "Good morning."),
        ("Good [pause] morning.", ("[pause]",), "Good morning."),
        ("Good {smile} morning.", ("{smile}",), "Good morning."),
        (
            "Good morning.\n(smile and wave)\nWelcome.",
            ("(smile and wave)",),
            "Good morning. Welcome.",
        ),
        ("*looks up*\nGood morning.", ("looks up",), "Good morning."),
        ("Good [a long\npause] morning.", ("[a long pause]",), "Good morning."),
    ],
)
def test_headings_and_directions_may_be_said_or_not(text, left, said):
    assert shown(text) == said
    assert optional(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "We met in Paris at\nUNESCO\nand agreed.",
        "HELLO EVERYONE\nTHANK YOU FOR COMING",
        "It took 5 * 3 weeks.",
    ],
)
def test_what_only_looks_like_one_is_said(text):
    assert optional(text) == ()


@pytest.mark.parametrize(
    "text", ["It is good (very good) indeed.", "There were three points: time, money and trust."]
)
def test_what_may_be_a_direction_is_left_for_the_sound_to_decide(text):
    assert len(optional(text)) == 1
    assert " ".join(token.text for token in read(text).tokens) == text


def test_a_text_of_headings_alone_is_what_was_said():
    assert shown("# Title") == "Title"


def test_the_hyphen_of_a_list_is_not_shown():
    assert shown("- first\n- second\n• third") == "first second third"


def test_a_dash_alone_belongs_to_the_word_before_it():
    assert [(token.text, token.spoken) for token in read("Quality — always").tokens] == [
        ("Quality —", ("quality",)),
        ("always", ("always",)),
    ]


def test_a_paragraph_ends_with_its_last_word():
    assert [(token.text, token.ends_paragraph) for token in read("One two.\n\nThree.").tokens] == [
        ("One", False),
        ("two.", True),
        ("Three.", True),
    ]


# --- what is said for what is written -------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "language", "said"),
    [
        ("25", "en", "twenty five"),
        ("2018", "en", "twenty eighteen"),
        ("1,250", "en", "one thousand two hundred and fifty"),
        ("3.5", "en", "three point five"),
        ("50%", "en", "fifty percent"),
        ("COVID-19", "en", "covid nineteen"),
        ("14.09.2021", "en", "fourteen nine twenty twenty one"),
        ("½", "en", "one two"),
        ("25", "es", "veinticinco"),
        ("50%", "es", "cincuenta por ciento"),
        ("1.250", "es", "mil doscientos cincuenta"),
        ("1,250", "es", "mil doscientos cincuenta"),
        ("3,5", "es", "tres punto cinco"),
        ("2018", "es", "dos mil dieciocho"),
        ("Dr.", "en", "doctor"),
        ("Prof.", "en", "professor"),
        ("Mrs", "en", "missus"),
        ("(Dr.", "en", "doctor"),
        ("Dra.", "es", "doctora"),
        ("&", "en", "and"),
        ("&", "es", "y"),
        ("NZQA", "en", "n z q a"),
        ("NATO", "en", "nato"),
        ("UNESCO", "en", "unesco"),
        ("micro-credentials", "en", "micro credentials"),
        ("O’Connor's", "en", "o'connor's"),
        ("and/or", "en", "and or"),
        ("Tecnológico,", "es", "tecnológico"),
        ("—", "en", ""),
        ("...", "en", ""),
    ],
)
def test_numbers_titles_and_acronyms_are_said_as_people_say_them(written, language, said):
    assert said in [" ".join(way) for way in readings(written, language)] or [""]


def test_what_is_shown_is_what_was_written():
    assert [token.text for token in read("Dr. O’Connor, NZQA: 1,250 (50%).").tokens] == [
        "Dr.",
        "O’Connor,",
        "NZQA:",
        "1,250",
        "(50%).",
    ]


@pytest.mark.parametrize(
    ("word", "folded"),
    [("Café,", "cafe"), ("Ørsted", "orsted"), ("Straße", "strasse"), ("“It’s”", "it's")],
)
def test_words_are_compared_without_accents_marks_and_capitals(word, folded):
    assert fold(word) == folded
