"""What outsiders sent is opened with nothing else in reach. Each test fails when the one guard that
it names is taken away.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import ffmpeg as graph
import pytest
from conftest import REPOSITORY, make_clip
from measure import ffmpeg, one_picture

from pipeline.config import Delivery
from pipeline.errors import DiskFull, Refused, StillChanging, ToolFailed
from pipeline.model import PictureTrack
from pipeline.plan.conform import BITEXACT, most_pixels, opened
from pipeline.plan.outside import DECODERS, DEMUXERS
from pipeline.plan.photo import plan_photo
from pipeline.plan.probe import plan_probe
from pipeline.recipe import Recipe
from pipeline.tools.running import confine, fence, process, programs, received
from pipeline.work.making import make
from pipeline.work.store import Store

HERE = fence.layers()
LANDLOCK = pytest.mark.skipif(not HERE.landlock, reason="this kernel has no Landlock")
NO_SOCKETS = pytest.mark.skipif(
    not HERE.no_sockets, reason="this kernel has no filter of system calls"
)
BUBBLEWRAP = fence.bubblewrap
GIB = 1 << 30


@pytest.fixture(autouse=True)
def without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each layer is tried by itself: bubblewrap would stand in for one that is missing."""
    monkeypatch.setattr(fence, "bubblewrap", lambda: None)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """The folder that a confined program works in, beside others that are not its business."""
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


@pytest.fixture
def in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool called "probe" that runs a line of Python: what a decoder could do once a file has
    taken it over.
    """
    monkeypatch.setattr(
        programs, "command", lambda tool, arguments: [sys.executable, "-I", "-S", "-c", *arguments]
    )


def behind_the_fence(
    tool: str,
    arguments: tuple[str, ...],
    folder: Path,
    recording: Path | None = None,
    timeout_s: float = 30,
) -> process.Ended:
    """``tool`` on a recording, in ``folder``."""
    sent = recording or folder.parent / "message.mp4"
    sent.touch()
    descriptor = received.opened(sent)
    try:
        return fence.run(tool, arguments, descriptor, (), folder, timeout_s)
    finally:
        os.close(descriptor)


def decoded(recording: Path, folder: Path, **instead: str) -> process.Ended:
    """ffmpeg decodes a recording as every recipe has it done, with other words ``instead`` of one
    of its options.
    """
    arguments = graph.get_args(graph.output(opened(), "out.wav", **BITEXACT))
    for option, value in instead.items():
        at = arguments.index(f"-{option}")
        arguments[at : at + 2] = value.split()
    return behind_the_fence("ffmpeg", ("-v", "error", *arguments), folder, recording)


def looked_at(recording: Path, folder: Path) -> dict[str, object]:
    """What the probe says of a recording."""
    ended = behind_the_fence("probe", (DEMUXERS, DECODERS), folder, recording)
    assert ended.good, ended.stderr
    return dict(json.loads((folder / "probe.json").read_text()))


# --- files that name other files ------------------------------------------------------------------

DASH = """<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"
 mediaPresentationDuration="PT3S"
 profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>
 <AdaptationSet mimeType="video/mp4"><Representation id="1"
 bandwidth="1000"><BaseURL>{sibling}</BaseURL></Representation></AdaptationSet></Period></MPD>"""
IMF = """<?xml version="1.0"?>
<CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016">
<Id>urn:uuid:0eb3d1b9-b77b-4d3f-bbe5-7c69b15dca84</Id><EditRate>25 1</EditRate>
<SegmentList/></CompositionPlaylist>"""
PLAYLISTS = {
    "HLS": "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{sibling}\n#EXT-X-ENDLIST\n",
    "DASH": DASH,
    "IMF": IMF,
    "ffconcat": "ffconcat version 1.0\nfile 'file:{sibling}'\n",
    "a list of names": "file {sibling}\n",
    "HLS of the password file": (
        "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n/etc/passwd\n#EXT-X-ENDLIST\n"
    ),
}


@pytest.fixture(scope="module")
def sibling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another speaker's unpublished message."""
    return make_clip(tmp_path_factory.mktemp("others") / "sibling.mp4", 1)


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_under_a_videos_name_is_no_video_and_opens_no_other_file(kind, sibling, scratch):
    message = scratch.parent / "message.mp4"
    message.write_text(PLAYLISTS[kind].format(sibling=sibling))
    assert looked_at(message, scratch)["streams"] == []
    ended = decoded(message, scratch)
    assert ended.exit_code != 0
    assert not (scratch / "out.wav").exists()


