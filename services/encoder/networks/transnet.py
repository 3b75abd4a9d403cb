"""TransNet V2: how likely each frame of a video is the last before a cut or inside a dissolve.

Souček and Lokoč, "TransNet V2: An effective deep network architecture for fast shot transition
detection" (2020): dilated (2+1)D convolutions over 100 frames of 48x27 pixels, beside the
similarity of each frame to the 50 on either side, in learned features and in colour histograms.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shared.weights import find_weights

if TYPE_CHECKING:
    from torch import Tensor

WIDTH_PIXELS, HEIGHT_PIXELS = 48, 27
WINDOW_FRAMES = 100
STEP_FRAMES = 50  # what is kept of a window: its middle
CONTEXT_FRAMES = (WINDOW_FRAMES - STEP_FRAMES) // 2

_NUM_STACKS, _BLOCKS_PER_STACK = 3, 2
_DILATIONS = (1, 2, 4, 8)
_LOOKUP_FRAMES = 50
_EPSILON = 1e-3
_COLOR_BITS = 3


class TransNet:
    """The model in memory; `load_transnet` keeps one per process."""

    def __init__(self) -> None:
        import torch

        torch.set_num_threads(1)  # The pool runs a process per core.
        path = find_weights("transnetv2")["transnetv2.pth"]
        self._state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)

    def look(self, frames: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Two probabilities for each frame of a window: that it ends a shot, or is in a transition.

        `frames` uint8 [T, 27, 48, 3], sRGB, T up to 100; returns float32 [T] twice.
        """
        import torch

        with torch.inference_mode():
            pixels = torch.from_numpy(frames).permute(3, 0, 1, 2).float()[None] / 255
            stacks = []
            hidden = pixels
            for index in range(_NUM_STACKS):
                hidden = self._stack(hidden, f"SDDCNN.{index}.DDCNN")
                stacks.append(hidden)
            flat = hidden[0].permute(1, 2, 3, 0).flatten(1)
            learned = torch.cat([stack.mean(dim=(3, 4))[0] for stack in stacks]).T
            alike = self._similarity(
                self._linear(learned, "frame_sim_layer.projection"), "frame_sim_layer.fc"
            )
            colors = self._similarity(_histograms(torch.from_numpy(frames)), "color_hist_layer.fc")
            hidden = torch.relu(self._linear(torch.cat([colors, alike, flat], dim=1), "fc1"))
            ends, inside = (
                torch.sigmoid(self._linear(hidden, name))[:, 0].numpy()
                for name in ("cls_layer1", "cls_layer2")
            )
            return ends, inside

    def _stack(self, hidden: Tensor, name: str) -> Tensor:
        import torch
        from torch.nn import functional

        first = torch.relu(self._dilated(hidden, f"{name}.0"))
        second = torch.relu(self._dilated(first, f"{name}.{_BLOCKS_PER_STACK - 1}"))
        return functional.avg_pool3d(first + second, (1, 2, 2))

    def _dilated(self, values: Tensor, name: str) -> Tensor:
        import torch
        from torch.nn import functional

        branches = []
        for dilation in _DILATIONS:
            layers = f"{name}.Conv3D_{dilation}.layers"
            space, time = (self._state[f"{layers}.{index}.weight"] for index in (0, 1))
            branch = functional.conv3d(values, space, padding=(0, 1, 1))
            branch = functional.conv3d(
                branch, time, padding=(dilation, 0, 0), dilation=(dilation, 1, 1)
            )
            branches.append(branch)
        mean, variance, scale, shift = (self._state[f"{name}.bn.{part}"] for part in _NORM_PARTS)
        joined = torch.cat(branches, dim=1)
        return functional.batch_norm(joined, mean, variance, scale, shift, eps=_EPSILON)

    def _similarity(self, vectors: Tensor, name: str) -> Tensor:
        """Cosine of each frame with those from 50 before to 50 after it, through a layer."""
        import torch
        from torch.nn import functional

        unit = functional.normalize(vectors, dim=1)
        cosine = functional.pad(unit @ unit.T, (_LOOKUP_FRAMES, _LOOKUP_FRAMES))
        around = torch.stack(
            [row[index : index + 2 * _LOOKUP_FRAMES + 1] for index, row in enumerate(cosine)]
        )
        return torch.relu(self._linear(around, name))

    def _linear(self, values: Tensor, name: str) -> Tensor:
        from torch.nn import functional

        return functional.linear(values, self._state[f"{name}.weight"], self._state[f"{name}.bias"])


_NORM_PARTS = ("running_mean", "running_var", "weight", "bias")


def _histograms(frames: Tensor) -> Tensor:
    """Colour histograms of 512 bins: float32 [T, 512]."""
    import torch

    coarse = frames.long() >> (8 - _COLOR_BITS)
    bins = (coarse[..., 0] << 2 * _COLOR_BITS) + (coarse[..., 1] << _COLOR_BITS) + coarse[..., 2]
    flat = bins.flatten(1)
    counts = torch.zeros(len(frames), 1 << 3 * _COLOR_BITS)
    return counts.scatter_add_(1, flat, torch.ones(flat.shape))


@cache
def load_transnet() -> TransNet:
    """The model, read and checked once per process; raises `WeightsUnavailable`."""
    return TransNet()
