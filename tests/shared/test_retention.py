"""Which films go: by count and age, never a pinned one, never the last with a locked clip."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.digest import Digest
from shared.errors import InvalidInput
from shared.films import FilmRecord, StoredFilm
from shared.retention import Retention, judge_films

DAY = 86_400.0
NOW = 1_000 * DAY


def _digest(text: str) -> Digest:
    return Digest.of_bytes(text.encode())


def _film(name: str, days: float, clips: str = "", locked: str = "") -> StoredFilm:
    record = FilmRecord(
        film=_digest(f"film {name}"),
        parent=None,
        size="64x64",
        frame_rate=Fraction(30),
        frames=10,
        num_shots=1,
        handles=(),
        clips=frozenset(map(_digest, clips + locked)),
        locked_clips=frozenset(map(_digest, locked)),
        is_draft=False,
    )
    digests = (_digest(f"{what} {name}") for what in ("timeline", "build", "inspection"))
    timeline, build, inspection = digests
    return StoredFilm(timeline, "{}", build, inspection, NOW - days * DAY, record)


def _stays(films: list[StoredFilm], retention: Retention, **pins: str) -> list[bool]:
    named = {_digest(f"build {name}"): said for name, said in pins.items()}
    return [verdict.stays for verdict in judge_films(films, retention, named, NOW)]


FILMS = [_film("a", 1), _film("b", 10), _film("c", 40), _film("d", 80)]


@pytest.mark.parametrize(
    ("retention", "expected"),
    [
        (Retention(), [True, True, True, True]),
        (Retention(keep_films=2), [True, True, False, False]),
        (Retention(keep_films=0), [False] * 4),
        (Retention(older_than_seconds=30 * DAY), [True, True, False, False]),
        (Retention(keep_films=3, older_than_seconds=30 * DAY), [True, True, True, False]),
        (Retention(keep_films=1, older_than_seconds=30 * DAY), [True, True, False, False]),
        (Retention(forgotten=frozenset({FILMS[0].build})), [False, True, True, True]),
    ],
)
def test_by_count_and_age(retention: Retention, expected: list[bool]) -> None:
    assert _stays(FILMS, retention) == expected


def test_pinned_films_and_those_in_use_stay() -> None:
    assert _stays(FILMS, Retention(keep_films=0), c="in use") == [False, False, True, False]
    with pytest.raises(InvalidInput, match="pinned as 'dear'"):
        _stays(FILMS, Retention(forgotten=frozenset({FILMS[2].build})), c="pinned as 'dear'")


def test_of_many_revisions_with_a_locked_clip_the_newest_stays() -> None:
    films = [_film(name, days, "xy", "l") for days, name in enumerate("abcd")]
    assert _stays(films, Retention(keep_films=0)) == [True, False, False, False]
    films[1] = _film("b", 1, "xyl")  # unlocked there, but the clip is in it
    assert _stays(films, Retention(keep_films=0), b="in use") == [False, True, False, False]
    assert _stays(films, Retention(forgotten=frozenset({films[0].build}))) == [False] + [True] * 3


def test_reasons_are_said() -> None:
    locked = [_film("a", 50, "", "l")]
    (verdict,) = judge_films(locked, Retention(keep_films=0), {}, NOW)
    assert verdict.why == "has locked shots that no other film which stays has"
    old = judge_films(FILMS, Retention(1, 30 * DAY), {}, NOW)
    assert [verdict.why for verdict in old] == [
        "one of the newest 1",
        "10.0 days old",
        "40.0 days old, not one of the newest 1",
        "80.0 days old, not one of the newest 1",
    ]


@given(
    films=st.lists(
        st.tuples(st.text("xyz", max_size=3), st.text("lm", max_size=2), st.integers(0, 90)),
        max_size=6,
    ),
    keep=st.none() | st.integers(0, 4),
    age=st.none() | st.integers(0, 60),
)
def test_no_locked_clip_is_ever_lost(
    films: list[tuple[str, str, int]], keep: int | None, age: int | None
) -> None:
    made = [_film(str(place), days, *clips) for place, (*clips, days) in enumerate(films)]
    made.sort(key=lambda film: -film.finished_at)
    retention = Retention(keep, None if age is None else age * DAY)
    verdicts = judge_films(made, retention, {}, NOW)
    assert [verdict.film for verdict in verdicts] == made
    locked = {clip for film in made if film.record for clip in film.record.locked_clips}
    left = {c for v in verdicts if v.stays and v.film.record for c in v.film.record.clips}
    assert locked <= left
