"""Log footage without a table is told about, and never guessed at."""

from __future__ import annotations

from dataclasses import replace

from services.gateway.look.log_footage import log_notes
from shared.brief import Brief, MediaKind
from shared.digest import Digest
from shared.observation import MediaInfo
from tests.gateway.synthetic import reference

CLIP = reference("ride", MediaKind.VIDEO)
INFO = MediaInfo(
    MediaKind.VIDEO, "mov", "prores", 1920, 1080, None, 4.0, None, None, None, None, "S-Log3"
)


def test_log_footage_without_a_table_is_named() -> None:
    (note,) = log_notes(Brief(None, (CLIP,)), {CLIP.blob: INFO})
    assert "@ride is S-Log3 footage" in note
    assert "input_lut" in note


def test_with_a_table_or_another_curve_nothing_is_said() -> None:
    with_lut = replace(CLIP, input_lut=Digest.of_bytes(b"lut"))
    assert log_notes(Brief(None, (with_lut,)), {CLIP.blob: INFO}) == ()
    assert log_notes(Brief(None, (CLIP,)), {CLIP.blob: replace(INFO, log_curve=None)}) == ()
