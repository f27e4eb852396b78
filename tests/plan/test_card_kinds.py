"""The rows of card_kinds.py: what a new card has to bring, and nothing else need know of it."""

from __future__ import annotations

from typing import get_args

import pytest

from pipeline.card_kinds import CARDS, DRAWN, CardName, Scene
from pipeline.config import Cards
from pipeline.geometry import SAFE, SQUARE, WIDE
from pipeline.tools.drawing import draw, motifs


def test_every_name_has_a_row():
    assert tuple(CARDS) == get_args(CardName)


@pytest.mark.parametrize("card", DRAWN, ids=lambda card: card.name)
def test_every_card_that_is_drawn_has_its_words_and_what_stands_behind_them(card):
    assert card.name in draw.WORDS_OF
    assert card.scene in motifs.RINGS and card.scene in motifs.GLOBES
    assert set(motifs.RINGS) == set(get_args(Scene)) == set(motifs.GLOBES) == set(motifs.PHRASES)


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.name)
def test_a_card_stays_as_long_as_a_key_of_config_yaml_says(card):
    assert card.length is None or card.length in Cards.model_fields
    assert CARDS[card.drawn_as].drawn_as == card.drawn_as


def test_a_name_with_braces_is_a_name_in_the_rundown_too():
    assert (
        CARDS["holding"].title("", "Dr {event}", "message to follow")
        == "Dr {event}: message to follow"
    )


def test_files_and_stills_are_called_after_the_card():
    assert CARDS["hold"].ground_file == "closing-ground.png"
    assert CARDS["title"].words_file == "title-words.png"
    assert CARDS["holding"].still_of("ann") == "ann-card.png"
    assert CARDS["hold"].still_of(None) == "closing-card.png"


def test_a_lower_third_stays_in_the_lower_third_and_off_the_edge():
    for areas in (WIDE, SQUARE):
        assert 2 / 3 < areas.strap_ceiling < areas.strap_foot <= 1 - SAFE
