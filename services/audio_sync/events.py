"""What a beat may mean: beats, off-beats, downbeats, phrases, sections, drops, with rewards."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.audio_sync.candidate import Candidate, Window
from services.audio_sync.hearing import Hearing
from services.audio_sync.meter import TICKS_PER_BEAT, first_of_four
from services.audio_sync.places import beat_place, landmark_place
from shared.brief import Pacing
from shared.sync_map import CutEvent, Onset, SyncMap

_SNAP_BEATS, _SNAP_STRENGTH = 0.1, 0.4
_TURN_REACH_BEATS = 1.1
_TURN_REWARD, _TURN_REWARD_PER_DB = 3.0, 0.3
_FALL_SHARE = 0.4  # a break wants a cut as well, but not as badly as a drop
_TURN_SHARE_OF_FORM = 0.4  # where the form is known, a turn of energy is only a second witness
_LEAST_CONFIDENCE = 0.5
BEAT_REWARD, OFFBEAT_REWARD = 0.5, 0.0
# On top of the beat's own reward.
_LANDMARK_REWARDS = {
    CutEvent.DOWNBEAT: 1.0,
    CutEvent.PHRASE: 2.0,
    CutEvent.SECTION: 4.0,
    CutEvent.DROP: 9.0,
}
_ARC_REWARD = 1.0  # where a build or a break begins or ends


@dataclass(frozen=True, slots=True)
class Landmark:
    """The largest thing that begins at a moment of the song, and its name if it has one."""

    sample: int
    event: CutEvent
    name: str = ""


def landmarks(sync_map: SyncMap) -> list[Landmark]:
    """Downbeats, phrases, sections and drops, the lesser first."""
    return [
        *(Landmark(sample, CutEvent.DOWNBEAT) for sample in sync_map.downbeats),
        *(
            Landmark(item.start_sample, CutEvent.PHRASE, str(item.num_bars))
            for item in sync_map.phrases
        ),
        *(Landmark(item.start_sample, CutEvent.SECTION, item.label) for item in sync_map.sections),
        *(Landmark(sample, CutEvent.DROP) for sample in sync_map.drops),
    ]


def musical_candidates(hearing: Hearing, window: Window) -> list[Candidate]:
    """Everything in the song's grid and form, in order of time, whatever the film's length."""
    on_beats, alone = _landmarks_by_beat(hearing)
    found = list(_beats(hearing, window, on_beats))
    found += _offbeats(hearing, window)
    found += [_alone(landmark, hearing, window) for landmark in alone]
    found.sort(key=lambda candidate: (candidate.sample or 0, candidate.reward))
    return _mark_turns(_mark_arcs(found, hearing), hearing)


def _landmarks_by_beat(hearing: Hearing) -> tuple[dict[int, list[Landmark]], list[Landmark]]:
    """The landmarks of each beat by its index, the greatest last; and those without a beat."""
    by_beat: dict[int, list[Landmark]] = {}
    alone: dict[int, Landmark] = {}
    for landmark in landmarks(hearing.sync_map):
        index = hearing.meter.beat_near(landmark.sample)
        if index is None:
            alone[landmark.sample] = landmark
        else:
            by_beat.setdefault(index, []).append(landmark)
    return by_beat, list(alone.values())


def _beats(
    hearing: Hearing, window: Window, on_beats: dict[int, list[Landmark]]
) -> Iterator[Candidate]:
    sync_map, meter = hearing.sync_map, hearing.meter
    first, clarity = 0, 0.0
    if not sync_map.downbeats:
        first, clarity = first_of_four(sync_map, meter, hearing.dynamics)
    sureness = max(_LEAST_CONFIDENCE, sync_map.downbeat_confidence)
    for index, (beat, position) in enumerate(zip(sync_map.beats, meter.positions, strict=True)):
        here = on_beats.get(index, [])
        event = here[-1].event if here else CutEvent.BEAT
        reward = BEAT_REWARD + beat.strength
        if here:
            reward += _LANDMARK_REWARDS[event] * (sureness if event is CutEvent.DOWNBEAT else 1.0)
        elif not sync_map.downbeats and position % 4 == first:
            reward += _LANDMARK_REWARDS[CutEvent.DOWNBEAT] * clarity
        yield Candidate(
            window.frame(beat.sample),
            beat.sample,
            float(position),
            TICKS_PER_BEAT * position,
            event,
            beat.strength,
            reward,
            place=beat_place(meter.bar_place(index), [(item.event, item.name) for item in here]),
            in_bar=meter.beats_into_bar(index),
        )


def _offbeats(hearing: Hearing, window: Window) -> Iterator[Candidate]:
    """Halves of beats (thirds in 6/8), where something sounds near them or in the middle."""
    sync_map, meter = hearing.sync_map, hearing.meter
    times = [onset.sample for onset in sync_map.onsets]
    reach = _SNAP_BEATS * meter.beat_samples
    shares = [(sync_map.swing or 0.5, TICKS_PER_BEAT // 2)]
    if meter.division == 3:
        shares = [(1 / 3, TICKS_PER_BEAT // 3), (2 / 3, 2 * TICKS_PER_BEAT // 3)]
    for index in range(len(meter.samples) - 1):
        if meter.positions[index + 1] - meter.positions[index] != 1:
            continue
        start, end = meter.samples[index], meter.samples[index + 1]
        for share, ticks in shares:
            middle = start + round(share * (end - start))
            near = sync_map.onsets[
                bisect_left(times, middle - reach) : bisect_right(times, middle + reach)
            ]
            heard = max(near, key=lambda onset: onset.strength, default=Onset(middle, 0.0))
            sample = heard.sample if heard.strength >= _SNAP_STRENGTH else middle
            bar, into_bar = meter.bar_place(index), meter.beats_into_bar(index)
            yield Candidate(
                window.frame(sample),
                sample,
                meter.positions[index] + ticks / TICKS_PER_BEAT,
                TICKS_PER_BEAT * meter.positions[index] + ticks,
                CutEvent.OFFBEAT,
                heard.strength,
                OFFBEAT_REWARD + heard.strength,
                place=f"the off-beat after beat {bar.beat} of bar {bar.bar}" if bar else "",
                in_bar=None if into_bar is None else into_bar + ticks / TICKS_PER_BEAT,
            )


def _alone(landmark: Landmark, hearing: Hearing, window: Window) -> Candidate:
    """A landmark where no beat was heard."""
    return Candidate(
        window.frame(landmark.sample),
        landmark.sample,
        hearing.meter.position(landmark.sample),
        None,
        landmark.event,
        0.5,
        BEAT_REWARD + 0.5 + _LANDMARK_REWARDS[landmark.event],
        place=landmark_place(landmark.event, landmark.name),
    )


def _mark_arcs(found: list[Candidate], hearing: Hearing) -> list[Candidate]:
    """Say which candidates lie in a build; ends of builds and breaks are worth a little more."""
    arcs, marked = hearing.arcs, []
    ends = arcs.turning_points()
    for candidate in found:
        bonus = 0.0
        if candidate.ticks is not None and candidate.ticks % TICKS_PER_BEAT == 0:
            bonus = _ARC_REWARD * (candidate.ticks // TICKS_PER_BEAT in ends)
        build = arcs.build_at(candidate.position)
        if bonus or build is not None:
            candidate = replace(  # noqa: PLW2901
                candidate,
                reward=candidate.reward + bonus,
                build=build,
                is_burst=arcs.is_burst(candidate.position),
            )
        marked.append(candidate)
    return marked


def _mark_turns(found: list[Candidate], hearing: Hearing) -> list[Candidate]:
    """Give each rise and fall of energy to the beat where it is sharpest."""
    dynamics, marked = hearing.dynamics, list(found)
    samples = [candidate.sample or 0 for candidate in found]
    reach = _TURN_REACH_BEATS * hearing.meter.beat_samples
    share = _TURN_SHARE_OF_FORM if hearing.sync_map.sections or hearing.sync_map.drops else 1.0
    for turn in dynamics.turns():
        near = [
            index
            for index in range(
                bisect_left(samples, turn.sample - reach),
                bisect_right(samples, turn.sample + reach),
            )
            if found[index].event is not CutEvent.OFFBEAT or hearing.pacing is Pacing.FRANTIC
        ]
        if not near:
            continue
        sign = 1.0 if turn.change_db > 0 else -1.0
        best = max(near, key=lambda index: sign * dynamics.change_db(samples[index]))
        bonus = _TURN_REWARD + _TURN_REWARD_PER_DB * min(abs(turn.change_db), 12.0)
        bonus *= share * (1.0 if sign > 0 else _FALL_SHARE)
        reward = marked[best].reward + bonus
        marked[best] = replace(marked[best], reward=reward, change_db=turn.change_db)
    return marked
