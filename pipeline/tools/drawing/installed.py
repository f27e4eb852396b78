"""Which fonts this computer has at the moment; without it a font that was installed because we
asked for it would change nothing until the next version of ours.

Apart from fonts.py, which the programs that draw import: all that they import decides their
version, and so the key of everything that was ever drawn.
"""

from __future__ import annotations

import functools
import hashlib

from pipeline.tools.drawing import caption_fonts, fonts


@functools.cache
def digest() -> str:
    """64 hexadecimal digits that tell the fonts of this computer from others: where they lie, how
    large they are and from when. They are not opened: 300 of them take 4 ms.
    """
    told = []
    for path in sorted(fonts.installed("regular")):
        try:
            facts = path.stat()
        except OSError:  # a link to nothing, or a font that is just being taken away
            continue
        told.append(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n")
    return hashlib.sha256("".join(told).encode("utf-8", "surrogateescape")).hexdigest()


def look_again() -> None:
    """Forget which fonts are there and what is in them: a review and a watch go on for days."""
    for known in (
        digest,
        fonts.installed,
        fonts.installed_with,
        fonts.most_of,
        fonts.letters_of,
        fonts.face_number,
    ):
        known.cache_clear()
    caption_fonts.look_again()
