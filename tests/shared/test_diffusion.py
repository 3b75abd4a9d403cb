"""Requests of takes: what is asked of each link of the chain."""

from __future__ import annotations

from shared.actions import Backend, action_key
from shared.diffusion import (
    BundleCondition,
    DecodeRequest,
    DenoiseRequest,
    DiffusionRequest,
    Guidance,
    diffusion_of,
)
from shared.families.family import Task
from shared.generate import GenerateRequest
from shared.requests import MeasureRequest
from shared.schema import from_json, to_json
from tests.shared.families.shots import digest, shot, size

_REQUEST = DiffusionRequest(
    Task.TEXT,
    shot("wan2.1-t2v-1.3b"),
    size(832, 480, 81),
    (BundleCondition("text.neg", digest("n")), BundleCondition("text.pos", digest("p"))),
    seed=1,
    steps=25,
)


def test_steps_end_at_the_next_state_or_the_last_one() -> None:
    ends = [DenoiseRequest(_REQUEST, first, digest("s")).end_step for first in (0, 10, 20)]
    assert ends == [10, 20, 25]


def test_every_link_says_what_it_is_for() -> None:
    links = (DenoiseRequest(_REQUEST, 0, None), DecodeRequest(_REQUEST, digest("l")))
    assert all(diffusion_of(one) is _REQUEST for one in links)
    assert diffusion_of(_REQUEST) is _REQUEST
    assert diffusion_of(MeasureRequest(digest("m"))) is None


def test_links_are_told_apart_when_they_are_read() -> None:
    links = (
        DenoiseRequest(_REQUEST, 0, None),
        DenoiseRequest(_REQUEST, 10, digest("s")),
        DecodeRequest(_REQUEST, digest("l"), is_tiled=True),
    )
    for link in links:
        request = GenerateRequest(link)
        assert from_json(GenerateRequest, to_json(request)) == request


def test_guidance_is_changed_only_where_something_is_said() -> None:
    guidance = Guidance(4.0, 3.0)
    assert guidance.changed(scale=None, low_noise_scale=2.0) == Guidance(4.0, 2.0)
    assert guidance.is_guided
    assert not Guidance(1.0).is_guided
    assert Guidance(1.0, audio_scale=7.0).is_guided


def test_keys_are_the_recorded_ones() -> None:
    # Stored takes hang on these: another key makes every take anew. Whoever changes a request
    # raises its VERSION, says so in CHANGELOG.md and records the new keys here.
    backend = Backend("test/backend", 1, "library==1.0")
    links: dict[str, DenoiseRequest | DecodeRequest] = {
        "denoise": DenoiseRequest(_REQUEST, 0, None),
        "decode": DecodeRequest(_REQUEST, digest("l")),
    }
    found = {name: action_key(backend, GenerateRequest(one))[:16] for name, one in links.items()}
    assert found == {"denoise": "1ca01e08a5ad6b50", "decode": "c768928283861db2"}
