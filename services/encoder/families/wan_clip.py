"""The encoder "wan.clip": frames as CLIP's states before its last layer, for Wan 2.1 from images.

First and last frame are one batch, as in the pipeline: two batches of one differ in the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.encoder.families.frames import load_image
from services.encoder.families.loading import device, load, to_bits
from shared.condition import Scalar, Tensors
from shared.families.components import component_folder
from shared.families.request import FamilyEncodeRequest


def encode(
    request: FamilyEncodeRequest, paths: list[Path], progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Tensor "states" [1 or 2, 257, C]."""
    import torch

    (component,) = request.components
    model = load("transformers", "CLIPVisionModel", component, "image_encoder", request.compute)
    progress(0.3)
    pictures = [load_image(path) for path in paths]
    inputs = _processor(component)(images=pictures, return_tensors="pt")
    with torch.no_grad():
        found = model(**inputs.to(device()), output_hidden_states=True)
    return {}, {"states": to_bits(found.hidden_states[-2], request.dtype)}


@lru_cache(maxsize=1)
def _processor(component: str) -> Any:
    # Pillow's by name: what `CLIPImageProcessor` is depends on whether torchvision is installed,
    # and the two scale differently.
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    folder = component_folder(component) / "image_processor"
    return CLIPImageProcessorPil.from_pretrained(folder, local_files_only=True)
