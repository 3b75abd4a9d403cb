"""How bright and how red the parts of each frame are, small enough to keep beside every segment.

Flashes are counted in blocks of 10 degrees of vision: 341 x 256 pixels where a film is shown as
large as 1024 x 768 pixels let it (WCAG 2.2, "general flash and red flash thresholds"). A cell is an
eighth of such a block wide and a sixth high, about 1.25 degrees.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.errors import InvalidInput

Uint8Array = NDArray[np.uint8]
FloatArray = NDArray[np.float32]

BLOCK_COLUMNS, BLOCK_ROWS = 8, 6
_SCREEN = (24, 18)  # cells of 1024 x 768 pixels
RED_RANGE = 320.0  # of (R - G - B) x 320
_SATURATED = 128
_MAX_TEXT_BYTES = 1 << 26


@dataclass(frozen=True, slots=True, eq=False)
class FlashGrids:
    """N frames of h x w cells: `luminance` float32 [N, h, w], 0..1 of white, in linear light.

    `red` float32 [N, h, w] is (R - G - B) x 320, 0 and more; `is_saturated` bool [N, h, w] says
    where R / (R + G + B) is at least 0.8.
    """

    luminance: FloatArray
    red: FloatArray
    is_saturated: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.luminance)


def grid_size(width: int, height: int) -> tuple[int, int]:
    """Columns and rows of cells for a picture of this size, as large as the screen lets it be."""
    scale = min(_SCREEN[0] / width, _SCREEN[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def grid_text(luminance: FloatArray, red: FloatArray, is_saturated: NDArray[np.bool_]) -> str:
    """Grids of N frames as text: "24x14:" and base64 of deflated bytes, two for each cell.

    Luminance is kept as its square root in 256 steps, red in 128.
    """
    count, rows, columns = luminance.shape
    bright = np.rint(np.sqrt(np.clip(luminance, 0, 1)) * 255).astype(np.uint8)
    reds = np.rint(np.clip(red / RED_RANGE, 0, 1) * 127).astype(np.uint8)
    cells = np.stack([bright, reds | np.where(is_saturated, _SATURATED, 0).astype(np.uint8)], 1)
    # What stands still is the same as the frame before: it takes next to nothing.
    steps = np.diff(cells.reshape(count, -1), axis=0, prepend=np.uint8(0)).astype(np.uint8)
    packed = base64.b64encode(zlib.compress(steps.tobytes(), 6)).decode("ascii")
    return f"{columns}x{rows}:{packed}"


def read_grids(text: str, num_frames: int) -> FlashGrids:
    """The grids of so many frames; raises `InvalidInput` for text that holds no such grids."""
    size, _, packed = text.partition(":")
    try:
        columns, rows = (int(part) for part in size.split("x"))
        data = zlib.decompressobj().decompress(
            base64.b64decode(packed, validate=True), _MAX_TEXT_BYTES
        )
        steps = np.frombuffer(data, np.uint8).reshape(num_frames, 2 * rows * columns)
    except (ValueError, zlib.error) as error:
        raise InvalidInput(f"no grids of {num_frames} frames: {error}") from error
    cells = np.cumsum(steps, axis=0, dtype=np.uint8).reshape(num_frames, 2, rows, columns)
    bright, reds = cells[:, 0], cells[:, 1]
    return FlashGrids(
        ((bright.astype(np.float32) / 255) ** 2).astype(np.float32),
        ((reds & 127).astype(np.float32) * np.float32(RED_RANGE / 127)),
        reds >= _SATURATED,
    )


def joined_grids(parts: list[FlashGrids]) -> FlashGrids:
    """Grids of several segments one after the other; all have the same size."""
    return FlashGrids(
        np.concatenate([part.luminance for part in parts]),
        np.concatenate([part.red for part in parts]),
        np.concatenate([part.is_saturated for part in parts]),
    )
