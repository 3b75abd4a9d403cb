"""Words as the picture: a poster, a window onto moving colour, or rows that pass each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from services.generator.procedural.colors import Colors
from services.generator.procedural.fields import Floats
from services.generator.procedural.flow import Flow
from services.generator.procedural.letters import Line, repeated_row, set_lines
from services.generator.procedural.picture import Picture, Stage
from shared.brand import contrast

_READABLE, _SEEN = 4.5, 3.0  # WCAG 2, of text and of large text
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_NEAR_WHITE, _NEAR_BLACK = (0.92, 0.92, 0.90), (0.006, 0.006, 0.008)
_ENTER_SECONDS, _STAGGER_SECONDS = 0.42, 0.10
_ZOOM, _KICK_ZOOM = 0.045, 0.010
_FLOW_IN_WINDOW = 1.15
_BREATH = 0.10  # of a poster's ground is moving colour: plain paper, not a dead screen
_ROW_SECONDS = 14.0  # in which a row passes its own width
_DIM, _MOST_IN_A_ROW = 0.30, 12


class Words:
    """The lines of the request, large; which of three looks they have, the seed says."""

    def __init__(self, stage: Stage) -> None:
        looks: tuple[Callable[[Stage], _Look], ...] = (_Poster, _Window, _Rows)
        # A row shows only a part of a long text at a time.
        is_short = len(" ".join(stage.lines)) <= _MOST_IN_A_ROW
        weights = (0.3, 0.3, 0.4) if is_short else (0.5, 0.5, 0.0)
        self._look = looks[int(stage.rng.choice(len(looks), p=weights))](stage)

    def picture(self, index: int) -> Picture:
        """What a frame shows."""
        return self._look.picture(index)


class _Look:
    """What all looks share: the stage, and a slow zoom that beats nudge."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def picture(self, index: int) -> Picture:
        raise NotImplementedError

    def _zoomed(self, mask: NDArray[np.uint8], index: int) -> Floats:
        width, height = self._stage.size.width, self._stage.size.height
        share = index / max(1, self._stage.frames - 1)
        scale = 1 + _ZOOM * share + _KICK_ZOOM * float(self._stage.pulse.kick[index])
        shift = np.array(
            [[scale, 0, (1 - scale) * width / 2], [0, scale, (1 - scale) * height / 2]], np.float32
        )
        moved = cv2.warpAffine(mask, shift, (width, height), flags=cv2.INTER_LINEAR)
        return np.asarray(moved, np.float32) * np.float32(1 / 255)


class _Poster(_Look):
    """Ink on one colour that hardly moves; lines rise out of their own baselines."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._lines = set_lines(stage)
        pair = readable_pair(stage.colors, stage.rng)
        self._ground, self._ink = pair.ground, _plain(pair.ink)
        self._flow = Flow(stage)

    def picture(self, index: int) -> Picture:
        mask = risen(self._lines, self._stage, index)
        light = (1 - _BREATH) * self._ground + _BREATH * self._flow.light(index)
        return Picture(np.asarray(light, np.float32), self._ink, self._zoomed(mask, index))


class _Window(_Look):
    """Moving colour, seen through the letters on the ground's dark."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._lines = set_lines(stage)
        dark = stage.colors.all[int(np.argmin(_luminances(stage.colors)))]
        self._ground = _plain(np.asarray(dark * np.float32(0.45)))
        self._flow = Flow(_lit(stage, self._ground[0, 0]))

    def picture(self, index: int) -> Picture:
        mask = risen(self._lines, self._stage, index)
        light = self._flow.light(index) * np.float32(_FLOW_IN_WINDOW)
        return Picture(self._ground, light, self._zoomed(mask, index))


