"""How much of a machine a take needs, from what lies on it: weights by the heads of their files."""

from __future__ import annotations

import json
import resource
from math import prod
from pathlib import Path

from shared.diffusion import DiffusionRequest
from shared.errors import InvalidInput
from shared.families.components import pinned
from shared.families.request import DType
from shared.weights import locate_weights

_KIB = 1024
_MAX_HEAD_BYTES = 100_000_000  # safetensors' own bound
_SUFFIX = ".safetensors"


def weights_gb(request: DiffusionRequest) -> float:
    """The denoiser's numbers in its dtype, in 10^9 bytes: by the heads of the files that are here.

    Files may hold wider numbers than those they are loaded as. Raises `WeightsUnavailable` for a
    model that is not pinned here.
    """
    files = locate_weights(pinned(request.shot.model))
    paths = [
        one.path
        for one in files
        if one.path and one.file.name.startswith("transformer") and one.path.suffix == _SUFFIX
    ]
    size = 4 if request.shot.dtype is DType.FLOAT32 else 2
    return size * sum(map(_count_numbers, paths)) / 1e9


def main_memory_gb(proc: Path = Path("/proc")) -> float | None:
    """Main memory that this process may take, in 10^9 bytes; None if it cannot be known.

    What it has taken already counts as free: what is loaded is kept or let go of first.
    """
    bounds = []
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY:
        bounds.append(limit / 1e9)
    if (proc / "meminfo").is_file():
        lines = (proc / "meminfo").read_text().splitlines()
        available = next(line.split()[1] for line in lines if line.startswith("MemAvailable:"))
        own_pages = int((proc / "self/statm").read_text().split()[1])
        bounds.append((int(available) * _KIB + own_pages * resource.getpagesize()) / 1e9)
    return min(bounds, default=None)


def _count_numbers(path: Path) -> int:
    """How many numbers a safetensors file holds, from its head alone."""
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if length > _MAX_HEAD_BYTES:
            raise InvalidInput(f"{path} is not safetensors: its head has {length} bytes")
        try:
            head = json.loads(stream.read(length))
        except ValueError as error:
            raise InvalidInput(f"{path} is not safetensors: {error}") from error
    return sum(prod(one["shape"]) for name, one in head.items() if name != "__metadata__")
