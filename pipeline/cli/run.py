"""The command line; the one place where errors become exit codes. Without it there would be
functions and no product.

What a command was asked for goes to stdout; progress, notes and errors go to stderr. Heavy modules
are imported where they are used, so that ``--help`` answers at once.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from pipeline.cli import edge, intake, making, people
from pipeline.cli.edge import DONE, FAULT, INTERRUPTED, REFUSED, STOPPED, USAGE, app
from pipeline.errors import MACHINES_ERRNOS, PipelineError, of_files

_ROOMS = (intake, making, people)
"""Each has its commands in ``app`` once it is imported; --help lists them in this order."""


def main() -> None:
    """Run one command; end with 0 done, 1 fault, 2 usage or config.yaml wrong, 3 done in part, 4
    refused.
    """
    collect_seldom()
    _listen_to_signals()
    try:
        answer = app(standalone_mode=False)
        code = answer if isinstance(answer, int) else DONE
        if code == INTERRUPTED:  # typer's answer to Ctrl-C
            _interrupted()
    except PipelineError as error:
        edge.tell(str(error))
        code = error.exit_code
    except KeyboardInterrupt:
        _interrupted()
        code = INTERRUPTED
    except BrokenPipeError:
        code = DONE
    except Exception as error:
        code = _usage_or_fault(error)
    # Threads that wait for killed programs are not waited for again.
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code) if code == INTERRUPTED else sys.exit(code)


def collect_seldom() -> None:
    """Have Python look for garbage once in 500,000 new objects instead of 700: what a command makes
    it needs to its end, and at 500 speakers the search was a tenth of the time. A small event's
    command makes 100,000.
    """
    gc.set_threshold(500_000)


STOPS_WITHIN_S = 2.0
"""After that a stopped command ends wherever it is. Files appear whole or not at all, so nothing is
lost but a note or two on what is known of files.
"""


def _listen_to_signals() -> None:
    """Ctrl-C and a polite kill stop the command. A shell has what it starts in the background
    ignore Ctrl-C: that stays so, and the kill is obeyed all the same.
    """
    numbers = [signal.SIGTERM]
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        numbers.append(signal.SIGINT)
    asked = [0]

    def stop(*_: object) -> None:
        asked[0] += 1
        if asked[0] > 1:
            _end_now()
        at_last = threading.Timer(STOPS_WITHIN_S, _end_now)
        at_last.daemon = True
        at_last.start()
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, stop)


def _end_now() -> None:
    """End, and all programs of ours with us, whatever anybody still waits for."""
    process = sys.modules.get("pipeline.tools.running.process")
    if process:  # one that the kernel holds (a disk that does not answer) is not waited for
        ending = threading.Thread(target=process.stop_all, daemon=True)
        ending.start()
        ending.join(0.5)
    os.write(2, f"{STOPPED}\n".encode())
    os._exit(INTERRUPTED)


def _interrupted() -> None:
    from pipeline.tools.running import process

    process.stop_all()
    edge.tell(STOPPED)


def _usage_or_fault(error: Exception) -> int:
    """Typer's own complaints are usage; anything else is a fault in our program and says so, with
    its trace.
    """
    import traceback

    show: Callable[[], None] | None = getattr(error, "show", None)
    if show is not None:
        show()
        return USAGE
    if isinstance(error, OSError) and (said := of_files(error)):
        edge.tell(said)
        return REFUSED
    if isinstance(error, MemoryError) or getattr(error, "errno", None) in MACHINES_ERRNOS:
        edge.tell(
            f"This computer could not cope ({str(error) or 'no memory is left'}). Close other"
            " programs, see that the disk with inputs/ and outputs/ answers, and run the command"
            " again: what is finished is kept."
        )
        return REFUSED
    traceback.print_exception(error)
    edge.tell(
        "This is a fault in perspectives, not in your files. What was finished is kept. Please"
        " report the lines above."
    )
    return FAULT
