"""Makes a photo fit the picture of a message that is sound alone; without it such a message would
be a black screen.

Run as a script, ``python photo.py WIDTHxHEIGHT < PHOTO``, which imports nothing of this package;
writes photo.png. A photo that cannot be used is refused with exit code 3 and a sentence.
"""

from __future__ import annotations

import io
import sys
import warnings
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageFilter, ImageOps

MOST_PIXELS = 120_000_000
"""The largest phones take 108 million."""
TOO_LARGE = "this photo is too large to open; 4,000 pixels wide is plenty."
DARKENED = 0.42
"""How much light the blurred surroundings keep, as those of a portrait recording do
(plan/picture.py).
"""

_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, ImageCms.PyCMSError)
"""Pillow meets a damaged file with any of these."""


class NotAPhoto(Exception):
    """The photo cannot be used; ``str`` is a sentence."""


def main(size: str) -> None:
    """Write photo.png about the photo on standard input."""
    width, height = map(int, size.split("x"))
    try:
        fitted(opened(sys.stdin.buffer), width, height).save("photo.png", compress_level=1)
    except (NotAPhoto, MemoryError) as refused:
        print(refused if isinstance(refused, NotAPhoto) else TOO_LARGE, file=sys.stderr)
        raise SystemExit(3) from None


def opened(file: BinaryIO) -> Image.Image:
    """The photo upright, in sRGB. Raises NotAPhoto."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=("JPEG", "PNG", "WEBP", "TIFF")) as photo:
                if photo.format == "JPEG":
                    photo.draft("RGB", (4096, 4096))
                return _in_srgb(ImageOps.exif_transpose(photo))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise NotAPhoto(TOO_LARGE) from None
    except _DAMAGED:
        raise NotAPhoto(
            "this is not a photo that can be used (JPEG, PNG, WebP or TIFF; save a HEIC as JPEG)."
        ) from None


def _in_srgb(photo: Image.Image) -> Image.Image:
    """Phones write Display P3, whose colours look pale when they are taken for sRGB."""
    profile = photo.info.get("icc_profile")
    photo = _in_8_bits(photo)
    see_through = photo.mode in ("P", "LA", "PA") or "transparency" in photo.info
    plain = photo.convert("RGBA") if see_through else photo
    if plain.mode == "RGBA":
        plain = Image.alpha_composite(Image.new("RGBA", plain.size, "white"), plain).convert("RGB")
    if profile and plain.mode in ("RGB", "CMYK", "L"):
        source, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(plain, source, srgb, outputMode="RGB")
        return converted or plain.convert("RGB")
    return plain.convert("RGB")


def _in_8_bits(photo: Image.Image) -> Image.Image:
    """Greys of 16 bits and more as the 8 that are shown: Pillow would cut off all above 255."""
    if photo.mode[0] not in "IF":
        return photo
    extremes: Any = photo.convert("F").getextrema()
    top = max(extremes[1], 1.0 if photo.mode == "F" else 65535.0)
    return photo.convert("F").point(lambda value: value * (255 / top) + 0).convert("L")


def fitted(photo: Image.Image, width: int, height: int) -> Image.Image:
    """The photo as large as it fits, over its own blurred and darkened surroundings."""
    scale = min(width / photo.width, height / photo.height)
    inner = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    small = ImageOps.fit(photo, (max(2, width // 8), max(2, height // 8)), Image.Resampling.BOX)
    blurred = small.filter(ImageFilter.GaussianBlur(max(2, height // 176)))
    darker = blurred.point(lambda value: round(value * DARKENED))
    ground = darker.resize((width, height), Image.Resampling.BICUBIC)
    whole = photo.resize(inner, Image.Resampling.LANCZOS, reducing_gap=3.0)
    ground.paste(whole, ((width - inner[0]) // 2, (height - inner[1]) // 2))
    return ground


if __name__ == "__main__":
    main(*sys.argv[1:])
