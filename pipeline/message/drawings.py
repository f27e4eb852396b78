"""Everything with words in it that is drawn once and used in many places; without it each card
would look for fonts and logo by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Config, Speaker
from pipeline.errors import ConfigInvalid
from pipeline.event import Event, Workspace
from pipeline.findings import Finding
from pipeline.message.further_fonts import with_further_fonts
from pipeline.model import RundownItem
from pipeline.plan import cards
from pipeline.recipe import FileInput, Recipe
from pipeline.tools.drawing import fonts
from pipeline.tools.running.installing import pip_install
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench


@dataclass(frozen=True)
class Drawings:
    """The recipes that draw the event's words: ``segment`` the opening and the closing card,
    ``grounds`` what everybody's cards stand on, ``speakers`` (by id) what shows a speaker's name
    beside their message, ``holding`` what stands for it where it is not there. None where nothing
    of it is shown: a card that stays for 0 s is not drawn.
    """

    segment: Recipe | None
    grounds: Recipe | None
    speakers: Mapping[str, Recipe | None]
    holding: Mapping[str, Recipe]

    def of(self, speaker: str | None, *, held: bool = False) -> tuple[Recipe, ...]:
        """All that is drawn for a speaker by id (``held``: and in place of their message), or for
        the segment.
        """
        if speaker is None:
            planned = [self.segment, self.grounds]
        else:
            planned = [self.speakers[speaker], self.holding[speaker] if held else None]
        return tuple(one for one in planned if one)

    def ground_and_words(self, item: RundownItem) -> tuple[Recipe, Recipe]:
        """What draws the ground of a card in the rundown, and what draws its words."""
        if item.kind == "holding":
            own = self.holding[str(item.speaker)]
            return own, own
        words = self.speakers[item.speaker] if item.speaker else self.segment
        assert self.grounds and words  # it is in the rundown, so it is shown
        return self.grounds, words


def plan_drawings(event: Event, bench: Bench) -> Drawings:
    """What has to be drawn for an event. Raises ConfigInvalid when a font or the logo is not
    there.
    """
    config, brand, draw = event.config, brand_inputs(event, bench), version("draw")
    given = brand, event.draft, draw

    def lettered(drawing: Recipe | None) -> Recipe | None:
        return drawing and with_further_fonts(bench, drawing)

    return Drawings(
        lettered(cards.plan_segment_drawings(config, *given)),
        cards.plan_grounds(config, *given),
        {
            speaker.id: lettered(cards.plan_speaker_drawings(config, speaker, *given))
            for speaker in config.speakers
        },
        {
            speaker.id: with_further_fonts(
                bench, cards.plan_holding_drawings(config, speaker, *given)
            )
            for speaker in config.speakers
        },
    )


def not_drawn(
    bench: Bench, drawings: Drawings, speaker: Speaker | None = None, *, held: bool = False
) -> tuple[Finding, ...]:
    """What could not be drawn on a speaker's cards (``held``: on the one that stands for their
    message as well), or on the segment's; they are drawn where they were not.

    A dry run goes on without the answer: nothing that follows depends on it.
    """
    planned = drawings.of(speaker.id if speaker else None, held=held)
    bench.obtain_all(planned)
    what = f"cards of {speaker.name}" if speaker else "opening and closing cards"
    said = [bench.store.text(one, "stdout.txt") for one in planned if not bench.unmade(one)]
    whose = speaker.id if speaker else None
    found = [one for text in said for one in cards.drawing_findings(text, what, whose)]
    return tuple(dict.fromkeys(found))


def brand_inputs(event: Event, bench: Bench, config: Config | None = None) -> tuple[FileInput, ...]:
    """Fonts and logo (of ``config``, where it is not the event's own) as inputs of a drawing.
    Raises ConfigInvalid when one of them is not there.
    """
    files = brand_files(event.workspace, config or event.config)
    inputs = [bench.store.file_input(path, f"fonts/{name}.ttf") for name, path in files.items()]
    if event.config.brand.logo:
        logo = event.workspace.named("brand.logo", event.config.brand.logo)
        inputs.append(bench.store.file_input(logo, "logo"))
    return tuple(inputs)


def brand_files(workspace: Workspace, config: Config) -> Mapping[str, Path]:
    """The font files of the cards by family and weight (``serif-bold``): the brand's own font for
    all weights (``own-bold``) or the theme's, and Source Sans Pro for letters that it lacks. Raises
    ConfigInvalid when one is not there.
    """
    brand, family = config.brand, config.brand.fonts
    chosen = {f"sans-{weight}": fonts.font_file(weight.capitalize()) for weight in fonts.WEIGHTS}
    if brand.font:
        own = workspace.named("brand.font", brand.font)
        chosen |= dict.fromkeys((f"own-{weight}" for weight in fonts.WEIGHTS), own)
    elif family != "sans":
        chosen |= {
            f"{family}-{weight}": fonts.font_file(weight.capitalize(), family)
            for weight in fonts.WEIGHTS
        }
    missing = next((path for path in chosen.values() if not path.is_file()), None)
    if missing:
        again = pip_install("--force-reinstall", f"font-source-{family}-pro")
        problem = (
            f'brand.theme is "{brand.theme}"; its font {missing.name} is not on this machine:'
            f" install it again (`{again}`), or name a font file under brand.font"
        )
        raise ConfigInvalid("config.yaml", (problem,))
    return chosen
