"""Whether the day is over until which speakers may send what they have."""

from __future__ import annotations

from datetime import datetime

from pipeline.config_file import read_config
from pipeline.plan.deadline import deadline_findings, is_over

EVENT = """title: T
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
deadline: 2021-09-10 18:00
speakers:
  - {id: ann, name: Ann}
"""
CONFIG = read_config(EVENT)
BEFORE = datetime.fromisoformat("2021-09-10T15:59:59+00:00")
AFTER = datetime.fromisoformat("2021-09-10T16:00:01+00:00")


def test_a_deadline_is_over_when_it_is_past_on_the_events_clock():
    assert (is_over(CONFIG, BEFORE), is_over(CONFIG, AFTER)) == (False, True)
    assert not is_over(read_config(EVENT.replace("deadline: 2021-09-10 18:00\n", "")), AFTER)


def test_a_producer_is_told_whose_message_is_still_to_come_after_the_deadline():
    (found,) = deadline_findings(CONFIG, ("ann", "bo"), AFTER)
    assert (found.severity, found.code, found.submission) == ("warning", "deadline-over", None)
    assert found.message == (
        "the deadline was 2021-09-10 18:00, and there is nothing yet that can be shown of ann, bo."
    )
    assert "write the new deadline: into config.yaml" in found.remedy


def test_nothing_is_said_before_it_or_once_everybodys_message_is_there():
    assert deadline_findings(CONFIG, ("ann",), BEFORE) == ()
    assert deadline_findings(CONFIG, (), AFTER) == ()
