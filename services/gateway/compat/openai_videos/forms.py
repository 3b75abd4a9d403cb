"""Bodies as clients send them, JSON or multipart, as one tree of values.

OpenAI's SDK 2.24 sends JSON where there is no file, 2.44 and newer always multipart, in which
`{"a": {"b": 1}}` is a field `a[b]` and a list of objects is `a[][b]`, its columns one after the
other. vLLM-Omni's clients send JSON as the text of a field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from services.gateway.api.problems import Problem
from services.gateway.compat.openai_videos.errors import bad_field

MAX_FILES = 24
_MAX_FIELDS = 96
_MAX_FIELD_BYTES = 8 << 20
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,40})((?:\[[A-Za-z0-9_]{0,40}\]){0,3})")
# Fields whose text is a value of another kind; everything else stays the text that was sent.
_MAY_BE_JSON = re.compile(r"\s*[\[{]")
_TEXTS = ("prompt", "name", "model")


async def read_body(request: Request) -> dict[str, Any]:
    """The fields of a request; files are `UploadFile`, in lists where there are several.

    Raises `Problem` for what is neither JSON nor a form, or cannot be read. Files are closed with
    the request.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        try:
            form = await request.form(
                max_files=MAX_FILES, max_fields=_MAX_FIELDS, max_part_size=_MAX_FIELD_BYTES
            )
        except HTTPException as error:
            raise Problem(400, "bad_form", str(error.detail)) from None
        return _of_form(form)
    if kind not in ("application/json", ""):
        raise Problem(400, "bad_media_type", "expected application/json or multipart/form-data")
    try:
        document = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        raise Problem(400, "bad_json", "the body is not JSON") from None
    if not isinstance(document, dict):
        raise Problem(400, "bad_json", "expected an object")
    return document


def _of_form(form: FormData) -> dict[str, Any]:
    values: dict[str, Any] = {}
    columns: dict[str, dict[str, list[Any]]] = {}
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    for name in dict.fromkeys(form.keys()):
        match = _NAME.fullmatch(name)
        if match is None:
            raise bad_field(name[:60], f"a field named {name[:60]!r} is not known")
        given = [_value(match[1], item) for item in form.getlist(name)]
        path = re.findall(r"\[(\w*)\]", match[2])
        if not path or path == [""]:
            # Python's SDK cannot leave a file out: what is named beside it (`video[id]`) is meant.
            if not isinstance(values.get(match[1]), dict):
                values[match[1]] = given if path or len(given) > 1 else given[0]
        elif len(path) == 1:
            group = values.get(match[1])
            values[match[1]] = {**(group if isinstance(group, dict) else {}), path[0]: given[0]}
        elif path[0] == "":
            columns.setdefault(match[1], {})[path[1]] = given
        elif path[0].isdecimal():
            row = rows.setdefault(match[1], {}).setdefault(path[0], {})
            row[path[1]] = given[0]
        else:
            raise bad_field(match[1], f"{name[:60]!r} is nested too deeply")
    for name, found in columns.items():
        values[name] = rows_of(name, found)
    for name, numbered in rows.items():
        values[name] = [numbered[number] for number in sorted(numbered, key=int)]
    return values


def rows_of(name: str, columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """The objects of a list whose members were sent column by column.

    A column `image_url` that is shorter than `type` belongs to the rows whose type is "image"; any
    other short column, such as `file_id`, to the rows that have none of those.
    Raises `Problem` where it cannot be known which row a value belongs to.
    """
    types = columns.get("type", [])
    count = max(len(types), *(len(values) for values in columns.values()))
    rows: list[dict[str, Any]] = [{} for _ in range(count)]
    # First what says by its name where it belongs, then what fills the rows that are left.
    order = sorted(columns, key=lambda column: (not column.endswith("_url"), column == "type"))
    for column in order:
        values = columns[column]
        places = list(range(count))
        if len(values) < count:
            kind = column.removesuffix("_url")
            is_named = column.endswith("_url")
            places = [
                p for p in places if (types[p : p + 1] == [kind] if is_named else not rows[p])
            ]
        if len(values) != len(places):
            raise bad_field(
                name,
                f"{name}[][{column}]: found {len(values)} for {count} items; send the list as JSON "
                f"text in a field {name!r} instead",
            )
        for place, value in zip(places, values, strict=True):
            rows[place][column] = value
    return rows


def _value(name: str, item: Any) -> Any:
    if isinstance(item, UploadFile) or name in _TEXTS or not _MAY_BE_JSON.match(item):
        return item
    try:
        return json.loads(item)
    except (ValueError, RecursionError):
        return item


def text_field(body: Mapping[str, Any], name: str, most: int, *, default: str | None = None) -> str:
    """A field of text with 1 to `most` characters; raises `Problem` 400 that names it."""
    value = body.get(name, default)
    if value is None:
        raise bad_field(name, f"{name}: is missing", "missing_required_parameter")
    if not isinstance(value, str) or not len(value.strip()) > 0 or len(value) > most:
        raise bad_field(name, f"{name}: expected 1 to {most} characters")
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
        raise bad_field(name, f"{name}: has characters that cannot be written")
    return value
