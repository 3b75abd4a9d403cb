"""A bucket of any S3 store, through the minio client: objects by name, errors of our own.

This is the only file that imports minio. Keys are taken from the usual places (`AWS_ACCESS_KEY_ID`
and `AWS_SECRET_ACCESS_KEY`, `~/.aws/credentials`, the role of a container) when they are used, so
that no settings, message or `repr` of ours ever holds one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import BinaryIO
from urllib.parse import urlsplit

import certifi
import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.credentials.providers import (
    AWSConfigProvider,
    ChainedProvider,
    EnvAWSProvider,
    IamAwsProvider,
)
from minio.datatypes import Object, PostPolicy
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import HTTPError

from shared.blob_store import store_errors
from shared.errors import InvalidInput, Unavailable

# Kept in memory while it is sent, times the parts that are sent at once.
_PART_BYTES = 16 << 20
_PARTS_AT_ONCE = 2
_CHUNK_BYTES = 1 << 20
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 60.0
_RESUMES = 3
_GONE = frozenset({"NoSuchKey", "NoSuchObject"})
_CHANGED = "PreconditionFailed"
_ROLES = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object as the bucket describes it; `modified_at` in seconds since 1970, by its clock."""

    name: str
    size_bytes: int
    modified_at: float
    etag: str


