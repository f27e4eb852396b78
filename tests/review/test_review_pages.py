"""What the page answers: every speaker and what they need, edits that are on the disk when they are
answered for, two windows on one file, approvals, and texts from strangers shown as text.
"""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from PIL import Image
from recorded_hands import Watcher
from review_site import CAPTIONS, CONFIG, Site, served, workspace

from pipeline.commands import session
from pipeline.commands.check import check
from pipeline.event import Workspace
from pipeline.message.prepared import Received
from pipeline.review.preview import Preview


@pytest.fixture
def site(tmp_path: Path):
    """A page to work on."""
    with served(workspace(tmp_path / "event")) as site:
        yield site


def cues(site: Site) -> list:
    """Ana's captions as the page has them: id, frames, lines."""
    return [line[:4] for line in site.ask("/api/captions/ana/en").json["lines"]]


def worded(site: Site, number: int, was: str, text: str, known: int = 0):
    return site.edit(known, do="words", id=number, was=was.split("\n"), lines=text.split("\n"))


# --- the overview ---------------------------------------------------------------------------------


def test_the_overview_says_of_everybody_what_they_need(site: Site):
    text = " ".join(site.ask("/").text.split())
    assert "2 speakers</strong>, 0 approved, 2 need you." in text
    ana, bo = text.split('<li class="card')[1:]
    assert "Dr Ana Expert" in ana and "not approved" in ana and "corrected by a person" in ana
    assert "Dr Bo Expert" in bo and "no recording yet" in bo and 'src="/media/bo.jpg"' not in bo


def test_a_config_that_cannot_be_read_is_said_over_what_was_known(site: Site):
    site.ask("/")
    (site.root / "config.yaml").write_text("title: [")
    text = site.ask("/").text
    assert "What is shown is older than your files: config.yaml: line 1" in text
    assert "Dr Ana Expert" in text
    (site.root / "config.yaml").write_text(CONFIG)
    assert "older than your files" not in site.ask("/").text


def test_a_new_speaker_is_there_as_soon_as_they_are_in_the_config(site: Site):
    more = CONFIG + "  - {id: cy, name: Dr Cy Expert}\n"
    (site.root / "config.yaml").write_text(more)
    assert "Dr Cy Expert" in site.ask("/api/overview").json["html"]


# --- edits ----------------------------------------------------------------------------------------


def test_an_edit_is_in_the_file_when_it_is_answered_for(site: Site):
    answer = worded(site, 1, "The quick brown fox", "The slow fox")
    assert answer.status == 200
    assert answer.json["version"] == 1 and answer.json["steps"][0]["lines"][0][3] == [
        "The slow fox"
    ]
    assert site.said() == ["The slow fox", "jumps over Klinken."]
    kept = list((site.root / "inputs/replaced").iterdir())
    assert [path.read_text() for path in kept] == [CAPTIONS]


def test_everything_that_can_be_done_is_done_and_undone(site: Site):
    before = cues(site)
    asked = [
        {"do": "split", "id": 1, "offset": 9},
        {"do": "to-next", "id": 1, "offset": 3},
        {"do": "to-previous", "id": 2, "offset": 10},
        {"do": "join", "id": 3},
        {"do": "times", "id": 1, "start": 6, "end": 10},
        {"do": "border", "id": 1, "start": 12},
        {"do": "add", "start": 71},
        {"do": "replace", "find": "Klinken", "written": "Klinkum"},
        {"do": "sure", "id": 1},
        {"do": "mend-all"},
    ]
    for one in asked:
        answer = site.edit(**one)
        assert answer.status in (200, 422), (one, answer.text)
    assert "Klinkum" in " ".join(site.said())
    site.edit(do="remove", id=1)
    done = site.ask("/api/captions/ana/en").json["undo"]
    assert done >= 8
    for _ in range(done):
        site.edit(do="undo")
    assert cues(site) == before and site.said() == ["The quick brown fox", "jumps over Klinken."]


def test_what_cannot_be_done_is_said_in_a_sentence(site: Site):
    answer = site.edit(do="split", id=1, offset=0)
    assert answer.status == 422
    assert answer.json["said"] == (
        "Put the cursor between two words of the caption to split it there."
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "format-disk"}, {"do": "words", "id": "1"}, {"do": "times", "id": 1, "start": -1},
        {"do": "words", "id": 1, "lines": "x"}, {"do": "words", "id": 1, "lines": ["x"] * 21},
        {"do": "undo", "path": "/etc/passwd"}, {},
    ],
)  # fmt: skip
def test_what_the_page_would_not_send_is_refused(site: Site, asked: dict):
    assert site.ask("/api/captions/ana/en", {"known": 0, **asked}).status == 422
    assert site.said() == ["The quick brown fox", "jumps over Klinken."]


