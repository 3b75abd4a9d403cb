"""Onbeat as it runs on many machines, as processes of this one: each with a folder of its own."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from examples.cluster.members import Member, OnbeatMember, ServerMember
from examples.cluster.servers import (
    Broker,
    PostgresServer,
    S3Server,
    delete_queues,
    rabbitmq_server,
)
from shared.blob_store import BlobStore
from shared.errors import NotFound
from shared.settings import Settings

SERVICES = ("encoder", "audio_sync", "generator")
# The gateway and its film workers look whether who is shown has agreed; those behind need not.
_BEHIND = {"ONBEAT_CONSENT": "upstream"}
# Whatever can be handed to a worker is.
_QUEUES = "render,generate.*,encode.*"
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
# What this process's environment says of other stores, servers and keys is not for ours.
_FOREIGN = ("ONBEAT_", "AWS_", "PG")
_T = TypeVar("_T")


class Cluster:
    """Broker, database, S3 server, three services, workers and the gateway; a context manager.

    `folder` gets a folder for each. Of the broker there is one of our own, or where RabbitMQ is not
    installed, that of ONBEAT_BROKER. `workers` is ONBEAT_WORKERS of everything but render workers,
    which perform `render_concurrency` actions at once; without it all cores are used by each.
    `environment` is for every process of Onbeat. Without film workers the gateway has some of its
    own. While it runs, this process has the keys of its S3 server in its environment.
    """

    def __init__(  # noqa: PLR0913 - all but one have a default
        self,
        folder: Path,
        *,
        render_workers: int = 1,
        film_workers: int = 1,
        render_concurrency: int = 1,
        workers: int | None = None,
        lease_seconds: float | None = None,
        environment: Mapping[str, str] | None = None,
        gateway_words: Sequence[str] = (),
        on_start: Callable[[str], None] = lambda name: None,
    ) -> None:
        self.folder = folder.absolute()
        self.key = ""
        self._render_workers, self._film_workers = render_workers, film_workers
        self._render_concurrency = render_concurrency
        self._own: dict[str, str] = dict(environment or {})
        if workers is not None:
            self._own["ONBEAT_WORKERS"] = str(workers)
        if lease_seconds is not None:
            self._own["ONBEAT_LEASE_SECONDS"] = str(lease_seconds)
        self._gateway_words = tuple(gateway_words)
        self._on_start = on_start
        self._members: dict[str, Member] = {}
        self._servers: dict[str, str] = {}
        self._keys_before: dict[str, str | None] = {}
        self._database_folder: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.stop()
        else:  # A film worker would go on for ONBEAT_DRAIN_SECONDS, for nobody.
            self.kill()

    @property
    def url(self) -> str:
        """The gateway's address."""
        return self._onbeat("gateway").address

    @property
    def environment(self) -> dict[str, str]:
        """What every process of Onbeat is given, but for its ONBEAT_STORE and `addresses`."""
        return {
            **self._servers,
            "ONBEAT_QUEUES": f"films,{_QUEUES}" if self._film_workers else _QUEUES,
            "ONBEAT_LOG": "json",
            **self._own,
        }

    @property
    def addresses(self) -> dict[str, str]:
        """What a process needs to ask the services, as variables."""
        return {f"ONBEAT_{name.upper()}": self._onbeat(name).address for name in SERVICES}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all processes."""
        return tuple(self._members)

    def start(self) -> None:
        """Start everything, what others need first; raises `Unavailable` with what went wrong."""
        try:
            self._start_servers()
            self._start_services()
            self._start_gateway()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> dict[str, int]:
        """Stop everything gracefully, gateway first; returns exit codes of what still ran."""
        codes: dict[str, int] = {}
        films = [name for name in self._members if name.startswith("film-")]
        servers = [name for name in self._members if name in ("broker", "database", "s3")]
        others = [name for name in self._members if name not in ("gateway", *films, *servers)]
        for names in (["gateway"], films, others, servers):
            there = [self._members[name] for name in names if name in self._members]
            codes |= {
                member.name: code
                for member, code in _at_once(there, lambda member: member.stop())
                if code is not None
            }
        if prefix := self._servers.get("ONBEAT_QUEUE_PREFIX"):
            ours = [f"{prefix}{queue}" for queue in ("films", "render")]
            delete_queues(self._servers["ONBEAT_BROKER"], ours)
        self._forget()
        return codes

    def kill(self) -> None:
        """End everything at once, as kill -9 does."""
        for member in self._members.values():
            member.kill()
        self._forget()

    def process(self, name: str) -> Member:
        """One of `names`: "gateway", "film-1", "render-1", "encoder", ... "broker", "s3"."""
        if name not in self._members:
            raise NotFound(f"no process {name!r}; expected one of {', '.join(self._members)}")
        return self._members[name]

    def cpu_seconds(self) -> dict[str, float]:
        """CPU seconds by name, each with what it started."""
        return {name: member.cpu_seconds() for name, member in self._members.items()}

    def memory_bytes(self) -> dict[str, int]:
        """Memory by name, each with what it started; what they share is divided (PSS)."""
        return {name: member.memory_bytes() for name, member in self._members.items()}

    def log(self, name: str) -> str:
        """What a process has said on standard error, with the lines of ONBEAT_LOG."""
        path = self.process(name).log
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def settings(self, store: Path | None = None) -> Settings:
        """Settings over the same blobs and rows, for one who looks from outside."""
        store = store or self.folder / "outside"
        return Settings.from_environment({**self.environment, "ONBEAT_STORE": str(store)})

    def blobs(self) -> BlobStore:
        """The blobs."""
        return self.settings().open_blobs()

    def _start_servers(self) -> None:
        s3 = S3Server(self.folder / "s3")
        database = PostgresServer(self._folder_of_database())
        found: list[Member] = [
            ServerMember("database", database, database.folder / "postgres.log"),
            ServerMember("s3", s3, s3.folder / "s3.log"),
        ]
        self._servers = {**s3.environment, **database.environment}
        existing = os.environ.get("ONBEAT_BROKER")
        if rabbitmq_server() is None and existing:
            # Others may use it: our queues have names of their own.
            self._servers |= {
                "ONBEAT_BROKER": existing,
                "ONBEAT_QUEUE_PREFIX": f"onbeat-{uuid.uuid4().hex}.",
            }
        else:
            broker = Broker(self.folder / "broker")
            self._servers |= broker.environment
            found.insert(0, ServerMember("broker", broker, broker.folder / "rabbitmq.log"))
        self._keys_before = {name: os.environ.get(name) for name in _KEYS}
        os.environ.update({name: self._servers[name] for name in _KEYS})
        self._start(found)

    def _start_services(self) -> None:
        found: list[Member] = [
            self._new(
                name,
                [f"services.{name}.server"],
                r"listens on (\S+)",
                where=["--listen", "{host}:{port}"],
                more=_BEHIND,
            )
            for name in SERVICES
        ]
        words = ["services.generator.tasks", "worker", "--queues", "render"]
        words += ["--concurrency", str(self._render_concurrency)]
        for number in range(1, self._render_workers + 1):
            found.append(self._new(f"render-{number}", words, " takes ", more=_BEHIND))
        self._start(found)

    def _start_gateway(self) -> None:
        gateway = self._new(
            "gateway",
            ["services.gateway.cli", "serve", *self._gateway_words],
            r"onbeat serves (http://\S+)",
            where=["--host", "{host}", "--port", "{port}"],
            more=self.addresses,
        )
        words = ["services.gateway.tasks", "worker", "--queues", "films"]
        films = [
            self._new(f"film-{number}", words, " takes ", more=self.addresses)
            for number in range(1, self._film_workers + 1)
        ]
        self._start([gateway, *films])
        if found := re.search(r"first key .*: (\S+)", gateway.said()):
            self.key = found[1]

    def _new(
        self,
        name: str,
        words: Sequence[str],
        ready: str,
        *,
        where: Sequence[str] = (),
        more: Mapping[str, str] | None = None,
    ) -> OnbeatMember:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)
        }
        environment = {**inherited, **self.environment, **(more or {})}
        return OnbeatMember(name, self.folder / name, words, environment, ready, where)

    def _start(self, members: Iterable[Member]) -> None:
        started = list(members)
        self._members |= {member.name: member for member in started}

        def start(member: Member) -> None:
            member.start()
            self._on_start(member.name)

        _at_once(started, start)

    def _onbeat(self, name: str) -> OnbeatMember:
        member = self.process(name)
        assert isinstance(member, OnbeatMember)
        return member

    def _folder_of_database(self) -> Path:
        """Root's PostgreSQL runs as somebody else, who may not reach a folder of root's."""
        if os.geteuid() != 0:
            return self.folder / "database"
        self._database_folder = Path(tempfile.mkdtemp(prefix="onbeat-pg-"))
        return self._database_folder

    def _forget(self) -> None:
        if self._database_folder is not None:
            shutil.rmtree(self._database_folder, ignore_errors=True)
        for name, value in self._keys_before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._keys_before = {}


def _at_once(members: Sequence[Member], work: Callable[[Member], _T]) -> list[tuple[Member, _T]]:
    """What each comes to; the first error is raised when all have ended."""
    if not members:
        return []
    with ThreadPoolExecutor(len(members)) as threads:
        return list(zip(members, threads.map(work, members), strict=True))
