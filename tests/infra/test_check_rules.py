"""What `make check` finds in rules, and in none of ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.deployments import INFRA

_OURS = [*sorted((INFRA / "alerts").glob("*.yaml")), *sorted((INFRA / "dashboards").glob("*.json"))]
_RULE = """\
groups:
  - name: onbeat
    rules:
      - alert: OnbeatFilmsWait
        expr: max({metric}{{queue="films"}}) > 0
        annotations: {{summary: films wait, runbook: "{runbook}"}}
"""


def _check(*paths: Path) -> tuple[int, str]:
    words = [sys.executable, str(INFRA / "check_rules.py"), *map(str, paths)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


def test_ours_are_right() -> None:
    assert len(_OURS) == 3
    assert _check(*_OURS) == (0, "")


@pytest.mark.parametrize(
    ("metric", "runbook", "wrong"),
    [
        ("onbeat_queue_lenght", "infra/README.md#films-wait", "onbeat_queue_lenght is no metric"),
        (
            "onbeat_queue_waiting",
            "infra/README.md#films-hurry",
            "there is no infra/README.md#films",
        ),
        ("onbeat_queue_waiting", "infra/RUNBOOK.md#films-wait", "there is no infra/RUNBOOK.md"),
        ("onbeat_queue_waiting", "infra/README.md#films-wait", ""),
    ],
)
def test_a_metric_or_a_section_that_is_not_there_is_found(
    metric: str, runbook: str, wrong: str, tmp_path: Path
) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(_RULE.format(metric=metric, runbook=runbook), "utf-8")
    code, said = _check(path)
    assert code == bool(wrong)
    assert wrong in said


def test_an_alert_without_a_runbook_is_found(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(_RULE.format(metric="onbeat_queue_waiting", runbook="").replace("runbook", "x"))
    code, said = _check(path)
    assert code == 1
    assert "lacks a summary or a runbook" in said
