"""The jobs behind deliveries; what they make is in test_delivery_endpoints.py."""

from __future__ import annotations

from typing import get_args

from services.gateway.api.jobs.work import KINDS
from services.gateway.api.versions import deliveries, work
from services.gateway.api.versions.schemas import NewDelivery


def test_every_kind_that_can_be_asked_for_has_its_files() -> None:
    kinds = get_args(NewDelivery.model_fields["kind"].annotation)
    assert set(kinds) == set(deliveries.FILES)
    names = [name for files in deliveries.FILES.values() for name in files]
    assert len(names) == len(set(names))


def test_their_kind_of_job_is_their_own() -> None:
    assert not set(deliveries.KINDS) & set(KINDS | work.KINDS)


def test_files_are_found_by_job_and_name() -> None:
    assert deliveries.file_url("film_1", "job_1", "a").endswith("/film_1/deliveries/job_1/a")
