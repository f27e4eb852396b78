"""What keeps a segment from airing, and what the producer accepts of it; without it ``--final``
would hand over what nobody wants to see on air.

Which codes do is a table in codes.py. ``accept:`` in config.yaml is the producer's "I know": under
a speaker for what is found of their message, at the top level for what is found of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.codes import NOT_AIRED, SHOWS_NOTHING
from pipeline.findings import About, Finding

Accepted = Mapping[str | None, tuple[str, ...]]
"""What the producer accepts, by speaker's id; of the whole under None."""
BUILD_REFUSED = "`perspectives build` is refused until that is put right."
"""Said below findings with which nothing at all is built."""


def kept_from_airing(accepted: Accepted, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of ``findings`` with which the segment does not air, and that nobody has accepted."""
    return tuple(
        one
        for one in findings
        if _forbids(one) and one.accepted_by not in accepted.get(one.submission, ())
    )


def _forbids(finding: Finding) -> bool:
    warned = finding.severity == "warning" and finding.code in NOT_AIRED
    return warned or finding.severity == "error"


def accepted_in_vain(accepted: Accepted, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """A note for each code that is accepted and does not occur: it would hide what comes later."""
    occur = {(one.submission, one.accepted_by) for one in findings}
    return tuple(
        About(submission).note("accepted-in-vain", *_in_vain(code, submission, findings))
        for submission, codes in accepted.items()
        for code in codes
        if (submission, code) not in occur
    )


def _in_vain(code: str, submission: str | None, findings: Sequence[Finding]) -> tuple[str, str]:
    others = dict.fromkeys(_where(one.submission) for one in findings if one.accepted_by == code)
    remedy = "Take it out, or it will hide what comes later."
    if others:
        remedy = f"Write it {', '.join(others)}, where it occurs."
    return f"config.yaml accepts {code} {_where(submission)}; it does not occur there.", remedy


def refusal(accepted: Accepted, kept: Sequence[Finding], names: Mapping[str, str]) -> str:
    """Everything that keeps a segment from airing as a producer reads it: what was seen, why it
    does not air so, what to do, and what to write who airs it all the same. ``names`` are those of
    the speakers, by id.
    """
    lines = [
        "Not final, it cannot air like this:",
        *_listed(kept, names),
        *_to_accept(accepted, kept),
    ]
    return "\n".join(lines)


def _listed(kept: Sequence[Finding], names: Mapping[str, str]) -> Iterator[str]:
    for one in kept:
        name = names.get(one.submission or "", "")
        whose = f"{name}: " if name and name not in one.message else ""
        why = NOT_AIRED.get(one.code, SHOWS_NOTHING if one.submission else "nothing comes of it")
        yield f"  - {whose}{one.message} ({one.code}: {why})"
        if one.remedy:
            yield f"    Next: {one.remedy}"


def _to_accept(accepted: Accepted, kept: Sequence[Finding]) -> Iterator[str]:
    """The lines of config.yaml that accept what is ``kept``, beside what is accepted already. What
    is an error of the whole (over the slot under ``strict``) cannot be.
    """
    acceptable = [one for one in kept if one.submission or one.severity != "error"]
    if acceptable:
        yield "If you know it and air it all the same, write into config.yaml"
    for submission in dict.fromkeys(one.submission for one in acceptable):
        more = [one.accepted_by for one in acceptable if one.submission == submission]
        codes = ", ".join(dict.fromkeys((*accepted.get(submission, ()), *more)))
        yield f"  {_where(submission)} `accept: [{codes}]`"


def _where(submission: str | None) -> str:
    """The place of ``accept:`` in config.yaml."""
    return f"under {submission}" if submission else "beside title:"
