"""What an image runs: infra/start.sh with the real programs, and the checks of their health."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import kombu
import pytest

from shared.queue.broker import queue_named
from tests.contract.queues import AMQP
from tests.contract.servers import free_address
from tests.infra.deployments import BIN, INFRA, ROOT, SETS, Program, programs

_START = INFRA / "start.sh"
_WORKERS = {
    (program.service, program.words): program
    for name in SETS
    for program in programs(name)
    if program.queues
}


def _environment(service: str, store: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ONBEAT_")}
    path = f"{BIN}{os.pathsep}{kept['PATH']}"
    return {**kept, "PATH": path, "ONBEAT_SERVICE": service, "ONBEAT_STORE": str(store), **more}


def _run(service: str, store: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(_START), *words],
        cwd=ROOT,
        env=_environment(service, store),
        capture_output=True,
        text=True,
        timeout=120,
    )


@contextmanager
def _started(environment: dict[str, str], words: Sequence[str], said: str) -> Iterator[str]:
    """A program from its first line with `said` on; SIGTERM ends it with 0."""
    process = subprocess.Popen(
        ["sh", str(_START), *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(90, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        line = next((line for line in process.stdout if said in line), "")
        assert line, "it ended before it said so"
        yield line
        process.terminate()
        assert process.wait(60) == 0
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


@pytest.mark.parametrize("found", _WORKERS, ids=lambda found: f"{found[0]}: {' '.join(found[1])}")
def test_every_worker_of_the_manifests_is_one_that_the_program_knows(
    found: tuple[str, tuple[str, ...]], tmp_path: Path
) -> None:
    # Its words are accepted, and its queues are the service's; then it lacks a broker.
    service, words = found
    done = _run(service, tmp_path / "store", *words)
    assert done.returncode == 2
    assert "no broker is set; expected ONBEAT_BROKER" in done.stderr, done.stderr
    unknown = [*words[:2], "unheard.of", *words[3:]]
    assert "expected some of" in _run(service, tmp_path / "store", *unknown).stderr


def test_what_no_image_is_started_as_is_said(tmp_path: Path) -> None:
    for service, words in (("audio_sync", ["worker"]), ("encode", []), ("", ["worker"])):
        done = _run(service, tmp_path / "store", *words)
        assert done.returncode == 2
        assert f"'{service}'" in done.stderr
        assert "expected" in done.stderr


@pytest.mark.parametrize("service", ["encoder", "audio_sync", "generator"])
def test_services_listen_and_are_healthy(service: str, tmp_path: Path) -> None:
    environment = _environment(service, tmp_path / "store")
    words = ["--listen", "127.0.0.1:0"]  # the last one counts
    with _started(environment, words, "listens on") as line:
        address = line.split("listens on ")[1].split()[0]
        asked = [sys.executable, *_health_of(service)[1:-1], address]
        assert subprocess.run(asked, cwd=ROOT, timeout=60).returncode == 0
    assert subprocess.run(asked, cwd=ROOT, capture_output=True, timeout=60).returncode == 1


def test_a_worker_takes_messages_and_has_a_pulse(tmp_path: Path) -> None:
    prefix, pulse = f"onbeat-tests-{uuid.uuid4().hex}.", str(tmp_path / "pulse")
    own = {"ONBEAT_BROKER": AMQP, "ONBEAT_QUEUE_PREFIX": prefix, "ONBEAT_PULSE": pulse}
    environment = _environment("generator", tmp_path / "store", **own)
    try:
        with _started(environment, ["worker", "--queues", "render"], "takes render"):
            asked = [sys.executable, *_health_of("generator", "render")[1:]]
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                if subprocess.run(asked, cwd=ROOT, env=environment).returncode == 0:
                    break
            assert subprocess.run(asked, cwd=ROOT, env=environment).returncode == 0
    finally:
        with kombu.Connection(AMQP) as connection:
            queue_named(f"{prefix}render")(connection.channel()).delete()


def test_a_worker_whose_broker_is_away_waits_without_a_pulse(tmp_path: Path) -> None:
    own = {
        "ONBEAT_BROKER": f"amqp://onbeat:x@{free_address()}/onbeat",
        "ONBEAT_PULSE": str(tmp_path / "pulse"),
    }
    environment, log = _environment("generator", tmp_path / "store", **own), tmp_path / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            ["sh", str(_START), "worker", "--queues", "render"],
            cwd=ROOT,
            env=environment,
            stdout=errors,
            stderr=errors,
        )
    try:
        deadline = time.monotonic() + 90
        while "Trying again" not in log.read_text("utf-8") and time.monotonic() < deadline:
            time.sleep(0.1)
        assert process.poll() is None, log.read_text("utf-8")
        asked = [sys.executable, *_health_of("generator", "render")[1:]]
        found = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert (found.returncode, found.stderr) == (
            1,
            "the worker has not turned to its broker yet\n",
        )
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
    assert "onbeat:x@" not in log.read_text("utf-8")


def _health_of(service: str, *queues: str) -> list[str]:
    """The words of a container's check in compose.yaml."""
    found: Program = next(
        one for one in programs("compose") if one.service == service and one.queues == queues
    )
    words: list[str] = found.document["healthcheck"]["test"]
    assert words[:2] == ["CMD", "python"]
    return words[1:]


def test_the_gateway_serves(tmp_path: Path) -> None:
    environment = _environment("gateway", tmp_path / "store")
    words = ["--host", "127.0.0.1", "--port", "0", "--no-auth"]
    with _started(environment, words, "http://127.0.0.1:") as line:
        address = "http://127.0.0.1:" + line.split("http://127.0.0.1:")[1].split()[0].split("/")[0]
        words = _health_of("gateway")[1:]
        asked = [
            sys.executable,
            *(word.replace("http://127.0.0.1:8000", address) for word in words),
        ]
        assert words != asked[1:]
        assert subprocess.run(asked, cwd=ROOT, timeout=60).returncode == 0
