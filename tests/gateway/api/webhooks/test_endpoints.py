"""Webhooks over HTTP: a job that ends is told to whoever asked, by the running server."""

from __future__ import annotations

import httpx
from standardwebhooks import Webhook

from tests.gateway.api.conftest import MadeFilm, wait_for
from tests.gateway.api.webhooks.receiver import receiving


def test_a_comment_is_told_to_a_webhook(film: MadeFilm, client: httpx.Client) -> None:
    with receiving() as receiver:
        asked = {"url": receiver.address, "types": ["comment.created"]}
        hook = client.post("/v1/webhooks", json=asked).json()
        body = {"author": "Ada", "text": "hello", "revision": "1"}
        client.post(f"{film.path}/comments", json=body)
        wait_for(lambda: len(receiver.came) == 1)
        headers, told = receiver.came[0]
        assert Webhook(hook["secret"]).verify(told, headers)["film"] == film.id
        path = f"/v1/webhooks/{hook['id']}"
        wait_for(lambda: client.get(f"{path}/messages").json()["items"][0]["delivered_at"] or False)
    assert "secret" not in client.get(path).json()
    assert hook["id"] in [one["id"] for one in client.get("/v1/webhooks").json()["items"]]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_an_address_that_leads_nowhere_is_refused(client: httpx.Client) -> None:
    for url in ("ftp://example.com/", "https://user:pw@example.com/", "", "https://" + "x" * 3000):
        assert client.post("/v1/webhooks", json={"url": url}).status_code == 422
