"""Draws a speaker's card and lower third as they would be with other words, and shows all of their
picture; without it a name would be seen on its card after the next build only, and nobody would see
what they cut off.

Into a store of its own that is thrown away: nothing is kept of what was never written down.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from pipeline.config import Crop
from pipeline.config_file import speaker_problems
from pipeline.errors import UsageWrong
from pipeline.event import Event
from pipeline.message.drawings import brand_inputs
from pipeline.message.further_fonts import with_further_fonts
from pipeline.message.prepared import Received
from pipeline.plan import cards
from pipeline.plan.framing import plan_framing
from pipeline.plan.picture import Dressing, Take, plan_part
from pipeline.review.desk import NotThere, Work
from pipeline.review.media import first_picture
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench
from pipeline.work.store import Store
from pipeline.work.workers import Workers

_FILES = {"card": "card.png", "strap": "lower-third.png"}


class Preview:
    """One throwaway store for a review."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(
            prefix="perspectives-", ignore_cleanup_errors=True
        )
        self._store = Store(Path(self._folder.name))
        self._workers = Workers(ThreadPoolExecutor(1))

    def drawn(self, what: str, event: Event, speaker_id: str, words: Mapping[str, str]) -> bytes:
        """The title ``card`` or the ``strap`` (see-through where it is not) as PNG, as large as a
        draft's picture. Raises UsageWrong for words that config.yaml would not have.
        """
        event, bench = event.as_draft(), Bench(self._store, self._workers, Work(draft=True))
        speaker = event.speakers[speaker_id].model_copy(update=_checked(speaker_id, words))
        config, brand, draw = event.config, brand_inputs(event, bench), version("draw")
        if what == "card":
            recipe = cards.plan_card_still(config, "title", speaker, brand, False, draw)
        else:
            recipe = cards.plan_strap(config, speaker, brand, False, draw)
        recipe = with_further_fonts(bench, recipe)
        bench.obtain(recipe)
        return self._store.output(recipe, _FILES[what]).read_bytes()

    def whole(self, event: Event, message: Received, frame: int) -> bytes:
        """All of a recording's picture that is shown at a frame of its clip, upright and with
        nothing cut off, as JPEG; about as large as in a draft. Raises NotThere where it has none.
        """
        if message.picture is None:
            raise NotThere("This message has no picture of its own.")
        event, timeline = event.as_draft(), message.timeline
        frame = min(frame, timeline.frames - 1)
        part = next(one for one in timeline.parts if frame < one.first_frame + one.frames)
        speaker = message.speaker.model_copy(update={"crop": Crop(), "fit": "contain"})
        delivery, bare = event.config.delivery, Dressing(0)
        take = Take(speaker, timeline, delivery, bare, version("ffmpeg"))
        one_picture = replace(part, first_frame=frame, frames=1)
        recipe = plan_part(message.recording, message.picture, take, one_picture)
        Bench(self._store, self._workers, Work(draft=True)).obtain(recipe)
        lies = plan_framing(message.picture.shown, delivery.size, speaker.fit, speaker.crop)
        return first_picture(self._store.output(recipe, "clean.mp4"), lies.at, lies.size)

    def close(self) -> None:
        """Throw everything away."""
        self._folder.cleanup()


def _checked(speaker_id: str, words: Mapping[str, str]) -> dict[str, str | None]:
    given = {key: text.strip() or None for key, text in words.items()}
    problems = speaker_problems({"id": speaker_id, **given})
    if problems:
        raise UsageWrong(f"{problems[0]}.")
    return given
