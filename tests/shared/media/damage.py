"""Damaging files as disks and networks do it, the same way for the same seed."""

from __future__ import annotations

import numpy as np

MUTATIONS = 60
_UNTOUCHED_BYTES = 16


def mutated(data: bytes, seed: int) -> bytes:
    """Bytes overwritten or taken out in up to eleven places; every third seed may cut the end."""
    rng, damaged = np.random.default_rng(seed), bytearray(data)
    for _ in range(int(rng.integers(1, 12))):
        at, kind = int(rng.integers(0, len(damaged))), int(rng.integers(0, 4))
        if kind == 0 and seed % 3 == 0:
            del damaged[max(at, _UNTOUCHED_BYTES) :]
        elif kind == 1:
            del damaged[at : at + int(rng.integers(1, 30))]
        else:
            junk = rng.bytes(int(rng.integers(1, 9)))
            damaged[at : at + len(junk)] = junk
        if len(damaged) <= _UNTOUCHED_BYTES:
            break
    return bytes(damaged)
