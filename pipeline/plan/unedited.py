"""What still says what ``perspectives init`` wrote for an example; without it "Title of the
segment" would be read by an audience. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.config import Config, Speaker
from pipeline.findings import About, Finding

TITLE = "Title of the segment"
EVENT = "Name of the event"
SPEAKER_ID, SPEAKER = "example", "Dr Example Speaker"


def is_example(speaker: Speaker) -> bool:
    """Whether this is the speaker whom the template has for an example."""
    return (speaker.id, speaker.name) == (SPEAKER_ID, SPEAKER)


def unedited_findings(config: Config) -> Iterator[Finding]:
    """What of the template would be shown, a finding each."""
    for key, value, theirs in (("title", config.title, TITLE), ("event", config.event, EVENT)):
        if value == theirs:
            yield About().warning(
                "template-left",
                f'{key}: in config.yaml is still "{theirs}", as `perspectives init` wrote it; it'
                " would be shown so.",
                f"Write the {key} as the audience is to read it, or take the line out."
                if key == "event"
                else "Write the title as the audience is to read it.",
            )
    for speaker in filter(is_example, config.speakers):
        yield About(speaker.id).warning(
            "template-left",
            f"{SPEAKER} is the example that `perspectives init` wrote into config.yaml; a card with"
            " that name would be shown.",
            "Take the entry out of speakers:, or write who it is.",
        )
