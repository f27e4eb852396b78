"""Chapters inside a message: where they begin, which are shown, what they are called."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.config import Config, Speaker
from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid
from pipeline.model import Captions, Chapter, Cue
from pipeline.plan.chapters import (
    chapters_text,
    clip_spans,
    noted_chapters,
    segment_spans,
    told_chapters,
)
from pipeline.plan.decided import decided
from pipeline.plan.rundown import Rundown, plan_rundown, with_chapters
from pipeline.plan.runofshow import chapter_list, listed

PAL = Fraction(25)
WRITTEN = """title: Micro-credentials
slot: {{start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}}
speakers:
  - id: ann
    name: Ann
    chapters: {chapters}
  - {{id: ben, name: Ben}}
"""


def event(chapters: str = "{0m0s: Welcome, 1m20s: Recognition}") -> Config:
    return read_config(WRITTEN.format(chapters=chapters))


def shown(config: Config, in_s: float = 0, seconds: int = 120) -> list[tuple[float, str]]:
    """Ann's chapters on the clock of her clip, in seconds."""
    ann = config.speakers[0]
    chapters, _ = told_chapters(ann, Fraction(in_s) * 1000, seconds * 25, PAL, "ann.mp4")
    return [(one.start_frame / 25, one.title) for one in chapters]


def said(config: Config, in_s: float = 0, seconds: int = 120) -> list[str]:
    ann = config.speakers[0]
    return [
        finding.message
        for finding in told_chapters(ann, Fraction(in_s) * 1000, seconds * 25, PAL, "ann.mp4")[1]
    ]


def rundown(*chapters: Chapter, ann: int = 3000) -> Rundown:
    """An opening card of 8 s, Ann's title card of 6 s and two minutes of hers, then Ben's."""
    planned = plan_rundown(event(), {"ann": ann, "ben": 500})
    return with_chapters(planned, {"ann": chapters})


def begins(planned: Rundown) -> list[tuple[float, str]]:
    return [(span.start_frame / 25, span.title) for span in segment_spans(planned.items)]


# --- as they are written --------------------------------------------------------------------------


def test_chapters_are_written_as_times_and_titles_in_any_order():
    config = event("{1m20s: Recognition, 0m0s: Welcome}")
    assert config.speakers[0].chapters == ((0, "Welcome"), (80_000, "Recognition"))


@pytest.mark.parametrize(
    ("chapters", "sentence"),
    [
        ("[Welcome]", "write times and titles, for example {0m0s: Welcome, 1m20s: Now}"),
        ("{soon: Welcome}", "write a length of time, for example 8s or 1m30s"),
        ("{60s: One, 1m0s: Two}", "two chapters begin at 1m0s"),
        ("{0m0s: 12}", "write some text"),
    ],
)
def test_what_is_no_chapter_is_said_with_its_line(chapters, sentence):
    with pytest.raises(ConfigInvalid) as wrong:
        event(chapters)
    assert sentence in str(wrong.value)
    assert "line 6" in str(wrong.value)


def test_chapters_belong_to_the_recording_that_they_were_written_for():
    assert decided(event().speakers[0])["chapters"] == "{0s: Welcome, 1m20s: Recognition}"


# --- on the clip's clock --------------------------------------------------------------------------


def test_a_trim_moves_chapters_with_the_message():
    assert shown(event()) == [(0, "Welcome"), (80, "Recognition")]
    assert shown(event(), in_s=4.2) == [(0, "Welcome"), (75.8, "Recognition")]


def test_a_chapter_that_was_trimmed_away_is_said_and_left_out():
    assert shown(event(), in_s=85, seconds=35) == [(0, "Recognition")]
    assert said(event(), in_s=85, seconds=35) == [
        'ann.mp4: the chapter "Welcome" at 0:00 has no room in what is shown of the message (1:25'
        " to 2:00); it is left out."
    ]


