"""What is different between two revisions, shot by shot, from their Builds and timelines."""

from __future__ import annotations

import dataclasses
from typing import Any

from services.gateway.api.films.revisions import Revision
from shared.blobs import BlobStore
from shared.build import Build
from shared.digest import Digest
from shared.schema import from_json
from shared.shot import Shot
from shared.timeline import Timeline


def compare_revisions(blobs: BlobStore, before: Revision, after: Revision) -> dict[str, Any]:
    """Shots that were added, removed, changed and kept from one revision to another.

    A kept shot has the same packets in both films. `moved_frames` is how much later a shot that is
    in both begins. Raises `MissingBlob` where a record is gone.
    """
    one, other = (_read(blobs, revision) for revision in (before, after))
    shots: list[dict[str, Any]] = []
    for shot_id, place in other.places.items():
        line: dict[str, Any] = {"shot": shot_id, "start_frame": place[0], "frames": place[1].frames}
        if shot_id not in one.places:
            shots.append({**line, "what": "added"})
            continue
        start, shot = one.places[shot_id]
        same = one.packets[shot_id] == other.packets[shot_id]
        line["moved_frames"] = place[0] - start
        line["changed"] = _changed(shot, place[1])
        shots.append({**line, "what": "kept" if same else "changed"})
    for shot_id, (start, shot) in one.places.items():
        if shot_id not in other.places:
            shots.append(
                {"shot": shot_id, "start_frame": start, "frames": shot.frames, "what": "removed"}
            )
    counts = {
        what: sum(line["what"] == what for line in shots)
        for what in ("kept", "changed", "added", "removed")
    }
    return {
        "from": before.id,
        "to": after.id,
        "summary": {**counts, "same_sound": one.soundtrack == other.soundtrack},
        "shots": shots,
    }


@dataclasses.dataclass(frozen=True, slots=True)
class _Made:
    places: dict[str, tuple[int, Shot]]
    packets: dict[str, str]
    soundtrack: Digest | None


def _read(blobs: BlobStore, revision: Revision) -> _Made:
    build = from_json(Build, blobs.read(Digest.parse(revision.build)))
    timeline = from_json(Timeline, blobs.read(build.timeline))
    starts = timeline.start_frames()
    places = {shot.id: (at, shot) for shot, at in zip(timeline.shots, starts, strict=True)}
    packets = {clip.shot_id: clip.packets_sha256 for clip in build.clips if not clip.is_transition}
    return _Made(places, packets, build.soundtrack)


def _changed(one: Shot, other: Shot) -> list[str]:
    return [
        field.name
        for field in dataclasses.fields(Shot)
        if field.compare and getattr(one, field.name) != getattr(other, field.name)
    ]
