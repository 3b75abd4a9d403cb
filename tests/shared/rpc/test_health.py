"""A container's check says whether a service serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.rpc.health import main
from tests.contract.servers import start


def test_a_service_that_serves_is_healthy_until_it_stops(tmp_path: Path) -> None:
    server = start(tmp_path / "store")
    assert main([server.address]) == 0
    server.process.kill()
    server.process.wait()
    assert main([server.address]) == 1


def test_an_address_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "HOST:PORT" in capsys.readouterr().err
