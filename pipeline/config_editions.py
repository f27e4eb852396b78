"""What stands under ``deliveries:`` of config.yaml: the same event in other forms; without it each
of them would be a copy of the workspace.

Each edition has a name and a ``kind``, and says of that kind only what is to be other than usual.
A kind is a model here, and what makes it in programme/editions.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import ErrorDetails

from pipeline.config_values import STRICT, Number, Place, Size, Timecode, Whole, no_repeats
from pipeline.meant import no_such_speaker

MOST_EDITIONS = 20
_Loudness = Annotated[Number, Field(ge=-40, le=-9)]
_TruePeak = Annotated[Number, Field(ge=-9, le=0)]


class _Edition(BaseModel):
    model_config = STRICT


class AudioEdition(_Edition):
    """The programme to listen to: ``formats`` with chapters and a cover, ``loudness`` in LUFS,
    ``true_peak`` in dBTP. -16 is what podcast players ask for (AES TD1008).
    """

    kind: Literal["audio"]
    formats: Annotated[
        tuple[Literal["m4a", "mp3"], ...], Field(min_length=1), AfterValidator(no_repeats)
    ] = ("m4a", "mp3")
    loudness: _Loudness = -16
    true_peak: _TruePeak = -1


class SmallEdition(_Edition):
    """The whole segment in at most ``megabytes`` (10^6 bytes), ``size`` in pixels. ``captions``:
    as tracks that a viewer turns on, or drawn into the picture.
    """

    kind: Literal["small"]
    megabytes: Annotated[Whole, Field(ge=1, le=20_000)] = 100
    size: Size = (1280, 720)
    captions: Literal["soft", "burned"] = "soft"


class SocialEdition(_Edition):
    """The programme and each message upright (or square, as ``size`` says) for the sites on which
    that is watched: filled with whoever speaks, ``captions`` drawn into the picture or as tracks.

    ``framing``, by the ids of speakers: where in their picture the middle of what is shown lies, as
    a share from the left (from the top, where its height is cut), or ``whole``.
    """

    kind: Literal["social"]
    size: Size = (1080, 1920)
    captions: Literal["burned", "soft"] = "burned"
    framing: dict[str, Place] = {}


class BroadcastEdition(_Edition):
    """The programme for a broadcaster: XDCAM HD422 in MXF or ProRes 422 HQ in MOV, 1920x1080 at 25
    pictures a second, by EBU R 128 (``loudness`` in LUFS, ``true_peak`` in dBTP).

    ``fields``: how a picture is flagged and coded; both halves are of one moment. ``timecode`` is
    that of the first picture, ``captions`` whether they are in the picture too.
    """

    kind: Literal["broadcast"]
    format: Literal["xdcam", "prores"] = "xdcam"
    fields: Literal["progressive", "interlaced"] = "progressive"
    loudness: _Loudness = -23
    true_peak: _TruePeak = -1
    timecode: Timecode = (10, 0, 0, 0)
    captions: Literal["none", "burned"] = "none"
    sidecars: Annotated[tuple[Literal["stl", "ttml"], ...], AfterValidator(no_repeats)] = (
        "stl",
        "ttml",
    )


class MasterEdition(_Edition):
    """The programme for an archive: pictures and sound without any loss, captions as tracks."""

    kind: Literal["master"]


Edition = Annotated[
    AudioEdition | SmallEdition | SocialEdition | BroadcastEdition | MasterEdition,
    Field(discriminator="kind"),
]
"""One entry under ``deliveries:``."""
EDITIONS: dict[str, type[BaseModel]] = {
    "audio": AudioEdition,
    "small": SmallEdition,
    "social": SocialEdition,
    "broadcast": BroadcastEdition,
    "master": MasterEdition,
}
"""Each kind of edition, by what is written as ``kind``."""


OF_NOBODY = "of_nobody"
"""The type of an error whose key is wrong, and not what stands behind it."""


def framed_nobody(
    deliveries: Mapping[str, Edition], ids: Collection[str]
) -> Iterator[ErrorDetails]:
    """Of everybody under ``framing:`` who is none of the speakers (``ids``)."""
    for name, edition in deliveries.items():
        framing = edition.framing if isinstance(edition, SocialEdition) else {}
        for speaker in (one for one in framing if one not in ids):
            place = ("deliveries", name, edition.kind, "framing", speaker)
            said = no_such_speaker(speaker, ids)
            yield {"type": OF_NOBODY, "loc": place, "msg": said, "input": None}
