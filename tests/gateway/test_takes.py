"""`make --takes`: different films of one brief in one folder, and a sheet that shows them all."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from services.gateway.cli import main
from services.gateway.takes import parse_takes
from shared.errors import InvalidInput
from tests.e2e.sources import Sources, write_sources


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write_sources(tmp_path_factory.mktemp("sources"))


def report_of(folder: Path) -> dict[str, Any]:
    document = json.loads((folder / "report.json").read_text())
    assert isinstance(document, dict)
    return document


def test_takes_differ_share_their_cuts_and_stand_on_one_sheet(
    sources: Sources, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "cuts"
    words = ["--size", "128x72", "--pacing", "driving", "--draft", "--takes", "3", "-o", str(out)]
    assert main(["make", *sources.flags(), *words]) == 0
    said = capfd.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == [
        *("contact-sheet.jpg", "take-1", "take-2", "take-3")
    ]
    reports = [report_of(out / f"take-{number}") for number in (1, 2, 3)]
    for one, other in combinations(reports, 2):
        assert [c["planned_frame"] for c in one["cuts"]] == [
            c["planned_frame"] for c in other["cuts"]
        ]
        shots = zip(one["shots"], other["shots"], strict=True)
        alike = [a["clip"] == b["clip"] for a, b in shots]
        assert sum(alike) <= len(alike) / 2
    for number, report in enumerate(reports, start=1):
        assert f"take-{number}  {len(report['shots'])} shots" in said
        assert report["summary"]["cuts_on_planned_frame"] == len(report["cuts"])
    # The second take looks at nothing and listens to nothing anew.
    ran = {action["action"] for action in reports[1]["actions"] if not action["hit"]}
    first = {action["key"] for action in reports[0]["actions"]}
    assert "render" in ran
    assert {a["key"] for a in reports[1]["actions"] if a["action"] == "analyze"} <= first
    with Image.open(out / "contact-sheet.jpg") as sheet:
        assert sheet.height > 3 * 44


def test_a_film_is_not_a_folder_for_takes(sources: Sources, tmp_path: Path) -> None:
    out = tmp_path / "film"
    out.mkdir()
    (out / "timeline.json").write_text('{"type": "Timeline/2"}')
    words = ["--takes", "2", "--quiet", "-o", str(out)]
    assert main(["make", *sources.flags(), *words]) == 2
    assert [path.name for path in out.iterdir()] == ["timeline.json"]


@pytest.mark.parametrize("text", ["", "1", "6", "-2", "two", "2.5", "²"])
def test_a_number_of_takes_is_2_to_5(text: str) -> None:
    with pytest.raises(InvalidInput, match="whole number from 2 to 5"):
        parse_takes(text)


def test_numbers_are_read() -> None:
    assert [parse_takes(text) for text in ("2", " 5 ")] == [2, 5]
