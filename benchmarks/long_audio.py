"""Ten minutes of sound through `analyze`, in a worker as the product runs it.

    python -m benchmarks long_audio

Peak memory is the worker's PSS, sampled ten times a second (a page shared with other processes
counts in part); progress is what the worker tells; a cancel is sent in the middle of the longest
silence between two such messages, where it takes longest to be heard.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import tempfile
import threading
import time
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cost import process_tree, pss_bytes
from examples.song import compose
from services.audio_sync import analyze
from shared.blobs import FileBlobs
from shared.brief import SpeechOptions
from shared.pool import WorkerPool
from shared.requests import AnalyzeRequest
from shared.schema import from_json
from shared.settings import Settings
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap
from shared.worker import Task

MINUTES = 10
_SONGS = 6
_SPEECH_SNR_DB = 12.0
_SAMPLE_S = 0.1


@dataclass(slots=True)
class _Watched:
    """One run: when which progress was told, and the most memory that the worker held."""

    started: float = field(default_factory=time.monotonic)
    told: list[tuple[float, float]] = field(default_factory=list)
    peak_bytes: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    cpu_seconds: float = 0.0
    cancel_seconds: float | None = None
    survived: bool = False

    def tell(self, fraction: float) -> None:
        self.told.append((time.monotonic() - self.started, fraction))

    def watch(self) -> None:
        while not self.over.wait(_SAMPLE_S):
            pids = process_tree(os.getpid())[1:]
            self.peak_bytes = max([self.peak_bytes, *(pss_bytes(pid) for pid in pids)])

    @property
    def longest_silence(self) -> tuple[float, float]:
        """How long nothing was told, and the fraction that was told last before it."""
        pairs = zip(self.told, self.told[1:], strict=False)
        return max((after[0] - before[0], before[1]) for before, after in pairs)

    @property
    def rises(self) -> bool:
        fractions = [fraction for _, fraction in self.told]
        return fractions == sorted(fractions)


def table() -> str:
    """Markdown: memory, time, progress and cancelling, with and without words."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        store = Path(name)
        settings = Settings(store, workers=1)
        for title, samples, speech in (
            ("music", _music(), None),
            ("speech over music, `--words`", _speech(), SpeechOptions(language="en")),
        ):
            path = store / "sound.wav"
            _write(path, samples)
            seconds = len(samples) / SAMPLE_RATE_HZ
            del samples
            blob = FileBlobs(settings.blobs_folder).put_file(path)
            rows.append(_row(title, seconds, settings, AnalyzeRequest(blob, speech)))
    return "\n".join(
        [
            f"## Long audio ({MINUTES} minutes, one worker; goal: under 1 GB, cancel within 1 s)\n",
            "| sound | peak MB (PSS) | wall s | CPU s | progress messages | rises "
            "| longest silence | cancelled there in | heard |",
            "|---|---|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(title: str, seconds: float, settings: Settings, request: AnalyzeRequest) -> str:
    whole, heard = asyncio.run(_perform(settings, request))
    assert heard is not None
    silence, fraction = whole.longest_silence
    called_off, nothing = asyncio.run(_perform(settings, request, fraction, silence / 2))
    assert nothing is None
    assert called_off.cancel_seconds is not None
    how = "it stopped by itself" if called_off.survived else "it was killed, as promised"
    return (
        f"| {title}, {seconds / 60:.1f} min | {whole.peak_bytes / 1e6:.0f} "
        f"| {whole.told[-1][0]:.0f} | {whole.cpu_seconds:.0f} | {len(whole.told)} "
        f"| {'yes' if whole.rises else 'no'} | {silence:.1f} s at {fraction:.0%} "
        f"| {called_off.cancel_seconds:.2f} s ({how}) "
        f"| {len(heard.beats)} beats, {len(heard.sections)} sections, {len(heard.words)} words |"
    )


async def _perform(
    settings: Settings,
    request: AnalyzeRequest,
    cancel_after: float | None = None,
    delay_s: float = 0.0,
) -> tuple[_Watched, SyncMap | None]:
    """One run in a fresh worker; called off `delay_s` after `cancel_after` was told, if given."""
    watched, pool = _Watched(), WorkerPool(settings)
    thread = threading.Thread(target=watched.watch, daemon=True)
    reached = asyncio.Event()

    def tell(fraction: float) -> None:
        watched.tell(fraction)
        if cancel_after is not None and fraction >= cancel_after - 1e-9:
            reached.set()

    try:
        thread.start()
        async with pool.slot():
            work = asyncio.ensure_future(pool.perform(Task(analyze.__name__, request), tell))
            if cancel_after is not None:
                await _cancel(work, reached, delay_s, watched)
                watched.survived = bool(multiprocessing.active_children())
                return watched, None
            result = await work
        watched.tell(1.0)
        watched.cpu_seconds = result.cpu_seconds
        blobs = FileBlobs(settings.blobs_folder)
        return watched, from_json(SyncMap, blobs.read(result.digest))
    finally:
        watched.over.set()
        thread.join()
        pool.close()


async def _cancel(
    work: asyncio.Future[Any], reached: asyncio.Event, delay_s: float, watched: _Watched
) -> None:
    await reached.wait()
    await asyncio.sleep(delay_s)
    asked = time.monotonic()
    work.cancel()
    await asyncio.wait([work])
    watched.cancel_seconds = time.monotonic() - asked
    if not work.cancelled():
        raise RuntimeError("it had ended before it was called off")


def _music() -> np.ndarray:
    """Songs of equal form and different notes, one after the other: float32 [n, 2]."""
    songs = [compose(seed).samples for seed in range(_SONGS)]
    return _repeated(np.concatenate(songs))


def _speech() -> np.ndarray:
    from benchmarks.speech.clips import clips, over_music

    spoken = [over_music(clip, _SPEECH_SNR_DB, index) for index, clip in enumerate(clips())]
    return _repeated(np.repeat(np.concatenate(spoken)[:, None], 2, axis=1))


def _repeated(samples: np.ndarray) -> np.ndarray:
    wanted = MINUTES * 60 * SAMPLE_RATE_HZ
    return np.tile(samples, (-(-wanted // len(samples)), 1))[:wanted]


def _write(path: Path, samples: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