def test_a_chapter_after_the_end_is_said_and_left_out():
    assert shown(event(), seconds=60) == [(0, "Welcome")]
    assert said(event(), seconds=60) == [
        'ann.mp4: the chapter "Recognition" at 1:20 has no room in what is shown of the message'
        " (0:00 to 1:00); it is left out."
    ]


def test_chapters_in_webvtt_are_those_of_the_language_spoken():
    def captions(language: str, title: str) -> Captions:
        cues = (Cue(0, 25, ("a",)), Cue(50, 75, ("b",), chapter=title))
        return Captions(language, "person", cues, draft=False)

    both = {"en": captions("en", "Recognition"), "es": captions("es", "Reconocimiento")}
    assert noted_chapters(both, "es") == (Chapter(50, "Reconocimiento"),)
    assert noted_chapters({"en": both["en"]}, "es") == (Chapter(50, "Recognition"),)
    assert noted_chapters({}, "es") == ()


# --- in segment, clip and lists -------------------------------------------------------------------


def test_a_first_chapter_begins_with_its_title_card():
    assert begins(rundown(Chapter(0, "Welcome"), Chapter(2000, "Recognition"))) == [
        (0, "Micro-credentials"),
        (8, "Ann: Welcome"),
        (94, "Ann: Recognition"),
        (134, "Ben"),
        (160, "Thank you"),
    ]


def test_what_comes_before_a_first_chapter_keeps_the_speakers_name():
    assert begins(rundown(Chapter(2000, "Recognition")))[1:3] == [
        (8, "Ann"),
        (94, "Ann: Recognition"),
    ]


def test_chapters_touch_and_the_last_one_ends_with_the_segment():
    planned = rundown(Chapter(0, "Welcome"), Chapter(2000, "Recognition"))
    found = segment_spans(planned.items)
    assert [one.end_frame for one in found[:-1]] == [one.start_frame for one in found[1:]]
    assert found[-1].end_frame == planned.frames


def test_a_clip_has_its_chapters_by_their_own_titles_from_zero():
    message = rundown(Chapter(250, "Welcome"), Chapter(2000, "Recognition")).message_of("ann")
    assert chapters_text(clip_spans(message), PAL).count("[CHAPTER]") == 3
    assert listed(clip_spans(message), PAL) == "00:00 Ann\n00:10 Welcome\n01:20 Recognition\n"
    assert clip_spans(rundown().message_of("ann")) == []


def test_the_list_for_a_description_has_them_too():
    planned = rundown(Chapter(0, "Welcome"), Chapter(2000, "Recognition"))
    assert chapter_list(planned, event()) == (
        "00:00 Opening\n00:10 Ann: Welcome\n01:34 Ann: Recognition\n02:14 Ben\n"
    )


def test_a_speaker_whose_parts_are_all_too_short_for_a_list_stands_in_it():
    parts = [Chapter(at_s * 25, f"Part {at_s}") for at_s in (0, 3, 6, 9, 12)]
    planned = rundown(*parts, ann=375)
    assert [one.title for one in segment_spans(planned.items)].count("Ann: Part 6") == 1
    assert chapter_list(planned, event()) == "00:00 Opening\n00:10 Ann\n00:29 Ben\n"
    # 6 s of title card and 5 s of the first part: the opening card takes two of them
    parts = [Chapter(at_s * 25, f"Part {at_s}") for at_s in (0, 5, 10)]
    assert (
        chapter_list(rundown(*parts, ann=375), event()) == "00:00 Opening\n00:10 Ann\n00:29 Ben\n"
    )


def test_nobody_is_left_out_of_a_list_in_which_there_is_room_behind_them():
    """8 s of opening card, 11 s of Ann with her title card: she has 0:10 to 0:19, Ben waits."""
    assert chapter_list(rundown(ann=125), event()) == "00:00 Opening\n00:10 Ann\n00:20 Ben\n"


def test_a_speaker_without_chapters_has_none():
    assert Speaker(id="ann", name="Ann").chapters == ()
