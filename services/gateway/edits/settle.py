"""From the shots that an operation wants to a timeline that keeps every promise.

Locks and pins are checked, lengths too; windows are moved into their stretches, accents found
again, and the sound window follows the film's length. Shots that did not change stay the same
objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from services.gateway.clip_music import with_music
from services.gateway.edits.fit import fit_window, home_stretch, shows_some_of
from services.gateway.edits.keep import check_kept
from services.gateway.edits.overlap import Overlap, minimum_frames, overlaps
from services.gateway.edits.resync import resynced
from services.gateway.edits.scene import Scene, music_of
from services.gateway.edits.trim import too_short
from services.gateway.looks import moved_looks
from services.gateway.music import accents_between, song_window
from services.gateway.room import give_room
from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.performance import performance_named
from shared.shot import MoveKind, Shot, is_clip
from shared.timeline import SongWindow, Timeline, Transition


def settle(
    before: Timeline,
    shots: Sequence[Shot],
    scene: Scene,
    op: str,
    *,
    transitions: Sequence[Transition] | None = None,
    next_shot_number: int | None = None,
    is_planned: bool = False,
) -> Timeline:
    """The timeline with these shots; transitions into shots that are gone go with them.

    Lengths that `is_planned` says were planned may be as short as a burst of cuts wants them.
    Raises `Conflict` for locks and pins, `InvalidInput` for a shot that gets too short, needs
    more footage than there is, or for a film that gets longer than its song.
    """
    if transitions is None:
        ids = {shot.id for shot in shots[1:]}
        transitions = [item for item in before.transitions if item.into in ids]
    check_kept(before, shots, transitions, op)
    around = overlaps(shots, transitions)
    if not is_planned:
        _check_lengths(before, shots, around, op)
    shots = resynced(before, shots, around, op)
    sound = _sound(before, sum(shot.frames for shot in shots), scene, op)
    fitted = _fit(before, shots, around, scene, op)
    return replace(
        before,
        shots=_accent(before, fitted, scene),
        transitions=tuple(transitions),
        sound=sound,
        next_shot_number=next_shot_number or before.next_shot_number,
    )


def _check_lengths(
    before: Timeline, shots: Sequence[Shot], around: dict[str, Overlap], op: str
) -> None:
    old = {shot.id: shot.frames for shot in before.shots}
    taken = overlaps(before.shots, before.transitions)
    for shot in shots:
        # A burst may have shots below the minimum; they are refused only when they change.
        if old.get(shot.id) == shot.frames and taken[shot.id] == around[shot.id]:
            continue
        minimum = minimum_frames(around[shot.id], before.frame_rate)
        if shot.frames < minimum:
            raise too_short(op, shot.id, shot.frames, minimum)


def _sound(before: Timeline, frame_count: int, scene: Scene, op: str) -> SongWindow | None:
    if before.sound is None or frame_count == before.frame_count:
        return before.sound
    music = music_of(before, scene.sync_map)
    left = max(0, music.frames_left(before.frame_count) or 0)
    grown = frame_count - before.frame_count
    if grown > left:
        raise InvalidInput(
            f"{op}: the film would be {grown} frames longer; its song has {left} frames "
            f"({float(left / before.frame_rate):.2f} s) left"
        )
    duration = scene.sync_map.duration_samples if scene.sync_map else 0
    sound = before.sound
    return song_window(sound.audio, sound.start_sample, frame_count, before.frame_rate, duration)


def _fit(
    before: Timeline, shots: Sequence[Shot], around: dict[str, Overlap], scene: Scene, op: str
) -> list[Shot]:
    old = {shot.id: shot for shot in before.shots}
    around_before = overlaps(before.shots, before.transitions)
    fitted, homes = [], {}
    for shot in shots:
        was = old.get(shot.id)
        is_as_before = was is not None and (
            (was.frames, was.source, around_before[shot.id])
            == (shot.frames, shot.source, around[shot.id])
        )
        is_synced = performance_named(before.performances, shot.source.handle) is not None
        if is_as_before or is_synced or not is_clip(shot.source):
            fitted.append(shot)
            continue
        # A longer window may reach into the next stretch; the old one says whose it is.
        anchor = was if was and shows_some_of(shot, was, before.frame_rate) else shot
        stretches = scene.stretches_of(shot.source.handle)
        stretch = home_stretch(anchor, stretches, before.frame_rate)
        fitted.append(fit_window(shot, around[shot.id], stretch, before.frame_rate, op))
        homes[shot.id] = stretch
    beyond = {name: (overlap.head, overlap.tail) for name, overlap in around.items()}
    return give_room(fitted, homes, before.frame_rate, beyond)


def _accent(before: Timeline, shots: Sequence[Shot], scene: Scene) -> tuple[Shot, ...]:
    """The shots with the beats that fall into them now, where that may have changed."""
    frame_count = sum(shot.frames for shot in shots)
    music = music_of(before, scene.sync_map)
    beats = music.beats(frame_count) if scene.sync_map else ()
    places = dict(zip((shot.id for shot in before.shots), before.start_frames(), strict=True))
    old = {shot.id: (_follows(shot), shot.frames, places[shot.id]) for shot in before.shots}
    starts = accumulate((shot.frames for shot in shots), initial=0)
    accented = []
    for shot, start in zip(shots, starts, strict=False):
        if shot.is_locked or old.get(shot.id) == (_follows(shot), shot.frames, start):
            accented.append(shot)
            continue
        end = start + shot.frames
        inside = accents_between(beats, start, end, before.frame_rate)
        struck = moved_looks(shot, inside, before.frame_rate)
        found = inside if _follows(shot) else ()
        accented.append(with_music(replace(struck, accents=found), start, music))
    return tuple(accented)


def _follows(shot: Shot) -> bool:
    # A clip's own motion follows the accents where no camera moves.
    moves = shot.move.kind is not MoveKind.HOLD or shot.source.kind is MediaKind.VIDEO
    return shot.follows_accents and moves
