"""`onbeat serve` and `onbeat keys`: what they refuse, and keys from first to last."""

from __future__ import annotations

import pytest

from services.gateway.cli import main


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
