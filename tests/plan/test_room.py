"""How much room an event takes, and what is said where there is less."""

from __future__ import annotations

import pytest

from pipeline.config import Delivery
from pipeline.config_editions import (
    AudioEdition,
    BroadcastEdition,
    MasterEdition,
    SmallEdition,
    SocialEdition,
)
from pipeline.plan.room import bytes_needed, short_of_room

GIB = 2**30


def test_twenty_minutes_in_full_hd_take_about_five_gigabytes():
    assert bytes_needed(1200, Delivery()) == pytest.approx(5.3e9, rel=0.05)


def test_one_kind_of_pictures_takes_about_half_of_both():
    both, soft = Delivery(), Delivery(outputs=("soft",))
    assert 0.5 < bytes_needed(60, soft) / bytes_needed(60, both) < 0.6


def test_a_broadcaster_s_film_of_twenty_minutes_takes_sixteen_gigabytes_more():
    # 50 Mbit/s and two tracks of 24 bit, in the store and handed over, and the sound of two passes
    bare = bytes_needed(1200, Delivery())
    with_it = bytes_needed(1200, Delivery(), [BroadcastEdition(kind="broadcast")])
    assert with_it - bare == pytest.approx(16.4e9, rel=0.01)
    small = bytes_needed(1200, Delivery(), [SmallEdition(kind="small", megabytes=250)])
    assert small - bare == 500_000_000


def test_an_upright_edition_takes_as_much_as_one_kind_of_the_event_s_own_pictures():
    one = Delivery(outputs=("soft",))
    upright = SocialEdition(kind="social")  # as many pixels
    pictures = bytes_needed(60, Delivery()) - bytes_needed(60, one)
    assert bytes_needed(60, one, [upright]) - bytes_needed(60, one) == pytest.approx(pictures)


def test_a_master_without_loss_takes_ten_times_as_much_as_one_kind_of_the_event_s_own_pictures():
    bare, one = bytes_needed(60, Delivery()), bytes_needed(60, Delivery(outputs=("soft",)))
    master = bytes_needed(60, Delivery(), [MasterEdition(kind="master")]) - bare
    assert master / (bare - one) == pytest.approx(10, rel=0.02)


def test_a_podcast_takes_the_sound_of_two_passes():
    bare = bytes_needed(1200, Delivery())
    podcast = bytes_needed(1200, Delivery(), [AudioEdition(kind="audio")]) - bare
    assert podcast == pytest.approx(2 * 1200 * 48_000 * 2 * 2, rel=0.1)  # 16 bit, two ears


def test_what_goes_onto_the_web_is_one_film_of_the_segment_and_one_of_each_message_more():
    # of the five copies of a kind of pictures two
    bare, one = bytes_needed(60, Delivery()), bytes_needed(60, Delivery(outputs=("soft",)))
    published = bytes_needed(60, Delivery(), publish=True) - bare
    assert published / (bare - one) == pytest.approx(2 / 5, rel=0.01)


def test_half_as_many_bytes_for_every_six_of_quality():
    fine, coarse = (Delivery(quality=quality, outputs=("soft",)) for quality in (14, 20))
    sound = 60 * 500_000
    assert (bytes_needed(60, fine) - sound) / (bytes_needed(60, coarse) - sound) == 2


def test_what_is_there_already_need_not_be_free():
    assert short_of_room(needed=5 * GIB, there=4 * GIB, free=GIB) is None


def test_a_disk_that_may_become_full_is_said_with_what_there_is_and_what_it_takes():
    said = short_of_room(needed=5 * GIB, there=GIB, free=300 * 2**20)
    assert said is not None
    assert said.startswith(
        "The disk may become full: this event takes about 5.0 GiB under outputs/ (1.0 GiB are there"
        " already), and 300 MiB are free."
    )
