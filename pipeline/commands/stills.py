"""One frame of the finished picture, one card, or all cards at once; without it a producer would
build everything to see whether a name is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import Refused, UsageWrong
from pipeline.findings import Finding
from pipeline.message.stages import Stages
from pipeline.model import RundownItem
from pipeline.plan import cards
from pipeline.plan.branding import brand_findings
from pipeline.plan.conform import edge_frames
from pipeline.plan.rundown import Rundown, plan_rundown
from pipeline.plan.sheet import plan_sheet, with_theme
from pipeline.plan.transitions import crossfade_frames
from pipeline.programme.order import Joints
from pipeline.recipe import Recipe
from pipeline.themes import THEMES
from pipeline.timing import frames_nearest, parse_duration_ms, seconds
from pipeline.tools.running import programs

if TYPE_CHECKING:
    from pipeline.commands.report import Checked


@dataclass(frozen=True)
class Still:
    """A picture that was written, and what could not be drawn on it as it should be."""

    path: Path
    findings: tuple[Finding, ...] = ()


def still_of_card(stages: Stages, name: str, kind: str = "title") -> Still:
    """A card as a PNG: a speaker's title card (or holding card) by id, or ``opening`` or
    ``closing``. Raises UsageWrong.
    """
    speaker = next((speaker for speaker in stages.config.speakers if speaker.id == name), None)
    if speaker is None and name not in ("opening", "closing"):
        known = ", ".join(
            ["opening", "closing", *(speaker.id for speaker in stages.config.speakers)]
        )
        raise UsageWrong(f"{name}: there is no such card; there are {known}.")
    drawing = cards.plan_card_still(
        stages.config,
        kind if speaker else name,
        speaker,
        stages.brand(),
        stages.draft,
        programs.version("draw"),
    )
    stages.obtain(drawing)
    path = stages.workspace.outputs / "stills" / f"{name}-card.png"
    stages.store.publish(drawing, "card.png", path)
    return Still(
        path,
        _not_as_it_should_be(
            stages, drawing, f"card of {speaker.name}" if speaker else f"{name} card"
        ),
    )


def contact_sheet(stages: Stages, theme: str | None) -> Still:
    """All cards and lower thirds of the event on one PNG, in its own theme, in ``theme``, or in
    ``all`` side by side.

    Raises UsageWrong for a theme that there is not.
    """
    if theme not in (None, "all", *THEMES):
        raise UsageWrong(
            f"--theme {theme}: there is no such theme; there are {', '.join(THEMES)}, and all."
        )
    themes = tuple(THEMES) if theme == "all" else (theme or stages.config.brand.theme,)
    files = {
        entry.name: entry
        for name in themes
        for entry in stages.brand(with_theme(stages.config, name))
    }
    sheet = plan_sheet(stages.config, themes, tuple(files.values()), programs.version("sheet"))
    stages.obtain(sheet)
    path = stages.workspace.outputs / "stills" / f"cards{f'-{theme}' if theme else ''}.png"
    stages.store.publish(sheet, "sheet.png", path)
    return Still(path, _not_as_it_should_be(stages, sheet, "cards", themes))


def _not_as_it_should_be(
    stages: Stages, drawing: Recipe, what: str, themes: Sequence[str] = ()
) -> tuple[Finding, ...]:
    own = stages.config if len(themes) != 1 else with_theme(stages.config, themes[0])
    return (
        *cards.drawing_findings(stages.store.text(drawing, "stdout.txt"), what, None),
        *brand_findings(own),
    )


def still_at(stages: Stages, moment: str) -> Still:
    """The frame on screen at a time of the segment (MM:SS), with captions where they are burned in.

    Only the part that holds the frame is made: 10 s of a message, or a crossfade. Raises UsageWrong
    for a time outside the segment.
    """
    from pipeline.commands.build import (
        check,
    )  # a tenth of what a single card costs, which needs none of it

    try:
        at_ms = parse_duration_ms(moment)
    except ValueError:
        raise UsageWrong(f"--at {moment}: write a time such as 04:10 or 12.5s.") from None
    report = check(stages, with_captions=True)
    shown = {one.taken.speaker.id: one for one in report.checked if one.usable}
    rundown = plan_rundown(stages.config, {speaker: one.frames for speaker, one in shown.items()})
    item = rundown.at(at_ms)
    if item is None:
        raise UsageWrong(
            f"--at {moment}: the segment is shorter than that"
            f" ({float(rundown.frames / rundown.rate):.0f} s)."
        )
    frame = frames_nearest(at_ms, rundown.rate)
    if crossing := rundown.crossing(frame):
        return _frame_of_crossing(stages, rundown, crossing, shown, frame, moment)
    if item.kind != "message" or item.speaker is None:
        drawn = {"title": item.speaker, "holding": item.speaker}.get(item.kind) or (
            "opening" if item.kind == "opening" else "closing"
        )
        return still_of_card(stages, str(drawn), item.kind)
    return _frame_of(
        stages, shown[item.speaker], min(frame - item.start_frame, item.frames - 1), moment
    )


def _frame_of_crossing(
    stages: Stages,
    rundown: Rundown,
    crossing: tuple[RundownItem, RundownItem],
    shown: dict[str, Checked],
    frame: int,
    moment: str,
) -> Still:
    before, after = crossing
    edges = {}
    for item in crossing:
        if item.kind == "message" and item.speaker:
            one = shown[item.speaker]
            assert one.heard
            edges[item.speaker], running = stages.start_edges(
                one.heard, stages.burned(one.captions)
            )
            stages.wait(*running)
    joints = Joints(stages, rundown, edges)
    joints.make(crossing)
    first = before.end_frame - edge_frames(before.frames, crossfade_frames(stages.config))
    return _picture_of(
        stages,
        joints.mix(after, stages.want_burned),
        "clean.mp4",
        seconds(frame - first, rundown.rate),
        moment,
    )


def _frame_of(stages: Stages, one: Checked, frame: int, moment: str) -> Still:
    assert one.heard and one.taken.timeline
    timeline = one.taken.timeline
    part = next(
        part
        for part in timeline.parts
        if part.first_frame <= frame < part.first_frame + part.frames
    )
    made, running = stages.start_pictures(one.heard, stages.burned(one.captions), part)
    stages.wait(*running)
    recipe, output = made.of(stages.want_burned)[0]
    return _picture_of(
        stages, recipe, output, seconds(frame - part.first_frame, timeline.rate), moment
    )


def _picture_of(stages: Stages, recipe: Recipe, output: str, within: str, moment: str) -> Still:
    picture = Recipe(
        task=f"still at {moment}",
        tool="ffmpeg",
        tool_version=programs.version("ffmpeg"),
        outputs=("still.png",),
        arguments=(
            "-v",
            "error",
            "-ss",
            within,
            "-i",
            f"file:{output}",
            "-frames:v",
            "1",
            "still.png",
        ),
        inputs=(stages.store.made(recipe, output, output),),
    )
    if not stages.store.has(recipe):
        raise Refused("The picture could not be made.")
    stages.obtain(picture)
    path = stages.workspace.outputs / "stills" / f"at-{moment.replace(':', '-')}.png"
    stages.store.publish(picture, "still.png", path)
    return Still(path)
