"""Looks at the machine; without it a producer would learn at eleven at night what is missing."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pipeline.captions.words.languages import closest
from pipeline.config import Config, Delivery
from pipeline.errors import Refused, ToolFailed
from pipeline.event import Workspace
from pipeline.plan.encoders import ENCODERS
from pipeline.tools.drawing import fonts
from pipeline.tools.hearing import brought, fetching, weights
from pipeline.tools.running import fence, process, programs
from pipeline.tools.running.installing import pip_install
from pipeline.tools.texts import argos
from pipeline.work import encoders

LEAST_FREE_BYTES = 5 * 2**30


@dataclass(frozen=True)
class Seen:
    """One thing that was looked at: whether it is there, what was seen, and the command that mends
    it.
    """

    name: str
    good: bool
    saw: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """As ``doctor --json`` prints it."""
        return {"name": self.name, "good": self.good, "saw": self.saw, "remedy": self.remedy}


def examine(workspace: Workspace, config: Config | None) -> tuple[Seen, ...]:
    """What is there and what is missing. Runs ffmpeg for its version, and has each kind of graphics
    card encode ten pictures.
    """
    return (
        _ffmpeg(workspace),
        _pyav(),
        _fence(),
        _fonts(),
        _weights(workspace, config),
        _sphinx(),
        _engine(workspace, config),
        *_translations(config),
        _disk(workspace),
        _encoder(config.delivery if config else Delivery()),
    )


def fetch_weights(workspace: Workspace, config: Config | None, tell: Callable[[str], None]) -> None:
    """Bring Whisper's weights of the size that config.yaml names, unless they are there or it names
    a file; those of the size that came with the set-up are held against these. Raises Refused
    where they cannot be had.
    """
    model = config.captions.model if config else "small"
    path = weights.weights_path(model, workspace.root)
    if model not in weights.NAMES or path is None or weights.found(model, workspace.root):
        return
    tell(f"Fetching Whisper's weights ({model}) into {path.parent} ...")
    problem = fetching.fetch(model)
    if problem:
        raise Refused(
            f"Whisper's weights ({model}) could not be fetched: {problem}\n  Next: try again when"
            f" this machine is online, or copy {path.name} from another one to {path.parent}."
        )
    there = weights.found(model, workspace.root)
    if model == brought.NAME and there:
        tell(_held_against(fetching.compared(there.place)))


def _held_against(compared: fetching.Compared | str | None) -> str:
    """Whether a third party's conversion is what its makers published."""
    ours = f"Those that came with the set-up ({brought.BROUGHT}, {brought.BROUGHT_MAKER})"
    if compared is None:
        return "No weights came with the set-up to compare them with."
    if isinstance(compared, str):
        return f"{ours} could not be compared with them: {compared}."
    if not compared.differing:
        return f"{ours} are the same, number for number, in all {compared.tensors} tensors."
    return (
        f"{ours} differ from them in {len(compared.differing)} of {compared.tensors} tensors, by"
        f" {compared.largest:.2g} at most ({', '.join(compared.differing[:3])}). From now on those"
        " of the makers are used."
    )


def _ffmpeg(workspace: Workspace) -> Seen:
    again = pip_install("--force-reinstall", "imageio-ffmpeg")
    try:
        path = programs.ffmpeg_path()
        ended = process.run(programs.command("ffmpeg", ("-version",)), workspace.root, 30)
    except (ToolFailed, OSError) as failed:
        return Seen("ffmpeg", False, str(failed), again)
    first = ended.stdout.splitlines()[0] if ended.stdout else "it said nothing"
    listing = programs.command("ffmpeg", ("-v", "error", "-encoders"))
    encoders = process.run(listing, workspace.root, 30).stdout
    saw = f"{' '.join(first.split()[:3])} in {path.parent}"
    if ended.good and "libx264" in encoders:
        return Seen("ffmpeg", True, saw)
    return Seen("ffmpeg", False, f"{saw}, without x264", again)


