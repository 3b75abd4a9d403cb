"""The virtual camera: where it looks and how it moves over a cast source. Pure functions."""

from __future__ import annotations

from fractions import Fraction
from math import exp, log

import numpy as np

from services.gateway.aim import aim_at_clip, aim_at_photo
from services.gateway.casting import Cast, Slot
from services.gateway.framed import Crop, FloatArray, look_at
from services.gateway.material import Photo, Stretch
from shared.brief import Size
from shared.shot import Fit, Framing, Move, MoveKind

# Mean motion above which a clip moves by itself and gets no camera move (frame widths a second).
_STILL_BELOW = 0.02
# A photo's move grows with its length and with the music: base, per second, and its bounds.
_MOVE_BASE, _MOVE_PER_SECOND = 0.05, 0.035
_MOVE_RANGE = (0.06, 0.18)
# A travel over a side that the crop would lose may be long: it shows the rest of the photo.
_TRAVEL_PER_SECOND, _TRAVEL_MAX = 0.2, 0.45
_TALL, _WIDE = -0.45, 0.35  # log of the photo's aspect against the film's
# Whoever is in an upright photo has the head in its upper part.
_TALL_CENTER_Y = 0.42
_CLIP_PUSH = 0.06
_DETAIL_ZOOM = 1.35
_STEADY_ENERGY = 0.5

Camera = tuple[Framing, Move]


def direct_camera(cast: Cast, slot: Slot, size: Size, last_move: MoveKind, number: int) -> Camera:
    """Where the camera looks and how it moves; no move repeats in adjacent shots.

    `number` varies the moves of photos from shot to shot.
    """
    if isinstance(cast.item, Photo):
        return _camera_on_photo(cast, cast.item, slot, size, last_move, number)
    return _camera_on_clip(cast, cast.item, slot, size, last_move)


def other_cameras(cast: Cast, slot: Slot, size: Size, last_move: MoveKind) -> list[Camera]:
    """Every camera that would do for a cast, in order of liking, without the last shot's move."""
    if isinstance(cast.item, Stretch):
        return [_camera_on_clip(cast, cast.item, slot, size, last_move)]
    photo = cast.item
    spare = _spare(photo, size)
    kinds = [kind for kind in _moves_on(photo, spare, slot.energy) if kind is not last_move]
    cameras = [
        _aimed(photo, size, _photo_framing(photo, spare, zoom), _photo_move(kind, spare, slot))
        for kind in kinds
        for zoom in (1.0, _DETAIL_ZOOM)
    ]
    return list(dict.fromkeys(cameras))


def _camera_on_clip(
    cast: Cast, stretch: Stretch, slot: Slot, size: Size, last_move: MoveKind
) -> Camera:
    first = stretch.frame_at(cast.start_seconds)
    last = stretch.frame_at(cast.start_seconds + slot.length_seconds * cast.speed)
    span = slice(first, max(first + 1, last))
    center = np.median(stretch.motion.saliency_center[span], axis=0)
    framing = Framing(round(float(center[0]), 4), round(float(center[1]), 4))
    kind = MoveKind.PULL_OUT if last_move is MoveKind.PUSH_IN else MoveKind.PUSH_IN
    is_lively = float(stretch.motion.flow_magnitude[span].mean()) >= _STILL_BELOW
    move = Move() if is_lively else Move(kind, _CLIP_PUSH)
    faces = faces_in(stretch, float(cast.start_seconds), float(slot.length_seconds * cast.speed))
    if len(faces):
        # A push that would cut a face at the edge of its clip is not worth it.
        middle = np.median(faces, axis=0, keepdims=True)
        faces = np.concatenate([middle, faces])
        for candidate in (move, Move()):
            move = candidate
            crop = _tightest(stretch.aspect, size, framing, move)
            center = look_at(faces, crop)
            if crop.holds(faces, crop.center(center)[None]).all():
                break
        framing = _centred(framing, center)
    start = float(cast.start_seconds)
    end = start + float(slot.length_seconds * cast.speed)
    return aim_at_clip(stretch, start, end, size, framing, move)


def camera_in_size(
    item: Stretch | Photo, kept: Camera, window: tuple[float, float], size: Size, last: MoveKind
) -> Camera:
    """The camera of a shot that was directed in another size, for this one.

    `kept` is its camera there, `window` its start and end in seconds of the source (of a photo 0
    and its length). Moves stay, except where the size wishes for a travel or cannot hold one.
    """
    if isinstance(item, Stretch):
        first = item.frame_at(Fraction(window[0]))
        span = slice(first, max(first + 1, item.frame_at(Fraction(window[1]))))
        center = np.median(item.motion.saliency_center[span], axis=0)
        framing = Framing(round(float(center[0]), 4), round(float(center[1]), 4))
        return aim_at_clip(item, *window, size, framing, kept[1])
    spare, slot = _spare(item, size), Slot(Fraction(window[1]), _STEADY_ENERGY)
    kinds = [kind for kind in _moves_on(item, spare, slot.energy) if kind is not last]
    travels = _TALL <= spare <= _WIDE or kept[1].kind is MoveKind.HOLD
    kind = kept[1].kind if travels and kept[1].kind is not last else kinds[0]
    move = kept[1] if kind is kept[1].kind else _photo_move(kind, spare, slot)
    return _aimed(item, size, _photo_framing(item, spare, 1.0), move)


