"""Weights of Whisper's that are no model, in the form of CTranslate2's files; without it a test
would need a real one to have it broken.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

KINDS = {"float32": 0, "float16": 4, "int16": 2}
WORDS = {"decoder/embeddings/weight": np.zeros((51_865, 1), "float16")}
ENGLISH = {"decoder/embeddings/weight": np.zeros((51_864, 1), "float16")}


def model_bin(held: dict[str, Any]) -> bytes:
    """A file in CTranslate2's format, as its ``specs/model_spec.py`` writes it."""

    def text(value: str) -> bytes:
        return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

    out = struct.pack("<I", 6) + text("WhisperSpec") + struct.pack("<II", 3, len(held))
    for name, value in held.items():
        array = np.asarray(value)
        shape = b"".join(struct.pack("<I", side) for side in array.shape)
        kind = KINDS[str(array.dtype)]
        head = text(name) + struct.pack("<B", array.ndim) + shape
        out += head + struct.pack("<BI", kind, array.nbytes) + array.tobytes()
    return out + struct.pack("<I", 0)


def folder_of(root: Path, data: bytes, without: str = "") -> Path:
    """A folder of faster-whisper's form."""
    root.mkdir(parents=True)
    (root / "model.bin").write_bytes(data)
    for name in ("config.json", "tokenizer.json"):
        (root / name).write_text("{}")
    (root / without).unlink() if without else None
    return root
