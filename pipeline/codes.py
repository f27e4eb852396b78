"""The codes of all findings, and which of them keep a segment from airing; without it one could be
misspelt, missing from docs/errors.md, or air because nobody had thought of it.

Kebab-case, fixed once published: other programs read them from ``check --json`` and report.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

OF_INTRO = "intro/"
"""Before a code under ``accept:``: that of the spoken introduction, not of the message."""

# fmt: off
Code = Literal[
    # the file as it came
    "missing", "two-recordings", "nobodys-file", "still-changing", "empty-file", "unreadable",
    "broken-link", "not-a-regular-file", "outside-workspace", "too-large", "not-a-video",
    "playlist", "still-image", "no-media", "encrypted", "truncated", "damaged", "duplicate-content",
    "still-unusable", "machine-failed", "decided-for-another",
    # its picture and sound
    "no-video", "no-audio", "unsupported-video-codec", "unsupported-audio-codec", "timestamps",
    "too-many-packets", "too-many-pixels", "bad-audio", "too-long", "too-short", "very-short",
    "low-resolution", "low-frame-rate", "slow-motion", "resolution-changes", "hdr-converted", "vfr",
    "portrait", "interlaced", "anamorphic", "extra-streams", "trim-empty", "silent-audio",
    "one-channel-silent", "out-of-phase", "very-quiet", "clipped", "dc-offset", "low-sample-rate",
    "audio-shorter", "audio-longer", "audio-gap", "hum", "gain-capped", "loudness-missed",
    "sound-clock", "broken-samples", "louder-than-speech", "speech-loudness",
    # its script and captions
    "script-missing", "two-scripts", "script-unreadable", "script-encoding", "script-mismatch",
    "script-share-low", "script-by-sentences", "script-guessed", "script-not-read",
    "script-not-spoken", "script-left", "speech-not-in-script", "language-differs",
    "language-passage", "captions-unreadable", "captions-mended",
    "captions-moved", "captions-unsaid", "captions-mismatch",
    "captions-untimed", "captions-failed", "captions-draft", "draft-edited", "no-captions",
    "language-missing", "burned-language-missing", "burned-as-spoken", "weights-missing",
    "weights-brought",
    "weights-unusable", "names-respelt", "captions-invented", "captions-loop",
    "speech-without-captions", "captions-too-fast", "captions-drift", "captions-run-on",
    "captions-language", "name-near-miss",
    # its captions against the broadcasters' limits (captions/check)
    "empty-cue", "ends-before-it-starts", "ends-before-speech", "fits-one-line", "flicker",
    "line-too-long", "lingers", "missing-words", "open-gap", "out-of-order", "outside-clip",
    "overlap", "splits-number", "starts-early", "starts-late", "too-fast-to-read", "cue-too-long",
    "too-many-lines", "cue-too-short", "unsaid-text", "dangling-start", "lines-unlike",
    "mark-begins-line", "one-word-cue", "one-word-line", "stranded-end", "breaks-phrase",
    "break-at-number", "break-at-title", "break-at-name", "break-at-article",
    "break-at-preposition", "break-at-conjunction", "break-at-auxiliary", "captions-limits",
    # the segment
    "slot-over", "over-allowance", "allowances-over", "trim-offer", "left-out", "slot-offset",
    "template-left",
    "deadline-over",
    "approval-older", "approval-missing", "approval-unreadable", "letters-missing", "text-cut",
    "logo-plate", "brand-contrast", "brand-unusable", "music-unusable", "accepted-in-vain",
    "chapter-outside", "intro-unusable", "intro-long", "consent-missing", "consent-over",
    "encoder-chosen", "encoder-missing",
    # editions
    "edition-held-back", "edition-loudness", "edition-too-large", "edition-poor",
    "edition-quality", "edition-letters", "edition-framing", "edition-coding",
    "edition-captions", "publish-held-back", "publish-shortened",
    # several segments
    "in-no-segment", "slots-overlap",
    # the film that was built, watched to its end (perspectives report)
    "built-missing", "built-changed", "built-length", "built-damaged", "joint-shifted",
    "joint-click", "picture-black", "picture-held", "picture-differs", "sound-silent",
    "sound-level", "peak-over", "flashes", "track-missing", "track-language", "track-default",
    "captions-differ", "chapters-differ",
]
# fmt: on

NOT_AIRED: Mapping[Code, str] = {
    "slot-over": "the moderator would be cut off, or the segment",
    "over-allowance": "it takes the time of others",
    "template-left": "an example of ours would be shown",
    "slot-offset": "it may be aired at another hour than people were told",
    "decided-for-another": "nobody has said what is right for this recording",
    "duplicate-content": "one of the two is shown with the other's name",
    "loudness-missed": "it is not as loud as the others",
    "gain-capped": "it is softer than the others",
    "captions-draft": "nobody has vouched for the words",
    "draft-edited": "a person's corrections are not shown",
    "no-captions": "who cannot hear it learns nothing of it",
    "language-missing": "captions.languages promises it to viewers",
    "burned-language-missing": "delivery.outputs promises it to viewers",
    "captions-unreadable": "a person's captions are not shown",
    "captions-unsaid": "something may be shown that nobody says",
    "captions-mismatch": "the words may not be those that are spoken",
    "captions-untimed": "a person's translation is not shown",
    "script-mismatch": "the words may not be those that are spoken",
    "script-share-low": "the words may not be those that are spoken",
    "script-by-sentences": "captions may be out of step",
    "script-guessed": "captions may be out of step",
    "script-left": "nobody has vouched for some of the words",
    "speech-not-in-script": "something is said without captions",
    "speech-without-captions": "something is said without captions",
    "missing-words": "something is said without captions",
    "unsaid-text": "something is shown that nobody says",
    "captions-invented": "something may be shown that nobody says",
    "captions-loop": "the words may not be those that are spoken",
    "captions-too-fast": "captions may be out of step",
    "captions-drift": "captions may be out of step",
    "captions-language": "the words may not be those that are spoken",
    "language-differs": "it would air without captions of what is said",
    "language-passage": "the words may not be those that are spoken",
    "letters-missing": "letters are missing in the picture",
    "text-cut": "a name or title breaks off in the picture",
    "approval-older": "nobody has approved it as it is now",
    "approval-missing": "nobody has approved it",
    "approval-unreadable": "nobody knows whether it was approved",
    "music-unusable": "the music that was wanted is not heard",
    "intro-unusable": "the introduction that was wanted is not heard",
}
"""Why a segment does not air as long as this is found: what ``build --final`` refuses, beside every
error. A note never keeps it from airing.
"""
SHOWS_NOTHING = "nothing of it can be shown"
"""Why one does not air with an error of any other code: its submission is missing or rejected."""

# fmt: off
AS_ERRORS_ONLY: frozenset[Code] = frozenset({
    "missing", "two-recordings", "still-changing", "empty-file", "unreadable", "broken-link",
    "not-a-regular-file", "outside-workspace", "too-large", "not-a-video", "playlist",
    "still-image", "no-media", "encrypted", "truncated", "damaged", "still-unusable",
    "machine-failed", "no-video", "no-audio", "unsupported-video-codec",
    "unsupported-audio-codec", "timestamps", "too-many-packets", "too-many-pixels", "bad-audio",
    "too-long", "too-short", "trim-empty", "silent-audio", "brand-unusable", "built-missing",
    "built-changed", "built-length", "built-damaged", "joint-shifted", "picture-black",
    "picture-held", "picture-differs", "sound-silent", "sound-level", "track-missing",
    "track-language", "captions-differ",
})
"""What keeps a segment from airing where it is an error: a little that is missing at the end of a
recording airs.
"""
AIRED: frozenset[Code] = frozenset({
    # editions are beside the segment
    "edition-held-back", "edition-loudness", "edition-too-large", "edition-poor", "edition-quality",
    "edition-letters", "edition-framing", "edition-coding", "edition-captions",
    "publish-held-back", "publish-shortened",
    # it was put right, or is as the speaker sent it
    "very-short", "low-resolution", "low-frame-rate", "slow-motion", "resolution-changes",
    "hdr-converted", "vfr", "portrait", "interlaced", "anamorphic", "extra-streams",
    "one-channel-silent", "out-of-phase", "very-quiet", "clipped", "dc-offset", "low-sample-rate",
    "audio-shorter", "audio-longer", "audio-gap", "sound-clock", "hum", "broken-samples",
    "louder-than-speech", "speech-loudness", "brand-contrast", "logo-plate",
    # another way was gone; where it leads to a draft, that is what keeps it from airing
    "script-missing", "two-scripts", "script-unreadable", "script-encoding", "script-not-read",
    "script-not-spoken", "burned-as-spoken", "captions-mended", "captions-moved", "captions-failed",
    "captions-run-on", "weights-missing",
    "weights-brought", "weights-unusable", "names-respelt", "name-near-miss",
    # hard to read, and as a person wrote it
    "empty-cue", "ends-before-it-starts", "ends-before-speech", "fits-one-line", "flicker",
    "line-too-long", "lingers", "open-gap", "out-of-order", "outside-clip", "overlap",
    "splits-number", "starts-early", "starts-late", "too-fast-to-read", "cue-too-long",
    "too-many-lines", "cue-too-short", "dangling-start", "lines-unlike", "mark-begins-line",
    "one-word-cue", "one-word-line", "stranded-end", "breaks-phrase", "break-at-number",
    "break-at-title", "break-at-name", "break-at-article", "break-at-preposition",
    "break-at-conjunction", "break-at-auxiliary", "captions-limits",
    # offers and remarks; who is left out is missing as well
    "nobodys-file", "allowances-over", "trim-offer", "left-out", "accepted-in-vain",
    "deadline-over",
    "chapter-outside", "intro-long", "consent-missing", "consent-over",
    # what encodes the pictures; with one that is not here nothing is built
    "encoder-chosen", "encoder-missing",
    # of the day, not of a segment
    "in-no-segment", "slots-overlap",
    # seen of a film that is built already
    "joint-click", "peak-over", "flashes", "track-default", "chapters-differ",
})
"""What a producer may look at and air."""
# fmt: on
