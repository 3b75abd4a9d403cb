"""Which films may be forgotten: by count and age, but none that somebody still counts on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.digest import Digest
from shared.errors import InvalidInput
from shared.films import StoredFilm


@dataclass(frozen=True, slots=True)
class Retention:
    """The newest `keep_films` stay, and all younger than `older_than_seconds`.

    None of both keeps every film. `forgotten` are Builds that go whatever their age.
    """

    keep_films: int | None = None
    older_than_seconds: float | None = None
    forgotten: frozenset[Digest] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one film stays, and why."""

    film: StoredFilm
    stays: bool
    why: str


def judge_films(
    films: Sequence[StoredFilm], retention: Retention, pins: Mapping[Digest, str], now: float
) -> tuple[Verdict, ...]:
    """One verdict for each film, in their order (the newest first).

    A film stays that is pinned or in use (`pins`: Build to what to call that), and one with a
    locked clip that no other film which stays has: a locked clip is never made again. Raises
    `InvalidInput` where `retention` names a pinned film.
    """
    verdicts = {
        film.build: _judge(place, film, retention, pins, now) for place, film in enumerate(films)
    }
    held: set[Digest] = set()
    for film in films:
        if verdicts[film.build].stays and film.record is not None:
            held |= film.record.clips
    for film in films:
        verdict = verdicts[film.build]
        if verdict.stays or film.record is None or film.build in retention.forgotten:
            continue
        if not film.record.locked_clips <= held:
            held |= film.record.clips
            verdicts[film.build] = Verdict(
                film, True, "has locked shots that no other film which stays has"
            )
    return tuple(verdicts[film.build] for film in films)


def _judge(
    place: int,
    film: StoredFilm,
    retention: Retention,
    pins: Mapping[Digest, str],
    now: float,
) -> Verdict:
    pin = pins.get(film.build)
    if film.build in retention.forgotten:
        if pin is not None:
            raise InvalidInput(f"film {film.name} is {pin}; it cannot be forgotten")
        return Verdict(film, False, "named")
    if pin is not None:
        return Verdict(film, True, pin)
    count, age = retention.keep_films, retention.older_than_seconds
    if count is None and age is None:
        return Verdict(film, True, "no film is to be forgotten")
    if count is not None and place < count:
        return Verdict(film, True, f"one of the newest {count}")
    days = max(0.0, now - film.finished_at) / 86_400
    if age is not None and now - film.finished_at < age:
        return Verdict(film, True, f"{days:.1f} days old")
    reasons = [f"{days:.1f} days old"] if age is not None else []
    reasons += [f"not one of the newest {count}"] if count is not None else []
    return Verdict(film, False, ", ".join(reasons))
