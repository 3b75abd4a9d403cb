"""How faces stand in a film's frames, and what platforms would lay over them. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.gateway.aim import face_track, shown_crop
from services.gateway.framed import Crop, FloatArray
from services.gateway.material import Material, Photo, Stretch
from services.gateway.reframe import item_of, window_of
from shared.brief import Size
from shared.safe_areas import DATED, SafeArea, areas_of
from shared.shot import Fit, Framing, MoveKind, Shot
from shared.timeline import Timeline

_SLACK = 0.01  # of the frame: detectors do not know edges better
_MAX_LISTED = 6


def framing_document(
    film: Timeline, material: Material, outside: Mapping[str, list[str]] | None = None
) -> dict[str, Any]:
    """The report's "framing": faces by shot as planned, and what platforms would cover.

    `outside` is the type that reaches out of platforms' free areas (`safe_type`).
    """
    shots, whole, looks = [], 0, 0
    covered: dict[str, list[str]] = {area.platform: [] for area in areas_of(film.size)}
    for shot in film.shots:
        boxes = faces_in_frame(shot, film, material)
        held = int(_is_whole(boxes).sum())
        whole, looks = whole + held, looks + len(boxes)
        shots.append(
            {
                "id": shot.id,
                "fit": str(shot.framing.fit),
                "follows": bool(shot.framing.follow),
                "faces": len(boxes),
                "faces_whole": held,
            }
        )
        for area in areas_of(film.size):
            if len(boxes) and _is_covered(boxes, area):
                covered[area.platform].append(shot.id)
    return {
        "type_outside": {} if outside is None else dict(outside),
        "size": str(film.size),
        "faces": looks,
        "faces_whole": whole,
        "shots": shots,
        "safe_areas_dated": DATED,
        "shots_with_covered_faces": covered,
    }


def framing_findings(document: dict[str, Any]) -> list[str]:
    """What is not as it should be about framing, in sentences."""
    found = []
    looks, whole = document["faces"], document["faces_whole"]
    if whole < 0.95 * looks:
        found.append(
            f"{document['size']}: {looks - whole} of {looks} looks at faces have them cut by the "
            "frame"
        )
    for platform, names in document["type_outside"].items():
        found.append(
            f"{document['size']}: {platform} lays its controls over the type {_some(names)}"
        )
    for platform, shots in document["shots_with_covered_faces"].items():
        if shots:
            found.append(
                f"{document['size']}: {platform} lays its controls over a face in {_some(shots)}"
            )
    return found


def _some(names: list[str]) -> str:
    more = "" if len(names) <= _MAX_LISTED else f" and {len(names) - _MAX_LISTED} more"
    return ", ".join(names[:_MAX_LISTED]) + more


def faces_in_frame(shot: Shot, film: Timeline, material: Material) -> FloatArray:
    """The faces of a shot in shares of the frame, float64 [K, 4], at the move's closest view.

    Of a clip the largest at each look, of a photo those at least half as high as the largest.
    """
    item = item_of(shot, material)
    if item is None:
        return np.zeros((0, 4))
    boxes, seconds = _faces_of(item, window_of(shot, film))
    if not len(boxes):
        return boxes
    centers = _centers(shot.framing, seconds)
    found = [
        _placed(boxes, centers, crop, shot.framing, film.size, item.aspect)
        for crop in _views(item, shot, film.size)
    ]
    return found[-1]


def _faces_of(item: Stretch | Photo, window: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
    if isinstance(item, Stretch):
        track = face_track(item, *window)
        inside = (track.seconds >= window[0]) & (track.seconds < window[1])
        return _on_picture(track.boxes[inside]), track.seconds[inside]
    if item.faces is None or not len(item.faces.boxes):
        return np.zeros((0, 4)), np.zeros(0)
    boxes = item.faces.boxes.astype(np.float64)
    boxes = boxes[boxes[:, 3] >= 0.5 * boxes[0, 3]]
    return _on_picture(boxes), np.zeros(len(boxes))


def _on_picture(boxes: FloatArray) -> FloatArray:
    """The part of each box that is on its source: what is not there is not cut by us."""
    first = boxes[:, :2].clip(0, 1)
    last = (boxes[:, :2] + boxes[:, 2:]).clip(0, 1)
    return np.concatenate([first, last - first], axis=1)


def _views(item: Stretch | Photo, shot: Shot, size: Size) -> Iterator[Crop]:
    """The widest view of a shot, then its closest."""
    closer = 1.0
    if shot.move.kind in (MoveKind.PUSH_IN, MoveKind.PULL_OUT):
        closer = 1 / (1 - shot.move.amount)
    yield shown_crop(item.aspect, size, shot.framing)
    yield shown_crop(item.aspect, size, shot.framing, closer)


def _centers(framing: Framing, seconds: FloatArray) -> FloatArray:
    if not framing.follow:
        return np.repeat([[framing.center_x, framing.center_y]], len(seconds), axis=0)
    times = [float(point.seconds) for point in framing.follow]
    ways = ([point.x for point in framing.follow], [point.y for point in framing.follow])
    return np.stack([np.interp(seconds, times, way) for way in ways], axis=1)


def _placed(
    boxes: FloatArray, centers: FloatArray, crop: Crop, framing: Framing, size: Size, aspect: float
) -> FloatArray:
    centers = crop.center(centers)
    first = crop.place(boxes[:, :2], centers)
    last = crop.place(boxes[:, :2] + boxes[:, 2:], centers)
    if framing.fit is Fit.FILL:  # the window does not fill the frame
        shape = crop.width / crop.height * aspect / (size.width / size.height)
        window = np.array([min(1.0, shape), min(1.0, 1 / shape)])
        # What is outside the window is cut as well: it is pushed out of the frame.
        out = (first < -_SLACK) | (last > 1 + _SLACK)
        first, last = ((side - 0.5) * window + 0.5 for side in (first, last))
        first = np.where(out, -1.0, first)
    return np.concatenate([first, last - first], axis=1)


def _is_whole(boxes: FloatArray) -> NDArray[np.bool_]:
    first, last = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    return np.asarray(((first >= -_SLACK) & (last <= 1 + _SLACK)).all(axis=1))


def _is_covered(boxes: FloatArray, area: SafeArea) -> bool:
    """Whether at most looks the middle of the face is outside a platform's free area."""
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    margins = area.margins
    free = (middles >= [margins.left, margins.top]) & (
        middles <= [1 - margins.right, 1 - margins.bottom]
    )
    return bool((~free.all(axis=1)).mean() > 0.5)
