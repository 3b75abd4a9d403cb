"""Films of talk: clips that keep their sound, cut at sentences, with other footage over the joins.

The talk decides how long the film is and where it cuts. Its clips play as they were recorded:
never faster, never slipped against their sound. A song plays under it and makes room.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from services.gateway.camera import direct_camera
from services.gateway.casting import Cast, Slot, Take
from services.gateway.director import Directed, Heard, direct_film
from services.gateway.edited_song import Listening
from services.gateway.material import Material, Stretch
from services.gateway.music import song_window
from services.gateway.pictures import naming
from services.gateway.sight import Sight
from services.gateway.talk_spine import Piece, Run, Spine, runs_of, said_in_film, spine_of, within
from shared.brief import Brief, MediaKind, Reference, Role, SpeechOptions
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.observation import MediaInfo
from shared.requests import AnalyzeRequest
from shared.runner import Runner
from shared.schema import from_json, to_json
from shared.shot import Footage, Framing, Move, MoveKind, Shot, new_shot_id
from shared.soundtrack import ClipSound, ShotSound
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, CutKind, CutPlan, PlannedCut, SyncMap
from shared.timeline import SongWindow, Timeline
from shared.timing import frame_at_seconds, sample_at_frame

# Where two pieces of one clip meet in view, every other one is nearer: a jump cut looks wanted.
_NEARER = 1.15
_TALK_ENERGY = 0.4


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen and heard before a film of talk is planned; `listening` is to its song."""

    material: Material
    sight: Sight
    listening: Listening | None
    others: Sequence[Take] = ()


@dataclass(frozen=True, slots=True)
class TalkFilm:
    """A timeline, the sync map on the film's time, and what was left out, in sentences."""

    timeline: Timeline
    sync_map: SyncMap
    notes: tuple[str, ...] = ()


def is_talk(reference: Reference) -> bool:
    """Whether a reference is a clip of somebody talking, to be kept with its sound."""
    return reference.kind is MediaKind.VIDEO and Role.TALK in reference.roles


def has_talk(brief: Brief) -> bool:
    """Whether a brief makes a film of talk."""
    return any(map(is_talk, brief.references))


async def plan_talk(
    runner: Runner, brief: Brief, infos: Mapping[Digest, MediaInfo], looked: Looked
) -> TalkFilm:
    """The film of what is said in a brief's talk clips, in their order.

    With a duration it holds the first sentences that fit. Raises `InvalidInput` for a talk clip
    without sound, for clips in which nothing is said, and for a script or a voice beside them.
    """
    if brief.voice is not None or brief.say is not None:
        raise InvalidInput(
            "talk: the clips speak for themselves; expected no voice and nothing to say beside them"
        )
    talkers = [item for item in brief.references if is_talk(item)]
    silent = [item for item in talkers if infos[item.blob].audio_codec is None]
    if silent:
        raise InvalidInput(
            f"{silent[0].path or silent[0].handle}: has no sound; expected talk to cut to"
        )
    heard = await asyncio.gather(*(_hear(runner, brief, item) for item in talkers))
    stretches = {item.handle: _stretches(looked.material, item) for item in talkers}
    runs = [
        _on_frames(run, stretches[talkers[index].handle])
        for index, (item, sync_map) in enumerate(zip(talkers, heard, strict=True))
        for run in runs_of(
            index, sync_map, _delay(runner, item), stretches[item.handle][-1].end_seconds
        )
    ]
    if not runs:
        names = ", ".join(item.path or item.handle for item in talkers)
        raise InvalidInput(f"{names}: no words were heard; expected talk (or no role talk)")
    most = None
    if brief.duration_seconds is not None:
        most = frame_at_seconds(brief.duration_seconds, brief.frame_rate)
    kept = within(runs, brief.frame_rate, most)
    spine, directed = await asyncio.to_thread(_covered, brief, looked, kept)
    sync_map = _sync_map(spine, looked.listening, heard[0].language)
    cut_plan = _cut_plan(spine, sync_map)
    timeline = Timeline(
        size=brief.size,
        frame_rate=brief.frame_rate,
        shots=_shots(brief, spine, talkers, stretches, directed),
        sound=_song(looked.listening, spine),
        sync_map=runner.blobs.put(to_json(sync_map)),
        cut_plan=runner.blobs.put(to_json(cut_plan)),
        seed=brief.seed,
        next_shot_number=len(spine.pieces) + 1,
        pacing=brief.pacing,
        song=brief.song,
        references=brief.references,
    )
    return TalkFilm(timeline, sync_map, _notes(runs, kept))


