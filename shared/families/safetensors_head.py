"""What a safetensors file holds, by its head alone: names and shapes, without a number read."""

from __future__ import annotations

import json
from pathlib import Path

from shared.errors import InvalidInput

_MAX_HEAD_BYTES = 100_000_000  # the format's own bound
# Infinite sides and heads nested too deep are among what JSON can say.
_BROKEN = (ValueError, AttributeError, KeyError, TypeError, OverflowError, RecursionError)
Shapes = dict[str, tuple[int, ...]]


def head_of(path: Path) -> Shapes:
    """The shape of each tensor by its name; raises `InvalidInput` for a file of another format."""
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if length > _MAX_HEAD_BYTES:
            raise InvalidInput(f"{path} is not safetensors: its head has {length} bytes")
        try:
            head = json.loads(stream.read(length))
            return {
                name: tuple(int(side) for side in one["shape"])
                for name, one in head.items()
                if name != "__metadata__"
            }
        except _BROKEN as error:
            raise InvalidInput(f"{path} is not safetensors: {error}") from error
