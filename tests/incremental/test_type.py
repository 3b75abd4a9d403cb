"""Words on the picture: one changed caption renders the shots that show it, and nothing else.

The lists below are a promise like those in test_edits.py.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.gateway.build import build
from services.gateway.build_plan import delivery_of
from services.gateway.cli import main
from services.gateway.edits.parse import parse_operations
from services.gateway.embedded import embedded_runner
from services.gateway.film_folder import read_document, staged_folder
from services.gateway.finish import finish
from services.gateway.preview import Fate
from services.gateway.revise import preview_edit
from shared.captions import Anchor, Backing, CaptionDelivery, Title, TitleKind
from shared.schema import from_document
from shared.settings import Settings
from shared.timeline import Timeline
from tests.e2e.sources import Sources, write_sources
from tests.gateway.typed_film import cue
from tests.shared.typed import brand

FILM = ["assemble", "inspect"]
ONE_SHOT = [*FILM, "measure", "render"]
TWO_SHOTS = [*FILM, "measure", "measure", "render", "render"]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def _store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def store(_own_store: None, _store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONBEAT_STORE", str(_store))
    return _store


def with_type(timeline: Timeline, delivery: CaptionDelivery) -> Timeline:
    """A cue inside the second shot, one across the cut into the third, and an end card."""
    starts = (*timeline.start_frames(), timeline.frame_count)
    second, third = starts[1], starts[2]
    card = Title(
        "t1",
        TitleKind.END_CARD,
        ("Bye",),
        12,
        Anchor.END,
        12,
        enter_frames=4,
        backing=Backing.SHADOW,
    )
    return replace(
        timeline,
        captions=(cue(1, second + 1, 4, "One"), cue(2, third - 5, 10, "Across")),
        caption_delivery=delivery,
        titles=(card,),
    )


async def _typed(folder: Path, out: Path, store: Path, delivery: CaptionDelivery) -> None:
    async with embedded_runner(Settings(store)) as runner:
        plain = from_document(Timeline, read_document(folder, "timeline.json"))
        timeline = replace(with_type(plain, delivery), brand=brand(runner.blobs))
        built = await build(runner, timeline, delivery_of(timeline, draft=False))
        with staged_folder(out) as staging:
            await finish(runner, staging, timeline, built)


def make_typed(sources: Sources, store: Path, tmp_path: Path, delivery: CaptionDelivery) -> Path:
    flags = ["--size", "256x144", "--pacing", "driving", "--quiet"]
    assert main(["make", *sources.flags(), *flags, "-o", str(tmp_path / "plain")]) == 0
    out = tmp_path / f"typed-{delivery}"
    asyncio.run(_typed(tmp_path / "plain", out, store, delivery))
    return out


@pytest.fixture
def film(sources: Sources, store: Path, tmp_path: Path) -> Path:
    """A film with type in its first shots and at its end."""
    return make_typed(sources, store, tmp_path, CaptionDelivery.BOTH)


def report_of(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return document


def edit(film: Path, operation: str, out: str = "edited") -> Path:
    folder = film.with_name(out)
    assert main(["edit", str(film), "--op", operation, "--quiet", "-o", str(folder)]) == 0
    return folder


def ran(folder: Path) -> list[str]:
    return sorted(a["action"] for a in report_of(folder)["actions"] if not a["hit"])


def changed_shots(before: Path, after: Path) -> list[int]:
    """The places of the shots whose packets are new."""
    pairs = zip(report_of(before)["shots"], report_of(after)["shots"], strict=True)
    return [n for n, (old, new) in enumerate(pairs, 1) if old["clip"] != new["clip"]]


@pytest.mark.parametrize(
    ("operation", "actions", "shots"),
    [
        ('{"op": "set_caption", "cue": "c1", "text": "Uno"}', ONE_SHOT, [2]),
        ('{"op": "set_caption", "cue": "c1", "backing": "outline"}', ONE_SHOT, [2]),
        ('{"op": "set_caption", "cue": "c2", "text": "Over it"}', TWO_SHOTS, [2, 3]),
        # The third shot without type is that of the film before there was any: in the store.
        ('{"op": "remove_caption", "cue": "c2"}', ["encode", *ONE_SHOT, "stills"], [2, 3]),
        ('{"op": "set_title", "title": "t1", "text": "So long"}', ONE_SHOT, [-1]),
    ],
)
def test_type_renders_the_shots_that_show_it(
    film: Path, store: Path, operation: str, actions: list[str], shots: list[int]
) -> None:
    preview = asyncio.run(preview_edit(Settings(store), film, parse_operations([operation])))
    edited = edit(film, operation)
    count = len(report_of(film)["shots"])
    assert changed_shots(film, edited) == [count if n == -1 else n for n in shots]
    assert ran(edited) == sorted(actions)
    report = report_of(edited)
    assert report["summary"]["shots_kept"] == count - len(shots)
    assert report["summary"]["expected_packets_share"] == 1.0
    announced = [
        line.action for line in preview.lines if line.fate in (Fate.WILL_RUN, Fate.MAY_RUN)
    ]
    assert sorted(announced) == ran(edited)


def test_captions_in_files_render_nothing(sources: Sources, store: Path, tmp_path: Path) -> None:
    film = make_typed(sources, store, tmp_path, CaptionDelivery.FILES)
    assert "Across" in (film / "captions.srt").read_text()
    edited = edit(film, '{"op": "set_caption", "cue": "c2", "text": "Elsewhere"}')
    assert changed_shots(film, edited) == []
    assert ran(edited) == []
    assert "Elsewhere" in (edited / "captions.vtt").read_text()
    assert (edited / "film.mp4").read_bytes() == (film / "film.mp4").read_bytes()


def test_shots_without_type_are_those_of_the_film_without_type(film: Path) -> None:
    plain = film.with_name("plain")
    count = len(report_of(film)["shots"])
    assert changed_shots(plain, film) == [2, 3, count]


def test_another_grade_is_looked_at_again_behind_its_type(film: Path) -> None:
    edited = edit(film, '{"op": "set_grade", "shot": "#2", "exposure_stops": 0.7}')
    assert changed_shots(film, edited) == [2]
    assert ran(edited) == sorted(["encode", "stills", *ONE_SHOT])
