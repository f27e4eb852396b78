"""A mail that any program opens: read back by Python's own reader of mails."""

from __future__ import annotations

import email
from email.policy import default

from pipeline.handover.letters import Letter, Section
from pipeline.handover.mail import draft

LETTER = Letter(
    "Your message for “Abschlüsse”",
    "de",
    False,
    "Guten Tag José Ñandú,",
    ("Vielen Dank.",),
    (Section("Ton", ("Zu leise <b>",)),),
    ("Mit freundlichen Grüßen",),
)


def test_a_mail_has_the_letter_as_text_and_as_page_and_is_not_sent():
    mail = email.message_from_string(
        draft(LETTER, "Ñandú, José", "jose@uni.example", {}), policy=default
    )
    (to,) = mail["To"].addresses
    assert (to.display_name, to.addr_spec) == ("Ñandú, José", "jose@uni.example")
    assert mail["Subject"] == "Your message for “Abschlüsse”"
    assert mail["X-Unsent"] == "1" and mail["From"] is None and mail["Date"] is None
    text, page = mail.iter_parts()
    assert "\n".join(text.get_content().splitlines()).startswith(
        "Guten Tag José Ñandú,\n\nVielen Dank.\n\nTon\n- Zu leise <b>"
    )
    assert "<li>Zu leise &lt;b&gt;</li>" in page.get_content()


def test_headers_are_letters_that_every_mail_program_reads():
    written = draft(LETTER, "Ñandú, José", "jose@münchen.example", {})
    assert written.isascii()
    (to,) = email.message_from_string(written, policy=default)["To"].addresses
    assert to.domain == "xn--mnchen-3ya.example"


def test_the_same_letter_is_the_same_file():
    page = {"proof-a.html": b"<p>Proof</p>"}
    assert draft(LETTER, "A", "a@b.example", page) == draft(LETTER, "A", "a@b.example", page)


def test_a_page_is_attached_as_it_is():
    page = "<p>Ñandú</p>\n<script>\nlong\n</script>\n".encode() * 2000
    written = draft(LETTER, "A", "a@b.example", {"proof-a.html": page})
    mail = email.message_from_string(written, policy=default)
    letter = mail.get_body(("plain",))
    assert letter is not None and "Vielen Dank." in letter.get_content()
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "text/html"
    assert attached.get_filename() == "proof-a.html"
    assert attached.get_payload(decode=True) == page
    assert max(map(len, written.splitlines())) <= 998


def test_an_address_with_letters_of_its_own_language_stands_in_the_mail_as_it_is():
    written = draft(LETTER, "Käthe Öz", "käthe@münchen.example", {})
    assert "To: Käthe Öz <käthe@xn--mnchen-3ya.example>" in written.splitlines()
