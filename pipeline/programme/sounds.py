"""What is heard in the segment, one piece behind the other; without it cards would be mute and a
crossfade would cut into a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import MachineFailed, NotYet, StillChanging, ToolFailed
from pipeline.event import Event
from pipeline.findings import Finding
from pipeline.message.prepared import Prepared
from pipeline.model import RundownItem
from pipeline.plan import cards, music, transitions
from pipeline.programme.joints import called
from pipeline.programme.order import Programme
from pipeline.recipe import Recipe
from pipeline.timing import samples_in
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench


def music_of(event: Event, bench: Bench) -> tuple[music.Bed | None, tuple[Finding, ...]]:
    """What plays under the cards, or why nothing does. Raises ConfigInvalid when the file is not
    there.

    A dry run goes on without it.
    """
    name = event.config.cards.music
    if not name:
        return None, ()
    file = event.workspace.named("cards.music", name)
    try:
        sound = bench.submission(file, event.workspace.root.resolve())
        recipe = music.plan_bed(sound, version("ffmpeg"))
        fault = _fault_of(bench, recipe)
    except NotYet:
        return None, ()
    except StillChanging:
        return None, (music.still_coming(name),)
    if fault:
        return None, (music.unusable(name, fault),)
    if bench.unmade(recipe):
        return None, ()
    bed = music.parse_bed(recipe, bench.store.text(recipe, "stderr.txt"))
    if bed.silent:
        return None, (music.unusable(name, "nothing is to be heard in it"),)
    return bed, ()


def _fault_of(bench: Bench, bed: Recipe) -> str:
    """Why the music cannot be listened to, as a clause, also where that was found out before and
    nothing may run; empty where it can. Raises MachineFailed and StillChanging.
    """
    known, given = bench.store.known, bed.key
    before = known.answer(_WHY_UNHEARD, given, str, lambda _: True) if bench.unmade(bed) else None
    if before:
        return before
    try:
        bench.obtain(bed)
    except MachineFailed:
        raise
    except ToolFailed:
        known.note(_WHY_UNHEARD, given, str, _NO_SOUND)
        return _NO_SOUND
    return ""


_WHY_UNHEARD, _NO_SOUND = "why music is not heard", "no sound could be read from it"


@dataclass(frozen=True)
class _Meeting:
    """A message between its neighbours: how many frames of it are mixed with a message before it,
    and with whatever comes behind.
    """

    item: RundownItem
    one: Prepared
    old: Prepared | None
    shared: int

    @property
    def crossed(self) -> int:
        """Frames that are heard together with the message before."""
        return self.item.overlap if self.old else 0


def sounds(event: Event, bench: Bench, programme: Programme, bed: music.Bed | None) -> list[Recipe]:
    """The recipes whose sound.wav, one behind the other, is the segment's sound.

    A message is heard whole beside a card, which is silent or has ended its music: nothing is lost
    of a word that is said at once. Two messages go over into each other.
    """
    items = programme.rundown.items
    found: list[Recipe] = []
    silent, played = 0, 0
    for place, item in enumerate(items):
        before = items[place - 1] if place else None
        after = items[place + 1] if place + 1 < len(items) else None
        shared = after.overlap if after and programme.message(after) else 0
        one = programme.message(item)
        if one is not None:
            meeting = _Meeting(item, one, programme.message(before), shared)
            found.extend(_of_message(event, bench, meeting))
            continue
        if item.introduced:
            found.extend(_under_introduction(event, programme, item, shared))
            continue
        silent += item.frames - item.overlap - shared
        # Music goes on from card to card, until somebody speaks.
        if bed is None or after is None or programme.message(after) or after.introduced:
            found.append(_under_cards(event, bench, bed, silent, played, _between(item, after)))
            played, silent = played + samples_in(silent, event.config.delivery.fps), 0
    return found


def _of_message(event: Event, bench: Bench, meeting: _Meeting) -> list[Recipe]:
    """A message's own sound, behind the mix with the end of the message before it."""
    item, one, crossed = meeting.item, meeting.one, meeting.crossed
    rate, ffmpeg = event.config.delivery.fps, version("ffmpeg")
    own = bench.made(one.sound, "sound.wav")
    found: list[Recipe] = []
    if meeting.old and crossed:
        task = f"{item.speaker}: crossfade of sound"
        ending = bench.made(meeting.old.sound, "sound.wav")
        found.append(
            transitions.plan_sound_mix(task, ending, meeting.old.frames, own, crossed, rate, ffmpeg)
        )
    if not crossed and not meeting.shared:
        return [*found, one.sound]
    task = f"{item.speaker}: sound between crossfades"
    frames = item.frames - crossed - meeting.shared
    stretch = transitions.plan_sound_stretch(task, own, crossed, frames, rate, ffmpeg)
    return [*found, stretch]


def _under_introduction(
    event: Event, programme: Programme, title: RundownItem, shared: int
) -> Iterator[Recipe]:
    """A title card's introduction, with silence around it."""
    heard, one = title.introduced, programme.ready[title.speaker or ""].introduction
    assert heard and one  # the rundown was planned for it
    before = heard.first_frame - title.overlap
    behind = title.frames - shared - heard.first_frame - heard.frames
    yield cards.plan_silence(before, programme.rundown.rate, version("ffmpeg"))
    yield one.sound
    yield cards.plan_silence(behind, programme.rundown.rate, version("ffmpeg"))


def _between(last: RundownItem, after: RundownItem | None) -> str:
    """The name of the task that makes the music up to the end of the card ``last``."""
    return f"music before {called(after)}" if after else f"music under {called(last)}"


def _under_cards(
    event: Event, bench: Bench, bed: music.Bed | None, frames: int, played: int, task: str
) -> Recipe:
    """What is heard for ``frames``: silence, or music after ``played`` samples of it."""
    config, ffmpeg = event.config, version("ffmpeg")
    if bed is None:
        return cards.plan_silence(frames, config.delivery.fps, ffmpeg)
    samples = samples_in(frames, config.delivery.fps)
    tape = bench.made(bed.recipe, "bed.wav")
    gain_db = bed.gain_db(config)
    return music.plan_music(task, tape, played, samples, gain_db, config.delivery, ffmpeg)
