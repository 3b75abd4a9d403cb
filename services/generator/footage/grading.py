"""Grading on YUV planes: one table for luma, one sum for each plane of chroma.

What needs more than that (an input table, a style, a look) is baked with them into a `LookTable`.
What the numbers of a grade mean is in `shared.look.primary`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from services.generator.footage.look_table import LookTable
from shared.blobs import BlobStore
from shared.digest import Digest
from shared.look.chain import load_chain
from shared.look.primary import BLACK, CHROMA_HIGH, CHROMA_LOW, GRAY, Primary
from shared.media.color import Planes, Uint8Array
from shared.requests import RenderRequest
from shared.shot import Grade

_MAX_KNOWN_TABLES = 4  # of 8 MB each; shots of one film often share theirs
_tables: dict[tuple[Grade, Digest | None], LookTable] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Grading:
    """A grade made ready for many pictures; `luma` is a table of 256 codes.

    With `table` it is applied instead of the numbers, which are baked into it.
    """

    luma: Uint8Array
    primary: Primary
    is_neutral: bool
    table: LookTable | None = None

    @classmethod
    def of(cls, grade: Grade) -> Grading:
        """The numbers of a grade, without its style and look; its values are in their ranges."""
        primary = Primary.of(grade)
        codes = np.rint(primary.luma(np.arange(256.0))).astype(np.uint8)
        return cls(codes, primary, primary.is_neutral)

    @classmethod
    def load(cls, request: RenderRequest, blobs: BlobStore) -> Grading:
        """The whole grading of a shot; raises `InvalidInput` and `MissingBlob` for its tables."""
        grading, grade = cls.of(request.grade), request.grade
        if request.input_lut is None and grade.style is None and grade.look is None:
            return grading
        table = _table(blobs, grade, request.input_lut)
        return cls(grading.luma, grading.primary, False, table)

    def apply(self, picture: Planes) -> Planes:
        """The graded picture, in limited range; the very same one for the default grade."""
        if self.is_neutral:
            return picture
        if self.table is not None:
            return self.table.apply(picture)
        luma = np.asarray(cv2.LUT(picture.y, self.luma), np.uint8)
        size = (picture.width // 2, picture.height // 2)
        warm_u, warm_v = self.primary.warm_u, self.primary.warm_v
        small = cv2.resize(luma, size, interpolation=cv2.INTER_AREA) if warm_u or warm_v else luma
        small = np.asarray(small, np.uint8)
        u = self._chroma(picture.u, small, warm_u)
        return Planes(luma, u, self._chroma(picture.v, small, warm_v))

    def _chroma(self, plane: Uint8Array, luma: Uint8Array, warm: float) -> Uint8Array:
        gain = self.primary.chroma_gain
        offset = GRAY * (1 - gain) - BLACK * warm
        if warm:
            graded = cv2.addWeighted(plane, gain, luma, warm, offset)
            return np.asarray(np.clip(graded, CHROMA_LOW, CHROMA_HIGH), np.uint8)
        levels = np.rint(np.arange(256) * gain + offset)
        table = np.clip(levels, CHROMA_LOW, CHROMA_HIGH).astype(np.uint8)
        return np.asarray(cv2.LUT(plane, table), np.uint8)


def _table(blobs: BlobStore, grade: Grade, input_lut: Digest | None) -> LookTable:
    known = _tables.get((grade, input_lut))
    if known is None:
        known = LookTable.of(load_chain(blobs, grade, input_lut))
        if len(_tables) >= _MAX_KNOWN_TABLES:
            _tables.pop(next(iter(_tables)))
        _tables[grade, input_lut] = known
    return known
