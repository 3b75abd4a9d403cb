"""Prometheus metrics as they are scraped."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import telemetry
from shared.errors import InvalidInput, Unavailable
from shared.metrics import Metrics
from shared.runner import LocalRunner
from shared.settings import Settings
from tests.contract.deed_server import REGISTRY
from tests.contract.deeds import Deed


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    metrics = Metrics()
    telemetry.add_observer(metrics)
    yield metrics
    telemetry.stop()


def scrape(address: str) -> dict[str, float]:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


async def test_actions_are_counted_timed_and_weighed(metrics: Metrics, tmp_path: Path) -> None:
    address = metrics.listen("0")
    async with LocalRunner(Settings(tmp_path / "store", workers=1), REGISTRY) as runner:
        requests = [Deed("one", seconds=0.6), Deed("three", seconds=0.6)]
        tasks = [asyncio.create_task(runner.run(request)) for request in requests]
        while (await asyncio.to_thread(scrape, address)).get(
            'onbeat_actions_in_flight{state="running"}'
        ) != 1:
            await asyncio.sleep(0.02)
        found = await asyncio.to_thread(scrape, address)
        assert found['onbeat_actions_in_flight{state="queued"}'] == 1
        await asyncio.gather(*tasks)
        await runner.run(Deed("one", seconds=0.6))
        with pytest.raises(InvalidInput):
            await runner.run(Deed("bad", fails="invalid_input"))
    found = await asyncio.to_thread(scrape, address)
    by_outcome = {
        outcome: found.get(f'onbeat_actions_total{{backend="deed/sample",outcome="{outcome}"}}')
        for outcome in ("ran", "hit", "failed", "cancelled")
    }
    assert by_outcome == {"ran": 2, "hit": 1, "failed": 1, "cancelled": None}
    assert found['onbeat_action_run_seconds_count{action="deed"}'] == 2
    assert found['onbeat_action_run_seconds_sum{action="deed"}'] >= 1.2
    assert found['onbeat_action_queue_seconds_sum{action="deed"}'] >= 0.6
    assert found['onbeat_action_blob_bytes_total{action="deed",direction="out"}'] == 8
    assert found['onbeat_actions_in_flight{state="queued"}'] == 0
    assert found['onbeat_actions_in_flight{state="running"}'] == 0
    assert found["process_resident_memory_bytes"] > 1e6


def test_calls_are_counted_by_their_end(metrics: Metrics) -> None:
    address = metrics.listen("127.0.0.1:0")
    labels = 'method="Encode",service="encoder",side="server"'
    with telemetry.calling("server", "encoder", "Encode"):
        assert scrape(address)[f"onbeat_calls_in_flight{{{labels}}}"] == 1
    with (
        pytest.raises(InvalidInput),
        telemetry.calling("server", "encoder", "Encode"),
    ):
        raise InvalidInput("x")
    found = scrape(address)
    head = 'onbeat_calls_total{method="Encode",service="encoder",side="server",status='
    assert found[head + '"ok"}'] == 1
    assert found[head + '"invalid_input"}'] == 1
    assert found[f"onbeat_calls_in_flight{{{labels}}}"] == 0
    assert found[f"onbeat_call_seconds_count{{{labels}}}"] == 2


def test_a_taken_port_is_said(metrics: Metrics) -> None:
    address = metrics.listen("0")
    with pytest.raises(Unavailable, match=f"cannot serve metrics on {address}"):
        Metrics().listen(address)


def test_what_waits_is_looked_up_when_it_is_asked_for(metrics: Metrics) -> None:
    address = metrics.listen("0")
    queues, is_away = {"films": 3, "render": 0}, False

    def waiting() -> dict[str, int]:
        if is_away:
            raise Unavailable("the database is away")
        return queues

    telemetry.watch_queues(lambda: {})
    telemetry.watch_queues(waiting)  # the last one counts
    name = 'onbeat_queue_waiting{{queue="{}"}}'
    found = scrape(address)
    assert (found[name.format("films")], found[name.format("render")]) == (3, 0)
    queues["films"] = 2
    assert scrape(address)[name.format("films")] == 2
    is_away = True
    assert not [one for one in scrape(address) if one.startswith("onbeat_queue_waiting")]
