"""One small embedded film for all who compare films."""

from __future__ import annotations

import pytest

from examples.cluster.film import Made, make_embedded
from tests.examples.cluster.briefs import write_brief


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A film of three seconds as `onbeat make` makes it; to be left as it is."""
    folder = tmp_path_factory.mktemp("film")
    return make_embedded(write_brief(folder / "brief"), folder / "store", folder / "out")
