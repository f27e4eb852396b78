"""Whose a file is by the names and the words in it, and whose it may be: then somebody is asked."""

from __future__ import annotations

import pytest

from pipeline.config import Speaker
from pipeline.plan.matching import SURE, Likely, by_name, by_script, decided, words_in

SPEAKERS = [
    Speaker(id=id, name=name)
    for id, name in [
        ("klinkum", "Dr Grant Klinkum"),
        ("wold-mccormick", "Dr Kristi Wold-McCormick"),
        ("oconnor", "Dr John O'Connor"),
        ("palacios", "Dr Beatriz Palacios"),
        ("juan", "Juan Palacios"),
        ("nunez", "Íñigo Núñez"),
        ("muller", "Jürgen Müller"),
        ("ivanov-p", "Пётр Иванов"),
        ("kim", "김민수"),
    ]
]


def whose(name: str) -> list[str]:
    """All who may be meant, the likeliest first."""
    return [one.speaker for one in decided(by_name(name, SPEAKERS, "its name"))]


def surely(name: str) -> str | None:
    """Whose it is without a question."""
    found = decided(by_name(name, SPEAKERS, "its name"))
    return found[0].speaker if len(found) == 1 and found[0].share >= SURE else None


@pytest.mark.parametrize(
    ("name", "speaker"),
    [
        ("klinkum", "klinkum"),
        ("GrantKlinkum_final (2)", "klinkum"),
        ("2021-09-10 KLINKUM message v3", "klinkum"),
        ("klinkumfinal", "klinkum"),
        ("Wold McCormick", "wold-mccormick"),
        ("Kristi Wold - recording", "wold-mccormick"),
        ("O_Connor", "oconnor"),
        ("john oconnor", "oconnor"),
        ("Beatriz Palacios", "palacios"),
        ("palacios juan", "juan"),
        ("Inigo Nunez", "nunez"),
        ("N\u0303un\u0303ez In\u0303igo Núñez", "nunez"),
        ("Mueller_Juergen", "muller"),
        ("jurgen muller", "muller"),
        ("Иванов", "ivanov-p"),
        ("Petr Ivanov", "ivanov-p"),
        ("Kim Minsu 김민수", "kim"),
    ],
)
def test_a_file_is_surely_somebodys_whose_name_it_has_however_it_is_written(name, speaker):
    assert surely(name) == speaker


@pytest.mark.parametrize(
    ("name", "speaker"),
    [
        ("Klinkhum", "klinkum"),
        ("Grant", "klinkum"),
        ("Papa John", "oconnor"),
        ("Ivanov", "ivanov-p"),
    ],
)
def test_a_misspelt_name_one_in_another_alphabet_and_a_first_name_alone_are_asked_about(
    name, speaker
):
    assert whose(name) == [speaker]
    assert surely(name) is None


def test_a_name_that_two_have_is_asked_about():
    assert sorted(whose("Palacios message")) == ["juan", "palacios"]
    assert surely("Palacios message") is None


@pytest.mark.parametrize(
    "name", ["IMG_2041", "Zoom Recording 12", "GMT20210910-101010_Recording", "final", "video (1)"]
)
def test_what_a_phone_or_a_program_calls_a_file_is_nobodys_name(name):
    assert whose(name) == []


def test_it_is_said_by_what_a_file_is_somebodys():
    (found,) = by_name("Grant Klinkhum", SPEAKERS, "its title")
    assert found.why == 'its title says "Grant Klinkum?"'


def test_two_who_are_equally_likely_are_both_named_and_who_is_far_behind_is_not():
    found = [Likely("a", 0.9, "x"), Likely("b", 0.85, "x"), Likely("c", 0.6, "x")]
    assert [one.speaker for one in decided(found)] == ["a", "b"]
    assert decided([]) == ()


# --- by the script that is read -------------------------------------------------------------------

ANA = "Good morning. Micro-credentials are small, and they are trusted because they are assured."
BO = "Good evening. A credential is a promise to learners, and a promise has to be kept by us all."
SCRIPTS = {"ana": [*words_in(ANA)], "bo": [*words_in(BO)]}


def test_a_recording_is_that_of_the_script_that_is_read_in_it_badly_heard_or_not():
    heard = "good morning my croak credentials are small and they are trusted because they assured"
    found = decided(by_script([*words_in(heard)], SCRIPTS))
    assert [one.speaker for one in found] == ["ana"]
    assert found[0].share >= SURE
    assert found[0].why == "69% of what is heard is their script's"


def test_a_speech_on_the_same_subject_is_nobodys_script():
    heard = "I would like to speak about the credential that a learner wants and the promise in it"
    assert by_script([*words_in(heard)], SCRIPTS) == ()
    assert by_script([], SCRIPTS) == ()
