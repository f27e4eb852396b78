"""Who may come in over the network: people with a name and a password; without it one token in one
address would be passed on, and nobody would know who changed what.

Passwords are known as argon2 hashes alone. Whoever tries too often waits.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

STAYS_S = 12 * 3600
"""So long somebody who came in need not say their password again."""
MOST_TRIES = 5
WITHIN_S = 60.0
"""So many wrong passwords for one name, or from one address, in so many seconds; then one waits."""
MOST_KNOWN = 1000
"""Names and addresses of which tries are kept, and people who are in."""
LONGEST_PASSWORD = 200


class NotLetIn(Exception):
    """Name or password are wrong, or were tried too often (``wait``). ``str`` is a sentence."""

    def __init__(self, said: str, wait: bool = False) -> None:
        super().__init__(said, wait)
        self.wait = wait

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class _Stay:
    name: str
    until: float


class Guests:
    """The people of ``reviewers:`` (hashes by name), and those of them who are in."""

    def __init__(
        self, reviewers: Mapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._hashes, self._clock = dict(reviewers), clock
        self._nobody = PasswordHasher().hash(secrets.token_urlsafe(16))
        self._stays: dict[str, _Stay] = {}
        self._tries: defaultdict[str, list[float]] = defaultdict(list)
        self._lock = threading.Lock()  # one password at a time: each costs 64 MiB and a core

    @property
    def names(self) -> tuple[str, ...]:
        """Who may come in."""
        return tuple(self._hashes)

    def enter(self, name: str, password: str, address: str) -> str:
        """Let somebody in; the token of their stay. Raises NotLetIn."""
        with self._lock:
            now = self._clock()
            for known in (f"name {name[:LONGEST_PASSWORD]}", f"address {address}"):
                self._count(known, now)
            if not self._fits(name, password):
                raise NotLetIn("That name and password do not fit together.")
            for known in (f"name {name}", f"address {address}"):
                self._tries.pop(known, None)
            self._stays = {token: one for token, one in self._stays.items() if one.until > now}
            if len(self._stays) >= MOST_KNOWN:
                raise NotLetIn("Too many people are in.", wait=True)
            token = secrets.token_urlsafe(32)
            self._stays[token] = _Stay(name, now + STAYS_S)
            return token

    def who(self, token: str) -> str | None:
        """The name of whoever came in with that token."""
        stay = self._stays.get(token)
        return stay.name if stay and stay.until > self._clock() else None

    def leave(self, token: str) -> None:
        """End a stay."""
        self._stays.pop(token, None)

    def _count(self, known: str, now: float) -> None:
        if len(self._tries) > MOST_KNOWN:
            self._tries.clear()
        recent = [at for at in self._tries[known] if now - at < WITHIN_S]
        if len(recent) >= MOST_TRIES:
            raise NotLetIn("That was tried too often. Wait a minute, then try again.", wait=True)
        self._tries[known] = [*recent, now]

    def _fits(self, name: str, password: str) -> bool:
        """A name that nobody has takes as long as a wrong password."""
        stored = self._hashes.get(name, self._nobody)
        try:
            fits = PasswordHasher().verify(stored, password[:LONGEST_PASSWORD])
        except (Argon2Error, InvalidHashError):
            return False
        return bool(fits) and name in self._hashes


def hashed(password: str) -> str:
    """What config.yaml keeps of a password."""
    return PasswordHasher().hash(password)
