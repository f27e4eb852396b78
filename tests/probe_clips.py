"""Makes recordings in which sound and picture can be measured; without it a tilt or a late sound
would be a matter of taste.

Each is dark grey, with a red, green, blue and yellow patch in its corners (from top left, row by
row) and a white outlined square in the middle. At 0.4 s of every second the grey turns white for
0.12 s and a tone of 1 kHz starts at the same instant. What a container then makes of the two is
measured (measure.py), not assumed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from measure import ffmpeg, generated

GREY = "0x505050"
FIRST_FLASH_S, FLASH_S = 0.4, 0.12
YUV = ("-pix_fmt", "yuv420p")
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-g", "50")
AAC = ("-c:a", "aac", "-b:a", "128k")
MP4 = (*X264, *YUV, *AAC)
_FLASHING = f"lt(mod(t+{1 - FIRST_FLASH_S}+0.00001,1),{FLASH_S})"


def picture(
    rate: str = "25", size: tuple[int, int] = (320, 180), sample_aspect: str = "1", times: str = ""
) -> str:
    """The pictures as a lavfi graph. ``times`` are filters that move or drop pictures before
    anything is drawn.

    ``size`` is that of the pixels; the square is a square after ``sample_aspect``.
    """
    width, height = size
    across, _, down = sample_aspect.partition(":")
    side_y = height // 3 if width * int(across) / int(down or 1) > height else int(width * 0.4)
    side_x = round(side_y * int(down or 1) / int(across))
    patch_x, patch_y = max(8, width // 8), max(8, height // 8)
    thick = max(2, min(width, height) // 60)
    corners = (
        ("red", 0, 0),
        ("green", width - patch_x, 0),
        ("blue", 0, height - patch_y),
        ("yellow", width - patch_x, height - patch_y),
    )
    drawn = [
        f"drawbox=x={x}:y={y}:w={patch_x}:h={patch_y}:color={colour}:t=fill"
        for colour, x, y in corners
    ]
    x, y = (width - side_x) // 2, (height - side_y) // 2
    drawn.append(f"drawbox=x={x}:y={y}:w={side_x}:h={side_y}:color=white:t={thick}")
    return ",".join(
        [
            f"color={GREY}:s={width}x{height}:r={rate},format=yuv444p",
            *([times] if times else []),
            f"drawbox=color=white:t=fill:enable='{_FLASHING}'",
            *drawn,
            f"setsar={sample_aspect.replace(':', '/')}",
        ]
    )


def tone(rate: int = 48000, channels: str = "stereo") -> str:
    """The tones as a lavfi graph."""
    one = f"0.4*sin(2*PI*1000*t)*{_FLASHING}"
    return f"aevalsrc='{'|'.join([one] * (1 if channels == 'mono' else 2))}':s={rate}:c={channels}"


@dataclass(frozen=True)
class Kind:
    """One kind of recording: what a producer would call it, and how it is made into a folder."""

    name: str
    make: Callable[[Path], Path]

    def __str__(self) -> str:
        return self.name


def clip(
    name: str,
    *options: str,
    seconds: float = 4,
    shown: str = "",
    heard: str = "",
    sound_seconds: float = 0,
    sound_late: float = 0,
    picture_late: float = 0,
) -> Kind:
    """A recording called ``name`` (its suffix is the container), ``options`` are ffmpeg's for the
    output.
    """

    def make(folder: Path) -> Path:
        tracks: list[str] = []
        for source, late, lasts in (
            (shown or picture(), picture_late, seconds),
            (heard or tone(), sound_late, sound_seconds),
        ):
            tracks += [
                "-itsoffset",
                str(late),
                *generated(source, lasts or seconds),
            ]
        ffmpeg("-v", "error", "-y", *tracks, *(options or MP4), folder / name)
        return folder / name

    return Kind(name, make)


def changing(
    name: str,
    *sizes: tuple[int, int],
    codec: tuple[str, ...] = X264,
    seconds: float = 2,
    rate: str = "25",
    turned: str = "null",
) -> Kind:
    """A recording of a call whose pictures have one of ``sizes`` after the other, each for
    ``seconds``, and are ``turned`` by a filter as a sensor lies.
    """

    def make(folder: Path) -> Path:
        suffix = Path(name).suffix
        pieces = [folder / f"piece-{number}{suffix}" for number in range(len(sizes))]
        for piece, size in zip(pieces, sizes, strict=True):
            ffmpeg(
                "-v",
                "error",
                *generated(f"{picture(rate, size)},{turned}", seconds),
                *codec,
                *YUV,
                piece,
            )
        (folder / "pieces.txt").write_text("".join(f"file {piece.name}\n" for piece in pieces))
        ffmpeg(
            "-v",
            "error",
            "-f",
            "concat",
            "-i",
            folder / "pieces.txt",
            "-f",
            "lavfi",
            "-t",
            str(seconds * len(sizes)),
            "-i",
            tone(),
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c:v",
            "copy",
            "-c:a",
            "libopus" if suffix == ".webm" else "aac",
            folder / name,
        )
        return folder / name

    return Kind(name, make)


def marked(kind: Kind, name: str, *display: str) -> Kind:
    """``kind`` with a display matrix: ``display`` are ffmpeg's input options that lie about how it
    was held.
    """

    def make(folder: Path) -> Path:
        ffmpeg("-v", "error", "-y", *display, "-i", kind.make(folder), "-c", "copy", folder / name)
        return folder / name

    return Kind(name, make)


def turned(name: str, *filters: str, display: tuple[str, ...]) -> Kind:
    """A portrait or mirrored phone recording: ``filters`` turn what was seen as the sensor lies,
    ``display`` undoes it.
    """
    size = (180, 320) if any("transpose" in one for one in filters) else (320, 180)
    lying = clip(f"lying-{name}", *MP4, shown=",".join([picture(size=size), *filters]))
    return marked(lying, name, *display)


PASS = ("-fps_mode", "passthrough", "-enc_time_base", "1:90000")
FINE = "settb=1/90000,"
WANDERING = FINE + "setpts='PTS+90*(9*sin(N*1.7)+5*sin(N*0.37))+90*14'"
"""A webcam's clock: no two pictures are equally long (27 a second on the whole)."""
DROPPED = "select='gt(mod(n*n+7*n,11),2)'"
"""A call over a bad line: about a third of 30 pictures a second never came."""
HELD = "select='lt(mod(t+0.62,1),0.2)*gt(t,0.3)+eq(n,0)'"
"""A screen recorder writes a picture when something moves: here around each flash alone, and holds
it for 0.8 s.
"""

