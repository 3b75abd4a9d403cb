"""A film of 20 s over a song with a beat every 15 frames, with all that was seen and heard."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

from services.audio_sync.cuts import plan
from services.gateway.director import Heard, direct
from services.gateway.edits.operation import Operation
from services.gateway.edits.pacing import SetPacing
from services.gateway.edits.parse import parse_operation
from services.gateway.edits.scene import Scene
from services.gateway.material import Photo, gather_material, split_clip
from services.gateway.music import song_window
from shared.brief import Brief, MediaKind, Pacing, Reference, Size
from shared.digest import Digest
from shared.observation import ImageStyle, VideoMotion
from shared.requests import PlanCutsRequest
from shared.schema import to_json
from shared.shot import Shot
from shared.sync_map import SAMPLE_RATE_HZ, Beat, CutPlan, Section, SyncMap
from shared.timeline import Timeline
from tests.gateway.synthetic import motion, reference, style

RATE = Fraction(30)
FRAMES = 600
BEAT_FRAMES = 15
SONG_SECONDS = 30
START_SAMPLE = 2 * SAMPLE_RATE_HZ
CLIPS: dict[str, VideoMotion] = {
    "long": motion(40, shots=(0, 500)),
    "walk": motion(15, speed=0.02),
    "still": motion(12, speed=0.0),
}
PHOTOS: dict[str, ImageStyle] = {"photo": style(), "tall": style(600, 1200)}
SHORT = motion(0.9)

SONG = reference("song", MediaKind.AUDIO)
REFERENCES: tuple[Reference, ...] = (
    *(reference(name, MediaKind.VIDEO) for name in (*CLIPS, "short")),
    *(reference(name, MediaKind.IMAGE) for name in PHOTOS),
    reference("words", MediaKind.TEXT),
)
SYNC_MAP = SyncMap(
    duration_samples=SONG_SECONDS * SAMPLE_RATE_HZ,
    peak=0.9,
    tempo_bpm=120.0,
    beat_confidence=0.9,
    beats=tuple(
        Beat(number * SAMPLE_RATE_HZ // 2, 0.5 + 0.5 * (number % 4 == 0))
        for number in range(2 * SONG_SECONDS)
    ),
    onsets=(),
    energy=tuple(0.3 + 0.6 * (second // 500 % 2) for second in range(SONG_SECONDS * 100)),
    sections=(
        Section(0, 5 * SAMPLE_RATE_HZ, "verse"),
        Section(5 * SAMPLE_RATE_HZ, 15 * SAMPLE_RATE_HZ, "chorus"),
        Section(15 * SAMPLE_RATE_HZ, 30 * SAMPLE_RATE_HZ, "outro"),
    ),
)
SYNC_MAP_DIGEST = Digest.of_bytes(to_json(SYNC_MAP))
MOTIONS = {**CLIPS, "short": SHORT}


@cache
def scene() -> Scene:
    """All that was seen and heard."""
    by_handle = {item.handle: item for item in REFERENCES}
    return Scene(
        SYNC_MAP,
        {name: tuple(split_clip(by_handle[name], found)) for name, found in MOTIONS.items()},
        {name: Photo(by_handle[name], found) for name, found in PHOTOS.items()},
    )


@cache
def cut_plan(pacing: Pacing = Pacing.STEADY) -> CutPlan:
    """The cuts of the film as planned."""
    return plan(SYNC_MAP, PlanCutsRequest(None, pacing, RATE, START_SAMPLE, FRAMES))


@cache
def film(pacing: Pacing = Pacing.STEADY) -> Timeline:
    """The film as directed from the clips and photos, without the short clip."""
    shown = tuple(item for item in REFERENCES if item.handle in {*CLIPS, *PHOTOS})
    material = gather_material(
        shown,
        {item.blob: CLIPS[item.handle] for item in shown if item.handle in CLIPS},
        {item.blob: PHOTOS[item.handle] for item in shown if item.handle in PHOTOS},
    )
    planned = cut_plan(pacing)
    heard = Heard(SYNC_MAP, SYNC_MAP_DIGEST, planned, Digest.of_bytes(to_json(planned)))
    brief = Brief(SONG, REFERENCES, pacing, Size(1280, 720), RATE)
    sound = song_window(SONG.blob, START_SAMPLE, FRAMES, RATE, SYNC_MAP.duration_samples)
    return direct(brief, material, heard, sound)


def operation(op: str, **fields: Any) -> Operation:
    """An operation from its JSON fields."""
    return parse_operation({"op": op, **fields})


def edited(timeline: Timeline, op: str, **fields: Any) -> Timeline:
    """The timeline after one operation."""
    return applied(timeline, operation(op, **fields))


def applied(timeline: Timeline, wanted: Operation, seen: Scene | None = None) -> Timeline:
    """The timeline after an operation, with the cuts planned that it asks for."""
    seen = seen or scene()
    if isinstance(wanted, SetPacing):
        request = wanted.plan_request(timeline, SYNC_MAP, cut_plan())
        planned = plan(SYNC_MAP if request.sync_map else None, request)
        seen = replace(seen, replanned=planned)
    return wanted.apply_to(timeline, seen)


def changed(before: Timeline, after: Timeline) -> list[str]:
    """Ids of the shots that are new or not as they were, in the later film's order."""
    old = {shot.id: shot for shot in before.shots}
    return [shot.id for shot in after.shots if old.get(shot.id) != shot]


def first_of(timeline: Timeline, kind: MediaKind, *, after: int = 0) -> Shot:
    """The first shot of a clip or photo, not before an index."""
    return next(shot for shot in timeline.shots[after:] if shot.source.kind is kind)


def at_the_end(timeline: Timeline, index: int) -> Timeline:
    """The film with a shot's window moved to the end of its clip."""
    shot = timeline.shots[index]
    first, last = window(shot)
    end = scene().stretches[shot.source.handle][-1].end_seconds
    moved = replace(shot, source=replace(shot.source, start_seconds=end - (last - first)))
    shots = (*timeline.shots[:index], moved, *timeline.shots[index + 1 :])
    return replace(timeline, shots=shots)


def window(shot: Shot) -> tuple[Fraction, Fraction]:
    """The seconds of its clip that a shot shows."""
    start = shot.source.start_seconds
    return start, start + shot.frames * shot.source.speed / RATE
