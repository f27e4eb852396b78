"""The pages and what they ask for; without it a producer would copy a file and open a text editor.

No path comes out of a request: a speaker is looked up in config.yaml, a file in a list of ours.
Edits are answered for when they are on the disk.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException as StarletteError

from pipeline.captions.edit import moves
from pipeline.captions.edit.moves import NotPossible
from pipeline.captions.edit.sheet import Changed, Edit, Sheet
from pipeline.captions.edit.spoken import ASTRAY_MS, as_heard, spoken
from pipeline.commands.approve import Looks, approve, standing_of
from pipeline.commands.change import KEYS, change_speaker, settings_of
from pipeline.errors import PipelineError, UsageWrong
from pipeline.message.prepared import Received
from pipeline.model import Cue
from pipeline.review import views
from pipeline.review.captions_file import CaptionsFile, NotSaved
from pipeline.review.desk import Desk, Look, NotThere
from pipeline.review.door import SOMEBODY, Door, Key
from pipeline.review.guests import Guests, NotLetIn
from pipeline.review.media import FONT_TYPE, peaks, picture, ui_font
from pipeline.review.preview import Preview
from pipeline.tools.texts.caption_files import NotCaptions

STATIC = Path(__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def serve(desk: Desk, key: Key, guests: Guests | None = None) -> Door:
    """The ASGI application, behind its door; for ``guests`` it is open on the network."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _answers_to_errors(app)
    _pages(app, desk)
    _captions(app, desk)
    _for_everybody(app, desk)
    _approvals(app, desk)
    _settings(app, desk)
    _media(app, desk)
    if guests:
        _login(app, desk, key, guests)
    return Door(app, key, guests)


# --- what goes wrong --------------------------------------------------------------------------


_NOT_OURS = "That is not what this page sends."


def _answers_to_errors(app: FastAPI) -> None:
    """Every error as a sentence; a page gets it as a page."""

    def said(status: int) -> Callable[[Request, Any], Awaitable[Response]]:
        async def answer(request: Request, failed: Any) -> Response:
            return _said(request, status, str(failed))

        return answer

    for error, status in (
        (NotThere, 404),
        (NotPossible, 422),
        (NotSaved, 503),
        (NotCaptions, 422),
        (PipelineError, 409),
        (OSError, 503),
    ):
        app.add_exception_handler(error, said(status))

    @app.exception_handler(StarletteError)
    async def unknown(request: Request, failed: StarletteError) -> Response:
        there = failed.status_code != 404
        return _said(request, failed.status_code, _NOT_OURS if there else "There is nothing here.")

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, failed: RequestValidationError) -> Response:
        return _said(request, 422, _NOT_OURS)


def _said(request: Request, status: int, sentence: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"said": sentence}, status)
    return HTMLResponse(_rendered("trouble.html", said=sentence, title="Perspectives"), status)


# --- who is let in ----------------------------------------------------------------------------


def _login(app: FastAPI, desk: Desk, key: Key, guests: Guests) -> None:
    def page(said: str, status: int) -> Response:
        return HTMLResponse(_rendered("login.html", said=said, title="Perspectives"), status)

    @app.get("/login")
    def asked() -> Response:
        return page("", 200)

    @app.post("/login")
    async def entered(request: Request) -> Response:
        given = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=10)
        name, password = (given.get(field, [""])[0] for field in ("name", "password"))
        address = request.client.host if request.client else ""
        try:
            token = await run_in_threadpool(guests.enter, name, password, address)
        except NotLetIn as refused:
            if not refused.wait:
                desk.note(name[:80], f"not let in from {address}")
            return page(str(refused), 429 if refused.wait else 403)
        desk.note(name, f"came in from {address}")
        return Response(status_code=303, headers={"location": "/", "set-cookie": key.kept(token)})

    @app.post("/logout")
    def left(request: Request, person: _Person) -> Response:
        guests.leave(request.cookies.get(key.cookie, ""))
        desk.note(person, "left")
        return Response(
            status_code=303, headers={"location": "/login", "set-cookie": key.forgotten}
        )