def test_why_there_are_no_captions_to_correct_is_said_as_it_is(site: Site):
    assert "There is no recording yet" in site.ask("/api/captions/bo/en").json["said"]
    (site.root / "inputs/ana.mp4").write_bytes(b"\0Ana's other recording")
    answer = site.ask("/api/captions/ana/en")
    assert answer.status == 404 and "has not been looked at yet" in answer.json["said"]


def test_a_body_that_is_no_json_is_refused(site: Site):
    assert site.ask("/api/captions/ana/en", b"\xff{").status == 400


def test_of_two_windows_the_later_one_sees_the_earlier(site: Site):
    worded(site, 1, "The quick brown fox", "The slow fox")
    seen = site.ask("/api/captions/ana/en/since/0").json
    assert [line[3] for step in seen["steps"] for line in step["lines"]] == [["The slow fox"]]
    late = worded(site, 1, "The quick brown fox", "The quick red fox")
    assert late.status == 409
    assert late.json["said"] == "Somebody else has changed this caption meanwhile."
    assert late.json["now"][0][3] == ["The slow fox"] and len(late.json["steps"]) == 1
    assert site.said()[0] == "The slow fox"
    other = worded(site, 2, "jumps over Klinken.", "leaps over Klinken.")
    assert other.status == 200 and site.said() == ["The slow fox", "leaps over Klinken."]


def test_what_an_editor_writes_into_the_file_comes_to_the_page(site: Site):
    worded(site, 1, "The quick brown fox", "The slow fox")
    path = site.root / "inputs/captions/ana.en.srt"
    path.write_text(path.read_text().replace("jumps", "leaps"))
    seen = site.ask("/api/captions/ana/en/since/1").json
    assert seen["steps"][0]["what"] == "changed elsewhere"
    assert seen["steps"][0]["lines"][0][3] == ["leaps over Klinken."]


def test_a_file_that_cannot_be_read_is_said_with_its_line(site: Site):
    path = site.root / "inputs/captions/ana.en.srt"
    path.write_text("no captions at all")
    answer = site.ask("/api/captions/ana/en")
    assert answer.status == 422 and "there is no caption in it" in answer.json["said"]
    assert path.read_text() == "no captions at all"


def test_the_rules_are_those_of_lint_and_names_are_offered(site: Site):
    worded(site, 1, "The quick brown fox", "The quick brown fox " * 4)
    rules = site.ask("/api/captions/ana/en/rules").json
    assert {one["rule"] for one in rules["broken"]["1"]} >= {"line-too-long", "too-fast-to-read"}
    assert rules["names"] == {"2": [[11, 18, "Klinkum"]]}


def test_a_name_is_written_right_for_everybody_at_once(site: Site):
    asked = {"find": "Klinken", "written": "Klinkum", "language": "en"}
    assert site.ask("/api/replace", asked).json == {"changed": ["Dr Ana Expert"]}
    assert site.said()[1] == "jumps over Klinkum."
    assert site.ask("/api/replace", asked).json == {"changed": []}


def test_a_translation_is_begun_from_nothing(tmp_path: Path):
    config = CONFIG.replace("engine: pocketsphinx", "engine: pocketsphinx, languages: [en, fr]")
    with served(workspace(tmp_path / "event", config)) as site:
        assert site.ask("/api/captions/ana/fr").json["lines"] == []
        asked = {"known": 0, "do": "add", "start": 10}
        assert site.ask("/api/captions/ana/fr", asked).status == 200
        asked = {"known": 1, "do": "words", "id": 1, "was": [], "lines": ["Le renard"]}
        assert site.ask("/api/captions/ana/fr", asked).status == 200
        assert "Le renard" in (site.root / "inputs/captions/ana.fr.srt").read_text()


def test_a_draft_that_is_yet_to_be_made_again_is_shown_as_it_was_and_not_edited(tmp_path: Path):
    with served(workspace(tmp_path / "event", captions="")) as site:
        before = site.ask("/api/captions/ana/en").json
        assert before["lines"] and before["waiting"] == ""
        (site.root / "inputs/ana.txt").write_text("Another text altogether, read out by Ana.")
        waiting = site.ask("/api/captions/ana/en").json
        assert waiting["waiting"].startswith("These captions are yet to be made again")
        assert [one[1:4] for one in waiting["lines"]] == [one[1:4] for one in before["lines"]]
        for asked in ({"do": "add", "start": 70}, {"do": "remove", "id": 1}, {"do": "undo"}):
            answer = site.edit(**asked)
            assert (answer.status, answer.json["said"]) == (422, waiting["waiting"])
        assert list((site.root / "inputs/captions").iterdir()) == []
        (site.root / "inputs/ana.txt").unlink()
        assert site.ask("/api/captions/ana/en").json["waiting"] == ""
        assert site.edit(do="remove", id=1).status == 200


