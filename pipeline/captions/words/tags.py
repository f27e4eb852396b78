"""Language codes: whether one is known, and what it is in three letters; without it every command
would read the registry of all languages of the world to learn that ``en`` is one.
"""

from __future__ import annotations

_THREE_LETTERS = dict(
    pair.split("-")
    for pair in (
        "ar-ara bg-bul ca-cat cs-ces cy-cym da-dan de-deu el-ell en-eng es-spa et-est eu-eus fa-fas"
        " fi-fin fr-fra ga-gle gl-glg he-heb hi-hin hu-hun id-ind is-isl it-ita ja-jpn ka-kat"
        " ko-kor lt-lit lv-lav mk-mkd mt-mlt mul-mul nl-nld pl-pol pt-por ro-ron ru-rus sk-slk"
        " sl-slv sq-sqi sv-swe sw-swa ta-tam th-tha tr-tur uk-ukr vi-vie zh-zho"
    ).split()
)
"""Of codes that langcodes need not be asked about (30 ms): each is in its standard form, and no
other one of them serves its readers. A test holds them against langcodes. All others are asked for.
"""
_NOT_IN_LATIN_LETTERS = frozenset("ar bg el fa he hi ja ka ko mk ru ta th uk zh".split())


def standard(code: str) -> str | None:
    """The code of a language in its standard form (``pt-BR`` for ``PT_br``); None where there is no
    such language.
    """
    if code in _THREE_LETTERS:
        return code
    import langcodes

    return langcodes.standardize_tag(code) if langcodes.tag_is_valid(code) else None


def three_letters(code: str) -> str:
    """As ISO 14496-12 wants them: deu, not ger."""
    known = _THREE_LETTERS.get(code)
    if known:
        return known
    import langcodes

    return langcodes.get(code).to_alpha3(variant="T")


def language_alone(code: str) -> str:
    """``pt`` of ``pt-BR``."""
    if code in _THREE_LETTERS:
        return code
    import langcodes

    return langcodes.get(code).language or code


def in_latin_letters(code: str) -> bool:
    """Whether it is known that a language is usually written in them."""
    return code in _THREE_LETTERS and code not in _NOT_IN_LATIN_LETTERS


def unrelated(codes: frozenset[str]) -> bool:
    """Whether it is known of all of them that none serves readers of another."""
    return codes <= _THREE_LETTERS.keys()
