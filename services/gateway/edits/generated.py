"""`regenerate`, and shots that are drawn instead of cut. The clip is made again, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from services.gateway.clip_music import with_music
from services.gateway.edits.fields import SHOT, Whole, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import open_shot_index, with_shot
from services.gateway.edits.scene import Scene, music_of
from services.gateway.edits.settle import settle
from services.gateway.generating import clip_seed
from services.gateway.palette_choice import ChosenPalette, choose_palette
from services.gateway.scene_cast import (
    ScenePlan,
    cast_scenes,
    drawn_source,
    ranked_scenes,
    section_numbers,
)
from shared.errors import InvalidInput
from shared.generation import PROCEDURAL, Generated
from shared.procedural import SceneKind
from shared.shot import Framing, Grade, Move, Shot, new_shot_id
from shared.timeline import Timeline

MAX_SEED = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Regenerate(Operation):
    """Make a generated shot's clip again from another seed, the next one if none is given."""

    OP: ClassVar[str] = "regenerate"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    seed: int | None = field(default=None, metadata=of_kind(Whole(0, MAX_SEED)))

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return ()

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        if not isinstance(shot.source, Generated):
            raise InvalidInput(
                f"regenerate: shot {shot.id} shows @{shot.source.handle}, which was not generated; "
                "expected a generated shot (reseed shows another window of footage)"
            )
        anew = with_seed(shot, (clip_seed(shot) + 1) % MAX_SEED if self.seed is None else self.seed)
        return settle(timeline, with_shot(timeline, index, anew).shots, scene, self.OP)


def with_seed(shot: Shot, seed: int) -> Shot:
    """A generated shot with a clip of another seed."""
    assert isinstance(shot.source, Generated)
    return replace(shot, seed=seed, source=replace(shot.source, seed=seed))


def is_drawn_film(timeline: Timeline) -> bool:
    """Whether every shot is drawn, so that there is no footage to cast."""
    return all(_is_drawn(shot) for shot in timeline.shots)


def drawn_shot(timeline: Timeline, index: int, scene: Scene, kind: SceneKind | None) -> Shot:
    """A shot of the film drawn instead of cut, in the palette of its other drawn shots.

    `kind` None takes the scene that fits the film's prompt best and no neighbour shows.
    """
    shot = timeline.shots[index]
    prompt, palette = _manner(timeline)
    near = timeline.shots[max(0, index - 1) : index + 2]
    shown = {other.source.task for other in near if isinstance(other.source, Generated)}
    ranked = [item for item in ranked_scenes(prompt, timeline.seed) if item.value not in shown]
    source = drawn_source(ScenePlan(kind or ranked[0]), prompt, palette)
    plain = replace(shot, source=source, framing=Framing(), move=Move(), grade=Grade(), seed=None)
    start = timeline.start_frames()[index]
    return with_music(plain, start, music_of(timeline, scene.sync_map))


def redrawn(
    timeline: Timeline, spans: Sequence[tuple[int, int]], kept: Mapping[int, Shot], scene: Scene
) -> tuple[list[Shot], int]:
    """The shots of a drawn film cut into other spans, and the next shot number.

    `kept` are by the index of their span shots that stay; the others are drawn anew.
    """
    prompt, palette = _manner(timeline)
    music = music_of(timeline, scene.sync_map)
    seconds = [float((end - start) / timeline.frame_rate) for start, end in spans]
    has_words = any(
        isinstance(shot.source, Generated) and shot.source.param("lines") for shot in timeline.shots
    )
    plans = cast_scenes(
        prompt,
        timeline.seed,
        seconds,
        section_numbers(spans, music),
        has_words=has_words,
        is_upright=timeline.size.height > timeline.size.width,
    )
    shots: list[Shot] = []
    number = timeline.next_shot_number
    for index, ((start, end), plan) in enumerate(zip(spans, plans, strict=True)):
        shot = kept.get(index)
        if shot is None:
            source = drawn_source(plan, prompt, palette)
            shot = Shot(new_shot_id(timeline.seed, number), end - start, source)
            shot = with_music(shot, start, music)
            number += 1
        shots.append(shot)
    return shots, number


def _is_drawn(shot: Shot) -> bool:
    return isinstance(shot.source, Generated) and shot.source.backend == PROCEDURAL


def _manner(timeline: Timeline) -> tuple[str, ChosenPalette]:
    """The prompt and the palette of the film's drawn shots; without any, those of its seed."""
    for shot in timeline.shots:
        source = shot.source
        if isinstance(source, Generated) and source.backend == PROCEDURAL:
            colors = tuple(str(source.param("palette")).split())
            return source.prompt, ChosenPalette(colors, str(source.param("palette_from")))
    return "", choose_palette("", timeline.seed)
