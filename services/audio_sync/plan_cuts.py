"""The action `plan_cuts`: from a sync map to the cuts of a film."""

from __future__ import annotations

from services.audio_sync.cuts import plan
from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.requests import PlanCutsRequest
from shared.schema import from_json, to_json
from shared.sync_map import SyncMap


def backend(request: PlanCutsRequest) -> Backend:
    """Who plans: arithmetic of our own, on numpy."""
    return Backend("plan_cuts/dynamic", 2, environment_of("numpy"))


def perform(request: PlanCutsRequest, context: Context) -> Digest:
    """Read the sync map, plan, store the `CutPlan`; raises `InvalidInput` for what has no plan."""
    context.progress(0.0)
    sync_map = None
    if request.sync_map is not None:
        sync_map = from_json(SyncMap, context.blobs.read(request.sync_map))
    found = plan(sync_map, request)
    context.progress(1.0)
    return context.blobs.put(to_json(found))
