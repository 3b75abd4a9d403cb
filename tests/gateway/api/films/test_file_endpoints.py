"""Files of revisions: ranges, conditions, links."""

from __future__ import annotations

import httpx

from services.gateway.api.keys.service import Keys
from services.gateway.api.links import signed_path
from shared.database import open_database
from tests.gateway.api.conftest import MadeFilm


def test_a_film_comes_whole_and_in_parts(film: MadeFilm, client: httpx.Client) -> None:
    path = f"{film.path}/revisions/1/files/film.mp4"
    whole = client.get(path)
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.content[4:8] == b"ftyp"
    head = client.head(path)
    assert (head.content, head.headers["content-length"]) == (b"", str(len(whole.content)))
    part = client.get(path, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    last = client.get(path, headers={"Range": "bytes=-50", "If-Range": whole.headers["etag"]})
    assert (last.status_code, last.content) == (206, whole.content[-50:])
    other = client.get(path, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, whole.content)
    beyond = client.get(path, headers={"Range": f"bytes={len(whole.content)}-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "bad_range")
    same = client.get(path, headers={"If-None-Match": whole.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_a_page_cannot_act_for_whoever_looks_at_it(film: MadeFilm, client: httpx.Client) -> None:
    page = client.get(f"{film.path}/revisions/1/files/page")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == "sandbox allow-scripts"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert client.get(f"{film.path}/revisions/1/files/..%2f..%2fetc").status_code == 404


def test_deliveries_lead_to_their_files(film: MadeFilm, client: httpx.Client) -> None:
    listed = client.get(f"{film.path}/deliveries").json()["items"]
    assert {one["name"] for one in listed} >= {"film", "poster"}
    for one in listed:
        size = client.head(one["url"]).headers["content-length"]
        assert int(size) == one["size_bytes"]


def test_a_link_opens_one_file_until_it_expires(film: MadeFilm, client: httpx.Client) -> None:
    path = f"{film.path}/revisions/1/files"
    link = client.post(f"{path}/poster.jpg/links", json={"seconds": 60}).json()
    with httpx.Client(base_url=film.server.address, trust_env=False) as nobody:
        assert nobody.get(link["url"]).status_code == 200
        assert nobody.get(link["url"].replace("poster.jpg", "film.mp4")).status_code == 403
        later = link["url"].replace(str(link["expires_at"]), str(link["expires_at"] + 1))
        assert nobody.get(later).json()["code"] == "bad_link"
        database = open_database(film.server.store / "onbeat.sqlite3")
        tenant = Keys(database).tenant()
        database.dispose()
        expired, _ = signed_path(tenant, link["url"].partition("?")[0], -1)
        answer = nobody.get(expired)
        assert (answer.status_code, answer.json()["code"]) == (403, "link_expired")
        assert nobody.get(link["url"].partition("?")[0]).status_code == 401
