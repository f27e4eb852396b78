"""What speakers are told of what they sent: each finding that concerns them in their own words, and
nothing that is the producer's or this computer's.
"""

from __future__ import annotations

from typing import get_args

import pytest

from pipeline.codes import AS_ERRORS_ONLY, Code
from pipeline.config_file import read_config
from pipeline.findings import About, Finding
from pipeline.handover.advice import brief
from pipeline.handover.letters import as_page, as_text
from pipeline.handover.replies import FAILED, WARNED, Came, reply
from pipeline.plan.slot import plan_slot

EVENT = """title: Micro-credentials
event: Webinar
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
deadline: 2021-09-10 18:00
send_to: https://upload.example/box
speakers:
  - {id: klinkum, name: Dr Grant Klinkum, timezone: Pacific/Auckland}
"""
ABOUT = About("klinkum", "klinkum.mov")
OURS = ("machine-failed", "unreadable", "still-changing", "outside-workspace", "trim-empty")
"""Errors that a speaker can do nothing about."""


def told(
    *findings: Finding,
    recording: str | None = "klinkum.mov",
    shown: bool = True,
    seconds: int = 60,
    event: str = EVENT,
    wins_ms: int = 0,
    late: bool = False,
) -> str:
    """The text of Klinkum's reply."""
    config = read_config(event)
    (speaker,) = config.speakers
    (share,) = plan_slot(config, {"klinkum": seconds * 25} if recording else {}).shares
    texts = ("klinkum.txt",) if recording else ()
    came = Came(speaker, share, recording, texts, findings, shown, wins_ms, late=late)
    return as_text(reply(config, came, str))


def test_whoever_sent_a_good_message_is_thanked_and_has_nothing_to_do():
    assert told() == (
        "Dear Dr Grant Klinkum,\n"
        "\n"
        "Thank you for your message for “Micro-credentials”, Webinar, 14 September\n"
        "2021 · 14:30–14:50 UTC+02:00.\n"
        "\n"
        "It can be shown, and there is nothing more for you to do.\n"
        "\n"
        "What we have received\n"
        "- klinkum.mov, which lasts 1:00; 19:25 are yours.\n"
        "- klinkum.txt\n"
        "\n"
        "With kind regards\n"
    )


def test_what_was_put_right_is_told_and_asks_for_nothing():
    text = told(ABOUT.warning("one-channel-silent", "speech is in the left ear only"))
    assert (
        "What we have put right\n- Your voice was on one side only; it is in the middle now."
        in text
    )
    assert "nothing more for you to do" in text and "Please" not in text


def test_a_message_that_cannot_be_shown_is_asked_for_again_with_how_and_until_when():
    text = told(ABOUT.error("silent-audio", "silent from start to end"), shown=False)
    assert "We cannot show it as it came" in text
    assert (
        "Please record it again\n- It is silent from beginning to end. Please look whether" in text
    )
    assert "Sound\n- Choose a quiet room" in text
    # 18:00 in Berlin's summer is 04:00 on the next day in Auckland
    assert "Please send it by Saturday, 11 September 2021, 04:00 (New Zealand Time)." in " ".join(
        text.split()
    )


def test_whoever_sends_too_late_is_asked_for_it_all_the_same_and_not_by_a_day_that_is_past():
    text = " ".join(told(recording=None, shown=False, late=True).split())
    assert (
        "It was due by Saturday, 11 September 2021, 04:00 (New Zealand Time). Please send it as"
        " soon as you can." in text
    )
    assert "Please send it by" not in text


def test_a_file_that_broke_off_is_asked_for_again_without_advice_on_recording():
    text = told(ABOUT.error("truncated", "only a part arrived"), shown=False)
    assert "Please send it again\n- Only a part of the file arrived." in text
    assert "quiet room" not in text


def test_what_is_not_the_speakers_is_not_told():
    text = told(*(ABOUT.error(code, "something") for code in OURS), shown=False)
    assert "We are still looking at it, and will write again." in text
    assert "Please" not in text


def test_whoever_has_sent_nothing_is_told_how_to_record_how_long_where_and_until_when():
    text = told(About("klinkum").error("missing", "nothing yet"), recording=None, shown=False)
    assert "We have not received your message" in text
    assert "Your message may last 19:25 at most." in text
    assert "Send it to: https://upload.example/box" in text
    assert "Please send it by Saturday, 11 September 2021" in text


def test_a_message_over_its_time_is_told_by_how_much_and_what_a_trim_would_win():
    text = " ".join(told(seconds=19 * 60 + 45, wins_ms=6_000).split())
    assert "It is 0:20 longer than the time that is yours." in text
    assert "Cutting the silence at its beginning and end would win 6 s." in text


def test_the_time_of_a_fault_is_told():
    assert "The sound breaks off at 0:41." in told(
        ABOUT.warning("audio-gap", "a gap", at_ms=41_500)
    )


@pytest.mark.parametrize("table", [WARNED, FAILED], ids=["shown", "not shown"])
def test_each_code_is_told_once_and_exists(table):
    codes = [code for rows in table.values() for code in rows]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(get_args(Code))


def test_every_error_is_told_or_is_known_to_be_no_speakers_fault():
    told_of = {code for rows in FAILED.values() for code in rows} | {"missing"}
    ours = {*OURS, "broken-link", "not-a-regular-file", "still-unusable", "brand-unusable"}
    left = AS_ERRORS_ONLY - told_of - ours
    of_the_film = ("built-", "joint-", "picture-", "sound-", "track-", "captions-differ")
    assert [code for code in sorted(left) if not code.startswith(of_the_film)] == []


def test_a_name_with_markup_is_shown_as_text_on_the_page():
    config = read_config(EVENT.replace("Dr Grant Klinkum", "<script>alert(1)</script> & Co"))
    (share,) = plan_slot(config, {}).shares
    page = as_page(brief(config, share, str))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page


def test_lines_of_a_reply_fit_a_mail():
    text = told(ABOUT.error("silent-audio", ""), ABOUT.warning("low-resolution", ""), shown=False)
    assert max(map(len, text.splitlines())) <= 76
