"""What a revision keeps of its parent: clips taken from the parent's Build, never looked up.

A clip is kept when the parent asked for exactly the same; whether today's backends would give it
the same key does not matter, so an upgrade re-makes nothing that nobody touched.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.gateway.build_plan import PlannedClip, planned_clips
from services.gateway.changes import Asked, ClipName
from shared.blobs import BlobStore
from shared.build import Build, BuiltClip
from shared.errors import Conflict, MissingBlob
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Parent:
    """A finished revision: what was intended, and what was made of it."""

    timeline: Timeline
    build: Build

    def requests(self) -> dict[ClipName, Asked]:
        """What its clips were asked for."""
        clips = planned_clips(self.timeline, self.build.delivery)
        return {(clip.shot_id, clip.is_transition): clip.asked for clip in clips}


def kept_clips(
    blobs: BlobStore, timeline: Timeline, planned: tuple[PlannedClip, ...], parent: Parent | None
) -> dict[ClipName, BuiltClip]:
    """The clips of a revision that are its parent's, by name.

    A clip whose blobs are gone is not among them, unless its shot is locked: then `MissingBlob`
    is raised, because a locked shot is never made again silently. `Conflict` is raised for a
    shot that its parent had locked, and otherwise.
    """
    locked = {shot.id for shot in timeline.shots if shot.is_locked}
    shots_before = parent.timeline.shots if parent else ()
    locked_before = {shot.id for shot in shots_before if shot.is_locked}
    before = parent.requests() if parent else {}
    kept = {}
    for clip in planned:
        name = (clip.shot_id, clip.is_transition)
        is_locked = clip.shot_id in locked and not clip.is_transition
        if parent is None or before.get(name) != clip.asked:
            if is_locked and parent is None:
                raise MissingBlob(
                    f"{clip.label} is locked, and the build that holds its clip is not in this "
                    "store; unlock it to have it made again"
                )
            if is_locked and clip.shot_id in locked_before:
                raise Conflict(
                    f"{clip.label} is locked, but is not the clip of the revision before; "
                    "unlock it first"
                )
            continue  # A shot that is changed and locked at once is made, once.
        built = parent.build.clip_of(clip.shot_id, transition=clip.is_transition)
        missing = built is None or not _is_there(blobs, built)
        if missing and is_locked:
            raise MissingBlob(
                f"{clip.label} is locked, and its clip is gone from the store; unlock it to have "
                "it made again"
            )
        if built is not None and not missing:
            kept[name] = built
    return kept


def _is_there(blobs: BlobStore, clip: BuiltClip) -> bool:
    return blobs.contains(clip.segment) and blobs.contains(clip.measure)
