"""The timeline of a cutdown: the chosen shots as they are, over the music that was under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from services.gateway.edits.trim import backwards_head
from services.gateway.generating import whole_clip
from services.gateway.music import Music
from services.gateway.versions.choice import Piece
from services.gateway.versions.runs import Run, captions_in, runs_of, titles_in, tracks_in
from shared.digest import Digest
from shared.shot import Shot
from shared.sync_map import (
    SAMPLE_RATE_HZ,
    CutEvent,
    CutKind,
    CutPlan,
    PlannedCut,
    Span,
    SyncMap,
)
from shared.timeline import SongWindow, Timeline
from shared.timing import sample_at_frame

_FADE_SAMPLES = SAMPLE_RATE_HZ * 3 // 4
_SNAP = SAMPLE_RATE_HZ // 50


@dataclass(frozen=True, slots=True)
class Song:
    """What a shorter film plays: an audio from a sample on, with what is heard in it.

    `is_edit` says that it was joined for the film and begins with it.
    """

    audio: Digest
    start_sample: int
    sync_map_digest: Digest | None
    sync_map: SyncMap | None
    is_edit: bool = False


def song_spans(film: Timeline, runs: Sequence[Run]) -> tuple[Span, ...]:
    """The stretches of the film's song under its runs; each is as long as its run to the sample."""
    assert film.sound is not None
    rate, spans = film.frame_rate, []
    for run in runs:
        start = film.sound.start_sample + sample_at_frame(run.start, SAMPLE_RATE_HZ, rate)
        length = _length(run, rate)
        spans.append(Span(start, start + length))
    return tuple(spans)


def shorter_timeline(
    film: Timeline, chosen: Sequence[Piece], song: Song | None, parent: Digest
) -> Timeline:
    """The film of the chosen pieces; its cut plan is not in it yet (`cut_plan_of`).

    Raises `InvalidInput` for small print that would be held too briefly.
    """
    runs = runs_of(film, chosen)
    shots = tuple(_shot(film, piece, chosen, place) for place, piece in enumerate(chosen))
    entered = {film.shots[piece.index].id for piece in _followed(film, chosen)}
    count = sum(shot.frames for shot in shots)
    return replace(
        film,
        shots=shots,
        transitions=tuple(item for item in film.transitions if item.into in entered),
        sound=_sound(film, song, runs, count) if song else None,
        sync_map=song.sync_map_digest if song else film.sync_map,
        captions=captions_in(film, runs),
        titles=titles_in(film, runs, chosen),
        tracks=tracks_in(film, runs),
        voice=None,
        # Takes are placed in the song as it was; their shots stay in time with what they play.
        performances=() if song and song.is_edit else film.performances,
        parent=parent,
    )


def cut_plan_of(
    shorter: Timeline, film: Timeline, plan: CutPlan, runs: Sequence[Run], song: Song | None
) -> CutPlan:
    """The cut plan of a cutdown: every cut keeps its event; a join says what was left out."""
    rate = film.frame_rate
    start = song.start_sample if song else 0
    music = Music(song.sync_map if song else None, start, rate)
    known = {cut.frame: cut for cut in plan.cuts}
    cuts = []
    for frame in shorter.start_frames()[1:]:
        run = next(run for run in reversed(runs) if run.at <= frame)
        cut = known.get(run.start + frame - run.at)
        cut = cut or PlannedCut(
            frame, None, CutEvent.CLOCK, CutKind.STEADY, 0.0, "put here by cutdown"
        )
        cut = replace(cut, frame=frame)
        if song and song.is_edit:
            cut = _heard(cut, run, film, music)
        if run.at == frame:
            before = next(r for r in runs if r.at + r.frames == frame)
            left_out = float((run.start - before.end) / rate)
            cut = replace(cut, reason=f"{cut.reason}; {left_out:.2f} s are left out before it")
        cuts.append(cut)
    beats = music.beats(shorter.frame_count)
    return replace(
        plan,
        frame_count=shorter.frame_count,
        window_start_sample=start,
        cuts=tuple(cuts),
        accents=beats,
    )


