"""Place a performance take in its song, for `onbeat analyze SONG --take FILE`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from services.gateway.embedded import embedded_runner
from services.gateway.ingest import ingest
from shared.digest import Digest
from shared.errors import InvalidInput, OnbeatError
from shared.requests import SyncTakeRequest
from shared.runner import LocalRunner
from shared.schema import from_json
from shared.settings import Settings
from shared.sync_map import SAMPLE_RATE_HZ
from shared.take_sync import TakeSync

_DECIMALS = 6


async def place_take(settings: Settings, song: Path, take: Path) -> dict[str, Any]:
    """Where in a song a take was performed, as a JSON document; what is not known is null.

    Raises `InvalidInput` for a file without sound, naming it.
    """
    async with embedded_runner(settings) as runner:
        blobs = await asyncio.gather(_sound(runner, take), _sound(runner, song))
        try:
            digest = await runner.run(SyncTakeRequest(*blobs), take.name)
        except OnbeatError as error:
            raise error.about(str(take)) from error
        return take_document(from_json(TakeSync, runner.blobs.read(digest)))


def take_document(found: TakeSync) -> dict[str, Any]:
    """A take's place in seconds of the song; `offset_seconds` is where its first sample plays."""
    offset = found.offset_samples
    return {
        "offset_seconds": None if offset is None else round(offset / SAMPLE_RATE_HZ, _DECIMALS),
        "drift_ppm": found.drift_ppm,
        "confidence": found.confidence,
        "sure": found.is_sure,
        "reason": found.reason,
    }


async def _sound(runner: LocalRunner, path: Path) -> Digest:
    taken = await ingest(runner, path)
    if taken.info.audio_codec is None:
        raise InvalidInput(f"{path}: has no sound ({taken.info.format}); expected sound")
    return taken.blob
