"""A zip that is written while it is sent."""

from __future__ import annotations

import io
import zipfile

from services.gateway.api.batches.zipped import zip_of
from services.gateway.api.services import Services


def test_the_pieces_are_a_whole_zip_and_always_the_same(services: Services) -> None:
    large = bytes(range(256)) * 4096
    files = {
        "film.mp4": str(services.blobs.put(large)),
        "report.json": str(services.blobs.put(b"{}")),
    }
    pieces = list(zip_of(services.blobs, {"rows": 1}, [("One", files)]))
    assert len(pieces) > 3
    assert max(map(len, pieces)) < len(large)
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as file:
        assert file.testzip() is None
        assert file.namelist() == ["manifest.json", "One/film.mp4", "One/report.json"]
        assert file.read("One/film.mp4") == large
    assert b"".join(zip_of(services.blobs, {"rows": 1}, [("One", files)])) == b"".join(pieces)
