"""What a model is asked for by a wish that is more than a take: for refusals, costs and reports.

Clips and pictures that are yet to be made are named, as wishes are; nothing in a store has these
names. Pure functions.
"""

from __future__ import annotations

from dataclasses import replace

from services.gateway.generating import GenerateWish
from shared.digest import Digest, canonical_bytes
from shared.generation import STILL


def model_wish(wish: GenerateWish) -> GenerateWish:
    """The wish for the take alone: an edit's, a still's, or that of the clip from a still."""
    kept, opening = wish.source.keeps, wish.source.opening
    if kept is not None:
        from services.gateway.keeping import edit_wish, within_region

        name = kept.blob or Digest.of_bytes(canonical_bytes(kept))
        speed = kept.speed if kept.generated is None else kept.generated.speed
        edit = edit_wish(wish, name, kept.start_seconds, speed)
        return model_wish(within_region(edit, name) if kept.region else edit)
    if opening is not None:
        from services.gateway.keyframes import still_wish, with_still

        if wish.source.task == STILL:
            return model_wish(still_wish(wish, opening))
        return model_wish(with_still(wish, Digest.of_bytes(canonical_bytes(opening))))
    from services.gateway.retiming import SETTING

    params = tuple(item for item in wish.source.params if item.name != SETTING)
    return (
        wish
        if params == wish.source.params
        else replace(wish, source=replace(wish.source, params=params))
    )
