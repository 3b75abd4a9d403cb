"""Damaged files through one of the product's own worker processes, with its limits."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.blobs import FileBlobs
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.pool import WorkerPool
from shared.settings import Settings
from shared.worker import Task
from tests.shared.media.damage import mutated

# A file of a second or two takes a fraction of that, however slow and busy the machine.
LONGEST_S = 120.0
MEMORY_BYTES = 2 << 30  # of address space; 1 GB of it is libraries
_WORTH_KEEPING = 5
_HEAD_BYTES = 512

Actions = Callable[[Digest], Iterable[tuple[str, Any]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker said of one action on one file: a result, or why it is refused."""

    seed: int
    result: Digest | None
    refusal: str | None = None


def answers_to_damage(
    store: Path, data: bytes, seeds: Iterable[int], actions: Actions
) -> tuple[FileBlobs, list[Answer]]:
    """The answers of one worker to the actions on all mutations of a file.

    Whatever is not an answer (a death, a hang, an error of another type) fails the test, and says
    by which seed.
    """
    settings = Settings(store, workers=1, worker_memory_bytes=MEMORY_BYTES)
    blobs = FileBlobs(settings.blobs_folder)
    return blobs, asyncio.run(_answers(settings, blobs, data, seeds, actions))


def peak_memory_of_children() -> int:
    """The most bytes that any child which has ended held in memory."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


async def _answers(
    settings: Settings, blobs: FileBlobs, data: bytes, seeds: Iterable[int], actions: Actions
) -> list[Answer]:
    pool, answers, wrong = WorkerPool(settings), [], []
    try:
        for seed in seeds:
            digest = blobs.put(_damaged(data, seed))
            for module, request in actions(digest):
                try:
                    answers.append(await _answer(pool, Task(module, request), seed))
                except Exception as error:
                    wrong.append(f"seed {seed}, {request}: {type(error).__name__}: {error}")
            if len(wrong) >= _WORTH_KEEPING:
                break
    finally:
        pool.close()
    assert not wrong, "\n".join(wrong)
    return answers


def _damaged(data: bytes, seed: int) -> bytes:
    """Every other seed damages what stands in front: headers are a small part of most files."""
    if seed % 2:
        return mutated(data[:_HEAD_BYTES], seed) + data[_HEAD_BYTES:]
    return mutated(data, seed)


async def _answer(pool: WorkerPool, task: Task, seed: int) -> Answer:
    async with pool.slot():
        try:
            async with asyncio.timeout(LONGEST_S):
                result = await pool.perform(task, lambda fraction: None)
        except InvalidInput as refusal:
            return Answer(seed, None, refusal.message)
    return Answer(seed, result.digest)


def assert_plain(answers: Iterable[Answer]) -> None:
    """Every refusal is one line that names no file of the store."""
    for answer in answers:
        if answer.refusal is not None:
            assert "\n" not in answer.refusal
            assert "blobs" not in answer.refusal, answer.refusal
