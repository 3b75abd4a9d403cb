"""Dissolve: one picture fades into the other."""

from __future__ import annotations

import cv2
import numpy as np

from shared.media.color import Planes, Uint8Array


def dissolve(outgoing: Planes, incoming: Planes, index: int, count: int) -> Planes:
    """Frame `index` of `count`: the incoming picture has weight (index + 0.5) / count."""
    weight = (index + 0.5) / count

    def mix(before: Uint8Array, after: Uint8Array) -> Uint8Array:
        return np.asarray(cv2.addWeighted(before, 1 - weight, after, weight, 0), np.uint8)

    return Planes(
        mix(outgoing.y, incoming.y), mix(outgoing.u, incoming.u), mix(outgoing.v, incoming.v)
    )