async def _hear(runner: Runner, brief: Brief, talker: Reference) -> SyncMap:
    request = AnalyzeRequest(talker.blob, brief.speech or SpeechOptions())
    digest = await naming(talker, runner.run(request, talker.handle))
    return from_json(SyncMap, runner.blobs.read(digest))


def _delay(runner: Runner, talker: Reference) -> Fraction:
    from shared.media.sound_delay import sound_delay_seconds

    with runner.blobs.local_path(talker.blob) as path:
        return sound_delay_seconds(path)


def _stretches(material: Material, talker: Reference) -> list[Stretch]:
    return [item for item in material.stretches if item.reference.handle == talker.handle]


def _on_frames(run: Run, stretches: Sequence[Stretch]) -> Run:
    """The run from the source frame on that shows its start: sound and picture begin together."""
    home = _home(stretches, run.start_seconds)
    return replace(run, start_seconds=home.seconds_at(home.frame_at(run.start_seconds)))


def _home(stretches: Sequence[Stretch], seconds: Fraction) -> Stretch:
    return next((item for item in stretches if seconds < item.end_seconds), stretches[-1])


def _covered(brief: Brief, looked: Looked, runs: Sequence[Run]) -> tuple[Spine, Directed | None]:
    """The spine with as many covers as there is footage for, and what they show."""
    material = Material(
        tuple(item for item in looked.material.stretches if not is_talk(item.reference)),
        looked.material.photos,
    )
    has_others = bool(material.stretches or material.photos)
    for most in range(len(runs) - 1 if has_others else 0, 0, -1):
        spine = spine_of(runs, brief.frame_rate, most)
        covers = [piece for piece in spine.pieces if piece.index is None]
        if not covers:
            break
        directed = _direct_covers(brief, looked, material, covers)
        if not directed.dropped:
            return spine, directed
    return spine_of(runs, brief.frame_rate, 0), None


def _direct_covers(
    brief: Brief, looked: Looked, material: Material, covers: Sequence[Piece]
) -> Directed:
    """What other footage shows, as a film of its own that has nothing but covers."""
    others = tuple(item for item in brief.references if not is_talk(item))
    cuts, at = [], 0
    for cover in covers[:-1]:
        at += cover.end - cover.start
        cuts.append(PlannedCut(at, None, CutEvent.CLOCK, CutKind.STEADY, 0.0, "over a join"))
    last = covers[-1]
    plan = CutPlan(brief.frame_rate, at + last.end - last.start, 0, tuple(cuts))
    heard = Heard(None, None, plan, Digest.of_bytes(to_json(plan)))
    alone = replace(brief, song=None, references=others)
    return direct_film(alone, material, heard, None, looked.sight, looked.others)


