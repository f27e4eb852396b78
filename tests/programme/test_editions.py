"""The editions of a small event, measured on the files that are handed over: a podcast and a film
that fits into a mail.
"""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from conftest import Event
from made_events import ANA_AND_BO, built_event, copy_of
from measure import loudness, streams

pytestmark = pytest.mark.long

EDITIONS = (
    "deliveries:\n"
    "  podcast: {kind: audio}\n"
    "  mail: {kind: small, megabytes: 1, size: 320x180}\n"
)  # fmt: skip
SRT = "1\n00:00:00,500 --> 00:00:02,000\n{0}\n\n2\n00:00:03,000 --> 00:00:05,000\n{1}\n"
WHOLE_S = 16.0
"""Opening, title, 6 s, title, 5 s, closing (HEAD), each card of a second, and a second more."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Event:
    """An event that was built without any edition."""
    captions = {"en": SRT.format("One.", "Two."), "es": SRT.format("Uno.", "Dos.")}
    root = tmp_path_factory.mktemp("editions")
    return built_event(root, ANA_AND_BO, {"ana": 7, "bo": 5}, captions)


@pytest.fixture(scope="module")
def built(plain: Event, tmp_path_factory: pytest.TempPathFactory) -> tuple[Event, set[str]]:
    """The same with its editions, and the pieces of work that these were."""
    event = copy_of(plain, tmp_path_factory.mktemp("built"))
    event.config(ANA_AND_BO + EDITIONS)
    ended = event.run("build")
    assert ended.code == 0, ended.stderr
    return event, ended.worked


@pytest.fixture
def event(built: tuple[Event, set[str]], tmp_path: Path) -> Event:
    return copy_of(built[0], tmp_path)


def editions_of(event: Event) -> set[str]:
    folder = event.outputs / "editions"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_adding_editions_to_a_built_event_looks_at_no_recording_again(built):
    _, worked = built
    assert {task.partition(": ")[0] for task in worked} == {"podcast", "mail"}
    assert "podcast: opening: card" in worked  # the cover


def test_each_edition_lies_in_a_folder_of_its_own(built):
    event, _ = built
    assert editions_of(event) == {
        "podcast/segment.m4a",
        "podcast/segment.mp3",
        "mail/segment.mp4",
    }


@pytest.mark.parametrize("form", ["m4a", "mp3"])
def test_a_podcast_is_as_loud_as_podcasts_are_and_as_long_as_the_segment(built, form):
    event, _ = built
    path = event.outputs / f"editions/podcast/segment.{form}"
    integrated_lufs, true_peak_dbtp = loudness(path)
    assert integrated_lufs == pytest.approx(-16, abs=0.3)
    assert true_peak_dbtp <= -1
    with av.open(str(path)) as opened:
        assert opened.duration / 1e6 == pytest.approx(WHOLE_S, abs=0.06)


@pytest.mark.parametrize("form", ["m4a", "mp3"])
def test_a_podcast_has_chapters_a_square_cover_and_says_whose_it_is(built, form):
    event, _ = built
    with av.open(str(event.outputs / f"editions/podcast/segment.{form}")) as opened:
        titles = [one["metadata"]["title"] for one in opened.chapters()]
        cover = opened.streams.video[0]
        assert titles == ["Test segment", "Dr Ana Expert", "Bo Ek", "Thank you"]
        assert (cover.width, cover.height) == (1400, 1400)
        assert opened.metadata["title"] == "Test segment"
        assert opened.metadata["artist"] == "Dr Ana Expert, Bo Ek"
        assert opened.metadata["date"] == "2021-09-14"


def test_a_small_film_is_whole_has_its_captions_and_is_no_larger_than_was_said(built):
    event, _ = built
    path = event.outputs / "editions/mail/segment.mp4"
    assert path.stat().st_size <= 1_000_000
    picture = streams(path).picture
    assert (picture["codec"], picture["size"], picture["rate"]) == ("h264", (320, 180), 25)
    with av.open(str(path)) as opened:
        frames = sum(1 for _ in opened.decode(opened.streams.video[0]))
        languages = [one.language for one in opened.streams.subtitles]
    assert frames == event.report()["frames"]
    assert languages[:2] == ["eng", "spa"]


def test_the_report_of_a_build_says_how_good_the_small_film_looks(built):
    event, _ = built
    (said,) = [one for one in event.report()["findings"] if one["code"] == "edition-quality"]
    assert said["severity"] == "info"
    assert "VMAF of" in said["message"] and "Edition mail: " in said["message"]


def test_a_report_listens_to_the_editions_and_finds_one_that_was_changed(event):
    assert event.run("report").code == 0
    mp3 = event.outputs / "editions/podcast/segment.mp3"
    mp3.write_bytes(mp3.read_bytes()[:-5000])
    ended = event.run("report", "--json")
    assert [(one["code"], one["file"]) for one in ended.json["findings"]] == [
        ("built-changed", "editions/podcast/segment.mp3")
    ]
    assert ended.code == 4


def test_only_the_edition_that_is_asked_for_is_made_and_the_others_stay(event):
    event.config(ANA_AND_BO + EDITIONS.replace("{kind: audio}", "{kind: audio, loudness: -19}"))
    before = (event.outputs / "editions/podcast/segment.mp3").read_bytes()
    ended = event.run("build", "--edition", "mail")
    assert ended.code == 0
    assert ended.worked == set()
    assert (event.outputs / "editions/podcast/segment.mp3").read_bytes() == before
    assert event.run("build", "--edition", "podcast").code == 0
    integrated_lufs, _ = loudness(event.outputs / "editions/podcast/segment.mp3")
    assert integrated_lufs == pytest.approx(-19, abs=0.3)


def test_what_is_no_edition_any_more_goes_and_a_draft_has_none(event):
    event.config(ANA_AND_BO + EDITIONS.replace("  podcast: {kind: audio}\n", ""))
    assert event.run("build").code == 0
    assert editions_of(event) == {"mail/segment.mp4"}
    assert event.run("build", "--draft").code == 0
    assert editions_of(event) == set()


def test_an_edition_whose_captions_cannot_be_as_they_were_to_be_is_said(event):
    changed = EDITIONS.replace("320x180}", "320x180, captions: burned}")
    soft = ANA_AND_BO.replace("ultrafast}", "ultrafast, outputs: [soft]}")
    event.config(soft + changed)
    assert event.run("build", "--edition", "mail").code == 0
    (said,) = [one for one in event.report()["findings"] if one["code"] == "edition-captions"]
    assert said["message"] == (
        "Edition mail: captions are not in its picture: it is made of the segment, and"
        " delivery.outputs has no burned."
    )


def test_nobody_is_published_who_has_not_agreed_to_it(event):
    asked = ANA_AND_BO.replace("name: Bo Ek", "name: Bo Ek, consent: {publish: no}").replace(
        "name: Dr Ana Expert", "name: Dr Ana Expert, consent: {publish: yes}"
    )
    event.config(asked + EDITIONS)
    ended = event.run("build")
    said = " ".join(ended.stderr.split())
    assert ended.code == 3
    assert "Edition podcast: it is not made: Bo Ek cannot be published" in said
    assert "Done in part: an edition is not made" in said
    assert editions_of(event) == set()


def test_a_film_that_cannot_be_so_small_says_what_it_would_take(event):
    longer = ANA_AND_BO.replace("closing: 1s", "closing: 60s")
    event.config(longer + EDITIONS)
    ended = event.run("build")
    said = " ".join(ended.stderr.split())
    assert ended.code == 3
    assert "Edition mail: 1 MB are too few for 320x180 pictures of this length." in said
    assert "Write `megabytes: 2`" in said
    assert editions_of(event) == {"podcast/segment.m4a", "podcast/segment.mp3"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--edition", "podcasts"),
            (
                "--edition podcasts: no such edition; did you mean podcast? config.yaml has"
                " podcast, mail."
            ),
        ),
        (("--edition", "mail", "--draft"), "--draft and --edition do not go together"),
    ],
)
def test_an_edition_that_is_not_there_is_said_before_anything_is_done(event, words, sentence):
    ended = event.run("build", *words)
    assert ended.code == 2
    assert sentence in " ".join(ended.stderr.split())
    assert ended.worked == set()


OF_A_FILM = (
    "mp4", "jpg", "title.txt", "description.txt", "tags.txt",
    *(f"{language}.{ending}" for language in ("en", "es")
      for ending in ("srt", "vtt", "txt", "docx", "html")),
)  # fmt: skip


def test_what_goes_onto_the_web_lies_in_one_folder(event):
    event.config(ANA_AND_BO + "publish: yes\n")
    ended = event.run("build")
    assert ended.code == 0, ended.stderr
    names = {path.name for path in (event.outputs / "publish").iterdir()}
    assert names == {"index.html", "clips", *map("segment.{}".format, OF_A_FILM)}
    clips = {path.name for path in (event.outputs / "publish/clips").iterdir()}
    assert {f"{one}.{ending}" for one in ("ana", "bo") for ending in OF_A_FILM[:5]} <= clips
    whole = (event.outputs / "segment.mp4").read_bytes()
    assert (event.outputs / "publish/segment.mp4").read_bytes() == whole
    for name in ("segment", "clips/ana"):
        with av.open(str(event.outputs / f"publish/{name}.jpg")) as picture:
            assert (picture.streams.video[0].width, picture.streams.video[0].height) == (1280, 720)
    made = {task.rpartition(": ")[2] for task in ended.worked}
    assert made == {"pictures to choose from", "thumbnail", "transcripts for Word"}
    assert event.run("build").worked == set()
    reported = event.run("report")
    assert reported.code == 0, reported.stderr


def test_where_one_has_not_agreed_the_messages_of_the_others_are_published(event):
    asked = ANA_AND_BO.replace(
        "name: Dr Ana Expert", "name: Dr Ana Expert, consent: {publish: yes}"
    )
    event.config(asked + "publish: yes\n")
    ended = event.run("build")
    said = " ".join(ended.stderr.split())
    assert ended.code == 3
    assert "The segment is not in publish/: Bo Ek cannot be published" in said
    assert "Done in part: the segment is not in publish/; see above. (exit 3)" in said
    names = {path.name for path in (event.outputs / "publish").rglob("*")}
    assert {"ana.mp4", "ana.jpg", "ana.en.vtt", "index.html"} <= names
    assert not {"segment.mp4", "bo.mp4", "bo.jpg"} & names
    assert "Bo Ek" not in (event.outputs / "publish/index.html").read_text("utf-8")
    described = event.outputs / "publish/clips/ana.description.txt"
    assert "Bo Ek" not in described.read_text("utf-8")
