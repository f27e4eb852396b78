"""The report as a page: what its table of work says. All of it is watched in test_inspection.py."""

from __future__ import annotations

import re

from pipeline.config_file import read_config
from pipeline.forecast import stage_of
from pipeline.handover.report_page import Told, report_page
from pipeline.plan.rundown import plan_rundown
from pipeline.plan.slot import plan_slot

CONFIG = read_config("""title: Perspectives
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers: [{id: ann, name: Dr Ann Wold}]
""")
FRAMES = {"ann": 1500}


def page(worked_s: dict[str, float]) -> str:
    rundown, slot = plan_rundown(CONFIG, FRAMES), plan_slot(CONFIG, FRAMES)
    return report_page(Told(CONFIG, rundown, slot, (), (), (), (), {}, {}, None, worked_s))


def test_it_says_how_long_each_kind_of_work_took_the_longest_first():
    told = page({"listen": 2.04, "words": 61.5, "other": 12.0})
    assert "<p>1:16 of work, several pieces at once." in told
    assert re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td></tr>", told) == [
        ("words and their times", "61.5"),
        ("joining, and all else", "12.0"),
        ("listening", "2.0"),
    ]


def test_where_that_is_not_known_nothing_is_said_of_it():
    assert "How long it took" not in page({})


def test_every_kind_of_work_has_a_name_there():
    tasks = (
        *("ann: look at every picture", "ann: listen", "ann: find speech", "ann: transcribe"),
        *("ann: cards", "ann: picture 1/2", "ann: title card", "ann: sound, pass 2"),
        *("clip ann: sound track", "join segment.mp4", "opening card"),
    )
    told = page({stage_of(task): 1.0 for task in tasks})
    assert told.count("<tr><td>") == 10
