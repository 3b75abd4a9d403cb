"""Whether two films are the same, by the digests of what they are made of.

Not by their action keys: a tenant's salt is in those.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.digest import Digest

# What was found and decided, beside segments: results of actions, named in the timeline.
_DECIDED = ("sync_map", "cut_plan", "sound")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, and of that what differs, each in words."""

    compared: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return not self.different


def compare_films(one: Path, other: Path) -> Comparison:
    """Compare two films in their folders."""
    found, expected = _facts(one), _facts(other)
    names = list(dict.fromkeys([*expected, *found]))
    return Comparison(
        compared=tuple(names),
        different=tuple(
            f"{name}: {_short(found.get(name))}, expected {_short(expected.get(name))}"
            for name in names
            if found.get(name) != expected.get(name)
        ),
    )


def _facts(folder: Path) -> dict[str, Any]:
    """All that has to be the same, by its name."""
    report, timeline = _document(folder, "report.json"), _document(folder, "timeline.json")
    with (folder / "film.mp4").open("rb") as file:
        facts: dict[str, Any] = {"film.mp4": str(Digest.of_stream(file))}
    facts["film without its signature"] = report["film"]
    facts |= {name.replace("_", " "): timeline[name] for name in _DECIDED}
    facts["cuts as measured"] = report["cuts"]
    for number, shot in enumerate(report["shots"], 1):
        facts[f"segment of shot {number}"] = shot["clip"]
        facts[f"packets of shot {number}"] = shot["has_expected_packets"]
    return facts


def _document(folder: Path, name: str) -> Mapping[str, Any]:
    found = json.loads((folder / name).read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 24 else f"{text[:20]}..."
