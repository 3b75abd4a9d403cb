"""Direction in words for a film in its folder: what was heard is read from the store."""

from __future__ import annotations

from pathlib import Path

from services.gateway.direction.understand import Direction, understand
from services.gateway.embedded import embedded_runner
from services.gateway.film_folder import read_document
from services.gateway.revise import read_film
from shared.schema import from_document, from_json
from shared.settings import Settings
from shared.sync_map import SyncMap
from shared.timeline import Timeline


async def direct_edit(settings: Settings, source: Path, text: str) -> Direction:
    """What a text means for the film in the folder `source`; nothing is made.

    Raises `NotFound` or `InvalidInput` for what is no film of this store or no text, and
    `MissingBlob` where what was heard is gone from the store.
    """
    timeline = from_document(Timeline, read_document(source, "timeline.json"))
    if timeline.sync_map is None:
        return understand(text, timeline)
    async with embedded_runner(settings) as runner:
        read_film(runner, source)  # Another store is said as such, not as a blob that is missing.
        heard = from_json(SyncMap, runner.blobs.read(timeline.sync_map))
    return understand(text, timeline, heard)
