"""Recognise what is in references, as far as the weights are here and it is worth its cost.

Photos and clips are searched for faces always: that costs a few per cent of looking at their
motion. What is in them is named only where the brief has words to compare it with, and dissolves
are searched for only in clips that are edited films already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from services.gateway.pictures import naming
from services.gateway.sight import Sight
from shared.blobs import BlobStore
from shared.brief import MediaKind, Reference
from shared.clip_samples import VIDEO_FACES, VIDEO_LABELS, ClipFaces, ClipLabels
from shared.digest import Digest
from shared.errors import Unavailable
from shared.observation import VideoMotion
from shared.recognition import (
    IMAGE_FACES,
    IMAGE_LABELS,
    TEXT_EMBEDDING,
    VIDEO_SHOTS,
    Faces,
    Labels,
    TextEmbedding,
    VideoShots,
)
from shared.requests import EncodeRequest
from shared.runner import Runner

# A take of a camera has no cuts; a clip with so many shots was edited, and may have dissolves. To
# look for them costs twice as much as all else that is seen in a clip: not for a few shots.
_EDITED_FROM_SHOTS = 8
_LOST = {
    IMAGE_FACES: "faces in photos",
    VIDEO_FACES: "faces in clips",
    IMAGE_LABELS: "what is in photos, so that the prompt cannot choose among them",
    VIDEO_LABELS: "what is in clips, so that the prompt cannot choose among them",
    VIDEO_SHOTS: "dissolves in clips",
    TEXT_EMBEDDING: "the prompt",
}
_T = TypeVar("_T")
_Load = Callable[[BlobStore, Digest], _T]


async def recognise(
    runner: Runner, references: Iterable[Reference], prompts: Sequence[str] = ()
) -> Sight:
    """What is in the references; what their motion tells about cuts is not asked for here."""
    items = tuple(references)
    photos = [item for item in items if item.kind is MediaKind.IMAGE]
    clips = [item for item in items if item.kind is MediaKind.VIDEO]
    named_photos, named_clips = (photos, clips) if prompts else ([], [])
    look = _Look(runner)
    faces, clip_faces, labels, clip_labels, texts = await asyncio.gather(
        look.at(IMAGE_FACES, photos, Faces.load),
        look.at(VIDEO_FACES, clips, ClipFaces.load),
        look.at(IMAGE_LABELS, named_photos, Labels.load),
        look.at(VIDEO_LABELS, named_clips, ClipLabels.load),
        look.read(prompts),
    )
    return Sight(faces, clip_faces, labels, clip_labels, {}, texts, tuple(look.notes))


async def find_dissolves(
    runner: Runner, references: Iterable[Reference], motions: Mapping[Digest, VideoMotion]
) -> dict[Digest, VideoShots]:
    """The shots of the clips that are edited films, dissolves included."""
    edited = [
        item
        for item in references
        if item.blob in motions and len(motions[item.blob].shot_starts) >= _EDITED_FROM_SHOTS
    ]
    return await _Look(runner).at(VIDEO_SHOTS, edited, VideoShots.load)


class _Look:
    """Runs encoders and collects what could not be done."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.notes: list[str] = []

    async def at(
        self, encoder: str, references: Sequence[Reference], load: _Load[_T]
    ) -> dict[Digest, _T]:
        """One condition for each reference, by blob; none at all without the weights."""
        blobs = {item.blob: item for item in references}
        requests = [
            naming(item, self._runner.run(EncodeRequest(encoder, blob), item.handle))
            for blob, item in blobs.items()
        ]
        try:
            digests = await asyncio.gather(*requests)
        except Unavailable as error:
            self.notes.append(f"{_LOST[encoder]}: not looked at ({error.message})")
            return {}
        store = self._runner.blobs
        return {blob: load(store, digest) for blob, digest in zip(blobs, digests, strict=True)}

    async def read(self, prompts: Sequence[str]) -> dict[str, TextEmbedding]:
        """The embedding of every prompt, by its words."""
        texts = list(dict.fromkeys(prompts))
        store = self._runner.blobs
        requests = [
            self._runner.run(EncodeRequest(TEXT_EMBEDDING, store.put(text.encode())), "prompt")
            for text in texts
        ]
        try:
            digests = await asyncio.gather(*requests)
        except Unavailable as error:
            self.notes.append(f"{_LOST[TEXT_EMBEDDING]}: not read ({error.message})")
            return {}
        return {
            text: TextEmbedding.load(store, digest)
            for text, digest in zip(texts, digests, strict=True)
        }
