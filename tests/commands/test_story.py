"""The story of a build, told with recorded answers: who is late, who is rejected, what runs again
and why, and what an error leaves behind. Nothing is encoded; what comes out as media is tested
elsewhere.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from conftest import REPOSITORY
from recorded_hands import CONFIG, Recorded, arrived, at_work

from pipeline.commands.build import NothingUsable, build
from pipeline.commands.check import check_everything
from pipeline.commands.drafts import make_drafts
from pipeline.commands.report import Report
from pipeline.errors import (
    Exchanged,
    MachineFailed,
    NotAsPlanned,
    Refused,
    StillChanging,
    ToolFailed,
)
from pipeline.message import engines
from pipeline.recipe import Recipe
from pipeline.tools.texts import argos
from pipeline.work import workers


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace in which Ana's recording has come in and Bo's has not."""
    return arrived(tmp_path)


def built(root: Path, hands: Recorded | None = None, final: bool = False) -> tuple[Report, list]:
    """A build: its report, and the tasks that were run."""
    hands = hands or Recorded()
    hands.told.clear()
    with at_work(root, hands) as (event, bench):
        report = build(event, bench, final)
    return report, list(hands.told)


def explained(root: Path) -> list[tuple[str, str]]:
    """What a build would run, and why."""
    with at_work(root, Recorded(), dry=True) as (event, bench):
        build(event, bench)
    return list(dict.fromkeys(bench.would_run))


def items(report: Report) -> list[tuple[str, str | None]]:
    """The rundown as kinds and speakers."""
    assert report.rundown
    return [(item.kind, item.speaker) for item in report.rundown.items]


def codes(report: Report, speaker: str) -> list[str]:
    """The codes of one speaker's findings."""
    return [
        found.code for one in report.checked if one.speaker.id == speaker for found in one.findings
    ]


def test_whoever_is_missing_has_a_holding_card_and_the_others_are_built(root):
    report, _ = built(root)
    assert items(report) == [
        ("opening", None),
        ("title", "ana"),
        ("message", "ana"),
        ("holding", "bo"),
        ("closing", None),
    ]
    assert codes(report, "bo") == ["missing"]
    assert report.in_part
    assert (root / "outputs/segment.mp4").is_file() and (root / "outputs/clips/ana.mp4").is_file()


def test_a_late_arrival_costs_its_own_work_and_the_join(root):
    built(root)
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    report, ran = built(root)
    assert items(report)[3:5] == [("title", "bo"), ("message", "bo")]
    assert not report.in_part
    assert not [task for task in ran if task.startswith("ana")]
    assert [task for task in ran if not task.startswith("bo: ")] == [
        "run of show",
        "segment: sound track",
        "clip bo: sound track",
        "join segment.mp4",
        "join clip bo.mp4",
        "join segment.captioned.mp4",
        "join clip bo.captioned.mp4",
    ]


def with_cards(lengths: str) -> str:
    """config.yaml with cards of these lengths and no lower third."""
    return CONFIG.replace(
        "opening: 1s, title: 1s, closing: 1s, lower_third: 2s", f"{lengths}, lower_third: 0s"
    )


def drawn(ran: list) -> set:
    """The drawings among what was run, and the cards that were encoded."""
    return {task for task in ran if task.endswith((" card", " cards", "cards, holding"))}


def test_a_card_that_is_not_shown_is_not_drawn(root):
    (root / "config.yaml").write_text(with_cards("opening: 0s, title: 0s, closing: 0s"))
    report, ran = built(root)
    assert items(report) == [("message", "ana"), ("holding", "bo")]
    assert drawn(ran) == {"bo: cards, holding", "bo: holding card"}


def test_a_card_is_drawn_as_soon_as_it_is_shown(root):
    (root / "config.yaml").write_text(with_cards("opening: 0s, title: 0s, closing: 0s"))
    built(root)
    (root / "config.yaml").write_text(with_cards("opening: 0s, title: 4s, closing: 0s"))
    report, ran = built(root)
    assert items(report) == [("title", "ana"), ("message", "ana"), ("holding", "bo")]
    assert drawn(ran) == {"ana: cards", "bo: cards", "grounds of the cards", "ana: title card"}


