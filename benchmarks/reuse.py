"""What is encoded once is not encoded again: 20 prompts x 8 references x 3 seeds over the service.

Each of the 480 films asks for the conditions of its prompt and its reference, all at once, one
film after the other; a seed changes nothing that is encoded. Bytes on the wire are counted by a
proxy on the connection. Blobs do not pass it: client and service share the store.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.wire_meter import metered
from examples.media import demo_references
from services.gateway.embedded import embedded_runner
from shared.digest import Digest
from shared.observation import IMAGE_STYLE
from shared.recognition import IMAGE_COMPOSITION, IMAGE_FACES, IMAGE_LABELS, TEXT_EMBEDDING
from shared.requests import EncodeRequest
from shared.runner import LocalRunner
from shared.settings import Settings

NUM_SEEDS, NUM_REFERENCES = 3, 8
SUBJECTS = ("a dancer in the rain", "an old car", "waves", "a city at night", "a child with a kite")
SHOTS = ("close-up of {}", "a drone flies over {}", "{} in slow motion", "{}, black and white")
PICTURE_ENCODERS = (IMAGE_STYLE, IMAGE_FACES, IMAGE_LABELS, IMAGE_COMPOSITION)
NUM_AT_ONCE = 50  # for one condition, from as many clients
NUM_QUEUED = 400  # different conditions at once, more than the service queues


@dataclass
class Round:
    """What was seen in one round of all films; latencies in seconds, of whole films."""

    name: str
    num_films: int = 0
    num_encodes: int = 0
    run_seconds: dict[str, list[float]] = field(default_factory=dict)
    wire_bytes: int = 0
    written_bytes: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def row(self) -> str:
        p50, p99 = (1000 * _quantile(self.latencies, part) for part in (0.5, 0.99))
        worked = sum(map(sum, self.run_seconds.values()))
        return (
            f"| {self.name} | {self.num_encodes} | {self.num_encodes / self.num_films:.3f} "
            f"| {worked:.1f} | {self.wire_bytes / self.num_films / 1024:.1f} "
            f"| {self.written_bytes / 1024:.0f} | {p50:.1f} | {p99:.1f} |"
        )


def table() -> str:
    """The figures as Markdown."""
    with tempfile.TemporaryDirectory(prefix="onbeat-reuse-") as name:
        return asyncio.run(_measure(Path(name)))


async def _measure(folder: Path) -> str:
    store = folder / "store"
    rounds = []
    with _encoder(store) as service:
        rounds.append(await _all_films(Round("cold"), store, service))
        rounds.append(await _all_films(Round("warm"), store, service))
    with _encoder(store) as service:
        rounds.append(await _all_films(Round("client and service restarted"), store, service))
        shared = await _at_once(store, service)
        queued = await _queued(store, service)
    cold = rounds[0]
    num_asked = cold.num_films * (1 + len(PICTURE_ENCODERS))
    # Medians: the first run of each encoder in each worker loads its model.
    alone = cold.num_films * sum(map(statistics.median, cold.run_seconds.values()))
    lines = [
        "## Reuse of conditions",
        f"{len(_prompts())} prompts x {NUM_REFERENCES} references x {NUM_SEEDS} seeds, "
        f"{1 + len(PICTURE_ENCODERS)} conditions a film, over gRPC on loopback; latency is that of "
        f"all conditions of a film. Without a store: {num_asked} encodes, {alone:.0f} s in workers "
        "(each at its encoder's median of the cold round).",
        "",
        "| round | encodes | a film | s in workers | KiB on the wire a film | KiB written "
        "| p50 ms | p99 ms |",
        "|---|---|---|---|---|---|---|---|",
        *(one.row() for one in rounds),
        "",
        shared,
        queued,
        "",
    ]
    return "\n".join(lines)


async def _all_films(this: Round, store: Path, service: _Service) -> Round:
    written = service.metric('onbeat_action_blob_bytes_total{action="encode",direction="out"}')
    async with metered(service.address) as meter, _runner(store, meter.address) as runner:
        prompts = [runner.blobs.put(prompt.encode()) for prompt in _prompts()]
        references = [runner.blobs.put_file(path) for path in _references()]
        for _, reference, prompt in itertools.product(range(NUM_SEEDS), references, prompts):
            started = time.perf_counter()
            requests = _conditions(prompt, reference)
            answers = await asyncio.gather(*map(runner.ask, requests))
            this.latencies.append(time.perf_counter() - started)
            this.num_films += 1
            for request, record in zip(requests, (one.record for one in answers), strict=True):
                if not record.hit:
                    this.num_encodes += 1
                    this.run_seconds.setdefault(request.encoder, []).append(record.seconds)
        this.wire_bytes = meter.num_bytes
    name = 'onbeat_action_blob_bytes_total{action="encode",direction="out"}'
    this.written_bytes = service.metric(name) - written
    return this


async def _at_once(store: Path, service: _Service) -> str:
    """Many clients ask for one new condition."""
    name = 'onbeat_actions_total{backend="encode/image.features",outcome="ran"}'
    runners = [_runner(store, service.address) for _ in range(NUM_AT_ONCE)]
    await asyncio.gather(*(runner.__aenter__() for runner in runners))
    request = EncodeRequest("image.features", runners[0].blobs.put_file(_references()[0]))
    found = await asyncio.gather(*(runner.run(request) for runner in runners))
    await asyncio.gather(*(runner.__aexit__() for runner in runners))
    return (
        f"{NUM_AT_ONCE} clients ask for one new condition at once: {service.metric(name):.0f} "
        f"execution, {len(set(found))} digest.\n"
    )


async def _queued(store: Path, service: _Service) -> str:
    """More small work at once than the service takes on."""
    busy = 'onbeat_calls_total{method="Encode",service="encoder",side="server",status="busy"}'
    async with _runner(store, service.address) as runner:
        texts = [f"prompt number {number}" for number in range(NUM_QUEUED)]
        requests = [EncodeRequest(TEXT_EMBEDDING, runner.blobs.put(t.encode())) for t in texts]
        started = time.perf_counter()
        answers = await asyncio.gather(*map(runner.ask, requests))
        seconds = time.perf_counter() - started
        work = sum(answer.record.seconds for answer in answers) / NUM_QUEUED
    memory = service.metric("process_resident_memory_bytes") / 2**20
    return (
        f"{NUM_QUEUED} new texts at once, a queue of 100: all answered in {seconds:.1f} s "
        f"({1000 * seconds / NUM_QUEUED:.1f} ms each with 2 workers, of which {1000 * work:.1f} ms "
        f"in a worker), {service.metric(busy):.0f} calls told to ask later, {memory:.0f} MiB in "
        "the service's own process.\n"
    )


def _conditions(prompt: Digest, reference: Digest) -> list[EncodeRequest]:
    pictures = [EncodeRequest(encoder, reference) for encoder in PICTURE_ENCODERS]
    return [EncodeRequest(TEXT_EMBEDDING, prompt), *pictures]


def _prompts() -> list[str]:
    return [shot.format(subject) for subject in SUBJECTS for shot in SHOTS]


def _references() -> list[Path]:
    pictures = [one.path for one in demo_references() if one.kind == "image"]
    return pictures[:NUM_REFERENCES]


def _runner(store: Path, address: str) -> LocalRunner:
    return embedded_runner(replace(Settings(store, workers=1), addresses={"encoder": address}))


def _quantile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


@dataclass(frozen=True)
class _Service:
    address: str
    metrics: str

    def metric(self, name: str) -> float:
        with urllib.request.urlopen(f"http://{self.metrics}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        found = [float(x.rpartition(" ")[2]) for x in lines if x.rpartition(" ")[0] == name]
        return sum(found)


@contextmanager
def _encoder(store: Path) -> Iterator[_Service]:
    """The service in a process of its own, with two workers."""
    settings = {
        "ONBEAT_STORE": str(store),
        "ONBEAT_WORKERS": "2",
        "ONBEAT_METRICS_PORT": "0",
        "ONBEAT_RPC_MAX_QUEUED": "100",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "services.encoder.server"],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"listens on (\S+).*metrics on (\S+)", line)
        assert found, line
        yield _Service(found[1], found[2])
    finally:
        process.terminate()
        process.communicate()
