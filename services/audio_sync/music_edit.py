"""The action `edit_music`: a song brought to a length by joining whole bars of it."""

from __future__ import annotations

import struct
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.bar_features import bar_features
from services.audio_sync.bar_grid import BarGrid, find_bars
from services.audio_sync.bar_paths import Bars, cheapest_runs
from services.audio_sync.given_spans import check_spans, given_spans
from services.audio_sync.joined_map import lead_through
from services.audio_sync.rises import to_analysis_rate
from services.audio_sync.seams import join, seam
from services.audio_sync.similarity import Likeness, likeness
from services.audio_sync.spectra import spectra
from services.audio_sync.windows import best_window
from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.music_edit import Join, MusicEdit
from shared.requests import EditMusicRequest
from shared.schema import from_json, to_json
from shared.sync_map import SAMPLE_RATE_HZ, Span, SyncMap

Samples = NDArray[np.float32]

_MIN_TARGET_S = 4
_FADE_OUT_S = 0.4  # an edit that does not end with the song ends with its section, softly
_WAV_FLOAT = 3


def backend(request: EditMusicRequest) -> Backend:
    """Who edits; raises `InvalidInput` for a target below four seconds."""
    if request.spans:
        check_spans(request.spans, request.target_samples)
        return Backend("edit_music/spans", 1, environment_of("av", "numpy"))
    if request.target_samples < _MIN_TARGET_S * SAMPLE_RATE_HZ:
        raise InvalidInput(
            f"music cannot be edited to {request.target_samples / SAMPLE_RATE_HZ:.2f} s; "
            f"expected at least {_MIN_TARGET_S} s"
        )
    return Backend("edit_music/bars", 1, environment_of("av", "librosa", "numpy", "scipy"))


def perform(request: EditMusicRequest, context: Context) -> Digest:
    """Decode, choose bars, join them; stores WAV, sync map and the `MusicEdit` that names both."""
    from shared.media.audio import decode_audio

    context.progress(0.0)
    sync_map = from_json(SyncMap, context.blobs.read(request.sync_map))
    with context.blobs.local_path(request.audio) as path:
        samples = decode_audio(path, SAMPLE_RATE_HZ, channels=2)
    context.progress(0.3)
    if request.spans:
        spans, joins = given_spans(samples, request.spans)
    else:
        spans, joins = edit_spans(samples, sync_map, request.target_samples)
    context.progress(0.7)
    sound = join(samples, spans)
    del samples  # ten minutes are 230 MB
    if spans[-1].end_sample < sync_map.duration_samples:
        _fade_out(sound)
    edited = lead_through(sync_map, spans, float(np.max(np.abs(sound))))
    audio = context.blobs.put(wav_bytes(sound))
    done = MusicEdit(audio, context.blobs.put(to_json(edited)), spans, joins)
    context.progress(1.0)
    return context.blobs.put(to_json(done))


def edit_spans(
    samples: Samples, sync_map: SyncMap, target_samples: int
) -> tuple[tuple[Span, ...], tuple[Join, ...]]:
    """Stretches of the song that last about the target, and where they join.

    `samples` is [num_samples, channels] at 48 kHz. Without phrases to join, and where the song
    is as long as wanted, it is one stretch: the best window.
    """
    duration = sync_map.duration_samples
    beats = [beat.sample for beat in sync_map.beats]
    grid = find_bars(beats, sync_map.downbeats, duration)
    if grid is None or not sync_map.phrases or target_samples == duration:
        start = best_window(sync_map, target_samples)
        return (Span(start, min(start + target_samples, duration)),), ()
    from shared.media.audio import mono_mix

    heard = spectra(to_analysis_rate(mono_mix(samples)))
    features = bar_features(heard, grid, np.asarray(sync_map.energy))
    unlike = _unlike(likeness(features))
    runs = cheapest_runs(_bars(grid, sync_map, unlike, features.energy), target_samples)
    return _to_spans(samples, grid, runs, unlike, duration)


def _unlike(alike: Likeness) -> NDArray[np.float64]:
    """How different it is to go on with bar j where bar i is due: those bars, and those before."""
    here = 1.0 - (alike.sound + alike.harmony) / 2
    before = np.pad(here, ((1, 0), (1, 0)), mode="edge")[:-1, :-1]
    return np.asarray((2.0 * here + before) / 3.0)


def _bars(
    grid: BarGrid, sync_map: SyncMap, unlike: NDArray[np.float64], energy: NDArray[np.float64]
) -> Bars:
    def at(samples: list[int]) -> list[int]:
        inside = [int(np.argmin(np.abs(grid.edges - sample))) for sample in samples]
        return sorted({bar for bar in inside if bar < grid.num_bars})

    return Bars(
        lengths=np.diff(grid.edges),
        lead_samples=int(grid.edges[0]),
        tail_samples=sync_map.duration_samples - int(grid.edges[-1]),
        unlike=unlike,
        phrase_starts=at([phrase.start_sample for phrase in sync_map.phrases]),
        section_starts=at([section.start_sample for section in sync_map.sections]),
        energy=energy,
    )


def _to_spans(
    samples: Samples,
    grid: BarGrid,
    runs: list[tuple[int, int]],
    unlike: NDArray[np.float64],
    duration: int,
) -> tuple[tuple[Span, ...], tuple[Join, ...]]:
    edges = [int(edge) for edge in grid.edges]
    start = 0 if runs[0][0] == 0 else edges[runs[0][0]]
    spans, joins, length = [], [], 0
    for (_, leave), (enter, _) in pairwise(runs):
        end, following = seam(samples, edges[leave], edges[enter])
        spans.append(Span(start, end))
        length += end - start
        joins.append(Join(length, end, following, round(1.0 - float(unlike[leave, enter]), 4)))
        start = following
    is_end = runs[-1][1] == grid.num_bars
    spans.append(Span(start, duration if is_end else edges[runs[-1][1]]))
    return tuple(spans), tuple(joins)


def _fade_out(sound: Samples) -> None:
    size = min(len(sound), round(_FADE_OUT_S * SAMPLE_RATE_HZ))
    sound[len(sound) - size :] *= np.linspace(1.0, 0.0, size, dtype=np.float32)[:, None] ** 2


def wav_bytes(sound: Samples) -> bytes:
    """A WAV of 32-bit floats at 48 kHz, lossless, from [num_samples, channels]."""
    data = np.ascontiguousarray(sound, dtype="<f4").data.cast("B")
    channels = sound.shape[1]
    frame = 4 * channels
    layout = struct.pack(
        "<HHIIHH", _WAV_FLOAT, channels, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * frame, frame, 32
    )
    facts = struct.pack("<4sII", b"fact", 4, len(sound))
    chunks = struct.pack("<4sI", b"fmt ", len(layout)) + layout + facts
    chunks += struct.pack("<4sI", b"data", len(data))
    riff = struct.pack("<4sI4s", b"RIFF", 4 + len(chunks) + len(data), b"WAVE")
    return b"".join((riff, chunks, data))
