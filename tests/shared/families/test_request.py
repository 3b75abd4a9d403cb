"""Requests: what changes the output and nothing else."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

from shared.actions import Backend, action_key
from shared.digest import canonical_bytes, digests_in
from shared.families.family import Part, Task
from shared.families.ltx2 import LTX2
from shared.families.wan import WAN
from shared.schema import from_json, to_json
from tests.shared.families.shots import P480, digest, image, shot, size, video


def test_requests_are_documents_with_inputs() -> None:
    request = WAN.encode_requests(
        Task.FIRST_FRAME, shot("wan2.1-i2v-14b-480p", (Part.FIRST, image("a"))), P480
    )["i2v.cond"]
    assert from_json(type(request), to_json(request)) == request
    assert list(digests_in(request)) == [digest("a")]
    assert request.pictures == (digest("a"),)
    assert request.family == "wan"
    assert b'"type":"FamilyEncodeRequest/1"' in canonical_bytes(request)


def test_keys_are_the_recorded_ones(golden: Callable[[str, bytes], None]) -> None:
    pictures = ((Part.VIDEO, video("v")), (Part.MASK, image("m")), (Part.SUBJECT, image("s")))
    bundles = [
        WAN.encode_requests(Task.MASKED, shot("wan2.1-vace-14b", *pictures), P480),
        WAN.encode_requests(
            Task.FIRST_FRAME, shot("wan2.1-i2v-14b-480p", (Part.FIRST, image("f"))), P480
        ),
        LTX2.encode_requests(
            Task.FIRST_FRAME, shot("ltx-2", (Part.FIRST, image("f"))), size(768, 512, 121, 24)
        ),
    ]
    backend = Backend("encode/golden", 1, "library==1", digest("weights"), "float32 to bfloat16")
    keys = {
        name: action_key(backend, request) for bundle in bundles for name, request in bundle.items()
    }
    golden("keys/families.json", json.dumps(keys, indent=1, sort_keys=True).encode() + b"\n")


def test_prompts_show_nobody() -> None:
    request = WAN.encode_requests(Task.TEXT, shot("wan2.1-t2v-14b"), P480)["text.pos"]
    assert request.pictures == ()
    assert dataclasses.replace(request, token_length=1) != request
