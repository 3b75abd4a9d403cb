"""Put a hand-over together: originals, baked clips and stems in a folder, and the files to open."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from services.gateway.handover.edl import write_edl
from services.gateway.handover.events import (
    HANDLE_FRAMES,
    Baked,
    Original,
    events_of,
    handles_of,
)
from services.gateway.handover.fcp7 import write_fcp7
from services.gateway.handover.fcpxml import write_fcpxml
from services.gateway.handover.otio_file import write_otio
from services.gateway.handover.sequence import Sequence, Sound
from services.gateway.revise import MadeBefore
from services.gateway.subtitle_files import SRT, to_srt
from shared.blobs import BlobStore
from shared.brief import MediaKind, Reference
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.media.segment import Segment
from shared.observation import PROBE, MediaInfo
from shared.requests import EncodeRequest, RenderRequest
from shared.runner import LocalRunner
from shared.schema import from_json
from shared.shot import Footage
from shared.stems import STEMS_FOLDER
from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from shared.timeline import Timeline

FORMATS: Mapping[str, tuple[str, Callable[[Sequence], str]]] = {
    "otio": ("film.otio", write_otio),
    "fcp7": ("film.xml", write_fcp7),
    "fcpxml": ("film.fcpxml", write_fcpxml),
    "edl": ("film.edl", write_edl),
}
_REEL_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes into a hand-over: formats by name, and whether every shot is baked.

    Without `bakes_all` only shots that no program could play from their originals are.
    """

    formats: tuple[str, ...] = tuple(FORMATS)
    bakes_all: bool = True
    handle_frames: int = HANDLE_FRAMES


async def hand_over(
    runner: LocalRunner, film: MadeBefore, source: Path, folder: Path, wanted: Wanted
) -> Sequence:
    """Write the hand-over of the film in `source` into `folder`; returns what it holds.

    Raises `InvalidInput` for a rate that a format cannot say, before any media is written, and
    what rendering raises.
    """
    timeline = film.timeline
    requests = _requests(runner.blobs, film)
    originals = await _originals(runner, timeline)
    plain = Sequence(
        name=source.resolve().name,
        size=timeline.size,
        frame_rate=timeline.frame_rate,
        frame_count=timeline.frame_count,
        events=events_of(timeline, requests, originals, {}),
        captions=timeline.captions,
    )
    for name in wanted.formats:
        FORMATS[name][1](plain)  # What cannot be said is refused before anything is rendered.
    _write_originals(runner.blobs, originals.values(), folder)
    needed = {event.shot_id for event in plain.events if wanted.bakes_all or event.is_baked}
    baked = await _bake(
        runner, timeline, {n: requests[n] for n in needed}, originals, folder, wanted.handle_frames
    )
    sounds = [*await _song(runner, timeline, folder), *_stems(source, folder, timeline)]
    handed = replace(
        plain,
        events=events_of(timeline, requests, originals, baked),
        sounds=tuple(sounds),
    )
    for name in wanted.formats:
        file_name, write = FORMATS[name]
        (folder / file_name).write_text(write(handed), encoding="utf-8")
    if timeline.captions:
        text = to_srt(timeline.captions, timeline.frame_rate)
        (folder / SRT).write_text(text, encoding="utf-8")
    return handed


def _requests(blobs: BlobStore, film: MadeBefore) -> dict[str, RenderRequest]:
    """What each shot was built from, whole, without type."""
    out = {}
    for clip in film.parent.build.clips:
        if not clip.is_transition:
            request = from_json(RenderRequest, blobs.read(clip.request))
            out[clip.shot_id] = replace(request, span=None, lettering=(), logo=None)
    return out


async def _originals(runner: LocalRunner, timeline: Timeline) -> dict[str, Original]:
    shown = dict.fromkeys(
        shot.source.handle for shot in timeline.shots if isinstance(shot.source, Footage)
    )
    references = [item for item in timeline.references if item.handle in shown]
    found = await asyncio.gather(*(_original(runner, item) for item in references))
    taken: dict[str, int] = {}
    out = {}
    for item in found:
        count = taken[item.reel] = taken.get(item.reel, 0) + 1
        reel = item.reel if count == 1 else f"{item.reel[: _REEL_LENGTH - 2]}{count:02d}"
        out[item.handle] = replace(item, reel=reel)
    return out


