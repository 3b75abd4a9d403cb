"""mTLS as it is set up: by environment variables, between processes."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from services.gateway.embedded import embedded_runner
from shared.errors import Unavailable
from shared.observation import IMAGE_STYLE
from shared.requests import EncodeRequest
from shared.settings import Settings
from tests.contract.certificates import make_certificates
from tests.contract.servers import start
from tests.e2e.sources import Sources

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="makes its certificates with openssl"
)


async def test_only_clients_of_the_authority_are_served(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(make_certificates, tmp_path)
    ours = variables(tmp_path, "ca", "server")
    server = start(tmp_path / "store", "services.encoder.server", listen="localhost:0", **ours)
    settings = Settings(tmp_path / "store", addresses={"encoder": server.address})
    monkeypatch.setenv("ONBEAT_RPC_PATIENCE_SECONDS", "1")
    try:
        for files, served in (
            (variables(tmp_path, "ca", "client"), True),
            (variables(tmp_path, "ca", "stranger"), False),  # a certificate of somebody else
            (variables(tmp_path, "other", "client"), False),  # trusts somebody else
            ({"TLS_CA": str(tmp_path / "ca.pem")}, False),  # shows none
            ({}, False),  # speaks no TLS
        ):
            for name in ("CERTIFICATE", "KEY", "CA"):
                monkeypatch.delenv(f"ONBEAT_TLS_{name}", raising=False)
            for name, value in files.items():
                monkeypatch.setenv(f"ONBEAT_{name}", value)
            async with embedded_runner(settings) as runner:
                request = EncodeRequest(IMAGE_STYLE, runner.blobs.put_file(sources.photos[0]))
                if served:
                    assert await runner.run(request)
                else:
                    with pytest.raises(Unavailable, match=f"encoder at {server.address}"):
                        await runner.run(request)
    finally:
        assert server.stop() == 0


def variables(folder: Path, authority: str, holder: str) -> dict[str, str]:
    """Settings of a peer that trusts an authority and shows a holder's certificate."""
    return {
        "TLS_CA": str(folder / f"{authority}.pem"),
        "TLS_CERTIFICATE": str(folder / f"{holder}.pem"),
        "TLS_KEY": str(folder / f"{holder}.key"),
    }
