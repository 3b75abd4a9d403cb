"""Hear one audio file, for `onbeat analyze`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.gateway.embedded import embedded_runner
from services.gateway.ingest import ingest
from services.gateway.report import sync_document
from shared.errors import InvalidInput, OnbeatError
from shared.requests import AnalyzeRequest
from shared.schema import from_json
from shared.settings import Settings
from shared.sync_map import SyncMap


async def hear(settings: Settings, path: Path) -> dict[str, Any]:
    """The sync.json of an audio file; silence gives empty lists, not an error."""
    async with embedded_runner(settings) as runner:
        taken = await ingest(runner, path)
        if taken.info.audio_codec is None:
            raise InvalidInput(f"{path}: has no sound ({taken.info.format}); expected music")
        try:
            digest = await runner.run(AnalyzeRequest(taken.blob), path.name)
        except OnbeatError as error:
            raise error.about(str(path)) from error
        return sync_document(from_json(SyncMap, runner.blobs.read(digest)))
