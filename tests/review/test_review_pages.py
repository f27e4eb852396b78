"""What the page answers: every speaker and what they need, edits that are on the disk when they are
answered for, two windows on one file, approvals, and texts from strangers shown as text.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from review_site import CAPTIONS, CONFIG, Site, served, workspace

pytest.importorskip("fastapi", reason="the extra [review] is not installed")


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