def test_only_the_containers_on_the_list_are_tried(scratch):
    picture = scratch.parent / "message.mp4"
    # On the list: decoded.
    ffmpeg("-v", "error", "-f", "lavfi", "-i", "sine=d=1", "-f", "ogg", picture)
    assert decoded(picture, scratch).good
    ffmpeg("-v", "error", "-y", "-f", "lavfi", "-i", "sine=d=1", "-f", "w64", picture)  # not on it
    assert decoded(picture, scratch).exit_code != 0
    assert looked_at(picture, scratch)["streams"] == []


def test_only_the_decoders_on_the_list_are_tried(scratch):
    sound = scratch.parent / "message.mp4"
    ffmpeg(
        "-v", "error", "-f", "lavfi", "-i", "sine=d=1", "-c:a", "wavpack", "-f", "matroska", sound
    )
    assert "not on whitelist" in decoded(sound, scratch).stderr
    streams = looked_at(sound, scratch)["streams"]
    assert [stream["decodable"] for stream in streams] == [False]  # type: ignore[attr-defined]


def test_a_list_of_files_finds_no_way_to_them(sibling, scratch):
    """Were its container let through, no protocol but the open file's would be spoken."""
    message = scratch.parent / "message.mp4"
    message.write_text(PLAYLISTS["ffconcat"].format(sibling=sibling))
    ended = decoded(message, scratch, format_whitelist="-safe 0 -f concat")
    assert not (scratch / "out.wav").exists() and ended.exit_code != 0
    assert "not on whitelist 'fd'" in ended.stderr


@LANDLOCK
def test_where_all_lists_failed_the_kernel_still_lets_no_other_file_be_read(sibling, scratch):
    message = scratch.parent / "message.mp4"
    message.write_text(PLAYLISTS["ffconcat"].format(sibling=sibling))
    arguments = (
        "-v",
        "error",
        "-safe",
        "0",
        "-protocol_whitelist",
        "fd,file,concat",
        "-f",
        "concat",
        "-i",
        "fd:",
        "out.wav",
    )
    ended = behind_the_fence("ffmpeg", arguments, scratch, message)
    assert "Permission denied" in ended.stderr
    assert not (scratch / "out.wav").exists()


def test_a_picture_larger_than_any_is_not_decoded(scratch):
    photo = scratch.parent / "message.mp4"
    for size, good in (("8192x4320", True), ("8200x4400", False)):
        ffmpeg(
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            f"color=s={size}:d=0.04",
            "-c:v",
            "mjpeg",
            "-f",
            "matroska",
            photo,
        )
        source = opened()
        arguments = (
            "-v",
            "error",
            "-xerror",
            *graph.get_args(graph.output(source["V:0"], "-", f="null")),
        )
        assert behind_the_fence("ffmpeg", arguments, scratch, photo).good is good


def test_of_very_many_tracks_32_are_looked_at(scratch):
    message = scratch.parent / "message.mp4"
    ffmpeg(
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "sine=d=0.1",
        *["-map", "0:a"] * 40,
        "-f",
        "matroska",
        message,
    )
    assert "exceeds max_streams (32)" in decoded(message, scratch).stderr
    assert len(looked_at(message, scratch)["streams"]) == 32  # type: ignore[arg-type]


