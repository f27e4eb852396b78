"""The page on which a speaker sees their message as it will be shown, corrects it and approves it;
without it they would approve a film of 200 MB, or nothing.

One file that works from the disk without a network. Nothing in it but our own script may run, and
nothing leaves it but the file that the speaker saves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from urllib.parse import quote

from markupsafe import Markup

from pipeline.captions.words.languages import closest, own_name
from pipeline.config import Config, Speaker
from pipeline.handover.advice import deadline_of, occasion
from pipeline.handover.page import data_uri, digest_of, static, whole_page
from pipeline.handover.replies import Came, Kind, told
from pipeline.model import Captions, Cue, Stretch, WordSource
from pipeline.plan.card_words import mirrored
from pipeline.plan.dates import language_of
from pipeline.plan.proofs import code_of
from pipeline.timing import frame_ms, moment
from pipeline.tools.texts.catalogues import Worded, marked
from pipeline.tools.texts.subtitles import write_vtt

CARD_KEYS: Mapping[str, str] = {
    "name": marked("Your name"),
    "role": marked("Your role"),
    "organisation": marked("Your organisation"),
    "country": marked("Your country"),
}
"""What of a card a speaker may correct, as config.yaml names it, and as they read it."""
_WRITTEN = marked("A machine has written these captions: please read every line.")
_TRANSLATED = marked("A machine has translated these captions: please read every line.")
_MADE: Mapping[WordSource, str] = {
    "person": marked("A person has written or corrected these captions."),
    "script": marked("These captions were made from the text that you sent."),
    "whisper": _WRITTEN,
    "draft": _WRITTEN,
    "spread": marked("These captions come a little early or late: their times are guessed."),
    "translation": _TRANSLATED,
    "argos": _TRANSLATED,
}
_BY_MACHINES: tuple[WordSource, ...] = ("whisper", "draft", "translation", "argos")


@dataclass(frozen=True)
class Shown:
    """A message as its proof shows it: its small ``film`` (MP4; ``captioned``: there are captions
    in its picture), the title card and the picture with the name in it (JPEG; None where no name is
    shown), captions by language, what its introduction says; and the ``version`` that all of it is.
    """

    config: Config
    came: Came
    version: str
    film: bytes
    card: bytes
    strap: bytes | None
    captions: Mapping[str, Captions]
    intro: Captions | None = None
    captioned: bool = False

    @property
    def speaker(self) -> Speaker:
        """Whose message it is."""
        return self.came.speaker

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that there are captions in, the spoken one first."""
        own = closest(self.speaker.language, self.captions)
        return tuple(sorted(self.captions, key=lambda one: (one != own, one)))

    @property
    def rate(self) -> Fraction:
        """Pictures a second that captions are counted in."""
        return self.config.delivery.fps


def proof_page(shown: Shown, worded: Worded) -> str:
    """The page as HTML, in the words of ``worded``."""
    style, script = static("proof.css"), static("proof.js")
    title = worded("Your message for “{title}”").format(title=shown.config.title)
    sections = (
        _film(shown, worded),
        _cards(shown, worded),
        *(_captions(shown, language, worded) for language in shown.languages),
        _introduction(shown, worded),
        *_told(shown, worded),
        _answer(shown, worded),
    )
    body = _BODY.format(
        title=title,
        opening=Markup("\n").join(map(Markup("<p>{}</p>").format, _opening(shown, worded))),
        sections=Markup("\n").join(filter(None, sections)),
        script=Markup(script),
        speaker=shown.speaker.id,
        version=shown.version,
    )
    allowed = (
        "default-src 'none'; img-src data:; media-src data:; base-uri 'none'; form-action 'none';"
        f" style-src '{digest_of(style)}'; script-src '{digest_of(script)}'"
    )
    language, from_the_right = language_of(shown.config), mirrored(shown.config)
    return whole_page(title, style, body, language, from_the_right, allowed)


