from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from services.audio_sync.plan_cuts import backend, perform
from shared.actions import action_key, environment_of
from shared.blobs import MemoryBlobs
from shared.brief import Pacing
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob
from shared.requests import PlanCutsRequest
from shared.schema import from_json, to_json
from shared.sync_map import CutPlan, SpokenText
from tests.audio_sync.forms import formed
from tests.audio_sync.maps import planned, song


class _Context:
    def __init__(self, blobs: MemoryBlobs) -> None:
        self.blobs = blobs

    def progress(self, fraction: float) -> None:
        assert 0.0 <= fraction <= 1.0


REQUEST = PlanCutsRequest(None, Pacing.STEADY, Fraction(30000, 1001), None, 600)


def test_the_action_stores_a_plan(memory_blobs: MemoryBlobs) -> None:
    heard = song()
    request = replace(REQUEST, sync_map=memory_blobs.put(to_json(heard)), fixed_frames=(77,))
    found = from_json(CutPlan, memory_blobs.read(perform(request, _Context(memory_blobs))))
    assert found == planned(heard, Pacing.STEADY, REQUEST.frame_rate, 600, None, (77,))
    assert 77 in [cut.frame for cut in found.cuts]


def test_without_a_sync_map_the_clock_plans(memory_blobs: MemoryBlobs) -> None:
    found = from_json(CutPlan, memory_blobs.read(perform(REQUEST, _Context(memory_blobs))))
    assert len(found.cuts) == 6
    assert found.window_start_sample == 0


def test_a_wrong_or_missing_sync_map_is_an_error(memory_blobs: MemoryBlobs) -> None:
    other = memory_blobs.put(to_json(planned(None, Pacing.CALM, Fraction(25), 9)))
    with pytest.raises(InvalidInput, match="SyncMap/2"):
        perform(replace(REQUEST, sync_map=other), _Context(memory_blobs))
    gone = replace(REQUEST, sync_map=Digest.of_bytes(b"gone"))
    with pytest.raises(MissingBlob):
        perform(gone, _Context(memory_blobs))


def test_the_key_names_the_one_library() -> None:
    who = backend(REQUEST)
    assert (who.name, who.version) == ("plan_cuts/dynamic", 2)
    assert who.environment == environment_of("numpy")
    assert action_key(who, REQUEST) != action_key(who, replace(REQUEST, window_start_sample=0))


@pytest.mark.parametrize("pacing", list(Pacing))
def test_plans_are_the_recorded_ones(pacing: Pacing, golden: Callable[[str, bytes], None]) -> None:
    # Another plan for the same song is another film: it needs another version of the backend.
    words = (SpokenText("now", 900_000, 930_000, 0.9),)
    found = planned(formed(words=words), pacing, Fraction(30000, 1001), 4000, 48_000, (1000,))
    lines = [
        f"{cut.frame} {cut.sample} {cut.event} {cut.kind} {cut.strength:.3f} {cut.reason}\n"
        for cut in found.cuts
    ]
    golden(f"plans/{pacing}.txt", "".join(lines).encode())
