"""One cluster a module for all faults, and the film that one process tree makes of its brief."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.gateway.api.services import open_services
from shared.settings import Settings
from tests.faults.cluster.customer import Customer, write_files
from tests.faults.cluster.ledger import Film, Ledger
from tests.faults.cluster.world import World, open_world
from tests.gateway.api.conftest import serving


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """The film as `onbeat serve` makes it: one process tree, a folder, SQLite."""
    folder = tmp_path_factory.mktemp("embedded")
    customer = Customer("", "", write_files(folder))
    with serving(folder / "store", "--films", "1") as server:
        customer.url, customer.key = server.address, server.key
        job = customer.make()
        assert job.state == "succeeded", job
    services = open_services(Settings(folder / "store"))
    try:
        return Ledger(services).film(customer.film)
    finally:
        services.database.dispose()


@pytest.fixture(scope="module")
def world(embedded: Film, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A running cluster whose undisturbed films equal the embedded one."""
    with open_world(tmp_path_factory.mktemp("faults")) as opened:
        opened.make_calm(embedded)
        yield opened
