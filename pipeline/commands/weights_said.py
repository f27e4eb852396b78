"""Which of Whisper's weights an event is heard with, said once for all of it; without it a producer
would not know how far captions can be trusted, or that what config.yaml names cannot be read.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.codes import Code
from pipeline.findings import About, Finding
from pipeline.tools.hearing import weights
from pipeline.tools.hearing.brought import BROUGHT, BROUGHT_ERRORS, BROUGHT_MAKER
from pipeline.work.weights import Weights


def which_weights(here: Weights, languages: Sequence[str]) -> tuple[Finding, ...]:
    """What stands in the way of hearing ``languages``; and, where somebody was heard, with what
    other weights than config.yaml names.
    """
    if here.engine == "pocketsphinx" or not languages:
        return ()
    fault = here.look(languages)
    if here.engine == "whisper":
        return _whisper_alone(here, fault)
    found: tuple[Finding, ...] = ()
    if fault:
        message = f"Whisper's weights ({here.model}) cannot be used: {fault.saw}."
        found = (About().warning("weights-unusable", message, fault.remedy),)
    return (*found, *_other_ones(here, fault is not None)) if here.wanted else found


def _whisper_alone(here: Weights, fault: weights.Fault | None) -> tuple[Finding, ...]:
    """That there will be no captions at all: no other engine may be taken."""
    if fault is None and here.is_named_here:
        return ()
    code: Code = "weights-unusable" if fault else "weights-missing"
    return (About().error(code, *here.unmet),)


def _other_ones(here: Weights, unusable: bool) -> tuple[Finding, ...]:
    """Those that were taken in place of the named ones, or that there are none."""
    remedy, missing = "", ""
    if not unusable:
        fetch = f"when the machine is online: `{weights.FETCH}`, then `perspectives build`."
        remedy = f"For better captions, {fetch}"
        missing = f"Whisper's weights ({here.model}) are not on this machine; "
    used = here.used
    if used and used.brought:
        said = (
            f"{missing}captions are drafted with weights that came with the set-up: {BROUGHT},"
            f" {used.size_mib} MiB, {BROUGHT_MAKER}. Expect {BROUGHT_ERRORS}."
        )
        return (About().note("weights-brought", said[0].upper() + said[1:], remedy),)
    if used:
        return ()
    why = f" (those of the set-up cannot be used: {here.problem})" if here.problem else ""
    said = (
        f"{missing}scripts are aligned and drafts made with the recogniser that is built in{why}."
    )
    return (About().warning("weights-missing", said[0].upper() + said[1:], remedy),)
