"""Plans the cards and lower thirds; without it nobody would know who is speaking.

Which cards there are stands in card_kinds.py. What is drawn is a request (JSON text) to
tools/drawing/draw.py; how a drawn card becomes pictures of the segment is a recipe.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import ffmpeg

from pipeline.card_kinds import CARDS, WEIGHTS, CardKind
from pipeline.config import Config, Delivery, Speaker
from pipeline.findings import Finding
from pipeline.forecast import picture_memory_mib
from pipeline.geometry import areas_of
from pipeline.plan import card_words, dates
from pipeline.plan.conform import arguments, encoding, held, tag_bt709
from pipeline.plan.encoders import encoded
from pipeline.plan.graphs import KINDS_KEPT
from pipeline.plan.picture import Lettering
from pipeline.plan.transitions import card_outputs
from pipeline.recipe import FileInput, Recipe
from pipeline.timing import frames_nearest, samples_in, seconds

GLIDE_S, GLIDE_UNITS, APPEAR_S = 0.7, 30, 0.5
"""A card's words rise by 30 units (1080 to the shorter side) within 0.7 s, slower and slower, and
appear within 0.5 s.
"""


def plan_speaker_drawings(
    config: Config, speaker: Speaker, brand: Sequence[FileInput], draft: bool, version: str
) -> Recipe | None:
    """The words of a speaker's title card, and lower-third.png: everything that shows the name
    beside their message, in one go. None where neither is shown.
    """
    pictures = []
    if _stays(config, config.cards.title) or speaker.intro:
        pictures.append(_words(speaker_card(config, speaker, "title")))
    if _stays(config, config.cards.lower_third):
        pictures.append({**lower_third(speaker), "out": "lower-third.png"})
    if not pictures:
        return None
    return _drawing(f"{speaker.id}: cards", config, pictures, brand, draft, version)


def plan_holding_drawings(
    config: Config, speaker: Speaker, brand: Sequence[FileInput], draft: bool, version: str
) -> Recipe:
    """What stands for a message that is not there: by itself, as it is drawn for few."""
    pictures = [_ground(config, CARDS["holding"]), _words(speaker_card(config, speaker, "holding"))]
    return _drawing(f"{speaker.id}: cards, holding", config, pictures, brand, draft, version)


def plan_strap(
    config: Config, speaker: Speaker, brand: Sequence[FileInput], draft: bool, version: str
) -> Recipe:
    """lower-third.png alone."""
    picture = {**lower_third(speaker), "out": "lower-third.png"}
    return _drawing(f"{speaker.id}: lower third", config, [picture], brand, draft, version)


def plan_segment_drawings(
    config: Config, brand: Sequence[FileInput], draft: bool, version: str
) -> Recipe | None:
    """The words of the event's own cards; None where none is shown."""
    pictures = [_words(segment_card(config, card)) for card in _of_event(config)]
    if not pictures:
        return None
    return _drawing("opening and closing cards", config, pictures, brand, draft, version)


def plan_grounds(
    config: Config, brand: Sequence[FileInput], draft: bool, version: str
) -> Recipe | None:
    """The ground of every kind of card but the holding card, in a draft draft.png: by themselves,
    so that another title of the segment costs nobody's title card, and in a draft no message. None
    where nothing of it is shown.
    """
    titled = _stays(config, config.cards.title) or any(one.intro for one in config.speakers)
    names = (*_of_event(config), *(["title"] if titled else []))
    pictures = [_ground(config, CARDS[name]) for name in names]
    if draft:
        pictures.append({"kind": "draft-mark", "out": "draft.png", "fields": {}})
    if not pictures:
        return None
    return _drawing("grounds of the cards", config, pictures, brand, draft, version)