SPOKEN = "1\n00:00:00,{at} --> 00:00:02,900\nGood morning from Dublin.\n"


def test_captions_are_timed_again_by_the_words_that_are_heard(tmp_path: Path):
    with served(workspace(tmp_path / "event", captions=SPOKEN.format(at=360))) as site:
        answer = site.edit(do="time", id=1)
        # from "Good" at 500 ms until a quarter of a second after "Dublin" at 2300 ms, on frames
        assert [line[1:3] for line in answer.json["steps"][0]["lines"]] == [[12, 63]]
        assert "00:00:00,480 --> 00:00:02,520" in (
            site.root / "inputs/captions/ana.en.srt"
        ).read_text("utf-8")


def test_retyped_words_are_heard_before_they_are_timed(tmp_path: Path):
    captions = SPOKEN.format(at=360).replace("Good", "God")
    with served(workspace(tmp_path / "event", captions=captions)) as site:
        worded(site, 1, "God morning from Dublin.", "Good morning from Dublin.")
        (line,) = site.edit(1, do="time-all").json["steps"][0]["lines"]
        assert line[1] == 12
        assert [word[2] for word in line[5]] == [500, 800, 1400, 1600]


def test_a_translation_is_not_timed_by_words_that_nobody_says(tmp_path: Path):
    config = CONFIG.replace("engine: pocketsphinx", "engine: pocketsphinx, languages: [en, fr]")
    with served(workspace(tmp_path / "event", config)) as site:
        answer = site.ask("/api/captions/ana/fr", {"known": 0, "do": "time-all"})
        assert answer.status == 404 and "A translation is not heard" in answer.json["said"]


def test_a_translation_of_which_there_is_no_draft_says_how_to_get_one(tmp_path: Path):
    config = CONFIG.replace("engine: pocketsphinx", "engine: pocketsphinx, languages: [en, fr]")
    with served(workspace(tmp_path / "event", config)) as site:
        french = site.ask("/speaker/ana?language=fr").text
        assert "A draft in French (fr) from English (en) needs" in french
        assert "translate-en_fr" in french
        assert "A draft in" not in site.ask("/speaker/ana").text


def test_captions_made_for_another_cut_stand_where_they_are_shown_and_the_file_waits(
    tmp_path: Path,
):
    captions = SPOKEN.format(at=500).replace("00:00:00", "00:00:01")
    with served(workspace(tmp_path / "event", captions=captions)) as site:
        (line,) = cues(site)
        assert line[1] in range(10, 14)  # "Good" is said at 500 ms, not at 1500
        assert "00:00:01,500" in (site.root / "inputs/captions/ana.en.srt").read_text("utf-8")
        worded(site, 1, "Good morning from Dublin.", "Good morning from Dublin!")
        text = (site.root / "inputs/captions/ana.en.srt").read_text("utf-8")
        assert text == "1\n00:00:01,520 --> 00:00:02,920\nGood morning from Dublin!\n"
        assert [line[1:] for line in cues(site)] == [[*line[1:3], ["Good morning from Dublin!"]]]


# --- approvals ------------------------------------------------------------------------------------


def standing(site: Site) -> dict:
    """How Ana's approvals stand, as soon as her captions were held against the sound."""
    for _ in range(300):
        answer = site.ask("/api/approval/ana").json
        if answer["state"] != "unknown":
            return answer
        time.sleep(0.05)
    raise AssertionError("it is never known")


def test_what_was_corrected_a_moment_ago_is_approved_as_it_stands(site: Site):
    worded(site, 1, "The quick brown fox", "The slow fox")
    assert site.ask("/api/approval/ana", {"by": "Mia"}).json["state"] == "approved"
    worded(site, 1, "The slow fox", "The quick fox", known=1)
    unknown = site.ask("/api/approval/ana").json
    assert (unknown["state"], unknown["by"]) == ("unknown", "Mia")
    assert site.ask("/api/approval/ana", {"by": "Noa"}).json["state"] == "approved"


