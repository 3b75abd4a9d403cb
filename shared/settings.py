"""Settings from the environment, read once at the edge and passed down."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from shared.blobs import BlobStore, FileBlobs
from shared.consent import ConsentSettings
from shared.database import Database, open_database
from shared.errors import InvalidInput

_GIB = 1 << 30
_SERVICES = ("audio_sync", "encoder", "generator")  # those that can be reached over the network


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """Where in which S3 store blobs are; whoever uses it finds the keys in the `AWS_*` variables.

    `endpoint` is "https://host:port"; `prefix` is "" or ends in "/"; `region` may be "".
    """

    endpoint: str
    bucket: str
    prefix: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the store is and how much of this machine may be used.

    `store` is a folder (created when missing). Blobs are in it, or else in a `bucket`, with
    copies of at most `cache_bytes` in the folder; executions and builds are in it, or else in
    `database` ("postgresql://...", which may hold a password and is not shown).
    `workers` is the number of processes that perform actions; `worker_memory_bytes` bounds the
    address space of each (0: no bound). `lease_seconds` is how long a claimed action survives
    without a heartbeat. `addresses` are the "host:port" of services by name; what a service
    without one owns is performed here. `consent` says who may be shown to models.
    `salt` is in every action key: tenants with different ones share no results.
    """

    store: Path
    workers: int = 2
    worker_memory_bytes: int = 6 * _GIB
    lease_seconds: float = 15.0
    addresses: Mapping[str, str] = field(default_factory=dict)
    bucket: BucketAddress | None = None
    cache_bytes: int = 20 * _GIB
    database: str = field(default="", repr=False)
    consent: ConsentSettings = field(default_factory=ConsentSettings)
    salt: str = ""

    @property
    def blobs_folder(self) -> Path:
        """Where blobs are."""
        return self.store / "blobs"

    @property
    def owners_folder(self) -> Path:
        """Where running processes hold their locks."""
        return self.store / "owners"

    @property
    def database_path(self) -> Path:
        """Where executions, builds and revisions are."""
        return self.store / "onbeat.sqlite3"

    def open_blobs(self) -> BlobStore:
        """The store's blobs; raises `InvalidInput` where a library for S3 is missing."""
        if self.bucket is None:
            return FileBlobs(self.blobs_folder)
        try:
            from shared.cache import BlobCache
            from shared.s3 import Bucket
            from shared.s3_blobs import S3Blobs
        except ImportError as error:
            raise InvalidInput(f"blobs in S3 need {error.name}; install onbeat[s3]") from error
        where = self.bucket
        bucket = Bucket(where.endpoint, where.bucket, where.prefix, where.region)
        return S3Blobs(bucket, BlobCache(self.store / "cache", self.cache_bytes))

    def create_blobs(self) -> BlobStore:
        """The store's blobs, in its folder, which is made where there is none.

        Raises `InvalidInput` for a folder that cannot be written, or as `open_blobs` does.
        """
        try:
            self.store.mkdir(parents=True, exist_ok=True)
            return self.open_blobs()
        except OSError as error:
            raise InvalidInput(
                f"the store {self.store} cannot be used: {error.strerror}; set ONBEAT_STORE to a "
                "folder that can be written"
            ) from error

    def open_database(self) -> Database:
        """The store's database (see `shared.database.open_database`)."""
        return open_database(self.database or self.database_path)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the variables that docs/store.md and docs/services.md list.

        Defaults: a per-user data folder, one worker per usable core, 6 GiB, leases of 15 s, no
        service. Raises `InvalidInput` for values that are no numbers, or no address of the kind
        expected.
        """
        folder = environment.get("ONBEAT_STORE")
        store = Path(folder) if folder else platformdirs.user_data_path("onbeat", appauthor=False)
        return cls(
            store=store.expanduser().absolute(),
            workers=_whole_number(environment, "ONBEAT_WORKERS", _usable_cores(), minimum=1),
            worker_memory_bytes=_whole_number(
                environment, "ONBEAT_WORKER_MEMORY_BYTES", 6 * _GIB, minimum=0
            ),
            lease_seconds=_lease_seconds(environment),
            addresses=_addresses(environment),
            bucket=_bucket(environment),
            cache_bytes=_whole_number(
                environment, "ONBEAT_CACHE_BYTES", 20 * _GIB, minimum=_GIB // 4
            ),
            database=_database(environment),
            consent=ConsentSettings.from_environment(environment),
        )


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _addresses(environment: Mapping[str, str]) -> Mapping[str, str]:
    found = {}
    for service in _SERVICES:
        name = f"ONBEAT_{service.upper()}"
        if text := environment.get(name):
            host, _, port = text.strip().rpartition(":")
            if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                raise InvalidInput(f"{name}={text!r}: expected an address as in 'localhost:7001'")
            found[service] = text.strip()
    return found


def _bucket(environment: Mapping[str, str]) -> BucketAddress | None:
    text = environment.get("ONBEAT_BLOBS")
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme != "s3" or not parts.netloc or "@" in text or parts.query:
        raise InvalidInput("ONBEAT_BLOBS: expected a bucket as in 's3://films/some/prefix'")
    prefix = parts.path.strip("/")
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ""
    return BucketAddress(
        endpoint=_endpoint(environment, region),
        bucket=parts.netloc,
        prefix=f"{prefix}/" if prefix else "",
        region=region,
    )


def _endpoint(environment: Mapping[str, str], region: str) -> str:
    text = environment.get("ONBEAT_S3_ENDPOINT")
    if not text:
        return f"https://s3.{region or 'us-east-1'}.amazonaws.com"
    parts = urlsplit(text)
    odd = parts.path.strip("/") or parts.query or "@" in text
    if parts.scheme not in ("http", "https") or not parts.hostname or odd:
        raise InvalidInput(
            "ONBEAT_S3_ENDPOINT: expected an address as in 'https://storage.example:9000'; keys "
            "belong in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    return f"{parts.scheme}://{parts.netloc}"


def _database(environment: Mapping[str, str]) -> str:
    text = environment.get("ONBEAT_DATABASE") or ""
    scheme = text.partition(":")[0]
    if text and scheme not in ("postgresql", "postgres"):
        raise InvalidInput(
            "ONBEAT_DATABASE: expected postgresql://USER:PASSWORD@HOST:PORT/NAME, or nothing for "
            "SQLite in ONBEAT_STORE"
        )
    return text


def _lease_seconds(environment: Mapping[str, str]) -> float:
    name, text = "ONBEAT_LEASE_SECONDS", environment.get("ONBEAT_LEASE_SECONDS") or "15"
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    # Heartbeats come at a fraction of it; a busy machine may be late by a second.
    if not 2 <= value <= 3600:
        raise InvalidInput(f"{name}={text!r}: expected 2 to 3600 seconds")
    return value


def _whole_number(environment: Mapping[str, str], name: str, default: int, minimum: int) -> int:
    text = environment.get(name)
    if not text:
        return default
    if not text.strip().isdecimal() or int(text) < minimum:
        raise InvalidInput(f"{name}={text!r}: expected a whole number of at least {minimum}")
    return int(text)
