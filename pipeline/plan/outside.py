"""What is opened of a file from outside; without it probe and encoder would mean different files.

Names prove nothing: a playlist, a list of files to join or a web page called .mp4 makes a reader
open other files, the unpublished message of another speaker among them. So containers and codecs
are allowed by name, and no others tried.
"""

from __future__ import annotations

DEMUXERS = "mov,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mp3,wav,flac,aac,amr,aiff,caf"
"""Containers that cameras, phones, browsers and meeting programs write; seven are sound alone."""

DECODERS = ",".join(
    (
        "h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,mpeg2video,mpeg1video,h263,mjpeg,prores,dnxhd",
        "dvvideo,wmv1,wmv2,wmv3,vc1,vp6,vp6f,vp6a,msmpeg4v2,msmpeg4v3,msmpeg4,flv,theora",
        "rawvideo,ffv1,qtrle",
        "aac,aac_latm,mp3float,mp3,mp2float,mp2,opus,libopus,vorbis,ac3,eac3,flac,alac,amrnb",
        "amrwb,wmav1,wmav2,wmapro,speex,nellymoser,dca",
        "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_u8",
        "pcm_mulaw,pcm_alaw,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt",
    )
)
"""Decoders, as ffmpeg and PyAV name them: pictures, then sound.

Hardly any of the 500 others is ever needed, and few are tested against bad files.
"""

MOST_PIXELS = 35_389_440
"""Pixels of one picture: 8192x4320."""

MOST_STREAMS = 32
