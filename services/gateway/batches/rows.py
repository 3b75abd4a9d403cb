"""Rows of a batch, from CSV or JSON, and what is wrong with each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as shown
from typing import Any

from services.gateway.batches.slots import Slot
from services.gateway.readable import readable
from shared.errors import InvalidInput

MAX_ROWS, MAX_BYTES = 10_000, 16 << 20


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in a row, counted from 1: in a column, "" for all of it."""

    row: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = f"row {self.row}" + (f", {self.column}" if self.column else "")
        return f"{where}: found {self.found}; expected {self.expected}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row, counted from 1 without the header; `values` are by slot, paths absolute.

    With `errors` it is not made.
    """

    number: int
    values: Mapping[str, str]
    errors: tuple[RowError, ...] = ()


def read_rows(path: Path, slots: Mapping[str, Slot]) -> tuple[Row, ...]:
    """Read rows from .csv (a header, UTF-8) or .json (a list of objects).

    Paths are relative to the file's folder. Raises `NotFound` and `InvalidInput` for a file that is
    no table of these slots; what is wrong with single rows is in them.
    """
    if path.suffix.lower() not in (".csv", ".json"):
        raise InvalidInput(f"{path}: expected rows in .csv or .json")
    try:
        with readable(path, "rows in CSV or JSON"):
            if path.stat().st_size > MAX_BYTES:
                raise InvalidInput(f"{path}: larger than {MAX_BYTES >> 20} MiB")
            text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(f"{path}: not UTF-8; expected rows in UTF-8") from None
    try:
        is_csv = path.suffix.lower() == ".csv"
        return (parse_csv if is_csv else parse_json)(text, slots, path.absolute().parent)
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error.message}") from None


def parse_csv(text: str, slots: Mapping[str, Slot], folder: Path) -> tuple[Row, ...]:
    """Rows of a CSV; its columns are slots, and those that are required are there."""
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InvalidInput(f"not CSV: {error}") from None
    table = [line for line in table if line]
    header = [name.strip() for name in table[0]] if table else []
    _check_columns(header, slots)
    rows = []
    for number, line in enumerate(table[1:], start=1):
        if len(line) != len(header):
            found, expected = f"{len(line)} columns", f"{len(header)}, as the header has"
            rows.append(Row(number, {}, (RowError(number, "", found, expected),)))
            continue
        cells = {name: cell.strip() for name, cell in zip(header, line, strict=True)}
        rows.append(_row(number, {k: v for k, v in cells.items() if v}, slots, folder))
    return _counted(rows)


def parse_json(text: str, slots: Mapping[str, Slot], folder: Path) -> tuple[Row, ...]:
    """Rows of a JSON list of objects; null is as if it were not there."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"not JSON: {error}") from None
    if not isinstance(document, list):
        raise InvalidInput(f"expected a list of objects; found {shown(document)}")
    return _counted(
        [_json_row(number, item, slots, folder) for number, item in enumerate(document, start=1)]
    )


def _json_row(number: int, item: Any, slots: Mapping[str, Slot], folder: Path) -> Row:
    if not isinstance(item, dict):
        error = RowError(number, "", shown(item), "an object of slots")
        return Row(number, {}, (error,))
    values, errors = {}, []
    for name, value in item.items():
        if name not in slots:
            errors.append(RowError(number, name[:64], "a slot of no template", _known(slots)))
        elif isinstance(value, str):
            values[name] = value.strip()
        elif isinstance(value, int | float) and not isinstance(value, bool):
            values[name] = str(value)
        elif value is not None:
            errors.append(RowError(number, name, shown(value), slots[name].accepts))
    row = _row(number, {k: v for k, v in values.items() if v}, slots, folder)
    return Row(number, row.values, (*errors, *row.errors))


def _row(number: int, cells: Mapping[str, str], slots: Mapping[str, Slot], folder: Path) -> Row:
    values, errors = dict(cells), []
    for name, slot in slots.items():
        value = cells.get(name)
        if value is None:
            if slot.is_required and slot.default is None:
                errors.append(RowError(number, name, "nothing", slot.accepts))
            continue
        try:
            slot.check(value)
        except ValueError:
            errors.append(RowError(number, name, shown(value), slot.accepts))
            continue
        if slot.type.is_file:
            path = folder / value
            values[name] = str(path)
            if not _is_file(path):
                expected = f"{slot.accepts} that is there"
                errors.append(RowError(number, name, shown(value), expected))
    return Row(number, values, tuple(errors))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _check_columns(header: list[str], slots: Mapping[str, Slot]) -> None:
    if len(set(header)) != len(header):
        repeated = next(name for name in header if header.count(name) > 1)
        raise InvalidInput(f"column {shown(repeated)} is there twice")
    if unknown := [name for name in header if name not in slots]:
        raise InvalidInput(f"column {shown(unknown[0])} is no slot; expected {_known(slots)}")
    needed = [s.name for s in slots.values() if s.is_required and s.default is None]
    if missing := [name for name in needed if name not in header]:
        raise InvalidInput(f"no column {missing[0]}; expected {', '.join(needed)}")


def _counted(rows: list[Row]) -> tuple[Row, ...]:
    if not 1 <= len(rows) <= MAX_ROWS:
        raise InvalidInput(f"{len(rows)} rows; expected 1 to {MAX_ROWS}")
    return tuple(rows)


def _known(slots: Mapping[str, Slot]) -> str:
    return ", ".join(slots)
