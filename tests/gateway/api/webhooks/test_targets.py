"""Webhooks lead to public addresses only."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.gateway.api.webhooks.targets import check_url, find_target
from shared.errors import InvalidInput, Unavailable


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://100.64.0.1/",
        "https://user:secret@example.com/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://example.com/a b",
        "https://ex\u0430mple.com/",
        "https://[::1/",
    ],
)
def test_what_leads_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        check_url(url)


async def test_a_name_is_refused_by_any_private_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[str] = []

    async def look(*_: Any, **__: Any) -> list[Any]:
        return [(0, 0, 0, "", (address, 443)) for address in answers]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look, raising=False)
    answers[:] = ["93.184.216.34"]
    found = await find_target("https://example.com:8443/a?b=c")
    assert found.url == "https://93.184.216.34:8443/a?b=c"
    assert (found.host, found.host_header) == ("example.com", "example.com:8443")
    answers[:] = ["93.184.216.34", "192.168.1.1"]
    with pytest.raises(InvalidInput, match=r"192\.168\.1\.1"):
        await find_target("https://example.com/")


async def test_a_name_that_is_nobodys_is_tried_again_later() -> None:
    with pytest.raises(Unavailable, match="cannot be found"):
        await find_target("https://nobody.invalid/")
    local = await find_target("http://127.0.0.1:80/x", allow_private=True)
    assert local.url == "http://127.0.0.1:80/x"
