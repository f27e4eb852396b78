"""What a producer pastes to install what is missing reaches this installation, and nobody else's
program.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from conftest import REPOSITORY

from pipeline.tools.running.installing import DISTRIBUTION, pip_install, with_extra

PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))


def test_the_hint_from_a_checkout_installs_into_that_checkout_with_its_versions():
    assert with_extra("fast") == (
        f"{sys.executable} -m pip install -c {REPOSITORY / 'constraints.txt'}"
        f' -e "{REPOSITORY}[fast]"'
    )
    assert (REPOSITORY / "constraints.txt").is_file()


def test_the_hint_of_an_installed_package_names_our_distribution(tmp_path: Path):
    assert with_extra("cluster", tmp_path / "site-packages/pipeline") == (
        f'{sys.executable} -m pip install "webinar-perspectives[cluster]"'
    )
    assert PYPROJECT["project"]["name"] == DISTRIBUTION


def test_a_python_in_a_folder_with_a_space_is_named_in_quotes(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/home/Eva Lind/bin/python")
    assert pip_install("av") == '"/home/Eva Lind/bin/python" -m pip install av'


def test_no_sentence_of_ours_installs_the_strangers_program():
    files = [*(REPOSITORY / "pipeline").rglob("*.py"), *REPOSITORY.glob("*.md")]
    files += [*(REPOSITORY / "docs").glob("*.md"), REPOSITORY / "Makefile"]
    named = re.compile(r"pip install[^`\n]*[ '\"]perspectives\b")
    assert not [path.name for path in files if named.search(path.read_text("utf-8"))]


def test_every_extra_that_a_hint_names_exists():
    sources = "".join(path.read_text("utf-8") for path in (REPOSITORY / "pipeline").rglob("*.py"))
    extras = set(re.findall(r"with_extra\([\"'](\w+)[\"']\)", sources))
    assert {"fast", "cluster"} <= extras <= PYPROJECT["project"]["optional-dependencies"].keys()
