"""The report as a page: what its table of work says, and whose name stands where. All of it is
watched in test_inspection.py.
"""

from __future__ import annotations

import re

from pipeline.config_file import read_config
from pipeline.findings import About
from pipeline.forecast import stage_of
from pipeline.handover.report_page import Told, report_page
from pipeline.model import Captions
from pipeline.plan.rundown import plan_rundown
from pipeline.plan.slot import plan_slot
from pipeline.plan.watched import Meter

EVENT = """title: Perspectives
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers: [{id: ann, name: Dr Ann Wold}]
"""
CONFIG = read_config(EVENT)
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


def test_a_name_in_another_script_turns_nothing_about_beside_it():
    config = read_config(EVENT.replace("Dr Ann Wold", "د. محمد"))
    rundown, slot = plan_rundown(config, FRAMES), plan_slot(config, FRAMES)
    found = (
        About("ann").warning("captions-draft", "د. محمد: captions are a draft."),
        About("ann").error("joint-shifted", "the message comes 0.40 s too late."),
    )
    captions = {"ann": {"en": Captions("en", "script", (), False)}}
    meter = Meter(-16.0, -1.0, (-16.0,) * 90)
    told = report_page(Told(config, rundown, slot, found, (), (), (), captions, {}, meter, {}))
    for said in (
        "<bdi>د. محمد</bdi>: captions are a draft.",
        "<strong><bdi>د. محمد</bdi></strong> the message comes",
        "</b> <bdi>د. محمد</bdi> <span>",
        "<tr><td><bdi>د. محمد</bdi></td><td>-16.0</td>",
        "<tr><td><bdi>د. محمد</bdi></td><td>en</td>",
    ):
        assert said in told
