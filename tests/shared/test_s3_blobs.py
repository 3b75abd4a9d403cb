"""Blobs in S3: damage, collecting while others put, uploads. The contract is in tests/contract."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import urllib3

from shared.digest import Digest
from shared.errors import MissingBlob, NotFound
from shared.s3 import Bucket
from shared.s3_blobs import S3Blobs, _name
from tests.contract.stores import BUCKET, S3Server, s3_server

DATA = b"a blob, or what is left of it"
DIGEST = Digest.of_bytes(DATA)


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture
def prefix(request: pytest.FixtureRequest) -> str:
    return f"{os.getpid()}-{abs(hash(request.node.name))}/"


@pytest.fixture
def bucket(server: S3Server, prefix: str) -> Bucket:
    """The same objects, without anybody who verifies them."""
    return Bucket(server.endpoint, BUCKET, prefix)


@pytest.fixture
def blobs(server: S3Server, prefix: str, tmp_path: Path) -> S3Blobs:
    return server.blobs(tmp_path / "cache", prefix)


@pytest.fixture
def elsewhere(server: S3Server, prefix: str, tmp_path: Path) -> S3Blobs:
    """The same store, seen from another machine."""
    return server.blobs(tmp_path / "elsewhere", prefix)


@pytest.mark.parametrize("damage", [b"", DATA[:5], DATA[:-1] + b"?", DATA + b"x"])
@pytest.mark.parametrize("way", ["read", "open", "local_path"])
def test_damage_is_noticed_removed_and_repaired_by_a_put(
    blobs: S3Blobs, elsewhere: S3Blobs, bucket: Bucket, damage: bytes, way: str
) -> None:
    blobs.put(DATA)
    bucket.put(_name(DIGEST), BytesIO(damage), len(damage))
    with pytest.raises(MissingBlob, match="damaged"):
        _use(elsewhere, way)
    assert not elsewhere.contains(DIGEST)
    assert bucket.stat(_name(DIGEST)) is None
    blobs.put(DATA)
    assert elsewhere.read(DIGEST) == DATA


def _use(blobs: S3Blobs, way: str) -> None:
    if way == "local_path":
        with blobs.local_path(DIGEST):
            return
    getattr(blobs, way)(DIGEST)


def test_a_wrong_size_does_not_keep_a_good_one_out(blobs: S3Blobs, bucket: Bucket) -> None:
    bucket.put(_name(DIGEST), BytesIO(b"half"), 4)
    assert not blobs.contains(DIGEST)
    assert not blobs.touch(DIGEST)
    assert blobs.put(DATA) == DIGEST
    assert blobs.contains(DIGEST)


def test_a_damaged_copy_in_the_cache_is_fetched_again(blobs: S3Blobs) -> None:
    blobs.put(DATA)
    with blobs.local_path(DIGEST) as path:
        path.chmod(0o644)
        path.write_bytes(b"?" * len(DATA))
    assert blobs.read(DIGEST) == DATA


def test_what_was_read_once_needs_no_server(
    server: S3Server, elsewhere: S3Blobs, blobs: S3Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs.put(DATA)
    elsewhere.read(DIGEST)
    monkeypatch.setattr(Bucket, "get", lambda *_: pytest.fail("asked again"))
    assert elsewhere.read(DIGEST) == DATA
    assert blobs.read(DIGEST) == DATA, "and what was put is here to be read"


def test_a_local_path_stays_while_it_is_used(server: S3Server, prefix: str, tmp_path: Path) -> None:
    from shared.cache import BlobCache

    small = BlobCache(tmp_path / "small", 1 << 10)
    blobs = S3Blobs(Bucket(server.endpoint, BUCKET, prefix), small)
    big = os.urandom(4 << 10)
    with blobs.local_path(blobs.put(big)) as path:
        for _ in range(5):
            blobs.put(os.urandom(4 << 10))
        assert path.read_bytes() == big
    blobs.put(os.urandom(4 << 10))
    assert not path.exists()


@pytest.mark.parametrize("ahead_seconds", [0, 300])
def test_who_touches_what_is_being_deleted_waits_and_puts_it_again(
    blobs: S3Blobs,
    elsewhere: S3Blobs,
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
    ahead_seconds: int,
) -> None:
    """The collector has looked, and is about to delete; somebody puts the same at this moment."""
    blobs.put(DATA)
    time.sleep(1.1)
    looked, go_on = threading.Event(), threading.Event()
    remove = Bucket.remove

    def remove_late(self: Bucket, name: str) -> None:
        if name == _name(DIGEST):
            looked.set()
            assert go_on.wait(20)
        remove(self, name)

    monkeypatch.setattr(Bucket, "remove", remove_late)
    collector = threading.Thread(target=blobs.delete, args=(DIGEST, time.time() + 5))
    collector.start()
    assert looked.wait(20)
    now = time.time
    monkeypatch.setattr("time.time", lambda: now() + ahead_seconds)  # of who puts
    putter = threading.Thread(target=elsewhere.put, args=(DATA,))
    putter.start()
    putter.join(0.5)
    assert putter.is_alive(), "a put that returned now would be undone"
    go_on.set()
    collector.join()
    putter.join()
    assert elsewhere.contains(DIGEST)
    assert not list(bucket.list("deleting/"))


def test_the_mark_of_a_killed_collector_is_not_waited_for(
    blobs: S3Blobs, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs.put(DATA)
    bucket.put_empty(f"deleting/{DIGEST.sha256}")
    monkeypatch.setattr("shared.s3_blobs._DELETING_SECONDS", 1.5)
    assert blobs.put(DATA) == DIGEST
    assert not list(bucket.list("deleting/"))


def test_a_second_touch_within_the_lag_costs_no_write(
    server: S3Server, prefix: str, bucket: Bucket, tmp_path: Path
) -> None:
    from shared.cache import BlobCache

    blobs = S3Blobs(bucket, BlobCache(tmp_path / "cache", 1 << 20), touch_lag_seconds=1.5)
    blobs.put(DATA)
    assert blobs.touch(DIGEST)
    assert not list(bucket.list("touched/"))
    time.sleep(1.6)
    assert blobs.touch(DIGEST)
    (first,) = bucket.list("touched/")
    assert blobs.touch(DIGEST)
    assert list(bucket.list("touched/")) == [first]


def post(blobs: S3Blobs, name: str, data: bytes) -> int:
    """The status of the bucket's answer to a form with this file."""
    url, fields = blobs.upload_form(name, len(DATA), 60)
    return urllib3.request("POST", url, fields={**fields, "file": ("x", data)}).status


def test_an_object_that_changed_is_not_copied(blobs: S3Blobs, bucket: Bucket) -> None:
    bucket.put("one", BytesIO(DATA), len(DATA))
    with pytest.raises(FileNotFoundError):
        bucket.copy("one", "two", "0" * 32)
    assert bucket.stat("two") is None


def test_an_upload_becomes_a_blob_when_it_is_accepted(blobs: S3Blobs, bucket: Bucket) -> None:
    with pytest.raises(NotFound, match="has not arrived"):
        blobs.accept("u1")
    assert post(blobs, "u1", DATA + b"!") >= 400, "it is larger than the form allows"
    assert post(blobs, "u1", DATA[:-1]) >= 400
    assert not list(bucket.list("incoming/"))
    assert post(blobs, "u1", DATA) < 300
    assert not list(blobs.stored()), "nobody has verified it yet"
    assert blobs.accept("u1") == blobs.accept("u1") == DIGEST
    blobs.forget_upload("u1")
    assert not list(bucket.list("incoming/"))
    assert urllib3.request("GET", blobs.download_url(DIGEST, 60)).data == DATA
