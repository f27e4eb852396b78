"""The report as a page: whose name stands where, in whatever script."""

from __future__ import annotations

from pipeline.config_file import read_config
from pipeline.findings import About
from pipeline.handover.report_page import Told, report_page
from pipeline.model import Captions
from pipeline.plan.rundown import plan_rundown
from pipeline.plan.slot import plan_slot
from pipeline.plan.watched import Meter

CONFIG = read_config(
    "title: Micro-credentials\n"
    "slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
    "speakers:\n  - {id: m, name: د. محمد}\n"
)


def test_a_name_in_another_script_turns_nothing_about_beside_it():
    found = (
        About("m").warning("captions-draft", "د. محمد: captions are a draft."),
        About("m").error("joint-shifted", "the message comes 0.40 s too late."),
    )
    page = report_page(
        Told(
            CONFIG,
            plan_rundown(CONFIG, {"m": 250}),
            plan_slot(CONFIG, {"m": 250}),
            found,
            (),
            (),
            (),
            {"m": {"en": Captions("en", "script", (), False)}},
            {},
            Meter(-16.0, -1.0, (-16.0,) * 30),
        )
    )
    for said in (
        "<bdi>د. محمد</bdi>: captions are a draft.",
        "<strong><bdi>د. محمد</bdi></strong> the message comes",
        "</b> <bdi>د. محمد</bdi> <span>",
        "<tr><td><bdi>د. محمد</bdi></td><td>-16.0</td>",
        "<tr><td><bdi>د. محمد</bdi></td><td>en</td>",
    ):
        assert said in page
