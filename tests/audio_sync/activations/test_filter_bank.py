from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.activations.filter_bank import log_filter_bank


def test_the_bank_that_the_networks_were_trained_on() -> None:
    bank = log_filter_bank(705, 22_050, 24, 30.0, 17_000.0)
    assert bank.shape == (705, 136)
    assert bank.sum(axis=0) == pytest.approx(1.0, abs=1e-5)
    centres = bank.argmax(axis=0) * 22_050 / 2 / 705
    assert np.all(np.diff(centres) > 0.0)
    # Where bins are fine enough there are 24 bands an octave.
    ratios = centres[-20:-1] / centres[-21:-2]
    assert np.median(ratios) == pytest.approx(2.0 ** (1 / 24), abs=0.003)
    assert np.min(np.abs(centres - 440.0)) < 10.0
