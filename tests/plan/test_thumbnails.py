"""Which pictures of a message a thumbnail may show."""

from __future__ import annotations

from pipeline.plan.thumbnails import CANDIDATES, Candidate, candidates


def frames_of(parts: list[int], from_frame: int) -> list[int]:
    """The chosen ones, counted from the start of the message."""
    return [sum(parts[: one.place]) + one.frame for one in candidates(parts, from_frame)]


def test_they_come_after_the_name_has_gone_and_not_from_either_end():
    chosen = frames_of([250, 250, 250, 250], 200)
    assert len(chosen) == CANDIDATES
    assert min(chosen) >= 200 and max(chosen) < 920
    assert chosen == sorted(chosen)


def test_each_is_counted_from_the_start_of_its_part():
    assert candidates([10, 10], 14) == (
        Candidate(1, 4),
        Candidate(1, 5),
        Candidate(1, 6),
        Candidate(1, 7),
    )


def test_a_message_in_which_the_name_never_goes_is_shown_with_it():
    chosen = frames_of([60], 150)
    assert len(chosen) == CANDIDATES
    assert min(chosen) >= 0 and max(chosen) < 60


def test_of_a_single_picture_that_one_is_taken():
    assert candidates([1], 0) == (Candidate(0, 0),)
