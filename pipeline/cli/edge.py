"""What every command has: the options that several share, the exit codes, how it says something;
without it each file of commands would have words of its own for the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline import __version__

if TYPE_CHECKING:
    from pipeline.event import Workspace

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "Turns experts' recorded video messages in inputs/ into one timed, titled, captioned"
        " segment in outputs/."
    ),
)
captions_app = typer.Typer(
    help="Make or refresh all caption drafts, and nothing else.", rich_markup_mode=None
)
app.add_typer(captions_app, name="captions", invoke_without_command=True)
STOPPED = "Stopped. What was finished is kept; the same command goes on from there."
DONE, FAULT, USAGE, IN_PART, REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 130
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Show notes with nothing to do as well.")
]
OnlyThese = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="Only these speakers.")
]
Draft = Annotated[bool, typer.Option("--draft", help="Small picture with a DRAFT mark, fast.")]
Segment = Annotated[
    str | None, typer.Option("--segment", metavar="ID", help="Only this one of several segments.")
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", min=1, max=256, help="Programs at once; left out: one a core."),
]
SchedulerAt = Annotated[
    str | None,
    typer.Option(help="Have the workers of this Dask scheduler do the work: tcp://HOST:8786."),
]
WorkerRoot = Annotated[
    Path | None,
    typer.Option(help="Where this workspace lies on the workers; left out: where it is here."),
]


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"perspectives {__version__}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", help="Print the version and stop.", is_eager=True, callback=_say_version
    ),
]


@app.callback()
def _options(
    context: typer.Context,
    workspace: Annotated[
        Path, typer.Option("--workspace", help="Folder with config.yaml, inputs/ and outputs/.")
    ] = Path("."),
    version: Version = False,
) -> None:
    context.obj = workspace


def workspace_of(context: typer.Context) -> Workspace:
    from pipeline.event import Workspace

    return Workspace(context.obj.resolve())


def print_json(answer: Any) -> None:
    # A file's name may hold bytes that are no text: they are written as JSON's own escapes.
    text = json.dumps(answer, ensure_ascii=False, indent=1)
    print(text.encode("utf-8", "backslashreplace").decode())


def tell(sentence: str) -> None:
    from pipeline.console import Lines

    Lines(stderr=True).say(sentence)
