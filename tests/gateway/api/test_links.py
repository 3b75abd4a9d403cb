"""Signed links."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from services.gateway.api.links import open_link, signed_path
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services


def test_a_link_opens_what_it_was_signed_for(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    other = services.keys.tenant("other", create=True)
    url, expires = signed_path(tenant, "/a/film.mp4", 60)
    words = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert words["expires"] == str(expires)
    assert open_link(services.keys, "/a/film.mp4", **words) == tenant
    for change in (
        {"tenant": other.id},
        {"tenant": "nobody"},
        {"expires": str(expires + 1)},
        {"expires": "\u0663"},
        {"signature": ""},
        {"signature": "\ud800"},
    ):
        with pytest.raises(Problem, match="not one of ours"):
            open_link(services.keys, "/a/film.mp4", **{**words, **change})
    with pytest.raises(Problem, match="not one of ours"):
        open_link(services.keys, "/b/film.mp4", **words)
