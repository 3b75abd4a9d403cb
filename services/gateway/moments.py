"""Faces and likeness to prompts, window by window, from what was seen now and then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.gateway.framed import Crop
from services.gateway.material import Photo, Stretch
from shared.recognition import TextEmbedding
from shared.similarity import prompt_similarity, similarities

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class WindowSight:
    """What is seen in W windows: float64 [W] each, points [W, 2] in shares of the source.

    `middles` are the faces', `centers` those of the crop that looks at them.
    `face` is the height of the largest face in the frame (0: none), `cut` the share of moments
    whose largest face is not wholly in a crop that looks at the faces' middle; `fits` by prompt.
    """

    face: FloatArray
    middles: FloatArray
    centers: FloatArray
    cut: FloatArray
    fits: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The moments of one item: when a face was looked for and where it was, and likenesses.

    `seconds` float64 [K] with `boxes` float64 [K, 4] (zeros without a face); `fits` are by prompt
    (seconds [L], likeness [L]). A photo has one moment at 0.
    """

    crop: Crop
    seconds: FloatArray
    boxes: FloatArray
    fits: Mapping[str, tuple[FloatArray, FloatArray]]

    def in_windows(self, starts: FloatArray, ends: FloatArray) -> WindowSight:
        """What is seen in windows from `starts` to `ends`, in the item's own seconds."""
        weights = _weights(self.seconds, starts, ends)
        fits = {
            prompt: _weights(seconds, starts, ends) @ likeness
            for prompt, (seconds, likeness) in self.fits.items()
        }
        shares = weights * (self.boxes[:, 3] > 0)
        share = shares.sum(axis=1)
        known = np.where(share > 0, share, 1.0)
        middles = self.boxes[:, :2] + self.boxes[:, 2:] / 2
        middle = (shares @ middles) / known[:, None]
        centers = self.crop.center(middle)
        held = self.crop.holds(self.boxes[None], centers[:, None])
        cut = (shares * ~held).sum(axis=1)
        face = np.where(share >= 0.5, (shares @ self.boxes[:, 3]) / known / self.crop.height, 0.0)
        return WindowSight(face, middle, centers, cut, fits)


def in_clip(stretch: Stretch, crop: Crop, prompts: Mapping[str, TextEmbedding]) -> Moments:
    """The moments of a stretch; without faces or labels there are none."""
    seconds, boxes = np.zeros(0), np.zeros((0, 4))
    if stretch.faces is not None:
        inside = _inside(stretch, stretch.faces.seconds)
        seconds = stretch.faces.seconds[inside]
        boxes = stretch.faces.boxes[inside].astype(np.float64)
    fits = {}
    if stretch.labels is not None:
        found = stretch.labels
        inside = _inside(stretch, found.seconds)
        for words, prompt in prompts.items():
            likeness = similarities(prompt, found.embeddings[inside], found.center)
            fits[words] = (found.seconds[inside], likeness.astype(np.float64))
    return Moments(crop, seconds, boxes, fits)


def in_photo(photo: Photo, crop: Crop, prompts: Mapping[str, TextEmbedding]) -> Moments:
    """The one moment of a photo."""
    seconds, boxes = np.zeros(0), np.zeros((0, 4))
    if photo.faces is not None and len(photo.faces.boxes):
        seconds, boxes = np.zeros(1), photo.faces.boxes[:1].astype(np.float64)
    fits = {}
    if photo.labels is not None:
        for words, prompt in prompts.items():
            likeness = np.array([prompt_similarity(prompt, photo.labels)])
            fits[words] = (np.zeros(1), likeness)
    return Moments(crop, seconds, boxes, fits)


def _inside(stretch: Stretch, seconds: FloatArray) -> NDArray[np.bool_]:
    inside = (seconds >= float(stretch.start_seconds)) & (seconds < float(stretch.end_seconds))
    if not inside.any() and len(seconds):  # a stretch between two looks: the nearest one
        middle = float(stretch.start_seconds + stretch.end_seconds) / 2
        inside[np.argmin(np.abs(seconds - middle))] = True
    return np.asarray(inside, np.bool_)


def _weights(seconds: FloatArray, starts: FloatArray, ends: FloatArray) -> FloatArray:
    """How much each moment counts in each window, float64 [W, K]; rows sum to 1 where K > 0.

    Where a window has no moment, the nearest to its middle speaks for it.
    """
    if not len(seconds):
        return np.zeros((len(starts), 0))
    inside = (seconds[None] >= starts[:, None]) & (seconds[None] < ends[:, None])
    nearest = np.abs(seconds[None] - (starts + ends)[:, None] / 2).argmin(axis=1)
    empty = ~inside.any(axis=1)
    inside[empty, nearest[empty]] = True
    return np.asarray(inside / inside.sum(axis=1, keepdims=True), np.float64)
