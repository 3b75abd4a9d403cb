"""How much of a machine a take needs, from what lies on it: weights by the heads of their files."""

from __future__ import annotations

import resource
from math import prod
from pathlib import Path

from shared.diffusion import DiffusionRequest
from shared.families.components import pinned
from shared.families.request import DType
from shared.families.safetensors_head import Shapes, head_of
from shared.weights import locate_weights

_KIB = 1024
_SUFFIX = ".safetensors"


def weights_gb(request: DiffusionRequest) -> float:
    """The denoiser's numbers in its dtype, in 10^9 bytes: by the heads of the files that are here.

    Files may hold wider numbers than those they are loaded as. Raises `WeightsUnavailable` for a
    model that is not pinned here.
    """
    size = 4 if request.shot.dtype is DType.FLOAT32 else 2
    return size * sum(map(_count_numbers, _files(request.shot.model))) / 1e9


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


def model_shapes(name: str, folder: str = "transformer") -> Shapes:
    """Names and shapes of a denoiser's weights, from the heads of the files that are here.

    Raises `WeightsUnavailable` for a model that is not pinned here.
    """
    found: Shapes = {}
    for path in _files(name):
        if path.parent.name == folder:
            found |= head_of(path)
    return found


def _files(name: str) -> list[Path]:
    return [
        one.path
        for one in locate_weights(pinned(name))
        if one.path and one.file.name.startswith("transformer") and one.path.suffix == _SUFFIX
    ]


def _count_numbers(path: Path) -> int:
    """How many numbers a safetensors file holds, from its head alone."""
    return sum(prod(shape) for shape in head_of(path).values())
