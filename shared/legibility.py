"""How strong a plate has to be for type to be read over any picture (contrast as in WCAG 2)."""

from __future__ import annotations

from shared.brand import Brand, contrast, luminance, parse_color

MIN_CONTRAST = 4.5
# A little above what is asked for: the encoder moves colours by a level or two.
_AIM = 4.8
_USUAL_PLATE, _STEP = 0.64, 0.02
_BLACK, _WHITE = (0.0, 0.0, 0.0), (255.0, 255.0, 255.0)


def plate_opacity(brand: Brand, least: float = _USUAL_PLATE) -> float:
    """The opacity, 0..1, at which the brand's plate makes its ink legible over black and white.

    It is not below `least`, and 1 where ink and plate themselves are too much alike.
    """
    opacity = least
    while opacity < 1 and worst_contrast(brand, opacity) < _AIM:
        opacity += _STEP
    return min(1.0, round(opacity, 2))


def worst_contrast(brand: Brand, opacity: float) -> float:
    """Contrast of ink with the plate at an opacity, over black or white, whichever is worse."""
    ink, plate = parse_color(brand.ink), parse_color(brand.plate)
    behind = [
        tuple(opacity * p + (1 - opacity) * c for p, c in zip(plate, under, strict=True))
        for under in (_BLACK, _WHITE)
    ]
    # In between lies a colour as light as the ink itself, if ink is not outside of both.
    levels = [luminance((r, g, b)) for r, g, b in behind]
    own = luminance(ink)
    if min(levels) <= own <= max(levels):
        return 1.0
    return min(contrast(own, level) for level in levels)
