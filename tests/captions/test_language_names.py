"""What languages are called: for producers in English, for viewers in their own words."""

from __future__ import annotations

import pytest

from pipeline.captions.words.languages import own_name


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("de", "Deutsch"),
        ("es", "Español"),
        ("pt-BR", "Português (Brasil)"),
        ("ar", "العربية"),
        ("tlh", "Klingon"),  # no names of languages are known in it
    ],
)
def test_a_track_is_listed_under_the_languages_own_name(language: str, name: str) -> None:
    assert own_name(language) == name
