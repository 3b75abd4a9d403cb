"""A film fresh from the decoder, measured frame by frame; a failed take becomes an error."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from shared.diffusion import DiffusionRequest
from shared.errors import ModelFailure
from shared.families.catalogue import find_model
from shared.families.handover import clip_frames
from shared.take import TakeMeasure, faults

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def measure_take(frames: NDArray[np.float32]) -> TakeMeasure:
    """Measure a film, float32 [F, H, W, 3] in 0..1, holding two frames' differences at a time."""
    import numpy as np

    broken = sum(not np.isfinite(frame).all() for frame in frames)
    if broken or not len(frames):
        return TakeMeasure(len(frames), broken, 0.0, 0.0, 0.0)
    means = np.array([float(frame.mean()) * 255 for frame in frames])
    changes = [float(np.abs(after - before).mean()) * 255 for before, after in pairwise(frames)]
    flicker = float(np.abs(np.diff(means, 2)).mean()) / 2 if len(means) > 2 else 0.0
    brightest = 255 * max(float(frame.max()) for frame in frames)
    return TakeMeasure(len(frames), 0, brightest, max(changes, default=0.0), flicker)


def check_take(frames: NDArray[np.float32], request: DiffusionRequest) -> TakeMeasure:
    """The measures of a take that passed; raises `ModelFailure` with all reasons if it did not."""
    measure = measure_take(frames)
    grid = find_model(request.shot.model)[1].grid
    found = faults(measure, clip_frames(grid, request.geometry, request.shot.handover))
    if found:
        raise ModelFailure(
            f"the take of {request.shot.model} with seed {request.seed} failed: {'; '.join(found)}"
        )
    return measure
