"""A letter as a mail that any program opens to be sent; without it each would be pasted by hand
into a window of its own.

Nothing is ever sent from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from pipeline.handover.letters import Letter, as_page, as_text

_BORDER = "perspectives-letter"
"""Between its parts: always the same, so that the same letter is the same file."""


def draft(letter: Letter, name: str, address: str, attached: Mapping[str, bytes]) -> str:
    """The letter to ``name`` as an .eml file: text and page of it, not sent yet (``X-Unsent``,
    which Outlook reads; others open a file without a date as a draft). ``attached`` are pages by
    their names.
    """
    local, _, domain = address.rpartition("@")
    mail = EmailMessage(policy=SMTP if local.isascii() else SMTPUTF8)
    mail["To"] = Address(name, local, domain.encode("idna").decode())
    mail["Subject"] = letter.subject
    mail["X-Unsent"] = "1"
    mail.set_content(as_text(letter), cte="quoted-printable")
    mail.add_alternative(as_page(letter), subtype="html", cte="quoted-printable")
    mail.set_boundary(_BORDER)
    for file, page in attached.items():
        mail.add_attachment(page, maintype="text", subtype="html", filename=file)
        mail.set_boundary(f"{_BORDER}-and-files")
    return mail.as_string()