def _person_of(request: Request) -> str:
    return str(request.scope["person"])


_Person = Annotated[str, Depends(_person_of)]

# --- pages ----------------------------------------------------------------------------------------

_TEMPLATES = Environment(
    loader=PackageLoader("pipeline.review"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _rendered(template: str, **shown: Any) -> str:
    return _TEMPLATES.get_template(template).render(**shown)


def _pages(app: FastAPI, desk: Desk) -> None:
    @app.get("/")
    def overview(person: _Person) -> HTMLResponse:
        return HTMLResponse(_rendered("overview.html", **_overview(desk), person=person))

    @app.get("/api/overview")
    def overview_again() -> dict[str, Any]:
        """The overview's inner part, and how far a build has come."""
        desk.hold_soon()
        shown = _overview(desk)
        return {"html": _rendered("speakers.html", **shown), "work": shown["work"]}

    @app.get("/speaker/{speaker}")
    def speaker(speaker: str, person: _Person, language: str = "") -> HTMLResponse:
        look = desk.look()
        one = look.speaker(speaker)
        shown = views.speaker_page(look, one, language or one.speaker.language, desk.unbuilt)
        if shown["language"] not in [made["language"] for made in shown["languages"]]:
            raise NotThere("There are no captions in that language.")
        return HTMLResponse(_rendered("speaker.html", **shown, person=person))

    @app.get("/static/{name}")
    def static(name: str) -> FileResponse:
        path = next((path for path in STATIC.iterdir() if path.name == name), None)
        if path is None or path.suffix not in TYPES:
            raise HTTPException(404)
        return FileResponse(path, media_type=TYPES[path.suffix])


def _overview(desk: Desk) -> dict[str, Any]:
    return {**views.overview(desk.look(), desk.work, desk.trouble), "shared": desk.shared}


# --- captions -------------------------------------------------------------------------------------


class _Asked(BaseModel):
    """An edit as the page asks for it; ``known`` is how many steps it has seen."""

    model_config = ConfigDict(extra="forbid", strict=True)

    do: Literal[
        "words", "times", "border", "split", "to-next", "to-previous", "join", "remove", "add",
        "sure", "mend", "mend-all", "time", "time-all", "replace", "room", "undo", "redo",
    ]  # fmt: skip
    known: Annotated[int, Field(ge=0)]
    id: int = 0
    was: list[str] = []
    lines: Annotated[list[str], Field(max_length=20)] = []
    start: Annotated[int, Field(ge=0, le=1 << 31)] = 0
    end: Annotated[int, Field(ge=0, le=1 << 31)] = 0
    offset: Annotated[int, Field(ge=0, le=1 << 20)] = 0
    find: Annotated[str, Field(max_length=200)] = ""
    written: Annotated[str, Field(max_length=200)] = ""


def _captions(app: FastAPI, desk: Desk) -> None:
    @app.get("/api/captions/{speaker}/{language}")
    def whole(speaker: str, language: str) -> dict[str, Any]:
        work = desk.opened(speaker, language)
        look = desk.look()
        return views.sheet(look, look.speaker(speaker), work)

    @app.get("/api/captions/{speaker}/{language}/since/{known}")
    def since(speaker: str, language: str, known: int, person: _Person) -> dict[str, Any]:
        """What others have done, here or in the file itself, and who is in this one too."""
        work = desk.captions(speaker, language)
        work.look()
        others = desk.others_in(speaker, person)
        return {**views.changes(work, max(0, known)), "others": others}

    @app.get("/api/captions/{speaker}/{language}/rules")
    def rules(speaker: str, language: str) -> dict[str, Any]:
        return views.rules(desk.known.event.config, desk.captions(speaker, language))

    @app.post("/api/captions/{speaker}/{language}")
    def edit(speaker: str, language: str, asked: _Asked, person: _Person) -> Response:
        work = desk.captions(speaker, language)
        desk.edited_at = time.monotonic()
        if asked.do in ("time", "time-all"):
            work = desk.listened(speaker, language)
        originals = desk.originals(speaker) if asked.do == "room" else ()
        try:
            _done(work, asked, originals, person)
        except Changed as changed:
            now = views.lines(changed.now, work)
            said = "Somebody else has changed this caption meanwhile."
            answer = {**views.changes(work, asked.known), "said": said, "now": now}
            return JSONResponse(answer, 409)
        desk.note(person, f"{asked.do} {asked.id or ''}".strip(), speaker, language)
        return JSONResponse(views.changes(work, asked.known))


def _for_everybody(app: FastAPI, desk: Desk) -> None:
    @app.post("/api/replace")
    def everywhere(asked: _Replace, person: _Person) -> dict[str, Any]:
        """A word written otherwise in everybody's captions of one language."""
        changed = []
        for speaker, one in desk.look().checked.items():
            if asked.language in one.captions:
                work = desk.captions(speaker, asked.language)
                move = partial(_replaced, find=asked.find, written=asked.written)
                if work.edit(move, person):
                    changed.append(one.speaker.name)
                    desk.note(person, "replace", speaker, asked.language)
        return {"changed": changed}


class _Replace(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    find: Annotated[str, Field(min_length=1, max_length=200)]
    written: Annotated[str, Field(max_length=200)]
    language: Annotated[str, Field(max_length=40)]


def _replaced(sheet: Sheet, find: str, written: str) -> Edit | None:
    clean = "".join(moves.typed([written]))
    return moves.replaced(sheet, find, clean, whole_words=True) if find else None


def _done(work: CaptionsFile, asked: _Asked, originals: Sequence[Cue], by: str) -> None:
    """Make the edit that was asked for. Raises Changed, NotPossible and NotSaved."""
    if asked.do == "undo":
        work.undo(by)
    elif asked.do == "redo":
        work.redo(by)
    elif asked.do == "room":
        work.edit(partial(moves.room_for_a_translation, originals=originals), by)
    else:
        work.edit(partial(_move, work, asked), by)


def _move(work: CaptionsFile, asked: _Asked, sheet: Sheet) -> Edit | None:
    limits, number = work.limits, asked.id
    if asked.do in ("split", "to-next", "to-previous"):
        return _parted(work, asked, sheet)
    everything = [line.id for line in sheet.lines]
    words = partial(as_heard, heard=work.timed, rate=limits.rate, beside_ms=ASTRAY_MS)
    ways: dict[str, Callable[[], Edit | None]] = {
        "words": lambda: moves.reworded(sheet, number, asked.was, moves.typed(asked.lines)),
        "times": lambda: moves.retimed(sheet, number, asked.start, asked.end, limits),
        "border": lambda: moves.border_moved(sheet, number, asked.start, limits),
        "join": lambda: moves.joined(sheet, number, limits),
        "remove": lambda: moves.removed(sheet, number),
        "add": lambda: moves.added(sheet, asked.start, limits),
        "sure": lambda: moves.assured(sheet, number),
        "mend": lambda: moves.mended(sheet, number, limits),
        "mend-all": lambda: moves.all_mended(sheet, limits),
        "time": lambda: moves.timed_again(sheet, [number], words, limits),
        "time-all": lambda: moves.timed_again(sheet, everything, words, limits),
        "replace": lambda: _replaced(sheet, asked.find, asked.written),
    }
    way = ways[asked.do]
    return way()


def _parted(work: CaptionsFile, asked: _Asked, sheet: Sheet) -> Edit:
    cue = sheet.lines[sheet.place(asked.id)].cue
    words = spoken(cue, work.timed, work.limits.rate)
    if asked.do == "split":
        return moves.split(sheet, asked.id, asked.offset, words, work.limits)
    to_next = asked.do == "to-next"
    return moves.given(sheet, asked.id, asked.offset, to_next, words, work.limits)


# --- approvals and builds -------------------------------------------------------------------------


class _Approval(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    by: Annotated[str, Field(max_length=200)]


class _Build(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    draft: bool = False


def _approvals(app: FastAPI, desk: Desk) -> None:
    @app.get("/api/approval/{speaker}")
    def standing(speaker: str) -> dict[str, Any]:
        desk.hold_soon()
        return views.approval(standing_of(desk.look().speaker(speaker)))

    @app.post("/api/approval/{speaker}")
    def approved(speaker: str, asked: _Approval, person: _Person) -> dict[str, Any]:
        look, by = desk.look(), asked.by if person == SOMEBODY else person
        look.speaker(speaker)
        now = datetime.now().astimezone()
        looks = Looks(known=lambda: desk.look().report, held=lambda: desk.hold(speaker))
        approve(look.event, looks, speaker, by, now)
        desk.note(person, f"approved by {by}", speaker)
        return views.approval(standing_of(desk.look().speaker(speaker)))

    @app.post("/api/build")
    def build(asked: _Build, person: _Person) -> dict[str, Any]:
        if desk.start_build(asked.draft):
            desk.note(person, "build")
        return views.working(desk.work)


# --- what config.yaml says of a speaker -----------------------------------------------------------

_Values = Annotated[
    dict[str, Annotated[str, Field(max_length=300)]], Field(min_length=1, max_length=len(KEYS))
]


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    was: _Values
    now: _Values


def _settings(app: FastAPI, desk: Desk) -> None:
    @app.post("/api/speaker/{speaker}")
    def change(speaker: str, asked: _Change, person: _Person) -> dict[str, Any]:
        one = desk.look().speaker(speaker)
        if {*asked.was, *asked.now} - {*KEYS}:
            raise UsageWrong(_NOT_OURS)
        change_speaker(desk.workspace, speaker, asked.was, asked.now, one.recording)
        desk.settled(speaker, asked.now)
        desk.note(person, f"config.yaml: {asked.now}", speaker)
        return {"settings": settings_of(desk.look().speaker(speaker).speaker)}

    preview = Preview()

    @app.get("/media/{speaker}.{what}.png")
    def drawn(
        speaker: str,
        what: Literal["card", "strap"],
        name: str,
        role: str = "",
        organisation: str = "",
        country: str = "",
    ) -> Response:
        """The card or the lower third as it would be with these words."""
        look = desk.look()
        look.speaker(speaker)
        words = {"name": name, "role": role, "organisation": organisation, "country": country}
        content = preview.drawn(what, look.event, speaker, words)
        return Response(content, media_type="image/png")

    @app.get("/media/{speaker}.whole.jpg")
    def whole(speaker: str, frame: Annotated[int, Query(ge=0)] = 0) -> Response:
        """All of the picture that came in, at a frame of the clip: what may be cut off."""
        look = desk.look()
        taken = look.speaker(speaker).taken
        if not isinstance(taken, Received):
            raise NotThere("There is no picture yet.")
        return Response(preview.whole(look.event, taken, frame), media_type="image/jpeg")


# --- pictures and sound ---------------------------------------------------------------------------


def _media(app: FastAPI, desk: Desk) -> None:
    @app.get("/media/{speaker}.mp4")
    def clip(speaker: str) -> FileResponse:
        """The clip, or the bytes of it that a player asks for."""
        return FileResponse(_clip(desk.look(), speaker), media_type="video/mp4")

    @app.get("/media/{speaker}.jpg")
    def still(speaker: str) -> Response:
        look = desk.look()
        look.speaker(speaker)
        return Response(picture(_clip(look, speaker)), media_type="image/jpeg")

    @app.get("/media/{speaker}.peaks")
    def sound(speaker: str) -> Response:
        """How loud the clip is, 100 times a second, 0 to 255."""
        look = desk.look()
        content = peaks(look.bench, look.speaker(speaker).heard)
        return Response(content, media_type="application/octet-stream")

    @app.get("/media/captions.woff")
    def font() -> Response:
        return Response(ui_font(), media_type=FONT_TYPE, headers={"cache-control": "max-age=3600"})


def _clip(look: Look, speaker: str) -> Path:
    look.speaker(speaker)
    path = views.clip_of(look, speaker)
    if path is None:
        raise NotThere("There is no clip yet; build it first.")
    return path
