"""From a source picture to the delivery's picture: crop and scale on YUV planes, sub-pixel.

Pixel centres lie at half pixels: column x of an output `w` wide shows source column
`left + (x + 0.5) * scale - 0.5`. Chroma is sited on the left column and between the two rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from services.generator.footage.camera import CameraPath
from services.generator.footage.glide import Reach, glide, glide_chroma
from services.generator.footage.rect import Rect
from services.generator.footage.sharpen import sharpen
from services.generator.footage.turn import blurred, turned
from shared.brief import Size
from shared.media.color import Planes, Uint8Array
from shared.requests import Quality

# From here on linear interpolation would skip source pixels visibly; they are averaged first.
_AVERAGE_ABOVE = 1.25
# Below this many source pixels an output pixel, cubic is visibly better than linear; up to the
# number above it does no harm, and a slow camera would make linear's softness come and go.
_CUBIC_BELOW = 0.95
# The pool runs a process per core; more threads would only compete (and cost 10 % more CPU).
cv2.setNumThreads(1)


@dataclass(frozen=True, slots=True)
class Warp:
    """Renders views of pictures of one size for one shot.

    `scale` is source pixels an output pixel in the closest view.
    """

    path: CameraPath
    size: Size
    quality: Quality

    @property
    def scale(self) -> float:
        """Source pixels for each output pixel in the closest view."""
        return self.path.smallest_width / self.size.width

    def view(self, picture: Planes, rect: Rect) -> Planes:
        """What the camera sees of an upright picture through `rect`, in the delivery's size."""
        if self.path.is_still:
            seen = self._still_view(picture, rect)
        else:
            seen = self._moving_view(picture, rect)
        if rect.blur:
            seen = blurred(seen, rect.blur)
        if seen is picture or self.quality is Quality.DRAFT:
            return seen
        return Planes(sharpen(seen.y, 1 / self.scale), seen.u, seen.v)

    def _still_view(self, picture: Planes, rect: Rect) -> Planes:
        # Whole pixels do for a camera that stands, and a plain resize is several times faster.
        size = (self.size.width, self.size.height)
        if self.scale < 1:
            is_cubic = self.scale < _CUBIC_BELOW and self.quality is not Quality.DRAFT
            how = cv2.INTER_CUBIC if is_cubic else cv2.INTER_LINEAR
            luma = cv2.resize(_whole(picture.y, rect), size, interpolation=how)
            return Planes(np.asarray(luma, np.uint8), *_chroma(picture, rect, self.size))
        part = _even_part(picture, rect)
        if (part.width, part.height) == size:
            return part
        half = (size[0] // 2, size[1] // 2)
        return Planes(_area(part.y, size), _area(part.u, half), _area(part.v, half))

    def _moving_view(self, picture: Planes, rect: Rect) -> Planes:
        if self.scale > _AVERAGE_ABOVE:
            picture, rect = _shrink(picture, rect, self.scale)
        if rect.turn:
            return turned(picture, rect, self.size, is_cubic=self.quality is not Quality.DRAFT)
        u, v = _chroma(picture, rect, self.size)
        return Planes(self._moving_luma(picture.y, rect), u, v)

    def _moving_luma(self, plane: Uint8Array, rect: Rect) -> Uint8Array:
        width, height = self.size.width, self.size.height
        if self._glides():
            across = Reach(rect.left, rect.width, width)
            return glide(plane, across, Reach(rect.top, rect.height, height))
        scale_x, scale_y = rect.width / width, rect.height / height
        placement = np.array(
            [
                [scale_x, 0, rect.left + 0.5 * scale_x - 0.5],
                [0, scale_y, rect.top + 0.5 * scale_y - 0.5],
            ]
        )
        return _affine(plane, placement, width, height)

    def _glides(self) -> bool:
        # For a whole shot or not at all: crispness that changes under way would be seen.
        closest = 1.0 if self.scale > _AVERAGE_ABOVE else self.scale
        widest = closest * self.path.largest_width / self.path.smallest_width
        is_useful = self.scale < _CUBIC_BELOW or widest <= _AVERAGE_ABOVE
        return self.quality is not Quality.DRAFT and is_useful


def _chroma(picture: Planes, rect: Rect, size: Size) -> tuple[Uint8Array, Uint8Array]:
    # Sited on the left column of its pair: a quarter of a chroma pixel left of its middle, before
    # and after scaling.
    left = rect.left / 2 + (1 - rect.width / size.width) / 4
    across = Reach(left, rect.width / 2, size.width // 2)
    down = Reach(rect.top / 2, rect.height / 2, size.height // 2)
    return glide_chroma((picture.u, picture.v), across, down)


def _affine(plane: Uint8Array, placement: np.ndarray, width: int, height: int) -> Uint8Array:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(
        plane, placement, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, np.uint8)


def _whole(plane: Uint8Array, rect: Rect) -> Uint8Array:
    left, top = round(rect.left), round(rect.top)
    return plane[top : top + max(1, round(rect.height)), left : left + max(1, round(rect.width))]


def _even_part(picture: Planes, rect: Rect) -> Planes:
    half = Rect(rect.left / 2, rect.top / 2, rect.width / 2, rect.height / 2)
    u, v = _whole(picture.u, half), _whole(picture.v, half)
    left, top = 2 * round(half.left), 2 * round(half.top)
    return Planes(picture.y[top : top + 2 * u.shape[0], left : left + 2 * u.shape[1]], u, v)


def _shrink(picture: Planes, rect: Rect, scale: float) -> tuple[Planes, Rect]:
    width, height = round(picture.width / scale / 2) * 2, round(picture.height / scale / 2) * 2
    half = (width // 2, height // 2)
    small = Planes(
        _area(picture.y, (width, height)), _area(picture.u, half), _area(picture.v, half)
    )
    across, down = width / picture.width, height / picture.height
    moved = replace(
        rect,
        left=rect.left * across,
        top=rect.top * down,
        width=rect.width * across,
        height=rect.height * down,
    )
    return small, moved


def _area(plane: Uint8Array, size: tuple[int, int]) -> Uint8Array:
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
