"""The report of a segment as a page: what is wrong and what to do, what is seen and heard when, who
has captions from where; without it a producer would read JSON at eleven at night.

One file without anything from elsewhere, which works from a stick.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from pipeline.config import Config
from pipeline.findings import Finding
from pipeline.handover.page import whole_page
from pipeline.model import Captions
from pipeline.plan.dates import hours
from pipeline.plan.rundown import Rundown
from pipeline.plan.runofshow import clock_at
from pipeline.plan.slot import SlotPlan
from pipeline.plan.watched import Meter, messages_lufs
from pipeline.timing import clock, frame_ms, moment

_SOURCES = {
    "person": "a person's file",
    "script": "the script, timed by ear",
    "whisper": "heard by Whisper",
    "draft": "heard by the built-in recogniser",
    "spread": "the script, spread over the speech",
    "translation": "translated",
    "argos": "translated",
}
_STAGES = {
    "survey": "looking at every picture",
    "listen": "listening",
    "speech": "finding speech",
    "words": "words and their times",
    "cards": "drawing cards",
    "picture": "pictures of the messages",
    "title": "pictures of the title cards",
    "sound": "sound of the messages",
    "join": "sound tracks",
    "other": "joining, and all else",
}


@dataclass(frozen=True)
class Told:
    """Everything that the page says. ``built`` was found of the films, ``kept`` keeps the segment
    from airing, ``look`` is to be looked at, ``notes`` are for the record; ``captions`` are by
    speaker id and language, ``tiles`` JPEG pictures by the place of their item in the rundown,
    ``worked_s`` how many seconds programs worked at it, by stage (nothing: not known).
    """

    config: Config
    rundown: Rundown
    slot: SlotPlan
    built: Sequence[Finding]
    kept: Sequence[Finding]
    look: Sequence[Finding]
    notes: Sequence[Finding]
    captions: Mapping[str, Mapping[str, Captions]]
    tiles: Mapping[int, bytes]
    meter: Meter | None
    worked_s: Mapping[str, float]


def report_page(told: Told) -> str:
    """The page as HTML."""
    names = {speaker.id: speaker.name for speaker in told.config.speakers}
    wrong = len(told.built) + len(told.kept)
    things = "1 thing is" if wrong == 1 else f"{wrong} things are"
    verdict = f"{things} to be done before it airs." if wrong else "It can air."
    sections = (
        _findings("The film as it was built", told.built, names),
        _findings("To be done", told.kept, names),
        _findings("To be looked at", told.look, names),
        _programme(told),
        _loudness(told),
        _captions(told),
        _findings("What was done, and is good to know", told.notes, names),
        _work(told),
    )
    body = _BODY.format(
        title=_own_way(told.config.title),
        language=told.config.language or "en",
        when=hours(told.config),
        state="bad" if wrong else "good",
        verdict=verdict,
        sums=_sums(told),
        sections=Markup("\n").join(filter(None, sections)),
    )
    title = f"{told.config.title}: report"
    return whole_page(title, _STYLE, body)  # its words are ours, in English


def _sums(told: Told) -> str:
    slot, frames = told.slot, told.rundown.frames
    left = f"{clock(abs(slot.left_ms))} {'left' if slot.left_ms >= 0 else 'too long'}"
    lasts = clock(frame_ms(frames, told.rundown.rate))
    return f"{lasts} ({frames} pictures) in a slot of {clock(slot.duration_ms)}: {left}."


def _findings(heading: str, found: Sequence[Finding], names: Mapping[str, str]) -> Markup:
    if not found:
        return Markup("")
    rows = Markup("\n").join(_finding(one, names) for one in found)
    return Markup('<section><h2>{}</h2>\n<ul class="findings">{}</ul></section>').format(
        heading, rows
    )


def _finding(one: Finding, names: Mapping[str, str]) -> Markup:
    whose = names.get(one.submission or "", "")
    said, who = escape(one.message), Markup("")
    if whose and whose in one.message:
        said = said.replace(escape(whose), _own_way(whose))
    elif whose:
        who = Markup("<strong>{}</strong> ").format(_own_way(whose))
    remedy = Markup('<p class="next">Next: {}</p>').format(one.remedy) if one.remedy else ""
    return Markup('<li class="{}"><p>{}{} <code>{}</code></p>{}</li>').format(
        one.severity, who, said, one.code, remedy
    )


def _own_way(name: str) -> Markup:
    """A name that is read its own way: one in another script turned a time beside it about."""
    return Markup("<bdi>{}</bdi>").format(name)


def _programme(told: Told) -> Markup:
    """A picture of each item, with when it is on."""
    figures = Markup("\n").join(_figures(told))
    return Markup('<section><h2>Programme</h2>\n<div class="sheet">{}</div></section>').format(
        figures
    )


def _figures(told: Told) -> Iterator[Markup]:
    rundown = told.rundown
    for number, item in enumerate(rundown.items):
        tile = told.tiles.get(number)
        picture = Markup("")
        if tile:
            data = base64.b64encode(tile).decode()
            picture = Markup('<img src="data:image/jpeg;base64,{}" alt="">').format(data)
        yield Markup(
            "<figure>{}<figcaption><b>{}</b> {} <span>{}</span></figcaption></figure>"
        ).format(
            picture,
            clock_at(rundown, item.start_frame, told.config),
            _own_way(item.title),
            clock(frame_ms(item.frames, rundown.rate)),
        )


_WIDE, _HIGH, _LOUDEST, _SOFTEST = 1000, 220, 0.0, -50.0


def _loudness(told: Told) -> Markup:
    """The short-term loudness over the segment, with the level that is aimed at."""
    if told.meter is None or not told.meter.curve:
        return Markup("")
    target, meter = told.config.delivery.loudness, told.meter
    said = (
        f"{meter.whole_lufs:.1f} LUFS on the whole, cards included; each message's speech is"
        f" brought to {target:g}. Highest true peak {meter.true_peak_dbtp:.1f} dBTP"
        f" ({told.config.delivery.true_peak:g} is allowed)."
    )
    seconds = len(meter.curve)
    points = " ".join(
        f"{_WIDE * second / max(1, seconds - 1):.1f},{_height(value):.1f}"
        for second, value in enumerate(meter.curve)
    )
    return Markup(_CURVE).format(
        said=said,
        wide=_WIDE,
        high=_HIGH,
        bands=Markup("").join(_bands(told, seconds)),
        target=f"{_height(target):.1f}",
        steps=_steps(told),
        aimed=f"{target:g} LUFS",
        label=f"{_height(target) - 6:.1f}",
        points=points,
    )


def _steps(told: Told) -> Markup:
    """How loud each message is beside the one before it."""
    assert told.meter
    heard = messages_lufs(told.meter, told.rundown)
    before = [None, *(lufs for _, lufs in heard)]
    rows = Markup("\n").join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            _own_way(name), f"{lufs:.1f}", "" if last is None else f"{lufs - last:+.1f}"
        )
        for (name, lufs), last in zip(heard, before, strict=False)
    )
    return Markup(_STEPS).format(rows=rows) if rows else Markup("")


def _bands(told: Told, seconds: int) -> Iterator[Markup]:
    """Where messages are."""
    whole = max(1, seconds) * told.rundown.rate
    for item in told.rundown.items:
        if item.kind == "message":
            left, wide = (float(_WIDE * part / whole) for part in (item.start_frame, item.frames))
            yield Markup(
                '<rect x="{}" y="0" width="{}" height="{}"><title>{}</title></rect>'
            ).format(f"{left:.1f}", f"{wide:.1f}", _HIGH, item.title)


def _height(lufs: float) -> float:
    return _HIGH * (_LOUDEST - max(_SOFTEST, min(_LOUDEST, lufs))) / (_LOUDEST - _SOFTEST)


def _captions(told: Told) -> Markup:
    rows = Markup("\n").join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            _own_way(speaker.name),
            language,
            _SOURCES.get(made.source, made.source),
            len(made.cues),
            _state(made),
        )
        for speaker in told.config.speakers
        for language, made in sorted(told.captions.get(speaker.id, {}).items())
    )
    return Markup(_TABLE).format(rows=rows) if rows else Markup("")


def _state(made: Captions) -> str:
    doubts = ", ".join(moment(part.start_ms) for part in made.doubtful[:6])
    unsure = f"unsure at {doubts}" if doubts else ""
    return "; ".join(filter(None, ("DRAFT" if made.draft else "", unsure))) or "done"


def _work(told: Told) -> Markup:
    """How long it took to make, the longest first."""
    longest = sorted(told.worked_s.items(), key=lambda one: (-one[1], one[0]))
    rows = Markup("\n").join(
        Markup("<tr><td>{}</td><td>{}</td></tr>").format(_STAGES[stage], f"{seconds:.1f}")
        for stage, seconds in longest
    )
    whole = clock(round(sum(told.worked_s.values())) * 1000)
    return Markup(_WORK).format(whole=whole, rows=rows) if rows else Markup("")


_CURVE = """\
<section><h2>Loudness</h2>
<p>{said}</p>
<svg viewBox="0 0 {wide} {high}" role="img" aria-label="Short-term loudness over the segment"
 preserveAspectRatio="none">{bands}<line x1="0" x2="{wide}" y1="{target}" y2="{target}"/>\