def test_an_approval_stands_until_something_changes_and_again_when_it_is_undone(site: Site):
    assert site.ask("/api/approval/ana").json["state"] == "none"
    assert site.ask("/api/approval/ana", {"by": "Mia"}).json["state"] == "approved"
    worded(site, 1, "The quick brown fox", "The slow fox")
    older = standing(site)
    assert (older["state"], older["by"], older["changed"]) == ("older", "Mia", ["captions"])
    assert "Mia approved an older version: captions changed" in site.ask("/").text
    site.edit(do="undo")
    assert site.ask("/api/approval/ana").json["state"] == "approved"


def test_nobody_without_a_name_approves(site: Site):
    answer = site.ask("/api/approval/ana", {"by": " "})
    assert answer.status == 409 and "Write the name of the person" in answer.json["said"]
    assert site.ask("/api/approval/bo", {"by": "Mia"}).status == 409
    assert site.ask("/api/approval/nobody", {"by": "Mia"}).status == 404


# --- what config.yaml says of a speaker -----------------------------------------------------------

COMMENTED = CONFIG.replace(
    "  - {id: ana, name: Dr Ana Expert, role: Dean}",
    "  # the first one\n  - id: ana   # hers\n    name: Dr Ana Expert  # as she writes it\n"
    "    role: Dean\n  # the second",
)


def settled(site: Site, was: dict, now: dict):
    return site.ask("/api/speaker/ana", {"was": was, "now": now})


def config_of(site: Site) -> str:
    return (site.root / "config.yaml").read_text("utf-8")


def test_name_trim_crop_and_sound_are_written_into_the_config_and_its_comments_stay(tmp_path: Path):
    with served(workspace(tmp_path / "event", COMMENTED)) as site:
        answer = settled(
            site,
            {"name": "Dr Ana Expert", "trim.start": "", "crop.left": "", "fit": "contain"},
            {"name": "Dr Ana Expertová", "trim.start": "1s", "crop.left": "10%", "fit": "cover"},
        )
        assert answer.status == 200
        assert answer.json["settings"]["trim.start"] == "1s"
        assert config_of(site) == COMMENTED.replace(
            "Dr Ana Expert  #", "Dr Ana Expertová #"
        ).replace(
            "    role: Dean\n",
            "    role: Dean\n    trim: {start: 1s}\n    crop: {left: 10%}\n    fit: cover\n",
        )
        assert "Dr Ana Expertová" in site.ask("/speaker/ana").text
        assert '"ana"' in (site.root / "decided.json").read_text("utf-8")


def test_a_clip_is_said_to_be_older_than_its_settings_until_it_is_built_with_them(tmp_path: Path):
    with served(workspace(tmp_path / "event")) as site:
        assert 'id="older" class="said warn" role="status" hidden' in site.ask("/speaker/ana").text
        settled(
            site, {"crop.left": "", "name": "Dr Ana Expert"}, {"crop.left": "9%", "name": "Ana"}
        )
        older = site.ask("/speaker/ana").text
        assert 'role="status">This clip is from before its <span id="older-what">' in older
        assert '<span id="older-what">crop, name</span>' in older
        assert "older" in older and 'data-do="build">Make a draft build' in older
        site.ask("/api/build", {"draft": True})
        for _ in range(300):
            if site.ask("/api/overview").json["work"]["state"] != "running":
                break
            time.sleep(0.1)
        assert 'role="status" hidden' in site.ask("/speaker/ana").text.split('id="older"')[1][:60]


def test_what_config_would_not_have_is_said_and_not_written(site: Site):
    answer = settled(site, {"trim.start": ""}, {"trim.start": "soon"})
    assert answer.status == 409 and "write a length of time, for example 8s" in answer.json["said"]
    assert settled(site, {"name": "Dr Ana Expert"}, {"name": " "}).status == 409
    assert config_of(site) == CONFIG


def test_what_somebody_has_changed_in_the_config_meanwhile_is_not_written_over(site: Site):
    other = CONFIG.replace("role: Dean", "role: Rector")
    (site.root / "config.yaml").write_text(other, "utf-8")
    answer = settled(site, {"role": "Dean"}, {"role": "Provost"})
    assert answer.status == 409
    assert answer.json["said"] == (
        'config.yaml was changed meanwhile: role is "Rector". Nothing was written.'
    )
    assert config_of(site) == other


@pytest.mark.parametrize(
    "asked",
    [{"was": {"id": "ana"}, "now": {"id": "eve"}}, {"was": {}, "now": {}}, {"now": {"role": "x"}},
     {"was": {"role": "Dean"}, "now": {"role": 1}}, {"was": {"video": ""}, "now": {"video": "/x"}}],
)  # fmt: skip
def test_of_a_speaker_only_what_the_page_shows_can_be_changed(site: Site, asked: dict):
    assert site.ask("/api/speaker/ana", asked).status in (409, 422)
    assert config_of(site) == CONFIG


