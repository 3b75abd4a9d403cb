"""Make a film from a brief and put it into a folder, with its report."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from services.gateway.briefs import BriefSpec
from services.gateway.build import build
from services.gateway.build_plan import delivery_of, planned_clips
from services.gateway.embedded import embedded_runner
from services.gateway.film_folder import staged_folder
from services.gateway.finish import finish
from services.gateway.ingest import ingest_brief
from services.gateway.plan import plan
from shared.errors import MissingBlob
from shared.runner import LocalRunner, Progress
from shared.settings import Settings

_T = TypeVar("_T")


class Watcher(Protocol):
    """Whoever wants to see how the work goes."""

    def expect(self, action: str, count: int) -> None:
        """So many actions of a kind are coming."""

    def show(self, progress: Progress) -> None:
        """One action is so far."""


@dataclass(frozen=True, slots=True)
class MadeFilm:
    """A film in its folder, and its report as written there."""

    folder: Path
    report: dict[str, Any]


async def make_film(
    settings: Settings, spec: BriefSpec, out: Path, *, draft: bool, watcher: Watcher
) -> MadeFilm:
    """Make the film of a brief into the folder `out`.

    Raises `InvalidInput` for what cannot become a film; then nothing is written to `out`.
    """
    with staged_folder(out) as folder:
        async with embedded_runner(settings, watcher.show) as runner:
            report = await healing(lambda: _make(runner, spec, folder, draft, watcher))
    return MadeFilm(out, report)


async def healing(work: Callable[[], Awaitable[_T]]) -> _T:
    """Do some work again for as long as each round finds another blob to be damaged or gone.

    A damaged blob is removed when it is read, and the next round makes it again.
    """
    seen: set[str | None] = {None}
    while True:
        try:
            return await work()
        except MissingBlob as error:
            if error.digest in seen:
                raise
            seen.add(error.digest)


async def _make(
    runner: LocalRunner, spec: BriefSpec, folder: Path, draft: bool, watcher: Watcher
) -> dict[str, Any]:
    watcher.expect("encode", 2 * len(spec.references) + (spec.song is not None))
    ingested = await ingest_brief(runner, spec)
    timeline = await plan(runner, ingested.brief, ingested.infos)
    delivery = delivery_of(timeline, draft=draft)
    watcher.expect("render", len(timeline.shots))
    watcher.expect("measure", len(planned_clips(timeline, delivery)))
    built = await build(runner, timeline, delivery)
    wanted_seconds = ingested.brief.duration_seconds
    return await finish(runner, folder, timeline, built, wanted_seconds=wanted_seconds)
