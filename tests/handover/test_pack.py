"""What lies in the folder for the event: films in playout order, scenes for OBS, checksums."""

from __future__ import annotations

import json

from pipeline.config_file import read_config
from pipeline.handover.pack import listed, obs_collection, read_sums, readme_page, sums_text
from pipeline.plan.pieces import piece_name
from pipeline.plan.rundown import plan_rundown

EVENT = """title: Micro-credentials
slot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}
speakers:
  - {id: ann, name: "Dr Ann <i>Lee</i>"}
  - {id: bo, name: Bo}
"""
CONFIG = read_config(EVENT)
RUNDOWN = plan_rundown(CONFIG, {"ann": 1500})
NAMES = [piece_name(number, item) for number, item in enumerate(RUNDOWN.items, 1)]
ITEMS = listed(CONFIG, RUNDOWN, NAMES)


def test_films_are_named_so_that_every_list_has_them_in_playout_order():
    assert NAMES == [
        "01-opening.mp4",
        "02-title-ann.mp4",
        "03-message-ann.mp4",
        "04-holding-bo.mp4",
        "05-closing.mp4",
    ]


def test_obs_has_a_scene_for_each_film_with_the_stand_by_first_and_its_sound_heard():
    collection = json.loads(obs_collection(CONFIG, ITEMS, "standby.mp4"))
    by_id = {one["uuid"]: one for one in collection["sources"]}
    scenes = [one for one in collection["sources"] if one["id"] == "scene"]
    assert [one["name"] for one in collection["scene_order"]] == [one["name"] for one in scenes]
    assert len(by_id) == len(collection["sources"]) == 2 * (len(NAMES) + 1)
    shown = [by_id[scene["settings"]["items"][0]["source_uuid"]] for scene in scenes]
    assert [one["settings"]["local_file"] for one in shown] == ["standby.mp4", *NAMES]
    assert [one["settings"]["looping"] for one in shown] == [True, *[False] * len(NAMES)]
    assert {one["monitoring_type"] for one in shown} == {2}  # monitor and output
    assert {one["id"] for one in shown} == {"ffmpeg_source"}


def test_the_page_names_each_film_with_its_time_and_escapes_names():
    page = readme_page(CONFIG, RUNDOWN, ITEMS, {"black.mp4": "black"})
    assert '<td>14:30:14</td><td><a href="03-message-ann.mp4">' in page
    assert "<i>" not in page and "Dr Ann &lt;i&gt;Lee&lt;/i&gt;" in page


def test_checksums_are_read_as_they_are_written():
    digests = {"b.mp4": "1" * 64, "a film.mp4": "2" * 64}
    assert sums_text(digests).startswith("2" * 64 + "  a film.mp4\n")
    assert read_sums(sums_text(digests)) == digests
