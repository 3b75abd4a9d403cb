"""`onbeat sign` and `onbeat verify` on a film that was made."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.cli import main
from tests.gateway.conftest import Played
from tests.gateway.test_make_command import make


def test_a_film_is_signed_beside_itself_and_verified(
    played: Played, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(played, tmp_path / "film", "--quiet")
    before = (tmp_path / "film" / "film.mp4").read_bytes()
    out = tmp_path / "signed.mp4"
    assert main(["sign", str(tmp_path / "film"), "--test-certificate", "-o", str(out)]) == 0
    assert "TEST certificate, which nobody trusts; reads back Valid" in capsys.readouterr().out
    assert (tmp_path / "film" / "film.mp4").read_bytes() == before
    assert main(["verify", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Valid, signed by Onbeat TEST" in said
    assert "made with @" in said
    film = str(tmp_path / "film" / "film.mp4")
    for target, reason in (
        (film, "is the film itself"),
        (f"{tmp_path}/no/x.mp4", "no such folder"),
    ):
        words = ["sign", str(tmp_path / "film"), "--test-certificate", "-o", target]
        assert main(words) == 2
        assert reason in capsys.readouterr().err
    assert (tmp_path / "film" / "film.mp4").read_bytes() == before
    damaged = bytearray(out.read_bytes())
    damaged[-200] ^= 1
    out.write_bytes(damaged)
    assert main(["verify", str(out)]) == 1
    assert "bmffHash.mismatch" in capsys.readouterr().out


def test_signing_needs_a_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ONBEAT_SIGNING_CERTIFICATE", raising=False)
    assert main(["sign", str(tmp_path)]) == 2
    assert "--test-certificate to try it out" in capsys.readouterr().err
    assert main(["verify", str(tmp_path / "nothing.mp4")]) == 2