async def _original(runner: LocalRunner, reference: Reference) -> Original:
    from shared.media.timecode_tags import read_source_tags

    digest = await runner.run(EncodeRequest(PROBE, reference.blob), reference.handle)
    info = MediaInfo.load(runner.blobs, digest)
    with runner.blobs.local_path(reference.blob) as path:
        tags = await asyncio.to_thread(read_source_tags, path)
    seconds = info.duration_seconds
    is_clip = reference.kind is MediaKind.VIDEO
    return Original(
        handle=reference.handle,
        blob=reference.blob,
        kind=reference.kind,
        path=f"media/originals/{reference.handle}{_ending(reference, info)}",
        frame_rate=info.frame_rate if is_clip else None,
        duration_seconds=Fraction(str(seconds)) if is_clip and seconds else None,
        timecode=tags.timecode if is_clip else None,
        reel=reel_name(tags.reel or reference.handle),
    )


def reel_name(text: str) -> str:
    """A reel as edit decision lists take it: 8 capital letters and digits at most."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())[:_REEL_LENGTH] or "REEL"


def _ending(reference: Reference, info: MediaInfo) -> str:
    suffix = Path(reference.path or "").suffix.lower()
    return suffix or "." + info.format.split(",")[0]


def _write_originals(blobs: BlobStore, originals: Iterable[Original], folder: Path) -> None:
    for original in originals:
        _write_blob(blobs, original.blob, folder / original.path)


def _write_blob(blobs: BlobStore, digest: Digest, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with blobs.local_path(digest) as path:
        shutil.copyfile(path, target)


async def _bake(
    runner: LocalRunner,
    timeline: Timeline,
    requests: Mapping[str, RenderRequest],
    originals: Mapping[str, Original],
    folder: Path,
    handle_frames: int,
) -> dict[str, Baked]:
    handles = {shot.id: getattr(shot.source, "handle", "") for shot in timeline.shots}

    async def bake(shot_id: str, request: RenderRequest) -> tuple[str, Baked]:
        before, after = handles_of(request, originals.get(handles[shot_id]), handle_frames)
        frames = before + request.frames + after
        if before or after:
            request = replace(request, span=(-before, request.frames + after))
        digest = await runner.run(request, f"shot {shot_id}")
        path = f"media/shots/{shot_id}.mp4"
        await asyncio.to_thread(_write_clip, runner.blobs, digest, folder / path, request, frames)
        return shot_id, Baked(path, before, after, frames)

    return dict(await asyncio.gather(*(bake(*item) for item in requests.items())))


def _write_clip(
    blobs: BlobStore, digest: Digest, target: Path, request: RenderRequest, frames: int
) -> None:
    from shared.media.mux import mux_film

    target.parent.mkdir(parents=True, exist_ok=True)
    segment = Segment.from_bytes(blobs.read(digest))
    mux_film(target, [segment], None, request.delivery.frame_rate, frames)


async def _song(runner: LocalRunner, timeline: Timeline, folder: Path) -> list[Sound]:
    window = timeline.sound
    if window is None:
        return []
    digest = await runner.run(EncodeRequest(PROBE, window.audio), "song")
    info = MediaInfo.load(runner.blobs, digest)
    song = timeline.song
    if song is not None and song.blob == window.audio:
        ending = _ending(song, info)
    else:
        ending = "." + info.format.split(",")[0]
    path = f"media/sound/song{ending}"
    _write_blob(runner.blobs, window.audio, folder / path)
    seconds = Fraction(str(info.audio_duration_seconds or 0))
    return [Sound("song", path, Fraction(window.start_sample, SAMPLE_RATE_HZ), seconds)]


def _stems(source: Path, folder: Path, timeline: Timeline) -> list[Sound]:
    """The stems that the film's folder has, in step with the film."""
    length = timeline.frame_count / timeline.frame_rate
    out = []
    for stem in sorted((source / STEMS_FOLDER).glob("*.wav")):
        path = f"media/sound/{stem.name}"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(stem, folder / path)
        if stem.stem != "song":
            out.append(Sound(stem.stem, path, Fraction(0), length))
    return out


def formats_named(text: str) -> tuple[str, ...]:
    """Formats from "otio,edl"; raises `InvalidInput` for an unknown one."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in FORMATS:
            raise InvalidInput(f"format {name!r} is not known; expected {', '.join(FORMATS)}")
    if not names:
        raise InvalidInput(f"no format was named; expected {', '.join(FORMATS)}")
    return tuple(dict.fromkeys(names))
