"""How written words may be said: every way that readers have, for the recogniser; on screen stays
what is written.
"""

from __future__ import annotations

import pytest

from pipeline.captions.words.letters import phones
from pipeline.captions.words.script import read_script
from pipeline.captions.words.spoken import readings


def ways(written: str, language: str = "en") -> list[str]:
    """All ways to say a word."""
    return [" ".join(way) for way in readings(written, language)]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2018", ["twenty eighteen", "two thousand and eighteen", "two thousand eighteen"]),
        ("1905", ["nineteen oh five", "nineteen hundred and five"]),
        ("2000", ["two thousand"]),
        (
            "1,250",
            [
                "one thousand two hundred and fifty",
                "one thousand two hundred fifty",
                "twelve hundred fifty",
            ],
        ),
        ("365", ["three hundred and sixty five", "three sixty five"]),
        ("0.75", ["zero point seven five", "point seven five"]),
        ("1st", ["first"]),
        ("21st", ["twenty first"]),
        ("1990s", ["nineteen nineties"]),
        ("90s", ["nineties"]),
        ("12%", ["twelve percent"]),
        ("10–15", ["ten to fifteen", "ten fifteen"]),
        ("14:30", ["fourteen thirty"]),
        ("10:00", ["ten o'clock"]),
        ("007", ["zero zero seven", "oh oh seven"]),
        ("24/7", ["twenty four seven"]),
        ("$300", ["three hundred dollars"]),
        ("€5bn", ["five billion euros"]),
        ("$12.50", ["twelve dollars fifty"]),
        ("$1", ["one dollar"]),
        ("#5", ["number five"]),
        ("NZQA", ["n z q a", "nzqa"]),
        ("UNESCO", ["unesco", "u n e s c o"]),
        ("MOOCs", ["m o o c's", "moocs"]),
        ("U.S.", ["u s"]),
        ("R&D", ["r and d"]),
        ("B2B", ["b two b"]),
        ("II", ["two"]),
        ("e.g.", ["for example"]),
        ("Dr.", ["doctor"]),
        ("and/or", ["and or", "and slash or"]),
        ("micro-credentials", ["micro credentials"]),
        ("nzqa.govt.nz", ["nzqa dot govt dot nz"]),
        ("don’t", ["don't"]),
    ],
)
def test_a_reader_may_say_it_so(written, said):
    assert [way for way in said if way not in ways(written)] == []


@pytest.mark.parametrize(
    ("written", "language", "said"),
    [
        ("2018", "zh", "二 零 一 八"),
        ("15", "zh", "十 五"),
        ("10", "zh", "十"),
        ("123456", "zh", "十 二 万 三 千 四 百 五 十 六"),
        ("शिक्षा,", "hi", "शिक्षा"),
        ("qu’il", "fr", "qu'il"),
        ("1998", "de", "neunzehnhundertachtundneunzig"),
        ("25", "ru", "двадцать пять"),
        ("12%", "de", "zwölf prozent"),
        ("$300", "es", "trescientos dólares"),
        ("NZQA", "es", "ene zeta cu a"),
    ],
)
def test_other_languages_have_their_own_ways(written, language, said):
    assert said in ways(written, language)


def test_the_unit_of_a_sum_is_said_behind_its_millions():
    tokens = read_script(b"It cost $300 million in all.", "en").tokens
    assert [" ".join(token.spoken) for token in tokens] == [
        "it",
        "cost",
        "three hundred",
        "million dollars",
        "in",
        "all",
    ]
    assert [token.text for token in tokens] == ["It", "cost", "$300", "million", "in", "all."]


def test_no_word_has_so_many_readings_that_listening_slows_down():
    assert (
        max(
            len(ways(written))
            for written in ("2021-09-14", "+64-4-463-3000", "A/B/C/D/E/F", "$1,234,567.89")
        )
        <= 12
    )


def test_chinese_is_a_token_a_character_with_its_marks():
    assert [token.text for token in read_script("你好，“微证书”(MC)！".encode(), "zh").tokens] == [
        "你",
        "好，",
        "“微",
        "证",
        "书”",
        "(MC)！",
    ]


@pytest.mark.parametrize(
    ("word", "language", "sounds"),
    [
        ("你", "zh", "N IY"),
        ("中", "zh", "JH UH NG"),
        ("한", "ko", "HH AA N"),
        ("かな", "ja", "K AA N AA"),
        ("カー", "ja", "K AA"),
        ("NZQA", "ko", "N Z K AA"),
        ("学", "ja", ""),
    ],
)
def test_east_asian_writing_has_sounds(word, language, sounds):
    assert " ".join(phones(word, language)) == sounds
