"""Uploads straight to the bucket: signed, looked at when they have arrived, forgotten if not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem
from services.gateway.api.references.direct import SignedForm
from services.gateway.api.references.service import Purpose
from services.gateway.api.services import Services, open_services
from shared.s3 import Bucket
from shared.settings import BucketAddress, Settings
from tests.contract.stores import ACCESS_KEY, BUCKET, SECRET_KEY, S3Server, s3_server

TEXT = b"Hello there, all of you"
SHA256 = hashlib.sha256(TEXT).hexdigest()


@pytest.fixture(scope="module")
def bucket_server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture
def stored(
    bucket_server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """Services whose blobs are in the bucket."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    where = BucketAddress(bucket_server.endpoint, BUCKET, f"{tmp_path.name}/")
    opened = open_services(Settings(tmp_path / "store", bucket=where))
    yield opened
    opened.database.dispose()


@pytest.fixture
def objects(bucket_server: S3Server, stored: Services, tmp_path: Path) -> Bucket:
    return Bucket(bucket_server.endpoint, BUCKET, f"{tmp_path.name}/")


def sign(services: Services, tenant: Tenant, handle: str | None = None) -> SignedForm:
    return services.direct.sign(tenant, "talk.txt", len(TEXT), handle, Purpose.TEXT)


def post(form: SignedForm, data: bytes = TEXT) -> int:
    files = {"file": ("talk.txt", data)}
    return httpx.post(form.url, data=form.fields, files=files, trust_env=False).status_code


async def test_what_has_arrived_is_taken_in_once(stored: Services, objects: Bucket) -> None:
    tenant = stored.keys.tenant(create=True)
    form = sign(stored, tenant, "talk")
    with pytest.raises(Problem, match="has arrived") as early:
        await stored.direct.complete(tenant, form.id, SHA256)
    assert early.value.status == 409
    assert post(form, TEXT + b"!") >= 400
    assert post(form) < 300
    made = await stored.direct.complete(tenant, form.id, SHA256.upper())
    assert await stored.direct.complete(tenant, form.id, None) == made
    assert (made.size_bytes, made.handle, made.blob.sha256) == (len(TEXT), "talk", SHA256)
    assert stored.blobs.read(made.blob) == TEXT
    assert not list(objects.list("incoming/"))
    other = stored.keys.tenant("other", create=True)
    with pytest.raises(Problem, match="no upload"):
        await stored.direct.complete(other, form.id, None)


async def test_other_bytes_than_were_meant_are_refused_for_good(
    stored: Services, objects: Bucket
) -> None:
    tenant = stored.keys.tenant(create=True)
    form = sign(stored, tenant)
    assert post(form, TEXT[::-1]) < 300
    with pytest.raises(Problem, match="not those of the checksum") as refused:
        await stored.direct.complete(tenant, form.id, SHA256)
    assert refused.value.status == 460
    assert not list(objects.list("incoming/"))
    with pytest.raises(Problem, match="not those of the checksum"):
        await stored.direct.complete(tenant, form.id, None)


async def test_killed_while_it_was_taken_in_it_is_taken_in_again(stored: Services) -> None:
    tenant = stored.keys.tenant(create=True)
    form = sign(stored, tenant)
    assert post(form) < 300
    # All that comes before the row is written.
    stored.direct._store().accept(form.id)
    made = await stored.direct.complete(tenant, form.id, SHA256)
    assert stored.blobs.read(made.blob) == TEXT


async def test_what_nobody_completes_is_forgotten(stored: Services, objects: Bucket) -> None:
    tenant = stored.keys.tenant(create=True)
    form = sign(stored, tenant)
    assert post(form) < 300
    stored.database.write(("UPDATE uploads SET expires_at = 1", {}))
    await stored.uploads.resume_all(stored.keys.tenant)
    sign(stored, tenant)
    assert not list(objects.list("incoming/"))
    with pytest.raises(Problem, match="no upload"):
        await stored.direct.complete(tenant, form.id, None)


def test_without_a_bucket_the_way_is_tus(services: Services) -> None:
    with pytest.raises(Problem, match="tus") as refused:
        sign(services, services.keys.tenant(create=True))
    assert (refused.value.status, refused.value.code) == (409, "no_direct_uploads")


@pytest.mark.parametrize(("size_bytes", "status"), [(0, 422), (-1, 422), (6 << 30, 413)])
def test_a_size_that_no_form_takes_is_refused(
    stored: Services, size_bytes: int, status: int
) -> None:
    tenant = stored.keys.tenant(create=True)
    with pytest.raises(Problem) as refused:
        stored.direct.sign(tenant, "x.mp4", size_bytes, None, Purpose.MEDIA)
    assert refused.value.status == status
