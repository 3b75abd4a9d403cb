"""The commands of docs/api.md, as they stand there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.e2e.sources import Sources
from tests.gateway.api.conftest import Server

ROOT = Path(__file__).parents[3]


def test_the_walk_through_of_the_documentation_works(
    server: Server, api_sources: Sources, tmp_path: Path
) -> None:
    found = re.search(r"```sh walk\n(.*?)```", (ROOT / "docs" / "api.md").read_text(), re.DOTALL)
    assert found is not None
    names = {"song.wav": api_sources.song, "ride.mp4": api_sources.clips[0]}
    for name, path in {**names, "coast.jpg": api_sources.photos[0]}.items():
        shutil.copy(path, tmp_path / name)
    environment = {**os.environ, "API": server.address, "KEY": server.new_key("walker", "write")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", found[1]],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "film.mp4").read_bytes()[4:8] == b"ftyp"
    assert (tmp_path / "part").stat().st_size == 1024
    compared = json.loads((tmp_path / "compared.json").read_text())
    assert compared["summary"]["changed"] == 1
