"""What cards say in our words, in the event's language; without it a Spanish event would thank its
speakers in English.

A producer's own words stand in place of ours. Dates are those of plan/dates.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.card_kinds import CARDS
from pipeline.config import Config
from pipeline.plan.dates import language_of

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
_RIGHT_TO_LEFT = ("ar", "arc", "ckb", "dv", "fa", "he", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")


def closing_text(config: Config) -> str:
    """The large words of the closing card."""
    return config.cards.closing_text or _own(_CLOSING, config, CARDS["closing"].titled)


def to_follow_text(config: Config) -> str:
    """What the badge of a holding card says."""
    return config.cards.to_follow_text or _own(_TO_FOLLOW, config, CARDS["holding"].note)


def mirrored(config: Config) -> bool:
    """Whether the event's language is read from the right, so that cards begin there."""
    return language_of(config).split("-")[0] in _RIGHT_TO_LEFT


def _own(table: Mapping[str, str], config: Config, english: str) -> str:
    return table.get(language_of(config).split("-")[0], english)
