"""What a timeline asks models for, and what is refused because it cannot be made here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.gateway import generate_here
from services.gateway.generate_here import (
    CannotGenerateHere,
    asks_of,
    check_fits,
    check_model,
    check_planned,
    missing_device,
)
from shared.blobs import MemoryBlobs
from shared.families.components import component_named
from shared.families.device import DeviceFigures
from shared.generation import Generated, params_of
from shared.runner import LocalRunner
from shared.schema import to_json
from shared.settings import Settings
from shared.shot import Shot
from shared.timeline import Timeline
from tests.gateway.edits.scenes import film

_MODEL = "wan2.1-t2v-1.3b"


def _mixed() -> Timeline:
    shots = list(film().shots)
    source = Generated("wan", "text_to_video", "sea", params=params_of(model=_MODEL))
    shots[1] = Shot(shots[1].id, shots[1].frames, source)
    return replace(film(), shots=tuple(shots))


def test_only_what_a_model_makes_is_asked_for(memory_blobs: MemoryBlobs) -> None:
    timeline = _mixed()
    (one,) = asks_of(timeline, memory_blobs)
    assert (one.shot_id, one.place) == (timeline.shots[1].id, 2)
    assert one.request.geometry.frames % 4 == 1
    assert not asks_of(timeline, memory_blobs, {timeline.shots[0].id})


def test_missing_parts_are_named_with_what_the_doctor_prints() -> None:
    with pytest.raises(CannotGenerateHere) as error:
        check_model(_MODEL, {})
    assert error.value.exit_code == 2
    assert error.value.code == "unavailable"
    for part in ("wan-umt5-xxl", "wan-vae-2.1", _MODEL):
        assert component_named(part).install in error.value.message


def test_a_device_without_a_driver_is_refused_first(tmp_path: Path) -> None:
    assert missing_device({}, tmp_path) is None
    assert missing_device({"ONBEAT_DEVICE": "cuda"}, tmp_path / "no /dev at all") is None
    found = missing_device({"ONBEAT_DEVICE": "cuda:1"}, tmp_path)
    assert found is not None
    assert "ONBEAT_DEVICE=cuda:1: no accelerator is visible here; mount one" in found
    (tmp_path / "nvidiactl").touch()
    assert missing_device({"ONBEAT_DEVICE": "cuda:1"}, tmp_path) is None


def test_what_does_not_fit_is_refused_with_the_figures(
    memory_blobs: MemoryBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = asks_of(_mixed(), memory_blobs)
    monkeypatch.setattr(generate_here, "weights_gb", lambda request: 2.8)
    figures = tmp_path / "figures.json"
    figures.write_bytes(to_json(DeviceFigures("a card", 100.0, 2.5, "2026-01-01T00:00:00Z")))
    environment = {"ONBEAT_DEVICE": "cuda", "ONBEAT_DEVICE_FIGURES": str(figures)}
    with pytest.raises(CannotGenerateHere) as error:
        check_fits(one.request, environment)
    assert f"{_MODEL} at 832x464" in error.value.message
    assert "GB on cuda; found 2.50 GB; ONBEAT_OFFLOAD=block needs less" in error.value.message
    assert "PFLOP in 50 steps, about" in error.value.message
    check_fits(one.request, {**environment, "ONBEAT_OFFLOAD": "block"})
    check_fits(one.request, {"ONBEAT_DEVICE": "cuda"})  # nothing is known of it
    monkeypatch.setattr(generate_here, "main_memory_gb", lambda: 1.0)
    with pytest.raises(CannotGenerateHere, match=r"GB on cpu; found 1.00 GB"):
        check_fits(one.request, {})


def test_where_a_service_generates_only_numbers_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONBEAT_WEIGHTS", raising=False)
    timeline = _mixed()
    far = Settings(tmp_path / "far", addresses={"generator": "there:1"})
    check_planned(LocalRunner(far, {}), timeline)
    here = LocalRunner(Settings(tmp_path / "here"), {})
    check_planned(here, timeline, {timeline.shots[0].id})
    with pytest.raises(CannotGenerateHere, match="lacks"):
        check_planned(here, timeline)