def _pyav() -> Seen:
    try:
        import av
    except ImportError as failed:
        return Seen("PyAV", False, str(failed), pip_install("--force-reinstall", "av"))
    own = f"it looks at recordings with an FFmpeg of its own ({av.ffmpeg_version_info})"
    return Seen("PyAV", True, f"{av.__version__}; {own}")


def _fence() -> Seen:
    """Which layers stand between a recording that somebody sent and this machine
    (docs/architecture.md).
    """
    on = fence.layers()
    saw = [
        "limits of memory, time and size" if on.limits else "no limits of memory and size",
        f"its own folder only (Landlock {on.landlock})" if on.landlock else "no Landlock",
        "no network" if on.no_sockets or on.bubblewrap == "on" else "network not shut off",
        f"bubblewrap {on.bubblewrap}",
    ]
    if on.limits and (on.bubblewrap == "on" or (on.landlock > 0 and on.no_sockets)):
        return Seen("fence around recordings", True, ", ".join(saw))
    remedy = (
        "open recordings from people you do not know on Linux 5.13 or newer, or install bubblewrap"
    )
    return Seen("fence around recordings", False, ", ".join(saw), remedy)


def _fonts() -> Seen:
    for family in ("sans", "serif"):
        if not fonts.font_file("Semibold", family).is_file():
            remedy = pip_install("--force-reinstall", f"font-source-{family}-pro")
            return Seen("fonts", False, f"no Source {family.capitalize()} Pro", remedy)
    return Seen("fonts", True, "Source Sans Pro, Source Serif Pro (Latin, Greek, Cyrillic)")


def _weights(workspace: Workspace, config: Config | None) -> Seen:
    what = "Whisper's weights"
    model = config.captions.model if config else "small"
    languages = {speaker.language for speaker in config.speakers} if config else {"en"}
    faults = (weights.fault_of(model, workspace.root, language) for language in sorted(languages))
    fault = next(filter(None, faults), None)
    if fault:
        return Seen(what, False, fault.saw, fault.remedy)
    there = weights.found(model, workspace.root)
    if there:
        reader = "" if there.tool == "whisper_words" else ", read by faster-whisper"
        return Seen(what, True, f"{model}: {there.place} ({there.size_mib} MiB{reader})")
    return _brought_weights(what, model)


def _brought_weights(what: str, model: str) -> Seen:
    """Those that came with the set-up, where the named ones are not here."""
    fetch = weights.FETCH
    try:
        there = weights.came_with_the_set_up()
    except (brought.NotThese, OSError) as failed:
        saw = f"{model} is not on this machine, and those of the set-up cannot be used: {failed}"
        return Seen(what, False, saw, fetch)
    if there is None:
        saw = f"{model} is not on this machine; scripts are aligned and drafts made without it"
        return Seen(what, False, saw, fetch)
    saw = (
        f"{model} is not on this machine; {brought.BROUGHT} came with the set-up ({there.place},"
        f" {there.size_mib} MiB, {brought.BROUGHT_MAKER}): {brought.BROUGHT_ERRORS}"
    )
    return Seen(what, True, saw, f"for better captions: {fetch}")


def _sphinx() -> Seen:
    if importlib.util.find_spec("pocketsphinx") is None:
        remedy = pip_install("pocketsphinx")
        return Seen("built-in recogniser", False, "pocketsphinx is missing", remedy)
    return Seen("built-in recogniser", True, "pocketsphinx with its English model")


