"""Which languages are spoken, told from pieces of speech: only what is certain is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from pipeline.tools.hearing.speech import BYTES_A_MS
from pipeline.tools.hearing.tongues import Told, pieces_of, told, without

PIECE_MS = 8000
PAUSE_MS = 500


class Speaker:
    """Sound in which each millisecond carries the language it is spoken in, and an ear for it."""

    def __init__(self, *languages: str, blurred: float = 0.0) -> None:
        self.languages, self.blurred, self.asked = languages, blurred, 0
        self.activity = [
            [place * (PIECE_MS + PAUSE_MS), place * (PIECE_MS + PAUSE_MS) + PIECE_MS]
            for place in range(len(languages))
        ]
        self.sound = b"".join(
            bytes([number + 1]) * PIECE_MS * BYTES_A_MS + bytes(PAUSE_MS * BYTES_A_MS)
            for number in range(len(languages))
        )

    def chances(self, piece: bytes) -> Mapping[str, float]:
        self.asked += 1
        found = dict.fromkeys(("en", "de", "es", "la"), 0.0)
        for number, language in enumerate(self.languages):
            found[language] += piece.count(number + 1) / len(piece)
        sure = 1 - self.blurred
        return {language: share * sure + self.blurred / 4 for language, share in found.items()}

    def told(self, declared: str) -> Told:
        return told(self.sound, self.activity, declared, self.chances)


def test_the_declared_language_is_settled_by_one_look():
    speaker = Speaker(*["en"] * 9)
    assert speaker.told("en") == Told() and speaker.asked == 1


@pytest.mark.parametrize("pieces", [1, 2, 3, 12])
def test_another_language_than_the_declared_one_is_said(pieces):
    spoken = Speaker(*["de"] * pieces).told("en").spoken
    assert spoken is not None
    assert spoken[0] == "de" and spoken[1] > 0.9


def test_a_passage_in_another_language_is_said_with_its_times():
    speaker = Speaker("en", "en", "en", "de", "de")
    assert speaker.told("en") == Told(passages=((25_250, 42_000, "de"),))


def test_a_passage_ends_in_the_pause_in_which_its_language_does():
    spoken = ((0, 4900, "es"), (5200, 6100, "en"), (6300, 12_300, "en"), (12_600, 30_000, "en"))
    numbers = {"es": b"\1", "en": b"\2"}
    sound = bytearray(30_000 * BYTES_A_MS)
    for start, end, language in spoken:
        length = (end - start) * BYTES_A_MS
        sound[start * BYTES_A_MS : end * BYTES_A_MS] = numbers[language] * length

    def chances(piece: bytes) -> Mapping[str, float]:
        each = {language: piece.count(number) for language, number in numbers.items()}
        return {language: count / sum(each.values()) for language, count in each.items()}

    activity = [[start, end] for start, end, _ in spoken]
    assert pieces_of(activity)[0] == (0, 6100)
    assert told(bytes(sound), activity, "en", chances).passages == ((0, 5050, "es"),)


def test_what_whisper_does_not_understand_is_called_nothing():
    assert Speaker("la", "la", "la", blurred=0.6).told("es") == Told()
    assert Speaker("la", "de", "en", blurred=0.3).told("es") == Told()


def test_nobody_is_said_to_speak_latin():
    assert Speaker("la", "la", "la").told("es") == Told()
    assert Speaker("la", "la", "la").told("la") == Told()


def test_a_language_that_whisper_does_not_know_is_left_alone():
    assert Speaker("en", "en").told("mi") == Told()


def test_a_piece_that_is_called_another_language_says_nothing_where_none_is_in_the_declared_one():
    speaker = Speaker("de", "es", "la", "de", "es")
    assert speaker.told("en").passages == ()


def test_too_little_speech_tells_nothing():
    assert (
        told(b"\1" * 2000 * BYTES_A_MS, [[0, 2000]], "en", lambda _: {"en": 0.0, "de": 1.0})
        == Told()
    )
    assert told(b"", [], "en", lambda _: {}) == Told()


def test_an_hour_is_looked_at_in_thirty_places():
    speaker = Speaker(*["en"] * 40, *["de"] * 60)
    speaker.told("en")
    assert speaker.asked <= 31


@pytest.mark.parametrize(
    ("activity", "pieces"),
    [
        ([[0, 7000], [7500, 9000], [9500, 16_000]], [(0, 7000), (7500, 16_000)]),
        ([[0, 30_000]], [(0, 10_000), (10_000, 20_000), (20_000, 30_000)]),
        ([[0, 1000], [20_000, 26_000]], [(0, 8666), (8666, 17_333), (17_333, 26_000)]),
        ([[0, 1000]], []),
    ],
)
def test_speech_is_cut_in_its_pauses(activity: Sequence[Sequence[int]], pieces):
    assert pieces_of(activity) == pieces


def test_passages_are_taken_out_of_what_is_shown():
    assert without([0.0, 10.0, 12.0, 20.0], ((4000, 14_000, "de"),)) == [0.0, 4.0, 14.0, 20.0]
    assert without([0.0, 10.0], ((0, 10_000, "de"),)) == []
    assert without([0.0, 10.0], ()) == [0.0, 10.0]
