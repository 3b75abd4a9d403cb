"""Find other windows of one source for one place in the film, with the director's own scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from services.gateway.casting import Cast, Slot, energy_ranks
from services.gateway.director import slots_of
from services.gateway.edits.fit import home_stretch
from services.gateway.edits.overlap import Overlap
from services.gateway.edits.scene import Scene, music_of
from services.gateway.material import Material
from services.gateway.windows import Scorer, WindowTable
from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.shot import MoveKind, Shot
from shared.timeline import Timeline

# How many clearly different windows a seed chooses among.
NUM_CHOICES = 8
_NOT_AT_ALL_SECONDS = 1e-6


@dataclass(frozen=True, slots=True)
class Opening:
    """A place in the film for one source: shots as they will be, without a window yet.

    `index` is the place among `shots`, whose shot there is to be filled anew; `overlap` is what
    transitions ask of it.
    """

    timeline: Timeline
    shots: tuple[Shot, ...]
    index: int
    overlap: Overlap

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return self.shots[self.index].frames

    @property
    def last_move(self) -> MoveKind:
        """What the camera does in the shot before; it holds before the film's first."""
        return self.shots[self.index - 1].move.kind if self.index else MoveKind.HOLD

    @property
    def next_move(self) -> MoveKind | None:
        """What the camera does in the shot after, None at the film's end."""
        after = self.index + 1
        return self.shots[after].move.kind if after < len(self.shots) else None


@dataclass(frozen=True, slots=True)
class Choice:
    """A window that could be shown, and whether other shots show some of it."""

    cast: Cast
    is_shown: bool
    score: float


def slot_in(opening: Opening, scene: Scene) -> tuple[Slot, float]:
    """The slot of an opening, and the rank (0..1) of its loudness in the film."""
    music = music_of(opening.timeline, scene.sync_map)
    spans, place = [], 0
    for shot in opening.shots:
        spans.append((place, place + shot.frames))
        place += shot.frames
    slots = slots_of(spans, music)
    return slots[opening.index], energy_ranks([slot.energy for slot in slots])[opening.index]


def windows_for(
    opening: Opening, scene: Scene, handle: str, speed: Fraction, op: str
) -> list[Choice]:
    """Every window of a clip that fits an opening: those not shown elsewhere first, best first.

    Raises `InvalidInput` with figures when no stretch of the clip is long enough.
    """
    stretches = scene.stretches_of(handle)
    step = speed / opening.timeline.frame_rate
    overlap = opening.overlap
    length = (overlap.head + opening.frames + overlap.tail) * step
    scorer = Scorer(Material(stretches, ()), opening.timeline.seed)
    tables = scorer.tables(opening.index, length, slot_in(opening, scene)[1])
    if not tables:
        longest = max(float(item.end_seconds - item.start_seconds) for item in stretches)
        raise InvalidInput(
            f"{op}: {float(length):.3f} s of @{handle} are needed without a cut; its longest "
            f"uncut stretch has {longest:.3f} s"
        )
    shown = list(_shown_elsewhere(opening, handle))
    found = [
        choice for table in tables for choice in _choices(table, shown, overlap.head * step, speed)
    ]
    return sorted(found, key=lambda choice: (choice.is_shown, -choice.score))


def apart(choices: list[Choice], seconds: Fraction) -> list[Choice]:
    """Up to `NUM_CHOICES` of the windows, in order, that show nothing of each other."""
    kept: list[Choice] = []
    for choice in choices:
        if all(
            other.cast.item is not choice.cast.item
            or abs(other.cast.start_seconds - choice.cast.start_seconds) >= seconds
            for other in kept
        ):
            kept.append(choice)
        if len(kept) == NUM_CHOICES:
            break
    return kept


def photo_cast(opening: Opening, scene: Scene, handle: str) -> Cast:
    """A photo for an opening, with how often the other shots show it."""
    times = sum(
        shot.source.handle == handle
        for index, shot in enumerate(opening.shots)
        if index != opening.index
    )
    return Cast(scene.photos[handle], times_used=times)


def cast_of(shot: Shot, scene: Scene, frame_rate: Fraction) -> Cast:
    """What a shot shows now, as a cast."""
    handle, source = shot.source.handle, shot.source
    if source.kind is MediaKind.IMAGE:
        return Cast(scene.photos[handle])
    stretch = home_stretch(shot, scene.stretches_of(handle), frame_rate)
    return Cast(stretch, source.start_seconds, source.speed)


def _shown_elsewhere(opening: Opening, handle: str) -> Iterator[tuple[float, float]]:
    blobs = {item.handle: item.blob for item in opening.timeline.references}
    for index, shot in enumerate(opening.shots):
        if index != opening.index and shot.source.blob == blobs[handle]:
            start = shot.source.start_seconds
            end = start + shot.frames * shot.source.speed / opening.timeline.frame_rate
            yield float(start), float(end)


def _choices(
    table: WindowTable, shown: list[tuple[float, float]], head: Fraction, speed: Fraction
) -> Iterator[Choice]:
    again = table.overlaps(shown)
    # Once all footage was shown, the windows that were shown least come first.
    scores = np.where(again > _NOT_AT_ALL_SECONDS, -again, table.scores)
    for index, frame in enumerate(table.frames):
        start = table.stretch.seconds_at(int(frame)) + head
        is_shown = bool(again[index] > _NOT_AT_ALL_SECONDS)
        yield Choice(Cast(table.stretch, start, speed), is_shown, float(scores[index]))
