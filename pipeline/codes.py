"""The codes of all findings; without it one could be misspelt, or missing from docs/errors.md.

Kebab-case, fixed once published: other programs read them from ``check --json`` and report.json.
"""

from __future__ import annotations

from typing import Literal

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
    "broken-samples", "louder-than-speech", "speech-loudness",
    # its script and captions
    "script-missing", "two-scripts", "script-unreadable", "script-encoding", "script-mismatch",
    "script-share-low", "script-by-sentences", "script-guessed", "script-not-read",
    "script-not-spoken", "script-left", "speech-not-in-script", "language-differs",
    "language-passage", "captions-unreadable", "captions-mended",
    "captions-moved", "captions-unsaid", "captions-mismatch",
    "captions-untimed", "captions-failed", "captions-draft", "draft-edited", "no-captions",
    "burned-language-missing", "weights-missing", "weights-brought",
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
    "letters-missing", "text-cut", "brand-contrast", "music-unusable",
]
# fmt: on
