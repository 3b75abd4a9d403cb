"""Wan's requests are per reference, and its costs are those that were measured."""

from __future__ import annotations

import pytest

from shared.errors import InvalidInput
from shared.families.family import Part, Task
from shared.families.request import DType, FamilyEncodeRequest, Fit, Geometry
from shared.families.wan import MAX_REFERENCES, WAN
from tests.shared.families.shots import P480, P720, digest, image, shot, size, video

# PFLOP of a guided step, from docs of the measurements (notes/DIFFUSION): two references with VACE.
_MEASURED = [
    ("wan2.1-t2v-1.3b", P480, 0, 0.57),
    ("wan2.1-t2v-14b", P480, 0, 3.4),
    ("wan2.1-t2v-14b", P720, 0, 13),
    ("wan2.1-vace-14b", P480, 2, 4.7),
    ("wan2.1-vace-14b", P720, 2, 18.4),
]


def _vace(count: int) -> list[tuple[Part, object]]:
    return [(Part.SUBJECT, image(str(index))) for index in range(count)]


@pytest.mark.parametrize(("model", "geometry", "references", "petaflop"), _MEASURED)
def test_a_step_costs_what_was_measured(
    model: str, geometry: Geometry, references: int, petaflop: float
) -> None:
    given = shot(model, *_vace(references))  # type: ignore[arg-type]
    task = Task.REFERENCES if references else Task.TEXT
    cost = WAN.cost(task, given, geometry, 50)
    assert cost.petaflop_per_step == pytest.approx(petaflop, rel=0.03)
    assert cost.petaflop == pytest.approx(50 * cost.petaflop_per_step)
    alone = WAN.cost(task, shot(model, *_vace(references), negative=None), geometry, 1)  # type: ignore[arg-type]
    assert alone.petaflop == pytest.approx(cost.petaflop_per_step / 2)


def test_two_experts_weigh_twice() -> None:
    one, two = (
        WAN.cost(Task.TEXT, shot(name), P480, 1) for name in ("wan2.1-t2v-14b", "wan2.2-t2v-a14b")
    )
    assert two.weights_gb == 2 * one.weights_gb
    assert two.petaflop == one.petaflop


def test_conditions_are_as_large_as_they_are_stored() -> None:
    cost = WAN.cost(
        Task.FIRST_FRAME, shot("wan2.1-i2v-14b-480p", (Part.FIRST, image("a"))), P480, 1
    )
    texts, clip, latents = 2 * 512 * 4096 * 2, 257 * 1280 * 2, 16 * 21 * 60 * 104 * 2
    assert cost.conditions_mb == pytest.approx((texts + clip + latents) / 1e6)


def test_a_prompt_is_encoded_once_for_all_models_tasks_sizes_and_pictures() -> None:
    requests = {
        WAN.encode_requests(task, shot(model, *pictures), geometry)["text.pos"]
        for task, model, pictures, geometry in [
            (Task.TEXT, "wan2.1-t2v-1.3b", (), P480),
            (Task.TEXT, "wan2.2-t2v-a14b", (), P720),
            (
                Task.FIRST_FRAME,
                "wan2.2-ti2v-5b",
                ((Part.FIRST, image("a")),),
                size(640, 384, 121, 24),
            ),
            (Task.REFERENCES, "wan2.1-vace-14b", ((Part.SUBJECT, image("b")),), P480),
        ]
    }
    assert len(requests) == 1


def test_a_reference_is_encoded_once_in_whatever_company() -> None:
    alone, beside = (
        WAN.encode_requests(Task.REFERENCES, shot("wan2.1-vace-14b", *pictures), geometry)
        for pictures, geometry in [
            (((Part.SUBJECT, image("a")),), P480),
            (((Part.SUBJECT, image("b")), (Part.SUBJECT, image("a"))), size(832, 480, 33)),
        ]
    )
    assert alone["vace.ref.0"] == beside["vace.ref.1"]
    assert sorted(beside) == ["text.neg", "text.pos", "vace.ref.0", "vace.ref.1", "vace.video"]
    # What there is no video for follows from the size and the length alone.
    assert beside["vace.video"].sources == ()


def test_reuse_over_a_film() -> None:
    """20 prompts, 8 first frames, 3 seeds: seeds ask for nothing new."""
    asked: list[FamilyEncodeRequest] = []
    for prompt in range(20):
        for picture in range(8):
            for _seed in range(3):
                given = shot(
                    "wan2.1-i2v-14b-480p",
                    (Part.FIRST, image(str(picture))),
                    prompt=digest(f"prompt {prompt}"),
                )
                asked += WAN.encode_requests(Task.FIRST_FRAME, given, P480).values()
    assert len(asked) == 4 * 480
    assert len(set(asked)) == 20 + 1 + 8 + 8


def test_without_guidance_nothing_is_encoded_for_it() -> None:
    requests = WAN.encode_requests(Task.TEXT, shot("wan2.1-t2v-14b", negative=None), P480)
    assert list(requests) == ["text.pos"]


def test_control_and_masks() -> None:
    given = shot("wan2.1-vace-14b", (Part.VIDEO, video("v")), (Part.MASK, image("m")))
    request = WAN.encode_requests(Task.MASKED, given, P480)["vace.video"]
    assert [source.reference for source in request.sources] == [digest("v"), digest("m")]
    assert (request.fit, request.keep_frames) == (Fit.CROP, 0)
    outpaint = shot("wan2.1-vace-14b", (Part.VIDEO, video("v")))
    assert WAN.encode_requests(Task.OUTPAINT, outpaint, P480)["vace.video"].fit is Fit.PAD


def test_a_video_is_no_first_frame_and_only_outpainting_pads() -> None:
    with pytest.raises(InvalidInput, match="found a video as a frame; expected an image"):
        WAN.encode_requests(
            Task.FIRST_FRAME, shot("wan2.1-i2v-14b-480p", (Part.FIRST, video("v"))), P480
        )
    with pytest.raises(InvalidInput, match="fit pad: expected crop or stretch"):
        WAN.encode_requests(
            Task.FIRST_FRAME,
            shot("wan2.1-i2v-14b-480p", (Part.FIRST, image("a")), fit=Fit.PAD),
            P480,
        )


def test_computing_follows_the_published_use() -> None:
    given = shot("wan2.1-i2v-14b-480p", (Part.FIRST, image("a")))
    requests = WAN.encode_requests(Task.FIRST_FRAME, given, P480)
    computed = {name: request.compute for name, request in requests.items()}
    assert computed["text.pos"] is DType.BFLOAT16
    assert computed["i2v.cond"] is computed["image.clip"] is DType.FLOAT32
    assert {request.dtype for request in requests.values()} == {DType.BFLOAT16}
    assert MAX_REFERENCES == 4
