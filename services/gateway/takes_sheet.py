"""One contact sheet of several takes: a band for each, with its score, and its shots below."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.gateway.poster import contact_sheet

_COLUMNS = 8
_BAND_HEIGHT, _TYPE_SIZE, _MARGIN = 44, 18, 14
_BACKGROUND, _TITLE, _FACTS = (30, 32, 36), (236, 236, 232), (160, 164, 170)
_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Row:
    """One take: its film, the frame that each shot is shown by, and what is said of it."""

    film: Path
    frames: tuple[int, ...]
    title: str
    facts: str

    @classmethod
    def of(cls, folder: Path, report: Mapping[str, Any]) -> Row:
        """The row of a take from its folder and its report.json."""
        shots, casting = report["shots"], report["casting"]
        frames = tuple((shot["start_frame"] + shot["end_frame"]) // 2 for shot in shots)
        made = sum(not shot["reused"] for shot in shots)
        handles = len({shot["reference"] for shot in shots})
        facts = f"{len(shots)} shots, {made} made, from {handles} references"
        # A drawn film casts nothing.
        score = f"    score {casting['score']:.2f}" if casting else ""
        title = f"{folder.name}{score}"
        return cls(folder / "film.mp4", frames, title, facts)


def takes_sheet(rows: Sequence[Row]) -> bytes:
    """All takes below each other, as JPEG; raises `ValueError` without any."""
    if not rows:
        raise ValueError("expected at least one take")
    from PIL import Image, ImageDraw
    from PIL.ImageFont import load_default

    sheets = [Image.open(io.BytesIO(contact_sheet(row.film, row.frames, _COLUMNS))) for row in rows]
    width = max(sheet.width for sheet in sheets)
    height = sum(sheet.height + _BAND_HEIGHT for sheet in sheets)
    whole = Image.new("RGB", (width, height), _BACKGROUND)
    draw, font = ImageDraw.Draw(whole), load_default(_TYPE_SIZE)
    y = 0
    for row, sheet in zip(rows, sheets, strict=True):
        middle = y + _BAND_HEIGHT // 2
        draw.text((_MARGIN, middle), row.title, _TITLE, font=font, anchor="lm")
        draw.text((width - _MARGIN, middle), row.facts, _FACTS, font=font, anchor="rm")
        whole.paste(sheet, (0, y + _BAND_HEIGHT))
        y += _BAND_HEIGHT + sheet.height
    buffer = io.BytesIO()
    whole.save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()
