"""What a watch does about what it sees: what has come whole, what is still coming, when a build is
stopped and when it is let come to its end.
"""

from __future__ import annotations

import struct

import pytest

from pipeline.plan.arrivals import (
    Seen,
    Stamp,
    Standing,
    coming,
    differences,
    lying_now,
    next_step,
    seen,
    seen_first,
    still_for,
)
from pipeline.plan.cut_off import cut_off

ANA, BO = Stamp(100, 1, 11), Stamp(200, 2, 12)
STILL_S = 2.0


def whole(name: str) -> bool:
    return False


def cut(name: str) -> bool:
    return True


# --- what has come whole --------------------------------------------------------------------------


def test_a_file_that_has_just_come_is_waited_for_until_it_stands_still():
    now = seen({}, {"inputs/ana.mp4": ANA}, 50.0, whole)
    assert coming({}, now, 51.9, STILL_S) == ("inputs/ana.mp4",)
    assert coming({}, now, 52.0, STILL_S) == ()


def test_a_file_that_grows_is_waited_for_anew():
    first = seen({}, {"inputs/ana.mp4": ANA}, 50.0, whole)
    grown = seen(first, {"inputs/ana.mp4": Stamp(150, 5, 11)}, 51.5, whole)
    assert coming({}, grown, 52.5, STILL_S) == ("inputs/ana.mp4",)
    assert coming({}, grown, 53.5, STILL_S) == ()


def test_a_recording_that_ends_in_the_middle_has_a_minute_to_go_on():
    now = seen({}, {"inputs/ana.mp4": ANA}, 50.0, cut)
    assert coming({}, now, 109.0, STILL_S) == ("inputs/ana.mp4",)
    assert coming({}, now, 110.0, STILL_S) == ()


def test_what_was_built_and_has_not_changed_is_not_waited_for():
    now = seen({}, {"inputs/ana.mp4": ANA}, 50.0, cut)
    assert coming({"inputs/ana.mp4": ANA}, now, 50.1, STILL_S) == ()


def test_when_a_watch_begins_nobody_waits_for_what_has_lain_there_for_an_hour():
    an_hour_later_ns = ANA.changed_ns + 3600 * 10**9
    now = seen_first({"inputs/ana.mp4": ANA}, 5.0, an_hour_later_ns, cut)
    assert coming({}, now, 5.0, STILL_S) == ()


def test_when_a_watch_begins_a_copy_that_runs_is_waited_for():
    a_second_later_ns = ANA.changed_ns + 10**9
    now = seen_first({"inputs/ana.mp4": ANA}, 5.0, a_second_later_ns, whole)
    assert coming({}, now, 5.0, STILL_S) == ("inputs/ana.mp4",)


@pytest.mark.parametrize("name", ["ana.mp4.part", "ana.mov.crdownload", "ana.tmp"])
def test_a_download_that_runs_is_nobodys_file_yet(name):
    assert lying_now(seen({}, {f"inputs/{name}": ANA}, 50.0, whole)) == {}


def test_what_is_gone_is_gone_once_it_has_been_away_for_a_while():
    before = seen({}, {"inputs/ana.mp4": ANA}, 10.0, whole)
    gone = seen(before, {}, 50.0, whole)
    assert gone == {"inputs/ana.mp4": Seen(None, 50.0)}
    assert coming({"inputs/ana.mp4": ANA}, gone, 51.0, STILL_S) == ("inputs/ana.mp4",)
    assert coming({"inputs/ana.mp4": ANA}, gone, 52.0, STILL_S) == ()


def test_an_editor_that_deletes_and_writes_anew_has_changed_a_file():
    before = seen({}, {"config.yaml": ANA}, 10.0, whole)
    away = seen(before, {}, 50.0, whole)
    back = seen(away, {"config.yaml": BO}, 50.5, whole)
    assert differences({"config.yaml": ANA}, lying_now(back)) == ("config.yaml has changed",)


# --- what has changed -----------------------------------------------------------------------------


def test_what_has_changed_is_said_as_a_producer_would():
    before = {"config.yaml": ANA, "inputs/bo.mp4": BO, "inputs/captions/bo.en.srt": ANA}
    now = {"config.yaml": BO, "inputs/captions/bo.en.srt": ANA, "inputs/cy.mov": Stamp(9, 9, 9)}
    assert differences(before, now) == (
        "config.yaml has changed",
        "cy.mov is new",
        "bo.mp4 is gone",
    )


