"""A film handed over once: a dissolve, a slowed clip, baked shots with handles."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.gateway.film_folder import read_document
from services.gateway.handover.command import export_film
from services.gateway.handover.package import Wanted
from services.gateway.handover.sequence import Sequence
from shared.schema import from_document
from shared.settings import Settings
from shared.timeline import Timeline
from tests.gateway.finished import Finished, edit


@dataclass(frozen=True)
class HandedOver:
    """The film's folder, its timeline, and the hand-over of it."""

    settings: Settings
    film: Path
    timeline: Timeline
    folder: Path
    sequence: Sequence


@pytest.fixture(scope="session")
def handed(tmp_path_factory: pytest.TempPathFactory, finished: Finished) -> HandedOver:
    folder = tmp_path_factory.mktemp("handover")
    # A store of one's own: baking adds to it.
    settings = Settings(Path(shutil.copytree(finished.store, folder / "store")))
    film = folder / "film"
    # Two shots become four, of both clips and both photos; then a slowed clip and a dissolve.
    cut = folder / "cut"
    before = from_document(Timeline, read_document(finished.first, "timeline.json"))
    assert len(before.shots) == 2
    halves = [{"op": "split", "shot": name, "frame": 30} for name in ("#1", "#3")]
    edit(settings, finished.first, cut, *halves)
    shown = from_document(Timeline, read_document(cut, "timeline.json")).shots
    wanted = [item.handle for item in before.references if item.kind in ("video", "image")]
    wanted = [wanted[0], wanted[2], wanted[1], wanted[3]]  # clip, photo, clip, photo
    anew = [
        {"op": "replace_source", "shot": f"#{number}", "source": handle}
        for number, (shot, handle) in enumerate(zip(shown, wanted, strict=True), start=1)
        if getattr(shot.source, "handle", "") != handle
    ]
    slower = {"op": "set_speed", "shot": "#3", "speed": 0.8}
    even = [{"op": "disable_accents", "shot": name} for name in ("#1", "#3")]
    join = {"op": "set_transition", "cut": "#3", "kind": "dissolve", "frames": 4}
    edit(settings, cut, film, *anew, slower, *even, join)
    out = folder / "out"
    sequence = asyncio.run(export_film(settings, film, out, Wanted()))
    timeline = from_document(Timeline, read_document(film, "timeline.json"))
    return HandedOver(settings, film, timeline, out, sequence)
