"""Settings come from the environment, with defaults that work on any machine."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

from shared.blobs import FileBlobs
from shared.errors import InvalidInput
from shared.settings import BucketAddress, Settings


def test_the_store_is_where_the_environment_says(tmp_path: Path) -> None:
    settings = Settings.from_environment({"ONBEAT_STORE": str(tmp_path), "ONBEAT_WORKERS": "3"})
    assert settings.store == tmp_path
    assert settings.workers == 3
    assert settings.blobs_folder.is_relative_to(tmp_path)
    assert settings.database_path.is_relative_to(tmp_path)


def test_without_it_a_folder_of_the_user_is_taken() -> None:
    settings = Settings.from_environment({})
    assert settings.store.is_absolute()
    assert settings.store.name == "onbeat"
    assert settings.workers >= 1


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5"])
def test_odd_numbers_are_refused_by_name(value: str) -> None:
    with pytest.raises(InvalidInput, match=r"ONBEAT_WORKERS=.*expected a whole number"):
        Settings.from_environment({"ONBEAT_WORKERS": value})


def test_leases_last_15_seconds_or_what_is_set() -> None:
    assert Settings.from_environment({}).lease_seconds == 15.0
    assert Settings.from_environment({"ONBEAT_LEASE_SECONDS": "3.5"}).lease_seconds == 3.5


@pytest.mark.parametrize("value", ["0", "1.9", "3601", "nan", "soon"])
def test_odd_leases_are_refused_by_name(value: str) -> None:
    with pytest.raises(InvalidInput, match=r"ONBEAT_LEASE_SECONDS=.*expected 2 to 3600"):
        Settings.from_environment({"ONBEAT_LEASE_SECONDS": value})


def test_services_have_addresses_or_none() -> None:
    assert Settings.from_environment({}).addresses == {}
    settings = Settings.from_environment({"ONBEAT_AUDIO_SYNC": "audio-sync.films:7001"})
    assert settings.addresses == {"audio_sync": "audio-sync.films:7001"}
    others = {"ONBEAT_ENCODER": "localhost:7002", "ONBEAT_GENERATOR": "[::1]:7003"}
    assert Settings.from_environment(others).addresses == {
        "encoder": "localhost:7002",
        "generator": "[::1]:7003",
    }


@pytest.mark.parametrize("value", ["7001", "host", ":7001", "host:", "host:x", "host:70000"])
def test_odd_addresses_are_refused_by_name(value: str) -> None:
    with pytest.raises(InvalidInput, match=r"ONBEAT_AUDIO_SYNC=.*expected an address"):
        Settings.from_environment({"ONBEAT_AUDIO_SYNC": value})


BUCKET = {"ONBEAT_BLOBS": "s3://films/some/prefix", "ONBEAT_S3_ENDPOINT": "http://127.0.0.1:9000/"}


def test_blobs_and_database_may_be_elsewhere(tmp_path: Path) -> None:
    url = "postgresql://onbeat:hunter2@db.films/onbeat"
    settings = Settings.from_environment(
        {**BUCKET, "ONBEAT_STORE": str(tmp_path), "ONBEAT_DATABASE": url, "AWS_REGION": "eu-1"}
    )
    assert settings.bucket == BucketAddress(
        "http://127.0.0.1:9000", "films", "some/prefix/", "eu-1"
    )
    assert settings.database == url
    assert settings.cache_bytes == 20 << 30
    assert "hunter2" not in repr(settings) + str(settings)
    assert type(settings.open_blobs()).__name__ == "S3Blobs"
    assert (tmp_path / "cache").is_dir()
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_a_store_is_made_where_there_is_none(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "new" / "store")
    digest = settings.create_blobs().put(b"roses")
    assert settings.open_blobs().read(digest) == b"roses"
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInput, match=r"file cannot be used: .*; set ONBEAT_STORE"):
        Settings(tmp_path / "file").create_blobs()


def test_without_them_both_are_in_the_store(tmp_path: Path) -> None:
    settings = Settings.from_environment({"ONBEAT_STORE": str(tmp_path)})
    assert settings.bucket is None
    assert isinstance(settings.open_blobs(), FileBlobs)
    database = settings.open_database()
    assert database.dialect == "sqlite"
    assert settings.database_path.exists()
    database.dispose()


def test_a_bucket_without_a_prefix_or_an_endpoint_is_amazons() -> None:
    settings = Settings.from_environment({"ONBEAT_BLOBS": "s3://films", "AWS_REGION": "eu-1"})
    assert settings.bucket == BucketAddress("https://s3.eu-1.amazonaws.com", "films", "", "eu-1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ONBEAT_BLOBS", "films"),
        ("ONBEAT_BLOBS", "s3://"),
        ("ONBEAT_BLOBS", "https://films.example/"),
        ("ONBEAT_BLOBS", "s3://key:hunter2@films"),
        ("ONBEAT_S3_ENDPOINT", "127.0.0.1:9000"),
        ("ONBEAT_S3_ENDPOINT", "http://key:hunter2@127.0.0.1"),
        ("ONBEAT_S3_ENDPOINT", "http://127.0.0.1/films"),
        ("ONBEAT_DATABASE", "mysql://u:hunter2@db/x"),
        ("ONBEAT_DATABASE", "hunter2"),
    ],
)
def test_odd_places_are_refused_by_name_and_nothing_secret_is_said(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=f"{name}: expected") as caught:
        Settings.from_environment({**BUCKET, name: value})
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize(("missing", "extra"), [("minio", "s3"), ("psycopg", "postgres")])
def test_a_library_that_is_not_installed_is_named(
    tmp_path: Path, missing: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("shared.s3", "shared.s3_blobs", "shared.postgres"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    settings = Settings.from_environment(
        {**BUCKET, "ONBEAT_STORE": str(tmp_path), "ONBEAT_DATABASE": "postgresql://127.0.0.1:1/x"}
    )
    with pytest.raises(InvalidInput, match=rf"{missing}.*install onbeat\[{extra}\]"):
        settings.open_blobs() if extra == "s3" else settings.open_database()
