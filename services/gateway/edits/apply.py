"""Apply operations to a timeline: load what each one needs, apply it, keep the cut plan true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from services.gateway.edits.cut_list import follow_cuts
from services.gateway.edits.operation import ALL_HANDLES, Operation
from services.gateway.edits.pacing import SetPacing
from services.gateway.edits.place import is_picture
from services.gateway.edits.scene import Scene, music_of
from services.gateway.edits.undo import Undo
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob
from shared.schema import from_json, to_json
from shared.sync_map import CutPlan, SyncMap
from shared.timeline import Timeline

if TYPE_CHECKING:
    from services.gateway.material import Photo, Stretch
    from shared.look.cube import Cube
    from shared.runner import Runner


async def apply_operations(
    runner: Runner,
    timeline: Timeline,
    operations: Sequence[Operation],
    looks: Mapping[str, Digest] | None = None,
) -> Timeline:
    """The next revision: all operations in order, or none of them.

    `looks` are tables in the store by the names that operations give them.
    Its `parent` is the given timeline; undoing first goes back to that one's parent, and `undo`
    alone returns it as it was. Puts the parent and a changed cut plan into the store. Raises what
    the operations raise, and `InvalidInput` for an `undo` that does not come first.
    """
    loader = _Loader(runner, looks or {})
    runner.blobs.put(to_json(timeline))
    base = changed = timeline
    for operation in operations:
        if isinstance(operation, Undo):
            if changed is not base:
                raise InvalidInput(
                    "undo goes back to the revision before this film's; expected it before the "
                    "other operations, or leave out the one to be undone"
                )
            base = changed = operation.apply_to(base, loader.history(base))
        else:
            changed = await _apply(loader, changed, operation)
    if changed is base:
        return base
    return replace(changed, parent=Digest.of_bytes(to_json(base)))


async def _apply(loader: _Loader, timeline: Timeline, operation: Operation) -> Timeline:
    scene = await loader.scene(timeline, operation)
    changed = operation.apply_to(timeline, scene)
    if changed.start_frames() == timeline.start_frames() and (
        changed.frame_count == timeline.frame_count
    ):
        return changed
    plans = [loader.cut_plan(timeline), *([scene.replanned] if scene.replanned else [])]
    music = music_of(changed, loader.sync_map(timeline))
    followed = follow_cuts(plans, changed, music, operation)
    return replace(changed, cut_plan=loader.runner.blobs.put(to_json(followed)))


@dataclass(slots=True)
class _Loader:
    """Reads what operations need from the store, each thing once."""

    runner: Runner
    _looks: Mapping[str, Digest] = field(default_factory=dict)
    _sync_maps: dict[Digest, SyncMap] = field(default_factory=dict)
    _stretches: dict[str, tuple[Stretch, ...]] = field(default_factory=dict)
    _photos: dict[str, Photo] = field(default_factory=dict)

    def history(self, timeline: Timeline) -> Scene:
        """The scene that `undo` needs."""
        if timeline.parent is None:
            return Scene()
        try:
            return Scene(parent=from_json(Timeline, self.runner.blobs.read(timeline.parent)))
        except MissingBlob as error:
            raise error.about("undo: the parent revision is gone") from error

    def sync_map(self, timeline: Timeline) -> SyncMap | None:
        """What was heard in the film's song, None for a silent film."""
        digest = timeline.sync_map
        if digest is None:
            return None
        if digest not in self._sync_maps:
            self._sync_maps[digest] = from_json(SyncMap, self.runner.blobs.read(digest))
        return self._sync_maps[digest]

    def cut_plan(self, timeline: Timeline) -> CutPlan:
        """What was planned for the film's cuts."""
        return from_json(CutPlan, self.runner.blobs.read(timeline.cut_plan))

    async def scene(self, timeline: Timeline, operation: Operation) -> Scene:
        """All that an operation looks at."""
        sync_map = self.sync_map(timeline) if operation.HEARS else None
        await self._see(timeline, operation.looks_at(timeline))
        luts = self._input_luts(timeline, operation.looks_at(timeline))
        scene = Scene(sync_map, self._stretches, self._photos, self._looks, luts)
        if operation.NEEDS_BRAND and timeline.brand is None:
            from services.gateway.brand_files import store_brand

            return replace(scene, brand=await store_brand(self.runner.blobs, None))
        if isinstance(operation, SetPacing):
            request = operation.plan_request(timeline, sync_map, self.cut_plan(timeline))
            digest = await self.runner.run(request, operation.OP)
            return replace(scene, replanned=from_json(CutPlan, self.runner.blobs.read(digest)))
        return scene

    def _input_luts(self, timeline: Timeline, handles: Sequence[str]) -> dict[Digest, Cube]:
        """The input tables of some references."""
        asked = (item for item in timeline.references if item.handle in handles)
        digests = {item.input_lut for item in asked if item.input_lut is not None}
        if not digests:
            return {}
        from shared.look.cube_file import parse_cube

        return {digest: parse_cube(self.runner.blobs.read(digest)) for digest in digests}

    async def _see(self, timeline: Timeline, handles: Sequence[str]) -> None:
        wanted = [
            reference
            for reference in timeline.references
            if is_picture(reference)
            and (handles == ALL_HANDLES or reference.handle in handles)
            and reference.handle not in self._stretches.keys() | self._photos.keys()
        ]
        if not wanted:
            return
        # Picture libraries take longer to load than an edit that needs none takes in all.
        from services.gateway.material import see_photo, split_clip
        from services.gateway.pictures import see_clips, see_photos
        from services.gateway.recognise import find_dissolves, recognise

        motions, styles = (
            await see_clips(self.runner, wanted),
            await see_photos(self.runner, wanted),
        )
        sight = await recognise(self.runner, wanted)
        sight = replace(sight, shots=await find_dissolves(self.runner, wanted, motions))
        for reference in wanted:
            if reference.blob in motions:
                clip = split_clip(reference, motions[reference.blob], sight)
                self._stretches[reference.handle] = tuple(clip)
            else:
                photo = see_photo(reference, styles[reference.blob], sight)
                self._photos[reference.handle] = photo
