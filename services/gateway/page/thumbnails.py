"""One small picture for each shot of a film, for its report."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.gateway.page.wording import frame_rate_of
from shared.errors import InvalidInput

if TYPE_CHECKING:
    from shared.media.color import Uint8Array

_SIDE_PIXELS = 320
_QUALITY = 72
# Beyond so many shots they become smaller, so that the page does not grow with the film.
_SHOTS_AT_FULL_SIZE = 60
_MIN_SIDE_PIXELS = 96


def thumbnails(
    film: Path, report: Mapping[str, Any], known: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """A JPEG for each shot of a film, by the digest of the shot's clip as in report.json.

    Pictures in `known` are taken as they are and cost nothing: those of kept clips do not change.
    A film that has become unreadable gives what is known, for the report has to say so.
    """
    from shared.media.key_frames import key_pictures

    have = dict(known or {})
    rate, shots = frame_rate_of(report), report["shots"]
    wanted = {shot["clip"]: shot for shot in reversed(shots) if shot["clip"] not in have}
    missing = sorted(wanted.values(), key=lambda shot: int(shot["start_frame"]))
    times = [Fraction(shot["start_frame"] + shot["end_frame"], 2) / rate for shot in missing]
    try:
        for shot, picture in zip(
            missing, key_pictures(film, times, _side(len(shots))), strict=True
        ):
            have[shot["clip"]] = _jpeg(picture)
    except InvalidInput:
        pass
    return {shot["clip"]: have[shot["clip"]] for shot in shots if shot["clip"] in have}


def _side(num_shots: int) -> int:
    share = math.sqrt(min(1.0, _SHOTS_AT_FULL_SIZE / max(1, num_shots)))
    return max(_MIN_SIDE_PIXELS, round(_SIDE_PIXELS * share))


def _jpeg(picture: Uint8Array) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()
