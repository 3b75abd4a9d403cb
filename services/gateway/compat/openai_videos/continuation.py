"""What `POST /v1/videos/extensions` and edits of uploaded files do to a timeline.

Every shot that a film had stays what it was: its packets are kept, new shots come after them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

from services.gateway.edits.apply import apply_operations
from services.gateway.edits.cut_list import follow_cuts
from services.gateway.edits.generated import is_drawn_film
from services.gateway.edits.insert import Insert
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import is_picture
from services.gateway.edits.scene import Scene, music_of
from services.gateway.edits.settle import settle
from services.gateway.look.film_look import film_look
from services.gateway.palette_choice import ChosenPalette
from services.gateway.scene_cast import ScenePlan, drawn_source, ranked_scenes
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.generation import Generated
from shared.mentions import mentioned
from shared.runner import LocalRunner
from shared.schema import from_json, to_json
from shared.shot import Footage, Shot, new_shot_id
from shared.sync_map import CutPlan, SyncMap
from shared.timeline import Timeline
from shared.timing import frame_at_seconds

_MAX_PIECES = 200


@dataclass(frozen=True, slots=True)
class Continued(Operation):
    """What the cut list says of cuts that a continuation has put there."""

    OP: ClassVar[str] = "continue"


@dataclass(frozen=True, slots=True)
class Continuation:
    """The change that makes a film longer by `seconds`: new shots as long as its own are.

    A drawn film goes on with scenes of `prompt` in its palette; a film of footage with windows
    that it has not shown, of the references that `prompt` mentions, else of all.
    """

    seconds: Fraction
    prompt: str

    async def __call__(self, runner: LocalRunner, film: Timeline) -> Timeline:
        """The longer timeline; raises `InvalidInput` where song or footage are at their end."""
        pieces = _pieces(film, frame_at_seconds(self.seconds, film.frame_rate))
        if not is_drawn_film(film):
            return await apply_operations(runner, film, self._inserts(film, pieces))
        heard = _heard(runner, film)
        longer = film
        for frames in pieces:
            longer = _with_drawn(longer, frames, self.prompt, Scene(heard))
        return recorded(runner, film, longer, heard)

    def _inserts(self, film: Timeline, pieces: Sequence[int]) -> list[Insert]:
        pictures = [item for item in film.references if is_picture(item)]
        named = mentioned(self.prompt, film.references)
        handles = [item.handle for item in pictures if not named or item.handle in named]
        if not handles:
            raise InvalidInput("prompt: mentions no clip or photo of this film")
        inserts: list[Insert] = []
        after, number = film.shots[-1].id, film.next_shot_number
        shown = film.shots[-1].source.handle
        for frames in pieces:
            others = [handle for handle in handles if handle != shown] or handles
            shown = others[len(inserts) % len(others)]
            inserts.append(Insert(source=shown, after=after, frames=frames, ripple=True))
            after, number = new_shot_id(film.seed, number), number + 1
        return inserts


def recorded(
    runner: LocalRunner, before: Timeline, after: Timeline, heard: SyncMap | None
) -> Timeline:
    """The changed timeline with its parent and its cut plan in the store."""
    runner.blobs.put(to_json(before))
    plan = from_json(CutPlan, runner.blobs.read(before.cut_plan))
    followed = follow_cuts([plan], after, music_of(after, heard), Continued())
    digest = runner.blobs.put(to_json(followed))
    return replace(after, cut_plan=digest, parent=Digest.of_bytes(to_json(before)))


async def as_one_shot(runner: LocalRunner, film: Timeline) -> Timeline:
    """A film of one clip as the clip itself: one shot from its first frame on, nothing moved."""
    clip = next(item for item in film.references if is_picture(item))
    shot = Shot(
        new_shot_id(film.seed, film.next_shot_number),
        film.frame_count,
        Footage(clip.handle, clip.blob, clip.kind),
        follows_accents=False,
    )
    whole = replace(film, shots=(shot,), transitions=(), next_shot_number=film.next_shot_number + 1)
    return recorded(runner, film, whole, _heard(runner, film))


def _heard(runner: LocalRunner, film: Timeline) -> SyncMap | None:
    if film.sync_map is None:
        return None
    return from_json(SyncMap, runner.blobs.read(film.sync_map))


def _pieces(film: Timeline, frames: int) -> list[int]:
    """Lengths in frames that add up, each about as long as the film's shots are on average."""
    usual = max(1, round(film.frame_count / len(film.shots)))
    count = min(_MAX_PIECES, max(1, round(frames / usual)))
    ends = [frames * number // count for number in range(count + 1)]
    return [end - start for start, end in pairwise(ends) if end > start]


def _with_drawn(film: Timeline, frames: int, prompt: str, scene: Scene) -> Timeline:
    last, number = film.shots[-1].source, film.next_shot_number
    assert isinstance(last, Generated)
    palette = ChosenPalette(
        tuple(str(last.param("palette")).split()), str(last.param("palette_from"))
    )
    ranked = [kind for kind in ranked_scenes(prompt, film.seed) if kind.value != last.task]
    source = drawn_source(ScenePlan(ranked[number % min(4, len(ranked))]), prompt, palette)
    shot = Shot(new_shot_id(film.seed, number), frames, source, grade=film_look(film.shots))
    return settle(film, [*film.shots, shot], scene, Continued.OP, next_shot_number=number + 1)
