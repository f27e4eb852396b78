"""The server is killed by the kernel in the middle of a save, and the next one has lost nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import review_site  # which skips by name where the extra [review] is not installed
from conftest import REPOSITORY

MOMENTS = 20
assert review_site.CAPTIONS.splitlines()[2] == "The quick brown fox"


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes do not fork on this system")
def test_killed_at_twenty_moments_of_a_save_nothing_that_was_answered_for_is_lost(tmp_path: Path):
    program = REPOSITORY / "tests/review/killing.py"
    paths = os.pathsep.join([str(REPOSITORY / "tests"), str(REPOSITORY)])
    ended = subprocess.run(
        [sys.executable, str(program), str(tmp_path), str(MOMENTS)],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len({one["moment"] for one in told}) == MOMENTS
    rest = "jumps over Klinken."
    for one in told:
        assert one["first"], one
        assert not one["second"], one  # it was killed before it could answer
        assert one["page"] in (["one", rest], ["two", rest]), one
        assert one["file"] == one["page"], one
        assert one["third"], one
        assert one["undone"] == ["The quick brown fox", rest], one
    # some were killed before the edit was in the journal, some behind it
    assert {one["page"][0] for one in told} == {"one", "two"}
