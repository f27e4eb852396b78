"""``build --final`` as a producer meets it: one fault each, refused by name with its way out, and
handed over when the producer has accepted it. Told with recorded answers; nothing is encoded.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from recorded_hands import ANSWERS, Answer, Recorded, at_work

from pipeline import screens
from pipeline.commands.build import NotFinal, build
from pipeline.commands.report import Report
from pipeline.console import Lines
from pipeline.errors import Refused, ToolFailed

CAPTIONS = "1\n00:00:00,500 --> 00:00:02,500\nGood morning from Dublin.\n"
WHOLE = "beside title:"


@dataclass
class Story:
    """An event of two speakers that can air, and what goes wrong with it."""

    root: Path
    head: dict[str, str] = field(
        default_factory=lambda: {
            "slot": "{start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}",
            "cards": "{opening: 1s, title: 1s, closing: 1s, lower_third: 2s}",
            "captions": "{engine: pocketsphinx}",
        }
    )
    people: dict[str, str] = field(default_factory=lambda: {"ana": "", "bo": ""})
    answers: dict[str, Answer] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def captions(self, name: str, text: str = CAPTIONS) -> None:
        (self.root / "inputs/captions" / name).write_text(text, "utf-8")

    def no_captions(self, name: str) -> None:
        (self.root / "inputs/captions" / name).unlink()

    def build(self, final: bool = True) -> Report:
        keys = "".join(f"{key}: {value}\n" for key, value in self.head.items())
        people = "".join(
            f"  - {{id: {one}, name: Dr {one.title()}{more}}}\n"
            for one, more in self.people.items()
        )
        text = f"title: Test segment\ndelivery: {{size: 640x360}}\n{keys}speakers:\n{people}"
        (self.root / "config.yaml").write_text(text, "utf-8")
        hands = Recorded(self.answers)
        self.ran = hands.told
        with at_work(self.root, hands) as (event, bench):
            return build(event, bench, final)

    def refused(self) -> str:
        with pytest.raises(NotFinal) as caught:
            self.build()
        assert not (self.root / "outputs/segment.mp4").exists()
        return str(caught.value)

    @property
    def segment(self) -> Path:
        return self.root / "outputs/segment.mp4"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    (tmp_path / "inputs/captions").mkdir(parents=True)
    told = Story(tmp_path)
    for name in ("ana", "bo"):
        (tmp_path / f"inputs/{name}.mp4").write_bytes(b"\0" + name.encode())
        told.captions(f"{name}.en.srt")
    return told


def test_what_can_air_is_handed_over(story):
    report = story.build()
    assert story.segment.is_file()
    assert not report.in_part


# --- what goes wrong ------------------------------------------------------------------------------

FAILS = ToolFailed("ffmpeg", "bo: listen", "ended with code 1", "outputs/.store/failed/1.txt")
TOO_QUIET = {"stderr.txt": ANSWERS["sound"]["stderr.txt"].replace("-16.0 LUFS", "-19.0 LUFS")}
QUIET_PASSES: dict[str, Answer] = {
    f"ana: sound, pass {number}": TOO_QUIET for number in range(1, 5)
}


def nobody_sent_it(story: Story) -> None:
    (story.root / "inputs/bo.mp4").unlink()


def a_recording_breaks(story: Story) -> None:
    story.answers["bo: listen"] = FAILS


def a_recording_breaks_in_the_encode(story: Story) -> None:
    story.answers["bo: picture 1/1"] = ToolFailed("ffmpeg", "bo: picture 1/1", "ended with code 1")


def her_trim_is_older(story: Story) -> None:
    story.people["ana"] = ", trim: {end: 2s}"
    story.build()
    story.segment.unlink()
    (story.root / "inputs/ana.mp4").write_bytes(b"\0her correction")


def it_came_twice(story: Story) -> None:
    (story.root / "inputs/bo.mp4").write_bytes(b"\0ana")


def two_files_of_one_speaker(story: Story) -> None:
    (story.root / "inputs/bo.mov").write_bytes(b"\0another")


def the_slot_is_over(story: Story) -> None:
    story.head["slot"] = (
        "{start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:30:08+02:00, margin: 0s}"
    )
    story.people = {"ana": ", allowance: 3s", "bo": ", allowance: 3s"}


def ana_is_over_her_allowance(story: Story) -> None:
    story.people["ana"] = ", allowance: 2s"


def another_offset(story: Story) -> None:
    story.head["slot"] = (
        "{start: 2021-09-14T14:30:00+01:00, end: 2021-09-14T14:50:00+01:00, timezone:"
        " Europe/Berlin}"
    )


def her_loudness_is_missed(story: Story) -> None:
    story.answers |= QUIET_PASSES
    story.head["limits"] = "{gain: 60}"


def she_cannot_be_raised_so_far(story: Story) -> None:
    story.answers |= QUIET_PASSES
    story.head["limits"] = "{gain: 0}"


def her_captions_are_a_draft(story: Story) -> None:
    story.no_captions("ana.en.srt")


def she_has_no_captions(story: Story) -> None:
    story.no_captions("ana.en.srt")
    story.answers["ana: draft captions"] = ToolFailed("sphinx", "ana: draft captions", "broke", "1")


def her_words_do_not_fit_the_speech(story: Story) -> None:
    story.no_captions("ana.en.srt")
    (story.root / "inputs/captions/ana.en.txt").write_text("Good morning from Dublin.\n")
    story.answers["ana: hear the script"] = ToolFailed("sphinx", "ana: hear", "broke", "1")


def he_has_no_french(story: Story) -> None:
    story.head["captions"] = "{engine: pocketsphinx, languages: [en, fr]}"
    story.captions("ana.fr.srt")


def he_has_no_french_in_the_picture(story: Story) -> None:
    story.head["captions"] = "{engine: pocketsphinx, burn: [fr, en]}"
    story.captions("ana.fr.srt")


def her_french_cannot_be_read(story: Story) -> None:
    story.captions("ana.fr.srt", "This is no caption file.\n")


def her_french_has_no_times(story: Story) -> None:
    story.captions("ana.fr.txt", "Bonjour de Dublin.\n")


def letters_of_her_name_are_missing(story: Story) -> None:
    said = {"missing_glyphs": ["ꙮ"], "overflow": [], "font_package": "fonts-noto-core"}
    story.answers["ana: cards"] = {"stdout.txt": json.dumps({**said, "strap_top": 300})}


def the_title_is_cut(story: Story) -> None:
    said = {"missing_glyphs": [], "overflow": ["title"]}
    story.answers["opening and closing cards"] = {"stdout.txt": json.dumps(said)}


def the_music_cannot_be_read(story: Story) -> None:
    story.head["cards"] = "{opening: 1s, title: 1s, closing: 1s, music: song.mp3}"
    (story.root / "song.mp3").write_bytes(b"\0no song")
    story.answers["music"] = ToolFailed("ffmpeg", "music", "ended with code 1")


def her_introduction_is_not_there(story: Story) -> None:
    story.people["ana"] = ", intro: ana.wav"


FAULTS: list[tuple[Callable[[Story], None], str, tuple[str, ...], str]] = [
    (nobody_sent_it, "missing", ("bo",), "perspectives add"),
    (a_recording_breaks, "damaged", ("bo",), "export it again"),
    (a_recording_breaks_in_the_encode, "damaged", ("bo",), "export it again"),
    (her_trim_is_older, "decided-for-another", ("ana",), "perspectives keep ana"),
    (it_came_twice, "duplicate-content", ("ana", "bo"), "the right file"),
    (two_files_of_one_speaker, "two-recordings", ("bo",), "video:"),
    (the_slot_is_over, "slot-over", (WHOLE,), "Win back 2 s"),
    (ana_is_over_her_allowance, "over-allowance", ("ana",), "allowance:"),
    (another_offset, "slot-offset", (WHOLE,), "write +02:00"),
    (her_loudness_is_missed, "loudness-missed", ("ana",), "Listen to the built clip"),
    (she_cannot_be_raised_so_far, "gain-capped", ("ana",), "raise gain:"),
    (her_captions_are_a_draft, "captions-draft", ("ana",), "Correct outputs/captions/ana.en.srt"),
    (she_has_no_captions, "no-captions", ("ana",), "Send the script as inputs/ana.txt"),
    (her_words_do_not_fit_the_speech, "script-mismatch", ("ana",), "Check that it is the text"),
    (he_has_no_french, "language-missing", ("bo",), "inputs/captions/bo.fr.srt"),
    (he_has_no_french_in_the_picture, "burned-language-missing", ("bo",), "captions/bo.fr.srt"),
    (her_french_cannot_be_read, "captions-unreadable", ("ana",), "as SRT"),
    (her_french_has_no_times, "captions-untimed", ("ana",), "Save it as SRT, with times"),
    (letters_of_her_name_are_missing, "letters-missing", ("ana",), "fonts-noto-core"),
    (the_title_is_cut, "text-cut", (WHOLE,), "Shorten the name"),
    (the_music_cannot_be_read, "music-unusable", (WHOLE,), "save it"),
    (her_introduction_is_not_there, "intro-unusable", ("ana",), "correct intro:"),
]


@pytest.mark.parametrize(("goes_wrong", "code", "whose", "way_out"), FAULTS)
def test_one_fault_is_refused_by_name_and_airs_when_it_is_accepted(
    story, goes_wrong, code, whose, way_out
):
    goes_wrong(story)
    said = story.refused()
    assert f"({code}: " in said and way_out.casefold() in said.casefold()
    assert "Nothing was handed over; the segment in outputs/ stays as it was." in said

    listed = {line.strip() for line in said.splitlines() if "`accept: [" in line}
    under = {name if name == WHOLE else f"under {name}" for name in whose}
    assert listed == {f"{where} `accept: [{code}]`" for where in under}

    for name in whose:
        if name == WHOLE:
            story.head["accept"] = f"[{code}]"
        else:
            story.people[name] += f", accept: [{code}]"
    report = story.build()
    assert story.segment.is_file()
    kept = json.loads((story.root / "outputs/report.json").read_text("utf-8"))
    of_speakers = {one["id"]: one["accepted"] for one in kept["submissions"] if one["accepted"]}
    assert of_speakers == {name: [code] for name in whose if name != WHOLE}
    assert kept["accepted"] == ([code] if WHOLE in whose else [])
    assert "accepted-in-vain" not in [found.code for found in report.all_findings]


# --- what is said besides -------------------------------------------------------------------------


def test_all_that_keeps_it_from_airing_is_said_at_once_before_any_picture_is_made(story):
    her_loudness_is_missed(story)
    nobody_sent_it(story)
    letters_of_her_name_are_missing(story)
    the_slot_is_over(story)
    said = story.refused()
    for code in ("loudness-missed", "missing", "letters-missing", "slot-over"):
        assert f"({code}: " in said
    assert "  under ana `accept: [loudness-missed, letters-missing]`" in said.splitlines()
    assert [task for task in story.ran if "picture 1" in task or "join" in task] == []


def test_a_draft_that_final_refuses_lies_where_it_says(story):
    her_captions_are_a_draft(story)
    story.refused()
    assert "orning from dublin" in (story.root / "outputs/captions/ana.en.srt").read_text("utf-8")


def test_a_draft_that_a_person_changed_in_place_is_not_aired_without_a_word(story):
    her_captions_are_a_draft(story)
    story.people["ana"] = ", accept: captions-draft"
    story.build()
    draft = story.root / "outputs/captions/ana.en.srt"
    draft.write_text(draft.read_text("utf-8").replace("orning", "orrow"), "utf-8")
    with pytest.raises(NotFinal) as caught:
        story.build()
    assert "(draft-edited: a person's corrections are not shown)" in str(caught.value)
    assert "under ana `accept: [captions-draft, draft-edited]`" in str(caught.value)


def test_drafts_of_a_message_and_of_its_introduction_are_accepted_each_by_itself(story):
    her_captions_are_a_draft(story)
    (story.root / "inputs/ana.wav").write_bytes(b"\0her introduction")
    story.people["ana"] = ", intro: ana.wav"
    assert "under ana `accept: [intro/captions-draft, captions-draft]`" in story.refused()
    story.people["ana"] = ", intro: ana.wav, accept: [captions-draft]"
    said = story.refused()
    assert said.count("(captions-draft: ") == 1 and "Introduction of Dr Ana: captions" in said
    assert "under ana `accept: [captions-draft, intro/captions-draft]`" in said

    story.people["ana"] = ", intro: ana.wav, accept: [captions-draft, intro/captions-draft]"
    report = story.build()
    said = shown(story, report)
    assert "Captions are a DRAFT for ana, ana.intro; see above." in said
    assert "Accepted in config.yaml: ana captions-draft, intro/captions-draft." in said

    draft = story.root / "outputs/captions/ana.intro.en.srt"
    draft.write_text(draft.read_text("utf-8").replace("orning", "orrow"), "utf-8")
    with pytest.raises(NotFinal) as caught:
        story.build()
    assert "intro/captions-draft, intro/draft-edited]`" in str(caught.value)


def shown(story: Story, report: Report) -> str:
    """What a producer reads after a build."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        screens.show_built(Lines(), report, 1, story.root / "outputs", draft=False)
    return out.getvalue()


