"""The cards, and what is seen where two items meet; without it each joint would have to know both
of its neighbours.

A joint is faded over black, cut, or crossfaded: then the edges of both items are mixed into a part
of its own, and neither item's other parts know of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.card_kinds import CARDS
from pipeline.event import Event
from pipeline.message.drawings import Drawings
from pipeline.message.pictures import lettering
from pipeline.message.prepared import Edges, Part
from pipeline.model import Captions, Introduced, RundownItem
from pipeline.plan import cards, transitions
from pipeline.plan.assembly import placed_cues
from pipeline.plan.conform import edge_frames
from pipeline.plan.rundown import Rundown
from pipeline.recipe import Recipe
from pipeline.tools.running.programs import version
from pipeline.work.bench import Bench, Running


@dataclass(frozen=True)
class Joints:
    """The recipes of cards and of mixes, by the place of their item in the rundown, clean and with
    captions (the same where no caption is on screen); a mix stands at the item that it goes over
    into.
    """

    cards: Mapping[tuple[int, bool], Recipe]
    mixes: Mapping[tuple[int, bool], Recipe]


def plan_joints(
    event: Event,
    bench: Bench,
    drawings: Drawings,
    rundown: Rundown,
    edges: Mapping[str, Edges],
    over_cards: Mapping[str, Sequence[Captions]],
    places: Sequence[int] | None = None,
) -> Joints:
    """Cards and mixes of the items at ``places``, which are neighbours (None: of all), for the
    ``edges`` of the messages among them, and the captions of introductions that are burned in
    (both by speaker id).
    """
    wanted = range(len(rundown.items)) if places is None else places
    planned: dict[tuple[int, bool], Recipe] = {}
    for place, said in _said_over(rundown, wanted, over_cards):
        clean = _card(event, bench, drawings, rundown, place, ())
        burned = _card(event, bench, drawings, rundown, place, said) if said else clean
        planned |= {(place, False): clean, (place, True): burned}
    ends = {
        place: _ends(rundown.items[place], planned.get((place, False)), edges) for place in wanted
    }
    crossed = [place for place in wanted if place - 1 in ends and rundown.items[place].overlap]
    mixes = {
        (place, burned): _mix(event, bench, rundown, place, (ends[place - 1], ends[place]), burned)
        for place in crossed
        for burned in (False, True)
    }
    return Joints(planned, mixes)


def _said_over(
    rundown: Rundown, places: Iterable[int], over_cards: Mapping[str, Sequence[Captions]]
) -> Iterator[tuple[int, Sequence[Captions]]]:
    """The cards among the items at ``places``, each with the captions over it, on its clock."""
    for place in places:
        item = rundown.items[place]
        if item.kind == "message":
            continue
        said = over_cards.get(item.speaker or "", ()) if item.introduced else ()
        yield place, [_under(item.introduced, one) for one in said if item.introduced]


def _under(heard: Introduced, captions: Captions) -> Captions:
    cues = placed_cues(captions.cues, heard.first_frame, 0, heard.frames)
    return replace(captions, cues=tuple(cues))


def start_cards(event: Event, bench: Bench, joints: Joints) -> list[Running]:
    """Have the cards made; what to ``wait`` for until they are there."""
    made = {*event.kinds_wanted, *([False] if joints.mixes else [])}  # edges are cut off clean ones
    cards = [card for (_, burned), card in joints.cards.items() if burned in made]
    return [bench.start(card) for card in dict.fromkeys(cards)]


def make_joints(event: Event, bench: Bench, joints: Joints) -> None:
    """Have the cards made, then what is mixed of them and that is delivered."""
    bench.wait(*start_cards(event, bench, joints))
    wanted = [mix for (_, burned), mix in joints.mixes.items() if burned in event.kinds_wanted]
    bench.obtain_all(dict.fromkeys(wanted))


def called(item: RundownItem) -> str:
    """An item in the name of a task."""
    return f"{item.speaker}'s message" if item.kind == "message" else f"the {item.kind} card"


def _card(
    event: Event,
    bench: Bench,
    drawings: Drawings,
    rundown: Rundown,
    place: int,
    captions: Sequence[Captions],
) -> Recipe:
    """The recipe of a card; its edges are its further outputs. Its drawings are made."""
    item = rundown.items[place]
    (ground, words), kind = drawings.ground_and_words(item), CARDS[item.kind]
    bench.obtain_all([ground, words])
    edge = edge_frames(item.frames, event.crossfade_frames)
    return cards.plan_card(
        f"{item.speaker}: {item.kind} card" if item.speaker else f"{item.kind} card",
        bench.made(ground, kind.ground_file),
        bench.made(words, kind.words_file),
        item.frames,
        event.fade_frames,
        event.config,
        version("ffmpeg"),
        edge if item.overlap else 0,
        edge if rundown.overlap_after(place) else 0,
        lettering(event, bench, captions, 0, item.frames),
    )


@dataclass(frozen=True)
class _Ends:
    """The first and the last pictures of an item that is crossfaded, clean and with captions."""

    head: tuple[tuple[Part, ...], tuple[Part, ...]]
    tail: tuple[tuple[Part, ...], tuple[Part, ...]]


def _ends(item: RundownItem, card: Recipe | None, edges: Mapping[str, Edges]) -> _Ends:
    if card is not None:
        head, tail = ((card, "head.mp4"),), ((card, "tail.mp4"),)
        return _Ends((head, head), (tail, tail))
    own = edges.get(item.speaker or "", Edges())
    return _Ends((own.head.clean, own.head.burned), (own.tail.clean, own.tail.burned))


def _mix(
    event: Event,
    bench: Bench,
    rundown: Rundown,
    place: int,
    ends: tuple[_Ends, _Ends],
    burned: bool,
) -> Recipe:
    """The recipe of the joint at which the item at ``place`` begins."""
    before, after = rundown.items[place - 1], rundown.items[place]
    tail, head = ends[0].tail[burned], ends[1].head[burned]
    worded = burned and (tail, head) != (ends[0].tail[False], ends[1].head[False])
    speaker = after.speaker or before.speaker
    owner = f"{speaker}: " if speaker else ""
    captions = ", with captions" if worded else ""
    return transitions.plan_mix(
        f"{owner}crossfade from {called(before)} to {called(after)}{captions}",
        _edge(event, bench, before, tail),
        _edge(event, bench, after, head),
        after.overlap,
        event.config.delivery,
        version("ffmpeg"),
    )


def _edge(event: Event, bench: Bench, item: RundownItem, made: Sequence[Part]) -> transitions.Edge:
    pieces = tuple(bench.made(recipe, output) for recipe, output in made)
    return transitions.Edge(pieces, edge_frames(item.frames, event.crossfade_frames))
