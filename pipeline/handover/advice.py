"""How to record a message, as it is told to speakers; without it each of them would find out by
sending one that has to be recorded again.
"""

from __future__ import annotations

from pipeline.config import Config, Speaker
from pipeline.handover.letters import Letter, Section
from pipeline.plan.card_words import mirrored
from pipeline.plan.dates import hours, language_of, length_in, on_clock_of
from pipeline.plan.slot import Share
from pipeline.tools.texts.catalogues import Worded

BEST_SIZE = "1920x1080"


def how_to_record(config: Config, worded: Worded) -> tuple[Section, ...]:
    """What matters for picture, sound, text and sending."""
    return (
        Section(worded("Picture"), _picture(worded)),
        Section(worded("Sound"), _sound(worded)),
        Section(worded("Words"), _words(worded)),
        Section(worded("Sending"), _sending(config, worded)),
    )


def _picture(worded: Worded) -> tuple[str, ...]:
    return (
        worded(
            "Hold the phone sideways, or use a computer's camera; put it on something that does not"
            " move, at the height of your eyes."
        ),
        worded("Let the light come from the front: face a window, never sit before one."),
        worded(
            "Show head and shoulders, and look into the camera. Nothing that matters should be in"
            " the lowest quarter of the picture: your name and the captions will stand there."
        ),
        worded(
            "{size} is best, at 25 or 30 pictures a second. No filter, no title, no music: we add"
            " what is needed."
        ).format(size=BEST_SIZE),
    )


def _sound(worded: Worded) -> tuple[str, ...]:
    return (
        worded("Choose a quiet room with curtains or a carpet, and close the windows."),
        worded(
            "A headset or a clip-on microphone is best; without one stay within an arm's length of"
            " the phone."
        ),
        worded("Record ten seconds and listen to them before you record the rest."),
        worded("Wait a second before your first word and after your last one."),
    )


def _words(worded: Worded) -> tuple[str, ...]:
    return (
        worded("Say your name, and abbreviations in full the first time."),
        worded(
            "If you read a text, please send it as well (.docx or .txt): your captions are made"
            " from it, and names will be right."
        ),
    )


def _sending(config: Config, worded: Worded) -> tuple[str, ...]:
    return (
        worded(
            "Send the file as your phone or camera made it. Chat programs make it small and"
            " blurred."
        ),
        worded("Put your name into the name of the file."),
        *([worded("Send it to: {where}").format(where=config.send_to)] if config.send_to else []),
    )


def limits_of(config: Config, share: Share | None, worded: Worded, late: bool) -> tuple[str, ...]:
    """How long a message may be, and until when it may come, on the speaker's own clock (the
    event's where ``share`` is nobody's); ``late``: that is over.
    """
    speaker = share.speaker if share else None
    length = [
        worded("Your message may last {allowance} at most.").format(
            allowance=length_in(config, share.allowed_ms)
        )
        for share in (share,)
        if share and share.allowance_ms
    ]
    return (*length, *deadline_of(config, speaker, worded, late))


def deadline_of(
    config: Config, speaker: Speaker | None, worded: Worded, late: bool
) -> tuple[str, ...]:
    """Until when it may come, or might have; nothing where config.yaml does not say."""
    if config.deadline is None:
        return ()
    until = on_clock_of(config.deadline, speaker.timezone if speaker else None, config)
    asked = worded("Please send it by {deadline}.")
    if late:
        asked = worded("It was due by {deadline}. Please send it as soon as you can.")
    return (asked.format(deadline=until),)


def occasion(config: Config, worded: Worded) -> str:
    """What it is for: title, event, and when."""
    title = worded("“{title}”").format(title=config.title)
    return ", ".join(part for part in (title, config.event, hours(config)) if part)


def brief(config: Config, share: Share | None, worded: Worded, late: bool = False) -> Letter:
    """A page on how to record, for one speaker, or for all of them without ``share``; ``late``: the
    deadline is over.
    """
    speaker = share.speaker if share else None
    greeting = worded("Dear {name},").format(name=speaker.name) if speaker else ""
    asked = worded("You are asked for a recorded video message for {occasion}.")
    limits = limits_of(config, share, worded, late)
    return Letter(
        worded("How to record your message"),
        language_of(config),
        mirrored(config),
        greeting,
        (asked.format(occasion=occasion(config, worded)), *limits),
        how_to_record(config, worded),
        (worded("Thank you. If anything is unclear, please ask before you record."),),
    )
