"""The demo film for a cluster: the brief of `make demo`, or the beginning of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from examples.cluster.film import Wanted, make_embedded, small_film
from examples.demo import CAST, write_brief
from shared.errors import OnbeatError


def test_the_small_film_is_a_part_of_the_demo(tmp_path: Path) -> None:
    wanted = small_film(tmp_path / "small")
    assert wanted.draft
    assert (wanted.brief.parent / "song.wav").stat().st_size > 1 << 20
    small = yaml.safe_load(wanted.brief.read_text())
    whole = yaml.safe_load(write_brief(tmp_path).read_text())
    assert [item["handle"] for item in small["references"]] == ["street", "dahlia"]
    assert len(whole["references"]) == len(CAST)
    assert all(item in whole["references"] for item in small["references"])
    changed = {name for name in small if small[name] != whole.get(name)}
    assert changed == {"references", "size", "duration_seconds"}


def test_why_an_embedded_film_cannot_be_made_is_told(tmp_path: Path) -> None:
    brief = tmp_path / "brief.yaml"
    brief.write_text("song: nowhere.wav\nreferences: [nothing.mp4]\n")
    with pytest.raises(OnbeatError, match=r"could not be made: .*(nowhere\.wav|nothing\.mp4)"):
        make_embedded(Wanted(brief), tmp_path / "store", tmp_path / "out")
