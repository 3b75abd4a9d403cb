"""Make a film from a brief and put it into a folder, with its report."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.gateway.aspects import Aspect, further_aspects
from services.gateway.briefs import BriefSpec
from services.gateway.build import build
from services.gateway.build_plan import delivery_of, planned_clips
from services.gateway.casting_report import casting_document
from services.gateway.deliveries import Deliveries, make_deliveries
from services.gateway.embedded import embedded_runner
from services.gateway.film_folder import staged_folder
from services.gateway.finish import Making, finish
from services.gateway.ingest import ingest_brief
from services.gateway.made_film import MadeFilm, Watcher, healing
from shared import telemetry
from shared.runner import LocalRunner
from shared.settings import Settings

if TYPE_CHECKING:
    from services.gateway.plan import Planned
    from shared.brief import Brief


async def make_film(
    settings: Settings,
    spec: BriefSpec,
    out: Path,
    *,
    draft: bool,
    watcher: Watcher,
    verify_all: bool = False,
) -> MadeFilm:
    """Make the film of a brief into the folder `out`.

    `verify_all` decodes the whole film for its report, not only its joins. Raises `InvalidInput`
    for what cannot become a film; then nothing is written to `out`.
    """
    with staged_folder(out) as folder:
        async with embedded_runner(settings, watcher.show) as runner:
            with telemetry.film("make"):
                work = partial(_make, runner, spec, folder, draft, watcher, verify_all)
                report = await healing(work)
    return MadeFilm(out, report)


async def _make(
    runner: LocalRunner,
    spec: BriefSpec,
    folder: Path,
    draft: bool,
    watcher: Watcher,
    verify_all: bool,
) -> dict[str, Any]:
    # Imported here, because whoever edits a film plans nothing: it is numpy and the director.
    from services.gateway.generate_admission import check_named, check_wished
    from services.gateway.generate_here import check_planned
    from services.gateway.plan import plan_film

    further_aspects(spec.also, spec.size)  # refused before anything is done
    check_named(runner.settings, spec.generate)
    watcher.expect("encode", 3 * len(spec.references) + (spec.song is not None))
    ingested = await ingest_brief(runner, spec)
    await check_wished(runner, ingested.brief)
    planned = await plan_film(runner, ingested.brief, ingested.infos)
    check_planned(runner, planned.timeline)
    return await make_planned(
        runner,
        planned,
        ingested.brief,
        folder,
        draft,
        watcher,
        verify_all=verify_all,
        also=spec.also,
    )


async def make_planned(
    runner: LocalRunner,
    planned: Planned,
    brief: Brief,
    folder: Path,
    draft: bool,
    watcher: Watcher,
    *,
    verify_all: bool = False,
    also: tuple[Aspect, ...] = (),
) -> dict[str, Any]:
    """Build a film that was planned, `also` in other aspects, and write its folder.

    Returns its report.
    """
    timeline = planned.timeline
    delivery = delivery_of(timeline, draft=draft)
    watcher.expect("render", len(timeline.shots))
    watcher.expect("measure", len(planned_clips(timeline, delivery)))
    built = await build(runner, timeline, delivery)
    wanted = Deliveries(also, draft, brief, verify_all)
    further = await make_deliveries(runner, timeline, wanted, folder, watcher)
    making = Making(brief, casting_document(planned), also=further, decode_all=verify_all)
    return await finish(runner, folder, timeline, built, making)
