"""Reads the file of a CTranslate2 model (model.bin) without that library; without it nobody could
say that such a file is cut off, or turn it into OpenAI's form.

The format is that of CTranslate2's ``specs/model_spec.py``: version, name, revision, variables,
then aliases. Texts have their length before them and end in a zero byte; numbers are little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

VERSION = 6
SPEC = "WhisperSpec"
MOST_VARIABLES = 10_000
TYPES = ("float32", "int8", "int16", "int32", "float16", "bfloat16")
"""By the number that the format has for them."""


class NotAModel(ValueError):
    """The end of a sentence about the file."""


@dataclass(frozen=True)
class Variable:
    """One variable of a model: its name, its type, its shape, and where its bytes lie."""

    name: str
    type: str
    shape: tuple[int, ...]
    offset: int
    size: int


def variables(file: IO[bytes], length: int) -> tuple[Variable, ...]:
    """All variables of a Whisper model in a file of ``length`` bytes; their content is not read.

    Raises NotAModel where it is something else, or is cut off.
    """
    if _number(file, "<I") != VERSION or _text(file) != SPEC:
        raise NotAModel("it is no Whisper model of CTranslate2's form")
    _number(file, "<I")
    count = _number(file, "<I")
    if count > MOST_VARIABLES:
        raise NotAModel("it is damaged")
    return tuple(_variables(file, length, count))


def _variables(file: IO[bytes], length: int, count: int) -> Iterator[Variable]:
    for _ in range(count):
        name = _text(file)
        shape = tuple(_number(file, "<I") for _ in range(_number(file, "<B")))
        kind, size = _number(file, "<B"), _number(file, "<I")
        offset = file.tell()
        if kind >= len(TYPES):
            raise NotAModel("it is damaged")
        if offset + size > length:
            raise NotAModel("it is cut off")
        file.seek(size, 1)
        yield Variable(name, TYPES[kind], shape, offset, size)


def _number(file: IO[bytes], form: str) -> int:
    size = struct.calcsize(form)
    data = file.read(size)
    if len(data) != size:
        raise NotAModel("it is cut off")
    return int(struct.unpack(form, data)[0])


def _text(file: IO[bytes]) -> str:
    return file.read(_number(file, "<H")).rstrip(b"\0").decode("utf-8", "replace")
