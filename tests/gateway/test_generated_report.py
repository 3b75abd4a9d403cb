"""The report says of a model's shots what they were made as, and how near they are to subjects."""

from __future__ import annotations

import asyncio
import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np

from services.gateway.generated_report import add_generated
from shared.blobs import MemoryBlobs
from shared.brief import MediaKind, Role, Size
from shared.build import Build, BuiltClip
from shared.condition import store_condition
from shared.digest import Digest
from shared.errors import Unavailable
from shared.generation import Generated, RoleInput, params_of
from shared.recognition import IMAGE_LABELS, VIDEO_PICTURES
from shared.requests import Delivery, EncodeRequest, RenderRequest
from shared.schema import to_json
from shared.shot import Footage, Framing, Grade, Move, Shot
from shared.timeline import Timeline
from tests.shared.families.shots import digest

_SIZE, _RATE = Size(640, 360), Fraction(30)
_BIKE = RoleInput("bike", digest("bike"), MediaKind.IMAGE, Role.SUBJECT)


class Seer:
    """Answers what encoders see, with vectors in a plane."""

    def __init__(self, angles: dict[Digest, float], *, can_see: bool = True) -> None:
        self.blobs = MemoryBlobs()
        self._angles, self._can_see = angles, can_see

    async def run(self, request: Any, subject: str = "") -> Digest:
        assert isinstance(request, EncodeRequest)
        if not self._can_see:
            raise Unavailable("no weights")
        angle = self._angles[request.reference]
        vector = np.array([np.cos(angle), np.sin(angle)], np.float32)
        zeros = np.zeros(1, np.int64)
        tensors: dict[str, Any] = {"embedding": vector, "weights": np.ones(1, np.float32)}
        values: dict[str, Any] = {"names": "bicycle"}
        if request.encoder == VIDEO_PICTURES:
            values["time_base"] = "1/16"
            names = ("shot_starts", "key_frames", "key_pts", "num_faces")
            tensors = {"embeddings": vector[None], **dict.fromkeys(names, zeros)}
            tensors["sharpness"] = np.zeros(1, np.float32)
            tensors["face_boxes"] = np.zeros((1, 4), np.float32)
        else:
            assert request.encoder == IMAGE_LABELS
        return store_condition(
            self.blobs,
            encoder=request.encoder,
            encoder_version=1,
            reference=request.reference,
            values=values,
            tensors={**tensors, "center": np.zeros(2, np.float32)},
        )


def _shot(name: str, source: Any) -> Shot:
    return Shot(name, 30, source)


def _film(blobs: MemoryBlobs) -> tuple[Timeline, Build]:
    params = params_of(model="wan2.1-vace-1.3b", steps=20)
    made = Generated("wan", "references", "it rides", (_BIKE,), params, seed=4)
    shots = (
        _shot("s0-aaaaa", Footage("photo", digest("photo"), MediaKind.IMAGE)),
        _shot("s1-aaaaa", made),
        _shot("s2-aaaaa", dataclasses.replace(made, seed=5)),
    )
    timeline = Timeline(_SIZE, _RATE, shots, None, None, digest("plan"), 0, 3)
    clips = []
    for shot in shots:
        render = RenderRequest(
            digest(f"clip of {shot.id}"), MediaKind.VIDEO, Fraction(0), Fraction(1), 30,
            Framing(), Move(), Grade(), (), Delivery(_SIZE, _RATE),
        )  # fmt: skip
        request = blobs.put(to_json(render))
        segment = digest(f"segment of {shot.id}")
        clips.append(
            BuiltClip(shot.id, False, 30, "key", request, segment, "0" * 64, digest("measure"))
        )
    build = Build(digest("timeline"), Delivery(_SIZE, _RATE), tuple(clips), None, digest("film"))
    return timeline, build


def _report(angles: dict[str, float], *, can_see: bool = True) -> dict[str, Any]:
    seer = Seer({digest(name): angle for name, angle in angles.items()}, can_see=can_see)
    report: dict[str, Any] = {}
    asyncio.run(add_generated(seer, report, *_film(seer.blobs)))
    return report


def test_takes_are_told_with_their_request_cost_and_nearness() -> None:
    angles = {"bike": 0.0, "clip of s1-aaaaa": np.pi / 3, "clip of s2-aaaaa": 0.0}
    found = _report(angles)["generated"]
    one, other = found["shots"]
    assert {key: one[key] for key in ("shot", "model", "task", "seed", "steps", "size")} == {
        "shot": "s1-aaaaa", "model": "wan2.1-vace-1.3b", "task": "references", "seed": 4,
        "steps": 20, "size": "640x352",
    }  # fmt: skip
    assert (one["frames"], one["frame_rate"]) == (17, "16")
    assert one["petaflop"] > 0
    assert one["subject_similarity"] == {"bike": 0.5}
    assert other["subject_similarity"] == {"bike": 1.0}
    assert found["across"] == [{"shots": ["s1-aaaaa", "s2-aaaaa"], "similarity": 0.5}]


def test_where_nobody_can_see_nothing_is_claimed() -> None:
    found = _report({}, can_see=False)["generated"]
    assert [one["subject_similarity"] for one in found["shots"]] == [{"bike": None}] * 2
    assert found["across"] == []


def test_a_film_of_footage_says_nothing() -> None:
    blobs = MemoryBlobs()
    timeline, build = _film(blobs)
    timeline = dataclasses.replace(timeline, shots=timeline.shots[:1])
    build = dataclasses.replace(build, clips=build.clips[:1])
    seer, report = Seer({}), dict[str, Any]()
    seer.blobs = blobs
    asyncio.run(add_generated(seer, report, timeline, build))
    assert report == {}
