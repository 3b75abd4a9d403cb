"""Somebody who wants one small film of a cluster, and asks again after every interruption."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from services.gateway.client import Client
from services.gateway.client.results import FINISHED, Job
from shared.errors import NotFound, Unavailable
from tests.e2e.sources import write_clip, write_photo, write_song

SONG_SECONDS, CLIP_SECONDS = 4.0, 2.5
BRIEF = {
    **{"song": "@song", "references": ["@left", "@right", "@tall"], "size": "160x90"},
    **{"duration_seconds": 2, "pacing": "driving"},
}
# Longer than any fault and what it takes to come back from it on a busy machine.
PATIENCE_SECONDS = 240.0
_PAUSE_SECONDS = 0.1
_T = TypeVar("_T")


def write_files(folder: Path) -> dict[str, Path]:
    """A song, two clips that move and a photo, by the handle each is uploaded under."""
    names = ("song.wav", "left.mp4", "right.mp4", "tall.jpg")
    files = {name.partition(".")[0]: folder / name for name in names}
    beats = tuple(float(beat) for beat in np.arange(0.25, SONG_SECONDS - 0.2, 0.5))
    write_song(files["song"], beats, SONG_SECONDS)
    write_clip(files["left"], seconds=CLIP_SECONDS, frame_rate=Fraction(25), step=-3)
    write_clip(files["right"], seconds=CLIP_SECONDS, frame_rate=Fraction(30000, 1001), step=4)
    write_photo(files["tall"], (200, 300), 1)
    return files


@dataclass
class Customer:
    """One tenant's key, and what the server has acknowledged to it so far.

    `interruptions` are the words of all errors that it was told and asked again after.
    """

    url: str
    key: str
    files: Mapping[str, Path]
    references: dict[str, str] = field(default_factory=dict)
    film: str = ""
    job: str = ""
    interruptions: list[str] = field(default_factory=list)

    def make(self) -> Job:
        """Upload everything, ask for the film, and return its job when that is over."""
        with Client(self.url, self.key, timeout_seconds=60.0) as client:
            for handle, path in self.files.items():
                sent = partial(_sent, client, handle, path)
                self.references[handle] = self._persist(sent)
            self.order(client)
        return self.wait()

    def wait(self) -> Job:
        """The job, when it is over."""
        with Client(self.url, self.key, timeout_seconds=60.0) as client:
            return self._persist(lambda: self._ended(client))

    def order(self, client: Client, key: str = "film") -> None:
        """Ask for the film, under one key, until it is acknowledged."""
        made = self._persist(lambda: client.create_film(BRIEF, key=key))
        assert made.job is not None
        self.film, self.job = made.id, made.job

    def _ended(self, client: Client) -> Job:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := client.job(self.job)).is_finished:
            assert time.monotonic() < deadline, f"it never ends: {found}, {self.interruptions}"
            time.sleep(_PAUSE_SECONDS)
        assert found.state in FINISHED
        return found

    def _persist(self, step: Callable[[], _T]) -> _T:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return step()
            except Unavailable as error:
                assert time.monotonic() < deadline, f"it stays away: {self.interruptions}"
                self.interruptions.append(error.message)
                time.sleep(_PAUSE_SECONDS)


def _sent(client: Client, handle: str, path: Path) -> str:
    # Its acknowledgement may have been lost on the way.
    try:
        return client.reference(f"@{handle}").id
    except NotFound:
        return client.upload(path, handle).id
