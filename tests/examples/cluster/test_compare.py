"""Two films are the same or it is said what differs; on a film that `onbeat make` made."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from examples.cluster.compare import compare_films
from examples.cluster.film import Made


def test_a_film_is_equal_to_itself(film: Made) -> None:
    found = compare_films(film.folder, film.folder)
    assert film.cpu_seconds > film.action_cpu_seconds > 0.1
    assert found.is_equal
    assert {"film.mp4", "cut plan", "segment of shot 1", "packets of shot 1"} <= {*found.compared}


def test_what_differs_is_named(film: Made, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(film.folder, other)
    with (other / "film.mp4").open("ab") as file:
        file.write(b"\0")
    report = json.loads((other / "report.json").read_text())
    report["shots"][1]["clip"] = report["shots"][0]["clip"]
    report["shots"].append(report["shots"][0])
    (other / "report.json").write_text(json.dumps(report))
    extra = len(report["shots"])
    found = compare_films(other, film.folder)
    assert not found.is_equal
    names = [line.partition(":")[0] for line in found.different]
    assert names == [
        "film.mp4",
        "segment of shot 2",
        f"segment of shot {extra}",
        f"packets of shot {extra}",
    ]
    assert "expected nothing" in found.different[2]
