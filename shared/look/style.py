"""Lend a film the look of a reference: tone and colour moved towards its statistics, within limits.

After Reinhard et al., "Color Transfer between Images" (2001), in Oklab, with three changes: tone
goes by quantiles and not by mean and spread, colour is moved in shadows, mid-tones and highlights
apart (so that a reference with teal shadows gives teal shadows), and skin is spared.
"""

from __future__ import annotations

import numpy as np

from shared.look.cube import Colors, Cube, grid
from shared.look.oklab import from_oklab, skin_weight, to_oklab
from shared.look.statistics import ZONES, LookMean

STRENGTH = 0.6
SIDE = 17
_MAX_TONE = 0.08  # by which lightness may change
_SLOPES = (0.6, 1.5)  # of the tone curve
_MAX_SHIFT = 0.035  # by which a and b may move together
_SPREADS = (0.75, 1.25)  # by which colours may gain or lose
_SKIN_SPARED = 0.9  # of a change of colour
_SKIN_TONE_SPARED = 0.4  # of a change of lightness
_NO_COLOR = (0.02, 0.15, 0.93, 1.0)  # black and white stay what they are: none, all, all, none
_CURVE_POINTS = 65


def style_cube(
    film: LookMean, reference: LookMean, strength: float = STRENGTH, *, spares_skin: bool = True
) -> Cube:
    """The table that takes pictures like `film` towards `reference`; `strength` is 0..1."""
    lab = to_oklab(grid(SIDE))
    lightness, ab = lab[..., 0], lab[..., 1:]
    skin = skin_weight(lab) if spares_skin else np.zeros(lab.shape[:-1])
    tone = _tone_change(lightness, film, reference)
    share = strength * (1 - _SKIN_TONE_SPARED * skin)
    moved_lightness = lightness + share * tone
    here = _zone_colors(lightness, film)
    shift = _limited(_zone_colors(lightness, reference) - here, _MAX_SHIFT)
    shift *= np.interp(lightness, _NO_COLOR, [0, 1, 1, 0])[..., None]
    gain = float(np.clip(reference.spread / max(film.spread, 1e-4), *_SPREADS)) - 1
    share = (strength * (1 - _SKIN_SPARED * skin))[..., None]
    moved = ab + share * (shift + gain * ab)
    return Cube(from_oklab(np.concatenate([moved_lightness[..., None], moved], -1)))


def _tone_change(lightness: Colors, film: LookMean, reference: LookMean) -> Colors:
    """What a limited curve from the film's quantiles to the reference's adds to lightness."""
    points = np.linspace(0, 1, _CURVE_POINTS)
    # Quantiles that coincide (a black border) would make the curve jump.
    source = np.maximum.accumulate(film.lightness + np.linspace(0, 1e-4, len(film.lightness)))
    ends = [0.0, 1.0]
    known = np.concatenate([ends[:1], np.clip(source, 1e-3, 1 - 1e-3), ends[1:]])
    wanted = np.concatenate([ends[:1], np.clip(reference.lightness, 0, 1), ends[1:]])
    change = np.interp(points, known, wanted) - points
    change = np.convolve(np.pad(change, 6, mode="edge"), np.hanning(15)[1:-1] / 7, "valid")
    change = np.clip(change, -_MAX_TONE, _MAX_TONE)
    # Ends stay: a film does not get grey blacks or dull whites by accident.
    change *= np.minimum(1, 8 * np.minimum(points, 1 - points))
    slope = np.clip(1 + np.diff(change) / np.diff(points), *_SLOPES) - 1
    limited = np.concatenate([[0.0], np.cumsum(slope) * (points[1] - points[0])])
    limited -= limited[-1] * points  # white is white again
    return np.asarray(np.interp(lightness, points, limited))


def _zone_colors(lightness: Colors, look: LookMean) -> Colors:
    return np.stack([np.interp(lightness, ZONES, look.zones[:, axis]) for axis in (0, 1)], -1)


def _limited(shift: Colors, most: float) -> Colors:
    length = np.linalg.norm(shift, axis=-1, keepdims=True)
    # Soft, so that what is beyond the limit still differs in direction only.
    return np.asarray(shift * (np.tanh(length / most) * most / np.maximum(length, 1e-9)))
