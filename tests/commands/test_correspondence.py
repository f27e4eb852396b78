"""What goes to people, from the command line: replies and mails before anything can be built, and
pages on how to record.
"""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default

import pytest
from conftest import HEAD, Event
from recorded_hands import Recorded, arrived, at_work

from pipeline.commands import submit
from pipeline.commands.approve import Looks, approve
from pipeline.commands.build import build
from pipeline.commands.check import check
from pipeline.commands.correspondence import came_of, write_mail
from pipeline.commands.proof import make_proofs
from pipeline.event import Workspace
from pipeline.findings import About
from pipeline.model import Captions

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
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


@pytest.mark.parametrize(("day", "over"), [("2021-09-10", True), ("2999-09-10", False)])
def test_a_deadline_that_is_past_is_said_to_the_producer_and_to_speakers(tmp_path, day, over):
    event = Event(tmp_path).config(
        f"deadline: {day} 18:00\n{HEAD}speakers: [{{id: bo, name: Bo}}]\n"
    )
    assert ("deadline-over" in event.run("check", "--json").stdout) is over
    assert ("The deadline in config.yaml is over" in event.run("brief").stderr) is over
    event.run("mail")
    for name in ("brief/bo.txt", "brief/everybody.txt", "notes/bo.txt"):
        text = (tmp_path / "outputs" / name).read_text("utf-8")
        assert ("It was due by" in text, "Please send it by" in text) == (over, not over)


def test_a_build_writes_a_reply_for_each_and_takes_away_that_of_who_is_gone(tmp_path):
    root = arrived(tmp_path)
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    notes = root / "outputs/notes"
    assert sorted(path.name for path in notes.iterdir()) == [
        *("ana.html", "ana.ics", "ana.txt"),
        *("bo.html", "bo.txt"),  # nobody waits for the time of the card that stands for theirs
    ]
    assert "It can be shown" in (notes / "ana.txt").read_text("utf-8")
    assert "We have not received your message" in (notes / "bo.txt").read_text("utf-8")
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("  - {id: bo, name: Dr Bo Expert}\n", ""))
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    assert sorted(path.name for path in notes.iterdir()) == ["ana.html", "ana.ics", "ana.txt"]


def test_letters_with_a_new_time_have_a_calendar_file_with_it(tmp_path):
    root = arrived(tmp_path)
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    ana = root / "outputs/notes/ana.ics"
    built = ana.read_text("utf-8")
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("2021-09-14T14:", "2021-09-14T16:"))
    (root / "outputs/notes/bo.ics").write_text("of a message that was there once")
    with at_work(root, Recorded()) as (event, bench):
        write_mail(event, bench, check(event, bench, with_captions=True))
    moved = ana.read_text("utf-8")
    assert "DTSTART:20210914T1230" in built and "DTSTART:20210914T1430" in moved
    assert not (root / "outputs/notes/bo.ics").exists()
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    assert ana.read_text("utf-8") == moved


def noted(root) -> str:
    """What Ana is told once it is built, its lines as one."""
    with at_work(root, Recorded()) as (event, bench):
        build(event, bench)
    return " ".join((root / "outputs/notes/ana.txt").read_text("utf-8").split())


def taken_in(root, content: bytes, hour: int) -> None:
    sent = root / "sent.mp4"
    sent.write_bytes(content)
    now = datetime(2026, 9, 10, hour, 5, tzinfo=UTC)
    submit.add(Workspace(root), [sent], {"id": "ana"}, now)


@pytest.fixture
def root(tmp_path):
    """Ana is in Auckland; her recording was put into inputs/ by hand."""
    config = arrived(tmp_path) / "config.yaml"
    ana = "{id: ana, name: Dr Ana Expert, timezone: Pacific/Auckland}"
    config.write_text(config.read_text().replace("{id: ana, name: Dr Ana Expert}", ana))
    return tmp_path


def test_of_a_recording_that_was_put_there_by_hand_nobody_knows_when_it_came(root):
    assert "It reached us" not in noted(root)


