"""Settings of servers and clients: defaults, what the environment says, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import InvalidInput
from shared.rpc.settings import RpcSettings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert RpcSettings.from_environment({}) == RpcSettings()


def test_everything_can_be_set(tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.pem" for name in ("CERTIFICATE", "KEY", "CA")}
    for path in files.values():
        path.write_text("pem")
    found = RpcSettings.from_environment(
        {f"ONBEAT_TLS_{name}": str(path) for name, path in files.items()}
        | {
            "ONBEAT_RPC_PATIENCE_SECONDS": "0.5",
            "ONBEAT_RPC_GRACE_SECONDS": "60",
            "ONBEAT_RPC_MAX_CALLS": "7",
            "ONBEAT_RPC_MAX_QUEUED": "3",
            "ONBEAT_RPC_KEEPALIVE_SECONDS": "30",
            "ONBEAT_RPC_DEADLINES": "Analyze=60, PlanCuts=2.5",
        }
    )
    assert found == RpcSettings(
        patience_seconds=0.5,
        grace_seconds=60.0,
        max_calls=7,
        max_queued=3,
        keepalive_seconds=30.0,
        deadline_seconds={"Analyze": 60.0, "PlanCuts": 2.5},
        tls_certificate=files["CERTIFICATE"],
        tls_key=files["KEY"],
        tls_ca=files["CA"],
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ONBEAT_RPC_PATIENCE_SECONDS", "soon"),
        ("ONBEAT_RPC_GRACE_SECONDS", "-1"),
        ("ONBEAT_RPC_MAX_CALLS", "nan"),
        ("ONBEAT_RPC_DEADLINES", "Analyze"),
        ("ONBEAT_RPC_DEADLINES", "Analyze=0"),
        ("ONBEAT_TLS_CA", "no-such-file.pem"),
    ],
)
def test_odd_values_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        RpcSettings.from_environment({name: value})


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("pem")
    with pytest.raises(InvalidInput, match="both of"):
        RpcSettings.from_environment({"ONBEAT_TLS_CERTIFICATE": str(tmp_path / "cert.pem")})
