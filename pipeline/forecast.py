"""How much work is still to come, and for how long; without it a bar would run back whenever more
work came up, and the time left would be that of the next minute.

What one recording will ask for follows from its length, long before it is asked for. All weights,
those of recipes too, are seconds of one core, measured on a cold build of the sample event (four
messages of 25 s in 1080p25, Whisper base): words took 0.5 to 1.1 a second of the message, pictures
1.2, all else together 0.3; a speaker's cards 1.8 and their title card 3.6 at once. Beside other
programs (twelve on two cores) words took 5.3 times as long, pictures 2.1: each kind of work goes at
the speed that it has.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.timing import clock

Goal = Literal["look", "check", "captions", "build"]
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
    "survey": _Stage("look check captions build", 0.06, 0.1, ("look at every picture",)),
    "listen": _Stage("look check captions build", 0.05, 0.1, ("listen",)),
    "speech": _Stage("look check captions build", 0.03, 0.0, ("find speech",)),
    "words": _Stage("captions build", 0.9, 0.0, _HEARD),
    "picture": _Stage("build", 1.2, 0.0, ("picture ",)),
    "sound": _Stage("check build", 0.02, 0.1, ("sound, pass ",)),
    "cards": _Stage("check build", 0.0, 1.8, ("cards",)),
    "title": _Stage("build", 0.0, 3.6, ("title card",)),
    "join": _Stage("build", 0.05, 0.4, ("sound track",)),
}
"""In the order in which a message passes through them; what is ahead in those that it has passed
will not be asked for. Cards are made at any time.
"""
_TEXT_A_SECOND = 0.07
"""What it costs to find the words of a text in a second of a message."""
_EDITION = "edition"
"""What is made of the joined programme, one piece after the other."""
_IN_TURN = ("survey", "listen", "speech", "words", "sound", _EDITION)
"""Those that wait for each other; all else of a message is done side by side."""
_ENCODED = ("picture", "title", "join")
_SEEN = (*_ENCODED, "cards")
"""Those of what is seen: nobody sees an introduction."""
_OTHER = "other"
_OWN_CARDS: Mapping[str, float] = {
    "opening and closing cards": 0.9,
    "grounds of the cards": 0.9,
    "opening card": 4.6,
    "closing card": 3.6,
}
"""What the event's own cards cost, drawn and encoded, which only the first command has to make."""
_GUESSED_S = 60.0
"""How long a recording is taken to be until it was looked at."""
_SOONEST = 0.05
"""The share that must be done before a time left is said: one piece of work is no measure."""
_DOUBTED_S = 10.0
"""So many seconds of one kind of work count as much as what is known of all kinds together."""


def picture_weight(length_s: float, size: tuple[int, int], copies: int) -> float:
    """What it costs to decode a message and to encode it in pictures of ``size`` so many times:
    clean, and with captions.
    """
    return length_s * (0.2 + 0.5 * copies * size[0] * size[1] / (1920 * 1080))


def picture_memory_mib(size: tuple[int, int], copies: int) -> int:
    """The most memory that it takes to encode pictures of ``size`` so many times: measured at
    1920x1080, 425 MiB for two.
    """
    return round(100 + 165 * copies * size[0] * size[1] / (1920 * 1080))


@dataclass
class _Piece:
    """A piece of work that was asked for; ``stage`` is its place in ``_STAGES``."""

    whose: str
    stage: str
    can_wait: bool
    weight: float = 0.0
    begun_s: float | None = None


