"""The slot's sum; without it four messages of 4:59 would be found not to fit 20:00 on the evening.

Lengths come in as frames of the delivery and go out as milliseconds. The total is the rundown's own
length, so it is what the built file will have, crossfades included.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pipeline.config import Config, Speaker
from pipeline.findings import About, Finding, Severity
from pipeline.plan.rundown import Rundown, plan_rundown
from pipeline.timing import clock, frame_ms

LEAST_OVER_MS = 100
"""A message that is longer than its allowance by less is nobody's trouble."""
SHORT_TITLE_MS = 4_000
"""A name and a role can be read in four seconds."""
_ANY_LENGTH = 100_000
"""Frames of a message that stands for any: what is around messages does not depend on their length.
"""


@dataclass(frozen=True)
class Share:
    """One speaker's part of the slot in ms.

    ``length_ms`` is None where there is no message yet, ``own`` says that the allowance stands in
    config.yaml.
    """

    speaker: Speaker
    length_ms: int | None
    allowance_ms: int
    own: bool

    @property
    def over_ms(self) -> int | None:
        """How much the message is over its allowance; below zero what is left of it."""
        return None if self.length_ms is None else self.length_ms - self.allowance_ms

    @property
    def allowed_ms(self) -> int:
        """The allowance as it is said: never rounded up."""
        said_in_seconds = self.allowance_ms >= 10_000
        return self.allowance_ms // 1000 * 1000 if said_in_seconds else self.allowance_ms

    @property
    def allowed(self) -> str:
        """The allowance as people say it."""
        return clock(self.allowed_ms)


@dataclass(frozen=True)
class SlotPlan:
    """What fills the slot, in ms.

    ``intros_ms`` is what title cards stay longer for spoken introductions (among ``cards_ms``),
    ``fades_ms`` is what crossfades save (0 or below: other fades lie within their cards and
    messages), ``for_messages_ms`` what cards, fades and margin leave (below zero where they are
    longer than the slot).
    """

    config: Config
    cards_ms: int
    intros_ms: int
    messages_ms: int
    fades_ms: int
    total_ms: int
    for_messages_ms: int
    shares: tuple[Share, ...]

    @property
    def duration_ms(self) -> int:
        """The whole slot."""
        return self.config.slot.duration_ms

    @property
    def left_ms(self) -> int:
        """What is free before the margin; below zero, what is too much."""
        return self.duration_ms - self.config.slot.margin - self.total_ms

    @property
    def cards_said(self) -> str:
        """How long the cards take, with what introductions take of it."""
        intros = f" (introductions {clock(self.intros_ms)} of it)" if self.intros_ms else ""
        return f"{clock(self.cards_ms)}{intros}"

    @property
    def allowance_ms(self) -> int:
        """What each speaker may take who has no allowance in config.yaml."""
        return next((share.allowance_ms for share in self.shares if not share.own), 0)

    def as_json(self) -> dict[str, Any]:
        """As ``check --json`` and report.json have it."""
        slot = self.config.slot
        return {
            "start": slot.on_clock(slot.start).isoformat(),
            "end": slot.on_clock(slot.end).isoformat(),
            "duration_ms": self.duration_ms,
            "margin_ms": slot.margin,
            "cards_ms": self.cards_ms,
            "intros_ms": self.intros_ms,
            "messages_ms": self.messages_ms,
            "fades_ms": self.fades_ms,
            "total_ms": self.total_ms,
            "left_ms": self.left_ms,
            "allowance_ms": self.allowance_ms,
            "speakers": [
                {
                    "id": share.speaker.id,
                    "length_ms": share.length_ms,
                    "allowance_ms": share.allowance_ms,
                    "over_ms": share.over_ms,
                }
                for share in self.shares
            ],
        }


