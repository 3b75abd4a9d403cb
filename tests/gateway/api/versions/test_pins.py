"""What exports and deliveries keep, and for how long."""

from __future__ import annotations

from typing import Any

from services.gateway.api.keys.service import Tenant
from services.gateway.api.services import Services
from services.gateway.api.versions import pins
from shared.database import Connection
from shared.pins import Pins
from tests.gateway.api.films.rows import film_row


def _done(services: Services, tenant: Tenant, film: str, kind: str, files: list[str]) -> set[str]:
    """A job of a film that has ended with files; returns the names of their pins."""
    with services.database.writing() as connection:
        id_ = services.jobs.submit(connection, tenant, kind, film, {})
    job = services.jobs.claim("a worker", 60.0)
    while job is not None and job.id != id_:  # the film's own
        services.jobs.finish(job, {}, lambda connection: None)
        job = services.jobs.claim("a worker", 60.0)
    assert job is not None
    names = {
        pins.export_pin(job.id) if kind == pins.EXPORT else pins.delivery_pin(job.id, file)
        for file in files
    }

    def write(connection: Connection) -> None:
        for name in names:
            pins.pin(connection, name, services.blobs.put(name.encode()))

    result: dict[str, Any] = {"files": files}
    if kind == pins.DELIVERY:
        result = {"files": [{"name": file} for file in files]}
    services.jobs.finish(job, result, write)
    return names


def test_a_deleted_film_keeps_nothing_and_another_one_all(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    film, _ = film_row(services, tenant)
    other, _ = film_row(services, tenant)
    gone, kept = (
        _done(services, tenant, one, pins.EXPORT, ["film.otio", "media/a.mp4"])
        | _done(services, tenant, one, pins.DELIVERY, ["sprites.jpg", "sprites.vtt"])
        for one in (film, other)
    )
    found = Pins(services.database)
    assert {pin.name for pin in found.all()} == gone | kept
    assert len(gone) == len(kept) == 3
    services.films.delete(tenant, film)
    assert {pin.name for pin in found.all()} == kept


def test_what_is_still_made_when_its_film_is_deleted_keeps_nothing(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    film, first = film_row(services, tenant)
    services.jobs.cancel(tenant, first)
    with services.database.writing() as connection:
        services.jobs.submit(connection, tenant, pins.EXPORT, film, {})
    job = services.jobs.claim("a worker", 60.0)
    assert job is not None
    services.films.delete(tenant, film)
    assert services.jobs.beat(job, 60.0, 0.5, "")  # it is told to stop


def test_names_of_files_differ_by_job() -> None:
    assert pins.delivery_pin("job_1", "a") != pins.delivery_pin("job_2", "a")
    assert pins.export_pin("job_1") != pins.export_pin("job_2")
