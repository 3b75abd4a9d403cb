"""The encoder "image.style": palette, statistics of colour, sharpness and saliency of a photo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from services.encoder.palette import find_palette, to_lab
from services.encoder.saliency import find_center, find_saliency
from services.encoder.sharpness import ANALYSIS_SIDE_PIXELS, measure_sharpness, to_analysis_size
from shared.condition import Scalar, Tensors
from shared.media.photo import load_photo, photo_size


def encode_image(
    path: Path, progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `ImageStyle` for a photo; raises `InvalidInput` if it is none."""
    cv2.setNumThreads(1)  # The pool runs a process per core.
    progress(0.0)
    width, height = photo_size(path)
    # Twice the size that is measured at: a JPEG decodes faster, and nothing of it is lost.
    rgb = load_photo(path, max_side=2 * ANALYSIS_SIDE_PIXELS)
    progress(0.5)
    gray = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    saliency = find_saliency(rgb)
    saliency_x, saliency_y = find_center(saliency)
    lab = to_lab(rgb)
    palette_rgb, palette_weights = find_palette(lab)
    values: dict[str, Scalar] = {
        "width": width,
        "height": height,
        "sharpness": measure_sharpness(to_analysis_size(gray)),
        "saliency_x": saliency_x,
        "saliency_y": saliency_y,
    }
    tensors: Tensors = {
        "palette_rgb": palette_rgb,
        "palette_weights": palette_weights,
        "lab_mean": lab.reshape(-1, 3).mean(axis=0),
        "lab_std": lab.reshape(-1, 3).std(axis=0),
        "saliency": saliency,
    }
    return values, tensors
