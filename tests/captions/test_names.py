"""Names are spelled as their owners spell them: corrections are applied on the word's own time,
near misses are only said.
"""

from __future__ import annotations

import pytest
from test_config import SMALL, problems

from pipeline.captions.heard.names import corrected, near_misses, prompt_terms
from pipeline.config_file import read_config
from pipeline.model import Word

ROSTER = (
    "Dr Grant Klinkum",
    "NZQA",
    "Dr Kristi Wold-McCormick",
    "University of Colorado Boulder",
    "Dr John O'Connor",
    "Quality and Qualifications Ireland",
    "Dr Beatriz Palacios",
    "Tecnológico de Monterrey",
    "micro-credentials",
    "Cedefop",
)


def words(sentence: str, confidence: float = 0.9) -> tuple[Word, ...]:
    """A word every 300 ms."""
    return tuple(
        Word(word, i * 300, i * 300 + 280, confidence) for i, word in enumerate(sentence.split())
    )


def written(sentence: str, corrections: dict[str, str]) -> str:
    """The sentence with the corrections applied."""
    return " ".join(word.text for word in corrected(words(sentence), corrections))


def missed(
    sentence: str,
    confidence: float = 0.9,
    language: str = "en",
    corrections: dict[str, str] | None = None,
) -> list[str]:
    """Near misses as "heard > name"."""
    found = near_misses(words(sentence, confidence), ROSTER, language, corrections or {})
    return [
        finding.message.split('"')[1] + " > " + finding.message.rsplit(" may be ", 1)[1].rstrip(".")
        for finding in found
    ]


# --- corrections ----------------------------------------------------------------------------------


def test_a_correction_keeps_the_words_time_and_the_marks_around_it():
    assert corrected(words("Thanks to (Klinkem), too."), {"klinkem": "Klinkum"}) == (
        Word("Thanks", 0, 280, 0.9),
        Word("to", 300, 580, 0.9),
        Word("(Klinkum),", 600, 880, 1.0),
        Word("too.", 900, 1180, 0.9),
    )


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("KLINKEM spoke.", "Klinkum spoke."),
        ("Klinkem's talk", "Klinkum's talk"),
        ("Klinkem’s talk", "Klinkum’s talk"),
        ("Klinkems and Klinkemer", "Klinkems and Klinkemer"),
        ("micro credentials,", "micro-credentials,"),
        ("Micro credentials matter.", "Micro-credentials matter."),
        ("So micro. Credentials matter.", "So micro. Credentials matter."),
        ("Dr. Palaceos said", "Dr. Palacios said"),
        ("the New Zealand Qualifications Authority.", "the NZQA."),
        ("an zed queue a.", "NZQA."),
        ("set a fop", "Cedefop"),
    ],
)
def test_whole_words_alone_are_corrected_whatever_their_case(sentence, expected):
    assert (
        written(
            sentence,
            {
                "Klinkem": "Klinkum",
                "micro credentials": "micro-credentials",
                "dr. palaceos": "Dr. Palacios",
                "set a fop": "Cedefop",
                "new zealand qualifications authority": "NZQA",
                "an zed queue a": "NZQA",
            },
        )
        == expected
    )


def test_as_many_words_keep_their_times_one_by_one():
    assert corrected(words("Grand Klinkem"), {"grand klinkem": "Grant Klinkum"}) == (
        Word("Grant", 0, 280, 1.0),
        Word("Klinkum", 300, 580, 1.0),
    )


def test_more_words_share_the_time_by_their_letters():
    heard = (Word("Coloradoboulder.", 1000, 2400, 0.4, ends_paragraph=True),)
    assert corrected(heard, {"coloradoboulder": "Colorado Boulder"}) == (
        Word("Colorado", 1000, 1700, 1.0),
        Word("Boulder.", 1700, 2400, 1.0, ends_paragraph=True),
    )


def test_the_longest_run_counts_and_nothing_is_corrected_twice():
    rules = {"a": "b", "b": "c", "a b": "a long one"}
    assert written("a b a x b", rules) == "a long one b x c"


def test_words_without_spaces_between_them_are_corrected_too():
    heard = (
        Word("我", 0, 200),
        Word("是", 200, 400),
        Word("科", 400, 600),
        Word("林", 600, 800),
        Word("肯。", 800, 1000),
    )
    assert corrected(heard, {"科林肯": "克林库姆"})[2:] == (Word("克林库姆。", 400, 1000),)


def test_no_corrections_change_nothing():
    assert corrected(words("As it was."), {}) == words("As it was.")


