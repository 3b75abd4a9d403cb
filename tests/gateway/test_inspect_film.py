"""Inspection sees what is in the film; sabotaged films are found out."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from services.gateway import inspect_film as inspection_action
from services.gateway import mix
from services.gateway.film_pictures import MadeClip
from services.gateway.inspect_film import inspect_film
from services.gateway.inspection import FilmInspection
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.measurement import SegmentMeasure
from shared.media.loudness import measure_loudness
from shared.media.mux import mux_film
from shared.media.segment import Segment
from shared.media.sound import encode_aac
from shared.requests import InspectRequest, MixRequest
from shared.schema import from_json, to_json
from tests.gateway.films import (
    RATES,
    Here,
    assembled,
    film_with_song,
    made,
    segment,
    shots_of,
    song,
    wav,
)

RATE = Fraction(30)


def film_of(folder: Path, parts: list[Segment], rate: Fraction = RATE) -> Path:
    path = folder / "film.mp4"
    mux_film(path, parts, None, rate, sum(len(part.packets) for part in parts))
    return path


def measured(found: FilmInspection) -> list[int | None]:
    return [cut.measured_frame for cut in found.cuts]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_good_film_is_seen_to_be_good(rate: Fraction, tmp_path: Path) -> None:
    lengths = [31, 12, 1, 2, 40]
    path, parts, window = film_with_song(Here(), tmp_path, lengths, rate, start_sample=50_000)
    found = inspect_film(path, [made(part) for part in parts], rate, window)
    assert (found.frame_rate, found.frame_count, found.packet_count) == (rate, 86, 86)
    assert found.duration_seconds == 86 / rate
    assert found.has_exact_times
    assert measured(found) == [31, 43, 44, 46] == [cut.planned_frame for cut in found.cuts]
    assert all(shot.has_expected_packets for shot in found.clips)
    assert [shot.expected_frames for shot in found.clips] == lengths
    assert found.sound is not None
    assert found.sound.lag_samples == 0
    assert found.sound.similarity > 0.95
    assert found.sound.end_seconds == pytest.approx(float(86 / rate), abs=1e-4)


def test_frame_that_slipped_over_a_cut_moves_the_cut(tmp_path: Path) -> None:
    # Each shot is what was made for it, but the first is followed by a copy of its length wrongly
    # planned: one frame more before the second cut.
    parts = shots_of([20, 20, 20])
    shots = [made(part) for part in parts]
    longer = [parts[0], segment(120, 21), parts[2]]
    found = inspect_film(film_of(tmp_path, longer), shots, RATE)
    assert measured(found) == [20, None]  # the frame before the second cut is not the made one
    assert found.frame_count == 61
    assert not found.clips[1].has_expected_packets
    assert not found.clips[2].has_expected_packets


def test_shots_shifted_by_one_frame_are_measured_there(tmp_path: Path) -> None:
    parts = shots_of([20, 20, 20])
    film = film_of(tmp_path, [segment(3, 1), *parts])
    found = inspect_film(film, [made(part) for part in parts], RATE)
    assert [cut.planned_frame for cut in found.cuts] == [20, 40]
    assert measured(found) == [21, 41]
    assert [shot.expected_frames for shot in found.clips] == [0, 0, 0]


def test_swapped_shots_are_noticed(tmp_path: Path) -> None:
    parts = shots_of([20, 20, 20])
    film = film_of(tmp_path, [parts[0], parts[2], parts[1]])
    found = inspect_film(film, [made(part) for part in parts], RATE)
    assert measured(found) == [None, None]
    assert [shot.has_expected_packets for shot in found.clips] == [True, False, False]


def test_one_strange_packet_is_noticed(tmp_path: Path) -> None:
    parts = shots_of([20, 20])
    shots = [made(part) for part in parts]
    packets = list(parts[1].packets)
    # A bit in the middle of the last packet: it still decodes, to something else.
    data = bytearray(packets[-1].data)
    data[len(data) // 2] ^= 1
    packets[-1] = dataclasses.replace(packets[-1], data=bytes(data))
    damaged = dataclasses.replace(parts[1], packets=tuple(packets))
    found = inspect_film(film_of(tmp_path, [parts[0], damaged]), shots, RATE)
    assert [shot.has_expected_packets for shot in found.clips] == [True, False]
    assert found.clips[1].expected_frames < 20
    assert measured(found) == [20]


def test_other_rate_and_lost_frames_are_noticed(tmp_path: Path) -> None:
    parts = shots_of([20, 20], Fraction(25))
    shots = [made(part) for part in parts]
    found = inspect_film(film_of(tmp_path, parts, Fraction(25)), shots, RATE)
    assert not found.has_exact_times
    assert found.frame_rate == 25
    short = film_of(tmp_path, [parts[0]], Fraction(25))
    found = inspect_film(short, shots, Fraction(25))
    assert (found.frame_count, measured(found)) == (20, [None])
    assert found.has_exact_times


@pytest.mark.parametrize("lag", [480, -480, 1_024, 7])
def test_late_and_early_sound_is_measured(lag: int, tmp_path: Path) -> None:
    parts = shots_of([60, 60])
    samples = song(6)
    window = samples[48_000 : 48_000 + 192_000]
    moved = samples[48_000 - lag : 48_000 - lag + 192_000]
    mux_film(tmp_path / "film.mp4", parts, encode_aac(moved), RATE, 120)
    shots = [made(part) for part in parts]
    found = inspect_film(tmp_path / "film.mp4", shots, RATE, window)
    assert found.sound is not None
    assert found.sound.lag_samples == lag


def test_wrong_and_missing_sound_have_no_lag(tmp_path: Path) -> None:
    parts = shots_of([60])
    shots = [made(part) for part in parts]
    noise = np.random.default_rng(5).standard_normal((96_000, 2)).astype(np.float32) * 0.1
    mux_film(tmp_path / "film.mp4", parts, encode_aac(noise), RATE, 60)
    found = inspect_film(tmp_path / "film.mp4", shots, RATE, song(2))
    assert found.sound is not None
    assert found.sound.lag_samples is None
    found = inspect_film(film_of(tmp_path, parts), shots, RATE, song(2))
    assert found.sound is not None
    assert (found.sound.lag_samples, found.sound.end_seconds) == (None, 0.0)


def test_contrast_is_of_the_cut(tmp_path: Path) -> None:
    # Number 0 is twelve dark blocks, number 4095 twelve bright ones: 130 of 219 levels apart.
    parts = [segment(0, 1), segment(0, 1), segment(4095, 1)]
    found = inspect_film(film_of(tmp_path, parts), [made(part) for part in parts], RATE)
    assert found.cuts[0].contrast == pytest.approx(0, abs=0.005)
    assert found.cuts[1].contrast == pytest.approx(130 / 219, abs=0.01)


def test_action_reads_measures_and_song(tmp_path: Path) -> None:
    here = Here()
    parts = shots_of([30, 30])
    audio = here.blobs.put(wav(song(5)))
    soundtrack = mix.perform(MixRequest(audio, 24_000, 96_000, 4_800), here)
    film = assembled(here, parts, RATE, soundtrack)
    request = InspectRequest(
        film=film,
        measures=tuple(here.blobs.put(to_json(measure(made(part)))) for part in parts),
        packets_sha256=tuple(part.packets_sha256 for part in parts),
        frame_rate=RATE,
        sound=MixRequest(audio, 24_000, 96_000, 4_800),
    )
    assert inspection_action.backend(request).action == "inspect"
    found = from_json(FilmInspection, here.blobs.read(inspection_action.perform(request, here)))
    assert measured(found) == [30]
    assert found.sound is not None
    assert found.sound.lag_samples == 0
    loudness = measure_loudness(song(5)[24_000:120_000]).integrated_lufs
    assert found.sound.loudness_lufs == pytest.approx(loudness, abs=0.5)
    assert all(0 <= told <= 1 for told in here.told)


def measure(shot: MadeClip) -> SegmentMeasure:
    count = len(shot.frame_hashes)
    levels, changes = (0.5,) * count, (0.0,) * count
    return SegmentMeasure(count, shot.frame_hashes, levels, changes, (), (), "", "", 0.0, "")


def test_shots_without_measures_are_refused() -> None:
    film = Digest.of_bytes(b"")
    for measures, packets in (((), ()), ((film,), ())):
        with pytest.raises(InvalidInput, match="one for each clip"):
            inspection_action.backend(InspectRequest(film, measures, packets, RATE, None))


def test_file_that_is_no_film_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0" * 1_000)
    with pytest.raises(InvalidInput, match="cannot be read as a film"):
        inspect_film(path, [made(segment(1, 2))], RATE)
