"""An event to practise on, with the faults that events have; without it a producer would meet each
of them for the first time on the evening before.

The recordings are made on the spot of the voices and pictures in pipeline/rehearsal/.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.errors import ToolFailed, UsageWrong
from pipeline.event import Workspace
from pipeline.handover.rehearsal_page import rehearsal_page
from pipeline.plan.decided import Decision, decisions_text
from pipeline.tools.running import files, process, programs

_DATA = Path(__file__).parent.parent / "rehearsal"
_LIMIT_S = 300
LATE = "late"
"""The folder in which the message lies that comes at the last minute."""
PAGE = "REHEARSAL.html"
UNFINISHED, WHOLE = ".rehearsal-unfinished", ".rehearsal-whole"
"""The folder in which all of it is made, and what it is called once all of it is; one that is left
there was interrupted.
"""
_ANOTHER = "0" * 64
"""What an earlier recording of Chloé's was known by."""
_CONFIG = """\
# A dress rehearsal: four speakers, and what goes wrong with recordings. Open REHEARSAL.html.
title: Small credentials, large steps
event: A dress rehearsal
slot: {{start: {start}, end: {end}, margin: 5s}}
delivery: {{size: 1280x720}}                # small and quick; an event has 1920x1080
cards: {{opening: 4s, title: 3s, closing: 4s, lower_third: 4s}}
captions: {{burn: en, languages: [en]}}
speakers:
  - id: ana
    name: Dr Ana Sol
    role: Dean of Learning
    organisation: University of the Andes
    country: Chile
    timezone: America/Santiago
  - id: ben
    name: Ben Okafor
    role: Head of Recognition
    organisation: Lagos Polytechnic
    country: Nigeria
    timezone: Africa/Lagos
  - id: chloe
    name: Chloé Bérard
    role: Registrar
    organisation: École de Lyon
    country: France
    timezone: Europe/Paris
    trim: {{start: 6s}}
  - id: dora
    name: Dóra Lind
    role: Secretary General
    organisation: Nordic Credit Council
    country: Iceland
    timezone: Atlantic/Reykjavik
"""

# fmt: off
_BARS = ("[1:a:0]showwaves=s=320x60:mode=cline:rate=30:colors=white[bars];"
         "[0:v]scale={size},fps=30[ground];"
         "[ground][bars]overlay=(W-w)/2:H*0.7:shortest=1,format=yuv420p")
_H264 = "-c:v libx264 -preset ultrafast -crf 20 -pix_fmt yuv420p -c:a aac -b:a 96k".split()
_RECORDINGS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    # upright, and its rate wanders: pictures are left out
    "ana": (
        "inputs/ana.webm",
        _BARS.format(size="540:960")
        + ",select='not(eq(mod(n,7),3)+eq(mod(n,11),5)+eq(mod(n,13),6))'[seen]",
        ("-map", "[seen]", "-map", "1:a", "-fps_mode", "vfr", "-c:v", "libvpx", "-deadline",
         "realtime", "-cpu-used", "8", "-b:v", "2M", "-c:a", "copy"),
    ),
    # silence before and behind, the camera's noise in the first sound track, one ear in the second
    "ben": (
        "inputs/ben.mov",
        _BARS.format(size="960:540") + ",tpad=start=5*30:stop=11*30:start_mode=clone"
        ":stop_mode=clone[seen];anoisesrc=a=0.002:c=brown:r=48000:d=30[room];"
        "[1:a]adelay=5000,apad=pad_dur=11,pan=stereo|c0=c0[ear]",
        ("-map", "[seen]", "-map", "[room]", "-map", "[ear]", "-shortest", *_H264),
    ),
    # a phone's HDR
    "chloe": (
        "inputs/chloe.mov",
        _BARS.format(size="960:540")
        + ",setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc[seen]",
        ("-map", "[seen]", "-map", "1:a", *_H264),
    ),
    "dora": (
        f"{LATE}/dora.mp4",
        _BARS.format(size="960:540") + "[seen]",
        ("-map", "[seen]", "-map", "1:a", *_H264),
    ),
}
"""Where each message is put, what is done to its picture and sound, and how it is encoded."""
# fmt: on


def place_for(folder: Path) -> Workspace:
    """Where a rehearsal is made. Raises UsageWrong where something else is there already than one
    that was interrupted.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageWrong(
            f"{folder} is a file; name a folder that is not there yet. Nothing was changed."
        )
    there = {one.name for one in folder.iterdir()} if folder.exists() else set()
    if there - {UNFINISHED} and WHOLE not in there:
        raise UsageWrong(
            f"{folder} is not empty; name a folder that is not there yet, such as"
            f" {folder / 'rehearsal'}. Nothing was changed."
        )
    return Workspace(folder)


def make_demo(workspace: Workspace, now: datetime) -> list[str]:
    """Four messages and their faults in an empty ``workspace``, and the page that walks through
    it: names of what was made. It is put there once all of it is made, and in place of nothing.
    Raises ToolFailed.
    """
    half, whole = Workspace(workspace.root / UNFINISHED), workspace.root / WHOLE
    if not whole.is_dir():
        files.remove_all([half.root])
        _fill(half, now, workspace.root)
        files.move_whole(half.root, whole)
    for made in sorted(whole.iterdir()):
        place = workspace.root / made.name
        if not place.exists():
            files.move_whole(made, place)
    files.remove_all([whole])
    return ["config.yaml", "inputs/", f"{LATE}/", PAGE]


def _fill(workspace: Workspace, now: datetime, home: Path) -> None:
    """Everything of a rehearsal that is going to lie in the folder ``home``."""
    folder = workspace.root
    for made in (workspace.inputs / "captions", workspace.outputs, folder / LATE):
        workspace.made(made)
    for speaker, (name, graph, options) in _RECORDINGS.items():
        _record(folder, speaker, folder / name, graph, options)
        script = (folder / name).with_suffix(".txt")
        files.write_whole(script, (_DATA / f"{speaker}.txt").read_text("utf-8"))
    start = now.astimezone().replace(hour=14, minute=30, second=0, microsecond=0)
    end = start + timedelta(seconds=110)
    text = _CONFIG.format(start=start.isoformat(), end=end.isoformat())
    files.write_whole(workspace.config, text)
    decided = {"chloe": {"trim": Decision("{start: 6s}", (_ANOTHER,))}}
    files.write_whole(workspace.decided, decisions_text(decided))
    files.write_whole(folder / PAGE, rehearsal_page(home.resolve()))


def _record(folder: Path, speaker: str, to: Path, graph: str, options: tuple[str, ...]) -> None:
    """One recording of a still picture and a voice."""
    arguments = (
        *("-v", "error", "-y", "-loop", "1", "-framerate", "30"),
        *("-i", f"file:{_DATA / speaker}.jpg", "-i", f"file:{_DATA / speaker}.ogg"),
        *("-filter_complex", graph, *options, "-shortest", f"file:{to.resolve()}"),
    )
    ended = process.run(programs.command("ffmpeg", arguments), folder, _LIMIT_S)
    if not ended.good:
        raise ToolFailed("ffmpeg", f"{speaker}: recording of the rehearsal", ended.last_words)
