"""What is pasted into the form of a video site, held against YouTube's own limits."""

from __future__ import annotations

from fractions import Fraction

from pipeline.config import Config
from pipeline.config_file import read_config
from pipeline.handover.upload import clip_upload, segment_upload
from pipeline.model import Chapter
from pipeline.plan.rundown import Rundown, plan_rundown, with_chapters
from pipeline.tools.texts.catalogues import own_words

SLOT = "slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
TWO = """speakers:
  - {id: ana, name: Dr Ana <Expert>, role: Dean, organisation: "NZQA, Wellington", country: Chile}
  - {id: bo, name: Dr Bo Expert}
"""
PEOPLE = "captions: {glossary: [micro-credentials, Cedefop]}\n" + TWO


def event(more: str = "", people: str = PEOPLE, title: str = "Micro & macro") -> Config:
    return read_config(f"title: {title}\n{SLOT}{more}{people}")


def rundown(config: Config, seconds: int = 60) -> Rundown:
    return plan_rundown(config, {one.id: 25 * seconds for one in config.speakers})


def test_the_description_says_who_speaks_when_and_in_which_languages_it_can_be_read():
    config = event("event: A webinar\n")
    told = segment_upload(config, rundown(config), ["en", "es"], str)
    assert told.title == "Micro & macro"
    assert told.description == (
        "A webinar\n14 September 2021\n\n"
        "Speakers:\nDr Ana ‹Expert›, Dean, NZQA, Wellington, Chile\nDr Bo Expert\n\n"
        "Chapters:\n00:00 Opening\n00:10 Dr Ana ‹Expert›\n01:14 Dr Bo Expert\n\n"
        "Captions:\nEnglish, Español\n"
    )
    assert told.shortened == ()


def test_with_fewer_than_three_chapters_none_is_listed_for_the_site_would_show_none():
    config = event("cards: {opening: 0s, closing: 0s}\n")
    assert "Chapters" not in segment_upload(config, rundown(config), [], str).description


def test_our_words_are_in_the_events_language():
    config = event("language: de\n")
    told = segment_upload(config, rundown(config), ["en"], own_words("de")).description
    assert (
        "\n\nEs sprechen:\n" in told and "00:00 Eröffnung" in told and "14. September 2021" in told
    )


def test_a_long_title_is_cut_behind_a_word_at_a_hundred_letters_and_said():
    config = event(title="An international conversation " * 5)
    told = segment_upload(config, rundown(config), [], str)
    assert told.title == f"{'An international conversation ' * 3}An…"
    assert len(told.title) <= 100
    assert told.shortened == ("title",)


def test_a_clip_is_called_by_its_speaker_first():
    config = event("event: A webinar\n")
    told = clip_upload(config, config.speakers[1], (), Fraction(25), ["es"], str)
    assert told.title == "Dr Bo Expert: Micro & macro"
    assert told.description == (
        "Dr Bo Expert\n\nMicro & macro\nA webinar\n14 September 2021\n\nCaptions:\nEspañol\n"
    )


def many(count: int, name: str) -> str:
    rows = (f"  - {{id: s{at}, name: {name} {at}, role: {'r' * 60}}}\n" for at in range(count))
    return f"speakers:\n{''.join(rows)}"


def test_where_the_chapters_parts_have_no_room_the_speakers_stay():
    config = event(people=many(20, "Dr Ana"))
    parts = tuple(Chapter(25 * 11 * at, "Ünter" * 10) for at in range(10))
    shown = with_chapters(rundown(config, 120), dict.fromkeys(config.by_id, parts))
    told = segment_upload(config, shown, [], str)
    assert len(told.description.encode()) <= 5000
    assert "Dr Ana 19\n" in told.description and "Ünter" not in told.description
    assert told.shortened == ("description",)


def test_a_description_of_any_event_keeps_within_five_thousand_bytes():
    config = event(people=many(200, "Dr Änä"))
    told = segment_upload(config, rundown(config), ["en"], str)
    assert 4800 < len(told.description.encode()) <= 5000
    assert told.description.endswith("\n…\n")


def test_tags_are_what_people_search_for_each_once_and_the_short_ones_first():
    config = event("event: An exceedingly long name of a webinar\n")
    assert segment_upload(config, rundown(config), [], str).tags == (
        "micro-credentials, Cedefop, NZQA Wellington, Chile, Micro & macro,"
        " An exceedingly long name of a webinar"
    )


def test_all_tags_together_keep_within_five_hundred_letters_as_youtube_counts_them():
    words = ", ".join(f"micro credential {at}" for at in range(60))
    config = event(people=f"captions: {{glossary: [{words}]}}\n{TWO}")
    told = segment_upload(config, rundown(config), [], str)
    counted = ",".join(f'"{tag}"' if " " in tag else tag for tag in told.tags.split(", "))
    assert 470 < len(counted) <= 500
    assert told.shortened == ("tags",)


def test_nobodys_name_is_a_tag_of_somebody_elses_message():
    config = event(people=PEOPLE.replace("Cedefop", "Expert>, Bo Expert"))
    tags = clip_upload(config, config.speakers[0], (), Fraction(25), [], str).tags
    assert (
        tags == "micro-credentials, Expert›, Dr Ana ‹Expert›, NZQA Wellington, Chile, Micro & macro"
    )
