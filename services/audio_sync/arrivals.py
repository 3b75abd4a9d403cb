"""What a window of the song gains from its form: where it may begin, what it holds, how it ends."""

from __future__ import annotations

from shared.sync_map import SAMPLE_RATE_HZ, SyncMap

_SECTION_START, _PHRASE_START = 0.06, 0.02
_PHRASE_END, _SECTION_END, _SONG_END = 0.08, 0.12, 0.14
_END_REACH_S = 0.25  # an end this far from a phrase's end is worth half
_DROP, _BUILD, _CHORUS = 0.16, 0.08, 0.08
# Share of the window where what it is about should come: not at once, not when it is over.
_EARLIEST, _LATEST = 0.12, 0.78
_PEAK_LABELS = ("chorus", "drop")


def form_starts(sync_map: SyncMap) -> list[tuple[int, float]]:
    """Where a window may begin (with the pick-up, so that no melody is cut) and what it gains."""
    sections = {section.start_sample for section in sync_map.sections}
    return [
        (
            max(0, phrase.start_sample - phrase.pickup_samples),
            _SECTION_START if phrase.start_sample in sections else _PHRASE_START,
        )
        for phrase in sync_map.phrases
    ]


def form_worth(sync_map: SyncMap, start: int, length: int) -> float:
    """What a window of `length` samples from `start` gains; 0.0 without phrases."""
    if not sync_map.phrases:
        return 0.0
    end = start + length
    worth = _ending(sync_map, end)
    drops = [drop for drop in sync_map.drops if _is_well_placed(drop, start, length)]
    if drops:
        worth += _DROP
        if any(start <= build.start_sample < build.end_sample < end for build in sync_map.builds):
            worth += _BUILD
    elif any(
        section.label in _PEAK_LABELS and _is_well_placed(section.start_sample, start, length)
        for section in sync_map.sections
    ):
        worth += _CHORUS
    return worth


def _is_well_placed(sample: int, start: int, length: int) -> bool:
    return _EARLIEST * length <= sample - start <= _LATEST * length


def _ending(sync_map: SyncMap, end: int) -> float:
    """What it is worth to end here: with the song, a section, a phrase, or just after one.

    Where the next phrase has a pick-up, the end may come before it.
    """
    sections = {section.end_sample for section in sync_map.sections}
    early = {phrase.start_sample: phrase.pickup_samples for phrase in sync_map.phrases}
    rewards: dict[int, float] = {}
    for phrase in sync_map.phrases:
        reward = _SECTION_END if phrase.end_sample in sections else _PHRASE_END
        rewards[phrase.end_sample] = reward
        rewards[phrase.end_sample - early.get(phrase.end_sample, 0)] = reward
    rewards[sync_map.duration_samples] = _SONG_END
    reach = _END_REACH_S * SAMPLE_RATE_HZ
    return max(reward * float(0.5 ** (abs(end - at) / reach)) for at, reward in rewards.items())
