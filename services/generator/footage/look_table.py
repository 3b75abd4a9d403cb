"""A chain of colours baked for YUV 4:2:0 planes: one gather for luma, one for chroma.

Luma is looked up by its own code and its block's chroma, chroma by its own codes and the block's
mean luma: what a pass through RGB 4:4:4 would give, at the resolution that 4:2:0 has. The tables
hold every luma code and every second chroma code, and are interpolated from exact nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.look.chain import Chain
from shared.look.primary import BLACK, CHROMA_HIGH, CHROMA_LOW, WHITE
from shared.media.color import Planes, Uint8Array

_BINS = 128  # of each chroma plane: two codes share one
_LUMA_BINS = 64  # for chroma, which follows luma but slowly
_NODES, _LUMA_NODES = 33, 65

_Table = NDArray[np.float32]
# A remap by whole places has no second map for the parts between them.
_NO_MAP = np.empty(0, np.int16)


@dataclass(frozen=True, slots=True, eq=False)
class LookTable:
    """What becomes of every code: rows are `u // 2 * 128 + v // 2`.

    `luma` uint8 [16384, 256] by luma code; `chroma` int16 [16384, 64, 2], by a quarter of the
    luma code, is added to u and v.
    """

    luma: Uint8Array
    chroma: NDArray[np.int16]

    @classmethod
    def of(cls, chain: Chain) -> LookTable:
        """Bake a chain; about 0.1 s."""
        nodes = _nodes(chain)
        centers = np.arange(_BINS) * 2 + 0.5
        columns = _along(_along(nodes, 0, centers, _NODES), 1, centers, _NODES)
        luma = _along(columns[..., 0], 2, np.arange(256.0), _LUMA_NODES)
        tops = np.arange(_LUMA_BINS) * (256 / _LUMA_BINS) + 1.5
        chroma = _along(columns[..., 1:], 2, tops, _LUMA_NODES)
        chroma = chroma - np.stack(np.meshgrid(centers, centers, indexing="ij"), -1)[:, :, None]
        return cls(
            np.clip(np.rint(luma), BLACK, WHITE).astype(np.uint8).reshape(-1, 256),
            np.rint(chroma).astype(np.int16).reshape(-1, _LUMA_BINS, 2),
        )

    def apply(self, picture: Planes) -> Planes:
        """The picture with its colours looked up, in limited range."""
        size = (picture.width // 2, picture.height // 2)
        rows = np.multiply(picture.u >> 1, np.int16(_BINS), dtype=np.int16) + (picture.v >> 1)
        small = np.asarray(cv2.resize(picture.y, size, interpolation=cv2.INTER_AREA), np.uint8)
        places = cv2.merge([(small >> 2).astype(np.int16), rows])
        shift = cv2.remap(self.chroma, places, _NO_MAP, cv2.INTER_NEAREST)
        full = cv2.resize(rows, (picture.width, picture.height), interpolation=cv2.INTER_NEAREST)
        places = cv2.merge([picture.y.astype(np.int16), full])
        luma = cv2.remap(self.luma, places, _NO_MAP, cv2.INTER_NEAREST)
        u, v = (
            np.clip(plane + shift[:, :, index], CHROMA_LOW, CHROMA_HIGH).astype(np.uint8)
            for index, plane in enumerate((picture.u, picture.v))
        )
        return Planes(np.asarray(luma, np.uint8), u, v)


def _nodes(chain: Chain) -> _Table:
    """Exact graded codes: float32 [u, v, y, 3] at codes 0, 8, ... 256 and 0, 4, ... 256."""
    chroma, luma = np.linspace(0, 256, _NODES), np.linspace(0, 256, _LUMA_NODES)
    u, v, y = np.meshgrid(chroma, chroma, luma, indexing="ij")
    return chain.on_yuv(np.stack([y, u, v], -1)).astype(np.float32)


def _along(table: _Table, axis: int, codes: NDArray[np.floating], nodes: int) -> _Table:
    """A table of nodes over 0..256 along an axis, interpolated at some codes there."""
    place = codes * ((nodes - 1) / 256)
    base = place.astype(np.intp)
    shape = [1] * table.ndim
    shape[axis] = -1
    part = (place - base).astype(np.float32).reshape(shape)
    below = table.take(base, axis)
    above = table.take(np.minimum(base + 1, nodes - 1), axis)
    above -= below
    above *= part
    above += below
    return above
