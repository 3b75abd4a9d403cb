"""What ran for a film, what was in the store, and what was kept: by action, and one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.explain import (
    ActionTotal,
    Explanation,
    Outcome,
    action_totals,
    explanations,
)
from services.gateway.page.markup import Child, Markup, element, joined
from services.gateway.page.wording import count, work_seconds

_SHORT_KEY = 12
_HEAD = ("action", "ran", "in store", "kept", "work", "saved", "")
_LIST_HEAD = ("action", "for", "", "why", "work", "key")


def work_section(report: Mapping[str, Any]) -> Markup:
    """Counts and seconds by action, with the whole list folded away."""
    lines = explanations(report)
    totals = action_totals(lines)
    return element(
        "section",
        element("h2", "Work"),
        element("p", work_line(totals), class_="lead"),
        element("p", check_line(report), class_="lead"),
        element("div", _totals_table(totals), class_="scroll") if totals else None,
        element(
            "details",
            element("summary", f"All {count(len(lines), 'step')}"),
            element("div", _lines_table(lines), class_="scroll"),
        )
        if lines
        else None,
        id="work",
    )


def work_line(totals: Sequence[ActionTotal]) -> str:
    """The work in one sentence."""
    ran, hit, kept = (sum(getattr(t, name) for t in totals) for name in ("ran", "hit", "kept"))
    spent, saved = sum(t.seconds for t in totals), sum(t.seconds_saved for t in totals)
    parts = [f"{count(ran, 'action')} ran ({work_seconds(spent)} of work)"]
    if hit:
        parts.append(f"{hit} in the store ({work_seconds(saved)} saved)")
    if kept:
        parts.append(f"{count(kept, 'clip')} kept")
    return ", ".join(parts)


def check_line(report: Mapping[str, Any]) -> str:
    """How far the finished film was looked at for this report."""
    decoded, frames = report["summary"]["decoded_frames"], report["frame_count"]
    if decoded == frames:
        return f"All packets and all {count(frames, 'frame')} of the film were checked"
    return (
        f"All packets of the film were checked, {decoded} of {count(frames, 'frame')} decoded; "
        "the others are known by their packets"
    )


def _totals_table(totals: Sequence[ActionTotal]) -> Markup:
    longest = max((t.seconds + t.seconds_saved for t in totals), default=0.0) or 1.0
    rows = [_totals_row(total, longest) for total in totals]
    return _table(_HEAD, rows, numbers=(1, 2, 3, 4, 5))


def _totals_row(total: ActionTotal, longest: float) -> Sequence[Child]:
    bar = element(
        "span",
        element("i", class_="ran", style=f"width:{100 * total.seconds / longest:.2f}%"),
        element("i", class_="saved", style=f"width:{100 * total.seconds_saved / longest:.2f}%"),
        class_="bar",
    )
    numbers = (str(number or "–") for number in (total.ran, total.hit, total.kept))
    times = (
        work_seconds(seconds) if number else "–"
        for seconds, number in ((total.seconds, total.ran), (total.seconds_saved, total.hit))
    )
    return (total.action, *numbers, *times, bar)


def _lines_table(lines: Sequence[Explanation]) -> Markup:
    return _table(_LIST_HEAD, [_line_row(line) for line in lines], numbers=(4,))


def _line_row(line: Explanation) -> Sequence[Child]:
    changed = (element("span", text, class_="changed") for text in line.changed)
    said = {Outcome.HIT: "in store"}.get(line.outcome, str(line.outcome))
    state = {Outcome.HIT: "stored", Outcome.RAN: "made"}.get(line.outcome, "kept")
    return (
        line.action,
        line.subject,
        element("span", said, class_=f"badge {state}"),
        joined(line.why, *changed),
        "–" if line.outcome is Outcome.KEPT else work_seconds(line.seconds),
        element("code", line.key[:_SHORT_KEY], title=line.key or None),
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[Child]], numbers: Sequence[int]) -> Markup:
    def cells(name: str, values: Sequence[Child]) -> Markup:
        return element(
            "tr",
            *(
                element(name, value, class_="number" if index in numbers else None)
                for index, value in enumerate(values)
            ),
        )

    body = (cells("td", row) for row in rows)
    return element("table", element("thead", cells("th", head)), element("tbody", *body))