def test_the_largest_picture_grows_with_a_message_that_was_accepted():
    track = PictureTrack(
        0, "h264", 8192, 8192, Fraction(1), 0, "bt709", False, Fraction(1, 25), (0,), 1
    )
    assert most_pixels(replace(track, width=1920, height=1080)) == 35_389_440
    assert most_pixels(track) == 8320 * 8320


# --- what a program that was taken over may do ----------------------------------------------------


@LANDLOCK
@pytest.mark.parametrize("path", ["/etc/passwd", "../sibling.mp4", "/proc/1/environ"])
def test_it_reads_nothing_but_its_own_folder(path, scratch, in_python):
    (scratch.parent / "sibling.mp4").write_text("unpublished")
    ended = behind_the_fence("probe", (f"print(open({path!r}, 'rb').read(9))",), scratch)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "Permission" in ended.stderr


@LANDLOCK
def test_it_writes_nothing_outside_its_own_folder(scratch, in_python):
    code = "open('mine', 'w').close(); open('../planted', 'w')"
    assert "PermissionError" in behind_the_fence("probe", (code,), scratch).stderr
    assert (scratch / "mine").exists() and not (scratch.parent / "planted").exists()


@LANDLOCK
def test_it_makes_no_link_that_would_be_handed_over_as_its_result(scratch, in_python):
    code = "import os; os.symlink('/etc/passwd', 'clean.mp4')"
    assert "PermissionError" in behind_the_fence("probe", (code,), scratch).stderr
    assert not (scratch / "clean.mp4").is_symlink()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who waits for what is sent to them."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        yield server


@NO_SOCKETS
@pytest.mark.parametrize(
    "kind", ["AF_INET, socket.SOCK_STREAM", "AF_INET, socket.SOCK_DGRAM", "AF_INET6", "AF_UNIX"]
)
def test_it_makes_no_socket_of_any_kind(kind, scratch, in_python):
    ended = behind_the_fence("probe", (f"import socket; socket.socket(socket.{kind})",), scratch)
    assert "PermissionError" in ended.stderr


@pytest.mark.skipif(HERE.landlock < 4, reason="this kernel's Landlock knows nothing of TCP")
def test_it_connects_to_nobody_even_with_a_socket(listener, scratch):
    """Landlock's own guard, tried without the filter of sockets."""
    code = f"import socket; socket.create_connection(('127.0.0.1', {listener.getsockname()[1]}))"
    words = tuple(word for word in fence._words("probe", (), scratch, 30) if word != "sockets=none")
    open_to_tcp = process.run([sys.executable, "-I", "-S", "-c", code], scratch, 30, words=words)
    assert open_to_tcp.good, open_to_tcp.stderr
    monkey = "import confine; confine._no_sockets = lambda: True; confine.main(sys.argv[1:])"
    script = f"import sys; sys.path.insert(0, {str(Path(confine.__file__).parent)!r}); {monkey}"
    ended = process.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            script,
            *words,
            "sockets=none",
            "--",
            sys.executable,
            "-I",
            "-S",
            "-c",
            code,
        ],
        scratch,
        30,
    )
    assert "PermissionError" in ended.stderr


def test_it_gets_no_more_memory_than_its_share(scratch, in_python):
    ended = behind_the_fence("probe", (f"bytearray({3 * GIB})",), scratch)
    assert "MemoryError" in ended.stderr


def test_ffmpeg_asks_for_no_giant_piece_of_memory_at_once():
    command = programs.command("ffmpeg", ())
    assert command[command.index("-max_alloc") + 1] == "1000000000"


def test_it_writes_no_file_larger_than_a_message_can_need(scratch, monkeypatch):
    monkeypatch.setattr(fence, "MOST_FILE_BYTES", 100_000)
    message = make_clip(scratch.parent / "message.mp4", 5)
    ended = decoded(message, scratch)
    # An error with a sentence, not the death by a signal.
    assert ended.exit_code == programs.TOO_LARGE
    assert (scratch / "out.wav").stat().st_size <= 100_000


