"""Takes: several different cuts of one brief, each a film in its folder, and one sheet of all.

Every take has the song and the cut plan of the first, and shows other windows, references and
orders wherever the material allows. What two takes render alike is rendered once.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.gateway.briefs import BriefSpec
from services.gateway.embedded import embedded_runner
from services.gateway.film_folder import is_film_folder, staged_folder
from services.gateway.ingest import ingest_brief
from services.gateway.made_film import MadeFilm, Watcher, healing
from services.gateway.make import make_planned
from services.gateway.takes_sheet import Row, takes_sheet
from shared.errors import InvalidInput, Unavailable
from shared.runner import LocalRunner
from shared.settings import Settings

MIN_TAKES, MAX_TAKES = 2, 5
SHEET = "contact-sheet.jpg"


@dataclass(frozen=True, slots=True)
class MadeTakes:
    """All takes in order, and the picture that shows them."""

    films: tuple[MadeFilm, ...]
    sheet: Path


def parse_takes(text: str) -> int:
    """Read a number of takes: `MIN_TAKES` to `MAX_TAKES`."""
    cleaned = text.strip()
    if not (cleaned.isascii() and cleaned.isdigit()) or not (
        MIN_TAKES <= int(cleaned) <= MAX_TAKES
    ):
        raise InvalidInput(
            f"takes {text[:20]!r} is not a whole number from {MIN_TAKES} to {MAX_TAKES}"
        )
    return int(cleaned)


async def make_takes(
    settings: Settings,
    spec: BriefSpec,
    out: Path,
    count: int,
    *,
    draft: bool,
    watcher: Watcher,
    verify_all: bool = False,
) -> MadeTakes:
    """Make `count` takes into `out`/take-1, ...; each appears when it is done.

    Raises `InvalidInput` where `out` is a film, and for what cannot become one.
    """
    if is_film_folder(out):
        raise InvalidInput(f"{out}: is a film; expected a folder for takes, give another -o")
    folders = [out / f"take-{number}" for number in range(1, count + 1)]
    async with embedded_runner(settings, watcher.show) as runner:
        reports = await healing(
            lambda: _make_all(runner, spec, folders, draft, watcher, verify_all)
        )
    films = tuple(MadeFilm(*made) for made in zip(folders, reports, strict=True))
    return MadeTakes(films, _write_sheet(out, films))


async def _make_all(
    runner: LocalRunner,
    spec: BriefSpec,
    folders: Sequence[Path],
    draft: bool,
    watcher: Watcher,
    verify_all: bool,
) -> list[dict[str, Any]]:
    from services.gateway.casting import Take
    from services.gateway.generate_admission import check_named, check_wished
    from services.gateway.generate_here import check_planned
    from services.gateway.plan import plan_film

    watcher.expect("encode", 3 * len(spec.references) + (spec.song is not None))
    check_named(runner.settings, spec.generate)
    ingested = await ingest_brief(runner, spec)
    await check_wished(runner, ingested.brief)
    before: list[Take] = []
    reports = []
    for folder in folders:
        planned = await plan_film(runner, ingested.brief, ingested.infos, before)
        check_planned(runner, planned.timeline)
        before.append(planned.directed.take if planned.directed else [])
        with staged_folder(folder) as staging:
            reports.append(
                await make_planned(
                    runner,
                    planned,
                    ingested.brief,
                    staging,
                    draft,
                    watcher,
                    verify_all=verify_all,
                    also=spec.also,
                )
            )
    return reports


def _write_sheet(out: Path, films: Sequence[MadeFilm]) -> Path:
    rows = [Row.of(film.folder, film.report) for film in films]
    path, written = out / SHEET, out / f".{SHEET}.partial"
    try:
        written.write_bytes(takes_sheet(rows))
        os.replace(written, path)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise Unavailable(f"{path}: cannot be written: {error.strerror or error}") from error
    return path
