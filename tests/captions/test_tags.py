"""Language codes: those that are known by heart are what langcodes says of them."""

from __future__ import annotations

from itertools import permutations

import langcodes
import pytest

from pipeline.captions.words import tags
from pipeline.captions.words.languages import closest

BY_HEART = sorted(tags._THREE_LETTERS)


@pytest.mark.parametrize("code", BY_HEART)
def test_a_code_known_by_heart_is_the_registrys(code):
    assert langcodes.tag_is_valid(code) and langcodes.standardize_tag(code) == code
    assert langcodes.get(code).language == code
    assert langcodes.get(code).to_alpha3(variant="T") == tags.three_letters(code)
    assert (langcodes.get(code).maximize().script == "Latn") == tags.in_latin_letters(code)


def test_none_of_those_known_by_heart_serves_readers_of_another():
    near = [
        pair
        for pair in permutations(BY_HEART, 2)
        if langcodes.closest_match(pair[0], [pair[1]], max_distance=5)[0] == pair[1]
    ]
    assert near == []


@pytest.mark.parametrize(
    ("written", "standard"),
    [("en", "en"), ("pt_br", "pt-BR"), ("EN", "en"), ("iw", "he"), ("xx", None), ("", None)],
)
def test_a_code_is_known_in_its_standard_form(written, standard):
    assert tags.standard(written) == standard


@pytest.mark.parametrize(
    ("code", "three"), [("pt-BR", "por"), ("mul", "mul"), ("und", "und"), ("gsw", "gsw")]
)
def test_any_code_has_three_letters(code, three):
    assert tags.three_letters(code) == three


@pytest.mark.parametrize(
    ("language", "offered", "served"),
    [
        ("en-GB", ["es", "en"], "en"),
        ("en", ["es", "en-GB"], "en-GB"),
        ("en", ["es", "fr"], None),
        ("nb", ["en", "no"], "no"),
        ("zh-Hans", ["zh-Hant"], None),
    ],
)
def test_readers_are_served_by_a_variety_of_their_language(language, offered, served):
    assert closest(language, offered) == served


def test_a_code_of_a_variety_has_its_language():
    assert [*map(tags.language_alone, ["pt-BR", "en"])] == ["pt", "en"]