class _Rows(_Look):
    """One line in many rows that pass each other; the middle one stands out."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        text = " ".join(stage.lines)
        self._rows, self._row_height = repeated_row(stage, text)
        pair = readable_pair(stage.colors, stage.rng)
        self._ground = _plain(pair.ground)
        self._num_rows = -(-stage.size.height // self._row_height) + 1
        dim = pair.ground + np.float32(_DIM) * (pair.ink - pair.ground)
        self._bright = self._num_rows // 2 - (0 if self._num_rows % 2 else 1)
        colors = [
            np.asarray(pair.ink if row == self._bright else dim, np.float32)
            for row in range(self._num_rows)
        ]
        self._over = self._banded(colors)
        self._heading = float(stage.rng.choice([-1.0, 1.0]))

    def picture(self, index: int) -> Picture:
        width, height = self._stage.size.width, self._stage.size.height
        time = float(self._stage.pulse.time[index])
        mask = np.zeros((self._num_rows * self._row_height, width), np.uint8)
        period = self._rows.shape[1] // 2
        for row in range(self._num_rows):
            turn = self._heading * (1 if row % 2 else -1) * time / _ROW_SECONDS + 0.37 * row
            at = (turn % 1.0) * period
            shift = np.array([[1, 0, -at], [0, 1, 0]], np.float32)
            top = row * self._row_height
            moved = cv2.warpAffine(self._rows, shift, (width, self._row_height))
            mask[top : top + self._row_height] = np.asarray(moved, np.uint8)
        first = self._first_row(height)
        return Picture(self._ground, self._over, self._zoomed(mask[first : first + height], index))

    def _first_row(self, height: int) -> int:
        """So that the bright row is in the middle of the picture."""
        middle = self._bright * self._row_height + self._row_height // 2
        return int(np.clip(middle - height // 2, 0, self._num_rows * self._row_height - height))

    def _banded(self, colors: list[Floats]) -> Floats:
        height = self._stage.size.height
        first = self._first_row(height)
        rows = ((row + first) // self._row_height for row in range(height))
        band = np.stack([colors[min(row, len(colors) - 1)] for row in rows])
        return np.ascontiguousarray(np.repeat(band[:, None, :], 8, axis=1), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A ground and an ink that can be read on it, linear light, float32 [3]."""

    ground: Floats
    ink: Floats


def readable_pair(colors: Colors, rng: np.random.Generator) -> Pair:
    """Two colours of the palette with a contrast of 4.5 or more.

    Where no two are that far apart, black or white stands in for the ink.
    """
    levels = _luminances(colors)
    pairs = [
        (first, second)
        for first in range(len(levels))
        for second in range(len(levels))
        if contrast(levels[first], levels[second]) >= _READABLE
    ]
    if pairs:
        first, second = pairs[int(rng.integers(len(pairs)))]
        return Pair(np.asarray(colors.all[first]), np.asarray(colors.all[second]))
    ground = np.asarray(colors.ground)
    is_dark = contrast(levels[0], 1.0) >= contrast(levels[0], 0.0)
    return Pair(ground, np.asarray(_NEAR_WHITE if is_dark else _NEAR_BLACK, np.float32))


def risen(lines: list[Line], stage: Stage, index: int) -> NDArray[np.uint8]:
    """The letters at a frame, uint8 [H, W]: each line comes up behind its lower edge."""
    mask = np.zeros((stage.size.height, stage.size.width), np.uint8)
    seconds = index / stage.frame_rate
    for number, line in enumerate(lines):
        share = np.clip((seconds - number * _STAGGER_SECONDS) / _ENTER_SECONDS, 0, 1)
        height = line.ink.shape[0]
        hidden = round(float((1 - share) ** 3) * height)
        shown = line.ink[: height - hidden]
        rows = mask[line.top + hidden : line.top + height, line.left : line.left + line.width]
        np.maximum(rows, shown[: rows.shape[0], : rows.shape[1]], out=rows)
    return mask


def _luminances(colors: Colors) -> list[float]:
    return [float(color @ _LUMINANCE) for color in colors.all]


def _plain(color: Floats) -> Floats:
    return np.ascontiguousarray(np.broadcast_to(color, (8, 8, 3)), dtype=np.float32)


def _lit(stage: Stage, ground: Floats) -> Stage:
    """The stage with the colours that letters can be told by on a ground, at least two."""
    level = float(ground @ _LUMINANCE)
    seen = [
        color
        for color, own in zip(stage.colors.all, _luminances(stage.colors), strict=True)
        if contrast(own, level) >= _SEEN
    ]
    colors = [*seen, np.asarray(_NEAR_WHITE, np.float32), np.asarray(_NEAR_WHITE, np.float32)]
    kept = np.stack(colors[: max(2, len(seen))])
    return replace(stage, colors=Colors(np.asarray(kept, np.float32)))
