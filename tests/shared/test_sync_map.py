"""Sync maps and cut plans: the plain shape of hearing nothing."""

from __future__ import annotations

from fractions import Fraction

from shared.schema import from_json, to_json
from shared.sync_map import SAMPLE_RATE_HZ, CutPlan, SyncMap

SILENCE = SyncMap(
    duration_samples=SAMPLE_RATE_HZ,
    peak=0.0,
    tempo_bpm=None,
    beat_confidence=0.0,
    beats=(),
    onsets=(),
    energy=(),
)


def test_nothing_heard_is_empty_and_reads_back() -> None:
    assert SILENCE.sample_rate_hz == 48_000
    assert not SILENCE.downbeats
    assert not SILENCE.sections
    assert not SILENCE.words
    assert not SILENCE.phrases
    assert not SILENCE.sentences
    assert from_json(SyncMap, to_json(SILENCE)) == SILENCE


def test_a_plan_without_cuts_reads_back() -> None:
    plan = CutPlan(Fraction(24000, 1001), 100, 0, ())
    assert from_json(CutPlan, to_json(plan)) == plan
