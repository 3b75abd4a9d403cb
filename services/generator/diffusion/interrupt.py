"""Cancelling within a block: a hook before each block of a network asks whether to go on.

The pipelines' own `_interrupt` decodes what is half denoised and returns it as a success.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def interruptible(models: tuple[Any, ...], check: Callable[[float], None]) -> Iterator[None]:
    """Call `check(share)` before each block of the models, inside the context.

    `share` 0..1 is how much of its network comes before the block. What `check` raises ends the
    forward pass.
    """
    handles = []
    try:
        for model in models:
            blocks = blocks_of(model)
            for index, block in enumerate(blocks):
                share = index / len(blocks)
                handles.append(block.register_forward_pre_hook(_asking(check, share)))
        yield
    finally:
        for handle in handles:
            handle.remove()


def blocks_of(model: Any) -> list[Any]:
    """The parts of a network that come one after the other; itself, if it has no list of them.

    Compiled blocks are one graph, which a hook would break: there the whole network is the block.
    """
    import torch

    if any(hasattr(part, "_compiled_call_impl") and part._compiled_call_impl for part in
           model.modules()):  # fmt: skip
        return [model]
    lists = [
        part for part in model.modules() if isinstance(part, torch.nn.ModuleList) and len(part) > 1
    ]
    inner = {id(module) for part in lists for block in part for module in block.modules()}
    outermost = [part for part in lists if id(part) not in inner]
    return [block for part in outermost for block in part] or [model]


def _asking(check: Callable[[float], None], share: float) -> Callable[..., None]:
    def ask(*_: Any) -> None:
        check(share)

    return ask
