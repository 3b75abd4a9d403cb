"""The soundtrack in the report: what it was to be brought to, and what the film's file holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.inspection import HeardSound
from shared.soundtrack import LOUDNESS_TARGETS, LoudnessPreset
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline

# EBU R 128 allows half a unit for what is made without live mixing.
_LOUDNESS_TOLERANCE_LU = 0.5
_PEAK_TOLERANCE_DB = 0.1


def sound_document(
    timeline: Timeline, heard: HeardSound | None, tracks: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """The report's `sound`; None for a silent film. Loudness and peak are of the decoded film.

    `tracks` is what `tracks_document` says of what is mixed with the song.
    """
    if heard is None:
        return None
    target = LOUDNESS_TARGETS.get(timeline.loudness)
    voice = timeline.voice
    return {
        "preset": str(timeline.loudness),
        "target_lufs": None if target is None else target.integrated_lufs,
        "ceiling_dbtp": None if target is None else target.ceiling_dbtp,
        "loudness_lufs": heard.loudness_lufs,
        "true_peak_dbtp": heard.true_peak_dbtp,
        "voice_seconds": None if voice is None else round(voice.start_sample / SAMPLE_RATE_HZ, 3),
        **(tracks or {}),
    }


def sound_findings(preset: LoudnessPreset, heard: HeardSound | None) -> list[str]:
    """Sentences about a soundtrack that is not what its preset asks for."""
    target = LOUDNESS_TARGETS.get(preset)
    if target is None or heard is None or heard.loudness_lufs is None:
        return []
    findings = []
    if abs(heard.loudness_lufs - target.integrated_lufs) > _LOUDNESS_TOLERANCE_LU:
        findings.append(
            f"the sound is at {heard.loudness_lufs:.1f} LUFS; {preset} asks for "
            f"{target.integrated_lufs:g}"
        )
    peak = heard.true_peak_dbtp
    if peak is not None and peak > target.ceiling_dbtp + _PEAK_TOLERANCE_DB:
        findings.append(
            f"the sound peaks at {peak:.1f} dBTP; {preset} allows {target.ceiling_dbtp:g}"
        )
    return findings
