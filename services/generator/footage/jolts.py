"""What a beat does to the camera: a punch in, or a shake, at its hardest at once and soon at rest.

Pure arithmetic on views. A jolted view lies inside the view that it jolts, so it never shows what
is beyond the source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import pi, sin

from services.generator.footage.rect import Rect
from shared.shot import AccentLook, AccentLookKind

_PUNCH = 0.12  # of the view's width that a punch of strength 1 takes away
_PUNCH_SECONDS = 0.45
_SHAKE = 0.018  # of the view's width that a shake of strength 1 goes to a side
_SHAKE_TURN = 0.012  # radians
_SHAKE_SECONDS = 0.5
# Two swings of unequal speed a second never repeat; faster ones tear at 24 frames a second.
_SHAKE_HZ = (6.3, 9.1)


@dataclass(frozen=True, slots=True)
class Jolts:
    """The punches or shakes of a shot, at so many frames a second."""

    looks: tuple[AccentLook, ...]
    frame_rate: Fraction

    @classmethod
    def of(cls, looks: Sequence[AccentLook], frame_rate: Fraction) -> Jolts | None:
        """Those looks that move the camera; None if there are none."""
        kinds = (AccentLookKind.PUNCH_IN, AccentLookKind.SHAKE)
        moving = tuple(look for look in looks if look.kind in kinds and look.strength > 0)
        return cls(moving, frame_rate) if moving else None

    def closest(self, aspect: float) -> float:
        """The smallest share of its width that a view of this aspect is left with."""
        return 1 - max(_taken(look, aspect) for look in self.looks)

    def jolted(self, view: Rect, frame: int) -> Rect:
        """A view as it is at a frame of the shot."""
        # The last one that struck counts: two at a time would be neither.
        look = max(
            (one for one in self.looks if one.frame <= frame),
            key=lambda one: one.frame,
            default=None,
        )
        if look is None:
            return view
        seconds = float((frame - look.frame) / self.frame_rate)
        if look.kind is AccentLookKind.PUNCH_IN:
            return _closer(view, _PUNCH * look.strength * _rest(seconds / _PUNCH_SECONDS))
        return _shaken(view, look, seconds)


def _rest(passed: float) -> float:
    """How much of a blow is left, 1 at once and 0 from `passed` 1 on; it leaves and rests gently.

    The fall is steepest soon after the blow, so that a beat is seen and not a zoom.
    """
    left = min(1.0, max(0.0, 1 - passed))
    return left**3 * (1 + 3 * (1 - left))


def _shaken(view: Rect, look: AccentLook, seconds: float) -> Rect:
    force = look.strength * _rest(seconds / _SHAKE_SECONDS)
    if not force:
        return view
    first, second, third = _phases(look)
    across = _swing(seconds, first) * _SHAKE * force * view.width
    down = _swing(seconds, second) * _SHAKE * force * view.width
    close = _closer(view, _margin(force, view.width / view.height))
    turn = _swing(seconds, third) * _SHAKE_TURN * force
    return replace(close, left=close.left + across, top=close.top + down, turn=close.turn + turn)


def _taken(look: AccentLook, aspect: float) -> float:
    is_punch = look.kind is AccentLookKind.PUNCH_IN
    return _PUNCH * look.strength if is_punch else _margin(look.strength, aspect)


def _margin(force: float, aspect: float) -> float:
    """The share of its sides that a view gives up, to have room on all of them."""
    return force * (2 * _SHAKE * max(1, aspect) + _SHAKE_TURN * max(aspect, 1 / aspect))


def _swing(seconds: float, phase: float) -> float:
    """-1..1, near its extremes at once: a blow starts where it pushes."""
    slow, fast = (sin(2 * pi * hz * seconds + phase) for hz in _SHAKE_HZ)
    return 0.65 * slow + 0.35 * fast


def _phases(look: AccentLook) -> tuple[float, float, float]:
    state = hashlib.sha256(f"shake/{look.seed}/{look.frame}".encode()).digest()
    # Around a quarter or three quarters of a swing, where it is far out.
    first, second, third = (
        pi / 2 * (1 if byte % 2 else -1) + (byte / 255 - 0.5) for byte in state[:3]
    )
    return first, second, third


def _closer(view: Rect, share: float) -> Rect:
    return replace(
        view,
        left=view.left + view.width * share / 2,
        top=view.top + view.height * share / 2,
        width=view.width * (1 - share),
        height=view.height * (1 - share),
    )
