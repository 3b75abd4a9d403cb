"""Films of talk: in sync, cut at sentences, other footage over the joins."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.gateway.build_plan import delivery_of, planned_clips
from services.gateway.edited_song import Listening
from services.gateway.material import gather_material
from services.gateway.sight import Sight
from services.gateway.talk import Looked, TalkFilm, has_talk, plan_talk
from shared.blobs import MemoryBlobs
from shared.brief import Brief, MediaKind, Narration, Reference, Role, Size
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.media.sound_delay import sound_delay_seconds
from shared.observation import MediaInfo
from shared.requests import AnalyzeRequest
from shared.schema import from_json, to_json
from shared.soundtrack import ClipSound, ShotSound
from shared.sync_map import CutEvent, CutPlan, SyncMap
from tests.gateway.synthetic import motion, reference
from tests.gateway.test_talk_spine import S, heard
from tests.shared.media.clapping import write_clapping

RATE = Fraction(30)


@dataclass
class Told:
    """A runner whose sounds were heard before."""

    heard: dict[Digest, SyncMap]
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)

    async def run(self, request: Any, subject: str = "") -> Digest:
        assert isinstance(request, AnalyzeRequest)
        assert request.speech is not None
        return self.blobs.put(to_json(self.heard[request.audio]))

    def key_of(self, request: Any) -> str:
        raise NotImplementedError


@dataclass
class Case:
    runner: Told
    brief: Brief
    infos: dict[Digest, MediaInfo]
    looked: Looked

    def plan(self, **changes: Any) -> TalkFilm:
        brief = replace(self.brief, **changes)
        return asyncio.run(plan_talk(self.runner, brief, self.infos, self.looked))


@pytest.fixture
def case(tmp_path: Path) -> Case:
    runner = Told({})
    clip = write_clapping(tmp_path / "talk.mp4", (1.0,), 1.5, delay_seconds=0.1)
    talker = Reference(
        "anna", MediaKind.VIDEO, runner.blobs.put(clip.read_bytes()), (Role.TALK,), "anna.mp4"
    )
    runner.heard[talker.blob] = heard((1, 5), (8, 12), (15, 19))
    other = reference("sea", MediaKind.VIDEO)
    info = MediaInfo(MediaKind.VIDEO, "mp4", "h264", 640, 360, RATE, 20.0, "aac", 48_000, 2, 20.0)
    brief = Brief(None, (talker, other), size=Size(640, 360), frame_rate=RATE)
    motions = {talker.blob: motion(20, speed=0.0), other.blob: motion(30)}
    material = gather_material(brief.references, motions, {})
    looked = Looked(material, Sight(), None)
    return Case(runner, brief, {talker.blob: info, other.blob: info}, looked)


def test_talk_keeps_its_sound_and_other_footage_covers_the_joins(case: Case) -> None:
    assert has_talk(case.brief)
    found = case.plan()
    timeline = found.timeline
    shown = [shot.source.handle for shot in timeline.shots]
    assert shown == ["anna", "sea", "anna", "sea", "anna"]
    for shot, start in zip(timeline.shots, timeline.start_frames(), strict=True):
        if shot.source.handle != "anna":
            assert shot.sound == ShotSound()
            continue
        assert shot.sound.level is ClipSound.FULL
        assert shot.source.speed == 1
        # Its sound begins with a frame of its clip: the picture is there when it is heard.
        begins = shot.source.start_seconds - shot.sound.lead_frames / RATE
        assert (begins * 25).denominator == 1
        assert start - shot.sound.lead_frames in (0, *_starts(found))
    # Nothing may move a talker's window against its sound.
    clips = planned_clips(timeline, delivery_of(timeline, draft=False))
    assert all(clip.wishes == (None,) for clip in clips)
    assert found.notes == ()


def _starts(found: TalkFilm) -> set[int]:
    """Film frames at which runs begin: where the sound of the one before ends."""
    ends = set()
    shots = zip(found.timeline.shots, found.timeline.start_frames(), strict=True)
    for shot, start in shots:
        if shot.sound.level is ClipSound.FULL:
            ends.add(start + shot.frames + shot.sound.tail_frames)
    return ends


def test_words_are_where_they_are_heard_in_the_film(case: Case) -> None:
    found = case.plan()
    first = next(shot for shot in found.timeline.shots if shot.source.handle == "anna")
    # The clip's sound begins late; its words come later by that.
    with case.runner.blobs.local_path(first.source.blob) as path:
        delay = sound_delay_seconds(path)
    assert delay > Fraction(1, 20)
    due = Fraction(1) + delay - first.source.start_seconds
    assert abs(found.sync_map.words[0].start_sample - float(due) * S) <= 96
    plan = from_json(CutPlan, case.runner.blobs.read(found.timeline.cut_plan))
    assert {cut.event for cut in plan.cuts} <= {CutEvent.WORD, CutEvent.SENTENCE, CutEvent.SPEECH}
    assert [cut.frame for cut in plan.cuts] == list(found.timeline.start_frames()[1:])


def test_without_other_footage_one_clip_meets_itself_nearer(case: Case) -> None:
    alone = replace(
        case.looked.material,
        stretches=tuple(s for s in case.looked.material.stretches if s.reference.handle == "anna"),
    )
    case.looked = replace(case.looked, material=alone)
    shots = case.plan().timeline.shots
    assert [shot.source.handle for shot in shots] == ["anna"] * 3
    zooms = [shot.framing.zoom for shot in shots]
    assert zooms[1] > zooms[0] == zooms[2]


def test_a_duration_keeps_whole_sentences_and_says_what_is_left_out(case: Case) -> None:
    found = case.plan(duration_seconds=Fraction(10))
    assert found.timeline.frame_count <= 300
    assert len(found.sync_map.sentences) == 2
    assert found.notes == ("1 of 3 sentences of the talk do not fit into the duration",)


def test_a_song_plays_under_it_from_its_start(case: Case) -> None:
    song = reference("song", MediaKind.AUDIO)
    beats = SyncMap(60 * S, 0.9, 120.0, 0.9, (), (), (0.5,) * 100)
    case.looked = replace(
        case.looked, listening=Listening(song, beats, Digest.of_bytes(to_json(beats)))
    )
    found = case.plan(song=song)
    assert found.timeline.sound is not None
    assert (found.timeline.sound.audio, found.timeline.sound.start_sample) == (song.blob, 0)
    assert found.sync_map.energy == beats.energy
    assert found.sync_map.words


def test_what_says_nothing_is_refused(case: Case) -> None:
    talker = case.brief.references[0]
    with pytest.raises(InvalidInput, match="expected no voice and nothing to say"):
        case.plan(say=Narration(talker.blob))
    case.runner.heard[talker.blob] = heard()
    with pytest.raises(InvalidInput, match=r"anna\.mp4: no words were heard"):
        case.plan()
    case.infos[talker.blob] = replace(case.infos[talker.blob], audio_codec=None)
    with pytest.raises(InvalidInput, match=r"anna\.mp4: has no sound"):
        case.plan()
