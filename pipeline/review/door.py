"""Who may come in to the page, and what every answer says of itself; without it any web page that a
producer has open could read their captions, or write into them.

Checked before anything else runs: the name under which we were called (a page elsewhere may have
had its own name led here), the token, where a request comes from, how large it is.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from pipeline.review.guests import Guests

MOST_BODY_BYTES = 1 << 20
SOMEBODY = "you"
"""Who edits at this computer, where nobody has said their name."""
SAFE_METHODS = ("GET", "HEAD")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self';"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # without one a form says that it comes from nowhere
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
REFUSALS = {
    400: "This address is not the one that was printed in the terminal.",
    403: (
        "This page opens only from the address that `perspectives review` printed. Look into the"
        " terminal, or run it again."
    ),
    405: "That cannot be asked for in this way.",
    413: "That is more than captions can be.",
}

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class Key:
    """What opens the page: the token in the address that was opened, then in a cookie. ``port`` is
    where we listen; two reviews on one machine have cookies of their own. ``shared_as`` are the
    other names and addresses of this computer under which we are called: then TLS is spoken.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    shared_as: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """The name under which this computer calls us."""
        return f"127.0.0.1:{self.port}"

    @property
    def scheme(self) -> str:
        """http on this computer alone, else https."""
        return "https" if self.shared_as else "http"

    @property
    def hosts(self) -> tuple[str, ...]:
        """All names under which we are called."""
        return (self.host, *(f"{name}:{self.port}" for name in self.shared_as))

    def address_of(self, page: str = "") -> str:
        """What a producer opens, with the token in it."""
        return f"{self.scheme}://{self.host}/{page}?token={self.token}"

    @property
    def cookie(self) -> str:
        """The cookie's name."""
        return f"perspectives-{self.port}"

    def kept(self, token: str) -> str:
        """The cookie that keeps a token."""
        secure = "; Secure" if self.shared_as else ""
        return f"{self.cookie}={token}; Path=/; HttpOnly; SameSite=Strict{secure}"

    @property
    def forgotten(self) -> str:
        """The cookie that takes a token away."""
        return f"{self.kept('')}; Max-Age=0"

    def fits(self, given: str) -> bool:
        """Whether that is the token, told in a time that does not depend on it."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())


class Door:
    """Lets a request through to ``app``, or answers it with the reason why not. ``guests`` come in
    with a name and a password; who asks is in the scope as ``person``.
    """

    def __init__(self, app: App, key: Key, guests: Guests | None = None) -> None:
        self.app, self.key, self.guests = app, key, guests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI call."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if token := _token_in(scope):
            await self._opened(headers, token, scope["path"], send)
            return
        person = self._person(headers)
        refused = self._refusal(scope["method"], headers)
        if refused is None and person is None and not self._is_before_the_door(scope["path"]):
            refused = 403
            if self.guests and scope["method"] == "GET" and not scope["path"].startswith("/api/"):
                await _answer(send, 303, "", {"location": "/login"})
                return
        if refused:
            await _refuse(send, refused)
            return
        await self.app({**scope, "person": person}, receive, _labelled(send))

    def _person(self, headers: dict[str, str]) -> str | None:
        """Who asks: the name of a guest, "you" at this computer, or nobody that we know."""
        token = _cookie(headers.get("cookie", ""), self.key.cookie)
        if self.key.fits(token):
            return SOMEBODY
        return self.guests.who(token) if self.guests and token else None

    def _is_before_the_door(self, path: str) -> bool:
        """The page on which guests say who they are, and what it looks like."""
        return self.guests is not None and (path == "/login" or path.startswith("/static/"))

    async def _opened(self, headers: dict[str, str], token: str, path: str, send: Send) -> None:
        """The address that was printed: its token becomes a cookie, and leaves the address."""
        if headers.get("host") not in self.key.hosts:
            await _refuse(send, 400)
        elif not self.key.fits(token):
            await _refuse(send, 403)
        else:
            kept = self.key.kept(self.key.token)
            to = path if path.startswith("/") and not path.startswith("//") else "/"
            await _answer(send, 303, "", {"location": to, "set-cookie": kept})

    def _refusal(self, method: str, headers: dict[str, str]) -> int | None:
        host = headers.get("host", "")
        if host not in self.key.hosts:
            return 400
        if self.guests is None and self._person(headers) is None:
            return 403
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403
        if method in SAFE_METHODS:
            return None
        if method != "POST":
            return 405
        if headers.get("origin") != f"{self.key.scheme}://{host}":
            return 403
        # A body that does not say how long it is has none of our pages sent.
        size = headers.get("content-length", "")
        return None if size.isdigit() and int(size) <= MOST_BODY_BYTES else 413


def _token_in(scope: Scope) -> str:
    given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])
    return given[0] if scope["method"] == "GET" else ""


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _labelled(send: Send) -> Send:
    """Every answer with the headers that keep a browser from doing more than we ask."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            more = [
                (name.encode(), value.encode())
                for name, value in {**HEADERS, "cache-control": "no-store"}.items()
                if name.encode() not in there
            ]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return sent


async def _refuse(send: Send, status: int) -> None:
    await _answer(send, status, REFUSALS[status], {})


async def _answer(send: Send, status: int, text: str, headers: dict[str, str]) -> None:
    body = text.encode()
    said = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body))}
    named = [(name.encode(), value.encode()) for name, value in {**said, **headers}.items()]
    start = {"type": "http.response.start", "status": status, "headers": named}
    labelled = _labelled(send)
    await labelled(start)
    await labelled({"type": "http.response.body", "body": body})
