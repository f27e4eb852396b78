"""What the documents promise is held against the code."""

from __future__ import annotations

import re
from typing import get_args

from conftest import REPOSITORY

from pipeline.codes import Code


def test_every_finding_code_is_explained_and_no_other():
    page = (REPOSITORY / "docs/errors.md").read_text("utf-8")
    explained = re.findall(r"^\| `([a-z-]+)` \|", page, re.M)
    assert sorted(explained) == sorted(get_args(Code))


def test_every_code_is_used_somewhere():
    text = "".join(
        path.read_text("utf-8")
        for path in (REPOSITORY / "pipeline").rglob("*.py")
        if path.name != "codes.py"
    )
    assert [code for code in get_args(Code) if f'"{code}"' not in text] == []
