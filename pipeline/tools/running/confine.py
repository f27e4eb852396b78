"""Puts a program behind bars and becomes it; without it a decoder that a hostile file took over
could read, send or fill whatever we can.

Started as a script, ``python -I -S confine.py WORD... -- PROGRAM ARGUMENT...``, so that nothing has
to run between fork and exec of a process with threads. It imports what starts in a few
milliseconds, and nothing of this package. Words:

``parent=PID``            end when that process ends, however it ends
``memory=BYTES``          address space; ``size=BYTES`` of a file written; ``cpu=SECONDS``
``run=PATH read=PATH write=PATH``
                          with one of these nothing else can be opened (Landlock): a file, or a
                          folder with all in it; ``run`` may also be executed, ``write`` is for our
                          own folder: no link, pipe or device is made there
``sockets=none``          no socket of any kind (seccomp), no TCP (Landlock), no signals to others

A layer that the kernel does not have is left out; one that it has and that fails ends us. Without a
PROGRAM it says which layers are on (``doctor`` asks).
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

CANNOT = 126
"""Exit code when a layer that is there could not be put on: the program was not started."""

_LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SIGKILL, _SIGPIPE, _SIGXFSZ = 9, 13, 25
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446

_EXECUTE, _WRITE_FILE, _READ_FILE = 1 << 0, 1 << 1, 1 << 2
_READ_DIR, _REMOVE_DIR, _REMOVE_FILE = 1 << 3, 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG, _REFER, _TRUNCATE = 1 << 7, 1 << 8, 1 << 13, 1 << 14
_ABOUT_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
"""Landlock's rights that a rule about a single file may hold."""
_READ = _READ_FILE | _READ_DIR
_CHANGE = _WRITE_FILE | _TRUNCATE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER
_RIGHTS = {"run": _EXECUTE | _READ, "read": _READ, "write": _READ | _CHANGE}
_FILE_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights over files a version of Landlock knows; from 5 on it is 16."""

_ARCHITECTURES = {"x86_64": (0xC000003E, 41, 101), "aarch64": (0xC00000B7, 198, 117)}
"""The kernel's mark of the machine, its socket and ptrace calls; io_uring_setup is 425 on both."""

_libc = ctypes.CDLL(None, use_errno=True)


def main(words: list[str]) -> None:
    """Put on what the words say, then become the program."""
    at = words.index("--") if "--" in words else len(words)
    program = words[at + 1 :]
    said = [word.partition("=")[::2] for word in words[:at]]
    single = dict(said)
    rules = [(kind, path) for kind, path in said if kind in _RIGHTS]
    if "parent" in single:
        _end_with(int(single["parent"]))
    _limits(single)
    landlock = _landlock(rules, "sockets" in single) if rules else 0
    no_sockets = "sockets" in single and _no_sockets()
    if not program:
        print(f"landlock={landlock} sockets={'none' if no_sockets else 'any'}")
        return
    os.execv(program[0], list(program))


def _end_with(parent: int) -> None:
    if not _LINUX:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(CANNOT)


def _limits(single: dict[str, str]) -> None:
    import resource

    # A core of a decoder would hold the message. Too large a file is an error that the program can
    # report, not a signal.
    _libc.signal(_SIGXFSZ, ctypes.c_void_p(1))
    _libc.signal(_SIGPIPE, ctypes.c_void_p(0))  # Python ignores it, what comes after us should not
    wanted = [(resource.RLIMIT_CORE, 0, 0)]
    for word, which, spare in (
        ("memory", resource.RLIMIT_AS, 0),
        ("size", resource.RLIMIT_FSIZE, 0),
        ("cpu", resource.RLIMIT_CPU, 10),
    ):  # soft below hard: a program can say that it was too long
        if word in single:
            wanted.append((which, int(single[word]), int(single[word]) + spare))
    for which, soft, hard in wanted:
        most = resource.getrlimit(which)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        try:
            resource.setrlimit(which, (soft, hard))
        except (ValueError, OSError):
            if _LINUX:  # macOS refuses to limit the address space
                raise


def _landlock(rules: list[tuple[str, str]], no_tcp: bool) -> int:
    """Allow ``rules`` and nothing else. Gives the version of Landlock that is on, 0 for none."""
    version = _libc.syscall(_CREATE_RULESET, None, 0, 1) if _LINUX else 0
    if version < 1:
        return 0
    known = (1 << _FILE_RIGHTS_BY_VERSION.get(version, 16)) - 1
    fields = (known, 3 if no_tcp and version >= 4 else 0, 3 if version >= 6 else 0)
    asked = struct.pack("=QQQ", *fields)[: _asked_bytes(version)]
    ruleset = _checked(_libc.syscall(_CREATE_RULESET, asked, len(asked), 0))
    for kind, path in (*rules, ("write", "/dev/null"), ("read", "/dev/urandom")):
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            continue
        rights = _RIGHTS[kind] & known & (-1 if os.path.isdir(path) else _ABOUT_FILES)
        _checked(_libc.syscall(_ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, place), 0))
        os.close(place)
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _checked(_libc.syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)
    return int(version)


def _asked_bytes(version: int) -> int:
    """How much of the three fields a version of Landlock reads: files, then TCP, then signals."""
    if version >= 6:
        return 24
    return 16 if version >= 4 else 8


def _no_sockets() -> bool:
    """Answer EACCES to calls that make a socket or a ring that could, or look into a process.

    It stops UDP and sockets in the file system, which Landlock does not. False where the kernel or
    the machine's kind has no such filter.
    """
    marks = _ARCHITECTURES.get(os.uname().machine) if _LINUX else None
    if marks is None:
        return False
    architecture, *numbers = (*marks, 425)
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    steps = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture),
        (answer, 0, 0, 0x80000000),  # another kind's numbers: killed
        (load, 0, 0, 0),
        (at_least, len(numbers) + 1, 0, 0x40000000),
    ]
    steps += [(equal, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    steps += [(answer, 0, 0, 0x7FFF0000), (answer, 0, 0, 0x00050000 | 13)]
    text = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(text)))
    return int(_libc.prctl(_PR_SET_SECCOMP, 2, program, 0, 0)) == 0


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError) as failed:
        print(f"not started, it could not be confined: {failed}", file=sys.stderr)
        os._exit(CANNOT)
