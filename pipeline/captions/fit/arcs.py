"""Writes each slice's words as a grammar for the recogniser; without it no word could be left out.

Nor be read in two ways. Pure: slices in, the request to tools/hearing/sphinx.py out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import count, pairwise, takewhile

from pipeline.captions.fit.reading import Reading
from pipeline.captions.fit.stretches import Slice, Step

STRICT_BEAMS = (1e-80, 1e-140, 1e-300)
"""1e-80 holds where the default breaks off (accents, noise, telephone); 1e-300 in noise 10 dB under
the speech.
"""
LOOSE_BEAMS = (1e-48, 1e-60, 1e-80)
"""The default: a wide beam on loops of phones costs more than the sound lasts."""
NOISE_PHONES = ("AA", "IY", "UW", "EH", "S", "N", "T", "M", "R", "K")
_NOISE, _FOREIGN_NOISE = (0.02, 0.9), (0.0005, 0.5)
"""How likely other speech begins, and goes on. A foreign word is made of English phones: a free
choice of them fits better than the word itself, and has to cost more.
"""
_SKIP = 0.05
_SKIP_SENTENCE = 1e-100
"""The price of a sentence left out: with 1e-60 an Arabic one that was read was left out too."""
_NO_PAUSE = 1e-10
"""The price of going on without a pause. Without the pause sentences began within 511 ms (95%),
with it within 155.
"""

Arc = tuple[int, int, float, str | None]
"""From a state to another one, with a probability, by a name of the dictionary or by nothing."""


def grammar(
    reading: Reading, part: Slice, english: bool = True
) -> tuple[list[Arc], int, dict[str, int]]:
    """A slice's steps as arcs of a finite-state grammar, its last state, the places of its names.

    Step i leads from state i to state i + 1. Each token's readings lie side by side; a heading or
    direction can be passed by; "maybe" words too, at a price.
    """
    arcs: list[Arc] = []
    used: dict[str, int] = {}
    last = len(part.steps)
    spare = count(last + 1)
    optional = [_optional(reading, step) for step in part.steps]
    for i, step in enumerate(part.steps):
        if step.kind == "noise":
            arcs += _other_speech(i, next(spare), *(_NOISE if english else _FOREIGN_NOISE))
            continue
        for begin in reading.begins_of[step.token]:
            places = _to_its_end(reading, begin)
            states = [i, *(next(spare) for _ in places[1:]), i + 1]
            prefix = "_x" if step.kind == "false" else "_"
            names = [f"{prefix}{place}" for place in places]
            named = zip(pairwise(states), names, strict=True)
            arcs += [(at, to, 1.0, name) for (at, to), name in named]
            used |= dict(zip(names, places, strict=True))
        arcs += _ways_around(step, optional, i)
    arcs += _over_passages(part)
    if part.by_sentence:
        arcs = _with_pauses(arcs, reading, part, spare)
    return arcs, last, used


def _ways_around(step: Step, optional: Sequence[int | None], i: int) -> list[Arc]:
    """From step ``i`` over a heading or direction that begins with it, or over a "maybe"."""
    if optional[i] is None:
        return [(i, i + 1, _SKIP, None)] if step.kind == "maybe" else []
    if i and optional[i - 1] == optional[i]:
        return []
    after = i + len(list(takewhile(lambda number: number == optional[i], optional[i:])))
    return [(i, after, 0.5, None)]


def _other_speech(before: int, inside: int, begins: float, goes_on: float) -> list[Arc]:
    """Anything that is said, as phones in any order, or nothing."""
    share = 1 / len(NOISE_PHONES)
    return [
        *((before, inside, begins * share, f"_{phone}") for phone in NOISE_PHONES),
        *((inside, inside, goes_on * share, f"_{phone}") for phone in NOISE_PHONES),
        (inside, before + 1, 1 - goes_on, None),
        (before, before + 1, 1 - begins, None),
    ]


def _to_its_end(reading: Reading, begin: int) -> list[int]:
    places = [begin]
    while not reading.places[places[-1]].ends:
        places.append(places[-1] + 1)
    return places


def _optional(reading: Reading, step: Step) -> int | None:
    return reading.tokens[step.token].optional if step.token >= 0 else None


def _over_passages(part: Slice) -> list[Arc]:
    """Ways from the start of a row of "maybe" words to any of them, and from any to its end.

    Word by word the price of a long passage left out would end the search.
    """
    arcs: list[Arc] = []
    begin = 0
    for i, step in enumerate((*part.steps, Step("said"))):
        if step.kind == "maybe":
            continue
        arcs += [(begin, at, _SKIP, None) for at in range(begin + 2, i)]
        arcs += [(at, i, _SKIP, None) for at in range(begin, i - 1)]
        begin = i + 1
    return arcs


def _with_pauses(arcs: list[Arc], reading: Reading, part: Slice, spare: Iterator[int]) -> list[Arc]:
    """The same with a pause before every sentence but the first, and a way around each sentence."""
    ends = [reading.tokens[step.token].ends_sentence for step in part.steps]
    begins = [0, *(i + 1 for i, end in enumerate(ends[:-1]) if end)]
    after_pause = {at: next(spare) for at in begins[1:]}
    sentences = pairwise([*begins, len(part.steps)])
    return [
        *((after_pause.get(at, at), to, chance, name) for at, to, chance, name in arcs),
        *((at, after, 1.0, "<sil>") for at, after in after_pause.items()),
        *((at, after, _NO_PAUSE, None) for at, after in after_pause.items()),
        *((at, following, _SKIP_SENTENCE, None) for at, following in sentences),
    ]


def force_request(
    reading: Reading,
    parts: Sequence[Slice],
    phones: dict[str, list[str]],
    pieces: Sequence[dict[str, object]],
    dictionary: bool,
    route: str,
) -> str:
    """What the recogniser is asked to time, as JSON; ``phones`` gives the words' pronunciations."""
    grammars = [grammar(reading, part, dictionary) for part in parts]
    spoken = {
        name: reading.places[place].word for _, _, used in grammars for name, place in used.items()
    }
    words = {name: {"word": word, "phones": phones[word]} for name, word in spoken.items()}
    noise = {f"_{phone}": {"word": "", "phones": [phone]} for phone in NOISE_PHONES}
    request = {
        "mode": "force",
        "route": route,
        "dictionary": dictionary,
        "words": words | noise,
        "slices": [
            _asked(part, arcs, final, _mean_at(part.start_ms, pieces))
            for part, (arcs, final, _) in zip(parts, grammars, strict=True)
        ],
    }
    return json.dumps(request, ensure_ascii=False)


def _asked(part: Slice, arcs: list[Arc], final: int, mean: object) -> dict[str, object]:
    return {
        "start_ms": part.start_ms,
        "end_ms": part.end_ms,
        "arcs": arcs,
        "final": final,
        "beams": STRICT_BEAMS if part.strict else LOOSE_BEAMS,
        "cmn": mean,
    }


def _mean_at(at_ms: int, pieces: Sequence[dict[str, object]]) -> object:
    """The cepstral mean of the piece that a slice begins in; that of the first before it."""
    begun = sum(int(str(piece["start_ms"])) <= at_ms for piece in pieces)
    return pieces[max(0, begun - 1)]["cmn"] if pieces else ""
