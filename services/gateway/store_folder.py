"""The folder of a film that is in the store already: written from its records, nothing runs."""

from __future__ import annotations

from pathlib import Path

from services.gateway.build import Built
from services.gateway.embedded import embedded_runner
from services.gateway.finish import Making, finish
from services.gateway.inspection import FilmInspection
from services.gateway.seen_before import Before
from shared.build import Build
from shared.digest import Digest
from shared.errors import NotFound
from shared.schema import from_json
from shared.settings import Settings
from shared.timeline import Timeline


async def write_folder(settings: Settings, digest: Digest, folder: Path) -> None:
    """Write film, timeline, report and poster of a stored Build into a folder.

    Raises `NotFound` if no film of the store has this Build.
    """
    async with embedded_runner(settings) as runner:
        build = from_json(Build, runner.blobs.read(digest))
        found = runner.hold_film(build.timeline, build.delivery)
        if found is None or found[0] != digest:
            raise NotFound(f"film {digest.short} is not in this store any more")
        inspection = from_json(FilmInspection, runner.blobs.read(found[1]))
        timeline = from_json(Timeline, runner.blobs.read(build.timeline))
        before = Before(build, inspection, found[1])
        await finish(runner, folder, timeline, Built(build, digest), Making(before=before))
