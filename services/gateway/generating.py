"""From a wish for a clip to the clip: which request a generated shot makes, and its result.

A backend's resolver turns the wish into the request's `spec`; it may ask for encoders through the
given `Asker`, one after another, and must await nothing else, so that a preview can go the same
way over the store alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Any, Protocol

from services.gateway.continuing import Continuation, continuation_of, continued_by
from services.gateway.diffusion_ask import DIFFUSION
from services.gateway.diffusion_spec import diffusion_spec
from services.gateway.edits.overlap import overlaps
from services.gateway.procedural_spec import procedural_spec
from shared.blobs import BlobStore
from shared.brand import Font
from shared.brief import Size
from shared.digest import Digest, added, canonical_bytes
from shared.errors import InvalidInput
from shared.generate import ClipSpec, GenerateRequest
from shared.generation import PROCEDURAL, Generated, seed_of
from shared.requests import RenderRequest
from shared.runner import LocalRunner
from shared.shot import Shot, Source
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class GenerateWish:
    """A clip of exactly `frames` frames that a shot is to be cut from: intent.

    The shot's own first frame shows it at `start_seconds`; before that are `head_frames` for the
    transition into the shot. `font` is the film's for titles. `after` is what the clip goes on
    from, or what the clip that it edits does.
    """

    source: Generated
    seed: int
    frames: int
    head_frames: int
    size: Size
    frame_rate: Fraction
    font: Font | None = None
    after: Continuation | None = added(None)

    @property
    def name(self) -> Digest:
        """What a request calls the clip until it is made; nothing in a store has this digest."""
        return Digest.of_bytes(canonical_bytes(self))

    @property
    def start_seconds(self) -> Fraction:
        """Where the shot begins in the clip, in seconds."""
        return self.source.start_seconds + self.lead_seconds

    @property
    def lead_seconds(self) -> Fraction:
        """What of the clip comes before the source's start: a transition, or an earlier shot."""
        if self.after is not None and self.source.continues is not None:
            return self.after.skipped_seconds
        return self.head_frames * self.source.speed / self.frame_rate


class Asker(Protocol):
    """What a resolver may use of the world."""

    @property
    def blobs(self) -> BlobStore:
        """Where results are read from."""

    async def run(self, request: Any, subject: str = "") -> Digest:
        """The digest of an action's result."""


Resolver = Callable[[Asker, GenerateWish, str], Awaitable[ClipSpec]]
# By the backend's name in `Generated`.
RESOLVERS: Mapping[str, Resolver] = {
    PROCEDURAL: procedural_spec,
    **dict.fromkeys(DIFFUSION, diffusion_spec),
}


def clip_seed(shot: Shot) -> int:
    """The seed of a generated shot's clip: its source's, else its own, else from its id."""
    if isinstance(shot.source, Generated) and shot.source.seed is not None:
        return shot.source.seed
    return seed_of(shot.id) if shot.seed is None else shot.seed


def whole_clip(shot: Shot, frame_rate: Fraction) -> Source:
    """The source of a shot whose parts shall go on showing the very same clip."""
    source = shot.source
    if not isinstance(source, Generated):
        return source
    seconds = source.start_seconds + shot.frames * source.speed / frame_rate
    seconds = max(seconds, source.seconds or Fraction(0))
    return replace(source, seed=clip_seed(shot), seconds=seconds)


def generate_wish(shot: Shot, timeline: Timeline) -> GenerateWish | None:
    """What a shot of a timeline wishes to have made; None for footage."""
    source = shot.source
    if not isinstance(source, Generated):
        return None
    around = overlaps(timeline.shots, timeline.transitions)[shot.id]
    brand = timeline.brand
    wish = GenerateWish(
        source=source,
        seed=clip_seed(shot),
        frames=0,
        head_frames=around.head,
        size=timeline.size,
        frame_rate=timeline.frame_rate,
        font=brand.display if brand and source.param("lines") else None,
        after=continuation_of(shot, timeline),
    )
    _check_head(shot, wish)
    seconds = source.start_seconds
    seconds += (shot.frames + around.tail) * source.speed / timeline.frame_rate
    seconds = max(seconds, source.seconds or Fraction(0)) + wish.lead_seconds
    return replace(wish, frames=ceil(seconds * timeline.frame_rate))


def _check_head(shot: Shot, wish: GenerateWish) -> None:
    going = continued_by(wish.source)
    if going is None or wish.after is None:
        return
    # An edit needs as much before its start of the clip that it edits.
    needed = wish.head_frames * going.speed / wish.frame_rate
    shared_seconds = going.start_seconds + wish.after.skipped_seconds
    if shared_seconds < needed:
        raise InvalidInput(
            f"shot {shot.id} goes on from another; a transition of {wish.head_frames} frames "
            f"before its cut needs {float(needed):.2f} s that both show, and they share "
            f"{float(shared_seconds):.2f} s; expected a cut, or more overlap_frames"
        )


async def generate(runner: Asker, wish: GenerateWish, label: str) -> Digest:
    """The clip of a wish; runs what its backend asks for first, then `generate`.

    Raises `InvalidInput` for a backend that nobody knows.
    """
    return await runner.run(await clip_request(runner, wish, label), label)


def find_generated(runner: LocalRunner, wish: GenerateWish) -> Digest | None:
    """The same from the store alone; None if something would have to run first."""
    work = generate(_StoreOnly(runner), wish, "")
    try:
        work.send(None)
    except StopIteration as done:
        found: Digest = done.value
        return found
    except _NotThereError:
        return None
    finally:
        work.close()
    return None


def with_clip(request: RenderRequest, wish: GenerateWish, clip: Digest) -> RenderRequest:
    """The render of a generated shot, of the clip that was made for it."""
    return replace(request, source=clip, start_seconds=wish.start_seconds)


async def clip_request(runner: Asker, wish: GenerateWish, label: str) -> GenerateRequest:
    """What makes the clip of a wish, after all before it has been made."""
    if wish.source.keeps is not None:
        from services.gateway.keeping import edit_request

        return await edit_request(runner, wish, label)
    if wish.source.opening is not None:
        from services.gateway.keyframes import keyframe_request

        return await keyframe_request(runner, wish, label)
    if wish.source.param("retime") is not None:
        from services.gateway.retiming import retimed_request

        return await retimed_request(runner, wish, label)
    resolver = RESOLVERS.get(wish.source.backend)
    if resolver is None:
        known = ", ".join(sorted(RESOLVERS))
        raise InvalidInput(f"nobody generates with {wish.source.backend!r}; expected {known}")
    return GenerateRequest(await resolver(runner, wish, label))


class _NotThereError(Exception):
    """Something is not in the store."""


class _StoreOnly:
    """Answers from the store, and runs nothing."""

    def __init__(self, runner: LocalRunner) -> None:
        self._runner = runner

    @property
    def blobs(self) -> BlobStore:
        return self._runner.blobs

    async def run(self, request: Any, subject: str = "") -> Digest:
        found = self._runner.find_stored(request)
        if found is None:
            raise _NotThereError
        return found