def plan_slot(
    config: Config,
    message_frames: Mapping[str, int],
    left_out: Collection[str] = (),
    intro_frames: Mapping[str, int] = MappingProxyType({}),
) -> SlotPlan:
    """The sum for the messages that are there; a speaker without one counts with a holding card.

    ``intro_frames`` are spoken introductions, by the id of who is introduced: the cards take as
    much longer, and all messages may be as much shorter.

    ``left_out`` are speakers of whom nothing is shown (``missing: omit``): they take nothing and
    are allowed nothing, unless there would be nobody else. The hold at the end (``fill: hold``) is
    not in the sum.
    """
    rate = config.delivery.fps
    counted = tuple(speaker for speaker in config.speakers if speaker.id not in left_out)
    counted = counted or config.speakers
    shown = _without_hold(config, counted, message_frames, intro_frames)
    plain = _without_hold(config, counted, message_frames)
    messages = sum(message_frames.get(speaker.id, 0) for speaker in counted)
    cards = sum(item.frames for item in shown.items if item.kind != "message")
    any_length = {speaker.id: _ANY_LENGTH for speaker in counted}
    all_there = _without_hold(config, counted, any_length, intro_frames)
    around = all_there.frames - _ANY_LENGTH * len(counted)
    for_messages_ms = config.slot.duration_ms - config.slot.margin - frame_ms(around, rate)
    lengths_ms = {speaker: frame_ms(frames, rate) for speaker, frames in message_frames.items()}
    return SlotPlan(
        config,
        cards_ms=frame_ms(cards, rate),
        intros_ms=frame_ms(shown.frames - plain.frames, rate),
        messages_ms=frame_ms(messages, rate),
        fades_ms=-frame_ms(cards + messages - shown.frames, rate),
        total_ms=frame_ms(shown.frames, rate),
        for_messages_ms=for_messages_ms,
        shares=_shares(counted, for_messages_ms, lengths_ms),
    )


def _without_hold(
    config: Config,
    speakers: tuple[Speaker, ...],
    message_frames: Mapping[str, int],
    intro_frames: Mapping[str, int] = MappingProxyType({}),
) -> Rundown:
    slot = config.slot.model_copy(update={"fill": "none", "missing": "hold"})
    shown = config.model_copy(update={"speakers": speakers, "slot": slot})
    return plan_rundown(shown, message_frames, intro_frames)


def _shares(
    speakers: tuple[Speaker, ...], for_messages_ms: int, lengths_ms: Mapping[str, int]
) -> tuple[Share, ...]:
    own = [speaker.allowance for speaker in speakers if speaker.allowance]
    equal_ms = max(0, for_messages_ms - sum(own)) // max(1, len(speakers) - len(own))
    return tuple(
        Share(
            speaker,
            lengths_ms.get(speaker.id),
            allowance_ms=speaker.allowance or equal_ms,
            own=bool(speaker.allowance),
        )
        for speaker in speakers
    )


# --- what a producer should know of it ------------------------------------------------------------


def slot_findings(plan: SlotPlan, wins_ms: Mapping[str, int]) -> tuple[Finding, ...]:
    """Whether it all fits, with the sum and the ways out.

    ``wins_ms`` is what the offered trims would win, by speaker id.
    """
    return (*_too_long(plan, wins_ms), *_promised_too_much(plan))


def _too_long(plan: SlotPlan, wins_ms: Mapping[str, int]) -> Iterator[Finding]:
    slot, duration = plan.config.slot, clock(plan.duration_ms)
    severity: Severity = "error" if slot.overrun == "strict" else "warning"
    if plan.for_messages_ms <= 0:
        said = (
            f"The cards and the margin alone fill the slot of {duration}: they take"
            f" {clock(plan.duration_ms - plan.for_messages_ms)}, nothing is left for the messages."
        )
        remedy = "Correct slot.end, or shorten cards: or slot.margin."
        yield Finding(severity, "slot-over", said, remedy)
    elif plan.left_ms < 0:
        over = clock(-plan.left_ms)
        saved = f" - crossfades {clock(-plan.fades_ms)}" if plan.fades_ms else ""
        said = (
            f"The segment is {over} too long for its slot: messages {clock(plan.messages_ms)}"
            f" + cards {plan.cards_said}{saved} + margin {clock(slot.margin)}"
            f" = {clock(plan.total_ms + slot.margin)}, the slot has {duration}."
        )
        remedy = f"Win back {over}: {'; '.join(_ways_out(plan, wins_ms))}."
        yield Finding(severity, "slot-over", said, remedy)


def _promised_too_much(plan: SlotPlan) -> Iterator[Finding]:
    promised_ms = sum(share.allowance_ms for share in plan.shares if share.own)
    nothing_left = any(share.allowance_ms == 0 for share in plan.shares)
    if 0 < plan.for_messages_ms < promised_ms or (promised_ms and nothing_left):
        yield About().warning(
            "allowances-over",
            f"The allowances in config.yaml add up to {clock(promised_ms)}; the slot leaves"
            f" {clock(plan.for_messages_ms)} for all messages.",
            "Lower allowance: under some speakers.",
        )


