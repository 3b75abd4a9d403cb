"""What the report says of shots that a model made: as what, at what cost, how near to its subjects.

Similarity is the cosine of what the encoders see in a subject's picture and in the take's key frame
(`image.labels`, ImageNet's classes by their names): it tells a bicycle from a beach, not one face
from another. It is measured and reported, never judged by.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.gateway.diffusion_ask import DIFFUSION, DiffusionAsk, ask_of
from services.gateway.generating import Asker, generate_wish
from shared.blobs import BlobStore
from shared.brief import MediaKind, Role
from shared.build import Build
from shared.digest import Digest
from shared.errors import OnbeatError
from shared.families.device import cost_of
from shared.generation import Generated
from shared.recognition import IMAGE_LABELS, VIDEO_PICTURES, Labels, ShotPictures
from shared.requests import EncodeRequest, RenderRequest
from shared.schema import from_json
from shared.timeline import Timeline

_SUBJECTS = (Role.SUBJECT, Role.PRODUCT, Role.FIRST_FRAME, Role.LAST_FRAME)
_DECIMALS = 3
_Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Take:
    """A shot that a model made: its wish's source, its request and its clip."""

    shot_id: str
    source: Generated
    ask: DiffusionAsk
    clip: Digest


async def add_generated(
    runner: Asker, report: dict[str, Any], timeline: Timeline, build: Build
) -> None:
    """Add "generated" to a report, if a model made any of its shots; encodes what it compares."""
    takes = _takes(runner, timeline, build)
    if not takes:
        return
    seen = {take.shot_id: await _seen(runner, take) for take in takes}
    documents = []
    for take in takes:
        near = await _near(runner, take, seen[take.shot_id])
        told = {**_document(take), **_retiming(runner.blobs, take.clip)}
        documents.append({**told, "subject_similarity": near})
    report["generated"] = {"shots": documents, "across": _across(takes, seen)}


def _takes(runner: Asker, timeline: Timeline, build: Build) -> list[_Take]:
    clips = {
        clip.shot_id: from_json(RenderRequest, runner.blobs.read(clip.request)).source
        for clip in build.clips
        if not clip.is_transition and _is_made(timeline, clip.shot_id)
    }
    takes = []
    for shot in timeline.shots:
        wish = generate_wish(shot, timeline)
        if wish is not None and shot.id in clips:
            ask = ask_of(wish, runner.blobs, shot.id)
            takes.append(_Take(shot.id, wish.source, ask, clips[shot.id]))
    return takes


def _is_made(timeline: Timeline, shot_id: str) -> bool:
    source = next(shot.source for shot in timeline.shots if shot.id == shot_id)
    return isinstance(source, Generated) and source.backend in DIFFUSION


def _document(take: _Take) -> dict[str, Any]:
    request = take.ask.request
    geometry = request.geometry
    return {
        "shot": take.shot_id,
        "model": request.shot.model,
        "task": request.task.value,
        "seed": request.seed,
        "steps": request.steps,
        "guidance": request.guidance.scale,
        "size": f"{geometry.width}x{geometry.height}",
        "frames": geometry.frames,
        "frame_rate": str(geometry.frame_rate),
        "petaflop": float(f"{cost_of(request).petaflop:.3g}"),
        "clip": str(take.clip),
        **({"continues": take.source.continues} if take.source.continues else {}),
    }


def _retiming(blobs: BlobStore, clip: Digest) -> dict[str, Any]:
    """How the clip came to the film's frame rate, if by flow."""
    # Imported here: of a film without generated shots there is nothing that PyAV has to read.
    from shared.media.retiming import retiming_of

    if not blobs.contains(clip):
        return {}
    with blobs.local_path(clip) as path:
        found = retiming_of(path)
    is_retimed = found is not None and found.num_between + found.num_nearest > 0
    return {"retiming": asdict(found)} if found and is_retimed else {}


async def _seen(runner: Asker, take: _Take) -> _Vector | None:
    """What is seen in a take's key frame, None where that cannot be said here."""
    try:
        found = await runner.run(EncodeRequest(VIDEO_PICTURES, take.clip), f"shot {take.shot_id}")
    except OnbeatError:  # the encoder's weights are not here; the film is as good without
        return None
    embeddings = ShotPictures.load(runner.blobs, found).embeddings
    return np.asarray(embeddings.mean(axis=0), np.float32) if len(embeddings) else None


async def _near(runner: Asker, take: _Take, seen: _Vector | None) -> dict[str, float | None]:
    """How near a take is to each picture of a subject, by its handle: -1..1."""
    near: dict[str, float | None] = {}
    for given in take.source.inputs:
        if given.role not in _SUBJECTS or given.kind is not MediaKind.IMAGE:
            continue
        near[given.handle] = None
        if seen is not None:
            found = await runner.run(EncodeRequest(IMAGE_LABELS, given.blob), given.handle)
            near[given.handle] = _cosine(seen, Labels.load(runner.blobs, found).embedding)
    return near


def _across(takes: list[_Take], seen: dict[str, _Vector | None]) -> list[dict[str, Any]]:
    """How near the takes of one subject are to each other."""
    pairs = []
    for one, other in combinations(takes, 2):
        shared = {given.blob for given in one.source.inputs if given.role in _SUBJECTS} & {
            given.blob for given in other.source.inputs if given.role in _SUBJECTS
        }
        first, second = seen[one.shot_id], seen[other.shot_id]
        if shared and first is not None and second is not None:
            shots = [one.shot_id, other.shot_id]
            pairs.append({"shots": shots, "similarity": _cosine(first, second)})
    return pairs


def _cosine(one: _Vector, other: _Vector) -> float:
    norms = float(np.linalg.norm(one) * np.linalg.norm(other))
    return round(float(one @ other) / max(norms, 1e-9), _DECIMALS)
