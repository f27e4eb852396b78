"""A title card that somebody speaks under: how long it stays, what the slot's sum makes of it, and
whose the files are.
"""

from __future__ import annotations

import pytest

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid
from pipeline.findings import About
from pipeline.model import Captions, Cue, Introduced
from pipeline.plan.assembly import segment_cues
from pipeline.plan.cards import speaker_card
from pipeline.plan.intake import take_in
from pipeline.plan.introductions import introduction_findings, stays_long
from pipeline.plan.rundown import plan_rundown
from pipeline.plan.slot import allowance_findings, plan_slot, slot_findings

WRITTEN = """title: Micro-credentials
slot: {{start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}}
cards: {{{cards}}}
captions: {{{captions}}}
speakers:
  - {{id: ann, name: Dr Ann, intro: ann.wav{ann}}}
  - {{id: ben, name: Dr Ben}}
"""


def event(cards: str = "", captions: str = "", ann: str = "") -> Config:
    return read_config(WRITTEN.format(cards=cards, captions=captions, ann=ann))


def lengths(config: Config, intro_s: float) -> list[tuple[str, float]]:
    """The items with their lengths in seconds, with an introduction of Ann."""
    planned = plan_rundown(config, {"ann": 1000, "ben": 500}, {"ann": round(intro_s * 25)})
    return [(item.kind, item.frames / 25) for item in planned.items]


def test_what_is_wrong_with_its_language_is_mended_with_the_key_that_it_has():
    (ann, _) = event().speakers
    said = "Write `language: de` under ann.intro in config.yaml and build again."
    differs = About("ann.intro", "ann.wav").warning("language-differs", "German is spoken.", said)
    (found,) = introduction_findings(ann, [differs])
    assert found.remedy == "Write `intro_language: de` under ann in config.yaml and build again."


# --- how long the card stays ----------------------------------------------------------------------


def test_a_title_card_stays_for_its_introduction_and_half_a_second_and_a_fade_around_it():
    assert lengths(event(), 12)[1:3] == [
        ("title", 13.84),
        ("message", 40),
    ]  # 23 frames at both ends
    assert lengths(event("transition: cut"), 12)[1] == ("title", 13.04)


def test_a_short_introduction_leaves_the_card_as_long_as_all_others():
    assert lengths(event(), 3)[1] == ("title", 6)


def test_without_title_cards_the_one_with_an_introduction_is_shown():
    assert lengths(event("title: 0s"), 12) == [
        ("opening", 8),
        ("title", 13.84),
        ("message", 40),
        ("message", 20),
        ("closing", 6),
    ]


def test_who_has_sent_nothing_is_not_introduced():
    planned = plan_rundown(event(), {"ben": 500}, {"ann": 300})
    assert planned.items[1].kind == "holding" and planned.items[1].introduced is None


# --- the sum --------------------------------------------------------------------------------------


def test_the_slot_counts_an_introduction_and_says_so():
    plan = plan_slot(event(), {"ann": 25 * 300, "ben": 500}, (), {"ann": 300})
    assert (plan.cards_ms, plan.intros_ms) == (33_840, 7_840)
    assert plan.cards_said == "0:34 (introductions 7.8 s of it)"
    assert plan.total_ms == 33_840 + 300_000 + 20_000


def test_what_an_introduction_takes_is_missing_from_everybodys_allowance_and_that_is_said():
    without = plan_slot(event(), {})
    plan = plan_slot(event(), {"ann": 25 * 600}, (), {"ann": 300})
    assert without.allowance_ms - plan.allowance_ms == 7_840 // 2
    (over,) = allowance_findings(plan, {})
    assert "slot 20:00 - cards with introductions, fades and margin 0:49" in over.message


def test_over_the_slot_the_introductions_are_a_way_out():
    plan = plan_slot(event(), {"ann": 25 * 900, "ben": 25 * 300}, (), {"ann": 25 * 30})
    (over,) = slot_findings(plan, {})
    assert "cards 0:52 (introductions 0:26 of it)" in over.message
    assert "introductions take 0:26" in over.remedy


# --- captions -------------------------------------------------------------------------------------


