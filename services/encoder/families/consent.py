"""Consent where pictures are encoded: faces are looked for before any model of a family is loaded.

This is the last line. Who sends requests checks as well, before anything is looked up, because a
result that is in the store never comes here.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from shared.brief import MediaKind
from shared.consent import ConsentSettings, check_consent
from shared.families.request import FamilyEncodeRequest, Geometry, Source

_LOOKS_PER_SECOND = 4
_WORK_SIDE_PIXELS = 640


def admit(request: FamilyEncodeRequest, paths: list[Path], settings: ConsentSettings) -> None:
    """Raise `ConsentRequired` for a picture or clip with faces that nobody has attested.

    Raises `WeightsUnavailable` where faces cannot be looked for: not knowing is not consent.
    """
    if settings.is_checked_upstream:
        return
    attested = {one.reference for one in settings.attestations if one.tenant == settings.tenant}
    found = {
        source.reference: count_faces(source, path, request.geometry)
        for source, path in zip(request.sources, paths, strict=True)
        if source.kind is not MediaKind.TEXT and source.reference not in attested
    }
    check_consent(request.pictures, found, settings.attestations, settings.tenant)


def count_faces(source: Source, path: Path, geometry: Geometry | None) -> int:
    """The most faces in a picture, or at once in the part of a clip that would be encoded."""
    from services.encoder.faces import find_faces
    from shared.media.photo import load_photo
    from shared.media.video import VideoReader

    if source.kind is MediaKind.IMAGE or geometry is None:
        return len(find_faces(load_photo(path, max_side=_WORK_SIDE_PIXELS)).scores)
    # Both ends and a quarter of a second apart between them.
    last = Fraction(geometry.frames - 1) / geometry.frame_rate
    times = [Fraction(i, _LOOKS_PER_SECOND) for i in range(int(last * _LOOKS_PER_SECOND) + 1)]
    times = sorted({*times, last})
    most = 0
    with VideoReader(path) as reader:
        for frame in reader.frames_at([source.start_seconds + time for time in times]):
            faces = find_faces(frame.rgb(reader.width, reader.height))
            most = max(most, len(faces.scores))
    return most
