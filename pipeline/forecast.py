"""How much work is still to come, and for how long; without it a bar would run back whenever more
work came up, and the time left would be that of the next minute.

What one recording will ask for follows from its length, long before it is asked for. All weights,
those of recipes too, are seconds of one core, measured on a cold build of the sample event (four
messages of 25 s in 1080p25, Whisper base): words took 0.5 to 1.1 a second of the message, pictures
1.2, all else together 0.3; a speaker's cards 5.4 at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Goal = Literal["check", "captions", "build"]
"""How far a command takes each message."""


@dataclass(frozen=True)
class _Stage:
    """What is done to every message for ``goals``: how heavy it is, for a second of the message and
    besides, and how its pieces are called behind the speaker's id.
    """

    goals: str
    a_second: float
    besides: float
    tasks: tuple[str, ...]


_HEARD = ("transcribe", "translate", "draft captions", "hear ", "fit ")
_STAGES: Mapping[str, _Stage] = {
    "survey": _Stage("check captions build", 0.06, 0.1, ("look at every picture",)),
    "listen": _Stage("check captions build", 0.05, 0.1, ("listen",)),
    "speech": _Stage("check captions build", 0.03, 0.0, ("find speech",)),
    "words": _Stage("captions build", 0.9, 0.0, _HEARD),
    "picture": _Stage("build", 1.2, 0.0, ("picture ",)),
    "sound": _Stage("check build", 0.02, 0.1, ("sound, pass ",)),
    "cards": _Stage("check build", 0.0, 5.4, ("cards", "title card")),
    "join": _Stage("build", 0.1, 1.0, ()),
}
"""In the order in which a message passes through them; what is ahead in those that it has passed
will not be asked for. Cards are made at any time.
"""
_OWN_CARDS = 10.0
"""What the opening and the closing card cost, which only a first build has to make."""
_GUESSED_S = 60.0
"""How long a recording is taken to be until it was looked at."""
_SOONEST = 0.05
"""The share that must be done before a time left is said: one piece of work is no measure."""


def picture_weight(length_s: float, size: tuple[int, int], copies: int) -> float:
    """What it costs to decode a message and to encode it in pictures of ``size`` so many times:
    clean, and with captions.
    """
    return length_s * (0.2 + 0.5 * copies * size[0] * size[1] / (1920 * 1080))


@dataclass
class _Piece:
    """A piece of work that was asked for."""

    can_wait: bool
    weight: float = 0.0
    begun_s: float | None = None


@dataclass
class Forecast:
    """What a command has done of all that it will do, as far as can be known. ``places`` is how
    many programs run at once; ``clock`` gives seconds.

    ``share`` is from 0 to 1 and never falls; it grows while a piece of work runs, by what pieces
    like it have taken.
    """

    goal: Goal = "build"
    places: int = 1
    clock: Callable[[], float] = time.monotonic
    _ahead: dict[str, dict[str, float]] = field(default_factory=dict)
    _active: set[str] = field(default_factory=set)
    _joining: bool = False
    _waiting: dict[str, _Piece] = field(default_factory=dict)
    _done: float = 0.0
    _worked_s: float = 0.0
    _shown: float = 0.0

    def met(self, whose: str, length_s: float, size: tuple[int, int]) -> None:
        """A recording of this length will go all the way to the goal, its pictures of ``size``."""
        heavy = {name: one.a_second * length_s + one.besides for name, one in _STAGES.items()}
        heavy["picture"] = picture_weight(length_s, size, 2)
        self._ahead[whose] = {
            name: heavy[name] for name, one in _STAGES.items() if self.goal in one.goals
        }

    def there(self, task: str, weight: float) -> None:
        """``task`` was asked for, and was done before."""
        self._asked(task, weight)

    def expect(self, task: str, weight: float, can_wait: bool = False) -> None:
        """``task`` will run, before all that ``can_wait``."""
        whose, _, what = task.partition(": ")
        self._active.add(whose)
        if what == "look at the recording":
            self.met(whose, _GUESSED_S, (1920, 1080))
        self._asked(task, weight)
        self._waiting.setdefault(task, _Piece(can_wait)).weight += weight
        self._begin()

    def ended(self, task: str) -> None:
        """``task`` runs no more, however it ended."""
        piece = self._waiting.pop(task, None)
        if piece:
            self._done += piece.weight
            self._worked_s += self.clock() - (piece.begun_s or self.clock())
        self._begin()

    def _begin(self) -> None:
        waiting = [piece for piece in self._waiting.values() if piece.begun_s is None]
        free = self.places - (len(self._waiting) - len(waiting))
        for piece in sorted(waiting, key=lambda piece: piece.can_wait)[: max(0, free)]:
            piece.begun_s = self.clock()

    @property
    def running(self) -> str | None:
        """What has run the longest of all that runs."""
        return next((task for task, one in self._waiting.items() if one.begun_s), None)

    @property
    def share(self) -> float:
        """How much is done of all there will be to do."""
        done = self._done + sum(self._gone(piece) for piece in self._waiting.values())
        self._shown = max(self._shown, done / max(self._total, done, 1e-9))
        return self._shown

    @property
    def left_s(self) -> float | None:
        """Seconds until all is done; None while too little was done to say."""
        if not self._worked_s or self.share < _SOONEST:
            return None
        rest = [piece.weight - self._gone(piece) for piece in self._waiting.values()]
        together = (sum(rest) + self._unasked) / self.places
        return max(together, *rest, 0.0) / self._speed

    @property
    def _speed(self) -> float:
        """Weight that one place does in a second."""
        return max(self._done / self._worked_s, 1e-6) if self._worked_s else 1.0

    def _gone(self, piece: _Piece) -> float:
        """What a running piece has most likely done: never all of it."""
        if piece.begun_s is None:
            return 0.0
        return min(0.9 * piece.weight, (self.clock() - piece.begun_s) * self._speed)

    @property
    def _total(self) -> float:
        asked = sum(piece.weight for piece in self._waiting.values())
        return self._done + asked + self._unasked

    @property
    def _unasked(self) -> float:
        """What is still to be asked for. A message for which nothing had to run so far is taken to
        be ready: its pictures are most likely there as well.
        """
        if self._joining:
            return 0.0
        active = [ahead for whose, ahead in self._ahead.items() if whose in self._active]
        first = self.goal == "build" and len(active) == len(self._ahead) > 0
        return sum(sum(ahead.values()) for ahead in active) + _OWN_CARDS * first

    def _asked(self, task: str, weight: float) -> None:
        self._joining = self._joining or task.startswith("join ")
        whose, _, what = task.partition(": ")
        ahead = self._ahead.get(whose, {})
        stage = next((name for name in ahead if what.startswith(_STAGES[name].tasks)), None)
        if stage is None:
            return
        for earlier in _STAGES:
            if earlier == stage or stage == "cards":
                break
            if earlier in ahead:
                ahead[earlier] = 0.0
        ahead[stage] = max(0.0, ahead[stage] - weight)
