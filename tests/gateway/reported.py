"""A small film as a report is made from it: three shots, one cut on a beat, one by the clock."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

from services.gateway.inspection import FilmInspection, HeardSound, SeenClip, SeenCut
from services.gateway.report import FilmFacts
from shared.actions import ActionRecord
from shared.brief import MediaKind, Reference, Role, Size
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.requests import Delivery, Quality
from shared.shot import Footage, Shot
from shared.sync_map import (
    CutEvent,
    CutKind,
    CutPlan,
    PlannedCut,
)
from shared.timeline import SongWindow, Timeline, Transition, TransitionKind

NTSC = Fraction(30000, 1001)
START = 96_000
CLIP, PHOTO = Digest.of_bytes(b"clip"), Digest.of_bytes(b"photo")


def facts(**changes: Any) -> FilmFacts:
    """A good film of three shots, 20 frames each, cut on a beat and by the clock."""
    shots = tuple(
        Shot(f"s{index}-abcde", 20, Footage(handle, blob, kind))
        for index, (handle, blob, kind) in enumerate(
            [
                ("coffee", CLIP, MediaKind.VIDEO),
                ("street", PHOTO, MediaKind.IMAGE),
                ("coffee", CLIP, MediaKind.VIDEO),
            ]
        )
    )
    plan = CutPlan(
        NTSC,
        60,
        START,
        (
            PlannedCut(
                20, START + 32_000, CutEvent.BEAT, CutKind.ON_BEAT, 0.8, "the beat of bar 2"
            ),
            PlannedCut(40, None, CutEvent.CLOCK, CutKind.STEADY, 0.1, "steady"),
        ),
    )
    sound = SongWindow(Digest.of_bytes(b"song"), START, 96_096, 4_800)
    timeline = Timeline(Size(1280, 720), NTSC, shots, sound, Digest.of_bytes(b"heard"), CLIP, 0, 4)
    built = tuple(
        BuiltClip(
            shot_id=shot.id,
            is_transition=False,
            frames=20,
            action_key=f"key{index}",
            request=CLIP,
            segment=Digest.of_bytes(b"%d" % index),
            packets_sha256="00",
            measure=CLIP,
        )
        for index, shot in enumerate(shots)
    )
    film = Digest.of_bytes(b"film")
    base = FilmFacts(
        timeline=timeline,
        cut_plan=plan,
        build=Build(CLIP, Delivery(Size(960, 540), NTSC, Quality.DRAFT), built, CLIP, film),
        inspection=FilmInspection(
            width=960,
            height=540,
            frame_rate=NTSC,
            frame_count=60,
            packet_count=60,
            duration_seconds=60 / NTSC,
            has_exact_times=True,
            cuts=(SeenCut(20, 20, 0.25), SeenCut(40, 40, 0.5)),
            clips=tuple(SeenClip(k, k + 20, True, 20) for k in (0, 20, 40)),
            sound=HeardSound(0, 0.99, 2.002),
            poster_frame=10,
            decoded_frames=60,
        ),
        records=(
            ActionRecord("render", "key0", True, 1.5, "shot s0-abcde", "in the store"),
            ActionRecord("render", "key1", False, 2.5, "shot s1-abcde", "new"),
        ),
        references=(
            Reference("coffee", MediaKind.VIDEO, CLIP, (Role.SOURCE,), "clips/coffee.mp4"),
            Reference("street", MediaKind.IMAGE, PHOTO, (), "street.jpg"),
        ),
        song_path="song.flac",
    )
    return dataclasses.replace(base, **changes)


def seen(**changes: Any) -> FilmFacts:
    good = facts()
    return dataclasses.replace(good, inspection=dataclasses.replace(good.inspection, **changes))


def dissolved(midpoint: float | None) -> FilmFacts:
    """The good film with a dissolve of eight frames at its first cut."""
    good = facts()
    shots = good.timeline.shots
    timeline = dataclasses.replace(
        good.timeline, transitions=(Transition(shots[1].id, TransitionKind.DISSOLVE, 8),)
    )
    first, second, third = good.build.clips
    overlap = dataclasses.replace(second, is_transition=True, frames=8, action_key="overlap")
    clips = (
        dataclasses.replace(first, frames=16),
        overlap,
        dataclasses.replace(second, frames=16),
        third,
    )
    seen_clips = tuple(
        SeenClip(start, end, True, end - start)
        for start, end in ((0, 16), (16, 24), (24, 40), (40, 60))
    )
    return dataclasses.replace(
        good,
        timeline=timeline,
        build=dataclasses.replace(good.build, clips=clips),
        # The joins of the overlap with its neighbours are no cuts of the film.
        inspection=dataclasses.replace(
            good.inspection,
            cuts=(SeenCut(16, 16, 0.01), SeenCut(24, 24, 0.01), SeenCut(40, 40, 0.5)),
            clips=seen_clips,
        ),
        midpoints=() if midpoint is None else (midpoint,),
    )
