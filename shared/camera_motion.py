"""How the camera moved in a video: pan, tilt, zoom and roll of every frame, and of any stretch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np

from shared.blobs import BlobStore
from shared.condition import load_condition
from shared.digest import Digest

VIDEO_CAMERA = "video.camera"

# Under this much motion at the picture's edge, in frame widths a second, a camera stands.
_STILL = 0.012
# Mean distance of a picture's points from its middle, in widths: what turns a zoom or a roll into
# motion that compares with a pan's.
_MEAN_RADIUS = 0.3
_MIN_FIT = 0.35
# Back and forth: less than this share of the way is in one direction.
_STEADY_SHARE = 0.4


class CameraMove(StrEnum):
    """What a camera does in a stretch, by its strongest part."""

    STILL = "still"
    PAN_LEFT = "pan left"
    PAN_RIGHT = "pan right"
    TILT_UP = "tilt up"
    TILT_DOWN = "tilt down"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    ROLL_CLOCKWISE = "roll clockwise"
    ROLL_COUNTERCLOCKWISE = "roll counterclockwise"
    HANDHELD = "handheld"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class CameraMotion:
    """Motion of the camera, not of what it sees, from the frame before: float32 [N] each.

    `pan` (right is positive) and `tilt` (up) in frame widths a second, as seen; `zoom` (in) in
    natural logarithms of size a second; `roll` (clockwise) in degrees a second. `fit` 0..1 is the
    share of the picture that moves so; where it is under 0.35 (a cut, a flash, a crowd) the
    others are 0. `pts` int64 [N] in `time_base`, frame 0 is 0.
    """

    time_base: Fraction
    pts: np.ndarray
    pan: np.ndarray
    tilt: np.ndarray
    zoom: np.ndarray
    roll: np.ndarray
    fit: np.ndarray

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> CameraMotion:
        """Read the condition that the encoder "video.camera" made."""
        manifest, tensors = load_condition(blobs, digest, VIDEO_CAMERA)
        return cls(time_base=Fraction(str(manifest.values["time_base"])), **tensors)

    def move(self, first: int, last: int) -> CameraMove:
        """What the camera does from frame `first` to frame `last` (inclusive)."""
        inside = np.arange(first + 1, last + 1)
        known = inside[self.fit[inside] >= _MIN_FIT]
        if not len(known) or 2 * len(known) < len(inside):
            return CameraMove.UNKNOWN if len(inside) else CameraMove.STILL
        ways = np.stack(
            [
                self.pan[known],
                self.tilt[known],
                self.zoom[known] * _MEAN_RADIUS,
                np.radians(self.roll[known]) * _MEAN_RADIUS,
            ]
        )
        means = ways.mean(axis=1)
        strongest = int(np.argmax(np.abs(means)))
        travelled = np.abs(ways).mean(axis=1)
        if travelled.max() < _STILL:
            return CameraMove.STILL
        if np.abs(means[strongest]) < _STEADY_SHARE * travelled.max():
            return CameraMove.HANDHELD
        return _MOVES[strongest][int(means[strongest] > 0)]


_MOVES = (
    (CameraMove.PAN_LEFT, CameraMove.PAN_RIGHT),
    (CameraMove.TILT_DOWN, CameraMove.TILT_UP),
    (CameraMove.ZOOM_OUT, CameraMove.ZOOM_IN),
    (CameraMove.ROLL_COUNTERCLOCKWISE, CameraMove.ROLL_CLOCKWISE),
)
