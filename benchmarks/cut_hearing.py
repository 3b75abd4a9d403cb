"""Where the cuts of a film fall in songs as Onbeat hears them, against the true beats and form."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from benchmarks.form.compose import compose
from benchmarks.form.specs import HELD_OUT
from benchmarks.form.truth import FormSong
from services.audio_sync.analyze import analyze
from services.audio_sync.cuts import plan
from shared.brief import Pacing
from shared.requests import PlanCutsRequest
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timing import frame_at_sample

_RATE = Fraction(30000, 1001)
_NEAR_SAMPLES = round(0.07 * SAMPLE_RATE_HZ)
_COLUMNS = ("on a beat", "on a downbeat", "phrases cut", "sections cut", "drops hit")


def lines() -> list[str]:
    """A table in Markdown over the held-out songs of the form benchmark."""
    counts: dict[Pacing, dict[str, list[bool]]] = {item: defaultdict(list) for item in Pacing}
    for spec in HELD_OUT:
        song = compose(spec)
        heard = analyze(song.samples, SAMPLE_RATE_HZ)
        frames = frame_at_sample(heard.duration_samples, SAMPLE_RATE_HZ, _RATE)
        for pacing in Pacing:
            found = plan(heard, PlanCutsRequest(None, pacing, _RATE, 0, frames))
            _count(song, [cut.sample for cut in found.cuts if cut.sample], counts[pacing])
    told = [
        f"The {len(HELD_OUT)} held-out songs as `analyze` hears them, within 70 ms of the truth:",
        "",
        "| pacing | cuts | " + " | ".join(_COLUMNS) + " |",
        "|---|---|" + "---|" * len(_COLUMNS),
    ]
    for pacing, by_column in counts.items():
        cells = [f"{sum(by_column[name])} of {len(by_column[name])}" for name in _COLUMNS]
        told.append(f"| {pacing} | {len(by_column[_COLUMNS[0]])} | " + " | ".join(cells) + " |")
    return told


def _count(song: FormSong, cuts: Sequence[int], by_column: dict[str, list[bool]]) -> None:
    by_column["on a beat"] += [_is_near(cut, song.beats) for cut in cuts]
    by_column["on a downbeat"] += [_is_near(cut, song.downbeats) for cut in cuts]
    for name, starts in (
        ("phrases cut", [item.start_sample for item in song.phrases[1:]]),
        ("sections cut", [item.start_sample for item in song.sections[1:]]),
        ("drops hit", list(song.drops)),
    ):
        by_column[name] += [_is_near(start, cuts) for start in starts]


def _is_near(sample: int, ordered: Sequence[int]) -> bool:
    place = bisect_left(ordered, sample)
    return any(
        abs(other - sample) <= _NEAR_SAMPLES for other in ordered[max(0, place - 1) : place + 1]
    )
