"""The weights that speech is heard with: found by `shared.weights`, joined in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shared.known_weights import SILERO, WHISPER_BASE, WHISPER_TINY, Weights
from shared.weights import find_files, require_files

VOICE_ACTIVITY = SILERO
PACKAGED = {weights.name: weights for weights in (WHISPER_BASE, WHISPER_TINY)}


def check_installed(weights: Weights) -> None:
    """Raise `WeightsUnavailable` unless every file of the weights is there; reads none of them."""
    require_files(weights)


def read_weights(weights: Weights) -> dict[str, bytes]:
    """The files of the weights by name, parts of one file joined; nothing is joined on disk.

    Raises `WeightsUnavailable` when one is missing or is not the file that was published.
    """
    parts: dict[str, list[bytes]] = {}
    for name, path in find_files(weights).items():
        whole, _, _ = name.partition(".part")
        parts.setdefault(whole, []).append(path.read_bytes())
    return {name: b"".join(content) for name, content in parts.items()}


class PartedFile:
    """A file that is kept in parts: read at once, into the only copy there is of it here."""

    def __init__(self, parts: Sequence[Path]) -> None:
        self._parts = tuple(parts)

    def read(self) -> bytearray:
        """All parts, one after the other."""
        sizes = [part.stat().st_size for part in self._parts]
        whole, start = bytearray(sum(sizes)), 0
        for part, size in zip(self._parts, sizes, strict=True):
            with part.open("rb") as file:
                file.readinto(memoryview(whole)[start : start + size])
            start += size
        return whole


def open_weights(weights: Weights) -> dict[str, bytes | PartedFile]:
    """As `read_weights`, but what is kept in parts is read by whoever takes it."""
    parts: dict[str, list[Path]] = {}
    for name, path in find_files(weights).items():
        parts.setdefault(name.partition(".part")[0], []).append(path)
    return {
        name: PartedFile(paths) if len(paths) > 1 else paths[0].read_bytes()
        for name, paths in parts.items()
    }
