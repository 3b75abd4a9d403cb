"""From shots to the sound of their clips: what each plays, where its picture really is.

A window that slips or warps so that its motion lands on beats takes its sound along: what is
mixed follows the requests that the pictures were rendered from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from services.gateway.alignment import find_aligned
from services.gateway.build_plan import mix_request, planned_clips
from services.gateway.kept import Parent
from shared.blobs import BlobStore
from shared.brief import MediaKind
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.motion import TimeKnot
from shared.requests import MixRequest, RenderRequest
from shared.runner import LocalRunner
from shared.schema import from_json
from shared.shot import Footage, Shot
from shared.sound_tracks import ClipPart
from shared.soundtrack import ClipSound
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Window:
    """The part of its clip that a shot was rendered from."""

    start_seconds: Fraction
    speed: Fraction
    time_map: tuple[TimeKnot, ...] = ()
    is_reversed: bool = False

    @classmethod
    def of(cls, request: RenderRequest) -> Window:
        """What a request shows."""
        return cls(request.start_seconds, request.speed, request.time_map, request.is_reversed)


Windows = Mapping[str, Window]


def has_clip_sound(timeline: Timeline) -> bool:
    """Whether any shot's own sound is heard."""
    return any(map(_sounds, timeline.shots))


def built_mix_request(
    blobs: BlobStore, timeline: Timeline, clips: tuple[BuiltClip, ...]
) -> MixRequest | None:
    """The request for the soundtrack of a film whose clips are built; None for a silent film."""
    wanted = {shot.id for shot in timeline.shots if _sounds(shot)}
    windows = {
        clip.shot_id: Window.of(from_json(RenderRequest, blobs.read(clip.request)))
        for clip in clips
        if clip.shot_id in wanted and not clip.is_transition
    }
    return mix_request(timeline, clip_parts(timeline, windows))


def request_of_build(blobs: BlobStore, timeline: Timeline, build: Build) -> MixRequest | None:
    """The request that the soundtrack of a build came from."""
    return built_mix_request(blobs, timeline, build.clips)


def expected_mix_request(
    runner: LocalRunner, timeline: Timeline, parent: Parent
) -> tuple[MixRequest | None, bool]:
    """The request as far as it is known before anything runs, and whether it is sure."""
    if not has_clip_sound(timeline):
        return mix_request(timeline), True
    wanted = {shot.id for shot in timeline.shots if _sounds(shot)}
    before, windows, is_sure = parent.requests(), {}, True
    for clip in planned_clips(timeline, parent.build.delivery):
        if clip.shot_id not in wanted or clip.is_transition:
            continue
        built = parent.build.clip_of(clip.shot_id)
        if built is not None and before.get((clip.shot_id, False)) == clip.asked:
            request = from_json(RenderRequest, runner.blobs.read(built.request))
        else:
            aligned = find_aligned(runner, clip.request, clip.wishes)
            is_sure = is_sure and aligned is not None
            found = aligned.request if aligned else clip.request
            assert isinstance(found, RenderRequest)  # transitions were left out above
            request = found
        windows[clip.shot_id] = Window.of(request)
    return mix_request(timeline, clip_parts(timeline, windows)), is_sure


def clip_parts(timeline: Timeline, windows: Windows) -> tuple[ClipPart, ...]:
    """What is heard of the shots' clips, in the order of the film.

    `windows` are those of the shots that sound. Under a transition the sounds of both shots fade
    into each other for as long as their pictures do.
    """
    parts = []
    entering = [None, *(timeline.transition_into(shot.id) for shot in timeline.shots[1:])]
    leaving = [*entering[1:], None]
    for shot, start, into, out_of in zip(
        timeline.shots, timeline.start_frames(), entering, leaving, strict=True
    ):
        if not _sounds(shot):
            continue
        window, sound = windows[shot.id], shot.sound
        parts.append(
            ClipPart(
                source=_blob(shot),
                level=sound.level,
                start_frame=start,
                first=-sound.lead_frames - (into.frames_before if into else 0),
                last=shot.frames + sound.tail_frames + (out_of.frames_after if out_of else 0),
                start_seconds=window.start_seconds,
                speed=window.speed,
                time_map=window.time_map,
                is_reversed=window.is_reversed,
                fade_in_frames=into.frames if into else 0,
                fade_out_frames=out_of.frames if out_of else 0,
            )
        )
    return tuple(part for part in parts if part.last > part.first)


def _sounds(shot: Shot) -> bool:
    source = shot.source
    is_clip = isinstance(source, Footage) and source.kind is MediaKind.VIDEO
    return is_clip and shot.sound.level is not ClipSound.OFF


def _blob(shot: Shot) -> Digest:
    assert isinstance(shot.source, Footage)  # what sounds is a clip
    return shot.source.blob
