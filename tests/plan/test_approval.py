"""What an approval is about: everything that decides what is seen and heard of a message."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.config import Speaker
from pipeline.model import Captions, Chapter, Cue
from pipeline.plan.approval import KEYS, PARTS, Shown, digests_of

RATE = Fraction(25)
ANA = Speaker(id="ana", name="Dr Ana Expert")
SAID = {"en": Captions("en", "person", (Cue(0, 50, ("Hello.",)),), draft=False)}
OTHER = {"en": Captions("en", "person", (Cue(0, 50, ("Good day.",)),), draft=False)}
INTRO = Shown(ANA, "host", captions=SAID)
SHOWN = Shown(ANA, "recording", "photo", SAID, (Chapter(0, "Now"),), INTRO)

KNOWN_BY_WHAT_COMES_OF_THEM = {
    "video": "recording", "script": "captions", "script_is_right": "captions",
    "language": "captions", "style": "captions", "still": "picture", "chapters": "chapters",
    "intro": "intro", "intro_language": "intro",
}  # fmt: skip
NOT_SEEN_NOR_HEARD = {"id", "timezone", "allowance", "accept", "consent", "contact", "say"}


def changed(now: Shown) -> list[str]:
    """The parts that are others than those of ``SHOWN``."""
    before, after = digests_of(SHOWN, RATE), digests_of(now, RATE)
    return [part for part in PARTS if before[part] != after[part]]


def test_every_key_of_a_speaker_is_part_of_what_is_approved_or_decides_nothing_that_airs():
    by_itself = {key for keys in KEYS.values() for key in keys}
    assert by_itself | {*KNOWN_BY_WHAT_COMES_OF_THEM} | NOT_SEEN_NOR_HEARD == {
        *Speaker.model_fields
    }
    assert {*KEYS, *KNOWN_BY_WHAT_COMES_OF_THEM.values()} == {*PARTS}


@pytest.mark.parametrize(
    ("now", "parts"),
    [
        (replace(SHOWN, recording="another"), ["recording"]),
        (replace(SHOWN, captions=OTHER), ["captions"]),
        (replace(SHOWN, captions={**SAID, "fr": OTHER["en"]}), ["captions"]),
        (replace(SHOWN, photo="another"), ["picture"]),
        (replace(SHOWN, chapters=(Chapter(25, "Now"),)), ["chapters"]),
        (replace(SHOWN, chapters=(Chapter(0, "Then"),)), ["chapters"]),
        (replace(SHOWN, intro=None), ["intro"]),
        (replace(SHOWN, intro=replace(INTRO, recording="another")), ["intro"]),
        (replace(SHOWN, intro=replace(INTRO, captions=OTHER)), ["intro"]),
        (replace(SHOWN, speaker=Speaker(id="ana", name="Dr Ana Expertová")), ["card"]),
        (replace(SHOWN, speaker=Speaker(id="ana", name=ANA.name, trim={"start": "1s"})), ["trim"]),
        (replace(SHOWN, speaker=Speaker(id="ana", name=ANA.name, sound_track=2)), ["sound"]),
        (replace(SHOWN, speaker=Speaker(id="ana", name=ANA.name, allowance="2m")), []),
    ],
)
def test_what_is_changed_is_told_by_its_part(now: Shown, parts: list[str]):
    assert changed(now) == parts
