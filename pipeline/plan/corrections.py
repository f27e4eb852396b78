"""Reads the file in which a speaker's corrections come back from their proof; without it they
would be copied by hand out of a mail.

Anybody may have written it: it is small, has only keys that we know, and its texts are texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.captions.edit.sheet import Correction

MOST_BYTES = 1_000_000
_MARK = b'"perspectives"'
_HEAD_BYTES = 2000
_DAY_MS = 86_400_000

_Text = Annotated[str, Field(max_length=1000)]
_Moment = Annotated[int, Field(ge=0, le=_DAY_MS)]
CardKey = Literal["name", "role", "organisation", "country"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _OnCard(_Strict):
    was: _Text
    now: Annotated[str, Field(max_length=200)]


class _Caption(_Strict):
    was: _Text
    now: _Text
    start_ms: _Moment
    end_ms: _Moment


class _File(_Strict):
    perspectives: Literal["corrections"]
    speaker: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    version: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    captions: Annotated[
        dict[
            Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$")],
            Annotated[tuple[_Caption, ...], Field(max_length=5000, strict=False)],
        ],
        Field(max_length=20),
    ]
    card: dict[CardKey, _OnCard]


@dataclass(frozen=True)
class Corrections:
    """What a speaker wants otherwise of the version of their message that they saw: captions by
    language, and what is on their card as it was and as it is to be.
    """

    speaker: str
    version: str
    captions: Mapping[str, tuple[Correction, ...]]
    card: Mapping[CardKey, tuple[str, str]]


class NotCorrections(ValueError):
    """The file holds no corrections that can be taken in; ``str`` is the end of a sentence."""


def are_corrections(beginning: bytes) -> bool:
    """Whether a file that begins so is one that a proof has saved, whatever it is called now."""
    head = beginning.removeprefix(b"\xef\xbb\xbf")[:_HEAD_BYTES]
    return head.lstrip().startswith(b"{") and _MARK in head


def read_corrections(data: bytes) -> Corrections:
    """What a proof has saved. Raises NotCorrections."""
    if len(data) > MOST_BYTES:
        raise NotCorrections("it is larger than 1 MB, which no page of ours saves")
    try:
        read = _File.model_validate_json(data.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as invalid:
        first = invalid.errors()[0]
        where = ".".join(filter(str.isprintable, (str(part)[:40] for part in first["loc"])))
        said = f" ({where}: {first['msg'][:120]})" if where else ""
        raise NotCorrections(f"it is not what a proof has saved{said}") from None
    captions = {
        language: tuple(Correction(**one.model_dump()) for one in listed)
        for language, listed in read.captions.items()
    }
    card = {key: (one.was, one.now) for key, one in read.card.items()}
    return Corrections(read.speaker, read.version, captions, card)
