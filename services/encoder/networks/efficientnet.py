"""EfficientNet-lite0: a picture to 1280 features and the probabilities of 1000 classes.

Tan and Le (2019), the "lite" variant without squeeze and excitation, with ReLU6. Paddings are
TensorFlow's ("same"), as it was trained.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.weights import find_weights

if TYPE_CHECKING:
    from torch import Tensor

NUM_FEATURES, NUM_CLASSES = 1280, 1000
SIDE_PIXELS = 224

_NUM_BLOCKS = 16
_HALVING_BLOCKS = (1, 3, 5, 11)  # those that halve the picture's size
_EPSILON = 1e-3
_MEAN, _SCALE = 127.0, 128.0


class EfficientNet:
    """The model in memory; `load_efficientnet` keeps one per process."""

    def __init__(self) -> None:
        import torch

        torch.set_num_threads(1)  # The pool runs a process per core.
        path = find_weights("efficientnet-lite0")["efficientnet-lite0.pth"]
        self._state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)

    def look(self, views: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Features float32 [N, 1280] and class probabilities float32 [N, 1000].

        `views` uint8 [N, 224, 224, 3], sRGB.
        """
        import torch

        with torch.inference_mode():
            pixels = (torch.from_numpy(views.astype(np.float32)) - _MEAN) / _SCALE
            features = self._features(pixels.permute(0, 3, 1, 2).contiguous())
            logits = features @ self._state["_fc.weight"].T + self._state["_fc.bias"]
            return features.numpy(), torch.softmax(logits, dim=1).numpy()

    def _features(self, pixels: Tensor) -> Tensor:
        hidden = self._conv(pixels, "_conv_stem", "_bn0", stride=2).clamp(0, 6)
        for index in range(_NUM_BLOCKS):
            hidden = self._block(hidden, f"_blocks.{index}.", 2 if index in _HALVING_BLOCKS else 1)
        hidden = self._conv(hidden, "_conv_head", "_bn1").clamp(0, 6)
        return hidden.mean(dim=(2, 3))

    def _block(self, before: Tensor, name: str, stride: int) -> Tensor:
        hidden = before
        if f"{name}_expand_conv.weight" in self._state:
            hidden = self._conv(hidden, f"{name}_expand_conv", f"{name}_bn0").clamp(0, 6)
        hidden = self._conv(hidden, f"{name}_depthwise_conv", f"{name}_bn1", stride).clamp(0, 6)
        hidden = self._conv(hidden, f"{name}_project_conv", f"{name}_bn2")
        return hidden + before if hidden.shape == before.shape else hidden

    def _conv(self, values: Tensor, conv: str, norm: str, stride: int = 1) -> Tensor:
        from torch.nn import functional

        weight = self._state[f"{conv}.weight"]
        kernel, sides = weight.shape[-1], values.shape[2:]
        if kernel > 1:
            padding = []
            for side in (sides[1], sides[0]):  # torch pads the last axis first
                total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
                padding += [total // 2, total - total // 2]
            values = functional.pad(values, padding)
        groups = values.shape[1] // weight.shape[1]
        found = functional.conv2d(values, weight, stride=stride, groups=groups)
        mean, variance, scale, shift = (self._state[f"{norm}.{part}"] for part in _NORM_PARTS)
        return functional.batch_norm(found, mean, variance, scale, shift, eps=_EPSILON)


_NORM_PARTS = ("running_mean", "running_var", "weight", "bias")


def picture_views(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What the model looks at: uint8 [V, 224, 224, 3], squares that together show all of a picture.

    `rgb` uint8 [H, W, 3]. A picture that is not square gives its middle and both ends.
    """
    height, width = rgb.shape[:2]
    side = min(height, width)
    spare = max(height, width) - side
    places = [spare // 2] if spare < side // 8 else [spare // 2, 0, spare]
    squares = [
        rgb[:, place : place + side] if width >= height else rgb[place : place + side]
        for place in places
    ]
    method = cv2.INTER_AREA if side >= SIDE_PIXELS else cv2.INTER_CUBIC
    size = (SIDE_PIXELS, SIDE_PIXELS)
    return np.stack([np.asarray(cv2.resize(s, size, interpolation=method)) for s in squares])


@cache
def load_efficientnet() -> EfficientNet:
    """The model, read and checked once per process; raises `WeightsUnavailable`."""
    return EfficientNet()
