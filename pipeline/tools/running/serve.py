"""Answers one request after another in one process, the program's half of standing.py; without it a
program would load its libraries and weights anew for each.

Imported by programs of ours: it needs nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

ANSWERED = "answered"
"""The line that says that a request has been answered."""


def serve(answer: Callable[[], None]) -> None:
    """Call ``answer`` in each folder that a line of standard input names (a JSON string), until
    there are no more. Whatever it raises ends the program, as it would end one of a single request.
    """
    home = os.getcwd()
    for line in sys.stdin:
        os.chdir(json.loads(line))
        answer()
        os.chdir(home)  # Windows removes no folder that a program stands in
        sys.stderr.flush()
        print(ANSWERED, flush=True)
