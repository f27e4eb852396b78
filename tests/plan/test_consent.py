"""Whose message may be published, and until when."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.config_file import read_config
from pipeline.errors import ConfigInvalid
from pipeline.plan.consent import consent_findings, may_publish

HEAD = "title: T\nslot: {start: 2021-09-14T14:30:00+02:00, end: 2021-09-14T14:50:00+02:00}\n"
TODAY = date(2026, 12, 31)


def config(*consents: str):
    rows = [
        f"  - {{id: {letter}, name: {letter.upper()}{f', consent: {{{said}}}' if said else ''}}}\n"
        for letter, said in zip("abc", consents, strict=False)
    ]
    return read_config(f"{HEAD}speakers:\n{''.join(rows)}")


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("", False),
        ("publish: yes", True),
        ("publish: true", True),
        ("publish: no", False),
        ("publish: false, until: 2999-01-01", False),
        ("publish: yes, until: 2027-01-01", True),
        ("publish: yes, until: 2026-12-31", True),
        ("publish: yes, until: 2026-12-30", False),
    ],
)
def test_a_message_is_published_by_a_yes_that_is_not_over(said, may):
    assert may_publish(config(said).speakers[0], TODAY) is may


def test_where_nobody_keeps_account_of_consent_nothing_is_said():
    assert [*consent_findings(config("", ""), TODAY)] == []


def test_once_it_is_written_of_one_it_is_asked_for_of_all():
    found = [*consent_findings(config("publish: no", "", "publish: yes, until: 2001-02-03"), TODAY)]
    assert [(one.submission, one.code, one.severity) for one in found] == [
        ("b", "consent-missing", "warning"),
        ("c", "consent-over", "warning"),
    ]
    assert "write `consent: {publish: yes}` (or no) under b" in found[0].remedy
    assert found[1].message == "C: the consent to publish this message ended on 2001-02-03."


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("publish: maybe", 'consent.publish is "maybe"; write yes or no'),
        ("publish: 1", "consent.publish is 1; write yes or no"),
        ("publish: yes, until: soon", 'until is "soon"; write a day, for example 2027-01-01'),
        ("until: 2027-01-01", "consent.publish is missing; write it"),
        ("publish: yes, where: web", "where is not a key I know"),
    ],
)
def test_what_is_no_consent_is_said_with_what_is(said, sentence):
    with pytest.raises(ConfigInvalid) as caught:
        config(said)
    assert sentence in str(caught.value)