def test_corrections_are_read_from_config_yaml():
    pairs = "    Klinkem: Klinkum\n    micro credentials: micro-credentials\n"
    settings = read_config(SMALL + "captions:\n  corrections:\n" + pairs)
    assert settings.captions.corrections == {
        "Klinkem": "Klinkum",
        "micro credentials": "micro-credentials",
    }
    assert read_config(SMALL).captions.corrections == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "captions: {corrections: [Klinkem]}",
            (
                "config.yaml: line 6: captions.corrections: write pairs of what is heard and what"
                " is to be written, for example {Klinkem: Klinkum}"
            ),
        ),
        (
            "captions:\n  corrections:\n    Klinkem: 5\n",
            (
                "config.yaml: line 8: captions.corrections.Klinkem is 5; write some text; put it in"
                " quotes if it looks like a number, a date, yes or no"
            ),
        ),
        (
            'captions: {corrections: {"-": x}}',
            'config.yaml: line 6: captions.corrections: "-" holds no word; write what was heard',
        ),
        (
            "captions: {corrections: {a: x, A: y}}",
            "config.yaml: line 6: captions.corrections: a is there twice; write it once",
        ),
        (
            "captions: {corrections: {" + ", ".join(f"a{i}: b" for i in range(501)) + "}}",
            "config.yaml: line 6: captions.corrections: write at most 500",
        ),
    ],
)
def test_a_wrong_correction_is_said_with_its_line(text, sentence):
    assert problems(SMALL + text) == [sentence]


# --- near misses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "near"),
    [
        ("Thanks to Klinkem for this.", "Klinkem > Klinkum"),
        ("I met Clincum there.", "Clincum > Klinkum"),
        ("Klinkam is here.", "Klinkam > Klinkum"),
        ("I met Kristy there.", "Kristy > Kristi"),
        ("I met Kristi Wald-McCormack.", "Wald-McCormack > Wold-McCormick"),
        ("I met John O'Conner.", "O'Conner > O'Connor"),
        ("I met O Connor.", "O Connor > O'Connor"),
        ("I met Oconnor.", "Oconnor > O'Connor"),
        ("I met Palaceos.", "Palaceos > Palacios"),
        ("at Tecnologico we", "Tecnologico > Tecnológico"),
        ("from Monterey came", "Monterey > Monterrey"),
        ("our micro credentials are", "micro credentials > micro-credentials"),
        ("our microcredentials are", "microcredentials > micro-credentials"),
        ("the NZQR decided", "NZQR > NZQA"),
        ("at Sedefop we", "Sedefop > Cedefop"),
    ],
)
def test_what_sounds_or_looks_like_a_name_is_said(sentence, near):
    assert missed(sentence) == [near]


def test_a_near_miss_says_where_and_what_to_write():
    heard = (
        Word("So", 40000, 40500),
        Word("Klinkem,", 41200, 41900),
        Word("and", 42000, 42100),
        Word("Klinkem", 43000, 43500),
    )
    (finding,) = near_misses(heard, ROSTER, "en", {})
    assert (finding.severity, finding.code, finding.at_ms) == ("warning", "name-near-miss", 41200)
    assert finding.message == 'At 0:41 "Klinkem" (2 times) may be Klinkum.'
    assert (
        finding.remedy
        == 'If it is, write "Klinkem: Klinkum" under captions.corrections in config.yaml; '
        'if it is right, write "Klinkem: Klinkem".'
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr Grant Klinkum and Dr Kristi Wold-McCormick met John O'Connor's team.",
        "A grant was given. Grants are rare. We grand them.",
        "The World Bank, the University of California and the Universities of Ireland",
        "Micro-credentials and a micro-credential",
        "boulders in the quality of a clean column of colour",
        "Klinkum's plan",
        "NZQA and CEDEFOP and the OECD, the EU and ENQA",
        "Connections count. Bold claims from Old Corner, Told Norman.",
    ],
)
def test_ordinary_words_and_right_names_stay_in_peace(sentence):
    assert missed(sentence) == []


def test_a_word_in_small_letters_is_said_only_where_the_recogniser_doubted_it():
    assert missed("this is klinkem speaking") == []
    assert missed("this is klinkem speaking", confidence=0.3) == ["klinkem > Klinkum"]


def test_a_capital_says_nothing_in_german():
    assert missed("Ich sah die Palazios dort", language="de") == []


def test_what_stands_under_corrections_is_settled():
    assert missed("I met Klinkem.", corrections={"Klinkem": "Klinkem"}) == []


def test_each_spelling_is_said_once_and_a_part_of_it_not_again():
    assert missed("I met O Connor and then O Connor and Klinkem.") == [
        "O Connor > O'Connor",
        "Klinkem > Klinkum",
    ]


# --- the prompt -----------------------------------------------------------------------------------


def test_what_matters_most_stands_last_in_the_prompt():
    assert prompt_terms(
        ("Dr John O'Connor", "QQI", "NZQA"),
        ("micro-credentials", "Cedefop"),
        ("Dr Grant Klinkum", "NZQA"),
    ) == (
        "Dr John O'Connor",
        "QQI",
        "Dr Grant Klinkum",
        "NZQA",
        "micro-credentials",
        "Cedefop",
    )
