"""What a producer is told; without it each stage would warn in words and fields of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipeline.codes import OF_INTRO, Code

Severity = Literal["info", "warning", "error"]
Verdict = Literal["accept", "accept_with_warnings", "reject"]


@dataclass(frozen=True)
class Finding:
    """One thing a producer should know, in a sentence, with what to do about it.

    ``code`` is in docs/errors.md. ``introduces``: it is one of the spoken introduction, not of the
    message.
    """

    severity: Severity
    code: Code
    message: str
    remedy: str = ""
    submission: str | None = None
    file: str | None = None
    at_ms: int | None = None
    introduces: bool = False

    @property
    def accepted_by(self) -> str:
        """What stands for it under ``accept:`` in config.yaml."""
        return f"{OF_INTRO}{self.code}" if self.introduces else self.code

    def as_json(self) -> dict[str, Any]:
        """The finding in the field order that ``check --json`` and report.json promise."""
        order = ("severity", "code", "submission", "file", "at_ms", "message", "remedy")
        values = asdict(self)
        return {name: values[name] for name in order}


def verdict(findings: tuple[Finding, ...]) -> Verdict:
    """Any error rejects a submission; any warning is said beside an acceptance."""
    severities = {finding.severity for finding in findings}
    if "error" in severities:
        return "reject"
    return "accept_with_warnings" if "warning" in severities else "accept"


@dataclass(frozen=True)
class About:
    """Whom and which file findings are about, so that it is said once for several of them.

    ``submission`` is a speaker's id. ``opening`` begins each sentence (``ann.mov: ``), and nothing
    does unless it is given. ``at_ms`` is from the first picture of the message.
    """

    submission: str | None = None
    file: str | None = None
    opening: str = ""

    def error(
        self, code: Code, message: str, remedy: str = "", at_ms: int | None = None
    ) -> Finding:
        """What makes a submission unusable."""
        return self.finding("error", code, message, remedy, at_ms)

    def warning(
        self, code: Code, message: str, remedy: str = "", at_ms: int | None = None
    ) -> Finding:
        """What a person should look at before it is shown."""
        return self.finding("warning", code, message, remedy, at_ms)

    def note(self, code: Code, message: str, remedy: str = "", at_ms: int | None = None) -> Finding:
        """What is good to know."""
        return self.finding("info", code, message, remedy, at_ms)

    def finding(
        self, severity: Severity, code: Code, message: str, remedy: str, at_ms: int | None = None
    ) -> Finding:
        """A finding whose severity is worked out."""
        sentence = self.opening + message
        return Finding(severity, code, sentence, remedy, self.submission, self.file, at_ms)


def some_of(names: Sequence[str]) -> str:
    """Names in a line: the first three, and how many more."""
    first, more = ", ".join(names[:3]), len(names) - 3
    return f"{first} and {more} more" if more > 0 else first
