"""From shots to the sound of their clips; an edit of sound leaves every picture as it is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from services.gateway.briefs import BriefSpec, ReferenceSpec
from services.gateway.build import build
from services.gateway.build_plan import delivery_of
from services.gateway.clip_parts import (
    Window,
    clip_parts,
    expected_mix_request,
    has_clip_sound,
    request_of_build,
)
from services.gateway.embedded import embedded_runner
from services.gateway.ingest import ingest_brief
from services.gateway.kept import Parent
from services.gateway.plan import plan
from services.gateway.preview import Fate, preview
from shared.brief import MediaKind, Pacing, Size
from shared.errors import InvalidInput
from shared.media.segment import Segment
from shared.settings import Settings
from shared.soundtrack import ClipSound, ShotSound
from shared.timeline import Timeline, Transition, TransitionKind
from tests.e2e.sources import write_clip
from tests.gateway.edits.scenes import film, first_of
from tests.gateway.films import song, wav
from tests.shared.media.clapping import write_clapping


def sounding(timeline: Timeline, *names: str) -> Timeline:
    on = ShotSound(ClipSound.FULL, 6, 3)
    shots = tuple(replace(s, sound=on) if s.id in names else s for s in timeline.shots)
    return replace(timeline, shots=shots)


def test_sound_is_where_the_shot_is_rendered_from_and_fades_with_transitions() -> None:
    clip = first_of(film(), MediaKind.VIDEO, after=1)
    index = [shot.id for shot in film().shots].index(clip.id)
    timeline = sounding(film(), clip.id)
    timeline = replace(timeline, transitions=(Transition(clip.id, TransitionKind.DISSOLVE, 11),))
    (part,) = clip_parts(timeline, {clip.id: Window(Fraction(7, 2), Fraction(1))})
    assert part.start_seconds == Fraction(7, 2)
    assert part.start_frame == timeline.start_frames()[index]
    assert (part.first, part.last) == (-6 - 5, clip.frames + 3)
    assert (part.fade_in_frames, part.fade_out_frames) == (11, 0)


def test_photos_and_shots_that_are_off_have_none() -> None:
    photo = first_of(film(), MediaKind.IMAGE)
    assert not has_clip_sound(film())
    assert not has_clip_sound(sounding(film(), photo.id))
    assert clip_parts(sounding(film(), photo.id), {}) == ()


def test_turning_a_clip_down_renders_nothing_again(tmp_path: Path) -> None:
    (tmp_path / "song.wav").write_bytes(wav(song(4)))
    clip = write_clapping(tmp_path / "clap.mp4", (0.5, 1.5, 2.5), 3.0)
    mute = tmp_path / "mute.mp4"
    write_clip(mute, seconds=3.0, frame_rate=Fraction(30), step=3)
    spec = BriefSpec(
        song=tmp_path / "song.wav",
        references=(ReferenceSpec(clip), ReferenceSpec(mute)),
        size=Size(160, 90),
        pacing=Pacing.DRIVING,
        clip_sound=ClipSound.FULL,
    )

    async def run() -> None:
        async with embedded_runner(Settings(tmp_path / "store")) as runner:
            ingested = await ingest_brief(runner, spec)
            before = await plan(runner, ingested.brief, ingested.infos)
            delivery = delivery_of(before, draft=False)
            built = await build(runner, before, delivery)
            parent = Parent(before, built.build)
            heard = request_of_build(runner.blobs, before, built.build)
            assert heard is not None
            assert heard.tracks is not None
            assert {part.source for part in heard.tracks.clips} == {
                ingested.brief.references[0].blob
            }
            index = next(i for i, s in enumerate(before.shots) if s.sound.level is ClipSound.FULL)
            shots = list(before.shots)
            shots[index] = replace(shots[index], sound=ShotSound())
            after = replace(before, shots=tuple(shots))
            assert expected_mix_request(runner, before, parent) == (heard, True)
            fates = {(line.action, line.fate) for line in preview(runner, after, parent).lines}
            assert ("mix", Fate.WILL_RUN) in fates
            assert all(fate is Fate.KEPT for action, fate in fates if action == "render")
            count = len(runner.records)
            again = await build(runner, after, delivery, parent)
            assert sorted(r.action for r in runner.records[count:]) == ["assemble", "mix"]
            assert again.build.clips == built.build.clips
            assert again.build.soundtrack != built.build.soundtrack
            one, other = (
                Segment.from_bytes(runner.blobs.read(found.build.soundtrack))
                for found in (built, again)
                if found.build.soundtrack
            )
            assert len(one.packets) == len(other.packets)
            # A clip without sound cannot be turned up.
            silent = next(s for s in before.shots if s.source.handle == "video2")
            with pytest.raises(InvalidInput, match="has no sound"):
                await build(runner, sounding(after, silent.id), delivery, parent)

    asyncio.run(run())