def test_a_file_of_another_name_is_said_to_be_called_so():
    assert differences({"inputs/IMG_1.mov": ANA}, {"inputs/ana.mov": ANA}) == (
        "IMG_1.mov is called ana.mov now",
    )


# --- what is done about it ------------------------------------------------------------------------


def test_what_has_come_whole_is_built():
    assert next_step(Standing(changed=True, waits_s=3)) == "build"


def test_nothing_is_built_while_something_is_still_coming():
    assert next_step(Standing(changed=True, waits_s=300, coming=True)) == "wait"


def test_what_has_come_does_not_wait_for_ever_for_what_is_still_coming():
    assert next_step(Standing(changed=True, waits_s=600, coming=True)) == "build"


def test_a_recording_that_ends_in_the_middle_is_waited_for_a_minute_and_another_file_is_not():
    assert still_for(Seen(None, 0.0, cut=True), 2.0) == 60.0
    assert still_for(Seen(None, 0.0), 2.0) == 2.0


def test_a_build_is_stopped_for_something_newer():
    assert next_step(Standing(changed=True, waits_s=3, running=True)) == "stop"


def test_half_a_copy_stops_no_build():
    assert next_step(Standing(changed=True, waits_s=3, running=True, coming=True)) == "wait"


def test_where_something_arrives_all_the_time_a_build_comes_to_its_end():
    assert next_step(Standing(changed=True, waits_s=3, running=True, stops=2)) == "stop"
    assert next_step(Standing(changed=True, waits_s=3, running=True, stops=3)) == "wait"


def test_what_has_not_changed_is_not_built_again():
    assert next_step(Standing(ended_s_ago=10_000)) == "wait"


@pytest.mark.parametrize(("failed", "after_s"), [(1, 60), (2, 120), (3, 300), (4, 900), (40, 900)])
def test_what_failed_is_tried_again_less_and_less_often(failed, after_s):
    assert next_step(Standing(failed=failed, ended_s_ago=after_s - 1)) == "wait"
    assert next_step(Standing(failed=failed, ended_s_ago=after_s)) == "build"


# --- recordings that end in the middle ------------------------------------------------------------


def box(kind: bytes, size: int) -> bytes:
    return struct.pack(">I4s", size, kind) + b"\1" * (size - 8)


def is_cut(data: bytes) -> bool:
    return cut_off(len(data), lambda at, count: data[at : at + count])


INDEX_FIRST = box(b"ftyp", 24) + box(b"moov", 100) + box(b"mdat", 400)
INDEX_LAST = box(b"ftyp", 24) + box(b"mdat", 400) + box(b"moov", 100)
LONG_MDAT = box(b"ftyp", 24) + struct.pack(">I4sQ", 1, b"mdat", 416) + b"\1" * 400
EBML = b"\x1a\x45\xdf\xa3\x84abcd"
WEBM = EBML + b"\x18\x53\x80\x67\x01" + (400).to_bytes(7, "big") + b"\1" * 400
ON_THE_FLY = EBML + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + b"\1" * 400
WAV = b"RIFF" + struct.pack("<I", 492) + b"WAVE" + b"\1" * 488


@pytest.mark.parametrize(
    "data",
    [INDEX_FIRST, INDEX_LAST, LONG_MDAT + box(b"moov", 100), WEBM, WAV],
    ids=["index first", "index last", "long box", "webm", "wav"],
)
def test_a_recording_is_cut_off_wherever_its_copy_has_stopped_and_not_when_it_is_whole(data):
    assert not is_cut(data)
    assert [at for at in range(64, len(data)) if not is_cut(data[:at])] == []


def test_a_recording_that_was_written_on_the_fly_may_end_anywhere():
    assert not is_cut(ON_THE_FLY) and not is_cut(ON_THE_FLY[:200])


def test_an_empty_file_and_room_that_was_made_for_one_have_yet_to_be_filled():
    assert is_cut(b"") and is_cut(bytes(5000))


@pytest.mark.parametrize("data", [b"Good morning.", b"\x47" + b"\1" * 187, b"ID3\4" + b"\1" * 90])
def test_what_does_not_say_how_long_it_is_counts_as_whole(data):
    assert not is_cut(data)


def test_room_behind_the_last_box_is_no_part_of_the_recording():
    assert not is_cut(INDEX_LAST + bytes(64))
