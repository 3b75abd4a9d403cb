"""One small film, planned and built once with every real service, for the tests of the gateway."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from services.gateway.briefs import BriefSpec, ReferenceSpec
from services.gateway.build import Built, build
from services.gateway.build_plan import delivery_of
from services.gateway.embedded import embedded_runner
from services.gateway.ingest import IngestedBrief, ingest_brief
from services.gateway.plan import plan
from shared.actions import ActionRecord
from shared.blobs import FileBlobs
from shared.brief import Pacing, Size
from shared.settings import Settings
from shared.timeline import Timeline
from tests.e2e.sources import Sources, write_sources
from tests.gateway.finished import Finished, finish_films


@dataclass(frozen=True)
class Played:
    """What came out of every step of one film."""

    sources: Sources
    settings: Settings
    spec: BriefSpec
    ingested: IngestedBrief
    timeline: Timeline
    built: Built
    records: tuple[ActionRecord, ...]
    blobs: FileBlobs


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """The files of a small real brief."""
    return write_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, sources: Sources) -> Played:
    """A film of four seconds at 256x144."""
    settings = Settings(tmp_path_factory.mktemp("store"))
    references = tuple(ReferenceSpec(path) for path in (*sources.clips, *sources.photos))
    spec = BriefSpec(
        song=sources.song,
        references=references,
        pacing=Pacing.DRIVING,
        size=Size(256, 144),
        duration_seconds=Fraction(4),
    )

    async def play() -> Played:
        async with embedded_runner(settings) as runner:
            ingested = await ingest_brief(runner, spec)
            timeline = await plan(runner, ingested.brief, ingested.infos)
            built = await build(runner, timeline, delivery_of(timeline, draft=False))
            blobs = FileBlobs(settings.blobs_folder)
            return Played(sources, settings, spec, ingested, timeline, built, runner.records, blobs)

    return asyncio.run(play())


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, _own_store: None, played: Played) -> Path:
    """The store in which the film of `played` lies already."""
    monkeypatch.setenv("ONBEAT_STORE", str(played.settings.store))
    return played.settings.store


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, played: Played) -> Finished:
    """The film of `played` in a folder, and an edit of it, in a store of their own."""
    return finish_films(tmp_path_factory.mktemp("finished"), played)
