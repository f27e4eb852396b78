"""What makes an old result worthless: another text of the program, or of anything it imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline.tools.drawing import brand
from pipeline.tools.running import programs
from pipeline.tools.running.programs import OWN_PROGRAMS, TOOLS, texts_of, version

PACKAGE = TOOLS.parent


def read_by(tool: str) -> set[str]:
    """The files of our package that a program's version depends on."""
    return {str(path.relative_to(PACKAGE)) for path in texts_of(OWN_PROGRAMS[tool].path)}


@pytest.mark.parametrize("tool", OWN_PROGRAMS)
def test_every_program_of_ours_is_there(tool):
    assert OWN_PROGRAMS[tool].path.is_file()


def test_cards_are_drawn_again_when_anything_that_draws_them_changes():
    assert read_by("draw") >= {
        "card_kinds.py",
        "colours.py",
        "geometry.py",
        "tools/drawing/backdrop.py",  # by way of motifs.py
        "tools/drawing/brand.py",
        "tools/drawing/draw.py",
        "tools/drawing/fonts.py",
        "tools/drawing/layers.py",
        "tools/drawing/motifs.py",
        "tools/drawing/setting.py",
        "tools/drawing/straps.py",
        "tools/drawing/typeset.py",
        "tools/drawing/writing.py",
    }
    assert read_by("sheet") == read_by("draw") | {"tools/drawing/sheet.py"}


def test_every_recogniser_is_asked_again_when_what_finds_speech_changes():
    for tool in ("sphinx", "whisper_words", "fast_whisper_words"):
        assert "tools/hearing/speech.py" in read_by(tool)


@pytest.mark.parametrize("tool", OWN_PROGRAMS)
def test_a_new_finding_or_key_of_config_yaml_makes_nothing_anew(tool):
    unrelated = {"codes.py", "config.py", "config_file.py", "errors.py", "model.py", "themes.py"}
    assert not read_by(tool) & unrelated


def test_an_import_within_a_function_and_one_by_way_of_another_count(tmp_path, monkeypatch):
    package = tmp_path / "pipeline"
    (package / "tools").mkdir(parents=True)
    monkeypatch.setattr(programs, "TOOLS", package / "tools")
    texts = {
        "tools/program.py": "def main():\n    from pipeline.tools import within\n",
        "tools/within.py": "import pipeline.beyond\n",
        "beyond.py": "from pipeline.tools.program import main\n",
        "tools/unused.py": "",
    }
    for name, text in texts.items():
        (package / name).write_text(text, "utf-8")
    found = texts_of(package / "tools/program.py")
    assert [str(path.relative_to(package)) for path in found] == [
        "tools/program.py",
        "beyond.py",
        "tools/within.py",
    ]


def test_the_search_for_imports_finds_what_python_finds():
    for path in PACKAGE.rglob("*.py"):
        assert programs._imported_by(path) == parsed(path), path


def parsed(file: Path) -> frozenset[Path]:
    """As ``_imported_by``, from Python's own reading of the file."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            named |= {one.name for one in node.names}
    inside = [name.split(".")[1:] for name in named if name.startswith("pipeline.")]
    files = [PACKAGE.joinpath(*words).with_suffix(".py") for words in inside]
    return frozenset(one for one in files if one.is_file())


def test_no_import_is_relative_for_such_are_not_seen():
    guilty = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any(line.lstrip().startswith("from .") for line in path.read_text("utf-8").splitlines())
    ]
    assert guilty == []


@pytest.mark.parametrize("tool", [name for name, program in OWN_PROGRAMS.items() if program.alone])
def test_a_program_that_stands_alone_imports_nothing_of_ours(tool):
    assert read_by(tool) == {f"tools/{OWN_PROGRAMS[tool].file}"}


def test_what_refuses_says_so_by_one_exit_code():
    assert brand.REFUSES == programs.REFUSES


def test_a_programs_version_is_worked_out_once(monkeypatch):
    first = version("draw")
    monkeypatch.setattr(programs, "texts_of", lambda _: pytest.fail("read a second time"))
    assert version("draw") == first
