"""What a shot shows that nobody filmed: a wish for a source clip, as intent.

A `Generated` stands where `Footage` stands. It holds plain values and the user's own references,
no digest of anything that is yet to be made; the gateway turns it into a `GenerateRequest`, and
the clip that comes of it is cut like footage.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction

from shared.brief import MediaKind, Role
from shared.digest import Digest, added, canonical_bytes
from shared.errors import InvalidInput
from shared.region import Region

ParamValue = bool | int | float | str
PROCEDURAL = "procedural"
# The task of a shot that shows the still of its `opening`, before it is animated.
STILL = "still"
# Points of `Generated.energy` for each second of the clip.
ENERGY_POINTS_PER_SECOND = 10
MAX_PROMPT_CHARACTERS = 4000
_SEED_BITS = 63


@dataclass(frozen=True, slots=True)
class RoleInput:
    """A reference that a backend is to follow, and as what."""

    handle: str
    blob: Digest
    kind: MediaKind
    role: Role


@dataclass(frozen=True, slots=True)
class Param:
    """One setting of a backend; which there are, each backend says."""

    name: str
    value: ParamValue


@dataclass(frozen=True, slots=True)
class Kept:
    """What a generated clip is an edit of: a window of footage, or a clip that was `generated`.

    Outside `region` nothing of it changes; None: all of it may. `blob` is footage's, shown from
    `start_seconds` at `speed`; of a generated one these are its own.
    """

    handle: str
    region: Region | None
    blob: Digest | None = None
    start_seconds: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    generated: Generated | None = None


@dataclass(frozen=True, slots=True)
class Generated:
    """A window of a clip that `backend` ("procedural", "wan", "ltx2") is to make for `task`.

    The clip is as long as the shot and its transitions need, or `seconds` if that is more; the
    shot shows it from `start_seconds` at `speed`. `energy` is the loudness under the clip, 0..1,
    `ENERGY_POINTS_PER_SECOND` from its start on, and `accents` are (frame at the film's rate,
    strength 0..1): for backends whose pictures move with the music, else empty. What a transition
    shows before the shot is before the clip's start. `seed` None is the shot's own. `params` are
    in the order of their names. `keeps` is what the clip is an edit of. The first frame of
    `opening` is a still that the clip begins with (task "still": all that it shows). `continues` is
    the id of the earlier shot whose latents the clip begins with.
    """

    backend: str
    task: str
    prompt: str
    inputs: tuple[RoleInput, ...] = ()
    params: tuple[Param, ...] = ()
    energy: tuple[float, ...] = ()
    accents: tuple[tuple[int, float], ...] = ()
    seed: int | None = None
    start_seconds: Fraction = Fraction(0)
    seconds: Fraction | None = None
    speed: Fraction = Fraction(1)
    keeps: Kept | None = added(None)
    opening: Generated | None = added(None)
    continues: str | None = added(None)

    def __post_init__(self) -> None:
        names = [item.name for item in self.params]
        if names != sorted(set(names)):
            raise InvalidInput(f"params {names} of {self.backend}; expected each once, in order")
        if len(self.prompt) > MAX_PROMPT_CHARACTERS:
            raise InvalidInput(
                f"a prompt of {len(self.prompt)} characters; expected at most "
                f"{MAX_PROMPT_CHARACTERS}"
            )

    @property
    def kind(self) -> MediaKind:
        """What the clip will be made of."""
        return MediaKind.VIDEO

    @property
    def handle(self) -> str:
        """How reports call it; no reference can have such a handle."""
        return f"generate/{self.backend}"

    @property
    def blob(self) -> Digest:
        """A name for the clip until there is one; nothing in a store has this digest."""
        return Digest.of_bytes(canonical_bytes(self))

    @property
    def earlier_seconds(self) -> Fraction:
        """It does not slip: it begins where the shot does."""
        return Fraction(0)

    @property
    def later_seconds(self) -> Fraction:
        """It does not slip."""
        return Fraction(0)

    @property
    def shown(self) -> tuple[Digest, ...]:
        """The blobs of all references that the clip is made from, those of what it edits too."""
        found = [item.blob for item in self.inputs]
        if self.keeps is not None:
            found += [self.keeps.blob] if self.keeps.blob else []
            found += self.keeps.generated.shown if self.keeps.generated else ()
        found += self.opening.shown if self.opening else ()
        return tuple(dict.fromkeys(found))

    def param(self, name: str) -> ParamValue | None:
        """The value of a setting, None if it was left to the backend."""
        return next((item.value for item in self.params if item.name == name), None)


def params_of(**values: ParamValue | None) -> tuple[Param, ...]:
    """Settings in the order of their names, without those that are None."""
    given = {name: value for name, value in values.items() if value is not None}
    return tuple(Param(name, given[name]) for name in sorted(given))


def seed_of(shot_id: str) -> int:
    """The seed of a shot that has none of its own: 0 to 2**63 - 1, from its id."""
    state = hashlib.sha256(f"seed/{shot_id}".encode()).digest()
    return int.from_bytes(state[:8], "big") >> (64 - _SEED_BITS)