def _shots(
    brief: Brief,
    spine: Spine,
    talkers: Sequence[Reference],
    stretches: Mapping[str, Sequence[Stretch]],
    directed: Directed | None,
) -> tuple[Shot, ...]:
    covers = iter(directed.timeline.shots if directed else ())
    shots: list[Shot] = []
    nearer = False
    for number, piece in enumerate(spine.pieces, start=1):
        name = new_shot_id(brief.seed, number)
        if piece.index is None:
            shots.append(replace(next(covers), id=name, frames=piece.end - piece.start))
            continue
        run = spine.runs[piece.index]
        talker = talkers[run.clip]
        before = shots[-1].source if shots else None
        meets_itself = isinstance(before, Footage) and before.handle == talker.handle
        nearer = meets_itself and not nearer
        start = run.start_seconds + piece.lead_frames / spine.frame_rate
        shots.append(
            Shot(
                id=name,
                frames=piece.end - piece.start,
                source=Footage(
                    talker.handle,
                    talker.blob,
                    talker.kind,
                    start,
                    input_lut=talker.input_lut,
                ),
                framing=_framing(brief, stretches[talker.handle], start, piece, nearer=nearer),
                move=Move(),
                follows_accents=False,
                sound=ShotSound(ClipSound.FULL, piece.lead_frames, piece.tail_frames),
            )
        )
    return tuple(shots)


def _framing(
    brief: Brief, stretches: Sequence[Stretch], start: Fraction, piece: Piece, *, nearer: bool
) -> Framing:
    cast = Cast(_home(stretches, start), start)
    slot = Slot(Fraction(piece.end - piece.start) / brief.frame_rate, _TALK_ENERGY)
    framing, _ = direct_camera(cast, slot, brief.size, MoveKind.HOLD, 1)
    return replace(framing, zoom=framing.zoom * _NEARER) if nearer else framing


def _sync_map(spine: Spine, listening: Listening | None, language: str | None) -> SyncMap:
    """What is heard in the film: the song from its start, and the talk's words."""
    length = sample_at_frame(spine.frame_count, SAMPLE_RATE_HZ, spine.frame_rate)
    song = listening.sync_map if listening else SyncMap(length, 1.0, None, 0.0, (), (), ())
    words, sentences = said_in_film(spine)
    return replace(song, words=words, sentences=sentences, language=language)


def _cut_plan(spine: Spine, sync_map: SyncMap) -> CutPlan:
    words = {_frame(spine, word.start_sample): word.start_sample for word in sync_map.words}
    joins = dict(zip(spine.starts, range(len(spine.starts)), strict=True))
    cuts = []
    for before, piece in pairwise(spine.pieces):
        if piece.start in joins:
            event, sample = (
                CutEvent.SENTENCE,
                sample_at_frame(piece.start, SAMPLE_RATE_HZ, spine.frame_rate),
            )
            reason = "a sentence has ended, and the pause after it is left out"
        elif piece.start in words:
            event, sample = CutEvent.WORD, words[piece.start]
            reason = "other footage covers a join, from a word on"
            if piece.index is not None:
                reason = "back to the talker on a word, whose sound came first"
        else:
            event, sample = CutEvent.SPEECH, None
            reason = "the next talker is heard before being seen"
            if piece.index is None:
                reason = "other footage covers a join"
            elif before.index is None:
                reason = "back to the talker, whose sound came first"
        cuts.append(PlannedCut(piece.start, sample, event, CutKind.ON_SPEECH, 0.5, reason))
    return CutPlan(spine.frame_rate, spine.frame_count, 0, tuple(cuts))


def _frame(spine: Spine, sample: int) -> int:
    return frame_at_seconds(Fraction(sample, SAMPLE_RATE_HZ), spine.frame_rate)


def _song(listening: Listening | None, spine: Spine) -> SongWindow | None:
    if listening is None:
        return None
    return song_window(
        listening.reference.blob,
        0,
        spine.frame_count,
        spine.frame_rate,
        listening.sync_map.duration_samples,
    )


def _notes(runs: Sequence[Run], kept: Sequence[Run]) -> tuple[str, ...]:
    said = sum(len(run.sentences) for run in runs)
    left_out = said - sum(len(run.sentences) for run in kept)
    if not left_out:
        return ()
    return (f"{left_out} of {said} sentences of the talk do not fit into the duration",)