def test_speakers_of_whom_nothing_is_shown_are_told_as_one_or_several(story):
    nobody_sent_it(story)
    assert "Done in part: bo has a holding card. (exit 3)" in shown(story, story.build(False))
    story.people["cy"] = ""
    assert "Done in part: bo, cy have holding cards. (exit 3)" in shown(story, story.build(False))


def test_what_a_segment_was_before_stays_when_final_is_refused(story):
    story.build()
    before = story.segment.stat().st_mtime_ns
    nobody_sent_it(story)
    with pytest.raises(NotFinal):
        story.build()
    assert story.segment.stat().st_mtime_ns == before


def test_a_code_that_does_not_occur_is_a_note(story):
    story.people["ana"] = ", accept: [loudness-missed]"
    (note,) = [one for one in story.build().all_findings if one.code == "accepted-in-vain"]
    assert (note.severity, note.submission) == ("info", "ana")
    assert note.message == (
        "config.yaml accepts loudness-missed under ana; it does not occur there."
    )
    assert note.remedy == "Take it out, or it will hide what comes later."


def test_what_was_accepted_of_one_recording_is_not_accepted_of_the_next(story):
    her_loudness_is_missed(story)
    story.people["ana"] = ", accept: [loudness-missed]"
    story.build()
    (story.root / "inputs/ana.mp4").write_bytes(b"\0her correction")
    with pytest.raises(NotFinal) as caught:
        story.build()
    assert "(loudness-missed: " in str(caught.value)
    assert "`accept: [loudness-missed]` was decided for another recording" in str(caught.value)


def test_a_code_in_the_wrong_place_accepts_nothing_and_the_place_is_said(story):
    her_loudness_is_missed(story)
    story.head["accept"] = "[loudness-missed]"
    story.refused()
    (note,) = [one for one in story.build(False).all_findings if one.code == "accepted-in-vain"]
    assert note.remedy == "Write it under ana, where it occurs."


def test_over_the_slot_under_strict_is_refused_whatever_is_accepted(story):
    the_slot_is_over(story)
    story.head["slot"] = story.head["slot"].replace("}", ", overrun: strict}")
    assert "accept:" not in story.refused()
    story.head["accept"] = "[slot-over]"
    with pytest.raises(Refused) as caught:
        story.build()
    assert "(or overrun: warn)" in str(caught.value)


def test_without_final_everything_is_built_as_before(story):
    ana_is_over_her_allowance(story)
    her_loudness_is_missed(story)
    story.build(final=False)
    assert story.segment.is_file()
