"""`perspectives publish`: what is in outputs/publish/, and who is not; with recorded answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from recorded_hands import CONFIG, Recorded, arrived, at_work

from pipeline.commands.build import build
from pipeline.commands.publish import Published, publish
from pipeline.errors import Refused
from pipeline.plan.forgetting import whose_output

TODAY = date(2026, 9, 1)
ANA, BO = "name: Dr Ana Expert", "name: Dr Bo Expert"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace in which both messages have come in."""
    arrived(tmp_path)
    (tmp_path / "inputs/bo.mp4").write_bytes(b"\0Bo's recording")
    return tmp_path


def published(root: Path, config: str = CONFIG, hands: Recorded | None = None) -> Published:
    """The segment is built, then published."""
    (root / "config.yaml").write_text(config)
    with at_work(root, hands or Recorded()) as (event, bench):
        build(event, bench)
        if hands:
            hands.told.clear()
        return publish(event, bench, TODAY)


def agreeing(ana: str, bo: str = "") -> str:
    """config.yaml with what stands in it of their consent."""
    config = CONFIG.replace(ANA, f"{ANA}, consent: {{{ana}}}")
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
    made = published(root)
    assert made.films == ("segment", "clips/ana", "clips/bo")
    assert files(root) == of_films("segment", "clips/ana", "clips/bo")
    assert (made.count, made.new) == (31, 31)
    outputs = root / "outputs"
    film = (outputs / "publish/segment.mp4").read_bytes()
    assert film == (outputs / "segment.mp4").read_bytes()
    captions = (outputs / "publish/clips/ana.en.srt").read_text()
    assert captions == (outputs / "clips/ana.en.srt").read_text() != ""


def test_a_second_time_nothing_is_made_or_written(root):
    published(root)
    hands = Recorded()
    again = published(root, hands=hands)
    assert (again.new, hands.told) == (0, [])


def test_no_recording_is_opened_for_it(root):
    hands = Recorded()
    published(root, hands=hands)
    assert sorted(hands.told) == [
        "ana: pictures to choose from",
        "ana: thumbnail",
        "bo: pictures to choose from",
        "bo: thumbnail",
        "segment: thumbnail",
    ]


@pytest.mark.parametrize("of_bo", ["publish: no", "publish: yes, until: 2026-08-31", ""])
def test_without_somebodys_consent_neither_their_message_nor_the_segment_goes_out(root, of_bo):
    published(root)
    made = published(root, agreeing("publish: yes", of_bo))
    assert made.left_out == ("Dr Bo Expert",)
    assert files(root) == of_films("clips/ana")
    page = (root / "outputs/publish/index.html").read_text()
    assert "Dr Ana Expert" in page and "Dr Bo" not in page


def test_the_last_day_of_a_consent_counts(root):
    made = published(root, agreeing("publish: yes", "publish: yes, until: 2026-09-01"))
    assert made.left_out == () and "segment" in made.films


def test_where_nobody_agrees_nothing_of_an_earlier_time_stays(root):
    published(root)
    with pytest.raises(Refused) as refused:
        published(root, agreeing("publish: no"))
    assert files(root) == set()
    assert "Dr Ana Expert, Dr Bo Expert" in str(refused.value)
    assert "consent: {publish: yes}" in str(refused.value)


def test_what_would_keep_the_segment_from_airing_is_said(root):
    assert {one.code for one in published(root).kept} == {"captions-draft"}


def test_a_text_that_had_to_be_shortened_is_named(root):
    long = CONFIG.replace("title: Test segment", f"title: {'Test segment ' * 9}")
    assert published(root, long).shortened == (
        "segment.title.txt",
        "clips/ana.title.txt",
        "clips/bo.title.txt",
    )


def test_without_a_film_with_caption_tracks_the_one_with_captions_in_it_is_taken(root):
    burned = CONFIG.replace("size: 640x360", "size: 640x360, outputs: [burned]")
    published(root, burned)
    outputs = root / "outputs"
    film = (outputs / "publish/segment.mp4").read_bytes()
    assert film == (outputs / "segment.captioned.mp4").read_bytes()
    assert " default>" not in (outputs / "publish/index.html").read_text()


def test_whoever_is_forgotten_goes_with_all_that_they_are_in(root):
    published(root)
    held = {name: whose_output(f"publish/{name}", "ana") for name in files(root)}
    assert {name for name, whose in held.items() if whose == "others"} == {
        f"clips/bo.{ending}" for ending in OF_A_FILM
    }
