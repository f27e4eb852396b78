"""Draws a speaker's card and lower third as they would be with other words; without it a name would
be seen on its card after the next build only.

Into a store of its own that is thrown away: nothing is kept of what was never written down.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.config_file import speaker_problems
from pipeline.errors import UsageWrong
from pipeline.event import Event
from pipeline.message.drawings import brand_inputs
from pipeline.plan import cards
from pipeline.review.desk import Work
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
            recipe = cards.plan_speaker_drawings(config, speaker, brand, False, draw)
        bench.obtain(recipe)
        return self._store.output(recipe, _FILES[what]).read_bytes()

    def close(self) -> None:
        """Throw everything away."""
        self._folder.cleanup()


def _checked(speaker_id: str, words: Mapping[str, str]) -> dict[str, str | None]:
    given = {key: text.strip() or None for key, text in words.items()}
    problems = speaker_problems({"id": speaker_id, **given})
    if problems:
        raise UsageWrong(f"{problems[0]}.")
    return given
