"""A brief small enough for tests, of real files: half a second to three seconds of work a shot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from examples.cluster.film import Wanted
from tests.e2e.sources import write_sources

_SMALL = {"size": "160x96", "duration_seconds": 3, "pacing": "driving"}


def write_brief(folder: Path, *, draft: bool = True, **changes: Any) -> Wanted:
    """A draft of three seconds from a clip and a photo, unless `changes` say otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = write_sources(folder)
    document = {
        "song": sources.song.name,
        "references": [
            {"handle": "left", "path": sources.clips[0].name, "roles": []},
            {"handle": "wide", "path": sources.photos[1].name, "roles": []},
        ],
        **_SMALL,
        **changes,
    }
    brief = folder / "brief.yaml"
    brief.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return Wanted(brief, draft)
