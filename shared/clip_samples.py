"""What is in a clip from moment to moment, typed: views over conditions for whoever directs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from shared.blobs import BlobStore
from shared.condition import load_condition
from shared.digest import Digest

if TYPE_CHECKING:
    import numpy as np

VIDEO_FACES = "video.faces"
VIDEO_LABELS = "video.labels"


@dataclass(frozen=True, slots=True, eq=False)
class ClipFaces:
    """Faces in a clip, about twice a second.

    `pts` int64 [K] in `time_base`, the clip's first frame is 0. `num_faces` int64 [K]; `boxes`
    float32 [K, 4] of the largest face: x, y, width, height in shares of the upright picture, zeros
    without one.
    """

    time_base: Fraction
    pts: np.ndarray
    num_faces: np.ndarray
    boxes: np.ndarray

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> ClipFaces:
        """Read the condition that the encoder "video.faces" made."""
        manifest, tensors = load_condition(blobs, digest, VIDEO_FACES)
        return cls(time_base=Fraction(str(manifest.values["time_base"])), **tensors)

    @property
    def seconds(self) -> np.ndarray:
        """When each moment is, float64 [K] in the clip's own seconds."""
        return self.pts.astype("float64") * float(self.time_base)


@dataclass(frozen=True, slots=True, eq=False)
class ClipLabels:
    """What is in a clip, about every two seconds, in the space of texts (`shared.similarity`).

    `pts` int64 [K] in `time_base`; `embeddings` float32 [K, 384] and `center` float32 [384] as in
    `Labels`, `names` one line a moment.
    """

    time_base: Fraction
    pts: np.ndarray
    embeddings: np.ndarray
    center: np.ndarray
    names: tuple[str, ...]

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> ClipLabels:
        """Read the condition that the encoder "video.labels" made."""
        manifest, tensors = load_condition(blobs, digest, VIDEO_LABELS)
        names = tuple(str(manifest.values["names"]).split("\n"))
        time_base = Fraction(str(manifest.values["time_base"]))
        return cls(time_base=time_base, names=names, **tensors)

    @property
    def seconds(self) -> np.ndarray:
        """When each moment is, float64 [K] in the clip's own seconds."""
        return self.pts.astype("float64") * float(self.time_base)
