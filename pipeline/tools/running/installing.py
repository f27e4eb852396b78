"""The commands that install what is missing into this very installation; without it a hint would
bring a stranger's program: the name ``perspectives`` on the package index belongs to somebody else.
"""

from __future__ import annotations

import sys
from pathlib import Path

DISTRIBUTION = "webinar-perspectives"
"""What we are called where packages are published; pyproject.toml has the same name."""


def pip_install(*what: str) -> str:
    """The command that installs ``what`` for the Python that runs now, whichever is on the path."""
    return f"{shown(sys.executable)} -m pip install {' '.join(what)}"


def with_extra(extra: str, package: Path = Path(__file__).parents[2]) -> str:
    """The command that installs what an extra of ours brings: into the checkout that ``package``
    lies in, with the versions that were tried there, or from the index where there is none.
    """
    checkout = package.parent
    if not (checkout / "pyproject.toml").is_file():
        return pip_install(f'"{DISTRIBUTION}[{extra}]"')
    tried = shown(checkout / "constraints.txt")
    return pip_install("-c", tried, "-e", f'"{checkout}[{extra}]"')


def shown(path: str | Path) -> str:
    """A path as it is typed in a shell."""
    return f'"{path}"' if " " in str(path) else str(path)
