"""The file that a proof saves, which anybody may have written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.captions.edit.sheet import Correction
from pipeline.plan.corrections import NotCorrections, are_corrections, read_corrections

SAVED: dict[str, Any] = {
    "perspectives": "corrections",
    "speaker": "ana",
    "version": "ab" * 32,
    "captions": {"en": [{"start_ms": 0, "end_ms": 900, "was": "Helo.", "now": "Hello <b>."}]},
    "card": {"name": {"was": "Ana", "now": "Aňa"}},
}
CAPTION = SAVED["captions"]["en"][0]


def saved(**other: Any) -> bytes:
    return json.dumps({**SAVED, **other}, ensure_ascii=False).encode()


@pytest.mark.parametrize("data", [saved(), b"\xef\xbb\xbf" + saved(), b"\r\n " + saved()])
def test_what_a_proof_saves_is_read(data):
    assert are_corrections(data)
    read = read_corrections(data)
    assert (read.speaker, read.version) == ("ana", "ab" * 32)
    assert read.captions == {"en": (Correction(0, 900, "Helo.", "Hello <b>."),)}
    assert read.card == {"name": ("Ana", "Aňa")}


@pytest.mark.parametrize("data", [b"", b"{}", b"\0\0\0 ftypisom", b'["perspectives"]', b"Dear all"])
def test_other_files_are_not_taken_for_one(data):
    assert not are_corrections(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"\xff\xfe\x00",
        saved(more=1),
        saved(perspectives="approvals"),
        saved(speaker="../../etc"),
        saved(speaker=7),
        saved(version="ab"),
        saved(captions={"../en": [CAPTION]}),
        saved(captions={"en": [{**CAPTION, "style": "x"}]}),
        saved(captions={"en": [{**CAPTION, "start_ms": -1}]}),
        saved(captions={"en": [{**CAPTION, "start_ms": "0"}]}),
        saved(captions={"en": [{**CAPTION, "end_ms": 1e9}]}),
        saved(captions={"en": [{**CAPTION, "now": "x" * 1001}]}),
        saved(captions={"en": [CAPTION] * 5001}),
        saved(captions={f"a{letter}": [] for letter in "abcdefghijklmnopqrstuvwxyz"}),
        saved(card={"video": {"was": "a", "now": "b"}}),
        saved(card={"name": {"was": "Ana", "now": None}}),
        saved(card={"name": {"was": "Ana", "now": "x" * 1_000_000}}),
    ],
)
def test_anything_else_is_refused_whole(data):
    with pytest.raises(NotCorrections) as caught:
        read_corrections(data)
    assert str(caught.value).startswith(("it is not what a proof has saved", "it is larger than"))
    assert str(caught.value).isprintable() and len(str(caught.value)) < 300
