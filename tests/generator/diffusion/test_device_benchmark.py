"""The benchmark that waits for a GPU runs here, small, in the same code path."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.diffusion import main
from benchmarks.diffusion_device import Figure, measure, plan_of, rows
from services.generator.diffusion import resident

_TINY = ["--device", "cpu", "--tiny", "--size", "64x48", "--frames", "5", "--steps", "2"]


def test_what_a_gpu_will_be_asked_is_measured_here_at_the_smallest_size(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONBEAT_WEIGHTS", raising=False)
    plan = plan_of([*_TINY, "--variants", "plain,cached"])
    assert (plan.width, plan.height, plan.frames) == (64, 48, 5)
    figures, decode = measure(plan)
    assert [one.name for one in figures] == ["ours, plain", "stock diffusers", "ours, cached"]
    assert all(one.warm_seconds > 0 and one.peak_gb > 0 for one in figures)
    assert [one.cold_seconds is None for one in figures] == [False, True, False]
    assert decode > 0
    assert not resident.loaded()
    told = rows(plan, [replace(one, step_seconds=0.5) for one in figures], decode, (50, 4))
    assert "| stock diffusers | – |" in told
    assert "ours, cached, 4 steps" in told
    assert not capsys.readouterr().out


def test_a_second_of_film_is_its_steps_and_its_decoding() -> None:
    plan = plan_of([*_TINY[:-4], "--frames", "16"])
    figures = [
        Figure("ours, plain", 2.0, 1.0, 0.5, 1.0),
        Figure("stock diffusers", None, 1.0, 1.0, 2.0),
    ]
    told = rows(plan, figures, 3.0, (50, 4))
    assert "| ours, plain, 50 steps | 28.00 s |" in told  # 50 halves of a second, and 3
    assert "| ours, plain, 4 steps | 4.00 s |" in told  # without a negative prompt: half a step
    assert "| ours, plain | 2.000 s | 1.000 s | 0.5000 s | 2.00 | 1.00 GB |" in told


def test_words_say_the_published_sizes() -> None:
    plan = plan_of(["--device", "cuda", "--size", "720p"])
    assert (plan.device, plan.model, plan.width) == ("cuda", "wan2.1-t2v-1.3b", 1280)
    assert (plan.frames, plan.layers, plan.is_tiny) == (81, None, False)
    with pytest.raises(SystemExit):
        main(["--model", "wan3"])
