"""Which actions ran, by what a process has logged."""

from __future__ import annotations

import json

from examples.cluster.work import actions_run, said


def test_only_what_ran_counts() -> None:
    lines = [
        {"logger": "onbeat.actions", "outcome": "ran", "action": "render"},
        {"logger": "onbeat.actions", "outcome": "ran", "action": "mix"},
        {"logger": "onbeat.actions", "outcome": "ran", "action": "render"},
        {"logger": "onbeat.actions", "outcome": "hit", "action": "encode"},
        {"logger": "onbeat.rpc", "message": "Render ran"},
    ]
    log = "\n".join([*map(json.dumps, lines), "not JSON at all", "7", ""])
    assert said(actions_run(log)) == "2 render, 1 mix"
    assert said(actions_run("")) == ""