def test_it_takes_no_more_of_the_processor_than_its_time_allows(scratch, in_python, monkeypatch):
    monkeypatch.setattr(fence, "CORES", 1 / 30)
    ended = behind_the_fence("probe", ("while True: pass",), scratch)
    assert (ended.exit_code, ended.stopped_because) == (-24, None)


def test_it_is_ended_when_its_time_is_up(scratch, in_python):
    begun = time.monotonic()
    ended = behind_the_fence("probe", ("import time; time.sleep(60)",), scratch, timeout_s=1)
    assert ended.stopped_because == "did not end within 1 s"
    assert time.monotonic() - begun < 10


def test_it_says_no_more_than_a_megabyte(scratch, in_python):
    ended = behind_the_fence(
        "probe", ("import sys\nwhile True: sys.stderr.write('x' * 999)",), scratch
    )
    assert ended.stopped_because == "said more than it should"
    assert len(ended.stderr) <= 1 << 20


def test_it_leaves_no_core_with_the_message_in_it(scratch, in_python):
    ended = behind_the_fence(
        "probe", ("import resource; print(resource.getrlimit(resource.RLIMIT_CORE))",), scratch
    )
    assert ended.stdout == "(0, 0)\n"


def test_it_knows_nothing_of_our_environment(scratch, in_python, monkeypatch):
    for name in (
        "FFREPORT",
        "AWS_SECRET_ACCESS_KEY",
        "HTTPS_PROXY",
        "XDG_CACHE_HOME",
        "LD_PRELOAD",
        "PYTHONPATH",
    ):
        monkeypatch.setenv(name, "file=/tmp/x")
    said = behind_the_fence(
        "probe", ("import os; print(*sorted(os.environ))",), scratch
    ).stdout.split()
    assert set(said) <= {
        "PATH",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "HOME",
        "OMP_NUM_THREADS",
        "OMP_WAIT_POLICY",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONIOENCODING",
    }


def test_it_has_the_recording_open_and_nothing_else(scratch, in_python, sibling):
    code = (
        "import os\nopen_ones = []\nfor number in range(64):\n try: os.fstat(number);"
        " open_ones.append(number)\n except OSError: pass\nprint(open_ones, os.fstat(0).st_size)"
    )
    with sibling.open("rb"):  # something of ours that is open at the time
        ended = behind_the_fence("probe", (code,), scratch, sibling)
    assert ended.stdout == f"[0, 1, 2] {sibling.stat().st_size}\n"


def test_a_layer_that_is_there_and_fails_starts_nothing(scratch):
    ended = process.run(
        [sys.executable, "-c", "print('started')"], scratch, 10, words=("memory=much",)
    )
    assert (ended.exit_code, ended.stdout) == (confine.CANNOT, "")
    assert "could not be confined" in ended.stderr


# --- bubblewrap -----------------------------------------------------------------------------------

