"""The brief of `onbeat make` for a server: the same words, with references for paths."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from services.gateway.briefs import parse_reference
from services.gateway.make_brief import FILE_FLAGS, SWITCH_FLAGS, TEXT_FLAGS, brief_of

_PURPOSES = {
    ".cube": "table",
    **dict.fromkeys((".ttf", ".otf", ".ttc", ".woff", ".woff2"), "font"),
    **dict.fromkeys((".txt", ".srt", ".vtt", ".lrc", ".md"), "text"),
}
Document = Callable[[Mapping[Path, str]], dict[str, Any]]


def brief_and_files(options: argparse.Namespace) -> tuple[Document, dict[Path, str]]:
    """What makes the brief of the ids of its files, and those files with their purposes.

    Raises what `onbeat make` raises for the brief; files are not opened.
    """
    paths = set(_paths_in(brief_of(options)))
    files = {path: _PURPOSES.get(path.suffix.lower(), "media") for path in sorted(paths)}

    def document(ids: Mapping[Path, str]) -> dict[str, Any]:
        found = _of_file(options.brief, ids) if options.brief else {}
        return {**found, **_of_flags(options, found, ids)}

    return document, files


def _of_file(path: Path, ids: Mapping[Path, str]) -> dict[str, Any]:
    # It was read strictly before; here every value has to stay the text that it is.
    found = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    document: dict[str, Any] = _with_ids(found or {}, path.parent, ids)
    return document


def _with_ids(value: Any, folder: Path, ids: Mapping[Path, str]) -> Any:
    """A value of the brief with ids in the places of the paths that it was read to have."""
    if isinstance(value, dict):
        return {name: _with_ids(item, folder, ids) for name, item in value.items() if item != ""}
    if isinstance(value, list):
        return [_with_ids(item, folder, ids) for item in value]
    return ids.get(folder / value, value) if isinstance(value, str) else value


def _of_flags(
    options: argparse.Namespace, found: Mapping[str, Any], ids: Mapping[Path, str]
) -> dict[str, Any]:
    given = {name: getattr(options, flag) for flag, name in TEXT_FLAGS.items()}
    values: dict[str, Any] = {name: text for name, text in given.items() if text is not None}
    for name in FILE_FLAGS:
        if getattr(options, name) is not None:
            values[name] = ids[getattr(options, name)]
    values.update({name: "true" for name in SWITCH_FLAGS if getattr(options, name)})
    if options.also:
        values["also"] = list(options.also) if isinstance(options.also, list) else options.also
    named: list[tuple[str, list[str] | None]] = [(text, None) for text in options.references]
    named += [(text, ["talk"]) for text in options.talk]
    references = []
    for text, roles in named:
        item = parse_reference(text)
        # Without a handle the server gives one by the file's name, as is done here.
        entry = {"path": ids[item.path], "handle": item.handle, "roles": roles}
        references.append({name: value for name, value in entry.items() if value})
    if references:
        values["references"] = [*found.get("references", []), *references]
    return values


def _paths_in(value: Any) -> Iterator[Path]:
    if isinstance(value, Path):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _paths_in(getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _paths_in(item)
