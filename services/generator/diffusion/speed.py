"""How a denoiser is run: attention kernels, compiled blocks, step cache, and where weights wait.

The first three change bits and are in the request. Offloading does not: it is this machine's
setting, `ONBEAT_OFFLOAD`: "none", "model" (what does not run waits in main memory) or "block" (each
block comes to the device when it runs).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from services.generator.diffusion.loading import device
from shared.diffusion import Attention, Speedups
from shared.errors import InvalidInput, Unavailable

OFFLOADS = ("none", "model", "block")


def offload(environment: Mapping[str, str] = os.environ) -> str:
    """`ONBEAT_OFFLOAD`; raises `InvalidInput` for what it cannot be."""
    mode = environment.get("ONBEAT_OFFLOAD") or "none"
    if mode not in OFFLOADS:
        raise InvalidInput(f"ONBEAT_OFFLOAD={mode!r}: expected {', '.join(OFFLOADS)}")
    return mode


def prepare(model: Any, speedups: Speedups) -> None:
    """Set a denoiser up once after loading, and place it where `ONBEAT_OFFLOAD` wants it.

    Raises `Unavailable` for kernels that are not here.
    """
    if speedups.attention is not Attention.NATIVE:
        try:
            model.set_attention_backend(speedups.attention.value)
        except (ImportError, RuntimeError, ValueError) as error:
            raise Unavailable(
                f"attention {speedups.attention.value} cannot run here: {error}"
            ) from error
    if speedups.first_block_threshold is not None:
        from diffusers.hooks import FirstBlockCacheConfig

        model.enable_cache(FirstBlockCacheConfig(threshold=speedups.first_block_threshold))
    mode = offload()
    if mode == "none":
        model.to(device())
    elif mode == "block":
        import torch
        from diffusers.hooks import apply_group_offloading

        apply_group_offloading(
            model,
            onload_device=torch.device(device()),
            offload_device=torch.device("cpu"),
            offload_type="block_level",
            num_blocks_per_group=1,
            use_stream=device() != "cpu",
        )
    if speedups.is_compiled:
        model.compile_repeated_blocks(fullgraph=speedups.first_block_threshold is None)


def begin_anew(model: Any) -> None:
    """Forget what a step cache holds of other takes or of steps before a stored state."""
    if getattr(model, "is_cache_enabled", False):
        model._reset_stateful_cache()


def make_room(running: tuple[Any, ...], waiting: tuple[Any, ...]) -> None:
    """With `ONBEAT_OFFLOAD=model`: bring what runs to the device, and the rest away from it."""
    if offload() != "model":
        return
    for model in waiting:
        model.to("cpu")
    for model in running:
        model.to(device())
