"""A template over drawn photos, and rows of which some cannot be made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.settings import Settings
from tests.e2e.sources import write_photo

TEMPLATE = """
references:
  - {handle: hero, path: "{{hero:image}}"}
  - other.png
size: 64x64
frame_rate: 12
duration_seconds: 2
titles:
  - {kind: title, text: "{{headline:text}}", at_seconds: 1, seconds: 0.5}
"""
ROWS = """headline,hero
One,hero.png
Two,hero.png
Bad,none.png
No picture,song.txt
"""


@dataclass(frozen=True)
class Asked:
    """Where template and rows are."""

    template: Path
    rows: Path
    settings: Settings


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The files, and a store of their own."""
    folder = tmp_path_factory.mktemp("batch")
    write_photo(folder / "hero.png", (160, 120), 3)
    write_photo(folder / "other.png", (120, 160), 4)
    (folder / "song.txt").write_text("no picture")
    (folder / "ad.yaml").write_text(TEMPLATE, encoding="utf-8")
    (folder / "rows.csv").write_text(ROWS, encoding="utf-8")
    settings = Settings(tmp_path_factory.mktemp("store"))
    return Asked(folder / "ad.yaml", folder / "rows.csv", settings)
