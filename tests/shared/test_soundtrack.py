from __future__ import annotations

from shared.soundtrack import LOUDNESS_TARGETS, LoudnessPreset


def test_every_preset_but_the_masters_own_has_a_target() -> None:
    assert set(LoudnessPreset) - set(LOUDNESS_TARGETS) == {LoudnessPreset.AS_MASTERED}
    assert all(
        target.integrated_lufs < target.ceiling_dbtp < 0 for target in LOUDNESS_TARGETS.values()
    )