@dataclass
class _Done:
    """What was done of one kind of work, and in how many seconds of one place."""

    weight: float = 0.0
    worked_s: float = 0.0


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
    _behind: dict[str, tuple[str, float]] = field(default_factory=dict)
    _joining: bool = False
    _waiting: dict[str, _Piece] = field(default_factory=dict)
    _done: dict[str, _Done] = field(default_factory=lambda: defaultdict(_Done))
    _own_cards: dict[str, float] = field(default_factory=lambda: dict(_OWN_CARDS))
    _shown: float = 0.0

    def __post_init__(self) -> None:
        if self.goal != "build":
            self.without_pictures()

    def met(
        self, whose: str, length_s: float, pictures: float | None, by_whisper: bool = True
    ) -> None:
        """A recording of this length will go all the way to the goal; ``pictures`` is what all of
        its pictures cost, None where it is only heard. ``by_whisper``: its words are Whisper's, not
        those of a text that has to be found in it.
        """
        heavy = {name: one.a_second * length_s + one.besides for name, one in _STAGES.items()}
        if not by_whisper:
            heavy["words"] = _TEXT_A_SECOND * length_s
        heavy["picture"] = pictures or 0.0
        self._ahead[whose] = {
            name: heavy[name]
            for name, one in _STAGES.items()
            if self.goal in one.goals and (pictures is not None or name not in _SEEN)
        }

    def behind(self, whose: str, weight: float, in_turn: bool) -> None:
        """Once all is joined there is work of about ``weight`` on behalf of ``whose``, one piece
        after the other where it is ``in_turn``; 0: no more.
        """
        self._behind[whose] = (_EDITION if in_turn else "picture", weight)

    def without_pictures(self) -> None:
        """The command ends before any picture is made."""
        self._behind.clear()
        for card in ("opening card", "closing card"):
            self._own_cards.pop(card, None)
        for ahead in self._ahead.values():
            for stage in _ENCODED:
                ahead.pop(stage, None)

    def there(self, task: str, weight: float) -> None:
        """``task`` was asked for, and was done before."""
        self._asked(task, weight)

    def expect(self, task: str, weight: float, can_wait: bool = False) -> None:
        """``task`` will run, before all that ``can_wait``."""
        whose, _, what = task.partition(": ")
        self._active.add(whose)
        if what == "look at the recording":
            self.met(whose, _GUESSED_S, picture_weight(_GUESSED_S, (1920, 1080), 2))
        self._asked(task, weight)
        stage, _ = self._behind.get(whose, (stage_of(task), 0.0))
        piece = _Piece(whose, stage, can_wait)
        self._waiting.setdefault(task, piece).weight += weight
        self._begin()

    def ended(self, task: str) -> None:
        """``task`` runs no more, however it ended."""
        piece = self._waiting.pop(task, None)
        if piece:
            done = self._done_like(piece.stage)
            done.weight += piece.weight
            done.worked_s += self.clock() - (piece.begun_s or self.clock())
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
        """How much is done of all there will be to do; nothing until a recording is looked at."""
        if not self._ahead:
            return 0.0
        done = self._finished.weight + sum(self._gone(piece) for piece in self._waiting.values())
        self._shown = max(self._shown, done / max(self._total, done, 1e-9))
        return self._shown

    @property
    def left_s(self) -> float | None:
        """Seconds until all is done; None while too little was done to say.

        All places are busy, or as long as the message takes of which the most is still to be done
        one after the other.
        """
        if not self._finished.worked_s or self.share < _SOONEST:
            return None
        speeds = {stage: self._speed(stage) for stage in (*_STAGES, _EDITION, _OTHER)}
        in_turn: dict[str, float] = defaultdict(float)
        all_s = 0.0
        for task, piece in self._waiting.items():
            rest_s = (piece.weight - self._gone(piece)) / speeds[piece.stage]
            in_turn[piece.whose if piece.stage in _IN_TURN else task] += rest_s
            all_s += rest_s
        for whose, stage, weight in self._unasked:
            all_s += weight / speeds[stage]
            if stage in _IN_TURN:
                in_turn[whose] += weight / speeds[stage]
        return max(all_s / self.places, *in_turn.values(), 0.0)

    @property
    def _finished(self) -> _Done:
        done = self._done.values()
        return _Done(sum(one.weight for one in done), sum(one.worked_s for one in done))

    def _speed(self, stage: str) -> float:
        """Weight of one kind of work that one place does in a second."""
        all_kinds, own = self._finished, self._done_like(stage)
        if not all_kinds.worked_s:
            return 1.0
        speed = max(all_kinds.weight / all_kinds.worked_s, 1e-6)
        return (own.weight + speed * _DOUBTED_S) / (own.worked_s + _DOUBTED_S)

    def _done_like(self, stage: str) -> _Done:
        """What was done of that kind of work; a title card is encoded as other pictures are."""
        return self._done["picture" if stage == "title" else stage]

    def _gone(self, piece: _Piece) -> float:
        """What a running piece has most likely done: never all of it."""
        if piece.begun_s is None:
            return 0.0
        done = (self.clock() - piece.begun_s) * self._speed(piece.stage)
        return min(0.9 * piece.weight, done)

    @property
    def _total(self) -> float:
        asked = sum(piece.weight for piece in self._waiting.values())
        return self._finished.weight + asked + sum(weight for _, _, weight in self._unasked)

    @property
    def _unasked(self) -> Iterator[tuple[str, str, float]]:
        """What is still to be asked for: whose, stage and weight. A message for which nothing had
        to run so far is taken to be ready: its pictures are most likely there as well. So is an
        edition where nothing had to run for the segment.
        """
        anew = self._active - self._behind.keys()
        for whose, (stage, weight) in self._behind.items():
            if anew or whose in self._active:
                yield whose, stage, weight
        if self._joining:
            return
        active = [(whose, ahead) for whose, ahead in self._ahead.items() if whose in self._active]
        for whose, ahead in active:
            yield from ((whose, stage, weight) for stage, weight in ahead.items())
        if self.goal in ("check", "build") and len(active) == len(self._ahead) > 0:
            yield "", "cards", sum(self._own_cards.values())

    def _asked(self, task: str, weight: float) -> None:
        self._joining = self._joining or task.startswith(("join ", "segment: "))
        self._own_cards.pop(task, None)
        whose = task.removeprefix("clip ").partition(": ")[0]
        if whose in self._behind:
            stage, left = self._behind[whose]
            self._behind[whose] = stage, max(0.0, left - weight)
            return
        ahead = self._ahead.get(whose, {})
        stage = stage_of(task)
        if stage not in ahead:
            return
        for earlier in _STAGES:
            if earlier == stage or stage in ("cards", "title"):
                break
            if earlier in ahead:
                ahead[earlier] = 0.0
        ahead[stage] = max(0.0, ahead[stage] - weight)