def _heard(cut: PlannedCut, run: Run, film: Timeline, music: Music) -> PlannedCut:
    """The cut with its event where it is in the joined song."""
    if cut.sample is None or film.sound is None or music.sync_map is None:
        return replace(cut, sample=None)
    rate = film.frame_rate
    first = film.sound.start_sample + sample_at_frame(run.start, SAMPLE_RATE_HZ, rate)
    sample = cut.sample - first + sample_at_frame(run.at, SAMPLE_RATE_HZ, rate)
    near = min(
        (beat.sample for beat in music.sync_map.beats),
        key=lambda beat: abs(beat - sample),
        default=sample,
    )
    return replace(cut, sample=max(0, near if abs(near - sample) <= _SNAP else sample))


def _shot(film: Timeline, piece: Piece, chosen: Sequence[Piece], place: int) -> Shot:
    shot = replace(film.shots[piece.index], is_pinned=False)
    if piece.frames != shot.frames:
        shot = _resized(shot, piece.frames, film.frame_rate)
    before = chosen[place - 1] if place else None
    if before is None or before.index + 1 != piece.index:
        shot = replace(shot, sound=replace(shot.sound, lead_frames=min(0, shot.sound.lead_frames)))
    after = chosen[place + 1] if place + 1 < len(chosen) else None
    if after is None or after.index != piece.index + 1:
        shot = replace(shot, sound=replace(shot.sound, tail_frames=min(0, shot.sound.tail_frames)))
    return shot


def _resized(shot: Shot, frames: int, rate: Fraction) -> Shot:
    source = shot.source
    if frames < shot.frames:
        source = whole_clip(shot, rate)
        source = backwards_head(source, shot.frames - frames, rate)
    return replace(
        shot,
        frames=frames,
        source=source,
        accents=tuple(item for item in shot.accents if item.frame < frames),
        looks=tuple(item for item in shot.looks if item.frame < frames),
        is_locked=False,  # it is not the clip that was locked
    )


def _followed(film: Timeline, chosen: Sequence[Piece]) -> list[Piece]:
    """The pieces that come after the shot that they came after, all of it."""
    return [
        piece
        for before, piece in pairwise(chosen)
        if before.index + 1 == piece.index and before.frames == film.shots[before.index].frames
    ]


def _sound(film: Timeline, song: Song, runs: Sequence[Run], count: int) -> SongWindow:
    assert film.sound is not None
    length = sample_at_frame(count, SAMPLE_RATE_HZ, film.frame_rate)
    ends_alike = runs[-1].end == film.frame_count
    fade = film.sound.fade_out_samples if ends_alike else _FADE_SAMPLES
    return SongWindow(song.audio, song.start_sample, length, min(fade, length))


def _length(run: Run, rate: Fraction) -> int:
    first = sample_at_frame(run.at, SAMPLE_RATE_HZ, rate)
    return sample_at_frame(run.at + run.frames, SAMPLE_RATE_HZ, rate) - first


def left_out(film: Timeline, shorter: Timeline) -> Mapping[str, list[str]]:
    """What of a film is not in its cutdown, by kind: ids of shots, cues, titles; lines, effects."""
    shots = {shot.id for shot in shorter.shots}
    cues, titles = {c.id for c in shorter.captions}, {t.id for t in shorter.titles}
    lines = {line.text for line in shorter.tracks.lines}
    found = {
        "shots": [shot.id for shot in film.shots if shot.id not in shots],
        "cues": [cue.id for cue in film.captions if cue.id not in cues],
        "titles": [title.id for title in film.titles if title.id not in titles],
        "lines": [line.text for line in film.tracks.lines if line.text not in lines],
        "voice": ["the voice-over"] if film.voice and not shorter.voice else [],
    }
    effects = len(film.tracks.effects) - len(shorter.tracks.effects)
    found["effects"] = [f"{effects} sound effects"] if effects else []
    return {name: items for name, items in found.items() if items}
