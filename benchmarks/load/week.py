"""A week of an agency: briefs of several tenants whose films share songs, clips and photos.

A campaign is a song with some clips and photos; its films differ in length, pacing, seed and a few
references of their own. That is what makes a store worth having, so the share is stated.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from benchmarks.load.material import Pool

_FILMS_PER_CAMPAIGN = 8
_REFERENCES_PER_FILM = 4
_PACINGS = ("steady", "driving", "driving", "frantic")


@dataclass(frozen=True, slots=True)
class Tenant:
    """Who asks for how many films, of how many seconds each (a little more or less)."""

    name: str
    films: int
    seconds: float = 4.0


@dataclass(frozen=True, slots=True)
class Ask:
    """A film that a tenant asks for; `own` are handles of references that no other film has."""

    tenant: str
    number: int
    brief: Mapping[str, Any]
    own: tuple[str, ...]

    @property
    def handles(self) -> tuple[str, ...]:
        """All references of the film, its song first."""
        names = (self.brief["song"], *self.brief["references"])
        return tuple(str(name).removeprefix("@") for name in names)


def plan_week(
    tenants: Sequence[Tenant],
    pool: Pool,
    *,
    seed: int = 1,
    shared: float = 0.75,
    size: str = "256x144",
) -> tuple[Ask, ...]:
    """The films of all tenants, in the order in which they are asked for.

    `shared` (0..1) is the share of a film's pictures that come out of the tenant's pool; the rest
    are its own. Tenants ask in turns, as often as they have films.
    """
    chance = random.Random(seed)
    asks = {one.name: list(_films(one, pool, chance, shared, size)) for one in tenants}
    return tuple(asks[name][place] for place, name in _turns(tenants))


def backlog_first(asks: Sequence[Ask], tenant: str, films: int) -> tuple[Ask, ...]:
    """The same films, but one tenant has asked for its first `films` before anybody else."""
    first = [ask for ask in asks if ask.tenant == tenant][:films]
    early = {(ask.tenant, ask.number) for ask in first}
    return (*first, *(ask for ask in asks if (ask.tenant, ask.number) not in early))


def _turns(tenants: Sequence[Tenant]) -> list[tuple[int, str]]:
    """Place in its tenant's list and tenant of every film, evenly mixed."""
    found = [
        ((place + 0.5) / one.films, one.name, place)
        for one in tenants
        for place in range(one.films)
    ]
    return [(place, name) for _, name, place in sorted(found)]


def _films(
    tenant: Tenant, pool: Pool, chance: random.Random, shared: float, size: str
) -> Iterator[Ask]:
    pictures = [name for name in pool.handles if not name.startswith("song")]
    campaign: tuple[str, list[str]] = ("", [])
    owed = accumulate(_REFERENCES_PER_FILM * (1 - shared) for _ in range(tenant.films))
    num_own = 0
    for number, due in enumerate(owed):
        if number % _FILMS_PER_CAMPAIGN == 0:
            song = f"song{chance.randrange(pool.songs)}"
            count = min(len(pictures), _REFERENCES_PER_FILM + 1)
            campaign = (song, chance.sample(pictures, count))
        fresh = min(_REFERENCES_PER_FILM, int(due + 1e-9) - num_own)
        own = tuple(f"own{num_own + place}" for place in range(fresh))
        num_own += fresh
        seen = [*chance.sample(campaign[1], _REFERENCES_PER_FILM - fresh), *own]
        yield Ask(tenant.name, number, _brief(campaign[0], seen, tenant, chance, size), own)


def _brief(
    song: str, seen: Sequence[str], tenant: Tenant, chance: random.Random, size: str
) -> dict[str, Any]:
    return {
        "song": f"@{song}",
        "references": [f"@{name}" for name in seen],
        "size": size,
        "frame_rate": 25,
        "duration_seconds": round(tenant.seconds * chance.uniform(0.85, 1.15), 2),
        "pacing": chance.choice(_PACINGS),
        "seed": chance.randrange(1 << 16),
    }
