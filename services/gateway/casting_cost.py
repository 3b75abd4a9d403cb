"""What a film's cast is worth: content, neighbours, repeats. Pure functions over arrays.

A film is float64 [N, NUM_FEATURES], one row of `options.Options.features` a shot. The unit of all
weights is how well a window's motion fits the music (0..1).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.gateway.footage_curves import FloatArray, IntArray
from services.gateway.material import Photo, Stretch
from services.gateway.options import (
    FACE,
    FIRST,
    HEAD_DRIFT,
    HEAD_GAZE,
    ITEM,
    LAB,
    REFERENCE,
    STOP,
    TAIL_DRIFT,
    TAIL_GAZE,
    Catalogue,
)

COLOUR_CHANGE, COLOUR_SCALE = 0.3, 40.0
SAME_AS_BEFORE = (2.5, 0.8, 0.4)  # the same reference one, two, three shots ago
SAME_STRETCH_BEFORE = 1.0
NEAR_SHOTS, SHOWN_NEAR = 4, 12.0  # no window returns so soon while there is another
FRAMES_AGAIN = 8.0
PHOTO_AGAIN = 2.0
USED_MORE = 0.5
FIRST_USE = 0.8  # Whoever gives a reference wants to see it.
# Another window of a stretch looks much like the first; a long one has more to show.
STRETCH_AGAIN, STRETCH_SECONDS = 1.0, 6.0

# The same look and the same size of a face, in another window: the picture seems to jump.
JUMP_CUT, SAME_LOOK, SAME_SIZE = 0.8, 8.0, 0.25
REVERSED, ACTION_MATCH = 0.8, 0.5
_MOVING, _FULL_MOTION = 0.05, 0.25  # frame widths a second
GAZE_JUMP, FAR_GAZE, FAST_SECONDS = 0.8, 1 / 3, 1.0
# A face of the same size in the same place, in another world.
COMPOSITION_MATCH, SAME_PLACE = 0.5, 0.12
EYE_TRACE = 0.8  # a frame width: at any pacing a near place is found sooner than a far one

TERMS = ("content", "demands", "neighbours", "repeats", "variety")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What cuts cost (above 0) and gain, each an array of the same shape."""

    jump_cut: FloatArray
    reversed: FloatArray
    gaze_jump: FloatArray
    eye_trace: FloatArray
    action_match: FloatArray
    colour_change: FloatArray
    composition_match: FloatArray

    @property
    def gain(self) -> FloatArray:
        """All of it together."""
        gained = ACTION_MATCH * self.action_match + COLOUR_CHANGE * self.colour_change
        gained = gained + COMPOSITION_MATCH * self.composition_match
        lost = JUMP_CUT * self.jump_cut + REVERSED * self.reversed + GAZE_JUMP * self.gaze_jump
        lost = lost + EYE_TRACE * self.eye_trace
        return np.asarray(gained - lost, np.float64)


def between(one: FloatArray, other: FloatArray, is_fast: NDArray[np.bool_] | bool) -> Neighbours:
    """The cuts from shots to the next, each 0..1; rows [..., NUM_FEATURES] broadcast."""
    looks = _length(one[..., LAB] - other[..., LAB])
    sizes, others = one[..., FACE], other[..., FACE]
    are_faces = (sizes > 0) & (others > 0)
    ratio = np.abs(np.log(np.where(are_faces, sizes / np.where(are_faces, others, 1), 1)))
    same_size = np.where(are_faces, ratio < SAME_SIZE, (sizes == 0) & (others == 0))
    out, into = one[..., TAIL_DRIFT], other[..., HEAD_DRIFT]
    fast, faster = _length(out), _length(into)
    drive = np.clip((np.minimum(fast, faster) - _MOVING) / (_FULL_MOTION - _MOVING), 0, 1)
    product = out[..., 0] * into[..., 0] + out[..., 1] * into[..., 1]
    cosine = product / np.maximum(fast * faster, 1e-9)
    jump = _length(one[..., TAIL_GAZE] - other[..., HEAD_GAZE])
    return Neighbours(
        jump_cut=np.asarray(same_size & (looks < SAME_LOOK), np.float64),
        reversed=drive * np.clip(-cosine - 0.5, 0, 0.5) * 2,
        gaze_jump=np.where(is_fast, np.clip((jump - FAR_GAZE) / FAR_GAZE, 0, 1), 0.0),
        eye_trace=np.minimum(1.0, jump),
        action_match=drive * np.clip(cosine - 0.5, 0, 0.5) * 2,
        colour_change=np.minimum(1.0, looks / COLOUR_SCALE),
        composition_match=np.where(
            are_faces & (ratio < SAME_SIZE) & (looks >= SAME_LOOK),
            np.clip(1 - jump / SAME_PLACE, 0, 1),
            0.0,
        ),
    )


def _length(vectors: FloatArray) -> FloatArray:
    """Lengths of short vectors along the last axis; several times faster than numpy's norm."""
    total = vectors[..., 0] ** 2
    for axis in range(1, vectors.shape[-1]):
        total = total + vectors[..., axis] ** 2
    return np.asarray(np.sqrt(total), np.float64)