def _engine(workspace: Workspace, config: Config | None) -> Seen:
    """What hears a message that comes without captions and script, by what was found here."""
    engine = config.captions.engine if config else "auto"
    model = config.captions.model if config else "small"
    spoken = {speaker.language for speaker in config.speakers} if config else {"en"}
    heard: dict[str, list[str]] = {}
    for language in sorted(spoken):
        ear = _hears(workspace, engine, model, language)
        heard.setdefault(ear or _ROUGH, []).append(language)
    if engine == "whisper" and _ROUGH in heard:
        deaf = f"whisper is asked for alone, and cannot hear {', '.join(heard[_ROUGH])}"
        remedy = "mend the weights (above), or write engine: auto under captions in config.yaml"
        return Seen("engine", False, deaf, remedy)
    each = [f"{', '.join(languages)}: {ear}" for ear, languages in heard.items()]
    saw = "; ".join(each if len(heard) > 1 else heard)
    return Seen("engine", True, f"{engine} takes {saw}")


_ROUGH = "the built-in recogniser (rough drafts in English, none in other languages)"


def _hears(workspace: Workspace, engine: str, model: str, language: str) -> str | None:
    """The Whisper that hears ``language``, by its weights and the library that reads them; None
    where none does.
    """
    if engine == "pocketsphinx":
        return None
    named = weights.found(model, workspace.root)
    there = None if weights.fault_of(model, workspace.root, language) else named
    if there is None and engine == "auto":
        with suppress(brought.NotThese, OSError):  # said beside the weights
            there = weights.came_with_the_set_up()
    if there is None:
        return None
    library = "openai-whisper" if there.tool == "whisper_words" else "faster-whisper"
    called = f"{brought.BROUGHT} of the set-up" if there.brought else f"Whisper {model}"
    return f"{called} ({library})"


def _translations(config: Config | None) -> Iterable[Seen]:
    """Who drafts the translations that config.yaml asks for; Whisper makes those into English."""
    if config is None:
        return
    wanted = dict.fromkeys((*config.captions.burn, *config.captions.languages))
    spoken = dict.fromkeys(speaker.language for speaker in config.speakers)
    pairs = [(own, one) for own in spoken for one in wanted if closest(own, [one]) is None]
    others = [pair for pair in pairs if pair[1].split("-")[0] != "en"]
    if not others:
        return
    lacks = [said for own, one in others if (said := argos.lacking(own, one))]
    if lacks:
        saw = f"{len(lacks)} of {len(others)} have no draft to begin with"
        # no fault: people translate, and nobody need have a draft
        yield Seen("translations", True, saw, " ".join(lacks))
    else:
        yield Seen("translations", True, "drafts by Argos Translate")


def _disk(workspace: Workspace) -> Seen:
    free = shutil.disk_usage(workspace.root).free
    saw = f"{free / 2**30:.0f} GiB free in {workspace.root.resolve()}"
    if free >= LEAST_FREE_BYTES:
        return Seen("disk", True, saw)
    return Seen("disk", False, saw, "free some space, or delete outputs/.store (it is made anew)")


def _encoder(delivery: Delivery) -> Seen:
    """What encodes the pictures, by ten pictures of each encoder that a graphics card may have."""
    if not delivery.quality:
        return Seen("encoder", True, "x264, which alone loses nothing (delivery.quality is 0)")
    faults = encoders.faults_here(delivery)
    works = [name for name, fault in faults.items() if fault is None]
    asked, can = delivery.encoder, ", ".join(ENCODERS[name].called for name in works)
    if fault := faults.get(asked):
        saw = f"delivery.encoder is {asked}, which cannot be used: {fault}"
        return Seen("encoder", False, saw, encoders.REMEDY)
    if asked == "auto" and works:
        return Seen("encoder", True, f"{can} can be used here; auto takes the first")
    if asked in works:
        return Seen("encoder", True, ENCODERS[asked].called)
    if works:
        faster = "encoder: auto under delivery in config.yaml takes it"
        return Seen("encoder", True, f"x264; {can} can be used here", faster)
    listed = "; ".join(f"{ENCODERS[name].called}: {fault}" for name, fault in faults.items())
    why = f" ({listed})" if asked == "auto" else ""
    return Seen("encoder", True, f"x264; no graphics card here encodes{why}")
