"""A runner over a store in memory that knows the synthetic film and remembers what it was asked."""

from __future__ import annotations

import dataclasses
from typing import Any

from services.audio_sync import plan_cuts
from shared.blobs import BlobStore, MemoryBlobs
from shared.condition import store_condition
from shared.digest import Digest
from shared.observation import IMAGE_STYLE, VIDEO_MOTION, ImageStyle, VideoMotion
from shared.requests import EncodeRequest, PlanCutsRequest
from shared.schema import to_json
from shared.weights import WeightsUnavailable
from tests.gateway.edits.scenes import MOTIONS, PHOTOS, REFERENCES, SYNC_MAP, cut_plan, film

SEEN = (VIDEO_MOTION, IMAGE_STYLE)


class SceneRunner:
    """Performs encodes from the scene and really plans cuts; `asked` are its requests in order."""

    def __init__(self) -> None:
        self._blobs = MemoryBlobs()
        self.asked: list[Any] = []
        for noun in (SYNC_MAP, cut_plan(), film()):
            self._blobs.put(to_json(noun))

    @property
    def blobs(self) -> BlobStore:
        return self._blobs

    def progress(self, fraction: float) -> None:
        """As a context of an action: nobody is told."""

    async def run(self, request: Any, subject: str = "") -> Digest:
        if isinstance(request, EncodeRequest) and request.encoder not in SEEN:
            raise WeightsUnavailable(f"no weights for {request.encoder} in this scene")
        self.asked.append(request)
        if isinstance(request, PlanCutsRequest):
            return plan_cuts.perform(request, self)
        assert isinstance(request, EncodeRequest)
        handle = next(item.handle for item in REFERENCES if item.blob == request.reference)
        found = MOTIONS[handle] if request.encoder == VIDEO_MOTION else PHOTOS[handle]
        return self._condition(request, found)

    def key_of(self, request: Any) -> str:
        return Digest.of_bytes(to_json(request)).sha256

    def encoded(self) -> list[str]:
        """Handles of the references that were asked to be encoded, in order."""
        names = {item.blob: item.handle for item in REFERENCES}
        return [names[item.reference] for item in self.asked if isinstance(item, EncodeRequest)]

    def _condition(self, request: EncodeRequest, found: VideoMotion | ImageStyle) -> Digest:
        fields = {item.name: getattr(found, item.name) for item in dataclasses.fields(found)}
        tensors = {name: value for name, value in fields.items() if hasattr(value, "dtype")}
        values = {name: value for name, value in fields.items() if name not in tensors}
        if "time_base" in values:
            values["time_base"] = str(values["time_base"])
        return store_condition(
            self._blobs,
            encoder=request.encoder,
            encoder_version=1,
            reference=request.reference,
            values=values,
            tensors=tensors,
        )
