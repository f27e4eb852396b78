"""Errors survive the way back from a worker, and say what happened in sentences."""

from __future__ import annotations

import pickle

import pytest

from pipeline import errors
from pipeline.errors import (
    ConfigInvalid,
    Damaged,
    DiskFull,
    EncoderFailed,
    Exchanged,
    MachineFailed,
    NotAsPlanned,
    NotYet,
    PipelineError,
    Refused,
    StillChanging,
    ToolFailed,
    UsageWrong,
    WorkersFailed,
)

EXAMPLES = [
    ConfigInvalid(
        "config.yaml", ("line 1: title is missing; write it", "line 2: slot is missing; write it")
    ),
    UsageWrong("There is no speaker x."),
    Refused("The segment is over its slot."),
    ToolFailed("ffmpeg", "ann: sound", "ended with code 1", "outputs/.store/failed/0123.txt"),
    ToolFailed("ffmpeg", "ann: sound", "made no sound.wav"),
    DiskFull("ann: sound"),
    Damaged("ann: sound"),
    Exchanged("/event/logo.png"),
    MachineFailed("ffmpeg", "ann: sound", "was ended from outside", "Close others.", "1.txt"),
    WorkersFailed("The Dask scheduler does not answer any more."),
    EncoderFailed("ffmpeg", "ann: picture 1/2", 'said "no card"', "Run it again."),
    StillChanging("ann.mov"),
    NotYet("ann: look at the recording"),
    NotAsPlanned("segment.mp4", (1500, 2880000), (1501, 2880000)),
]


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_reads_the_same_after_a_worker_sent_it(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert again.exit_code == error.exit_code


def test_no_error_is_left_out_here():
    known = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, PipelineError)
    }
    assert known - {PipelineError} == {type(error) for error in EXAMPLES}


def test_each_problem_of_the_config_names_the_file():
    assert (
        str(EXAMPLES[0]) == "config.yaml: line 1: title is missing; write it\n"
        "config.yaml: line 2: slot is missing; write it"
    )


def test_a_tool_that_failed_is_named_with_its_task_and_its_words():
    assert (
        str(EXAMPLES[3]) == "ann: sound: ffmpeg ended with code 1.\n"
        "  What it said is kept in outputs/.store/failed/0123.txt; please report it with that file."
    )
    assert str(EXAMPLES[4]) == "ann: sound: ffmpeg made no sound.wav."


def test_exit_codes_are_those_of_the_manual():
    assert [error.exit_code for error in EXAMPLES] == [2, 2, 4, 1, 1, 4, 4, 4, 4, 4, 4, 1, 1, 1]