def shows(page: bytes, version: str) -> bool:
    """Whether a page that ``proof_page`` made is of that version of a message."""
    return f'data-version="{version}"'.encode() in page


def _opening(shown: Shown, worded: Worded) -> Iterator[str]:
    yield worded("Dear {name},").format(name=shown.speaker.name)
    yield worded(
        "This is how your message for {occasion} will be shown. Please watch it, read its"
        " captions, and answer as the end of this page says."
    ).format(occasion=occasion(shown.config, worded))
    yield from deadline_of(shown.config, shown.speaker, worded, shown.came.late)


def _section(heading: str, content: Markup) -> Markup:
    return Markup("<section><h2>{}</h2>\n{}</section>").format(heading, content)


def _film(shown: Shown, worded: Worded) -> Markup:
    tracks = Markup("").join(
        Markup('<track kind="captions" srclang="{}" label="{}" src="{}"{}>').format(
            language,
            own_name(language),
            data_uri("text/vtt", write_vtt(shown.captions[language].cues, shown.rate).encode()),
            Markup(" default") if language == shown.languages[0] and not shown.captioned else "",
        )
        for language in shown.languages
    )
    film = Markup(
        '<video id="film" controls playsinline preload="metadata" aria-label="{}"{} src="{}">{}'
        "</video>"
    ).format(
        shown.speaker.name,
        Markup(' poster="{}"').format(data_uri("image/jpeg", shown.strap)) if shown.strap else "",
        data_uri("video/mp4", shown.film),
        tracks,
    )
    small = worded("The picture is small here, so that it fits into a mail; it will be sharp.")
    return _section(worded("What is seen and heard"), film + Markup("<p>{}</p>").format(small))


# --- captions -------------------------------------------------------------------------------------


def _captions(shown: Shown, language: str, worded: Worded) -> Markup:
    made = shown.captions[language]
    if made.source not in _BY_MACHINES:  # the words are somebody's; doubtful is when they are said
        made = replace(made, doubtful=())
    heading = worded("Captions in {language}").format(language=own_name(language))
    rows = Markup("\n").join(_row(shown.rate, made, cue, worded) for cue in made.cues)
    listed = Markup('<ol class="captions" data-language="{}">{}</ol>').format(language, rows)
    said = Markup("<p>{}</p>").format(worded(_MADE[made.source]))
    return _section(heading, said + _doubts(made, worded) + listed)


def _doubts(made: Captions, worded: Worded) -> Markup:
    """The words that nobody is sure of, each with a way to where it is said."""
    if not made.doubtful:
        return Markup("")
    points = Markup("").join(
        Markup("<li>{} <q>{}</q></li>").format(_jump(one.start_ms), one.text)
        for one in made.doubtful
    )
    look = worded("Please look at these words; we are not sure of them:")
    return Markup('<p class="look">{}</p><ul class="doubts">{}</ul>').format(look, points)


def _jump(at_ms: int) -> Markup:
    return Markup('<button type="button" data-ms="{}">{}</button>').format(at_ms, moment(at_ms))


def _row(rate: Fraction, made: Captions, cue: Cue, worded: Worded) -> Markup:
    start_ms, end_ms = frame_ms(cue.start_frame, rate), frame_ms(cue.end_frame, rate)
    doubtful = any(_together(one, start_ms, end_ms) for one in made.doubtful)
    return Markup(
        '<li{}>{}<textarea data-start="{}" data-end="{}" lang="{}" dir="auto" rows="{}"'
        ' maxlength="500" aria-label="{}">\n{}</textarea></li>'
    ).format(
        Markup(' class="doubtful"') if doubtful else "",
        _jump(start_ms),
        start_ms,
        end_ms,
        made.language,
        max(1, len(cue.lines)),
        worded("Caption at {time}").format(time=moment(start_ms)),
        "\n".join(cue.lines),
    )


def _together(one: Stretch, start_ms: int, end_ms: int) -> bool:
    return one.start_ms < end_ms and start_ms < one.end_ms