class Bucket:
    """The objects of one bucket whose names begin with a prefix ("" or "films/").

    May be used from any thread. Its errors are `Unavailable`, and `FileNotFoundError` for an
    object that is not there.
    """

    def __init__(self, endpoint: str, bucket: str, prefix: str = "", region: str = "") -> None:
        parts = urlsplit(endpoint)
        self._where = f"s3://{bucket}/{prefix} at {parts.hostname}"
        self._bucket, self._prefix = bucket, prefix
        self._address = f"{parts.scheme}://{parts.netloc}"
        with self._errors():
            self._client = Minio(
                parts.netloc,
                secure=parts.scheme == "https",
                # Named, so that the client does not ask for it.
                region=region or "us-east-1",
                credentials=_credentials(),
                http_client=_http_client(),
            )

    def put(self, name: str, source: BinaryIO, size_bytes: int) -> None:
        """Store an object of exactly that size, large ones in parts; it appears whole."""
        with self._errors():
            stored = self._client.put_object(
                self._bucket,
                self._prefix + name,
                source,
                size_bytes,
                part_size=_PART_BYTES,
                num_parallel_uploads=_PARTS_AT_ONCE,
            )
        self._check_tagged(stored.etag)

    def put_empty(self, name: str) -> None:
        """Store an object without bytes, whose time of modification is what counts."""
        self.put(name, BytesIO(), 0)

    def stat(self, name: str) -> StoredObject | None:
        """What an object is like, or None if it is not there."""
        try:
            with self._errors():
                found = self._client.stat_object(self._bucket, self._prefix + name)
        except FileNotFoundError:
            return None
        self._check_tagged(found.etag)
        return self._described(found)

    def get(self, name: str, target: BinaryIO) -> str:
        """Write an object's bytes to a stream, and return its etag; goes on where it broke off."""
        etag, offset, resumes = "", 0, 0
        while True:
            try:
                with self._errors():
                    response = self._client.get_object(
                        self._bucket,
                        self._prefix + name,
                        offset=offset,
                        request_headers={"If-Match": etag} if etag else None,
                    )
                    etag = response.headers.get("ETag", "")
                    try:
                        for chunk in response.stream(_CHUNK_BYTES):
                            with store_errors():
                                target.write(chunk)
                            offset += len(chunk)
                    finally:
                        response.close()
                        response.release_conn()
                return etag.strip('"')
            except Unavailable:
                resumes += 1
                if resumes > _RESUMES or not offset:  # without a byte, the client has tried again
                    raise

    def list(self, folder: str) -> Iterator[StoredObject]:
        """All objects whose name begins so, in order of their names."""
        with self._errors():
            found = self._client.list_objects(self._bucket, self._prefix + folder, recursive=True)
            for entry in found:
                yield self._described(entry)

    def remove(self, name: str) -> None:
        """Remove an object, if it is there.

        Asked once only: a late repetition could hit a new object of the same name.
        """
        with self._errors():
            self._client.remove_object(self._bucket, self._prefix + name)

    def url(self, method: str, name: str, seconds: float) -> str:
        """An address with which anybody may GET or PUT that object for so long (at most 7 days)."""
        with self._errors():
            return self._client.get_presigned_url(
                method, self._bucket, self._prefix + name, expires=timedelta(seconds=seconds)
            )

    def form(self, name: str, size_bytes: int, seconds: float) -> tuple[str, dict[str, str]]:
        """Where anybody may POST that object, of exactly that size, for so long.

        Returns the address and the fields of the form; the field `file` comes after them.
        """
        key = self._prefix + name
        policy = PostPolicy(self._bucket, datetime.now(UTC) + timedelta(seconds=seconds))
        with self._errors():
            policy.add_equals_condition("key", key)
            policy.add_content_length_range_condition(size_bytes, size_bytes)
            fields = self._client.presigned_post_policy(policy)
        return f"{self._address}/{self._bucket}", {"key": key, **fields}

    def copy(self, source: str, name: str, etag: str) -> None:
        """Copy an object inside the store, if it still has that etag; else `FileNotFoundError`."""
        found = CopySource(self._bucket, self._prefix + source, match_etag=etag)
        try:
            with self._errors():
                self._client.copy_object(self._bucket, self._prefix + name, found)
        except Unavailable as error:
            if isinstance(error.__cause__, S3Error) and error.__cause__.code == _CHANGED:
                raise FileNotFoundError(source) from None
            raise

    def _check_tagged(self, etag: str | None) -> None:
        # Some other server, or a proxy, says 200 to whatever it is asked, and has stored nothing.
        if not etag:
            raise Unavailable(
                f"the store {self._where} answered without an ETag; expected an S3 store behind "
                "ONBEAT_S3_ENDPOINT"
            )

    def _described(self, found: Object) -> StoredObject:
        modified = found.last_modified
        return StoredObject(
            name=str(found.object_name).removeprefix(self._prefix),
            size_bytes=found.size or 0,
            modified_at=modified.timestamp() if modified is not None else 0.0,
            etag=(found.etag or "").strip('"'),
        )

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except S3Error as error:
            if error.code in _GONE:
                raise FileNotFoundError(error.object_name) from None
            why = error.code or "an error without a code"
            raise Unavailable(f"the store {self._where} answered {why}: {error.message}") from error
        except (ServerError, InvalidResponseError) as error:
            raise Unavailable(f"the store {self._where} answered with an error: {error}") from error
        except HTTPError as error:
            reason = getattr(error, "reason", None) or error
            raise Unavailable(f"the store {self._where} does not answer: {reason}") from error
        except (MinioException, ValueError) as error:
            raise InvalidInput(
                f"the store {self._where} cannot be asked: {error}; expected a bucket's name, and "
                "keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            ) from error


def _credentials() -> ChainedProvider:
    providers = [EnvAWSProvider(), AWSConfigProvider()]
    if any(os.environ.get(name) for name in _ROLES):
        providers.append(IamAwsProvider())
    return ChainedProvider(providers)


def _http_client() -> urllib3.PoolManager:
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
        maxsize=10,
        cert_reqs="CERT_REQUIRED",
        ca_certs=os.environ.get("SSL_CERT_FILE") or certifi.where(),
        retries=urllib3.Retry(
            total=4,
            backoff_factor=0.2,
            status_forcelist=[500, 502, 503, 504],
            allowed_methods=["GET", "HEAD", "PUT", "POST"],
        ),
    )