RATES = tuple(
    clip(f"{label}fps.mp4", *MP4, shown=picture(rate))
    for label, rate in (
        ("10", "10"),
        ("15", "15"),
        ("23.976", "24000/1001"),
        ("24", "24"),
        ("25", "25"),
        ("29.97", "30000/1001"),
        ("30", "30"),
        ("50", "50"),
        ("59.94", "60000/1001"),
        ("60", "60"),
        ("120", "120"),
    )
)

VARIABLE = (
    clip("wandering.mp4", *PASS, *MP4, shown=picture("27", times=WANDERING)),
    clip("dropped.mp4", *PASS, *MP4, shown=picture("30", times=DROPPED)),
    clip("held.mp4", *PASS, *MP4, shown=picture("30", times=HELD)),
    clip(
        "held.webm",
        *PASS[:2],
        "-c:v",
        "libvpx",
        "-deadline",
        "realtime",
        "-b:v",
        "1M",
        *YUV,
        "-c:a",
        "libopus",
        shown=picture("30", times=HELD),
    ),
)

TURNED = (
    turned("portrait-90.mp4", "transpose=clock", display=("-display_rotation", "90")),
    turned("upside-down-180.mp4", "hflip", "vflip", display=("-display_rotation", "180")),
    turned("portrait-270.mov", "transpose=cclock", display=("-display_rotation", "270")),
    turned("mirrored.mp4", "hflip", display=("-display_hflip",)),
    turned("flipped.mp4", "vflip", display=("-display_vflip",)),
    turned(
        "mirrored-portrait.mov",
        "transpose=clock",
        "vflip",
        display=("-display_rotation", "90", "-display_hflip"),
    ),
)

SHAPES = (
    clip("anamorphic.mp4", *MP4, shown=picture(size=(360, 288), sample_aspect="64:45")),
    clip("four-by-three.mp4", *MP4, shown=picture(size=(320, 240))),
    clip("odd.mkv", *X264, "-pix_fmt", "yuv444p", *AAC, shown=picture(size=(427, 239))),
    clip("odd-portrait.mkv", *X264, "-pix_fmt", "yuv444p", *AAC, shown=picture(size=(271, 481))),
    clip(
        "50i.mp4",
        "-vf",
        "tinterlace=interleave_top,fieldorder=tff",
        "-flags",
        "+ilme+ildct",
        *MP4,
        shown=picture("50"),
    ),
)

CONTAINERS = (
    clip("stream.ts", *MP4),
    clip("old.avi", "-c:v", "mpeg4", "-q:v", "3", *YUV, "-c:a", "libmp3lame"),
    clip("flash.flv", "-c:v", "flv", "-q:v", "3", *YUV, "-c:a", "libmp3lame", "-ar", "44100"),
    clip("windows.wmv", "-c:v", "wmv2", "-q:v", "3", *YUV, "-c:a", "wmav2"),
    clip("disc.mpg", "-c:v", "mpeg2video", "-q:v", "3", *YUV, "-c:a", "mp2"),
    clip("fragmented.mp4", *MP4, "-movflags", "frag_keyframe+empty_moov"),
    clip(
        "b-frames.mov",
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-bf",
        "3",
        *YUV,
        "-c:a",
        "pcm_s16le",
    ),
)

SOUNDS = (
    clip("44100.mp4", *MP4, heard=tone(44100)),
    clip("8000-mono.mov", *X264, *YUV, "-c:a", "pcm_s16le", heard=tone(8000, "mono")),
    clip("96000.mkv", *X264, *YUV, "-c:a", "flac", heard=tone(96000)),
    clip("late-sound.mp4", *MP4, sound_late=0.8),
    clip("late-picture.mp4", *MP4, picture_late=0.77),
    clip("short-sound.mp4", *MP4, sound_seconds=2.2),
    clip("long-sound.mp4", *MP4, sound_seconds=5.8),
    clip("gapped.mkv", "-af", "aselect='not(between(t,1.7,2.3))'", *X264, *YUV, "-c:a", "libopus"),
    clip("gapped.mp4", "-af", "aselect='not(between(t,1.7,2.3))'", *MP4),
)

KINDS = RATES + VARIABLE + TURNED + SHAPES + CONTAINERS + SOUNDS
