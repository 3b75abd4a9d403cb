"""Every request has somebody who performs it, found without importing what it needs."""

from __future__ import annotations

import importlib
import subprocess
import sys
from dataclasses import replace
from typing import get_args

from services.gateway.embedded import REGISTRY, embedded_runner
from services.gateway.ingest import ingest_brief
from services.gateway.plan import plan
from shared.families.request import FamilyEncodeRequest
from shared.requests import Request
from tests.contract.servers import start
from tests.gateway.conftest import Played


def test_every_request_is_performed_by_somebody() -> None:
    assert set(REGISTRY) == {*get_args(Request), FamilyEncodeRequest}
    for path in REGISTRY.values():
        module = importlib.import_module(path)
        assert callable(module.backend)
        assert callable(module.perform)


def test_naming_the_performers_imports_nothing_heavy() -> None:
    code = (
        "import sys, importlib\n"
        "from services.gateway.embedded import REGISTRY\n"
        "for path in REGISTRY.values(): importlib.import_module(path)\n"
        "heavy = {'av', 'cv2', 'librosa', 'scipy', 'numba', 'torch', 'PIL'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


async def test_a_film_planned_through_a_service_is_the_same_film(played: Played) -> None:
    server = start(played.settings.store, "services.audio_sync.server")
    settings = replace(played.settings, addresses={"audio_sync": server.address})
    try:
        async with embedded_runner(settings) as runner:
            ingested = await ingest_brief(runner, played.spec)
            timeline = await plan(runner, ingested.brief, ingested.infos)
            assert all(record.hit for record in runner.records)  # so all keys are equal
    finally:
        server.stop()
    assert timeline == played.timeline
    log = server.log.read_text()
    assert "Analyze" in log
    assert "PlanCuts" in log
