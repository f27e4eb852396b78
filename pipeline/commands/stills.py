"""One frame of the finished picture, one card, or all cards at once; without it a producer would
build everything to see whether a name is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.card_kinds import CARDS, drawn_of
from pipeline.errors import Refused, UsageWrong
from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.message.drawings import brand_inputs, plan_drawings
from pipeline.message.further_fonts import with_further_fonts
from pipeline.message.pictures import start_edges, start_pictures
from pipeline.message.prepared import Heard, Part
from pipeline.model import Captions, RundownItem
from pipeline.plan import cards
from pipeline.plan.branding import brand_findings
from pipeline.plan.conform import edge_frames
from pipeline.plan.rundown import Rundown, plan_rundown
from pipeline.plan.sheet import plan_sheet, with_theme
from pipeline.programme.joints import make_joints, plan_joints
from pipeline.recipe import Recipe
from pipeline.themes import THEMES
from pipeline.timing import frames_nearest, parse_duration_ms, seconds
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench
from pipeline.work.encoders import look_for_encoder


@dataclass(frozen=True)
class Still:
    """A picture that was written, and what could not be drawn on it as it should be."""

    path: Path
    findings: tuple[Finding, ...] = ()


def still_of_card(event: Event, bench: Bench, name: str, kind: str = "title") -> Still:
    """A card as a PNG: a speaker's card of a ``kind`` by id, or one of the event by its own name.
    Raises UsageWrong.
    """
    speaker = event.speakers.get(name)
    own = [card.name for card in drawn_of("event")]
    if speaker is None and name not in own:
        known = ", ".join([*own, *event.speakers])
        raise UsageWrong(f"{name}: there is no such card; there are {known}.")
    brand, draw = brand_inputs(event, bench), version("draw")
    card = CARDS[kind if speaker else name]
    drawing = cards.plan_card_still(event.config, card.name, speaker, brand, event.draft, draw)
    drawing = with_further_fonts(bench, drawing)
    bench.obtain(drawing)
    path = event.workspace.outputs / "stills" / card.still_of(speaker.id if speaker else None)
    bench.store.publish(drawing, "card.png", path)
    what = f"card of {speaker.name}" if speaker else card.called
    return Still(path, _not_as_it_should_be(event, bench, drawing, what))


def contact_sheet(event: Event, bench: Bench, theme: str | None) -> Still:
    """All cards and lower thirds of the event on one PNG, in its own theme, in ``theme``, or in
    ``all`` side by side.

    Raises UsageWrong for a theme that there is not.
    """
    if theme not in (None, "all", *THEMES):
        known = ", ".join(THEMES)
        raise UsageWrong(f"--theme {theme}: there is no such theme; there are {known}, and all.")
    themes = tuple(THEMES) if theme == "all" else (theme or event.config.brand.theme,)
    worn = [with_theme(event.config, name) for name in themes]
    fonts = {entry.name: entry for one in worn for entry in brand_inputs(event, bench, one)}
    sheet = plan_sheet(event.config, themes, tuple(fonts.values()), version("sheet"))
    sheet = with_further_fonts(bench, sheet)
    bench.obtain(sheet)
    path = event.workspace.outputs / "stills" / (f"cards-{theme}.png" if theme else "cards.png")
    bench.store.publish(sheet, "sheet.png", path)
    return Still(path, _not_as_it_should_be(event, bench, sheet, "cards", themes))


def _not_as_it_should_be(
    event: Event, bench: Bench, drawing: Recipe, what: str, themes: Sequence[str] = ()
) -> tuple[Finding, ...]:
    own = with_theme(event.config, themes[0]) if len(themes) == 1 else event.config
    said = bench.store.text(drawing, "stdout.txt")
    return (*cards.drawing_findings(said, what, None), *brand_findings(own))


@dataclass(frozen=True)
class _Looked:
    """What a still of the segment is taken from: the rundown, and the messages that can be shown,
    with their captions that are burned in, and those over cards. ``moment`` is as it was asked for.
    """

    moment: str
    rundown: Rundown
    shown: Mapping[str, tuple[Heard, tuple[Captions, ...]]]
    over_cards: Mapping[str, tuple[Captions, ...]]


def still_at(event: Event, bench: Bench, moment: str) -> Still:
    """The frame on screen at a time of the segment (MM:SS), with captions where they are burned in.

    Only the part that holds the frame is made: 10 s of a message, or a crossfade; by x264 where the
    encoder that is asked for is not here. Raises UsageWrong for a time outside the segment.
    """
    event, said = look_for_encoder(event, bench)
    still = _still_at(event, bench, moment)
    missing = (one for one in said if one.severity == "error")
    return replace(still, findings=(*missing, *still.findings))


def _still_at(event: Event, bench: Bench, moment: str) -> Still:
    try:
        at_ms = parse_duration_ms(moment)
    except ValueError:
        raise UsageWrong(f"--at {moment}: write a time such as 04:10 or 12.5s.") from None
    looked = _looked(event, bench, moment)
    rundown = looked.rundown
    item = rundown.at(at_ms)
    if item is None:
        whole_s = float(rundown.frames / rundown.rate)
        raise UsageWrong(f"--at {moment}: the segment is shorter than that ({whole_s:.0f} s).")
    frame = frames_nearest(at_ms, rundown.rate)
    if crossing := rundown.crossing(frame):
        return _frame_of_crossing(event, bench, looked, crossing, frame)
    if item.kind == "message":
        within = min(frame - item.start_frame, item.frames - 1)
        return _frame_of_message(event, bench, looked, str(item.speaker), within)
    if item.introduced:
        return _frame_of_title(event, bench, looked, item, frame)
    card = CARDS[item.kind].drawn_as
    return still_of_card(event, bench, item.speaker or card, card)


def _looked(event: Event, bench: Bench, moment: str) -> _Looked:
    from pipeline.commands.check import check  # ten times what a single card costs
    from pipeline.commands.report import intro_frames

    report = check(event, bench, with_captions=True)
    shown = {
        one.speaker.id: (one.message, event.burned(one.captions, one.speaker.language))
        for one in report.checked
        if one.message
    }
    frames = {one.speaker.id: one.frames for one in report.checked if one.message}
    spoken = intro_frames(report.checked)
    over_cards = {
        one.speaker.id: event.burned(one.intro.captions, one.intro.speaker.language)
        for one in report.checked
        if one.intro and one.speaker.id in spoken
    }
    rundown = plan_rundown(event.config, frames, spoken)
    return _Looked(moment, rundown, shown, over_cards)


def _frame_of_crossing(
    event: Event,
    bench: Bench,
    looked: _Looked,
    crossing: tuple[RundownItem, RundownItem],
    frame: int,
) -> Still:
    before, after = crossing
    drawings, edges = plan_drawings(event, bench), {}
    for item in crossing:
        if item.kind == "message" and item.speaker:
            heard, burned = looked.shown[item.speaker]
            own, running = start_edges(event, bench, drawings, heard, burned)
            bench.wait(*running)
            edges[item.speaker] = own
    rundown = looked.rundown
    place = rundown.items.index(after)
    places = (place - 1, place)
    joints = plan_joints(event, bench, drawings, rundown, edges, looked.over_cards, places)
    make_joints(event, bench, joints)
    first = before.end_frame - edge_frames(before.frames, event.crossfade_frames)
    mix = joints.mixes[place, event.want_burned]
    within = seconds(frame - first, rundown.rate)
    return _picture_of(event, bench, (mix, "clean.mp4"), within, looked.moment)


def _frame_of_message(
    event: Event, bench: Bench, looked: _Looked, speaker: str, frame: int
) -> Still:
    heard, burned = looked.shown[speaker]
    timeline = heard.received.timeline
    part = next(
        one for one in timeline.parts if one.first_frame <= frame < one.first_frame + one.frames
    )
    drawings = plan_drawings(event, bench)
    made, running = start_pictures(event, bench, drawings, heard, burned, part)
    bench.wait(*running)
    within = seconds(frame - part.first_frame, timeline.rate)
    return _picture_of(event, bench, made.of(event.want_burned)[0], within, looked.moment)


def _frame_of_title(
    event: Event, bench: Bench, looked: _Looked, title: RundownItem, frame: int
) -> Still:
    """A title card while somebody is introduced, with the captions of what is said."""
    place, drawings = looked.rundown.items.index(title), plan_drawings(event, bench)
    joints = plan_joints(event, bench, drawings, looked.rundown, {}, looked.over_cards, (place,))
    make_joints(event, bench, joints)
    cut_off = edge_frames(title.frames, event.crossfade_frames) if title.overlap else 0
    within = seconds(max(0, frame - title.start_frame - cut_off), looked.rundown.rate)
    card = joints.cards[place, event.want_burned]
    return _picture_of(event, bench, (card, "clean.mp4"), within, looked.moment)


def _picture_of(event: Event, bench: Bench, made: Part, within: str, moment: str) -> Still:
    """One picture ``within`` (in seconds) a part, as a PNG."""
    recipe, output = made
    cut = ("-ss", within, "-i", f"file:{output}", "-frames:v", "1", "still.png")
    picture = Recipe(
        task=f"still at {moment}",
        tool="ffmpeg",
        tool_version=version("ffmpeg"),
        outputs=("still.png",),
        arguments=("-v", "error", *cut),
        inputs=(bench.made(recipe, output),),
    )
    if not bench.store.has(recipe):
        raise Refused("The picture could not be made.")
    bench.obtain(picture)
    path = event.workspace.outputs / "stills" / f"at-{moment.replace(':', '-')}.png"
    bench.store.publish(picture, "still.png", path)
    return Still(path)
