"""Shots that go on from an earlier generated shot: which of its latents they begin with.

The later clip begins with latent frames of the earlier one, up to the picture that the earlier shot
shows last, and the later shot is cut where the earlier one ends: nothing is shown twice, nothing is
left out. Pure functions over the timeline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from shared.errors import InvalidInput
from shared.families.family import Model, Task
from shared.families.request import Geometry
from shared.generation import PROCEDURAL, STILL, Generated, params_of
from shared.shot import Shot
from shared.timeline import Timeline

if TYPE_CHECKING:
    from services.gateway.generating import GenerateWish

SETTING = "continues"
OVERLAP = "overlap_frames"


@dataclass(frozen=True, slots=True)
class Continuation:
    """The earlier shot and its wish, and what is taken over of its latents.

    `first_frame` and `frames` are latent frames of its take, `before` how many stand before them
    for the decoder. The later shot begins `skipped_seconds` after the start of its clip.
    """

    shot_id: str
    wish: GenerateWish
    first_frame: int
    frames: int
    before: int
    skipped_seconds: Fraction


def continued_by(source: Generated) -> Generated | None:
    """What of a source goes on from another shot: itself, or the clip that it is an edit of."""
    if source.continues is not None:
        return source
    kept = source.keeps.generated if source.keeps is not None else None
    return continued_by(kept) if kept is not None else None


def begins_where_it_ends(source: Generated) -> bool:
    """Whether a shot of a source begins right where the shot that it goes on from ends.

    The later parts of one that was split go on from their own clip.
    """
    if source.start_seconds:
        return False
    kept = source.keeps.generated if source.keeps is not None else None
    return source.continues is not None or (kept is not None and begins_where_it_ends(kept))


def going_on_from(source: Generated, old: str, new: str) -> Generated:
    """A source that goes on from the shot `new` where it, or what it edits, does from `old`."""
    kept = source.keeps
    if kept is not None and kept.generated is not None:
        anew = replace(kept, generated=going_on_from(kept.generated, old, new))
        return source if anew == kept else replace(source, keeps=anew)
    return replace(source, continues=new) if source.continues == old else source


def continuation_of(shot: Shot, timeline: Timeline) -> Continuation | None:
    """What a shot of a timeline goes on from; None for one that goes on from nothing.

    Raises `InvalidInput` for a shot that is not a model's, not before it or not there.
    """
    source = continued_by(shot.source) if isinstance(shot.source, Generated) else None
    if source is None:
        return None
    try:
        return _continuation(shot.id, source, timeline)
    except InvalidInput as error:
        raise error.about(f"shot {shot.id} goes on from shot {source.continues}") from error


def _continuation(shot_id: str, source: Generated, timeline: Timeline) -> Continuation:
    from services.gateway.diffusion_ask import asked_model
    from services.gateway.generating import generate_wish

    earlier = _earlier(shot_id, source, timeline)
    wish = generate_wish(earlier, timeline)
    assert wish is not None
    end = wish.start_seconds + earlier.frames * wish.source.speed / timeline.frame_rate
    theirs, geometry = taken_by(wish)
    ours = asked_model(source, Task(source.task))
    count = overlap_of(source, ours)
    taken = wish.after if wish.source.continues is not None else None
    has_before = taken is not None and taken.before > 0
    step, rate = theirs.grid.frame_step, geometry.frame_rate
    shown = min(ceil(end * rate), _length(theirs, geometry, taken)) - 1
    last = shown // step if has_before else -(-shown // step)
    first = max(0, last - count + 1)
    start = first * step if has_before else max(0, (first - 1) * step + 1)
    before = first + (taken.before if taken is not None else 0)
    return Continuation(
        shot_id=earlier.id,
        wish=wish,
        first_frame=first,
        frames=last - first + 1,
        before=min(before, ours.context_frames),
        skipped_seconds=end - start / rate,
    )


def after_another(wish: GenerateWish) -> GenerateWish:
    """A wish that goes on from a shot as its own would be, where which one is not known yet.

    For refusals before a film is planned; other wishes stay as they are.
    """
    from services.gateway.diffusion_ask import asked_model

    if wish.source.task != Task.CONTINUE or wish.after is not None:
        return wish
    model = asked_model(wish.source, Task.CONTINUE)
    count = overlap_of(wish.source, model)
    # What else is asked for is refused of the shot itself.
    params = params_of(model=model.name)
    plain = replace(wish.source, task=Task.TEXT.value, inputs=(), params=params)
    after = Continuation("before it", replace(wish, source=plain), 0, count, 0, Fraction(0))
    return replace(wish, source=replace(wish.source, continues="before it"), after=after)


def overlap_of(source: Generated, model: Model) -> int:
    """How many latent frames a shot takes over, if the earlier one has as many."""
    found = source.param(OVERLAP)
    count = model.overlap_frames if found is None else int(found)
    most = model.grid.latent_frames(model.grid.max_frames) - 1
    if not 1 <= count <= most:
        raise InvalidInput(f"{OVERLAP} {count}: expected 1 to {most} latent frames")
    return count


def taken_by(wish: GenerateWish) -> tuple[Model, Geometry]:
    """The model and the geometry of the take of a wish."""
    from services.gateway.diffusion_ask import asked_model, geometry_of
    from services.gateway.model_wish import model_wish

    plain = model_wish(wish)
    model = asked_model(plain.source, Task(plain.source.task))
    return model, geometry_of(model, plain)


def check_alike(wish: GenerateWish, model: Model, geometry: Geometry) -> None:
    """Raise `InvalidInput`, with both figures, where latents of the earlier shot do not fit."""
    taken = wish.after
    if taken is None:
        raise InvalidInput(
            f"task {Task.CONTINUE.value} with nothing to go on from; expected {SETTING}: true on "
            "a shot that follows a generated one"
        )
    theirs, found = taken_by(taken.wish)
    if theirs.autoencoder != model.autoencoder:
        raise InvalidInput(
            f"{model.name} works on latents of {model.autoencoder}; shot {taken.shot_id} has those "
            f"of {theirs.autoencoder} (made by {theirs.name})"
        )
    ours, others = ((one.width, one.height, one.frame_rate) for one in (geometry, found))
    if ours != others:
        raise InvalidInput(
            f"{model.name} would make {_said(geometry)}; shot {taken.shot_id} is {_said(found)} "
            f"(made by {theirs.name}): expected models that make the same"
        )


def _earlier(shot_id: str, source: Generated, timeline: Timeline) -> Shot:
    before: list[Shot] = []
    for shot in timeline.shots:
        if shot.id == shot_id:
            break
        before.append(shot)
    earlier = next((shot for shot in before if shot.id == source.continues), None)
    if earlier is None:
        raise InvalidInput(
            "that shot is not before it in the film; expected a generated shot that is "
            "(continue_shot says anew which, or none)"
        )
    found = earlier.source
    if not isinstance(found, Generated) or found.backend == PROCEDURAL:
        shown = "is drawn" if isinstance(found, Generated) else f"shows @{found.handle}"
        raise InvalidInput(f"that shot {shown}; expected one that a model makes")
    if found.keeps is not None and found.keeps.region is not None:
        raise InvalidInput(
            "that shot is an edit of a region, which has no latents; expected a whole take"
        )
    if found.task == STILL:
        raise InvalidInput("that shot is a still; expected a clip (animate makes it one)")
    return earlier


def _length(model: Model, geometry: Geometry, taken: Continuation | None) -> int:
    """How many pictures the earlier clip has."""
    if taken is None or taken.before == 0:
        return geometry.frames
    return model.grid.latent_frames(geometry.frames) * model.grid.frame_step


def _said(geometry: Geometry) -> str:
    return f"{geometry.width}x{geometry.height} at {geometry.frame_rate} frames a second"
