"""Pages of rows."""

from __future__ import annotations

import pytest

from services.gateway.api.ids import new_id
from services.gateway.api.paging import Wanted, read_page
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services


def test_pages_are_all_rows_once_the_newest_first(services: Services) -> None:
    ids = sorted(new_id("brf") for _ in range(7))
    for id_ in ids:
        statement = "INSERT INTO briefs VALUES (:id, 't', '{}', 0)"
        services.database.write((statement, {"id": id_}))
    seen, after, pages = [], None, 0
    while True:
        page = read_page(
            services.database, "id", "briefs", "brf", "tenant = 't'", {}, Wanted(3, after)
        )
        seen += [row["id"] for row in page.items]
        pages += 1
        after = page.next_cursor
        if after is None:
            break
    assert seen == ids[::-1]
    assert pages == 3
    with pytest.raises(Problem, match="not one of ours"):
        read_page(services.database, "id", "briefs", "brf", "tenant = 't'", {}, Wanted(3, "'"))
