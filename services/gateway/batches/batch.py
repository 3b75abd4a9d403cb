"""A batch: one film for each row, from one store, so that what rows share is made once."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from services.gateway.batches.naming import MANIFEST_CSV, MANIFEST_JSON
from services.gateway.batches.rows import Row, RowError
from services.gateway.batches.slots import SlotType
from services.gateway.batches.template import Template
from services.gateway.batches.zipped import write_zip
from services.gateway.embedded import embedded_runner
from services.gateway.ingest import ingest
from services.gateway.made_film import Watcher
from services.gateway.make import make_film
from shared.brief import MediaKind
from shared.errors import Cancelled, InvalidInput, NotFound, OnbeatError
from shared.runner import LocalRunner
from shared.settings import Settings

_RENDERS = ("render", "transition", "generate")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row: `status` is "made", "failed" or "refused".

    `actions_hit` of its actions were in the store, `renders_hit` of them pictures.
    """

    row: int
    name: str
    status: str
    message: str = ""
    errors: tuple[RowError, ...] = ()
    film_sha256: str = ""
    seconds: float = 0.0
    shots: int = 0
    actions_run: int = 0
    actions_hit: int = 0
    renders_run: int = 0
    renders_hit: int = 0


async def make_batch(
    settings: Settings,
    template: Template,
    rows: Sequence[tuple[str, Row]],
    folder: Path,
    *,
    draft: bool,
    watcher: Watcher,
    told: Callable[[RowResult], None] = lambda result: None,
) -> tuple[RowResult, ...]:
    """Make the film of every row without errors into `folder`/NAME, then the manifest and the zip.

    A row that fails is told and does not stop the others. `told` hears of each row as it ends.
    Raises `InvalidInput` for a folder that holds something else than a batch, and `Cancelled`.
    """
    check_folder(folder)
    rows = await with_checked_files(settings, template, rows)
    folder.mkdir(parents=True, exist_ok=True)
    results: list[RowResult] = []
    for name, row in rows:
        result = await _made(settings, template, name, row, folder, draft=draft, watcher=watcher)
        results.append(result)
        write_manifest(folder, template, results)
        told(result)
    write_zip(folder, [result.name for result in results if result.status == "made"])
    return tuple(results)


def check_folder(folder: Path) -> None:
    """Raises `InvalidInput` for what is neither new, nor empty, nor a batch from before."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InvalidInput(f"{folder}: exists and is not a folder; expected one for the batch")
    if any(folder.iterdir()) and not (folder / MANIFEST_JSON).is_file():
        raise InvalidInput(
            f"{folder}: holds something else than a batch; it is left as it is, give another -o"
        )


async def with_checked_files(
    settings: Settings, template: Template, rows: Sequence[tuple[str, Row]]
) -> tuple[tuple[str, Row], ...]:
    """The rows with an error where a file is not of its slot's type; each file is read once."""
    files = [slot for slot in template.slots.values() if slot.type.is_file]
    if not files:
        return tuple(rows)
    known: dict[str, str] = {}
    found = []
    async with embedded_runner(settings) as runner:
        for name, row in rows:
            errors = []
            for slot in files:
                value = row.values.get(slot.name)
                if row.errors or value is None:
                    continue
                key = f"{slot.type} {value}"
                if key not in known:
                    known[key] = await _fault(runner, Path(value), slot.type)
                if known[key]:
                    errors.append(RowError(row.number, slot.name, known[key], slot.accepts))
            found.append((name, Row(row.number, row.values, (*row.errors, *errors))))
    return tuple(found)


def write_manifest(folder: Path, template: Template, results: Sequence[RowResult]) -> None:
    """Write manifest.json and manifest.csv: a line for each row so far."""
    made = [result for result in results if result.status == "made"]
    document = {
        "template_sha256": str(template.digest).partition(":")[2] or str(template.digest),
        "rows": [asdict(result) for result in results],
        "made": len(made),
        "failed": len(results) - len(made),
        "actions_run": sum(result.actions_run for result in results),
        "actions_hit": sum(result.actions_hit for result in results),
        "renders_run": sum(result.renders_run for result in results),
        "renders_hit": sum(result.renders_hit for result in results),
    }
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / MANIFEST_JSON).write_text(text + "\n", encoding="utf-8")
    buffer = io.StringIO()
    columns = ["row", "name", "status", "seconds", "shots", "film_sha256", "message"]
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for result in results:
        writer.writerow({k: _cell(v) for k, v in asdict(result).items() if k in columns})
    (folder / MANIFEST_CSV).write_bytes(buffer.getvalue().encode("utf-8-sig"))


async def _made(
    settings: Settings,
    template: Template,
    name: str,
    row: Row,
    folder: Path,
    *,
    draft: bool,
    watcher: Watcher,
) -> RowResult:
    if row.errors:
        message = "; ".join(map(str, row.errors))
        return RowResult(row.number, name, "refused", message, row.errors)
    try:
        spec = template.fill(row.values)
        made = await make_film(settings, spec, folder / name, draft=draft, watcher=watcher)
    except Cancelled:
        raise
    except (InvalidInput, NotFound) as error:
        return RowResult(row.number, name, "refused", error.message)
    except OnbeatError as error:
        return RowResult(row.number, name, "failed", error.message)
    actions = made.report["actions"]
    renders = [action for action in actions if action["action"] in _RENDERS]
    return RowResult(
        row.number,
        name,
        "made",
        film_sha256=_sha256(made.folder / "film.mp4"),
        seconds=float(made.report["duration_seconds"]),
        shots=len(made.report["shots"]),
        actions_run=_count(actions, was_hit=False),
        actions_hit=_count(actions, was_hit=True),
        renders_run=_count(renders, was_hit=False),
        renders_hit=_count(renders, was_hit=True),
    )


def _count(actions: Sequence[Mapping[str, Any]], *, was_hit: bool) -> int:
    return sum(bool(action["hit"]) == was_hit for action in actions)


async def _fault(runner: LocalRunner, path: Path, kind: SlotType) -> str:
    """What is wrong with a file, "" if it is of its type."""
    try:
        info = (await ingest(runner, path)).info
    except (InvalidInput, NotFound) as error:
        return error.message
    if kind is SlotType.AUDIO:
        return "" if info.audio_codec is not None else f"{path.name}, which has no sound"
    wanted = MediaKind.IMAGE if kind is SlotType.IMAGE else MediaKind.VIDEO
    return "" if info.kind is wanted else f"{path.name}, which is {info.kind}"


def _sha256(path: Path) -> str:
    state = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            state.update(block)
    return state.hexdigest()


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
