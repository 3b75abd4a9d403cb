"""Everything that could fill a slot of some length: windows of clips, and photos, with features.

Knows nothing about what was shown before, nor about neighbours: features are what a cast would
bring, costs are elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from services.gateway.footage_curves import FloatArray, FootageCurves, IntArray
from services.gateway.framed import Crop
from services.gateway.material import Material, Photo, Stretch
from services.gateway.moments import in_clip, in_photo
from shared.recognition import TextEmbedding

_MAX_WINDOWS, _MAX_WINDOWS_PER_STRETCH, _MIN_WINDOWS_PER_STRETCH = 2000, 400, 12
_EPSILON_SECONDS = 1e-6
# The part of a window that its neighbour meets.
_EDGE_SECONDS = 0.3
_SOFT_QUANTILE = 0.25
# A camera slower than this at a cut has arrived; one faster than the other has not at all.
_ARRIVED, _RUNNING = 0.06, 0.3

# Columns of `Options.features`: gaze (x, y in the frame) and drift (frame widths a second) at the
# head and the tail, height of the face, mean colour, what it is and which places it covers.
HEAD_GAZE, HEAD_DRIFT, TAIL_GAZE, TAIL_DRIFT = slice(0, 2), slice(2, 4), slice(4, 6), slice(6, 8)
FACE, LAB, REFERENCE, ITEM, FIRST, STOP = 8, slice(9, 12), 12, 13, 14, 15
NUM_FEATURES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """Windows and photos for slots of one length: C of them, stretches first, in order.

    `frames` int64 is the source frame that each begins with, `starts` and `ends` seconds of the
    clip. `motion`, `sharpness` are ranks 0..1 in the material, `luma` 0..1. `is_soft` is in the
    bottom quarter of its clip's windows by sharpness; `unfinished` 0..1 ends inside a camera
    move; `cut_faces` 0..1 is the share of moments with a face partly outside the frame; `fits`
    -1..1 are by prompt. `features` float64 [C, NUM_FEATURES].
    """

    frames: IntArray
    starts: FloatArray
    ends: FloatArray
    motion: FloatArray
    sharpness: FloatArray
    luma: FloatArray
    is_soft: NDArray[np.bool_]
    unfinished: FloatArray
    cut_faces: FloatArray
    fits: Mapping[str, FloatArray]
    features: FloatArray


class Catalogue:
    """All options of a material; those of equal length are worked out once.

    `film_aspect` is the film's width over height, None for each source's own. `items` are the
    stretches, then the photos; `reference_ids` int64 are the places of their handles among
    `handles`. Frames of clips, and photos, each have a place: `num_places` in all.
    """

    def __init__(
        self,
        material: Material,
        film_aspect: float | None = None,
        prompts: Mapping[str, TextEmbedding] | None = None,
    ) -> None:
        self.material = material
        self.curves = FootageCurves(material.stretches)
        self.items: tuple[Stretch | Photo, ...] = (*material.stretches, *material.photos)
        self.handles = tuple(dict.fromkeys(item.reference.handle for item in self.items))
        ids = [self.handles.index(item.reference.handle) for item in self.items]
        self.reference_ids = np.array(ids, np.int64)
        self.num_places = int(self.curves.offsets[-1]) + len(material.photos)
        photos = material.photos
        self._motions = np.sort(
            [*self.curves.half_second_means("motion"), *(item.motion for item in photos)]
        )
        self._sharpnesses = np.sort(
            [*self.curves.half_second_means("sharpness"), *(p.style.sharpness for p in photos)]
        )
        crops = [Crop.of(item.aspect, film_aspect or item.aspect) for item in self.items]
        words = prompts or {}
        self._moments = [
            in_clip(item, crop, words) if isinstance(item, Stretch) else in_photo(item, crop, words)
            for item, crop in zip(self.items, crops, strict=True)
        ]
        self._indices = {_identity(item): index for index, item in enumerate(self.items)}
        self._known: dict[Fraction, Options] = {}

    def options(self, length: Fraction) -> Options:
        """All that could fill a slot of `length` seconds; windows at their own speed."""
        if length not in self._known:
            windows = [self._windows(index, float(length)) for index in self._clip_indices()]
            photos = np.arange(len(self.material.stretches), len(self.items))
            items = np.concatenate(
                [*(np.full(len(found), i) for i, found in enumerate(windows)), photos]
            ).astype(np.int64)
            places = np.concatenate([np.zeros(0, np.int64), *windows])
            starts = self.curves.times[places]
            self._known[length] = self._described(items, places, starts, starts + float(length))
        return self._known[length]

    def option(self, item: Stretch | Photo, start: Fraction, seconds: Fraction) -> Options:
        """The one option that shows an item from `start` for so many seconds of its own."""
        # By what it is, for the same clip may have been seen anew for another take.
        index = self._indices[_identity(item)]
        if isinstance(item, Photo):
            nothing = np.zeros(0)
            return self._described(np.array([index]), nothing.astype(np.int64), nothing, nothing)
        place = int(self.curves.offsets[index]) + item.frame_at(start) - item.first
        starts = np.array([float(start)])
        return self._described(
            np.array([index]), np.array([place]), starts, starts + float(seconds)
        )

    def _clip_indices(self) -> range:
        return range(len(self.material.stretches))

    def _windows(self, index: int, length: float) -> IntArray:
        """Places of the first frames of a stretch's windows, evenly spread if there are many."""
        first, stop = self.curves.offsets[index], self.curves.offsets[index + 1]
        times = self.curves.times[first:stop]
        fits = np.flatnonzero(times + length <= self.curves.ends[index] + _EPSILON_SECONDS)
        most = _MAX_WINDOWS // max(1, len(self.material.stretches))
        most = min(_MAX_WINDOWS_PER_STRETCH, max(_MIN_WINDOWS_PER_STRETCH, most))
        if len(fits) > most:
            fits = fits[np.linspace(0, len(fits) - 1, most).round().astype(np.int64)]
        return np.asarray(fits + first, np.int64)

    def _described(
        self, items: IntArray, places: IntArray, starts: FloatArray, ends: FloatArray
    ) -> Options:
        """The features of windows (`places` and times [W]) and of the photos after them."""
        windows = len(places)
        clips, photos = items[:windows], [self.items[i] for i in items[windows:]]
        stops = self._stops(clips, places, ends)
        motion = self.curves.mean("motion", places, stops)
        sharpness = self.curves.mean("sharpness", places, stops)
        luma = self.curves.mean("luma", places, stops)
        shot = [item for item in photos if isinstance(item, Photo)]
        still = np.zeros(len(shot))
        features, cut, fits = self._features(items, places, stops, starts, ends)
        numbers = [self.items[i] for i in clips]
        firsts = np.array([item.first for item in numbers if isinstance(item, Stretch)], np.int64)
        return Options(
            frames=np.concatenate([places - self.curves.offsets[clips] + firsts, still]).astype(
                np.int64
            ),
            starts=np.concatenate([starts, still]),
            ends=np.concatenate([ends, still]),
            motion=_rank(self._motions, np.concatenate([motion, [item.motion for item in shot]])),
            sharpness=_rank(
                self._sharpnesses, np.concatenate([sharpness, [p.style.sharpness for p in shot]])
            ),
            luma=np.concatenate([luma, [float(p.style.lab_mean[0]) / 100 for p in shot]]),
            is_soft=np.concatenate(
                [_soft(self.reference_ids[clips], sharpness), still.astype(bool)]
            ),
            unfinished=np.concatenate([self._unfinished(clips, stops), still]),
            cut_faces=cut,
            fits=fits,
            features=features,
        )

    def _stops(self, clips: IntArray, places: IntArray, ends: FloatArray) -> IntArray:
        """The place after the last frame that each window shows."""
        stops = np.zeros(len(places), np.int64)
        for index in np.unique(clips):
            mine = clips == index
            first, stop = self.curves.offsets[index], self.curves.offsets[index + 1]
            times = self.curves.times[first:stop]
            stops[mine] = first + np.searchsorted(times, ends[mine] - _EPSILON_SECONDS)
        return np.maximum(stops, places + 1)

    def _edge_frames(self, clips: IntArray) -> IntArray:
        return np.maximum(1, np.round(_EDGE_SECONDS / self.curves.steps[clips])).astype(np.int64)

    def _unfinished(self, clips: IntArray, stops: IntArray) -> FloatArray:
        edge, last = self._edge_frames(clips), self.curves.offsets[clips + 1]
        before = self.curves.mean("flow", np.maximum(stops - edge, 0), stops)
        # Where the stretch ends with the window, whoever filmed it has ended the move.
        after = self.curves.mean(
            "flow", np.minimum(stops, last - 1), np.minimum(stops + edge, last)
        )
        goes_on = (stops < last) & (np.sum(before * after, axis=1) > 0)
        speed = np.minimum(np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1))
        running = np.clip((speed - _ARRIVED) / (_RUNNING - _ARRIVED), 0, 1)
        return np.where(goes_on, running, 0.0)

    def _features(
        self,
        items: IntArray,
        places: IntArray,
        stops: IntArray,
        starts: FloatArray,
        ends: FloatArray,
    ) -> tuple[FloatArray, FloatArray, dict[str, FloatArray]]:
        """Features [C, NUM_FEATURES], share of cut faces [C], and likeness by prompt [C]."""
        windows = len(places)
        clips = items[:windows]
        features = np.zeros((len(items), NUM_FEATURES))
        edge = self._edge_frames(clips)
        heads, tails = np.minimum(places + edge, stops), np.maximum(stops - edge, places)
        features[:windows, HEAD_GAZE] = self.curves.mean("gaze", places, heads)
        features[:windows, TAIL_GAZE] = self.curves.mean("gaze", tails, stops)
        features[:windows, HEAD_DRIFT] = self.curves.drift(places, heads)
        features[:windows, TAIL_DRIFT] = self.curves.drift(tails, stops)
        features[:, LAB] = np.array([self.items[i].lab for i in items]).reshape(-1, 3)
        features[:, REFERENCE], features[:, ITEM] = self.reference_ids[items], items
        first_photo = int(self.curves.offsets[-1]) - len(self.material.stretches)
        features[:windows, FIRST], features[:windows, STOP] = places, stops
        features[windows:, FIRST] = items[windows:] + first_photo
        features[windows:, STOP] = items[windows:] + first_photo + 1
        cut = np.zeros(len(items))
        fits: dict[str, FloatArray] = {}
        times = np.zeros((2, len(items)))
        times[0, :windows], times[1, :windows] = starts, ends
        for index in np.unique(items):
            mine = np.flatnonzero(items == index)
            item, moments = self.items[index], self._moments[index]
            if isinstance(item, Photo):
                gaze = np.array([item.style.saliency_x, item.style.saliency_y])
                features[mine, HEAD_GAZE] = features[mine, TAIL_GAZE] = gaze
            seen = moments.in_windows(*times[:, mine])
            is_face = (seen.face > 0)[:, None]
            centers = np.where(
                is_face,
                seen.centers,
                moments.crop.center((features[mine, HEAD_GAZE] + features[mine, TAIL_GAZE]) / 2),
            )
            for gaze_columns in (HEAD_GAZE, TAIL_GAZE):
                points = np.where(is_face, seen.middles, features[mine, gaze_columns])
                features[mine, gaze_columns] = moments.crop.place(points, centers)
            features[mine, FACE], cut[mine] = seen.face, seen.cut
            for words, likeness in seen.fits.items():
                fits.setdefault(words, np.zeros(len(items)))[mine] = likeness
        return features, cut, fits


def _identity(item: Stretch | Photo) -> tuple[str, int]:
    return item.reference.handle, item.first if isinstance(item, Stretch) else -1


def _soft(references: IntArray, sharpness: FloatArray) -> NDArray[np.bool_]:
    """Which windows are in the bottom quarter of their clip's; those of a lone window are not."""
    soft = np.zeros(len(sharpness), np.bool_)
    for reference in np.unique(references):
        mine = references == reference
        soft[mine] = sharpness[mine] < np.quantile(sharpness[mine], _SOFT_QUANTILE)
    return soft


def _rank(ordered: FloatArray, values: FloatArray) -> FloatArray:
    """Share of the ordered values that are smaller, 0..1."""
    ranks: FloatArray = np.searchsorted(ordered, values, side="left") / max(1, len(ordered))
    return ranks
