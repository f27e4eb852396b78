"""`perspectives pack`: what is in it, that the same segment is the same pack, and that a copy with
one byte changed is found; with recorded answers, and once with films that are decoded.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from conftest import HEAD, Event, make_clip
from measure import ffmpeg, sound
from recorded_hands import Recorded, arrived, at_work

from pipeline.commands.build import build
from pipeline.commands.pack import make_pack, wrong_in
from pipeline.errors import Refused


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace that was built: Ana's message, a holding card for Bo."""
    arrived(tmp_path)
    with at_work(tmp_path, Recorded()) as (event, bench):
        build(event, bench)
    return tmp_path


def packed(root: Path, to: Path | None = None) -> Path:
    """The folder of a pack."""
    with at_work(root, Recorded()) as (event, bench):
        return make_pack(event, bench, countdown=False, to=to).folder


def test_the_pack_has_films_in_order_captions_run_of_show_and_checksums(root):
    names = sorted(path.name for path in packed(root).iterdir())
    assert names[:5] == [
        "01-opening.mp4",
        "02-title-ana.mp4",
        "03-message-ana.mp4",
        "04-holding-bo.mp4",
        "05-closing.mp4",
    ]
    assert {"README.html", "SHA256SUMS", "black.mp4", "obs.json", "rundown.pdf", "segment.mp4",
            "segment.captioned.mp4", "segment.en.srt", "standby.mp4"} <= {*names}  # fmt: skip
    zipped = zipfile.ZipFile(root / "outputs/pack.zip")
    assert sorted(zipped.namelist()) == [f"pack/{name}" for name in names]
    assert zipped.testzip() is None


def test_the_same_segment_is_the_same_pack_to_the_byte(root):
    first = {path.name: path.read_bytes() for path in packed(root).iterdir()}
    archive = (root / "outputs/pack.zip").read_bytes()
    again = {path.name: path.read_bytes() for path in packed(root).iterdir()}
    assert first == again
    assert (root / "outputs/pack.zip").read_bytes() == archive


def test_what_an_earlier_pack_had_is_gone_from_the_next(root):
    (packed(root) / "99-old.mp4").write_bytes(b"old")
    assert "99-old.mp4" not in [path.name for path in packed(root).iterdir()]


def test_a_copy_is_compared_and_a_byte_that_changes_on_it_is_found(root, tmp_path):
    stick = tmp_path / "stick"
    packed(root, stick)
    assert wrong_in(stick) == []
    film = stick / "03-message-ana.mp4"
    data = bytearray(film.read_bytes())
    data[0] ^= 1
    film.write_bytes(data)
    (stick / "05-closing.mp4").unlink()
    assert wrong_in(stick) == [
        "03-message-ana.mp4 is not as it was written; copy it again.",
        "05-closing.mp4 is missing.",
    ]


def test_films_of_another_pack_beside_a_copy_are_named_and_refused_where_a_number_collides(
    root, tmp_path
):
    stick = tmp_path / "stick"
    packed(root, stick)
    (stick / "slides.pptx").write_bytes(b"slides")
    (stick / ".DS_Store").write_bytes(b"a Mac was here")
    checked = Event(root).run("pack", "--check", str(stick))
    assert checked.code == 0
    assert "Also there, and not of this pack: slides.pptx." in checked.stdout
    (stick / "03-message-libri.mp4").write_bytes(b"another pack's")
    checked = Event(root).run("pack", "--check", str(stick))
    assert checked.code == 4
    assert checked.stdout.startswith(
        "03-message-libri.mp4 is not of this pack, and has the number of 03-message-ana.mp4:"
        " move it away.\n"
    )


def test_a_list_of_sums_that_was_cut_is_found(root, tmp_path):
    stick = tmp_path / "stick"
    packed(root, stick)
    sums = stick / "SHA256SUMS"
    kept = [one for one in sums.read_text().splitlines() if "ana" not in one]
    sums.write_text("\n".join(kept[1:]) + "\n")
    assert wrong_in(stick) == [
        f"{name} is not in SHA256SUMS, which was cut; copy that again."
        for name in ("01-opening.mp4", "02-title-ana.mp4", "03-message-ana.mp4")
    ]
    sums.write_text("")
    assert "README.html is not in SHA256SUMS, which was cut; copy that again." in wrong_in(stick)


