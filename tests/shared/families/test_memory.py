"""Memory of this machine, from what the kernel says (weights: tests/generator/diffusion)."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from shared.families.memory import main_memory_gb


def test_main_memory_is_what_is_left_and_what_this_process_has(tmp_path: Path) -> None:
    (tmp_path / "self").mkdir()
    (tmp_path / "meminfo").write_text("MemTotal: 9999999 kB\nMemAvailable:    2000000 kB\n")
    (tmp_path / "self/statm").write_text("9 1000 7 7 7 7 7")
    own = 1000 * resource.getpagesize()
    assert main_memory_gb(tmp_path) == pytest.approx((2_000_000 * 1024 + own) / 1e9)


def test_where_nothing_is_said_nothing_is_known(tmp_path: Path) -> None:
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    known = None if limit == resource.RLIM_INFINITY else limit / 1e9
    assert main_memory_gb(tmp_path) == known
