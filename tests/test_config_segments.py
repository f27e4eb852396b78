"""Several segments in one config.yaml: what each one takes from the whole, and what is said of one
that is wrong.
"""

from __future__ import annotations

import pytest

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.config_values import OUTPUT_FOLDERS
from pipeline.errors import ConfigInvalid

DAY = """title: A day
event: The event
slot: {timezone: Europe/Berlin, margin: 10s}
cards: {opening: 4s, fade: 1s}
captions: {burn: en, languages: [en]}
segments:
  - id: morning
    title: Morning
    slot: {start: 2021-09-14 14:30, end: 2021-09-14 14:50}
    speakers: [bo, ana]
    then: Coffee
  - id: evening
    title: Evening
    event: The party
    slot: {start: 2021-09-14 18:30, end: 2021-09-14 18:50, margin: 0s}
    cards: {opening: 1s, fade: 0.2s}
    captions: {burn: es}
    speakers: [ana]
speakers:
  - {id: ana, name: Ana}
  - {id: bo, name: Bo}
"""


def segments() -> tuple[Config, Config]:
    """The two segments as events of their own."""
    morning, evening = read_config(DAY).segments
    return morning.config, evening.config


def wrong(old: str, new: str) -> list[str]:
    """What is said of the day with ``new`` in place of ``old``."""
    assert DAY.count(old) == 1
    with pytest.raises(ConfigInvalid) as caught:
        read_config(DAY.replace(old, new))
    return list(caught.value.problems)


def test_a_segment_has_its_speakers_in_its_own_order():
    morning, evening = segments()
    assert [list(morning.by_id), list(evening.by_id)] == [["bo", "ana"], ["ana"]]


def test_what_a_segment_says_stands_in_place_of_the_whole_files_key_by_key():
    _, evening = segments()
    assert (evening.title, evening.event) == ("Evening", "The party")
    assert (evening.cards.opening, evening.cards.fade, evening.cards.closing) == (1000, 200, 6000)
    assert (evening.captions.burn, evening.captions.languages) == (("es",), ("en",))
    assert evening.slot.margin == 0


def test_what_it_does_not_say_is_the_whole_files():
    morning, _ = segments()
    assert (morning.title, morning.event) == ("Morning", "The event")
    assert (morning.cards.opening, morning.captions.burn) == (4000, ("en",))
    assert (morning.slot.margin, morning.slot.timezone) == (10_000, "Europe/Berlin")
    assert morning.slot.start.isoformat() == "2021-09-14T14:30:00+02:00"


def test_a_segment_is_an_event_like_one_that_has_no_segments():
    assert segments()[0].segments == ()


def test_an_edition_frames_whoever_speaks_in_any_segment_and_nobody_else():
    framed = DAY + "deliveries: {up: {kind: social, framing: {bo: 40%}}}\n"
    assert len(read_config(framed).segments) == 2  # Bo is not in the second one
    with pytest.raises(ConfigInvalid) as caught:
        read_config(framed.replace("bo: 40%", "cy: 40%"))
    assert caught.value.problems == (
        (
            "line 22: deliveries.up.framing.cy: no speaker has this id; write who it is under"
            " speakers"
        ),
    )


def test_the_day_goes_from_the_first_start_to_the_last_end():
    slot = read_config(DAY).slot
    assert f"{slot.start:%H:%M} {slot.end:%H:%M}" == "14:30 18:50"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "[bo, ana]",
            "[bo, anna]",
            'line 10: segments[1].speakers[2] is "anna"; no speaker has this id; did you mean ana?',
        ),
        (
            "[bo, ana]",
            "[bo, zoe]",
            'line 10: segments[1].speakers[2] is "zoe"; no speaker has this id; write who it is'
            " under speakers",
        ),
        (
            "[bo, ana]",
            "[bo, bo]",
            'line 10: segments[1].speakers[2] is "bo"; this speaker is in the segment already;'
            " write each once",
        ),
        (
            "id: evening",
            "id: morning",
            'line 12: segments[2].id is "morning"; another segment has this id; give each an id of'
            " its own",
        ),
        (
            "id: evening",
            "id: Día",
            'line 12: segments[2].id is "Día"; write small letters a-z, digits and hyphens, for'
            " example wold-mccormick",
        ),
        (
            "id: evening",
            "id: com1",
            'line 12: segments[2].id is "com1"; Windows knows no folder of that name',
        ),
        (
            "18:50, margin",
            "18:10, margin",
            'line 15: segments[2].slot.end is "2021-09-14 18:10"; end must be later than start',
        ),
        (
            "fade: 0.2s",
            "fade: 0.7s",
            "line 16: segments[2].cards: each card must last at least twice the fade (or 0s to"
            " leave it out)",
        ),
        (
            "opening: 4s, fade: 1s",
            "opening: 1s, fade: 1s",
            "line 4: cards: each card must last at least twice the fade (or 0s to leave it out)",
        ),
        (
            "burn: es",
            "brun: es",
            "line 17: segments[2].captions.brun is not a key I know; did you mean burn?",
        ),
        (
            "then: Coffee",
            "than: Coffee",
            "line 11: segments[1].than is not a key I know; did you mean then?",
        ),
        (
            "margin: 10s",
            "start: 2021-09-14 14:00",
            'line 3: slot.start is "2021-09-14 14:00"; each segment has its own; write it there',
        ),
        (", end: 2021-09-14 14:50", "", "line 9: segments[1].slot.end is missing; write it"),
        ("    title: Evening\n", "", "line 12: segments[2].title is missing; write it"),
        ("speakers: [ana]", "speakers: []", "line 18: segments[2].speakers: write at least one"),
        (
            "cards: {opening: 1s, fade: 0.2s}",
            "cards: 1s",
            'line 16: segments[2].cards is "1s"; write the keys of this section under it',
        ),
        (
            "Europe/Berlin",
            "Europe/Nowhere",
            'line 3: slot.timezone is "Europe/Nowhere"; write a time zone, for example'
            " Pacific/Auckland",
        ),
    ],
)
def test_what_is_wrong_is_said_once_with_line_and_key_where_it_is_written(old, new, said):
    assert wrong(old, new) == [said]


@pytest.mark.parametrize("name", OUTPUT_FOLDERS)
def test_a_segment_is_not_called_like_another_folder_in_outputs(name):
    assert wrong("id: evening", f"id: {name}") == [
        f'line 12: segments[2].id is "{name}"; outputs/ has a folder of that name for something'
        " else"
    ]


def test_a_list_of_segments_has_one_at_least():
    before, rest = DAY.split("segments:")
    speakers = rest[rest.index("\nspeakers:") :]
    with pytest.raises(ConfigInvalid) as caught:
        read_config(f"{before}segments: []{speakers}")
    assert caught.value.problems == (
        "line 6: segments: write a list of segments, 200 at most; each begins with a hyphen",
    )


def test_who_has_yet_to_come_may_stand_in_a_segment_while_others_are_added():
    config = read_config(DAY.replace("[ana]", "[ana, zoe]"), unfilled=True)
    assert list(config.by_id) == ["ana", "bo"]
