"""`--server`: the command line against a real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.gateway.cli import _parser
from services.gateway.server_command import server_of
from tests.e2e.sources import Sources, write_sources
from tests.gateway.api.conftest import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server-command") / "store") as started:
        yield started


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write_sources(tmp_path_factory.mktemp("server-command-files"))


def onbeat(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, with the server in the environment and a store that cannot be used."""
    environment = {
        **os.environ,
        "ONBEAT_SERVER": server.address,
        "ONBEAT_API_KEY": server.key,
        "ONBEAT_STORE": "/dev/null/nowhere",
    }
    command = [sys.executable, "-m", "services.gateway.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_a_film_is_made_edited_in_words_and_explained(
    server: Server, sources: Sources, tmp_path: Path
) -> None:
    out, second = tmp_path / "first", tmp_path / "second"
    flags = ["--song", str(sources.song), "--ref", f"left={sources.clips[0]}"]
    size = ["--size", "128x72", "--duration", "2", "--pacing", "driving"]
    made = onbeat(server, "make", *flags, *size, "-o", str(out))
    assert made.returncode == 0, made.stderr
    assert "on their planned frame" in made.stdout
    names = {path.name for path in out.iterdir()}
    assert {"film.mp4", "report.html", "report.json", "timeline.json", "poster.jpg"} <= names
    assert "Sending left.mp4" in made.stderr

    seen = onbeat(server, "edit", str(out), "warmer grade", "--dry-run")
    assert seen.returncode == 0, seen.stderr
    assert "grade in the whole film by warmth 0.2" in seen.stderr
    assert "will run" in seen.stdout
    edited = onbeat(server, "edit", str(out), "keep shot 1, warmer grade", "-o", str(second))
    assert edited.returncode == 0, edited.stderr
    first, then = (json.loads((f / "report.json").read_text()) for f in (out, second))
    assert then["shots"][0]["clip"] == first["shots"][0]["clip"]
    # The folder says which film it is, so that the next edit goes on from there.
    assert then["server"]["film"] == first["server"]["film"]
    again = onbeat(server, "edit", str(second), "--op", '{"op": "lock", "shot": "#1"}', "--dry-run")
    assert again.returncode == 0, again.stderr

    here, there = (
        onbeat(server, "explain", str(out)),
        onbeat(server, "explain", first["server"]["film"]),
    )
    assert here.returncode == there.returncode == 0, there.stderr
    assert "render" in here.stdout
    assert "were kept" in there.stdout

    half = onbeat(server, "edit", str(second), "make it nicer", "-o", str(second))
    assert half.returncode == 2
    assert "make it nicer" in half.stderr


def test_what_a_server_cannot_do_is_refused_before_anything_is_sent(
    server: Server, sources: Sources, tmp_path: Path
) -> None:
    ref = ["--ref", str(sources.clips[0]), "-o", str(tmp_path / "out")]
    for words in (["make", *ref, "--takes", "2"], ["make", *ref, "--verify", "full"]):
        done = onbeat(server, *words)
        assert done.returncode == 2, done.stderr
    missing = onbeat(server, "make", "--ref", "none.mp4", "-o", str(tmp_path / "out"))
    assert (missing.returncode, "none.mp4" in missing.stderr) == (2, True)
    (tmp_path / "report.json").write_text("{}")
    elsewhere = onbeat(server, "edit", str(tmp_path), "warmer grade", "--dry-run")
    assert elsewhere.returncode == 2
    assert "was not made by a server" in elsewhere.stderr


def test_the_flag_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONBEAT_SERVER", "http://a")
    parse = _parser().parse_args
    assert server_of(parse(["explain", "out"])) == "http://a"
    assert server_of(parse(["explain", "out", "--server", "http://b"])) == "http://b"
    assert server_of(parse(["--server", "http://c", "explain", "out"])) == "http://c"
    assert server_of(parse(["explain", "out", "--server", ""])) is None
    assert server_of(parse(["doctor"])) is None
