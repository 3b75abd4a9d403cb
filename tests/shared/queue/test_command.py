from __future__ import annotations

from pathlib import Path

import pytest

from shared.queue.command import main


def run(*words: str) -> int:
    return main("deeds", {}, ["render", "generate.wan"], ["worker", *words])


def test_unknown_queues_are_refused_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("--queues", "render,films") == 2
    assert "found 'films'; expected some of render, generate.wan" in capsys.readouterr().err
    assert run("--queues", " ,") == 2


def test_a_worker_without_a_broker_says_what_to_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ONBEAT_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("ONBEAT_BROKER", raising=False)
    assert run("--queues", "render") == 2
    assert "ONBEAT_BROKER" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_worker_performs_something_at_once(number: str) -> None:
    with pytest.raises(SystemExit):
        run("--queues", "render", "--concurrency", number)
