"""A logo in a corner of the picture: intended for a film, and as a segment is asked to draw it."""

from __future__ import annotations

from dataclasses import dataclass

from shared.brand import Corner
from shared.brief import Size
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.lettering import SafeBox
from shared.set_lines import Box

# Shares of the picture's short side: as high as a caption, as wide as half a line of it.
HEIGHT, WIDTH = 0.075, 0.24
MIN_OPACITY = 0.2


@dataclass(frozen=True, slots=True)
class CornerLogo:
    """A logo over the film, or over the `shots` with these ids.

    `image` is a picture with or without transparency. Around it `clear_space` of its height stays
    free of the picture's edges, 0 to 2; `opacity` is `MIN_OPACITY` to 1.
    """

    image: Digest
    corner: Corner = Corner.TOP_RIGHT
    shots: tuple[str, ...] = ()
    opacity: float = 1.0
    clear_space: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.clear_space <= 2 or not MIN_OPACITY <= self.opacity <= 1:
            raise InvalidInput(
                f"a logo with clear space {self.clear_space} and opacity {self.opacity}; expected "
                f"0 to 2 of its height, and {MIN_OPACITY} to 1"
            )

    def is_over(self, shot_id: str) -> bool:
        """Whether a shot shows it."""
        return not self.shots or shot_id in self.shots


@dataclass(frozen=True, slots=True)
class LogoMark:
    """The logo that a segment is asked to draw on all of its pictures."""

    image: Digest
    corner: Corner
    opacity: float
    clear_space: float
    safe: SafeBox


def mark_box(mark: LogoMark, size: Size, logo_size: tuple[int, int]) -> Box:
    """Where a logo of so many pixels stands: in its corner, inside the safe area, in whole pixels.

    It is as large as `HEIGHT` and `WIDTH` let it be. The nearest edges of the picture are at
    least the safe margin and its own clear space away.
    """
    short = min(size.width, size.height)
    scale = min(HEIGHT * short / logo_size[1], WIDTH * short / logo_size[0])
    width, height = max(2, round(scale * logo_size[0])), max(2, round(scale * logo_size[1]))
    clear = mark.clear_space * height
    left = max(mark.safe.left * size.width, clear)
    right = size.width - max(mark.safe.right * size.width, clear)
    top = max(mark.safe.top * size.height, clear)
    bottom = size.height - max(mark.safe.bottom * size.height, clear)
    is_left = mark.corner in (Corner.TOP_LEFT, Corner.BOTTOM_LEFT)
    is_top = mark.corner in (Corner.TOP_LEFT, Corner.TOP_RIGHT)
    x = round(left) if is_left else round(right) - width
    y = round(top) if is_top else round(bottom) - height
    return Box(x, y, x + width, y + height)
