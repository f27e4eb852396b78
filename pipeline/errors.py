"""The errors a producer can meet; without this file nobody could say what went wrong in a sentence.

Every fact goes to ``super().__init__``, so that an error survives pickling on its way back from a
worker. The sentence is written in ``__str__``. ``exit_code`` is what the command line ends with.
"""

from __future__ import annotations

import errno
import os


class PipelineError(Exception):
    """Something a producer can be told in a sentence.

    Anything else that is raised is a fault in our program.
    """

    exit_code = 1


class ConfigInvalid(PipelineError):
    """config.yaml is missing or wrong.

    ``problems`` are whole sentences, one for each thing to mend.
    """

    exit_code = 2

    def __init__(self, file: str, problems: tuple[str, ...]) -> None:
        super().__init__(file, problems)
        self.file, self.problems = file, problems

    def __str__(self) -> str:
        return "\n".join(f"{self.file}: {problem}" for problem in self.problems)


class UsageWrong(PipelineError):
    """The command was asked for something that does not exist; nothing was started."""

    exit_code = 2

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class Refused(PipelineError):
    """The command will not do what was asked.

    The segment is over its slot under ``strict``, ``--final`` is not met, nothing is usable.
    """

    exit_code = 4

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class ToolFailed(PipelineError):
    """A program that we started ended badly, or wrote something other than it was asked for.

    ``saw`` is the end of a sentence about the program; ``kept`` the file in which all that it said
    was kept.
    """

    def __init__(self, tool: str, task: str, saw: str, kept: str = "") -> None:
        super().__init__(tool, task, saw, kept)
        self.tool, self.task, self.saw, self.kept = tool, task, saw, kept

    def __str__(self) -> str:
        said = f"{self.task}: {self.tool} {self.saw}."
        if not self.kept:
            return said
        return f"{said}\n  What it said is kept in {self.kept}; please report it with that file."


NO_ROOM = (
    "disk is full. Free some space and run the command again: what is finished is kept and not made"
    " again."
)


_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


def of_files(failed: OSError) -> str | None:
    """What a producer is told of a file that we cannot write or read as we must; None where it is
    something else.
    """
    if failed.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The {NO_ROOM}"
    place = str(failed.filename or "A file of the event's")
    if place.endswith(".part"):  # the name that a file has until it is whole
        place = os.path.dirname(place)
    if failed.errno == errno.EFBIG:
        where = f"In {place} a" if failed.filename else "A"
        return f"{where} file became larger than it may be here. {LARGER_FILES}"
    if failed.errno in _NOT_ALLOWED:
        return (
            f"{place} cannot be written or read ({os.strerror(failed.errno)}).\n  Next: see to it"
            " that you may write there, or copy the event's folder to a disk where you may, and run"
            " the command again: what is finished is kept."
        )
    return None


LARGER_FILES = (
    "See that this account may write large files (`ulimit -f unlimited`) and that the disk can hold"
    " them (one formatted as FAT32 holds 4 GiB), then run the command again: what is finished is"
    " kept."
)


class DiskFull(PipelineError):
    """There was no room for what a program wrote. It is no fault of the recording's."""

    exit_code = 4

    def __init__(self, task: str) -> None:
        super().__init__(task)
        self.task = task

    def __str__(self) -> str:
        return f"{self.task}: the {NO_ROOM}"


MACHINES_ERRNOS = frozenset(
    (errno.EIO, errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENODEV, errno.ESTALE)
)
"""Errors of the system that no file's content can cause: a disk that does not answer, no memory, no
more programs or open files.
"""


class MachineFailed(ToolFailed):
    """A program was ended from outside, could not be started, or the disk did not answer, twice.

    It is no fault of the recording's; ``remedy`` is what a producer can do. ``tool`` is what
    failed, which may be the disk.
    """

    exit_code = 4

    def __init__(self, tool: str, task: str, saw: str, remedy: str, kept: str = "") -> None:
        Exception.__init__(self, tool, task, saw, remedy, kept)
        self.tool, self.task, self.saw, self.kept = tool, task, saw, kept
        self.remedy = remedy

    def __str__(self) -> str:
        return (
            f"{self.task}: {self.tool} {self.saw}. That is no fault of the recording's.\n"
            f"  Next: {self.remedy}\n  Nothing was handed over; outputs/ stays as it was."
        )


class EncoderFailed(MachineFailed):
    """The graphics card could not encode what we had made for it; it is not asked a second time."""


class WorkersFailed(PipelineError):
    """Other machines that work for us cannot go on. It is no fault of the recording's."""

    exit_code = 4

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class StillChanging(PipelineError):
    """A file in inputs/ changed while it was read: a copy is probably still running."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file

    def __str__(self) -> str:
        return f"{self.file}: the file was still changing while it was read"


class Exchanged(PipelineError):
    """A file of the producer's or of this machine, a logo, a font or weights, is no longer the one
    that was looked at for the work that reads it. It is no fault of any recording's.
    """

    exit_code = 4

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file

    def __str__(self) -> str:
        return (
            f"{self.file}: the file was saved anew, or taken away, while this command worked with"
            " it.\n  Next: once it is as it is to be, run the command again: what is finished is"
            " kept, and what shows it is made with the new one.\n  Nothing was handed over;"
            " outputs/ stays as it was."
        )


class Damaged(PipelineError):
    """What lies in the store is not what was put there; it is taken away, to be made again."""

    exit_code = 4

    def __init__(self, task: str) -> None:
        super().__init__(task)
        self.task = task

    def __str__(self) -> str:
        return (
            f"{self.task}: what was made in outputs/.store has changed on the disk; it is made"
            " again. If that is said more than once, have the disk looked at."
        )


class NotYet(PipelineError):
    """What a later step would need has not been made.

    Only ``build --explain`` and ``status`` meet this.
    """

    def __init__(self, task: str) -> None:
        super().__init__(task)
        self.task = task

    def __str__(self) -> str:
        return f"{self.task} has not been made yet"


class NotAsPlanned(PipelineError):
    """A joined file is not as long as the rundown says.

    ``planned`` and ``saw`` are pictures and samples of sound.
    """

    def __init__(self, file: str, planned: tuple[int, int], saw: tuple[int, int]) -> None:
        super().__init__(file, planned, saw)
        self.file, self.planned, self.saw = file, planned, saw

    def __str__(self) -> str:
        return (
            f"{self.file} is not as long as planned: {self.saw[0]} pictures and {self.saw[1]}"
            f" samples of sound instead of {self.planned[0]} and {self.planned[1]}.\n  This is a"
            " fault in perspectives, not in your files; please report these numbers. Nothing was"
            " handed over; what is in outputs/ stays as it was."
        )
