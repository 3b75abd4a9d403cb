"""Damaged references through `encode`: a condition or a refusal, never a crash or a hang."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from services.encoder import encode
from shared.condition import load_condition
from shared.digest import Digest
from shared.observation import IMAGE_STYLE, PROBE, VIDEO_MOTION
from shared.recognition import AUDIO_KIND
from shared.requests import EncodeRequest
from tests.damage.files import PHOTOS, RARER_SOUNDS, SOUNDS, VIDEOS, photo, sound, video
from tests.damage.worker import answers_to_damage, assert_plain

A_FEW, ALL = 5, 500
KINDS = {
    **dict.fromkeys(PHOTOS, (photo, IMAGE_STYLE)),
    **dict.fromkeys(VIDEOS, (video, VIDEO_MOTION)),
    **dict.fromkeys((*SOUNDS, *RARER_SOUNDS), (sound, AUDIO_KIND)),
}


def _encode(encoder: str, reference: Digest) -> Iterator[tuple[str, Any]]:
    for name in (PROBE, encoder):
        yield encode.__name__, EncodeRequest(name, reference)


def _check(store: Path, name: str, seeds: range) -> None:
    write, encoder = KINDS[name]
    actions = partial(_encode, encoder)
    blobs, answers = answers_to_damage(store, write(name), seeds, actions)
    assert_plain(answers)
    assert len(answers) == 2 * len(seeds)
    for index, answer in enumerate(answers):
        if answer.result is not None:
            load_condition(blobs, answer.result, encoder if index % 2 else PROBE)


@pytest.mark.parametrize("names", [PHOTOS, tuple(VIDEOS), tuple(SOUNDS)], ids=len)
def test_damaged_references_are_encoded_or_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        _check(tmp_path, name, range(A_FEW))


@pytest.mark.faults_all
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", KINDS)
def test_many_damaged_references_are_encoded_or_refused(tmp_path: Path, name: str) -> None:
    _check(tmp_path, name, range(A_FEW, A_FEW + ALL))
