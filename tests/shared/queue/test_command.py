from __future__ import annotations

from pathlib import Path

import pytest

from shared.queue.command import Worker, main, take_work
from shared.queue.settings import QueueSettings
from shared.settings import Settings


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


def test_who_does_one_thing_at_a_time_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    def never(settings: Settings, queue_settings: QueueSettings) -> Worker:
        raise AssertionError

    def take(*words: str) -> int:
        return take_work("gateway", ["films"], never, "", ["worker", *words])

    with pytest.raises(SystemExit):
        take("--help")
    assert "1 is the only choice" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        take("--queues", "films", "--concurrency", "2")
    assert "expected 1, got '2'; for more at once, start more" in capsys.readouterr().err
    assert take("--queues", "render") == 2
    assert "found 'render'; expected some of films" in capsys.readouterr().err
