"""`onbeat explain`: every action and why, of a report that is one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.gateway.cli import main
from tests.gateway.conftest import Played
from tests.gateway.test_make_command import make


def test_explain_lists_every_action_and_why(
    played: Played, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(played, tmp_path / "film", "--quiet")
    assert main(["explain", str(tmp_path / "film")]) == 0
    said = capsys.readouterr().out
    report = json.loads((tmp_path / "film" / "report.json").read_text())
    for action in report["actions"]:
        assert action["key"][:12] in said
    assert "in the store" in said
    assert f"{len(report['actions'])} were in the store" in said or "ran (" in said


@pytest.mark.parametrize(
    "report",
    [
        "{}",
        '{"actions": {}}',
        '{"actions": [1]}',
        '{"actions": [{"action": "render"}]}',
        '{"actions": [{"action": "a", "key": "b", "hit": true, "seconds": "long"}]}',
        "[" * 100_000,
    ],
)
def test_explain_refuses_a_report_of_somebody_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], report: str
) -> None:
    (tmp_path / "report.json").write_text(report)
    assert main(["explain", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert "not a film folder of Onbeat" in said.err
    assert said.out == ""


def test_explain_prints_names_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    action = {"action": "encode", "key": "k" * 64, "hit": False, "seconds": 1.0}
    rows = [{**action, "subject": "[/b].mp4"}, {**action, "subject": "[red]x", "hit": True}]
    (tmp_path / "report.json").write_text(json.dumps({"actions": rows}))
    assert main(["explain", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "[/b].mp4" in said
    assert "[red]x" in said
    assert "1 ran (1.0 s of work), 1 were in the store (1.0 s saved)" in said
