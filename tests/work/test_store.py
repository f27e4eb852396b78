"""The store: work is done once, results are whole, and it says why something is done again."""

from __future__ import annotations

import json
import os
import time
import wave
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.errors import Damaged, NotYet, StillChanging, ToolFailed
from pipeline.recipe import Recipe
from pipeline.tools.running import files, process, programs
from pipeline.work import making
from pipeline.work.making import make
from pipeline.work.store import Store


class Tool:
    """Stands in for every program: writes what ``makes`` says into the folder it is run in, and
    counts its runs.
    """

    def __init__(self) -> None:
        self.makes: dict[str, bytes] = {"clip.mp4": b"pictures"}
        self.ended = process.Ended(0, None, "out", "I: -20.0 LUFS")
        self.runs = 0
        self.saw: dict[str, str] = {}

    def __call__(
        self, arguments: list[str], folder: Path, timeout_s: float, on_line: object = None
    ) -> process.Ended:
        self.runs += 1
        self.saw = {path.name: path.read_text() for path in folder.iterdir()}
        for name, content in self.makes.items():
            (folder / name).write_bytes(content)
        return self.ended


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Tool:
    """A tool in place of ffmpeg."""
    stand_in = Tool()
    monkeypatch.setattr(process, "run", stand_in)
    monkeypatch.setattr(programs, "command", lambda tool, arguments: [tool, *arguments])
    return stand_in


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """outputs/.store of a workspace."""
    (tmp_path / "outputs/.store").mkdir(parents=True)
    return tmp_path / "outputs/.store"


def recipe(
    task: str = "ann: clip", arguments: tuple[str, ...] = ("-crf", "20"), **more: object
) -> Recipe:
    """A piece of work that makes clip.mp4."""
    made = Recipe(task, "ffmpeg", "ffmpeg 9", arguments, ("clip.mp4",))
    return replace(made, **more)  # type: ignore[arg-type]


def objects(root: Path) -> list[str]:
    """The results that are in the store."""
    return sorted(path.name for path in (root / "objects").glob("*/*"))


def recording(tmp_path: Path, content: bytes = b"message") -> Path:
    """A file that was sent."""
    path = tmp_path / "ann.mov"
    path.write_bytes(content)
    return path


# --- a result -------------------------------------------------------------------------------------


def test_a_result_is_there_for_every_later_command(root, tool):
    work = recipe(texts=(("order.txt", "file a"),))
    assert not Store(root).has(work)
    make(root, work, (work,))
    store = Store(root)
    assert store.has(work)
    assert store.output(work, "clip.mp4").read_bytes() == b"pictures"
    assert store.text(work, "stderr.txt") == "I: -20.0 LUFS"
    assert tool.saw == {"order.txt": "file a"}


def test_what_has_not_been_made_is_said(root):
    with pytest.raises(NotYet, match="ann: clip has not been made yet"):
        Store(root).text(recipe(), "stderr.txt")


def test_a_tool_finds_its_inputs_under_the_recipes_names(root, tool, tmp_path):
    make(
        root,
        work := recipe(inputs=(Store(root).file_input(recording(tmp_path), "recording"),)),
        (work,),
    )
    assert tool.saw == {"recording": "message"}


@pytest.mark.parametrize(
    ("ended", "sentence"),
    [
        (process.Ended(1, None, "", "broken"), "ann: clip: ffmpeg ended with code 1."),
        (
            process.Ended(-9, "did not end within 60 s", "", "broken"),
            "ann: clip: ffmpeg did not end within 60 s.",
        ),
    ],
)
def test_a_tool_that_fails_leaves_no_result_and_its_words_are_kept(root, tool, ended, sentence):
    tool.ended, work = ended, recipe()
    with pytest.raises(ToolFailed) as caught:
        make(root, work, (work,))
    assert str(caught.value).splitlines()[0] == sentence
    assert (root.parent.parent / caught.value.kept).read_text().endswith("broken")
    assert objects(root) == []
    assert list((root / "tmp").iterdir()) == []
    assert not Store(root).has(work)


