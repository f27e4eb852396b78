"""What is opened of a file from outside; without one list the probe and the encoder would not mean
the same files.

Names prove nothing: a playlist, a list of files to join or a web page called .mp4 makes a reader
open other files, the unpublished message of another speaker among them. So containers and codecs
are allowed by name, and no others tried.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Container:
    """One kind of file that is opened: ffmpeg's names of what reads it, and the endings by which a
    file of that kind is known in inputs/ (none: only under a name that config.yaml says).
    """

    demuxers: str
    endings: tuple[str, ...] = ()


CONTAINERS = (
    Container("mov", (".mp4", ".mov", ".m4v", ".m4a", ".3gp")),
    Container("matroska,webm", (".mkv", ".webm")),
    Container("avi", (".avi",)),
    Container("mpegts", (".ts", ".mts", ".m2ts")),
    Container("mpeg", (".mpg", ".mpeg")),
    Container("flv", (".flv",)),
    Container("asf", (".wmv", ".asf")),
    Container("mxf", (".mxf",)),
    Container("dv", (".dv",)),
    Container("ogg", (".ogv", ".ogg", ".opus")),
    Container("mp3", (".mp3",)),
    Container("wav", (".wav",)),
    Container("flac", (".flac",)),
    Container("aac", (".aac",)),
    Container("amr"),
    Container("aiff"),
    Container("caf"),
)
"""What cameras, phones, editors, browsers and meeting programs write; from mp3 on sound alone."""

DEMUXERS = ",".join(row.demuxers for row in CONTAINERS)
ENDINGS = frozenset(ending for row in CONTAINERS for ending in row.endings)

DECODERS = ",".join(
    (
        "h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,mpeg2video,mpeg1video,h263,mjpeg",
        "prores,dnxhd,dvvideo,wmv1,wmv2,wmv3,vc1,vp6,vp6f,vp6a",
        "msmpeg4v2,msmpeg4v3,msmpeg4,flv,theora,rawvideo,ffv1,qtrle",
        "aac,aac_latm,mp3float,mp3,mp2float,mp2,opus,libopus,vorbis,ac3,eac3,flac,alac",
        "amrnb,amrwb,wmav1,wmav2,wmapro,speex,nellymoser,dca",
        "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be",
        "pcm_f64le,pcm_f64be",
        "pcm_u8,pcm_mulaw,pcm_alaw",
        "adpcm_ms,adpcm_ima_wav,adpcm_ima_qt",
    )
)
"""Decoders, as ffmpeg and PyAV name them. Hardly any of the 500 others is ever needed, and few are
tested against bad files.
"""

MOST_PIXELS = 35_389_440
"""Pixels of one picture: 8192x4320."""

MOST_STREAMS = 32
