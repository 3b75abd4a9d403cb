"""What a worker promises: limits, records of what was written, one error for every mishap."""

from __future__ import annotations

import os
import resource
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from shared.blobs import FileBlobs
from shared.digest import Digest
from shared.errors import InvalidInput, ModelFailure
from shared.executions import Result
from shared.worker import RecordingBlobs, Task, serve
from tests.shared.sample_actions import Work
from tests.shared.sample_actions import __name__ as MODULE


def talk(folder: Path, message: Any, memory_bytes: int = 0) -> Any:
    """Start a worker, give it one task, and return its last answer."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    arguments = (theirs, partial(FileBlobs, folder), memory_bytes, os.getpid())
    child = context.Process(target=serve, args=arguments)
    child.start()
    theirs.close()
    ours.send(message)
    answer = ours.recv()
    while isinstance(answer, float):
        answer = ours.recv()
    ours.close()
    child.join(10)
    assert child.exitcode == 0
    return answer


def test_a_result_names_every_blob_that_was_written(tmp_path: Path) -> None:
    result = talk(tmp_path, Task(MODULE, Work("hello")))
    assert isinstance(result, Result)
    assert result.digest == Digest.of_bytes(b"hello")
    assert result.outputs == (result.digest,)
    assert FileBlobs(tmp_path).read(result.digest) == b"hello"


def test_a_mistake_becomes_one_error_that_says_what_and_where_it_was(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = talk(tmp_path, Task(MODULE, Work("x", deed="crash")))
    assert isinstance(error, ModelFailure)
    assert "ZeroDivisionError: a mistake in the action (sample_actions.py:" in error.message
    assert capfd.readouterr().err == ""
    monkeypatch.setenv("ONBEAT_DEBUG", "1")
    talk(tmp_path, Task(MODULE, Work("x", deed="crash")))
    assert "Traceback" in capfd.readouterr().err


def test_too_much_memory_is_an_error_and_not_a_dead_machine(tmp_path: Path) -> None:
    error = talk(tmp_path, Task(MODULE, Work("x", deed="hoard")), memory_bytes=1 << 30)
    assert isinstance(error, InvalidInput)
    assert "memory" in error.message


def test_the_limit_is_the_childs_alone() -> None:
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


def test_recording_remembers_in_order(tmp_path: Path) -> None:
    blobs = RecordingBlobs(FileBlobs(tmp_path / "blobs"))
    file = tmp_path / "file"
    file.write_bytes(b"two")
    digests = [blobs.put(b"one"), blobs.put_file(file), blobs.put(b"one")]
    assert list(blobs.written) == digests[:2]
