"""One small picture for each shot of a film, for its report."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from services.gateway.page.wording import frame_rate_of
from shared.errors import InvalidInput

_SIDE_PIXELS = 320
# Beyond so many shots they become smaller, so that the page does not grow with the film.
_SHOTS_AT_FULL_SIZE = 60
_MIN_SIDE_PIXELS = 96


def thumbnails(
    film: Path, report: Mapping[str, Any], known: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """A JPEG for each shot of a film, by the digest of the shot's clip as in report.json.

    Pictures in `known` are of at most 320 pixels; they are not read from the film, only made
    smaller where a film has many shots. A film that has become unreadable gives what is known,
    for the report has to say so.
    """
    shots = report["shots"]
    side = _side(len(shots))
    clips = {shot["clip"] for shot in shots}
    have = {clip: _shrunk(jpeg, side) for clip, jpeg in (known or {}).items() if clip in clips}
    wanted = {shot["clip"]: shot for shot in reversed(shots) if shot["clip"] not in have}
    missing = sorted(wanted.values(), key=lambda shot: int(shot["start_frame"]))
    have.update(_read(film, missing, frame_rate_of(report), side))
    return {shot["clip"]: have[shot["clip"]] for shot in shots if shot["clip"] in have}


def _read(
    film: Path, shots: Sequence[Mapping[str, Any]], rate: Fraction, side: int
) -> Iterator[tuple[str, bytes]]:
    if not shots:
        return
    from shared.media.key_frames import key_pictures
    from shared.media.still import still_jpeg

    times = [Fraction(shot["start_frame"] + shot["end_frame"], 2) / rate for shot in shots]
    try:
        for shot, picture in zip(shots, key_pictures(film, times, side), strict=True):
            yield shot["clip"], still_jpeg(picture)
    except InvalidInput:
        pass


def _side(num_shots: int) -> int:
    share = math.sqrt(min(1.0, _SHOTS_AT_FULL_SIZE / max(1, num_shots)))
    return max(_MIN_SIDE_PIXELS, round(_SIDE_PIXELS * share))


def _shrunk(jpeg: bytes, side: int) -> bytes:
    if side == _SIDE_PIXELS:
        return jpeg
    import numpy as np
    from PIL import Image

    from shared.media.still import still_jpeg

    with Image.open(io.BytesIO(jpeg)) as image:
        image.thumbnail((side, side))
        return still_jpeg(np.asarray(image, np.uint8))
