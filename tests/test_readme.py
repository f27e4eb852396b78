"""The README's config is one that the program takes, and its commands exist."""

from __future__ import annotations

import re

from conftest import REPOSITORY

from pipeline.cli.edge import app
from pipeline.config import Config
from pipeline.config_editions import EDITIONS
from pipeline.config_file import read_config

README = (REPOSITORY / "README.md").read_text("utf-8")


def examples() -> list[str]:
    """What is shown of config.yaml."""
    return re.findall(r"```yaml\n(.*?)```", README, re.S)


def example(word: str) -> str:
    """The first of them in which ``word`` stands."""
    return next(shown for shown in examples() if word in shown)


def test_the_editions_in_the_readme_are_valid():
    event = "title: T\nslot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
    speakers = "speakers: [{id: klinkum, name: A}, {id: oconnor, name: B}]\n"
    config = read_config(event + speakers + example("deliveries:"))
    assert set(config.deliveries) == {"podcast", "mail", "upright", "square", "tv"}


def test_the_segments_in_the_readme_are_valid():
    day = read_config(example("segments:"))
    assert [one.id for one in day.segments] == ["opening-session", "americas"]
    assert day.segments[1].config.brand.theme == "journal"


def test_the_config_in_the_readme_is_valid_and_shows_the_defaults():
    shown = read_config(examples()[-1])
    bare = read_config(
        "title: T\nslot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
        "speakers: [{id: a, name: A}]\n"
    )
    for section in ("delivery", "cards", "brand", "limits"):
        assert getattr(shown, section) == getattr(bare, section), section
    assert isinstance(shown, Config)


def test_every_command_in_the_readme_exists_and_every_command_is_in_it():
    commands = {
        command.name or command.callback.__name__ for command in app.registered_commands
    } | {"captions"}
    files = {"segment", "clips", "publish", "index", "editions", "rundown", "notes", "chapters"}
    named = set(re.findall(r"^\| `([a-z]+)", README, re.M)) - files - {"day", *EDITIONS}
    assert named == commands
