"""Briefs over HTTP: the words of BRIEF.yaml, with references instead of paths.

Where BRIEF.yaml has a path, a brief over HTTP has the id of a reference ("ref_..."), and for
song, voice and references also a handle ("@track"). Nothing else ever becomes a path: whatever
else is read as one is refused, also in words that this module knows nothing of.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from services.gateway.api.ids import is_id
from services.gateway.api.references.service import StoredReference
from services.gateway.briefs import BriefSpec, brief_of_document
from shared.errors import InvalidInput

MAX_REFERENCES = 200
_MAX_NAMES = 3 * MAX_REFERENCES  # handles, their ids, and files that are no references
_MAX_DEPTH = 12
# Their own word for what BRIEF.yaml calls a path.
_PATH_WORDS = ("reference", "path")
_PACKAGED_MODEL = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
# Relative, because it stands in reports: whoever makes the film does so in the folder itself.
_HERE = Path()

Find = Callable[[str], StoredReference]


@dataclasses.dataclass(frozen=True, slots=True)
class ReadBrief:
    """A brief that was understood: `spec` reads each reference as `<id>/<filename>`."""

    spec: BriefSpec
    references: tuple[StoredReference, ...]
    document: dict[str, Any]


def read_brief_document(document: Mapping[str, Any], find: Find) -> ReadBrief:
    """Understand a brief; `find` gives a reference by id or "@handle", or raises.

    `document` of the result has ids where there were handles. Raises `InvalidInput` for anything
    that is not understood or is no reference.
    """
    check_depth(document, _MAX_DEPTH)
    found: dict[str, StoredReference] = {}
    named: dict[str, StoredReference] = {}

    def find_once(name: str) -> StoredReference:
        if name not in named:
            if len(named) >= _MAX_NAMES:  # each is looked up: ten thousand would take minutes
                raise InvalidInput(f"found more than {_MAX_NAMES} names of references")
            named[name] = find(name)
        return found.setdefault(named[name].id, named[name])

    resolved = _with_ids(dict(document), find_once)
    texts = _as_text(resolved, lambda id_: _path_of(find_once(id_)))
    spec = brief_of_document(texts, _HERE)
    if len(spec.references) > MAX_REFERENCES:
        raise InvalidInput(
            f"references: found {len(spec.references)}; expected at most {MAX_REFERENCES}"
        )
    _check_paths(spec, {Path(_path_of(reference)) for reference in found.values()})
    return ReadBrief(spec, tuple(found.values()), resolved)


def _path_of(reference: StoredReference) -> str:
    return f"{reference.id}/{reference.filename}"


def _with_ids(document: dict[str, Any], find: Find) -> dict[str, Any]:
    """The document with ids for handles, in the places where a handle can stand for a file."""
    for name in ("song", "voice", "script"):
        document = {**document, name: _id(document[name], find)} if name in document else document
    items = document.get("references")
    if isinstance(items, list):
        if len(items) > MAX_REFERENCES:
            raise InvalidInput(f"references: found {len(items)}; expected at most {MAX_REFERENCES}")
        document = {**document, "references": [_item(item, find) for item in items]}
    return document


def _item(item: Any, find: Find) -> Any:
    if isinstance(item, str):
        item = {"path": item}
    if not isinstance(item, dict):
        raise InvalidInput(f"references: {str(item)[:60]!r} is no reference")
    given = [word for word in _PATH_WORDS if word in item]
    if len(given) > 1:
        raise InvalidInput("references: expected either reference or path, which mean the same")
    rest = {name: value for name, value in item.items() if name not in _PATH_WORDS}
    changed = {**rest, "path": _id(item[given[0]], find)} if given else rest
    reference = find(changed["path"]) if isinstance(changed.get("path"), str) else None
    if reference is not None and reference.handle and "handle" not in changed:
        changed["handle"] = reference.handle
    return changed


def _id(value: Any, find: Find) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        return find(value).id
    if value is not None and not (isinstance(value, str) and is_id("ref", value)):
        raise InvalidInput(
            f"{str(value)[:60]!r} is no reference; expected the id of one (ref_...) or a handle "
            "(@name)"
        )
    return value


def _as_text(value: Any, path_of: Callable[[str], str]) -> Any:
    """Values as YAML's loader gives them: text, or None; ids of references as their paths."""
    if isinstance(value, dict):
        return {str(name): _as_text(item, path_of) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item, path_of) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and is_id("ref", value):
        return path_of(value)
    return value if value is None else str(value)


def _check_paths(spec: BriefSpec, known: set[Path]) -> None:
    for path in _paths_in(spec):
        if path not in known:
            raise InvalidInput(
                f"{str(path)[:60]!r} is no reference; expected the id of one (ref_...)"
            )
    model = spec.speech_model
    if model is not None and not _PACKAGED_MODEL.fullmatch(model):
        raise InvalidInput(
            f"speech_model {model[:40]!r}: expected the name of a packaged model, such as "
            "whisper-base"
        )


def _paths_in(value: Any) -> Iterator[Path]:
    if isinstance(value, Path):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _paths_in(getattr(value, field.name))
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _paths_in(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _paths_in(item)


def check_depth(value: Any, left: int) -> None:
    """Raises `InvalidInput` for a document that is nested more than `left` deep."""
    if left == 0:
        raise InvalidInput(f"a brief is nested at most {_MAX_DEPTH} deep")
    items = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, Mapping | list):
        for item in items:
            check_depth(item, left - 1)