def nearness(before: FloatArray, options: FloatArray) -> FloatArray:
    """What it costs that the last shots (rows, the latest last) show the same: float64 [C]."""
    cost = np.zeros(len(options))
    for distance, row in enumerate(before[::-1][:NEAR_SHOTS]):
        if distance < len(SAME_AS_BEFORE):
            cost += SAME_AS_BEFORE[distance] * (options[:, REFERENCE] == row[REFERENCE])
        if distance == 0:
            cost += SAME_STRETCH_BEFORE * (options[:, ITEM] == row[ITEM])
        shared = np.minimum(options[:, STOP], row[STOP]) - np.maximum(options[:, FIRST], row[FIRST])
        cost += SHOWN_NEAR * np.clip(shared / (options[:, STOP] - options[:, FIRST]), 0, 1)
    return cost


class Usage:
    """How often what may be used: weights of repeats that depend on the material alone.

    `shot_seconds` is the mean length of the film's shots.
    """

    def __init__(self, catalogue: Catalogue, shot_seconds: float) -> None:
        self._catalogue = catalogue
        items = catalogue.items
        self.is_photo = np.array([isinstance(item, Photo) for item in items])
        seconds = [
            float(item.end_seconds - item.start_seconds) if isinstance(item, Stretch) else 0.0
            for item in items
        ]
        self._item_weight = STRETCH_AGAIN / np.maximum(1.0, np.array(seconds) / STRETCH_SECONDS)
        self._item_weight[self.is_photo] = PHOTO_AGAIN
        # A clip three times as long may be seen three times as often.
        fair = np.ones(len(catalogue.handles))
        np.add.at(fair, catalogue.reference_ids, np.array(seconds) / shot_seconds / 2)
        self._reference_weight = USED_MORE / np.maximum(1.0, fair - 1)
        photo_references = catalogue.reference_ids[self.is_photo]
        self._reference_weight[photo_references] = 0.0

    @cached_property
    def num_references(self) -> int:
        """How many references there are."""
        return len(self._catalogue.handles)

    def again(
        self, options: FloatArray, shown: NDArray[np.int16], references: IntArray, items: IntArray
    ) -> FloatArray:
        """What options gain (a first use) or cost by what was used before: float64 [C].

        `shown` [P] counts how often each place was shown, `references` and `items` uses.
        """
        total = np.concatenate([[0], np.cumsum(shown > 0)])
        first, stop = options[:, FIRST].astype(np.int64), options[:, STOP].astype(np.int64)
        which, item = options[:, REFERENCE].astype(np.int64), options[:, ITEM].astype(np.int64)
        frames = np.where(
            self.is_photo[item], 0.0, (total[stop] - total[first]) / np.maximum(1, stop - first)
        )
        gain: FloatArray = FIRST_USE * (references[which] == 0) - FRAMES_AGAIN * frames
        gain -= self._reference_weight[which] * references[which]
        return gain - self._item_weight[item] * items[item]

    def variety(self, film: FloatArray) -> tuple[float, FloatArray]:
        """What all uses together gain, and the share of each shot that was shown before [N]."""
        references = np.bincount(film[:, REFERENCE].astype(int), minlength=self.num_references)
        items = np.bincount(film[:, ITEM].astype(int), minlength=len(self.is_photo))
        gain = FIRST_USE * float((references > 0).sum())
        gain -= float((self._reference_weight * references * (references - 1) / 2).sum())
        gain -= float((self._item_weight * items * (items - 1) / 2).sum())
        return gain, self.repeats(film)

    def repeats(self, film: FloatArray) -> FloatArray:
        """The share of each shot whose source frames an earlier shot shows, 0..1; photos 0."""
        shown = np.zeros(self._catalogue.num_places, np.bool_)
        shares = np.zeros(len(film))
        spans = film[:, [FIRST, STOP]].astype(int)
        is_photo = self.is_photo[film[:, ITEM].astype(int)]
        for index, (first, stop) in enumerate(spans):
            if not is_photo[index]:
                shares[index] = shown[first:stop].mean()
                shown[first:stop] = True
        return shares


def film_terms(
    film: FloatArray,
    content: FloatArray,
    demands: FloatArray,
    is_fast: NDArray[np.bool_],
    usage: Usage,
) -> dict[str, float]:
    """What a whole film is worth, by `TERMS`; `is_fast` [N - 1] are its cuts at fast pacing."""
    gains = float(between(film[:-1], film[1:], is_fast).gain.sum())
    for distance in range(1, NEAR_SHOTS + 1):
        one, other = film[:-distance], film[distance:]
        if distance <= len(SAME_AS_BEFORE):
            same = one[:, REFERENCE] == other[:, REFERENCE]
            gains -= SAME_AS_BEFORE[distance - 1] * float(same.sum())
        if distance == 1:
            gains -= SAME_STRETCH_BEFORE * float((one[:, ITEM] == other[:, ITEM]).sum())
        shared = np.minimum(one[:, STOP], other[:, STOP])
        shared = shared - np.maximum(one[:, FIRST], other[:, FIRST])
        gains -= SHOWN_NEAR * float(
            np.clip(shared / (other[:, STOP] - other[:, FIRST]), 0, 1).sum()
        )
    variety, repeats = usage.variety(film)
    return {
        "content": float(content.sum()),
        "demands": float(demands.sum()),
        "neighbours": gains,
        "repeats": -FRAMES_AGAIN * float(repeats.sum()),
        "variety": variety,
    }
