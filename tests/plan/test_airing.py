"""Which findings keep a segment from airing is decided for each of them, and said in a sentence."""

from __future__ import annotations

from typing import get_args

import pytest

from pipeline.codes import AIRED, AS_ERRORS_ONLY, NOT_AIRED, Code
from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid
from pipeline.findings import About
from pipeline.plan.airing import kept_from_airing, refusal

CONFIG = """title: Test
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers:
  - {id: ana, name: Dr Ana Expert}
"""


def test_whether_it_may_air_is_decided_for_every_code_once():
    decided = [*NOT_AIRED, *AS_ERRORS_ONLY, *AIRED]
    assert sorted(decided) == sorted(get_args(Code))


def test_a_warning_keeps_it_from_airing_a_note_of_the_same_code_does_not():
    ana = About("ana", "ana.mp4")
    warned = ana.warning("captions-invented", "It was left out.")
    noted = ana.note("captions-invented", "It may be invented.")
    assert kept_from_airing({}, (warned, noted)) == (warned,)


def test_what_is_put_right_airs_and_what_cannot_be_shown_does_not():
    ana = About("ana", "ana.mp4")
    a_little, much = ana.warning("truncated", "A little."), ana.error("truncated", "Half.")
    found = (ana.warning("portrait", "Upright."), a_little, much)
    assert kept_from_airing({}, found) == (much,)


def test_a_refusal_says_what_why_what_to_do_and_what_to_write():
    accepted = {None: (), "ana": ("text-cut",)}
    found = (
        About("ana").warning(
            "loudness-missed", "ana.mp4: it is at -19.", "Listen to the built clip."
        ),
        About("bo").warning("text-cut", "cards of Dr Bo Expert: cut.", "Shorten the name."),
        About().warning("slot-over", "The segment is 2 s too long.", "Win back 2 s."),
    )
    assert refusal(accepted, kept_from_airing(accepted, found), {"ana": "Dr Ana"}) == (
        "Not final, it cannot air like this:\n"
        "  - Dr Ana: ana.mp4: it is at -19. (loudness-missed: it is not as loud as the others)\n"
        "    Next: Listen to the built clip.\n"
        "  - cards of Dr Bo Expert: cut. (text-cut: a name or title breaks off in the picture)\n"
        "    Next: Shorten the name.\n"
        "  - The segment is 2 s too long. (slot-over: the moderator would be cut off, or the"
        " segment)\n"
        "    Next: Win back 2 s.\n"
        "If you know it and air it all the same, write into config.yaml\n"
        "  under ana `accept: [text-cut, loudness-missed]`\n"
        "  under bo `accept: [text-cut]`\n"
        "  beside title: `accept: [slot-over]`"
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[loudnes-missed]", "did you mean loudness-missed? write the code of a finding: "),
        ("hello", "write the code of a finding: approval-missing, "),
        (
            "[machine-failed]",
            "that is no fault of a message's; nothing is built until it went well",
        ),
        ("[slot-over, slot-over]", "slot-over is there twice; write it once"),
    ],
)
def test_an_unknown_code_is_an_error_that_names_the_codes(written, said):
    with pytest.raises(ConfigInvalid) as caught:
        read_config(CONFIG.replace("Expert}", f"Expert, accept: {written}}}"))
    assert "line 4: speakers[1].accept" in str(caught.value)
    assert said in str(caught.value)
