"""Activations by neural networks: a convolution over frequency, then two recurrent layers.

The architecture of BeatNet (see `weights`), written anew; several sets of weights are averaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from services.audio_sync.activations.protocol import Activations, Curve
from services.audio_sync.activations.spectrogram import (
    FRAME_RATE_HZ,
    NUM_FEATURES,
    features_of,
)

if TYPE_CHECKING:
    import torch

_KERNEL, _FILTERS, _POOL, _HIDDEN, _LAYERS = 10, 2, 2, 150, 2
_PIECE_FRAMES = 1000  # 20 s: ten minutes at once would take half a gigabyte
_NUM_CLASSES = 3  # a beat that is no downbeat, a downbeat, neither


class NeuralListener:
    """Networks with these weight files, which must be as `weights.weight_files` gives them."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self._networks = [_load(path) for path in paths]

    def listen(self, signal_24k: Curve) -> Activations:
        return self.of_features(features_of(signal_24k))

    def of_features(self, features: Curve) -> Activations:
        """Activations from `features_of` a sound, [num_frames, NUM_FEATURES]."""
        import torch

        if not features.any():
            return Activations(FRAME_RATE_HZ, np.zeros((len(features), 2), np.float32))
        inputs = torch.from_numpy(features)
        total = np.zeros((len(features), _NUM_CLASSES), np.float32)
        with torch.inference_mode(), _one_thread():
            for network in self._networks:
                total += _probabilities(network, inputs).numpy()
        mean = (total[:, :2] / len(self._networks)).astype(np.float32)
        return Activations(FRAME_RATE_HZ, mean)


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread for a recurrence: its steps are too small to share, more only wait for another.

    It also makes the sums' order, and so the result, the same on every machine of a kind.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _load(path: Path) -> torch.nn.ModuleDict:
    import torch

    flat = _FILTERS * ((NUM_FEATURES - _KERNEL + 1) // _POOL)
    network = torch.nn.ModuleDict(
        {
            "conv1": torch.nn.Conv1d(1, _FILTERS, _KERNEL),
            "linear0": torch.nn.Linear(flat, _HIDDEN),
            "lstm": torch.nn.LSTM(_HIDDEN, _HIDDEN, _LAYERS, batch_first=True),
            "linear": torch.nn.Linear(_HIDDEN, _NUM_CLASSES),
        }
    )
    # Strict: names and shapes that differ are an error, not another network.
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return network.eval()


def _probabilities(network: torch.nn.ModuleDict, inputs: torch.Tensor) -> torch.Tensor:
    """Softmax over the classes, [num_frames, 3]; in pieces, the recurrence going on from each."""
    import torch

    pieces, state = [], None
    for piece in torch.split(inputs, _PIECE_FRAMES):
        bands = torch.relu(network["conv1"](piece[:, None]))
        pooled = torch.nn.functional.max_pool1d(bands, _POOL).flatten(1)
        states, state = network["lstm"](network["linear0"](pooled)[None], state)
        pieces.append(torch.softmax(network["linear"](states[0]), dim=1))
    return torch.cat(pieces)
