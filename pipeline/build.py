"""The story of one build, top to bottom: one map over the submissions, one join at the rundown.

Without this file the stages would be there and nobody to call them in turn.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.errors import NotYet, PipelineError, Refused, StillChanging, ToolFailed
from pipeline.model import Captions, Finding, Recipe, RundownItem, verdict
from pipeline.plan import assembly, cards
from pipeline.plan.intake import take_in
from pipeline.plan.rundown import Rundown, plan_rundown, rundown_csv, rundown_markdown, slot_findings, slot_plan
from pipeline.stages import Heard, Intake, Pictures, Stages
from pipeline.timing import frame_ms, frames_nearest
from pipeline.tools import files, programs, subtitles
from pipeline.transcribe import Weights, captions_of


@dataclass(frozen=True)
class Checked:
    """One submission probed and measured, with its captions where they were asked for. ``heard`` is None when it is
    rejected or missing."""

    taken: Intake
    heard: Heard | None
    findings: tuple[Finding, ...]
    captions: Mapping[str, Captions] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """It can be shown."""
        return self.heard is not None and verdict(self.findings) != "reject"

    @property
    def frames(self) -> int:
        """Length of the message as it will be shown."""
        return self.taken.timeline.frames if self.taken.timeline else 0


@dataclass(frozen=True)
class Prepared:
    """One message ready to be joined."""

    checked: Checked
    pictures: Pictures
    sound: Recipe
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Report:
    """What a command found and made; ``as_json`` is report.json, and what ``--json`` prints."""

    config: Config
    checked: tuple[Checked, ...]
    findings: tuple[Finding, ...]
    rundown: Rundown | None = None
    written: tuple[str, ...] = ()

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Those of the submissions and those of the whole, each once."""
        return tuple(dict.fromkeys([*(finding for one in self.checked for finding in one.findings), *self.findings]))

    @property
    def in_part(self) -> bool:
        """Some submission is missing or rejected."""
        return not all(one.usable for one in self.checked)

    def as_json(self) -> dict[str, Any]:
        """Submissions with their verdicts, findings of the whole, the slot's sum, and the rundown once it is built."""
        message_ms = _message_ms(self.config, self.checked)
        answer: dict[str, Any] = {
            "submissions": [{
                "id": one.taken.speaker.id, "file": one.taken.submission.recording, "verdict": verdict(one.findings),
                "duration_ms": one.taken.probe.duration_ms if one.taken.probe else None,
                "captions": {language: {"source": made.source, "draft": made.draft, "cues": len(made.cues)}
                             for language, made in sorted(one.captions.items())},
                "findings": [finding.as_json() for finding in one.findings]} for one in self.checked],
            "findings": [finding.as_json() for finding in self.findings],
            "slot": slot_plan(self.config, message_ms),
        }
        if self.rundown:
            answer["rundown"] = [{"kind": item.kind, "speaker": item.speaker, "title": item.title,
                                  "start_frame": item.start_frame, "frames": item.frames} for item in self.rundown.items]
            answer["frames"] = self.rundown.frames
        return answer


def check(stages: Stages, only: tuple[str, ...] = (), with_captions: bool = False) -> Report:
    """Probe and measure every submission (or those in ``only``), and plan the slot. Renders nothing."""
    taken, nobodys = take_in(stages.config, *stages.workspace.listing())
    weights = Weights(stages)
    speakers = {speaker.id: speaker for speaker in stages.config.speakers}

    def one(given: tuple[Any, tuple[Finding, ...]]) -> Checked:
        submission, findings = given
        return _guarded(stages, speakers[submission.id], submission, findings, weights if with_captions else None)

    wanted = [given for given in taken if not only or given[0].id in only]
    checked = tuple(_each(stages, one, wanted))
    whole = [*nobodys, *slot_findings(stages.config, _message_ms(stages.config, checked))]
    if weights.problem:
        whole.append(weights_finding(stages.config, weights.problem))
    return Report(stages.config, checked, tuple(whole))


def build(stages: Stages, outputs: Path) -> Report:
    """Make everything that is stale, and nothing that is not. Raises Refused (over the slot under strict, nothing usable)."""
    report = check(stages, with_captions=True)
    if stages.config.slot.overrun == "strict" and any(finding.code == "slot-over" for finding in report.findings):
        sums = next(finding for finding in report.findings if finding.code == "slot-over")
        raise Refused(f"{sums.message}\n  Next: {sums.remedy} (or overrun: warn)\n  Nothing was built; what is in outputs/ "
                      "stays as it was.")
    if not any(one.usable for one in report.checked) and not stages.dry:
        raise NothingUsable(report)

    def one(checked: Checked) -> Prepared | Checked:
        return _prepared(stages, checked)

    prepared = tuple(_each(stages, one, report.checked))
    return _joined(stages, report, prepared, outputs)


