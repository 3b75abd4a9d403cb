"""`onbeat import`: a film that an editing program has changed becomes the next revision."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import opentimelineio as otio

from services.gateway.edits.cut_list import follow_cuts
from services.gateway.edits.operation import Operation
from services.gateway.edits.scene import music_of
from services.gateway.handover.checked import check_file, check_timeline
from services.gateway.handover.edited import Edited, edited_timeline
from services.gateway.handover.fcp7_back import with_ids
from services.gateway.handover.fcpxml_back import read_fcpxml
from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound
from shared.observation import PROBE, MediaInfo
from shared.requests import EncodeRequest
from shared.runner import Runner
from shared.schema import from_json, to_json
from shared.sync_map import SAMPLE_RATE_HZ, CutPlan, SyncMap
from shared.timeline import Timeline

_FCP7, _FCPXML = "fcp_xml", "fcpxml"
_ADAPTERS = {".otio": "otio_json", ".otioz": "otioz", ".xml": _FCP7, ".fcpxml": _FCPXML}


@dataclass(frozen=True, slots=True)
class Imported(Operation):
    """What the cut list says of cuts that an editing program has put there."""

    OP: ClassVar[str] = "import"


@dataclass(slots=True)
class Import:
    """The change that an edited timeline makes to a film; `found` is what came of it."""

    edited: otio.schema.Timeline
    found: list[Edited] = field(default_factory=list)

    async def __call__(self, runner: Runner, film: Timeline) -> Timeline:
        """The next timeline, its cut plan in the store.

        Raises what `edited_timeline` raises, and `InvalidInput` for a film that outlasts its song.
        """
        lengths = await _lengths(runner, film)
        result = edited_timeline(self.edited, film, lengths)
        self.found.append(result)
        runner.blobs.put(to_json(film))
        plan = from_json(CutPlan, runner.blobs.read(film.cut_plan))
        heard = None
        if film.sync_map is not None:
            heard = from_json(SyncMap, runner.blobs.read(film.sync_map))
        _check_song(result.timeline, film, heard)
        music = music_of(result.timeline, heard)
        followed = follow_cuts([plan], result.timeline, music, Imported())
        return replace(
            result.timeline,
            cut_plan=runner.blobs.put(to_json(followed)),
            parent=Digest.of_bytes(to_json(film)),
        )


def _check_song(timeline: Timeline, film: Timeline, heard: SyncMap | None) -> None:
    """Raises `InvalidInput` where the film plays what its song does not have."""
    window = timeline.sound
    if window is None or heard is None or window == film.sound:
        return
    left = heard.duration_samples - window.start_sample
    # As much as a frame may be missing where a song ends between frames.
    spare = SAMPLE_RATE_HZ / timeline.frame_rate
    if window.start_sample < 0 or window.length_samples > left + spare:
        start, length, song = (
            count / SAMPLE_RATE_HZ
            for count in (window.start_sample, window.length_samples, heard.duration_samples)
        )
        raise InvalidInput(
            f"the edited film plays {length:.2f} s of its song from {start:.2f} s on; "
            f"the song has {song:.2f} s"
        )


def read_edited(path: Path) -> otio.schema.Timeline:
    """The timeline in a file of an editing program.

    Raises `NotFound`, and `InvalidInput` for a format or a file that cannot be read.
    """
    adapter = _ADAPTERS.get(path.suffix.lower())
    if adapter is None:
        raise InvalidInput(f"{path}: expected one of {', '.join(_ADAPTERS)}")
    if not path.is_file():
        raise NotFound(f"{path}: no such file; expected an edited timeline")
    check_file(path)
    try:
        found = read_fcpxml(path) if adapter == _FCPXML else _read(path, adapter)
    except InvalidInput:
        raise
    except Exception as error:  # adapters raise whatever their parsers raise
        reason = " ".join(str(error).split())[:200]
        raise InvalidInput(f"{path}: not a timeline that can be read: {reason}") from error
    if not isinstance(found, otio.schema.Timeline):
        raise InvalidInput(f"{path}: holds no timeline")
    if not isinstance(found.tracks, otio.schema.Stack):
        raise InvalidInput(f"{path}: its timeline has no tracks")
    check_timeline(found, str(path))
    return found


def _read(path: Path, adapter: str) -> Any:
    found = otio.adapters.read_from_file(str(path), adapter)
    return with_ids(_timeline_in(found)) if adapter == _FCP7 else _timeline_in(found)


def _timeline_in(found: Any) -> Any:
    """The timeline, also the first of several; None where there is none."""
    if isinstance(found, otio.schema.SerializableCollection):
        return next((item for item in found if isinstance(item, otio.schema.Timeline)), None)
    return found


async def _lengths(runner: Runner, film: Timeline) -> Mapping[Digest, Fraction]:
    clips = [item for item in film.references if item.kind is MediaKind.VIDEO]
    digests = await asyncio.gather(
        *(runner.run(EncodeRequest(PROBE, item.blob), item.handle) for item in clips)
    )
    seconds = [MediaInfo.load(runner.blobs, digest).duration_seconds for digest in digests]
    pairs = zip(clips, seconds, strict=True)
    return {item.blob: Fraction(str(length)) for item, length in pairs if length}
