"""TransNet V2: a cut is seen on its frame and nowhere else."""

from __future__ import annotations

import cv2
import numpy as np

from services.encoder.networks.transnet import WINDOW_FRAMES, load_transnet
from tests.encoder.scenes import pan, texture


def test_a_cut_is_the_last_frame_before_it() -> None:
    frames = [*pan(texture(1), 50, 2), *pan(texture(2), 50, 2, 90)]
    small = np.stack([cv2.resize(f, (48, 27), interpolation=cv2.INTER_AREA) for f in frames])
    ends, inside = load_transnet().look(np.asarray(small, np.uint8))
    assert ends.shape == inside.shape == (WINDOW_FRAMES,)
    assert np.flatnonzero(ends > 0.5).tolist() == [49]
    assert inside[49] > 0.5
    assert ends[:45].max() < 0.1
