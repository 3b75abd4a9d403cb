"""Memory is counted before a take; time is only said for a device that was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.diffusion import BundleCondition, DiffusionRequest
from shared.errors import InvalidInput
from shared.families.device import (
    DeviceFigures,
    cost_line,
    cost_of,
    device_figures,
    memory_need_gb,
)
from shared.families.family import Task
from shared.schema import to_json
from tests.shared.families.shots import P480, P720, digest, shot

_CONDITION = (BundleCondition("text.pos", digest("p")),)


def _request(model: str = "wan2.1-t2v-14b", geometry: object = P720) -> DiffusionRequest:
    return DiffusionRequest(Task.TEXT, shot(model), geometry, _CONDITION, seed=1, steps=50)  # type: ignore[arg-type]


def test_memory_is_weights_conditions_and_the_widest_moment_of_a_block() -> None:
    # 21 x 45 x 80 tokens: 5120 channels in 4 + 2 * 2 bytes, 13824 inner ones twice in 2.
    widest = 21 * 45 * 80 * (5120 * 8 + 2 * 13824 * 2) / 1e9
    need = memory_need_gb(_request(), 28.6, "none")
    assert need == pytest.approx(28.6 + widest, abs=0.02)
    small = memory_need_gb(_request("wan2.1-t2v-1.3b", P480), 2.8, "none")
    assert 2.8 < small < 5
    blocks = memory_need_gb(_request(), 28.6, "block")
    assert blocks == pytest.approx(need - 28.6 * 38 / 40, abs=0.01)
    two = _request("wan2.2-t2v-a14b")
    assert memory_need_gb(two, 57.2, "model") == pytest.approx(need, abs=0.01)


def test_seconds_are_operations_by_what_was_measured(tmp_path: Path) -> None:
    figures = DeviceFigures("H100", 400.0, 80.0, "2026-11-21T12:00:00+00:00")
    path = tmp_path / "figures.json"
    path.write_bytes(to_json(figures))
    environment = {"ONBEAT_DEVICE_FIGURES": str(path)}
    assert device_figures(environment) == figures
    request = _request()
    petaflop = cost_of(request).petaflop
    assert figures.seconds(cost_of(request)) == pytest.approx(petaflop * 1000 / 400)
    seconds = round(petaflop * 1000 / 400)
    assert cost_line(request, environment).endswith(f"in 50 steps, about {seconds} s on H100")
    assert "no device measured: ONBEAT_DEVICE_FIGURES" in cost_line(request, {})


def test_a_file_that_holds_no_figures_is_named(tmp_path: Path) -> None:
    assert device_figures({}) is None
    path = tmp_path / "figures.json"
    path.write_text("{}")
    for name in (path, tmp_path / "gone.json"):
        with pytest.raises(InvalidInput, match=f"ONBEAT_DEVICE_FIGURES={name}: "):
            device_figures({"ONBEAT_DEVICE_FIGURES": str(name)})
