"""Whether a speaker's message may be published; without it somebody who agreed to one evening would
be found on the web for ever. Pure.

The segment itself, and the pack that goes to the event, are what a speaker has sent their message
for: they are not asked about here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from pipeline.config import Config, Speaker
from pipeline.findings import About, Finding


def may_publish(speaker: Speaker, today: date) -> bool:
    """Whether a speaker has agreed to it, for a time that is not over: the last day counts."""
    consent = speaker.consent
    return (
        consent is not None
        and consent.publish
        and (consent.until is None or today <= consent.until)
    )


def not_agreed(config: Config, speakers: Iterable[Speaker], today: date) -> tuple[Speaker, ...]:
    """Those of ``speakers`` who may not be published; nobody where no account of it is kept."""
    if published_without_asking(config):
        return ()
    return tuple(one for one in speakers if not may_publish(one, today))


def published_without_asking(config: Config) -> bool:
    """Whether nothing is written of anybody's consent: then nobody keeps account of it here, and
    nothing is held back.
    """
    return all(speaker.consent is None for speaker in config.speakers)


def consent_findings(config: Config, today: date) -> Iterator[Finding]:
    """Of whom nothing is written where it is of others, and whose consent has ended; nothing of who
    has said no.
    """
    if published_without_asking(config):
        return
    for speaker in config.speakers:
        consent, about = speaker.consent, About(speaker.id, None, f"{speaker.name}: ")
        if consent is None:
            yield about.warning(
                "consent-missing",
                "nobody has written down whether this message may be published.",
                f"Ask, and write `consent: {{publish: yes}}` (or no) under {speaker.id} in"
                " config.yaml; until then it is not published.",
            )
        elif consent.publish and not may_publish(speaker, today):
            yield about.warning(
                "consent-over",
                f"the consent to publish this message ended on {consent.until}.",
                f"Take down what is published of it, or ask again and write the new day under"
                f" {speaker.id} in config.yaml.",
            )