def test_captions_of_an_introduction_stand_over_its_card_on_the_segments_clock():
    planned = plan_rundown(event(), {"ann": 1000}, {"ann": 300})
    assert planned.items[1].introduced == Introduced(23, 300)
    spoken = Captions(
        "en", "person", (Cue(0, 50, ("Next, Ann.",)), Cue(280, 340, ("Ann!",))), False
    )
    said = Captions("en", "person", (Cue(10, 50, ("Hello.",)),), False)
    assert segment_cues(planned, {"ann": said}, {"ann": spoken}) == (
        Cue(223, 273, ("Next, Ann.",)),
        Cue(503, 523, ("Ann!",)),
        Cue(556, 596, ("Hello.",)),
    )


def test_the_words_of_a_card_that_captions_come_over_end_above_them():
    config = event()
    ann, ben = config.speakers
    assert speaker_card(config, ann, "title")["floor"] == 0.79
    assert speaker_card(config, ben, "title")["floor"] == 0.79  # all title cards are alike
    assert "floor" not in speaker_card(config, ann, "holding")
    assert speaker_card(event(captions="burn: [es, en]"), ann, "title")["floor"] == 0.67


# --- files and findings ---------------------------------------------------------------------------


def test_a_file_that_introduces_is_no_second_recording_and_its_captions_are_its_own():
    names = ["ann.mp4", "ann.wav", "ben.mp4", "ann.txt", "ann.intro.txt"]
    captions = ["ann.en.srt", "ann.intro.en.srt", "ann.intro.de.vtt"]
    taken, nobodys = take_in(event(), names, captions)
    (ann, found), _ = taken
    assert (ann.recording, ann.script, dict(ann.captions), found) == (
        "ann.mp4",
        "ann.txt",
        {"en": "ann.en.srt"},
        (),
    )
    intro = ann.intro
    assert intro and (intro.recording, intro.script) == ("ann.wav", "ann.intro.txt")
    assert intro.captions == {"de": "ann.intro.de.vtt", "en": "ann.intro.en.srt"}
    assert nobodys == ()


def test_an_introduction_that_is_not_there_is_said_and_the_message_is_shown():
    ((ann, found), _), _ = take_in(event(), ["ann.mp4", "ben.mp4"], [])
    assert (ann.recording, ann.intro) == ("ann.mp4", None)
    assert [(one.severity, one.code) for one in found] == [("warning", "intro-unusable")]
    assert found[0].message == (
        "Dr Ann: the introduction cannot be heard, the title card is silent: inputs/ann.wav is not"
        " there."
    )


def test_an_error_of_an_introduction_leaves_the_message_as_it_is_unless_the_machine_failed():
    ann, about = event().speakers[0], About("ann.intro", "ann.wav", "ann.wav: ")
    found = (
        about.error("no-audio", "this video has no sound."),
        about.error("machine-failed", "the disk is full."),
        about.warning("clipped", "it is distorted."),
        about.note("trim-offer", "2 s of silence."),
    )
    said = [(one.severity, one.code, one.submission) for one in introduction_findings(ann, found)]
    assert said == [
        ("warning", "intro-unusable", "ann"),
        ("error", "machine-failed", "ann"),
        ("warning", "clipped", "ann"),
    ]


def test_a_card_that_stays_for_over_45_seconds_is_pointed_out():
    ann = event().speakers[0]
    assert stays_long(ann, 45_000) == ()
    (finding,) = stays_long(ann, 72_000)
    assert (finding.severity, finding.code) == ("warning", "intro-long")
    assert "the introduction lasts 1:12; for so long the title card stays." in finding.message


def test_an_introduction_is_spoken_in_the_language_of_the_event_unless_another_is_named():
    config = read_config("language: de\n" + WRITTEN.format(cards="", captions="", ann=""))
    ann = config.introducer_of(config.speakers[0])
    assert ann and (ann.id, ann.language) == ("ann.intro", "de")
    config = event(ann=", intro_language: es")
    spanish = config.introducer_of(config.speakers[0])
    assert spanish and spanish.language == "es"
    assert config.introducer_of(config.speakers[1]) is None


def test_a_path_is_no_name_of_an_introduction():
    with pytest.raises(ConfigInvalid, match="intro"):
        event(ann=", intro_language: klingonese")
