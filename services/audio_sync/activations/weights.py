"""Where the neural listener's weights are: the data files of the package BeatNet, if installed.

Heydari, Cwitkowitz and Duan, "BeatNet: CRNN and particle filtering for online joint beat, downbeat
and meter tracking" (ISMIR 2021); CC BY 4.0. None of the package's code is imported or run.
"""

from __future__ import annotations

import logging
from pathlib import Path

from shared.digest import Digest
from shared.known_weights import BEATNET
from shared.weights import WeightsUnavailable, find_weights, locate_weights

# Trained on different parts of the same collections; together they err less than each alone.
FILES: dict[str, str] = {file.name: file.sha256 for file in BEATNET.files}
_log = logging.getLogger(__name__)


def weight_files() -> tuple[Path, ...]:
    """The weight files, each with the SHA-256 expected of it; empty if any is not so."""
    if any(found.path is None for found in locate_weights(BEATNET)):
        return ()
    try:
        return tuple(find_weights(BEATNET.name).values())
    except WeightsUnavailable as error:
        _log.warning("%s; beats are heard without it", error.message)
        return ()


def weights_digest(paths: tuple[Path, ...]) -> Digest | None:
    """One digest that names all of these files; None without any."""
    if not paths:
        return None
    return Digest.of_bytes("\n".join(FILES[path.name] for path in paths).encode())
