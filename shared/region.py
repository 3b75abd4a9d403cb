"""A region of a picture that an edit may change: a box, a polygon, or what somebody painted.

Points are shares of the upright picture, 0..1 from its left and top. A box is a polygon of four
points; a painted region is a picture of exactly the clip's size, white where it may change.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.digest import Digest
from shared.errors import InvalidInput

Point = tuple[float, float]
MAX_POINTS = 256
MAX_FEATHER = 0.25
_BOX = ("x", "y", "width", "height")
ACCEPTS = (
    'a box {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4}, a polygon {"points": [[0.1, 0.2], '
    '...]} or what is painted white in a picture {"painted": "@mask"}; "feather" may be 0 to '
    f"{MAX_FEATHER:g}"
)


@dataclass(frozen=True, slots=True)
class Region:
    """Either `points` of a polygon (at least 3) or a `painted` picture's blob.

    `feather` is how far inside its edge the change comes in fully, as a share of the shorter side
    of the picture. Outside, nothing changes, with any feather.
    """

    points: tuple[Point, ...] = ()
    painted: Digest | None = None
    feather: float = 0.02

    def __post_init__(self) -> None:
        if bool(self.points) == (self.painted is not None):
            raise InvalidInput("a region has points or a painted picture; expected either")
        if self.points:
            _check_points(self.points)
        if not 0 <= self.feather <= MAX_FEATHER:
            raise InvalidInput(f"feather {self.feather:g}: expected 0 to {MAX_FEATHER:g}")


def box(x: float, y: float, width: float, height: float, feather: float = 0.02) -> Region:
    """A rectangle by its left upper corner and its size."""
    right, bottom = min(1.0, x + width), min(1.0, y + height)
    return Region(((x, y), (right, y), (right, bottom), (x, bottom)), feather=feather)


def read_region(value: Any, blobs: Mapping[str, Digest]) -> Region:
    """A region of a JSON value; `blobs` are pictures by their handle, for painted ones.

    Raises `InvalidInput` that names what was found and what is accepted.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput(f"region {_shown(value)}: expected {ACCEPTS}")
    fields = dict(value)
    feather = _number(fields.pop("feather", 0.02), "feather")
    names = sorted(map(str, fields))
    if names == sorted(_BOX):
        x, y, width, height = (_number(fields[name], name) for name in _BOX)
        if not (width > 0 and height > 0 and x + width <= 1 + 1e-9 and y + height <= 1 + 1e-9):
            raise InvalidInput(
                f"region of {width:g} x {height:g} at ({x:g}, {y:g}): expected a box within 0 to 1"
            )
        return box(x, y, width, height, feather)
    if names == ["points"]:
        return Region(_points(fields["points"]), feather=feather)
    if names == ["painted"]:
        handle = str(fields["painted"]).removeprefix("@")
        if handle not in blobs:
            known = ", ".join(f"@{one}" for one in sorted(blobs)) or "none"
            raise InvalidInput(f"region painted in @{handle}: expected a picture of {known}")
        return Region(painted=blobs[handle], feather=feather)
    raise InvalidInput(f"region with {', '.join(names) or 'nothing'}: expected {ACCEPTS}")


def _points(value: Any) -> tuple[Point, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise InvalidInput(f"points {_shown(value)}: expected a list of [x, y]")
    points = []
    for item in value:
        if not isinstance(item, Sequence) or isinstance(item, str) or len(item) != 2:
            raise InvalidInput(f"point {_shown(item)}: expected [x, y]")
        points.append((_number(item[0], "x"), _number(item[1], "y")))
    if not points:
        raise InvalidInput("a region of 0 points: expected at least 3")
    return tuple(points)


def _check_points(points: tuple[Point, ...]) -> None:
    if not 3 <= len(points) <= MAX_POINTS:
        raise InvalidInput(f"a region of {len(points)} points: expected 3 to {MAX_POINTS}")
    for x, y in points:
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise InvalidInput(f"point ({x:g}, {y:g}): expected 0 to 1")
    area = sum(
        x * y_next - x_next * y
        for (x, y), (x_next, y_next) in zip(points, (*points[1:], points[0]), strict=True)
    )
    if abs(area) < 1e-6:
        raise InvalidInput("a region without any area: expected points that enclose some")


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidInput(f"{name} {_shown(value)}: expected a number")
    return float(value)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
