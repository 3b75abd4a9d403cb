"""What a finished action left."""

from __future__ import annotations

from dataclasses import dataclass

from shared.digest import Digest


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished action left: its digest, every blob it wrote, and what it cost."""

    digest: Digest
    outputs: tuple[Digest, ...]
    run_seconds: float
    cpu_seconds: float
