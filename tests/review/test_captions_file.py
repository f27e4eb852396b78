"""A caption file that people work on: saved with every edit, in its own format, whatever kills the
program in between and whoever else writes into the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from unittest.mock import patch

import pytest

from pipeline.captions.cues.style import CaptionStyle
from pipeline.captions.edit import moves
from pipeline.captions.edit.moves import Limits
from pipeline.captions.edit.sheet import Changed, Sheet
from pipeline.model import Cue
from pipeline.review.captions_file import CaptionsFile, NotSaved, Place
from pipeline.tools.running import files

LIMITS = Limits(CaptionStyle(), "en", Fraction(25), 500)
DRAFT = (
    Cue(0, 50, ("The quick brown fox",)),
    Cue(50, 100, ("jumps over",)),
    Cue(150, 200, ("it.",)),
)
SRT = "1\n00:00:00,000 --> 00:00:02,000\nThe quick brown fox\n"
VTT = "WEBVTT\n\nNOTE mine\n\n00:00:00.000 --> 00:00:02.000 line:10%\nThe <i>quick</i> fox\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """inputs/captions of an event."""
    (tmp_path / "inputs/captions").mkdir(parents=True)
    return tmp_path / "inputs/captions"


def opened(folder: Path, name: str = "ana.en.srt") -> CaptionsFile:
    return CaptionsFile(Place(folder, name), LIMITS, DRAFT, ())


def worded(number: int, text: str):
    """A move that gives a caption other words, whatever they were."""

    def move(sheet: Sheet):
        was = sheet.lines[sheet.place(number)].cue.lines
        return moves.reworded(sheet, number, was, [text])

    return move


def said(folder: Path, name: str = "ana.en.srt") -> list[str]:
    """What the file on the disk shows, a caption a text."""
    text = (folder / name).read_text("utf-8")
    return [block.split("\n", 2)[2].strip() for block in text.strip().split("\n\n")]


def test_a_draft_becomes_a_file_with_the_first_edit_and_not_before(folder):
    work = opened(folder)
    assert list(folder.iterdir()) == []
    assert work.edit(worded(2, "leaps over"), "Ana")
    assert said(folder) == ["The quick brown fox", "leaps over", "it."]


def test_a_file_stays_in_its_format_and_its_owners_copy_is_kept(folder):
    (folder / "ana.en.vtt").write_text(VTT)
    work = opened(folder, "ana.en.vtt")
    work.edit(worded(1, "The slow fox"), "Ana")
    work.edit(worded(1, "The slowest fox"), "Ana")
    assert (folder / "ana.en.vtt").read_text() == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nThe slowest fox\n"
    )
    (kept,) = (folder.parent / "replaced").iterdir()
    assert kept.read_text() == VTT and kept.suffix == ".vtt"


def test_what_was_done_can_be_undone_by_whoever_opens_it_next(folder):
    opened(folder).edit(worded(2, "leaps over"), "Ana")
    work = opened(folder)
    assert work.undoable == (1, 0)
    work.undo("Bo")
    assert said(folder) == ["The quick brown fox", "jumps over", "it."]
    work.redo("Bo")
    assert said(folder)[1] == "leaps over"
    assert [(step.kind, step.by) for step in work.since(0)] == [
        ("edit", "Ana"), ("undo", "Bo"), ("redo", "Bo"),
    ]  # fmt: skip


def test_a_caption_without_words_waits_outside_the_file(folder):
    work = opened(folder)
    work.edit(lambda sheet: moves.added(sheet, 110, LIMITS), "Ana")
    assert len(said(folder)) == 3 and len(work.sheet.lines) == 4
    work.edit(worded(4, "And then"), "Ana")
    assert said(folder)[2] == "And then"


def room(sheet: Sheet):
    return moves.room_for_a_translation(sheet, DRAFT)


def untranslated(folder: Path) -> CaptionsFile:
    return CaptionsFile(Place(folder, "ana.pt.srt"), LIMITS, (), ())


def test_a_translation_is_a_file_from_its_first_word_on_and_not_before(folder):
    work, path = untranslated(folder), folder / "ana.pt.srt"
    work.edit(room, "Ana")
    work.edit(lambda sheet: moves.removed(sheet, 3), "Ana")
    assert not path.exists()
    again = untranslated(folder)
    assert [cue.start_frame for cue in again.sheet.cues] == [0, 50]
    again.edit(worded(1, "A raposa"), "Ana")
    assert said(folder, "ana.pt.srt") == ["A raposa"]
    again.undo("Ana")
    assert not path.exists()
    untranslated(folder).redo("Ana")
    assert said(folder, "ana.pt.srt") == ["A raposa"]


def test_the_last_caption_can_be_taken_out_and_brought_back(folder):
    (folder / "ana.en.srt").write_text(SRT)
    work = opened(folder)
    work.edit(lambda sheet: moves.removed(sheet, 1), "Ana")
    assert opened(folder).sheet.lines == ()
    work.undo("Ana")
    assert said(folder) == ["The quick brown fox"]


# --- others -----------------------------------------------------------------------------------


def test_a_change_by_another_program_is_taken_in_and_can_be_undone(folder):
    work = opened(folder)
    work.edit(worded(1, "A quick brown fox"), "Ana")
    path = folder / "ana.en.srt"
    path.write_text(path.read_text().replace("jumps", "leaps"))
    assert work.look() and not work.look()
    assert work.sheet.cues[1].lines == ("leaps over",)
    work.edit(worded(3, "him."), "Ana")
    assert said(folder) == ["A quick brown fox", "leaps over", "him."]
    work.undo("Ana")
    work.undo("Ana")
    assert said(folder) == ["A quick brown fox", "jumps over", "it."]


def test_an_edit_of_what_another_program_has_changed_is_not_made(folder):
    work = opened(folder)
    work.edit(worded(1, "A quick brown fox"), "Ana")
    path = folder / "ana.en.srt"
    path.write_text(path.read_text().replace("jumps", "leaps"))
    with pytest.raises(Changed) as caught:
        work.edit(lambda sheet: moves.reworded(sheet, 2, ["jumps over"], ["runs over"]), "Ana")
    assert caught.value.now[0].cue.lines == ("leaps over",)
    assert said(folder)[1] == "leaps over"


def test_a_file_that_another_program_made_unreadable_is_not_written_over(folder):
    work = opened(folder)
    work.edit(worded(1, "A quick brown fox"), "Ana")
    (folder / "ana.en.srt").write_text("half a fi")
    with pytest.raises(NotSaved, match=r"ana\.en\.srt was changed by another program"):
        work.edit(worded(2, "leaps over"), "Ana")
    assert (folder / "ana.en.srt").read_text() == "half a fi"


def test_a_file_that_was_changed_while_nobody_looked_keeps_both_changes(folder):
    opened(folder).edit(worded(1, "A quick brown fox"), "Ana")
    path = folder / "ana.en.srt"
    path.write_text(path.read_text().replace("jumps", "leaps"))
    work = opened(folder)
    assert [cue.lines[0] for cue in work.sheet.cues] == ["A quick brown fox", "leaps over", "it."]
    assert work.aside == ()


def test_a_file_that_was_taken_away_begins_again_with_the_draft(folder):
    work = opened(folder)
    work.edit(worded(1, "A quick brown fox"), "Ana")
    work.edit(worded(2, "leaps over"), "Ana")
    (folder / "ana.en.srt").unlink()
    assert opened(folder).sheet.cues == DRAFT


def test_another_frame_rate_begins_a_new_journal(folder):
    opened(folder).edit(worded(1, "A quick brown fox"), "Ana")
    limits = Limits(CaptionStyle(), "en", Fraction(50), 1000)
    work = CaptionsFile(Place(folder, "ana.en.srt"), limits, DRAFT, ())
    assert work.sheet.cues[0] == Cue(0, 100, ("A quick brown fox",))
    assert work.undoable == (0, 0)


# --- killed ---------------------------------------------------------------------------------------


class Killed(BaseException):
    """The program ends here: nothing that stands behind it is done."""


@contextmanager
def killed_at(step: int) -> Iterator[list[str]]:
    """Ends the program at its ``step``-th touch of the disk: before it, or after half of it."""
    seen: list[str] = []

    def counted(name: str, real):
        def call(*arguments, **named):
            seen.append(name)
            if len(seen) == step:
                raise Killed
            if name == "append" and len(seen) + 1 == step:  # the line itself is torn
                path, line = arguments
                with path.open("ab") as file:
                    file.write(line.encode()[: len(line) // 2])
                seen.append("half a line")
                raise Killed
            return real(*arguments, **named)

        return call

    with (
        patch.object(files, "append_line", counted("append", files.append_line)),
        patch.object(files.system, "sync", counted("sync", files.system.sync)),
        patch.object(Path, "write_bytes", counted("write", Path.write_bytes)),
        patch.object(Path, "replace", counted("rename", Path.replace)),
        patch.object(os, "fsync", counted("fsync", os.fsync)),
    ):
        yield seen


@pytest.mark.parametrize("step", range(1, 31))
def test_killed_at_any_moment_of_a_save_nothing_that_was_answered_for_is_lost(folder, step):
    work = opened(folder)
    answered, begun = 0, 0
    texts = ["one", "two", "three", "four"]
    with killed_at(step) as seen:
        try:
            for text in texts:
                begun += 1
                work.edit(worded(2, text), "Ana")
                answered += 1
        except Killed:
            pass
    assert len(seen) >= min(step, 20)
    again = opened(folder)
    text = again.sheet.cues[1].lines[0]
    assert text in (["jumps over", *texts][answered], ["jumps over", *texts][begun])
    again.edit(worded(1, "And now"), "Ana")
    assert said(folder)[:2] == ["And now", text]
    for _ in range(10):
        again.undo("Ana")
    assert said(folder) == ["The quick brown fox", "jumps over", "it."]


def test_a_disk_that_is_full_loses_nothing_and_is_tried_again(folder):
    work = opened(folder)
    work.edit(worded(1, "one"), "Ana")
    full = OSError(28, "No space left on device")
    with (
        patch.object(files, "write_whole", side_effect=full),
        pytest.raises(OSError, match="space"),
    ):
        work.edit(worded(2, "two"), "Ana")
    with (
        patch.object(files, "append_line", side_effect=full),
        pytest.raises(OSError, match="space"),
    ):
        work.edit(worded(3, "three"), "Ana")
    work.look()
    assert said(folder) == ["one", "two", "it."]
    work.edit(worded(3, "three"), "Ana")
    assert [cue.lines[0] for cue in opened(folder).sheet.cues] == ["one", "two", "three"]


def test_captions_are_carried_onto_a_clip_that_was_cut_shorter_and_the_file_waits(folder):
    (folder / "ana.en.srt").write_text(
        "1\n00:00:02,000 --> 00:00:03,000\nOne.\n\n2\n00:00:17,000 --> 00:00:19,960\nTwo.\n"
    )
    opened(folder).edit(worded(1, "Uno."), "Mia")  # the file is ours from now on
    shorter = Limits(LIMITS.style, "en", LIMITS.rate, LIMITS.clip_frames - 50)
    work = CaptionsFile(Place(folder, "ana.en.srt"), shorter, (), ())
    work.carry((Cue(0, 25, ("Uno.",)), Cue(375, 449, ("Two.",))))
    assert [cue.start_frame for cue in work.sheet.cues] == [0, 375]
    assert "00:00:02,000" in (folder / "ana.en.srt").read_text()
    work.edit(worded(2, "Due."), "Mia")
    assert "00:00:02,000" in (folder / "ana.en.srt").read_text()
    assert opened(folder).sheet.cues[0].start_frame == 50  # a trim that is taken back


def test_captions_that_are_not_all_as_much_earlier_stand_where_they_are_said(folder):
    (folder / "ana.en.srt").write_text(
        "1\n00:00:02,000 --> 00:00:03,000\nOne.\n\n2\n00:00:17,000 --> 00:00:18,000\nTwo.\n\n"
        "3\n00:00:19,000 --> 00:00:19,800\nOutside.\n"
    )
    shorter = Limits(LIMITS.style, "en", LIMITS.rate, 400)
    work = CaptionsFile(Place(folder, "ana.en.srt"), shorter, (), ())
    work.carry((Cue(0, 25, ("One.",)), Cue(355, 380, ("Two.",))))
    assert [cue.start_frame for cue in work.sheet.cues] == [0, 355]
    assert "00:00:02,000" in (folder / "ana.en.srt").read_text()
    work.edit(worded(2, "Due."), "Mia")
    assert said(folder) == ["One.", "Due.", "Outside."]
    assert list((folder.parent / "replaced").iterdir())
    work.undo("Mia")
    work.undo("Mia")
    assert said(folder) == ["One.", "Two.", "Outside."]
    assert "00:00:02,000" in (folder / "ana.en.srt").read_text()


LONG = (
    "1\n00:00:00,000 --> 00:00:01,000\nBefore.\n\n"
    "2\n00:00:01,000 --> 00:00:03,000\nOver the start.\n\n"
    "3\n00:00:03,000 --> 00:00:05,000\nWithin.\n\n"
    "4\n00:00:05,000 --> 00:00:07,000\nOver the end.\n\n"
    "5\n00:00:07,000 --> 00:00:09,000\nBehind.\n"
)


def trimmed(folder: Path) -> CaptionsFile:
    """A file of nine seconds, seen on the clip of seconds two to six of them."""
    cut = Limits(LIMITS.style, "en", LIMITS.rate, 100)
    work = CaptionsFile(Place(folder, "ana.en.srt"), cut, (), ())
    work.carry(
        (
            Cue(0, 25, ("Over the start.",)),
            Cue(25, 75, ("Within.",)),
            Cue(75, 100, ("Over the end.",)),
        )
    )
    return work


@pytest.mark.parametrize(
    ("number", "old", "new"),
    [
        (2, "Over the start.", "At first."),
        (3, "Within.", "Inside."),
        (4, "Over the end.", "Lastly."),
    ],
)
def test_an_edit_of_a_trimmed_message_leaves_all_else_in_the_file_as_it_was(
    folder, number, old, new
):
    path = folder / "ana.en.srt"
    path.write_text(LONG)
    work = trimmed(folder)
    work.edit(worded(number, new), "Ana")
    assert path.read_text() == LONG.replace(old, new)
    assert [line.id for line in work.sheet.lines] == [2, 3, 4]
    (step,) = work.since(0)
    assert step.edit.after == (work.sheet.lines[number - 2],)
    work.undo("Ana")
    assert path.read_text() == LONG


def test_times_that_are_moved_in_a_trimmed_message_are_moved_in_its_file(folder):
    path = folder / "ana.en.srt"
    path.write_text(LONG)
    work = trimmed(folder)
    work.edit(lambda sheet: moves.retimed(sheet, 4, 80, 95, work.limits), "Ana")
    assert "4\n00:00:05,200 --> 00:00:05,800\nOver the end.\n" in path.read_text()
    work.edit(lambda sheet: moves.removed(sheet, 2), "Ana")
    assert said(folder) == ["Before.", "Within.", "Over the end.", "Behind."]
    work.undo("Ana")
    assert said(folder) == ["Before.", "Over the start.", "Within.", "Over the end.", "Behind."]
