"""What was found is said in words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from services.gateway.encoding import Condition, Encoded
from services.gateway.findings import as_document, as_lines
from shared.brief import MediaKind
from shared.condition import Manifest, Scalar, Tensors
from shared.digest import Digest

DIGEST = Digest.of_bytes(b"x")


def condition(encoder: str, values: dict[str, Scalar], tensors: Tensors) -> Condition:
    return Condition(DIGEST, Manifest(encoder, 1, DIGEST, values, None, ()), tensors)


def camera(pan: np.ndarray) -> Condition:
    zeros = np.zeros(len(pan), np.float32)
    return condition(
        "video.camera",
        {"time_base": "1/30"},
        {
            "pts": np.arange(len(pan)),
            "pan": pan.astype(np.float32),
            "tilt": zeros,
            "zoom": zeros,
            "roll": zeros,
            "fit": zeros + 1,
        },
    )


def shots() -> Condition:
    return condition(
        "video.shots",
        {"time_base": "1/30"},
        {
            "pts": np.arange(90),
            "shot_starts": np.array([0, 30, 60]),
            "transitions": np.array([[29, 29], [52, 63]]),
            "likelihood": np.zeros(90, np.float32),
        },
    )


def _lines(found: Condition, kind: MediaKind = MediaKind.VIDEO) -> list[str]:
    name = found.manifest.encoder
    return as_lines(Encoded(Path("a"), kind, {name: found}))


def test_camera_moves_are_joined() -> None:
    pan = np.repeat([0.2, 0.2, -0.2, 0.0], 30)
    assert _lines(camera(pan))[1:] == [
        "  0 to 2 s: pan right",
        "  2 to 3 s: pan left",
        "  3 to 3.97 s: still",
    ]


def test_cuts_and_transitions() -> None:
    assert _lines(shots())[1:] == [
        "  90 frames, 3 shots",
        "  shot at 1.00 s (frame 30) after a cut",
        "  shot at 2.00 s (frame 60) after a transition of 12 frames",
    ]


def test_no_faces_and_palettes() -> None:
    none = np.zeros((0, 4), np.float32)
    faces = condition("image.faces", {}, {"boxes": none, "scores": none[:, 0]})
    assert _lines(faces, MediaKind.IMAGE)[1:] == ["  no faces"]
    style = condition(
        "image.style",
        {"sharpness": 12.345},
        {"palette_rgb": np.array([[1, 0.5, 0]]), "palette_weights": np.array([1.0])},
    )
    assert _lines(style, MediaKind.IMAGE)[1:] == ["  palette: #ff8000 100%", "  sharpness: 12.3"]


def test_long_findings_are_cut_short() -> None:
    pan = np.repeat(np.tile([0.2, -0.2], 40), 30)
    lines = _lines(camera(pan))
    assert len(lines) == 42
    assert lines[-1] == "  ... and 40 more"


def test_the_document_is_json_without_long_tensors() -> None:
    found = Encoded(Path("a"), MediaKind.VIDEO, {"video.shots": shots()}, (0.5,))
    document = json.loads(json.dumps(as_document(found)))
    tensors = document["conditions"]["video.shots"]["tensors"]
    assert list(tensors) == sorted(tensors)  # whatever order the file has them in
    assert tensors["shot_starts"] == [0, 30, 60]
    assert tensors["pts"] == {"dtype": "int64", "shape": [90]}
    assert document["prompt_similarities"] == [0.5]