@dataclass(frozen=True)
class HowFar:
    """How far a command has come: what is ``running``, the ``share`` of all that is done (0 to 1),
    and how much longer it takes, ``, about 1:20 left``; empty where that is not known.
    """

    running: str
    share: float
    left: str

    @property
    def percent(self) -> int:
        """The share, rounded down."""
        return int(self.share * 100)


class Followed:
    """The bench's ``Observer`` that keeps the forecast of a command, told by many threads."""

    def __init__(self, goal: Goal = "build", now: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._goal, self._clock = goal, now
        self._forecast = Forecast(goal, clock=now)

    @property
    def how_far(self) -> HowFar:
        """How far it has come by now."""
        with self._lock:
            known = self._forecast
            running, share, left_s = known.running, known.share, known.left_s
        left = f", about {clock(round(left_s) * 1000)} left" if left_s and left_s >= 1 else ""
        return HowFar(running or "", share, left)

    def begin(self, places: int) -> None:
        """Work may begin, so many programs at once."""
        self._forecast.places = places

    def rest(self) -> None:
        """What was begun is done, and what comes next is counted anew."""
        with self._lock:
            places = self._forecast.places
            self._forecast = Forecast(self._goal, places, self._clock)

    def met(
        self, whose: str, length_s: float, pictures: float | None, by_whisper: bool = True
    ) -> None:
        """A recording of this length goes its way, to ``pictures`` that cost so much."""
        with self._lock:
            self._forecast.met(whose, length_s, pictures, by_whisper)

    def behind(self, whose: str, weight: float, in_turn: bool) -> None:
        """Work on behalf of ``whose`` once all is joined."""
        with self._lock:
            self._forecast.behind(whose, weight, in_turn)

    def without_pictures(self) -> None:
        """The command will be refused before any picture is made."""
        with self._lock:
            self._forecast.without_pictures()

    def there(self, task: str, weight: float) -> None:
        """``task`` was asked for and need not run."""
        with self._lock:
            self._forecast.there(task, weight)

    def expect(self, task: str, weight: float, can_wait: bool) -> None:
        """``task`` will run."""
        with self._lock:
            self._forecast.expect(task, weight, can_wait)

    def ended(self, task: str, good: bool) -> None:
        """``task`` runs no more; ``good``: its result is there."""
        with self._lock:
            self._forecast.ended(task)

    def say(self, sentence: str) -> None:
        """How far a large file was read: part of how far all of it is."""


def stage_of(task: str) -> str:
    """The stage of a piece of work, by what it is called behind whose it is."""
    what = task.rpartition(": ")[2]
    stages = (name for name, one in _STAGES.items() if what.startswith(one.tasks))
    return next(stages, "cards" if what in _OWN_CARDS else _OTHER)
