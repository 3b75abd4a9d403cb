"""What a batch would render before it does: for each row, and what rows share.

Rows are planned, which looks at references and hears songs (and is stored for the batch itself);
nothing but stills behind type is rendered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.gateway.alignment import find_aligned
from services.gateway.batches.batch import with_checked_files
from services.gateway.batches.rows import Row, RowError
from services.gateway.batches.template import Template
from services.gateway.build_plan import PlannedClip, delivery_of, planned_clips
from services.gateway.embedded import embedded_runner
from services.gateway.ingest import ingest_brief
from shared.digest import Digest
from shared.errors import Cancelled, OnbeatError
from shared.requests import TransitionRequest
from shared.runner import LocalRunner
from shared.schema import to_json
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class RowEstimate:
    """Of a row's `clips`, how many it renders, shares with rows before it, and has in the store.

    `cpu_seconds` is what such rendering took before, None if there was none.
    """

    row: int
    name: str
    clips: int = 0
    will_render: int = 0
    shared: int = 0
    in_store: int = 0
    seconds: float = 0.0
    cpu_seconds: float | None = None
    message: str = ""
    errors: tuple[RowError, ...] = ()


async def estimate_batch(
    settings: Settings, template: Template, rows: Sequence[tuple[str, Row]], *, draft: bool
) -> tuple[RowEstimate, ...]:
    """The estimate of every row, in order; a row that cannot be made says why."""
    rows = await with_checked_files(settings, template, rows)
    seen: set[Digest | str] = set()
    found = []
    async with embedded_runner(settings) as runner:
        costs = runner.executions.mean_cpu_seconds()
        for name, row in rows:
            if row.errors:
                message = "; ".join(map(str, row.errors))
                found.append(RowEstimate(row.number, name, message=message, errors=row.errors))
                continue
            try:
                clips, seconds = await _clips(runner, template, row, draft=draft)
            except Cancelled:
                raise
            except OnbeatError as error:
                found.append(RowEstimate(row.number, name, message=error.message))
                continue
            found.append(_estimate(runner, row.number, name, clips, seconds, seen, costs))
    return tuple(found)


async def _clips(
    runner: LocalRunner, template: Template, row: Row, *, draft: bool
) -> tuple[tuple[PlannedClip, ...], float]:
    from services.gateway.plan import plan_film

    ingested = await ingest_brief(runner, template.fill(row.values))
    planned = await plan_film(runner, ingested.brief, ingested.infos)
    timeline = planned.timeline
    clips = planned_clips(timeline, delivery_of(timeline, draft=draft))
    return clips, float(timeline.frame_count / timeline.frame_rate)


def _estimate(
    runner: LocalRunner,
    number: int,
    name: str,
    clips: Sequence[PlannedClip],
    seconds: float,
    seen: set[Digest | str],
    costs: Mapping[str, float],
) -> RowEstimate:
    shared = in_store = 0
    cpu: list[float] = []
    for clip in clips:
        aligned = find_aligned(runner, clip.request, clip.wishes)
        # What has not been aligned is the same if the same was asked for.
        key: Digest | str = Digest.of_bytes(to_json(clip.request) + repr(clip.wishes).encode())
        if aligned is not None:
            key = runner.key_of(aligned.request)
        if aligned is not None and runner.find_stored(aligned.request) is not None:
            in_store += 1
        elif key in seen:
            shared += 1
        else:
            is_transition = isinstance(clip.request, TransitionRequest)
            each = costs.get("transition/frame" if is_transition else "render/frame")
            cpu += [] if each is None else [each * clip.frames]
        seen.add(key)
    will = len(clips) - shared - in_store
    return RowEstimate(
        number,
        name,
        len(clips),
        will,
        shared,
        in_store,
        round(seconds, 3),
        round(sum(cpu), 2) if cpu or not will else None,
    )
