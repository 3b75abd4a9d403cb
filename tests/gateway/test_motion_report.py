"""The report says how motion meets the music, as planned, and nothing of what is gone."""

from __future__ import annotations

from fractions import Fraction

from services.gateway.motion_report import motion_document, read_alignments
from shared.blobs import MemoryBlobs
from shared.brief import Size
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.motion import LandedAccent, MotionAlignment, TimeKnot
from shared.requests import Delivery
from shared.schema import to_json

ALIGNED = MotionAlignment(
    Fraction(-1, 6),
    (TimeKnot(0, Fraction(1), Fraction(1, 30)),),
    (LandedAccent(12, Fraction(3, 2), 0.25, -4.75),),
    0.8,
    "slipped and warped",
)
BLOB = Digest.of_bytes(b"blob")


def clip(name: str, *alignments: Digest, transition: bool = False) -> BuiltClip:
    return BuiltClip(name, transition, 30, "key", BLOB, BLOB, "0" * 64, BLOB, alignments)


def test_what_was_found_is_read_by_shot() -> None:
    blobs = MemoryBlobs()
    there, gone = blobs.put(to_json(ALIGNED)), Digest.of_bytes(b"gone")
    clips = (clip("a"), clip("b", there), clip("c", there, there, transition=True), clip("d", gone))
    build = Build(BLOB, Delivery(Size(160, 90), Fraction(30)), clips, None, BLOB)
    assert read_alignments(blobs, build) == {"b": ALIGNED}


def test_planned_errors_are_called_planned() -> None:
    assert motion_document(None) is None
    assert motion_document(ALIGNED) == {
        "slip_seconds": -0.166667,
        "warped": True,
        "confidence": 0.8,
        "reason": "slipped and warped",
        "accents": [{"frame": 12, "planned_error_frames": 0.25, "unaligned_error_frames": -4.75}],
    }
