"""A whole film with every service elsewhere: the same bytes, also when processes are killed."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.gateway.briefs import BriefSpec, ReferenceSpec
from services.gateway.embedded import embedded_runner
from services.gateway.make import make_film
from shared.brief import Pacing, Size
from shared.database import open_database
from shared.runner import Progress
from shared.settings import Settings
from tests.contract.servers import ROOT, wait_until
from tests.contract.services import NAMES, Services, all_services, metric
from tests.e2e.sources import Sources

FLAGS = ("--pacing", "driving", "--size", "160x96", "--duration", "3", "--draft", "--quiet")


class Nobody:
    """Watches nothing."""

    def expect(self, action: str, count: int) -> None: ...

    def show(self, progress: Progress) -> None: ...


@dataclass(frozen=True)
class Film:
    """A finished film: its bytes, and its actions by key, True for hits."""

    data: bytes
    actions: dict[str, bool]


def read(folder: Path) -> Film:
    report = json.loads((folder / "report.json").read_text())
    actions = {action["key"]: action["hit"] for action in report["actions"]}
    return Film((folder / "film.mp4").read_bytes(), actions)


async def make(settings: Settings, sources: Sources, out: Path) -> Film:
    spec = BriefSpec(
        song=sources.song,
        references=tuple(map(ReferenceSpec, (sources.clips[0], sources.photos[1]))),
        pacing=Pacing.DRIVING,
        size=Size(160, 96),
        duration_seconds=Fraction(3),
    )
    await make_film(settings, spec, out, draft=True, watcher=Nobody())
    return read(out)


@pytest.fixture(scope="module")
def embedded(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Film:
    """The film as one process tree makes it."""
    folder = tmp_path_factory.mktemp("embedded")
    return asyncio.run(make(Settings(folder / "store"), sources, folder / "out"))


async def test_the_film_is_the_same_and_the_services_made_it(
    embedded: Film, sources: Sources, tmp_path: Path
) -> None:
    with all_services(tmp_path / "store", METRICS_PORT="0") as services:
        film = await make(services.settings(), sources, tmp_path / "out")
        ran = {
            name: metric(services.running[name], "onbeat_actions_total", outcome="ran")
            for name in NAMES
        }
        again = await make(services.settings(), sources, tmp_path / "again")
    assert film == embedded
    assert not any(film.actions.values())
    assert all(ran.values())
    gateway = len(film.actions) - sum(ran.values())
    assert gateway == 3, "mix, assemble and inspect are the gateway's own"
    assert again.data == embedded.data
    assert all(again.actions.values())


async def test_services_killed_in_the_middle_are_asked_again(
    embedded: Film, sources: Sources, tmp_path: Path
) -> None:
    """kill -9 of each service at its first work; each comes back where it was."""
    with all_services(tmp_path / "store", METRICS_PORT="0") as services:
        making = asyncio.create_task(make(services.settings(), sources, tmp_path / "out"))
        killers = [asyncio.to_thread(_kill_at_work, services, name) for name in NAMES]
        await asyncio.gather(*killers)
        film = await making
    assert film.data == embedded.data
    assert film.actions.keys() == embedded.actions.keys()


def _kill_at_work(services: Services, name: str) -> None:
    server = services.running[name]
    wait_until(lambda: metric(server, "onbeat_actions_in_flight", state="running"), 60.0)
    server.kill()
    services.restart(name)


def test_what_was_answered_outlives_a_killed_client(
    embedded: Film, sources: Sources, tmp_path: Path
) -> None:
    """kill -9 of `onbeat make` while shots are rendered; what was done is not done again."""
    references = ("--ref", str(sources.clips[0]), "--ref", str(sources.photos[1]))
    command = (
        *(sys.executable, "-m", "services.gateway.cli", "make", "--song", str(sources.song)),
        *references,
        *FLAGS,
        *("-o", str(tmp_path / "out")),
    )
    with all_services(tmp_path / "store", METRICS_PORT="0") as services:
        environment = {**os.environ, **services.environment(), "ONBEAT_WORKERS": "1"}
        client = subprocess.Popen(command, cwd=ROOT, env=environment)
        rendering = services.running["generator"]
        wait_until(lambda: metric(rendering, "onbeat_actions_in_flight", state="running"), 60.0)
        client.kill()
        client.wait()
        assert not (tmp_path / "out").exists()
        done = _finished(tmp_path / "store")
        assert len(done) >= 4
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    film = read(tmp_path / "out")
    assert film.data == embedded.data
    assert {key for key, hit in film.actions.items() if hit} >= done


def _finished(store: Path) -> set[str]:
    database = open_database(Settings(store).database_path)
    try:
        with database.reading() as connection:
            rows: list[Any] = connection.execute(
                "SELECT key FROM executions WHERE state = 'done'"
            ).fetchall()
    finally:
        database.dispose()
    return {key for (key,) in rows}


async def test_without_a_service_the_film_fails_with_its_name(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONBEAT_RPC_PATIENCE_SECONDS", "0.5")
    settings = Settings(tmp_path / "store", addresses={"encoder": "127.0.0.1:9"})
    with pytest.raises(Exception, match=r"encoder at 127\.0\.0\.1:9 did not answer"):
        await make(settings, sources, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    async with embedded_runner(settings) as runner:
        assert runner.records == ()
