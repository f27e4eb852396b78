"""The slot's sum; without it nobody would know before the evening that four messages of 4:59 do not
fit twenty minutes.

Lengths come in as frames of the delivery and go out as milliseconds. The total is the rundown's own
length, so it is what the built file will have, crossfades included.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.config import Config, Speaker
from pipeline.findings import Finding, Severity
from pipeline.plan.rundown import Rundown, plan_rundown
from pipeline.timing import clock, frame_ms

LEAST_OVER_MS = 100
"""A message that is longer than its allowance by less is nobody's trouble."""
SHORT_TITLE_MS = 4_000
"""A name and a role can be read in four seconds."""
_ANY_LENGTH = 100_000
"""Frames of a message that stands for any message: what is around messages does not depend on their
length.
"""


@dataclass(frozen=True)
class Share:
    """One speaker's part of the slot in ms. ``length_ms`` is None where there is no message yet,
    ``own`` says that the allowance stands in config.yaml.
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
    def allowed(self) -> str:
        """The allowance as people say it, never rounded up."""
        return clock(
            self.allowance_ms if self.allowance_ms < 10_000 else self.allowance_ms // 1000 * 1000
        )


@dataclass(frozen=True)
class SlotPlan:
    """What fills the slot, in ms. ``fades_ms`` is what crossfades save (0 or below: other fades lie
    within their cards and messages), ``for_messages_ms`` what cards, fades and margin leave (below
    zero where they are longer than the slot).
    """

    config: Config
    cards_ms: int
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
    def allowance_ms(self) -> int:
        """What each speaker may take who has no allowance in config.yaml."""
        return next((share.allowance_ms for share in self.shares if not share.own), 0)

    def as_json(self) -> dict[str, Any]:
        """As ``check --json`` and report.json have it."""
        slot = self.config.slot
        return {
            "start": slot.start.isoformat(),
            "end": slot.end.isoformat(),
            "duration_ms": self.duration_ms,
            "margin_ms": slot.margin,
            "cards_ms": self.cards_ms,
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
    config: Config, message_frames: Mapping[str, int], left_out: Collection[str] = ()
) -> SlotPlan:
    """The sum for the messages that are there; a speaker without one counts with a holding card.

    ``left_out`` are speakers of whom nothing is shown (``missing: omit``): they take nothing and
    are allowed nothing, unless there would be nobody else. The hold at the end (``fill: hold``) is
    not in the sum.
    """
    rate = config.delivery.fps
    counted = (
        tuple(speaker for speaker in config.speakers if speaker.id not in left_out)
        or config.speakers
    )
    shown = _without_hold(config, counted, message_frames)
    messages = sum(message_frames.get(speaker.id, 0) for speaker in counted)
    cards = sum(item.frames for item in shown.items if item.kind != "message")
    whole = _without_hold(
        config, counted, dict.fromkeys((speaker.id for speaker in counted), _ANY_LENGTH)
    )
    around = whole.frames - _ANY_LENGTH * len(counted)
    for_messages_ms = config.slot.duration_ms - config.slot.margin - frame_ms(around, rate)
    return SlotPlan(
        config,
        frame_ms(cards, rate),
        frame_ms(messages, rate),
        -frame_ms(cards + messages - shown.frames, rate),
        frame_ms(shown.frames, rate),
        for_messages_ms,
        _shares(
            counted,
            for_messages_ms,
            {speaker: frame_ms(frames, rate) for speaker, frames in message_frames.items()},
        ),
    )


def _without_hold(
    config: Config, speakers: tuple[Speaker, ...], message_frames: Mapping[str, int]
) -> Rundown:
    slot = config.slot.model_copy(update={"fill": "none", "missing": "hold"})
    return plan_rundown(
        config.model_copy(update={"speakers": speakers, "slot": slot}), message_frames
    )


def _shares(
    speakers: tuple[Speaker, ...], for_messages_ms: int, lengths_ms: Mapping[str, int]
) -> tuple[Share, ...]:
    own = [speaker.allowance for speaker in speakers if speaker.allowance]
    equal_ms = max(0, for_messages_ms - sum(own)) // max(1, len(speakers) - len(own))
    return tuple(
        Share(
            speaker,
            lengths_ms.get(speaker.id),
            speaker.allowance or equal_ms,
            bool(speaker.allowance),
        )
        for speaker in speakers
    )


# --- what a producer should know of it ------------------------------------------------------------


def slot_findings(plan: SlotPlan, wins_ms: Mapping[str, int]) -> tuple[Finding, ...]:
    """Whether it all fits, with the sum and the ways out. ``wins_ms`` is what the offered trims
    would win, by speaker id.
    """
    slot = plan.config.slot
    severity: Severity = "error" if slot.overrun == "strict" else "warning"
    findings = []
    if plan.for_messages_ms <= 0:
        findings.append(
            Finding(
                severity,
                "slot-over",
                f"The cards and the margin alone fill the slot of {clock(plan.duration_ms)}: they"
                f" take {clock(plan.duration_ms - plan.for_messages_ms)}, nothing is left for the"
                " messages.",
                "Correct slot.end, or shorten cards: or slot.margin.",
            )
        )
    elif plan.left_ms < 0:
        saved = f" - crossfades {clock(-plan.fades_ms)}" if plan.fades_ms else ""
        findings.append(
            Finding(
                severity,
                "slot-over",
                f"The segment is {clock(-plan.left_ms)} too long for its slot: messages"
                f" {clock(plan.messages_ms)} + cards {clock(plan.cards_ms)}{saved} + margin"
                f" {clock(slot.margin)} = {clock(plan.total_ms + slot.margin)}, the slot has"
                f" {clock(plan.duration_ms)}.",
                f"Win back {clock(-plan.left_ms)}: {'; '.join(_ways_out(plan, wins_ms))}.",
            )
        )
    promised = sum(share.allowance_ms for share in plan.shares if share.own)
    if 0 < plan.for_messages_ms < promised or (
        promised and any(share.allowance_ms == 0 for share in plan.shares)
    ):
        findings.append(
            Finding(
                "warning",
                "allowances-over",
                f"The allowances in config.yaml add up to {clock(promised)}; the slot leaves "
                f"{clock(plan.for_messages_ms)} for all messages.",
                "Lower allowance: under some speakers.",
            )
        )
    return tuple(findings)


def _ways_out(plan: SlotPlan, wins_ms: Mapping[str, int]) -> Iterable[str]:
    if wins_ms:
        each = ", ".join(
            f"{speaker} {clock(won)}"
            for speaker, won in sorted(wins_ms.items(), key=lambda pair: -pair[1])
        )
        yield (
            f"the offered trims win {clock(sum(wins_ms.values()))} ({each}; `perspectives trim ID"
            " --accept`)"
        )
    longest = max(
        (share for share in plan.shares if share.length_ms),
        key=lambda share: share.length_ms or 0,
        default=None,
    )
    if longest and longest.length_ms:
        over = longest.over_ms or 0
        yield f"{longest.speaker.id} is longest with {clock(longest.length_ms)}" + (
            f", {clock(over)} over the allowance" if over >= LEAST_OVER_MS else ""
        )
    spare = (plan.config.cards.title - SHORT_TITLE_MS) * len(plan.shares)
    if spare > 0:
        yield f"title cards of {clock(SHORT_TITLE_MS)} win {clock(spare)}"
    yield "or shorten other cards or slot.margin"


def allowance_findings(plan: SlotPlan, wins_ms: Mapping[str, int]) -> tuple[Finding, ...]:
    """A warning for each speaker whose message is longer than was allowed, with the arithmetic and
    the ways out.
    """
    findings = []
    others = sum(not share.own for share in plan.shares)
    for share in plan.shares:
        if share.length_ms is None or share.over_ms is None or share.over_ms < LEAST_OVER_MS:
            continue
        speaker = share.speaker
        promised = sum(one.allowance_ms for one in plan.shares if one.own)
        why = (
            "as config.yaml has it"
            if share.own
            else (
                f"slot {clock(plan.duration_ms)} - cards, fades and margin"
                f" {clock(plan.duration_ms - plan.for_messages_ms)}"
                + (f" - allowances of others {clock(promised)}" if promised else "")
                + (f", shared by {others}" if others > 1 else "")
            )
        )
        won = wins_ms.get(speaker.id, 0)
        findings.append(
            Finding(
                "warning",
                "over-allowance",
                f"{speaker.name}: the message lasts {clock(share.length_ms)},"
                f" {clock(share.over_ms)} over its allowance of {share.allowed} ({why}).",
                (
                    f"The offered trim wins {clock(won)} (`perspectives trim {speaker.id}"
                    " --accept`); or cut"
                    if won
                    else "Cut"
                )
                + f" it with trim:, ask for a shorter one, or write allowance: under {speaker.id}"
                " in config.yaml, which leaves the others less.",
                speaker.id,
            )
        )
    return tuple(findings)


def left_out_findings(speakers: Iterable[Speaker]) -> tuple[Finding, ...]:
    """That somebody is not in the segment: with ``missing: omit`` no card says so."""
    return tuple(
        Finding(
            "warning",
            "left-out",
            f"{speaker.name} is left out of the segment, with card and message (slot.missing is"
            " omit).",
            f"Take the recording in with `perspectives add FILE --id {speaker.id}`; missing: hold"
            " shows a card in its place.",
            speaker.id,
        )
        for speaker in speakers
    )
