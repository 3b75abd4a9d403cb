"""How conditions are kept compactly, and put back exactly as the denoiser takes them.

Arrays hold bits: bfloat16, which numpy does not know, as uint16 of the same bits (a framework views
them back); float32 as itself. What follows from other numbers (zero tails, masks of first and last
frames) is not kept but made again here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InvalidInput
from shared.families.kept import stored_dtype
from shared.families.request import DType

Bits = NDArray[Any]
_STORED: dict[DType, np.dtype[Any]] = {dtype: np.dtype(stored_dtype(dtype)) for dtype in DType}
_ONE = {DType.BFLOAT16: 0x3F80, DType.FLOAT32: 1.0}


def restore_prompt(trimmed: Bits, token_length: int) -> Bits:
    """A prompt's embeddings [1, token_length, C] from those of its own tokens [L, C].

    Behind them stood exact zeros. Raises `InvalidInput` if there are more tokens than that.
    """
    tokens, width = trimmed.shape
    if tokens > token_length:
        raise InvalidInput(f"a prompt of {tokens} tokens; expected at most {token_length}")
    whole = np.zeros((1, token_length, width), trimmed.dtype)
    whole[0, :tokens] = trimmed
    return whole


def pack_mask(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Eight cells of a mask in a byte: uint8 [ceil(N / 8)], first cell in the highest bit."""
    return np.packbits(mask.reshape(-1))


def unpack_mask(packed: NDArray[np.uint8], shape: Sequence[int], dtype: DType) -> Bits:
    """The mask of a shape again, 0 and 1 as the denoiser's numbers."""
    count = int(np.prod(shape))
    if packed.shape != ((count + 7) // 8,):
        raise InvalidInput(f"a mask of {packed.size} bytes; expected {(count + 7) // 8}")
    cells = np.unpackbits(packed, count=count).reshape(tuple(shape))
    ones: Bits = cells.astype(_STORED[dtype])
    ones *= _STORED[dtype].type(_ONE[dtype])
    return ones


def image_condition(latents: Bits, *, has_last: bool, dtype: DType) -> Bits:
    """What Wan's image models take beside the noise: [1, 4 + C, T, h, w] from latents [1, C, ...].

    The four channels say which of each latent's four frames are given: the first, and the last.
    """
    _, _, frames, height, width = latents.shape
    given = np.zeros((1, 4, frames, height, width), latents.dtype)
    given[:, :, 0] = _ONE[dtype]
    if has_last:
        given[:, -1, -1] = _ONE[dtype]
    return np.concatenate([given, latents], axis=1)


def control_condition(
    inactive: Bits, reactive: Bits, mask: Bits, references: Sequence[Bits]
) -> Bits:
    """What Wan VACE takes: [1, 96, R + T, h, w] from [1, 16, T, h, w] twice and a mask of 64.

    References [1, 16, 1, h, w] stand before the video, the last of them first, and their mask is
    zero.
    """
    video = np.concatenate([inactive, reactive], axis=1)
    for reference in references:
        if reference.shape[3:] != video.shape[3:] or reference.dtype != video.dtype:
            raise InvalidInput(
                f"a reference of {reference.dtype} {reference.shape[3:]} with a video of "
                f"{video.dtype} {video.shape[3:]}; expected the same"
            )
        video = np.concatenate(
            [np.concatenate([reference, np.zeros_like(reference)], axis=1), video], axis=2
        )
    before = np.zeros((*mask.shape[:2], len(references), *mask.shape[3:]), mask.dtype)
    return np.concatenate([video, np.concatenate([before, mask], axis=2)], axis=1)
