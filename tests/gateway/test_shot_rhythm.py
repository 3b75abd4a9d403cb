"""Spread and lag-1 autocorrelation of shot lengths, by section of the song."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from services.gateway.shot_rhythm import lag1_autocorrelation, section_documents, spread
from shared.brief import MediaKind, Size
from shared.digest import Digest
from shared.shot import Footage, Shot
from shared.sync_map import SAMPLE_RATE_HZ, Beat, Section, SyncMap
from shared.timeline import SongWindow, Timeline

BLOB = Digest.of_bytes(b"clip")
BEAT = SAMPLE_RATE_HZ // 2
SONG = SyncMap(
    20 * SAMPLE_RATE_HZ,
    1.0,
    120.0,
    1.0,
    tuple(Beat(index * BEAT, 1.0) for index in range(40)),
    (),
    (),
    sections=(
        Section(0, 6 * SAMPLE_RATE_HZ, "verse"),
        Section(6 * SAMPLE_RATE_HZ, 12 * SAMPLE_RATE_HZ, "chorus"),
        Section(12 * SAMPLE_RATE_HZ, 20 * SAMPLE_RATE_HZ, "outro"),
    ),
)


def film(*frames: int) -> Timeline:
    """Shots of so many frames at 25 fps; the film begins 2 s into the song."""
    shots = tuple(
        Shot(f"s{number}", count, Footage("clip", BLOB, MediaKind.VIDEO))
        for number, count in enumerate(frames)
    )
    sound = SongWindow(BLOB, 2 * SAMPLE_RATE_HZ, 10 * SAMPLE_RATE_HZ)
    return Timeline(Size(640, 360), Fraction(25), shots, sound, BLOB, BLOB, 0, len(frames))


def test_shots_belong_to_the_section_that_their_middle_plays() -> None:
    # The verse plays until frame 100, the chorus until 250.
    verse, chorus = section_documents(film(50, 45, 25, 25, 25, 50, 30), SONG)
    assert (verse["label"], verse["start_frame"], verse["end_frame"], verse["shots"]) == (
        "verse",
        0,
        95,
        2,
    )
    assert (chorus["label"], chorus["start_frame"], chorus["shots"]) == ("chorus", 95, 5)
    assert verse["mean_seconds"] == 1.9
    assert verse["mean_beats"] == pytest.approx(3.8, abs=1e-5)
    assert verse["spread"] == pytest.approx(0.1 / 1.9, abs=1e-6)
    assert verse["lag1_autocorrelation"] is None
    assert chorus["lag1_autocorrelation"] is not None


@pytest.mark.parametrize("heard", [None, dataclasses.replace(SONG, sections=())])
def test_without_sections_the_film_is_one(heard: SyncMap | None) -> None:
    (whole,) = section_documents(film(50, 25, 25), heard)
    assert (whole["label"], whole["shots"], whole["end_frame"]) == (None, 3, 100)
    assert (whole["mean_beats"] is None) == (heard is None)


def test_a_silent_film_has_no_beats() -> None:
    silent = dataclasses.replace(film(50, 50), sound=None)
    assert section_documents(silent, SONG)[0]["mean_beats"] is None


def test_a_metronome_has_no_spread_and_no_autocorrelation() -> None:
    assert spread([2.0, 2.0, 2.0]) == 0.0
    assert lag1_autocorrelation([2.0, 2.0, 2.0]) is None
    assert spread([2.0]) is None


def test_blocks_are_alike_and_alternation_is_not() -> None:
    blocks = lag1_autocorrelation([1.0, 1.0, 1.0, 4.0, 4.0, 4.0])
    turns = lag1_autocorrelation([1.0, 4.0, 1.0, 4.0, 1.0, 4.0])
    assert blocks == pytest.approx(0.5)
    assert turns == pytest.approx(-5 / 6)
