"""Revise a film: apply operations, say what that will do, make only what changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.gateway.build import build
from services.gateway.build_plan import delivery_of, planned_clips
from services.gateway.changes import changed_clips
from services.gateway.deliveries import (
    Deliveries,
    asked_before,
    make_deliveries,
    read_before,
)
from services.gateway.edits.apply import apply_operations
from services.gateway.edits.operation import Operation
from services.gateway.embedded import embedded_runner
from services.gateway.film_folder import read_document, staged_folder
from services.gateway.generate_here import check_planned
from services.gateway.inspection import FilmInspection
from services.gateway.kept import Parent
from services.gateway.made_film import MadeFilm, Watcher, healing
from services.gateway.preview import Preview, preview
from services.gateway.seen_before import Before
from shared import telemetry
from shared.build import Build
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob
from shared.requests import Quality
from shared.runner import LocalRunner
from shared.schema import from_document, from_json, to_json
from shared.settings import Settings
from shared.timeline import Timeline

# The next timeline of a film.
Change = Callable[[LocalRunner, Timeline], Awaitable[Timeline]]


@dataclass(frozen=True, slots=True)
class MadeBefore:
    """The film that is edited, as its folder and the store have it."""

    timeline: Timeline
    parent: Parent
    inspection: FilmInspection
    inspection_digest: Digest
    draft: bool


async def preview_edit(
    settings: Settings,
    source: Path,
    operations: Sequence[Operation],
    looks: Mapping[str, bytes] | None = None,
) -> Preview:
    """What an edit of the film in the folder `source` would do; no film is made."""
    async with embedded_runner(settings) as runner:
        film = read_film(runner, source)
        tables = _stored(runner, looks or {})
        timeline = await apply_operations(runner, film.timeline, operations, tables)
        return preview(runner, timeline, film.parent)


async def edit_film(
    settings: Settings,
    source: Path,
    operations: Sequence[Operation],
    out: Path,
    *,
    verify_all: bool,
    watcher: Watcher,
    looks: Mapping[str, bytes] | None = None,
) -> MadeFilm:
    """Apply operations to the film in `source` and make the result into the folder `out`.

    Clips that the edit does not touch are the parent's, packet for packet. `verify_all` decodes
    the whole new film for its report, not only what is new. `out` may be `source`. `looks` are
    .cube files by the names that operations give them. Raises `NotFound` or `InvalidInput` for
    what is no film, and what the operations raise.
    """

    async def change(runner: LocalRunner, timeline: Timeline) -> Timeline:
        return await apply_operations(runner, timeline, operations, _stored(runner, looks or {}))

    return await revise_film(settings, source, change, out, verify_all=verify_all, watcher=watcher)


async def revise_film(
    settings: Settings,
    source: Path,
    change: Change,
    out: Path,
    *,
    verify_all: bool,
    watcher: Watcher,
) -> MadeFilm:
    """Make what `change` makes of the film in `source` into the folder `out`; see `edit_film`."""
    read_document(source, "timeline.json")  # Before a folder is made for nothing.
    with staged_folder(out) as folder:
        async with embedded_runner(settings, watcher.show) as runner:
            with telemetry.film("edit"):
                report = await healing(
                    lambda: _revise(runner, source, change, folder, verify_all, watcher)
                )
    return MadeFilm(out, report)


async def _revise(
    runner: LocalRunner,
    source: Path,
    change: Change,
    folder: Path,
    verify_all: bool,
    watcher: Watcher,
) -> dict[str, Any]:
    # Imported here: a preview writes no report, and waits neither for its page nor for NumPy.
    from services.gateway.finish import Making, finish

    film = read_film(runner, source)
    timeline = await change(runner, film.timeline)
    delivery = film.parent.build.delivery
    planned = planned_clips(timeline, delivery)
    requests = {(clip.shot_id, clip.is_transition): clip.asked for clip in planned}
    handles = {reference.blob: reference.handle for reference in timeline.references}
    before = film.parent.requests()
    changed = [name for name, wanted in requests.items() if before.get(name) != wanted]
    check_planned(runner, timeline, {shot_id for shot_id, _ in changed})
    watcher.expect("render", len(changed))
    built = await build(runner, timeline, delivery, film.parent)
    wanted = Deliveries(
        asked_before(source),
        film.draft,
        decode_all=verify_all,
        before=read_before(runner, source, film.timeline, draft=film.draft),
    )
    further = await make_deliveries(runner, timeline, wanted, folder, watcher)
    seen = Before(
        film.parent.build,
        film.inspection,
        film.inspection_digest,
        changed_clips(before, requests, handles),
    )
    making = Making(before=seen, also=further, decode_all=verify_all)
    return await finish(runner, folder, timeline, built, making)


def _stored(runner: LocalRunner, looks: Mapping[str, bytes]) -> dict[str, Digest]:
    return {name: runner.blobs.put(data) for name, data in looks.items()}


def read_film(runner: LocalRunner, source: Path) -> MadeBefore:
    """The film in a folder with its build, held until the runner ends.

    Raises `NotFound` or `InvalidInput` for what is no film of this store.
    """
    timeline = from_document(Timeline, read_document(source, "timeline.json"))
    draft = read_document(source, "report.json").get("quality") == Quality.DRAFT
    digest = Digest.of_bytes(to_json(timeline))
    found = runner.hold_film(digest, delivery_of(timeline, draft=draft))
    if found is None:
        raise InvalidInput(
            f"{source}: its build is not in this store; expected the store that it was made in "
            "(ONBEAT_STORE), or make the film again from its brief"
        )
    try:
        build = from_json(Build, runner.blobs.read(found[0]))
        inspection = from_json(FilmInspection, runner.blobs.read(found[1]))
    except MissingBlob as error:
        raise error.about(f"{source}: the record of its build is damaged") from error
    return MadeBefore(timeline, Parent(timeline, build), inspection, found[1], draft)
