"""One HTML file without anything from elsewhere; without it each kind of page would begin in a way
of its own.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from markupsafe import Markup


def whole_page(
    title: str,
    style: str,
    body: Markup,
    language: str = "en",
    mirrored: bool | None = None,
    allowed: str | None = None,
) -> str:
    """The page as HTML: ``style`` are its rules, ``language`` the tag of its words; ``mirrored``:
    read from the right (None: nothing is said of it); ``allowed``: the policy (CSP) by which the
    browser loads and runs what is in it.
    """
    policy = Markup('<meta http-equiv="Content-Security-Policy" content="{}">\n')
    ways = {None: Markup(""), False: Markup(' dir="ltr"'), True: Markup(' dir="rtl"')}
    return str(
        _PAGE.format(
            title=title,
            style=Markup(style),
            body=body,
            language=language,
            direction=ways[mirrored],
            policy=policy.format(allowed) if allowed else "",
        )
    )


@cache
def static(name: str) -> str:
    """A file of rules or a script that stands in pages."""
    return (Path(__file__).parent / "static" / name).read_text("utf-8")


def digest_of(text: str) -> str:
    """Of rules or a script that stand on lines of their own in their element, as a policy names
    them.
    """
    digest = base64.b64encode(hashlib.sha256(f"\n{text}".encode()).digest()).decode()
    return f"sha256-{digest}"


def data_uri(kind: str, content: bytes) -> str:
    """A file as an address that holds all of it."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


_PAGE = Markup("""\
<!DOCTYPE html>
<html lang="{language}"{direction}>
<head>
<meta charset="utf-8">
{policy}<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
</body>
</html>
""")
