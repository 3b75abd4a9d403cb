"""Damaged sound files through `analyze`: a sync map or a refusal, never a crash or a hang."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.audio_sync import analyze
from shared.digest import Digest
from shared.requests import AnalyzeRequest
from shared.schema import from_json
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap
from tests.damage.files import RARER_SOUNDS, SOUNDS, sound
from tests.damage.worker import answers_to_damage, assert_plain

A_FEW, ALL = 6, 50  # of each of the six usual formats: 300
_LONGEST_SAMPLES = 60 * SAMPLE_RATE_HZ


def _hear(audio: Digest) -> Iterator[tuple[str, Any]]:
    yield analyze.__name__, AnalyzeRequest(audio)


def _check(store: Path, name: str, seeds: range) -> None:
    blobs, answers = answers_to_damage(store, sound(name), seeds, _hear)
    assert_plain(answers)
    assert len(answers) == len(seeds)
    for answer in answers:
        if answer.result is not None:
            heard = from_json(SyncMap, blobs.read(answer.result))
            assert 0 < heard.duration_samples < _LONGEST_SAMPLES
            for beat in heard.beats:
                assert 0 <= beat.sample < heard.duration_samples


@pytest.mark.parametrize("name", SOUNDS)
def test_damaged_sounds_are_heard_or_refused(tmp_path: Path, name: str) -> None:
    _check(tmp_path, name, range(A_FEW))


@pytest.mark.faults_all
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", [*SOUNDS, *RARER_SOUNDS])
def test_many_damaged_sounds_are_heard_or_refused(tmp_path: Path, name: str) -> None:
    _check(tmp_path, name, range(A_FEW, A_FEW + ALL))
