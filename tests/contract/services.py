"""All three services as processes over one store, and real requests for each of them."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from shared.blob_store import BlobStore
from shared.brief import MediaKind, Size
from shared.digest import Digest
from shared.observation import IMAGE_STYLE, VIDEO_MOTION
from shared.requests import (
    AnalyzeRequest,
    Delivery,
    EncodeRequest,
    MeasureRequest,
    RenderRequest,
)
from shared.runner import Runner
from shared.settings import Settings
from shared.shot import Framing, Grade, Move
from tests.contract.servers import ServerProcess, start
from tests.e2e.sources import Sources

NAMES = ("encoder", "audio_sync", "generator")


@dataclass
class Services:
    """Three running services; `restart` starts one again where it was."""

    store: Path
    running: dict[str, ServerProcess]

    def settings(self, workers: int = 1) -> Settings:
        """Settings of a client that performs nothing of theirs itself."""
        addresses = {name: server.address for name, server in self.running.items()}
        return Settings(self.store, workers=workers, addresses=addresses)

    def environment(self) -> dict[str, str]:
        """The same for a process."""
        return {
            f"ONBEAT_{name.upper()}": server.address for name, server in self.running.items()
        } | {"ONBEAT_STORE": str(self.store)}

    def restart(self, name: str) -> None:
        """Start a service that was killed at the address it had."""
        listen = self.running[name].address
        self.running[name] = start(self.store, f"services.{name}.server", listen=listen)


@contextmanager
def all_services(store: Path, **environment: str) -> Iterator[Services]:
    """Start encoder, audio_sync and generator; at the end they must stop gracefully."""
    services = Services(store, {})
    try:
        for name in NAMES:
            services.running[name] = start(store, f"services.{name}.server", **environment)
        yield services
    finally:
        codes = {name: server.stop() for name, server in services.running.items()}
    assert set(codes.values()) == {0}, codes


def render_request(blobs: BlobStore, clip: Path, frames: int = 30) -> RenderRequest:
    """The first second or so of a clip at 160x90."""
    return RenderRequest(
        source=blobs.put_file(clip),
        kind=MediaKind.VIDEO,
        start_seconds=Fraction(1),
        speed=Fraction(1),
        frames=frames,
        framing=Framing(),
        move=Move(),
        grade=Grade(),
        accents=(),
        delivery=Delivery(Size(160, 90), Fraction(30)),
    )


async def everything(runner: Runner, sources: Sources) -> list[Digest]:
    """One result of each kind, each asked of the service that owns it."""
    blobs = runner.blobs
    encodes = [
        EncodeRequest(VIDEO_MOTION, blobs.put_file(sources.clips[0])),
        EncodeRequest(IMAGE_STYLE, blobs.put_file(sources.photos[0])),
    ]
    found = [await runner.run(request) for request in encodes]
    found.append(await runner.run(AnalyzeRequest(blobs.put_file(sources.song))))
    segment = await runner.run(render_request(blobs, sources.clips[0]))
    return [*found, segment, await runner.run(MeasureRequest(segment))]


def unusable(blobs: BlobStore) -> list[Any]:
    """Requests whose input is rubbish, one for each service."""
    rubbish = blobs.put(b"neither sound nor picture")
    return [
        EncodeRequest(IMAGE_STYLE, rubbish),
        EncodeRequest("image.horoscope", rubbish),
        AnalyzeRequest(rubbish),
        MeasureRequest(rubbish),
    ]


def metric(server: ServerProcess, name: str, **labels: str) -> float:
    """The sum of a metric over all series that have these labels."""
    with urllib.request.urlopen(f"http://{server.metrics}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    return sum(
        float(line.rpartition(" ")[2])
        for line in lines
        if line.partition("{")[0].partition(" ")[0] == name and all(one in line for one in wanted)
    )