def test_an_output_that_was_not_made_leaves_no_result(root, tool):
    tool.makes, work = {}, recipe()
    with pytest.raises(ToolFailed, match=r"ann: clip: ffmpeg made no clip\.mp4"):
        make(root, work, (work,))
    assert objects(root) == [] and list((root / "tmp").iterdir()) == []


def test_sound_of_the_wrong_length_leaves_no_result(root, tool, tmp_path):
    with wave.open(str(tmp_path / "short.wav"), "wb") as sound:
        sound.setparams((1, 2, 48000, 0, "NONE", ""))
        sound.writeframes(bytes(2 * 1919))
    tool.makes = {"sound.wav": (tmp_path / "short.wav").read_bytes()}
    work = recipe(outputs=("sound.wav",), samples=(("sound.wav", 1920),))
    with pytest.raises(ToolFailed, match=r"made sound\.wav 1919 long instead of 1920"):
        make(root, work, (work,))
    assert objects(root) == []
    make(root, right := replace(work, samples=(("sound.wav", 1919),)), (right,))
    assert Store(root).has(right)


def test_an_interruption_leaves_no_half_result(root, monkeypatch):
    def interrupted(arguments: list[str], folder: Path, *_: object) -> process.Ended:
        (folder / "clip.mp4").write_bytes(b"pict")
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make(root, recipe(), (recipe(),))
    assert objects(root) == [] and list((root / "tmp").iterdir()) == []


def test_one_command_fills_two_results(root, tool):
    tool.makes = {"clean.mp4": b"clean", "burned.mp4": b"burned"}
    clean, burned = (
        recipe("ann: clean", outputs=("clean.mp4",)),
        recipe("ann: burned", ("ass",), outputs=("burned.mp4",)),
    )
    make(
        root,
        recipe("ann: both", ("split", "ass"), outputs=("clean.mp4", "burned.mp4")),
        (clean, burned),
    )
    store = Store(root)
    assert tool.runs == 1
    assert store.has(clean) and store.has(burned)
    assert store.output(clean, "clean.mp4").read_bytes() == b"clean"
    assert store.output(burned, "burned.mp4").read_bytes() == b"burned"
    assert store.text(burned, "stderr.txt") == "I: -20.0 LUFS"


@pytest.mark.parametrize(
    "damage",
    [
        lambda clip: clip.write_bytes(b"pict"),
        lambda clip: clip.unlink(),
        lambda clip: (clip.parent / "recipe.json").write_text("{"),
        lambda clip: (clip.parent / "stderr.txt").unlink(),
    ],
    ids=["cut short", "gone", "without its list", "without the tool's words"],
)
def test_a_damaged_result_is_found_and_made_again(root, tool, damage):
    work = recipe()
    make(root, work, (work,))
    damage(Store(root).output(work, "clip.mp4"))
    assert not Store(root).has(work)
    make(root, work, (work,))
    assert Store(root).has(work)
    assert Store(root).output(work, "clip.mp4").read_bytes() == b"pictures"


def test_a_store_that_was_deleted_or_damaged_is_an_empty_one(root):
    for name in ("digests", "last", "published"):
        (root / f"{name}.json").write_text("[1, 2")
    assert Store(root).why(recipe()) == "made for the first time"
    assert Store(root / "gone").has(recipe()) is False


def test_a_folder_in_the_place_of_what_a_store_knows_gives_way(root):
    for name in ("digests", "last", "published"):
        (root / f"{name}.json" / "within").mkdir(parents=True)
    Store(root).save()
    assert {(root / f"{name}.json").read_text() for name in ("digests", "last", "published")} == {
        "{}"
    }


# --- what the same work is ------------------------------------------------------------------------