def test_what_an_earlier_pack_put_on_a_stick_is_taken_away_and_nothing_else(root, tmp_path):
    stick = tmp_path / "stick"
    packed(root, stick)
    for old, new in (("03-message-ana.mp4", "07-message-ana.mp4"), ("black.mp4", "mine.mp4")):
        (stick / new).write_bytes((stick / old).read_bytes())
    sums = (stick / "SHA256SUMS").read_text()
    digest = sums.split("  03-message-ana.mp4")[0].splitlines()[-1]
    (stick / "08-changed.mp4").write_bytes(b"somebody's own by now")
    (stick / "SHA256SUMS").write_text(
        f"{sums}{digest}  07-message-ana.mp4\n{digest}  08-changed.mp4\n{digest}  ../config.yaml\n"
    )
    with at_work(root, Recorded()) as (event, bench):
        made = make_pack(event, bench, countdown=False, to=stick)
    assert made.gone == ("07-message-ana.mp4",)
    assert made.strangers == ("08-changed.mp4", "mine.mp4")
    assert not (stick / "07-message-ana.mp4").exists()
    assert (root / "config.yaml").is_file()
    assert wrong_in(stick) == []


def test_a_film_of_which_a_byte_has_changed_since_it_was_built_is_not_packed(tmp_path):
    root = arrived(tmp_path)
    with at_work(root, Recorded(digests=True)) as (event, bench):
        build(event, bench)
    film = root / "outputs/segment.mp4"
    kept, data = film.stat(), bytearray(film.read_bytes())
    data[len(data) // 2] ^= 1
    film.unlink()  # the store may have the same file under another name
    film.write_bytes(data)
    os.utime(film, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    with pytest.raises(Refused, match=r"segment\.mp4 is not what was built: a part of it was"):
        packed(root)
    assert not (root / "outputs/pack/segment.mp4").exists()


def test_a_folder_that_is_no_pack_is_said_to_be_none(tmp_path):
    with pytest.raises(Refused, match="it is no pack, or its list is missing"):
        wrong_in(tmp_path)


def test_a_pack_wants_what_is_built_to_be_what_config_says(tmp_path):
    event = Event(tmp_path).config(HEAD + "speakers:\n  - {id: ana, name: Ana}\n")
    (tmp_path / "inputs").mkdir()
    make_clip(tmp_path / "inputs/ana.mp4")
    ended = event.run("pack")
    assert ended.code == 4
    assert "Next: `perspectives build`, then `perspectives pack`." in ended.stderr


def pictures(path: Path) -> list[str]:
    """The digest of each picture."""
    said = ffmpeg("-v", "error", "-i", path, "-map", "0:v", "-f", "framemd5", "-").stdout.decode()
    return [line.rsplit(",", 1)[1].strip() for line in said.splitlines() if line[:1] != "#"]


@pytest.mark.long
def test_each_film_has_the_pictures_of_its_item_and_sound_of_its_length(tmp_path):
    event = Event(tmp_path).config(HEAD + "speakers:\n  - {id: ana, name: Ana}\n")
    (tmp_path / "inputs").mkdir()
    make_clip(tmp_path / "inputs/ana.mp4", 4)
    assert event.run("build").code == 0
    assert event.run("pack", "--countdown").code == 0
    pack = event.outputs / "pack"
    whole = pictures(pack / "segment.captioned.mp4")
    films = sorted(pack.glob("0*.mp4"))
    assert [one for film in films for one in pictures(film)] == whole
    for film, seconds in zip(films, (1, 1, 4, 1), strict=True):
        assert abs(len(sound(film)) / 48_000 - seconds) < 0.03
    assert len(pictures(pack / "countdown.mp4")) == 250
    assert len(set(pictures(pack / "black.mp4"))) == 1
