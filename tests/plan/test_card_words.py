"""What cards say in our words: dates as a language writes them, thanks in it, a producer's own
words in place of ours.
"""

from __future__ import annotations

import pytest
from test_config import SPEAKERS

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.plan.card_words import (
    card_title,
    chapter_name,
    closing_text,
    mirrored,
    to_follow_text,
)
from pipeline.plan.dates import hours, length_in


def event(
    more: str = "", slot: str = "start: 2021-09-14T14:30+02:00, end: 2021-09-14T14:50+02:00"
) -> Config:
    return read_config(f"title: Micro-credentials\nslot: {{{slot}}}\n{more}" + SPEAKERS)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "14 September 2021 · 14:30–14:50 UTC+02:00"),
        ("en-US", "September 14, 2021 · 14:30\u2009–\u200914:50 UTC+02:00"),
        ("es", "14 de septiembre de 2021 · 14:30–14:50 UTC+02:00"),
        ("de", "14. September 2021 · 14:30–14:50 Uhr UTC+02:00"),
        ("ar", "14 سبتمبر 2021 · 14:30–14:50 UTC+02:00"),
        ("ja", "2021年9月14日 · 14時30分～14時50分 UTC+02:00"),
        # No rules for it are known here.
        ("tlh", "14 September 2021 · 14:30–14:50 UTC+02:00"),
    ],
)
def test_a_date_is_written_as_the_events_language_has_it(language, said):
    assert hours(event(f"language: {language}\n")) == said


def test_a_slot_over_midnight_has_both_days():
    slot = "start: 2021-09-14T23:30+02:00, end: 2021-09-15T00:50+02:00"
    assert hours(event("language: es\n", slot)) == (
        "14–15 de septiembre de 2021 · 23:30–0:50 UTC+02:00"
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "28 March 2021 · 01:59 UTC+01:00 – 03:30 UTC+02:00"),
        ("de", "28. März 2021 · 01:59 UTC+01:00 – 03:30 UTC+02:00"),
    ],
)
def test_a_slot_in_which_clocks_change_has_both_offsets(language, said):
    slot = "start: 2021-03-28 01:59, end: 2021-03-28 03:30, timezone: Europe/Berlin"
    assert hours(event(f"language: {language}\n", slot)) == said


@pytest.mark.parametrize(
    ("language", "said"), [("en", "7.1 s"), ("de", "7,1 s"), ("fr", "7,1 s"), ("tlh", "7.1 s")]
)
def test_a_length_has_the_point_that_the_language_puts_into_numbers(language, said):
    config = event(f"language: {language}\n")
    assert length_in(config, 7_100) == said
    assert length_in(config, 286_000) == "4:46"


def test_the_language_is_that_of_the_captions_in_the_picture_where_none_is_said():
    config = event("captions: {burn: fr}\n")
    assert closing_text(config) == "Merci"
    assert to_follow_text(config) == "Message à suivre"


@pytest.mark.parametrize(
    ("more", "titles"),
    [
        ("", ("Ann: message to follow", "Thank you", "Until the end of the slot")),
        ("language: de\n", ("Ann: Beitrag folgt", "Vielen Dank", "Bis zum Ende der Sendezeit")),
        (
            "language: de\ncards: {closing_text: Bis morgen, to_follow_text: später}\n",
            ("Ann: später", "Bis morgen", "Bis zum Ende der Sendezeit"),
        ),
        ("language: mi\n", ("Ann: message to follow", "Thank you", "Until the end of the slot")),
    ],
)
def test_a_card_is_called_in_the_rundown_by_what_it_says(more, titles):
    config, kinds = event(more), ("holding", "closing", "hold")
    assert tuple(card_title(kind, config, "Ann") for kind in kinds) == titles


def test_cards_are_called_by_what_they_are_among_chapters_in_the_events_language():
    config = event("language: de\n")
    names = [chapter_name(kind, config) for kind in ("opening", "closing", "message", "hold")]
    assert names == ["Eröffnung", "Abschluss", None, None]


def test_a_producers_words_stand_in_place_of_ours():
    words = "cards: {closing_text: Mauruuru, to_follow_text: Bientôt}\nlanguage: fr\n"
    assert closing_text(event(words)) == "Mauruuru"
    assert to_follow_text(event(words)) == "Bientôt"


def test_a_language_of_which_we_have_no_words_gets_english_ones():
    assert closing_text(event("language: mi\n")) == "Thank you"
    assert to_follow_text(event("language: mi\n")) == "Message to follow"


@pytest.mark.parametrize(
    ("language", "from_the_right"), [("ar", True), ("he", True), ("fa-IR", True), ("en", False)]
)
def test_cards_begin_where_the_events_language_is_read_from(language, from_the_right):
    assert mirrored(event(f"language: {language}\n")) is from_the_right
