"""Lines of the log: for people as before, for machines with all that is known."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import telemetry
from shared.logs import Logs
from shared.runner import LocalRunner
from shared.settings import Settings
from tests.contract.deed_server import REGISTRY
from tests.contract.deeds import Deed


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Where JSON lines go."""
    stream = io.StringIO()
    telemetry.add_observer(Logs("encoder", as_json=True, stream=stream))
    yield stream
    telemetry.stop()


async def test_a_line_for_each_action_says_its_job_and_key(
    written: io.StringIO, tmp_path: Path
) -> None:
    async with LocalRunner(Settings(tmp_path / "store", workers=1), REGISTRY) as runner:
        with telemetry.film("make", "job7"):
            await runner.run(Deed("x"), "shot s1")
            await runner.run(Deed("x"), "shot s2")
        key = runner.key_of(Deed("x"))
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    lines = [line for line in lines if line["logger"] == "onbeat.actions"]
    assert [line["outcome"] for line in lines] == ["ran", "hit"]
    assert {line["key"] for line in lines} == {key}
    assert {line["job"] for line in lines} == {"job7"}
    assert lines[0]["subject"] == "shot s1"
    assert lines[0]["run_seconds"] > 0
    assert lines[0]["queue_seconds"] >= 0
    assert (lines[0]["service"], lines[0]["level"]) == ("encoder", "info")
    assert lines[0]["time"].endswith("+00:00")


def test_other_lines_are_json_too_whatever_is_in_them(written: io.StringIO) -> None:
    try:
        raise ZeroDivisionError('a "mistake"\nin two lines')
    except ZeroDivisionError:
        logging.getLogger("onbeat.rpc").exception("füll\nof it", extra={"onbeat_size": 7})
    (line,) = map(json.loads, written.getvalue().splitlines())
    assert line["message"] == "füll\nof it"
    assert line["size"] == 7
    assert "ZeroDivisionError" in line["exception"]
    assert "job" not in line


def test_text_is_for_people_and_stopping_gives_the_root_back() -> None:
    root, stream = logging.getLogger(), io.StringIO()
    before = (root.level, list(root.handlers))
    logs = Logs("encoder", as_json=False, stream=stream, actions=False)
    logging.getLogger("onbeat.rpc").info("Encode %s ran", "abc")
    logs.close()
    logging.getLogger("onbeat.rpc").warning("not here")
    assert stream.getvalue() == "onbeat.rpc: Encode abc ran\n"
    assert (root.level, list(root.handlers)) == before
