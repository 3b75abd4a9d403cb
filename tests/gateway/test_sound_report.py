from __future__ import annotations

import dataclasses

from services.gateway.inspection import HeardSound
from services.gateway.sound_report import sound_document, sound_findings
from shared.digest import Digest
from shared.soundtrack import LoudnessPreset, Voice
from tests.gateway.edits.scenes import film as timeline

HEARD = HeardSound(0, 1.0, 3.0, loudness_lufs=-14.1, true_peak_dbtp=-1.2)


def test_the_document_says_what_was_asked_for_and_what_is_there() -> None:
    film = dataclasses.replace(
        timeline(), loudness=LoudnessPreset.WEB, voice=Voice(Digest.of_bytes(b""), 72_000)
    )
    assert sound_document(film, HEARD) == {
        "preset": "web",
        "target_lufs": -14.0,
        "ceiling_dbtp": -1.0,
        "loudness_lufs": -14.1,
        "true_peak_dbtp": -1.2,
        "voice_seconds": 1.5,
    }
    plain = sound_document(timeline(), HEARD)
    assert plain is not None
    assert plain["target_lufs"] is plain["voice_seconds"] is None
    assert sound_document(film, None) is None


def test_what_misses_its_preset_is_said() -> None:
    assert sound_findings(LoudnessPreset.WEB, HEARD) == []
    assert sound_findings(LoudnessPreset.AS_MASTERED, HEARD) == []
    quiet, peaking = sound_findings(
        LoudnessPreset.ATSC_A85, dataclasses.replace(HEARD, true_peak_dbtp=-1.5)
    )
    assert quiet == "the sound is at -14.1 LUFS; atsc_a85 asks for -24"
    assert peaking == "the sound peaks at -1.5 dBTP; atsc_a85 allows -2"
