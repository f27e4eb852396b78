"""The segment's pictures and sounds in their order, with what lies at the joints; without it the
rundown would be a list.

A joint is faded over black, cut, or crossfaded: then the edges of both items are mixed into a part
of its own, and neither item's other parts know of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.config import Speaker
from pipeline.message.stages import Edges, Pictures, Stages
from pipeline.model import Captions, RundownItem
from pipeline.plan import cards, music, transitions
from pipeline.plan.conform import edge_frames
from pipeline.plan.rundown import Rundown
from pipeline.recipe import Recipe
from pipeline.timing import samples_in
from pipeline.tools.running import programs


@dataclass(frozen=True)
class Prepared:
    """One message ready to be joined: its pictures in parts, its sound, its captions by language,
    its edges.
    """

    speaker: Speaker
    frames: int
    captions: Mapping[str, Captions]
    pictures: Pictures
    sound: Recipe
    edges: Edges


@dataclass(frozen=True)
class Joints:
    """Cards and what is mixed where items meet, for a rundown and the ``edges`` of its messages (by
    speaker id).
    """

    stages: Stages
    rundown: Rundown
    edges: Mapping[str, Edges]

    def make(self, items: tuple[RundownItem, ...]) -> None:
        """Have the cards among ``items``, which are neighbours, made and what they share."""
        self.stages.obtain_all(self.card(item) for item in items if item.kind != "message")
        wanted = [
            burned
            for burned, asked in ((False, self.stages.want_clean), (True, self.stages.want_burned))
            if asked
        ]
        self.stages.obtain_all(
            dict.fromkeys(
                self.mix(item, burned) for item in items[1:] if item.overlap for burned in wanted
            )
        )

    def card(self, item: RundownItem) -> Recipe:
        """The recipe of a card; its edges are its further outputs."""
        stages, edge = self.stages, self._edge_frames(item)
        speaker = next(
            (speaker for speaker in stages.config.speakers if speaker.id == item.speaker), None
        )
        grounds = stages.segment_drawings()
        drawings = stages.speaker_drawings(speaker) if speaker else grounds
        stages.obtain_all([grounds, drawings])
        kind = item.kind if item.kind in ("title", "holding", "opening") else "closing"
        ground, words = f"{kind}-ground.png", f"{kind}-words.png"
        task = f"{item.speaker}: {item.kind} card" if speaker else f"{item.kind} card"
        return cards.plan_card(
            task,
            stages.store.made(grounds, ground, ground),
            stages.store.made(drawings, words, words),
            item.frames,
            stages.fade_frames,
            stages.config,
            programs.version("ffmpeg"),
            edge if item.overlap else 0,
            edge if self.overlap_after(item) else 0,
        )

    def mix(self, after: RundownItem, burned: bool) -> Recipe:
        """The recipe of the joint at which ``after`` begins (the same for both where no caption is
        on screen).
        """
        before = self.rundown.items[self.rundown.items.index(after) - 1]
        clean = self._edge(before, True, False), self._edge(after, False, False)
        edges = (
            (self._edge(before, True, True), self._edge(after, False, True)) if burned else clean
        )
        owner = f"{after.speaker or before.speaker}: " if after.speaker or before.speaker else ""
        return transitions.plan_mix(
            f"{owner}crossfade from {_called(before)} to"
            f" {_called(after)}{'' if edges == clean else ', with captions'}",
            *edges,
            after.overlap,
            self.stages.config.delivery,
            programs.version("ffmpeg"),
        )

    def overlap_after(self, item: RundownItem) -> int:
        """Frames at the end of ``item`` in which the next one is seen already."""
        following = self.rundown.items[self.rundown.items.index(item) + 1 :]
        return following[0].overlap if following else 0

    def _edge(self, item: RundownItem, tail: bool, burned: bool) -> transitions.Edge:
        made: tuple[tuple[Recipe, str], ...] = (
            (self.card(item), "tail.mp4" if tail else "head.mp4"),
        )
        if item.kind == "message" and item.speaker:
            edges = self.edges[item.speaker]
            made = (edges.tail if tail else edges.head).of(burned)
        return transitions.Edge(
            tuple(self.stages.store.made(recipe, output, output) for recipe, output in made),
            self._edge_frames(item),
        )

    def _edge_frames(self, item: RundownItem) -> int:
        return edge_frames(item.frames, transitions.crossfade_frames(self.stages.config))


@dataclass(frozen=True)
class Programme:
    """The rundown with the messages that are ``ready`` (by speaker id)."""

    stages: Stages
    rundown: Rundown
    ready: Mapping[str, Prepared]

    @property
    def joints(self) -> Joints:
        """Its cards and crossfades."""
        return Joints(
            self.stages, self.rundown, {speaker: one.edges for speaker, one in self.ready.items()}
        )

    def pictures(self, burned: bool) -> list[tuple[Recipe, str]]:
        """Recipe and output of every part in order."""
        joints = self.joints
        parts: list[tuple[Recipe, str]] = []
        for item in self.rundown.items:
            if item.overlap:
                parts.append((joints.mix(item, burned), "clean.mp4"))
            if one := self._message(item):
                shown = one.pictures.of(burned)
                first = len(one.edges.head.clean) if item.overlap else 0
                last = len(one.edges.tail.clean) if joints.overlap_after(item) else 0
                parts.extend(shown[first : len(shown) - last])
            else:
                parts.append((joints.card(item), "clean.mp4"))
        return parts

    def sounds(self) -> list[Recipe]:
        """The recipes whose sound.wav, one behind the other, is the segment's sound.

        A message is heard whole beside a card, which is silent or has ended its music: nothing is
        lost of a word that is said at once. Two messages go over into each other.
        """
        sounds: list[Recipe] = []
        bed, silent, played = self.stages.music()[0], 0, 0
        rate, version = self.rundown.rate, programs.version("ffmpeg")
        for before, item, after in zip(
            (None, *self.rundown.items),
            self.rundown.items,
            (*self.rundown.items[1:], None),
            strict=False,
        ):
            shared = after.overlap if after and self._message(after) else 0
            one, old = self._message(item), self._message(before) if before else None
            if one is None:
                silent += item.frames - item.overlap - shared
                if (
                    bed is None or after is None or self._message(after)
                ):  # music goes on from card to card
                    sounds.append(self._under_cards(item, after, silent, bed, played))
                    played, silent = played + samples_in(silent, rate), 0
                continue
            own = self.stages.store.made(one.sound, "sound.wav", "sound.wav")
            crossed = item.overlap if old else 0
            if old and crossed:
                sounds.append(
                    transitions.plan_sound_mix(
                        f"{item.speaker}: crossfade of sound",
                        self.stages.store.made(old.sound, "sound.wav", "sound.wav"),
                        old.frames,
                        own,
                        crossed,
                        rate,
                        version,
                    )
                )
            sounds.append(
                transitions.plan_sound_stretch(
                    f"{item.speaker}: sound between crossfades",
                    own,
                    crossed,
                    item.frames - crossed - shared,
                    rate,
                    version,
                )
                if crossed or shared
                else one.sound
            )
        return sounds

    def _under_cards(
        self,
        last: RundownItem,
        after: RundownItem | None,
        frames: int,
        bed: music.Bed | None,
        played: int,
    ) -> Recipe:
        """What is heard for ``frames`` up to the end of the card ``last``: silence, or music after
        ``played`` samples of it.
        """
        config, version = self.stages.config, programs.version("ffmpeg")
        if bed is None:
            return cards.plan_silence(frames, config, version)
        task = f"music before {_called(after)}" if after else f"music under {_called(last)}"
        return music.plan_music(
            task,
            self.stages.store.made(bed.recipe, "bed.wav", "bed.wav"),
            played,
            samples_in(frames, self.rundown.rate),
            bed.gain_db(config),
            config.delivery,
            version,
        )

    def _message(self, item: RundownItem) -> Prepared | None:
        return self.ready[item.speaker] if item.kind == "message" and item.speaker else None


def _called(item: RundownItem) -> str:
    return f"{item.speaker}'s message" if item.kind == "message" else f"the {item.kind} card"
