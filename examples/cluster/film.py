"""One brief made twice: over HTTP by a cluster, and embedded by `onbeat make`."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from examples.demo import write_brief
from examples.song import write_song
from services.gateway.client import Client, Event
from shared.errors import OnbeatError
from shared.settings import Settings

_SMALL_CAST = ("@street", "@dahlia")
_SMALL: dict[str, Any] = {"size": "320x180", "duration_seconds": 4}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A brief beside its song, as `onbeat make` reads it; as a draft or in full quality."""

    brief: Path
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A film in its folder, and CPU seconds: of everything, and of that in actions themselves."""

    folder: Path
    cpu_seconds: float = 0.0
    action_cpu_seconds: float = 0.0


def demo_film(folder: Path) -> Wanted:
    """The film of `make demo`: 720p, 26 s."""
    folder.mkdir(parents=True, exist_ok=True)
    write_song(folder / "song.wav")
    return Wanted(write_brief(folder))


def small_film(folder: Path) -> Wanted:
    """The first four seconds of it from two references, as a draft of 320x180."""
    brief = demo_film(folder).brief
    document = _read(brief)
    document["references"] = [
        item for item in document["references"] if f"@{item['handle']}" in _SMALL_CAST
    ]
    brief.write_text(yaml.safe_dump({**document, **_SMALL}, sort_keys=False), encoding="utf-8")
    return Wanted(brief, draft=True)


def make_over_http(
    client: Client,
    wanted: Wanted,
    out: Path,
    told: Callable[[str], None] = lambda text: None,
    watch: Callable[[Event], None] | None = None,
) -> Made:
    """Upload what the brief names, ask for the film, wait, and download it into `out`."""
    document = upload_brief(client, wanted, told)
    film = client.create_film(document, name="The demo on a cluster", draft=wanted.draft)
    client.wait(str(film.job), watch)
    client.download_film(film.id, out)
    return Made(out)


def upload_brief(
    client: Client, wanted: Wanted, told: Callable[[str], None] = lambda text: None
) -> Mapping[str, Any]:
    """Send the files of a brief; it comes back with ids instead of paths."""
    document, folder = _read(wanted.brief), wanted.brief.parent
    told(f"sending song and {len(document['references'])} references")
    song = client.upload(folder / document["song"]).id
    references = [
        {**item, "path": client.upload(folder / item["path"]).id} for item in document["references"]
    ]
    return {**document, "song": song, "references": references}


def make_embedded(wanted: Wanted, store: Path, out: Path) -> Made:
    """The same by `onbeat make` in one process tree; raises `OnbeatError` if it fails."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ONBEAT_")}
    words = ["make", str(wanted.brief), "-o", str(out), "--quiet"]
    before = _cpu_seconds()
    done = subprocess.run(
        [sys.executable, "-m", "services.gateway.cli", *words, *(["--draft"] * wanted.draft)],
        env={**own, "ONBEAT_STORE": str(store)},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise OnbeatError(f"the embedded film could not be made: {done.stderr.strip()}")
    return Made(out, _cpu_seconds() - before, action_cpu_seconds(Settings(store)))


def action_cpu_seconds(settings: Settings) -> float:
    """CPU seconds of all actions that ran over a store, in the processes that performed them."""
    database = settings.open_database()
    try:
        ((found,),) = database.read("SELECT COALESCE(SUM(cpu_seconds), 0.0) FROM executions")
    finally:
        database.dispose()
    return float(found)


def _read(brief: Path) -> dict[str, Any]:
    found = yaml.safe_load(brief.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
