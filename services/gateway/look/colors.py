"""The mean colour of a shot's window, from what the encoders saw, and what a grade does to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shared.look.chain import Chain, to_rgb, to_yuv
from shared.look.cube import Cube
from shared.look.primary import Primary
from shared.shot import Footage, Grade, Shot

if TYPE_CHECKING:
    from services.gateway.material import Photo, Stretch
    from shared.digest import Digest

Lab = NDArray[np.float64]  # CIE Lab of D65: [..., 3], lightness 0..100
_WHITE = np.array([0.95047, 1.0, 1.08883])
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_TO_LINEAR = np.linalg.inv(_TO_XYZ)


def shot_color(
    shot: Shot,
    stretches: Mapping[str, Sequence[Stretch]],
    photos: Mapping[str, Photo],
    frame_rate: Fraction,
    input_luts: Mapping[Digest, Cube] | None = None,
) -> Lab | None:
    """The mean colour of what a shot shows, ungraded; None for what nobody looked at.

    A clip's colours are known for each of its own shots; within one, brightness is that of the
    window. Footage with an input table is seen through it.
    """
    source = shot.source
    if not isinstance(source, Footage):
        return None
    if source.handle in photos:
        lab = np.array(photos[source.handle].lab)
    else:
        found = _window_color(shot, source, stretches.get(source.handle, ()), frame_rate)
        if found is None:
            return None
        lab = found
    table = (input_luts or {}).get(source.input_lut) if source.input_lut is not None else None
    return lab if table is None else to_lab(table.apply(np.clip(to_srgb(lab), 0, 1)))


def graded(lab: Lab, grade: Grade) -> Lab:
    """A mean colour after the numbers of a grade, as one colour."""
    return to_lab(to_rgb(Chain(Primary.of(grade)).on_yuv(to_yuv(to_srgb(lab)))))


def to_lab(rgb: Lab) -> Lab:
    """CIE Lab of sRGB 0..1: [..., 3]."""
    rgb = np.clip(rgb, 0, 1)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    share = linear @ _TO_XYZ.T / _WHITE
    root = np.where(share > 216 / 24389, np.cbrt(share), share * 7.787 + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def to_srgb(lab: Lab) -> Lab:
    """The sRGB of CIE Lab, 0..1: [..., 3]; what no screen shows is clipped."""
    y = (lab[..., 0] + 16) / 116
    share = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], -1)
    share = np.where(share > 6 / 29, share**3, (share - 4 / 29) / 7.787)
    linear = np.clip(share * _WHITE @ _TO_LINEAR.T, 0, 1)
    bent = 1.055 * linear ** (1 / 2.4) - 0.055
    return np.asarray(np.where(linear <= 0.0031308, linear * 12.92, bent), np.float64)


def _window_color(
    shot: Shot, source: Footage, stretches: Sequence[Stretch], frame_rate: Fraction
) -> Lab | None:
    start = source.start_seconds
    end = start + shot.frames * source.speed / frame_rate
    around = next((s for s in stretches if s.start_seconds <= start < s.end_seconds), None)
    if around is None:
        return None
    luma = around.motion.luma
    inside = float(luma[around.frame_at(start) : around.frame_at(end) + 1].mean())
    whole = float(luma[around.first : around.last + 1].mean())
    # Luma is a display level: the mean colour's levels are scaled alike, which keeps its hue.
    rgb = to_srgb(np.array(around.lab))
    return to_lab(np.asarray(rgb * (inside / max(whole, 1e-3))))
