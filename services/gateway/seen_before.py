"""What of a finished film is seen by decoding it, and what was seen of it before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from services.gateway.build import Built
from services.gateway.changes import ClipName
from services.gateway.inspection import FilmInspection
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.requests import InspectRequest, MixRequest
from shared.runner import LocalRunner
from shared.timeline import Timeline, TransitionKind


@dataclass(frozen=True, slots=True)
class Before:
    """What was made and seen before, for a revision: joins of kept clips were seen already.

    `changed` is what the requests of its other clips have changed, in words.
    """

    build: Build
    inspection: FilmInspection
    inspection_digest: Digest
    changed: Mapping[ClipName, tuple[str, ...]] = field(default_factory=dict)


async def inspected(
    runner: LocalRunner,
    timeline: Timeline,
    built: Built,
    sound: MixRequest | None,
    before: Before | None,
    *,
    decode_all: bool,
) -> Digest:
    """The digest of a built film's `FilmInspection`.

    All packets are compared with what was measured, and each join is decoded; with `before`,
    joins between clips that were joined before are not decoded again. With `decode_all` all
    frames are decoded, and nothing is taken as seen.
    """
    digest = None if decode_all else _seen_already(runner, built, before)
    if digest is None:
        request = _inspect_request(sound, timeline, built.build, before, decode_all)
        digest = await runner.run(request, "film")
    return digest


def _seen_already(runner: LocalRunner, built: Built, before: Before | None) -> Digest | None:
    """The inspection of this very film, if the edit changed none of its bytes, or undid others."""
    if before is None:
        return None
    found = runner.builds.find(built.build.timeline, built.build.delivery)
    if found is not None and found[0] == built.digest and runner.blobs.contains(found[1]):
        return found[1]
    return before.inspection_digest if before.build.film == built.build.film else None


def _inspect_request(
    sound: MixRequest | None,
    timeline: Timeline,
    build: Build,
    before: Before | None,
    decode_all: bool,
) -> InspectRequest:
    clips = build.clips
    return InspectRequest(
        film=build.film,
        measures=tuple(clip.measure for clip in clips),
        packets_sha256=tuple(clip.packets_sha256 for clip in clips),
        frame_rate=timeline.frame_rate,
        sound=sound,
        dissolves=tuple(i for i, clip in enumerate(clips) if is_dissolve(timeline, clip)),
        known_contrasts=None if decode_all else _known_contrasts(build, before),
    )


def _known_contrasts(build: Build, before: Before | None) -> tuple[float | None, ...]:
    """What was seen before at each join of the same two clips; None where they meet anew."""
    if before is None:
        return (None,) * (len(build.clips) - 1)
    joins = pairwise(before.build.clips)
    seen = {
        (one.packets_sha256, other.packets_sha256): cut.contrast
        for (one, other), cut in zip(joins, before.inspection.cuts, strict=True)
        if cut.measured_frame == cut.planned_frame
    }
    return tuple(
        seen.get((one.packets_sha256, other.packets_sha256)) for one, other in pairwise(build.clips)
    )


def is_dissolve(timeline: Timeline, clip: BuiltClip) -> bool:
    """Whether a clip is a transition in which one picture becomes the other."""
    transition = timeline.transition_into(clip.shot_id) if clip.is_transition else None
    return transition is not None and transition.kind is TransitionKind.DISSOLVE
