"""Which segments show the logo in the corner. Pure functions."""

from __future__ import annotations

from shared.brand import Brand
from shared.corner_logo import CornerLogo, LogoMark
from shared.safe_areas import safe_box
from shared.timeline import Timeline


def logo_of(brand: Brand | None) -> CornerLogo | None:
    """The logo that a brand wishes to see in a corner of the whole film."""
    if brand is None or brand.logo is None or brand.logo_corner is None:
        return None
    return CornerLogo(brand.logo, brand.logo_corner, clear_space=brand.logo_clear_space)


def logo_mark(timeline: Timeline, *shot_ids: str) -> LogoMark | None:
    """What a segment of these shots is asked to draw: a transition shows it where both do."""
    logo = timeline.corner_logo
    if logo is None or not all(logo.is_over(shot_id) for shot_id in shot_ids):
        return None
    return LogoMark(
        logo.image, logo.corner, logo.opacity, logo.clear_space, safe_box(timeline.size)
    )
