"""Footage whose metadata says that its colours are a camera's log curve: a warning without a table.

Log footage is flat and grey until a table for its camera takes it to BT.709. It is never guessed:
who filmed it knows the curve, and a wrong table is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.brief import Brief
from shared.digest import Digest
from shared.observation import MediaInfo


def log_notes(brief: Brief, infos: Mapping[Digest, MediaInfo]) -> tuple[str, ...]:
    """A sentence for each reference that says it is log and has no input table."""
    notes = []
    for reference in brief.references:
        info = infos.get(reference.blob)
        if info is None or info.log_curve is None or reference.input_lut is not None:
            continue
        notes.append(
            f"@{reference.handle} is {info.log_curve} footage by its metadata, and will look flat: "
            "give it an input_lut, the .cube that its camera's maker has for BT.709"
        )
    return tuple(notes)