STAND_IN = """#!/bin/sh
echo "$@" > "$(dirname "$0")/said"
while [ "$1" != --chdir ]; do shift; done
shift 2
exec "$@"
"""
"""Does nothing of what bubblewrap does, but starts what bubblewrap would start."""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bwrap on the path; what it was asked for is in ``said`` beside it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/bwrap").write_text(STAND_IN)
    (tmp_path / "bin/bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return tmp_path / "bin"


def test_bubblewrap_is_asked_for_everything_it_can_shut_off(stand_in, scratch, monkeypatch):
    assert BUBBLEWRAP.__wrapped__() == str(stand_in / "bwrap")
    monkeypatch.setattr(fence, "bubblewrap", BUBBLEWRAP.__wrapped__)
    message = make_clip(scratch.parent / "message.mp4", 1)
    assert decoded(message, scratch).good
    said = (stand_in / "said").read_text()
    assert "--unshare-all --die-with-parent --cap-drop ALL --clearenv" in said
    assert str(message) not in said and f"--bind {scratch} {scratch} --chdir {scratch}" in said


def test_behind_bubblewrap_the_other_layers_are_on_as_well(
    stand_in, scratch, in_python, monkeypatch
):
    monkeypatch.setattr(fence, "bubblewrap", BUBBLEWRAP.__wrapped__)
    assert "MemoryError" in behind_the_fence("probe", (f"bytearray({3 * GIB})",), scratch).stderr


def test_bubblewrap_that_cannot_work_here_is_left_out_and_said(stand_in):
    (stand_in / "bwrap").write_text(
        "#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n"
    )
    assert BUBBLEWRAP.__wrapped__() is None
    assert fence.layers().bubblewrap == "cannot work here"


@pytest.mark.skipif(BUBBLEWRAP() is None, reason="bubblewrap is not here, or cannot work here")
def test_in_bubblewrap_other_files_are_not_even_there(scratch, in_python, monkeypatch):
    monkeypatch.setattr(fence, "bubblewrap", BUBBLEWRAP)
    ended = behind_the_fence(
        "probe", ("import os; print(sorted(os.listdir('/')), os.listdir('..'))",), scratch
    )
    assert "root" not in ended.stdout and "home" not in ended.stdout
    assert (
        "FileNotFoundError" in behind_the_fence("probe", ("open('/etc/passwd')",), scratch).stderr
    )


# --- the end of the command is the end of its programs --------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a program with its parent")
def test_when_the_command_is_killed_nothing_of_it_goes_on_running(tmp_path):
    sleeper = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    command = (
        "from pathlib import Path; from pipeline.tools.running import process; import sys;"
        f" process.run([sys.executable, '-I', '-S', '-c', {sleeper!r}], Path({str(tmp_path)!r}),"
        " 60, lambda line: print(line, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", command],
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    ) as parent:
        assert parent.stdout
        number = int(parent.stdout.readline())
        assert Path(f"/proc/{number}").exists()
        parent.kill()
    ended_at = time.monotonic() + 5
    while _runs(number) and time.monotonic() < ended_at:
        time.sleep(0.02)
    assert not _runs(number)


def _runs(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


# --- the file that is opened ----------------------------------------------------------------------


def code_of(path: Path, folder: Path | None) -> str:
    """The finding's code for a path in ``folder``; "opened" where it is opened. Answers within two
    seconds.
    """
    answer: list[str] = []

    def ask() -> None:
        try:
            os.close(received.opened(path, folder))
            answer.append("opened")
        except received.NotReceived as problem:
            answer.append(problem.code)

    asked = threading.Thread(target=ask, daemon=True)
    asked.start()
    asked.join(2)
    assert answer, "it waits for somebody to write into a pipe"
    return answer[0]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """inputs/ with one message in it."""
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs/sibling.mp4").write_bytes(b"message")
    (tmp_path / "secret.mp4").write_bytes(b"secret")
    return tmp_path / "inputs"


def test_a_pipe_a_device_a_socket_and_a_folder_are_no_files(inbox):
    os.mkfifo(inbox / "pipe.mp4")
    (inbox / "folder.mp4").mkdir()
    (inbox / "device.mp4").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(inbox / "socket.mp4"))
        assert [code_of(inbox / f"{name}.mp4", inbox) for name in ("pipe", "folder", "socket")] == [
            "not-a-regular-file"
        ] * 3
    assert code_of(inbox / "device.mp4", inbox) == "outside-workspace"
    assert code_of(Path("/dev/zero"), Path("/dev")) == "not-a-regular-file"


def test_a_device_is_not_even_opened_to_see_that_it_is_one(monkeypatch):
    monkeypatch.setattr(
        os, "open", lambda *_: pytest.fail("opening a device can rewind a tape or hang up a line")
    )
    assert code_of(Path("/dev/zero"), Path("/dev")) == "not-a-regular-file"


