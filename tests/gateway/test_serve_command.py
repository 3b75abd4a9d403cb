"""`onbeat serve` and `onbeat keys`: what they refuse, and keys from first to last."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from services.gateway.cli import main
from tests.contract.servers import free_address
from tests.gateway.api.conftest import wait_for


def test_keys_are_made_listed_and_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "create", "bay 3", "--tenant", "acme", "--scope", "read"]) == 0
    said = capsys.readouterr()
    key = said.err.split()[0]
    assert said.out.startswith("onbeat_")
    assert main(["keys", "list", "--tenant", "acme"]) == 0
    listed = capsys.readouterr().out
    assert key in listed
    assert "bay 3" in listed
    assert said.out.strip() not in listed
    assert main(["keys", "revoke", key, "--tenant", "acme"]) == 0
    assert main(["keys", "list", "--tenant", "acme"]) == 0
    assert "revoked" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["serve", "--no-auth", "--host", "0.0.0.0"], "not a loopback address"),
        (["serve", "--films", "0"], "--films"),
        (["serve", "--port", "70000"], "--port"),
        (["keys", "list", "--tenant", "nobody"], "no tenant"),
        (["keys", "create", "x", "--scope", "root"], "scope"),
        (["keys", "revoke", "key_x"], "no tenant"),
    ],
)
def test_what_cannot_be_is_refused(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "keys"])
def test_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert f"onbeat {command} " in capsys.readouterr().out.partition("example")[2]


def test_films_that_go_through_a_queue_are_said_and_wait_while_its_broker_is_away(
    tmp_path: Path,
) -> None:
    away = f"amqp://u:hunter2@{free_address()}/films"
    environment = {"ONBEAT_BROKER": away, "ONBEAT_QUEUES": "films", "ONBEAT_STORE": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "services.gateway.cli", "serve", "--port", "0", "--films", "4"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("onbeat serves"):
                break
        address = said[-1].split()[2]
        wait_for(lambda: _ready(address).get("broker") == "away")
        assert _ready(address) == {"status": "ready", "film_workers": None, "broker": "away"}
        text = httpx.get(f"{address}/metrics", trust_env=False).text
        assert 'onbeat_queue_waiting{queue="films"} 0.0' in text
    finally:
        process.terminate()
        rest = process.communicate(timeout=30)[0]
    shown = "".join(said) + rest
    assert f"queue films of {away.replace('u:hunter2@', '')}: no film worker is started" in shown
    assert "--films does not apply" in shown
    assert "hunter2" not in shown


def _ready(address: str) -> dict[str, object]:
    try:
        found: dict[str, object] = httpx.get(f"{address}/readyz", trust_env=False).json()
        return found
    except httpx.TransportError:
        return {}
