"""The film worker: a process that does jobs, one at a time, and dies with the server.

`python -m services.gateway.api.jobs.worker` reads its settings from the environment. A line on
its standard input says that a job may be waiting; the end of the input is the end of the server.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from services.gateway.api.batches import work as batches
from services.gateway.api.jobs.service import Job, LostJob
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.jobs.work import KINDS, Done
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services, open_services
from services.gateway.api.versions import deliveries, localizations
from services.gateway.api.versions import work as versions
from services.gateway.compat.openai_videos import work as openai_videos
from shared import telemetry
from shared.errors import Cancelled, InvalidInput, OnbeatError, Unavailable
from shared.ownership import OwnerLock
from shared.pool import keep_workers
from shared.settings import Settings

_PR_SET_PDEATHSIG = 1
_BEAT_SECONDS = 0.4
_IDLE_SECONDS = 2.0
# Whoever asks the server something is answered before the next frame is rendered.
_NICE = 10
# The modules whose kinds of jobs are done as well.
_OTHERS = (versions, batches, deliveries, localizations, openai_videos)


class _GivenBack(OnbeatError):
    """The job is for another worker: this one has no more time."""


class FilmWorker:
    """Claims jobs and does them, one at a time."""

    def __init__(self, services: Services, owner: str) -> None:
        self._services = services
        self._owner = owner
        self._lease_seconds = services.settings.lease_seconds
        self._is_late = False
        self._stop: Callable[[], object] = lambda: None

    def do_next(self) -> Job | None:
        """Do the next waiting job; returns it, or None if there was none."""
        job = self._services.jobs.claim(self._owner, self._lease_seconds)
        if job is None:
            return None
        # Already ended, or begun again by somebody whose lease is newer: nothing of ours counts.
        with suppress(LostJob), telemetry.film(job.kind, job.id):
            self._do(job)
        return job

    def give_back(self) -> None:
        """Stop the job that is being done, for another worker to go on; from any thread.

        Every job that is begun after this is given back at once as well.
        """
        self._is_late = True
        with suppress(RuntimeError):  # It has just ended by itself.
            self._stop()

    def _do(self, job: Job) -> None:
        try:
            done = asyncio.run(self._watched(job))
            try:
                self._services.jobs.finish(job, done.result, done.write)
            except Unavailable as error:
                # The work is not at fault. Given back, it is done again out of the store.
                raise LostJob(f"job {job.id} could not be written down: {error}") from error
        except LostJob:
            raise
        except _GivenBack:
            self._services.jobs.give_back(job)
        except OnbeatError as error:
            self._services.jobs.fail(job, error)
        except Problem as problem:
            self._services.jobs.fail(job, InvalidInput(problem.detail))
        except Exception as error:
            self._services.jobs.fail(job, OnbeatError(f"internal error: {type(error).__name__}"))
            sys.excepthook(type(error), error, error.__traceback__)

    async def _watched(self, job: Job) -> Done:
        stages = Stages()
        tenant = self._services.keys.tenant(job.tenant)
        kinds = dict(KINDS)
        for module in _OTHERS:
            kinds |= module.KINDS
        perform = kinds.get(job.kind)
        if perform is None:
            raise InvalidInput(f"nobody does jobs of the kind {job.kind!r}")
        work = asyncio.ensure_future(perform(self._services, tenant, job, stages))
        beat = asyncio.create_task(self._beat(job, stages, work))
        loop = asyncio.get_running_loop()
        self._stop = lambda: loop.call_soon_threadsafe(work.cancel)
        if self._is_late:
            work.cancel()
        try:
            return await work
        except asyncio.CancelledError:
            if beat.done() and (error := beat.exception()) is not None:
                raise error from None
            if self._is_late and not beat.done():
                raise _GivenBack("its worker was told to end") from None
            raise Cancelled("cancelled") from None
        finally:
            self._stop = lambda: None
            beat.cancel()
            with suppress(asyncio.CancelledError, OnbeatError):
                await beat

    async def _beat(self, job: Job, stages: Stages, work: asyncio.Future[Done]) -> None:
        while True:
            try:
                if await asyncio.to_thread(
                    self._services.jobs.beat,
                    job,
                    self._lease_seconds,
                    stages.progress,
                    stages.stage,
                ):
                    work.cancel()
                    return
            except LostJob:
                work.cancel()
                raise
            except Unavailable:
                pass  # the lease has some time left
            await asyncio.sleep(_BEAT_SECONDS)


def main() -> int:
    """Work until standard input ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides what Ctrl-C means
    wake = threading.Event()
    threading.Thread(target=_listen, args=(wake,), daemon=True).start()
    settings = Settings.from_environment()
    telemetry.start("onbeat-film-worker")
    services = open_services(settings)
    owner = OwnerLock(settings.owners_folder)
    keep_workers()
    worker = FilmWorker(services, owner.name)
    while True:
        try:
            services.jobs.sweep(settings.owners_folder)
            if worker.do_next():
                continue
        except Unavailable as error:
            print(f"onbeat: film worker: {error.message}", file=sys.stderr)
        wake.wait(_IDLE_SECONDS)
        wake.clear()


def _listen(wake: threading.Event) -> None:
    while os.read(0, 4096):
        wake.set()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
