"""What encoders found, in words for a terminal and as a JSON document."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from shared.camera_motion import VIDEO_CAMERA, CameraMotion
from shared.observation import IMAGE_STYLE, VIDEO_MOTION
from shared.recognition import (
    AUDIO_KIND,
    IMAGE_COMPOSITION,
    IMAGE_FACES,
    IMAGE_FEATURES,
    IMAGE_LABELS,
    TEXT_EMBEDDING,
    VIDEO_PICTURES,
    VIDEO_SHOTS,
)

if TYPE_CHECKING:
    from services.gateway.encoding import Condition, Encoded

_SMALL_TENSOR = 64  # numbers; longer ones stay in the store
_MOST_LINES = 40


def as_lines(found: Encoded) -> list[str]:
    """One block for each encoder: its name and digest, then what it found."""
    lines: list[str] = []
    for name, condition in found.conditions.items():
        lines.append(f"{name}  (condition {condition.digest.short})")
        said = _SAY.get(name, _say_values)(condition)
        lines += [f"  {line}" for line in said[:_MOST_LINES]]
        if len(said) > _MOST_LINES:
            lines.append(f"  ... and {len(said) - _MOST_LINES} more")
    if found.similarities:
        scores = ", ".join(f"{score:.2f}" for score in found.similarities)
        lines.append(f"prompt  {scores}  (-1..1; unrelated is about 0)")
    return lines


def as_document(found: Encoded) -> dict[str, Any]:
    """The same for programs: values and tensors, those over 64 numbers by dtype and shape."""
    conditions = {
        name: {
            "condition": str(condition.digest),
            "version": condition.manifest.encoder_version,
            "values": condition.manifest.values,
            "tensors": {key: _tensor(condition.tensors[key]) for key in sorted(condition.tensors)},
        }
        for name, condition in found.conditions.items()
    }
    return {
        "reference": str(found.path),
        "kind": found.kind.value,
        "conditions": conditions,
        "prompt_similarities": list(found.similarities),
    }


def _tensor(array: np.ndarray) -> Any:
    if array.size > _SMALL_TENSOR:
        return {"dtype": str(array.dtype), "shape": list(array.shape)}
    return array.tolist()


def _say_values(condition: Condition) -> list[str]:
    values = condition.manifest.values.items()
    return [f"{name}: {_text(value)}" for name, value in values if value is not None]


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return str(value).replace("\n", ", ")


def _say_text(condition: Condition) -> list[str]:
    pieces, width = condition.tensors["pieces"].shape
    return [f"{pieces} piece{'s' if pieces > 1 else ''} of text as {width} numbers"]


def _say_style(condition: Condition) -> list[str]:
    colors = [
        "#" + "".join(f"{round(float(part) * 255):02x}" for part in color) + f" {weight:.0%}"
        for color, weight in zip(
            condition.tensors["palette_rgb"], condition.tensors["palette_weights"], strict=True
        )
    ]
    return [f"palette: {', '.join(colors)}", *_say_values(condition)]


def _say_faces(condition: Condition) -> list[str]:
    boxes, scores = condition.tensors["boxes"], condition.tensors["scores"]
    if not len(boxes):
        return ["no faces"]
    return [
        f"face at {_box(box)}, score {score:.2f}" for box, score in zip(boxes, scores, strict=True)
    ]


def _box(box: np.ndarray) -> str:
    x, y, width, height = (f"{float(part):.0%}" for part in box)
    return f"x {x} y {y}, {width} wide, {height} high"


def _say_features(condition: Condition) -> list[str]:
    names = str(condition.manifest.values["classes"]).split("\n")
    return _weighted(names, condition.tensors["probabilities"])


def _say_labels(condition: Condition) -> list[str]:
    names = str(condition.manifest.values["names"]).split("\n")
    return _weighted(names, condition.tensors["weights"])


def _weighted(names: list[str], weights: np.ndarray) -> list[str]:
    pairs = zip(names, weights, strict=True)
    return [f"{weight:>4.0%} {name}" for name, weight in pairs if weight >= 0.005]


def _say_composition(condition: Condition) -> list[str]:
    return [
        f"subject: {_box(condition.tensors['subject'])}",
        f"room for type: {_box(condition.tensors['calm'])}",
        *_say_values(condition),
    ]


def _seconds(condition: Condition) -> np.ndarray:
    tick = float(Fraction(str(condition.manifest.values["time_base"])))
    return np.asarray(condition.tensors["pts"] * tick)


def _say_motion(condition: Condition) -> list[str]:
    tensors, seconds = condition.tensors, _seconds(condition)
    starts = tensors["shot_starts"]
    lines = [f"{len(seconds)} frames, {len(starts)} shots"]
    for first, end in zip(starts, [*starts[1:], len(seconds)], strict=True):
        lines.append(
            f"shot at {seconds[first]:.2f} s (frame {first}): motion "
            f"{tensors['flow_magnitude'][first:end].mean():.3f} widths/s, sharpness "
            f"{tensors['sharpness'][first:end].mean():.1f}"
        )
    return lines


def _say_camera(condition: Condition) -> list[str]:
    time_base = Fraction(str(condition.manifest.values["time_base"]))
    camera, seconds = CameraMotion(time_base, **condition.tensors), _seconds(condition)
    whole_seconds = np.arange(int(seconds[-1]) + 1)
    edges = [*np.searchsorted(seconds, whole_seconds), len(seconds) - 1]
    moves = [camera.move(int(a), int(b)) for a, b in pairwise(edges)]
    lines, begin = [], 0
    for index in range(1, len(moves) + 1):
        if index == len(moves) or moves[index] is not moves[begin]:
            lines.append(f"{begin} to {min(index, seconds[-1]):.3g} s: {moves[begin].value}")
            begin = index
    return lines


def _say_shots(condition: Condition) -> list[str]:
    tensors, seconds = condition.tensors, _seconds(condition)
    starts = tensors["shot_starts"]
    lines = [f"{len(seconds)} frames, {len(starts)} shots"]
    for start, (first, last) in zip(starts[1:], tensors["transitions"], strict=True):
        how = "cut" if first == last else f"transition of {last - first + 1} frames"
        lines.append(f"shot at {seconds[start]:.2f} s (frame {start}) after a {how}")
    return lines


def _say_pictures(condition: Condition) -> list[str]:
    tensors = condition.tensors
    tick = float(Fraction(str(condition.manifest.values["time_base"])))
    names = str(condition.manifest.values["names"]).split("\n")
    rows = zip(tensors["key_pts"], names, tensors["num_faces"], strict=True)
    return [f"{pts * tick:.2f} s: {name}; faces: {faces}" for pts, name, faces in rows]


_SAY: dict[str, Callable[[Condition], list[str]]] = {
    TEXT_EMBEDDING: _say_text,
    IMAGE_STYLE: _say_style,
    IMAGE_FACES: _say_faces,
    IMAGE_FEATURES: _say_features,
    IMAGE_LABELS: _say_labels,
    IMAGE_COMPOSITION: _say_composition,
    VIDEO_MOTION: _say_motion,
    VIDEO_CAMERA: _say_camera,
    VIDEO_SHOTS: _say_shots,
    VIDEO_PICTURES: _say_pictures,
    AUDIO_KIND: _say_values,
}
