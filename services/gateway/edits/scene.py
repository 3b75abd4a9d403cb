"""What an operation may look at besides the timeline: what was heard and seen, already loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.gateway.music import Music
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.sync_map import SyncMap

if TYPE_CHECKING:
    from services.gateway.material import Photo, Stretch
    from shared.brand import Brand
    from shared.look.cube import Cube
    from shared.sync_map import CutPlan
    from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Scene:
    """What was heard and seen, as far as the operation needs it.

    `stretches` and `photos` are by handle, `looks` (tables in the store) by the names that the
    operations give them, `input_luts` those of the references looked at. `replanned` is the cut
    plan that `set_pacing` asked for, `parent` the revision that `undo` goes back to, `brand` the
    packaged one, for type in a film that had none.
    """

    sync_map: SyncMap | None = None
    stretches: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict)
    photos: Mapping[str, Photo] = field(default_factory=dict)
    looks: Mapping[str, Digest] = field(default_factory=dict)
    input_luts: Mapping[Digest, Cube] = field(default_factory=dict)
    replanned: CutPlan | None = None
    parent: Timeline | None = None
    brand: Brand | None = None

    def stretches_of(self, handle: str) -> tuple[Stretch, ...]:
        """The uncut stretches of a clip; raises `InvalidInput` for a clip not looked at."""
        try:
            return self.stretches[handle]
        except KeyError:
            raise InvalidInput(f"@{handle} was not looked at") from None


def music_of(timeline: Timeline, sync_map: SyncMap | None) -> Music:
    """The music under a timeline; a film without sound has none."""
    start = timeline.sound.start_sample if timeline.sound else 0
    return Music(sync_map if timeline.sound else None, start, timeline.frame_rate)
