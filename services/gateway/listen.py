"""Hear one audio file, for `onbeat analyze`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.gateway.embedded import embedded_runner
from services.gateway.ingest import ingest
from services.gateway.report import sync_document
from services.gateway.scripts import script_notes, speech_options
from shared.errors import InvalidInput, OnbeatError
from shared.requests import AnalyzeRequest
from shared.runner import Progress
from shared.schema import from_json
from shared.settings import Settings
from shared.sync_map import SyncMap


@dataclass(frozen=True, slots=True)
class WordsWanted:
    """Whether words are to be heard; a script, a language or a model asks for them too."""

    is_wanted: bool = False
    script: Path | None = None
    language: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class HeardFile:
    """What was heard in a file, its sync.json, and notes on its words, in sentences."""

    sync_map: SyncMap
    document: dict[str, Any]
    notes: tuple[str, ...]


async def hear(
    settings: Settings,
    path: Path,
    wanted: WordsWanted | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> HeardFile:
    """Hear an audio file, or the sound of a video.

    Silence gives empty lists, not an error. Raises `InvalidInput` for what has no sound and for a
    script that is no text, `Unavailable` when words are wanted and no recogniser is installed.
    """
    wanted = wanted or WordsWanted()
    async with embedded_runner(settings, on_progress) as runner:
        speech = await speech_options(
            runner.blobs, wanted.is_wanted, wanted.script, wanted.language, wanted.model
        )
        taken = await ingest(runner, path)
        if taken.info.audio_codec is None:
            raise InvalidInput(f"{path}: has no sound ({taken.info.format}); expected music")
        try:
            digest = await runner.run(AnalyzeRequest(taken.blob, speech), path.name)
        except OnbeatError as error:
            raise error.about(str(path)) from error
        sync_map = from_json(SyncMap, runner.blobs.read(digest))
        notes = script_notes(runner.blobs, speech, sync_map)
        return HeardFile(sync_map, sync_document(sync_map), tuple(notes))