<text x="4" y="{label}">{aimed}</text><polyline points="{points}"/></svg>
{steps}</section>"""
_STEPS = """\
<div class="wide" tabindex="0" role="region" aria-label="Loudness of each message">\
<table><thead><tr><th>message</th><th>LUFS, pauses left out</th>\
<th>step from the one before, LU</th></tr></thead><tbody>
{rows}
</tbody></table></div>"""
_TABLE = """\
<section><h2>Captions</h2>
<div class="wide" tabindex="0" role="region" aria-label="Captions">\
<table><thead><tr><th>speaker</th><th>language</th><th>whose words</th>\
<th>captions</th><th>state</th></tr></thead><tbody>
{rows}
</tbody></table></div></section>"""
_WORK = """\
<section><h2>How long it took to make</h2>
<p>{whole} of work, several pieces at once. What was there already is counted with the time that it
took when it was made.</p>
<div class="wide" tabindex="0" role="region" aria-label="How long it took to make">\
<table><thead><tr><th>work</th><th>seconds</th></tr></thead><tbody>
{rows}
</tbody></table></div></section>"""
_STYLE = """\
:root { --ink: #1b2733; --quiet: #55626f; --ground: #fff; --line: #d5dae0; --bad: #b3261e;
  --warn: #8a5a00; --good: #1b6e3c; --band: #e8edf3; --accent: #0b5c8f }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --quiet: #a5b1bd; --ground: #12181f;
  --line: #323d49; --bad: #ff8a80; --warn: #f0b860; --good: #7ad69a; --band: #1f2a36;
  --accent: #7cc4f5 } }
body { font: 1rem/1.5 "Source Sans Pro", "Helvetica Neue", Arial, sans-serif; color: var(--ink);
  background: var(--ground); max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem }
header p { margin: .2rem 0; color: var(--quiet) }
.verdict { font-size: 1.3rem; font-weight: 700; margin: 1rem 0 0 !important }
.bad { color: var(--bad) !important } .good { color: var(--good) !important }
.findings { list-style: none; padding: 0; margin: 0 }
.findings li { border-inline-start: .3rem solid var(--line); padding: .1rem 0 .1rem .8rem;
  margin: .7rem 0; overflow-wrap: anywhere }
.findings .error { border-color: var(--bad) } .findings .warning { border-color: var(--warn) }
.findings p { margin: 0 } .next, code { color: var(--quiet) } code { font-size: .85em }
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem }
figure { margin: 0 } img { width: 100%; display: block; border-radius: .3rem }
figcaption span { color: var(--quiet) }
svg { width: 100%; height: 13rem; display: block; overflow: visible }
rect { fill: var(--band) } line { stroke: var(--good); stroke-dasharray: 6 5 }
polyline { fill: none; stroke: var(--accent); stroke-width: 2; vector-effect: non-scaling-stroke }
text { font-size: 14px; fill: var(--quiet) }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: start; padding: .35rem .8rem .35rem 0; border-top: 1px solid var(--line) }
"""
_BODY = Markup("""\
<header>
<h1 lang="{language}">{title}</h1>
<p>{when}</p>
<p>{sums}</p>
<p class="verdict {state}">{verdict}</p>
</header>
<main>
{sections}
</main>""")