def test_a_touched_or_renamed_recording_is_the_same_work(root, tmp_path):
    path = recording(tmp_path)
    before = recipe(inputs=(Store(root).file_input(path, "recording"),)).key
    os.utime(path, (1, 1))
    assert recipe(inputs=(Store(root).file_input(path, "recording"),)).key == before
    path.rename(tmp_path / "Ann final.mov")
    assert (
        recipe(inputs=(Store(root).file_input(tmp_path / "Ann final.mov", "recording"),)).key
        == before
    )


def test_a_changed_recording_is_other_work_even_at_the_same_size_and_time(root, tmp_path):
    path, store = recording(tmp_path, b"one"), Store(root)
    os.utime(path, (1, 1))
    before = store.digest(path)
    time.sleep(0.02)  # a file system's clock ticks in steps of up to 10 ms
    path.write_bytes(b"two")
    os.utime(path, (1, 1))
    assert store.digest(path) != before


def test_a_recording_is_read_once_and_remembered(root, tmp_path, monkeypatch):
    path, store = recording(tmp_path), Store(root)
    digest = store.digest(path)
    store.save()
    monkeypatch.setattr(files, "sha256_of", lambda path: pytest.fail("read again"))
    assert Store(root).digest(path) == digest


def test_a_recording_that_is_still_arriving_is_not_taken(root, tmp_path, monkeypatch):
    path = recording(tmp_path)

    def growing(path: Path) -> str:
        path.write_bytes(b"message and more")
        return "half"

    monkeypatch.setattr(files, "sha256_of", growing)
    with pytest.raises(
        StillChanging, match=r"ann\.mov: the file was still changing while it was read"
    ):
        Store(root).digest(path)


def test_task_and_length_do_not_decide_what_the_work_is():
    assert (
        recipe("another task", frames=(("clip.mp4", 5),), weight=9.0, timeout_s=1).key
        == recipe().key
    )
    assert recipe(arguments=("-crf", "21")).key != recipe().key
    assert recipe(tool_version="ffmpeg 10").key != recipe().key
    assert recipe(texts=(("a", "b"),)).key != recipe().key


# --- why ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, "it was made before, and is gone from the store"),
        ({"arguments": ("-crf", "21")}, "its settings changed"),
        ({"tool_version": "ffmpeg 10"}, "ffmpeg is another version"),
        ({"texts": (("lower-third.json", "b"),)}, "lower third changed"),
    ],
)
def test_why_something_runs_again_is_said(root, tool, change, why):
    made(root, work := recipe(texts=(("lower-third.json", "a"),)))
    assert Store(root).why(replace(work, **change)) == why


@pytest.mark.parametrize("left", ["{", "{}", '{"inputs": 3, "texts": 4}'])
def test_of_a_result_that_cannot_be_read_no_reason_is_made_up(root, tool, left):
    made(root, work := recipe())
    (Store(root).folder(work) / "recipe.json").write_text(left)
    gone = "it was made before, and is gone from the store"
    assert Store(root).why(recipe(arguments=("-crf", "21"))) == gone


def made(root: Path, work: Recipe) -> None:
    """Have it made by one command, and remembered for the next."""
    make(root, work, (work,))
    (store := Store(root)).remember(work)
    store.save()


def test_a_changed_recording_is_named(root, tool, tmp_path):
    store = Store(root)
    one = recipe(inputs=(store.file_input(recording(tmp_path, b"one"), "recording"),))
    make(root, one, (one,))
    store.remember(one)
    assert (
        store.why(recipe(inputs=(store.file_input(recording(tmp_path, b"two"), "recording"),)))
        == "recording changed"
    )


def test_work_that_was_never_done_is_for_the_first_time(root):
    assert Store(root).why(recipe()) == "made for the first time"


# --- what is handed over --------------------------------------------------------------------------


def test_a_result_is_copied_out_only_when_it_is_not_there(root, tool, tmp_path):
    work, out = recipe(), tmp_path / "outputs/clips/ann.mp4"
    make(root, work, (work,))
    store = Store(root)
    assert store.publish(work, "clip.mp4", out) is True
    store.save()
    before = out.stat().st_ino
    again = Store(root)
    assert again.publish(work, "clip.mp4", out) is False
    assert out.stat().st_ino == before
    out.write_bytes(b"scribble")
    assert again.publish(work, "clip.mp4", out) is True
    out.unlink()
    assert again.publish(work, "clip.mp4", out) is True
    assert out.read_bytes() == b"pictures"


