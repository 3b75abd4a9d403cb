"""What an edit will do before it does it: what will run, what may run, what is kept.

*Will run*: its result is not in the store. *May run*: it follows something that will run, and may
be spared if that gives the same bytes as before. *Kept*: never runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from services.gateway.alignment import find_aligned
from services.gateway.build_plan import PlannedClip, planned_clips
from services.gateway.captions_look import glances
from services.gateway.changes import ClipName, changed_fields
from services.gateway.clip_parts import expected_mix_request
from services.gateway.generating import GenerateWish, find_generated
from services.gateway.kept import Parent, kept_clips
from shared.digest import Digest
from shared.requests import RenderRequest, TransitionRequest
from shared.runner import LocalRunner
from shared.timeline import Timeline


class Fate(StrEnum):
    """What becomes of one piece of work."""

    WILL_RUN = "will run"
    MAY_RUN = "may run"
    IN_STORE = "in the store"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of work: its action, for whom, what becomes of it, and what changed for it.

    `cpu_seconds` is an estimate from what such work took before; None if there was none.
    """

    action: str
    subject: str
    fate: Fate
    changed: tuple[str, ...] = ()
    cpu_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """All lines of an edit, in the order of the film."""

    lines: tuple[Line, ...]

    def count(self, fate: Fate) -> int:
        """How many pieces of work have this fate."""
        return sum(line.fate is fate for line in self.lines)

    @property
    def cpu_seconds(self) -> float:
        """Estimated CPU seconds of all that will or may run."""
        at_stake = (Fate.WILL_RUN, Fate.MAY_RUN)
        return sum(line.cpu_seconds or 0.0 for line in self.lines if line.fate in at_stake)


def preview(runner: LocalRunner, timeline: Timeline, parent: Parent) -> Preview:
    """What building `timeline` after `parent` would do; runs nothing, writes nothing.

    Raises what `kept_clips` raises, as the build itself would.
    """
    delivery = parent.build.delivery
    planned = planned_clips(timeline, delivery)
    kept = kept_clips(runner.blobs, timeline, planned, parent)
    costs = runner.executions.mean_cpu_seconds()
    handles = {reference.blob: reference.handle for reference in timeline.references}
    lines: list[Line] = []
    for clip in planned:
        if (clip.shot_id, clip.is_transition) in kept:
            lines.append(Line(_action(clip), clip.label, Fate.KEPT))
        else:
            lines += _clip_lines(runner, clip, parent, handles, costs)
    lines += _type_lines(runner, timeline)
    lines += _sound_lines(runner, timeline, parent, costs)
    lines += _film_lines(lines, timeline, parent, planned, costs)
    return Preview(tuple(lines))


def _clip_lines(
    runner: LocalRunner,
    clip: PlannedClip,
    parent: Parent,
    handles: Mapping[Digest, str],
    costs: Mapping[str, float],
) -> list[Line]:
    before = parent.requests().get((clip.shot_id, clip.is_transition))
    changed = changed_fields(before, clip.asked, handles) if before else ("new in this film",)
    action = _action(clip)
    aligned = find_aligned(runner, clip.request, clip.wishes)
    if aligned is None and any(isinstance(wish, GenerateWish) for wish in clip.wishes):
        frames = max(w.frames for w in clip.wishes if isinstance(w, GenerateWish))
        fate = Fate.MAY_RUN if _waits(runner, clip) else Fate.WILL_RUN
        return [
            Line("generate", clip.label, fate, changed, _cost(costs, "generate", frames)),
            Line(action, clip.label, Fate.MAY_RUN, (), _cost(costs, action, clip.frames)),
            Line("measure", clip.label, Fate.MAY_RUN, (), _cost(costs, "measure", clip.frames)),
        ]
    if aligned is None:
        # Perhaps nothing is to be moved, and the clip is as it was.
        return [
            Line(
                "align_motion", clip.label, Fate.WILL_RUN, changed, _cost(costs, "align_motion", 1)
            ),
            Line(action, clip.label, Fate.MAY_RUN, (), _cost(costs, action, clip.frames)),
            Line("measure", clip.label, Fate.MAY_RUN, (), _cost(costs, "measure", clip.frames)),
        ]
    if runner.find_stored(aligned.request) is not None:
        # Made for an earlier revision, perhaps one that was undone; so was its measure.
        return [
            Line(action, clip.label, Fate.IN_STORE, changed),
            Line("measure", clip.label, Fate.IN_STORE),
        ]
    return [
        Line(action, clip.label, Fate.WILL_RUN, changed, _cost(costs, action, clip.frames)),
        Line("measure", clip.label, Fate.MAY_RUN, (), _cost(costs, "measure", clip.frames)),
    ]


def _waits(runner: LocalRunner, clip: PlannedClip) -> bool:
    """Whether a generated shot goes on from one that has to be made first, and may be spared."""
    earlier = [one.after.wish for one in clip.wishes if isinstance(one, GenerateWish) and one.after]
    return any(find_generated(runner, wish) is None for wish in earlier)


def _type_lines(runner: LocalRunner, timeline: Timeline) -> list[Line]:
    """What has to be looked at anew behind type: stills, and the faces in them."""
    lines = []
    for glance in glances(timeline):
        aligned = find_aligned(runner, glance.request.render, glance.wishes)
        label = f"shot {glance.shot_id}"
        if aligned is None or not isinstance(aligned.request, RenderRequest):
            lines += [Line(action, label, Fate.MAY_RUN) for action in ("stills", "encode")]
            continue
        if runner.find_stored(replace(glance.request, render=aligned.request)) is None:
            lines.append(Line("stills", label, Fate.WILL_RUN))
            lines.append(Line("encode", label, Fate.MAY_RUN))
    return lines


def _sound_lines(
    runner: LocalRunner, timeline: Timeline, parent: Parent, costs: Mapping[str, float]
) -> list[Line]:
    request, is_sure = expected_mix_request(runner, timeline, parent)
    if request is None:
        return []
    if not is_sure:
        return [Line("mix", "sound", Fate.MAY_RUN, (), costs.get("mix"))]
    if runner.find_stored(request) is not None:
        return [Line("mix", "sound", Fate.IN_STORE)]
    return [Line("mix", "sound", Fate.WILL_RUN, (), costs.get("mix"))]


def _film_lines(
    lines: list[Line],
    timeline: Timeline,
    parent: Parent,
    planned: tuple[PlannedClip, ...],
    costs: Mapping[str, float],
) -> list[Line]:
    before = [(clip.shot_id, clip.is_transition) for clip in parent.build.clips]
    now: list[ClipName] = [(clip.shot_id, clip.is_transition) for clip in planned]
    settled = all(line.fate is Fate.KEPT or line.action == "mix" for line in lines)
    if settled and before == now and _heard_in(timeline) == _heard_in(parent.timeline):
        fate = Fate.IN_STORE
    else:
        fate = Fate.MAY_RUN
    return [Line(action, "film", fate, (), costs.get(action)) for action in ("assemble", "inspect")]


def _heard_in(timeline: Timeline) -> tuple[object, ...]:
    shots = tuple(shot.sound for shot in timeline.shots)
    return timeline.sound, timeline.loudness, timeline.voice, timeline.tracks, shots


def _action(clip: PlannedClip) -> str:
    return "transition" if isinstance(clip.request, TransitionRequest) else "render"


def _cost(costs: Mapping[str, float], action: str, frames: int) -> float | None:
    """Work on pictures costs by the frame where that was recorded ("render/frame")."""
    each = costs.get(f"{action}/frame")
    return costs.get(action) if each is None else each * frames
