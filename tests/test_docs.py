"""What the documents promise is held against the code."""

from __future__ import annotations

import re
from typing import get_args

from conftest import REPOSITORY

from pipeline.codes import NOT_AIRED, Code


def test_every_finding_code_is_explained_and_no_other():
    page = (REPOSITORY / "docs/errors.md").read_text("utf-8")
    explained = re.findall(r"^\| `([a-z-]+)` \|[^|]*\|[^|]*\|$", page, re.M)
    assert sorted(explained) == sorted(get_args(Code))


def test_what_keeps_a_segment_from_airing_is_listed_with_the_programs_own_reasons():
    page = (REPOSITORY / "docs/errors.md").read_text("utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \| ([^|]*) \|$", page, re.M)
    assert listed == list(NOT_AIRED.items())


def test_every_code_is_used_somewhere():
    text = "".join(
        path.read_text("utf-8")
        for path in (REPOSITORY / "pipeline").rglob("*.py")
        if path.name != "codes.py"
    )
    assert [code for code in get_args(Code) if f'"{code}"' not in text] == []


# --- docs/architecture.md -------------------------------------------------------------------------
# A module is named by its path below pipeline/ in backticks: `message/sound.py`. A path below the
# repository is written whole: `tests/conftest.py`.

NAMED = r"`([\w./-]+\.py)`"


def modules() -> set[str]:
    """Every module by its path below pipeline/, but for the empty ``__init__.py``."""
    program = REPOSITORY / "pipeline"
    return {
        path.relative_to(program).as_posix()
        for path in program.rglob("*.py")
        if path.name != "__init__.py"
    }


def test_every_module_is_named_where_newcomers_look_for_it():
    page = (REPOSITORY / "docs/architecture.md").read_text("utf-8")
    assert sorted(modules() - set(re.findall(NAMED, page))) == []


def test_every_module_that_is_named_is_there():
    page = (REPOSITORY / "docs/architecture.md").read_text("utf-8")
    named = set(re.findall(NAMED, page)) - modules()
    assert [path for path in sorted(named) if not (REPOSITORY / path).is_file()] == []