def _ways_out(plan: SlotPlan, wins_ms: Mapping[str, int]) -> Iterator[str]:
    if wins_ms:
        largest_first = sorted(wins_ms.items(), key=lambda pair: -pair[1])
        each = ", ".join(f"{speaker} {clock(won)}" for speaker, won in largest_first)
        won = clock(sum(wins_ms.values()))
        yield f"the offered trims win {won} ({each}; `perspectives trim ID --accept`)"
    longest = max(plan.shares, key=lambda share: share.length_ms or 0, default=None)
    if longest and longest.length_ms:
        over_ms = longest.over_ms or 0
        over = f", {clock(over_ms)} over the allowance" if over_ms >= LEAST_OVER_MS else ""
        yield f"{longest.speaker.id} is longest with {clock(longest.length_ms)}{over}"
    if plan.intros_ms:
        yield f"introductions take {clock(plan.intros_ms)}"
    spare_ms = (plan.config.cards.title - SHORT_TITLE_MS) * len(plan.shares)
    if spare_ms > 0:
        yield f"title cards of {clock(SHORT_TITLE_MS)} win {clock(spare_ms)}"
    yield "or shorten other cards or slot.margin"


def allowance_findings(plan: SlotPlan, wins_ms: Mapping[str, int]) -> tuple[Finding, ...]:
    """A warning for each message that is longer than was allowed, with the sum and the ways out."""
    return tuple(
        _over_allowance(plan, share, share.length_ms, share.over_ms, wins_ms)
        for share in plan.shares
        if share.length_ms is not None
        and share.over_ms is not None
        and share.over_ms >= LEAST_OVER_MS
    )


def _over_allowance(
    plan: SlotPlan, share: Share, length_ms: int, over_ms: int, wins_ms: Mapping[str, int]
) -> Finding:
    speaker, won_ms = share.speaker, wins_ms.get(share.speaker.id, 0)
    trim = f"The offered trim wins {clock(won_ms)} (`perspectives trim {speaker.id} --accept`)"
    return About(speaker.id, opening=f"{speaker.name}: ").warning(
        "over-allowance",
        f"the message lasts {clock(length_ms)}, {clock(over_ms)} over its"
        f" {'allowance' if share.own else 'share'} of {share.allowed} ({_why(plan, share)});"
        f" {_whole_stands(plan)}.",
        f"{f'{trim}; or cut' if won_ms else 'Cut'} it with trim:, ask for a shorter one, or write"
        f" allowance: under {speaker.id} in config.yaml, which leaves the others less.",
    )


def _why(plan: SlotPlan, share: Share) -> str:
    """Where an allowance comes from."""
    if share.own:
        return "as config.yaml has it"
    around = clock(plan.duration_ms - plan.for_messages_ms)
    cards = "cards with introductions" if plan.intros_ms else "cards"
    terms = [f"slot {clock(plan.duration_ms)} - {cards}, fades and margin {around}"]
    promised_ms = sum(one.allowance_ms for one in plan.shares if one.own)
    if promised_ms:
        terms.append(f" - allowances of others {clock(promised_ms)}")
    others = sum(not one.own for one in plan.shares)
    if others > 1:
        terms.append(f", shared by {others}")
    return "".join(terms)


def _whole_stands(plan: SlotPlan) -> str:
    """Whether there is room for it all the same."""
    if plan.left_ms < 0:
        return f"the segment is {clock(-plan.left_ms)} too long"
    left = f"the slot still has {clock(plan.left_ms)} left"
    coming = sum(share.length_ms is None for share in plan.shares)
    if not coming:
        return left
    return f"{left} for {'1 message' if coming == 1 else f'{coming} messages'} to come"


def left_out_findings(speakers: Iterable[Speaker]) -> tuple[Finding, ...]:
    """That somebody is not in the segment: with ``missing: omit`` no card says so."""
    return tuple(
        About(speaker.id).warning(
            "left-out",
            f"{speaker.name} is left out of the segment, with card and message (slot.missing is"
            " omit).",
            f"Take the recording in with `perspectives add FILE --id {speaker.id}`; missing: hold"
            " shows a card in its place.",
        )
        for speaker in speakers
    )
