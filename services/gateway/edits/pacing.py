"""`set_pacing`: cut the film, or a section of it, faster or slower.

New shots are rendered; every shot whose first and last frame stay is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar

from services.gateway.edits.fields import SHOTS, Choice, of_kind
from services.gateway.edits.operation import ALL_HANDLES, Operation
from services.gateway.edits.place import shot_index
from services.gateway.edits.scene import Scene
from services.gateway.edits.section import Section, SectionKind, shots_inside
from shared.brief import CutsOn, Pacing
from shared.errors import Conflict, InvalidInput
from shared.requests import PlanCutsRequest
from shared.sync_map import CutPlan, SyncMap
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class SetPacing(Operation):
    """Cut anew at another pacing, the whole film or the shots that lie mostly in a section.

    Locked shots, and both shots of a transition, stay as they are; pinned ones begin where they
    did. The film's length stays. `cuts_on` says what the new cuts, and those of later edits, are
    on; the shots in `keep` stay as if they were locked.
    """

    OP: ClassVar[str] = "set_pacing"
    HEARS: ClassVar[bool] = True
    pacing: Pacing = field(metadata=of_kind(Choice(Pacing)))
    section: Section | None = field(default=None, metadata=of_kind(SectionKind()))
    cuts_on: CutsOn | None = field(default=None, metadata=of_kind(Choice(CutsOn)))
    keep: tuple[str, ...] = field(default=(), metadata=of_kind(SHOTS))

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return ALL_HANDLES

    def plan_request(
        self, timeline: Timeline, sync_map: SyncMap | None, cut_plan: CutPlan
    ) -> PlanCutsRequest:
        """The request for the cuts: shots that stay are locked, pinned ones begin where they do.

        What the film is cut on, unless it is asked for, and by how much cuts lead, are as in its
        `cut_plan`.
        """
        starts = (*timeline.start_frames(), timeline.frame_count)
        anew = {
            index for first, last in self._runs(timeline, sync_map) for index in range(first, last)
        }
        pinned = {
            starts[index] for index in anew if timeline.shots[index].is_pinned and starts[index]
        }
        kept = [index for index in range(len(timeline.shots)) if index not in anew]
        return PlanCutsRequest(
            sync_map=timeline.sync_map,
            pacing=self.pacing,
            frame_rate=timeline.frame_rate,
            window_start_sample=timeline.sound.start_sample if timeline.sound else 0,
            frame_count=timeline.frame_count,
            fixed_frames=tuple(sorted(pinned)),
            locked_spans=tuple((starts[index], starts[index + 1]) for index in kept),
            cuts_on=self.cuts_on or cut_plan.cuts_on,
            lead_frames=cut_plan.lead_frames,
        )

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        from services.gateway.edits.repace import repace

        if scene.replanned is None:
            raise InvalidInput("set_pacing: no cuts were planned")
        planned = [cut.frame for cut in scene.replanned.cuts]
        spans = list(pairwise([0, *planned, timeline.frame_count]))
        changed = repace(timeline, spans, scene, self.OP)
        return changed if self.section is not None else replace(changed, pacing=self.pacing)

    def _runs(self, timeline: Timeline, sync_map: SyncMap | None) -> list[tuple[int, int]]:
        """Runs of shots that are cut anew: index of the first, and after the last."""
        inside = shots_inside(self.section, timeline, sync_map, self.OP)
        held = held_shots(timeline) | {shot_index(timeline, name, self.OP) for name in self.keep}
        runs: list[tuple[int, int]] = []
        for index in sorted(inside - held):
            if runs and runs[-1][1] == index:
                runs[-1] = (runs[-1][0], index + 1)
            else:
                runs.append((index, index + 1))
        if not runs:
            raise Conflict(
                "set_pacing: every shot there is locked or beside a transition; unlock one or "
                "remove a transition first"
            )
        return runs


def held_shots(timeline: Timeline) -> set[int]:
    """Indices of the shots that `set_pacing` leaves alone: locked, or beside a transition."""
    held = {index for index, shot in enumerate(timeline.shots) if shot.is_locked}
    for index, shot in enumerate(timeline.shots):
        if timeline.transition_into(shot.id):
            held |= {index - 1, index}
    return held
