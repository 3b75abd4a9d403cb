"""What jobs do, with nothing between: the films themselves are in the tests of the endpoints."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.api.jobs.work import KINDS, media_type_of, workplace


def test_a_workplace_is_left_and_removed() -> None:
    before, seen = Path.cwd(), []

    def cut_off() -> None:
        with workplace() as folder:
            seen.append(folder)
            assert Path.cwd() == folder.resolve()
            raise KeyError

    with pytest.raises(KeyError):
        cut_off()
    assert Path.cwd() == before
    assert not seen[0].exists()


def test_files_have_types_that_browsers_know() -> None:
    names = ("film.mp4", "captions.vtt", "captions.srt", "report.json", "poster.jpg", "what")
    assert [media_type_of(name) for name in names] == [
        "video/mp4",
        "text/vtt",
        "application/x-subrip",
        "application/json",
        "image/jpeg",
        "application/octet-stream",
    ]
    assert {"make", "edit"} <= set(KINDS)
