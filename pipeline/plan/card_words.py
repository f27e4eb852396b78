"""What cards say in our words, in the event's language; without it a Spanish event would thank its
speakers in English, and an English one would be on the 14. September.

Dates and times are written by CLDR's rules (Babel). A producer's own words stand in place of ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.card_kinds import CARDS
from pipeline.config import Config

# fmt: off
_CLOSING: Mapping[str, str] = {
    "ar": "شكرًا لكم", "de": "Vielen Dank", "es": "Gracias", "fr": "Merci", "it": "Grazie",
    "nl": "Dank u wel", "pt": "Obrigado", "ru": "Спасибо", "zh": "谢谢",
    "ja": "ありがとうございました",
}
_TO_FOLLOW: Mapping[str, str] = {
    "ar": "الرسالة لاحقًا", "de": "Beitrag folgt", "es": "El mensaje llegará más tarde",
    "fr": "Message à suivre", "it": "Il messaggio seguirà", "nl": "Bericht volgt",
    "pt": "A mensagem virá a seguir", "ru": "Сообщение последует", "zh": "留言稍后播出",
    "ja": "メッセージは後ほど",
}
# fmt: on
_WORLD_ENGLISH = "en_001"
"""14 September, as most of the world writes it; ``language: en-US`` has it the other way."""
_RIGHT_TO_LEFT = ("ar", "arc", "ckb", "dv", "fa", "he", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")


def language_of(config: Config) -> str:
    """The event's language: as it is said, else that of the captions in the picture."""
    return config.language or config.captions.burn[0]


def closing_text(config: Config) -> str:
    """The large words of the closing card."""
    return config.cards.closing_text or _own(_CLOSING, config, CARDS["closing"].titled)


def to_follow_text(config: Config) -> str:
    """What the badge of a holding card says."""
    return config.cards.to_follow_text or _own(_TO_FOLLOW, config, CARDS["holding"].note)


def mirrored(config: Config) -> bool:
    """Whether the event's language is read from the right, so that cards begin there."""
    return language_of(config).split("-")[0] in _RIGHT_TO_LEFT


def when(config: Config) -> str:
    """Date and hours of the slot on the event's clock: 14 September 2021 · 14:30–14:50 UTC+02:00"""
    # Babel takes 50 ms, and most commands draw nothing
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date, format_interval

    tag = language_of(config)
    try:
        locale = Locale.parse(_WORLD_ENGLISH if tag == "en" else tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse(_WORLD_ENGLISH)
    start, end = (config.slot.on_clock(moment) for moment in (config.slot.start, config.slot.end))
    days = format_date(start, "long", locale)
    if start.date() != end.date():
        days = format_interval(start, end, "yMMMMd", locale=locale)
    hours = format_interval(start, end, "Hm", tzinfo=start.tzinfo, locale=locale)
    offset = start.isoformat()[-6:] if start.utcoffset() else ""
    return f"{days} · {hours} UTC{offset}"


def _own(table: Mapping[str, str], config: Config, english: str) -> str:
    return table.get(language_of(config).split("-")[0], english)