class NothingUsable(Refused):
    """Every submission is missing or rejected. Carries the report that says why."""

    def __init__(self, report: Report) -> None:
        super().__init__("Nothing was built: no submission can be used. What is in outputs/ stays as it was.")
        self.report = report

    def __reduce__(self) -> tuple[type[NothingUsable], tuple[Report]]:
        return NothingUsable, (self.report,)


def weights_finding(config: Config, problem: str) -> Finding:
    """That Whisper's weights could not be fetched, once for the whole build."""
    return Finding(
        "warning", "weights-missing", f"Whisper's weights ({config.captions.model}) could not be fetched ({problem}); scripts "
        "are aligned and drafts made with the recogniser that is built in.",
        "When the machine is online: `perspectives doctor --fetch`, then `perspectives build`.")


def _guarded(stages: Stages, speaker: Any, submission: Any, findings: tuple[Finding, ...], weights: Weights | None) -> Checked:
    """One submission's check. Whatever a tool does to it is a finding of this submission alone."""
    taken = Intake(speaker, submission, findings)
    try:
        taken = stages.intake(speaker, submission, findings)
        if not taken.usable:
            return Checked(taken, None, taken.findings)
        heard = stages.listen(taken)
        if weights is None or verdict(heard.findings) == "reject":
            return Checked(taken, heard, heard.findings)
        captions, said = captions_of(stages, heard, weights)
        return Checked(taken, heard, (*heard.findings, *said), captions)
    except StillChanging as changing:
        return Checked(taken, None, (*taken.findings, Finding(
            "error", "still-changing", f"{changing}.", "Wait until the copy has ended, then run the command again.",
            speaker.id, submission.recording)))
    except ToolFailed as failed:
        return Checked(taken, None, (*taken.findings, damaged(failed, taken)))
    except NotYet:
        return Checked(taken, None, taken.findings)


def damaged(failed: ToolFailed, taken: Intake) -> Finding:
    """A tool could not cope with a recording: in a producer's words, with the tool's own words kept in the report."""
    return Finding(
        "error", "damaged", f"{taken.submission.recording}: the recording could not be worked on to its end "
        f"({failed.task.split(': ', 1)[-1]}: {failed.tool} {failed.saw}).",
        "Play it from start to end; ask the speaker to export it again as MP4 (H.264 and AAC).", taken.speaker.id,
        taken.submission.recording)


def _prepared(stages: Stages, checked: Checked) -> Prepared | Checked:
    if not checked.usable or checked.heard is None:
        return checked
    captions = checked.captions.get(stages.config.captions.burn)
    try:
        sound, findings = stages.sound(checked.heard)
        return Prepared(checked, stages.pictures(checked.heard, captions), sound, findings)
    except ToolFailed as failed:
        if failed.tool == "draw":
            raise Refused(f"The cards could not be drawn: {failed.stderr_tail.strip() or failed.saw}") from failed
        return Checked(checked.taken, None, (*checked.findings, damaged(failed, checked.taken)), checked.captions)
    except NotYet:
        return Checked(checked.taken, checked.heard, checked.findings, checked.captions)


def _joined(stages: Stages, report: Report, prepared: tuple[Prepared | Checked, ...], outputs: Path) -> Report:
    """The join: cards, rundown, sound, segment, clips and everything written beside them."""
    ready = {one.checked.taken.speaker.id: one for one in prepared if isinstance(one, Prepared)}
    if not ready and not stages.dry:
        raise NothingUsable(Report(stages.config, tuple(one for one in prepared if isinstance(one, Checked)), report.findings))
    checked = tuple(_with_findings(one) for one in prepared)
    rundown = plan_rundown(stages.config, {speaker: one.checked.frames for speaker, one in ready.items()})
    join = _Join(stages, rundown, ready)
    made = join.recipes()
    if stages.dry:
        return Report(stages.config, checked, report.findings, rundown)
    report = Report(stages.config, checked, report.findings, rundown)
    written = _publish(stages, made, outputs)
    written += _write_texts(stages, report, ready, outputs)
    return Report(report.config, report.checked, report.findings, rundown, tuple(written))


