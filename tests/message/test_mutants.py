"""Files spoilt at random: each gets a verdict, none takes our program down, none holds it up, and
what is accepted airs.

PERSPECTIVES_MUTANTS says how many are made (60; the acceptance run makes 3,000).
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from conftest import HEAD, Event, make_clip

pytestmark = pytest.mark.long

COUNT = int(os.environ.get("PERSPECTIVES_MUTANTS", "60"))
AT_ONCE = 200
SEEDS: list[tuple[str, list[str]]] = [
    ("mp4", ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-movflags", "+faststart"]),
    ("mov", ["-c:v", "mpeg4", "-c:a", "pcm_s16le"]),
    ("mkv", ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]),
    ("webm", ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]),
    ("ts", ["-c:v", "mpeg2video", "-c:a", "mp2"]),
    ("avi", ["-c:v", "mpeg4", "-c:a", "mp3"]),
]


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """The content with one to four faults, more of them near its beginning, where the index is."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = int(len(data) * chance.random() ** chance.choice((1, 3)))
        length = chance.choice((1, 4, 64, 1500))
        fault = chance.randrange(6)
        if fault == 0:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif fault == 1:
            data[at : at + 4] = chance.choice(
                (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", chance.randbytes(4))
            )
        elif fault == 2:
            del data[at : at + length]
        elif fault == 3:
            data[at:at] = chance.randbytes(length)
        elif fault == 4:
            data[at : at + length] = data[:length]
        else:
            del data[max(200, at) :]
    return bytes(data)


@pytest.mark.parametrize("first", range(0, COUNT, AT_ONCE))
def test_a_file_spoilt_at_random_gets_a_verdict_and_airs_where_it_is_accepted(
    event: Event, tmp_path: Path, first: int
):
    originals = [
        make_clip(
            tmp_path / f"seed.{kind}", 1.5, *options, picture="testsrc2=s=160x120:r=25"
        ).read_bytes()
        for kind, options in SEEDS
    ]
    speakers: dict[str, str] = {}
    for number in range(first, min(COUNT, first + AT_ONCE)):
        kind = number % len(SEEDS)
        name = f"m{number}.{SEEDS[kind][0]}"
        (event.inputs / name).write_bytes(spoilt(originals[kind], random.Random(number)))
        speakers[f"m{number}"] = f"  - {{id: m{number}, name: Dr Mutant, video: {name}}}\n"
    everybody = "".join(speakers.values())
    ended = event.config(HEAD + "speakers:\n" + everybody).run("check", "--json")
    assert "Traceback" not in ended.stderr
    assert ended.code in (0, 3)
    for one in ended.json["submissions"]:
        assert one["verdict"] != "reject" or [
            finding for finding in one["findings"] if finding["severity"] == "error"
        ]
        for finding in one["findings"]:
            assert finding["message"].startswith(f"{one['file']}: ")
            assert finding["message"].endswith(".")
            assert "did not end" not in finding["message"]
    accepted = [one["id"] for one in ended.json["submissions"] if one["verdict"] != "reject"]
    entries = "".join(speakers[one] for one in accepted)
    built = event.config(HEAD + "speakers:\n" + entries).run("build")
    assert "Traceback" not in built.stderr
    assert built.code == 0
    aired = [item["speaker"] for item in event.report()["rundown"] if item["kind"] == "message"]
    assert aired == accepted
