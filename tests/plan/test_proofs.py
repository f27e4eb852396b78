"""Codes of proofs: short enough to be read out, and another one for every other version."""

from __future__ import annotations

import pytest

from pipeline.plan.approval import PARTS
from pipeline.plan.proofs import (
    NotProofs,
    Proof,
    code_from,
    code_of,
    proofs_text,
    read_proofs,
    version_of,
    with_code,
)

DIGESTS = {part: f"digest of {part}" for part in PARTS}
PROOF = Proof("2026-01-01T12:00:00+00:00", DIGESTS)


def test_a_code_is_eight_letters_that_are_not_taken_for_each_other():
    assert code_of("00" * 32) == "0000-0000"
    assert code_of("ff" * 32) == "ZZZZ-ZZZZ"
    assert code_of("0123456789" + "0" * 54) == "04HM-ASW9"


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_what_is_approved_gives_another_code(part):
    other = {**DIGESTS, part: "another"}
    assert code_of(version_of(other)) != PROOF.code
    assert PROOF.changed(other) == (part,)
    assert version_of({**DIGESTS}) == PROOF.version


@pytest.mark.parametrize(
    "written",
    ["01HM-ASW9", "01hmasw9", "OIHM ASW9", "olhm-asw9", " 01HM\u2013ASW9 ", "0 1 H MASW9"],
)
def test_a_code_is_known_however_it_was_written_down(written):
    assert code_from(written) == "01HM-ASW9"


@pytest.mark.parametrize(
    "written", ["", "01HM-ASW", "01HM-ASW99", "UUUU-UUUU", "approve me", "é" * 8]
)
def test_what_is_no_code_is_not_taken_for_one(written):
    assert code_from(written) is None


def test_the_last_proof_with_a_code_is_found():
    later = Proof("2026-01-02T12:00:00+00:00", DIGESTS)
    other = Proof("2026-01-03T12:00:00+00:00", {**DIGESTS, "card": "another"})
    assert with_code((PROOF, later, other), PROOF.code) == later
    assert with_code((PROOF,), other.code) is None


def test_what_is_written_down_of_proofs_is_read_again():
    assert read_proofs(proofs_text((PROOF,))) == (PROOF,)


@pytest.mark.parametrize("text", ["", "[1]", '{"a": 1}', '[{"at": "x"}]', "[" * 9999])
def test_a_text_that_is_no_list_of_proofs_is_not_taken_for_one(text):
    with pytest.raises(NotProofs, match="it is not a list of proofs"):
        read_proofs(text)
