"""The house rules that no linter has: how wide a line may be and how long a function, and which
tricks a reader is spared.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY

WIDEST_LINE = 100
LONGEST_FUNCTION = 40
"""Lines from ``def`` to the end, docstring included: a screen."""

LONG_FOR_A_REASON: dict[str, str] = {}
"""Functions that may be longer, as ``plan/sound.py: plan_sound``, each with the reason."""

DATA = {
    "tests/benchmarks/align_talks.py": "talks as they were said, a sentence a line",
}
"""Files whose lines are as wide as what they hold."""


def python_files(*folders: str) -> list[str]:
    """Paths from the repository's root, in order."""
    return sorted(
        path.relative_to(REPOSITORY).as_posix()
        for folder in folders
        for path in (REPOSITORY / folder).rglob("*.py")
    )


PROGRAM = python_files("pipeline")


def parsed(path: str) -> ast.Module:
    return ast.parse((REPOSITORY / path).read_text("utf-8"))


def named(path: str, node: ast.expr) -> str:
    return f"{path}:{node.lineno}: {ast.unparse(node)}"


def test_no_line_is_wider_than_a_window():
    wide = [
        f"{path}:{number}: {len(line)} columns"
        for path in python_files("pipeline", "tests")
        if path not in DATA
        for number, line in enumerate((REPOSITORY / path).read_text("utf-8").splitlines(), 1)
        if len(line) > WIDEST_LINE
    ]
    assert wide == []


def test_no_choice_stands_within_a_choice():
    def within(node: ast.IfExp) -> bool:
        parts = (node.test, node.body, node.orelse)
        return any(isinstance(inner, ast.IfExp) for part in parts for inner in ast.walk(part))

    nested = [
        named(path, node)
        for path in PROGRAM
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.IfExp) and within(node)
    ]
    assert nested == []


def test_what_is_called_has_a_name():
    """Not ``f(...)(...)``, and not ``(f if this else g)(...)``."""
    nameless = [
        named(path, node)
        for path in PROGRAM
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Call | ast.IfExp | ast.BoolOp | ast.Lambda)
    ]
    assert nameless == []


def test_what_a_module_gives_is_said_by_its_names_alone():
    def listed(node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id == "__all__"

    assert [path for path in PROGRAM if any(map(listed, ast.walk(parsed(path))))] == []


def functions(node: ast.AST, within: str = "") -> Iterator[tuple[str, int]]:
    """Each function as ``Class.method`` or ``function.inner``, and its lines."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{within}{child.name}"
            if not isinstance(child, ast.ClassDef):
                yield name, (child.end_lineno or child.lineno) - child.lineno + 1
            yield from functions(child, f"{name}.")
        else:
            yield from functions(child, within)


def test_a_function_is_no_longer_than_a_screen_unless_it_is_said_why():
    lengths = {
        f"{path.removeprefix('pipeline/')}: {name}": lines
        for path in PROGRAM
        for name, lines in functions(parsed(path))
    }
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION}
    assert {name: lines for name, lines in long.items() if name not in LONG_FOR_A_REASON} == {}
    assert [name for name in LONG_FOR_A_REASON if name not in long] == []  # no longer needed


@pytest.mark.parametrize("path", DATA)
def test_a_file_that_may_be_wide_is_there(path):
    assert Path(REPOSITORY / path).is_file()
