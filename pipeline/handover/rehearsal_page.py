"""The page that walks through a dress rehearsal: what the screen says, what to type, what is then;
without it the faults would be there and nobody to say that they are meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from pipeline.handover.page import digest_of, static, whole_page

TITLE = "Dress rehearsal"


@dataclass(frozen=True)
class Step:
    """One step: what it is about, words for whoever walks it, what is typed, what the screen says
    to it, word for word, and what is to be done then.
    """

    heading: str
    words: str
    typed: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    then: str = ""


STEPS = (
    Step(
        "Look before anything is made",
        "Three messages have come in, one has not. Every sentence that the screen prints says which"
        " file it is about, what was seen, and after “Next:” what to do. Read it all once; the"
        " steps below take one after the other.",
        ("perspectives check",),
        (
            "Dóra Lind: no recording has come in yet. (missing)",
            "Ben Okafor: the message lasts 0:30, 8.8 s over its share of 0:21",
        ),
    ),
    Step(
        "An old decision",
        "Chloé sent her message twice. For the first one somebody had written"
        " trim: {start: 6s}; on the second one it would cut into her first sentence, so it is put"
        " aside until you say.",
        ("perspectives check chloe",),
        (
            "Chloé Bérard, chloe.mov: `trim: {start: 6s}` was decided for another recording than"
            " this one and is put aside. (decided-for-another)",
        ),
        "Watch inputs/chloe.mov: she speaks at once. Open config.yaml in an editor, delete the line"
        " “trim: {start: 6s}” under chloe, save it, and type the same once more: it is not said any"
        " longer.",
    ),
    Step(
        "Too long",
        "Ben started his recorder early and stopped it late. Nothing is ever cut unasked; accept"
        " what is offered, and look whether his message fits.",
        ("perspectives trim ben --accept", "perspectives check ben"),
        ("Written under trim: of ben in config.yaml.", "ben ben.mov 0:14 of 0:21"),
    ),
    Step(
        "One ear, two sound tracks, HDR, upright, a wandering rate",
        "All of that was put right while you read: the track with speech in it is heard, in both"
        " ears; a phone's HDR is brought to what every screen shows; the upright picture stands"
        " before its own blur; each frame is at its own time. What nobody has to do anything about"
        " is said with -v only. The other sentences stay, so that somebody listens and looks once."
        " Build it, which takes some minutes, and do so: the clips lie in outputs/clips/.",
        ("perspectives check -v", "perspectives build"),
        (
            "Dr Ana Sol, ana.webm: its frame rate wanders, as that of phones and browsers does;"
            " every frame is put at its own time. (vfr)",
            "Dr Ana Sol, ana.webm: it is an upright picture, as a phone takes it. (portrait)",
            "Ben Okafor, ben.mov: it has 2 sound tracks; track 2 is heard",
            "Ben Okafor, ben.mov: speech is in the left ear only; it was put in the middle.",
            "Chloé Bérard, chloe.mov: it is HDR (HLG)",
            "Done in part: dora has a holding card. (exit 3)",
        ),
    ),
    Step(
        "What would not have aired",
        "The segment is there, with a card for who is missing. It could be shown; asked whether it"
        " may air as it is, the program says no, and why.",
        ("perspectives build --final",),
        ("Dóra Lind: no recording has come in yet.",),
    ),
    Step(
        "At eleven at night",
        "Dóra's message arrives; somebody saved it in late/. Take it in, and build again: only what"
        " is new is made.",
        ("perspectives add late/dora.mp4 late/dora.txt --id dora", "perspectives build --final"),
        ("dora: copied to inputs/dora.mp4 and inputs/dora.txt.", "Built "),
    ),
    Step(
        "Watched to its end",
        "A film is watched before it is handed on. So is this one: every picture and every caption"
        " is held against the plan. Open outputs/report.html, outputs/rundown.html and"
        " outputs/segment.captioned.mp4.",
        ("perspectives report",),
        ("As planned: the segment was watched to its end",),
    ),
    Step(
        "A last correction",
        "Words are corrected in the browser, and each message is approved there:"
        " perspectives review. When you have had enough, press Ctrl-C. Your own event begins with"
        " perspectives init, in a folder of its own; this one may be deleted.",
    ),
)
"""The rehearsal's steps in their order; the sentences are those that the commands print."""


def rehearsal_page(folder: Path) -> str:
    """The page as HTML, for a rehearsal that lies in ``folder``."""
    style = static("rehearsal.css")
    steps = Markup("\n").join(_step(one) for one in STEPS)
    body = _BODY.format(title=TITLE, folder=_quoted(folder), steps=steps)
    allowed = f"default-src 'none'; base-uri 'none'; style-src '{digest_of(style)}'"
    return whole_page(TITLE, style, body, "en", allowed=allowed)


def _quoted(folder: Path) -> str:
    """The folder as it is typed: in quotes, which hold a space in a name together."""
    return f'"{folder}"'


def _step(one: Step) -> Markup:
    typed = Markup("").join(Markup("<pre><code>{}</code></pre>").format(line) for line in one.typed)
    said = Markup("").join(Markup("<li><samp>{}</samp></li>").format(line) for line in one.said)
    shown = Markup("<p>The screen says, among others:</p><ul>{}</ul>").format(said) if said else ""
    then = Markup("<p>{}</p>").format(one.then) if one.then else ""
    return Markup("<li><h2>{}</h2><p>{}</p>{}{}{}</li>").format(
        one.heading, one.words, typed, shown, then
    )


_BODY = Markup("""\
<main>
<h1>{title}</h1>
<p>An event with four speakers, made for you to practise on. What is wrong with it is meant: it is
what goes wrong with recordings. It takes a quarter of an hour, and nothing can be broken.</p>
<p>In the terminal in which you made it, go to its folder; every command below is typed there.</p>
<pre><code>cd {folder}</code></pre>
<ol class="steps">
{steps}
</ol>
</main>""")