def faces_in(stretch: Stretch, start: float, seconds: float) -> FloatArray:
    """Boxes of the largest face at each look into a window: float64 [K, 4], none: K is 0.

    There have to be faces at half of the looks, else the picture is of something else.
    """
    if stretch.faces is None or not len(stretch.faces.pts):
        return np.zeros((0, 4))
    times = stretch.faces.seconds
    inside = (times >= start) & (times < start + seconds)
    if not inside.any():
        inside[np.abs(times - start - seconds / 2).argmin()] = True
    boxes = stretch.faces.boxes[inside].astype(np.float64)
    seen = boxes[boxes[:, 3] > 0]
    return seen if 2 * len(seen) >= len(boxes) else np.zeros((0, 4))


def _camera_on_photo(
    cast: Cast, photo: Photo, slot: Slot, size: Size, last_move: MoveKind, number: int
) -> Camera:
    spare = _spare(photo, size)
    kinds = [kind for kind in _moves_on(photo, spare, slot.energy) if kind is not last_move]
    kind = kinds[(number + cast.times_used) % min(2, len(kinds))]
    if spare < _TALL or spare > _WIDE:
        kind = kinds[0]
    zoom = _DETAIL_ZOOM if cast.times_used % 2 else 1.0
    framing, move = _photo_framing(photo, spare, zoom), _photo_move(kind, spare, slot)
    return _aimed(photo, size, framing, move)


def _aimed(photo: Photo, size: Size, framing: Framing, move: Move) -> Camera:
    """The camera on the photo's faces, if it has any, and no closer than they allow."""
    framing, move = aim_at_photo(photo, size, framing, move)
    if framing.fit is Fit.FILL:
        return framing, move
    if photo.faces is None or not len(photo.faces.boxes):
        return framing, move
    faces = photo.faces.boxes.astype(np.float64)
    for candidate in (framing, Framing(framing.center_x, framing.center_y)):
        crop = _tightest(photo.aspect, size, candidate, move)
        center = look_at(faces, crop)
        if crop.holds(faces[:1], crop.center(center)[None]).all():
            return _centred(candidate, center), move
    return _centred(candidate, center), move


def _tightest(source_aspect: float, size: Size, framing: Framing, move: Move) -> Crop:
    """The closest view of a move that pushes or pulls."""
    zoom = framing.zoom / (1 - move.amount)
    return Crop.of(source_aspect, size.width / size.height, zoom)


def _centred(framing: Framing, center: FloatArray) -> Framing:
    x, y = (round(min(1.0, max(0.0, float(value))), 4) for value in center)
    return Framing(x, y, framing.zoom)


def _moves_on(photo: Photo, spare: float, energy: float) -> list[MoveKind]:
    """Moves in order of liking; a travel would leave a face."""
    kinds = _photo_moves(spare, energy)
    if photo.faces is None or not len(photo.faces.boxes):
        return kinds
    return [kind for kind in kinds if kind in (MoveKind.PUSH_IN, MoveKind.PULL_OUT)]


def _spare(photo: Photo, size: Size) -> float:
    """Log of the photo's aspect against the film's: below 0 it is taller, above 0 wider."""
    return log(photo.style.width / photo.style.height / (size.width / size.height))


def _photo_framing(photo: Photo, spare: float, zoom: float) -> Framing:
    style = photo.style
    center_y = min(style.saliency_y, _TALL_CENTER_Y) if spare < _TALL else style.saliency_y
    return Framing(round(style.saliency_x, 4), round(center_y, 4), zoom)


def _photo_move(kind: MoveKind, spare: float, slot: Slot) -> Move:
    return Move(kind, round(_move_amount(kind, spare, slot), 4))


def _move_amount(kind: MoveKind, spare: float, slot: Slot) -> float:
    seconds = float(slot.length_seconds)
    travels_tall = spare < _TALL and kind in (MoveKind.TILT_UP, MoveKind.TILT_DOWN)
    travels_wide = spare > _WIDE and kind in (MoveKind.PAN_LEFT, MoveKind.PAN_RIGHT)
    if travels_tall or travels_wide:
        return min(_TRAVEL_MAX, exp(abs(spare)) - 1, _TRAVEL_PER_SECOND * (seconds + 0.5))
    low, high = _MOVE_RANGE
    amount = (_MOVE_BASE + _MOVE_PER_SECOND * seconds) * (0.7 + 0.6 * slot.energy)
    return min(high, max(low, amount))


def _photo_moves(spare: float, energy: float) -> list[MoveKind]:
    """Moves in order of liking: travel along the side that the crop would lose, else zoom."""
    push = [MoveKind.PUSH_IN, MoveKind.PULL_OUT]
    if energy < 0.4:
        push.reverse()
    if spare < _TALL:
        return [MoveKind.TILT_UP, *push, MoveKind.TILT_DOWN]
    if spare > _WIDE:
        return [MoveKind.PAN_RIGHT, *push, MoveKind.PAN_LEFT]
    return [*push, MoveKind.PAN_LEFT, MoveKind.PAN_RIGHT]
