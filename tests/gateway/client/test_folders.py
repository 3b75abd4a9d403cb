"""Folders of films that a server made."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.client.folders import origin_of, revision_folder
from services.gateway.client.results import Revision
from shared.errors import InvalidInput


def revision(*files: str) -> Revision:
    places = dict.fromkeys(files, "/v1/x")
    return Revision("rev_1", "film_1", 1, None, "main", {}, places, None, None, 0.0)


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", ".hidden", "a/b"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    folder = revision_folder(tmp_path / "out", revision(name), "http://a")
    with pytest.raises(InvalidInput, match="a name alone"), folder:
        pass
    assert not (tmp_path / "out").exists()


def test_a_folder_says_where_it_is_from_and_appears_at_the_end(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with revision_folder(out, revision("report.json"), "http://a") as folder:
        (folder / "report.json").write_text("{}")
        (folder / "timeline.json").write_text('{"type": "Timeline/1"}')
        assert not out.exists()
    assert origin_of(out) == {"url": "http://a", "film": "film_1", "revision": "rev_1"}


def test_a_folder_made_here_is_no_servers(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{}")
    with pytest.raises(InvalidInput, match="was not made by a server"):
        origin_of(tmp_path)
