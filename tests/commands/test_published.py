"""`publish: yes`: what is in outputs/publish/, and who is not; with recorded answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from recorded_hands import CONFIG, Recorded, arrived, at_work

from pipeline.commands import build as story
from pipeline.commands.report import Report
from pipeline.commands.status import status
from pipeline.event import with_editions
from pipeline.plan.forgetting import whose_output

ANA, BO = "name: Dr Ana Expert", "name: Dr Bo Expert"
ASKED = CONFIG + "publish: yes\n"


class Day(story.date):
    """A day on which everything is built."""

    @classmethod
    def today(cls) -> Day:
        return cls(2026, 9, 1)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace in which both messages have come in, on 1 September 2026."""
    monkeypatch.setattr(story, "date", Day)
    arrived(tmp_path)
    (tmp_path / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    return tmp_path


def built(root: Path, config: str = ASKED, hands: Recorded | None = None) -> Report:
    (root / "config.yaml").write_text(config)
    with at_work(root, hands or Recorded()) as (event, bench):
        return story.build(event, bench)


def told(report: Report) -> dict[str, str]:
    """What is found of publishing, by code."""
    return {one.code: one.message for one in report.findings if one.code.startswith("publish")}


def agreeing(ana: str, bo: str = "") -> str:
    """config.yaml with what stands in it of their consent."""
    config = ASKED.replace(ANA, f"{ANA}, consent: {{{ana}}}")
    return config.replace(BO, f"{BO}, consent: {{{bo}}}") if bo else config


def files(root: Path) -> set[str]:
    """All that is in outputs/publish/, from there."""
    folder = root / "outputs/publish"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


OF_A_FILM = {
    "mp4", "jpg", "title.txt", "description.txt", "tags.txt",
    "en.srt", "en.vtt", "en.txt", "en.docx", "en.html",
}  # fmt: skip


def of_films(*bases: str) -> set[str]:
    return {f"{base}.{ending}" for base in bases for ending in OF_A_FILM} | {"index.html"}


def test_each_film_has_its_thumbnail_its_words_and_the_fields_of_a_form(root):
    built(root)
    assert files(root) == of_films("segment", "clips/ana", "clips/bo")
    outputs = root / "outputs"
    film = (outputs / "publish/segment.mp4").read_bytes()
    assert film == (outputs / "segment.mp4").read_bytes()
    captions = (outputs / "publish/clips/ana.en.srt").read_text()
    assert captions == (outputs / "clips/ana.en.srt").read_text() != ""


def test_nobody_who_does_not_ask_for_it_gets_any_of_it(root):
    built(root, CONFIG)
    assert files(root) == set()


def test_a_second_time_nothing_is_made_or_written(root):
    built(root)
    hands = Recorded()
    assert (built(root, hands=hands).written, hands.told) == ((), [])


def test_no_recording_is_opened_for_it(root):
    built(root, CONFIG)
    hands = Recorded()
    built(root, hands=hands)
    assert sorted(hands.told) == [
        "publish: ana: pictures to choose from",
        "publish: ana: thumbnail",
        "publish: bo: pictures to choose from",
        "publish: bo: thumbnail",
        "publish: segment: thumbnail",
        "publish: transcripts for Word",
    ]


def test_what_would_be_made_is_said_and_nothing_is_made(root):
    built(root, CONFIG)
    (root / "config.yaml").write_text(ASKED)
    with at_work(root, Recorded(), dry=True) as (event, bench):
        story.build(event, bench)
    assert "publish: segment: thumbnail" in dict(bench.would_run)
    assert files(root) == set()


@pytest.mark.parametrize("of_bo", ["publish: no", "publish: yes, until: 2026-08-31", ""])
def test_without_somebodys_consent_neither_their_message_nor_the_segment_goes_out(root, of_bo):
    built(root)
    report = built(root, agreeing("publish: yes", of_bo))
    said = told(report)
    assert report.in_part and report.not_made == ("the segment is not in publish/",)
    assert "Dr Bo Expert cannot be published" in said["publish-held-back"]
    assert files(root) == of_films("clips/ana")
    texts = {name: (root / "outputs/publish" / name).read_bytes() for name in files(root)}
    assert b"Dr Ana Expert" in texts["index.html"]
    assert [name for name, text in texts.items() if b"Dr Bo" in text] == []


def test_until_a_build_has_taken_it_away_it_is_said_that_somebody_is_still_shown(root):
    built(root)
    (root / "config.yaml").write_text(agreeing("publish: yes", "publish: no"))
    with at_work(root, Recorded(), dry=True) as (event, bench):
        stands = status(event, bench, busy=False)
        report = story.build(event, bench)
    assert stands.sentence == "Run `perspectives build` to bring everything up to date."
    ((task, why),) = [one for one in bench.would_run if one[0].startswith("take away publish/")]
    assert (task.split()[-1], why) == ("more", "not to be there any more")
    taken = built(root, agreeing("publish: yes", "publish: no"))
    assert {name for name in taken.gone if "bo" in name} >= {"publish/clips/bo.mp4"}
    assert report.gone == ()
    with at_work(root, Recorded(), dry=True) as (event, bench):
        assert status(event, bench, busy=False).sentence == "Everything is up to date."
    assert built(root, agreeing("publish: yes", "publish: no")).gone == ()


def test_what_is_no_longer_asked_for_is_said_and_leaves_no_empty_folder(root):
    built(root)
    (root / "config.yaml").write_text(CONFIG)
    with at_work(root, Recorded(), dry=True) as (event, bench):
        story.build(event, bench)
    assert len(bench.would_run) == 1
    built(root, CONFIG)
    assert not (root / "outputs/publish").exists()


def test_an_edition_that_nobody_asked_for_now_goes_once_somebody_in_it_does_not_agree(root):
    other = root / "outputs/editions/mail/segment.mp4"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"with Bo")
    editions = "deliveries: {sound: {kind: audio}, mail: {kind: small}, tv: {kind: broadcast}}\n"
    (root / "config.yaml").write_text(agreeing("publish: yes", "publish: no") + editions)
    with at_work(root, Recorded()) as (event, bench):
        report = story.build(with_editions(event, ["sound"]), bench)
    assert not other.parent.exists()
    assert [one.message.split(":")[0] for one in report.findings if "edition" in one.code] == [
        "Edition sound",
        "Edition mail",
    ]


