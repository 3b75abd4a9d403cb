"""LoRAs of a brief's `generate` section, put into the store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from services.gateway.diffusion_loras import LORA_NAMES
from services.gateway.generate_brief import GenerateSpec
from services.gateway.readable import readable
from shared.blobs import BlobStore
from shared.errors import InvalidInput
from shared.families.lora import lora_layers
from shared.families.safetensors_head import head_of
from shared.generate_options import GenerateOptions, Setting, ShotWish

_MAX_LORA_BYTES = 8 << 30
_MAX_HEAD_BYTES = 100_000_000  # safetensors' own bound


async def store_generate(blobs: BlobStore, spec: GenerateSpec | None) -> GenerateOptions | None:
    """The section with each LoRA named by its digest; whether it fits is for its model to say.

    Raises `NotFound`, and `InvalidInput` for a file that is no safetensors or holds other names
    than a LoRA's, naming both.
    """
    if spec is None:
        return None
    digests = {}
    for path in spec.loras:
        await asyncio.to_thread(_check_file, path)
        digests[str(path)] = str(await asyncio.to_thread(blobs.put_file, path))

    def stored(wish: ShotWish) -> ShotWish:
        settings = tuple(
            Setting(item.name, digests[str(item.value)]) if item.name in LORA_NAMES else item
            for item in wish.settings
        )
        return replace(wish, settings=settings)

    options = spec.options
    return replace(
        options,
        default=stored(options.default),
        sections=tuple((label, stored(wish)) for label, wish in options.sections),
        shots=tuple((place, stored(wish)) for place, wish in options.shots),
    )


def _check_file(path: Path) -> None:
    with readable(path, "a LoRA as safetensors"):
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(9)
    length = int.from_bytes(head[:8], "little")
    if not head[8:] == b"{" or length > min(size, _MAX_HEAD_BYTES):
        raise InvalidInput(f"{path}: is no safetensors; expected a LoRA in that format")
    if size > _MAX_LORA_BYTES:
        raise InvalidInput(f"{path}: {size / 1e9:.1f} GB; expected at most 8.6 GB")
    lora_layers(head_of(path), str(path))