def test_card_and_strap_are_drawn_as_the_words_change_and_nothing_is_kept(site: Site):
    before = sorted((site.root / "outputs/.store").rglob("*.png"))
    answers = [
        site.ask(f"/media/ana.{what}.png?name={name}")
        for what in ("card", "strap")
        for name in ("Ana", "Dr%20Ana")
    ]
    assert [answer.status for answer in answers] == [200] * 4
    assert all(answer.body.startswith(b"\x89PNG") for answer in answers)
    assert len({answer.body for answer in answers}) == 4
    assert sorted((site.root / "outputs/.store").rglob("*.png")) == before
    assert site.ask("/media/ana.card.png?name=%20").status == 409
    assert site.ask("/media/ana.cards.png?name=Ana").status == 422
    assert site.ask("/media/nobody.card.png?name=Ana").status == 404


# --- strangers ------------------------------------------------------------------------------------

EVIL = "<script>alert(1)</script>"


def test_markup_in_names_files_and_captions_is_shown_as_text(tmp_path: Path):
    config = CONFIG.replace("Dr Ana Expert", EVIL).replace("Dean", '"\\"><img src=x onerror=y>"')
    captions = CAPTIONS.replace("brown fox", EVIL + " {\\an8}up")
    root = workspace(tmp_path / "event", config, captions)
    (root / "inputs/bo<img src=x onerror=y>.mp4").write_bytes(b"x")
    with served(root) as site:
        for path in ("/", "/speaker/ana", "/speaker/bo", "/speaker/%3Cscript%3E"):
            text = site.ask(path).text
            assert "<script>alert" not in text and "<img src=x" not in text
        assert "&lt;script&gt;alert(1)" in site.ask("/").text
        first = site.ask("/api/captions/ana/en").json["lines"][0]
        assert first[3] == [f"The quick {EVIL} up"] or EVIL in " ".join(first[3])
        worded(site, 1, "\n".join(first[3]), f"{EVIL} {{\\an8}}")
        assert "{\\" not in site.said()[0]


def test_a_build_from_the_page_says_how_it_ended(tmp_path: Path):
    root = workspace(tmp_path / "event")
    (root / "config.yaml").write_text(CONFIG.replace("slot: {", "slot: {overrun: strict, "))
    with served(root, real=True) as site:
        asked = site.ask("/api/build", {"draft": True})
        assert asked.json["state"] == "running"
        work = asked.json
        for _ in range(900):
            if work["state"] != "running":
                break
            time.sleep(0.1)
            work = site.ask("/api/overview").json["work"]
    assert work["state"] == "failed"  # ana.mp4 is no video
    assert work["said"].startswith("Nothing was built: no submission can be used.")


QUARTERS = (
    "color=red:s=180x320:r=25,pad=360:320:color=lime,pad=360:640:color=blue,"
    "drawbox=x=180:y=320:w=180:h=320:color=yellow:t=fill"
)


def test_all_of_a_portrait_picture_is_there_to_be_cropped_whatever_is_cut_off_now(
    tmp_path: Path, clip_maker
):
    (tmp_path / "inputs").mkdir()
    clip_maker(tmp_path / "inputs/ana.mp4", 2, picture=QUARTERS)
    config = CONFIG.replace("role: Dean", "role: Dean, crop: {left: 30%, bottom: 20%}, fit: cover")
    (tmp_path / "config.yaml").write_text(config)
    with session.opened(Workspace(tmp_path), Watcher()) as (event, bench):
        (received, _) = [one.taken for one in check(event, bench).checked]
    assert isinstance(received, Received)
    image = Image.open(io.BytesIO(Preview().whole(event, received, 1000)))
    assert image.width / image.height == pytest.approx(360 / 640, abs=0.02)
    near = [(x * image.width // 4, y * image.height // 4) for y in (1, 3) for x in (1, 3)]
    seen = ["".join("01"[level > 128] for level in image.getpixel(place)) for place in near]
    assert seen == ["100", "010", "001", "110"]  # red, lime, blue, yellow


def test_of_a_speaker_without_a_recording_there_is_no_picture_to_crop(site: Site):
    answer = site.ask("/media/bo.whole.jpg?frame=1")
    assert answer.status == 404 and "There is no picture yet." in answer.text
    assert 'id="crop"' not in site.ask("/speaker/bo").text
    assert site.ask("/media/ana.whole.jpg?frame=-1").status == 422