def test_nobody_who_is_there_is_drawn_as_missing(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    _, ran = built(root)
    assert not [task for task in ran if "holding" in task]


class WaitsForPictures(Recorded):
    """Hands that hear Bo's words only when Ana's pictures are being encoded."""

    encoding = threading.Event()
    in_time = True

    def make(self, root: Path, command: Recipe, fills: tuple[Recipe, ...]) -> None:
        if command.task.startswith("ana: picture"):
            self.encoding.set()
        if command.task == "bo: draft captions":
            self.in_time = self.encoding.wait(20)
        super().make(root, command, fills)


def test_one_message_is_encoded_while_another_one_is_still_listened_to(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    hands = WaitsForPictures()
    with workers.threads(2) as places, at_work(root, hands, places=places) as (event, bench):
        build(event, bench)
    assert hands.in_time


class WaitsForSound(Recorded):
    """Hands that have Ana's pictures only when the segment's sound and its first card are there."""

    def __init__(self) -> None:
        super().__init__()
        self.awaited = {
            name: threading.Event() for name in ("segment: sound track", "opening card")
        }
        self.in_time = False

    def make(self, root: Path, command: Recipe, fills: tuple[Recipe, ...]) -> None:
        if command.task.startswith("ana: picture"):
            self.in_time = all(made.wait(20) for made in self.awaited.values())
        super().make(root, command, fills)
        if command.task in self.awaited:
            self.awaited[command.task].set()


def test_cards_and_the_segments_sound_do_not_wait_for_the_last_picture(root):
    hands = WaitsForSound()
    with workers.threads(2) as places, at_work(root, hands, places=places) as (event, bench):
        build(event, bench)
    assert hands.in_time


def test_a_message_whose_pictures_cannot_be_made_is_held_and_its_sound_is_not_heard(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    fails = ToolFailed("ffmpeg", "bo: picture 1/1", "ended with code 1")
    hands = Recorded(dict.fromkeys(("bo: picture 1/1", "bo: picture 1/1 with captions"), fails))
    report, ran = built(root, hands)
    assert items(report)[2:4] == [("message", "ana"), ("holding", "bo")]
    assert codes(report, "bo")[-1] == "damaged"
    assert ran.count("segment: sound track") == 2
    assert not (root / "outputs/clips/bo.mp4").exists()


def test_nothing_is_encoded_before_all_is_known_where_the_segment_must_be_final(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    hands = Recorded()
    with pytest.raises(Refused, match="Not final, it cannot air"):
        built(root, hands, final=True)
    assert "bo: draft captions" in hands.told
    assert not [task for task in hands.told if ": picture" in task]


def test_a_build_of_what_has_not_changed_runs_nothing(root):
    built(root)
    assert built(root)[1] == []


def test_a_dry_run_says_what_would_run_and_why_and_runs_nothing(root):
    built(root)
    (root / "config.yaml").write_text(CONFIG.replace("Dr Ana Expert", "Dr Ana Expertová"))
    told = dict(explained(root))
    assert told["ana: cards"] == "wording changed"
    assert told["ana: title card"] == "title words changed"
    assert told["ana: picture 1/1"] == "lower third changed"
    assert not {"ana: listen", "ana: draft captions", "bo: cards", "opening card"} & told.keys()


def test_the_first_dry_run_stops_where_nothing_is_known(root):
    assert explained(root) == [
        ("ana: look at the recording", "made for the first time"),
        ("joins", "their parts are made anew"),
    ]
    assert not (root / "outputs/segment.mp4").exists()


def test_a_recording_that_a_program_cannot_cope_with_leaves_the_others_standing(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    fails = ToolFailed("ffmpeg", "bo: listen", "ended with code 1", "outputs/.store/failed/1.txt")
    report, _ = built(root, Recorded({"bo: listen": fails}))
    assert items(report)[3] == ("holding", "bo")
    found = next(one for one in report.all_findings if one.code == "damaged")
    assert found.message == (
        "bo.mp4: the recording could not be worked on to its end (listen: ffmpeg ended with code 1;"
        " see outputs/.store/failed/1.txt)."
    )
    assert found.severity == "error"


def test_a_recording_that_fails_only_when_it_is_encoded_is_held_as_well(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    fails = ToolFailed("ffmpeg", "bo: picture 1/1", "ended with code 1")
    report, _ = built(root, Recorded({"bo: picture 1/1": fails}))
    assert items(report)[3] == ("holding", "bo")
    assert "damaged" in codes(report, "bo") and "damaged" not in codes(report, "ana")


def test_a_file_that_changes_while_it_is_read_is_waited_for_by_a_person(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0half of Bo's")
    report, _ = built(root, Recorded({"bo: look at every picture": StillChanging("bo.mp4")}))
    assert codes(report, "bo") == ["still-changing"]
    assert items(report)[3] == ("holding", "bo")


def test_a_logo_that_was_saved_anew_meanwhile_puts_no_holding_card_in_place_of_a_message(root):
    exchanged = Exchanged("/event/logo.png")
    with pytest.raises(Exchanged, match=r"^/event/logo\.png: .*\n  Next: .*run the command again"):
        built(root, Recorded({"ana: cards": exchanged}))
    assert not (root / "outputs/segment.mp4").exists()


def test_nothing_is_handed_over_when_no_submission_can_be_used(root):
    fails = ToolFailed("ffmpeg", "ana: listen", "ended with code 1")
    with pytest.raises(NothingUsable) as caught:
        built(root, Recorded({"ana: listen": fails}))
    assert [codes(caught.value.report, name) for name in ("ana", "bo")] == [
        ["damaged"],
        ["missing"],
    ]
    assert not (root / "outputs/segment.mp4").exists()


def test_a_card_that_cannot_be_drawn_is_nobodys_recording(root):
    fails = ToolFailed("draw", "ana: cards", "ended with code 1")
    with pytest.raises(ToolFailed) as caught:
        built(root, Recorded({"ana: cards": fails}))
    assert caught.value.tool == "draw"


def test_a_joined_file_that_is_too_short_is_not_handed_over(root):
    with pytest.raises(NotAsPlanned):
        built(root, Recorded(short_by=1))
    assert not (root / "outputs/segment.mp4").exists()


def test_a_joined_file_that_somebody_has_touched_is_measured_again(root):
    built(root)
    report, ran = built(root, Recorded(short_by=1))
    assert report.written == () and ran == []  # nobody opened it
    film = next((root / "outputs/.store/objects").rglob("joined.mp4"))
    film.write_bytes(film.read_bytes())
    with pytest.raises(NotAsPlanned):
        built(root, Recorded(short_by=1))


def test_a_caption_engine_that_breaks_off_is_said_and_the_message_is_built(root):
    fails = ToolFailed("sphinx", "ana: draft captions", "ended with code 1", "outputs/1.txt")
    report, _ = built(root, Recorded({"ana: draft captions": fails}))
    assert codes(report, "ana") == ["captions-failed", "no-captions"]
    assert items(report)[2] == ("message", "ana")


def test_a_caption_engine_that_the_machine_ended_is_not_said_to_have_broken_off(root):
    saw = "was ended from outside (signal 9); the memory of this computer was probably full"
    fails = MachineFailed("sphinx", "ana: draft captions", saw, "Close other programs.", "1.txt")
    report, _ = built(root, Recorded({"ana: draft captions": fails}))
    of_ana = next(one for one in report.checked if one.speaker.id == "ana")
    (said,) = [one for one in of_ana.findings if one.code == "captions-failed"]
    assert "broke off" not in said.message
    assert f"{saw}); that is no fault of the recording's" in said.message
    assert said.remedy == "Close other programs."
    assert items(report)[2] == ("message", "ana")


def test_names_in_what_the_speaker_added_to_a_script_are_spelt_as_their_owners_do(root):
    heard = "Good morning from Dublin. I thank Ann Clinton for this. Now thank you."
    told = "Good morning from Dublin. I thank Ana Klinkum for this. Now thank you."
    (root / "inputs/ana.txt").write_text("Good morning from Dublin. Now thank you.")
    model = REPOSITORY / "tests/data/tiny-whisper.pt"
    config = CONFIG.replace("engine: pocketsphinx", f'engine: auto, model: "{model}"')
    (root / "config.yaml").write_text(config.replace("Dr Bo Expert", "Dr Ana Klinkum"))
    no_ear = ToolFailed("sphinx", "ana: hear the script", "ended with code 1", "outputs/1.txt")
    hands = Recorded(
        {
            "ana: hear the script": no_ear,
            "ana: fit the words to the speech": no_ear,
            "ana: transcribe": transcribed(heard),
            "ana: hear names again": transcribed(told),
        }
    )
    report, ran = built(root, hands)
    draft = (root / "outputs/captions/ana.en.srt").read_text("utf-8")
    assert "I thank Ana Klinkum for this." in " ".join(draft.split())
    assert "names-respelt" in codes(report, "ana")
    (root / "inputs/ana.txt").write_text(heard)
    _, ran = built(root, hands)
    assert "ana: hear names again" not in ran


def test_a_name_that_the_second_hearing_skipped_is_heard_by_itself(root):
    model = REPOSITORY / "tests/data/tiny-whisper.pt"
    config = CONFIG.replace("engine: pocketsphinx", f'engine: auto, model: "{model}"')
    (root / "config.yaml").write_text(config.replace("Dr Bo Expert", "Dr Ana Klinkum"))
    hands = Recorded(
        {
            "ana: transcribe": transcribed("Now let us all thank Ann Clinton for this."),
            "ana: hear names again": transcribed(""),
            "ana: hear names once more": transcribed("Now let us all thank Ana Klinkum for this."),
            "ana: fit the words to the speech": ToolFailed("sphinx", "ana: fit", "code 1", "1.txt"),
        }
    )
    built(root, hands)
    draft = (root / "outputs/captions/ana.en.srt").read_text("utf-8")
    assert "Now let us all thank Ana Klinkum for this." in " ".join(draft.split())


ENGLISH = "1\n00:00:00,200 --> 00:00:02,800\nGood morning from Dublin.\n"


class Asked(Exception):
    """The aligner was asked."""


def test_captions_of_a_person_are_held_against_a_sound_once(root, monkeypatch):
    late, file = ENGLISH.replace("00:00:0", "00:10:0"), root / "inputs/captions/ana.en.srt"
    file.write_text(late)
    first, _ = built(root)
    assert "captions-moved" in codes(first, "ana")
    shown = (root / "outputs/clips/ana.en.srt").read_text()
    assert shown.startswith("1\n00:00:0")

    def asked(*_: object, **__: object) -> None:
        raise Asked

    monkeypatch.setattr(engines, "fitted", asked)
    second, ran = built(root)
    assert second.all_findings == first.all_findings and second.written == () and ran == []
    file.write_text(late.replace("00:10:0", "00:20:0"))
    with pytest.raises(Asked):
        built(root)


def has_french(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ana's English captions are there, French is promised, and a package can translate them."""
    (root / "inputs/captions/ana.en.srt").write_text(ENGLISH)
    config = CONFIG.replace("engine: pocketsphinx", "engine: pocketsphinx, languages: [en, fr]")
    (root / "config.yaml").write_text(config)
    folder = root / "translate-en_fr-1_9"
    (folder / "model").mkdir(parents=True)
    (folder / "sentencepiece.model").touch()
    package = argos.Package(folder, "en", "fr")
    monkeypatch.setattr(argos, "way", lambda spoken, wanted: (package,) if wanted == "fr" else ())
    monkeypatch.setattr(engines, "version", lambda tool: "1")


def test_a_promised_language_that_nobody_sent_is_drafted_by_argos_translate(root, monkeypatch):
    has_french(root, monkeypatch)
    answer = {"sentences.json": json.dumps({"sentences": ["Bonjour de Dublin."]})}
    report, ran = built(root, Recorded({"ana: translate into fr": answer}))
    draft = (root / "outputs/captions/ana.fr.srt").read_text("utf-8")
    assert draft.splitlines()[:3] == ["1", "00:00:00,200 --> 00:00:03,000", "Bonjour de Dublin."]
    found = next(one for one in report.all_findings if one.code == "captions-draft")
    assert found.message == (
        "Dr Ana Expert: captions in French are a DRAFT, as Argos Translate translated them; nobody"
        " has read them yet."
    )
    assert "language-missing" not in codes(report, "ana")
    _, ran = built(root)
    assert ran == []
    (root / "inputs/captions/ana.en.srt").write_text(ENGLISH.replace("Dublin", "Cork"))
    _, ran = built(root, Recorded({"ana: translate into fr": answer}))
    assert "ana: translate into fr" in ran


def test_where_a_translation_breaks_off_the_language_is_asked_for_and_the_rest_is_built(
    root, monkeypatch
):
    has_french(root, monkeypatch)
    broken = ToolFailed("argos", "ana: translate into fr", "ended with code 1", "outputs/1.txt")
    report, _ = built(root, Recorded({"ana: translate into fr": broken}))
    assert {"captions-failed", "language-missing"} <= {*codes(report, "ana")}
    assert items(report)[2] == ("message", "ana")


def test_where_whisper_hears_nobody_no_draft_says_what_nobody_said(root):
    model = REPOSITORY / "tests/data/tiny-whisper.pt"
    config = CONFIG.replace("engine: pocketsphinx", f'engine: auto, model: "{model}"')
    (root / "config.yaml").write_text(config)
    report, ran = built(root, Recorded({"ana: transcribe": transcribed("")}))
    assert "ana: draft captions" not in ran
    assert not (root / "outputs/captions/ana.en.srt").exists()
    lacks = next(one for one in report.all_findings if one.code == "no-captions")
    assert "Send the script" in lacks.remedy and "--fetch" not in lacks.remedy


def test_where_another_language_is_spoken_nobody_is_asked_for_a_script_in_the_one_declared(root):
    model = REPOSITORY / "tests/data/tiny-whisper.pt"
    config = CONFIG.replace("engine: pocketsphinx", f'engine: auto, model: "{model}"')
    (root / "config.yaml").write_text(config)
    german = {"words.json": json.dumps({"segments": [], "spoken": ["de", 0.98]})}
    report, _ = built(root, Recorded({"ana: transcribe": german}))
    assert "no-captions" not in codes(report, "ana")
    differs = next(one for one in report.all_findings if one.code == "language-differs")
    assert differs.remedy == (
        "Write `language: de` under ana in config.yaml and build again; if it is English (en)"
        " all the same, send captions as inputs/captions/ana.en.srt."
    )


def transcribed(text: str) -> dict[str, str]:
    """Whisper's answer for three seconds, a word of 0.2 s after the other."""
    words = [
        {"word": f" {word}", "start": place / 5, "end": place / 5 + 0.2, "probability": 0.9}
        for place, word in enumerate(text.split())
    ]
    return {"words.json": json.dumps({"segments": [{"words": words}]})}


def test_a_draft_of_captions_is_written_to_be_corrected_and_not_final(root):
    report, _ = built(root)
    assert "captions-draft" in codes(report, "ana")
    draft = (root / "outputs/captions/ana.en.srt").read_text("utf-8")
    assert "good morning from dublin" in draft.casefold()
    with pytest.raises(Refused) as caught:
        built(root, final=True)
    said = str(caught.value)
    assert "captions are a DRAFT" in said and "Dr Bo Expert" in said


def test_whoever_stops_captions_half_way_has_the_drafts_of_those_that_were_done(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    hands = Recorded({"bo: draft captions": RuntimeError("the lights went out")})
    with pytest.raises(RuntimeError), at_work(root, hands) as (event, bench):
        make_drafts(event, bench)
    assert [path.name for path in (root / "outputs/captions").iterdir()] == ["ana.en.srt"]


def test_a_draft_that_a_person_changed_is_kept_and_said(root):
    built(root)
    draft = root / "outputs/captions/ana.en.srt"
    draft.write_text(draft.read_text("utf-8").replace("orning", "orrow"), "utf-8")
    report, _ = built(root)
    assert "draft-edited" in [found.code for found in report.findings]
    assert "orrow" in draft.read_text("utf-8")


def test_what_a_later_build_no_longer_makes_is_taken_away(root):
    built(root)
    assert (root / "outputs/clips/ana.captioned.mp4").is_file()
    config = CONFIG.replace("size: 640x360", "size: 640x360, outputs: [soft]")
    (root / "config.yaml").write_text(config)
    built(root)
    assert not (root / "outputs/clips/ana.captioned.mp4").exists()
    assert not (root / "outputs/segment.captioned.mp4").exists()
    assert (root / "outputs/segment.mp4").is_file()


def test_a_check_of_one_speaker_looks_at_nobody_else(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    hands = Recorded()
    with at_work(root, hands) as (event, bench):
        report = check_everything(event, bench, ("bo",))
    assert [one.speaker.id for one in report.checked] == ["bo"]
    assert hands.told == [
        "bo: look at the recording",
        "bo: look at every picture",
        "bo: listen",
        "bo: find speech",
        "bo: sound, pass 1",
        "opening and closing cards",
        "grounds of the cards",
        "bo: cards",
    ]


def test_the_same_recording_for_two_speakers_is_said_for_both(root):
    (root / "inputs/bo.mp4").write_bytes(b"\0Ana's recording")
    report, _ = built(root)
    assert "duplicate-content" in codes(report, "ana")
    assert "duplicate-content" in codes(report, "bo")


def test_captions_stand_above_the_name_while_it_is_shown_in_every_format_that_can_say_so(root):
    built(root)
    clip = (root / "outputs/clips/ana.en.vtt").read_text()
    segment = (root / "outputs/segment.en.vtt").read_text()
    # The strap begins at 80%, and is up whenever a caption begins.
    for text in (clip, segment):
        times = [line for line in text.splitlines() if "-->" in line]
        assert times and all(line.endswith(("line:73%", "line:67%")) for line in times)


def test_chapters_of_a_message_reach_segment_clip_and_lists(root):
    chapters = "{0s: Welcome, 1s: Recognition, 9s: Never}"
    config = CONFIG.replace("name: Dr Ana Expert", f"name: Dr Ana Expert, chapters: {chapters}")
    (root / "config.yaml").write_text(config)
    joined: dict[str, str] = {}

    class Watched(Recorded):
        def make(self, root: Path, command: Recipe, fills: tuple[Recipe, ...]) -> None:
            joined[command.task] = dict(command.texts).get("chapters.txt", "")
            super().make(root, command, fills)

    report, _ = built(root, Watched())
    assert "chapter-outside" in codes(report, "ana")
    assert (root / "outputs/clips/ana.chapters.txt").read_text() == "00:00 Welcome\n"
    titles = [
        [line[6:] for line in joined[task].splitlines() if line.startswith("title=")]
        for task in ("join segment.mp4", "join clip ana.mp4")
    ]
    ana = ["Dr Ana Expert: Welcome", "Dr Ana Expert: Recognition"]
    held = "Dr Bo Expert: message to follow"
    assert titles == [["Test segment", *ana, held, "Thank you"], ["Welcome", "Recognition"]]
    (root / "config.yaml").write_text(CONFIG)
    built(root)
    assert not (root / "outputs/clips/ana.chapters.txt").exists()


def test_chapters_noted_in_a_persons_webvtt_are_those_of_the_clip(root):
    (root / "inputs/captions/ana.en.vtt").write_text(
        "WEBVTT\n\nNOTE chapter: Welcome\n\n00:00.000 --> 00:02.500\nGood morning, everyone.\n"
    )
    built(root)
    assert (root / "outputs/clips/ana.chapters.txt").read_text() == "00:00 Welcome\n"
