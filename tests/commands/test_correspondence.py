"""What goes to people, from the command line: replies and mails before anything can be built, and
pages on how to record.
"""

from __future__ import annotations

import email
from email.policy import default

from conftest import HEAD, Event
from recorded_hands import Recorded, arrived, at_work

from pipeline.commands.build import build

NOBODY_YET = HEAD + (
    "language: es\n"
    "speakers:\n"
    "  - {id: ana, name: Dra. Ana Ruiz, contact: ana@uni.example, timezone: America/Monterrey}\n"
    "  - {id: bo, name: Bo Ek}\n"
)


def test_whoever_is_missing_gets_a_mail_where_the_address_is_known(tmp_path):
    ended = Event(tmp_path).config(NOBODY_YET).run("mail")
    assert ended.code == 0
    assert ended.stdout == "Wrote 5 files in outputs/notes/ and outputs/mail/.\n"
    assert (
        "No mail for bo: write `contact: ADDRESS` under the speaker in config.yaml" in ended.stderr
    )
    mail = email.message_from_bytes(
        (tmp_path / "outputs/mail/ana.eml").read_bytes(), policy=default
    )
    note = (tmp_path / "outputs/notes/ana.txt").read_text("utf-8")
    text, _ = mail.iter_parts()
    assert text.get_content().splitlines() == note.splitlines()
    assert not (tmp_path / "outputs/mail/bo.eml").exists()


def test_how_to_record_is_written_for_everybody_and_for_each(tmp_path):
    event = Event(tmp_path).config(NOBODY_YET)
    assert event.run("brief").stdout == "Wrote 6 files in outputs/brief/.\n"
    assert (tmp_path / "outputs/brief/ana.pdf").read_bytes().startswith(b"%PDF")
    again = event.run("brief")
    assert again.stdout == "Nothing has changed; the pages are in outputs/brief/.\n"


def test_a_build_writes_a_reply_for_each_and_takes_away_that_of_who_is_gone(tmp_path):
    root = arrived(tmp_path)
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    notes = root / "outputs/notes"
    assert sorted(path.name for path in notes.iterdir()) == [
        f"{speaker}.{ending}" for speaker in ("ana", "bo") for ending in ("html", "ics", "txt")
    ]
    assert "It can be shown" in (notes / "ana.txt").read_text("utf-8")
    assert "We have not received your message" in (notes / "bo.txt").read_text("utf-8")
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("  - {id: bo, name: Dr Bo Expert}\n", ""))
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    assert sorted(path.name for path in notes.iterdir()) == ["ana.html", "ana.ics", "ana.txt"]
