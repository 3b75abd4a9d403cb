"""What is mixed with the song: how loud each track is, how clear speech is, J and L cuts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.page.markup import Markup, element
from services.gateway.page.wording import count, figure

_SAID = {"song": "song", "voice": "voice", "clips": "clips' own sound", "effects": "effects"}


def tracks_section(report: Mapping[str, Any]) -> Markup | None:
    """The tracks of the film's sound; None for a film that has no more than a song."""
    sound = report.get("sound") or {}
    if not sound.get("tracks"):
        return None
    return element(
        "section",
        element("h2", "Sound"),
        element("p", _lead(sound), class_="lead"),
        _table("Tracks", ("track", "loudness", "true peak", "makes room"), _levels(sound)),
        _table("Clips", ("shot", "of", "level", "cut", "sound leads", "goes on"), _clips(sound)),
        _table("Script", ("from", "to", "said"), _lines(sound)),
        element(
            "p",
            "Levels are those of the mix before its limiter and its loudness preset. "
            "In a J cut sound comes before its picture, in an L cut it goes on after it.",
        ),
        id="tracks",
    )


def _lead(sound: Mapping[str, Any]) -> str:
    parts = [count(len(sound["tracks"]), "track")]
    clear = [span["clear_lu"] for span in sound["speech"] if span["clear_lu"] is not None]
    if clear:
        parts.append(f"speech is {figure(min(clear), 1)} LU or more above what plays under it")
    if any(line["guide_voice"] for line in sound["lines"]):
        parts.append("the script is said by a synthetic guide voice")
    if sound["stems"] is not None:
        parts.append(f"{count(len(sound['stems']['files']), 'stem')} in the folder stems")
    return "; ".join(parts) + "."


def _levels(sound: Mapping[str, Any]) -> list[Sequence[str]]:
    return [
        (
            _SAID[track["name"]],
            _level(track["loudness_lufs"], "LUFS"),
            _level(track["true_peak_dbtp"], "dBTP"),
            f"{figure(track['turned_down_db'], 1)} dB" if track["turned_down_db"] else "",
        )
        for track in sound["tracks"]
    ]


def _clips(sound: Mapping[str, Any]) -> list[Sequence[str]]:
    return [
        (
            clip["shot"],
            f"@{clip['reference']}",
            clip["level"] if clip["is_heard"] else "left out: changes its speed",
            clip["cut"] or "straight",
            count(clip["lead_frames"], "frame") if clip["lead_frames"] else "",
            count(clip["tail_frames"], "frame") if clip["tail_frames"] else "",
        )
        for clip in sound["clips"]
    ]


def _lines(sound: Mapping[str, Any]) -> list[Sequence[str]]:
    return [
        (f"{line['start_seconds']:.2f} s", f"{line['end_seconds']:.2f} s", line["text"])
        for line in sound["lines"]
    ]


def _table(name: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup | None:
    if not rows:
        return None
    table = element(
        "table",
        element("thead", element("tr", *(element("th", cell) for cell in head))),
        element("tbody", *(element("tr", *(element("td", cell) for cell in row)) for row in rows)),
    )
    return element("div", table, class_="scroll", tabindex=0, role="region", aria_label=name)


def _level(value: float | None, unit: str) -> str:
    if value is None:
        return "silent"
    return f"{figure(value, 1)} {unit}"
