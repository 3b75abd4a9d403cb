"""What a batch would render before it does: for each row, and what rows share.

Rows are planned, which looks at references and hears songs (and is stored for the batch itself);
nothing but stills behind type is rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from services.gateway.alignment import find_aligned
from services.gateway.batches.batch import with_checked_files
from services.gateway.batches.rows import Row, RowError
from services.gateway.batches.template import Template
from services.gateway.briefs import BriefSpec
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
    found = []
    async with embedded_runner(settings) as runner:
        estimator = Estimator(runner, draft=draft)
        for name, row in rows:
            if row.errors:
                message = "; ".join(map(str, row.errors))
                found.append(RowEstimate(row.number, name, message=message, errors=row.errors))
            else:
                found.append(
                    await estimator.estimate(row.number, name, partial(template.fill, row.values))
                )
    return tuple(found)


class Estimator:
    """Estimates films one after another: what one will render, those after it share."""

    def __init__(self, runner: LocalRunner, *, draft: bool) -> None:
        self._runner = runner
        self._draft = draft
        self._costs = runner.executions.mean_cpu_seconds()
        self._seen: set[Digest | str] = set()

    async def estimate(self, row: int, name: str, spec: Callable[[], BriefSpec]) -> RowEstimate:
        """The estimate of a row's film; one that cannot be planned says why in its `message`."""
        try:
            clips, seconds = await self._clips(spec())
        except Cancelled:
            raise
        except OnbeatError as error:
            return RowEstimate(row, name, message=error.message)
        return self._count(RowEstimate(row, name, len(clips), seconds=round(seconds, 3)), clips)

    async def _clips(self, spec: BriefSpec) -> tuple[tuple[PlannedClip, ...], float]:
        from services.gateway.plan import plan_film

        ingested = await ingest_brief(self._runner, spec)
        planned = await plan_film(self._runner, ingested.brief, ingested.infos)
        timeline = planned.timeline
        clips = planned_clips(timeline, delivery_of(timeline, draft=self._draft))
        return clips, float(timeline.frame_count / timeline.frame_rate)

    def _count(self, row: RowEstimate, clips: Sequence[PlannedClip]) -> RowEstimate:
        shared = in_store = 0
        cpu: list[float] = []
        for clip in clips:
            key, is_stored = self._key(clip)
            if is_stored:
                in_store += 1
            elif key in self._seen:
                shared += 1
            else:
                is_transition = isinstance(clip.request, TransitionRequest)
                each = self._costs.get("transition/frame" if is_transition else "render/frame")
                cpu += [] if each is None else [each * clip.frames]
            self._seen.add(key)
        will = len(clips) - shared - in_store
        return replace(
            row,
            will_render=will,
            shared=shared,
            in_store=in_store,
            cpu_seconds=round(sum(cpu), 2) if cpu or not will else None,
        )

    def _key(self, clip: PlannedClip) -> tuple[Digest | str, bool]:
        """What a clip is the same by, and whether it is in the store."""
        aligned = find_aligned(self._runner, clip.request, clip.wishes)
        if aligned is None:
            # What has not been aligned is the same if the same was asked for.
            return Digest.of_bytes(to_json(clip.request) + repr(clip.wishes).encode()), False
        is_stored = self._runner.find_stored(aligned.request) is not None
        return self._runner.key_of(aligned.request), is_stored
