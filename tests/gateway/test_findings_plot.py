"""What was found is drawn: the drawing differs with what is drawn."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.gateway.encoding import Condition, Encoded
from services.gateway.findings_plot import findings_plot
from shared.brief import MediaKind
from shared.condition import Manifest, Scalar, Tensors
from shared.digest import Digest
from shared.errors import InvalidInput
from tests.encoder.photographs import photo

DIGEST = Digest.of_bytes(b"x")


def _condition(encoder: str, values: dict[str, Scalar], tensors: Tensors) -> Condition:
    return Condition(DIGEST, Manifest(encoder, 1, DIGEST, values, None, ()), tensors)


def _drawn(found: Encoded) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(findings_plot(found))).convert("RGB")).astype(int)


def _near(rgb: np.ndarray, color: tuple[int, int, int]) -> int:
    return int((np.abs(rgb - color).max(axis=2) < 24).sum())


def test_boxes_and_palette_are_on_the_photo() -> None:
    faces = _condition(
        "image.faces",
        {},
        {
            "boxes": np.array([[0.35, 0.12, 0.18, 0.22]], np.float32),
            "landmarks": np.full((1, 5, 2), 0.4, np.float32),
            "scores": np.ones(1, np.float32),
        },
    )
    style = _condition(
        "image.style",
        {"saliency_x": 0.5, "saliency_y": 0.5},
        {"palette_rgb": np.array([[0, 1, 0]]), "palette_weights": np.ones(1)},
    )
    path = photo("astronaut.png")
    plain = _drawn(Encoded(path, MediaKind.IMAGE, {}))
    drawn = _drawn(Encoded(path, MediaKind.IMAGE, {"image.faces": faces, "image.style": style}))
    assert _near(drawn, (255, 59, 107)) > _near(plain, (255, 59, 107)) + 500
    assert _near(drawn, (0, 255, 0)) > 20_000
    assert _near(plain, (0, 255, 0)) == 0


def test_curves_of_a_sound() -> None:
    sound = _condition(
        "audio.kind",
        {},
        {
            "momentary_lufs": np.linspace(-60, -10, 90, dtype=np.float32),
            "speech": np.array([0, 1, 0, 1] * 2, np.float32),
            "music": np.ones(8, np.float32),
        },
    )
    drawn = _drawn(Encoded(Path("a.wav"), MediaKind.AUDIO, {"audio.kind": sound}))
    for color in ((31, 119, 180), (255, 127, 14), (44, 160, 44)):
        assert _near(drawn, color) > 300


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(InvalidInput, match="nothing to draw of a text"):
        findings_plot(Encoded(Path("a.txt"), MediaKind.TEXT, {}))
    with pytest.raises(InvalidInput, match="none of these encoders"):
        findings_plot(Encoded(Path("a.mp4"), MediaKind.VIDEO, {}))
