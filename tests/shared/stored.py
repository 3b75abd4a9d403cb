"""Small stores with films in them: real files, rows and nouns; clips are any bytes."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from shared.blobs import BlobStore, FileBlobs
from shared.brief import MediaKind, Reference, Size
from shared.build import Build, BuiltClip
from shared.builds import Builds
from shared.collect import Collector
from shared.database import Database, open_database
from shared.digest import Digest, digests_in
from shared.executions import Executions
from shared.films import StoredFilm, stored_films
from shared.requests import Delivery, EncodeRequest, MeasureRequest, RenderRequest
from shared.result import Result
from shared.schema import from_json, to_json
from shared.shot import Footage, Framing, Grade, Move, Shot
from shared.timeline import Timeline

DELIVERY = Delivery(Size(64, 64), Fraction(30))
_KINDS = {RenderRequest: "render/footage", MeasureRequest: "measure/segment"}


@dataclass
class SmallStore:
    """A store in a folder, and hands that put things into it as builds do."""

    folder: Path
    url: str = ""
    bucket: BlobStore | None = None
    blobs: BlobStore = field(init=False)
    database: Database = field(init=False)

    def __post_init__(self) -> None:
        self.blobs = self.bucket or FileBlobs(self.folder / "blobs")
        self.database = open_database(self.url or self.folder / "onbeat.sqlite3")
        self.owners.mkdir(exist_ok=True)

    @property
    def owners(self) -> Path:
        return self.folder / "owners"

    @property
    def collector(self) -> Collector:
        return Collector(self.database, self.blobs, self.owners)

    @property
    def builds(self) -> Builds:
        return Builds(self.database)

    @property
    def keys(self) -> set[str]:
        return {key for (key,) in self.database.read("SELECT key FROM executions")}

    @property
    def films(self) -> tuple[StoredFilm, ...]:
        return stored_films(self.database, self.blobs)

    def perform(self, request: object, *outputs: bytes, backend: str = "") -> Digest:
        """A finished action; the first output is its result."""
        text = to_json(request).decode()
        name = backend or _KINDS.get(type(request), "encode/any")
        return self.perform_text(name, text, *outputs)

    def perform_text(self, backend: str, request: str, *outputs: bytes) -> Digest:
        """The same for a request in any words."""
        key = Digest.of_bytes(f"{backend} {request}".encode()).sha256
        executions = Executions(self.database)
        attempt = executions.claim(
            key, backend=backend, request=request, owner="test:0:0", lease_seconds=60
        )
        written = tuple(self.blobs.put(output) for output in outputs)
        if attempt is not None:
            executions.complete(key, attempt, Result(written[0], written, 1.5, 1.25))
        return written[0]

    def film(
        self,
        *looks: bytes,
        reference: bytes = b"a clip",
        locked: tuple[int, ...] = (),
        parent: Digest | None = None,
        seed: int = 0,
    ) -> Timeline:
        """A finished film of a shot for each look, all cut from one reference."""
        blob = self.blobs.put(reference)
        self.perform(EncodeRequest("video.motion", blob), b"manifest of " + reference, b"tensors")
        source = Footage("clip", blob, MediaKind.VIDEO)
        timeline = Timeline(
            size=DELIVERY.size,
            frame_rate=DELIVERY.frame_rate,
            shots=tuple(
                Shot(f"s{place}", 10, source, is_locked=place in locked)
                for place in range(len(looks))
            ),
            sound=None,
            sync_map=None,
            cut_plan=self.blobs.put(b"cut plan %d" % seed),
            seed=seed,
            next_shot_number=len(looks),
            references=(Reference("clip", MediaKind.VIDEO, blob),),
            parent=parent,
        )
        clips = tuple(self._clip(place, look, blob) for place, look in enumerate(looks))
        digest = self.blobs.put(to_json(timeline))
        film = self.blobs.put(b"film of " + b", ".join(looks))
        build = Build(digest, DELIVERY, clips, None, film)
        inspection = self.blobs.put(b'{"seen":"%s"}' % digest.short.encode())
        self.builds.record(digest, DELIVERY, self.blobs.put(to_json(build)), inspection)
        return timeline

    def film_of(self, timeline: Timeline) -> StoredFilm:
        """The film of a timeline as it is listed."""
        digest = Digest.of_bytes(to_json(timeline))
        return next(film for film in self.films if film.timeline == digest)

    def age(self, days: float) -> None:
        """Make everything older than it is."""
        age_store(self.folder, self.database, days)

    def _clip(self, place: int, look: bytes, blob: Digest) -> BuiltClip:
        request = RenderRequest(
            source=blob,
            kind=MediaKind.VIDEO,
            start_seconds=Fraction(int.from_bytes(Digest.of_bytes(look).sha256[:8].encode())),
            speed=Fraction(1),
            frames=10,
            framing=Framing(),
            move=Move(),
            grade=Grade(),
            accents=(),
            delivery=DELIVERY,
        )
        segment = self.perform(request, b"segment of " + look)
        measure = self.perform(MeasureRequest(segment), b"measure of " + look)
        written = self.blobs.put(to_json(request))
        sha = Digest.of_bytes(look).sha256
        return BuiltClip(f"s{place}", False, 10, "0" * 64, written, segment, sha, measure)


@contextlib.contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder in memory where the system has one: hundreds of fsyncs cost a disk many seconds."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    with tempfile.TemporaryDirectory(prefix="onbeat-", dir=memory if usable else None) as folder:
        yield Path(folder)


@contextlib.contextmanager
def small_store() -> Iterator[SmallStore]:
    """An empty store, removed at the end."""
    with quick_folder() as folder:
        store = SmallStore(folder / "store")
        yield store
        store.database.dispose()


def age_store(folder: Path, database: Database, days: float) -> None:
    """Move the times of all blobs and rows of a store into the past."""
    seconds = days * 86_400
    then = time.time() - seconds
    for path in folder.glob("blobs/??/*"):
        os.utime(path, (then, then))
    database.write(
        (
            "UPDATE executions SET queued_at = queued_at - :s, finished_at = finished_at - :s",
            {"s": seconds},
        ),
        ("UPDATE builds SET finished_at = finished_at - :s", {"s": seconds}),
    )


def reachable_by_hand(store: SmallStore, timeline: Timeline) -> set[Digest]:
    """What a film of `SmallStore.film` needs, said without the code under test."""
    film = store.film_of(timeline)
    needed = {film.timeline, film.build, film.inspection, timeline.cut_plan}
    needed |= {shot.source.blob for shot in timeline.shots}
    assert film.record is not None
    needed |= {film.record.film, *film.record.clips}
    return needed


def stored_digests(store: SmallStore) -> set[Digest]:
    """The digests of all blobs that are there."""
    return {blob.digest for blob in store.blobs.stored()}


def assert_whole(store: SmallStore, timeline: Timeline) -> None:
    """Everything that editing a film reads can be read."""
    film = store.film_of(timeline)
    build = from_json(Build, store.blobs.read(film.build))
    for digest in (*digests_in(build), *digests_in(timeline), film.inspection):
        if digest != timeline.parent:
            store.blobs.read(digest)
