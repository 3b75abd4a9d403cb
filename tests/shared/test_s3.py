"""Objects of a bucket on a real S3 server, and what is said when it does not answer well."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from io import BytesIO

import pytest
import urllib3

from shared.errors import InvalidInput, Unavailable
from shared.s3 import _PART_BYTES, Bucket
from tests.contract.stores import BUCKET, SECRET_KEY, S3Server, s3_server


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture
def bucket(server: S3Server) -> Bucket:
    return Bucket(server.endpoint, BUCKET, f"{uuid.uuid4().hex}/")


def put(bucket: Bucket, name: str, data: bytes) -> None:
    bucket.put(name, BytesIO(data), len(data))


def get(bucket: Bucket, name: str) -> bytes:
    target = BytesIO()
    bucket.get(name, target)
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, _PART_BYTES, 2 * _PART_BYTES + 1])
def test_objects_small_and_in_parts_arrive_whole(bucket: Bucket, size: int) -> None:
    data = os.urandom(size)
    before = time.time() - 1
    put(bucket, "a/b", data)
    assert get(bucket, "a/b") == data
    found = bucket.stat("a/b")
    assert found is not None
    assert (found.name, found.size_bytes) == ("a/b", size)
    assert before <= found.modified_at <= time.time() + 1
    (listed,) = bucket.list("a/")
    assert (listed.name, listed.size_bytes) == ("a/b", size)


def test_a_prefix_is_a_room_of_its_own(server: S3Server, bucket: Bucket) -> None:
    other = Bucket(server.endpoint, BUCKET, f"{uuid.uuid4().hex}/")
    put(bucket, "a", b"mine")
    assert other.stat("a") is None
    assert list(other.list("")) == []
    other.remove("a")
    assert get(bucket, "a") == b"mine"


def test_what_is_not_there(bucket: Bucket) -> None:
    assert bucket.stat("a") is None
    bucket.remove("a")
    with pytest.raises(FileNotFoundError):
        get(bucket, "a")


def test_a_source_that_fails_in_the_middle_leaves_no_object(bucket: Bucket) -> None:
    class Failing(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= _PART_BYTES:
                raise Unavailable("the disk went away")
            return super().read(size)

    size = 3 * _PART_BYTES
    with pytest.raises(Unavailable, match="disk went away"):
        bucket.put("a", Failing(bytes(size)), size)
    assert bucket.stat("a") is None


def test_more_than_a_thousand_are_listed(bucket: Bucket) -> None:
    names = [f"{number:04}" for number in range(1005)]
    for name in names:
        bucket.put_empty(name)
    assert [found.name for found in bucket.list("")] == names


def test_presigned_addresses_work_for_one_name_and_one_method(bucket: Bucket) -> None:
    address = bucket.url("PUT", "upload", 60)
    assert SECRET_KEY not in address
    assert urllib3.request("PUT", address, body=b"by a browser").status == 200
    assert get(bucket, "upload") == b"by a browser"
    assert urllib3.request("GET", bucket.url("GET", "upload", 60)).data == b"by a browser"
    assert urllib3.request("GET", address).status == 403
    forged = address.replace("/upload?", "/other?")
    assert urllib3.request("PUT", forged, body=b"x").status == 403
    assert bucket.stat("other") is None


def test_what_the_server_refuses_is_said(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unavailable, match="NoSuchBucket"):
        put(Bucket(server.endpoint, "no-such-bucket"), "a", b"")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2hunter2")
    with pytest.raises(Unavailable, match=r"films/ at 127.*SignatureDoesNotMatch") as caught:
        put(Bucket(server.endpoint, BUCKET), "a", b"")
    assert "hunter2" not in str(caught.value)


def test_without_keys_one_is_told_where_they_belong(
    server: S3Server, monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]
) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.fspath(tmp_path) + "/none")
    with pytest.raises(InvalidInput, match="AWS_SECRET_ACCESS_KEY"):
        Bucket(server.endpoint, BUCKET).stat("a")
    with pytest.raises(InvalidInput, match="expected a bucket's name"):
        Bucket(server.endpoint, "no_bucket_is_called_so!").stat("a")


def test_no_secret_is_shown(bucket: Bucket) -> None:
    assert SECRET_KEY not in repr(bucket) + repr(vars(bucket))


def test_a_server_that_is_away_is_unavailable_and_found_again() -> None:
    with s3_server() as server:
        bucket = Bucket(server.endpoint, BUCKET)
        put(bucket, "a", b"acknowledged")
        server.kill()
        with pytest.raises(Unavailable, match="does not answer"):
            bucket.stat("a")
        server.start()
        assert get(bucket, "a") == b"acknowledged"
