"""Tables of colours: exact at their nodes, linear between them, clamped outside."""

from __future__ import annotations

import numpy as np
import pytest

from shared.look.cube import Cube, grid

COLORS = np.random.default_rng(1).random((200, 3))


@pytest.mark.parametrize("side", [2, 17, 33])
def test_the_identity_changes_nothing(side: int) -> None:
    assert Cube.identity(side).apply(COLORS) == pytest.approx(COLORS, abs=1e-12)


def test_a_linear_table_is_met_exactly_everywhere() -> None:
    mixing = np.array([[0.5, 0.3, 0.1], [0.2, 0.6, 0.1], [0.0, 0.1, 0.9]])
    cube = Cube(grid(5) @ mixing.T + 0.05)
    assert cube.apply(COLORS) == pytest.approx(COLORS @ mixing.T + 0.05, abs=1e-12)


def test_axes_are_red_green_blue() -> None:
    table = grid(3).copy()
    table[2, 0, 0] = (0.2, 0.4, 0.6)
    assert Cube(table).apply(np.array([1.0, 0.0, 0.0])) == pytest.approx([0.2, 0.4, 0.6])


def test_inputs_outside_the_domain_are_clamped() -> None:
    cube = Cube(grid(9), ((-1.0, -1.0, -1.0), (1.0, 1.0, 1.0)))
    found = cube.apply(np.array([[-2.0, 0.0, 1.0], [-1.0, 3.0, -0.5]]))
    assert found == pytest.approx(np.array([[0, 0.5, 1], [0, 1, 0.25]]))


def test_curves_work_on_each_channel() -> None:
    axis = np.linspace(0, 1, 11)
    cube = Cube(np.stack([axis, axis**2, 1 - axis], -1))
    assert not cube.is_3d
    found = cube.apply(np.array([[0.5, 0.5, 0.25]]))
    assert found == pytest.approx(np.array([[0.5, 0.25, 0.75]]))


def test_grays_stay_on_the_diagonal_of_a_cell() -> None:
    # What tetrahedra are for: a table whose diagonal is gray keeps gray gray.
    rng = np.random.default_rng(2)
    table = rng.random((4, 4, 4, 3))
    table[range(4), range(4), range(4)] = np.linspace(0, 1, 4)[:, None]
    grays = np.repeat(np.linspace(0, 1, 50)[:, None], 3, 1)
    assert Cube(table).apply(grays) == pytest.approx(grays, abs=1e-12)
