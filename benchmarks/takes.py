"""Takes in rooms: how exactly offset and drift are found, and how sure wrong songs are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.take_scenes import RATE_HZ, Samples, Take, record, song, with_repeats
from services.audio_sync.takes import SYNC_RATE_HZ, sync
from shared.sync_map import SAMPLE_RATE_HZ
from shared.take_sync import TakeSync

_SONG_S = 150.0
_SEEDS = (1, 2, 3, 4)
_KINDS: dict[str, Take] = {
    "60 s, quiet room": Take(30, 60, 120),
    "60 s, noise 0 dB, reverb 0.6 s": Take(40, 60, -150, snr_db=0, reverb_s=0.6),
    "60 s, noise 0 dB, talk 6 dB louder, reverb 1.2 s": Take(
        20, 60, 200, snr_db=0, talk_db=6, reverb_s=1.2
    ),
    "60 s, noise 6 dB louder, reverb 1.2 s": Take(50, 60, -80, snr_db=-6, reverb_s=1.2),
    "20 s, noise 0 dB, reverb 0.6 s": Take(70, 20, 90, snr_db=0, reverb_s=0.6),
    "8 s, noise 0 dB, reverb 0.6 s": Take(70, 8, 0, snr_db=0, reverb_s=0.6),
    "begins 15 s before the song, noise 0 dB": Take(-15, 60, 60, snr_db=0, reverb_s=0.6),
    "longer than the song, noise 0 dB": Take(-10, 180, -200, snr_db=0, reverb_s=0.6),
}


def table() -> str:
    """The table of this benchmark."""
    assert RATE_HZ == SYNC_RATE_HZ
    songs = [song(_SONG_S, seed) for seed in _SEEDS]
    lines = [
        "## Takes: place in the song",
        f"{len(_SEEDS)} songs of {_SONG_S:g} s with drums, chords and a tune. Errors are the "
        "largest of the takes that were said to be sure; wrong: the same takes against every other "
        "song.\n",
        "| take | sure | offset within, ms | drift within, ppm | wrong songs said to be sure "
        "| CPU-s a take |",
        "|---|---|---|---|---|---|",
    ]
    for name, take in _KINDS.items():
        lines.append(_row(name, take, songs))
    lines += ["", *_repeats(songs[0])]
    return "\n".join(lines) + "\n"


def _row(name: str, take: Take, songs: list[Samples]) -> str:
    offsets: list[float] = []
    drifts: list[float] = []
    wrong = sure = 0
    cpu = 0.0
    for number, samples in enumerate(songs):
        recorded = record(samples, replace(take, seed=number + 1))
        started = time.process_time()
        found = sync(recorded, samples)
        cpu += time.process_time() - started
        if found.is_sure and found.offset_samples is not None:
            sure += 1
            offsets.append(abs(found.offset_samples / SAMPLE_RATE_HZ - take.start_s) * 1000)
            if found.drift_ppm is not None:
                drifts.append(abs(found.drift_ppm - take.drift_ppm))
        others = [other for index, other in enumerate(songs) if index != number]
        wrong += sum(sync(recorded, other).is_sure for other in others)
    tried = len(songs) * (len(songs) - 1)
    drift = f"{max(drifts):.2f}" if drifts else "not told"
    return (
        f"| {name} | {sure} of {len(songs)} | {max(offsets, default=np.nan):.3f} | {drift} "
        f"| {wrong} of {tried} | {cpu / len(songs):.1f} |"
    )


def _repeats(samples: Samples) -> Iterator[str]:
    """A chorus of 20 s that is heard three times, sample for sample."""
    repeated = with_repeats(samples[: 60 * RATE_HZ], 20, 40, 3)
    inside = sync(record(repeated, Take(22, 15, snr_db=0, reverb_s=0.6)), repeated)
    across = sync(record(repeated, Take(10, 60, 50, snr_db=0, reverb_s=0.6)), repeated)
    yield "Of a song whose chorus comes three times, sample for sample:"
    yield f"- 15 s inside the chorus: {_said(inside)}"
    yield f"- 60 s that begin before it: {_said(across)}"


def _said(found: TakeSync) -> str:
    sure = "sure" if found.is_sure else "not sure"
    return f"{sure} (confidence {found.confidence:.2f}): {found.reason}."


if __name__ == "__main__":
    print(table())