def test_the_last_day_of_a_consent_counts(root):
    built(root, agreeing("publish: yes", "publish: yes, until: 2026-09-01"))
    assert files(root) == of_films("segment", "clips/ana", "clips/bo")


def test_where_nobody_agrees_nothing_of_an_earlier_time_stays(root):
    built(root)
    said = told(built(root, agreeing("publish: no")))
    assert files(root) == set()
    assert "Dr Ana Expert, Dr Bo Expert" in said["publish-held-back"]
    assert said["publish-held-back"].endswith("nothing is in publish/.")


def test_a_text_that_had_to_be_shortened_is_named(root):
    report = built(root, ASKED.replace("title: Test segment", f"title: {'Test segment ' * 9}"))
    assert told(report) == {
        "publish-shortened": (
            "Video sites take no more: publish/segment.title.txt, publish/clips/ana.title.txt,"
            " publish/clips/bo.title.txt had to be shortened."
        )
    }


def test_without_a_film_with_caption_tracks_the_one_with_captions_in_it_is_taken(root):
    built(root, ASKED.replace("size: 640x360", "size: 640x360, outputs: [burned]"))
    outputs = root / "outputs"
    film = (outputs / "publish/segment.mp4").read_bytes()
    assert film == (outputs / "segment.captioned.mp4").read_bytes()
    assert " default>" not in (outputs / "publish/index.html").read_text()


def test_whoever_is_forgotten_goes_with_all_that_they_are_in(root):
    built(root)
    held = {name: whose_output(f"publish/{name}", "ana") for name in files(root)}
    assert {name for name, whose in held.items() if whose == "others"} == {
        f"clips/bo.{ending}" for ending in OF_A_FILM
    }