def test_another_result_takes_the_place_of_the_first(root, tool, tmp_path):
    out, store = tmp_path / "outputs/clips/ann.mp4", Store(root)
    make(root, first := recipe(), (first,))
    tool.makes = {"clip.mp4": b"new pics"}
    make(root, second := recipe(arguments=("-crf", "30")), (second,))
    store.publish(first, "clip.mp4", out)
    assert store.publish(second, "clip.mp4", out) is True
    assert out.read_bytes() == b"new pics"


def test_a_draft_that_a_person_changed_is_kept(root, tmp_path):
    path, store = tmp_path / "outputs/captions/ann.en.srt", Store(root)
    assert store.put_text(path, "draft") == "written"
    assert store.put_text(path, "better draft") == "written"
    assert store.put_text(path, "better draft") == "same"
    path.write_text("corrected")
    assert store.put_text(path, "third draft") == "kept"
    assert path.read_text() == "corrected"


def test_a_draft_that_a_person_changed_is_kept_even_when_the_store_was_deleted(root, tmp_path):
    path = tmp_path / "outputs/captions/ann.en.srt"
    Store(root).put_text(path, "draft")
    path.write_text("corrected")
    assert Store(root / "new").put_text(path, "third draft") == "kept"
    assert path.read_text() == "corrected"


# --- clearing up ----------------------------------------------------------------------------------


def age(root: Path, work: Recipe, hours: float) -> None:
    """Make a result look ``hours`` old."""
    moment = time.time() - hours * 3600
    os.utime(Store(root).folder(work), (moment, moment))


def test_unused_results_go_after_a_day_and_used_ones_stay(root, tool):
    used, fresh, old = recipe(), recipe("b", ("b",)), recipe("c", ("c",))
    for work in (used, fresh, old):
        make(root, work, (work,))
    age(root, used, 100)
    age(root, fresh, 23)
    age(root, old, 25)
    store = Store(root)
    assert store.has(used)
    store.prune(lambda task: False)
    assert objects(root) == sorted([used.key, fresh.key])


def test_a_change_taken_back_within_a_day_costs_nothing_however_old_the_result_is(root, tool):
    work = recipe()
    make(root, work, (work,))
    age(root, work, 100)
    assert Store(root).has(work)  # the last build used it
    Store(root).prune(lambda task: False)  # this one did not
    assert objects(root) == [work.key]


def test_a_superseded_programme_goes_at_once(root, tool):
    make(root, joined := recipe("segment"), (joined,))
    make(root, part := recipe("ann: part", ("p",)), (part,))
    Store(root).prune(lambda task: task == "segment")
    assert objects(root) == [part.key]


def test_what_a_killed_build_left_is_cleared_away(root):
    (root / "tmp/half").mkdir(parents=True)
    (root / "tmp/half/clip.mp4").write_bytes(b"pict")
    Store(root).clear_up()
    assert list((root / "tmp").iterdir()) == []


def test_the_store_says_what_a_result_was_made_of(root, tool):
    make(root, work := recipe(texts=(("order.txt", "file a"),)), (work,))
    known = json.loads((Store(root).folder(work) / "recipe.json").read_text())
    assert (known["task"], known["tool"], known["arguments"]) == (
        "ann: clip",
        "ffmpeg",
        ["-crf", "20"],
    )
    assert known["sizes"] == {"clip.mp4": 8, "stdout.txt": 3, "stderr.txt": 13}


