"""What a film says of itself is held against what was planned: tracks, languages, captions."""

from __future__ import annotations

from dataclasses import replace

from pipeline.model import CaptionTrack, FilmFacts, Written
from pipeline.plan.handed import text_findings, track_findings

CUES = ((1000, 2000, "Welcome."), (2040, 4000, "It is here."), (5000, 6000, "Thank you."))
ENGLISH = CaptionTrack("eng", "English", True, CUES)
SPANISH = CaptionTrack("spa", "español", False, CUES)
PLANNED = FilmFacts("eng", (ENGLISH, SPANISH), ((0, "Opening"), (8000, "Ana")))


def found(facts: FilmFacts) -> list[tuple[str, int | None, str]]:
    """Codes, times and sentences."""
    return [
        (one.code, one.at_ms, one.message) for one in track_findings(PLANNED, facts, "segment.mp4")
    ]


def test_a_film_as_planned_has_nothing_wrong():
    assert found(PLANNED) == []


def test_a_missing_track_is_named():
    assert found(replace(PLANNED, captions=(ENGLISH,))) == [
        ("track-missing", None, 'segment.mp4: the caption track "español" is missing.')
    ]


def test_a_track_of_another_language_than_it_says_is_named():
    wrong = replace(ENGLISH, language="deu")
    assert found(replace(PLANNED, captions=(wrong, SPANISH))) == [
        ("track-language", None, 'segment.mp4: the caption track "English" says deu; it is eng.')
    ]


def test_sound_in_another_language_than_it_says_is_named():
    assert found(replace(PLANNED, spoken="mul")) == [
        ("track-language", None, "segment.mp4: its sound says that it is in mul; it is in eng.")
    ]


def test_a_caption_that_is_still_shown_when_the_next_begins_is_named_with_its_time():
    cues = ((1000, 2500, "Welcome."), *CUES[1:])
    codes = [(code, at) for code, at, _ in found(replace(PLANNED, captions=(
        replace(ENGLISH, cues=cues), SPANISH)))]  # fmt: skip
    assert codes == [("overlap", 2040), ("captions-differ", 1000)]


def test_other_words_and_missing_captions_are_named_with_the_first_time():
    other = replace(ENGLISH, cues=(CUES[0], (2040, 4000, "It was here."), CUES[2]))
    fewer = replace(ENGLISH, cues=CUES[:2])
    for track, at_ms in ((other, 2040), (fewer, 5000)):
        ((code, at, _),) = found(replace(PLANNED, captions=(track, SPANISH)))
        assert (code, at) == ("captions-differ", at_ms)


def test_chapters_elsewhere_are_named():
    ((code, at_ms, _),) = found(replace(PLANNED, chapters=((0, "Opening"), (9000, "Ana"))))
    assert (code, at_ms) == ("chapters-differ", 8000)


def test_a_caption_file_that_overlaps_is_said_to():
    planned = [Written(n, start, end, (text,)) for n, (start, end, text) in enumerate(CUES)]
    longer = [replace(planned[0], end_ms=3000), *planned[1:]]
    (one,) = text_findings(planned, longer, "segment.en.srt")
    assert (one.code, one.at_ms) == ("overlap", 2040)
    assert text_findings(planned, planned, "segment.en.srt") == ()
