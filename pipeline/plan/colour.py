"""Plans a picture's way to BT.709; without it HDR would look grey, wide colours pale, and SD skin
too red.

What a recording says of its colours is taken from its decoded pictures (plan/probe.py). Dolby
Vision's profile 8.4, what phones record, is HLG and is shown as such; its profile 5 has no such
base and is refused (plan/verdicts.py).
"""

from __future__ import annotations

from typing import Any

from pipeline.model import PictureTrack

WHITE_NITS = 203
"""Diffuse white in HDR: 58% of PQ, 75% of HLG (ITU-R BT.2408, table 1). It is brought to 1.0 before
the tones are mapped.
"""
PEAK = 1000 / WHITE_NITS
"""What becomes SDR's white: 1000 cd/m2, HLG's nominal peak and the usual one of HDR10. Brighter is
clipped.
"""
KNEE = 0.4
"""Up to two fifths of diffuse white nothing is changed, mid-grey and most skin; what is brighter is
pressed together.
"""
HLG_COLOUR = 0.87
_GAMUTS = {
    "bt2020": "2020",
    "p3": "smpte432",
    "dci-p3": "smpte431",
    "bt470m": "bt470m",
    "bt470bg": "bt470bg",
    "smpte170m": "170m",
}
"""Primaries that differ from BT.709's, by zscale's names. Those of BT.601 (of 50 and of 60 Hz) are
near it, yet a full red of 60 Hz has 48 levels of green in BT.709.
"""


def shrunk(shown: Any, width: int, height: int, picture: PictureTrack, flags: str) -> Any:
    """The picture at another size, in BT.709 and limited range. Scaled first: the colours of a 4K
    picture cost four times.
    """
    wide = picture.hdr or picture.primaries in _GAMUTS
    scaled = shown.filter(
        "scale",
        width,
        height,
        in_color_matrix=_swscale_matrix(picture.matrix),
        out_color_matrix="bt2020" if picture.hdr else "bt709",
        out_range="tv",
        flags=flags,
    ).filter("format", "yuv420p10le" if wide else "yuv420p")
    if not wide:
        return scaled
    usual = "709" if picture.primaries == "bt709" else "2020"
    gamut = _GAMUTS.get(picture.primaries, usual)
    if picture.hdr:
        return _toned(scaled, gamut, picture.transfer == "hlg")
    narrowed = scaled.filter(
        "zscale", tin="709", min="709", pin=gamut, rin="limited", **_TO_709, r="limited"
    )
    return narrowed.filter("format", "yuv420p")


_TO_709 = {"t": "709", "m": "709", "p": "709"}
"""Where zscale is to bring a picture: curve, matrix and primaries of BT.709."""


def _toned(shown: Any, gamut: str, hlg: bool) -> Any:
    """An HDR picture's tones mapped to those that an SDR screen has."""
    shown = shown.filter(
        "zscale",
        tin="arib-std-b67" if hlg else "smpte2084",
        min="2020_ncl",
        pin=gamut,
        rin="limited",
        t="linear",
        npl=WHITE_NITS,
        p="2020" if hlg else "709",
    ).filter("format", "gbrpf32le")
    if hlg:
        shown = shown.filter("colorchannelmixer", **_hlg_to_709())
    # Measured: mobius keeps 18% grey (luma 123 of 123) and light skin (192 148 129 of 194 150 130),
    # diffuse white is 222 of 255. hable: 95, 138 107 94 and 172; reinhard: 124, 175 136 118 and
    # 206; clip loses all above white. desat=0: the default bleaches lamps and skies. The peak is
    # said here, or each picture's own metadata would move it.
    shown = shown.filter("tonemap", tonemap="mobius", param=KNEE, desat=0, peak=f"{PEAK:.4f}")
    shown = shown.filter("zscale", tin="linear", pin="709", **_TO_709, r="limited")
    return shown.filter("format", "yuv420p")


def _hlg_to_709() -> dict[str, str]:
    """Linear BT.2020 to BT.709 (ITU-R BT.2087), colours drawn towards grey first.

    HLG's system gamma of 1.2 belongs to luminance; zscale gives it to each channel, which makes
    colours stronger. Measured on a colour chart, 0.87 brings light skin from 197 144 122 to 194 148
    129 (of 194 150 130), red from 188 36 53 to 182 54 62 (of 175 54 60).
    """
    luminance = (0.2627, 0.6780, 0.0593)
    to_709 = ((1.6605, -0.5876, -0.0729), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1188))
    return {
        f"{out}{into}": (
            f"{HLG_COLOUR * row[column] + (1 - HLG_COLOUR) * sum(row) * luminance[column]:.6f}"
        )
        for out, row in zip("rgb", to_709, strict=True)
        for column, into in enumerate("rgb")
    }


def _swscale_matrix(matrix: str) -> str:
    return {"bt2020": "bt2020", "bt601": "bt601", "smpte240m": "smpte240m"}.get(matrix, "bt709")
