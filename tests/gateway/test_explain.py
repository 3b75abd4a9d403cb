"""What ran and why, from a report."""

from __future__ import annotations

from services.gateway.explain import (
    ActionTotal,
    Explanation,
    Outcome,
    action_totals,
    explanations,
)

REPORT = {
    "actions": [
        {
            "action": "render",
            "key": "k1",
            "hit": False,
            "seconds": 2.5,
            "subject": "shot s1",
            "reason": "not in the store",
            "changed": ["frames 58 -> 44"],
        },
        {"action": "render", "key": "k2", "hit": True, "seconds": 1.5},
        {"action": "mix", "key": "k3", "hit": True, "seconds": 0.5, "subject": "sound"},
    ],
    "shots": [
        {"id": "s1", "kept": False, "locked": False},
        {"id": "s2", "kept": True, "locked": True},
        {"id": "s3", "kept": True, "locked": False},
    ],
    "cuts": [
        {"planned_frame": 58, "transition": None},
        {"planned_frame": 90, "transition": {"kind": "dip", "kept": True}},
    ],
}


def test_actions_are_explained_in_order_and_then_what_was_kept() -> None:
    lines = explanations(REPORT)
    assert [(line.action, line.subject, line.outcome) for line in lines] == [
        ("render", "shot s1", Outcome.RAN),
        ("render", "", Outcome.HIT),
        ("mix", "sound", Outcome.HIT),
        ("render", "shot s2", Outcome.KEPT),
        ("render", "shot s3", Outcome.KEPT),
        ("transition", "dip into s3", Outcome.KEPT),
    ]
    assert lines[0] == Explanation(
        "render", "shot s1", Outcome.RAN, "not in the store", ("frames 58 -> 44",), 2.5, "k1"
    )
    assert [line.why for line in lines[3:5]] == [
        "locked, kept from the parent's build",
        "kept from the parent's build",
    ]


def test_totals_count_by_action() -> None:
    assert action_totals(explanations(REPORT)) == (
        ActionTotal("render", ran=1, hit=1, kept=2, seconds=2.5, seconds_saved=1.5),
        ActionTotal("mix", ran=0, hit=1, kept=0, seconds=0.0, seconds_saved=0.5),
        ActionTotal("transition", ran=0, hit=0, kept=1, seconds=0.0, seconds_saved=0.0),
    )


def test_report_of_an_older_film_is_still_explained() -> None:
    assert explanations({"song": None}) == ()