@dataclass
class _Join:
    """The recipes of everything that is handed over as mp4."""

    stages: Stages
    rundown: Rundown
    ready: Mapping[str, Prepared]

    def recipes(self) -> list[tuple[Recipe, str, str]]:
        """(recipe, its output, name under outputs/) for the segment and every clip; all are in the store afterwards."""
        stages = self.stages
        pictures = {item: self._card(item) for item in self.rundown.items if item.kind != "message"}
        sounds = [self._sound(item) for item in self.rundown.items]
        for recipe in [*pictures.values(), *sounds]:
            stages.obtain(recipe)
        sound = self._sound_track("segment", sounds, self.rundown.frames)
        joins = [self._segment(pictures, sound, burned) for burned in self._kinds()]
        for speaker, one in self.ready.items():
            track = self._sound_track(f"clip {speaker}", [one.sound], one.checked.frames)
            joins.extend(self._clip(speaker, one, track, burned) for burned in self._kinds())
        for running in [stages.start(recipe) for recipe, _, _ in joins]:
            stages.wait(running)
        return joins

    def _kinds(self) -> list[bool]:
        """False for soft captions, True for burned ones, as the delivery asks."""
        return [burned for burned, wanted in ((False, self.stages.want_clean), (True, self.stages.want_burned)) if wanted]

    def _card(self, item: RundownItem) -> Recipe:
        stages, config = self.stages, self.stages.config
        version = programs.version("ffmpeg")
        speaker = next((speaker for speaker in config.speakers if speaker.id == item.speaker), None)
        drawings = stages.speaker_drawings(speaker) if speaker else stages.segment_drawings()
        stages.obtain(drawings)
        output = {"title": "card.png", "holding": "holding.png", "opening": "opening.png"}.get(item.kind, "closing.png")
        task = f"{item.speaker}: {item.kind} card" if speaker else f"{item.kind} card"
        fade = frames_nearest(config.cards.fade, config.delivery.fps) if config.cards.transition == "fade" else 0
        return cards.plan_card(task, stages.store.made(drawings, output, output), item.frames, fade, config, version)

    def _sound(self, item: RundownItem) -> Recipe:
        if item.kind == "message" and item.speaker:
            return self.ready[item.speaker].sound
        return cards.plan_silence(item.frames, self.stages.config, programs.version("ffmpeg"))

    def _sound_track(self, task: str, sounds: list[Recipe], frames: int) -> Recipe:
        inputs = [self.stages.store.made(recipe, "sound.wav", "sound.wav") for recipe in sounds]
        track = assembly.plan_sound_track(f"{task}: sound track", inputs, frames, self.rundown.rate,
                                          programs.version("ffmpeg"))
        self.stages.obtain(track)
        return track

    def _segment(self, cards_made: Mapping[RundownItem, Recipe], sound: Recipe, burned: bool) -> tuple[Recipe, str, str]:
        parts: list[tuple[Recipe, str]] = []
        for item in self.rundown.items:
            if item.kind == "message" and item.speaker:
                pictures = self.ready[item.speaker].pictures
                parts.extend(pictures.burned if burned else pictures.clean)
            else:
                parts.append((cards_made[item], "clean.mp4"))
        name = "segment.captioned.mp4" if burned else "segment.mp4"
        tracks = () if burned else tuple(
            self._track(language, assembly.segment_cues(self.rundown, spoken))
            for language, spoken in captions_by_language(self.stages.config, self.ready).items())
        join = self._plan(f"join {name}", parts, sound, tracks, assembly.chapters_text(self.rundown), self.rundown.frames,
                          name, self.stages.config.title)
        return join, name, name

    def _clip(self, speaker: str, one: Prepared, sound: Recipe, burned: bool) -> tuple[Recipe, str, str]:
        name = f"{speaker}.captioned.mp4" if burned else f"{speaker}.mp4"
        parts = one.pictures.burned if burned else one.pictures.clean
        tracks = () if burned else tuple(
            self._track(language, made.cues) for language, made in sorted(one.checked.captions.items()))
        join = self._plan(f"join clip {name}", list(parts), sound, tracks, None, one.checked.frames, "clip.mp4",
                          one.checked.taken.speaker.name)
        return join, "clip.mp4", f"clips/{name}"

    def _track(self, language: str, cues: Any) -> assembly.Track:
        return assembly.Track(language, subtitles.write_srt(cues, self.rundown.rate),
                              language == self.stages.config.captions.languages[0])

    def _plan(self, task: str, parts: list[tuple[Recipe, str]], sound: Recipe, tracks: tuple[assembly.Track, ...],
              chapters: str | None, frames: int, output: str, title: str) -> Recipe:
        store = self.stages.store
        inputs = [store.made(recipe, name, name) for recipe, name in parts]
        shown = tuple(track for track in tracks if track.srt)
        return assembly.plan_join(task, inputs, store.made(sound, "sound.m4a", "sound.m4a"), shown, chapters, frames, output,
                                  title, programs.version("ffmpeg"))


