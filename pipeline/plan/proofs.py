"""Which version of a message a proof shows, by a code that can be read out on the telephone;
without it an answer to an old proof would approve what its speaker has never seen.

A version is everything that an approval is about (``PARTS``). Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.plan.approval import PARTS, changed_parts

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U, which are taken for others, or make words."""
_TAKEN_FOR = str.maketrans("ILO", "110", "- \t\u2010\u2011\u2013")
_BITS_A_LETTER, _CODE_LETTERS = 5, 8


def version_of(digests: Mapping[str, str]) -> str:
    """64 hexadecimal digits of all that is seen and heard of a message."""
    parts = [digests.get(part) for part in PARTS]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def code_of(version: str) -> str:
    """The version's first 40 bits as eight letters in two groups: ``7K3M-Q9TX``."""
    number = int(version[: _BITS_A_LETTER * _CODE_LETTERS // 4], 16)
    places = range(_BITS_A_LETTER * (_CODE_LETTERS - 1), -1, -_BITS_A_LETTER)
    letters = "".join(_LETTERS[number >> place & 31] for place in places)
    return f"{letters[:4]}-{letters[4:]}"


def code_from(written: str) -> str | None:
    """A code as somebody wrote it down: in small letters, in one piece, an O for a 0. None where it
    is none.
    """
    letters = written.upper().translate(_TAKEN_FOR)
    if len(letters) != _CODE_LETTERS or not {*letters} <= {*_LETTERS}:
        return None
    return f"{letters[:4]}-{letters[4:]}"


@dataclass(frozen=True)
class Proof:
    """A proof that was made: when (ISO 8601, with the offset from UTC), and the digest of each of
    ``PARTS`` as it was then.
    """

    at: str
    digests: Mapping[str, str]

    @property
    def version(self) -> str:
        """All of it as one digest."""
        return version_of(self.digests)

    @property
    def code(self) -> str:
        """What its speaker answers with."""
        return code_of(self.version)

    def changed(self, now: Mapping[str, str]) -> tuple[str, ...]:
        """Those of ``PARTS`` that are others ``now``."""
        return changed_parts(self.digests, now)


def with_code(proofs: Iterable[Proof], code: str) -> Proof | None:
    """The last proof with that code; None where there was none."""
    return next((one for one in reversed([*proofs]) if one.code == code), None)


class NotProofs(ValueError):
    """The text is not what ``proofs_text`` writes; ``str`` is the end of a sentence."""


def proofs_text(proofs: Sequence[Proof]) -> str:
    """inputs/approvals/ID.proofs.json: all versions of which proofs were made, oldest first."""
    listed: list[dict[str, Any]] = [{"at": one.at, "digests": dict(one.digests)} for one in proofs]
    return json.dumps(listed, ensure_ascii=False, indent=1) + "\n"


def read_proofs(text: str) -> tuple[Proof, ...]:
    """What ``proofs_text`` wrote. Raises NotProofs."""
    try:
        return tuple(Proof(str(one["at"]), {**one["digests"]}) for one in json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise NotProofs("it is not a list of proofs as perspectives writes it") from None