def _introduction(shown: Shown, worded: Worded) -> Markup:
    """What is said before the message: another's words, to be read."""
    if shown.intro is None or not shown.intro.cues:
        return Markup("")
    words = " ".join(line for cue in shown.intro.cues for line in cue.lines)
    said = Markup('<p lang="{}" dir="auto">{}</p>').format(shown.intro.language, words)
    return _section(worded("How you are introduced"), said)


# --- the name, and what else is said --------------------------------------------------------------


def _cards(shown: Shown, worded: Worded) -> Markup:
    stills = [(shown.card, worded("Your title card"))]
    if shown.strap:
        stills.append((shown.strap, worded("Your name in the picture")))
    figures = Markup("").join(
        Markup('<figure><img src="{}" alt=""><figcaption>{}</figcaption></figure>').format(
            data_uri("image/jpeg", still), said
        )
        for still, said in stills
    )
    fields = Markup("").join(
        Markup(
            '<label>{}<input data-key="{}" value="{}" dir="auto" maxlength="200"></label>'
        ).format(worded(said), key, getattr(shown.speaker, key) or "")
        for key, said in CARD_KEYS.items()
    )
    content = Markup('<div class="stills">{}</div><div class="fields">{}</div>')
    return _section(worded("How your name is shown"), content.format(figures, fields))


def _told(shown: Shown, worded: Worded) -> Iterator[Markup]:
    headings: Mapping[Kind, str] = {
        "put right": worded("What we have put right"),
        "better": worded("What would make it better"),
        "send": worded("Please send it again"),
    }
    rows = [*told(shown.config, shown.came, worded)]
    for kind, heading in headings.items():
        points = [Markup("<li>{}</li>").format(said) for one, said in rows if one == kind]
        if points:
            yield _section(heading, Markup("<ul>{}</ul>").format(Markup("").join(points)))


# --- the answer -----------------------------------------------------------------------------------


def _answer(shown: Shown, worded: Worded) -> Markup:
    code, file = code_of(shown.version), f"corrections-{shown.speaker.id}.json"
    send_to, title = shown.config.send_to, shown.config.title
    return _section(
        worded("Your answer"),
        _ANSWER.format(
            right=worded("If all of it is right, reply with this line:"),
            line=f"approve {code}",
            mail=_mailto(send_to, title, f"approve {code}"),
            reply=worded("Reply by mail"),
            wrong=worded(
                "If something is not right, correct it in the fields above. Then save your"
                " corrections, and send us the file ({file}). What you change is not sent by"
                " itself."
            ).format(file=file),
            where=worded("Send it to: {where}").format(where=send_to) if send_to else "",
            file=file,
            save=worded("Save my corrections"),
            none=worded("Nothing is changed yet."),
            some=worded("Changed: {count}. Not saved yet."),
            saved=worded("Saved as {file}. Please send us that file.").format(file=file),
            without=worded("Here nothing can be saved: write your corrections into your reply."),
            thanks=worded("With kind regards"),
        ),
    )


def _mailto(send_to: str | None, title: str, line: str) -> str:
    """A mail that is written already, to where answers go if that is an address."""
    address = re.fullmatch(r"[\w.+-]+@[\w.-]+", send_to or "")
    return f"mailto:{address[0] if address else ''}?subject={quote(title)}&body={quote(line)}"


_ANSWER = Markup("""\
<p>{right}</p>
<p class="code"><code>{line}</code> <a href="{mail}">{reply}</a></p>
<p>{wrong}</p>
<p>{where}</p>
<p class="save" hidden><button type="button" id="save" data-file="{file}">{save}</button>
<span id="state" role="status" data-none="{none}" data-some="{some}" data-saved="{saved}">{none}\
</span></p>
<p class="without">{without}</p>
<p>{thanks}</p>
""")
_BODY = Markup("""\
<header>
<h1>{title}</h1>
{opening}
</header>
<main id="proof" data-speaker="{speaker}" data-version="{version}">
{sections}
</main>
<script>
{script}</script>""")
