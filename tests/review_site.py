"""The review page served for tests: a workspace that was built with recorded answers in
milliseconds, and somebody who asks it things as a browser does.
"""

from __future__ import annotations

import http.client
import json
import shutil
import ssl
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from recorded_hands import AtOnce, Recorded, at_work

from pipeline.commands import session
from pipeline.commands.build import build
from pipeline.event import Event, Workspace
from pipeline.work.bench import Bench, Hands
from pipeline.work.workers import Workers

for _name in ("fastapi", "jinja2", "uvicorn", "argon2", "cryptography"):
    pytest.importorskip(_name, reason="the extra [review] is not installed")

CONFIG = """title: Test segment
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
delivery: {size: 640x360}
cards: {opening: 1s, title: 1s, closing: 1s, lower_third: 2s}
captions: {engine: pocketsphinx, glossary: [Klinkum]}
speakers:
  - {id: ana, name: Dr Ana Expert, role: Dean}
  - {id: bo, name: Dr Bo Expert}
"""
CAPTIONS = (
    "1\n00:00:00,200 --> 00:00:01,400\nThe quick brown fox\n\n"
    "2\n00:00:01,480 --> 00:00:02,800\njumps over Klinken.\n"
)


def workspace(
    root: Path,
    config: str = CONFIG,
    captions: str = CAPTIONS,
    heard: tuple[tuple[str, str], ...] = (),
) -> Path:
    """A workspace that was built, with Ana's recording and captions (none where they are empty),
    and without Bo's; ``heard`` are tasks and the words.json that each was answered with. It is
    built once for a worker and copied.
    """
    shutil.copytree(_built(config, captions, heard), root, dirs_exist_ok=True)
    return root


@lru_cache(maxsize=8)
def _built(config: str, captions: str, heard: tuple[tuple[str, str], ...]) -> Path:
    root = Path(tempfile.mkdtemp(prefix="review-")) / "event"
    (root / "inputs/captions").mkdir(parents=True)
    (root / "config.yaml").write_text(config, "utf-8")
    (root / "inputs/ana.mp4").write_bytes(b"\0Ana's recording")
    if captions:
        (root / "inputs/captions/ana.en.srt").write_text(captions, "utf-8")
    answers = {task: {"words.json": words} for task, words in heard}
    with at_work(root, Recorded(answers)) as (event, bench):
        build(event, bench)
    return root


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Site:
    """A page that is served, and the ways to ask it."""

    root: Path
    port: int
    token: str
    shared: bool = False

    @property
    def scheme(self) -> str:
        """http, or https where it is shared."""
        return "https" if self.shared else "http"

    @property
    def host(self) -> str:
        """The name under which it is called."""
        return f"127.0.0.1:{self.port}"

    def address_of(self, page: str = "") -> str:
        """What is opened in a browser, with the token in it."""
        return f"{self.scheme}://{self.host}/{page}?token={self.token}"

    def ask(
        self, path: str, body: Any = None, *, method: str = "", **headers: str | None
    ) -> Answer:
        """Ask as the page's own scripts do. ``headers`` (with _ for -) stand in place of those;
        None leaves one out.
        """
        own: dict[str, str | None] = {
            "host": self.host,
            "cookie": f"perspectives-{self.port}={self.token}",
            "origin": f"{self.scheme}://{self.host}",
            "content-type": "application/json",
        }
        own |= {name.replace("_", "-"): value for name, value in headers.items()}
        method = method or ("GET" if body is None else "POST")
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return self.raw(method, path, data, {key: one for key, one in own.items() if one})

    def raw(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        """One request with exactly those headers."""
        connection: http.client.HTTPConnection
        if self.shared:
            pem = ssl.create_default_context(cafile=str(self.root / "review.pem"))
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=300, context=pem
            )
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            if data is not None and "transfer-encoding" not in headers:
                connection.putheader("content-length", str(len(data)))
            connection.endheaders(data, encode_chunked="transfer-encoding" in headers)
            response = connection.getresponse()
            facts = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, facts, response.read())
        finally:
            connection.close()

    def edit(self, known: int = 0, /, **asked: Any) -> Answer:
        """An edit of Ana's English captions."""
        return self.ask("/api/captions/ana/en", {"known": known, **asked})

    def said(self) -> list[str]:
        """What Ana's caption file shows, a caption a text; nothing where there is none."""
        path = self.root / "inputs/captions/ana.en.srt"
        if not path.exists():
            return []
        text = path.read_text("utf-8")
        return [block.split("\n", 2)[2].strip() for block in text.strip().split("\n\n")]


@contextmanager
def _with_recorded_hands(*given: Any, **how: Any) -> Iterator[tuple[Event, Bench]]:
    """As ``session.opened``; programs answer as they once did."""
    with session.opened(*given, **how) as (event, bench):
        hands, workers = Recorded(), None if bench.dry else Workers(AtOnce())
        told = Hands(hands.make, hands.length_of)
        yield event, replace(bench, hands=told, workers=workers)


@contextmanager
def served(
    root: Path, *, real: bool = False, reviewers: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """The page of a workspace, served until the end of the block; ``real``: its work is done by
    real programs; ``reviewers`` (hashes by name): it is shared, and TLS is spoken.
    """
    import uvicorn

    from pipeline.review.certificate import self_made
    from pipeline.review.desk import Desk
    from pipeline.review.door import Key
    from pipeline.review.guests import Guests
    from pipeline.review.server import serve
    from pipeline.review.start import listening

    socket = listening(0)
    key = Key(socket.getsockname()[1], shared_as=("localhost",) if reviewers else ())
    desk = Desk(Workspace(root), opens=session.opened if real else _with_recorded_hands)
    desk.shared = bool(reviewers)
    guests, tls = None, {}
    if reviewers:
        guests = Guests(reviewers)
        pem, _ = self_made(root, ("127.0.0.1", "localhost"))
        tls = {"ssl_certfile": pem, "ssl_keyfile": pem}
    app = serve(desk, key, guests)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="error", lifespan="off", server_header=False, **tls)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    try:
        yield Site(root, key.port, key.token, bool(reviewers))
    finally:
        server.should_exit = True
        thread.join(20)
        desk.close()
        socket.close()
