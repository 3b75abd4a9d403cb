"""An S3 server of our own on loopback: SeaweedFS."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sysconfig
import uuid
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from minio import Minio
from minio.error import S3Error, ServerError
from urllib3.exceptions import HTTPError

from examples.cluster.children import Child, free_ports
from shared.cache import BlobCache
from shared.errors import Unavailable
from shared.s3 import Bucket
from shared.s3_blobs import S3Blobs

ACCESS_KEY, SECRET_KEY, BUCKET = "onbeat-tests", "a-secret-of-the-tests", "films"
_SERVERS = ("master", "volume", "filer", "s3", "admin")


def _free_ports() -> dict[str, int]:
    return dict(zip(_SERVERS, free_ports(len(_SERVERS)), strict=True))


@dataclass
class S3Server:
    """A SeaweedFS server with one bucket; may be killed or stopped, and started again."""

    folder: Path
    ports: dict[str, int] = field(default_factory=_free_ports)
    child: Child | None = None

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
        """Blobs on it, under a prefix of their own unless one is given; every touch counts.

        For a process that has the keys in its environment.
        """
        bucket = Bucket(self.endpoint, BUCKET, prefix or f"{uuid.uuid4().hex}/")
        return S3Blobs(bucket, BlobCache(cache, 1 << 30), touch_lag_seconds=lag)

    def start(self) -> None:
        """Start it and wait until its bucket answers; raises `Unavailable` if it does not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.child = Child(self._command(), self.folder / "s3.log", folder=self.folder)
        address = self.endpoint.removeprefix("http://")
        client = Minio(address, ACCESS_KEY, SECRET_KEY, secure=False, region="us-east-1")
        try:
            self.child.wait_until(lambda: _answers(client))
        except Unavailable:
            self.kill()
            raise

    def kill(self) -> None:
        """End it at once, as kill -9 does."""
        if self.child is not None:
            self.child.kill_group()
            self.child = None

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        code = self.child.stop() if self.child is not None else 0
        self.child = None
        return code

    def _command(self) -> list[str]:
        config = self.folder / "s3.json"
        keys = {"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}
        actions = ["Admin", "Read", "Write", "List"]
        config.write_text(
            json.dumps({"identities": [{"name": "t", "credentials": [keys], "actions": actions}]})
        )
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
        return [_weed(), "mini", *here, *safe, *off, *what, *ports]


def _weed() -> str:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    found = shutil.which("weed", path=path)
    if found is None:
        raise Unavailable(
            "SeaweedFS is not installed; expected `weed` beside this Python: make setup-dev"
        )
    return found


def _answers(client: Minio) -> bool:
    with contextlib.suppress(HTTPError, S3Error, ServerError):
        # The bucket is there before the disk is: a byte that comes back tells of both.
        if client.bucket_exists(BUCKET):
            client.put_object(BUCKET, "probe", BytesIO(b"1"), 1)
            client.get_object(BUCKET, "probe").close()
            return True
    return False
