"""What cards say and are called in our words, in the event's language; without it a Spanish event
would thank its speakers in English.

A producer's own words stand in place of ours. Dates are those of plan/dates.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.card_kinds import CARDS, CardName
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
_UNTIL_THE_END: Mapping[str, str] = {
    "ar": "حتى نهاية الوقت المخصص", "de": "Bis zum Ende der Sendezeit",
    "es": "Hasta el final del tiempo previsto", "fr": "Jusqu’à la fin du créneau",
    "it": "Fino alla fine dello spazio previsto", "nl": "Tot het einde van de zendtijd",
    "pt": "Até ao fim do tempo previsto", "ru": "До конца отведённого времени",
    "zh": "直到时段结束", "ja": "枠の終わりまで",
}
_OPENING_CHAPTER: Mapping[str, str] = {
    "ar": "الافتتاح", "de": "Eröffnung", "es": "Apertura", "fr": "Ouverture", "it": "Apertura",
    "nl": "Opening", "pt": "Abertura", "ru": "Начало", "zh": "开场", "ja": "オープニング",
}
_CLOSING_CHAPTER: Mapping[str, str] = {
    "ar": "الختام", "de": "Abschluss", "es": "Cierre", "fr": "Clôture", "it": "Chiusura",
    "nl": "Afsluiting", "pt": "Encerramento", "ru": "Завершение", "zh": "结束",
    "ja": "クロージング",
}
# fmt: on
_WORDS: Mapping[CardName, Mapping[str, str]] = {
    "holding": _TO_FOLLOW,
    "closing": _CLOSING,
    "hold": _UNTIL_THE_END,
}  # fmt: skip
_CHAPTERS: Mapping[str, Mapping[str, str]] = {
    "opening": _OPENING_CHAPTER, "closing": _CLOSING_CHAPTER,
}  # fmt: skip
_RIGHT_TO_LEFT = ("ar", "arc", "ckb", "dv", "fa", "he", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")


def closing_text(config: Config) -> str:
    """The large words of the closing card."""
    return _words_of("closing", config)


def to_follow_text(config: Config) -> str:
    """What the badge of a holding card says."""
    return config.cards.to_follow_text or _own(_TO_FOLLOW, config, CARDS["holding"].note)


def card_title(name: CardName, config: Config, speaker: str = "") -> str:
    """A card's title in the rundown and among the segment's chapters; ``speaker`` is a name."""
    return CARDS[name].title(config.title, speaker, _words_of(name, config))


def chapter_name(kind: str, config: Config) -> str | None:
    """What a card is called in a list of chapters; None for what stands there by its title."""
    card = CARDS.get(kind)
    return _own(_CHAPTERS[kind], config, card.chapter) if card and card.chapter else None


def _words_of(name: CardName, config: Config) -> str:
    card = CARDS[name]
    written: str | None = card.own_words and getattr(config.cards, card.own_words)
    return written or _own(_WORDS.get(name, {}), config, card.words)


def mirrored(config: Config) -> bool:
    """Whether the event's language is read from the right, so that cards begin there."""
    return language_of(config).split("-")[0] in _RIGHT_TO_LEFT


def _own(table: Mapping[str, str], config: Config, english: str) -> str:
    return table.get(language_of(config).split("-")[0], english)
