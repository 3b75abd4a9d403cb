"""What leads to what in a store: which blobs and results a film, a pin or running work needs.

- A document of ours (JSON) leads to every digest in it. Fields that are known to hold media or
  documents without digests are not opened; what is not known is, so that a new noun is followed
  without a change here.
- A result that is reached, by way of something that it was made from, leads to all that it was
  made from and all that its action wrote. The result alone says too little: two films may have
  equal results (a clip that need not slip), and neither needs the other's footage.
- What a model made (`generate`) leads to what it was made from by itself: made again on another
  machine it may have other bits, and shots that go on from it would no longer join.
- What was observed in a reference (`encode`, `analyze`) stays with the reference: encoded once.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.blobs import BlobStore
from shared.database import Database
from shared.digest import Digest
from shared.errors import MissingBlob

_DIGEST_TEXT = re.compile(r"[0-9a-f]{64}/(?:0|[1-9][0-9]{0,18})")
_QUOTED_DIGEST = re.compile(rf'"({_DIGEST_TEXT.pattern})"')
_OBSERVATIONS = frozenset({"encode", "analyze"})
_TAKES = "generate"
# Fields with media, tensors, or documents in which no digest can be.
_LEAVES = frozenset(
    {"audio", "blob", "cut_plan", "film", "measure", "measures", "reference", "segment"}
    | {"segments", "song", "soundtrack", "source", "sync_map", "take", "tensors", "wav"}
)
_MAX_DOCUMENT_BYTES = 64 << 20
_ROWS = """
SELECT key, backend, request, state, attempt, result, outputs, queued_at, finished_at
FROM executions
"""


@dataclass(frozen=True, slots=True)
class CachedResult:
    """One row of the action cache: what it was made from, and what it left (if it is done).

    `written` begins with the result itself. `changed_at` is when it was queued or finished, in
    seconds since 1970.
    """

    key: str
    backend: str
    state: str
    attempt: int
    inputs: tuple[Digest, ...]
    written: tuple[Digest, ...]
    changed_at: float

    @property
    def action(self) -> str:
        """The action's own name: "encode" of "encode/image.style"."""
        return self.backend.partition("/")[0]

    def is_needed(self, found: set[Digest]) -> bool:
        """Whether those who need some blobs need this result."""
        if not self.written:
            return False
        if self.action in _OBSERVATIONS and found.issuperset(self.inputs):
            return True
        if self.written[0] not in found:
            return False
        is_by_itself = self.action == _TAKES or not self.inputs
        return is_by_itself or any(digest in found for digest in self.inputs)


@dataclass(frozen=True, slots=True)
class Reached:
    """Blobs that one gets to, and the keys of results."""

    blobs: set[Digest]
    keys: set[str]


@dataclass(slots=True)
class Graph:
    """The store as a graph; documents are read when they are first reached."""

    blobs: BlobStore
    results: Sequence[CachedResult]
    _writers: dict[Digest, list[CachedResult]] = field(init=False)
    _neighbours: dict[Digest, list[CachedResult]] = field(init=False)
    _documents: dict[Digest, tuple[tuple[str, Digest], ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._writers, self._neighbours = defaultdict(list), defaultdict(list)
        self._documents = {}
        for result in self.results:
            for digest in result.written:
                self._writers[digest].append(result)
            for digest in {*result.inputs, *result.written[:1]}:
                self._neighbours[digest].append(result)

    def reach(self, documents: Iterable[Digest], leaves: Iterable[Digest] = ()) -> Reached:
        """All that one gets to from some documents and some blobs that are not to be opened."""
        found: set[Digest] = set()
        opened: set[Digest] = set()
        keys: set[str] = set()
        todo = [(digest, True) for digest in documents] + [(digest, False) for digest in leaves]
        while todo:
            digest, is_open = todo.pop()
            if is_open and digest not in opened:
                opened.add(digest)
                todo += [(other, name not in _LEAVES) for name, other in self.links(digest)]
            if digest in found:
                continue
            found.add(digest)
            for result in self._neighbours.get(digest, ()):
                if result.key not in keys and result.is_needed(found):
                    keys.add(result.key)
                    todo += [(other, False) for other in (*result.written, *result.inputs)]
        return Reached(found, keys)

    def origins(self, digest: Digest) -> Iterator[Digest]:
        """What a blob was made from, if it is a result."""
        for result in self._writers.get(digest, ()):
            if result.written[0] == digest:
                yield from result.inputs

    def writers(self, digest: Digest) -> Sequence[CachedResult]:
        """Whose result, or part of it, a blob is."""
        return self._writers.get(digest, ())

    def opened(self) -> Collection[Digest]:
        """Every blob that turned out to be a document with digests in it."""
        return [digest for digest, links in self._documents.items() if links]

    def links(self, digest: Digest) -> tuple[tuple[str, Digest], ...]:
        """The digests in a document, each with the name of its field; none in anything else."""
        if digest not in self._documents:
            self._documents[digest] = tuple(links_of(_read(self.blobs, digest)))
        return self._documents[digest]


def read_results(database: Database) -> list[CachedResult]:
    """Every row of the action cache and work list."""
    known: dict[str, Digest] = {}  # A digest that stands in many rows is kept once.
    with database.reading() as connection:
        return [
            CachedResult(
                key=key,
                backend=backend,
                state=state,
                attempt=attempt,
                inputs=digests_in_text(request, known),
                written=_written(result, outputs, known) if state == "done" else (),
                changed_at=max(float(queued), float(finished or 0.0)),
            )
            for key, backend, request, state, attempt, result, outputs, queued, finished in (
                connection.execute(_ROWS)
            )
        ]


def digests_in_text(text: str, known: dict[str, Digest] | None = None) -> tuple[Digest, ...]:
    """Every digest that is a string in some JSON text, each once, in order."""
    known = {} if known is None else known
    found = dict.fromkeys(_QUOTED_DIGEST.findall(text))
    return tuple(known.setdefault(item, Digest.parse(item)) for item in found)


def _written(result: str, outputs: str, known: dict[str, Digest]) -> tuple[Digest, ...]:
    return digests_in_text(f'"{result}" {outputs}', known)


def links_of(data: bytes) -> Iterator[tuple[str, Digest]]:
    """Every digest in a JSON object, with the name of the field that it stands in."""
    if not data.startswith(b"{"):
        return
    try:
        yield from _links_in("", json.loads(data))
    except (ValueError, RecursionError):
        return


def _links_in(name: str, value: Any) -> Iterator[tuple[str, Digest]]:
    if isinstance(value, str):
        if _DIGEST_TEXT.fullmatch(value):
            yield name, Digest.parse(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _links_in(key, item)
    elif isinstance(value, list):
        for item in value:
            yield from _links_in(name, item)


def _read(blobs: BlobStore, digest: Digest) -> bytes:
    if digest.size_bytes > _MAX_DOCUMENT_BYTES or not blobs.contains(digest):
        return b""
    try:
        return blobs.read(digest)
    except MissingBlob:
        return b""