def captions_by_language(config: Config, ready: Mapping[str, Prepared]) -> dict[str, dict[str, Captions]]:
    """For each language that is delivered, the captions of every speaker who has some, by speaker id."""
    found = {language: {speaker: one.checked.captions[language] for speaker, one in ready.items()
                        if language in one.checked.captions} for language in config.captions.languages}
    return {language: captions for language, captions in found.items() if captions}


def _publish(stages: Stages, made: list[tuple[Recipe, str, str]], outputs: Path) -> list[str]:
    written = [name for recipe, output, name in made if stages.store.publish(recipe, output, outputs / name)]
    wanted = {name for _, _, name in made}
    for old in [*outputs.glob("clips/*.mp4"), *outputs.glob("segment*.mp4")]:
        if old.relative_to(outputs).as_posix() not in wanted:  # what an earlier build made and this one does not
            files.remove_all([old])
    return written


def _write_texts(stages: Stages, report: Report, ready: Mapping[str, Prepared], outputs: Path) -> list[str]:
    """Captions, transcripts, rundown and report. Each is written only when it differs from what is there."""
    assert report.rundown
    config, rundown = stages.config, report.rundown
    texts = {"rundown.csv": rundown_csv(rundown, config), "rundown.md": rundown_markdown(rundown, config),
             "report.json": json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n"}
    for language, captions in captions_by_language(config, ready).items():
        cues = assembly.segment_cues(rundown, captions)
        texts[f"segment.{language}.srt"] = subtitles.write_srt(cues, rundown.rate)
        texts[f"segment.{language}.vtt"] = subtitles.write_vtt(cues, rundown.rate)
    for speaker, one in ready.items():
        texts |= clip_texts(one.checked, rundown.rate)
    _forget_old_texts(texts, outputs, speakers={speaker.id for speaker in config.speakers})
    return [name for name, text in texts.items() if write_if_new(outputs / name, text)]


def clip_texts(checked: Checked, rate: Any) -> dict[str, str]:
    """One speaker's caption files, drafts and transcript, by name under outputs/."""
    speaker, texts = checked.taken.speaker, {}
    for language, made in checked.captions.items():
        texts[f"clips/{speaker.id}.{language}.srt"] = subtitles.write_srt(made.cues, rate)
        texts[f"clips/{speaker.id}.{language}.vtt"] = subtitles.write_vtt(made.cues, rate)
        if made.source != "person":
            texts[f"captions/{speaker.id}.{language}.srt"] = subtitles.write_srt(made.cues, rate)
    own = checked.captions.get(speaker.language)
    if own:
        texts[f"clips/{speaker.id}.txt"] = subtitles.write_transcript(own.cues, rate)
    return texts


def write_if_new(path: Path, text: str) -> bool:
    """Write a text unless exactly it is there. True when something was written."""
    if path.is_file() and path.read_bytes() == text.encode():
        return False
    files.write_whole(path, text)
    return True


def _forget_old_texts(texts: Mapping[str, str], outputs: Path, speakers: set[str]) -> None:
    """Take away caption files that an earlier build made and this one does not: they would be taken for true."""
    for pattern in ("clips/*.srt", "clips/*.vtt", "clips/*.txt", "segment.*.srt", "segment.*.vtt"):
        files.remove_all(path for path in outputs.glob(pattern) if path.relative_to(outputs).as_posix() not in texts)


def _with_findings(one: Prepared | Checked) -> Checked:
    if isinstance(one, Checked):
        return one
    checked = one.checked
    return Checked(checked.taken, checked.heard, (*checked.findings, *one.findings), checked.captions)


def _message_ms(config: Config, checked: tuple[Checked, ...]) -> dict[str, int]:
    return {one.taken.speaker.id: frame_ms(one.frames, config.delivery.fps) for one in checked
            if one.frames and verdict(one.findings) != "reject"}


def _each(stages: Stages, work: Any, given: Any) -> list[Any]:
    return [work(one) for one in given] if stages.workers is None else stages.workers.each(work, given)


__all__ = ["PipelineError", "Report", "build", "check"]
