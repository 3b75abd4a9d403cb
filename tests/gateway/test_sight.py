from __future__ import annotations

import dataclasses

from services.gateway.sight import Sight


def test_nothing_was_seen_until_somebody_looks() -> None:
    sight = Sight()
    assert all(len(getattr(sight, item.name)) == 0 for item in dataclasses.fields(sight))
