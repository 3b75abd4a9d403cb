"""Flashes on accents: the picture burns out in light, and is itself again soon after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import cv2
import numpy as np

from shared.media.color import Planes, Uint8Array
from shared.shot import AccentLook, AccentLookKind

_SECONDS = 0.3
# At strength 1: how much brighter, how much of black is lifted, how much colour fades in the light.
_BURN, _VEIL, _FADE = 2.2, 0.06, 0.35
_BLACK, _WHITE, _GRAY = 16, 235, 128


def flashed(
    frames: Iterable[Planes], looks: tuple[AccentLook, ...], frame_rate: Fraction, first: int = 0
) -> Iterator[Planes]:
    """Finished frames, of which the first is frame `first` of the shot, with their flashes."""
    flashes = [look for look in looks if look.kind is AccentLookKind.FLASH and look.strength > 0]
    for index, planes in enumerate(frames, start=first):
        lift = max((_lift(look, index, frame_rate) for look in flashes), default=0.0)
        yield _lifted(planes, lift) if lift else planes


def _lift(look: AccentLook, frame: int, frame_rate: Fraction) -> float:
    """How strong the light is: all of it at once, then gone as an afterglow goes."""
    passed = float((frame - look.frame) / frame_rate) / _SECONDS
    return look.strength * (1 - passed) ** 2 if 0 <= passed < 1 else 0.0


def _lifted(planes: Planes, lift: float) -> Planes:
    # Light is added where there is some: highlights burn out, and blacks stay nearly black. A veil
    # of white over everything would be fog.
    levels = np.clip((np.arange(256) - _BLACK) / (_WHITE - _BLACK), 0, 1)
    burnt = 1 - (1 - levels) ** (1 + _BURN * lift)
    burnt = burnt + (1 - burnt) * _VEIL * lift
    luma = np.rint(_BLACK + burnt * (_WHITE - _BLACK)).astype(np.uint8)
    chroma = _GRAY + (np.arange(256) - _GRAY) * (1 - _FADE * lift)
    return Planes(
        _looked_up(planes.y, luma),
        _looked_up(planes.u, np.rint(chroma).astype(np.uint8)),
        _looked_up(planes.v, np.rint(chroma).astype(np.uint8)),
    )


def _looked_up(plane: Uint8Array, table: Uint8Array) -> Uint8Array:
    return np.asarray(cv2.LUT(plane, table), np.uint8)
