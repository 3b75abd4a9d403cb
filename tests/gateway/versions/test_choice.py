"""The cheapest way to a length: exact, in order, with all that must be kept."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.versions.choice import Ending, Piece, Question, choose, shortest_frames


def _question(
    lengths: list[int], target: int, kept: set[int], dropped: list[float] | None = None
) -> Question:
    return Question(
        target,
        [[Piece(i, n)] for i, n in enumerate(lengths)],
        [Ending(n, n, n) for n in lengths],
        dropped or [1.0] * len(lengths),
        frozenset(kept),
    )


def _free(piece: Piece | None, index: int) -> float:
    return 0.0


def test_shots_that_must_be_kept_are_and_the_length_is_exact() -> None:
    chosen = choose(_question([10, 20, 30, 40, 50], 100, {1, 4}), _free)
    assert chosen is not None
    assert {1, 4} <= {piece.index for piece in chosen}
    assert sum(piece.frames for piece in chosen) == 100


def test_what_cannot_be_is_none_and_says_how_short_it_could_be() -> None:
    question = _question([10, 20, 30], 45, {1, 2})
    assert choose(question, _free) is None
    assert shortest_frames(question) == 50


def test_a_trimmed_piece_is_taken_where_only_it_fits() -> None:
    question = Question(
        25,
        [[Piece(0, 20), Piece(0, 15, cost=1.0)], [Piece(1, 10)]],
        [None, Ending(10, 10, 10)],
        [1.0, 1.0],
        frozenset({0, 1}),
    )
    assert choose(question, _free) == (Piece(0, 15, 1.0), Piece(1, 10))


def test_the_last_shot_gives_or_takes_what_is_missing() -> None:
    ending = Ending(10, 30, 20, changed=0.1, each_frame=0.1)
    for target, frames in ((45, 15), (50, 20), (55, 25)):
        question = Question(
            target,
            [[Piece(0, 30)], [Piece(1, 20)]],
            [None, ending],
            [1.0, 1.0],
            frozenset({0, 1}),
        )
        chosen = choose(question, _free)
        assert chosen is not None
        assert chosen[-1] == Piece(1, frames)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=7), st.data())
def test_it_is_as_cheap_as_the_best_of_all_ways(lengths: list[int], data: st.DataObject) -> None:
    costs = data.draw(
        st.lists(st.floats(0, 3), min_size=len(lengths), max_size=len(lengths)), "dropped"
    )
    target = data.draw(st.integers(1, sum(lengths)), "target")

    def join(piece: Piece | None, index: int) -> float:
        before = -1 if piece is None else piece.index
        return 0.7 * (index - before - 1)

    def cost(indices: tuple[int, ...]) -> float:
        joins = sum(
            join(None if a < 0 else Piece(a, 1), b)
            for a, b in zip((-1, *indices), indices, strict=False)
        )
        return joins + sum(costs) - sum(costs[i] for i in indices)

    ways = [
        way
        for size in range(1, len(lengths) + 1)
        for way in combinations(range(len(lengths)), size)
        if sum(lengths[i] for i in way) == target
    ]
    chosen = choose(_question(lengths, target, set(), costs), join)
    if not ways:
        assert chosen is None
        return
    assert chosen is not None
    found = cost(tuple(piece.index for piece in chosen))
    assert abs(found - min(map(cost, ways))) < 1e-6
