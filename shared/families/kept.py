"""What is known of kept conditions without reading them: the names of their numbers."""

from __future__ import annotations

from shared.families.request import DType

# Cells of VACE's mask for one latent pixel: 8 x 8 pixels.
MASK_CHANNELS = 64
_STORED = {DType.BFLOAT16: "uint16", DType.FLOAT32: "float32"}


def stored_dtype(dtype: DType) -> str:
    """The dtype that a condition's arrays have in the store: "uint16" or "float32"."""
    return _STORED[dtype]