def _of_event(config: Config) -> list[str]:
    """The event's own cards that are shown. With ``fill: hold`` the closing card is seen, however
    long it stays, until the slot ends.
    """
    shown = {
        "opening": _stays(config, config.cards.opening),
        "closing": _stays(config, config.cards.closing) or config.slot.fill == "hold",
    }
    return [name for name, stays in shown.items() if stays]


def _stays(config: Config, length_ms: int) -> bool:
    """Whether what is to be shown for so long is seen at all."""
    return frames_nearest(length_ms, config.delivery.fps) > 0


def _words(card: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a card on nothing."""
    return {**card, "layer": "words", "out": CARDS[card["kind"]].words_file}


def _ground(config: Config, card: CardKind) -> dict[str, Any]:
    """What a card's words stand on."""
    drawn: dict[str, Any] = {
        "kind": card.name,
        "layer": "ground",
        "out": card.ground_file,
        "fields": {},
    }
    return {**drawn, **_floor(config, card.name)}


def plan_card_still(
    config: Config,
    kind: str,
    speaker: Speaker | None,
    brand: Sequence[FileInput],
    draft: bool,
    version: str,
) -> Recipe:
    """card.png: one card as it stands once its words have come to rest."""
    picture = speaker_card(config, speaker, kind) if speaker else segment_card(config, kind)
    task = f"{speaker.id if speaker else kind}: card"
    return _drawing(task, config, [{**picture, "out": "card.png"}], brand, draft, version)


def segment_card(config: Config, kind: str) -> dict[str, Any]:
    """What is drawn on a card of the event."""
    fields = {
        "title": config.title,
        "event": config.event or "",
        "when": dates.hours(config),
        "thanks": card_words.closing_text(config),
    }
    return {"kind": kind, "fields": fields, "language": dates.language_of(config)}


def speaker_card(config: Config, speaker: Speaker, kind: str) -> dict[str, Any]:
    """What is drawn on a card of a speaker."""
    fields = _of_person(speaker)
    said = {**fields, "note": card_words.to_follow_text(config)} if CARDS[kind].note else fields
    card: dict[str, Any] = {"kind": kind, "fields": said, "language": speaker.language}
    return {**card, **_floor(config, kind)}


def _floor(config: Config, kind: str) -> dict[str, float]:
    """Where the words of title cards end, so that captions of introductions have room: on those of
    all speakers, for they are to be alike.
    """
    if kind != "title" or not any(speaker.intro for speaker in config.speakers):
        return {}
    ceilings = areas_of(config.delivery.size).captions_ceiling
    return {"floor": float(ceilings[len(config.captions.burn) > 1])}


def lower_third(speaker: Speaker) -> dict[str, Any]:
    """What is drawn on a speaker's name strap."""
    return {
        "kind": "lower-third",
        "fields": _of_person(speaker),
        "language": speaker.language,
    }


def _of_person(speaker: Speaker) -> dict[str, str]:
    return {
        "name": speaker.name,
        "role": speaker.role or "",
        "organisation": speaker.organisation or "",
        "country": speaker.country or "",
    }


def drawing_findings(said: str, what: str, speaker: str | None) -> tuple[Finding, ...]:
    """What the drawing program could not do, from what it printed. ``what``: the cards' name."""
    answer = json.loads(said)
    missing, cut = answer["missing_glyphs"], ", ".join(dict.fromkeys(answer["overflow"]))
    findings = []
    if missing:
        message = f"{what}: no font here has {' '.join(missing)}; left out."
        remedy = (
            f"Install fonts for that script (on Debian: apt-get install {answer['font_package']}),"
            " or name a font file under brand.font."
        )
        findings.append(Finding("warning", "letters-missing", message, remedy, speaker))
    if cut:
        message = f"{what}: a text is too long and was cut ({cut})."
        remedy = (
            "Shorten the name, role or title in config.yaml; look with `perspectives still --card`."
        )
        findings.append(Finding("warning", "text-cut", message, remedy, speaker))
    if answer.get("logo_plate"):
        message = "brand.logo can hardly be seen on this background; it stands on a plate."
        remedy = (
            "Name a logo that is made for such a background under brand.logo; look with"
            " `perspectives still --cards`."
        )
        findings.append(Finding("info", "logo-plate", message, remedy))
    return tuple(findings)


def parse_strap_top(said: str, height: int) -> Fraction:
    """Where a speaker's lower third begins, as a share of the height from the top, from what the
    drawing program printed.
    """
    return Fraction(json.loads(said)["strap_top"], height)


def plan_card(
    task: str,
    ground: FileInput,
    words: FileInput,
    frames: int,
    fade_frames: int,
    config: Config,
    version: str,
    head: int = 0,
    tail: int = 0,
    captions: Lettering | None = None,
) -> Recipe:
    """A card as ``frames`` pictures of the segment (clean.mp4), faded in and out: its words on its
    ground, and over them the ``captions`` of what is said meanwhile.

    Where it is crossfaded with a neighbour, its first ``head`` or last ``tail`` frames are not
    among them, nor faded, but in head.mp4 and tail.mp4.
    """
    edges = [(name, edge) for name, edge in (("head.mp4", head), ("tail.mp4", tail)) if edge]
    lengths = [("clean.mp4", frames - head - tail), *edges]
    layers = (ground.name, words.name)
    soft = config.cards.motion == "soft"
    card = Recipe(
        task=f"{task}, with captions" if captions else task,
        tool="ffmpeg",
        tool_version=version,
        arguments=_graph(
            layers, frames, fade_frames, soft, config.delivery, (head, tail), captions is not None
        ),
        outputs=tuple(name for name, _ in lengths),
        inputs=(ground, words, *(captions.fonts if captions else ())),
        texts=(("captions.ass", captions.text),) if captions else (),
        frames=tuple(lengths),
        weight=float(frames / config.delivery.fps) * 0.6,
        memory_mib=picture_memory_mib(config.delivery.size, 1),
    )
    return encoded(card, config.delivery, ("clean.mp4",))


@lru_cache(maxsize=KINDS_KEPT)
def _graph(
    layers: tuple[str, str],
    frames: int,
    fade_frames: int,
    soft: bool,
    delivery: Delivery,
    edges: tuple[int, int],
    captioned: bool,
) -> tuple[str, ...]:
    """The arguments of every card that is as long, with the drawings of these names."""
    head, tail = edges
    shown = _laid(layers, frames, soft, delivery)
    shown = shown.filter("trim", end_frame=frames).filter("setpts", "N")
    if captioned:
        shown = shown.filter("ass", "captions.ass", fontsdir="fonts")
    fade_frames = min(fade_frames, frames // 2)
    shown = _faded(shown, frames, fade_frames, delivery.fps, not head, not tail)
    out = ffmpeg.output(shown, "clean.mp4", **encoding(delivery))
    if head or tail:
        out = ffmpeg.merge_outputs(*card_outputs(shown, frames, head, tail, delivery))
    return arguments(out, "-v", "error")


def _faded(
    shown: Any, frames: int, fade_frames: int, rate: Fraction, at_start: bool, at_end: bool
) -> Any:
    if not fade_frames:
        return shown
    length = seconds(fade_frames, rate)
    if at_start:
        shown = shown.filter("fade", t="in", st=0, d=length)
    if at_end:
        shown = shown.filter("fade", t="out", st=seconds(frames - fade_frames, rate), d=length)
    return shown


def _laid(layers: tuple[str, str], frames: int, soft: bool, delivery: Delivery) -> Any:
    """The card's pictures without end: the words glide to their place, and the picture in which
    they have arrived is held.

    Nothing moves after that: a still costs the encoder nothing, and every word is as sharp as it
    was drawn; it is made 4:2:0 once, not for each time that it is shown. The glide is in parts of a
    pixel (a whole pixel a step is seen as a stutter once it is slow), in 4:4:4, so that colour
    keeps up.
    """
    rate, moving = delivery.fps, 0
    if soft:
        moving = min(frames // 2, frames_nearest(round(1000 * GLIDE_S), rate))
    last = max(moving, 1)
    under = held(layers[0], last, "yuv444p", delivery)
    over = held(layers[1], last, "yuva444p", delivery)
    if moving:
        over = _gliding(over, moving, min(delivery.size))
        appear_s = min(APPEAR_S, float(moving / rate))
        over = over.filter("fade", t="in", st=0, d=f"{appear_s:.4f}", alpha=1)
    laid = tag_bt709(under.overlay(over, format="yuv444"))
    return laid.filter("loop", loop=-1, size=1, start=last - 1)


def _gliding(words: Any, frames: int, shorter_side: int) -> Any:
    """Words that arrive at their place from below in the last of ``frames``, slower and slower."""
    units = f"{GLIDE_UNITS * shorter_side / 1080:.4f}"
    left = f"{units}*pow(1-clip((on-1)/{max(1, frames - 1)},0,1),3)"
    return words.filter(
        "perspective",
        x0="0",
        y0=f"-{left}",
        x1="W",
        y1=f"-{left}",
        x2="0",
        y2=f"H-{left}",
        x3="W",
        y3=f"H-{left}",
        interpolation="cubic",
        eval="frame",
    )


def plan_silence(frames: int, rate: Fraction, version: str) -> Recipe:
    """Silence as long as ``frames`` pictures (sound.wav): what is heard under a card."""
    count = samples_in(frames, rate)
    return Recipe(
        task=f"silence of {frames} frames",
        tool="ffmpeg",
        tool_version=version,
        outputs=("sound.wav",),
        arguments=("-v", "error", *_silent(count)),
        samples=(("sound.wav", count),),
        weight=0.05,
    )


@lru_cache(maxsize=KINDS_KEPT)
def _silent(samples: int) -> tuple[str, ...]:
    """The arguments that write so many samples of silence."""
    heard = ffmpeg.input("anullsrc=r=48000:cl=stereo", f="lavfi").filter(
        "atrim", end_sample=samples
    )
    exact = {"fflags": "+bitexact", "flags": "+bitexact"}
    return tuple(ffmpeg.get_args(ffmpeg.output(heard, "sound.wav", acodec="pcm_s16le", **exact)))


def _drawing(
    task: str,
    config: Config,
    pictures: list[dict[str, Any]],
    brand: Sequence[FileInput],
    draft: bool,
    version: str,
) -> Recipe:
    request = {
        **style(config, brand),
        "size": list(config.delivery.size),
        "draft": draft,
        "pictures": pictures,
    }
    return Recipe(
        task=task,
        tool="draw",
        tool_version=version,
        arguments=("wording.json",),
        inputs=tuple(brand),
        outputs=tuple(picture["out"] for picture in pictures),
        texts=(("wording.json", json.dumps(request, ensure_ascii=False, sort_keys=True)),),
        weight=1.8,
        timeout_s=120,
    )


def style(config: Config, brand: Sequence[FileInput]) -> dict[str, Any]:
    """What a drawing program is told of the brand: colours, shapes, its fonts and logo by name."""
    names, worn, family = {entry.name for entry in brand}, config.brand.worn, config.brand.fonts

    def files(of: str) -> dict[str, str]:
        return {weight: f"fonts/{of}-{weight}.ttf" for weight in WEIGHTS}

    return {
        "colours": {"background": worn.background, "text": worn.text, "accent": worn.accent},
        "look": worn.look(),
        "mirrored": card_words.mirrored(config),
        "fonts": files(family),
        "second_fonts": {} if family == "sans" else files("sans"),
        "logo": "logo" if "logo" in names else None,
        "called": {"font": config.brand.font or "", "logo": config.brand.logo or ""},
    }