def test_a_link_leads_to_nothing_outside_inputs(inbox, monkeypatch):
    # The look at what was really opened would see it too.
    monkeypatch.setattr(received, "_turned_into", lambda *_: None)
    (inbox / "out.mp4").symlink_to(inbox.parent / "secret.mp4")
    (inbox / "up.mp4").symlink_to("../secret.mp4")
    (inbox / "gone.mp4").symlink_to("nowhere.mp4")
    (inbox / "round.mp4").symlink_to("round.mp4")
    (inbox / "in.mp4").symlink_to("sibling.mp4")
    names = ("out", "up", "gone", "round", "in")
    assert [code_of(inbox / f"{name}.mp4", inbox) for name in names] == [
        "outside-workspace",
        "outside-workspace",
        "broken-link",
        "broken-link",
        "opened",
    ]


def test_a_name_that_climbs_out_of_inputs_is_not_opened(inbox, monkeypatch):
    monkeypatch.setattr(received, "_turned_into", lambda *_: None)
    assert code_of(inbox / "../secret.mp4", inbox) == "outside-workspace"


def test_a_folder_that_became_a_link_between_the_look_and_the_opening_is_seen(inbox, monkeypatch):
    (inbox.parent / "elsewhere").mkdir()
    (inbox.parent / "elsewhere/ann.mp4").write_bytes(b"secret")
    (inbox / "ann").mkdir()
    (inbox / "ann/ann.mp4").write_bytes(b"message")
    truly_open = os.open

    def swapped(path: object, *rest: int, **more: int) -> int:
        if str(path).endswith("ann.mp4") and not (inbox / "ann").is_symlink():
            (inbox / "ann").rename(inbox / "before")
            (inbox / "ann").symlink_to(inbox.parent / "elsewhere")
        return truly_open(path, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", swapped)
    assert code_of(inbox / "ann/ann.mp4", inbox) == "outside-workspace"


def test_a_pipe_put_in_a_files_place_between_the_look_and_the_opening_does_not_hang_us(
    inbox, monkeypatch
):
    os.mkfifo(inbox / "pipe.mp4")
    looks = os.lstat(inbox / "sibling.mp4")
    monkeypatch.setattr(os, "lstat", lambda path, **more: looks)
    assert code_of(inbox / "pipe.mp4", inbox) == "not-a-regular-file"


def test_a_link_put_in_a_files_place_between_the_look_and_the_opening_is_not_followed(
    inbox, monkeypatch
):
    truly_open = os.open

    def swapped(path: object, *rest: int, **more: int) -> int:
        if str(path).endswith("sibling.mp4") and not (inbox / "sibling.mp4").is_symlink():
            (inbox / "sibling.mp4").unlink()
            (inbox / "sibling.mp4").symlink_to(inbox.parent / "secret.mp4")
        return truly_open(path, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", swapped)
    assert code_of(inbox / "sibling.mp4", None) == "not-a-regular-file"


# --- from the digest to the program ---------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """outputs/.store of a workspace."""
    (tmp_path / "outputs/.store").mkdir(parents=True)
    return Store(tmp_path / "outputs/.store")


def listened(store: Store, message: Path) -> Recipe:
    """A recipe that decodes the message."""
    sent = store.submission(message, message.parent)
    return Recipe(
        "ann: sound",
        "ffmpeg",
        "x",
        ("-v", "error", *graph.get_args(graph.output(opened(), "out.wav"))),
        ("out.wav",),
        inputs=(sent,),
    )


def test_a_file_that_was_exchanged_after_its_digest_was_taken_is_refused_before_it_is_read(
    store, inbox, monkeypatch
):
    monkeypatch.setattr(fence, "run", lambda *_: pytest.fail("a program was given another file"))
    message = make_clip(inbox / "ann.mp4", 1)
    recipe = listened(store, message)
    make_clip(inbox / "other.mp4", 2).replace(message)
    with pytest.raises(StillChanging, match=r"ann\.mp4"):
        make(store.root, recipe, (recipe,))
    assert not store.has(recipe)


def test_the_same_recording_with_another_inode_and_time_is_heard(store, inbox):
    """As a shared folder has it on another machine."""
    message = make_clip(inbox / "ann.mp4", 1)
    recipe = listened(store, message)
    (inbox / "copy").write_bytes(message.read_bytes())
    (inbox / "copy").replace(message)
    make(store.root, recipe, (recipe,))
    assert store.has(recipe)


def test_a_file_exchanged_for_one_of_the_same_size_and_age_is_refused(store, inbox):
    message = make_clip(inbox / "ann.mp4", 1)
    recipe = listened(store, message)
    (inbox / "other.mp4").write_bytes(bytes(message.stat().st_size))
    os.utime(inbox / "other.mp4", ns=(message.stat().st_atime_ns, message.stat().st_mtime_ns))
    (inbox / "other.mp4").replace(message)
    with pytest.raises(StillChanging):
        make(store.root, recipe, (recipe,))


def test_a_file_that_became_a_pipe_after_its_digest_was_taken_is_refused(store, inbox):
    recipe = listened(store, make_clip(inbox / "ann.mp4", 1))
    (inbox / "ann.mp4").unlink()
    os.mkfifo(inbox / "ann.mp4")
    with pytest.raises(StillChanging):
        make(store.root, recipe, (recipe,))


def test_a_file_that_changes_while_a_program_reads_it_makes_no_result(store, inbox, monkeypatch):
    message = make_clip(inbox / "ann.mp4", 1)
    recipe = listened(store, message)
    truly_run = fence.run

    def run(*arguments: object) -> process.Ended:
        ended = truly_run(*arguments)  # type: ignore[arg-type]
        with message.open("ab") as file:
            file.write(b"more")
        return ended

    monkeypatch.setattr(fence, "run", run)
    with pytest.raises(StillChanging):
        make(store.root, recipe, (recipe,))
    assert not store.has(recipe)


def test_the_same_message_is_the_same_work_whatever_its_name_and_place(store, inbox, tmp_path):
    message = make_clip(inbox / "ann.mp4", 1)
    elsewhere = tmp_path / "%03d -rf ; 'quoted' \"so\"\n.mp4"
    elsewhere.write_bytes(message.read_bytes())
    assert listened(store, message).key == listened(store, elsewhere).key
    assert plan_probe(store.submission(message, inbox), "ann", "x").arguments == (
        DEMUXERS,
        DECODERS,
    )


@pytest.mark.parametrize(
    "name",
    [
        "%03d.mp4",
        "-rf.mp4",
        "a;b|c`d`$(e).mp4",
        'it\'s "quoted".mp4',
        "two\nlines.mp4",
        "\x1b[31mred.mp4",
        "concat:a|b.mp4",
        "[0:v]null[x];movie=etc.mp4",
    ],
)
def test_a_name_is_never_more_than_a_name(name, store, inbox):
    recipe = listened(store, make_clip(inbox / "plain.mp4", 1).rename(inbox / name))
    make(store.root, recipe, (recipe,))
    assert store.output(recipe, "out.wav").stat().st_size > 40_000
    assert not any(name in word for word in recipe.arguments)


def test_a_photo_is_opened_through_the_same_door(store, inbox, monkeypatch):
    one_picture(inbox / "ann.png", "testsrc2=s=640x480:d=0.04")
    recipe = plan_photo(store.submission(inbox / "ann.png", inbox, "photo"), Delivery(), "ann", "x")
    asked: list[str] = []
    truly_run = fence.run
    monkeypatch.setattr(fence, "run", lambda *given: (asked.append(given[0]), truly_run(*given))[1])
    make(store.root, recipe, (recipe,))
    assert asked == ["photo"]
    assert store.output(recipe, "photo.png").stat().st_size > 10_000


def test_a_photo_that_needs_more_memory_than_its_share_is_refused_in_a_sentence(
    store, inbox, monkeypatch
):
    one_picture(inbox / "ann.png", "color=s=8000x6000:d=0.04")
    monkeypatch.setitem(fence.MEMORY_BYTES, "photo", 200 << 20)
    recipe = plan_photo(store.submission(inbox / "ann.png", inbox, "photo"), Delivery(), "ann", "x")
    with pytest.raises(Refused, match="this photo is too large to open"):
        make(store.root, recipe, (recipe,))


def test_a_message_is_not_laid_into_the_programs_folder(store, inbox, monkeypatch):
    recipe = listened(store, make_clip(inbox / "ann.mp4", 1))
    seen: list[list[str]] = []
    truly_run = fence.run
    monkeypatch.setattr(
        fence, "run", lambda *given: (seen.append(os.listdir(given[4])), truly_run(*given))[1]
    )
    make(store.root, recipe, (recipe,))
    assert seen == [[]]


def test_a_link_in_place_of_a_result_is_no_result(store, inbox, monkeypatch):
    recipe = listened(store, make_clip(inbox / "ann.mp4", 1))

    def linked(
        tool: str, arguments: object, recording: int, reads: object, folder: Path, *rest: object
    ) -> process.Ended:
        (folder / "out.wav").symlink_to("/etc/passwd")
        return process.Ended(0, None, "", "")

    monkeypatch.setattr(fence, "run", linked)
    with pytest.raises(ToolFailed, match=r"made no out\.wav"):
        make(store.root, recipe, (recipe,))


def test_nothing_that_a_phone_wrote_about_its_owner_is_handed_on(scratch):
    message = make_clip(
        scratch.parent / "message.mov",
        1,
        "-c:v",
        "libx264",
        "-c:a",
        "aac",
        "-movflags",
        "use_metadata_tags",
        "-metadata",
        "location=-41.2865+174.7762/",
        "-metadata",
        "title=Secret",
        "-metadata",
        "make=Phone",
    )
    assert b"41.2865" in message.read_bytes()
    assert decoded(message, scratch).good
    made = (scratch / "out.wav").read_bytes()
    assert b"41.2865" not in made and b"Secret" not in made and b"Phone" not in made


def test_what_is_kept_for_a_report_does_not_say_where_the_speaker_lives(store, monkeypatch):
    said = (
        "Input #0, mov, from 'fd:':\n  Metadata:\n    location        : -41.2865+174.7762/\n   "
        " make            : Phone\n  Duration: 00:00:01.00\n  Stream #0:0: Video: h264\n     "
        " Metadata:\n        handler_name    : Ana's\nbroken\n"
    )
    monkeypatch.setattr(process, "run", lambda *_: process.Ended(1, None, "", said))
    work = Recipe("ann: clip", "ffmpeg", "x", (), ("clip.mp4",))
    with pytest.raises(ToolFailed) as caught:
        make(store.root, work, (work,))
    kept = (store.root.parent.parent / caught.value.kept).read_text()
    assert kept.endswith(
        "from 'fd:':\n  Duration: 00:00:01.00\n  Stream #0:0: Video: h264\nbroken\n"
    )


# --- a full disk ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ended",
    [
        process.Ended(228, None, "", "av_interleaved_write_frame"),
        process.Ended(1, None, "", "OSError: [Errno 28] No space left on device"),
    ],
)
def test_a_full_disk_is_said_to_be_full_and_no_recording_is_blamed(ended, store, monkeypatch):
    monkeypatch.setattr(process, "run", lambda *_: ended)
    work = Recipe("ann: clip", "ffmpeg", "x", (), ("clip.mp4",))
    with pytest.raises(DiskFull, match="ann: clip: the disk is full"):
        make(store.root, work, (work,))
    assert not isinstance(DiskFull("x"), ToolFailed)


def test_too_large_a_file_is_said_to_be_too_large(store, monkeypatch):
    monkeypatch.setattr(process, "run", lambda *_, **__: process.Ended(229, None, "", "too large"))
    (store.root / "ann.mov").write_bytes(b"as it came")
    sent = store.submission(store.root / "ann.mov", store.root)
    work = Recipe("ann: clip", "ffmpeg", "x", (), ("clip.mp4",), (sent,))
    with pytest.raises(ToolFailed, match="wrote more than a message can need"):
        make(store.root, work, (work,))
