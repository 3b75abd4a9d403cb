"""A procedural shot's wish as the numbers that its scene is drawn from. A pure function."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from shared.brief import Size
from shared.errors import InvalidInput
from shared.generation import ENERGY_POINTS_PER_SECOND, seed_of
from shared.procedural import ProceduralRequest, SceneKind

if TYPE_CHECKING:
    from services.gateway.generating import Asker, GenerateWish

# Soft pictures are drawn this small and scaled up; letters at full size.
_SOFT_SIDE, _SHARP_SIDE = 540, 1080


async def procedural_spec(runner: Asker, wish: GenerateWish, label: str) -> ProceduralRequest:
    """The scene that a wish asks for, in the film's palette, moving with the film's music.

    Raises `InvalidInput` for settings that no scene has.
    """
    source = wish.source
    try:
        scene = SceneKind(source.task)
    except ValueError:
        known = ", ".join(SceneKind)
        raise InvalidInput(f"{label}: no scene {source.task!r}; expected {known}") from None
    lines = tuple(line for line in str(source.param("lines") or "").splitlines() if line)
    side = _SHARP_SIDE if lines else _SOFT_SIDE
    return ProceduralRequest(
        scene=scene,
        palette=tuple(str(source.param("palette") or "").split()),
        size=_drawn_size(wish.size, side),
        frame_rate=wish.frame_rate,
        frames=wish.frames,
        # Two films of one seed would look alike but for their colours.
        seed=seed_of(f"{wish.seed}/{source.prompt}"),
        energy=_by_frame(source.energy, wish),
        accents=_accents(wish),
        lines=lines,
        font=wish.font if lines else None,
    )


def _drawn_size(size: Size, side: int) -> Size:
    scale = min(1.0, side / min(size.width, size.height))
    return Size(*(max(64, round(edge * scale / 2) * 2) for edge in (size.width, size.height)))


def _by_frame(points: tuple[float, ...], wish: GenerateWish) -> tuple[float, ...]:
    """The energy at each frame of the clip, between its points in a straight line, to 1/1000."""
    if not points:
        return ()
    values = []
    for frame in range(wish.frames):
        place = Fraction(frame - wish.head_frames) / wish.frame_rate * ENERGY_POINTS_PER_SECOND
        place = min(max(place, Fraction(0)), Fraction(len(points) - 1))
        first = int(place)
        second, share = min(first + 1, len(points) - 1), float(place - first)
        values.append(round(points[first] * (1 - share) + points[second] * share, 3))
    return tuple(values)


def _accents(wish: GenerateWish) -> tuple[tuple[int, float], ...]:
    shifted = ((frame + wish.head_frames, strength) for frame, strength in wish.source.accents)
    return tuple((frame, strength) for frame, strength in shifted if 0 <= frame < wish.frames)
