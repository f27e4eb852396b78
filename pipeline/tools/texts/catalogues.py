"""Our own words in the event's language; without it a Portuguese speaker would be thanked in
English.

English stands in the code; the others are gettext catalogues in pipeline/words/ (``es.po``), which
a translator can open, and which hold every sentence that the code marks (tests/tools).
"""

from __future__ import annotations

import functools
import gettext
import io
from collections.abc import Callable
from pathlib import Path

Worded = Callable[[str], str]
"""An English sentence in, the same in the event's language out."""


def marked(sentence: str) -> str:
    """The sentence as it is: it stands in a table, and is said in the event's language later."""
    return sentence


FOLDER = Path(__file__).parent.parent.parent / "words"


@functools.cache
def own_words(language: str) -> Worded:
    """What says our sentences in a language, given by its tag (``pt-BR``). English where we have no
    words in it.
    """
    tag = language.split("-")[0].lower()
    path = FOLDER / f"{tag}.po"
    if not path.is_file():
        return str
    from babel.messages.mofile import write_mo  # 40 ms, which English events need not pay for
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=tag))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled).gettext
