"""What the picture does on beats: which beats are struck, and how hard. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from shared.shot import Accent, AccentLook, AccentLookKind, Shot

# The picture has come to rest before it is struck again. For flashes this is also what keeps a
# film safe: two in any second, where three are allowed.
MIN_GAP_SECONDS = {
    AccentLookKind.PUNCH_IN: Fraction(2, 5),
    AccentLookKind.SHAKE: Fraction(1, 2),
    AccentLookKind.FLASH: Fraction(1, 2),
}
# Beside a stronger beat one this much weaker is not struck at all.
_WEAKEST = 0.3


def looks_on(
    accents: Sequence[Accent],
    kind: AccentLookKind,
    strength: float,
    frame_rate: Fraction,
    seed: int,
    taken: Sequence[int] = (),
) -> tuple[AccentLook, ...]:
    """Looks on the strongest accents, each as hard as its beat, none too close to another.

    `strength` is that of the strongest; `taken` are frames that are struck already, in frames of
    the shot.
    """
    hardest = max((accent.strength for accent in accents), default=0.0)
    gap = MIN_GAP_SECONDS[kind] * frame_rate
    chosen: list[Accent] = []
    for accent in sorted(accents, key=lambda accent: (-accent.strength, accent.frame)):
        if hardest <= 0 or accent.strength < _WEAKEST * hardest:
            continue
        near = [*(other.frame for other in chosen), *taken]
        if all(abs(accent.frame - frame) >= gap for frame in near):
            chosen.append(accent)
    return tuple(
        AccentLook(kind, one.frame, round(strength * one.strength / hardest, 4), seed)
        for one in sorted(chosen, key=lambda accent: accent.frame)
    )


def moved_looks(shot: Shot, accents: Sequence[Accent], frame_rate: Fraction) -> Shot:
    """The shot with its looks on the beats that fall into it now, no more of them than before."""
    if not shot.looks:
        return shot
    hardest = max(look.strength for look in shot.looks)
    first = shot.looks[0]
    found = looks_on(accents, first.kind, hardest, frame_rate, first.seed)
    strongest = sorted(found, key=lambda look: (-look.strength, look.frame))[: len(shot.looks)]
    return replace(shot, looks=tuple(sorted(strongest, key=lambda look: look.frame)))
