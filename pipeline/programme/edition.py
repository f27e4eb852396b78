"""What one edition is made of, and what was made of it so far; without it each kind of edition
would ask for other things in another way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.config import Speaker
from pipeline.config_editions import Edition
from pipeline.event import Event
from pipeline.findings import About
from pipeline.message.prepared import Heard, Prepared
from pipeline.plan.assembly import SegmentCaptions
from pipeline.plan.music import Bed
from pipeline.plan.rundown import Rundown
from pipeline.programme.join import Handed
from pipeline.recipe import FileInput, Recipe
from pipeline.work.bench import Bench

EDITIONS, PUBLISH = "editions", "publish"
"""Under outputs/: editions, and what goes onto the web."""


@dataclass(frozen=True)
class Source:
    """What editions are made of: the rundown, the recipes whose sound.wav one behind the other are
    the programme's sound, its films by their name under outputs/, the messages by their speaker's
    id, as they were joined and as they were heard, the music under the cards, and the captions of
    the whole.
    """

    rundown: Rundown
    sounds: Sequence[Recipe]
    films: Mapping[str, Handed]
    ready: Mapping[str, Prepared]
    heard: Mapping[str, Heard]
    bed: Bed | None
    captions: Sequence[SegmentCaptions]

    @property
    def speakers(self) -> Sequence[Speaker]:
        """Who is seen and heard, in the order of the programme."""
        return [one.speaker for one in self.ready.values()]


@dataclass(frozen=True)
class Making:
    """One edition while it is made."""

    event: Event
    bench: Bench
    source: Source
    name: str
    edition: Edition
    handed: list[Handed] = field(default_factory=list)
    texts: dict[str, str | bytes] = field(default_factory=dict)

    @property
    def about(self) -> About:
        """Of whom its findings are."""
        return About(None, None, f"Edition {self.name}: ")

    def film(self, burned: bool) -> FileInput:
        """The joined film that it is made of; the other one where only that was asked for."""
        films = self.source.films
        wanted = "segment.captioned.mp4" if burned else "segment.mp4"
        of = films.get(wanted) or next(iter(films.values()))
        return self.bench.made(of.recipe, of.output)

    def done(self, recipe: Recipe, output: str) -> None:
        """``output`` is handed over under its own name."""
        name = self.called(output)
        self.handed.append(Handed(recipe, output, name, self.source.rundown.frames))

    def called(self, file: str) -> str:
        """A file of it by its name under outputs/."""
        return f"{EDITIONS}/{self.name}/{file}"