def test_when_it_was_taken_in_is_told_on_the_speakers_own_clock(root):
    taken_in(root, b"\0Ana's correction", 18)
    said = "- It reached us on Friday, 11 September 2026, 06:05 (New Zealand Time)."
    assert said in noted(root)
    assert said in noted(root)  # a build has written down what was decided since


def test_the_same_recording_once_more_came_when_it_came_first_and_another_one_later(root):
    taken_in(root, b"\0Ana's correction", 6)
    taken_in(root, b"\0Ana's correction", 18)
    assert "Thursday, 10 September 2026, 18:05" in noted(root)
    taken_in(root, b"\0Ana's last correction", 20)
    assert "Friday, 11 September 2026, 08:05" in noted(root)
    (root / "inputs/ana.mp4").write_bytes(b"\0Put there by hand")
    assert "It reached us" not in noted(root)


@pytest.mark.parametrize("value", ["", "yesterday", "2026-09-10T18:05"])
def test_a_time_that_cannot_be_read_is_not_told(root, value):
    taken_in(root, b"\0Ana's correction", 18)
    path = root / "decided.json"
    text = path.read_text()
    assert "2026-09-10T18:05+00:00" in text
    path.write_text(text.replace("2026-09-10T18:05+00:00", value))
    assert "It reached us" not in noted(root)


@pytest.mark.parametrize(("own_is_a_draft", "told"), [(True, 1), (False, 0)])
def test_of_captions_made_by_a_machine_only_those_of_what_was_said_are_told(
    root, own_is_a_draft, told
):
    """A text that the speaker has makes no translation right."""
    with at_work(root, Recorded()) as (event, bench):
        ana = check(event, bench).checked[0]
        captions = {
            "en": Captions("en", "whisper", (), draft=own_is_a_draft),
            "es": Captions("es", "argos", (), draft=True),
        }
        found = (About("ana").warning("captions-draft", "A draft.", "Correct it."),)
        came = came_of(event, replace(ana, captions=captions, findings=found), None)
    assert len(came.findings) == told


# --- the proof goes with the mail -----------------------------------------------------------------


@pytest.fixture
def proofed(root):
    """Ana's address is known, and her proof was made."""
    (root / "inputs/captions/ana.en.srt").write_text(
        "1\n00:00:00,200 --> 00:00:02,400\nThe quick brown fox.\n"
    )
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("Expert, ", "Expert, contact: ana@uni.example, "))
    with at_work(root, Recorded()) as (event, bench):
        make_proofs(event, bench, (), NOON)
    return root


def mailed(root) -> tuple[str, dict[str, bytes]]:
    """What Ana is written, its lines as one, and the files that go with it."""
    with at_work(root, Recorded()) as (event, bench):
        write_mail(event, bench, check(event, bench, (), with_captions=True))
    mail = email.message_from_bytes((root / "outputs/mail/ana.eml").read_bytes(), policy=default)
    attached = {one.get_filename(): one.get_payload(decode=True) for one in mail.iter_attachments()}
    return " ".join(mail.get_body(("plain",)).get_content().split()), attached


def test_the_proof_of_what_will_be_shown_goes_with_the_mail_and_the_letter_says_so(proofed):
    text, attached = mailed(proofed)
    page = (proofed / "outputs/proofs/ana.html").read_bytes()
    assert attached == {"proof-ana.html": page}
    assert "The attached page shows your message as it will be shown." in text
    assert "nothing more for you to do" not in text
    assert "attached" not in (proofed / "outputs/notes/ana.txt").read_text("utf-8")


def test_a_proof_of_an_older_version_stays_here(proofed):
    captions = proofed / "inputs/captions/ana.en.srt"
    captions.write_text(captions.read_text().replace("brown", "red"))
    text, attached = mailed(proofed)
    assert attached == {}
    assert "attached" not in text and "nothing more for you to do" in text


def test_whoever_has_approved_what_will_be_shown_is_not_asked_again(proofed):
    with at_work(proofed, Recorded()) as (event, bench):
        known = check(event, bench, ("ana",), with_captions=True)
        approve(event, Looks(lambda: known, lambda: known), "ana", "Dr Ana Expert", NOON)
    text, attached = mailed(proofed)
    assert attached == {}
    assert "nothing more for you to do" in text
