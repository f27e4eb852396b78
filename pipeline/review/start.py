"""Starts the page and ends it; without it nobody could open it."""

from __future__ import annotations

import socket
import ssl
import threading
import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from filelock import FileLock, Timeout

from pipeline.errors import Refused, UsageWrong
from pipeline.event import Workspace, load_config
from pipeline.review.certificate import self_made
from pipeline.review.desk import Desk
from pipeline.review.door import Key
from pipeline.review.guests import Guests
from pipeline.review.server import serve


@dataclass(frozen=True)
class Shared:
    """That the page is served on the network, by a given certificate and its key (PEM files) or by
    one that we make.
    """

    certificate: Path | None = None
    key: Path | None = None


def run(
    workspace: Workspace,
    tell: Callable[[str], None],
    speaker: str | None,
    port: int,
    opens: bool,
    jobs: int | None,
    shared: Shared | None = None,
) -> None:
    """Serve the page until Ctrl-C, on this computer alone unless it is ``shared``. ``port`` 0 is
    any that is free, ``speaker`` whose page is opened. Raises Refused where another review of the
    workspace runs, UsageWrong for a port that is taken, or where nobody could come in, and
    ConfigInvalid.
    """
    guests = _guests(workspace) if shared else None
    names = _own_names() if shared else ()
    workspace.store.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(workspace.store / "review.lock", timeout=0), listening(port, names) as bound:
            desk = Desk(workspace, jobs)
            desk.shared = shared is not None
            desk.look()
            key = Key(bound.getsockname()[1], shared_as=names)
            tls = _tls(workspace, shared, names, tell) if shared else {}
            address = key.address_of(f"speaker/{speaker}" if speaker else "")
            who = _who_can_open(key, guests, workspace.called("review.log"))
            tell(f"Review at {address}\n{who} Ctrl-C ends it.")
            if opens:
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
            _serve(desk, key, guests, bound, tls)
            tell("The review has ended; every edit is saved in inputs/captions/.")
    except Timeout:
        raise Refused(
            f"A review of {workspace.root} is open already; use its address, or end it with Ctrl-C."
        ) from None


def _guests(workspace: Workspace) -> Guests:
    reviewers = load_config(workspace).reviewers
    if not reviewers:
        raise UsageWrong(
            "--share: nobody could come in. Write `reviewers:` into config.yaml, a name and what"
            " `perspectives review --password` prints for each person."
        )
    return Guests({one.name: one.password for one in reviewers})


def _own_names() -> tuple[str, ...]:
    """The name of this computer, and the address under which others reach it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        names = [socket.gethostname().lower()]
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; tells which of our addresses would
            names.insert(0, probe.getsockname()[0])
        except OSError:
            pass  # there is no network: the name of this computer is all
    return tuple(names)


def _tls(
    workspace: Workspace, shared: Shared, names: Sequence[str], tell: Callable[[str], None]
) -> dict[str, Any]:
    if shared.certificate and shared.key:
        _readable(shared.certificate, shared.key)
        return {"ssl_certfile": shared.certificate, "ssl_keyfile": shared.key}
    path, fingerprint = self_made(workspace.store, ("127.0.0.1", *names))
    tell(
        "The certificate is one that we made: each browser warns once. Go on only where it shows"
        f" this SHA-256 fingerprint:\n  {fingerprint}"
    )
    return {"ssl_certfile": path, "ssl_keyfile": path}


def _readable(certificate: Path, key: Path) -> None:
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            certificate, key, password=""
        )
    except OSError as failed:  # ssl.SSLError is one
        raise UsageWrong(
            f"--certificate {certificate}, --key {key}: they cannot be used"
            f" ({failed.strerror or failed}).\n  Next: name two PEM files that belong together,"
            " the key without a passphrase."
        ) from None


def _who_can_open(key: Key, guests: Guests | None, log: str) -> str:
    if guests is None:
        return "It opens on this computer only."
    addresses = ", ".join(f"https://{host}/" for host in key.hosts[1:])
    return (
        f"SHARED on the network at {addresses} with {', '.join(guests.names)}: whoever has such a"
        " name and its password sees every recording, changes captions and config.yaml, approves"
        f" and builds. What they do is kept in {log}."
    )


def listening(port: int, names: Sequence[str] = ()) -> socket.socket:
    """A socket on this computer alone, or on the network where it has ``names`` there. Raises
    UsageWrong for a port that is taken.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("0.0.0.0" if names else "127.0.0.1", port))
        bound.listen()
    except OSError as taken:
        bound.close()
        raise UsageWrong(f"--port {port}: it cannot be used ({taken.strerror}).") from None
    return bound


def _serve(
    desk: Desk, key: Key, guests: Guests | None, bound: socket.socket, tls: dict[str, Any]
) -> None:
    settings = uvicorn.Config(
        serve(desk, key, guests),
        **tls,
        log_level="warning",
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    try:
        uvicorn.Server(settings).run(sockets=[bound])
    except KeyboardInterrupt:  # uvicorn hands the signal on that it ended for
        pass
    finally:
        desk.close()
