"""`reseed`, `replace_source`: what a shot shows. The shot is rendered again, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from services.gateway.edits.fields import HANDLE, SHOT, Choice, Whole, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.overlap import overlaps
from services.gateway.edits.place import open_shot_index, picture_named, with_shot
from services.gateway.edits.prompted import GENERATE, MODEL, PROMPT, prompted_shot
from services.gateway.edits.scene import Scene
from services.gateway.edits.settle import settle
from shared.brief import MediaKind, Reference
from shared.errors import InvalidInput
from shared.generation import PROCEDURAL, Generated
from shared.procedural import SceneKind
from shared.shot import Footage, Shot
from shared.timeline import Timeline

if TYPE_CHECKING:
    from services.gateway.camera import Camera
    from services.gateway.edits.recast import Opening

MAX_SEED = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Reseed(Operation):
    """Another window and camera move of the same source; what is seen is always another.

    Seeds count through clearly different windows, the best first, so that 0, 1, 2 are worth
    trying; frames shown elsewhere in the film are left out while footage lasts.
    """

    OP: ClassVar[str] = "reseed"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    seed: int = field(metadata=of_kind(Whole(0, MAX_SEED)))

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return [timeline.shots[open_shot_index(timeline, self.shot, self.OP)].source.handle]

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        if isinstance(shot.source, Generated):
            from services.gateway.edits.generated import with_seed

            anew = with_seed(shot, self.seed)
            return settle(timeline, with_shot(timeline, index, anew).shots, scene, self.OP)
        opening = _opening(timeline, index)
        if shot.source.kind is MediaKind.IMAGE:
            chosen = _another_camera(opening, scene, shot, self.seed)
        else:
            chosen = _another_window(opening, scene, shot, self.seed)
        if chosen is None:
            raise InvalidInput(
                f"reseed: @{shot.source.handle} has nothing else to show in {shot.frames} frames "
                f"at speed {float(shot.source.speed):g}; replace the source instead"
            )
        return settle(
            timeline,
            with_shot(timeline, index, replace(chosen, seed=self.seed)).shots,
            scene,
            self.OP,
        )


@dataclass(frozen=True, slots=True)
class ReplaceSource(Operation):
    """Show another reference: its best window that no other shot shows, at speed 1, uncorrected.

    `procedural` draws the shot, `generate` has a model make it from a `prompt`.
    """

    OP: ClassVar[str] = "replace_source"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    source: str = field(metadata=of_kind(HANDLE))
    scene: SceneKind | None = field(default=None, metadata=of_kind(Choice(SceneKind)))
    prompt: str | None = field(default=None, metadata=of_kind(PROMPT))
    model: str | None = field(default=None, metadata=of_kind(MODEL))

    def check(self) -> None:
        if self.prompt is None and (self.source == GENERATE or self.model is not None):
            raise InvalidInput("replace_source: generate without a prompt; expected what to show")
        if self.prompt is not None and self.source != GENERATE:
            raise InvalidInput(
                f"replace_source: a prompt with source {self.source!r}; expected {GENERATE!r}"
            )
        if self.scene is SceneKind.WORDS:
            raise InvalidInput("replace_source: a scene of words; expected one without, or a title")

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        if self.prompt is not None or self._is_drawn(timeline):
            return []
        return [picture_named(timeline, self.source, self.OP).handle]

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        if self.prompt is not None:
            made = prompted_shot(timeline, index, self.prompt, self.model, self.OP)
            return settle(timeline, with_shot(timeline, index, made).shots, scene, self.OP)
        if self._is_drawn(timeline):
            from services.gateway.edits.generated import drawn_shot

            drawn = drawn_shot(timeline, index, scene, self.scene)
            return settle(timeline, with_shot(timeline, index, drawn).shots, scene, self.OP)
        if self.scene is not None:
            raise InvalidInput(f"replace_source: @{self.source} has no scenes; expected procedural")
        reference = picture_named(timeline, self.source, self.OP)
        shot = timeline.shots[index]
        if shot.source.handle == reference.handle:
            raise InvalidInput(
                f"replace_source: shot {shot.id} shows @{reference.handle} already; expected "
                "another source, or reseed for another window"
            )
        filled = fill(_opening(timeline, index), scene, reference, self.OP)
        filled = replace(filled, grade=shot.grade.for_another_source(), seed=None)
        return settle(timeline, with_shot(timeline, index, filled).shots, scene, self.OP)

    def _is_drawn(self, timeline: Timeline) -> bool:
        taken = any(item.handle == self.source for item in timeline.references)
        return self.source == PROCEDURAL and not taken


def fill(opening: Opening, scene: Scene, reference: Reference, op: str) -> Shot:
    """The opening's shot showing the best of a reference, with the director's camera."""
    from services.gateway.camera import direct_camera
    from services.gateway.director import footage_of
    from services.gateway.edits.recast import photo_cast, slot_in, windows_for

    if reference.kind is MediaKind.IMAGE:
        cast = photo_cast(opening, scene, reference.handle)
    else:
        cast = windows_for(opening, scene, reference.handle, Fraction(1), op)[0].cast
    slot, _ = slot_in(opening, scene)
    size, number = opening.timeline.size, opening.index + 1
    framing, move = direct_camera(cast, slot, size, opening.last_move, number)
    shot = opening.shots[opening.index]
    return replace(shot, source=footage_of(cast), framing=framing, move=move)


def _opening(timeline: Timeline, index: int) -> Opening:
    from services.gateway.edits.recast import Opening

    around = overlaps(timeline.shots, timeline.transitions)[timeline.shots[index].id]
    return Opening(timeline, timeline.shots, index, around)


def _another_window(opening: Opening, scene: Scene, shot: Shot, seed: int) -> Shot | None:
    from services.gateway.camera import other_cameras
    from services.gateway.director import footage_of
    from services.gateway.edits.recast import apart, cast_of, slot_in, windows_for

    source, rate = shot.source, opening.timeline.frame_rate
    seconds = shot.frames * source.speed / rate
    choices = windows_for(opening, scene, source.handle, source.speed, "reseed")
    choices = [choice for choice in choices if choice.cast.start_seconds != source.start_seconds]
    now = cast_of(shot, scene, rate)
    afar = [
        choice
        for choice in choices
        if choice.cast.item is not now.item
        or abs(choice.cast.start_seconds - source.start_seconds) >= seconds
    ]
    # In this order: new to the film, then new to this shot, then at least not the same.
    tiers = [[c for c in tier if not c.is_shown] for tier in (afar, choices)] + [afar, choices]
    found = next((tier for tier in tiers if tier), None)
    if found is None:
        return None
    options = apart(found, seconds)
    cast = options[seed % len(options)].cast
    slot, _ = slot_in(opening, scene)
    cameras = other_cameras(cast, slot, opening.timeline.size, opening.last_move)
    return _filmed(shot, footage_of(cast), cameras[0])


def _another_camera(opening: Opening, scene: Scene, shot: Shot, seed: int) -> Shot | None:
    from services.gateway.camera import other_cameras
    from services.gateway.director import footage_of
    from services.gateway.edits.recast import photo_cast, slot_in

    slot, _ = slot_in(opening, scene)
    cast = photo_cast(opening, scene, shot.source.handle)
    cameras = other_cameras(cast, slot, opening.timeline.size, opening.last_move)
    cameras = [camera for camera in cameras if camera != (shot.framing, shot.move)]
    smooth = [camera for camera in cameras if camera[1].kind is not opening.next_move] or cameras
    return _filmed(shot, footage_of(cast), smooth[seed % len(smooth)]) if smooth else None


def _filmed(shot: Shot, source: Footage, camera: Camera) -> Shot:
    return replace(shot, source=source, framing=camera[0], move=camera[1])
