"""Which made shots of a film go on from the one before them, and that nothing hides their cuts."""

from __future__ import annotations

from dataclasses import replace

from services.gateway.continuing import SETTING
from services.gateway.diffusion_ask import DIFFUSION
from services.gateway.generate_sources import continues
from shared.errors import InvalidInput
from shared.generate_options import GenerateOptions, ShotWish
from shared.generation import Generated
from shared.timeline import Timeline


def going_on(
    wish: ShotWish, before: Generated | None, where: str, options: GenerateOptions, place: int
) -> ShotWish:
    """The wish of the shot at `place` (1 is the first), going on only where it can.

    `before` is what is made for the shot before it. Where no model makes that, a shot that was
    named by its place is refused with `InvalidInput`; others begin anew.
    """
    if not continues(wish) or (before is not None and before.backend in DIFFUSION):
        return wish
    own = dict(options.shots).get(place)
    if own is not None and continues(own):
        found = "it is the film's first" if place == 1 else f"no model makes shot {place - 1}"
        raise InvalidInput(
            f"{where}.{SETTING}: {found}; expected a shot that a model makes before it"
        )
    return replace(wish, settings=tuple(one for one in wish.settings if one.name != SETTING))


def without_seams(timeline: Timeline) -> Timeline:
    """The timeline with plain cuts into shots that go on: there is nothing to dissolve."""
    on = {
        shot.id
        for shot in timeline.shots
        if isinstance(shot.source, Generated) and shot.source.continues is not None
    }
    kept = tuple(item for item in timeline.transitions if item.into not in on)
    return timeline if kept == timeline.transitions else replace(timeline, transitions=kept)
