"""Where a camera looks so that its subject stays whole: still, following, or over a fill. Pure.

The calmest that works is taken: a crop that stands; one that follows; the whole picture, or as much
of it as the subject needs, over a blurred fill of itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.gateway.follow import Wanted, follow_way, speed_of
from services.gateway.framed import Crop, FloatArray, with_head
from services.gateway.material import Photo, Stretch
from shared.brief import Role, Size
from shared.shot import Fit, Framing, Move, MoveKind, Waypoint

# A crop that keeps so much of each side shows what there is; nothing has to be followed.
_NEARLY_ALL = 0.85
# What is looked at without a face may wander over so much of the crop before it is followed.
_WANDER = 0.3
_SMOOTH_SECONDS = 1.0
# Crops a second: faster is a whip. What only looks salient may jump, a face does not.
_FACE_SPEED, _SALIENT_SPEED = 0.7, 0.35
_SHOWN_TWO = 0.5  # a second face so much smaller than the first is part of the background
_KEPT_PRODUCT = 0.75
# A fill's picture moves a little, and its subject has room for that.
_FILL_MOVE, _AIR = 0.06, 1.1
# Few sizes: windows that differ a little from shot to shot look like mistakes.
_FILL_ZOOMS = (1.0, 1.5, 2.0, 2.5, 3.0)
_ZOOMING = (MoveKind.PUSH_IN, MoveKind.PULL_OUT)
# The window of a clip may slip so far afterwards; the way goes on there.
_SLIP_SECONDS = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """The largest face in a window: `seconds` float64 [K], `boxes` float64 [K, 4].

    `share` is at how many of the looks there was one, 0..1.
    """

    seconds: FloatArray
    boxes: FloatArray
    share: float


def face_track(stretch: Stretch, start: float, end: float) -> Track:
    """The faces of a stretch from `start` to `end` seconds of its clip, and just beside them."""
    if stretch.faces is None or not len(stretch.faces.pts):
        return Track(np.zeros(0), np.zeros((0, 4)), 0.0)
    times = stretch.faces.seconds
    near = _looked(times, start, end)
    near &= (times >= float(stretch.start_seconds)) & (times < float(stretch.end_seconds))
    boxes = stretch.faces.boxes[near].astype(np.float64)
    seen = boxes[:, 3] > 0
    share = float(seen.mean()) if len(seen) else 0.0
    return Track(times[near][seen], boxes[seen], share)


def aim_at_clip(
    stretch: Stretch, start: float, end: float, size: Size, framing: Framing, move: Move
) -> tuple[Framing, Move]:
    """The framing and move of a window, changed where the crop would cut or lose the subject."""
    crop = Crop.of(stretch.aspect, size.width / size.height, framing.zoom)
    if min(crop.width, crop.height) >= _NEARLY_ALL:
        return framing, move
    track = face_track(stretch, start, end)
    if track.share >= 0.5:
        return _on_face(stretch, track, (start, end), size, framing, move)
    wanted = _salient(stretch, start, end, crop)
    if wanted is None:
        return framing, move
    still = wanted.still()
    if still is not None:
        return _centred(framing, crop.center(_beside(still, track, crop))), move
    way = follow_way(wanted, crop, *_slipped(stretch, start, end))
    if speed_of(way, crop) > _SALIENT_SPEED or len(track.boxes):
        middle = crop.center(np.median(wanted.targets, axis=0))
        return _centred(framing, _beside(middle, track, crop)), move
    return _following(framing, way), Move()


def aim_at_photo(photo: Photo, size: Size, framing: Framing, move: Move) -> tuple[Framing, Move]:
    """The framing and move over a photo, the whole of it over a fill where a crop loses it."""
    crop = Crop.of(photo.aspect, size.width / size.height)
    needed = _needed_of(photo, crop)
    if needed is None:
        return framing, move
    return _filled(photo.aspect, size, needed, framing, move)


def shown_crop(source_aspect: float, size: Size, framing: Framing, closer: float = 1.0) -> Crop:
    """What of its source a framing shows, as a crop; `closer` as a move may go in."""
    film = size.width / size.height
    if framing.fit is Fit.CROP:
        return Crop.of(source_aspect, film, framing.zoom * closer)
    # A fill's window grows with the zoom along one side, and is cropped along the other.
    wide = min(1.0, film / source_aspect), min(1.0, source_aspect / film)
    if wide[0] < 1:
        width, height = min(1.0, max(wide[0], 1 / framing.zoom)), 1.0
    else:
        width, height = 1.0, min(1.0, max(wide[1], 1 / framing.zoom))
    return Crop(width / closer, height / closer)


def _on_face(
    stretch: Stretch,
    track: Track,
    window: tuple[float, float],
    size: Size,
    framing: Framing,
    move: Move,
) -> tuple[Framing, Move]:
    film = size.width / size.height
    for candidate in dict.fromkeys((move, Move())):
        closer = 1 / (1 - candidate.amount) if candidate.kind in _ZOOMING else 1.0
        crop = Crop.of(stretch.aspect, film, framing.zoom * closer)
        for boxes in (with_head(track.boxes), track.boxes):
            still = _around(track.seconds, boxes, crop).still()
            if still is not None:
                return _centred(framing, still), candidate
    crop = Crop.of(stretch.aspect, film, framing.zoom)
    ends = _slipped(stretch, *window)
    for boxes in (with_head(track.boxes), track.boxes):
        way = follow_way(_around(track.seconds, boxes, crop), crop, *ends)
        if speed_of(way, crop) <= _FACE_SPEED and _holds(way, track, crop):
            return _following(framing, way), Move()
    heads = with_head(track.boxes)
    first, last = heads[:, :2].min(axis=0), (heads[:, :2] + heads[:, 2:]).max(axis=0)
    needed = np.concatenate([first, last - first])
    return _filled(stretch.aspect, size, needed, framing, Move())


def _holds(way: tuple[Waypoint, ...], track: Track, crop: Crop) -> bool:
    seconds = [float(point.seconds) for point in way]
    centers = np.stack(
        [
            np.interp(track.seconds, seconds, [getattr(point, axis) for point in way])
            for axis in ("x", "y")
        ],
        axis=1,
    )
    return bool(crop.holds(track.boxes, centers).all())


def _around(seconds: FloatArray, boxes: FloatArray, crop: Crop) -> Wanted:
    """Bounds that keep boxes whole; of one larger than the crop, its middle (and upper part)."""
    size = np.array([crop.width, crop.height])
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    lows, highs = boxes[:, :2] + boxes[:, 2:] - size / 2, boxes[:, :2] + size / 2
    half = size / 2
    targets = np.clip(middles, half, 1 - half)
    return Wanted(seconds, targets, np.minimum(lows, 1 - half), np.maximum(highs, half))


def _salient(stretch: Stretch, start: float, end: float, crop: Crop) -> Wanted | None:
    """What draws the eye in a window, without what flickers; None where nothing was looked at."""
    motion = stretch.motion
    times = motion.pts[stretch.first : stretch.last + 1] * float(motion.time_base)
    near = _looked(times, start, end)
    if not near.any():
        return None
    centers = motion.saliency_center[stretch.first : stretch.last + 1].astype(np.float64)
    seconds, steady = times[near], []
    for time in seconds:
        beside = np.abs(times - time) <= _SMOOTH_SECONDS / 2
        steady.append(np.median(centers[beside], axis=0))
    half = np.array([crop.width, crop.height]) / 2
    targets = np.clip(np.array(steady), half, 1 - half)
    wander = _WANDER * np.array([crop.width, crop.height])
    every = slice(None, None, max(1, len(seconds) // 64))
    return Wanted(seconds[every], targets[every], targets[every] - wander, targets[every] + wander)


def _beside(center: FloatArray, track: Track, crop: Crop) -> FloatArray:
    """A centre moved so far that now and then a face is whole, where one crop can do that."""
    if not len(track.boxes):
        return center
    wanted = _around(track.seconds, track.boxes, crop)
    low, high = wanted.lows.max(axis=0), wanted.highs.min(axis=0)
    return np.where(low <= high, np.clip(center, low, high), center)


def _needed_of(photo: Photo, crop: Crop) -> FloatArray | None:
    """The box of a photo that must be seen and that the crop has no room for; None: all is well."""
    boxes = None if photo.faces is None else photo.faces.boxes.astype(np.float64)
    if boxes is not None and len(boxes):
        main = boxes[boxes[:, 3] >= _SHOWN_TWO * boxes[0, 3]]
        needed = _union(with_head(main))
        faces = _union(main)
        fits = faces[2] <= crop.width and faces[3] <= crop.height
        return None if fits else needed
    whole, roles = np.array([0.0, 0.0, 1.0, 1.0]), photo.reference.roles
    kept = _kept_salience(photo.style.saliency, crop)
    if Role.LOGO in roles and min(crop.width, crop.height) < 1:
        return whole
    # Of other photos a travel shows what the crop leaves out.
    return whole if Role.PRODUCT in roles and kept < _KEPT_PRODUCT else None


def _kept_salience(saliency: NDArray[np.float32], crop: Crop) -> float:
    """How much of what draws the eye the best crop keeps, 0..1."""
    kept = 1.0
    for axis, share in ((0, crop.width), (1, crop.height)):
        sums = np.concatenate([[0.0], np.cumsum(saliency.sum(axis=axis, dtype=np.float64))])
        length = max(1, round(share * (len(sums) - 1)))
        kept = min(kept, float((sums[length:] - sums[:-length]).max()))
    return kept


def _filled(
    aspect: float, size: Size, needed: FloatArray, framing: Framing, move: Move
) -> tuple[Framing, Move]:
    """As much of the picture as the box needs, over a fill."""
    film = size.width / size.height
    side = needed[2] if film < aspect else needed[3]
    zoom = 1 / min(1.0, _AIR * float(side))
    filled = replace(framing, zoom=_step_below(zoom), fit=Fit.FILL, follow=())
    crop = shown_crop(aspect, size, filled)
    center = crop.center(needed[:2] + needed[2:] / 2)
    return _centred(filled, center), replace(move, amount=min(move.amount, _FILL_MOVE))


def _step_below(zoom: float) -> float:
    return max(step for step in _FILL_ZOOMS if step <= max(1.0, zoom))


def _union(boxes: FloatArray) -> FloatArray:
    first, last = boxes[:, :2].min(axis=0), (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    return np.concatenate([first, last - first])


def _centred(framing: Framing, center: FloatArray) -> Framing:
    x, y = (round(min(1.0, max(0.0, float(value))), 4) for value in center)
    return replace(framing, center_x=x, center_y=y, follow=())


def _following(framing: Framing, way: tuple[Waypoint, ...]) -> Framing:
    middle = way[len(way) // 2]
    return replace(framing, center_x=middle.x, center_y=middle.y, follow=way)


def _looked(times: FloatArray, start: float, end: float) -> NDArray[np.bool_]:
    """The moments in a window and the nearest beside each of its ends."""
    near = (times >= start) & (times < end)
    before, after = np.flatnonzero(times < start), np.flatnonzero(times >= end)
    if len(before):
        near[before[-1]] = True
    if len(after):
        near[after[0]] = True
    return np.asarray(near)


def _slipped(stretch: Stretch, start: float, end: float) -> tuple[float, float]:
    return (
        max(float(stretch.start_seconds), start - _SLIP_SECONDS),
        min(float(stretch.end_seconds), end + _SLIP_SECONDS),
    )