def test_above_the_limit_the_oldest_goes_first_and_never_what_is_used(root, tool):
    tool.makes = {"clip.mp4": bytes(100_000)}
    works = [recipe(str(number), (str(number),)) for number in range(4)]
    for number, work in enumerate(works):
        make(root, work, (work,))
        age(root, work, 20 - number)
    used, _, middle, newest = works
    store = Store(root)
    assert store.has(used)
    store.prune(lambda task: False, limit=310_000)
    assert objects(root) == sorted([used.key, middle.key, newest.key])
    store.prune(lambda task: False, limit=1)
    assert objects(root) == [used.key]


def test_without_a_limit_everything_of_the_day_stays(root, tool):
    make(root, work := recipe(), (work,))
    Store(root).prune(lambda task: False, limit=None)
    assert objects(root) == [work.key]


# --- what the disk has changed --------------------------------------------------------------------


def flipped(path: Path) -> None:
    """One bit of a file is another one."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def stored(root: Path, work: Recipe) -> Store:
    """The store of a later command, after it was made."""
    make(root, work, (work,))
    store = Store(root)
    assert store.has(work)
    return store


def test_a_damaged_film_is_not_handed_over_and_is_taken_away(root, tool, tmp_path):
    work = recipe()
    store = stored(root, work)
    flipped(store.output(work, "clip.mp4"))
    with pytest.raises(Damaged, match="ann: clip: what was made in"):
        store.publish(work, "clip.mp4", tmp_path / "clip.mp4")
    assert not (tmp_path / "clip.mp4").exists()
    assert not Store(root).has(work)


def test_damaged_words_of_a_tool_are_not_believed(root, tool):
    work = recipe()
    store = stored(root, work)
    assert store.text(work, "stderr.txt") == "I: -20.0 LUFS"
    flipped(store.output(work, "stderr.txt"))
    with pytest.raises(Damaged):
        store.text(work, "stderr.txt")


def test_nothing_is_made_of_a_damaged_part(root, tool):
    part = recipe("ann: part")
    store = stored(root, part)
    joined = recipe("join", ("-c", "copy"), inputs=(store.made(part, "clip.mp4", "part.mp4"),))
    flipped(store.output(part, "clip.mp4"))
    with pytest.raises(Damaged, match="ann: part: "):
        make(root, joined, (joined,))
    assert not Store(root).has(joined)


def test_what_was_made_before_digests_were_kept_is_used_as_it_is(root, tool):
    work = recipe()
    store = stored(root, work)
    known = store.folder(work) / "recipe.json"
    known.write_text(known.read_text().replace('"digests"', '"unknown"'))
    assert Store(root).has(work)
    assert Store(root).text(work, "stderr.txt") == "I: -20.0 LUFS"


def test_what_was_known_by_whole_paths_is_known_still(root):
    draft = root.parent / "captions/ann.en.srt"
    store = Store(root)
    store.put_text(draft, "draft")
    store.save()
    known = (root / "published.json").read_text()
    (root / "published.json").write_text(known.replace("../captions", str(draft.parent)))
    assert Store(root).put_text(draft, "another draft") == "written"


def test_a_result_knows_how_long_it_took_and_two_of_one_run_share_its_time(root, tool, monkeypatch):
    clock = iter((100.0, 103.0, 200.0, 204.0))
    monkeypatch.setattr(making, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    tool.makes |= {"clean.mp4": b"clean", "burned.mp4": b"burned"}
    alone = recipe()
    clean = recipe("ann: clean", outputs=("clean.mp4",))
    burned = recipe("ann: burned", outputs=("burned.mp4",))
    make(root, alone, (alone,))
    make(root, clean, (clean, burned))
    known = Store(root).worked_s([alone.key, clean.key, burned.key])
    assert [*known] == [("ann: clip", 3.0), ("ann: clean", 2.0), ("ann: burned", 2.0)]


def test_how_long_a_result_of_an_earlier_version_took_is_not_known(root, tool):
    make(root, work := recipe(), (work,))
    path = Store(root).folder(work) / "recipe.json"
    known = json.loads(path.read_text())
    del known["worked_s"]
    path.write_text(json.dumps(known))
    assert [*Store(root).worked_s([work.key])] == [("ann: clip", None)]
