"""Short stretches of sound are heard together, and each word comes back to its own time."""

from __future__ import annotations

from pipeline.tools.hearing.packed import packed

A_MS = 32
"""Bytes in a ms of sound."""
SOUND = bytes(at % 251 for at in range(120_000 * A_MS))


def word(text: str, start_s: float, end_s: float) -> dict[str, object]:
    return {"word": text, "start": start_s, "end": end_s, "probability": 0.9}


def test_short_stretches_lie_in_one_clip_with_silence_between_them():
    together = packed(SOUND, [[1000, 3000], [50_000, 51_000]])
    assert together.clips == [0.0, 3.4]
    assert together.sound[: 2000 * A_MS] == SOUND[1000 * A_MS : 3000 * A_MS]
    assert together.sound[2000 * A_MS : 2400 * A_MS] == bytes(400 * A_MS)
    assert together.sound[2400 * A_MS :] == SOUND[50_000 * A_MS : 51_000 * A_MS]


def test_stretches_that_were_skipped_together_lie_in_clips_of_their_own():
    assert packed(SOUND, [[1000, 3000], [50_000, 51_000]], apart=True).clips == [0.0, 2.0, 2.0, 3.0]


def test_a_clip_is_no_longer_than_whisper_hears_at_once():
    together = packed(SOUND, [[0, 20_000], [30_000, 37_600], [40_000, 59_000], [60_000, 68_601]])
    assert together.clips == [0.0, 28.0, 28.0, 47.0, 47.0, 55.601]


def test_each_word_comes_back_to_the_stretch_that_it_was_heard_in():
    heard = {"start": 0.0, "end": 3.3, "words": [word("one", 0.5, 1.0), word("two", 2.5, 3.3)]}
    first, second = packed(SOUND, [[1000, 3000], [50_000, 51_000]]).unpacked([heard])
    assert (first["start"], first["end"], first["words"]) == (1.5, 2.0, [word("one", 1.5, 2.0)])
    assert second["words"] == [word("two", 50.1, 50.9)]


def test_a_word_that_runs_into_the_silence_ends_with_its_stretch():
    heard = {"words": [word("one", 1.5, 2.2), word("two", 2.3, 3.6)]}
    first, second = packed(SOUND, [[1000, 3000], [50_000, 51_000]]).unpacked([heard])
    assert first["words"] == [word("one", 2.5, 3.0)]
    assert second["words"] == [word("two", 50.0, 51.0)]


def test_nothing_heard_is_nothing():
    assert packed(SOUND, [[1000, 3000]]).unpacked([{"start": 0.0, "end": 2.0, "words": []}]) == []
