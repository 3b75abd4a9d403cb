"""Cutdowns: shorter films of an approved one, of the same shots over the same music.

A shot keeps the music that it had, so what is kept stays on its beats and its request is what it
was: its packets are the master's. What is left out takes its music with it, and the joins lie where
the music goes on (`joins`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from services.gateway.deliveries import look_again
from services.gateway.edits.tags import shot_tags
from services.gateway.made_film import MadeFilm, Watcher
from services.gateway.pictures import naming
from services.gateway.revise import revise_film
from services.gateway.versions.choice import Piece, choose, shortest_frames
from services.gateway.versions.cut_timeline import (
    Song,
    cut_plan_of,
    left_out,
    shorter_timeline,
    song_spans,
)
from services.gateway.versions.joins import Joins
from services.gateway.versions.runs import runs_of
from services.gateway.versions.shorter import Shorter
from services.gateway.versions.unlocked import with_true_locks
from shared.errors import InvalidInput
from shared.music_edit import MusicEdit
from shared.requests import EditMusicRequest
from shared.runner import LocalRunner
from shared.schema import from_json, to_json
from shared.settings import Settings
from shared.sync_map import CutPlan, SyncMap
from shared.timeline import Timeline
from shared.timing import frame_at_seconds

MIN_SECONDS, MAX_SECONDS = Fraction(2), Fraction(600)


@dataclass(frozen=True, slots=True)
class Cutdown:
    """A shorter timeline and what is told of it."""

    timeline: Timeline
    document: Mapping[str, Any]


async def make_cutdown(
    settings: Settings, source: Path, seconds: Fraction, out: Path, watcher: Watcher
) -> tuple[MadeFilm, Mapping[str, Any]]:
    """Make a cutdown of the film in `source` into the folder `out`; says how it was chosen.

    Raises `InvalidInput` where what must be kept does not fit, or small print could not be read.
    """
    told: list[Mapping[str, Any]] = []

    async def change(runner: LocalRunner, film: Timeline) -> Timeline:
        found = await cut_down(runner, film, seconds)
        told.append(found.document)
        return found.timeline

    made = await revise_film(settings, source, change, out, verify_all=False, watcher=watcher)
    return made, {**told[-1], **_reused(made.report)}


async def cut_down(runner: LocalRunner, film: Timeline, seconds: Fraction) -> Cutdown:
    """The cutdown of a film as a timeline; nothing is rendered.

    Raises what `make_cutdown` raises.
    """
    target = _target(film, seconds)
    blobs = runner.blobs
    heard = from_json(SyncMap, blobs.read(film.sync_map)) if film.sync_map else None
    joins = Joins(film, heard)
    shorter = Shorter(film, joins, await look_again(runner, film))
    question = shorter.question(target)
    chosen = choose(question, shorter.join_cost)
    if chosen is None:
        raise _does_not_fit(film, seconds, shortest_frames(question))
    runs = runs_of(film, chosen)
    song = await _song(runner, film, chosen, heard)
    parent = blobs.put(to_json(film))
    made = with_true_locks(film, shorter_timeline(film, chosen, song, parent))
    plan = cut_plan_of(made, film, from_json(CutPlan, blobs.read(film.cut_plan)), runs, song)
    made = replace(made, cut_plan=blobs.put(to_json(plan)))
    return Cutdown(made, _document(film, made, chosen, joins, song))


async def _song(
    runner: LocalRunner, film: Timeline, chosen: Sequence[Piece], heard: SyncMap | None
) -> Song | None:
    """A window of the film's song where it is one run, else its stretches joined."""
    if film.sound is None:
        return None
    spans = song_spans(film, runs_of(film, chosen))
    if len(spans) == 1 or film.sync_map is None:
        start = spans[0].start_sample
        return Song(film.sound.audio, start, film.sync_map, heard)
    length = sum(span.end_sample - span.start_sample for span in spans)
    request = EditMusicRequest(film.sound.audio, film.sync_map, length, spans)
    work = runner.run(request, "the song")
    digest = await (naming(film.song, work) if film.song else work)
    edit = from_json(MusicEdit, runner.blobs.read(digest))
    sync_map = from_json(SyncMap, runner.blobs.read(edit.sync_map))
    return Song(edit.audio, 0, edit.sync_map, sync_map, is_edit=True)


def _target(film: Timeline, seconds: Fraction) -> int:
    if not MIN_SECONDS <= seconds <= MAX_SECONDS:
        raise InvalidInput(
            f"a cutdown of {float(seconds):g} s; expected {MIN_SECONDS} to {MAX_SECONDS} s"
        )
    target = frame_at_seconds(seconds, film.frame_rate)
    if target >= film.frame_count:
        raise InvalidInput(
            f"a cutdown of {float(seconds):g} s; the film has "
            f"{float(film.frame_count / film.frame_rate):.2f} s, expected less"
        )
    return target


def _does_not_fit(film: Timeline, seconds: Fraction, least: int) -> InvalidInput:
    tagged = [
        f"{shot.id} ({', '.join(tags)}, {float(shot.frames / film.frame_rate):.1f} s)"
        for shot, tags in zip(film.shots, shot_tags(film), strict=True)
        if tags
    ]
    return InvalidInput(
        f"no cutdown of {float(seconds):g} s: what must be kept takes at least "
        f"{float(least / film.frame_rate):.2f} s: {'; '.join(tagged)}; expected a longer cutdown, "
        "or fewer tags"
    )


def _document(
    film: Timeline, made: Timeline, chosen: Sequence[Piece], joins: Joins, song: Song | None
) -> dict[str, Any]:
    rate, tags = film.frame_rate, shot_tags(film)
    runs = runs_of(film, chosen)
    found = []
    for before, after in pairwise(runs):
        step = joins.step_ms(before.end, after.start)
        found.append(
            {
                "frame": after.at,
                "left_out_seconds": round(float((after.start - before.end) / rate), 3),
                "beat_in_bar": [joins.place(f).in_bar for f in (before.end, after.start)],
                "rhythm_step_ms": None if step is None else round(step, 1),
            }
        )
    notes = []
    if open_shots := [shot.id for shot in film.shots if not shot.is_locked]:
        notes.append(
            f"the master is not approved: {len(open_shots)} of {len(film.shots)} shots are not "
            "locked, and may still change"
        )
    without = left_out(film, made)
    notes += [f"left out: {', '.join(items)}" for kind, items in without.items() if kind != "shots"]
    return {
        "seconds": float(made.frame_count / rate),
        "frames": made.frame_count,
        "of_frames": film.frame_count,
        "song": None if song is None else ("joined" if song.is_edit else "window"),
        "shots": [
            {
                "id": film.shots[piece.index].id,
                "tags": [tag.value for tag in tags[piece.index]],
                "frames": piece.frames,
                "of_frames": film.shots[piece.index].frames,
            }
            for piece in chosen
        ],
        "left_out": dict(without),
        "joins": found,
        "notes": notes,
    }


def _reused(report: Mapping[str, Any]) -> dict[str, Any]:
    """How much of the cutdown is the master's, packet for packet."""
    kept = report["summary"]["shots_kept"]
    ran = [action for action in report["actions"] if not action["hit"]]
    return {
        "shots_kept": kept,
        "shots_made": len(report["shots"]) - kept,
        "renders_run": sum(action["action"] in ("render", "transition") for action in ran),
    }
